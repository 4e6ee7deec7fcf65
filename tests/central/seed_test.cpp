#include <set>

#include "world.h"

using namespace kiosk;
using namespace kiosk::test;

namespace {
central::Seeded seeded(const std::string& home, std::uint64_t seed, int n) {
  FakeClock clock{from_ms(1'795'000'000'000)};
  SystemRandom random;
  central::Centre::Options o;
  o.home = home;
  o.clock = &clock;
  o.random = &random;
  return must(must(central::Centre::open(o))->seed({n, seed, "JKT01"}));
}
std::string all(const central::Seeded& s) {
  std::string text;
  for (const auto& p : s.participants) text += protocol::encode(protocol::FeedPerson{p, {}, {}, 0, 0});
  for (const auto& o : s.officers) text += o.number + o.role + o.name + o.pin;
  return text;
}
}  // namespace

TEST_CASE("seed: the same seed invents the same people, another others, and seeding twice changes nothing") {
  const TempDir a, b;
  const auto first = seeded(a.path + "/c", 7, 60);
  CHECK(all(first) == all(seeded(b.path + "/c", 7, 60)));
  CHECK(all(first) == all(seeded(a.path + "/c", 7, 60)));
  CHECK(all(first) != all(seeded(a.path + "/c", 8, 60)));
}

TEST_CASE("seed: people are as numbers and rules expect, with every case on both sides of the ceiling") {
  const TempDir dir;
  const auto s = seeded(dir.path + "/c", 1, 200);
  REQUIRE(s.participants.size() == 200);
  std::set<std::string> niks, kpjs;
  int old = 0, priority = 0, above = 0, below = 0, at = 0, active = 0, several = 0, not_current = 0;
  for (const auto& p : s.participants) {
    CHECK(niks.insert(p.id.key()).second);
    REQUIRE(p.id.nik());
    CHECK(p.id.nik()->agrees_with(p.birth));
    CHECK(p.id.nik()->sex() == p.sex);
    CHECK(!p.memberships.empty());
    for (const auto& m : p.memberships) {
      CHECK(kpjs.insert(m.kpj.digits()).second);
      CHECK(!m.employer.empty());
      CHECK(m.wage.value > 0);
      if (m.ended) CHECK(m.since < *m.ended);
    }
    const int age = p.birth.full_years_until(Date::of(2026, 11, 20).value());
    CHECK(age >= 18);
    old += age >= 56;
    priority += age >= 60;
    above += p.balance().value > 15'000'000;
    below += p.balance().value < 15'000'000;
    at += p.balance().value == 15'000'000;
    active += p.memberships.back().status == domain::MembershipStatus::Active;
    several += p.memberships.size() > 1;
    not_current += !p.data_current;
  }
  for (const int n : {old, priority, above, below, at, active, several, not_current}) CHECK(n >= 5);
  CHECK(may_claim(s).size() >= 5);
  CHECK(s.officers.size() == 4);
  CHECK(s.officers[1].role == "JSU");
}

TEST_CASE("seed: nobody's name or number stands in the centre's file in clear") {
  const TempDir dir;
  const auto s = seeded(dir.path + "/c", 3, 20);
  std::string bytes;
  for (const char* f : {"/c/centre.db", "/c/centre.db-wal"}) {
    std::ifstream in(dir.path + f, std::ios::binary);
    std::stringstream text;
    text << in.rdbuf();
    bytes += text.str();
  }
  REQUIRE(bytes.size() > 10'000);
  for (const auto& p : s.participants) {
    CHECK(bytes.find(p.id.nik()->digits()) == std::string::npos);
    CHECK(bytes.find(p.memberships[0].kpj.digits()) == std::string::npos);
    CHECK(bytes.find(p.name) == std::string::npos);
  }
  for (const auto& o : s.officers) CHECK(bytes.find(o.pin) == std::string::npos);
  CHECK(bytes.find("Klaim Jaminan Hari Tua") != std::string::npos);  // the search can find what is there
}
