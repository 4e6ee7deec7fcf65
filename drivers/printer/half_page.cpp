#include "drivers/printer/half_page.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <fstream>

namespace kiosk::drivers {

namespace {
constexpr std::size_t k_few = 16;          // parameters of the short commands
constexpr std::size_t k_unknown = 65'536;  // the mark cannot be read: more than any picture of a page
constexpr std::uint8_t k_esc = 0x1B, k_gs = 0x1D;
}  // namespace

std::size_t owed_after(ByteView page, std::size_t sent) {
  std::size_t owed = k_few;
  std::size_t at = 0;
  while (at < page.size() && at < sent) {
    const bool picture = page[at] == k_gs && at + 8 <= page.size() && page[at + 1] == 'v' && page[at + 2] == '0';
    if (!picture) {
      // The other commands hold no picture: looking for the next one byte further is enough.
      at += page[at] == k_esc || page[at] == k_gs ? 2 : 1;
      continue;
    }
    const std::size_t row = page[at + 4] | page[at + 5] << 8, rows = page[at + 6] | page[at + 7] << 8;
    const std::size_t whole = 8 + row * rows;
    owed = std::max(owed, whole + k_few);
    at += whole;
  }
  return owed;
}

Bytes freeing(std::size_t owed) {
  Bytes out = {0x10, 0x14, 0x08, 0x01, 0x03, 0x14, 0x01, 0x06, 0x02, 0x08};
  out.resize(out.size() + owed, 0);
  constexpr std::array<std::uint8_t, 9> k_cut = {0x1B, 0x40, 0x1B, 0x64, 0x04, 0x1D, 0x56, 0x42, 0x00};
  out.insert(out.end(), k_cut.begin(), k_cut.end());
  return out;
}

std::size_t HalfPage::owed() const {
  if (owed_ > 0 || file_.empty() || ::access(file_.c_str(), F_OK) != 0) return owed_;
  std::size_t owed = 0;
  std::ifstream in(file_);
  return in >> owed && owed > 0 && owed < 16 * k_unknown ? owed : k_unknown;
}

void HalfPage::begin(std::size_t owed) {
  owed_ = owed;
  if (!file_.empty()) std::ofstream(file_) << owed << '\n';
}

void HalfPage::end() {
  owed_ = 0;
  if (!file_.empty()) ::unlink(file_.c_str());
}

}  // namespace kiosk::drivers
