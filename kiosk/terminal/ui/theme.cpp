#include "terminal/ui/theme.h"

#include <algorithm>
#include <cmath>

namespace kiosk::ui {

namespace {

constexpr Palette kLight{.page = 0xEDF2F1,
                         .surface = 0xFFFFFF,
                         .sunken = 0xF5F8F7,
                         .header = 0x0B4A38,
                         .on_header = 0xFFFFFF,
                         .ink = 0x13211D,
                         .ink_soft = 0x3A4A45,
                         .line = 0xC9D4D0,
                         .line_strong = 0x6A7D76,
                         .primary = 0x0A5A43,
                         .on_primary = 0xFFFFFF,
                         .primary_pressed = 0x063D2D,
                         .tint = 0xE3F2EB,
                         .good = 0x0B5B32,
                         .good_tint = 0xE0F2E6,
                         .attention = 0x6B4300,
                         .attention_tint = 0xFFF1D6,
                         .bad = 0x8C1A14,
                         .bad_tint = 0xFCE6E3,
                         .info = 0x0B4480,
                         .info_tint = 0xE2EEFA,
                         .focus = 0x1257C4,
                         .disabled = 0xE1E7E5,
                         .on_disabled = 0x4A5752,
                         .shadows = true};

constexpr Palette kContrast{.page = 0x000000,
                            .surface = 0x000000,
                            .sunken = 0x000000,
                            .header = 0x000000,
                            .on_header = 0xFFFFFF,
                            .ink = 0xFFFFFF,
                            .ink_soft = 0xFFFFFF,
                            .line = 0xFFFFFF,
                            .line_strong = 0xFFFFFF,
                            .primary = 0xFFFFFF,
                            .on_primary = 0x000000,
                            .primary_pressed = 0xFFE14D,
                            .tint = 0x2E2E2E,
                            .good = 0x7CF2A4,
                            .good_tint = 0x000000,
                            .attention = 0xFFD84D,
                            .attention_tint = 0x000000,
                            .bad = 0xFFA69E,
                            .bad_tint = 0x000000,
                            .info = 0x9CD0FF,
                            .info_tint = 0x000000,
                            .focus = 0xFFE14D,
                            .disabled = 0x1C1C1C,
                            .on_disabled = 0xB8B8B8,
                            .shadows = false};

constexpr Metrics kKiosk{.cap_body = 6.1f,
                         .cap_small = 6.1f,
                         .cap_title = 8.3f,
                         .cap_display = 26,
                         .target = 22,
                         .gap = 4,
                         .pad = 6,
                         .radius = 5.5f,
                         .border = 0.45f,
                         .icon = 12,
                         .margin = 9};
constexpr Metrics kDesktop{.cap_body = 3.0f,
                           .cap_small = 2.6f,
                           .cap_title = 4.4f,
                           .cap_display = 14,
                           .target = 10,
                           .gap = 3,
                           .pad = 3,
                           .radius = 2.4f,
                           .border = 0.27f,
                           .icon = 5.5f,
                           .margin = 5};
// At 6 m the 0.7 degrees of the kiosk's text are 73 mm: the number and the counter. Earlier calls take 0.3 degrees.
constexpr Metrics kBoard{.cap_body = 16,
                         .cap_small = 14,
                         .cap_title = 32,
                         .cap_display = 76,
                         .target = 22,
                         .gap = 9,
                         .pad = 12,
                         .radius = 9,
                         .border = 0.6f,
                         .icon = 22,
                         .margin = 18};

double linear(unsigned channel) {
  const double c = channel / 255.0;
  return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
}

double luminance(Colour c) {
  return 0.2126 * linear((c >> 16) & 255) + 0.7152 * linear((c >> 8) & 255) + 0.0722 * linear(c & 255);
}

}  // namespace

const Palette& palette(bool contrast) { return contrast ? kContrast : kLight; }

const Metrics& metrics(Density density) {
  switch (density) {
    case Density::Kiosk:
      return kKiosk;
    case Density::Desktop:
      return kDesktop;
    case Density::Board:
      return kBoard;
  }
  return kKiosk;
}

double contrast_ratio(Colour a, Colour b) {
  const double la = luminance(a), lb = luminance(b);
  return (std::max(la, lb) + 0.05) / (std::min(la, lb) + 0.05);
}

}  // namespace kiosk::ui
