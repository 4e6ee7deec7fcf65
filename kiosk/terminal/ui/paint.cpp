// From laid-out items to quads and tree nodes. Everything is an axis-aligned quad: nine-slice corners come from the
// atlas.
#include <imgui.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "terminal/ui/impl.h"

namespace kiosk::ui {

namespace {
ImU32 packed(Colour c, unsigned alpha) { return IM_COL32((c >> 16) & 255, (c >> 8) & 255, c & 255, alpha); }
ImDrawList& list() { return *ImGui::GetBackgroundDrawList(); }
}  // namespace

void Ui::Impl::rect(float x, float y, float w, float h, Colour c, unsigned alpha) {
  if (w <= 0 || h <= 0) return;
  ImDrawList& l = list();
  l.PrimReserve(6, 4);
  l.PrimRect({x, y}, {x + w, y + h}, packed(c, alpha));
}

void Ui::Impl::sprite(const Sprite& s, float x, float y, Colour c, unsigned alpha) {
  if (s.uv1.x <= s.uv0.x) return;
  ImDrawList& l = list();
  l.PrimReserve(6, 4);
  l.PrimRectUV({x, y}, {x + static_cast<float>(s.w), y + static_cast<float>(s.h)}, s.uv0, s.uv1, packed(c, alpha));
}

namespace {
// A quarter of a sprite: left/right and top/bottom half.
Sprite quarter(const Sprite& s, bool right, bool low) {
  Sprite q = s;
  const float mx = (s.uv0.x + s.uv1.x) / 2, my = (s.uv0.y + s.uv1.y) / 2;
  if (right)
    q.uv0.x = mx;
  else
    q.uv1.x = mx;
  if (low)
    q.uv0.y = my;
  else
    q.uv1.y = my;
  q.w /= 2;
  q.h /= 2;
  return q;
}
}  // namespace

void Ui::Impl::rounded(float x, float y, float w, float h, int radius, Colour c) {
  radius = std::min(radius, static_cast<int>(std::min(w, h) / 2));
  if (radius < 1) {
    rect(x, y, w, h, c);
    return;
  }
  const Sprite disc = sheet.disc(radius);
  const auto r = static_cast<float>(radius);
  sprite(quarter(disc, false, false), x, y, c);
  sprite(quarter(disc, true, false), x + w - r, y, c);
  sprite(quarter(disc, false, true), x, y + h - r, c);
  sprite(quarter(disc, true, true), x + w - r, y + h - r, c);
  rect(x + r, y, w - 2 * r, r, c);
  rect(x, y + r, w, h - 2 * r, c);
  rect(x + r, y + h - r, w - 2 * r, r, c);
}

void Ui::Impl::outline(float x, float y, float w, float h, int radius, int thickness, Colour c) {
  radius = std::min(radius, static_cast<int>(std::min(w, h) / 2));
  const auto t = static_cast<float>(thickness);
  if (radius <= thickness) {
    rect(x, y, w, t, c);
    rect(x, y + h - t, w, t, c);
    rect(x, y + t, t, h - 2 * t, c);
    rect(x + w - t, y + t, t, h - 2 * t, c);
    return;
  }
  const Sprite ring = sheet.ring(radius, thickness);
  const auto r = static_cast<float>(radius);
  sprite(quarter(ring, false, false), x, y, c);
  sprite(quarter(ring, true, false), x + w - r, y, c);
  sprite(quarter(ring, false, true), x, y + h - r, c);
  sprite(quarter(ring, true, true), x + w - r, y + h - r, c);
  rect(x + r, y, w - 2 * r, t, c);
  rect(x + r, y + h - t, w - 2 * r, t, c);
  rect(x, y + r, t, h - 2 * r, c);
  rect(x + w - t, y + r, t, h - 2 * r, c);
}

// Downward: the box's own shape, blurred, a little lower. Only what stands out beside the box is drawn.
void Ui::Impl::soft_shadow(float x, float y, float w, float h, int radius) {
  const int blur = std::max(2, static_cast<int>(px(kiosk() ? 2.4f : 1.0f)));
  const auto b = static_cast<float>(blur), drop = std::round(b * 0.7f);
  const Sprite corner = sheet.shadow(radius, blur);
  constexpr unsigned kAlpha = 34;
  const Colour c = 0x0A2A20;
  const float x0 = x - b, y0 = y - b + drop, x1 = x + w + b, y1 = y + h + b + drop;
  const auto n = static_cast<float>(corner.w);
  Sprite s = corner;
  sprite(s, x0, y0, c, kAlpha);
  std::swap(s.uv0.x, s.uv1.x);
  list().PrimReserve(6, 4);
  list().PrimRectUV({x1 - n, y0}, {x1, y0 + n}, s.uv0, s.uv1, packed(c, kAlpha));
  std::swap(s.uv0.y, s.uv1.y);
  list().PrimReserve(6, 4);
  list().PrimRectUV({x1 - n, y1 - n}, {x1, y1}, s.uv0, s.uv1, packed(c, kAlpha));
  std::swap(s.uv0.x, s.uv1.x);
  list().PrimReserve(6, 4);
  list().PrimRectUV({x0, y1 - n}, {x0 + n, y1}, s.uv0, s.uv1, packed(c, kAlpha));
  const int rings = 2 * blur;
  for (int k = 0; k < rings; ++k) {
    const float f = (static_cast<float>(k) + 0.5f) / static_cast<float>(rings);
    const auto alpha = static_cast<unsigned>(static_cast<float>(kAlpha) * f * f * (3 - 2 * f) + 0.5f);
    if (alpha == 0) continue;
    const auto o = static_cast<float>(k);
    if (y1 - o > y + h) rect(x0 + n, y1 - o - 1, w + 2 * b - 2 * n, 1, c, alpha);
    if (y0 + o < y) rect(x0 + n, y0 + o, w + 2 * b - 2 * n, 1, c, alpha);
    if (o < b) {
      rect(x0 + o, y0 + n, 1, h + 2 * b - 2 * n, c, alpha);
      rect(x1 - o - 1, y0 + n, 1, h + 2 * b - 2 * n, c, alpha);
    }
  }
}

void Ui::Impl::glyphs(const Item& item, float dy, float clip_top, float clip_bottom) {
  const ImFont* font = sheet.font(item.font);
  const float line_h = sheet.line_height(item.font);
  ImDrawList& l = list();
  const ImU32 ink = packed(item.ink, 255);
  for (std::size_t k = 0; k < item.lines.size(); ++k) {
    const TextLine& row = item.lines[k];
    const float spare = item.tight ? line_h * kTight : 0;
    const float y = item.y + dy - spare + line_h * static_cast<float>(k);
    if (y + line_h - spare > clip_bottom + 1 || y + spare < clip_top - 1) continue;
    float x = item.x;
    if (item.align == Align::Center) x += std::floor((item.w - row.width) / 2);
    if (item.align == Align::End) x += item.w - row.width;
    for (std::size_t i = row.begin; i < row.end;) {
      const ImFontGlyph* g = font->FindGlyph(static_cast<ImWchar>(next_code(item.text, i)));
      if (g == nullptr) continue;
      if (g->Visible) {
        const float gx = std::floor(x + g->X0 + 0.5f), gy = std::floor(y + g->Y0 + 0.5f);
        l.PrimReserve(6, 4);
        l.PrimRectUV({gx, gy}, {gx + g->X1 - g->X0, gy + g->Y1 - g->Y0}, {g->U0, g->V0}, {g->U1, g->V1}, ink);
      }
      x += g->AdvanceX;
    }
  }
}

const DrawPicture* Ui::Impl::drawing(Art art, int tall) {
  if (art == Art::None || tall < 8) return nullptr;
  auto& slot = art_cache[{static_cast<int>(art), tall}];
  if (!slot) {
    if (art_cache.size() > 12) {  // sizes of earlier pages
      art_cache.clear();
      return drawing(art, tall);
    }
    slot = std::make_unique<DrawPicture>();
    if (setup.draw_svg) {
      Image image = setup.draw_svg("pictures/" + std::string(file_name(art)), tall * 3 / 2, tall);
      if (!image.empty()) slot->image = std::make_shared<const Image>(std::move(image));
    }
  }
  return slot->image ? slot.get() : nullptr;
}

namespace {
constexpr Colour k_held = 0x35C46B;  // light enough over a camera picture

// In pixels, above 0 outside.
float from_oval(float dx, float dy, float rx, float ry) {
  const float ux = dx / rx, uy = dy / ry, e = std::sqrt(ux * ux + uy * uy);
  const float gradient = e > 0.001f ? std::sqrt(ux * ux / (rx * rx) + uy * uy / (ry * ry)) / e : 1 / rx;
  return (e - 1) / std::max(gradient, 1e-6f);
}
float from_card(float dx, float dy, float rx, float ry) {
  const float corner = rx * 0.07f;
  const float x = std::abs(dx) - rx + corner, y = std::abs(dy) - ry + corner;
  return std::hypot(std::max(x, 0.0f), std::max(y, 0.0f)) + std::min(std::max(x, y), 0.0f) - corner;
}
}  // namespace

CameraGuide face_guide(Tone tone, float held) {
  CameraGuide g;
  g.tone = tone;
  g.held = held;
  return g;
}

CameraGuide card_guide(const Image& picture, float width) {
  CameraGuide g;
  g.shape = CameraGuide::Shape::Card;
  g.cy = 0.5f;
  g.w = width;
  g.h = width * static_cast<float>(picture.width) / static_cast<float>(std::max(picture.height, 1)) * 54 / 85.6f;
  if (g.h > 0.9f) {  // an upright picture, or a wide one
    g.w *= 0.9f / g.h;
    g.h = 0.9f;
  }
  return g;
}

// The guide over the camera: outside darkened, the line in the tone's colour.
const DrawPicture* Ui::Impl::guide(const CameraGuide& g, int w, int h) {
  const Colour colour = g.tone == Tone::Good ? k_held : g.tone == Tone::Neutral ? 0xFFFFFF : 0xFFC64D;
  const auto k = [](float v) { return static_cast<int>(std::lround(v * 500)); };
  const GuideKey key{g.shape, w, h, k(g.cx), k(g.cy), k(g.w), k(g.h), colour};
  if (guide_cache.second && guide_cache.first == key) return guide_cache.second.get();
  Image image;
  image.width = w;
  image.height = h;
  image.format = PixelFormat::Bgra;
  image.pixels.resize(image.stride() * static_cast<std::size_t>(h));
  const float cx = g.cx * static_cast<float>(w), cy = g.cy * static_cast<float>(h);
  const float rx = g.w * static_cast<float>(w) / 2, ry = g.h * static_cast<float>(h) / 2;
  const float half = std::max(2.0f, px(0.7f));
  for (int y = 0; y < h; ++y) {
    for (int x = 0; x < w; ++x) {
      const float dx = static_cast<float>(x) + 0.5f - cx, dy = static_cast<float>(y) + 0.5f - cy;
      const float distance =
          g.shape == CameraGuide::Shape::Card ? from_card(dx, dy, rx, ry) : from_oval(dx, dy, rx, ry);
      const float line_cover = std::clamp(half - std::abs(distance) + 0.5f, 0.0f, 1.0f);
      const float shade = std::clamp(distance + 0.5f, 0.0f, 1.0f) * 0.5f * (1 - line_cover);
      std::uint8_t* out =
          &image.pixels[(static_cast<std::size_t>(y) * static_cast<std::size_t>(w) + static_cast<std::size_t>(x)) * 4];
      const Colour c = line_cover > 0 ? colour : 0;
      out[0] = static_cast<std::uint8_t>(c & 255);
      out[1] = static_cast<std::uint8_t>((c >> 8) & 255);
      out[2] = static_cast<std::uint8_t>((c >> 16) & 255);
      out[3] = static_cast<std::uint8_t>(255 * std::max(line_cover, shade) + 0.5f);
    }
  }
  guide_cache.first = key;
  guide_cache.second = std::make_unique<DrawPicture>();
  guide_cache.second->image = std::make_shared<const Image>(std::move(image));
  return guide_cache.second.get();
}

// From the top on clockwise around a face's oval: a bead after the other.
void Ui::Impl::held_part(const CameraGuide& g, float x, float y, float w, float h) {
  if (g.shape != CameraGuide::Shape::Face || g.held <= 0) return;
  constexpr int kBeads = 24;
  const float size = px(5), edge = std::max(1.0f, px(0.8f));
  const int held = static_cast<int>(std::lround(std::min(g.held, 1.0f) * kBeads));
  for (int k = 0; k < held; ++k) {
    const float angle = (static_cast<float>(k) / kBeads - 0.25f) * 2 * std::numbers::pi_v<float>;
    const float bx = std::floor(x + (g.cx + g.w / 2 * std::cos(angle)) * w - size / 2);
    const float by = std::floor(y + (g.cy + g.h / 2 * std::sin(angle)) * h - size / 2);
    rounded(bx - edge, by - edge, size + 2 * edge, size + 2 * edge, static_cast<int>(size / 2 + edge), 0xFFFFFF);
    rounded(bx, by, size, size, static_cast<int>(size / 2), k_held);
  }
}

void Ui::Impl::record(const Item& item, float dy, bool visible, bool cut) {
  Node& n = nodes[static_cast<std::size_t>(item.node)];
  const float k = setup.mm_per_px;
  n.rect = {item.x * k, (item.y + dy) * k, item.w * k, item.h * k};
  n.visible = visible;
  n.clipped = visible && cut;
}

void Ui::Impl::paint_item(int i, float dy, float clip_top, float clip_bottom, bool paged) {
  const Item& it = at(i);
  const float y = it.y + dy;
  bool outside = paged && (y >= clip_bottom - 0.5f || y + it.h <= clip_top + 0.5f);
  bool cut = paged && !outside && (y < clip_top - 1.5f || y + it.h > clip_bottom + 1.5f);
  // What would be cut here and fits a page is whole on the page before or after.
  const bool one = it.solid || it.kind == Item::Kind::Icon || it.kind == Item::Kind::Picture;
  if (cut && one && it.h <= clip_bottom - clip_top) {
    outside = true;
    cut = false;
    clip_top = clip_bottom = y + it.h;  // with all that is in it
  }
  if (it.node >= 0) {
    // A parted card or text is whole on the pages it spans; a control or picture must not be cut.
    record(it, dy, !outside, cut && it.solid);
    if (cut && !it.solid) {
      Node& n = nodes[static_cast<std::size_t>(it.node)];
      const float top = std::max(y, clip_top), low = std::min(y + it.h, clip_bottom);
      n.rect.y = top * setup.mm_per_px;
      n.rect.h = std::max(0.0f, low - top) * setup.mm_per_px;
    }
    if (paged) {
      std::size_t on = 0;
      for (std::size_t k = 0; k < pages.size(); ++k)
        if (it.y >= pages[k].top - 1.5f) on = k;
      node_part[nodes[static_cast<std::size_t>(it.node)].id] = on;
    }
  }
  if (!outside) {
    switch (it.kind) {
      case Item::Kind::Box: {
        if (it.shadow && p().shadows) soft_shadow(it.x, y, it.w, it.h, std::min(it.radius, static_cast<int>(it.h / 2)));
        if (it.fill) {
          if (it.strip)
            rect(it.x, y, it.w, it.h, *it.fill);
          else
            rounded(it.x, y, it.w, it.h, it.radius, *it.fill);
        }
        if (it.part >= 0)
          rounded(it.x, y, std::max(it.h, std::floor(it.w * std::min(1.0f, it.part))), it.h, it.radius, it.ink);
        if (it.line) {
          if (it.strip)
            rect(it.x, i == header ? y + it.h - it.line_px : y, it.w, it.line_px, *it.line);
          else
            outline(it.x, y, it.w, it.h, it.radius, static_cast<int>(it.line_px), *it.line);
        }
        if (it.node >= 0 && nodes[static_cast<std::size_t>(it.node)].focused) {
          const float away = px(kiosk() ? 0.8f : 0.5f);
          const int thick = static_cast<int>(px(kiosk() ? 1.2f : 0.7f));
          const float o = away + static_cast<float>(thick);
          outline(it.x - o, y - o, it.w + 2 * o, it.h + 2 * o, it.radius + static_cast<int>(o), thick, p().focus);
        }
        break;
      }
      case Item::Kind::Text:
        glyphs(it, dy, paged ? clip_top : -1e6f, paged ? clip_bottom : 1e6f);
        break;
      case Item::Kind::Icon:
        sprite(sheet.icon(it.icon, static_cast<int>(it.icon_px)), it.x, y, it.ink);
        break;
      case Item::Kind::Picture: {
        if (it.picture == nullptr) break;
        float w = it.w, h = it.h;
        if (w > h * it.aspect)
          w = std::floor(h * it.aspect);
        else
          h = std::floor(w / it.aspect);
        const float x = it.align == Align::Center ? it.x + std::floor((it.w - w) / 2) : it.x;
        list().AddImage(const_cast<DrawPicture*>(it.picture), {x, y}, {x + w, y + h}, {0, 0}, {1, 1});
        for (const GuideAt& g : guides) {
          if (g.item != i) continue;
          list().AddImage(const_cast<DrawPicture*>(guide(g.guide, static_cast<int>(w), static_cast<int>(h))), {x, y},
                          {x + w, y + h});
          held_part(g.guide, x, y, w, h);
        }
        break;
      }
      case Item::Kind::Space:
        break;
    }
  }
  for (int c = it.first; c >= 0; c = at(c).next) paint_item(c, dy, clip_top, clip_bottom, paged);
}

void Ui::Impl::paint() {
  node_part.clear();
  if (content >= 0) {
    if (pages.empty()) {
      paint_item(content, 0, 0, 0, false);
    } else {
      const float dy = view_top - pages[part].top + (part > 0 ? px(m().gap) : 0);
      const float end = part + 1 < parts ? std::min(view_bottom, pages[part].end + dy) : view_bottom;
      const float begin = view_top + (part > 0 ? px(m().gap) - 1 : 0);  // what the page before ended with stays hidden
      list().PushClipRect({0, begin}, {static_cast<float>(setup.width_px), end});
      paint_item(content, dy, part > 0 ? view_top + px(m().gap) : view_top, end, true);
      list().PopClipRect();
    }
  }
  for (const int root_item : {header, footer, scroll, toasts})
    if (root_item >= 0) paint_item(root_item, 0, 0, 0, false);
  if (modal >= 0) {
    rect(0, 0, static_cast<float>(setup.width_px), static_cast<float>(setup.height_px), 0x06140F,
         settings.contrast ? 200 : 150);
    paint_item(modal, 0, 0, 0, false);
  }
  // Keys walk the page first, then scroll, then the footer; tools last.
  const auto rank = [&](const Node& n) {
    if (n.id.starts_with("tool.")) return 4;
    if (n.id == "page.primary") return 2;
    if (n.id.starts_with("page.")) return 3;
    if (n.id.starts_with("scroll.")) return 1;
    return 0;
  };
  int order = 0;
  for (int r = 0; r <= 4; ++r)
    for (Node& n : nodes)
      if (n.touchable && n.enabled && rank(n) == r) n.focus = order++;
  // Read in the order of the keys: the page, its scroll, then the footer.
  std::stable_sort(nodes.begin(), nodes.end(), [&](const Node& a, const Node& b) {
    return (a.touchable ? rank(a) : 0) < (b.touchable ? rank(b) : 0);
  });
  tree.nodes.swap(nodes);
  tree.width_mm = width_mm();
  tree.height_mm = height_mm();
}

}  // namespace kiosk::ui
