// The receipt of an imported export, taken back to the node: its acknowledgements are what a push would have brought.
// Thread: any. Blocks: disk. Errors: bad_input of decoding; refused receipt_invalid (not signed by the centre of our
// enrolment), receipt_foreign (another node's), damaged ack_mismatch.
#pragma once
#include <string>

#include "node/branch/feed_sink.h"
#include "node/branch/outgoing.h"
#include "node/sync/enrolment.h"

namespace kiosk::sync {

Result<verbs::ReceiptTaken> take_receipt(branch::Outgoing& out, branch::FeedSink& feed, const Enrolment& enrolment,
                                         const std::string& text);

}  // namespace kiosk::sync
