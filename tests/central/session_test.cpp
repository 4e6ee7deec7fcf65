// Whole sessions over mutual TLS: enrolment, batches, verdicts, the feed; each body held against the contract.
#include <thread>

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

std::vector<central::LedgerRow> ledger(central::Centre& c, const std::string& branch = {}) {
  std::vector<central::LedgerRow> rows;
  REQUIRE(c.each_event(branch, [&](const auto& r) { rows.push_back(r); }).ok());
  return rows;
}

}  // namespace

TEST_CASE("central: the routes it serves are exactly those of the OpenAPI file") {
  World w(0);
  std::set<std::string> served, written;
  for (const auto& r : w.service->routes()) {
    std::string path = r.path;
    if (const auto at = path.find("{}"); at != std::string::npos) path.replace(at, 2, "{hash}");
    served.insert(r.method + " " + path + (r.certificate ? " certificate" : ""));
  }
  for (const auto& [path, item] : central_schema().document().at("paths").items())
    for (const auto& [method, op] : item.items()) {
      std::string m = method;
      for (char& c : m) c = static_cast<char>(std::toupper(c));
      written.insert(m + " " + path + (op.at("security").empty() ? "" : " certificate"));
    }
  CHECK(served == written);
}

TEST_CASE("central: a node enrols with a one-time code, and only the true CA fits the code") {
  World w(0);
  const std::string code = must(w.centre->make_code("JKT01"));
  TestNode n(w.url(), code);
  const auto reply = n.enrol();
  REQUIRE(reply.status == 200);
  CHECK(n.branch == "JKT01");
  CHECK(n.enrolled.certificate_until_ms > to_ms(w.clock.now()));
  CHECK(n.get("/v1/feed").status == 200);

  // The same node whose answer was lost asks again and is served; another node with the same code is not.
  CHECK(n.enrol().status == 200);
  TestNode thief(w.url(), code);
  const auto used = thief.enrol();
  CHECK(used.status == 403);
  CHECK(code_of(used) == "code_used");

  World other(0);
  TestNode misled(other.url(), code);
  const auto parsed = must(protocol::parse_enrol_code(code));
  CHECK(!protocol::code_knows_ca(parsed, must(net::read_certificate(other.centre->ca_pem())).fingerprint));
}

TEST_CASE("central: an enrolment that does not hold together is refused by code") {
  World w(0);
  TestNode n(w.url(), must(w.centre->make_code("JKT01")));
  const auto good = n.enrol_request();
  auto r = good;
  r.proof[0] ^= 1;
  CHECK(code_of(n.enrol(r)) == "proof_invalid");
  const auto proven = [&](protocol::EnrolRequest q) {
    const auto proof = n.keys.signing.sign(as_bytes(q.code + q.csr_pem));
    q.proof.assign(proof.begin(), proof.end());
    return n.enrol(q);
  };
  r = good;
  r.csr_pem = must(net::make_csr(n.tls.key_pem, n.node, {}));
  CHECK(code_of(proven(r)) == "csr_not_bound");
  r = good;
  r.csr_pem = must(net::make_csr(n.tls.key_pem, n.node, {std::string(net::event_key_urn) + std::string(64, '0')}));
  CHECK(code_of(proven(r)) == "csr_not_bound");
  r = good;
  r.csr_pem = "no request";
  CHECK(code_of(proven(r)) == "csr_unreadable");
  r = good;
  r.box_key = Bytes(32, 0);
  CHECK(code_of(n.enrol(r)) == "weak_key");
  r = good;
  r.code[8] = r.code[8] == 'A' ? 'B' : 'A';
  CHECK(code_of(proven(r)) == "code_unknown");
  r = good;
  r.node = "XYZ";
  const auto bad = n.enrol(r);
  CHECK(bad.status == 400);
  CHECK(field_of(bad) == "node");
  w.clock.advance(std::chrono::hours(24 * 8));
  CHECK(code_of(n.enrol(good)) == "code_expired");
}

TEST_CASE("central: a revoked node, and one without certificate, are refused") {
  World w(0);
  TestNode n = w.enrolled();
  n.add("ticket.issued");
  n.push_all();
  REQUIRE(w.centre->revoke(n.node).ok());
  const auto r = n.get("/v1/feed");
  CHECK(r.status == 403);
  CHECK(code_of(r) == "node_revoked");
  CHECK(w.centre->revoke("0000000000000000").fault().code == "node_unknown");
  net::TlsIdentity trust;
  trust.ca_pem = w.centre->ca_pem();
  net::Client::Options o{.base = w.url()};
  o.tls = &trust;
  net::Client bare(o);
  net::Call feed;
  feed.path = "/v1/feed";
  const auto refused = exchange(bare, feed);
  CHECK(refused.status == 403);
  CHECK(code_of(refused) == "certificate_needed");
}

TEST_CASE("central: events arrive exactly once, in order, and sending them again gives the same signed answer") {
  World w(0);
  TestNode n = w.enrolled();
  for (int i = 0; i < 20; ++i) n.add("ticket.issued");
  const auto first = n.push(n.batch(0, 12));
  const auto again = n.push(n.batch(0, 12));
  REQUIRE(first.status == 200);
  REQUIRE(again.status == 200);
  const auto a = must(protocol::decode<protocol::PushReply>(first.body)),
             b = must(protocol::decode<protocol::PushReply>(again.body));
  CHECK(a.ack.signature == b.ack.signature);
  CHECK(a.ack.seq == 12);
  CHECK(n.push(n.batch(5, 9)).status == 200);   // a part of it
  CHECK(n.push(n.batch(8, 20)).status == 200);  // overlaps and goes on
  CHECK(n.push(n.batch(0, 20), true).status == 200);
  const auto rows = ledger(*w.centre);
  REQUIRE(rows.size() == 20);
  for (std::size_t i = 0; i < 20; ++i) {
    CHECK(rows[i].seq == static_cast<std::int64_t>(i) + 1);
    CHECK(rows[i].verdict == "accepted");
    CHECK(rows[i].branch == "JKT01");
  }
  CHECK(ledger(*w.centre, "OTHER").empty());
}

TEST_CASE("central: a batch that does not continue the chain is refused whole, and the answer says what is held") {
  World w(0);
  TestNode n = w.enrolled();
  for (int i = 0; i < 10; ++i) n.add("ticket.issued");
  SUBCASE("a first batch must be the first") { CHECK(n.refused(n.batch(3, 5)).code == "gap"); }
  SUBCASE("after some events") {
    REQUIRE(n.push(n.batch(0, 4)).status == 200);
    const auto gap = n.refused(n.batch(6, 8));
    CHECK(gap.code == "gap");
    CHECK(gap.seq == 4);
    CHECK(gap.head == n.events[3].head);
    CHECK(gap.epoch == n.epoch);

    auto r = n.batch(4, 6);
    r.signature[3] ^= 1;
    CHECK(n.refused(r).code == "bad_signature");

    r = n.batch(4, 6);
    r.previous[0] ^= 1;
    n.sign(r);
    CHECK(n.refused(r).code == "fork");

    r = n.batch(4, 6);
    r.events[0].ciphertext.push_back(1);  // changed under the old signature
    CHECK(n.refused(r).code == "bad_signature");

    r = n.batch(4, 7);
    r.events.erase(r.events.begin() + 1);  // one left out, signed anew by the key's holder
    n.sign(r);
    CHECK(n.refused(r).code == "bad_chain");

    // The holder of the key rewrites what was acknowledged: the same places, other events.
    TestNode liar = w.enrolled();
    liar.node = n.node;
    liar.keys = n.keys.clone();
    for (int i = 0; i < 6; ++i) liar.add("ticket.called");
    const auto fork = n.refused([&] {
      auto forged = n.batch(0, 6);
      for (std::size_t i = 0; i < 6; ++i) forged.events[i].header = liar.events[i].header;
      n.sign(forged);
      return forged;
    }());
    CHECK(fork.code == "fork");
    CHECK(fork.seq == 4);

    // An id that is already in the ledger, at a new place.
    r = n.batch(4, 5);
    auto& h = r.events[0].header;
    const auto id = must(events::decode_header(n.events[0].header)).id.str();
    h.replace(h.find(must(events::decode_header(h)).id.str()), 36, id);
    n.sign(r);
    CHECK(n.refused(r).code == "bad_chain");
  }
  CHECK(ledger(*w.centre).size() <= 4);
}

TEST_CASE("central: events of another branch or node are refused; those from before the enrolment are taken once") {
  World w(0);
  TestNode n = w.enrolled();
  n.branch = "SBY02";
  n.add("ticket.issued");
  CHECK(n.refused(n.batch(0, 1)).code == "wrong_branch");
  n.events.clear();
  n.branch = "LOCAL";
  n.add("ticket.issued");
  n.branch = "JKT01";
  n.add("ticket.issued");
  n.branch = "LOCAL";
  n.add("ticket.issued");
  CHECK(n.refused(n.batch(0, 3)).code == "wrong_branch");  // back to no name: not an honest chain
  CHECK(ledger(*w.centre).empty());                        // refused whole, although two of the three were good
  CHECK(n.push(n.batch(0, 2)).status == 200);
  CHECK(n.refused(n.batch(2, 3)).code == "wrong_branch");
  TestNode m = w.enrolled("SBY02");
  m.node = n.node;
  m.add("ticket.issued");
  CHECK(m.refused(m.batch(0, 1)).code == "bad_chain");
}

TEST_CASE("central: a new epoch after a restore continues a head the centre has seen, or is a fork") {
  World w(0);
  TestNode n = w.enrolled();
  for (int i = 0; i < 6; ++i) n.add("ticket.issued");
  n.push_all();
  const auto old = n.events[3].head;  // the backup was taken after the fourth
  n.epoch = "00000000000000e2";
  n.events.clear();
  const auto add_after = [&](const crypto::Hash& base) {
    n.events.clear();
    n.add("ticket.issued");
    auto r = n.batch(0, 1);
    r.previous = base;
    n.sign(r);
    return r;
  };
  crypto::Hash never{};
  never.fill(7);
  CHECK(n.refused(add_after(never)).code == "fork");
  CHECK(n.refused(add_after(crypto::Hash{})).code == "fork");
  const auto refusal = n.refused(add_after(never));
  CHECK(refusal.epoch == "00000000000000e1");
  CHECK(refusal.seq == 6);
  const auto r = add_after(old);
  CHECK(n.push(r).status == 200);
  CHECK(n.push(r).status == 200);
  CHECK(ledger(*w.centre).size() == 7);
}

TEST_CASE("central: fields out of bounds, bodies too large and bombs are refused with code and field") {
  World w(0);
  TestNode n = w.enrolled();
  n.add("ticket.issued");
  auto j = Json::parse(protocol::encode(n.batch(0, 1)));
  j["first_seq"] = -1;
  auto r = n.post("/v1/events", j.dump());
  CHECK(r.status == 400);
  CHECK(field_of(r) == "first_seq");
  j = Json::parse(protocol::encode(n.batch(0, 1)));
  j["events"][0]["header"] = "{\"id\":\"none\"}";
  r = n.post("/v1/events", j.dump());
  CHECK(r.status == 400);
  CHECK(field_of(r).starts_with("events[0].header"));
  CHECK(code_of(n.post("/v1/events", "nonsense")) == "json_unreadable");
  r = n.post("/v1/events", std::string(64u << 20, ' '), true);
  CHECK(r.status == 413);
  CHECK(code_of(r) == "body_too_large");
  r = n.post("/v1/people/find", std::string(20'000, ' '));
  CHECK(r.status == 413);
  CHECK(field_of(n.get("/v1/feed?after=x")) == "after");
  CHECK(field_of(n.get("/v1/feed?wait_s=61")) == "wait_s");
  CHECK(field_of(n.get("/v1/feed?limit=0")) == "limit");
  CHECK(n.get("/v1/blobs/" + std::string(64, 'X')).status == 400);
  CHECK(n.push(n.batch(0, 1)).status == 200);  // and the connection still serves
}

TEST_CASE("central: a claim is accepted once; the same KPJ from another branch is rejected, and both are told") {
  World w;
  const auto people = may_claim(w.seeded);
  REQUIRE(people.size() >= 2);
  TestNode a = w.enrolled("JKT01"), b = w.enrolled("SBY02");
  const std::string claim = "0192d3c4-0000-7000-8000-000000000001", second = "0192d3c4-0000-7000-8000-000000000002";
  a.add("ticket.issued");
  a.add("claim.submitted", protocol::encode(claim_of(people[0])), claim);
  const auto reply = a.push_all();
  REQUIRE(reply.verdicts.size() == 1);
  CHECK(reply.verdicts[0].seq == 2);
  CHECK(reply.verdicts[0].verdict == "accepted");
  CHECK(reply.verdicts[0].stage == "agenda");
  b.add("claim.submitted", protocol::encode(claim_of(people[0])), second);
  const auto other = b.push_all();
  REQUIRE(other.verdicts.size() == 1);
  CHECK(other.verdicts[0].verdict == "rejected");
  CHECK(other.verdicts[0].reason == "claimed_elsewhere");
  // Asked again, the ledger says the same.
  b.acknowledged = 0;
  CHECK(b.push_all().verdicts.at(0).reason == "claimed_elsewhere");

  auto feed = a.feed(0);
  const auto* stage = last_of(feed, "claim_stage");
  REQUIRE(stage);
  auto s = must(protocol::decode<protocol::FeedClaimStage>(stage->body));
  CHECK(s.claim == claim);
  CHECK(s.stage == domain::Stage::Agenda);
  REQUIRE(s.deadline.has_value());
  CHECK(*s.deadline > Date::at(w.clock.now(), std::chrono::minutes(420)).iso());
  CHECK(last_of(b.feed(0), "claim_stage") == nullptr);

  REQUIRE(w.centre->advance(claim, domain::Stage::Selesai).ok());
  CHECK(w.centre->advance(claim, domain::Stage::Penetapan).fault().code == "stage_passed");
  CHECK(w.centre->advance(second, domain::Stage::Penetapan).fault().code == "claim_unknown");
  const auto later = a.feed(feed.until);
  s = must(protocol::decode<protocol::FeedClaimStage>(last_of(later, "claim_stage")->body));
  CHECK(s.stage == domain::Stage::Selesai);
  const auto paid = must(protocol::decode<protocol::FeedPerson>(last_of(later, "person")->body));
  CHECK(paid.participant.memberships.back().balance.value == 0);
  CHECK(paid.participant.already_paid.value > 0);
}

TEST_CASE("central: what is wrong with a claim is its verdict, never a refused batch") {
  World w;
  const auto people = may_claim(w.seeded);
  TestNode n = w.enrolled();
  const auto id = [](int i) { return "0192d3c4-0000-7000-8000-0000000000" + std::to_string(10 + i); };
  auto c = claim_of(people[0]);
  c.person = "nik:3578015208620004";
  n.add("claim.submitted", protocol::encode(c), id(0));
  c = claim_of(people[0]);
  c.kpj = people[1].memberships.back().kpj.digits();
  n.add("claim.submitted", protocol::encode(c), id(1));
  c = claim_of(people[0]);
  c.mother = "Somebody Else";
  n.add("claim.submitted", protocol::encode(c), id(2));
  n.add("claim.submitted", protocol::encode(claim_of(people[0], "NOCAUSE")), id(3));
  n.add("claim.submitted", "{\"person\":\"nobody\"}", id(4));
  n.add("claim.submitted", protocol::encode(claim_of(people[0])), "");
  n.add("dance.performed");
  n.add("claim.submitted", protocol::encode(claim_of(people[0])), id(7));
  n.add("claim.submitted", protocol::encode(claim_of(people[0])), id(8));
  auto request = n.batch(0, n.events.size());
  request.events[7].wrap[40] ^= 1;  // the wrap is not in the chain: the payload cannot be opened
  const auto reply = must(protocol::decode<protocol::PushReply>(n.push(request).body));
  const std::vector<std::pair<std::string, std::string>> expected = {
      {"rejected", "person_unknown"}, {"rejected", "kpj_not_of_person"}, {"rejected", "facts_differ"},
      {"rejected", "cause_unknown"},  {"flagged", "payload_invalid"},    {"flagged", "payload_invalid"},
      {"flagged", "unknown_kind"},    {"flagged", "payload_unreadable"}, {"accepted", ""}};
  REQUIRE(reply.verdicts.size() == expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    CAPTURE(i);
    CHECK(reply.verdicts[i].verdict == expected[i].first);
    CHECK(reply.verdicts[i].reason == expected[i].second);
  }
  CHECK(reply.verdicts[2].detail == "mother");
  CHECK(reply.verdicts[4].detail == "kpj");  // the first field that the payload lacks
  CHECK(reply.verdicts[5].detail == "header.subject");
  CHECK(must(protocol::decode<protocol::PushReply>(n.push(request).body)).verdicts[5].detail == "header.subject");
  CHECK(ledger(*w.centre).size() == expected.size());
}

TEST_CASE(
    "central: a block reaches every branch that keeps the person; a reset opens after 24 hours by the centre's clock") {
  World w;
  const auto& p = w.seeded.participants[0];
  TestNode a = w.enrolled("JKT01"), b = w.enrolled("SBY02");
  REQUIRE(must(protocol::open_found(
                   must(protocol::decode<protocol::FoundPerson>(
                       b.post("/v1/people/find", protocol::encode(protocol::seal_wanted({p.id}, *b.shared))).body)),
                   *b.shared))
              .participant.name == p.name);
  REQUIRE(w.centre->set_reference(p.id, {"sface", Bytes(512, 1)}).ok());
  const auto before_a = a.feed(0).until, before_b = b.feed(0).until;

  a.add("face.attempted", protocol::encode(protocol::FacePayload{p.id.key(), "no_match", 0.1}));
  a.add("account.blocked", protocol::encode(protocol::PersonPayload{p.id.key(), {}}));
  CHECK(a.push_all().verdicts.empty());  // plainly accepted
  const auto at_b = b.feed(before_b);
  const auto blocked = must(protocol::decode<protocol::FeedAccount>(last_of(at_b, "account")->body));
  CHECK(blocked.account.state == domain::AccountState::Blocked);
  CHECK(blocked.account.failed == 1);
  CHECK(must(w.centre->participant(p.id)).account.state == domain::AccountState::Blocked);

  const std::string reset = "0192d3c4-0000-7000-8000-000000000077";
  a.add("account.reset", protocol::encode(protocol::ResetPayload{p.id.key(), "i", "face_changed", "", std::nullopt}),
        reset);
  const auto reply = a.push_all();
  REQUIRE(reply.verdicts.size() == 1);
  const auto usable = from_ms(reply.verdicts[0].usable_from_ms.value());
  CHECK(usable == w.clock.now() + std::chrono::hours(24));
  const auto reset_at_b = b.feed(at_b.until);
  CHECK(must(protocol::decode<protocol::FeedAccount>(last_of(reset_at_b, "account")->body)).account.usable_from ==
        usable);
  // The old template is gone everywhere but where the new photo is.
  CHECK(!must(protocol::decode<protocol::FeedPerson>(last_of(reset_at_b, "person")->body)).reference.has_value());
  CHECK(last_of(a.feed(before_a), "person") == nullptr);
  CHECK(!must(w.centre->participant(p.id)).reference.has_value());

  // A block of yesterday that arrives today from a branch that was off line.
  b.add("account.blocked", protocol::encode(protocol::PersonPayload{p.id.key(), {}}), "",
        w.clock.now() - std::chrono::hours(5));
  CHECK(b.push_all().verdicts.at(0).reason == "stale_block");
  w.clock.advance(std::chrono::hours(24));
  CHECK(must(w.centre->participant(p.id)).account.state == domain::AccountState::Active);
}

TEST_CASE("central: a new node reads the present from the feed: rules, services, officers, people") {
  World w(30);
  TestNode n = w.enrolled();
  std::map<std::string, int> kinds;
  std::int64_t after = 0;
  for (;;) {
    const auto f = n.feed(after, 0, 7);
    if (f.items.empty()) break;
    for (const auto& i : f.items) {
      CHECK(i.cursor > after);
      after = i.cursor;
      ++kinds[i.kind];
    }
    CHECK(f.until == after);
  }
  CHECK(kinds == std::map<std::string, int>{{"officers", 1}, {"person", 30}, {"rules", 1}, {"services", 1}});
  const auto officers =
      must(protocol::decode<std::vector<protocol::FeedOfficer>>(last_of(n.feed(0), "officers")->body));
  REQUIRE(officers.size() == 4);
  CHECK(officers[0].activation_pin == w.seeded.officers[0].pin);
  REQUIRE(w.centre->set_rule("self_service_ceiling", "20000000", Date::of(2027, 1, 1).value()).ok());
  const auto changed = must(protocol::decode<domain::RuleBook>(last_of(n.feed(after), "rules")->body));
  CHECK(must(changed.at(Date::of(2027, 1, 2).value())).self_service_ceiling.value == 20'000'000);
  CHECK(must(changed.at(Date::of(2026, 12, 31).value())).self_service_ceiling.value == 15'000'000);
  CHECK(w.centre->set_rule("no_such_rule", "1", Date::of(2027, 1, 1).value()).fault().code == "rule_unknown");
  CHECK(!w.centre->set_rule("self_service_ceiling", "much", Date::of(2027, 1, 1).value()).ok());
}

TEST_CASE("central: a waiting feed answers as soon as an operator in another process acts") {
  World w(3);
  TestNode n = w.enrolled();
  const auto until = n.feed(0).until;
  protocol::FeedReply got;
  std::thread waiter([&] { got = n.feed(until, 30); });
  central::Centre::Options o;
  o.home = w.home.path + "/centre";
  o.store = w.store;
  o.clock = &w.clock;
  o.random = &w.random;
  const auto operators = must(central::Centre::open(o));  // as another process would: no lock
  REQUIRE(operators->block(w.seeded.participants[1].id).ok());
  waiter.join();
  REQUIRE(got.items.size() == 1);
  CHECK(must(protocol::decode<protocol::FeedAccount>(got.items[0].body)).account.state ==
        domain::AccountState::Blocked);
  o.serve = true;
  CHECK(central::Centre::open(o).fault().code == "home_in_use");
}

TEST_CASE("central: one more person is found sealed, and from then on followed; a stranger is not found") {
  World w(5);
  TestNode n = w.enrolled("SBY02");
  const auto ask = [&](const domain::PersonId& id) {
    return must(protocol::decode<protocol::FoundPerson>(
        n.post("/v1/people/find", protocol::encode(protocol::seal_wanted({id}, *n.shared))).body));
  };
  const auto& p = w.seeded.participants[2];
  const auto found = must(protocol::open_found(ask(p.id), *n.shared));
  CHECK(found.participant.mother == p.mother);
  CHECK(found.expires_ms > to_ms(w.clock.now()));
  CHECK(!ask(domain::PersonId(must(domain::Nik::parse("3578015208620004")))).found);
  REQUIRE(w.centre->block(p.id).ok());
  CHECK(last_of(n.feed(0), "account") != nullptr);
  protocol::FindPerson garbage{Bytes(60, 1)};
  CHECK(field_of(n.post("/v1/people/find", protocol::encode(garbage))) == "sealed");
  // After its time the person is no longer this branch's business.
  w.clock.advance(std::chrono::hours(24 * 40));
  CHECK(last_of(n.feed(0), "account") == nullptr);
}
