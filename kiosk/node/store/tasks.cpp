#include "node/store/tasks.h"

namespace kiosk::store {
namespace {

constexpr std::string_view kPutTask =
    "INSERT INTO tasks (id, kind, subject, person, sealed_masked, reason, at, looked_until)"
    " SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8"
    " WHERE ?2 <> 'rejected' OR ?3 LIKE 'event:%'"
    " OR NOT EXISTS (SELECT 1 FROM tasks WHERE kind = ?2 AND subject = ?3)"
    " ON CONFLICT DO NOTHING";
constexpr std::string_view kWordGiven =
    "SELECT 1 FROM tasks WHERE kind = ?1 AND subject = ?2 AND finished_by <> '' LIMIT 1";
constexpr std::string_view kLookedAt =
    "SELECT 1 FROM tasks WHERE kind = ?1 AND subject = ?2 AND finished_by <> '' AND looked_until >= ?3 LIMIT 1";
constexpr std::string_view kMoveOn =
    "UPDATE tasks SET looked_until = max(coalesce(looked_until, ?3), ?3) WHERE kind = ?1 AND subject = ?2 AND done = 0";
constexpr std::string_view kFinish = "UPDATE tasks SET done = 1 WHERE kind = ?1 AND subject = ?2 AND done = 0";
constexpr std::string_view kOpenSubject = "SELECT id FROM tasks WHERE kind = ?1 AND subject = ?2 AND done = 0";
constexpr std::string_view kFinishBy =
    "UPDATE tasks SET done = 1, finished_by = ?2, sealed_finished = ?3 WHERE id = ?1";
constexpr std::string_view kFinishOf = "UPDATE tasks SET done = 1 WHERE kind = ?1 AND person = ?2 AND done = 0";
constexpr std::string_view kFinishOfReason =
    "UPDATE tasks SET done = 1 WHERE kind = ?1 AND person = ?2 AND reason = ?3 AND done = 0";
#define TASK_COLUMNS                                                                                  \
  "SELECT id, kind, subject, person, sealed_masked, reason, at, done, finished_by, sealed_finished, " \
  "looked_until FROM tasks "
constexpr std::string_view kTask = TASK_COLUMNS "WHERE id = ?1";
constexpr std::string_view kOpenOne = TASK_COLUMNS "WHERE kind = ?1 AND subject = ?2 AND done = 0";
constexpr std::string_view kOpen = TASK_COLUMNS "WHERE done = 0 ORDER BY at, id";
constexpr std::string_view kOpenOf = TASK_COLUMNS "WHERE person = ?1 AND done = 0 ORDER BY at, id";
#undef TASK_COLUMNS
constexpr std::string_view kAddTimeline =
    "INSERT INTO timeline (person, seq, at, kind, officer) VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING";
constexpr std::string_view kTimeline =
    "SELECT seq, at, kind, officer FROM timeline WHERE person = ?1 ORDER BY seq DESC LIMIT ?2";
constexpr std::string_view kPersonOfEvent = "SELECT person FROM timeline WHERE seq = ?1 LIMIT 1";
constexpr std::string_view kMaskedColumn = "tasks.sealed_masked";
constexpr std::string_view kFinishedColumn = "tasks.sealed_finished";

Result<std::vector<TaskRow>> all(Rows& rows, sqlite::Stmt& s) {
  std::vector<TaskRow> out;
  while (true) {
    TRY(const bool more, s.step());
    if (!more) break;
    TaskRow r;
    r.id = to_id(s.blob(0));
    r.kind = s.text(1);
    r.subject = s.text(2);
    r.person = to_hash(s.blob(3));
    r.reason = s.text(5);
    r.at = from_ms(s.integer(6));
    r.done = s.integer(7) != 0;
    auto masked = rows.open(s.blob(4), seal_context(kMaskedColumn, id_bytes(r.id)));
    if (!masked) {
      s.reset();
      return masked.fault();
    }
    r.masked = std::move(*masked);
    r.finished_by = s.text(8);
    if (!s.is_null(9)) {
      auto finished = rows.open(s.blob(9), seal_context(kFinishedColumn, id_bytes(r.id)));
      if (!finished) {
        s.reset();
        return finished.fault();
      }
      r.finished_reason = std::move(*finished);
    }
    if (!s.is_null(10)) r.looked_until = s.integer(10);
    out.push_back(std::move(r));
  }
  s.reset();
  return out;
}

}  // namespace

Result<Done> put_task(Tx& tx, const TaskRow& r) {
  bool given = false;
  const auto note = [&](sqlite::Stmt&) { given = true; };
  if (r.kind == "claim_review") TRY_DONE(tx.db().prepared(kWordGiven).bind_all(r.kind, r.subject).each(note));
  if (r.looked_until) TRY_DONE(tx.db().prepared(kLookedAt).bind_all(r.kind, r.subject, *r.looked_until).each(note));
  if (given) return Done{};
  if (r.looked_until) TRY_DONE(tx.db().prepared(kMoveOn).bind_all(r.kind, r.subject, *r.looked_until).run());
  return tx.db()
      .prepared(kPutTask)
      .bind_all(id_bytes(r.id), r.kind, r.subject, ByteView(r.person),
                tx.seal(r.masked, seal_context(kMaskedColumn, id_bytes(r.id))), r.reason, to_ms(r.at), r.looked_until)
      .run();
}
Result<Done> finish_tasks(Tx& tx, const std::string& kind, const std::string& subject) {
  return tx.db().prepared(kFinish).bind_all(kind, subject).run();
}
Result<bool> finish_task(Tx& tx, const std::string& kind, const std::string& subject, const std::string& officer,
                         const std::string& reason) {
  Bytes id;
  TRY_DONE(tx.db().prepared(kOpenSubject).bind_all(kind, subject).each([&](sqlite::Stmt& s) { id = s.blob(0); }));
  if (id.empty()) return false;
  std::optional<Bytes> sealed;
  if (!reason.empty()) sealed = tx.seal(reason, seal_context(kFinishedColumn, id));
  TRY_DONE(tx.db().prepared(kFinishBy).bind_all(id, officer, sealed).run());
  return true;
}
Result<Done> finish_tasks_of(Tx& tx, const std::string& kind, const crypto::Hash& person) {
  return tx.db().prepared(kFinishOf).bind_all(kind, ByteView(person)).run();
}
Result<std::int64_t> finish_tasks_of(Tx& tx, const std::string& kind, const crypto::Hash& person,
                                     const std::string& reason) {
  TRY_DONE(tx.db().prepared(kFinishOfReason).bind_all(kind, ByteView(person), reason).run());
  return tx.db().changes();
}
Result<std::optional<TaskRow>> task(Rows rows, const Uuid& id) {
  TRY(auto found, all(rows, rows.db().prepared(kTask).bind_all(id_bytes(id))));
  if (found.empty()) return std::optional<TaskRow>();
  return std::optional(std::move(found.front()));
}
Result<std::optional<TaskRow>> open_task(Rows rows, const std::string& kind, const std::string& subject) {
  TRY(auto found, all(rows, rows.db().prepared(kOpenOne).bind_all(kind, subject)));
  return found.empty() ? std::nullopt : std::optional(std::move(found.front()));
}
Result<std::vector<TaskRow>> open_tasks(Rows rows) { return all(rows, rows.db().prepared(kOpen).bind_all()); }
Result<std::vector<TaskRow>> open_tasks_of(Rows rows, const crypto::Hash& person) {
  return all(rows, rows.db().prepared(kOpenOf).bind_all(ByteView(person)));
}

Result<Done> add_timeline(Tx& tx, const crypto::Hash& person, const TimelineRow& r) {
  return tx.db().prepared(kAddTimeline).bind_all(ByteView(person), r.seq, to_ms(r.at), r.kind, r.officer).run();
}
Result<std::vector<TimelineRow>> timeline_of(sqlite::Db& db, const crypto::Hash& person, int max_count) {
  auto& s = db.prepared(kTimeline).bind_all(ByteView(person), max_count);
  std::vector<TimelineRow> out;
  while (true) {
    TRY(const bool more, s.step());
    if (!more) break;
    out.push_back({s.integer(0), from_ms(s.integer(1)), s.text(2), s.text(3)});
  }
  s.reset();
  return out;
}
Result<std::optional<crypto::Hash>> person_of_event(sqlite::Db& db, std::int64_t seq) {
  auto& s = db.prepared(kPersonOfEvent).bind_all(seq);
  TRY(const bool found, s.step());
  std::optional<crypto::Hash> person;
  if (found) person = to_hash(s.blob(0));
  s.reset();
  return person;
}

}  // namespace kiosk::store
