// What is ready to open, through the verb: what stops, what is only to be
// looked at, and who may ask.
#include <map>

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

EVERY_WAY(
    "readiness: a branch that never met its centre is not ready, and "
    "says what is") {
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
