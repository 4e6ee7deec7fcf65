#include "drivers/speaker/chime.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>

namespace kiosk::drivers {
namespace {

constexpr int kRate = 22'050;
constexpr double kLoudness = 0.27;  // of full scale: about as loud as the voice

void put(std::string& out, std::uint32_t v, int bytes) {
  for (int i = 0; i < bytes; ++i) out += static_cast<char>(v >> (8 * i) & 0xff);
}

void tone(std::string& pcm, double hertz, double seconds, double fall) {
  const int n = static_cast<int>(seconds * kRate);
  for (int i = 0; i < n; ++i) {
    const double t = static_cast<double>(i) / kRate, w = 2 * std::numbers::pi * hertz * t;
    const double swell = std::min(1.0, t / 0.005);  // no click
    const double v = kLoudness * swell * std::exp(-fall * t) * (std::sin(w) + 0.3 * std::sin(2 * w));
    put(pcm, static_cast<std::uint32_t>(static_cast<std::int32_t>(v * 32'767)), 2);
  }
}

}  // namespace

std::string chime_wav() {
  std::string pcm;
  tone(pcm, 659.26, 0.45, 6);
  tone(pcm, 523.25, 0.70, 5);
  const auto size = static_cast<std::uint32_t>(pcm.size());
  std::string out = "RIFF";
  put(out, 36 + size, 4);
  out += "WAVEfmt ";
  put(out, 16, 4);
  put(out, 1, 2);  // PCM
  put(out, 1, 2);  // mono
  put(out, kRate, 4);
  put(out, kRate * 2, 4);
  put(out, 2, 2);
  put(out, 16, 2);
  out += "data";
  put(out, size, 4);
  return out + pcm;
}

}  // namespace kiosk::drivers
