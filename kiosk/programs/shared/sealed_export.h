// What waits for the centre as one sealed file that only the centre can open, and the folder of a stick where a counter
// lays it. Thread: any, one at a time. Blocks: the node's answers and the medium.
// Errors: file_exists, file_unwritable, disk_full, and those of copy_unsent (not_enrolled).
#pragma once
#include <functional>
#include <memory>
#include <string>

#include "terminal/runner/export_folder.h"

namespace kiosk::programs {

struct Exported {
  std::int64_t events = 0, blobs = 0;
  std::string sha256;
};
// The file gets its name when it is whole and durable. `progress`: events and blobs so far, after each piece.
Result<Exported> export_unsent(verbs::Branch& branch, const verbs::Actor& who, const std::string& file, bool replace,
                               const std::function<void(std::int64_t, std::int64_t)>& progress);

// Exports as ekspor-BRANCH-DATE-TIME.kx; receipts are its files that end in .receipt. `folder` empty: none is set.
std::unique_ptr<runner::ExportFolder> open_export_folder(std::string folder);

}  // namespace kiosk::programs
