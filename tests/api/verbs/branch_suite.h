// One suite of tests for every way to reach a branch: the node itself and a client of it. A World is one branch with
// invented people, a scripted judge of faces and a clock that moves when told. To run the suite another way, add it to
// make_branch() in branch_suite.cpp.
#pragma once
#include <doctest/doctest.h>

#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "api/verbs/ports.h"
#include "node/branch/node.h"
#include "node/store/store.h"
#include "tests/support/temp_dir.h"

namespace kiosk::test {

// Judges as it was told, one verdict a photo; "poor" in the photo's bytes makes it poor whatever was told.
class ScriptedJudge final : public verbs::FaceJudge {
 public:
  void next(domain::FaceVerdict verdict, double score = 0.5);
  void set_ready(bool ready) { ready_ = ready; }
  bool ready() const override { return ready_; }
  std::string profile() const override { return ready_ ? "scripted-1" : ""; }
  Result<domain::FaceReport> inspect(ByteView photo, bool as_reference) override;
  Result<domain::FaceTemplate> enrol(ByteView photo) override;
  Result<Match> compare(ByteView photo, const domain::FaceTemplate& reference) override;

 private:
  std::mutex mutex_;
  std::deque<std::pair<domain::FaceVerdict, double>> script_;
  bool ready_ = true;
};

// As free as the test says.
struct ScriptedDisk final : store::Disk {
  std::optional<std::int64_t> free = std::int64_t{1} << 40;
  std::optional<std::int64_t> free_bytes(const std::string&) const override { return free; }
};

class World {
 public:
  explicit World(branch::Settings settings = {});
  virtual ~World() = default;
  virtual verbs::Branch& branch() { return *node_; }
  virtual void start();
  virtual void stop();
  void reopen() {
    stop();
    start();
  }

  branch::Node& node() { return *node_; }
  store::Store& store() { return *store_; }
  branch::FeedSink& feed() { return node_->feed(); }
  FakeClock& clock() { return clock_; }
  ScriptedJudge& judge() { return judge_; }
  ScriptedDisk& disk() { return disk_; }  // low below 500 MB
  const std::string& home() const { return home_.path(); }
  void set_settings(branch::Settings s) { settings_ = std::move(s); }  // for the next start
  void set_vfs(std::string vfs) { vfs_ = std::move(vfs); }             // for the next start

  // What the centre would send: services JHT and ISO, officers 1001 ISO, 1002 JSU, 1003 CSO, 1004 HEAD (PIN = number
  // twice), Budi and Siti.
  void seed();
  void send(const std::string& kind, const std::string& body);
  void send_person(const domain::Participant& p, domain::Account account = {});
  // Everything unsent is acknowledged, with these verdicts.
  void acknowledge(const std::vector<protocol::Verdict>& verdicts = {});

  verbs::Actor kiosk() const { return {"kiosk-1", ""}; }
  verbs::Actor log_in(const std::string& number, const std::string& terminal);
  Uuid id() { return store_->ids().next(); }

 protected:
  TempDir home_;
  FakeClock clock_{from_ms(1'795'140'000'000)};  // 2026-11-20 09:00 WIB
  ScriptedJudge judge_;
  ScriptedDisk disk_;
  branch::Settings settings_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<branch::Node> node_;
  std::int64_t cursor_ = 0;
  std::string vfs_;
};

struct Way {
  std::string name;
  std::function<std::unique_ptr<World>(branch::Settings)> make;
};
const std::vector<Way>& make_branch();

domain::Participant budi();   // 61, one ended membership, 9 million: all three checks green
domain::Participant siti();   // 45, still working, 12 years of membership
domain::PersonId stranger();  // known to nobody
Bytes photo_of(const std::string& what);
verbs::SubmitClaim claim_of(const domain::Participant& p, const std::string& cause = "USIA56");

// The body runs once for every way. `w` is a fresh, seeded world.
#define EVERY_WAY(sentence)                                            \
  static void KIOSK_CAT(every_way_, __LINE__)(kiosk::test::World & w); \
  TEST_CASE(sentence) {                                                \
    for (const auto& way : kiosk::test::make_branch()) {               \
      CAPTURE(way.name);                                               \
      auto world = way.make({});                                       \
      world->seed();                                                   \
      KIOSK_CAT(every_way_, __LINE__)(*world);                         \
    }                                                                  \
  }                                                                    \
  static void KIOSK_CAT(every_way_, __LINE__)([[maybe_unused]] kiosk::test::World & w)

template <class T>
T good(Result<T> r) {
  if (!r) {
    const std::string text = r.fault().code + " " + r.fault().field + " " + r.fault().detail;
    REQUIRE_MESSAGE(r.ok(), text);
  }
  return std::move(r).value();
}
template <class T>
std::string code_of(const Result<T>& r) {
  return r ? "ok" : r.fault().code;
}

}  // namespace kiosk::test
