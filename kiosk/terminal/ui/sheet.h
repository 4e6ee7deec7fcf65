// Fonts and small drawings in one alpha atlas: glyphs by FreeType, discs, rings, shadows and icons as sprites on
// demand. Internal to ui. Thread: UI thread. Units: pixels (sizes come from Theme's millimetres).
#pragma once
#include <imgui.h>

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <tuple>

#include "base/image.h"
#include "base/result.h"
#include "terminal/ui/icons.h"
#include "terminal/ui/theme.h"

namespace kiosk::ui {

enum class Font { Body, Strong, Small, SmallStrong, Title, Display, Count_ };

struct Sprite {
  ImVec2 uv0{}, uv1{};
  int w = 0, h = 0;
};

class Sheet {
 public:
  using DrawSvg = std::function<Image(std::string_view file, int w, int h)>;
  explicit Sheet(DrawSvg draw) : draw_svg_(std::move(draw)) {}

  // Makes the fonts of a density and text size; 30-40 ms. The sprites are made again when asked for.
  void build(ImFontAtlas& atlas, Density density, TextSize size, float mm_per_px);

  float line_height(Font font) const { return lines_[index(font)]; }
  float cap_height(Font font) const { return caps_[index(font)]; }
  ImFont* font(Font font) const { return fonts_[index(font)]; }
  float width(Font font, std::string_view text) const;

  const Sprite& disc(int radius);
  const Sprite& ring(int radius, int thickness);
  const Sprite& shadow(int radius, int blur);  // a quarter: top left corner of a blurred rounded box
  const Sprite& icon(Icon icon, int px);

  std::uint64_t revision() const { return revision_; }

 private:
  static std::size_t index(Font f) { return static_cast<std::size_t>(f); }
  using SpriteKey = std::tuple<int, int, int>;
  template <class Coverage>
  const Sprite& bake(SpriteKey key, int w, int h, Coverage coverage);

  DrawSvg draw_svg_;
  ImFontAtlas* atlas_ = nullptr;
  ImFont* fonts_[static_cast<std::size_t>(Font::Count_)]{};
  float lines_[static_cast<std::size_t>(Font::Count_)]{}, caps_[static_cast<std::size_t>(Font::Count_)]{};
  std::map<SpriteKey, Sprite> sprites_;
  int area_x_ = 0, area_y_ = 0, shelf_x_ = 0, shelf_y_ = 0, shelf_h_ = 0;  // the sprites' own part of the atlas
  std::uint64_t revision_ = 0;
};

// Next code point of UTF-8 text; advances `i` by at least one. Broken bytes give U+FFFD.
unsigned next_code(std::string_view text, std::size_t& i);

}  // namespace kiosk::ui
