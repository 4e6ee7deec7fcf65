// A branch whose verbs a test scripts one by one: fake.on<verbs::IssueTicket>([](const Actor&, const auto& asked)
// {...}). What is not scripted answers `unscripted`, in the end refused not_scripted. Thread: scripts are set before it
// is asked.
#pragma once
#include <any>
#include <functional>
#include <map>
#include <typeindex>

#include "api/verbs/branch.h"

namespace kiosk::test {

template <class Derived>
class ScriptedVerbs : public verbs::EveryVerb<Derived> {
 public:
  template <class V>
  using Script = std::function<Result<typename V::Reply>(const verbs::Actor&, const V&)>;

  using verbs::EveryVerb<Derived>::on;
  template <verbs::IsVerb V>
  void on(Script<V> script) {
    scripts_[typeid(V)] = std::move(script);
  }

  template <verbs::IsVerb V>
  Result<typename V::Reply> perform(const verbs::Actor& who, const V& asked) {
    if (const auto it = scripts_.find(typeid(V)); it != scripts_.end())
      return std::any_cast<const Script<V>&>(it->second)(who, asked);
    return static_cast<Derived*>(this)->unscripted(who, V::verb);
  }
  Fault unscripted(const verbs::Actor&, const verbs::Verb&) { return refused("not_scripted"); }

 private:
  std::map<std::type_index, std::any> scripts_;
};

// One without anything of its own.
class FakeVerbs final : public ScriptedVerbs<FakeVerbs> {};

}  // namespace kiosk::test
