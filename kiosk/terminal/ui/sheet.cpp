#include "terminal/ui/sheet.h"

#include <ft2build.h>
#include FT_FREETYPE_H
#include FT_TRUETYPE_TABLES_H
#include <imgui_freetype.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <utility>
#include <vector>

#include "base/letters.h"
#include "base/log.h"

namespace kiosk::ui {

namespace {

constexpr int kAreaWidth = 1024, kAreaHeight = 900;
// The builder of ImGui 1.86 writes past its buffer for a letter of more than 65,536 pixels (256 KiB of RGBA), which no
// letter of our fonts has up to this line height. Larger ones are stretched from it.
constexpr float kLargestLine = 300;

void stretch(ImFont& font, float by) {
  for (ImFontGlyph& g : font.Glyphs) {
    g.X0 *= by;
    g.X1 *= by;
    g.Y0 *= by;
    g.Y1 *= by;
    g.AdvanceX *= by;
  }
  for (float& advance : font.IndexAdvanceX) advance *= by;
  font.FallbackAdvanceX *= by;
}

struct Face {
  std::string file;
  double line_per_cap = 1.9;  // (ascender - descender) / capital height
};

// The line height of a font per capital height, from its OS/2 table. Empty file: not readable.
Face open_face(const std::string& file) {
  Face face;
  FT_Library library = nullptr;
  if (FT_Init_FreeType(&library) != 0) return face;
  FT_Face ft = nullptr;
  if (FT_New_Face(library, file.c_str(), 0, &ft) == 0) {
    face.file = file;
    const auto* os2 = static_cast<const TT_OS2*>(FT_Get_Sfnt_Table(ft, FT_SFNT_OS2));
    if (os2 != nullptr && os2->version >= 2 && os2->sCapHeight > 0)
      face.line_per_cap = static_cast<double>(ft->ascender - ft->descender) / os2->sCapHeight;
    FT_Done_Face(ft);
  }
  FT_Done_FreeType(library);
  return face;
}

// Fonts are Debian's (fonts-noto-core); DejaVu stands in where it is missing, so that a screen never stays empty.
Face find_face(bool bold) {
  std::array<std::string, 4> candidates;
  if (const char* folder = std::getenv("KIOSK_FONTS"))
    candidates[0] = std::string(folder) + (bold ? "/NotoSans-Bold.ttf" : "/NotoSans-Regular.ttf");
  candidates[1] = std::string("/usr/share/fonts/truetype/noto/NotoSans-") + (bold ? "Bold.ttf" : "Regular.ttf");
  candidates[2] = std::string("/usr/share/fonts/noto/NotoSans-") + (bold ? "Bold.ttf" : "Regular.ttf");
  candidates[3] = std::string("/usr/share/fonts/truetype/dejavu/DejaVuSans") + (bold ? "-Bold.ttf" : ".ttf");
  for (const std::string& c : candidates) {
    if (c.empty()) continue;
    const Face face = open_face(c);
    if (!face.file.empty()) return face;
  }
  return {};
}

// The table of base/letters.h as ImGui wants it: 16 or 32 bits, a 0 behind.
constexpr auto kLetters = [] {
  std::array<ImWchar, k_screen_letters.size() + 1> out{};
  for (std::size_t i = 0; i < k_screen_letters.size(); ++i) out[i] = static_cast<ImWchar>(k_screen_letters[i]);
  return out;
}();
constexpr const ImWchar* kText = kLetters.data();
constexpr ImWchar kDisplay[] = {0x20, 0x7A, 0xB7, 0xB7, 0x2013, 0x2014, 0x2022, 0x2022, 0};

}  // namespace

unsigned next_code(std::string_view s, std::size_t& i) {
  const auto byte = [&](std::size_t k) { return static_cast<unsigned>(static_cast<unsigned char>(s[k])); };
  const unsigned a = byte(i);
  const unsigned n = a < 0x80 ? 1 : a >= 0xF0 ? 4 : a >= 0xE0 ? 3 : a >= 0xC0 ? 2 : 0;
  if (n == 0 || i + n > s.size()) {
    ++i;
    return 0xFFFD;
  }
  unsigned c = n == 1 ? a : a & (0xFFU >> (n + 1));
  for (unsigned k = 1; k < n; ++k) c = (c << 6) | (byte(i + k) & 0x3F);
  i += n;
  return c;
}

void Sheet::build(ImFontAtlas& atlas, Density density, TextSize size, float mm_per_px) {
  atlas_ = &atlas;
  atlas.Clear();
  atlas.FontBuilderIO = ImGuiFreeType::GetBuilderForFreeType();
  atlas.Flags = ImFontAtlasFlags_NoMouseCursors | ImFontAtlasFlags_NoBakedLines;
  atlas.TexDesiredWidth = 2048;
  const Metrics& m = metrics(density);
  const float scale = static_cast<float>(size) / 100.0f;
  static const Face regular = find_face(false), bold = find_face(true);
  // Headings grow more slowly than what is read, but always stand above it.
  const float body = m.cap_body * scale, small = m.cap_small * scale;
  const float title = std::max(m.cap_title * (1 + (scale - 1) * 0.55f), body * 1.12f);
  const float display = m.cap_display * (1 + (scale - 1) * 0.15f);
  std::vector<std::pair<ImFont*, float>> larger;
  const auto add = [&](Font role, const Face& face, float cap_mm, const ImWchar* ranges) {
    const auto wanted = static_cast<float>(std::round(cap_mm / mm_per_px * face.line_per_cap));
    const float px = std::min(wanted, kLargestLine);
    ImFontConfig config;
    config.OversampleH = config.OversampleV = 1;
    config.PixelSnapH = true;
    config.FontBuilderFlags = ImGuiFreeTypeBuilderFlags_LightHinting;
    ImFont* font = nullptr;
    if (!face.file.empty()) font = atlas.AddFontFromFileTTF(face.file.c_str(), px, &config, ranges);
    if (font == nullptr) {
      log::error("no readable font: install fonts-noto-core");
      config.SizePixels = px;
      font = atlas.AddFontDefault(&config);
    }
    fonts_[index(role)] = font;
    if (wanted > px) larger.emplace_back(font, wanted / px);
    lines_[index(role)] = wanted;
    caps_[index(role)] = cap_mm / mm_per_px;
  };
  const auto share = [&](Font role, Font other) {
    fonts_[index(role)] = fonts_[index(other)];
    lines_[index(role)] = lines_[index(other)];
    caps_[index(role)] = caps_[index(other)];
  };
  add(Font::Body, regular, body, kText);
  add(Font::Strong, bold, body, kText);
  if (small < body) {
    add(Font::Small, regular, small, kText);
    add(Font::SmallStrong, bold, small, kText);
  } else {
    share(Font::Small, Font::Body);
    share(Font::SmallStrong, Font::Strong);
  }
  add(Font::Title, bold, title, kText);
  add(Font::Display, bold, display, kDisplay);
  const int area = atlas.AddCustomRectRegular(kAreaWidth, kAreaHeight);
  atlas.Build();
  for (const auto& [font, by] : larger) stretch(*font, by);
  const ImFontAtlasCustomRect* rect = atlas.GetCustomRectByIndex(area);
  area_x_ = rect->X;
  area_y_ = rect->Y;
  shelf_x_ = shelf_y_ = shelf_h_ = 0;
  unsigned char* pixels = nullptr;
  int w = 0, h = 0;
  atlas.GetTexDataAsAlpha8(&pixels, &w, &h);
  for (int y = 0; y < kAreaHeight; ++y) std::fill_n(pixels + (area_y_ + y) * w + area_x_, kAreaWidth, std::uint8_t{0});
  sprites_.clear();
  ++revision_;
}

float Sheet::width(Font f, std::string_view text) const {
  const ImFont* font = fonts_[index(f)];
  float w = 0;
  for (std::size_t i = 0; i < text.size();) w += font->GetCharAdvance(static_cast<ImWchar>(next_code(text, i)));
  return w;
}

template <class Coverage>
const Sprite& Sheet::bake(SpriteKey key, int w, int h, Coverage coverage) {
  if (const auto it = sprites_.find(key); it != sprites_.end()) return it->second;
  if (shelf_x_ + w + 1 > kAreaWidth) {
    shelf_x_ = 0;
    shelf_y_ += shelf_h_ + 1;
    shelf_h_ = 0;
  }
  Sprite sprite{{}, {}, w, h};
  if (shelf_y_ + h + 1 > kAreaHeight || w + 1 > kAreaWidth) {
    log::warn("no room for a drawing in the atlas", {{"width", w}, {"height", h}});
    return sprites_.emplace(key, sprite).first->second;
  }
  unsigned char* pixels = nullptr;
  int tw = 0, th = 0;
  atlas_->GetTexDataAsAlpha8(&pixels, &tw, &th);
  const int x0 = area_x_ + shelf_x_, y0 = area_y_ + shelf_y_;
  for (int y = 0; y < h; ++y)
    for (int x = 0; x < w; ++x)
      pixels[(y0 + y) * tw + x0 + x] =
          static_cast<std::uint8_t>(std::clamp(coverage(x, y) * 255.0f + 0.5f, 0.0f, 255.0f));
  sprite.uv0 = {static_cast<float>(x0) / static_cast<float>(tw), static_cast<float>(y0) / static_cast<float>(th)};
  sprite.uv1 = {static_cast<float>(x0 + w) / static_cast<float>(tw),
                static_cast<float>(y0 + h) / static_cast<float>(th)};
  shelf_x_ += w + 1;
  shelf_h_ = std::max(shelf_h_, h);
  ++revision_;
  return sprites_.emplace(key, sprite).first->second;
}

namespace {
// How much of a pixel lies inside a circle around (r, r).
float inside(int x, int y, float r, float radius) {
  const float dx = static_cast<float>(x) + 0.5f - r, dy = static_cast<float>(y) + 0.5f - r;
  return std::clamp(radius - std::sqrt(dx * dx + dy * dy) + 0.5f, 0.0f, 1.0f);
}
}  // namespace

const Sprite& Sheet::disc(int radius) {
  const auto r = static_cast<float>(radius);
  return bake({0, radius, 0}, 2 * radius, 2 * radius, [r](int x, int y) { return inside(x, y, r, r); });
}

const Sprite& Sheet::ring(int radius, int thickness) {
  const auto r = static_cast<float>(radius), t = static_cast<float>(thickness);
  return bake({1, radius, thickness}, 2 * radius, 2 * radius,
              [r, t](int x, int y) { return inside(x, y, r, r) - inside(x, y, r, r - t); });
}

const Sprite& Sheet::shadow(int radius, int blur) {
  const int n = radius + 2 * blur;
  const auto r = static_cast<float>(radius), b = static_cast<float>(blur);
  return bake({2, radius, blur}, n, n, [r, b](int x, int y) {
    // Distance to the rounded corner's edge (its box begins `blur` in), eased over 2 x blur.
    const float cx = b + r, px = static_cast<float>(x) + 0.5f, py = static_cast<float>(y) + 0.5f;
    float d = 0;  // > 0 inside
    if (px < cx && py < cx)
      d = r - std::hypot(cx - px, cx - py);
    else
      d = std::min(px, py) - b;
    const float s = std::clamp((d + b) / (2 * b), 0.0f, 1.0f);
    return s * s * (3 - 2 * s);
  });
}

const Sprite& Sheet::icon(Icon icon, int px) {
  const SpriteKey key{3 + static_cast<int>(icon), px, 0};
  if (const auto it = sprites_.find(key); it != sprites_.end()) return it->second;
  Image image;
  if (draw_svg_ && icon != Icon::None) image = draw_svg_("icons/" + std::string(file_name(icon)), px, px);
  if (image.format != PixelFormat::Bgra || image.width != px || image.height != px) image = {};
  return bake(key, px, px, [&](int x, int y) {
    if (image.empty()) return 0.0f;
    return static_cast<float>(image.pixels[static_cast<std::size_t>((y * px + x) * 4 + 3)]) / 255.0f;
  });
}

}  // namespace kiosk::ui
