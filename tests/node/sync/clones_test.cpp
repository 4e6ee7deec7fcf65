// Two copies of one branch's home that run at once, each speaking to another instance of the centre on one PostgreSQL.
#include <atomic>
#include <thread>

#include "tests/node/sync/lost_and_found.h"
#include "tests/tools/postgres/postgres_server.h"

using namespace kiosk;
using namespace kiosk::test;

namespace {

// Its next start speaks to that instance.
void speak_to(LostBranch& b, const LoopCentre& c) {
  REQUIRE(branch::Outgoing(*b.side->store).set_notes({{"sync.url", c.url}}).ok());
  b.stop();
  b.start();
}

struct Spoke {
  std::vector<std::string> ids;
  std::string why;
};
Spoke act_and_speak(LostBranch& b, const std::atomic<bool>& enough) {
  Spoke out;
  for (int i = 0; i < 200; ++i) {
    if (i < 20) out.ids.push_back(b.write());
    const auto s = b.round();
    if (s.why == "clone" || (enough && s.pending == 0 && s.why.empty())) {
      out.why = s.why;
      break;
    }
  }
  return out;
}

}  // namespace

TEST_CASE("clone: two copies that speak to two instances at once: exactly one is stopped, nothing is lost or doubled") {
  const TempDir folder;
  fs::permissions(folder.path(), fs::perms::others_exec | fs::perms::others_read, fs::perm_options::add);
  auto server = tools::PostgresServer::start(folder / "postgres");
  if (!server) FAIL(server.fault().code << " " << server.fault().detail);
  for (int run = 0; run < 3; ++run) {
    CAPTURE(run);
    const std::string schema = "clones" + std::to_string(run);
    REQUIRE((*server)->make_schema(schema).ok());
    LoopCentre first((*server)->url("postgres", schema)), second((*server)->url("postgres", schema), first.home.path());
    LostBranch b(first);
    b.enrol();
    std::vector<std::string> ids{b.write()};
    CHECK(b.settle().pending == 0);
    b.stop();
    LostBranch twin(first, b.home.path());
    speak_to(twin, second);
    b.start();

    std::atomic<bool> enough{false};
    Spoke ours, theirs;
    std::thread one([&] { ours = act_and_speak(b, enough), enough = true; });
    std::thread other([&] { theirs = act_and_speak(twin, enough), enough = true; });
    one.join();
    other.join();
    // Whoever ended first may have been asked nothing since: a last word from each.
    for (int i = 0; i < 3; ++i) {
      ours.why = b.round().why;
      theirs.why = twin.round().why;
    }
    CAPTURE(ours.why);
    CAPTURE(theirs.why);
    CHECK((ours.why == "clone") != (theirs.why == "clone"));
    auto& stopped = ours.why == "clone" ? b : twin;
    auto& works = ours.why == "clone" ? twin : b;
    CHECK(works.settle().pending == 0);
    ids.insert(ids.end(), ours.ids.begin(), ours.ids.end());
    ids.insert(ids.end(), theirs.ids.begin(), theirs.ids.end());
    ids.push_back(works.write());
    CHECK(works.settle().pending == 0);

    // The one that works is off for good; the other leaves its fork with what it made there.
    works.stop();
    stopped.stop();
    auto keys = crypto::load_keys(stopped.home.path(), true, false);
    REQUIRE(branch::rejoin(stopped.home.path(), std::move(*keys)).ok());
    stopped.start();
    const auto s = stopped.settle();
    CHECK(s.why == "");
    CHECK(s.pending == 0);
    CHECK_FALSE(stopped.verify().first_bad);
    const auto seen = second.ledger();
    for (const auto& id : ids) CHECK(seen.contains(id));
    for (const auto& [id, times] : seen) CHECK(times == 1);
  }
}
