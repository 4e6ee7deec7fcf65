// A store with every kind of record against one that was made from its events alone: table by table, column by column.
#include <map>
#include <set>

#include "api/protocol/central_api.h"
#include "node/branch/outgoing.h"
#include "node/branch/recovery/replay.h"
#include "node/store/claims.h"
#include "node/store/copy.h"
#include "node/store/damaged.h"
#include "node/store/people.h"
#include "node/store/tasks.h"
#include "node/store/terminals.h"
#include "tests/api/verbs/branch_suite.h"

using namespace kiosk;
using namespace kiosk::test;
using domain::FaceVerdict;
using domain::TicketAct;
using std::chrono::minutes;

namespace {

// What may differ, and why. "table" or "table.column".
const std::map<std::string, std::string>& allowed() {
  static const std::map<std::string, std::string> all = {
      {"sqlite_sequence", "SQLite's own"},
      {"meta",
       "bookkeeping of a file: cursors, clocks, notes; what must come back of it a restore takes from the copy"},
      {"epoch.opened_at", "when this file first knew of the epoch"},
      {"cursor", "what the centre has acknowledged: asked for again"},
      {"verdict", "the centre's word: it says it again"},
      {"gap", "of this file"},
      {"event_aside", "of this file"},
      {"blob.at", "when it came into this file"},
      {"blob.n", "the order in which it came"},
      {"blob_bytes.n", "the order in which it came"},
      {"blob.urgency", "by the first event that is known here; a blob that came before its event waits at the end"},
      {"blob_wanted", "of this file: what it has yet to fetch"},
      {"blob_piece", "of this file"},
      {"services", "the centre's word: it says it again"},
      {"people", "the centre's word: it says it again"},
      {"person_kpj", "with the people"},
      {"officers", "the centre's word, and local PIN failures, which no event says"},
      {"account_word", "the centre's word that waits"},
      {"find_failures", "a bound on guessing, by day; no event says it"},
      {"drafts", "local, and for minutes: no event says it"},
      {"interview_cases", "an open interview is opened again"},
      {"sessions", "officers log in again"},
      {"openings", "with the sessions"},
      {"claim_stages", "the centre's word: it says it again"},
      {"terminals", "a key is in no event: who joined after the backup joins again"},
      {"terminal_codes", "good for an hour"},
      {"numbers_skipped", "what a restore itself goes past"},
      {"tasks.sealed_masked", "a name is the centre's word; the masked number stands there until it comes"},
      {"tasks.id", "given by the file; the event of a finished task names kind and subject"},
  };
  return all;
}

struct Table {
  std::vector<std::string> columns;
  std::vector<std::map<std::string, std::string>> rows;
};

// Sealed columns are opened: the same text is sealed to other bytes each time.
std::string shown(store::Read& read, const std::string& table, const std::string& column, const sqlite::Stmt& s, int i,
                  const std::string& key) {
  if (s.is_null(i)) return "(null)";
  if (!column.starts_with("sealed_")) return s.text(i).empty() ? "x" + to_hex(s.blob(i)) : s.text(i);
  const auto plain = read.open(s.blob(i), table + "." + column + ":" + key);
  REQUIRE_MESSAGE(plain.ok(), table << "." << column);
  return *plain;
}

std::map<std::string, Table> tables_of(store::Store& s) {
  auto read = good(s.read());
  std::vector<std::string> names;
  good(read.db()
           .prepared(
               "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_stat%' ORDER BY name")
           .each([&](sqlite::Stmt& row) { names.push_back(row.text(0)); }));
  std::map<std::string, Table> out;
  for (const auto& name : names) {
    if (allowed().contains(name)) continue;
    Table t;
    std::string list;
    good(read.db().prepared("SELECT name FROM pragma_table_info(?1)").bind_all(name).each([&](sqlite::Stmt& row) {
      t.columns.push_back(row.text(0));
    }));
    for (const auto& c : t.columns) {
      // Text as it is, everything else as SQLite quotes it; sealed ones as their bytes.
      const std::string shown_as =
          c.starts_with("sealed_") ? c : "CASE typeof(" + c + ") WHEN 'text' THEN " + c + " ELSE quote(" + c + ") END";
      list += (list.empty() ? "" : ", ") + shown_as;
    }
    const std::string first = t.columns.front();
    good(read.db()
             .prepared("SELECT " + list + ", hex(" + first + ") FROM " + name + " ORDER BY 1, 2")
             .each([&](sqlite::Stmt& row) {
               std::string key = row.text(static_cast<int>(t.columns.size()));
               for (auto& c : key) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
               auto& r = t.rows.emplace_back();
               for (std::size_t i = 0; i < t.columns.size(); ++i)
                 r[t.columns[i]] = shown(read, name, t.columns[i], row, static_cast<int>(i), key);
             }));
    out[name] = std::move(t);
  }
  return out;
}

// A reference that no reset here has made is the centre's, and comes again with its word.
bool is_centres(const std::string& table, const std::string& column, const std::map<std::string, std::string>& row) {
  return table == "accounts" && column.find("reference") != std::string::npos && row.at("reference_local") == "0";
}

// Rows in an order of what is compared, so that allowed columns decide nothing.
std::multiset<std::string> compared(const std::string& name, const Table& t) {
  std::multiset<std::string> out;
  for (const auto& row : t.rows) {
    std::string line;
    for (const auto& c : t.columns)
      if (!allowed().contains(name + "." + c) && !is_centres(name, c, row)) line += c + "=" + row.at(c) + " ";
    out.insert(line);
  }
  return out;
}

// The events of `w` and its blobs, put into a store that has nothing else; the centre's words come as after enrolment.
// `kept`: a terminal that the backup knows.
std::unique_ptr<store::Store> made_again(World& w, const std::string& home,
                                         const std::optional<store::TerminalRow>& kept = std::nullopt) {
  store::Store::Options o;
  o.home = home;
  o.clock = &w.clock();
  o.fill_log = false;
  auto made = good(store::Store::open(o, w.store().keys().clone()));
  auto from = good(w.store().read());
  good(made->adopt(w.store().identity().branch, w.store().identity().node, good(store::epochs(from.db()))));
  auto tx = good(made->begin());
  for (std::int64_t n = 0;;) {
    const auto blob = good(store::blob_for_copy(from.db(), n));
    if (!blob) break;
    n = blob->n;
    good(store::put_back(tx, blob->back));
  }
  std::vector<std::int64_t> places;
  for (std::int64_t after = 0;;) {
    const auto rows = good(store::events_for_copy(from.db(), after, 100));
    if (rows.empty()) break;
    for (const auto& e : rows) {
      good(store::put_back(tx, e.back));
      places.push_back(after = e.place);
    }
  }
  if (kept) good(store::put_terminal(tx, *kept));
  for (const auto place : places) good(branch::replay_at(tx, place));
  good(tx.commit_local());
  return made;
}

std::vector<domain::Answer> right_answers(const std::vector<std::string>& questions) {
  const std::map<std::string, std::string> known = {
      {"name", "budi santoso"},   {"birth", "17 Agustus 1965"},         {"mother", "siti aminah"},
      {"employer", "Kapas Jaya"}, {"period", "2009 sampai 2021"},       {"wage_range", "3 juta"},
      {"phone", "081234567890"},  {"address", "jalan kenanga surabaya"}};
  std::vector<domain::Answer> out;
  for (const auto& q : questions) out.push_back({q, known.at(q)});
  return out;
}

// A day in which everything happens that leaves a row behind.
void a_full_day(World& w) {
  auto& b = w.branch();
  const auto issue = [&](const char* service, std::optional<domain::PersonId> person = std::nullopt) {
    return good(b.ask(w.kiosk(), verbs::IssueTicket{.id = {}, .service = service, .person = person})).ticket;
  };
  auto o = w.log_in("1003", "counter-1");
  good(b.ask({"counter-1", ""},
             verbs::WaitChanges{0, Millis{0}}));  // a terminal that stays, and is missed when it vanishes
  const auto act = [&](TicketAct what, const Uuid& id) {
    return good(b.ask(o, verbs::ActOnTicket{what, {.ticket = id, .counter = {}, .reason = "because"}}));
  };
  for (int i = 0; i < 12; ++i) {  // enough for forecasts
    const auto t = issue("JHT");
    good(b.ask(o, verbs::CallTicket{"1", "", w.id()}));
    w.clock().advance(minutes(1));
    act(TicketAct::Begin, t.id);
    w.clock().advance(minutes(3));
    if (i % 2) act(TicketAct::WrapUp, t.id);
    w.clock().advance(minutes(1));
    act(TicketAct::Finish, t.id);
  }
  const auto parked = issue("JHT"), missed = issue("JHT"), moved = issue("JHT", siti().id), left = issue("JHT");
  const auto later = issue("ISO"), slotted = issue("ISO");
  CHECK(slotted.state == domain::TicketState::Created);
  good(b.ask(o, verbs::CallTicket{"1", parked.number}));
  act(TicketAct::Park, parked.id);
  w.clock().advance(minutes(2));
  good(b.ask(o, verbs::CallTicket{"1", missed.number}));
  act(TicketAct::Recall, missed.id);
  act(TicketAct::NoShow, missed.id);
  w.clock().advance(minutes(2));
  act(TicketAct::Recycle, missed.id);
  act(TicketAct::Requeue, parked.id);
  good(b.ask(o, verbs::CallTicket{"1", moved.number, w.id()}));
  act(TicketAct::Begin, moved.id);
  verbs::TicketRef to{.ticket = moved.id, .counter = {}, .reason = "account", .to_service = "ISO", .to_counter = "2"};
  to.place = domain::Place::First;
  good(b.ask(o, verbs::ActOnTicket{TicketAct::Transfer, to}));
  good(b.ask(w.kiosk(), verbs::ActOnTicket{TicketAct::Leave, {.ticket = left.id}}));
  w.clock().set_wall(w.clock().now() - minutes(30));  // a clock set back
  issue("JHT");
  w.clock().set_wall(w.clock().now() + minutes(30));
  w.clock().advance(minutes(60));
  o = w.log_in("1003", "counter-1");
  good(b.ask(w.kiosk(), verbs::ActOnTicket{TicketAct::Enqueue, {.ticket = slotted.id}}));
  verbs::IssueTicket walk_in{.id = {}, .service = "JHT"};
  walk_in.counter = "3";
  good(b.ask(o, walk_in));
  CHECK(later.state == domain::TicketState::Waiting);
  good(b.ask(o, verbs::RestCounter{"5", true, "rest"}));
  w.clock().advance(minutes(5));
  good(b.ask(o, verbs::RestCounter{"5", false}));
  good(b.ask(o, verbs::RestCounter{"6", true, "trouble"}));

  // Notices, consents, intakes, a call for help; one of each task is done.
  const auto head = w.log_in("1004", "counter-4");
  const auto until = w.clock().now() + std::chrono::hours(3);
  const auto short_lived = w.clock().now() + minutes(1);
  good(b.ask(head, verbs::PostNotice{w.id(), "ends", "", std::nullopt, short_lived}));
  w.clock().advance(minutes(2));
  const auto off = good(b.ask(head, verbs::PostNotice{w.id(), "salah", "wrong", std::nullopt, until}));
  good(b.ask(head, verbs::PostNotice{w.id(), "Loket 3 tutup", "", until - minutes(30), until}));
  good(b.ask(head, verbs::RemoveNotice{off.id}));
  good(b.ask(w.kiosk(), verbs::Consent{w.id(), siti().id, "camera", "2026-11", "id", true}));
  good(b.ask(w.kiosk(), verbs::Consent{w.id(), siti().id, "data", "2026-11", "en", false}));
  good(b.ask(w.kiosk(), verbs::Intake{w.id(), siti().id, "complaint", {{"story", "waited long"}}}));
  good(b.ask(w.kiosk(), verbs::Intake{w.id(), budi().id, "bpu_payment", {{"month", "11"}}}));
  good(b.ask(w.kiosk(), verbs::HelpAsked{w.id(), "EnterNik"}));
  for (const char* kind : {"erasure", "intake", "help"})
    for (const auto& t : good(b.ask(o, verbs::ListTasks{})))
      if (t.kind == kind) {
        good(b.ask(o, verbs::FinishTask{t.id, "done"}));
        break;
      }

  // People: a face that does not match, a block, its case, the interview, the reset, the second officer.
  w.judge().next(FaceVerdict::Grey, 0.4);
  const auto grey =
      good(b.ask(w.kiosk(), verbs::AttemptFace{.id = w.id(), .person = budi().id, .photo = photo_of("grey")}));
  const auto iso = w.log_in("1001", "counter-2"), jsu = w.log_in("1002", "counter-3");
  verbs::OpenCase open;
  open.person = budi().id;
  open.reason = "asked at the counter";
  good(b.ask(o, open));
  good(b.ask(iso, open));
  good(b.ask(jsu, open));
  good(b.ask(o, verbs::CompareFace{.id = w.id(), .attempt = grey.attempt, .verdict = FaceVerdict::NoMatch}));
  for (int i = 0; i < 2; ++i) {
    w.judge().next(FaceVerdict::NoMatch, 0.1);
    good(b.ask(w.kiosk(),
               verbs::AttemptFace{.id = w.id(), .person = budi().id, .photo = photo_of("bad" + std::to_string(i))}));
  }
  const auto questions = good(b.ask(iso, verbs::ListQuestions{budi().id}));
  const auto interview =
      good(b.ask(iso, verbs::Interview{.id = w.id(), .person = budi().id, .answers = right_answers(questions)}));
  REQUIRE(interview.verdict.passed);
  const auto reset = good(b.ask(iso, verbs::ResetAccount{.id = w.id(),
                                                         .person = budi().id,
                                                         .interview = interview.id,
                                                         .photo = photo_of("new face"),
                                                         .reason = "face_changed"}));
  good(b.ask(jsu, verbs::ApproveReset{reset.id}));

  // Claims: one of somebody unknown, compared by an officer; one with papers and an attempt.
  auto unknown = claim_of(siti());
  unknown.person = stranger();
  unknown.kpj = "32345678901";
  unknown.id = w.id();
  const auto unverified = b.ask(w.kiosk(), unknown);
  CAPTURE(code_of(unverified));
  REQUIRE(unverified.ok());
  w.judge().next(FaceVerdict::Accept, 0.9);
  const auto seen =
      good(b.ask(w.kiosk(), verbs::AttemptFace{.id = w.id(), .person = siti().id, .photo = photo_of("siti")}));
  auto claim = claim_of(siti(), "P10");
  claim.id = w.id();
  claim.attempt = seen.attempt;
  claim.photo_blob = seen.photo_blob;
  claim.documents = {{"ktp", good(b.ask(w.kiosk(), verbs::PutBlob{"document", photo_of("a paper")}))}};
  good(b.ask(o, claim));
  good(b.ask(w.kiosk(), verbs::PutBlob{"document", photo_of("a paper that nobody named")}));
}

}  // namespace

TEST_CASE("replay: a store made from its events alone has every row as it was, column by column") {
  branch::Settings settings;
  settings.queue.issue.slots["ISO"] = {.full_from = 1, .slot_min = 30, .per_slot = 1};
  World w(settings);
  w.seed();
  a_full_day(w);
  const TempDir home;
  const auto made = made_again(w, home.path());
  const auto before = tables_of(w.store()), after = tables_of(*made);
  int rows = 0;
  for (const auto& [name, table] : before) {
    CAPTURE(name);
    CHECK_MESSAGE(!table.rows.empty(), name << " had nothing in it: the day is not full");
    const auto had = compared(name, table), has = compared(name, after.at(name));
    for (const auto& line : had) CHECK_MESSAGE(has.count(line) >= had.count(line), name << " lacks " << line);
    for (const auto& line : has) CHECK_MESSAGE(had.count(line) >= has.count(line), name << " made up " << line);
    rows += static_cast<int>(had.size());
  }
  CHECK(rows > 100);
  // Nothing is allowed to differ that is not there.
  for (const auto& [what, why] : allowed()) {
    const auto dot = what.find('.');
    if (dot == std::string::npos) continue;
    const auto& columns = before.at(what.substr(0, dot)).columns;
    CHECK_MESSAGE(std::count(columns.begin(), columns.end(), what.substr(dot + 1)) == 1, what << ": " << why);
  }
}

TEST_CASE("replay: a document that was scanned again is the new one, and nobody is asked again") {
  World w;
  w.seed();
  auto claim = claim_of(budi());
  claim.id = w.id();
  claim.documents = {{"ktp", good(w.branch().ask(w.kiosk(), verbs::PutBlob{"document", photo_of("a paper")}))}};
  good(w.branch().ask(w.kiosk(), claim));
  CHECK(good(branch::Outgoing(w.store()).give_up_blob(claim.documents[0].blob)));
  claim.documents[0].blob = good(w.branch().ask(w.kiosk(), verbs::PutBlob{"document", photo_of("scanned again")}));
  good(w.branch().ask(w.log_in("1003", "counter-1"), claim));
  const TempDir home;
  const auto made = made_again(w, home.path());
  auto read = good(made->read());
  const auto documents = good(store::documents_of(read.db(), claim.id));
  REQUIRE(documents.size() == 1);
  CHECK(documents[0].blob == claim.documents[0].blob);
  for (const auto& t : good(store::open_tasks(read))) CHECK(t.kind != "scan_again");
}

TEST_CASE("replay: what was given up is known as given up, with its task, until it is scanned again") {
  World w;
  w.seed();
  auto claim = claim_of(budi());
  claim.id = w.id();
  claim.documents = {{"ktp", good(w.branch().ask(w.kiosk(), verbs::PutBlob{"document", photo_of("a paper")}))}};
  good(w.branch().ask(w.kiosk(), claim));
  const auto lost = claim.documents[0].blob;
  CHECK(good(branch::Outgoing(w.store()).give_up_blob(lost)));
  {  // the bad sector takes the bytes with it: no copy has them
    auto tx = good(w.store().begin());
    good(
        tx.db().prepared("DELETE FROM blob_bytes WHERE n = (SELECT n FROM blob WHERE hash = ?1)").bind_all(lost).run());
    good(tx.commit_local());
  }
  const auto asked = [](store::Store& s) {
    auto read = good(s.read());
    std::vector<std::string> out;
    for (const auto& t : good(store::open_tasks(read)))
      if (t.kind == "scan_again") out.push_back(t.subject + " " + t.reason + " " + t.masked);
    return out;
  };
  const TempDir home, later;
  {
    const auto made = made_again(w, home.path());
    auto read = good(made->read());
    CHECK(good(store::damaged_blobs(read.db())) == std::vector{lost});
    CHECK(asked(*made) == asked(w.store()));
    REQUIRE(asked(*made).size() == 1);
    CHECK(asked(*made)[0].starts_with(claim.id.str() + ":ktp document_damaged "));
  }
  claim.documents[0].blob = good(w.branch().ask(w.kiosk(), verbs::PutBlob{"document", photo_of("scanned again")}));
  good(w.branch().ask(w.log_in("1003", "counter-1"), claim));
  const auto made = made_again(w, later.path());
  auto read = good(made->read());
  CHECK(good(store::damaged_blobs(read.db())).empty());
  CHECK(asked(*made).empty());
}

TEST_CASE("replay: a terminal that was removed after the backup is not let in again") {
  World w;
  w.seed();
  const store::TerminalRow row{w.id(), "counter-7", "counter", w.clock().now(), w.clock().now(), std::nullopt};
  {
    auto tx = good(w.store().begin());
    good(store::put_terminal(tx, row));
    good(tx.commit_local());
  }
  good(w.node().ask({"ctl", ""}, verbs::RemoveTerminal{"counter-7"}));
  const TempDir home;
  const auto made = made_again(w, home.path(), row);
  auto read = good(made->read());
  const auto all = good(store::terminals(read.db()));
  REQUIRE(all.size() == 1);
  CHECK(all.front().removed_at == w.clock().now());
}
