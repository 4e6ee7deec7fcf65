// One centre and its branches in one process, each as it really is: the centre behind its routes, branches with a
// store, a node and an engine, mutual TLS in between. A branch is off line until it is told to sync; one clock for all.
#pragma once
#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <vector>

#include "central/centre.h"
#include "central/service.h"
#include "node/branch/node.h"
#include "node/branch/outgoing.h"
#include "node/store/accounts.h"
#include "node/sync/engine.h"
#include "tests/support/temp_dir.h"
#include "tests/support/tiny_picture.h"
#include "tests/support/wait_until.h"

namespace kiosk::test {

// Every photo is usable; what it shows is what the test says.
class ToldJudge final : public verbs::FaceJudge {
 public:
  domain::FaceVerdict verdict = domain::FaceVerdict::Accept;
  bool ready() const override { return true; }
  std::string profile() const override { return "told-1"; }
  Result<domain::FaceReport> inspect(ByteView, bool) override {
    domain::FaceReport r;
    r.usable = true;
    return r;
  }
  Result<domain::FaceTemplate> enrol(ByteView photo) override {
    return domain::FaceTemplate{"told-1", Bytes(photo.begin(), photo.end())};
  }
  Result<Match> compare(ByteView, const domain::FaceTemplate&) override {
    domain::FaceReport r;
    r.usable = true;
    return Match{verdict, 0.5, r};
  }
};

template <class T>
T good(Result<T> r) {
  REQUIRE_MESSAGE(r.ok(), (r.ok() ? "" : r.fault().code + " " + r.fault().field + " " + r.fault().detail));
  return std::move(r).value();
}
template <class T>
std::string code_of(const Result<T>& r) {
  return r ? "ok" : r.fault().code;
}

inline Bytes photo_of(const std::string& what) { return tiny_png(what); }

class Institution {
 public:
  Institution() {
    crypto::init();
    central::Centre::Options o;
    o.home = home_.path();
    o.clock = &clock;
    o.random = &random;
    o.serve = true;
    centre = good(central::Centre::open(o));
    service = std::make_unique<central::Service>(*centre, central::Service::Options{});
    port_ = good(service->start());
  }
  ~Institution() { service->stop(); }
  std::string url() const { return "https://127.0.0.1:" + std::to_string(port_); }
  // The same people and officers at every branch that is seeded.
  central::Seeded seed(const std::string& branch) { return good(centre->seed({40, 1, branch})); }

  FakeClock clock{real_clock().now()};  // certificates are checked against the system's clock
  SystemRandom random;
  std::unique_ptr<central::Centre> centre;
  std::unique_ptr<central::Service> service;

 private:
  TempDir home_;
  int port_ = 0;
};

class Site {
 public:
  Site(Institution& all, const std::string& code) : all_(all), branch(code) {
    store::Store::Options o;
    o.home = home_.path();
    o.clock = &all.clock;
    o.random = &all.random;
    o.fill_log = false;
    store = good(store::Store::open(o, good(crypto::load_keys(o.home, true, true))));
    node = std::make_unique<branch::Node>(*store, judge, all.clock);
    sync::Engine::Options e;
    e.clock = &all.clock;
    e.random = &all.random;
    engine = std::make_unique<sync::Engine>(branch::Outgoing(*store), node->feed(), std::move(e));
    REQUIRE(engine->load().ok());
    node->set_centre(engine.get());
    seeded = all.seed(code);
    good(engine->enrol(all.url(), good(all.centre->make_code(code))));
    sync();
  }
  ~Site() { node->set_centre(nullptr); }

  // On line until nothing is unsent and the feed is read.
  void sync() {
    for (int i = 0; i < 20; ++i) {
      const auto s = engine->round(Millis{10'000});
      if (s.pending == 0 && s.pending_blobs == 0 && s.why.empty()) break;
    }
    const auto s = engine->round(Millis{10'000});  // what the centre says of what it was told
    REQUIRE_MESSAGE(s.pending == 0, (s.why + " " + s.why_detail));
  }

  verbs::Actor kiosk() const { return {"kiosk-1", ""}; }
  verbs::Actor log_in(const std::string& number) {
    for (const auto& o : seeded.officers)
      if (o.number == number)
        return {"counter-" + number,
                good(node->ask({"counter-" + number, ""}, verbs::LogIn{number, SecretString(o.pin)})).session};
    FAIL("no such officer");
    return {};
  }
  std::vector<verbs::Task> tasks() { return good(node->ask(log_in("1004"), verbs::ListTasks{})); }
  const verbs::Task* task(const std::string& kind) {
    last_ = tasks();
    for (const auto& t : last_)
      if (t.kind == kind) return &t;
    return nullptr;
  }
  domain::Account account(const domain::Participant& p) {
    return good(node->ask(kiosk(), verbs::GetAccount{p.id})).account;
  }
  Uuid id() { return store->ids().next(); }

  verbs::AttemptResult attempt(const domain::Participant& p, domain::FaceVerdict verdict) {
    judge.verdict = verdict;
    return good(node->ask(kiosk(), verbs::AttemptFace{.id = id(), .person = p.id, .photo = photo_of("a face")}));
  }
  void block(const domain::Participant& p) {
    for (int i = 0; i < 3; ++i) attempt(p, domain::FaceVerdict::NoMatch);
    REQUIRE(account(p).state == domain::AccountState::Blocked);
  }
  verbs::ResetView reset(const domain::Participant& p, const std::string& photo) {
    return good(node->ask(log_in("1002"), verbs::ApproveReset{good(ask_reset(p, photo)).id}));
  }
  // Interview passed, new photo taken, by officer 1001.
  Result<verbs::ResetView> ask_reset(const domain::Participant& p, const std::string& photo) {
    const auto iso = log_in("1001");
    verbs::OpenCase open;
    open.reason = "the participant is at the counter";
    open.person = p.id;
    good(node->ask(iso, open));
    std::vector<domain::Answer> answers;
    const auto& m = p.memberships.back();
    for (const auto& q : good(node->ask(iso, verbs::ListQuestions{p.id}))) {
      std::string text;
      if (q == "name") text = p.name;
      if (q == "birth") text = p.birth.iso();
      if (q == "mother") text = p.mother;
      if (q == "employer") text = m.employer;
      if (q == "period")
        text = std::to_string(m.since.year()) + " sampai " + (m.ended ? std::to_string(m.ended->year()) : "sekarang");
      if (q == "wage_range") text = std::to_string(m.wage.value);
      if (q == "phone") text = p.phone;
      if (q == "address") text = p.address;
      answers.push_back({q, text});
    }
    const auto interview = good(node->ask(iso, verbs::Interview{.id = id(), .person = p.id, .answers = answers}));
    REQUIRE(interview.verdict.passed);
    return node->ask(
        iso,
        verbs::ResetAccount{
            .id = id(), .person = p.id, .interview = interview.id, .photo = photo_of(photo), .reason = "face_changed"});
  }
  verbs::SubmitClaim claim_of(const domain::Participant& p) {
    verbs::SubmitClaim c{id(),
                         p.id,
                         p.memberships.back().kpj.digits(),
                         p.name,
                         p.mother,
                         p.birth,
                         {},
                         "USIA56",
                         {},
                         p.phone,
                         {"002", "123456789012", p.name},
                         {},
                         domain::FaceVerdict::Accept,
                         {},
                         {}};
    return c;
  }
  verbs::ClaimView claim(const domain::Participant& p) {
    auto c = claim_of(p);
    const auto a = attempt(p, domain::FaceVerdict::Accept);
    c.attempt = a.attempt;
    c.photo_blob = a.photo_blob;
    return good(node->ask(kiosk(), c));
  }
  verbs::ClaimView now(const verbs::ClaimView& c) { return good(node->ask({"ctl", ""}, verbs::GetClaim{c.id})); }

 private:
  Institution& all_;
  TempDir home_;
  std::vector<verbs::Task> last_;

 public:
  std::string branch;
  ToldJudge judge;
  central::Seeded seeded;
  std::unique_ptr<store::Store> store;
  std::unique_ptr<branch::Node> node;
  std::unique_ptr<sync::Engine> engine;
};

}  // namespace kiosk::test
