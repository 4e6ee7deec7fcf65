#include "node/store/epochs.h"

#include <algorithm>

#include "events/blob.h"
#include "events/kinds.h"
#include "node/store/outbox.h"
#include "node/store/store_impl.h"
#include "node/store/wanted.h"

namespace kiosk::store {
namespace {
constexpr std::string_view k_epochs =
    "SELECT n, base, name, previous, COALESCE(from_n, 0), COALESCE(from_seq, 0) FROM epoch ORDER BY base";
constexpr std::string_view k_last_until =
    "SELECT pos FROM event WHERE pos > ?1 AND pos <= ?2 ORDER BY pos DESC LIMIT 1";
constexpr std::string_view k_gaps =
    "SELECT e.name, g.from_seq, g.to_seq FROM gap g JOIN epoch e ON e.n = g.epoch ORDER BY e.base, g.from_seq";
constexpr std::string_view k_add_gap =
    "INSERT INTO gap (epoch, from_seq, to_seq, head) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (epoch, from_seq) DO NOTHING";
constexpr std::string_view k_gap_of =
    "SELECT from_seq, to_seq, head FROM gap WHERE epoch = ?1 AND from_seq <= ?2 AND (to_seq IS NULL OR to_seq >= ?2)";
constexpr std::string_view k_drop_gap = "DELETE FROM gap WHERE epoch = ?1 AND from_seq = ?2";
constexpr std::string_view k_drop_open = "DELETE FROM gap WHERE epoch = ?1 AND to_seq IS NULL";
constexpr std::string_view k_any_open = "SELECT 1 FROM gap WHERE epoch = ?1 AND to_seq IS NULL";
constexpr std::string_view k_head = "SELECT head FROM event WHERE pos = ?1";
constexpr std::string_view k_next = "SELECT header, digest, head FROM event WHERE pos = ?1";
constexpr std::string_view k_add_epoch =
    "INSERT INTO epoch (n, name, base, previous, opened_at, from_n, from_seq) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
constexpr std::string_view k_find_head = "SELECT epoch, seq FROM event WHERE head = ?1";
constexpr std::string_view k_knows =
    "SELECT 1 FROM event WHERE head = ?1 UNION ALL SELECT 1 FROM gap WHERE head = ?1 UNION ALL SELECT 1 FROM epoch "
    "WHERE "
    "previous = ?1 UNION ALL SELECT 1 FROM cursor WHERE head = ?1 LIMIT 1";
constexpr std::string_view k_add_event =
    "INSERT INTO event (pos, epoch, seq, id, kind, at, header, ciphertext, digest, wrap, head, signature)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)";
constexpr std::string_view k_taken =
    "SELECT pos, header, ciphertext, wrap, head, signature FROM event WHERE pos >= ?1 AND pos <= ?2 ORDER BY pos";
constexpr std::string_view k_set_aside =
    "INSERT INTO event_aside (head, epoch, seq, header, ciphertext, wrap, signature, aside_at) SELECT v.head, e.name, "
    "v.seq, v.header, v.ciphertext, v.wrap, v.signature, ?3 FROM event v JOIN epoch e ON e.n = v.epoch WHERE v.pos >= "
    "?1 "
    "AND v.pos <= ?2 ON CONFLICT (head) DO NOTHING";  // a copy may bring one back that was set aside before
constexpr std::string_view k_drop_verdicts = "DELETE FROM verdict WHERE pos >= ?1 AND pos <= ?2";
constexpr std::string_view k_drop_gaps = "DELETE FROM gap WHERE epoch = ?1 AND from_seq >= ?2";
constexpr std::string_view k_twice =
    "SELECT e.name, v.seq FROM event v JOIN epoch e ON e.n = v.epoch WHERE v.pos > ?1 AND v.pos <= ?2 AND v.id IN "
    "(SELECT id FROM event GROUP BY id HAVING count(*) > 1) ORDER BY v.pos LIMIT 1";
constexpr std::string_view k_place_of_id = "SELECT pos FROM event WHERE id = ?1";
constexpr std::string_view k_know_previous =
    "UPDATE epoch SET previous = ?2, from_n = ?3, from_seq = ?4 WHERE name = ?1";
constexpr std::string_view k_drop_events = "DELETE FROM event WHERE pos >= ?1 AND pos <= ?2";
// Every column that holds a place.
constexpr std::pair<const char*, const char*> k_places[] = {
    {"attempts", "seq"},         {"claims", "seq"},          {"interviews", "seq"},
    {"resets", "requested_seq"}, {"resets", "approved_seq"}, {"accounts", "last_seq"},
    {"timeline", "seq"},         {"consents", "seq"},        {"intakes", "seq"}};
constexpr std::string_view k_blob_there = "SELECT 1 FROM blob WHERE hash = ?1";
constexpr std::string_view k_add_blob =
    "INSERT INTO blob (hash, kind, size, wrap, at, sent, complete, urgency) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
constexpr std::string_view k_add_bytes = "INSERT INTO blob_bytes (n, bytes) VALUES (?1, ?2)";
constexpr std::string_view k_acknowledged = "SELECT epoch, seq FROM cursor";
constexpr std::string_view k_set_cursor =
    "INSERT INTO cursor (one, epoch, seq, head, signature) VALUES (1, ?1, ?2, ?3, ?4)"
    " ON CONFLICT (one) DO UPDATE SET epoch = ?1, seq = ?2, head = ?3, signature = ?4";

struct GapRow {
  std::int64_t from = 0;
  std::optional<std::int64_t> to;
  Bytes head;
};
std::optional<std::int64_t> number_or_none(const sqlite::Stmt& s, int col) {
  return s.is_null(col) ? std::nullopt : std::optional(s.integer(col));
}

Result<std::optional<crypto::Hash>> head_of_place(sqlite::Db& db, std::int64_t pos) {
  std::optional<crypto::Hash> head;
  TRY_DONE(db.prepared(k_head).bind_all(pos).each([&](sqlite::Stmt& s) { head = fixed<crypto::Hash>(s.blob(0)); }));
  return head;
}

// The gap that `seq` lies in becomes what is left of it on both sides; beyond the newest event a new one is noted.
Result<Done> mend_gaps(sqlite::Db& db, const Epoch& e, std::int64_t seq, const crypto::Hash& previous) {
  std::optional<GapRow> in;
  TRY_DONE(db.prepared(k_gap_of).bind_all(e.n, seq).each([&](sqlite::Stmt& s) {
    in = GapRow{s.integer(0), number_or_none(s, 1), s.blob(2)};
  }));
  std::int64_t from = e.last + 1;
  if (in) {
    from = in->from;
    TRY_DONE(db.prepared(k_drop_gap).bind_all(e.n, in->from).run());
    if (!in->to)
      TRY_DONE(db.prepared(k_add_gap).bind_all(e.n, seq + 1, std::nullopt, std::nullopt).run());
    else if (*in->to > seq)
      TRY_DONE(db.prepared(k_add_gap).bind_all(e.n, seq + 1, *in->to, in->head).run());
  }
  if (seq > from) TRY_DONE(db.prepared(k_add_gap).bind_all(e.n, from, seq - 1, ByteView(previous)).run());
  return Done{};
}
}  // namespace

Result<std::vector<Epoch>> epochs(sqlite::Db& db) {
  std::vector<Epoch> out;
  bool broken = false;
  TRY_DONE(db.prepared(k_epochs).each([&](sqlite::Stmt& s) {
    const auto previous = fixed<crypto::Hash>(s.blob(3));
    broken = broken || !previous;
    out.push_back(
        {s.integer(0), s.integer(1), s.text(2), previous.value_or(crypto::Hash{}), s.integer(4), s.integer(5), 0});
  }));
  if (out.empty() || broken) return damaged("store_corrupt", "no epoch, or one without its head");
  for (std::size_t i = 0; i < out.size(); ++i) {
    const std::int64_t end = i + 1 < out.size() ? out[i + 1].base : INT64_MAX;
    TRY_DONE(db.prepared(k_last_until).bind_all(out[i].base, end).each([&](sqlite::Stmt& s) {
      out[i].last = s.integer(0) - out[i].base;
    }));
  }
  return out;
}

Result<std::optional<Epoch>> epoch_named(sqlite::Db& db, const std::string& name) {
  TRY(const auto all, epochs(db));
  const auto it = std::find_if(all.begin(), all.end(), [&](const Epoch& e) { return e.name == name; });
  return it == all.end() ? std::optional<Epoch>() : std::optional(*it);
}

Result<std::int64_t> place_of(sqlite::Db& db, const std::string& epoch, std::int64_t seq) {
  TRY(const auto e, epoch_named(db, epoch));
  if (!e) return refused("epoch_unknown", "epoch " + epoch);
  return e->base + seq;
}

Result<bool> knows_head(sqlite::Db& db, const crypto::Hash& head) {
  bool known = head == crypto::Hash{};
  TRY_DONE(db.prepared(k_knows).bind_all(ByteView(head)).each([&](sqlite::Stmt&) { known = true; }));
  return known;
}

Result<std::vector<Gap>> gaps(sqlite::Db& db) {
  std::vector<Gap> out;
  TRY_DONE(db.prepared(k_gaps).each([&](sqlite::Stmt& s) {
    out.push_back({s.text(0), s.integer(1), number_or_none(s, 2)});
  }));
  return out;
}

Result<Done> note_open_gap(Tx& tx, const std::string& epoch) {
  TRY(const auto e, epoch_named(tx.db(), epoch));
  if (!e) return refused("epoch_unknown", "epoch " + epoch);
  bool there = false;
  TRY_DONE(tx.db().prepared(k_any_open).bind_all(e->n).each([&](sqlite::Stmt&) { there = true; }));
  if (there) return Done{};
  return tx.db().prepared(k_add_gap).bind_all(e->n, e->last + 1, std::nullopt, std::nullopt).run();
}

Result<Done> note_gap_of_ack(Tx& tx) {
  std::string epoch;
  std::int64_t seq = 0;
  TRY_DONE(tx.db().prepared(k_acknowledged).each([&](sqlite::Stmt& s) {
    epoch = s.text(0);
    seq = s.integer(1);
  }));
  TRY(const auto e, epoch_named(tx.db(), epoch));
  return e && e->last < seq ? note_open_gap(tx, epoch) : Result<Done>(Done{});
}

Result<Done> close_open_gap(Tx& tx, const std::string& epoch) {
  TRY(const auto e, epoch_named(tx.db(), epoch));
  if (!e) return refused("epoch_unknown", "epoch " + epoch);
  return tx.db().prepared(k_drop_open).bind_all(e->n).run();
}

namespace {
struct Origin {
  std::optional<std::int64_t> n, seq;  // none: what it continues is not here
};
Result<Origin> origin_of(sqlite::Db& db, const crypto::Hash& previous) {
  Origin from;
  TRY_DONE(db.prepared(k_find_head).bind_all(ByteView(previous)).each([&](sqlite::Stmt& s) {
    from = {s.integer(0), s.integer(1)};
  }));
  return from;
}
Result<Done> know_previous(Tx& tx, const std::string& name, const crypto::Hash& previous) {
  TRY(const auto from, origin_of(tx.db(), previous));
  return tx.db().prepared(k_know_previous).bind_all(name, ByteView(previous), from.n, from.seq).run();
}
}  // namespace

Result<Done> add_epoch_before_present(Tx& tx, const KnownEpoch& known) {
  auto& db = tx.db();
  TRY(const auto all, epochs(db));
  TRY(const auto from, origin_of(db, known.previous));
  for (const auto& e : all) {
    if (e.name != known.name) continue;
    // One of which only a piece was known: now it is known what it continues.
    if (e.base == 0 || e.from_n != 0 || e.previous == known.previous) return Done{};
    return know_previous(tx, known.name, known.previous);
  }
  const Epoch& present = all.back();
  const Epoch* before = all.size() > 1 ? &all[all.size() - 2] : nullptr;
  const std::int64_t n = before ? before->n + 1 : 1;
  const std::int64_t base = before ? (before->base + before->last) / k_epoch_room * k_epoch_room + k_epoch_room : 0;
  if (n >= present.n || base + k_epoch_room > present.base)
    return damaged("store_corrupt", "no room before the present epoch");
  return db.prepared(k_add_epoch)
      .bind_all(n, known.name, base, ByteView(known.previous), to_ms(tx.store().clock().now()), from.n, from.seq)
      .run();
}

namespace {
Result<Done> append_epoch(Tx& tx, const std::vector<Epoch>& all, const std::string& name,
                          const crypto::Hash& previous) {
  const Epoch& last = all.back();
  TRY(const auto from, origin_of(tx.db(), previous));
  return tx.db()
      .prepared(k_add_epoch)
      .bind_all(last.n + 1, name, (last.base + last.last) / k_epoch_room * k_epoch_room + k_epoch_room,
                ByteView(previous), to_ms(tx.store().clock().now()), from.n, from.seq)
      .run();
}
}  // namespace

Result<Done> add_epoch(Tx& tx, const Epoch& known) {
  TRY(const auto all, epochs(tx.db()));
  bool taken = false;
  for (const auto& e : all) {
    if (e.name == known.name) return Done{};
    taken = taken || e.n == known.n || e.base == known.base;
  }
  if (taken) return append_epoch(tx, all, known.name, known.previous);
  std::optional<std::int64_t> from_n, from_seq;
  if (known.from_n != 0) {
    from_n = known.from_n;
    from_seq = known.from_seq;
  }
  return tx.db()
      .prepared(k_add_epoch)
      .bind_all(known.n, known.name, known.base, ByteView(known.previous), to_ms(tx.store().clock().now()), from_n,
                from_seq)
      .run();
}

Result<Done> add_epoch_of(Tx& tx, const std::string& name, std::int64_t first_seq, const crypto::Hash& previous) {
  TRY(const auto all, epochs(tx.db()));
  for (const auto& e : all) {
    if (e.name != name) continue;
    // One of which only a later piece was known: now it is known what it continues.
    const bool unknown = e.base != 0 && e.from_n == 0 && e.previous == crypto::Hash{};
    return first_seq == 1 && unknown ? know_previous(tx, name, previous) : Result<Done>(Done{});
  }
  return append_epoch(tx, all, name, first_seq == 1 ? previous : crypto::Hash{});
}

Result<std::optional<Twice>> unsent_twice(sqlite::Db& db) {
  TRY(const auto all, epochs(db));
  TRY(const auto c, cursor(db));
  std::optional<Twice> out;
  TRY_DONE(db.prepared(k_twice).bind_all(c.log_position(), all.back().base).each([&](sqlite::Stmt& s) {
    out = Twice{s.text(0), s.integer(1)};
  }));
  return out;
}

Result<bool> put_back(Tx& tx, const BackEvent& b) {
  auto& db = tx.db();
  TRY(const auto e, epoch_named(db, b.epoch));
  if (!e) return refused("epoch_unknown", "epoch " + b.epoch);
  const std::string where = "event " + std::to_string(b.seq) + " of epoch " + b.epoch;
  const std::int64_t pos = e->base + b.seq;
  TRY(const auto header, events::decode_header(b.sealed.header));
  const auto digest = crypto::hash(b.sealed.ciphertext);
  if (header.seq != b.seq || header.epoch != b.epoch || header.node != tx.store().identity().node ||
      events::chain_head_of(b.previous, b.sealed.header, digest) != b.sealed.head ||
      !crypto::verify(tx.store().keys().signing.public_key(), b.sealed.head, b.sealed.signature))
    return damaged("event_elsewhere", where + " is not one of this node's chain");
  TRY(const auto there, head_of_place(db, pos));
  if (there && *there == b.sealed.head) return false;
  if (there) return damaged("event_elsewhere", where + " is another one here");
  // What stands on both sides must be its neighbours.
  TRY(auto before, head_of_place(db, pos - 1));
  if (b.seq == 1) before = e->previous;
  if (before && *before != b.previous) return damaged("event_elsewhere", where + " does not continue what is here");
  bool fits = true;
  TRY_DONE(db.prepared(k_next).bind_all(pos + 1).each([&](sqlite::Stmt& s) {
    const auto d = fixed<crypto::Hash>(s.blob(1));
    const auto h = fixed<crypto::Hash>(s.blob(2));
    fits = d && h && events::chain_head_of(b.sealed.head, s.text(0), *d) == *h;
  }));
  if (!fits) return damaged("event_elsewhere", where + " is not what the next one continues");
  TRY_DONE(mend_gaps(db, *e, b.seq, b.previous));
  TRY_DONE(db.prepared(k_add_event)
               .bind_all(pos, e->n, b.seq, ByteView(header.id.bytes()), header.kind, to_ms(header.at), b.sealed.header,
                         b.sealed.ciphertext, ByteView(digest), b.sealed.node_wrap, ByteView(b.sealed.head),
                         ByteView(b.sealed.signature))
               .run());
  TRY_DONE(want_blobs(db, header));
  return true;
}

Result<bool> put_back(Tx& tx, const BackBlob& b) {
  auto& db = tx.db();
  bool there = false;
  TRY_DONE(db.prepared(k_blob_there).bind_all(b.hash).each([&](sqlite::Stmt&) { there = true; }));
  if (there) return false;
  TRY(auto plain, events::open_blob(b.hash, b.ciphertext, b.node_wrap, tx.store().keys().data));
  wipe(plain);
  const auto size = static_cast<std::int64_t>(b.ciphertext.size());
  TRY(const auto urgency, no_longer_wanted(db, b.hash));
  TRY_DONE(db.prepared(k_add_blob)
               .bind_all(b.hash, b.kind, size, b.node_wrap, to_ms(tx.store().clock().now()), b.complete ? size : 0,
                         b.complete, urgency.value_or(k_unreferred))
               .run());
  TRY_DONE(db.prepared(k_add_bytes).bind_all(db.last_rowid(), b.ciphertext).run());
  return true;
}

Result<std::int64_t> reappend(Tx tx, const std::string& epoch, std::int64_t from_seq, const std::string& reason) {
  auto& db = tx.db();
  TRY(const auto all, epochs(db));
  std::vector<std::pair<Epoch, std::int64_t>> taken;  // from which number on
  for (const auto& e : all) {
    if (e.name == epoch) {
      taken.emplace_back(e, from_seq);
      continue;
    }
    for (const auto& [t, from] : taken)
      if (e.from_n == t.n && e.from_seq >= from) {
        taken.emplace_back(e, 1);
        break;
      }
  }
  if (taken.empty()) return refused("epoch_unknown", "epoch " + epoch);
  const bool new_epoch = taken.back().first.n == all.back().n;
  std::vector<events::Draft> drafts;
  std::vector<std::int64_t> places;
  if (new_epoch) {
    events::Draft d;
    d.header.kind = events::NodeRejoined::kind.name;
    d.header.subject = epoch;
    d.header.reason = reason;
    drafts.push_back(std::move(d));
  }
  const auto before = static_cast<std::int64_t>(drafts.size());
  for (const auto& [e, from] : taken) {
    auto& s = db.prepared(k_taken).bind_all(e.base + from, e.base + e.last);
    for (;;) {
      TRY(const bool row, s.step());
      if (!row) break;
      if (s.is_null(2)) {
        s.reset();
        return refused("event_purged", "an event that was to be sealed again is purged");
      }
      const events::Sealed sealed{s.text(1), s.blob(2), s.blob(3), {}, {}};
      events::Draft d;
      TRY(d.header, events::decode_header(sealed.header));
      TRY(d.payload, events::open_payload(sealed, tx.store().keys().data));
      places.push_back(s.integer(0));
      drafts.push_back(std::move(d));
    }
  }
  if (drafts.empty()) return 0;
  // A photo that no copy had is nothing that could still be sent.
  for (auto& d : drafts) {
    std::vector<std::string> there;
    for (const auto& hash : d.header.blobs) {
      bool known = false;
      TRY_DONE(db.prepared(k_blob_there).bind_all(hash).each([&](sqlite::Stmt&) { known = true; }));
      if (known) there.push_back(hash);
    }
    d.header.blobs = std::move(there);
  }
  const std::int64_t now = to_ms(tx.store().clock().now());
  for (const auto& [e, from] : taken) {
    TRY_DONE(db.prepared(k_set_aside).bind_all(e.base + from, e.base + e.last, now).run());
    TRY_DONE(db.prepared(k_drop_verdicts).bind_all(e.base + from, e.base + e.last).run());
    TRY_DONE(db.prepared(k_drop_events).bind_all(e.base + from, e.base + e.last).run());
    TRY_DONE(db.prepared(k_drop_gaps).bind_all(e.n, from).run());
  }
  if (new_epoch) TRY_DONE(tx.open_epoch());
  std::int64_t next = tx.next_place() + before;
  std::vector<events::Draft> again;
  for (std::size_t i = 0; i < drafts.size(); ++i) {
    if (static_cast<std::int64_t>(i) < before) {
      again.push_back(std::move(drafts[i]));
      continue;
    }
    // One that was sealed again before, and came back by both ways, stands already.
    std::optional<std::int64_t> to;
    TRY_DONE(db.prepared(k_place_of_id).bind_all(ByteView(drafts[i].header.id.bytes())).each([&](sqlite::Stmt& s) {
      to = s.integer(0);
    }));
    if (!to) {
      to = next++;
      again.push_back(std::move(drafts[i]));
    }
    // New places are behind every old one, so that no row is moved twice.
    for (const auto& [table, column] : k_places)
      TRY_DONE(
          db.prepared("UPDATE OR IGNORE " + std::string(table) + " SET " + column + " = ?2 WHERE " + column + " = ?1")
              .bind_all(places[i - static_cast<std::size_t>(before)], *to)
              .run());
  }
  const auto moved = static_cast<std::int64_t>(places.size());
  if (again.empty())
    TRY_DONE(tx.commit_local());
  else
    TRY_DONE(tx.commit(std::move(again)));
  return moved;
}

Result<Done> trust_ack(Tx& tx, const events::Ack& ack) {
  auto& db = tx.db();
  TRY(const auto e, epoch_named(db, ack.epoch));
  if (!e) return refused("ack_epoch", "the acknowledgement is of an epoch that is not here");
  TRY(const auto now, cursor(db));
  if (e->base + ack.seq <= now.log_position()) return Done{};
  TRY(const auto here, head_of_place(db, e->base + ack.seq));
  if (here && *here != ack.head)
    return damaged("ack_mismatch", "event " + std::to_string(ack.seq) + " has another head here");
  return db.prepared(k_set_cursor).bind_all(ack.epoch, ack.seq, ByteView(ack.head), ByteView(ack.signature)).run();
}

}  // namespace kiosk::store
