// How everything looks: colours by role, type by capital height in millimetres, spacing, for three densities.
// For ui's own widgets; screens only name roles. Units: Millimetres on the glass; colours 0xRRGGBB.
// Source: EN 301 549 5.1.4 (capital height 0.7 degrees), WCAG 2.2 1.4.3/1.4.6/1.4.11.
#pragma once
#include <cstdint>
#include <string>

#include "base/units.h"

namespace kiosk::ui {

enum class Density { Kiosk, Desktop, Board };  // touch at 500 mm; mouse at 600 mm; read from 6 m
enum class TextSize { Percent100 = 100, Percent125 = 125, Percent150 = 150, Percent200 = 200 };
inline constexpr int kVolumeUsual = 80, kVolumeLeast = 40, kVolumeMost = 160, kVolumeStep = 40;
enum class Layout { Normal, Low };  // Low: everything touchable in the lower 60 % ("turunkan layar")

// What a person may change at any moment; goes back to the default for the next person.
struct Settings {
  TextSize size = TextSize::Percent100;
  bool contrast = false;
  std::string language = "id";
  bool voice = false;
  int volume = kVolumeUsual;  // percent of the speech program's own
  Layout layout = Layout::Normal;
  bool operator==(const Settings&) const = default;
};

using Colour = std::uint32_t;

struct Palette {
  Colour page, surface, sunken, header, on_header, ink, ink_soft, line, line_strong;
  Colour primary, on_primary, primary_pressed, tint;  // the one solid button; a light tint of it
  Colour good, good_tint, attention, attention_tint, bad, bad_tint, info, info_tint;
  Colour focus, disabled, on_disabled;
  bool shadows;
};
const Palette& palette(bool contrast);

// WCAG 2.2 contrast ratio, 1 to 21.
double contrast_ratio(Colour a, Colour b);

// Millimetres of one density; text is multiplied by the chosen size, targets and gaps are not.
struct Metrics {
  float cap_body, cap_small, cap_title, cap_display;  // capital height
  float target, gap, pad, radius, border, icon, margin;
};
const Metrics& metrics(Density density);

}  // namespace kiosk::ui
