// A branch that hands every verb on to another one, chosen by who asks and what. Thread: as the chosen one.
#pragma once
#include <string_view>

#include "api/verbs/branch.h"

namespace kiosk::test {

class ForwardBranch : public verbs::EveryVerb<ForwardBranch> {
 public:
  virtual verbs::Branch& to(const verbs::Actor& who, std::string_view verb) = 0;

  template <class V>
  Result<typename V::Reply> perform(const verbs::Actor& who, const V& asked) {
    return to(who, V::verb.name).ask(who, asked);
  }
};

}  // namespace kiosk::test
