// Who may read claims without an officer's session: nobody but the person whose facts agreed at this terminal.
#include <algorithm>

#include "tests/api/verbs/branch_suite.h"
#include "tests/api/verbs/tls_world.h"

using namespace kiosk;
using namespace kiosk::test;

namespace {

domain::Participant other(int n) {
  domain::Participant p = budi();
  p.id = domain::PersonId(*domain::Nik::parse("35780117086500" + std::to_string(10 + n)));
  p.name = "Orang Contoh";
  p.memberships.front().kpj = *domain::Kpj::parse("123450000" + std::to_string(10 + n));
  return p;
}

std::vector<Uuid> plant(World& w, const verbs::Actor& at) {
  std::vector<Uuid> ids;
  for (int n = 0; n < 20; ++n) {
    w.send_person(other(n));
    ids.push_back(good(w.branch().ask(at, claim_of(other(n)))).id);
  }
  return ids;
}

verbs::FindParticipant facts(const domain::Participant& p, const std::string& mother) {
  verbs::FindParticipant q{.person = p.id};
  q.birth = p.birth;
  q.mother = mother;
  return q;
}

// How many of the planted claims come out, in any way.
std::size_t read_by(verbs::Branch& b, const verbs::Actor& who, const std::vector<Uuid>& ids) {
  std::size_t seen = 0;
  if (const auto list = b.ask(who, verbs::ListClaims{})) seen += list->size();
  for (const auto& id : ids)
    if (b.ask(who, verbs::GetClaim{id})) ++seen;
  return seen;
}

}  // namespace

EVERY_WAY("rights: of 20 claims of others a terminal without an officer's session reads none") {
  const auto ids = plant(w, {"kiosk-2", ""});
  auto& b = w.branch();
  const verbs::Actor kiosk = w.kiosk(), counter{"counter-1", ""}, board{"board-1", ""};
  for (const auto& who : {kiosk, counter, board}) CHECK(read_by(b, who, ids) == 0);
  // One fact, or a wrong one, opens nothing.
  CHECK(b.ask(kiosk, facts(other(3), "")).ok());
  CHECK(read_by(b, kiosk, ids) == 0);
  CHECK_FALSE(good(b.ask(kiosk, facts(other(3), "Nama Lain"))).facts_agree);
  CHECK(read_by(b, kiosk, ids) == 0);
  // A session that has ended, that another terminal has, or that lay idle.
  auto officer = w.log_in("1003", "counter-1");
  CHECK(good(b.ask(officer, verbs::ListClaims{})).size() == 20);
  CHECK(read_by(b, {"kiosk-1", officer.session}, ids) == 0);
  CHECK(read_by(b, {"counter-1", "made-up"}, ids) == 0);
  good(b.ask(officer, verbs::LogOut{}));
  CHECK(read_by(b, officer, ids) == 0);
  officer = w.log_in("1003", "counter-1");
  w.clock().advance(std::chrono::hours(24));
  CHECK(read_by(b, officer, ids) == 0);
}

EVERY_WAY("rights: a person sees the own claim after two facts, masked, until the next one or the visit's end") {
  const auto ids = plant(w, {"kiosk-2", ""});
  auto& b = w.branch();
  CHECK(good(b.ask(w.kiosk(), facts(other(3), other(3).mother))).facts_agree);
  const auto mine = good(b.ask(w.kiosk(), verbs::ListClaims{}));
  REQUIRE(mine.size() == 1);
  CHECK(mine.front().id == ids[3]);
  CHECK(mine.front().kpj == "*******0013");
  CHECK(good(b.ask(w.kiosk(), verbs::GetClaim{ids[3]})).kpj == "*******0013");
  CHECK(code_of(b.ask(w.kiosk(), verbs::GetClaim{ids[4]})) == "unknown_claim");
  CHECK(code_of(b.ask({"kiosk-3", ""}, verbs::ListClaims{})) == "not_logged_in");  // only where the facts were told
  CHECK(good(b.ask(w.kiosk(), facts(other(4), other(4).mother))).facts_agree);
  CHECK(code_of(b.ask(w.kiosk(), verbs::GetClaim{ids[3]})) == "unknown_claim");
  w.clock().advance(std::chrono::minutes(30));
  CHECK(read_by(b, w.kiosk(), ids) == 0);
}

EVERY_WAY("rights: a visit that the terminal ends is over at the node, the claim that was sent in it too") {
  const auto ids = plant(w, {"kiosk-2", ""});
  auto& b = w.branch();
  const auto p = other(3);
  CHECK(good(b.ask(w.kiosk(), facts(p, p.mother))).facts_agree);
  CHECK(read_by(b, w.kiosk(), ids) == 2);         // the list of one, and itself
  good(b.ask({"kiosk-3", ""}, verbs::LogOut{}));  // another terminal's visit
  CHECK(read_by(b, w.kiosk(), ids) == 2);
  good(b.ask(w.kiosk(), verbs::LogOut{}));
  CHECK(read_by(b, w.kiosk(), ids) == 0);
  CHECK(code_of(b.ask(w.kiosk(), verbs::ListClaims{})) == "not_logged_in");
  good(b.ask(w.kiosk(), verbs::LogOut{}));  // nobody is there

  // Without the facts, by the claim it has just sent; a restart of the node opens nothing again.
  CHECK(good(b.ask({"kiosk-2", ""}, verbs::GetClaim{ids.back()})).kpj == "*******0029");
  good(b.ask({"kiosk-2", ""}, verbs::LogOut{}));
  CHECK(code_of(b.ask({"kiosk-2", ""}, verbs::GetClaim{ids.back()})) == "unknown_claim");
  w.reopen();
  CHECK(code_of(w.branch().ask({"kiosk-2", ""}, verbs::GetClaim{ids.back()})) == "unknown_claim");
  const domain::Participant next = other(25);
  w.send_person(next);
  const auto sent = good(w.branch().ask({"kiosk-2", ""}, claim_of(next))).id;
  CHECK(w.branch().ask({"kiosk-2", ""}, verbs::GetClaim{sent}).ok());
}

EVERY_WAY("rights: an officer who logs out beside a person leaves the person the visit") {
  const auto ids = plant(w, {"kiosk-2", ""});
  auto& b = w.branch();
  const auto p = other(3);
  CHECK(good(b.ask(w.kiosk(), facts(p, p.mother))).facts_agree);
  const auto beside = w.log_in("1003", w.kiosk().terminal);
  good(b.ask(beside, verbs::LogOut{}));
  CHECK(read_by(b, w.kiosk(), ids) == 2);
}

EVERY_WAY("rights: a terminal asks back the claim it sent last, for a while, and no earlier one") {
  const auto ids = plant(w, w.kiosk());
  auto& b = w.branch();
  const auto last = good(b.ask(w.kiosk(), verbs::GetClaim{ids.back()}));
  CHECK(last.kpj == "*******0029");
  CHECK(read_by(b, w.kiosk(), {ids.begin(), ids.end() - 1}) == 0);
  w.clock().advance(std::chrono::minutes(16));
  CHECK(code_of(b.ask(w.kiosk(), verbs::GetClaim{ids.back()})) == "unknown_claim");
}

TEST_CASE("rights: the operator's names are for the box, and show no whole KPJ without an officer") {
  TlsWorld w({});
  w.seed();
  const auto ids = plant(w, {"kiosk-2", ""});
  for (const auto& c : good(w.node().ask({"ctl", ""}, verbs::ListClaims{}))) CHECK(c.kpj.starts_with("*******"));
  CHECK(good(w.node().ask({"ctl-1003", ""}, verbs::GetClaim{ids[0]})).kpj == "*******0010");
  for (const char* role : {"kiosk", "counter"}) {
    const auto far = w.client(w.badge("ctl", role));
    CHECK(read_by(*far, {"ctl", ""}, ids) == 0);
    CHECK(read_by(*w.client(w.badge(std::string(role) + "-9", role)), {"ctl", ""}, ids) == 0);
  }
}
