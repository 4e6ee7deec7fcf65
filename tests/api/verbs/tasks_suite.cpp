// An officer's work list: what he says when a task is done, and that it stays done over a restore.
#include "api/protocol/payload.h"
#include "events/event.h"
#include "node/branch/recovery/replay.h"
#include "node/store/outbox.h"
#include "node/store/tasks.h"
#include "tests/api/verbs/branch_suite.h"

using namespace kiosk;
using namespace kiosk::test;

namespace {

// A claim that the centre has rejected, as an officer's task.
verbs::Task rejected_claim(World& w, const verbs::Actor& officer) {
  auto c = claim_of(budi());
  c.id = w.id();
  good(w.branch().ask(w.kiosk(), c));
  w.acknowledge({{w.store().identity().last_seq, "rejected", "claimed_elsewhere", {}, ""}});
  for (const auto& t : good(w.branch().ask(officer, verbs::ListTasks{})))
    if (t.kind == "rejected") return t;
  FAIL("no task");
  return {};
}

events::Sealed newest_event(World& w) {
  auto read = good(w.store().read());
  const auto id = w.store().identity();
  return good(store::event_at(read.db(), id.base + id.last_seq)).sealed;
}

}  // namespace

EVERY_WAY("tasks: what was done is kept in the officer's words, sealed in the event, and told who asks again") {
  const auto o = w.log_in("1003", "counter-1"), other = w.log_in("1001", "counter-2");
  const auto task = rejected_claim(w, o);
  CHECK(code_of(w.branch().ask(o, verbs::FinishTask{task.id, std::string(501, 'x')})) == "reason_too_long");
  CHECK(good(w.branch().ask(o, verbs::ListTasks{})).size() == 1);
  const auto done = good(w.branch().ask(o, verbs::FinishTask{task.id, "peserta sudah ditelepon"}));
  CHECK(done.done);
  CHECK(done.finished_by == "1003");
  CHECK(done.finished_reason == "peserta sudah ditelepon");
  const auto seq = w.store().identity().last_seq;
  const auto again = good(w.branch().ask(other, verbs::FinishTask{task.id, "something else"}));
  CHECK(again.finished_by == "1003");
  CHECK(again.finished_reason == "peserta sudah ditelepon");
  CHECK(w.store().identity().last_seq == seq);
  CHECK(good(w.branch().ask(o, verbs::ListTasks{})).empty());
  const auto sealed = newest_event(w);
  CHECK(sealed.header.find("ditelepon") == std::string::npos);
  const auto payload =
      good(protocol::decode_payload<protocol::TaskPayload>(good(events::open_payload(sealed, w.store().keys().data))));
  CHECK(payload.kind == "rejected");
  CHECK(payload.subject == task.subject);
  CHECK(payload.reason == "peserta sudah ditelepon");
}

EVERY_WAY("tasks: one that needs no words is finished without") {
  const auto o = w.log_in("1003", "counter-1");
  const auto done = good(w.branch().ask(o, verbs::FinishTask{rejected_claim(w, o).id}));
  CHECK(done.done);
  CHECK(done.finished_reason.empty());
}

TEST_CASE("tasks: one that was finished stays so when its event came back before the verdict that made it") {
  World w, restored;
  w.seed();
  restored.seed();
  const auto o = w.log_in("1003", "counter-1");
  const auto task = rejected_claim(w, o);
  good(w.branch().ask(o, verbs::FinishTask{task.id, "told"}));
  const auto sealed = newest_event(w);
  const auto header = good(events::decode_header(sealed.header));
  const auto payload = good(events::open_payload(sealed, w.store().keys().data));
  auto tx = good(restored.store().begin());
  good(branch::replay(tx, header, payload, 7));
  store::TaskRow made;  // as the verdict makes it
  made.id = restored.store().ids().next();
  made.kind = "rejected";
  made.subject = task.subject;
  good(store::put_task(tx, made));
  CHECK(good(store::open_tasks(tx)).empty());
  made.id = restored.store().ids().next();
  made.subject = "another claim";
  good(store::put_task(tx, made));
  CHECK(good(store::open_tasks(tx)).size() == 1);
}

TEST_CASE("tasks: acts of an ended officer that were looked at are not to be looked at again after a restore") {
  World w;
  w.seed();
  const auto o = w.log_in("1003", "counter-1");
  const auto flagged = [](std::int64_t seq) { return protocol::Verdict{seq, "flagged", "officer_ended", {}, ""}; };
  const auto act = [&] {  // one more of his, flagged when it is sent
    w.log_in("1001", "counter-2");
    return w.store().identity().last_seq;
  };
  const auto open = [&] {
    std::vector<verbs::Task> out;
    for (const auto& t : good(w.branch().ask(o, verbs::ListTasks{})))
      if (t.kind == "officer_ended") out.push_back(t);
    return out;
  };
  const auto first = act(), second = act();
  w.acknowledge({flagged(first)});
  w.acknowledge({flagged(second)});
  REQUIRE(open().size() == 1);
  good(w.branch().ask(o, verbs::FinishTask{open().front().id, "asked him"}));
  const auto sealed = newest_event(w);
  const auto header = good(events::decode_header(sealed.header));
  const auto payload = good(events::open_payload(sealed, w.store().keys().data));
  const auto told = good(protocol::decode_payload<protocol::TaskPayload>(payload));
  CHECK(told.until_epoch == w.store().identity().epoch);
  CHECK(told.until_seq == second);
  const auto newer = act();
  const auto forget = [&](const char* what) {  // as a backup from before it
    auto tx = good(w.store().begin());
    good(tx.db().prepared(what).run());
    good(tx.commit_local());
  };
  for (const char* backup : {"DELETE FROM tasks WHERE kind = 'officer_ended'",
                             "UPDATE tasks SET done = 0, finished_by = '', looked_until = 1"}) {
    CAPTURE(backup);
    forget(backup);
    {
      auto tx = good(w.store().begin());
      good(branch::replay(tx, header, payload, w.store().identity().base + header.seq));
      good(tx.commit_local());
    }
    w.acknowledge({flagged(first), flagged(second)});  // the centre says it again
    CHECK(open().empty());
  }
  w.acknowledge({flagged(newer)});
  CHECK(open().size() == 1);
}

TEST_CASE("tasks: a claim that the centre took and an officer looked at is not to be looked at again after a restore") {
  World w, restored;
  w.seed();
  restored.seed();
  const auto o = w.log_in("1003", "counter-1");
  auto c = claim_of(budi());
  c.id = w.id();
  good(w.branch().ask(o, c));  // an officer has seen the person: the flag alone is left to look at
  w.acknowledge({{w.store().identity().last_seq, "flagged", "rule_changed", {}, "agenda"}});
  const auto open = good(w.branch().ask(o, verbs::ListTasks{}));
  REQUIRE(open.size() == 1);
  REQUIRE(open.front().kind == "claim_review");
  good(w.branch().ask(o, verbs::FinishTask{open.front().id, "looked at"}));
  const auto sealed = newest_event(w);
  auto tx = good(restored.store().begin());
  good(branch::replay(tx, good(events::decode_header(sealed.header)),
                      good(events::open_payload(sealed, w.store().keys().data)), 7));
  store::TaskRow again;  // as the verdict, said again, makes it
  again.id = restored.store().ids().next();
  again.kind = "claim_review";
  again.subject = open.front().subject;
  again.reason = "rule_changed";
  good(store::put_task(tx, again));
  CHECK(good(store::open_tasks(tx)).empty());
  again.subject = "another claim";
  good(store::put_task(tx, again));
  CHECK(good(store::open_tasks(tx)).size() == 1);
}
