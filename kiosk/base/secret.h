// Text and bytes that are wiped when they go: PINs, keys, typed NIKs. Copies are explicit (clone), so none lie about.
#pragma once
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace kiosk {

void wipe(void* data, std::size_t size);  // is not optimised away
void wipe(std::string& s);                // overwrites the whole capacity, then empties
void wipe(Bytes& b);

template <class Buffer>
class Secret {
 public:
  Secret() = default;
  explicit Secret(Buffer b) : b_(std::move(b)) {}
  Secret(Secret&& o) noexcept : b_(std::move(o.b_)) { wipe(o.b_); }
  Secret& operator=(Secret&& o) noexcept {
    if (this != &o) {
      wipe(b_);
      b_ = std::move(o.b_);
      wipe(o.b_);
    }
    return *this;
  }
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;
  ~Secret() { wipe(b_); }
  Secret clone() const { return Secret(Buffer(b_)); }
  const Buffer& reveal() const { return b_; }
  bool empty() const { return b_.empty(); }

 private:
  Buffer b_;
};

using SecretString = Secret<std::string>;
using SecretBytes = Secret<Bytes>;

}  // namespace kiosk
