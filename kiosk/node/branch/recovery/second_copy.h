// SecondCopy: streams unsent records, sealed, into a folder on another disk while the node works, and drops what the
// centre has acknowledged. Nothing waits for it: a disk that is missing, full or read-only is a status, tried again.
// Thread: any; start() makes one of its own, without it step() does the work on the caller's thread (tests).
// Blocks: stop() until the running write is done. Owns: the copy's folder of this node.
#pragma once
#include <memory>
#include <string>

#include "api/verbs/ports.h"
#include "node/store/copy.h"

namespace kiosk::branch {

class SecondCopy final : public verbs::Copier {
 public:
  struct Options {
    std::string folder;
    Millis look_again{20'000};  // without a nudge: acknowledgements come without one
    Millis retry{15'000};       // after a fault of the disk
    std::int64_t piece_bytes = 2 << 20;
  };
  SecondCopy(store::Store& store, Options options);  // the store outlives it
  ~SecondCopy() override;
  void start();
  void stop();  // copies once more

  // Copies what there is and drops what need not be there. Errors: those of CopyFolder, and kept in status().
  Result<Done> step();
  void nudge() override;
  verbs::CopyView status() override;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// The key that node and centre share; none before the enrolment.
Result<std::optional<crypto::Key>> centre_key(store::Read& read, store::Store& store);
// store::centre_has; nothing while the centre has yet to be asked what it holds (after a restore).
Result<store::CentreHas> what_centre_has(sqlite::Db& db);
// What a copy lacks, as people see it.
verbs::CopyView copy_view(store::Store& store, std::string where, store::CopyPoint point);

}  // namespace kiosk::branch
