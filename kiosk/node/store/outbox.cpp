#include "node/store/outbox.h"

#include <algorithm>

#include "node/store/epochs.h"
#include "node/store/store_impl.h"

namespace kiosk::store {
namespace {
constexpr std::string_view k_cursor = "SELECT epoch, seq, head FROM cursor";
constexpr std::string_view k_set_cursor =
    "INSERT INTO cursor (one, epoch, seq, head, signature) VALUES (1, ?1, ?2, ?3, ?4)"
    " ON CONFLICT (one) DO UPDATE SET epoch = ?1, seq = ?2, head = ?3, signature = ?4";
constexpr std::string_view k_head = "SELECT head FROM event WHERE pos = ?1";
constexpr std::string_view k_after =
    "SELECT seq, at, header, ciphertext, wrap, head, signature, id FROM event WHERE pos > ?1 AND pos <= ?3 ORDER BY "
    "pos "
    "LIMIT "
    "?2";
constexpr std::string_view k_at =
    "SELECT seq, at, header, ciphertext, wrap, head, signature, id FROM event WHERE pos = ?1";
constexpr std::string_view k_set_verdict =
    "INSERT INTO verdict (pos, verdict, reason, detail, at) VALUES (?1, ?2, ?3, ?4, ?5)"
    " ON CONFLICT (pos) DO UPDATE SET verdict = ?2, reason = ?3, detail = ?4, at = ?5";
constexpr std::string_view k_drop_verdict = "DELETE FROM verdict WHERE pos = ?1";
constexpr std::string_view k_verdict = "SELECT verdict, reason, detail FROM verdict WHERE pos = ?1";
// Numbers have no gaps but the known ones, so that a backlog of weeks is not counted row by row each time somebody
// asks.
constexpr std::string_view k_oldest = "SELECT at FROM event WHERE pos > ?1 ORDER BY pos LIMIT 1";
constexpr std::string_view k_newest = "SELECT at FROM event ORDER BY pos DESC LIMIT 1";
constexpr std::string_view k_unsent_blobs = "SELECT count(*) FROM blob WHERE complete = 0";
constexpr std::string_view k_oldest_blob = "SELECT at FROM blob WHERE complete = 0 AND urgency = ?1 ORDER BY n LIMIT 1";
constexpr int k_urgencies = 4;

Result<StoredEvent> stored(sqlite::Stmt& s) {
  StoredEvent v;
  v.seq = s.integer(0);
  v.at = from_ms(s.integer(1));
  v.sealed.header = s.text(2);
  v.sealed.ciphertext = s.blob(3);
  v.sealed.node_wrap = s.blob(4);
  const auto head = fixed<crypto::Hash>(s.blob(5));
  const auto signature = fixed<crypto::Signature>(s.blob(6));
  const auto id = fixed<std::array<std::uint8_t, 16>>(s.blob(7));
  if (!id || !head || !signature) {
    s.reset();
    return damaged("store_corrupt", "event " + std::to_string(v.seq) + " has no id, head or signature");
  }
  v.id = Uuid::from_bytes(*id);
  v.sealed.head = *head;
  v.sealed.signature = *signature;
  return v;
}

// Epochs before the cursor's are acknowledged to their ends: they are sent in order.
Result<Cursor> cursor_among(sqlite::Db& db, const std::vector<Epoch>& all) {
  std::string epoch;
  std::int64_t seq = 0;
  Bytes bytes;
  TRY_DONE(db.prepared(k_cursor).each([&](sqlite::Stmt& s) {
    epoch = s.text(0);
    seq = s.integer(1);
    bytes = s.blob(2);
  }));
  std::size_t at = 0;
  if (!epoch.empty()) {
    const auto head = fixed<crypto::Hash>(bytes);
    while (at < all.size() && all[at].name != epoch) ++at;
    if (at == all.size() || !head) return damaged("store_corrupt", "the cursor has no head or no epoch");
    const Epoch& e = all[at];
    if (seq < e.last || at + 1 == all.size()) return Cursor{epoch, seq, *head, e.base, e.last, at + 1 == all.size()};
    ++at;
  }
  while (at + 1 < all.size() && all[at].last == 0) ++at;
  const Epoch& e = all[at];
  return Cursor{e.name, 0, e.previous, e.base, e.last, at + 1 == all.size()};
}

Result<crypto::Hash> head_in(sqlite::Db& db, const Epoch& e, std::int64_t seq) {
  if (seq == 0) return e.previous;
  std::optional<crypto::Hash> head;
  if (seq > 0)
    TRY_DONE(db.prepared(k_head).bind_all(e.base + seq).each([&](sqlite::Stmt& s) {
      head = fixed<crypto::Hash>(s.blob(0));
    }));
  if (!head || seq > e.last) return refused("event_unknown", "event " + std::to_string(seq));
  return *head;
}
}  // namespace

Result<Cursor> cursor(sqlite::Db& db) {
  TRY(const auto all, epochs(db));
  return cursor_among(db, all);
}

Result<crypto::Hash> head_at(sqlite::Db& db, std::int64_t seq) {
  TRY(const auto all, epochs(db));
  TRY(const auto c, cursor_among(db, all));
  if (seq == c.seq) return c.head;  // also of an event that is not here
  for (const auto& e : all)
    if (e.name == c.epoch) return head_in(db, e, seq);
  return refused("event_unknown", "event " + std::to_string(seq));
}

Result<Done> set_cursor(Tx& tx, const events::Ack& ack) {
  auto& db = tx.db();
  TRY(const auto all, epochs(db));
  const auto e = std::find_if(all.begin(), all.end(), [&](const Epoch& x) { return x.name == ack.epoch; });
  if (e == all.end()) return refused("ack_epoch", "the acknowledgement is of another epoch");
  const auto head = head_in(db, *e, ack.seq);
  if (!head && head.fault().code != "event_unknown") return head.fault();
  if (!head || *head != ack.head)
    return damaged("ack_mismatch", "event " + std::to_string(ack.seq) + " has another head here");
  TRY(const auto now, cursor_among(db, all));
  if (e->base + ack.seq <= now.log_position()) return Done{};  // an older reply that came late
  return db.prepared(k_set_cursor).bind_all(ack.epoch, ack.seq, ByteView(ack.head), ByteView(ack.signature)).run();
}

Result<std::vector<StoredEvent>> events_after(sqlite::Db& db, std::int64_t seq, int max_count, std::int64_t max_bytes) {
  TRY(const auto c, cursor(db));
  std::vector<StoredEvent> out;
  auto& s = db.prepared(k_after).bind_all(c.base + seq, max_count, c.base + c.last);
  for (std::int64_t bytes = 0;;) {
    TRY(const bool row, s.step());
    if (!row) break;
    if (s.integer(0) != seq + 1 + static_cast<std::int64_t>(out.size())) break;  // a gap: what is behind it must wait
    TRY(auto v, stored(s));
    bytes += static_cast<std::int64_t>(v.sealed.header.size() + v.sealed.ciphertext.size() + v.sealed.node_wrap.size());
    if (!out.empty() && bytes > max_bytes) break;
    out.push_back(std::move(v));
  }
  s.reset();
  return out;
}

Result<StoredEvent> event_at(sqlite::Db& db, std::int64_t place) {
  auto& s = db.prepared(k_at).bind_all(place);
  TRY(const bool there, s.step());
  if (!there) return refused("event_unknown", "no event stands at place " + std::to_string(place));
  auto v = stored(s);
  s.reset();
  return v;
}

Result<std::optional<WallTime>> newest_event_at(sqlite::Db& db) {
  std::optional<WallTime> at;
  TRY_DONE(db.prepared(k_newest).bind_all().each([&](sqlite::Stmt& s) { at = from_ms(s.integer(0)); }));
  return at;
}

Result<Done> record_verdict(Tx& tx, const EventVerdict& v) {
  auto& db = tx.db();
  if (v.verdict == "accepted" && v.reason.empty() && v.detail.empty())
    return db.prepared(k_drop_verdict).bind_all(v.place).run();
  return db.prepared(k_set_verdict)
      .bind_all(v.place, v.verdict, v.reason, v.detail, to_ms(tx.store().clock().now()))
      .run();
}

Result<std::optional<EventVerdict>> verdict_of(sqlite::Db& db, std::int64_t place) {
  std::optional<EventVerdict> out;
  TRY_DONE(db.prepared(k_verdict).bind_all(place).each([&](sqlite::Stmt& s) {
    out = EventVerdict{place, s.text(0), s.text(1), s.text(2)};
  }));
  return out;
}

Result<Pending> pending(sqlite::Db& db) {
  TRY(const auto c, cursor(db));
  Pending p;
  std::optional<std::int64_t> oldest;
  TRY(const auto all, epochs(db));
  for (const auto& e : all)
    if (e.base >= c.base) p.events += std::max<std::int64_t>(0, e.last - (e.base == c.base ? c.seq : 0));
  if (p.events > 0 && all.size() > 1) {
    // What is missing between is nothing that waits here.
    TRY(const auto missing, gaps(db));
    for (const auto& g : missing)
      for (const auto& e : all)
        if (e.name == g.epoch && e.base >= c.base && g.to && *g.to > (e.base == c.base ? c.seq : 0))
          p.events -= *g.to - std::max(g.from - 1, e.base == c.base ? c.seq : 0);
  }
  const auto older = [&](sqlite::Stmt& s) { oldest = std::min(oldest.value_or(s.integer(0)), s.integer(0)); };
  if (p.events > 0) TRY_DONE(db.prepared(k_oldest).bind_all(c.log_position()).each(older));
  TRY_DONE(db.prepared(k_unsent_blobs).each([&](sqlite::Stmt& s) { p.blobs = s.integer(0); }));
  for (int urgency = 0; p.blobs > 0 && urgency < k_urgencies; ++urgency)
    TRY_DONE(db.prepared(k_oldest_blob).bind_all(urgency).each(older));
  if (oldest) p.oldest = from_ms(*oldest);
  return p;
}

}  // namespace kiosk::store
