#include "drivers/printer/status_stream.h"

#include <algorithm>

namespace kiosk::drivers {

namespace {
using Kind = StatusToken::Kind;

constexpr int k_longest_block = 128;  // a header without its end is not followed for ever

bool is_real_time(std::uint8_t b) { return (b & 0x93) == 0x12; }
bool begins_automatic(std::uint8_t b) { return (b & 0x93) == 0x10; }
bool is_plain(std::uint8_t b) { return (b & 0x90) == 0; }
}  // namespace

std::optional<StatusToken> StatusStream::feed(std::uint8_t byte) {
  if (block_ > 0) {  // its text may look like any answer
    if (byte == 0) return block_ = 0, StatusToken{Kind::Block};
    if (++block_ > k_longest_block) block_ = 0;
    return std::nullopt;
  }
  if (byte == 0x11) return StatusToken{Kind::Xon};
  if (byte == 0x13) return StatusToken{Kind::Xoff};
  if (byte == 0x37) return block_ = 1, std::nullopt;
  if (is_real_time(byte)) return StatusToken{Kind::RealTime, byte};
  if (begins_automatic(byte)) {  // also in the midst of another, whose end was lost
    bytes_[0] = byte;
    asb_ = 1;
    return std::nullopt;
  }
  if (!is_plain(byte)) return asb_ = 0, StatusToken{Kind::Junk, byte};
  if (asb_ == 0) return StatusToken{Kind::InOrder, byte};
  bytes_[static_cast<std::size_t>(asb_)] = byte;
  if (++asb_ < 4) return std::nullopt;
  asb_ = 0;
  return StatusToken{Kind::Automatic, 0, bytes_};
}

Reasons reasons_of_real_time(int question, std::uint8_t b) {
  Reasons r;
  switch (question) {
    case 1:
      if (b & 0x08) r.insert(Reason::Offline);
      break;
    case 2:
      if (b & 0x04) r.insert(Reason::CoverOpen);
      if (b & 0x20) r.insert(Reason::PaperOut);
      if (b & 0x40) r.insert(Reason::DeviceFault);
      break;
    case 3:
      if (b & 0x08) r.insert(Reason::Jammed);  // the cutter
      if (b & 0x64) r.insert(Reason::DeviceFault);
      break;
    case 4:
      if (b & 0x60)
        r.insert(Reason::PaperOut);
      else if (b & 0x0C)
        r.insert(Reason::PaperLow);
      break;
    default:
      break;
  }
  return r;
}

Reasons reasons_of_paper(std::uint8_t b) {
  if (b & 0x0C) return {Reason::PaperOut};
  if (b & 0x03) return {Reason::PaperLow};
  return {};
}

Reasons reasons_of_automatic(const std::array<std::uint8_t, 4>& asb) {
  Reasons r = reasons_of_paper(asb[2]);
  if (asb[0] & 0x20) r.insert(Reason::CoverOpen);
  if (asb[1] & 0x08) r.insert(Reason::Jammed);
  if (asb[1] & 0x64) r.insert(Reason::DeviceFault);
  if ((asb[0] & 0x08) && !hinders(r)) r.insert(Reason::Offline);
  return r;
}

bool hinders(const Reasons& reasons) {
  return std::any_of(reasons.begin(), reasons.end(), [](Reason r) { return r != Reason::PaperLow; });
}

}  // namespace kiosk::drivers
