// What operators decide and branches then hear: corrections, appointments, whom to forget, revoked and renewed nodes.
#include <algorithm>
#include <fstream>

#include "world.h"

using namespace kiosk;
using namespace kiosk::test;

namespace {

std::string code_of(const net::Reply& r) {
  const auto e = protocol::decode<protocol::ApiError>(r.body);
  return e ? e->code : "unreadable";
}
std::string field_of(const net::Reply& r) { return must(protocol::decode<protocol::ApiError>(r.body)).field; }

const protocol::FeedItem* last_of(const protocol::FeedReply& f, const std::string& kind) {
  const protocol::FeedItem* found = nullptr;
  for (const auto& i : f.items)
    if (i.kind == kind) found = &i;
  return found;
}

}  // namespace

TEST_CASE("central: a certificate is renewed over the old one, for the same event key only") {
  World w(0);
  TestNode n = w.enrolled();
  const auto urn = std::string(net::event_key_urn) + to_hex(n.keys.signing.public_key());
  w.clock.advance(std::chrono::hours(20));
  const auto key = net::make_key();
  const auto ask = [&](const std::string& csr) {
    return n.post("/v1/renew", protocol::encode(protocol::RenewRequest{csr}));
  };
  CHECK(code_of(ask(must(net::make_csr(key, n.node, {})))) == "csr_not_bound");
  CHECK(code_of(ask(must(net::make_csr(key, n.node, {std::string(net::event_key_urn) + std::string(64, '0')})))) ==
        "csr_not_bound");
  CHECK(field_of(ask("no request")) == "csr_pem");
  const auto reply = ask(must(net::make_csr(key, "another name", {urn})));
  REQUIRE(reply.status == 200);
  const auto fresh = must(protocol::decode<protocol::RenewReply>(reply.body));
  CHECK(fresh.certificate_until_ms > n.enrolled.certificate_until_ms);
  CHECK(must(net::read_certificate(fresh.certificate_pem)).common_name == n.node);  // whatever was asked
  CHECK(n.get("/v1/feed").status == 200);                                           // the old one is good to its end
  net::TlsIdentity tls;
  tls.ca_pem = n.tls.ca_pem;
  tls.key_pem = key.clone();
  tls.certificate_pem = fresh.certificate_pem;
  net::Client::Options o{.base = w.url()};
  o.tls = &tls;
  net::Client renewed(o);
  net::Call feed;
  feed.path = "/v1/feed";
  CHECK(exchange(renewed, feed).status == 200);
  REQUIRE(w.centre->revoke(n.node).ok());
  CHECK(code_of(exchange(renewed, feed)) == "node_revoked");
  CHECK(code_of(ask(must(net::make_csr(key, n.node, {urn})))) == "node_revoked");
}

TEST_CASE("central: a revoked node is refused at once; other nodes of its branch go on") {
  World w(0);
  TestNode a = w.enrolled(), b = w.enrolled();
  b.epoch = "00000000000000e2";  // two nodes never draw the same
  a.add("ticket.issued");
  b.add("ticket.issued");
  a.push_all();
  REQUIRE(w.centre->revoke(a.node).ok());
  a.add("ticket.issued");
  CHECK(code_of(a.push(a.batch(1, 2))) == "node_revoked");
  CHECK(b.push_all().ack.seq == 1);
  CHECK(b.get("/v1/feed").status == 200);
}

TEST_CASE("central: a branch is told to forget whom it no longer needs to know") {
  World w(40);
  TestNode n = w.enrolled();
  const auto& p = w.seeded.participants;
  const auto claimant = may_claim(w.seeded).at(0);
  n.feed(0);
  REQUIRE(w.centre->block(p[0].id).ok());
  must(w.centre->appoint(p[1].id, "", "JHT", w.clock.now() + std::chrono::hours(24 * 45)));
  n.add("claim.submitted", protocol::encode(claim_of(claimant)), "0192d3c4-0000-7000-8000-000000000099", w.clock.now());
  n.add("face.attempted", protocol::encode(protocol::FacePayload{p[2].id.key(), "accept", 0.9}));
  n.push_all();
  w.clock.advance(std::chrono::hours(24 * 20));
  n.add("case.opened", protocol::encode(protocol::PersonPayload{p[3].id.key(), {}}));  // served again here
  n.push_all();
  CHECK(must(w.centre->forget_expired()) == 0);
  w.clock.advance(std::chrono::hours(24 * 11));
  const auto until = n.feed(0).until;
  std::set<std::string> kept = {p[0].id.key(), p[1].id.key(), p[3].id.key(), claimant.id.key()};
  CHECK(must(w.centre->forget_expired()) == static_cast<int>(p.size() - kept.size()));
  CHECK(must(w.centre->forget_expired()) == 0);
  int gone = 0;
  for (const auto& item : n.feed(until).items) {
    if (item.kind != "person_gone") continue;
    CHECK(kept.count(must(protocol::decode<protocol::FeedGone>(item.body)).person.key()) == 0);
    ++gone;
  }
  CHECK(gone == static_cast<int>(p.size() - kept.size()));
  std::set<std::string> known;
  for (const auto& item : n.feed(0).items)
    if (item.kind == "person")
      known.insert(must(protocol::decode<protocol::FeedPerson>(item.body)).participant.id.key());
  CHECK(known == kept);
  // Who is asked for again is known again.
  const auto& back = *std::find_if(p.begin(), p.end(), [&](const auto& x) { return kept.count(x.id.key()) == 0; });
  CHECK(n.post("/v1/people/find", protocol::encode(protocol::seal_wanted({back.id}, *n.shared))).status == 200);
  for (const auto& item : n.feed(0).items)
    if (item.kind == "person_gone")
      CHECK(must(protocol::decode<protocol::FeedGone>(item.body)).person.key() != back.id.key());
}

TEST_CASE("central: an appointment reaches the branch with the person; what cannot be one is refused by field") {
  World w(3);
  TestNode n = w.enrolled();
  const auto& p = w.seeded.participants[0];
  const auto at = w.clock.now() + std::chrono::hours(48);
  const auto until = n.feed(0).until;
  const auto made = must(w.centre->appoint(p.id, "", "JHT", at));
  const auto person = must(protocol::decode<protocol::FeedPerson>(last_of(n.feed(until), "person")->body));
  REQUIRE(person.appointments.size() == 1);
  CHECK(person.appointments[0].id == made.id);
  CHECK(person.appointments[0].service == "JHT");
  CHECK(person.appointments[0].at_ms == to_ms(at));
  CHECK(w.centre->appoint(p.id, "", "NONE", at).fault().field == "service");
  CHECK(w.centre->appoint(p.id, "", "JHT", w.clock.now()).fault().field == "at");
  CHECK(w.centre->appoint(domain::PersonId(must(domain::Nik::parse("3578015208620004"))), "", "JHT", at).fault().code ==
        "person_unknown");
  TestNode other = w.enrolled("SBY02");
  must(w.centre->seed({3, 1, "SBY02"}));
  CHECK(w.centre->appoint(p.id, "", "JHT", at).fault().code == "branch_needed");
  must(w.centre->appoint(p.id, "SBY02", "ISO", at));
  const auto elsewhere = must(protocol::decode<protocol::FeedPerson>(last_of(other.feed(0), "person")->body));
  for (const auto& a : elsewhere.appointments) CHECK(a.service == "ISO");  // each branch sees its own
}

TEST_CASE("central: a correction keeps to the field's rule, reaches the branches and leaves no value behind") {
  World w(2);
  TestNode n = w.enrolled();
  const auto& p = w.seeded.participants[0];
  const auto until = n.feed(0).until;
  const auto wrong = [&](const char* field, const std::string& value, const char* code) {
    const auto r = w.centre->correct(p.id, field, value);
    REQUIRE_FALSE(r.ok());
    CHECK(r.fault().code == code);
    CHECK(r.fault().detail.find(p.mother) == std::string::npos);
  };
  wrong("shoe_size", "42", "field_unknown");
  wrong("name", "", "value_invalid");
  wrong("name", std::string(201, 'a'), "value_invalid");
  wrong("mother", "two\nlines", "value_invalid");
  wrong("birth", "1962-13-01", "date_invalid");
  wrong("birth", "2199-01-01", "birth_range");
  wrong("sex", "x", "value_invalid");
  wrong("citizenship", "Indonesia", "value_invalid");
  wrong("data_current", "yes", "value_invalid");
  CHECK(last_of(n.feed(until), "person") == nullptr);
  CHECK(must(w.centre->correct(p.id, "mother", "Sri Rejeki")));
  CHECK_FALSE(must(w.centre->correct(p.id, "mother", "Sri Rejeki")));
  CHECK(must(w.centre->correct(p.id, "birth", "1961-02-03")));
  const auto told = must(protocol::decode<protocol::FeedPerson>(last_of(n.feed(until), "person")->body));
  CHECK(told.participant.mother == "Sri Rejeki");
  CHECK(told.participant.birth.iso() == "1961-02-03");
  std::ifstream db(w.home.path + "/centre/centre.db", std::ios::binary);
  const std::string bytes((std::istreambuf_iterator<char>(db)), {});
  CHECK(bytes.find(p.mother) == std::string::npos);
}
