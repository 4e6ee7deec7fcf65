#include "store/outbox.h"
#include "store/store_impl.h"

namespace kiosk::store {
namespace {
constexpr std::string_view k_epochs = "SELECT n, name, base, previous FROM epoch ORDER BY n";
constexpr std::string_view k_events =
    "SELECT seq, id, kind, at, header, ciphertext, digest, head, signature, pos FROM event WHERE epoch = ?1 ORDER BY "
    "pos";
constexpr std::string_view k_count = "SELECT count(*) FROM event";
constexpr std::string_view k_ack = "SELECT epoch, seq, head FROM cursor";

struct Epoch {
  std::int64_t n = 0, base = 0;
  std::string name;
  std::optional<crypto::Hash> previous;
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
  if (event::chain_head_of(previous, text, *digest) != *head || !crypto::verify(key, *head, *signature))
    return std::nullopt;
  const auto header = event::decode_header(text);
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
  std::vector<Epoch> epochs;
  TRY_DONE(db.prepared(k_epochs).each([&](sqlite::Stmt& s) {
    epochs.push_back({s.integer(0), s.integer(2), s.text(1), fixed<crypto::Hash>(s.blob(3))});
  }));
  std::string ack_epoch;
  std::int64_t ack_seq = 0;
  std::optional<crypto::Hash> ack_head;
  TRY_DONE(db.prepared(k_ack).each([&](sqlite::Stmt& s) {
    ack_epoch = s.text(0);
    ack_seq = s.integer(1);
    ack_head = fixed<crypto::Hash>(s.blob(2));
  }));

  const auto bad = [&](std::int64_t seq) {
    if (!report.first_bad) report.first_bad = seq;
  };
  crypto::Hash head{};
  std::int64_t end = 0;
  for (const auto& epoch : epochs) {
    // An epoch continues exactly what stands before it.
    if (epoch.base != end || epoch.previous != head) bad(1);
    if (epoch.previous) head = *epoch.previous;
    std::int64_t seq = 0;
    auto& s = db.prepared(k_events).bind_all(epoch.n);
    for (;;) {
      TRY(const bool row, s.step());
      if (!row) break;
      ++report.events;
      ++seq;
      if (report.first_bad) continue;  // only counted: nothing after the first bad one can be trusted
      const auto next = head_after(head, s, epoch, node, seq, node_key);
      if (!next || (epoch.name == ack_epoch && seq == ack_seq && next != ack_head))
        bad(seq);
      else
        head = *next;
    }
    end = epoch.base + seq;
    if (epoch.name == ack_epoch) {
      report.acknowledged_until = ack_seq;
      if (ack_seq > seq) bad(seq + 1);  // the centre has seen events that are gone here
    }
  }
  std::int64_t rows = 0;
  TRY_DONE(db.prepared(k_count).each([&](sqlite::Stmt& s) { rows = s.integer(0); }));
  if (rows != report.events) bad(1);  // events of an epoch that is not there
  return report;
}

}  // namespace kiosk::store
