// A Branch that answers what a test told it: every verb first remembers who asked, then is refused with `next` unless
// the test scripts it or overrides it.
#pragma once
#include <mutex>
#include <string>
#include <vector>

#include "tests/support/scripted_verbs.h"

namespace kiosk::test {

class ScriptedBranch : public ScriptedVerbs<ScriptedBranch> {
 public:
  using Actor = verbs::Actor;
  struct Asked {
    std::string verb;
    Actor actor;
  };
  std::vector<Asked> asked() const {
    std::lock_guard lock(mutex_);
    return asked_;
  }
  Fault next{FaultKind::Refused, "not_scripted", "field.name", "detail, with \"quotes\" and\nlines"};

  Fault unscripted(const Actor& who, const verbs::Verb& verb) {
    std::lock_guard lock(mutex_);
    asked_.push_back({std::string(verb.name), who});
    return next;
  }

 protected:
  mutable std::mutex mutex_;

 private:
  std::vector<Asked> asked_;
};

}  // namespace kiosk::test
