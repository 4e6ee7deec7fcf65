// The centre's messages: there and back, within their schemas, and refused by field when out of bounds.
#include "api/protocol/central_api.h"

#include <doctest/doctest.h>

#include "api/protocol/enrol_code.h"
#include "api/protocol/held.h"
#include "json_schema.h"

using namespace kiosk;
using namespace kiosk::protocol;
using test::Json;

namespace {

const test::JsonSchema& schema() {
  static const auto s = test::JsonSchema::of("central");
  return s;
}

template <std::size_t N>
Bytes bytes_of(std::uint8_t fill) {
  return Bytes(N, fill);
}

EnrolRequest enrol_request() {
  EnrolRequest r;
  r.code = "JKT01-AAAAA-BBBBB-CCCCC-DDDDD-EEEEE";
  r.csr_pem = "-----BEGIN CERTIFICATE REQUEST-----\n";
  r.sign_key = bytes_of<32>(1);
  r.box_key = bytes_of<32>(2);
  r.node = "0123456789abcdef";
  r.epoch = "fedcba9876543210";
  r.proof = bytes_of<64>(3);
  return r;
}
PushRequest push_request() {
  PushRequest r;
  r.epoch = "fedcba9876543210";
  r.first_seq = 7;
  r.previous.fill(4);
  r.events = {{"{\"id\":\"x\"}", bytes_of<40>(5), bytes_of<72>(6)}, {"{}", {}, {}}};
  r.signature.fill(8);
  return r;
}
domain::Participant participant() {
  domain::Participant p{domain::PersonId(domain::Nik::parse("3578015208620004").value()),
                        {},
                        {},
                        {},
                        {},
                        {},
                        {},
                        {},
                        {},
                        {},
                        {},
                        {},
                        {},
                        {}};
  p.citizenship = "IDN";
  p.name = "Siti Rahayu";
  p.birth = Date::of(1962, 8, 12).value();
  p.birth_place = "Surabaya";
  p.mother = "Ani Sari";
  p.sex = domain::Sex::Female;
  p.phone = "+628123456789";
  p.address = "Jl. Melati 1";
  domain::Membership m{domain::Kpj::parse("12345678901").value(), "PT Contoh", {}, {}, {}, {}, {}, {}, {}};
  m.since = Date::of(2001, 3, 1).value();
  m.ended = Date::of(2024, 3, 31).value();
  m.wage = {4'500'000};
  m.balance = {14'000'000};
  m.years = {{2023, {3'078'000}, {1'620'000}}};
  p.memberships = {m};
  p.first_paid = Date::of(2020, 1, 2).value();
  p.already_paid = {1'000'000};
  p.data_current = true;
  return p;
}
FeedPerson feed_person() {
  FeedPerson p{
      participant(), {}, domain::FaceTemplate{"sface", bytes_of<512>(9)}, 1'750'000'000'000, 1'760'000'000'000};
  p.account.state = domain::AccountState::ResetWaiting;
  p.account.usable_from = from_ms(1'760'000'000'123);
  p.account.failed = 2;
  p.account.reason = "face_failed";
  p.heard = Heard{"fedcba9876543210", 8};
  return p;
}

// Encoded, in its schema, decoded, encoded again: the same.
template <class T>
T round(const T& value, const std::string& component) {
  const std::string text = encode(value);
  CHECK_MESSAGE(schema().judge_text(component, text) == "", component);
  const auto back = decode<T>(text);
  REQUIRE_MESSAGE(back.ok(), (back.ok() ? "" : back.fault().code + " " + back.fault().field));
  CHECK(encode(*back) == text);
  return *back;
}

template <class T>
Fault fault_of(std::string text) {
  const auto r = decode<T>(text);
  return r.ok() ? Fault{FaultKind::Refused, "it was accepted", "", ""} : r.fault();
}
template <class T>
Fault with(const T& good, const std::string& pointer, const Json& bad) {
  Json j = Json::parse(encode(good));
  j[Json::json_pointer(pointer)] = bad;
  return fault_of<T>(j.dump());
}
template <class T>
Fault without(const T& good, const std::string& key) {
  Json j = Json::parse(encode(good));
  j.erase(key);
  return fault_of<T>(j.dump());
}

}  // namespace

TEST_CASE("central api: every message comes back as it was sent and fits its schema") {
  round(CaReply{"-----BEGIN CERTIFICATE-----"}, "CaReply");
  const auto enrol = round(enrol_request(), "EnrolRequest");
  CHECK(enrol.proof == bytes_of<64>(3));
  round(EnrolReply{"JKT01", "Cabang", "0123456789abcdef", "PEM", "PEM", 1'800'000'000'000, bytes_of<32>(1),
                   bytes_of<32>(2), 480},
        "EnrolReply");
  const auto push = round(push_request(), "PushRequest");
  CHECK(push.events.at(0).header == "{\"id\":\"x\"}");
  CHECK(push.events.at(1).ciphertext.empty());
  events::Ack ack{"JKT01", "0123456789abcdef", "fedcba9876543210", 8, {}, {}};
  ack.head.fill(1);
  const auto reply = round(
      PushReply{
          ack, {{8, "accepted", "", 1'760'000'000'000, "agenda"}, {9, "rejected", "claimed_elsewhere", {}, ""}}, 5},
      "PushReply");
  CHECK(reply.verdicts.at(0).usable_from_ms == 1'760'000'000'000);
  round(PushRefusal{"gap", "fedcba9876543210", 3, {}}, "PushRefusal");
  round(PushRefusal{"gap", "", 0, {}}, "PushRefusal");
  round(BlobState{17, false, std::string(64, 'a')}, "BlobState");
  round(FeedReply{2, {{3, "rules", "{}", false}, {4, "person", "abc", true}}, 4}, "FeedReply");
  const auto person = round(feed_person(), "FeedPerson");
  CHECK(person.participant.id.key() == "nik:3578015208620004");
  CHECK(person.participant.memberships.at(0).ended == Date::of(2024, 3, 31).value());
  CHECK(person.reference->values.size() == 512);
  CHECK(person.account.usable_from == from_ms(1'760'000'000'123));
  round(
      std::vector<FeedOfficer>{{{"1001", "Agus", "ISO", {"call"}, Date::of(2027, 1, 1).value(), false}, "", "123456"}},
      "FeedOfficers");
  round(std::vector<domain::Service>{{"JHT", "Klaim JHT", "A", true}}, "Services");
  round(domain::RuleBook::defaults(), "RuleBook");
  const auto stage =
      round(FeedClaimStage{"0192d3c4-0000-7000-8000-000000000001", domain::Stage::Pembayaran, 5, "2026-11-27"},
            "FeedClaimStage");
  CHECK(stage.stage == domain::Stage::Pembayaran);
  const auto account =
      round(FeedAccount{participant().id, feed_person().account, 5, Heard{"fedcba9876543210", 8}}, "FeedAccount");
  CHECK(account.heard->seq == 8);
  round(FeedGone{participant().id}, "FeedGone");
  round(FeedVerdict{"fedcba9876543210", {8, "rejected", "claimed_elsewhere", {}, ""}}, "FeedVerdict");
  round(FindPerson{bytes_of<60>(1)}, "FindPerson");
  round(FoundPerson{false, {}}, "FoundPerson");
  round(ApiError{"store_busy", "field", "why", 30}, "ApiError");
  round(HeldChains{{{"fedcba9876543210", {}, 7, ack.head, {}}}}, "HeldChains");
  const auto held =
      round(HeldEvents{"fedcba9876543210", 8, ack.head, push_request().events, {{8, "rejected", "x", {}, ""}}, true},
            "HeldEvents");
  CHECK(held.events.size() == 2);
  CHECK(held.more);
  ImportReceipt receipt{"JKT01", "0123456789abcdef", true, {{ack, reply.verdicts}}, {std::string(64, 'a')}, {}};
  CHECK(round(receipt, "ImportReceipt").chains.at(0).verdicts.at(1).reason == "claimed_elsewhere");
}

TEST_CASE("central api: an import's receipt holds against every change") {
  crypto::init();
  const auto centre = crypto::SigningKey::random();
  const events::Ack ack =
      events::sign_ack({"JKT01", "0123456789abcdef", "fedcba9876543210", 8, crypto::Hash{}, {}}, centre);
  const auto good = sign_receipt(
      {"JKT01", "0123456789abcdef", true, {{ack, {{8, "rejected", "claimed_elsewhere", {}, ""}}}}, {"a", "b"}, {}},
      centre);
  CHECK(check_receipt(good, centre.public_key()));
  CHECK_FALSE(check_receipt(good, crypto::SigningKey::random().public_key()));
  const auto changed = [&](auto change) {
    auto r = good;
    change(r);
    return check_receipt(r, centre.public_key());
  };
  CHECK_FALSE(changed([](ImportReceipt& r) { r.complete = false; }));
  CHECK_FALSE(changed([](ImportReceipt& r) { r.node[0] = '1'; }));
  CHECK_FALSE(changed([](ImportReceipt& r) { r.chains[0].ack.seq = 9; }));
  CHECK_FALSE(changed([](ImportReceipt& r) { r.chains[0].verdicts.clear(); }));
  CHECK_FALSE(changed([](ImportReceipt& r) { r.chains[0].verdicts[0].verdict = "accepted"; }));
  CHECK_FALSE(changed([](ImportReceipt& r) { r.blobs = {"ab"}; }));
}

TEST_CASE("central api: the rule book of the feed resolves to the same rules") {
  const auto book = domain::RuleBook::defaults();
  const auto back = decode<domain::RuleBook>(encode(book));
  REQUIRE(back.ok());
  const Date day = Date::of(2026, 11, 20).value();
  const auto a = book.at(day), b = back->at(day);
  REQUIRE(a.ok());
  REQUIRE(b.ok());
  CHECK(a->self_service_ceiling == b->self_service_ceiling);
  CHECK(a->causes.size() == b->causes.size());
  CHECK(a->tax_art17.size() == b->tax_art17.size());
}

TEST_CASE("central api: a field out of bounds is refused and named") {
  struct Case {
    Fault got;
    const char *code, *field;
  };
  const auto e = enrol_request();
  const auto p = push_request();
  const auto f = feed_person();
  const Case cases[] = {
      {fault_of<EnrolRequest>("{"), "json_unreadable", "body"},
      {fault_of<EnrolRequest>("[]"), "field_type", "body"},
      {fault_of<EnrolRequest>(std::string(100, '[') + std::string(100, ']')), "json_unreadable", "body"},
      {fault_of<EnrolRequest>("{\"code\":\"\xff\xfe\"}"), "json_unreadable", "body"},
      {without(e, "node"), "field_missing", "node"},
      {with(e, "/node", "0123456789ABCDEF"), "field_value", "node"},
      {with(e, "/node", nullptr), "field_missing", "node"},
      {with(e, "/code", std::string(129, 'x')), "field_length", "code"},
      {with(e, "/sign_key", "AAAA"), "field_length", "sign_key"},
      {with(e, "/sign_key", std::string(43, '!')), "field_value", "sign_key"},
      {with(e, "/proof", 5), "field_type", "proof"},
      {with(p, "/first_seq", 0), "field_range", "first_seq"},
      {with(p, "/first_seq", 1.5), "field_type", "first_seq"},
      {with(p, "/first_seq", 18'446'744'073'709'551'615u), "field_range", "first_seq"},
      {with(p, "/events", Json::array()), "field_length", "events"},
      {with(p, "/events", Json(std::vector<int>(2'001, 1))), "field_length", "events"},
      {with(p, "/events/1/header", std::string(4'097, 'h')), "field_length", "events[1].header"},
      {with(p, "/events/0/ciphertext", std::string(90'000, 'A')), "field_length", "events[0].ciphertext"},
      {with(p, "/events/0/wrap", "*"), "field_value", "events[0].wrap"},
      {with(p, "/epoch", "short"), "field_length", "epoch"},
      {with(f, "/participant/memberships/0/kpj", "1234567890"), "kpj_length", "participant.memberships[0].kpj"},
      {with(f, "/participant/person", "nik:1"), "nik_length", "participant.person"},
      {with(f, "/participant/birth", "1962-02-30"), "date_invalid", "participant.birth"},
      {with(f, "/participant/sex", "other"), "field_value", "participant.sex"},
      {with(f, "/participant/memberships/0/balance", -1), "field_range", "participant.memberships[0].balance"},
      {with(f, "/account/state", "asleep"), "field_value", "account.state"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.field);
    CHECK(c.got.kind == FaultKind::BadInput);
    CHECK(c.got.code == c.code);
    CHECK(c.got.field == c.field);
  }
}

TEST_CASE("central api: unknown fields of a newer side are ignored") {
  Json j = Json::parse(encode(BlobState{5, true, std::string(64, '0')}));
  j["newer"] = {{"deep", 1}};
  const auto r = decode<BlobState>(j.dump());
  REQUIRE(r.ok());
  CHECK(r->received == 5);
}

TEST_CASE("central api: a sealed feed item opens only in its own place") {
  crypto::init();
  const auto shared = crypto::Key::random(), other = crypto::Key::random();
  const FeedItem item{7, "person", encode(feed_person()), false};
  FeedItem sealed = seal_item(item, shared);
  CHECK(sealed.sealed);
  CHECK(sealed.body.find("Siti") == std::string::npos);
  CHECK(open_item(sealed, shared)->body == item.body);
  CHECK(!open_item(sealed, other).ok());
  FeedItem moved = sealed;
  moved.cursor = 8;
  CHECK(!open_item(moved, shared).ok());
  moved = sealed;
  moved.kind = "account";
  CHECK(!open_item(moved, shared).ok());
  const auto asked = seal_wanted({participant().id}, shared);
  CHECK(open_wanted(asked, shared)->person == participant().id);
  CHECK(!open_found(FoundPerson{true, asked.sealed}, shared).ok());  // a question is no answer
  CHECK(open_found(seal_found(feed_person(), shared), shared)->participant.name == "Siti Rahayu");
  CHECK(open_found(FoundPerson{}, shared).fault().code == "person_unknown");
}

TEST_CASE("enrolment code: forgiving to fingers, strict about the CA") {
  Bytes random(10), ca(32), other(32);
  for (std::uint8_t i = 0; i < 10; ++i) random[i] = static_cast<std::uint8_t>(i * 25);
  for (std::uint8_t i = 0; i < 32; ++i) ca[i] = static_cast<std::uint8_t>(200 - i);
  const auto code = make_enrol_code("JKT01", random, ca);
  CHECK(code.text.size() == 5 + 5 * 6);
  CHECK(code.secret.size() == 16);
  const auto back = parse_enrol_code(code.text);
  REQUIRE(back.ok());
  CHECK(back->text == code.text);
  CHECK(back->branch == "JKT01");
  CHECK(code_knows_ca(*back, ca));
  CHECK(!code_knows_ca(*back, other));
  CHECK(!code_knows_ca(*back, {}));
  std::string typed = " " + code.text + "\n";
  for (char& c : typed) c = static_cast<char>(c == '0' ? 'o' : c == '1' ? 'l' : std::tolower(c));
  // The branch keeps its own digits: only the groups forgive O and L.
  typed.replace(1, 5, "jkt01");
  CHECK(parse_enrol_code(typed)->text == code.text);
  for (const std::string& bad :
       {std::string(), std::string("JKT01"), code.text.substr(1, 20), code.text + "A", std::string(500, 'A'),
        "J_T01" + code.text.substr(5), code.text.substr(0, 10) + "U" + code.text.substr(11)})
    CHECK(parse_enrol_code(bad).fault().code == "code_unreadable");
}

TEST_CASE("json schema: the judge can fail") {
  const test::JsonSchema s(Json::parse(R"({"components":{"schemas":{
    "T":{"type":"object","additionalProperties":false,"required":["a"],"properties":{
      "a":{"type":"integer","minimum":1,"maximum":3},"b":{"type":"string","pattern":"^x+$","minLength":2,"maxLength":3},
      "c":{"type":"array","items":{"$ref":"#/components/schemas/E"},"maxItems":2,"minItems":1},
      "d":{"oneOf":[{"type":"integer"},{"type":"number"}]}}},
    "E":{"type":"string","enum":["p","q"]},"U":{"type":"string","mystery":1}}}})"));
  CHECK(s.judge_text("T", R"({"a":1,"b":"xx","c":["p","q"],"d":1.5})") == "");
  for (const char* bad :
       {R"([])", R"({})", R"({"a":0})", R"({"a":4})", R"({"a":1.5})", R"({"a":"1"})", R"({"a":1,"z":1})",
        R"({"a":1,"b":"x"})", R"({"a":1,"b":"xxxx"})", R"({"a":1,"b":"yy"})", R"({"a":1,"c":[]})",
        R"({"a":1,"c":["p","p","p"]})", R"({"a":1,"c":["r"]})", R"({"a":1,"d":1})", R"({"a":1,"d":"s"})", "{"})
    CHECK_MESSAGE(s.judge_text("T", bad) != "", bad);
  CHECK(s.judge_text("U", "\"x\"") != "");
  CHECK(s.judge_text("absent", "1") != "");
}

TEST_CASE(
    "openapi: central.json is whole: every reference leads somewhere, every operation has an answer and an error") {
  const Json& doc = schema().document();
  CHECK(doc.at("openapi") == "3.1.0");
  std::set<std::string> used;
  const std::function<void(const Json&)> walk = [&](const Json& j) {
    if (j.is_object() && j.contains("$ref")) {
      const auto target = j.at("$ref").get<std::string>();
      CHECK_MESSAGE(doc.contains(Json::json_pointer(target.substr(1))), target);
      used.insert(target);
    }
    if (j.is_structured())
      for (const auto& x : j) walk(x);
  };
  walk(doc);
  std::set<std::string> ids;
  for (const auto& [path, item] : doc.at("paths").items())
    for (const auto& [method, op] : item.items()) {
      CHECK(ids.insert(op.at("operationId").get<std::string>()).second);
      CHECK(op.at("responses").contains("200"));
      CHECK(op.at("responses").contains("default"));
      CHECK(op.contains("security"));
    }
}
