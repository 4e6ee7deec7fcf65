#include "drivers/scanner/code_line.h"

#include "base/secret.h"

namespace kiosk::drivers {

namespace {
constexpr char k_stx = 0x02, k_etx = 0x03, k_eot = 0x04, k_gs = 0x1D;

bool ends(char c) { return c == '\r' || c == '\n' || c == '\t' || c == k_etx || c == k_eot; }
}  // namespace

std::optional<std::string> CodeLine::feed(char c, SteadyTime now) {
  if (ends(c)) return end();
  if (c == k_stx) return forget(), std::nullopt;  // what stood before it was never ended
  const bool text = (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f) || c == k_gs;
  if (!text) return std::nullopt;
  last_ = now;
  if (line_.size() == k_most) {
    too_long_ = true;
    return std::nullopt;
  }
  line_.push_back(c);
  return std::nullopt;
}

std::optional<std::string> CodeLine::pause(SteadyTime now) {
  const auto at = due();
  return at && now >= *at ? end() : std::nullopt;
}

std::optional<SteadyTime> CodeLine::due() const {
  if (line_.empty()) return std::nullopt;
  return last_ + k_pause;
}

std::optional<std::string> CodeLine::end() {
  std::optional<std::string> code;
  if (!line_.empty() && !too_long_) code = line_;
  forget();
  return code;
}

void CodeLine::forget() {
  wipe(line_);
  too_long_ = false;
}

}  // namespace kiosk::drivers
