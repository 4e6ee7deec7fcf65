// Takes a sealed export (events/export.h), piece by piece and in bounded memory, through the same doors as the wire:
// Centre::push and Centre::put_blob. It needs no sync before it; taking a file twice changes nothing and gives the same
// receipt. A file that was cut or damaged gives its whole records; the receipt then says it is not complete.
// Thread: one at a time. Blocks: disk. Errors: those of ExportReader; refused node_unknown (not enrolled here, or by
//   another key), node_revoked, and a push's refusal (gap, fork, bad_chain, bad_signature, wrong_branch).
#pragma once
#include "api/protocol/held.h"
#include "central/centre.h"
#include "events/export.h"

namespace kiosk::central {

class Import {
 public:
  explicit Import(Centre& centre) : centre_(centre) {}

  // After a fault nothing more is taken; what was taken before stays.
  Result<Done> feed(ByteView bytes);
  // The end of the file. The receipt of what was taken; nullopt when it never said whose it is.
  std::optional<protocol::ImportReceipt> finish();
  const std::optional<Fault>& fault() const { return fault_; }  // why the receipt is not complete
  std::int64_t events() const { return events_; }               // taken, or there already
  std::int64_t blobs() const { return blobs_; }

 private:
  Result<Done> read();
  Result<Done> take(events::ExportFrame frame);
  Result<Done> take_part(const events::ExportPart& part);
  Result<Done> push();  // what has gathered

  Centre& centre_;
  events::ExportReader reader_;
  std::optional<NodeRef> node_;
  protocol::PushRequest batch_;
  std::size_t batch_bytes_ = 0;
  events::ExportBlob blob_;
  protocol::ImportReceipt receipt_;
  std::optional<Fault> fault_;
  std::int64_t events_ = 0, blobs_ = 0;
};

}  // namespace kiosk::central
