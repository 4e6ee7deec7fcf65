#include "terminal/paper/escpos.h"

#include <qrencode.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <optional>

#include "base/spelling.h"

namespace kiosk::paper {
namespace {

constexpr int kEsc = 0x1B, kGs = 0x1D;

bool printable(char32_t c) { return c == '\n' || (c >= 0x20 && c < 0x7F); }

}  // namespace

bool Raster::is_set(int x, int y) const {
  return (bits[static_cast<std::size_t>(y * ((width + 7) / 8) + x / 8)] & (0x80 >> (x % 8))) != 0;
}
void Raster::set(int x, int y) {
  if (x < 0 || y < 0 || x >= width || y >= height) return;
  bits[static_cast<std::size_t>(y * ((width + 7) / 8) + x / 8)] |= static_cast<std::uint8_t>(0x80 >> (x % 8));
}

namespace {
constexpr int kQuiet = 4;  // modules of white around, ISO/IEC 18004

// One dot a module, quiet zone included; nothing when the content is too long.
std::optional<Raster> modules_of(const std::string& content) {
  const std::unique_ptr<QRcode, void (*)(QRcode*)> code(QRcode_encodeString8bit(content.c_str(), 0, QR_ECLEVEL_M),
                                                        QRcode_free);
  if (!code) return std::nullopt;
  Raster r(code->width + 2 * kQuiet, code->width + 2 * kQuiet);
  for (int y = 0; y < code->width; ++y)
    for (int x = 0; x < code->width; ++x)
      if (code->data[y * code->width + x] & 1) r.set(x + kQuiet, y + kQuiet);
  return r;
}
}  // namespace

std::vector<Raster> qr_raster(const std::string& content, int max_dots) {
  const auto code = modules_of(content);
  if (!code) return {};
  const int modules = code->width, dot = std::min(8, max_dots / modules);
  if (dot < 3) return {};  // under 0.4 mm a module, cameras of old phones fail
  Raster r(modules * dot, modules * dot);
  for (int y = 0; y < r.height; ++y)
    for (int x = 0; x < r.width; ++x)
      if (code->is_set(x / dot, y / dot)) r.set(x, y);
  return {r};
}

Image qr_image(const std::string& content) {
  const auto code = modules_of(content);
  if (!code) return {};
  constexpr int kPixels = 10;  // a module, so that scaling keeps its edges
  Image image{code->width * kPixels, code->height * kPixels, PixelFormat::Bgr, {}};
  image.pixels.assign(image.stride() * static_cast<std::size_t>(image.height), 255);
  for (int y = 0; y < image.height; ++y)
    for (int x = 0; x < image.width; ++x)
      if (code->is_set(x / kPixels, y / kPixels))
        for (std::size_t c = 0; c < 3; ++c)
          image.pixels[static_cast<std::size_t>(y) * image.stride() + static_cast<std::size_t>(x) * 3 + c] = 0;
  return image;
}

// Two people under one roof, drawn for this project.
Raster logo() {
  constexpr int kWide = 168, kHigh = 96;
  Raster r(kWide, kHigh);
  for (int y = 0; y < kHigh; ++y)
    for (int x = 0; x < kWide; ++x) {
      const double u = x - kWide / 2.0 + 0.5, v = y + 0.5;
      const double roof = v - 8 - std::abs(u) * 0.52;
      bool ink = roof > 0 && roof < 11 && std::abs(u) < 78;
      for (const double side : {-1.0, 1.0}) {
        const double px = u - side * 25;
        ink |= std::hypot(px, v - 48) < 10.5;                               // head
        ink |= v > 64 && v < 90 && std::hypot(px / 21, (v - 86) / 23) < 1;  // shoulders
      }
      if (v >= 86) ink = std::abs(u) < 62 && v < 92;  // the ground they share
      if (ink) r.set(x, y);
    }
  return r;
}

std::string to_ascii(std::string_view s) { return text::spelled_with(s, printable); }

Page::Page(Roll roll) : roll_(roll) {
  add({kEsc, '@'});     // forget what the last page set
  add({kEsc, 't', 0});  // code page PC437; the text is ASCII
  add({kEsc, 'M', 0});  // font A, 12 x 24 dots
}
void Page::add(std::initializer_list<int> bytes) {
  for (const int b : bytes) out_.push_back(static_cast<std::uint8_t>(b));
}
void Page::left() { add({kEsc, 'a', 0}); }
void Page::centre() { add({kEsc, 'a', 1}); }
void Page::size(int times) { add({kGs, '!', (times - 1) << 4 | (times - 1)}); }
void Page::feed(int lines) { add({kEsc, 'd', lines}); }

void Page::wrapped(std::string_view line, int columns) {
  const std::string text = to_ascii(line);
  const auto limit = static_cast<std::size_t>(columns);
  std::size_t at = 0;
  do {
    while (at < text.size() && text[at] == ' ') ++at;
    std::size_t end = std::min(text.size(), at + limit);
    const std::size_t newline = text.find('\n', at);
    if (newline != std::string::npos && newline <= end) {
      end = newline;
    } else if (end < text.size() && text[end] != ' ') {
      const std::size_t space = text.rfind(' ', end);
      if (space != std::string::npos && space > at) end = space;
    }
    for (const char c : std::string_view(text).substr(at, end - at)) out_.push_back(static_cast<std::uint8_t>(c));
    out_.push_back('\n');
    at = end < text.size() && text[end] == '\n' ? end + 1 : end;
  } while (at < text.size());
}

void Page::text(std::string_view line) { wrapped(line, columns()); }
void Page::strong(std::string_view line) {
  add({kEsc, 'E', 1});
  wrapped(line, columns());
  add({kEsc, 'E', 0});
}
void Page::large(std::string_view line) {
  size(2);
  wrapped(line, columns() / 2);
  size(1);
}
void Page::big(std::string_view word) {
  const int length = std::max(1, static_cast<int>(to_ascii(word).size()));
  const int times = std::clamp(columns() / length, 1, 8);
  size(times);
  wrapped(word, columns() / times);
  size(1);
}
void Page::pair(std::string_view name, std::string_view value) {
  const std::string n = to_ascii(name), v = to_ascii(value);
  const auto width = static_cast<std::size_t>(columns());
  if (n.size() + v.size() + 2 <= width) {
    text(n + std::string(width - n.size() - v.size(), ' ') + v);
    return;
  }
  text(n);
  add({kEsc, 'a', 2});
  text(v);
  left();
}
void Page::rule() { text(std::string(static_cast<std::size_t>(columns()), '-')); }

void Page::raster(const Raster& r) {
  const int row_bytes = (r.width + 7) / 8;
  add({kGs, 'v', '0', 0, row_bytes & 0xFF, row_bytes >> 8, r.height & 0xFF, r.height >> 8});
  out_.insert(out_.end(), r.bits.begin(), r.bits.end());
}

Bytes Page::finish() {
  feed(4);
  add({kGs, 'V', 66, 0});
  return std::move(out_);
}

}  // namespace kiosk::paper
