// Whom a terminal has before it: the person whose facts agreed there last, for as long as a visit may take. What the
// node answers about a person without an officer's session rests on it. In memory only. Thread: any.
#pragma once
#include <algorithm>
#include <chrono>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/crypto/crypto.h"

namespace kiosk::branch {

constexpr std::chrono::minutes k_visit{10};  // without a further question about the person

// The operator on the box: who may open the node's socket under such a name may open its store. The doors see to it
// that nobody else comes under one (node/lan/server.cpp).
inline bool is_operator(std::string_view terminal) { return terminal == "ctl" || terminal.starts_with("ctl-"); }

class Visits {
 public:
  void begin(const std::string& terminal, const crypto::Hash& person, SteadyTime now) {
    const std::lock_guard lock(mutex_);
    std::erase_if(at_, [&](const auto& v) { return v.second.until <= now; });
    at_[terminal] = {person, now + k_visit};
  }
  void end(const std::string& terminal) {
    const std::lock_guard lock(mutex_);
    at_.erase(terminal);
  }
  // Whether that person stands there; asking keeps the visit.
  bool is_of(const std::string& terminal, const crypto::Hash& person, SteadyTime now) {
    const std::lock_guard lock(mutex_);
    const auto it = at_.find(terminal);
    if (it == at_.end() || it->second.until <= now || it->second.person != person) return false;
    it->second.until = now + k_visit;
    return true;
  }
  bool any(const std::string& terminal, SteadyTime now, crypto::Hash& person) {
    const std::lock_guard lock(mutex_);
    const auto it = at_.find(terminal);
    if (it == at_.end() || it->second.until <= now) return false;
    it->second.until = now + k_visit;
    person = it->second.person;
    return true;
  }

 private:
  struct Visit {
    crypto::Hash person{};
    SteadyTime until{};
  };
  std::mutex mutex_;
  std::map<std::string, Visit> at_;
};

}  // namespace kiosk::branch
