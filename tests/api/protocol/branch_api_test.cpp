// The terminal's messages: there and back without loss, within their schemas, and the contract file is what the code
// says.
#include "api/protocol/branch_api.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>

#include "json_schema.h"
#include "wire_of.h"

using namespace kiosk;
using namespace kiosk::protocol;
using test::Json;
using test::read_wire;
using test::wire_of;

namespace {

std::string contract_path() {
  const char* source = std::getenv("KIOSK_SOURCE");
  return std::string(source ? source : ".") + "/kiosk/api/protocol/openapi/branch.json";
}

// Written, within its schema, read, and written again the same.
template <class T>
T there_and_back(const Json& schema, const T& value) {
  const std::string text = wire_of(value);
  const auto judge = test::JsonSchema::of("branch");
  CHECK(judge.check(schema, Json::parse(text), "message") == "");
  auto back = read_wire<T>(text);
  if (!back) FAIL(back.fault().code << " " << back.fault().field);
  CHECK(wire_of(*back) == text);
  return std::move(*back);
}
template <class T>
T there_and_back(const char* component, const T& value) {
  return there_and_back(Json{{"$ref", std::string("#/components/schemas/") + component}}, value);
}

Uuid id(std::uint8_t n) {
  std::array<std::uint8_t, 16> b{};
  b.fill(n);
  return Uuid::from_bytes(b);
}
domain::PersonId person() { return domain::PersonId(domain::Nik::parse("3578015208620004").value()); }
domain::Ticket ticket() {
  domain::Ticket t;
  t.id = id(1);
  t.number = "A-012";
  t.service = "JHT";
  t.priority = domain::Priority::Blocked;
  t.state = domain::TicketState::Called;
  t.counter = "3";
  t.officer = "1001";
  t.calls = 2;
  t.purpose = "blocked:x";
  t.issued_at = from_ms(1'795'140'000'000);
  t.called_at = from_ms(1'795'140'060'000);
  return t;
}
verbs::ClaimView claim_view() {
  verbs::ClaimView c;
  c.id = id(2);
  c.receipt = "JKT01-7F3K9-Q2M4D";
  c.receipt_qr = "K1.x";
  c.cause = "PHK";
  c.kpj = "12345678901";
  c.state = domain::ClaimState::NeedsOfficer;
  c.sync = domain::SyncState::Rejected;
  c.sync_why = "no_route";
  c.reason = "claimed_elsewhere";
  c.gross = {14'000'000};
  c.tax = {700'000};
  c.net = {13'300'000};
  c.stages = {{domain::Stage::Agenda, from_ms(5)}, {domain::Stage::Selesai, {}}};
  c.saved_at = from_ms(6);
  c.deadline = Date::of(2026, 12, 1).value();
  c.person_masked = "S*** R***";
  return c;
}
verbs::AccountView account_view() {
  verbs::AccountView a;
  a.account.state = domain::AccountState::ResetWaiting;
  a.account.failed = 3;
  a.account.reason = "face_failed";
  a.account.usable_from = from_ms(7);
  a.attempts_left = 0;
  a.purpose = "blocked:1";
  a.attempts = {{id(3), from_ms(8), domain::FaceVerdict::NoMatch, true, "", "ab"}};
  a.sync = domain::SyncState::Sending;
  return a;
}
verbs::ResetView reset_view() {
  return {id(4),
          "S***",
          "1001",
          "1002",
          "light",
          domain::AccountState::ResetPending,
          true,
          true,
          "cd",
          from_ms(9),
          domain::SyncState::Accepted,
          from_ms(10)};
}

}  // namespace

TEST_CASE("contract: openapi/branch.json is what the code writes and reads") {
  const std::string said = branch_openapi();
  if (std::getenv("KIOSK_WRITE_CONTRACT")) std::ofstream(contract_path()) << said;
  std::ifstream in(contract_path());
  const std::string file((std::istreambuf_iterator<char>(in)), {});
  CHECK_MESSAGE(file == said, "run this test with KIOSK_WRITE_CONTRACT=1 and look at what changed");
}

TEST_CASE("contract: one path a verb, and values that both APIs carry have one schema") {
  const auto branch = Json::parse(branch_openapi());
  CHECK(branch.at("openapi") == "3.1.0");
  CHECK(branch.at("paths").size() == branch_verbs().size() + 2);  // and what is no verb: the CA, the pushed changes
  for (const auto& verb : branch_verbs()) CHECK(branch.at("paths").contains("/v1/" + verb));
  const auto central = test::JsonSchema::of("central").document().at("components").at("schemas");
  int same = 0;
  for (const auto& [name, schema] : branch.at("components").at("schemas").items())
    if (central.contains(name) && name != "Verdict") {
      CAPTURE(name);
      CHECK(schema == central.at(name));
      ++same;
    }
  CHECK(same >= 8);
}

TEST_CASE("branch api: every request crosses whole") {
  there_and_back("IssueTicket", verbs::IssueTicket{id(1), "JHT", person(), domain::Priority::Elderly, "claim:x"});
  there_and_back("FindParticipant", verbs::FindParticipant{person(), Date::of(1962, 8, 12).value(), "Ani", "asked"});
  there_and_back("CheckClaim", verbs::CheckClaim{person(), "PHK", Date::of(2026, 11, 20).value()});
  verbs::SubmitClaim s{id(2),
                       person(),
                       "12345678901",
                       "Siti \"Rahayu\" \\ é",
                       "Ani",
                       Date::of(1962, 8, 12).value(),
                       domain::Claimant{domain::PersonId(domain::Passport{"IND", "K1234567"}), "Budi", "child"},
                       "DEATH",
                       "123456789012345",
                       "+628123456789",
                       {"002", "0123", "SITI"},
                       "aabb",
                       domain::FaceVerdict::Grey,
                       id(3),
                       {{"ktp", "cc"}, {"kk", "dd"}}};
  const auto back = there_and_back("SubmitClaim", s);
  CHECK(back.name == s.name);
  CHECK(back.person == s.person);
  CHECK(back.claimant->relation == "child");
  CHECK(back.account.holder == "SITI");
  CHECK(back.face == domain::FaceVerdict::Grey);
  CHECK(back.attempt == s.attempt);
  CHECK(back.documents[1].blob == "dd");
  const auto attempt = there_and_back("AttemptFace", verbs::AttemptFace{id(1), person(), {0, 1, 254, 255}});
  CHECK(attempt.photo == Bytes{0, 1, 254, 255});
  there_and_back("CompareFace", verbs::CompareFace{id(1), id(2), domain::FaceVerdict::Accept});
  there_and_back("Interview", verbs::Interview{id(1), person(), {{"mother", "Ani"}, {"birth", "1962"}}});
  there_and_back("ResetAccount", verbs::ResetAccount{id(1), person(), id(2), {9, 9}, "light"});
  there_and_back("OpenCase", verbs::OpenCase{id(1), {}, "asked", person()});
  for (int act = 0; act <= static_cast<int>(domain::TicketAct::Requeue); ++act) {
    const auto acted = there_and_back(
        "ActOnTicket", verbs::ActOnTicket{static_cast<domain::TicketAct>(act), {id(1), "3", "why", "ISO"}});
    CHECK(static_cast<int>(acted.act) == act);
    CHECK(acted.ref.to_service == "ISO");
  }
  there_and_back("AddTerminal", verbs::AddTerminal{"counter", "counter-2"});
  there_and_back("JoinTerminal", verbs::JoinTerminal{"7F3K9", "csr", {1, 2, 3}});
  there_and_back("RenewTerminal", verbs::RenewTerminal{"csr"});
  there_and_back("Announce", verbs::Announce{7});
  there_and_back("RemoveTerminal", verbs::RemoveTerminal{"counter-2"});
  const verbs::LogIn asked{"1001", SecretString("\"12\\34\"")};
  CHECK(read_wire<verbs::LogIn>(wire_of(asked))->pin.reveal() == "\"12\\34\"");
}

TEST_CASE("branch api: every result crosses whole") {
  there_and_back("TicketIssued", verbs::TicketIssued{ticket(), 4, 10, 20});
  const auto unknown = there_and_back("TicketIssued", verbs::TicketIssued{ticket(), 0, {}, {}});
  CHECK_FALSE(unknown.wait_low_min);
  there_and_back("BoardState", verbs::BoardState{{{"A-1", "2", from_ms(3)}}, {{"JHT", "Klaim", 7}}});
  domain::Participant p{person(), "Siti", {}, {}, "Ani", {}, "IDN", {}, {}, {}, {}, {}, {}, {}};
  const auto found =
      there_and_back("ParticipantFound", verbs::ParticipantFound{verbs::Source::Centre, from_ms(4), true, p, "S***"});
  CHECK(found.record->name == "Siti");
  CHECK(found.source == verbs::Source::Centre);
  const auto claim = there_and_back("ClaimView", claim_view());
  CHECK(claim.stages.size() == 2);
  CHECK(claim.net.value == 13'300'000);
  CHECK(claim.deadline->iso() == "2026-12-01");
  there_and_back("AccountView", account_view());
  const auto result = there_and_back(
      "AttemptResult", verbs::AttemptResult{id(1), domain::FaceVerdict::NoMatch, 0.25, true, "face_failed",
                                            account_view(), "ee", verbs::TicketIssued{ticket(), 0, {}, {}}});
  CHECK(result.score == 0.25);
  CHECK(result.ticket->ticket.number == "A-012");
  there_and_back("InterviewResult", verbs::InterviewResult{id(1), {5, 4, true}});
  there_and_back("ResetView", reset_view());
  const verbs::OfficerView officer{"1001", "Ani", "ISO", {"call", "reset"}, Date::of(2027, 1, 1).value(), true};
  there_and_back("SessionView", verbs::SessionView{"token", officer, "counter-1", from_ms(11)});
  verbs::CaseView c;
  c.ticket = ticket();
  c.person = person();
  c.masked_name = "S***";
  c.record = p;
  c.account = account_view();
  c.claims = {claim_view()};
  c.resets = {reset_view()};
  c.timeline = {{from_ms(12), "claim.submitted", "1001", domain::SyncState::NeedsOfficer}};
  CHECK(there_and_back("CaseView", c).timeline[0].sync == domain::SyncState::NeedsOfficer);
  there_and_back("SyncStatus", verbs::SyncStatus{3, 1, 90, from_ms(13), "offline", "no_route", "x", -1'500, "warn",
                                                 from_ms(14), from_ms(15), from_ms(16)});
  there_and_back("AuditVerdict", verbs::AuditVerdict{9, 4, 3, "00000000000000a1", {{"00000000000000a1", 7, 9}}});
  there_and_back("CopyAsked", verbs::CopyAsked{"00000000000000aa", 7, 2, 1000, true});
  there_and_back("CopyChunk",
                 verbs::CopyChunk{"00000000000000a1", "00000000000000aa", Bytes(40, 3), 9, 3, 7, 2, true, 2, 1});
  there_and_back("ReceiptTaken", verbs::ReceiptTaken{5, 1, true});
  there_and_back("TakeReceipt", verbs::TakeReceipt{"{\"branch\":\"JKT01\"}"});
  there_and_back("EnrolResult", verbs::EnrolResult{"JKT01", "00ff", from_ms(14)});
  there_and_back("Changes", verbs::Changes{7, true, {{7, "ticket", "x"}}});
  const auto called = there_and_back(
      "Changes",
      verbs::Changes{8, false, {{8, "call", "x", verbs::BoardState::Call{"A-012", "3", from_ms(1'795'140'060'000)}}}});
  REQUIRE(called.changes.at(0).call);
  CHECK(called.changes[0].call->number == "A-012");
  there_and_back("TerminalCode", verbs::TerminalCode{"JKT01-XXXXX", "counter-2", "counter", from_ms(16)});
  there_and_back("TerminalCertificate",
                 verbs::TerminalCertificate{"JKT01", "counter-2", "counter", "crt", "ca", from_ms(17), {4, 5}});
  const std::vector<verbs::TerminalView> known{
      {id(3), "counter-2", "counter", from_ms(18), from_ms(19), from_ms(20), true}};
  CHECK(wire_of(*read_wire<std::vector<verbs::TerminalView>>(wire_of(known))) == wire_of(known));
  there_and_back("Announcer", verbs::Announcer{true, "board-1", 3'000, 9});
  there_and_back("NodeInfo", verbs::NodeInfo{"JKT01", "00ff", "0.1", "Jakarta", true, from_ms(15), 420, true, "m"});
  there_and_back("RuleBook", domain::RuleBook::defaults());
  there_and_back("Eligibility",
                 domain::Eligibility{true, domain::Channel::Self, {{"nonaktif", true, ""}}, {"ktp"}, true});
}

TEST_CASE("branch api: a fault crosses whole, and what is none is not taken for one") {
  for (const auto kind : {FaultKind::Refused, FaultKind::BadInput, FaultKind::Unreachable, FaultKind::Damaged}) {
    const Fault f{kind, "queue_empty", "a.b[2]", "\"quoted\"\n\xff"};
    const auto back = fault_from_wire(fault_to_wire(f));
    REQUIRE(back.has_value());
    CHECK(back->kind == kind);
    CHECK(back->code == f.code);
    CHECK(back->field == f.field);
    CHECK(status_of(kind) >= 400);
  }
  for (const char* text : {"", "{}", "[]", "{\"fault\":1}", "{\"fault\":{}}",
                           "{\"fault\":{\"kind\":\"odd\",\"code\":\"x\"}}", "{\"fault\":{\"kind\":\"refused\"}}"})
    CHECK_FALSE(fault_from_wire(text).has_value());
}

TEST_CASE("branch api: nonsense is a fault with a field, never an exception") {
  for (const char* text :
       {"", "nul", "[[[[", "{\"service\":null}", "{\"service\":[]}", "{\"service\":\"JHT\",\"id\":\"x\"}",
        "{\"service\":\"JHT\",\"person\":\"nik:1\"}", "{\"service\":\"JHT\",\"priority\":3}", "\"x\"", "\xff\xfe"}) {
    CAPTURE(text);
    const auto r = read_wire<verbs::IssueTicket>(text);
    REQUIRE_FALSE(r.ok());
    CHECK(r.fault().kind == FaultKind::BadInput);
  }
  CHECK_FALSE(read_wire<verbs::IssueTicket>(std::string(100'000, '[')).ok());
}
