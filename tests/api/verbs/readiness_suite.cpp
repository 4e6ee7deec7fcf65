// What is ready to open, through the verb: what stops, what is only to be looked at, and who may ask.
#include <map>

#include "events/kinds.h"
#include "node/store/outbox.h"
#include "tests/api/verbs/branch_suite.h"

using namespace kiosk;
using namespace kiosk::test;

namespace {
std::map<std::string, verbs::ReadyItem> by_what(const verbs::Readiness& r) {
  std::map<std::string, verbs::ReadyItem> out;
  for (const auto& i : r.items) out[i.what] = i;
  return out;
}
}  // namespace

EVERY_WAY("readiness: a branch that never met its centre is not ready, and says what is") {
  const auto officer = w.log_in("1003", "counter-1");
  const auto r = good(w.branch().ask(officer, verbs::GetReadiness{}));
  const auto items = by_what(r);
  CHECK_FALSE(r.ready);
  CHECK(r.at == w.clock().now());
  CHECK(items.at("sync").state == "stop");
  CHECK(items.at("sync").code == "not_enrolled");
  CHECK(items.at("disk").state == "ready");
  CHECK(items.at("services").state == "ready");
  CHECK(items.at("officers").state == "ready");
  for (const auto& [what, i] : items) {
    CAPTURE(what);
    CHECK((i.state == "ready") == i.code.empty());
  }
}

TEST_CASE("readiness: without officers and services it stops there") {
  auto world = make_branch().front().make({});
  const auto items = by_what(good(world->branch().ask({"ctl", ""}, verbs::GetReadiness{})));
  CHECK(items.at("services").code == "no_service_open");
  CHECK(items.at("officers").code == "officers_unknown");
}

EVERY_WAY("readiness: the first officer who asks on a day opens the branch, once, and the centre hears what stops") {
  const auto opened = [&] {
    std::vector<std::string> reasons;
    auto read = good(w.store().read());
    for (const auto& e : good(store::events_after(read.db(), 0, 1'000, 1 << 20))) {
      const auto h = good(events::decode_header(e.sealed.header));
      if (events::is<events::BranchOpened>(h.kind)) reasons.push_back(h.officer + " " + h.reason);
    }
    return reasons;
  };
  const auto officer = w.log_in("1003", "counter-1"), other = w.log_in("1004", "counter-9");
  good(w.branch().ask(officer, verbs::GetReadiness{}));
  good(w.branch().ask(other, verbs::GetReadiness{}));
  CHECK(opened() == std::vector<std::string>{"1003 not_enrolled"});
  CHECK(code_of(w.branch().ask({"counter-1", "nosuchsession"}, verbs::GetReadiness{})) == "session_ended");
}
