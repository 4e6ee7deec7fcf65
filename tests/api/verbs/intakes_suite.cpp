// What people tell the kiosk, through the verbs: drafts, consents, intakes, calls for help, and the tasks they make.
#include "api/protocol/payload.h"
#include "events/event.h"
#include "node/store/outbox.h"
#include "tests/api/verbs/branch_suite.h"

using namespace kiosk;
using namespace kiosk::test;
using std::chrono::hours;
using std::chrono::minutes;

namespace {

verbs::FindParticipant whole(const domain::Participant& p) { return {p.id, p.birth, p.mother, {}}; }
verbs::Draft draft(bool for_officer = false) {
  return {budi().id, "claim", {{"phone", "+6281234567890"}, {"bank", "009"}}, for_officer};
}
verbs::Intake intake(World& w, const std::string& kind = "correction") {
  return {w.id(), budi().id, kind, {{"field", "name"}, {"right", "Budi Santosa"}}};
}
verbs::Consent consent(World& w, const std::string& purpose, bool given) {
  return {w.id(), budi().id, purpose, "2026-11", "id", given};
}
std::optional<verbs::Task> task_of(World& w, const verbs::Actor& o, const std::string& kind) {
  for (const auto& t : good(w.branch().ask(o, verbs::ListTasks{})))
    if (t.kind == kind) return t;
  return std::nullopt;
}
verbs::CaseView opened(World& w, const verbs::Actor& o) {
  verbs::OpenCase open;
  open.person = budi().id;
  open.reason = "asked at the counter";
  return good(w.branch().ask(o, open));
}
std::int64_t rows_of(World& w, const std::string& table) {
  auto read = good(w.store().read());
  std::int64_t n = 0;
  good(read.db().prepared("SELECT count(*) FROM " + table).each([&](sqlite::Stmt& s) { n = s.integer(0); }));
  return n;
}
events::Header newest_header(World& w) {
  auto read = good(w.store().read());
  const auto id = w.store().identity();
  return good(events::decode_header(good(store::event_at(read.db(), id.base + id.last_seq)).sealed.header));
}

}  // namespace

EVERY_WAY("drafts: one is given back only to who knows all three facts, and for a quarter of an hour") {
  const auto seq = w.store().identity().last_seq;
  good(w.branch().ask(w.kiosk(), draft()));
  CHECK(w.store().identity().last_seq == seq);  // nothing is decided by it
  const auto found = good(w.branch().ask(w.kiosk(), whole(budi())));
  REQUIRE(found.draft);
  CHECK(found.draft->purpose == "claim");
  CHECK(found.draft->answers == draft().answers);
  CHECK(!found.draft->for_officer);
  auto two = whole(budi());
  two.mother = "";
  CHECK(!good(w.branch().ask(w.kiosk(), two)).draft);
  auto wrong = whole(budi());
  wrong.mother = "Nobody";
  CHECK(!good(w.branch().ask(w.kiosk(), wrong)).draft);
  CHECK(!good(w.branch().ask(w.kiosk(), whole(siti()))).draft);
  auto other = draft();
  other.purpose = "correction";
  good(w.branch().ask(w.kiosk(), other));
  CHECK(good(w.branch().ask(w.kiosk(), whole(budi()))).draft->purpose == "correction");
  CHECK(rows_of(w, "drafts") == 1);
  w.reopen();
  w.clock().advance(minutes(15) - Millis{1});
  CHECK(good(w.branch().ask(w.kiosk(), whole(budi()))).draft);
  w.clock().advance(Millis{1});
  CHECK(!good(w.branch().ask(w.kiosk(), whole(budi()))).draft);
  CHECK(rows_of(w, "drafts") == 0);  // met, and gone
}

EVERY_WAY("drafts: no answers forget it, a confirmed claim does, and so does the node without being asked") {
  auto none = draft();
  none.answers.clear();
  good(w.branch().ask(w.kiosk(), draft()));
  good(w.branch().ask(w.kiosk(), none));
  CHECK(rows_of(w, "drafts") == 0);
  good(w.branch().ask(w.kiosk(), draft()));
  auto claim = claim_of(budi());
  claim.id = w.id();
  good(w.branch().ask(w.kiosk(), claim));
  CHECK(rows_of(w, "drafts") == 0);
  good(w.branch().ask(w.kiosk(), draft()));
  good(w.node().forget_drafts());
  CHECK(rows_of(w, "drafts") == 1);
  w.clock().advance(minutes(15));
  good(w.node().forget_drafts());
  CHECK(rows_of(w, "drafts") == 0);
  good(w.branch().ask(w.kiosk(), draft()));
  w.clock().advance(minutes(15));
  w.reopen();
  CHECK(rows_of(w, "drafts") == 0);
}

EVERY_WAY("drafts: one that was taken to a counter shows in the case until the day ends, others never") {
  const auto o = w.log_in("1003", "counter-1");
  good(w.branch().ask(w.kiosk(), draft()));
  CHECK(!opened(w, o).draft);
  good(w.branch().ask(w.kiosk(), draft(true)));
  REQUIRE(opened(w, o).draft);
  CHECK(opened(w, o).draft->answers == draft().answers);
  w.clock().advance(from_ms(1'795'194'000'000) - Millis{1} - w.clock().now());  // a moment before midnight WIB
  const auto late = w.log_in("1003", "counter-1");
  CHECK(opened(w, late).draft);
  w.clock().advance(Millis{1});
  CHECK(!opened(w, late).draft);
}

EVERY_WAY("drafts and intakes: an officer who will ask does not read the answers first") {
  const auto o = w.log_in("1003", "counter-1");
  good(w.branch().ask(w.kiosk(), draft(true)));
  good(w.branch().ask(w.kiosk(), intake(w, "account_help")));
  domain::Account blocked;
  blocked.state = domain::AccountState::Blocked;
  w.send_person(budi(), blocked);
  const auto v = opened(w, o);
  CHECK(!v.record);
  CHECK(!v.draft);
  REQUIRE(v.intakes.size() == 1);
  CHECK(v.intakes[0].kind == "account_help");
  CHECK(v.intakes[0].answers.empty());
}

EVERY_WAY("answers: what does not fit is refused at the door, by field") {
  const auto field = [&](std::map<std::string, std::string> answers) {
    auto i = intake(w);
    i.answers = answers;
    const auto r = w.branch().ask(w.kiosk(), i);
    const auto d = w.branch().ask(w.kiosk(), verbs::Draft{budi().id, "claim", answers});
    REQUIRE_FALSE(r.ok());
    REQUIRE_FALSE(d.ok());
    CHECK(r.fault().kind == FaultKind::BadInput);
    CHECK(r.fault().field == d.fault().field);
    return r.fault().field;
  };
  CHECK(field({{"story", std::string(501, 'x')}}) == "answers.story");
  CHECK(field({{"no code", "x"}}) == "answers");
  std::map<std::string, std::string> many;
  for (int i = 0; i < 41; ++i) many["f" + std::to_string(i)] = "x";
  CHECK(field(many) == "answers");
  many.erase("f0");
  many["f1"] = std::string(500, 'x');
  good(w.branch().ask(w.kiosk(), verbs::Draft{budi().id, "claim", many}));
  CHECK(code_of(w.branch().ask(w.kiosk(), intake(w, "loan"))) == "intake_kind_invalid");
  CHECK(code_of(w.branch().ask(w.kiosk(), verbs::Draft{budi().id, "", many})) == "purpose_invalid");
  CHECK(code_of(w.branch().ask(w.kiosk(), consent(w, "spam", true))) == "purpose_invalid");
  auto c = consent(w, "camera", true);
  c.language = "Indonesia";
  CHECK(code_of(w.branch().ask(w.kiosk(), c)) == "language_invalid");
  c.language = "en";
  c.text = "no version";
  CHECK(code_of(w.branch().ask(w.kiosk(), c)) == "consent_text_invalid");
  CHECK(code_of(w.branch().ask(w.kiosk(), verbs::HelpAsked{w.id(), "a page"})) == "page_invalid");
  CHECK(rows_of(w, "intakes") + rows_of(w, "consents") + rows_of(w, "tasks") == 0);
}

EVERY_WAY("intakes: one is an officer's task, once, with its answers in the case and sealed everywhere else") {
  const auto o = w.log_in("1003", "counter-1");
  auto kept = draft();
  kept.purpose = "correction";
  good(w.branch().ask(w.kiosk(), kept));
  const auto asked = intake(w);
  const auto first = good(w.branch().ask(w.kiosk(), asked));
  CHECK(first.id == asked.id);
  CHECK(first.kind == "correction");
  CHECK(first.sync == domain::SyncState::Saved);
  CHECK(!first.done);
  CHECK(rows_of(w, "drafts") == 0);  // what was a draft is confirmed
  CHECK(newest_header(w).kind == "intake.submitted");
  const auto seq = w.store().identity().last_seq;
  CHECK(good(w.branch().ask(w.kiosk(), asked)).answers == asked.answers);
  auto another = asked;
  another.person = siti().id;
  CHECK(code_of(w.branch().ask(w.kiosk(), another)) == "id_taken");
  CHECK(w.store().identity().last_seq == seq);
  const auto task = task_of(w, o, "intake");
  REQUIRE(task);
  CHECK(task->subject == asked.id.str());
  CHECK(task->reason == "correction");
  CHECK(task->person_masked == domain::mask_name(budi().name));
  verbs::OpenCase open;
  open.task = task->id;
  auto v = good(w.branch().ask(o, open));
  REQUIRE(v.intakes.size() == 1);
  CHECK(v.intakes[0].answers == asked.answers);
  CHECK(v.person == budi().id);
  good(w.branch().ask(o, verbs::FinishTask{task->id, "corrected"}));
  w.acknowledge();
  v = opened(w, o);
  CHECK(v.intakes[0].done);
  CHECK(v.intakes[0].sync == domain::SyncState::Accepted);
  for (int i = 0; i < 11; ++i) w.clock().advance(Millis{1000}), good(w.branch().ask(w.kiosk(), intake(w, "complaint")));
  v = opened(w, o);
  CHECK(v.intakes.size() == 10);
  CHECK(v.intakes.front().at == w.clock().now());
}

EVERY_WAY("consents: the last word for each purpose holds, and is told who knows the facts") {
  CHECK(good(w.branch().ask(w.kiosk(), whole(budi()))).consents.empty());
  const auto camera = consent(w, "camera", true);
  const auto said = good(w.branch().ask(w.kiosk(), camera));
  CHECK(said.given);
  CHECK(said.text == "2026-11");
  const auto seq = w.store().identity().last_seq;
  w.clock().advance(minutes(1));
  CHECK(good(w.branch().ask(w.kiosk(), camera)).at == said.at);  // again
  CHECK(w.store().identity().last_seq == seq);
  good(w.branch().ask(w.kiosk(), consent(w, "data", true)));
  good(w.branch().ask(w.kiosk(), consent(w, "camera", false)));
  const auto words = good(w.branch().ask(w.kiosk(), whole(budi()))).consents;
  REQUIRE(words.size() == 2);
  CHECK(words[0].purpose == "camera");
  CHECK(!words[0].given);
  CHECK(words[1].purpose == "data");
  CHECK(words[1].given);
  auto wrong = whole(budi());
  wrong.birth = siti().birth;
  CHECK(good(w.branch().ask(w.kiosk(), wrong)).consents.empty());
}

EVERY_WAY("consents: without consent to the camera no face is looked at, until it is given again") {
  const auto attempt = [&](const Uuid& id) {
    return w.branch().ask(w.kiosk(), verbs::AttemptFace{.id = id, .person = budi().id, .photo = photo_of("budi")});
  };
  const auto before = w.id();
  good(attempt(before));
  good(w.branch().ask(w.kiosk(), consent(w, "camera", false)));
  const auto blobs = rows_of(w, "blob");
  CHECK(code_of(attempt(w.id())) == "consent_withdrawn");
  CHECK(rows_of(w, "blob") == blobs);
  good(attempt(before));  // whose answer was lost
  good(w.branch().ask(w.kiosk(), consent(w, "camera", true)));
  good(attempt(w.id()));
}

EVERY_WAY("consents: a withdrawal gives an officer the erasure, and forgets the draft when it is about data") {
  const auto o = w.log_in("1003", "counter-1");
  good(w.branch().ask(w.kiosk(), draft(true)));
  good(w.branch().ask(w.kiosk(), consent(w, "camera", false)));
  CHECK(rows_of(w, "drafts") == 1);
  auto task = task_of(w, o, "erasure");
  REQUIRE(task);
  CHECK(task->reason == "camera");
  good(w.branch().ask(o, verbs::FinishTask{task->id, "photos erased"}));
  CHECK(!task_of(w, o, "erasure"));
  good(w.branch().ask(w.kiosk(), consent(w, "data", false)));
  CHECK(newest_header(w).kind == "consent.withdrawn");
  CHECK(newest_header(w).reason == "data");
  CHECK(rows_of(w, "drafts") == 0);
  task = task_of(w, o, "erasure");
  REQUIRE(task);
  CHECK(task->reason == "data");
  CHECK(task->person_masked == domain::mask_name(budi().name));
}

EVERY_WAY("consents: withdrawn twice is one task, and given again ends it, also after a replay") {
  const auto o = w.log_in("1003", "counter-1");
  good(w.branch().ask(w.kiosk(), consent(w, "camera", true)));
  good(w.branch().ask(w.kiosk(), consent(w, "camera", false)));
  const auto seq = w.store().identity().last_seq;
  const auto again = good(w.branch().ask(w.kiosk(), consent(w, "camera", false)));
  CHECK_FALSE(again.given);
  CHECK(w.store().identity().last_seq == seq);  // there was nothing left to withdraw
  good(w.branch().ask(w.kiosk(), consent(w, "data", false)));
  good(w.branch().ask(w.kiosk(), consent(w, "camera", true)));
  const auto left = task_of(w, o, "erasure");
  REQUIRE(left);
  CHECK(left->reason == "data");
  good(w.branch().ask(w.kiosk(), consent(w, "data", true)));
  CHECK_FALSE(task_of(w, o, "erasure"));
}

EVERY_WAY("consents: a companion is recorded, and nothing is to be erased for one") {
  const auto o = w.log_in("1003", "counter-1");
  good(w.branch().ask(w.kiosk(), consent(w, "companion", true)));
  CHECK(newest_header(w).kind == "consent.given");
  CHECK(newest_header(w).reason == "companion");
  good(w.branch().ask(w.kiosk(), consent(w, "companion", false)));
  CHECK_FALSE(task_of(w, o, "erasure"));
  CHECK(code_of(w.branch().ask(w.kiosk(), consent(w, "marketing", true))) == "purpose_invalid");
}

EVERY_WAY("help: who leaves before anybody comes is not waited for") {
  const auto o = w.log_in("1003", "counter-1");
  const auto id = w.id();
  CHECK(code_of(w.branch().ask(w.kiosk(), verbs::HelpAsked{id, "", false})) == "unknown_task");
  good(w.branch().ask(w.kiosk(), verbs::HelpAsked{id, "EnterNik"}));
  REQUIRE(task_of(w, o, "help"));
  good(w.branch().ask({"kiosk-2", ""}, verbs::HelpAsked{w.id(), "Home"}));
  const auto ended = good(w.branch().ask(w.kiosk(), verbs::HelpAsked{id, "", false}));
  CHECK(ended.done);
  CHECK(newest_header(w).kind == "task.finished");
  CHECK(newest_header(w).officer.empty());
  const auto left = task_of(w, o, "help");
  REQUIRE(left);
  CHECK(left->subject == "kiosk-2");                                             // another's call stays
  CHECK(good(w.branch().ask(w.kiosk(), verbs::HelpAsked{id, "", false})).done);  // whose answer was lost
  CHECK_FALSE(good(w.branch().ask(w.kiosk(), verbs::HelpAsked{w.id(), "Home"})).done);
}

EVERY_WAY("help: one call a terminal, answered by an officer, and the terminal hears of it") {
  const auto o = w.log_in("1003", "counter-1");
  const auto id = w.id();
  const auto asked = good(w.branch().ask(w.kiosk(), verbs::HelpAsked{id, "EnterNik"}));
  CHECK(asked.id == id);
  CHECK(asked.subject == "kiosk-1");
  CHECK(asked.reason == "EnterNik");
  const auto seq = w.store().identity().last_seq;
  CHECK(good(w.branch().ask(w.kiosk(), verbs::HelpAsked{w.id(), "EnterBirth"})).id == id);
  CHECK(w.store().identity().last_seq == seq);
  CHECK(good(w.branch().ask({"kiosk-2", ""}, verbs::HelpAsked{w.id(), ""})).id != id);
  CHECK(code_of(w.branch().ask({"kiosk-2", ""}, verbs::HelpAsked{id, ""})) == "id_taken");
  verbs::OpenCase open;
  open.task = id;
  const auto nobody = good(w.branch().ask(o, open));
  CHECK(!nobody.person);
  CHECK(!nobody.account);
  const auto before = good(w.branch().ask(w.kiosk(), verbs::WaitChanges{0, Millis{0}})).until;
  good(w.branch().ask(o, verbs::FinishTask{id}));
  bool told = false;
  for (int i = 0; i < 50 && !told; ++i)  // over the network it is pushed a moment later
    for (const auto& c : good(w.branch().ask(w.kiosk(), verbs::WaitChanges{before, Millis{100}})).changes)
      told = told || (c.topic == "help" && c.id == "kiosk-1");
  CHECK(told);
  CHECK(good(w.branch().ask(w.kiosk(), verbs::HelpAsked{id, "EnterNik"})).done);  // whose answer was lost
  CHECK(!good(w.branch().ask(w.kiosk(), verbs::HelpAsked{w.id(), "EnterNik"})).done);
}

TEST_CASE("info: the counters are as many as the settings say") {
  branch::Settings settings;
  World six(settings);
  CHECK(good(six.branch().ask(six.kiosk(), verbs::GetInfo{})).counters ==
        std::vector<std::string>{"1", "2", "3", "4", "5", "6"});
  settings.queue.counters = 2;
  World two(settings);
  CHECK(good(two.branch().ask(two.kiosk(), verbs::GetInfo{})).counters == std::vector<std::string>{"1", "2"});
}
