#include "store/outbox.h"

#include "store/store_impl.h"

namespace kiosk::store {
namespace {
constexpr std::string_view k_epoch = "SELECT name, base, previous FROM epoch ORDER BY n DESC LIMIT 1";
constexpr std::string_view k_cursor = "SELECT seq, head FROM cursor WHERE epoch = ?1";
constexpr std::string_view k_set_cursor =
    "INSERT INTO cursor (one, epoch, seq, head, signature) VALUES (1, ?1, ?2, ?3, ?4)"
    " ON CONFLICT (one) DO UPDATE SET epoch = ?1, seq = ?2, head = ?3, signature = ?4";
constexpr std::string_view k_head = "SELECT head FROM event WHERE pos = ?1";
constexpr std::string_view k_after =
    "SELECT seq, at, header, ciphertext, wrap, head, signature, id FROM event WHERE pos > ?1 ORDER BY pos LIMIT ?2";
constexpr std::string_view k_set_verdict =
    "INSERT INTO verdict (pos, verdict, reason, detail, at) VALUES (?1, ?2, ?3, ?4, ?5)"
    " ON CONFLICT (pos) DO UPDATE SET verdict = ?2, reason = ?3, detail = ?4, at = ?5";
constexpr std::string_view k_drop_verdict = "DELETE FROM verdict WHERE pos = ?1";
constexpr std::string_view k_verdict = "SELECT verdict, reason, detail FROM verdict WHERE pos = ?1";
// Places have no gaps and grow with time, so the first and the last of them say all: a backlog of weeks is not counted
// row by row each time somebody asks.
constexpr std::string_view k_last = "SELECT pos FROM event ORDER BY pos DESC LIMIT 1";
constexpr std::string_view k_oldest = "SELECT at FROM event WHERE pos > ?1 ORDER BY pos LIMIT 1";
constexpr std::string_view k_unsent_blobs = "SELECT count(*) FROM blob WHERE complete = 0";
constexpr std::string_view k_oldest_blob = "SELECT at FROM blob WHERE complete = 0 AND urgency = ?1 ORDER BY n LIMIT 1";
constexpr int k_urgencies = 4;

struct Epoch {
  std::string name;
  std::int64_t base = 0;
  crypto::Hash previous{};
};
Result<Epoch> current_epoch(sqlite::Db& db) {
  Epoch e;
  std::optional<crypto::Hash> previous;
  TRY_DONE(db.prepared(k_epoch).each([&](sqlite::Stmt& s) {
    e.name = s.text(0);
    e.base = s.integer(1);
    previous = fixed<crypto::Hash>(s.blob(2));
  }));
  if (!previous) return damaged("store_corrupt", "no epoch");
  e.previous = *previous;
  return e;
}

Result<Cursor> cursor_in(sqlite::Db& db, const Epoch& e) {
  Cursor c{e.name, 0, e.previous};
  bool broken = false;
  TRY_DONE(db.prepared(k_cursor).bind_all(e.name).each([&](sqlite::Stmt& s) {
    c.seq = s.integer(0);
    const auto head = fixed<crypto::Hash>(s.blob(1));
    broken = !head;
    if (head) c.head = *head;
  }));
  if (broken) return damaged("store_corrupt", "the cursor has no head");
  return c;
}

Result<crypto::Hash> head_in(sqlite::Db& db, const Epoch& e, std::int64_t seq) {
  if (seq == 0) return e.previous;
  std::optional<crypto::Hash> head;
  if (seq > 0)
    TRY_DONE(db.prepared(k_head).bind_all(e.base + seq).each([&](sqlite::Stmt& s) {
      head = fixed<crypto::Hash>(s.blob(0));
    }));
  if (!head) return refused("event_unknown", "event " + std::to_string(seq));
  return *head;
}
}  // namespace

Result<Cursor> cursor(sqlite::Db& db) {
  TRY(const auto e, current_epoch(db));
  return cursor_in(db, e);
}

Result<crypto::Hash> head_at(sqlite::Db& db, std::int64_t seq) {
  TRY(const auto e, current_epoch(db));
  return head_in(db, e, seq);
}

Result<Done> set_cursor(Tx& tx, const event::Ack& ack) {
  auto& db = tx.db();
  TRY(const auto e, current_epoch(db));
  if (ack.epoch != e.name) return refused("ack_epoch", "the acknowledgement is of another epoch");
  const auto head = head_in(db, e, ack.seq);
  if (!head && head.fault().code != "event_unknown") return head.fault();
  if (!head || *head != ack.head)
    return damaged("ack_mismatch", "event " + std::to_string(ack.seq) + " has another head here");
  TRY(const auto now, cursor_in(db, e));
  if (ack.seq <= now.seq) return Done{};  // an older reply that came late
  return db.prepared(k_set_cursor).bind_all(ack.epoch, ack.seq, ByteView(ack.head), ByteView(ack.signature)).run();
}

Result<std::vector<StoredEvent>> events_after(sqlite::Db& db, std::int64_t seq, int max_count, std::int64_t max_bytes) {
  TRY(const auto e, current_epoch(db));
  std::vector<StoredEvent> out;
  auto& s = db.prepared(k_after).bind_all(e.base + seq, max_count);
  for (std::int64_t bytes = 0;;) {
    TRY(const bool row, s.step());
    if (!row) break;
    StoredEvent v;
    v.seq = s.integer(0);
    v.at = from_ms(s.integer(1));
    const auto id = fixed<std::array<std::uint8_t, 16>>(s.blob(7));
    v.sealed.header = s.text(2);
    v.sealed.ciphertext = s.blob(3);
    v.sealed.node_wrap = s.blob(4);
    const auto head = fixed<crypto::Hash>(s.blob(5));
    const auto signature = fixed<crypto::Signature>(s.blob(6));
    if (!id || !head || !signature) {
      s.reset();
      return damaged("store_corrupt", "event " + std::to_string(v.seq) + " has no id, head or signature");
    }
    v.id = Uuid::from_bytes(*id);
    v.sealed.head = *head;
    v.sealed.signature = *signature;
    bytes += static_cast<std::int64_t>(v.sealed.header.size() + v.sealed.ciphertext.size() + v.sealed.node_wrap.size());
    if (!out.empty() && bytes > max_bytes) break;
    out.push_back(std::move(v));
  }
  s.reset();
  return out;
}

Result<Done> record_verdict(Tx& tx, const EventVerdict& v) {
  auto& db = tx.db();
  TRY(const auto e, current_epoch(db));
  if (v.verdict == "accepted" && v.reason.empty() && v.detail.empty())
    return db.prepared(k_drop_verdict).bind_all(e.base + v.seq).run();
  return db.prepared(k_set_verdict)
      .bind_all(e.base + v.seq, v.verdict, v.reason, v.detail, to_ms(tx.store().clock().now()))
      .run();
}

Result<std::optional<EventVerdict>> verdict_of(sqlite::Db& db, std::int64_t seq) {
  TRY(const auto e, current_epoch(db));
  std::optional<EventVerdict> out;
  TRY_DONE(db.prepared(k_verdict).bind_all(e.base + seq).each([&](sqlite::Stmt& s) {
    out = EventVerdict{seq, s.text(0), s.text(1), s.text(2)};
  }));
  return out;
}

Result<Pending> pending(sqlite::Db& db) {
  TRY(const auto e, current_epoch(db));
  TRY(const auto c, cursor_in(db, e));
  Pending p;
  std::optional<std::int64_t> oldest;
  const auto older = [&](sqlite::Stmt& s) { oldest = std::min(oldest.value_or(s.integer(0)), s.integer(0)); };
  TRY_DONE(db.prepared(k_last).each(
      [&](sqlite::Stmt& s) { p.events = std::max<std::int64_t>(0, s.integer(0) - (e.base + c.seq)); }));
  if (p.events > 0) TRY_DONE(db.prepared(k_oldest).bind_all(e.base + c.seq).each(older));
  TRY_DONE(db.prepared(k_unsent_blobs).each([&](sqlite::Stmt& s) { p.blobs = s.integer(0); }));
  for (int urgency = 0; p.blobs > 0 && urgency < k_urgencies; ++urgency)
    TRY_DONE(db.prepared(k_oldest_blob).bind_all(urgency).each(older));
  if (oldest) p.oldest = from_ms(*oldest);
  return p;
}

}  // namespace kiosk::store
