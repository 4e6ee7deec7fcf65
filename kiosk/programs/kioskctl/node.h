// A branch node inside kioskctl, for when none runs on the home: the same verbs over the same store, without servers.
// Thread: one. Owns: store, judge, node; the home's lock while it lives.
// Errors: unreachable node_away when another process holds the home but does not answer; those of store and keys.
#pragma once
#include <memory>
#include <string>

#include "api/verbs/branch.h"
#include "base/result.h"
#include "programs/shared/settings.h"

namespace kiosk::programs {

class OwnNode {
 public:
  static Result<std::unique_ptr<OwnNode>> open(const std::string& home, const Settings& settings);
  ~OwnNode();
  verbs::Branch& branch();
  void connect();        // lets the sync engine talk to the centre; without it only what is stored is told
  Result<Done> check();  // integrity of the file and of the chain

 private:
  struct Parts;
  explicit OwnNode(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> p_;
};

}  // namespace kiosk::programs
