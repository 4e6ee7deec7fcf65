// Text somebody types on the screen, in a fixed buffer: it never moves through the heap and is wiped when it goes.
// Thread: a value. Units: bytes of UTF-8.
#pragma once
#include <array>
#include <string>
#include <string_view>

#include "base/secret.h"

namespace kiosk::flow {

class Typed {
 public:
  static constexpr std::size_t kCapacity = 512;  // the longest text of domain/rules/lengths.h in UTF-8

  Typed() = default;
  Typed(const Typed&) = delete;
  Typed& operator=(const Typed&) = delete;
  ~Typed() { clear(); }

  std::string_view view() const { return {text_.data(), size_}; }
  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  bool push(char c, std::size_t limit = kCapacity) {
    if (size_ >= limit || size_ >= kCapacity) return false;
    text_[size_++] = c;
    return true;
  }
  void erase_last() {
    if (size_ > 0) text_[--size_] = 0;
  }
  // Whole characters only: what does not fit is left out from a character's first byte on.
  void set(std::string_view text) {
    clear();
    std::size_t end = text.size() < kCapacity ? text.size() : kCapacity;
    while (end < text.size() && end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
    for (const char c : text.substr(0, end)) push(c);
  }
  void clear() {
    wipe(text_.data(), text_.size());
    size_ = 0;
  }

 private:
  std::array<char, kCapacity> text_{};
  std::size_t size_ = 0;
};

}  // namespace kiosk::flow
