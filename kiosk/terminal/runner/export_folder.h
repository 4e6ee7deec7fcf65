// Where a terminal lays what waits for the centre when no network comes: a sealed file on a stick, and the centre's
// receipt that comes back on it. Thread: any one at a time. Blocks: for as long as the stick takes.
#pragma once
#include "api/verbs/branch.h"
#include "terminal/flow/counter/flow.h"

namespace kiosk::runner {

class ExportFolder {
 public:
  virtual ~ExportFolder() = default;
  // All that is unsent, whole and durable, or no file. Refused stick_unset, stick_missing, nothing_unsent, disk_full,
  // not_enrolled.
  virtual Result<flow::counter::ExportSaved> save(verbs::Branch& branch, const verbs::Actor& who) = 0;
  // Every receipt in the folder that is this node's, oldest first. Refused stick_unset, stick_missing,
  // receipt_missing, receipt_invalid, receipt_foreign.
  virtual Result<verbs::ReceiptTaken> take_receipt(verbs::Branch& branch, const verbs::Actor& who) = 0;
};

}  // namespace kiosk::runner
