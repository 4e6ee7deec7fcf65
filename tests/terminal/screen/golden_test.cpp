// What every participant's page looks like, against small pictures that a person has looked at: a page that moved, lost
// a colour or its picture is named. Tolerance: the letters of another FreeType may differ a little.
// KIOSK_WRITE_GOLDEN=1 writes them anew (look at them!); KIOSK_SHOTS=FOLDER keeps what was drawn instead.
#include <cmath>
#include <fstream>
#include <sstream>

#include "kiosk_glass.h"
#include "kiosk_pages.h"
#include "terminal/vision/picture.h"

using namespace kiosk;
using namespace kiosk::test;

namespace {

constexpr int k_shrink = 24, k_columns = 12;
constexpr double k_mean_most = 3.0;  // of 255, over the page
constexpr double k_block_most = 48;  // of 255: a block of 4 x 4 points that is another thing

// The page, each k_shrink x k_shrink points of it one.
Image small(const Glass& glass, const ui::Ui& ui) {
  Image whole{glass.width, glass.height, PixelFormat::Bgra, {}};
  whole.pixels.resize(whole.stride() * static_cast<std::size_t>(glass.height));
  window::draw(ui.frame(),
               {reinterpret_cast<std::uint32_t*>(whole.pixels.data()), glass.width, glass.height, glass.width});
  Image out{glass.width / k_shrink, glass.height / k_shrink, PixelFormat::Bgr, {}};
  out.pixels.resize(out.stride() * static_cast<std::size_t>(out.height));
  for (int y = 0; y < out.height; ++y)
    for (int x = 0; x < out.width; ++x)
      for (std::size_t c = 0; c < 3; ++c) {
        unsigned sum = 0;
        for (int dy = 0; dy < k_shrink; ++dy)
          for (int dx = 0; dx < k_shrink; ++dx)
            sum += whole.pixels[static_cast<std::size_t>(y * k_shrink + dy) * whole.stride() +
                                static_cast<std::size_t>(x * k_shrink + dx) * 4 + c];
        out.pixels[static_cast<std::size_t>(y) * out.stride() + static_cast<std::size_t>(x) * 3 + c] =
            static_cast<std::uint8_t>(sum / (k_shrink * k_shrink));
      }
  return out;
}

struct Difference {
  double mean = 0, block = 0;
};
Difference difference(const Image& a, const Image& sheet, int left, int top) {
  Difference d;
  const auto at = [&](int x, int y, std::size_t c) {
    const double one = a.pixels[static_cast<std::size_t>(y) * a.stride() + static_cast<std::size_t>(x) * 3 + c];
    const double two =
        sheet.pixels[static_cast<std::size_t>(top + y) * sheet.stride() + static_cast<std::size_t>(left + x) * 3 + c];
    return one - two;
  };
  for (int y = 0; y < a.height; ++y)
    for (int x = 0; x < a.width; ++x)
      for (std::size_t c = 0; c < 3; ++c) d.mean += std::abs(at(x, y, c));
  d.mean /= static_cast<double>(a.pixels.size());
  for (int y = 0; y + 4 <= a.height; ++y)
    for (int x = 0; x + 4 <= a.width; ++x)
      for (std::size_t c = 0; c < 3; ++c) {
        double sum = 0;
        for (int dy = 0; dy < 4; ++dy)
          for (int dx = 0; dx < 4; ++dx) sum += at(x + dx, y + dy, c);
        d.block = std::max(d.block, std::abs(sum) / 16);
      }
  return d;
}

void paste(const Image& a, Image& sheet, int left, int top) {
  for (int y = 0; y < a.height; ++y)
    std::copy_n(a.pixels.begin() + static_cast<std::ptrdiff_t>(static_cast<std::size_t>(y) * a.stride()), a.stride(),
                sheet.pixels.begin() + static_cast<std::ptrdiff_t>(static_cast<std::size_t>(top + y) * sheet.stride() +
                                                                   static_cast<std::size_t>(left) * 3));
}

Bytes read_bytes(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void compare_all(const Glass& glass, const ui::Settings& settings, const std::string& name) {
  const char* source = std::getenv("KIOSK_SOURCE");
  const std::string folder = std::string(source ? source : ".") + "/tests/terminal/screen/golden/";
  const bool writing = std::getenv("KIOSK_WRITE_GOLDEN") != nullptr;
  const auto all = pages();
  const int w = glass.width / k_shrink, h = glass.height / k_shrink;
  const int rows = (static_cast<int>(all.size()) + k_columns - 1) / k_columns;
  Image sheet{k_columns * w, rows * h, PixelFormat::Bgr, {}};
  std::string list;
  for (const auto& page : all) list += page.name + "\n";
  if (writing) {
    sheet.pixels.assign(sheet.stride() * static_cast<std::size_t>(sheet.height), 0x80);
  } else {
    const auto names = read_bytes(folder + "pages.txt");
    REQUIRE_MESSAGE(std::string(names.begin(), names.end()) == list, "other pages than those of the sheet");
    auto known = vision::decode_picture(read_bytes(folder + name + ".png"));
    REQUIRE(known.ok());
    REQUIRE(known->width == sheet.width);
    REQUIRE(known->height == sheet.height);
    sheet = std::move(*known);
  }
  KioskGlass on(glass, settings);
  double worst = 0, worst_block = 0;
  for (std::size_t i = 0; i < all.size(); ++i) {
    Player p;
    all[i].walk(p);
    on.settle(p);
    on.rewind(p);
    const auto drawn = small(glass, on.ui());
    const int left = static_cast<int>(i) % k_columns * w, top = static_cast<int>(i) / k_columns * h;
    if (writing) {
      paste(drawn, sheet, left, top);
      continue;
    }
    const auto d = difference(drawn, sheet, left, top);
    worst = std::max(worst, d.mean);
    worst_block = std::max(worst_block, d.block);
    if (d.mean > k_mean_most || d.block > k_block_most) {
      FAIL_CHECK(all[i].name << " of " << name << " looks different: mean " << d.mean << ", block " << d.block);
      on.shoot("golden-" + name + "-" + all[i].name);
    }
  }
  MESSAGE(name << ": mean at most " << worst << ", block at most " << worst_block);
  if (!writing) return;
  ::mkdir(folder.c_str(), 0755);
  std::ofstream(folder + "pages.txt", std::ios::binary) << list;
  const auto png = vision::encode_png(sheet);
  REQUIRE(png.ok());
  std::ofstream(folder + name + ".png", std::ios::binary)
      .write(reinterpret_cast<const char*>(png->data()), static_cast<std::streamsize>(png->size()));
}

}  // namespace

TEST_CASE("golden: every page looks as it was looked at, portrait at 100 %") {
  compare_all({"portrait", 1080, 1920}, {}, "portrait");
}
TEST_CASE("golden: every page looks as it was looked at, landscape at 200 % in high contrast") {
  compare_all({"landscape", 1920, 1080}, {.size = ui::TextSize::Percent200, .contrast = true}, "landscape");
}
