// A page of ESC/POS under construction: text in the printer's font A, sizes, rasters, the cut. Inside this room only.
// Source: Epson ESC/POS command reference; only commands that every receipt printer knows.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "terminal/paper/paper.h"

namespace kiosk::paper {

// One bit a dot, rows padded to bytes, 1 prints black.
struct Raster {
  int width = 0, height = 0;
  Bytes bits;
  Raster(int w, int h) : width(w), height(h), bits(static_cast<std::size_t>((w + 7) / 8 * h)) {}
  void set(int x, int y);
  bool is_set(int x, int y) const;
};

// Empty when the content is too long for a code of that size.
std::vector<Raster> qr_raster(const std::string& content, int max_dots);
Raster logo();

// Text a receipt printer can print whatever its code page, in ASCII (base/spelling.h): never "?" for a letter it lacks.
std::string to_ascii(std::string_view utf8);

class Page {
 public:
  explicit Page(Roll roll);
  int dots() const { return roll_ == Roll::Mm80 ? 576 : 384; }
  int columns() const { return dots() / 12; }  // of font A

  void left();
  void centre();
  void text(std::string_view line);  // wrapped between words
  void strong(std::string_view line);
  void big(std::string_view word);                           // as large as fits the roll, up to 8 times
  void large(std::string_view line);                         // twice as high and wide, wrapped
  void pair(std::string_view name, std::string_view value);  // name left, value right; two lines when too long
  void rule();
  void feed(int lines);
  void raster(const Raster& picture);
  Bytes finish();  // feeds past the cutter and cuts

 private:
  void add(std::initializer_list<int> bytes);
  void size(int times);
  void wrapped(std::string_view line, int columns);
  Roll roll_;
  Bytes out_;
};

}  // namespace kiosk::paper
