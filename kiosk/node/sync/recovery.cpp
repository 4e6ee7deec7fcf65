// After a restore: what the centre holds of this node and the file does not comes back; where the present chain forks
// from the centre's, the node leaves the fork. Nothing is believed that this node's own key has not signed: each
// chain's end is, and the way to it is recomputed before anything is written.
#include <algorithm>
#include <charconv>
#include <map>

#include "api/protocol/held.h"
#include "base/log.h"
#include "node/sync/session.h"

namespace kiosk::sync {
namespace {

constexpr int k_page = 500;
constexpr Millis k_greeting{4'000};  // who starts does not wait longer for a centre that is silent

net::Call get(std::string path) {
  net::Call c;
  c.path = std::move(path);
  return c;
}

}  // namespace

Result<protocol::HeldEvents> Session::held_page(const std::string& epoch, std::int64_t after) {
  TRY(const auto reply, exchange(get("/v1/events?epoch=" + epoch + "&after=" + std::to_string(after) +
                                     "&limit=" + std::to_string(k_page))));
  if (reply.status != 200) return fault_of(reply);
  auto held = protocol::decode<protocol::HeldEvents>(reply.body);
  if (!held) return unreachable("bad_reply", held.fault().code + " " + held.fault().field);
  if (held->epoch != epoch || held->first_seq != after + 1 || (held->events.empty() && held->more))
    return unreachable("bad_reply", "not the events that were asked for");
  return held;
}

// Two passes: the first finds out that the way leads to the end that we have signed, the second writes.
Result<std::int64_t> Session::bring_back(const protocol::HeldChain& chain, std::int64_t first) {
  std::vector<crypto::Hash> ends;  // after each page
  const auto head_after = [](const protocol::HeldEvents& page) {
    crypto::Hash head = page.previous;
    for (const auto& e : page.events) head = events::chain_head(head, e.header, e.ciphertext);
    return head;
  };
  std::int64_t after = first - 1;
  for (bool more = true; more && after < chain.seq;) {
    TRY(const auto page, held_page(chain.epoch, after));
    if (!ends.empty() && page.previous != ends.back()) return unreachable("bad_reply", "pages that do not fit");
    ends.push_back(head_after(page));
    after += static_cast<std::int64_t>(page.events.size());
    more = page.more;
    if (after == chain.seq) break;
  }
  if (ends.empty() || after != chain.seq || ends.back() != chain.head)
    return unreachable("bad_reply", "the centre's events do not lead to the end it names");
  std::int64_t back = 0;
  after = first - 1;
  for (const auto& end : ends) {
    TRY(const auto page, held_page(chain.epoch, after));
    if (head_after(page) != end) return unreachable("bad_reply", "the centre's events changed meanwhile");
    TRY(const auto added, feed_.put_back(page, shared_));
    back += added;
    after += static_cast<std::int64_t>(page.events.size());
  }
  return back;
}

// Where the present epoch stops being the centre's: the first of our events that it holds another in place of.
Result<std::optional<std::int64_t>> Session::fork_of(const protocol::HeldChain& chain) {
  const auto id = out_.identity();
  TRY(const auto cursor, out_.cursor());
  std::int64_t after = cursor.epoch == chain.epoch ? cursor.seq : 0;
  while (after < std::min(chain.seq, id.last_seq)) {
    TRY(const auto page, held_page(chain.epoch, after));
    if (page.events.empty()) return unreachable("bad_reply", "the centre's events end before it said");
    crypto::Hash head = page.previous;
    for (const auto& e : page.events) {
      ++after;
      if (after > id.last_seq) break;
      head = events::chain_head(head, e.header, e.ciphertext);
      TRY(const auto ours, out_.head_of(chain.epoch, after));
      if (ours != head) return std::optional(after);
    }
  }
  // It holds more of our present epoch than we do: somebody else went on with it.
  if (chain.seq > id.last_seq) return std::optional(id.last_seq + 1);
  return std::optional<std::int64_t>();
}

// The ends of the chains that the centre holds; each is signed by this node.
Result<protocol::HeldChains> Session::held_chains(std::optional<Millis> timeout) {
  auto call = get("/v1/chains");
  if (timeout) call.timeout = *timeout;
  TRY(const auto reply, exchange(std::move(call)));
  if (reply.status != 200) return fault_of(reply);
  auto held = protocol::decode<protocol::HeldChains>(reply.body);
  if (!held) return unreachable("bad_reply", held.fault().code + " " + held.fault().field);
  std::erase_if(held->chains, [](const protocol::HeldChain& c) { return c.seq == 0; });
  for (const auto& c : held->chains)
    if (!crypto::verify(out_.keys().signing.public_key(), c.head, c.signature))
      return damaged("held_unsigned", "the end of epoch " + c.epoch + " at the centre is not signed by this node");
  return held;
}

// What the centre holds and the store does not; empty: nothing.
Result<std::string> Session::behind(const protocol::HeldChains& held) {
  const auto id = out_.identity();
  for (const auto& c : held.chains) {
    const auto ours = out_.head_of(c.epoch, c.seq);
    const std::string where = "event " + std::to_string(c.seq) + " of epoch " + c.epoch;
    if (!ours && ours.fault().kind != FaultKind::Refused) return ours.fault();
    if (!ours) return where;
    // In an earlier epoch another one is of a fork that was left.
    if (*ours != c.head && c.epoch == id.epoch) return "another " + where;
  }
  return std::string();
}

Result<Progress> Session::greet() {
  TRY(const std::string wanted, out_.note(std::string(branch::kRecover)));
  if (wanted.empty()) {
    TRY(const auto held, held_chains(k_greeting));
    TRY(const std::string lacking, behind(held));
    if (lacking.empty()) return Progress{};
    TRY(const auto cursor, out_.cursor());
    log::error("the store is behind what the centre has of it, and is filled from there",
               {{"lacks", lacking}, {"acknowledged", cursor.seq}, {"epoch", cursor.epoch}});
    TRY_DONE(out_.set_notes({{std::string(branch::kRecover), std::to_string(cursor.log_position())}}));
  }
  recovered_ = false;
  TRY(auto done, recover());
  if (wanted.empty())
    out_.note_mended(std::to_string(done.moved) +
                     " events after store_behind: the data had been put back to an earlier state, and the centre held "
                     "what came after it");
  done.more = true;
  return done;
}

// Somebody went on from the present epoch in another one, which finds no place before it: the present one ends where
// the centre's does, and what was made here since goes into a new one.
Result<Done> Session::leave_ended(const std::map<std::string, std::int64_t>& held) {
  const auto present = held.find(out_.identity().epoch);
  if (present == held.end()) return Done{};
  for (const auto& [epoch, seq] : held) {
    const auto known = out_.first_missing(epoch, 0);
    if (known) continue;
    if (known.fault().code != "epoch_unknown") return known.fault();
    TRY(const auto moved, feed_.reappend(present->first, present->second + 1, "fork"));
    log::warn("this node leaves an epoch that another one continues",
              {{"epoch", present->first}, {"from", present->second + 1}, {"events", moved}});
    return Done{};
  }
  return Done{};
}

Result<Progress> Session::recover() {
  if (recovered_) return Progress{};
  TRY(const std::string wanted, out_.note(std::string(branch::kRecover)));
  if (wanted.empty()) {
    recovered_ = true;
    return Progress{};
  }
  std::int64_t answered = 0;
  std::from_chars(wanted.data(), wanted.data() + wanted.size(), answered);
  TRY(auto chains, held_chains(std::nullopt));
  auto* const held = &chains;
  std::map<std::string, std::int64_t> held_seq;
  for (const auto& c : held->chains) held_seq[c.epoch] = c.seq;
  // Less than the centre has signed for is an answer of another time: a proxy's, or of a centre that was set back.
  TRY(const auto cursor, out_.cursor());
  if (cursor.seq > 0 && held_seq[cursor.epoch] < cursor.seq)
    return unreachable("bad_reply", "the centre names fewer events than it has acknowledged");
  // The fork first: what the centre holds of the present epoch can come back only when that is no longer the present.
  for (const auto& c : held->chains) {
    if (c.epoch != out_.identity().epoch) continue;
    TRY(const auto fork, fork_of(c));
    if (fork) {
      TRY(const auto moved, feed_.reappend(c.epoch, *fork, "fork"));
      log::warn("this node leaves a fork", {{"epoch", c.epoch}, {"from", *fork}, {"events", moved}});
    }
  }
  TRY_DONE(leave_ended(held_seq));
  std::int64_t back = 0;
  // A chain can be placed once what it continues is here.
  for (std::size_t placed = 1; placed > 0 && !held->chains.empty();) {
    placed = 0;
    for (auto it = held->chains.begin(); it != held->chains.end();) {
      const bool present = it->epoch == out_.identity().epoch;
      TRY(const bool fits, out_.knows_head(it->base));
      if (!present && !fits) {
        ++it;
        continue;
      }
      if (!present) {
        TRY_DONE(feed_.add_epoch(it->epoch, it->base));
        TRY(const auto first, out_.first_missing(it->epoch, answered));
        if (first <= it->seq) {
          TRY(const auto n, bring_back(*it, first));
          back += n;
        }
      }
      it = held->chains.erase(it);
      ++placed;
    }
  }
  for (const auto& c : held->chains)
    log::error("a chain at the centre continues nothing that is here", {{"epoch", c.epoch}, {"events", c.seq}});
  TRY(auto moved, feed_.seal_again_late(held_seq));
  // A home that was made again from nothing began from nothing; with what has come back it continues that. All that was
  // made since follows, also when it was restored once more in between.
  if (!held_seq.empty()) {
    TRY(const auto unrooted, out_.epochs_from_nothing());
    for (const auto& epoch : unrooted) {
      if (held_seq.contains(epoch)) continue;
      TRY(const auto n, feed_.reappend(epoch, 1, "beginning"));
      moved += n;
    }
  }
  TRY_DONE(out_.set_notes({{std::string(branch::kRecover), ""}}));
  log::info("what the centre holds of this node is here again", {{"events", back}, {"sealed_again", moved}});
  recovered_ = true;
  return Progress{back + moved, true, back > 0};
}

}  // namespace kiosk::sync
