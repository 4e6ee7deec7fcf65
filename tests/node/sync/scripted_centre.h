// A centre in memory that checks what it is sent as a real one must, and fails as a script says: replies that are lost
// after the work was done, errors, receipts of another key, a ledger that went back in time, blobs cut in the middle.
#pragma once
#include <deque>
#include <map>
#include <string>
#include <vector>

#include "api/protocol/central_api.h"
#include "node/sync/engine.h"

namespace kiosk::test {

class ScriptedCentre {
 public:
  enum class Trouble { NoRoute, LostReply, Status, ForgedReceipt, WrongHead, Cancelled };
  struct Act {
    Trouble trouble;
    int status = 500;
    std::string retry_after;  // header; empty: none
    std::string body;
  };
  struct Taken {
    events::Header header;
    std::string payload;  // opened at the centre
  };

  ScriptedCentre() { crypto::init(); }
  // What an enrolment would have left at the node.
  sync::Enrolment enrolment(const store::Store& store);
  sync::MakeWire wires();

  std::deque<Act> script;                    // consumed by the next exchanges of any lane ...
  std::deque<Act> push_script, blob_script;  // ... or of this one
  std::vector<Taken> ledger;
  std::vector<protocol::Verdict> verdicts;  // said with the push that brings their event
  std::map<std::string, Bytes> blobs;
  struct Given {
    std::string kind;
    Bytes ciphertext, wrap;  // under the shared key
  };
  std::map<std::string, Given> given;        // what it gives back
  std::int64_t cut_fetch_at = -1;            // the line is cut once by the answer that would lead beyond
  std::vector<std::int64_t> asked_for;       // offsets
  std::map<std::string, std::string> whole;  // complete ones, opened
  std::vector<protocol::FeedItem> feed;
  std::int64_t cut_blob_at = -1;  // takes bytes up to here, then the line is cut once
  std::string refuse_with;        // answers every push with this refusal
  int exchanges = 0;
  bool tells_chains = false;            // GET /v1/chains is answered by the script
  std::vector<std::int64_t> waits;      // what each poll of the feed asked to wait, in seconds
  void forget_after(std::int64_t seq);  // a restored backup
  const crypto::Key& shared() const { return *shared_; }

 private:
  class Line;
  Result<net::Reply> answer(const net::Call& call);
  Result<net::Reply> push(const net::Call& call);
  Result<net::Reply> blob(const net::Call& call);
  Result<net::Reply> bytes_of(const std::string& hash, const net::Call& call);
  crypto::Hash head() const { return heads_.empty() ? base_ : heads_.back(); }

  crypto::SigningKey receipts_ = crypto::SigningKey::random(), forged_ = crypto::SigningKey::random();
  crypto::BoxKey box_ = crypto::BoxKey::random();
  std::optional<crypto::Key> shared_;
  crypto::PublicKey node_key_{};
  std::string branch_ = "JKT01", node_, epoch_;
  crypto::Hash base_{};
  std::vector<crypto::Hash> heads_;
  bool forge_ = false, wrong_head_ = false;
};

}  // namespace kiosk::test
