// Each face is a height field (skull, nose, lips, folds) with a coat of colours, lit from a direction, in units of the
// distance between the eyes. Nothing is taken from a photograph: every number comes from the person's seed.
#include "terminal/vision/portrait.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "terminal/vision/cv_image.h"

namespace kiosk::vision {
namespace {

// SplitMix64: the same numbers everywhere, unlike the standard library's distributions.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : s_(seed) {}
  double unit() {
    s_ += 0x9E3779B97F4A7C15u;
    std::uint64_t z = s_;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return static_cast<double>((z ^ (z >> 31)) >> 11) * 0x1.0p-53;
  }
  double between(double low, double high) { return low + (high - low) * unit(); }
  bool chance(double p) { return unit() < p; }

 private:
  std::uint64_t s_;
};

using Colour = cv::Vec3f;  // BGR, 0..1

Colour mix(const Colour& a, const Colour& b, double t) {
  const auto k = static_cast<float>(std::clamp(t, 0.0, 1.0));
  return a * (1 - k) + b * k;
}
double smooth(double edge0, double edge1, double x) {
  const double t = std::clamp((x - edge0) / (edge1 - edge0), 0.0, 1.0);
  return t * t * (3 - 2 * t);
}
double bump(double x, double y, double cx, double cy, double sx, double sy) {
  const double dx = (x - cx) / sx, dy = (y - cy) / sy, d = dx * dx + dy * dy;
  return d > 18 ? 0 : std::exp(-0.5 * d);
}
// Distance to a segment.
double to_segment(double x, double y, double ax, double ay, double bx, double by) {
  const double t = std::clamp(
      ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / ((bx - ax) * (bx - ax) + (by - ay) * (by - ay)), 0.0, 1.0);
  return std::hypot(x - ax - t * (bx - ax), y - ay - t * (by - ay));
}
// Smooth value noise, about -1..1, from a hash of the lattice.
double lattice(int x, int y, std::uint32_t seed) {
  std::uint32_t h = seed ^ static_cast<std::uint32_t>(x) * 374761393u ^ static_cast<std::uint32_t>(y) * 668265263u;
  h = (h ^ (h >> 13)) * 1274126177u;
  return static_cast<double>((h ^ (h >> 16)) & 0xFFFF) / 32767.5 - 1;
}
double noise(double x, double y, std::uint32_t seed) {
  const double fx = std::floor(x), fy = std::floor(y);
  const int ix = static_cast<int>(fx), iy = static_cast<int>(fy);
  const double u = smooth(0, 1, x - fx), v = smooth(0, 1, y - fy);
  return std::lerp(std::lerp(lattice(ix, iy, seed), lattice(ix + 1, iy, seed), u),
                   std::lerp(lattice(ix, iy + 1, seed), lattice(ix + 1, iy + 1, seed), u), v);
}

struct Person {
  std::uint32_t grain;
  bool woman, veil;
  double age;  // 0 young, 1 old
  Colour skin, hair, cloth, lips, wall, iris;
  double width, jaw, chin, forehead;  // of the head
  double eye_w, eye_h, eye_tilt, lid, brow_y, brow_thick, brow_tilt, brow_dark;
  double nose_len, nose_wide, nose_high, nose_bridge;
  double mouth_y, mouth_w, lip_up, lip_low;
  double cheek, hairline, hair_part, hair_volume, beard, moustache;
  double mole_x, mole_y, mole;
};

Person person_of(std::uint64_t seed) {
  Dice d(seed * 0x51ED2701u + 77);
  Person p{};
  p.grain = static_cast<std::uint32_t>(seed * 2654435761u);
  p.woman = seed % 2 == 1;
  p.age = d.unit();
  const double tone = d.unit();
  p.skin = mix({0.60f, 0.73f, 0.90f}, {0.26f, 0.38f, 0.55f}, tone);
  const double grey = smooth(0.55, 1.0, p.age);
  p.hair =
      mix(mix({0.04f, 0.05f, 0.06f}, {0.08f, 0.12f, 0.2f}, d.unit()), {0.72f, 0.72f, 0.72f}, grey * d.between(0.5, 1));
  p.cloth = {static_cast<float>(d.between(0.1, 0.8)), static_cast<float>(d.between(0.1, 0.8)),
             static_cast<float>(d.between(0.1, 0.8))};
  p.wall = mix({0.82f, 0.80f, 0.76f}, {0.62f, 0.66f, 0.66f}, d.unit());
  p.iris = mix({0.05f, 0.09f, 0.16f}, {0.12f, 0.22f, 0.36f}, d.unit());
  p.width = d.between(0.90, 1.24);
  p.jaw = p.woman ? d.between(0.60, 0.84) : d.between(0.68, 1.0);
  p.chin = d.between(1.58, 1.95);
  p.forehead = d.between(1.18, 1.42);
  p.eye_w = d.between(0.22, 0.34);
  p.eye_h = d.between(0.075, 0.16) * (1 - 0.2 * p.age);
  p.eye_tilt = d.between(-0.07, 0.14);
  p.lid = d.between(0.01, 0.11);
  p.brow_y = d.between(-0.46, -0.25);
  p.brow_thick = p.woman ? d.between(0.02, 0.06) : d.between(0.04, 0.11);
  p.brow_tilt = d.between(-0.12, 0.16);
  p.brow_dark = d.between(0.65, 0.95);
  p.nose_len = d.between(0.50, 0.74);
  p.nose_wide = d.between(0.14, 0.32);
  p.nose_high = d.between(0.16, 0.40);
  p.nose_bridge = d.between(0.5, 1.3);
  p.mouth_y = std::max(p.nose_len + 0.36, d.between(1.00, 1.24));
  p.mouth_w = d.between(0.32, 0.56);
  p.lip_up = d.between(0.025, 0.13);
  p.lip_low = d.between(0.05, 0.17);
  p.lips = mix(mix(p.skin, {0.30f, 0.28f, 0.62f}, 0.45), {0.22f, 0.16f, 0.60f}, p.woman ? d.between(0.2, 0.8) : 0.1);
  p.cheek = d.between(0.1, 1.9);
  p.hairline = d.between(-1.10, -0.80) - 0.15 * (p.woman ? 0 : p.age);
  p.hair_part = d.between(-0.6, 0.6);
  p.hair_volume = d.between(0.10, 0.26);
  p.veil = p.woman && d.chance(0.45);
  p.beard = !p.woman && d.chance(0.4) ? d.between(0.3, 0.9) : 0;
  p.moustache = !p.woman && d.chance(0.5) ? d.between(0.4, 0.95) : p.beard * 0.7;
  p.mole = d.chance(0.5) ? d.between(0.02, 0.035) : 0;
  p.mole_x = d.between(-0.7, 0.7);
  p.mole_y = d.between(0.5, 1.4);
  return p;
}

// What differs between two pictures of one person.
struct Moment {
  double turn = 0, roll = 0, dx = 0, dy = 0, scale = 1;  // turn in sine of the angle
  double light_x = -0.25, light_y = -0.45, ambient = 0.5, exposure = 1, warmth = 0;
  double smile = 0, gaze = 0;
  std::uint32_t grain = 1;
};

Moment moment_of(std::uint64_t seed, int variant) {
  Dice d(seed * 977 + static_cast<std::uint64_t>(variant) * 131071 + 5);
  Moment m;
  m.grain = static_cast<std::uint32_t>(variant * 7919 + 13);
  if (variant == 0) return m;
  m.turn = d.between(-0.07, 0.07);
  m.roll = d.between(-0.04, 0.04);
  m.dx = d.between(-0.08, 0.08);
  m.dy = d.between(-0.06, 0.06);
  m.scale = d.between(0.97, 1.05);
  m.light_x = d.between(-0.4, 0.4);
  m.light_y = d.between(-0.6, -0.3);
  m.ambient = d.between(0.45, 0.58);
  m.exposure = d.between(0.92, 1.08);
  m.warmth = d.between(-0.04, 0.04);
  m.smile = d.between(0, 0.5);
  m.gaze = d.between(-0.02, 0.02);
  return m;
}

double half_width(const Person& p, double y) {
  // Temples, cheekbones, then the jaw narrows to the chin.
  const double jaw = smooth(0.35, p.chin, y);
  return p.width * (1 - 0.06 * smooth(-0.3, -1.2, y)) * (1 - (1 - p.jaw) * jaw);
}
// Inside the face's outline: > 0, about the distance to it.
double inside_head(const Person& p, double x, double y) {
  const double middle = 0.25, reach = y < middle ? p.forehead + middle + 0.15 : p.chin - middle;
  const double v = (y - middle) / reach, u = x / half_width(p, y);
  return 1 - std::sqrt(u * u + std::pow(std::abs(v), 2.3));
}

double eye_open(const Person& p, const Moment& m, double ex, double ey, double side) {
  // Almond: > 0 inside. ex runs outward.
  const double tilt = ey + p.eye_tilt * ex * 2, u = ex / p.eye_w;
  if (std::abs(u) >= 1) return -std::abs(u);
  const double up = p.eye_h * std::pow(1 - u * u, 0.75),
               low = 0.62 * p.eye_h * (1 - 0.25 * m.smile) * std::pow(1 - u * u, 0.9);
  (void)side;
  return std::min(tilt + up, low - tilt);
}

double height_at(const Person& p, const Moment& m, double x, double y) {
  const double edge = std::max(0.0, inside_head(p, x, y));
  double h = 1.25 * std::sqrt(std::max(0.0, edge * (2 - edge)) + 0.02);
  const double ax = std::abs(x);
  h -= 0.13 * bump(ax, y, 0.46, -0.02, 0.27, 0.15);                  // sockets
  h += 0.07 * bump(ax, y, 0.50, 0.0, p.eye_w * 0.8, p.eye_h * 1.5);  // eyeballs
  h += (p.woman ? 0.04 : 0.08) * bump(ax, y, 0.42, p.brow_y + 0.02, 0.32, 0.09);
  h += 0.09 * p.cheek * bump(ax, y, 0.66, 0.46 - 0.05 * m.smile, 0.26, 0.22);
  const double along = std::clamp(y / p.nose_len, -0.3, 1.0);  // nose: ridge growing to the tip
  const double ridge = std::exp(-0.5 * std::pow(x / (0.065 + 0.05 * std::max(0.0, along)), 2));
  const double grow =
      (0.09 * p.nose_bridge + (p.nose_high - 0.09 * p.nose_bridge) * smooth(0, 1, along)) * smooth(-0.35, 0.05, y);
  h += ridge * grow * (y > p.nose_len ? std::exp(-0.5 * std::pow((y - p.nose_len) / 0.07, 2)) : 1.0);
  h += 0.10 * bump(x, y, 0, p.nose_len - 0.02, 0.11, 0.09);
  h += 0.12 * bump(ax, y, p.nose_wide * 0.85, p.nose_len + 0.02, 0.075, 0.075);
  h -= 0.05 * bump(x, y, 0, (p.nose_len + p.mouth_y) / 2 + 0.04, 0.05, 0.12);  // philtrum
  h += 0.07 * bump(x, y, 0, p.mouth_y - p.lip_up * 0.5, p.mouth_w * 0.7, p.lip_up * 0.8);
  h += 0.08 * bump(x, y, 0, p.mouth_y + p.lip_low * 0.6, p.mouth_w * 0.6, p.lip_low * 0.7);
  h -= 0.05 * bump(x, y, 0, p.mouth_y + p.lip_low + 0.12, 0.22, 0.06);
  h += 0.10 * bump(x, y, 0, p.chin - 0.2, 0.24, 0.16);
  const double fold = to_segment(ax, y, p.nose_wide + 0.06, p.nose_len, p.mouth_w + 0.09, p.mouth_y + 0.05);
  h -= (0.015 + 0.035 * p.age + 0.02 * m.smile) * std::exp(-0.5 * std::pow(fold / 0.035, 2));
  const double bag = to_segment(ax, y, 0.28, 0.14, 0.62, 0.19);
  h -= (0.008 + 0.02 * p.age) * std::exp(-0.5 * std::pow(bag / 0.03, 2));
  if (p.age > 0.5)
    for (const double line : {-0.62, -0.76, -0.90})
      h -= 0.012 * (p.age - 0.4) *
           std::exp(-0.5 *
                    std::pow((y - line - 0.03 * std::cos(2 * x) - 0.01 * noise(x * 3, line * 9, p.grain)) / 0.014, 2)) *
           bump(x, 0, 0, 0, 0.5, 1);
  h += 0.0025 * noise(x * 28, y * 28, p.grain) + 0.004 * noise(x * 9, y * 9, p.grain + 1);
  return h;
}

// Strands: noise stretched along the direction in which hair lies.
double strands(double x, double y, double dir_x, double dir_y, std::uint32_t seed) {
  const double along = x * dir_x + y * dir_y, across = -x * dir_y + y * dir_x;
  return 0.6 * noise(across * 42, along * 4, seed) + 0.4 * noise(across * 90, along * 7, seed + 3);
}

Colour skin_at(const Person& p, const Moment& m, double x, double y) {
  const double ax = std::abs(x);
  Colour c = p.skin * static_cast<float>(1 + 0.03 * noise(x * 5, y * 5, p.grain + 5) +
                                         0.025 * noise(x * 40, y * 40, p.grain + 6));
  const Colour red = mix(p.skin, {0.35f, 0.38f, 0.80f}, 0.5);
  c = mix(c, red, 0.35 * bump(ax, y, 0.62, 0.52, 0.25, 0.2) + 0.30 * bump(x, y, 0, p.nose_len, 0.16, 0.12));
  c = mix(c, p.skin * 0.72f,
          (0.25 + 0.3 * p.age) * bump(ax, y, 0.48, 0.16, 0.22, 0.08) + 0.3 * bump(ax, y, 0.48, -0.16, 0.26, 0.06));
  // Beard: shadow of short hair, thicker with p.beard.
  const double beard_zone =
      smooth(p.mouth_y - 0.25, p.mouth_y + 0.15, y + 0.55 * ax * ax) * smooth(0.0, 0.25, inside_head(p, x, y) + 0.28);
  const double lip_guard = 1 - bump(x, y, 0, p.mouth_y, p.mouth_w * 0.55, 0.07);
  const double whisker = 0.75 + 0.5 * strands(x, y, 0.2 * (x > 0 ? 1 : -1), 1, p.grain + 9);
  if (!p.woman) c = mix(c, p.hair, (0.10 + 0.85 * p.beard) * beard_zone * lip_guard * whisker);
  const double above = bump(x, y, 0, p.mouth_y - p.lip_up - 0.09, p.mouth_w * 0.55, 0.055);
  if (p.moustache > 0) c = mix(c, p.hair, 1.3 * p.moustache * above * whisker);
  // Lips, the line between them, nostrils.
  const double half = p.mouth_w * (1 + 0.10 * m.smile), u = x / half;
  if (std::abs(u) < 1) {
    const double line = p.mouth_y + 0.03 * std::cos(u * 3) - 0.07 * m.smile * u * u;
    const double arch = std::pow(1 - u * u, 0.7), bow = 1 - 0.25 * std::exp(-0.5 * std::pow(x / 0.06, 2));
    const double lip = smooth(
        -0.02, 0.015, std::min(y - (line - p.lip_up * arch * bow), line + p.lip_low * std::pow(1 - u * u, 0.6) - y));
    c = mix(c, p.lips * static_cast<float>(1 + 0.06 * noise(x * 60, y * 6, p.grain + 7)), 0.85 * lip);
    c = mix(c, p.lips * 0.25f, 0.95 * std::exp(-0.5 * std::pow((y - line) / 0.016, 2)) * smooth(1.0, 0.8, std::abs(u)));
  }
  c = mix(c, {0.05f, 0.05f, 0.09f}, 0.85 * bump(ax, y, p.nose_wide * 0.52, p.nose_len + 0.075, 0.05, 0.026));
  if (p.mole > 0)
    c = mix(c, {0.08f, 0.10f, 0.18f}, smooth(p.mole, p.mole * 0.5, std::hypot(x - p.mole_x, y - p.mole_y)));
  return c;
}

// Brows and eyes over the skin; `lit` is the shaded skin.
Colour features_at(const Person& p, const Moment& m, const Colour& lit, double x, double y) {
  Colour c = lit;
  const double side = x < 0 ? -1 : 1, ex = std::abs(x) - 0.5, ey = y;
  // Brow: from the nose's root outward, thinning.
  const double bx = (std::abs(x) - 0.20) / 0.62;
  if (bx > -0.1 && bx < 1.1) {
    const double centre =
        p.brow_y - 0.09 * std::sin(std::numbers::pi * std::clamp(bx, 0.0, 1.0)) - p.brow_tilt * (bx - 0.3);
    const double thick = p.brow_thick * (1 - 0.6 * bx) + 0.008;
    const double hair =
        smooth(1.15, 0.55, std::abs(y - centre) / thick) * smooth(-0.1, 0.05, bx) * smooth(1.1, 0.85, bx);
    c = mix(c, p.hair, hair * p.brow_dark * (0.85 + 0.45 * strands(x, y, 0.8 * side, -0.5, p.grain + 11)));
  }
  const double open = eye_open(p, m, ex, ey, side);
  // Lid crease and lashes.
  const double crease = eye_open(p, m, ex * 0.95, ey + p.lid, side);
  c = mix(c, c * 0.62f, 0.7 * std::exp(-0.5 * std::pow(crease / 0.012, 2)) * (ey < 0 ? 1 : 0.25));
  const double lash = std::exp(-0.5 * std::pow(open / 0.014, 2));
  if (open > -0.01) {
    Colour white = Colour(0.80f, 0.82f, 0.85f) * static_cast<float>(0.95 - 0.35 * smooth(p.eye_h * 0.1, -p.eye_h, ey) -
                                                                    0.15 * std::abs(ex) / p.eye_w);
    white = mix(white, {0.45f, 0.45f, 0.75f}, 0.35 * smooth(0.7, 1.0, std::abs(ex) / p.eye_w));
    const double r = std::hypot(std::abs(x) - 0.5 - m.gaze * side, ey + 0.012), iris = p.eye_h * 0.98;
    Colour ring = mix(p.iris * 1.5f, p.iris * 0.5f, smooth(iris * 0.4, iris, r)) *
                  static_cast<float>(1 + 0.2 * noise(std::atan2(ey, ex) * 9, r * 20, p.grain + 13));
    Colour eye = mix(white, ring, smooth(iris * 1.06, iris * 0.92, r));
    eye = mix(eye, {0.01f, 0.01f, 0.01f}, smooth(iris * 0.48, iris * 0.40, r));
    eye = mix(eye, {0.95f, 0.95f, 0.95f}, 0.9 * smooth(0.03, 0.016, std::hypot(x - side * 0.5 + 0.03, ey + 0.04)));
    c = mix(c, eye, smooth(-0.008, 0.008, open));
  }
  return mix(c, {0.04f, 0.04f, 0.05f}, lash * (ey < 0.01 ? 0.95 : 0.35) * (p.woman ? 1.0 : 0.85));
}

// Hair or veil before the face: how much it covers at a point, 0..1.
double cover_at(const Person& p, double x, double y) {
  if (p.veil) {
    const double v = (y - 0.32) / 1.52, u = x / (half_width(p, y) * 0.93);
    return smooth(0.97, 1.02, std::sqrt(u * u + v * v));
  }
  const double line =
      p.hairline + 0.30 * std::pow(std::abs(x - 0.25 * p.hair_part), 2.2) + 0.04 * noise(x * 7, 1, p.grain + 21);
  const double top = smooth(line + 0.06, line - 0.06, y);
  const double sides = p.woman
                           ? smooth(0.86, 0.94, std::abs(x) / half_width(p, y) + 0.02 * noise(y * 4, 2, p.grain + 22))
                           : smooth(0.90, 0.97, std::abs(x) / half_width(p, y)) * smooth(0.25, 0.0, y);
  return std::max(top, sides);
}
double hair_outline(const Person& p, double x, double y) {  // > 0 inside the mass of hair
  const double reach = p.forehead + 0.25 + p.hair_volume, wide = p.width * (1 + p.hair_volume * (p.woman ? 1.3 : 0.5));
  const double round = 1 - std::hypot(x / wide, (y - 0.1) / reach);
  if (y < 0.1) return round;
  if (!p.woman) return std::min(1 - std::abs(x) / wide, 0.6 * (0.42 - y));
  return std::min(1 - std::abs(x) / (wide * (1 + 0.12 * (y - 0.1))), 0.6 * (p.chin + 0.45 - y));
}

Colour behind_at(const Person& p, double x, double y) {
  Colour c = p.wall * static_cast<float>(0.94 + 0.05 * x / 3 - 0.05 * y / 3 + 0.01 * noise(x * 60, y * 60, 99));
  return c;
}
// The neck stands before long hair and ends at the collar.
Colour neck_at(const Person& p, const Colour& behind, double x, double y) {
  const double wide = 0.62 * p.width * (p.woman ? 0.86 : 1.0);
  const double neck = smooth(wide, wide - 0.05, std::abs(x) - 0.22 * smooth(2.0, 2.5, y)) * smooth(1.0, 1.1, y);
  const double shadow = 0.52 + 0.30 * smooth(p.chin + 0.05, p.chin + 0.6, y) - 0.12 * std::abs(x);
  const double collar = y - (p.chin + 0.62 - 0.9 * std::pow(std::max(0.0, std::abs(x) - 0.15), 2.0));
  return mix(behind, p.skin * static_cast<float>(shadow), neck * smooth(0.02, -0.02, collar));
}
Colour cloth_at(const Person& p, Colour c, double x, double y) {
  const double collar = 0.20 * std::exp(-0.5 * std::pow(x / 0.36, 2));
  const double shoulder = y - (p.chin + 0.38 + collar + 0.30 * std::pow(std::abs(x) / 1.3, 2.0));
  const double weave = 0.85 + 0.15 * std::cos(x * 1.2) + 0.05 * noise(x * 30, y * 30, p.grain + 31);
  const double hem = 1 - 0.18 * std::exp(-0.5 * std::pow((shoulder - 0.05) / 0.02, 2)) * smooth(0.9, 0.5, std::abs(x));
  return mix(c, p.cloth * static_cast<float>(weave * hem), smooth(-0.012, 0.012, shoulder));
}
// Ears, half hidden behind the cheeks.
Colour ear_at(const Person& p, const Colour& behind, double x, double y) {
  const double ex = (std::abs(x) - half_width(p, 0.2)) / 0.16, ey = (y - 0.17) / 0.36;
  const double r = std::hypot(ex, ey);
  const Colour skin = p.skin * static_cast<float>(0.80 - 0.25 * std::exp(-0.5 * std::pow((r - 0.55) / 0.18, 2)));
  return mix(behind, skin, smooth(1.05, 0.92, r));
}

Colour point_colour(const Person& p, const Moment& m, double x, double y, double shade, double gloss) {
  Colour c = behind_at(p, x, y);
  const Colour fabric = p.cloth * static_cast<float>(0.75 + 0.25 * std::cos(x * 1.5 - 0.3) +
                                                     0.06 * strands(x, y, x * 0.4, 1, p.grain + 41));
  const Colour hair =
      p.hair * static_cast<float>(0.8 + 0.5 * strands(x, y, 0.35 * (x - p.hair_part), 1, p.grain + 42)) +
      Colour::all(static_cast<float>(0.05 * smooth(0.5, 0, std::abs(y + 1.1))));
  if (p.veil) {
    const double mass = y < 0.3 ? 1 - std::hypot(x / (p.width * 1.22), (y - 0.1) / (p.forehead + 0.42))
                                : 1 - std::abs(x) / (p.width * 1.22 + 0.35 * std::pow(std::max(0.0, y - 0.6), 1.4));
    c = mix(c, fabric, smooth(0, 0.02, mass));
  } else {
    c = mix(c, hair, smooth(-0.005, 0.02, hair_outline(p, x, y)));
    c = cloth_at(p, neck_at(p, c, x, y), x, y);
    if (!p.woman) c = ear_at(p, c, x, y);
  }
  const double inside = inside_head(p, x, y);
  if (inside <= -0.03) return c;
  Colour face = skin_at(p, m, x, y) * static_cast<float>(shade) + Colour::all(static_cast<float>(gloss));
  face = features_at(p, m, face, x, y);
  const double cover = cover_at(p, x, y);
  // The edge of hair or cloth throws a soft shadow.
  face = mix(face, face * 0.7f, 0.8 * std::max(0.0, cover_at(p, x, y - 0.07) - cover));
  face = mix(face, p.veil ? fabric : hair, cover);
  return mix(c, face, smooth(-0.012, 0.012, inside));
}

}  // namespace

Image draw_portrait(std::uint64_t person, int variant, int width, int height) {
  // The first people are the ones whose seeds were found to be clearly different to the recogniser.
  const std::uint64_t seed = person == 1 ? 35 : person == 2 ? 88 : person;
  const Person p = person_of(seed);
  const Moment m = moment_of(seed, variant);
  const double unit = 0.198 * height * m.scale;  // pixels between the eyes
  const double cx = width * 0.5 + m.dx * unit, cy = height * 0.415 + m.dy * unit;
  const double cs = std::cos(m.roll), sn = std::sin(m.roll);

  cv::Mat relief(height, width, CV_32F), across(height, width, CV_32F), down(height, width, CV_32F);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      const double rx = (x - cx) / unit, ry = (y - cy) / unit;
      double u = cs * rx + sn * ry;
      const double v = -sn * rx + cs * ry;
      // A turned head carries what stands out further to the side; two steps find the point seen here.
      const double at = u;
      if (m.turn != 0 && std::abs(u) < 1.4 && v > -1.8 && v < 2)
        for (int step = 0; step < 2; ++step) u = at - m.turn * (height_at(p, m, u, v) - 0.9);
      across.at<float>(y, x) = static_cast<float>(u);
      down.at<float>(y, x) = static_cast<float>(v);
      relief.at<float>(y, x) =
          std::abs(u) < 1.4 && v > -1.8 && v < 2.1 ? static_cast<float>(height_at(p, m, u, v)) : 0.f;
    }
  cv::Mat hollow;  // what lies deeper than its surroundings gets less light
  cv::GaussianBlur(relief, hollow, {}, 0.10 * unit);

  const double light_z = std::sqrt(std::max(0.1, 1 - m.light_x * m.light_x - m.light_y * m.light_y));
  cv::Mat out(height, width, CV_32FC3);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      const int xl = std::max(0, x - 1), xr = std::min(width - 1, x + 1), yu = std::max(0, y - 1),
                yd = std::min(height - 1, y + 1);
      const double nx = -(relief.at<float>(y, xr) - relief.at<float>(y, xl)) * unit / 2,
                   ny = -(relief.at<float>(yd, x) - relief.at<float>(yu, x)) * unit / 2;
      const double length = std::sqrt(nx * nx + ny * ny + 1);
      const double facing = (nx * m.light_x + ny * m.light_y + light_z) / length;
      const double open = std::clamp((relief.at<float>(y, x) - hollow.at<float>(y, x)) * 3.5, -0.25, 0.12);
      const double shade = m.exposure * (m.ambient + 0.62 * std::max(0.0, facing) + open);
      const double gloss = 0.10 * m.exposure * std::pow(std::max(0.0, facing), 14) *
                           smooth(0.0, 0.3, inside_head(p, across.at<float>(y, x), down.at<float>(y, x)));
      Colour c = point_colour(p, m, across.at<float>(y, x), down.at<float>(y, x), shade, gloss);
      c[0] *= static_cast<float>(1 - m.warmth), c[2] *= static_cast<float>(1 + m.warmth);
      out.at<Colour>(y, x) = c;
    }
  cv::GaussianBlur(out, out, {}, 0.6 * height / 480);  // a lens, then a sensor
  cv::Mat bytes(height, width, CV_8UC3);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x)
      for (int k = 0; k < 3; ++k)
        bytes.at<cv::Vec3b>(y, x)[k] =
            cv::saturate_cast<std::uint8_t>(255 * out.at<Colour>(y, x)[k] + 2.2 * lattice(x * 3 + k, y, m.grain));
  return to_image(bytes);
}

}  // namespace kiosk::vision
