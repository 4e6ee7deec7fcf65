// Consents that the node could not take because it was away. They outlive the visit: a consent once given is to be
// recorded (UU 27/2022, article 20), and whoever gave it has left. So that no number stands in clear in the memory of a
// terminal that has forgotten its visitor, the person of each is kept masked by random bytes of its own, and all of it
// is wiped when it goes. This is no seal, the mask lies beside it: it keeps the number out of a search and out of what
// looks like text in a dump. Thread: one at a time, the branch worker.
#pragma once
#include <deque>
#include <optional>
#include <string>
#include <utility>

#include "api/verbs/people.h"
#include "base/ids.h"
#include "base/secret.h"

namespace kiosk::runner {

class UnsaidConsents {
 public:
  void keep(const verbs::Consent& c) {  // the caller wipes its own
    auto key = c.person.key();
    Bytes mask(key.size());
    random_.fill(mask);
    Bytes masked(as_bytes(key).begin(), as_bytes(key).end());
    ::kiosk::wipe(key);
    apply(masked, mask);
    waiting_.push_back(
        {c.id, c.purpose, c.text, c.language, c.given, SecretBytes(std::move(masked)), SecretBytes(std::move(mask))});
  }
  std::size_t size() const { return waiting_.size(); }
  // The oldest, to be wiped by the caller; none when there is none.
  std::optional<verbs::Consent> take() {
    if (waiting_.empty()) return std::nullopt;
    auto one = std::move(waiting_.front());
    waiting_.pop_front();
    auto key = one.masked.reveal();
    apply(key, one.mask.reveal());
    auto person = domain::PersonId::from_key(as_text(key));
    ::kiosk::wipe(key);
    if (!person) return std::nullopt;
    return verbs::Consent{
        one.id, std::move(*person), std::move(one.purpose), std::move(one.text), std::move(one.language), one.given};
  }

 private:
  struct Masked {
    Uuid id;
    std::string purpose, text, language;
    bool given;
    SecretBytes masked, mask;
  };
  static void apply(Bytes& to, const Bytes& mask) {
    for (std::size_t i = 0; i < to.size(); ++i) to[i] ^= mask[i];
  }
  SystemRandom random_;
  std::deque<Masked> waiting_;
};

}  // namespace kiosk::runner
