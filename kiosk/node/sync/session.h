// Session: one connection to the centre; after a failure it is thrown away and another is made, never restarted.
// Five things can be done over it: push a batch of events, send a part of a blob, fetch one, pull the feed, ask for one
// person.
// The cursor moves only by an acknowledgement whose signature fits the receipt key of the enrolment and whose head is
// ours. Repeating a push is safe: the centre knows events by (branch, epoch, seq).
// Thread: one at a time; cancel() from any. Blocks: network and disk.
// While a batch is on its way the next is made on another thread (Limits::read_ahead).
// Errors: unreachable = try again later (no_route, dns, refused, timeout, tls_refused and its kin, captive_portal,
//   centre_5xx, centre_busy, bad_reply); refused and damaged = an operator is needed (fork, bad_chain, bad_signature,
//   wrong_branch, receipt_invalid, ack_mismatch, clone, centre_refused, or the centre's own code such as node_revoked);
//   nothing is dropped.
#pragma once
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "api/protocol/held.h"
#include "node/branch/feed_sink.h"
#include "node/branch/outgoing.h"
#include "node/sync/batch.h"
#include "node/sync/enrolment.h"
#include "node/sync/wire.h"

namespace kiosk::sync {

struct Progress {
  std::int64_t moved = 0;  // events acknowledged, bytes taken, items applied
  bool more = false;       // there is more to do now
  bool back = false;       // events came back: what they name may be for the blobs' lane to fetch
};

struct Limits {
  int batch_events = 2'000;            // what the contract allows
  std::int64_t batch_bytes = 4 << 20;  // before packing
  bool read_ahead = true;              // false: everything on the caller's thread
  std::int64_t blob_part = 256 << 10;
  int feed_items = 500;
};

class Session {
 public:
  // Refused weak_key when the centre's key cannot be used. Everything outlives the session.
  static Result<std::unique_ptr<Session>> open(branch::Outgoing& out, branch::FeedSink& feed,
                                               const Enrolment& enrolment, const Clock& clock,
                                               std::unique_ptr<Wire> wire, Limits limits = {});

  // First of all after a start: does the centre hold more of this node than the store, or another event in the place of
  // one? Then the store was put back to what it was: it leaves that chain, so that no number is given twice, and what
  // the centre holds comes back. `more`: that happened.
  Result<Progress> greet();
  // First of all after a restore: what the centre holds of this node comes back; nothing to do is the usual answer.
  Result<Progress> recover();
  Result<Progress> push_events();
  Result<Progress> send_blob_part();
  // After a restore: a piece of a blob that events here name and only the centre holds.
  Result<Progress> fetch_blob_part();
  Result<Progress> pull_feed(Seconds wait);
  // What the centre knows of the person is put into the node's store; moved is 0 when it knows nobody.
  Result<Progress> find_person(const domain::PersonId& person);

  std::optional<Millis> retry_after() const { return retry_after_; }  // what the centre asked for with the last fault
  std::optional<std::int64_t> skew_ms() const { return skew_ms_; }    // centre minus node, by its Date header
  int replies() const { return replies_; }                            // of whoever answered, so far
  void cancel() { wire_->cancel(); }

 private:
  Session(branch::Outgoing& out, branch::FeedSink& feed, const Enrolment& enrolment, const Clock& clock,
          std::unique_ptr<Wire> wire, Limits limits, crypto::Key shared);
  Result<net::Reply> exchange(net::Call call);
  Result<Done> prove_alive(net::Call& call, Result<net::Reply>& reply);
  Fault fault_of(const net::Reply& reply);
  // recovery.cpp
  Result<protocol::HeldChains> held_chains(std::optional<Millis> timeout);
  Result<Done> leave_ended(const std::map<std::string, std::int64_t>& held);
  Result<std::string> behind(const protocol::HeldChains& held);
  Result<protocol::HeldEvents> held_page(const std::string& epoch, std::int64_t after);
  Result<std::int64_t> bring_back(const protocol::HeldChain& chain, std::int64_t first);
  Result<std::optional<std::int64_t>> fork_of(const protocol::HeldChain& chain);
  Result<Progress> refused_push(const net::Reply& reply, const store::Cursor& cursor);

  branch::Outgoing& out_;
  branch::FeedSink& feed_;
  const Enrolment& enrolment_;
  const Clock& clock_;
  std::unique_ptr<Wire> wire_;
  const Limits limits_;
  const crypto::Key shared_;
  int replies_ = 0;
  std::optional<Millis> retry_after_;
  std::optional<std::int64_t> skew_ms_;
  std::optional<std::int64_t> resume_at_;  // where the centre said it is, when that is not our cursor
  std::string blob_;                       // being sent, once the centre was asked how much it has
  std::int64_t blob_offset_ = 0;
  std::set<std::string> refused_blobs_;
  bool recovered_ = false;
  ReadAhead ahead_;  // last: its thread uses what stands above
};

}  // namespace kiosk::sync
