// CopyFollower: keeps a second copy of a node's unsent records in a folder of another machine, by asking the node for
// them piece by piece. What is asked for next is on this disk, so the node knows how far the copy is.
// Thread: one. Blocks: the node's answer, this disk. Errors: those of the verb and of store::CopyFolder.
#pragma once
#include <memory>
#include <string>

#include "api/verbs/branch.h"
#include "node/store/copy_folder.h"

namespace kiosk::programs {

class CopyFollower {
 public:
  CopyFollower(verbs::Branch& branch, verbs::Actor actor, std::string folder)
      : branch_(branch), actor_(std::move(actor)), folder_path_(std::move(folder)) {}
  struct Step {
    std::int64_t events = 0, blobs = 0;
    bool more = false;
  };
  Result<Step> step();
  std::string node() const { return node_; }

 private:
  verbs::Branch& branch_;
  verbs::Actor actor_;
  std::string folder_path_, node_;
  std::unique_ptr<store::CopyFolder> folder_;
  store::CopyPoint kept_;
  bool has_state_ = false;
};

}  // namespace kiosk::programs
