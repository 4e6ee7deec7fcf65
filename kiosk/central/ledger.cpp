// The ledger: a batch continues its node's chain or is refused whole; what is already here gets the same answer again.
#include "base/log.h"
#include "central/centre_impl.h"

namespace kiosk::central {
namespace {

constexpr std::string_view q_chain = "SELECT base, seq, head, named FROM chain WHERE node = ?1 AND epoch = ?2";
constexpr std::string_view q_put_chain =
    "INSERT INTO chain (node, epoch, base, seq, head, named) VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (node, epoch) "
    "DO UPDATE SET seq = ?4, head = ?5, named = ?6";
constexpr std::string_view q_any_chain = "SELECT 1 FROM chain WHERE node = ?1 LIMIT 1";
constexpr std::string_view q_last_chain =
    "SELECT c.epoch, c.seq, c.head FROM chain c WHERE c.node = ?1 ORDER BY (SELECT max (n) FROM event e WHERE e.node = "
    "c.node AND e.epoch = c.epoch) DESC LIMIT 1";
constexpr std::string_view q_is_head = "SELECT 1 FROM event WHERE node = ?1 AND head = ?2 LIMIT 1";
constexpr std::string_view q_at =
    "SELECT head, verdict, reason, usable_from, stage FROM event WHERE branch = ?1 AND epoch = ?2 AND seq = ?3";
constexpr std::string_view q_id_taken = "SELECT 1 FROM event WHERE branch = ?1 AND id = ?2";
constexpr std::string_view q_add_event =
    "INSERT INTO event (branch, epoch, seq, id, node, kind, at, received_at, header, ciphertext, wrap, head, verdict, "
    "reason, usable_from, stage) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)";
constexpr std::string_view q_rows =
    "SELECT id, branch, node, epoch, seq, kind, at, received_at, verdict, reason, n FROM event WHERE n > ?1 AND (?2 = "
    "'' "
    "OR branch = ?2) ORDER BY n LIMIT 1000";

// Events from before the enrolment carry this name; once a chain has shown the branch's own, it stays with it.
constexpr std::string_view before_enrolment = "LOCAL";

struct Chain {
  bool there = false;
  crypto::Hash base{};
  std::int64_t seq = 0;
  crypto::Hash head{};
  bool named = false;
};

Result<Chain> chain_of(Db& db, const std::string& node, const std::string& epoch) {
  auto& q = db.prepared(q_chain).bind_all(node, epoch);
  TRY(const bool there, q.step());
  Chain c;
  if (there) c = {true, to_hash(q.blob(0)), q.integer(1), to_hash(q.blob(2)), q.integer(3) != 0};
  q.reset();
  return c;
}

// What the centre holds of this node, for a refusal: the asked epoch, or else the last one.
Result<protocol::PushRefusal> refusal(Db& db, const std::string& code, const std::string& node,
                                      const std::string& epoch, const Chain& chain) {
  if (chain.there) return protocol::PushRefusal{code, epoch, chain.seq, chain.head};
  protocol::PushRefusal r{code, "", 0, {}};
  auto& q = db.prepared(q_last_chain).bind_all(node);
  TRY(const bool any, q.step());
  if (any) r = {code, q.text(0), q.integer(1), to_hash(q.blob(2))};
  q.reset();
  return r;
}

struct Stored {
  bool there = false;
  crypto::Hash head{};
  protocol::Verdict verdict;
};
Result<Stored> stored_at(Db& db, const std::string& branch, const std::string& epoch, std::int64_t seq) {
  auto& q = db.prepared(q_at).bind_all(branch, epoch, seq);
  TRY(const bool there, q.step());
  Stored s;
  if (there) {
    s = {true, to_hash(q.blob(0)), {seq, q.text(1), q.text(2), std::nullopt, q.text(4)}};
    if (!q.is_null(3)) s.verdict.usable_from_ms = q.integer(3);
  }
  q.reset();
  return s;
}

Result<bool> exists(Stmt& q) {
  TRY(const bool there, q.step());
  q.reset();
  return there;
}

bool worth_saying(const protocol::Verdict& v) {
  return v.verdict != "accepted" || !v.reason.empty() || v.usable_from_ms || !v.stage.empty();
}

struct Parsed {
  std::vector<event::Header> headers;
  std::vector<crypto::Hash> heads;
};

// What can be judged without the ledger. A refusal code, or empty.
Result<std::string> parse_batch(const NodeRef& node, const protocol::PushRequest& r, Parsed& out) {
  crypto::Hash head = r.previous;
  for (std::size_t i = 0; i < r.events.size(); ++i) {
    const auto& e = r.events[i];
    auto h = event::decode_header(e.header);
    if (!h) {
      Fault f = std::move(h).fault();
      f.field = "events[" + std::to_string(i) + "].header" + (f.field.empty() ? "" : "." + f.field);
      return f;
    }
    if (h->branch != node.branch && h->branch != before_enrolment) return std::string("wrong_branch");
    if (h->node != node.node || h->epoch != r.epoch || h->seq != r.first_seq + static_cast<std::int64_t>(i))
      return std::string("bad_chain");
    head = event::chain_head(head, e.header, e.ciphertext);
    out.heads.push_back(head);
    out.headers.push_back(std::move(*h));
  }
  if (!crypto::verify(node.sign_key, head, r.signature)) return std::string("bad_signature");
  return std::string();
}

}  // namespace

Result<std::variant<protocol::PushReply, protocol::PushRefusal>> Centre::push(const NodeRef& node,
                                                                              const protocol::PushRequest& r) {
  using Answer = std::variant<protocol::PushReply, protocol::PushRefusal>;
  Impl& d = *impl_;
  TRY(const auto shared, shared_key(d.keys, node));
  Parsed batch;
  TRY(const std::string unfit, parse_batch(node, r, batch));
  std::size_t added = 0;
  // A refusal may come after some of the batch was written: the transaction is then rolled back, not committed.
  const auto taken = [](const Answer& a) { return std::holds_alternative<protocol::PushReply>(a); };
  auto answer = d.write(
      [&](Db& db) -> Result<Answer> {
        TRY(Chain chain, chain_of(db, node.node, r.epoch));
        const auto refuse = [&](const char* code) -> Result<Answer> {
          TRY(const auto why, refusal(db, code, node.node, r.epoch, chain));
          return Answer(why);
        };
        if (!unfit.empty()) return refuse(unfit.c_str());
        if (!chain.there) {
          if (r.first_seq != 1) return refuse("gap");
          // The first chain of a node starts from nothing; a later one, after a restore, from something the centre has
          // seen.
          TRY(const bool other_chain, exists(db.prepared(q_any_chain).bind_all(node.node)));
          TRY(const bool continues, exists(db.prepared(q_is_head).bind_all(node.node, ByteView(r.previous))));
          if (other_chain ? !continues : r.previous != crypto::Hash{}) return refuse("fork");
          chain.base = chain.head = r.previous;
        }
        if (r.first_seq > chain.seq + 1) return refuse("gap");
        crypto::Hash expected = chain.base;
        if (r.first_seq > 1) {
          TRY(const auto before, stored_at(db, node.branch, r.epoch, r.first_seq - 1));
          if (!before.there) return damaged("store_corrupt", "an event of the ledger is missing");
          expected = before.head;
        }
        if (r.previous != expected) return refuse("fork");

        const auto now = d.now();
        protocol::PushReply reply;
        for (std::size_t i = 0; i < r.events.size(); ++i) {
          const auto& e = r.events[i];
          const auto& header = batch.headers[i];
          if (header.seq <= chain.seq) {  // sent before
            TRY(const auto known, stored_at(db, node.branch, r.epoch, header.seq));
            if (!known.there || known.head != batch.heads[i]) return refuse("fork");
            if (worth_saying(known.verdict)) reply.verdicts.push_back(known.verdict);
            continue;
          }
          if (header.branch == before_enrolment && chain.named) return refuse("wrong_branch");
          chain.named = chain.named || header.branch == node.branch;
          const std::string id = header.id.str();
          TRY(const bool id_taken, exists(db.prepared(q_id_taken).bind_all(node.branch, id)));
          if (id_taken) return refuse("bad_chain");
          auto payload = event::open_at_centre(e.header, e.ciphertext, e.wrap, shared);
          const bool unreadable = !payload;
          if (unreadable) payload = std::string();
          TRY(const auto verdict, d.project(db, {node, header, *payload, unreadable, now}));
          wipe(*payload);
          TRY_DONE(db.prepared(q_add_event)
                       .bind_all(node.branch, r.epoch, header.seq, id, node.node, header.kind, to_ms(header.at),
                                 to_ms(now), e.header, e.ciphertext, e.wrap, ByteView(batch.heads[i]), verdict.verdict,
                                 verdict.reason, verdict.usable_from_ms, verdict.stage)
                       .run());
          if (worth_saying(verdict)) reply.verdicts.push_back(verdict);
          chain.seq = header.seq;
          chain.head = batch.heads[i];
          ++added;
        }
        TRY_DONE(db.prepared(q_put_chain)
                     .bind_all(node.node, r.epoch, ByteView(chain.base), chain.seq, ByteView(chain.head), chain.named)
                     .run());
        // A batch that was here already is answered up to its own end, with the same bytes as the first time.
        reply.ack.branch = node.branch;
        reply.ack.node = node.node;
        reply.ack.epoch = r.epoch;
        reply.ack.seq = r.first_seq + static_cast<std::int64_t>(r.events.size()) - 1;
        reply.ack.head = batch.heads.back();
        reply.ack = event::sign_ack(std::move(reply.ack), d.keys.signing);
        reply.now_ms = to_ms(now);
        return Answer(std::move(reply));
      },
      taken);
  if (answer && std::holds_alternative<protocol::PushRefusal>(*answer)) {
    const auto& why = std::get<protocol::PushRefusal>(*answer);
    log::warn("batch refused",
              {{"code", why.code}, {"branch", node.branch}, {"first_seq", r.first_seq}, {"held", why.seq}});
  }
  if (added > 0) d.ring();
  return answer;
}

Result<Done> Centre::each_event(const std::string& branch, const std::function<void(const LedgerRow&)>& row) {
  std::int64_t after = 0;
  for (;;) {
    std::vector<LedgerRow> rows;
    TRY_DONE(impl_->read([&](Db& db) -> Result<Done> {
      auto& q = db.prepared(q_rows).bind_all(after, branch);
      for (;;) {
        TRY(const bool more, q.step());
        if (!more) break;
        rows.push_back({q.text(0), q.text(1), q.text(2), q.text(3), q.text(5), q.text(8), q.text(9), q.integer(4),
                        from_ms(q.integer(6)), from_ms(q.integer(7))});
        after = q.integer(10);
      }
      q.reset();
      return Done{};
    }));
    for (const auto& r : rows) row(r);
    if (rows.size() < 1000) return Done{};
  }
}

}  // namespace kiosk::central
