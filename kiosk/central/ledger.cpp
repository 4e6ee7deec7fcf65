// The ledger: a batch continues its node's chain or is refused whole; what is already here gets the same answer again.
#include "base/log.h"
#include "central/centre_impl.h"
#include "central/lookups.h"

namespace kiosk::central {
namespace {

constexpr std::string_view q_lock_branch = "SELECT 1 FROM branch WHERE code = ?1";
constexpr std::string_view q_new_chain =
    "INSERT INTO chain (node, epoch, base, seq, head, named, signature, touched_at, turn) VALUES (?1, ?2, ?3, ?4, ?5, "
    "?6, ?7, ?8, (SELECT coalesce (max (turn), 0) + 1 FROM chain WHERE node = ?1))";
constexpr std::string_view q_move_chain =
    "UPDATE chain SET seq = ?3, head = ?4, named = ?5, signature = ?6, touched_at = ?7 WHERE node = ?1 AND epoch = ?2";
constexpr std::string_view q_chains =
    "SELECT n.branch, c.epoch FROM chain c JOIN node n ON n.node = c.node WHERE ?1 = '' OR n.branch = ?1 ORDER BY "
    "n.branch, n.enrolled_at, c.node, c.turn";
constexpr std::string_view q_rows =
    "SELECT id, branch, node, epoch, seq, kind, at, received_at, verdict, reason FROM event WHERE branch = ?1 AND "
    "epoch "
    "= ?2 AND seq > ?3 ORDER BY seq LIMIT 1000";

// Events from before the enrolment carry this name; once a chain has shown the branch's own, it stays with it.
constexpr std::string_view before_enrolment = "LOCAL";
constexpr std::string_view id_taken = "id_taken";  // inside only: told as bad_chain

struct Chain {
  bool there = false;
  crypto::Hash base{};
  std::int64_t seq = 0;
  crypto::Hash head{};
  bool named = false;
};

Result<Chain> chain_of(Db& db, const std::string& node, const std::string& epoch) {
  auto& q = db.prepared(lookup::chain).bind_all(node, epoch);
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
  auto& q = db.prepared(lookup::last_chain).bind_all(node);
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
  auto& q = db.prepared(lookup::event_at).bind_all(branch, epoch, seq);
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
  std::vector<events::Header> headers;
  std::vector<crypto::Hash> heads;
  std::vector<std::string> ids;
};

// What can be judged without the ledger. A refusal code, or empty.
Result<std::string> parse_batch(const NodeRef& node, const protocol::PushRequest& r, Parsed& out) {
  crypto::Hash head = r.previous;
  for (std::size_t i = 0; i < r.events.size(); ++i) {
    const auto& e = r.events[i];
    auto h = events::decode_header(e.header);
    if (!h) {
      Fault f = std::move(h).fault();
      f.field = "events[" + std::to_string(i) + "]." + f.field;
      return f;
    }
    if (h->branch != node.branch && h->branch != before_enrolment) return std::string("wrong_branch");
    if (h->node != node.node || h->epoch != r.epoch || h->seq != r.first_seq + static_cast<std::int64_t>(i))
      return std::string("bad_chain");
    head = events::chain_head(head, e.header, e.ciphertext);
    out.heads.push_back(head);
    out.ids.push_back(h->id.str());
    out.headers.push_back(std::move(*h));
  }
  if (!crypto::verify(node.sign_key, head, r.signature)) return std::string("bad_signature");
  return std::string();
}

// Every payload is opened, also where no fact follows from it: one that cannot be is then flagged while the node that
// still has it is listening. It costs about 2 us, outside the lock.
struct Payload {
  std::string text;
  bool unreadable = false;
};
std::vector<Payload> open_payloads(const protocol::PushRequest& r, const crypto::Key& shared) {
  std::vector<Payload> out(r.events.size());
  for (std::size_t i = 0; i < r.events.size(); ++i) {
    const auto& e = r.events[i];
    auto text = events::open_at_centre(e.header, e.ciphertext, e.wrap, shared);
    out[i].unreadable = !text;
    if (text) out[i].text = std::move(*text);
  }
  return out;
}

// Whether the node's chains hold this head: at an end, or, when a backup was older than what was sent, before it.
Result<bool> is_head_of(Db& db, const NodeRef& node, const crypto::Hash& head) {
  std::vector<std::string> epochs;
  auto& q = db.prepared(lookup::epochs).bind_all(node.node);
  bool at_end = false;
  for (;;) {
    TRY(const bool more, q.step());
    if (!more) break;
    epochs.push_back(q.text(0));
    at_end = at_end || to_hash(q.blob(1)) == head;
  }
  q.reset();
  for (std::size_t i = 0; !at_end && i < epochs.size(); ++i) {
    TRY(at_end, exists(db.prepared(lookup::is_head).bind_all(node.branch, epochs[i], ByteView(head))));
  }
  return at_end;
}

}  // namespace

Result<std::variant<protocol::PushReply, protocol::PushRefusal>> Centre::push(const NodeRef& node,
                                                                              const protocol::PushRequest& r) {
  using Answer = std::variant<protocol::PushReply, protocol::PushRefusal>;
  Impl& d = *impl_;
  TRY(const auto shared, shared_key(d.keys, node));
  // Everything that needs no other batch is done before the branch is locked: headers, hashes, the signature, opening.
  Parsed batch;
  TRY(const std::string unfit, parse_batch(node, r, batch));
  std::vector<Payload> payloads;
  if (unfit.empty()) payloads = open_payloads(r, shared);
  std::size_t added = 0;
  // A refusal may come after some of the batch was written: the transaction is then rolled back, not committed.
  const auto taken = [](const Answer& a) { return std::holds_alternative<protocol::PushReply>(a); };
  const auto refuse = [&](Db& db, const char* code) -> Result<Answer> {
    TRY(const Chain chain, chain_of(db, node.node, r.epoch));
    TRY(const auto why, refusal(db, code, node.node, r.epoch, chain));
    return Answer(why);
  };
  const auto take = [&](Db& db) -> Result<Answer> {
    added = 0;
    if (!unfit.empty()) return refuse(db, unfit.c_str());
    TRY(const bool branch_there, exists(db.locking(q_lock_branch).bind_all(node.branch)));
    if (!branch_there) return damaged("store_corrupt", "a node's branch is missing");
    TRY(Chain chain, chain_of(db, node.node, r.epoch));
    if (!chain.there) {
      if (r.first_seq != 1) return refuse(db, "gap");
      // The first chain of a node starts from nothing; a later one, after a restore, from something the centre has
      // seen.
      TRY(const bool other_chain, exists(db.prepared(lookup::any_chain).bind_all(node.node)));
      bool continues = r.previous == crypto::Hash{};
      if (other_chain) {
        TRY(continues, is_head_of(db, node, r.previous));
      }
      if (!continues) return refuse(db, "fork");
      chain.base = chain.head = r.previous;
    }
    if (r.first_seq > chain.seq + 1) return refuse(db, "gap");
    crypto::Hash expected = r.first_seq == chain.seq + 1 ? chain.head : chain.base;
    if (r.first_seq > 1 && r.first_seq <= chain.seq) {
      TRY(const auto before, stored_at(db, node.branch, r.epoch, r.first_seq - 1));
      if (!before.there) return damaged("store_corrupt", "an event of the ledger is missing");
      expected = before.head;
    }
    if (r.previous != expected) return refuse(db, "fork");

    const auto now = d.now();
    Impl::Batch shared_facts;
    protocol::PushReply reply;
    std::vector<protocol::Verdict> verdicts;  // of those that are new
    verdicts.reserve(r.events.size());
    Rows rows("event", {"branch", "epoch", "seq", "id", "node", "kind", "at", "received_at", "header", "ciphertext",
                        "wrap", "head", "verdict", "reason", "usable_from", "stage"});
    for (std::size_t i = 0; i < r.events.size(); ++i) {
      const auto& e = r.events[i];
      const auto& header = batch.headers[i];
      if (header.seq <= chain.seq) {  // sent before
        TRY(const auto known, stored_at(db, node.branch, r.epoch, header.seq));
        if (!known.there || known.head != batch.heads[i]) return refuse(db, "fork");
        if (worth_saying(known.verdict)) {
          reply.verdicts.push_back(known.verdict);
          TRY(reply.verdicts.back().detail, d.detail_of(db, node.branch, r.epoch, header.seq));
        }
        continue;
      }
      if (header.branch == before_enrolment && chain.named) return refuse(db, "wrong_branch");
      chain.named = chain.named || header.branch == node.branch;
      TRY(auto judged, d.project(db, {node, header, payloads[i].text, payloads[i].unreadable, now, shared_facts}));
      const auto& verdict = verdicts.emplace_back(std::move(judged));
      rows.add(node.branch, r.epoch, header.seq, batch.ids[i], node.node, header.kind, to_ms(header.at), to_ms(now),
               e.header, e.ciphertext, e.wrap, ByteView(batch.heads[i]), verdict.verdict, verdict.reason,
               verdict.usable_from_ms, verdict.stage);
      if (worth_saying(verdict)) reply.verdicts.push_back(verdict);
      chain.seq = header.seq;
      chain.head = batch.heads[i];
      ++added;
    }
    // The chain continues, so only an id that the branch has used before can be in the way.
    if (const auto kept = db.append(rows); !kept) {
      if (kept.fault().code != "store_constraint") return kept.fault();
      return Answer(protocol::PushRefusal{std::string(id_taken), r.epoch, 0, {}});
    }
    auto& put = chain.there ? db.prepared(q_move_chain)
                                  .bind_all(node.node, r.epoch, chain.seq, ByteView(chain.head), chain.named,
                                            ByteView(r.signature), to_ms(now))
                            : db.prepared(q_new_chain)
                                  .bind_all(node.node, r.epoch, ByteView(chain.base), chain.seq, ByteView(chain.head),
                                            chain.named, ByteView(r.signature), to_ms(now));
    if (added > 0) TRY_DONE(put.run());
    // A batch that was here already is answered up to its own end, with the same bytes as the first time.
    reply.ack.branch = node.branch;
    reply.ack.node = node.node;
    reply.ack.epoch = r.epoch;
    reply.ack.seq = r.first_seq + static_cast<std::int64_t>(r.events.size()) - 1;
    reply.ack.head = batch.heads.back();
    reply.now_ms = to_ms(now);
    return Answer(std::move(reply));
  };
  auto answer = d.write(take, taken);
  for (auto& p : payloads) wipe(p.text);
  if (!answer) return answer;
  if (auto* reply = std::get_if<protocol::PushReply>(&*answer)) {
    reply->ack = events::sign_ack(std::move(reply->ack), d.keys.signing);
    if (added > 0) d.ring();
    return answer;
  }
  auto& why = std::get<protocol::PushRefusal>(*answer);
  if (why.code == id_taken) {  // what is held could not be asked in the transaction that failed
    TRY(answer, d.read([&](Db& db) { return refuse(db, "bad_chain"); }));
  }
  const auto& said = std::get<protocol::PushRefusal>(*answer);
  log::warn("batch refused",
            {{"code", said.code}, {"branch", node.branch}, {"first_seq", r.first_seq}, {"held", said.seq}});
  return answer;
}

Result<Done> Centre::each_event(const std::string& branch, const std::function<void(const LedgerRow&)>& row) {
  struct One {
    std::string branch, epoch;
  };
  std::vector<One> chains;
  TRY_DONE(impl_->read([&](Db& db) -> Result<Done> {
    return db.prepared(q_chains).bind_all(branch).each([&](Stmt& q) { chains.push_back({q.text(0), q.text(1)}); });
  }));
  for (const auto& c : chains) {
    std::vector<LedgerRow> rows;
    std::int64_t after = 0;
    do {
      rows.clear();
      TRY_DONE(impl_->read([&](Db& db) -> Result<Done> {
        return db.prepared(q_rows).bind_all(c.branch, c.epoch, after).each([&](Stmt& q) {
          rows.push_back({q.text(0), q.text(1), q.text(2), q.text(3), q.text(5), q.text(8), q.text(9), q.integer(4),
                          from_ms(q.integer(6)), from_ms(q.integer(7))});
        });
      }));
      for (const auto& r : rows) row(r);
      if (!rows.empty()) after = rows.back().seq;
    } while (rows.size() == 1000);
  }
  return Done{};
}

}  // namespace kiosk::central
