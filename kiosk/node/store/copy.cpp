#include "node/store/copy.h"

#include <charconv>

#include "events/blob.h"
#include "node/store/outbox.h"
#include "node/store/store_impl.h"

namespace kiosk::store {
namespace {
constexpr std::string_view k_schema = "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name";
constexpr std::string_view k_after =
    "SELECT v.pos, e.name, e.base, e.previous, v.seq, v.header, v.ciphertext, v.wrap, v.head, v.signature FROM event v"
    " JOIN epoch e ON e.n = v.epoch WHERE v.pos > ?1 ORDER BY v.pos LIMIT 1000";
constexpr std::string_view k_head = "SELECT head FROM event WHERE pos = ?1";
constexpr std::string_view k_gap_head =
    "SELECT g.head FROM gap g JOIN epoch e ON e.n = g.epoch WHERE e.name = ?1 AND g.to_seq = ?2";
constexpr std::string_view k_blobs =
    "SELECT n, hash, kind, size, wrap FROM blob WHERE complete = 0 AND n > ?1 ORDER BY n LIMIT 1";
constexpr std::string_view k_any_blob =
    "SELECT b.n, b.hash, b.kind, b.wrap, c.bytes, b.complete FROM blob b JOIN blob_bytes c ON c.n = b.n WHERE b.n > ?1 "
    "AND "
    "b.complete <> 2 "
    "ORDER BY b.n LIMIT 1";
constexpr std::string_view k_bytes = "SELECT bytes FROM blob_bytes WHERE n = ?1";
constexpr std::string_view k_first_unsent_blob = "SELECT COALESCE(min(n), 0) FROM blob WHERE complete = 0";
constexpr std::string_view k_last_blob = "SELECT COALESCE(max(n), 0) FROM blob";
constexpr std::string_view k_ack = "SELECT epoch, seq, head, signature FROM cursor";
constexpr std::string_view k_notes =
    "SELECT key, value FROM meta WHERE key = 'branch_name' OR (key LIKE 'sync.%' AND key NOT IN ('sync.clone', "
    "'sync.recover', 'sync.held'))";
constexpr std::string_view k_blob_waits =
    "SELECT 1 WHERE EXISTS (SELECT 1 FROM blob WHERE complete = 0 AND urgency < 3) OR EXISTS (SELECT 1 FROM "
    "blob_wanted)";
constexpr std::string_view k_aside = "SELECT min(seq), max(seq), count(*) FROM event_aside WHERE epoch = ?1";
constexpr std::string_view k_newest = "SELECT COALESCE(max(pos), 0) FROM event";
constexpr std::size_t k_epochs_told = 64;
constexpr std::string_view k_uncopied = "SELECT count(*), min(at) FROM event WHERE pos > ?1";
constexpr std::string_view k_uncopied_blobs = "SELECT count(*), min(at) FROM blob WHERE complete = 0 AND n > ?1";

Result<std::optional<events::Ack>> last_ack(sqlite::Db& db, const std::string& branch, const std::string& node) {
  std::optional<events::Ack> ack;
  TRY_DONE(db.prepared(k_ack).each([&](sqlite::Stmt& s) {
    const auto head = fixed<crypto::Hash>(s.blob(2));
    const auto signature = fixed<crypto::Signature>(s.blob(3));
    if (head && signature) ack = events::Ack{branch, node, s.text(0), s.integer(1), *head, *signature};
  }));
  return ack;
}

Result<std::int64_t> one_number(sqlite::Stmt& q) {
  std::int64_t n = 0;
  TRY_DONE(q.each([&](sqlite::Stmt& s) { n = s.integer(0); }));
  return n;
}

// The head that an event continues: its neighbour's, its epoch's, or the one that a gap or the cursor remembers.
Result<crypto::Hash> previous_of(sqlite::Db& db, const std::string& epoch, std::int64_t seq, std::int64_t place,
                                 const Bytes& epoch_previous, const Cursor& cursor) {
  std::optional<crypto::Hash> head;
  if (seq == 1) {
    head = fixed<crypto::Hash>(epoch_previous);
  } else {
    TRY_DONE(
        db.prepared(k_head).bind_all(place - 1).each([&](sqlite::Stmt& s) { head = fixed<crypto::Hash>(s.blob(0)); }));
    if (!head)
      TRY_DONE(db.prepared(k_gap_head).bind_all(epoch, seq - 1).each([&](sqlite::Stmt& s) {
        head = fixed<crypto::Hash>(s.blob(0));
      }));
    if (!head && cursor.epoch == epoch && cursor.seq == seq - 1) head = cursor.head;
  }
  if (!head) return damaged("store_corrupt", "event " + std::to_string(seq) + " continues nothing");
  return *head;
}

Result<std::int64_t> add_blob(sqlite::Db& db, Store& store, CopyPiece& out, const crypto::Key* shared) {
  events::ExportBlob b;
  std::int64_t n = 0;
  TRY_DONE(db.prepared(k_blobs).bind_all(out.next.blob).each([&](sqlite::Stmt& s) {
    n = s.integer(0);
    b = {s.text(1), s.text(2), s.integer(3), s.blob(4), {}};
  }));
  if (n == 0) return 0;
  Bytes bytes;
  TRY_DONE(db.prepared(k_bytes).bind_all(n).each([&](sqlite::Stmt& s) { bytes = s.blob(0); }));
  if (static_cast<std::int64_t>(bytes.size()) != b.size || bytes.empty())
    return damaged("store_corrupt", "a blob has not its size");
  if (shared) {
    TRY(b.centre_wrap, events::wrap_blob_for_centre(b.hash, b.node_wrap, store.keys().data, *shared));
  }
  out.next.blob = n;
  ++out.blobs;
  out.frames.emplace_back(std::move(b));
  for (std::size_t at = 0; at < bytes.size(); at += events::k_export_part) {
    const auto part = ByteView(bytes).subspan(at, std::min(events::k_export_part, bytes.size() - at));
    out.frames.emplace_back(events::ExportPart{{}, 0, false, Bytes(part.begin(), part.end())});
  }
  return static_cast<std::int64_t>(bytes.size());
}
}  // namespace

Result<CopyPiece> unsent_after(Read& read, Store& store, CopyPoint from, std::int64_t max_bytes,
                               const crypto::Key* shared) {
  auto& db = read.db();
  CopyPiece out;
  TRY(const auto c, cursor(db));
  out.keep.place = c.log_position();
  TRY(const std::int64_t first_blob, one_number(db.prepared(k_first_unsent_blob)));
  TRY(const std::int64_t last_blob, one_number(db.prepared(k_last_blob)));
  out.keep.blob = first_blob > 0 ? first_blob - 1 : last_blob;
  out.next = {std::max(from.place, out.keep.place), std::max(from.blob, out.keep.blob)};
  std::int64_t bytes = 0;
  std::string epoch;
  std::int64_t expected = 0;
  bool rows = true;
  while (rows && bytes < max_bytes) {
    rows = false;
    auto& s = db.prepared(k_after).bind_all(out.next.place);
    for (;;) {
      TRY(const bool row, s.step());
      if (!row) break;
      rows = true;
      if (bytes >= max_bytes) {
        out.more = true;
        break;
      }
      events::Sealed e{s.text(5), s.blob(6), s.blob(7), {}, {}};
      const auto signature = fixed<crypto::Signature>(s.blob(9));
      if (!signature) return damaged("store_corrupt", "an event has no signature");
      const std::int64_t seq = s.integer(4), place = s.integer(0);
      if (s.text(1) != epoch || seq != expected) {
        epoch = s.text(1);
        TRY(const auto previous, previous_of(db, epoch, seq, place, s.blob(3), c));
        out.frames.emplace_back(events::ExportChain{epoch, seq, previous});
      }
      expected = seq + 1;
      events::ExportEvent x{
          std::move(e.header), std::move(e.ciphertext), std::move(e.node_wrap), {}, *signature, {}, 0, {}, {}};
      if (shared && !x.ciphertext.empty()) {
        TRY(x.centre_wrap,
            events::wrap_for_centre({x.header, x.ciphertext, x.node_wrap, {}, {}}, store.keys().data, *shared));
      }
      bytes += static_cast<std::int64_t>(x.header.size() + x.ciphertext.size());
      out.next.place = place;
      ++out.events;
      out.frames.emplace_back(std::move(x));
    }
    s.reset();
  }
  while (bytes < max_bytes) {
    TRY(const std::int64_t size, add_blob(db, store, out, shared));
    if (size == 0) break;
    bytes += size;
  }
  if (bytes >= max_bytes) {
    TRY(const auto rest, uncopied_after(db, out.next));
    out.more = rest.events + rest.blobs > 0;
  }
  return out;
}

Result<events::ExportManifest> copy_manifest(Read& read, Store& store) {
  const auto id = store.identity();
  events::ExportManifest m;
  m.branch = id.branch;
  m.node = id.node;
  m.made_at = store.clock().now();
  TRY(m.continues, last_ack(read.db(), id.branch, id.node));
  return events::sign_manifest(std::move(m), store.keys().signing);
}

namespace {
Result<std::string> schema_of(sqlite::Db& db) {
  std::string all;
  TRY_DONE(db.prepared(k_schema).each([&](sqlite::Stmt& s) { all += s.text(0) + ";"; }));
  return all;
}
}  // namespace

Result<sqlite::Db> open_present(const std::string& path, sqlite::Db& like) {
  TRY(auto db, sqlite::Db::open(path, {.create = false, .read_only = true, .any_page = true}));
  std::int64_t version = 0;
  TRY_DONE(db.prepared("PRAGMA user_version").each([&](sqlite::Stmt& s) { version = s.integer(0); }));
  if (version != embedded_migrations().back().version)
    return refused("store_too_new", "another version of the file: " + std::to_string(version));
  TRY(const auto expected, schema_of(like));
  TRY(const auto found, schema_of(db));
  if (found != expected) return damaged("store_corrupt", "its tables are not those of this version");
  return db;
}

Result<std::vector<PlacedEvent>> events_for_copy(sqlite::Db& db, std::int64_t after_place, int max_count) {
  std::vector<PlacedEvent> out;
  TRY(const auto c, cursor(db));
  auto& s = db.prepared(k_after).bind_all(after_place);
  std::string epoch;
  while (static_cast<int>(out.size()) < max_count) {
    TRY(const bool row, s.step());
    if (!row) return out;
    const auto head = fixed<crypto::Hash>(s.blob(8));
    const auto signature = fixed<crypto::Signature>(s.blob(9));
    if (!head || !signature) return damaged("store_corrupt", "an event without head or signature");
    PlacedEvent e{s.integer(0), {s.text(1), s.integer(4), {}, {s.text(5), s.blob(6), s.blob(7), *head, *signature}}};
    if (!out.empty() && out.back().back.epoch == e.back.epoch && out.back().back.seq + 1 == e.back.seq) {
      e.back.previous = out.back().back.sealed.head;
    } else {
      TRY(e.back.previous, previous_of(db, e.back.epoch, e.back.seq, e.place, s.blob(3), c));
    }
    out.push_back(std::move(e));
  }
  s.reset();
  return out;
}

Result<std::optional<NumberedBlob>> blob_for_copy(sqlite::Db& db, std::int64_t after) {
  std::optional<NumberedBlob> out;
  TRY_DONE(db.prepared(k_any_blob).bind_all(after).each([&](sqlite::Stmt& s) {
    out = NumberedBlob{s.integer(0), {s.text(1), s.text(2), s.blob(4), s.blob(3), s.integer(5) != 0}};
  }));
  return out;
}

Result<CentreHas> centre_has(sqlite::Db& db) {
  CentreHas out;
  TRY(const auto c, cursor(db));
  TRY(const auto all, epochs(db));
  TRY(const auto missing, gaps(db));
  TRY(const std::int64_t newest, one_number(db.prepared(k_newest)));
  for (auto e = all.rbegin(); e != all.rend() && out.until.size() < k_epochs_told; ++e) {
    std::int64_t until = std::min(e->last, c.log_position() - e->base);
    for (const auto& g : missing)
      if (g.epoch == e->name)
        until = std::min(until, g.from - 1);  // acknowledged or not: this file cannot vouch for it
    // What was sealed again under other numbers is at the centre when nothing is unsent.
    if (c.log_position() >= newest)
      TRY_DONE(db.prepared(k_aside).bind_all(e->name).each([&](sqlite::Stmt& s) {
        if (s.integer(0) == until + 1 && s.integer(1) - until == s.integer(2)) until = s.integer(1);
      }));
    if (until > 0) out.until[e->name] = until;
  }
  bool waiting = false;
  TRY_DONE(db.prepared(k_blob_waits).each([&](sqlite::Stmt&) { waiting = true; }));
  out.blobs = !waiting;
  return out;
}

Result<Uncopied> uncopied_after(sqlite::Db& db, CopyPoint from) {
  TRY(const auto c, cursor(db));
  Uncopied out;
  std::optional<std::int64_t> oldest;
  const auto take = [&](std::int64_t& count, sqlite::Stmt& s) {
    count = s.integer(0);
    if (!s.is_null(1)) oldest = std::min(oldest.value_or(s.integer(1)), s.integer(1));
  };
  TRY_DONE(db.prepared(k_uncopied).bind_all(std::max(from.place, c.log_position())).each([&](sqlite::Stmt& s) {
    take(out.events, s);
  }));
  TRY_DONE(db.prepared(k_uncopied_blobs).bind_all(from.blob).each([&](sqlite::Stmt& s) { take(out.blobs, s); }));
  if (oldest) out.oldest = from_ms(*oldest);
  return out;
}

// ---- state: a line each, values in base64 ----

namespace {
std::string context_of(const std::string& node) { return "kiosk-copy-state-1:" + node; }

void line(std::string& out, std::string_view key, std::string_view value) {
  out += key;
  out += ' ';
  out += to_base64(as_bytes(value));
  out += '\n';
}
std::vector<std::string> fields_of(std::string_view text) {
  std::vector<std::string> out(1);
  for (const char c : text)
    if (c == '\x1f')
      out.emplace_back();
    else
      out.back() += c;
  return out;
}
std::string joined(const std::vector<std::string>& fields) {
  std::string out;
  for (const auto& f : fields) out += (out.empty() ? "" : "\x1f") + f;
  return out;
}
std::int64_t number(const std::string& s) {
  std::int64_t n = 0;
  std::from_chars(s.data(), s.data() + s.size(), n);
  return n;
}
template <class Array>
std::optional<Array> from_hex_fixed(const std::string& s) {
  const auto b = from_hex(s);
  return b ? fixed<Array>(*b) : std::nullopt;
}
}  // namespace

Result<Bytes> seal_copy_state(Read& read, Store& store) {
  auto& db = read.db();
  const auto id = store.identity();
  std::string text;
  line(text, "branch", id.branch);
  line(text, "node", id.node);
  TRY(const auto all, epochs(db));
  for (const auto& e : all)
    line(text, "epoch",
         joined({std::to_string(e.n), std::to_string(e.base), e.name, to_hex(e.previous), std::to_string(e.from_n),
                 std::to_string(e.from_seq), std::to_string(e.last)}));
  TRY(const auto ack, last_ack(db, id.branch, id.node));
  if (ack)
    line(text, "cursor", joined({ack->epoch, std::to_string(ack->seq), to_hex(ack->head), to_hex(ack->signature)}));
  TRY_DONE(db.prepared(k_notes).each([&](sqlite::Stmt& s) { line(text, "note." + s.text(0), s.text(1)); }));
  return store.keys().data.seal(as_bytes(text), as_bytes(context_of(id.node)));
}

Result<CopyState> open_copy_state(ByteView sealed, const std::string& node, const crypto::Key& data_key) {
  auto plain = data_key.open(sealed, as_bytes(context_of(node)));
  if (!plain) return damaged("keys_wrong", "the copy is not one that these keys open");
  CopyState out;
  std::string_view rest = as_text(*plain);
  while (!rest.empty()) {
    const auto end = rest.find('\n');
    const auto one = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    const auto space = one.find(' ');
    const auto raw = from_base64(space == std::string_view::npos ? std::string_view() : one.substr(space + 1));
    if (!raw) return damaged("copy_state", "a line that cannot be read");
    const std::string key(one.substr(0, space)), value(as_text(*raw));
    const auto f = fields_of(value);
    if (key == "branch") {
      out.branch = value;
    } else if (key == "node") {
      out.node = value;
    } else if (key == "epoch" && f.size() == 7) {
      const auto previous = from_hex_fixed<crypto::Hash>(f[3]);
      if (!previous) return damaged("copy_state", "an epoch without its head");
      out.epochs.push_back({number(f[0]), number(f[1]), f[2], *previous, number(f[4]), number(f[5]), number(f[6])});
    } else if (key == "cursor" && f.size() == 4) {
      const auto head = from_hex_fixed<crypto::Hash>(f[2]);
      const auto signature = from_hex_fixed<crypto::Signature>(f[3]);
      if (!head || !signature) return damaged("copy_state", "the acknowledgement has no head");
      out.cursor = events::Ack{{}, {}, f[0], number(f[1]), *head, *signature};
    } else if (key.starts_with("note.")) {
      out.notes[key.substr(5)] = value;
    }
  }
  wipe(*plain);
  if (out.node != node || out.epochs.empty()) return damaged("copy_state", "it is not this node's, or not whole");
  if (out.cursor) {
    out.cursor->branch = out.branch;
    out.cursor->node = out.node;
  }
  return out;
}

}  // namespace kiosk::store
