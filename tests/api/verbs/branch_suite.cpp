#include "tests/api/verbs/branch_suite.h"

#include <map>

#include "api/protocol/central_api.h"
#include "node/lan/branch_client.h"
#include "node/lan/server.h"
#include "node/store/outbox.h"
#include "tests/api/verbs/tls_world.h"
#include "tests/support/tiny_picture.h"

namespace kiosk::test {
namespace {

// The same node, asked through its Unix socket.
class LanWorld final : public World {
 public:
  explicit LanWorld(branch::Settings settings) : World(std::move(settings)) { serve(); }
  ~LanWorld() override { end(); }
  verbs::Branch& branch() override { return *client_; }
  void start() override {
    World::start();
    serve();
  }
  void stop() override {
    end();
    World::stop();
  }

 private:
  void serve() {
    lan::Server::Options o;
    o.listen = "unix:" + lan::socket_of(home());
    o.max_workers = 8;
    server_ = std::make_unique<lan::Server>(*node_, o);
    good(server_->start());
    client_ = std::make_unique<lan::BranchClient>(lan::BranchClient::at_home(home()));
  }
  void end() {
    if (client_) client_->close();
    if (node_) node_->close();
    if (server_) server_->stop();
    client_.reset();
    server_.reset();
  }
  std::unique_ptr<lan::Server> server_;
  std::unique_ptr<lan::BranchClient> client_;
};

domain::QualityCheck check(bool passed) {
  return {"sharpness", passed ? 80.0 : 5.0, 30.0, passed, false, passed ? "" : "coach.hold_still"};
}
domain::FaceReport report(ByteView photo) {
  const bool poor = as_text(photo).find("poor") != std::string_view::npos;
  domain::FaceReport r;
  r.face = domain::FaceFound{};
  r.checks = {check(!poor)};
  r.usable = !poor;
  return r;
}

Date day(int y, int m, int d) { return *Date::of(y, m, d); }

}  // namespace

void ScriptedJudge::next(domain::FaceVerdict verdict, double score) {
  std::lock_guard lock(mutex_);
  script_.emplace_back(verdict, score);
}
Result<domain::FaceReport> ScriptedJudge::inspect(ByteView photo, bool) {
  if (as_text(photo).find("no picture") != std::string_view::npos) return bad_input("photo_unreadable", "photo");
  return report(photo);
}
Result<domain::FaceTemplate> ScriptedJudge::enrol(ByteView photo) {
  if (!report(photo).usable) return refused("photo_poor", "coach.hold_still", "photo");
  return domain::FaceTemplate{profile(), Bytes(photo.begin(), photo.end())};
}
Result<verbs::FaceJudge::Match> ScriptedJudge::compare(ByteView photo, const domain::FaceTemplate&) {
  if (as_text(photo).find("no picture") != std::string_view::npos) return bad_input("photo_unreadable", "photo");
  Match m{domain::FaceVerdict::PoorPhoto, 0, report(photo)};
  if (!m.report.usable) return m;
  std::lock_guard lock(mutex_);
  m.verdict = domain::FaceVerdict::Accept;
  m.score = 0.8;
  if (!script_.empty()) {
    std::tie(m.verdict, m.score) = script_.front();
    script_.pop_front();
  }
  return m;
}

namespace {
// Keys of the whole run: PIN verifiers are slow on purpose and need to be made only once.
const std::string& key_home() {
  static const TempDir dir;
  return dir.path();
}
std::string verifier_of(const std::string& number) {
  static std::map<std::string, std::string> made;
  auto& v = made[number];
  if (v.empty()) {
    const auto keys = good(crypto::load_keys(key_home(), true, true));
    v = crypto::make_pin_verifier(SecretString(number + number), keys.pepper);
  }
  return v;
}
}  // namespace

World::World(branch::Settings settings) : settings_(std::move(settings)) {
  settings_.version = "test";
  World::start();
}

void World::start() {
  crypto::init();
  auto keys = good(crypto::load_keys(key_home(), true, true));
  store::Store::Options o;
  o.home = home();
  o.clock = &clock_;
  o.fill_log = false;
  o.vfs = vfs_;
  o.disk = &disk_;
  o.limits.low = 500'000'000;
  store_ = good(store::Store::open(o, std::move(keys)));
  node_ = std::make_unique<branch::Node>(*store_, judge_, clock_, settings_);
}

void World::stop() {
  node_->close();
  node_.reset();
  store_.reset();
}

void World::send(const std::string& kind, const std::string& body) {
  good(feed().apply({++cursor_, kind, body, false}));
}

void World::send_person(const domain::Participant& p, domain::Account account) {
  protocol::FeedPerson f{p, std::move(account), domain::FaceTemplate{"scripted-1", photo_of("reference")}, 0, 0};
  f.as_of_ms = to_ms(clock_.now());
  f.expires_ms = f.as_of_ms + 30LL * 24 * 3600 * 1000;
  send("person", protocol::encode(f));
}

void World::seed() {
  good(store_->set_branch("JKT01"));
  const std::vector<domain::Service> services = {
      {"JHT", "Klaim JHT", "A", true}, {"ISO", "Akun dan biometrik", "B", true}, {"INFO", "Informasi", "C", false}};
  send("services", protocol::encode(services));
  std::vector<protocol::FeedOfficer> officers;
  for (const auto& [number, role] : {std::pair{"1001", "ISO"}, {"1002", "JSU"}, {"1003", "CSO"}, {"1004", "HEAD"}}) {
    protocol::FeedOfficer o;
    o.officer.number = number;
    o.officer.name = std::string("Petugas ") + number;
    o.officer.role = role;
    o.pin_verifier = verifier_of(number);
    officers.push_back(std::move(o));
  }
  send("officers", protocol::encode(officers));
  send_person(budi());
  send_person(siti());
}

void World::acknowledge(const std::vector<protocol::Verdict>& verdicts) {
  const auto identity = store_->identity();
  events::Ack ack{identity.branch, identity.node, identity.epoch, identity.last_seq, identity.head, {}};
  good(feed().on_push_reply(ack, verdicts));
}

verbs::Actor World::log_in(const std::string& number, const std::string& terminal) {
  const verbs::Actor at{terminal, ""};
  const auto s = good(branch().ask(at, verbs::LogIn{number, SecretString(number + number)}));
  return {terminal, s.session};
}

const std::vector<Way>& make_branch() {
  static const std::vector<Way> ways = {
      {"node", [](branch::Settings s) { return std::make_unique<World>(std::move(s)); }},
      {"client", [](branch::Settings s) { return std::make_unique<LanWorld>(std::move(s)); }},
      {"tls", [](branch::Settings s) { return std::make_unique<TlsWorld>(std::move(s)); }},
  };
  return ways;
}

domain::Participant budi() {
  domain::Participant p{domain::PersonId(*domain::Nik::parse("3578011708650001"))};
  p.name = "Budi Santoso";
  p.birth = day(1965, 8, 17);
  p.birth_place = "Surabaya";
  p.mother = "Siti Aminah";
  p.phone = "+6281234567890";
  p.address = "Jalan Kenanga 5, Surabaya";
  p.data_current = true;
  domain::Membership m{*domain::Kpj::parse("12345678901")};
  m.employer = "PT Kapas Jaya";
  m.since = day(2009, 3, 1);
  m.ended = day(2021, 3, 31);
  m.wage = Rupiah{3'200'000};
  m.balance = Rupiah{9'000'000};
  p.memberships.push_back(std::move(m));
  return p;
}

domain::Participant siti() {
  domain::Participant p{domain::PersonId(*domain::Nik::parse("3509015204810002"))};
  p.name = "Siti Rahmawati";
  p.sex = domain::Sex::Female;
  p.birth = day(1981, 4, 12);
  p.birth_place = "Jember";
  p.mother = "Dewi Lestari";
  p.phone = "+6281298765432";
  p.address = "Jalan Mawar 2, Jember";
  p.data_current = true;
  domain::Membership m{*domain::Kpj::parse("22345678901")};
  m.employer = "PT Tebu Manis";
  m.status = domain::MembershipStatus::Active;
  m.since = day(2014, 1, 1);
  m.wage = Rupiah{4'000'000};
  m.balance = Rupiah{14'000'000};
  p.memberships.push_back(std::move(m));
  return p;
}

domain::PersonId stranger() { return domain::PersonId(*domain::Nik::parse("6308010101700003")); }

Bytes photo_of(const std::string& what) { return tiny_png(what); }

verbs::SubmitClaim claim_of(const domain::Participant& p, const std::string& cause) {
  verbs::SubmitClaim c{.id = {}, .person = p.id};
  c.kpj = p.memberships.front().kpj.digits();
  c.name = p.name;
  c.mother = p.mother;
  c.birth = p.birth;
  c.cause = cause;
  c.phone = "081234567890";
  c.account = {"002", "123456789012345", p.name};
  return c;
}

}  // namespace kiosk::test
