#include <algorithm>
#include <map>

#include "node/store/epochs.h"
#include "node/store/outbox.h"
#include "node/store/store_impl.h"

namespace kiosk::store {
namespace {
constexpr std::string_view k_gaps = "SELECT from_seq, to_seq, head FROM gap WHERE epoch = ?1 ORDER BY from_seq";
constexpr std::string_view k_events =
    "SELECT seq, id, kind, at, header, ciphertext, digest, head, signature, pos FROM event WHERE epoch = ?1 ORDER BY "
    "pos";
constexpr std::string_view k_count = "SELECT count(*) FROM event";
constexpr std::string_view k_ack = "SELECT epoch, seq, head FROM cursor";

struct Missing {
  std::int64_t from = 0;
  std::optional<std::int64_t> to;
  std::optional<crypto::Hash> head;
};
// The head after this row, or nullopt when the row is not what its node wrote.
std::optional<crypto::Hash> head_after(const crypto::Hash& previous, sqlite::Stmt& s, const Epoch& epoch,
                                       const std::string& node, std::int64_t seq, const crypto::PublicKey& key) {
  const std::string text = s.text(4);
  const auto digest = fixed<crypto::Hash>(s.blob(6));
  const auto head = fixed<crypto::Hash>(s.blob(7));
  const auto signature = fixed<crypto::Signature>(s.blob(8));
  if (s.integer(0) != seq || s.integer(9) != epoch.base + seq || !digest || !head || !signature) return std::nullopt;
  if (!s.is_null(5) && crypto::hash(s.blob(5)) != *digest) return std::nullopt;
  if (events::chain_head_of(previous, text, *digest) != *head || !crypto::verify(key, *head, *signature))
    return std::nullopt;
  const auto header = events::decode_header(text);
  if (!header || header->seq != seq || header->epoch != epoch.name || header->node != node) return std::nullopt;
  // The plain columns are conveniences of the header; one that differs would mislead whoever searches by it.
  const auto id = s.blob(1);
  if (!std::equal(id.begin(), id.end(), header->id.bytes().begin(), header->id.bytes().end())) return std::nullopt;
  if (s.text(2) != header->kind || s.integer(3) != to_ms(header->at)) return std::nullopt;
  return head;
}
}  // namespace

Result<ChainReport> verify_chain(sqlite::Db& db, const crypto::PublicKey& node_key) {
  ChainReport report;
  TRY(const std::string node, meta(db, "node"));
  TRY(const auto all, epochs(db));
  std::string ack_epoch;
  std::int64_t ack_seq = 0;
  std::optional<crypto::Hash> ack_head;
  TRY_DONE(db.prepared(k_ack).each([&](sqlite::Stmt& s) {
    ack_epoch = s.text(0);
    ack_seq = s.integer(1);
    ack_head = fixed<crypto::Hash>(s.blob(2));
  }));
  // What later epochs continue, filled in as the events pass by.
  std::map<std::pair<std::int64_t, std::int64_t>, std::optional<crypto::Hash>> continued;
  for (const auto& e : all)
    if (e.from_n != 0) continued[{e.from_n, e.from_seq}] = std::nullopt;

  std::int64_t end = 0;
  for (const auto& epoch : all) {
    const auto bad = [&](std::int64_t seq) {
      if (report.first_bad) return;
      report.first_bad = seq;
      report.bad_epoch = epoch.name;
    };
    std::vector<Missing> gaps;
    TRY_DONE(db.prepared(k_gaps).bind_all(epoch.n).each([&](sqlite::Stmt& s) {
      gaps.push_back(
          {s.integer(0), s.is_null(1) ? std::nullopt : std::optional(s.integer(1)), fixed<crypto::Hash>(s.blob(2))});
    }));
    const auto gap_at = [&](std::int64_t seq) {
      return std::find_if(gaps.begin(), gaps.end(), [&](const Missing& m) { return m.from == seq; });
    };
    // An epoch continues exactly the head it names; the node's first one continues nothing.
    if (epoch.base < end) bad(1);
    if (epoch.from_n != 0) {
      const auto& seen = continued[{epoch.from_n, epoch.from_seq}];
      if (seen && *seen != epoch.previous) bad(1);
    } else if (epoch.base == 0 && epoch.previous != crypto::Hash{}) {
      bad(1);
    }
    crypto::Hash head = epoch.previous;
    std::int64_t seq = 0;
    const auto acknowledged = [&] {
      if (epoch.name == ack_epoch && seq == ack_seq && seq > 0 && head != ack_head) bad(seq);
    };
    auto& s = db.prepared(k_events).bind_all(epoch.n);
    for (;;) {
      TRY(const bool row, s.step());
      if (!row) break;
      ++report.events;
      if (report.first_bad) continue;  // only counted: nothing after the first bad one can be trusted
      ++seq;
      if (const auto gap = gap_at(seq); gap != gaps.end() && s.integer(0) != seq) {
        // Known to be missing: what follows is still signed by the node, and names the head it continues.
        if (!gap->to || !gap->head || s.integer(0) != *gap->to + 1) {
          bad(seq);
          continue;
        }
        head = *gap->head;
        seq = *gap->to;
        acknowledged();
        ++seq;
      }
      const auto next = head_after(head, s, epoch, node, seq, node_key);
      if (!next) {
        bad(seq);
        continue;
      }
      head = *next;
      if (const auto it = continued.find({epoch.n, seq}); it != continued.end()) it->second = head;
      acknowledged();
    }
    end = epoch.base + epoch.last;
    if (epoch.name == ack_epoch) {
      report.acknowledged_until = ack_seq;
      // The centre has seen events that are gone here, and nobody has said that they are.
      if (ack_seq > epoch.last && gap_at(epoch.last + 1) == gaps.end()) bad(epoch.last + 1);
    }
  }
  std::int64_t rows = 0;
  TRY_DONE(db.prepared(k_count).each([&](sqlite::Stmt& s) { rows = s.integer(0); }));
  if (rows != report.events && !report.first_bad) report.first_bad = 1;  // events of an epoch that is not there
  return report;
}

}  // namespace kiosk::store
