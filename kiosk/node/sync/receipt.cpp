#include "node/sync/receipt.h"

#include "api/protocol/held.h"

namespace kiosk::sync {

Result<verbs::ReceiptTaken> take_receipt(branch::Outgoing& out, branch::FeedSink& feed, const Enrolment& enrolment,
                                         const std::string& text) {
  TRY(const auto receipt, protocol::decode<protocol::ImportReceipt>(text));
  if (!protocol::check_receipt(receipt, enrolment.receipt_key))
    return refused("receipt_invalid", "not signed by the centre of this node's enrolment", "receipt");
  if (receipt.node != out.identity().node || receipt.branch != enrolment.branch)
    return refused("receipt_foreign", "it is for node " + receipt.node + " of branch " + receipt.branch, "receipt");
  verbs::ReceiptTaken taken;
  taken.complete = receipt.complete;
  TRY(const auto before, out.pending());
  for (const auto& chain : receipt.chains) TRY_DONE(feed.on_push_reply(chain.ack, chain.verdicts));
  for (const auto& hash : receipt.blobs) {
    TRY(const bool moved, out.set_blob_held(hash));
    taken.blobs += moved;
  }
  TRY(const auto after, out.pending());
  taken.events = before.events - after.events;
  feed.announce("sync");
  return taken;
}

}  // namespace kiosk::sync
