#include "terminal/window/raster.h"

#include <imgui.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "base/log.h"

namespace kiosk::window {

namespace {

struct Box {
  int x0, y0, x1, y1;
  bool empty() const { return x0 >= x1 || y0 >= y1; }
};

// a of 256 parts of `s` over `d`, two channels at a time.
inline std::uint32_t over(std::uint32_t d, std::uint32_t s, std::uint32_t a) {
  const std::uint32_t rb = d & 0xFF00FF, g = d & 0x00FF00;
  const std::uint32_t srb = s & 0xFF00FF, sg = s & 0x00FF00;
  return (((rb * (256 - a) + srb * a) >> 8) & 0xFF00FF) | (((g * (256 - a) + sg * a) >> 8) & 0x00FF00);
}

inline std::uint32_t of_256(std::uint32_t a) { return a + (a >> 7); }  // 0..255 -> 0..256

std::uint32_t rgb(ImU32 c) { return (c & 0xFF) << 16 | (c & 0xFF00) | ((c >> 16) & 0xFF); }

void fill(const Canvas& to, Box b, std::uint32_t colour, std::uint32_t alpha) {
  const auto n = static_cast<std::size_t>(b.x1 - b.x0);
  const std::uint32_t a = of_256(alpha);
  for (int y = b.y0; y < b.y1; ++y) {
    std::uint32_t* row = to.pixels + static_cast<std::ptrdiff_t>(y) * to.stride + b.x0;
    if (alpha == 255) {
      std::fill_n(row, n, colour);
    } else {
      for (std::size_t i = 0; i < n; ++i) row[i] = over(row[i], colour, a);
    }
  }
}

// Coverage at one to one, perhaps mirrored (u or v run backwards).
void coverage(const ui::Ui::Frame& f, const Canvas& to, Box b, int x, int y, int u, int v, int du, int dv,
              std::uint32_t colour, std::uint32_t alpha) {
  const std::uint32_t strength = of_256(alpha);
  for (int py = b.y0; py < b.y1; ++py) {
    const int ty = v + (py - y) * dv;
    if (ty < 0 || ty >= f.atlas_height) continue;
    const std::uint8_t* from = f.atlas + static_cast<std::ptrdiff_t>(ty) * f.atlas_width;
    std::uint32_t* row = to.pixels + static_cast<std::ptrdiff_t>(py) * to.stride;
    int tx = u + (b.x0 - x) * du;
    for (int px = b.x0; px < b.x1; ++px, tx += du) {
      if (tx < 0 || tx >= f.atlas_width) continue;
      const std::uint32_t c = from[tx];
      if (c == 0) continue;
      const std::uint32_t a = strength == 256 ? of_256(c) : (of_256(c) * strength) >> 8;
      row[px] = a >= 256 ? colour : over(row[px], colour, a);
    }
  }
}

// Coverage scaled to its quad, for letters larger than the atlas holds them: between its four neighbours.
void stretched(const ui::Ui::Frame& f, const Canvas& to, Box b, const ImDrawVert& first, const ImDrawVert& last,
               Box from, std::uint32_t colour, std::uint32_t alpha) {
  const float sx = static_cast<float>(from.x1 - from.x0) / (last.pos.x - first.pos.x);
  const float sy = static_cast<float>(from.y1 - from.y0) / (last.pos.y - first.pos.y);
  const std::uint32_t strength = of_256(alpha);
  const auto place = [](int p, float origin, float scale, int low, int high) {
    const float at = static_cast<float>(low) + (static_cast<float>(p) + 0.5f - origin) * scale - 0.5f;
    return std::clamp(at, static_cast<float>(low), static_cast<float>(high - 1));
  };
  for (int py = b.y0; py < b.y1; ++py) {
    const float fy = place(py, first.pos.y, sy, from.y0, from.y1);
    const int iy = static_cast<int>(fy), ny = std::min(iy + 1, from.y1 - 1);
    const float wy = fy - static_cast<float>(iy);
    const std::uint8_t* top = f.atlas + static_cast<std::ptrdiff_t>(iy) * f.atlas_width;
    const std::uint8_t* low = f.atlas + static_cast<std::ptrdiff_t>(ny) * f.atlas_width;
    std::uint32_t* row = to.pixels + static_cast<std::ptrdiff_t>(py) * to.stride;
    for (int px = b.x0; px < b.x1; ++px) {
      const float fx = place(px, first.pos.x, sx, from.x0, from.x1);
      const int ix = static_cast<int>(fx), nx = std::min(ix + 1, from.x1 - 1);
      const float wx = fx - static_cast<float>(ix);
      const float upper = static_cast<float>(top[ix]) * (1 - wx) + static_cast<float>(top[nx]) * wx;
      const float lower = static_cast<float>(low[ix]) * (1 - wx) + static_cast<float>(low[nx]) * wx;
      const auto c = static_cast<std::uint32_t>(upper * (1 - wy) + lower * wy + 0.5f);
      if (c == 0) continue;
      const std::uint32_t a = (of_256(c) * strength) >> 8;
      row[px] = a >= 256 ? colour : over(row[px], colour, a);
    }
  }
}

// A picture scaled to its quad: sampled between its four neighbours, or copied when the size is the same.
void picture(const ui::DrawPicture& p, const Canvas& to, Box b, float x0, float y0, float x1, float y1) {
  if (!p.image || p.image->empty()) return;
  const Image& im = *p.image;
  const int channels = im.channels();
  if (im.pixels.size() < im.stride() * static_cast<std::size_t>(im.height)) return;
  const float sx = static_cast<float>(im.width) / (x1 - x0), sy = static_cast<float>(im.height) / (y1 - y0);
  const bool same = std::abs(sx - 1) < 1e-3f && std::abs(sy - 1) < 1e-3f;
  const std::uint8_t* data = im.pixels.data();
  const auto stride = static_cast<std::ptrdiff_t>(im.stride());
  const auto sample = [&](const std::uint8_t* q, std::uint32_t& c, std::uint32_t& a) {
    if (channels == 1) {
      c = static_cast<std::uint32_t>(q[0]) * 0x010101U;
      a = 256;
    } else {
      c = static_cast<std::uint32_t>(q[2]) << 16 | static_cast<std::uint32_t>(q[1]) << 8 | q[0];
      a = channels == 4 ? of_256(q[3]) : 256;
    }
  };
  for (int py = b.y0; py < b.y1; ++py) {
    const float fy = std::clamp((static_cast<float>(py) + 0.5f - y0) * sy - (same ? 0 : 0.5f), 0.0f,
                                static_cast<float>(im.height - 1));
    const int iy = static_cast<int>(fy);
    const std::uint8_t* top = data + iy * stride;
    const std::uint8_t* low = data + std::min(iy + 1, im.height - 1) * stride;
    const auto wy = static_cast<std::uint32_t>((fy - static_cast<float>(iy)) * 256);
    std::uint32_t* row = to.pixels + static_cast<std::ptrdiff_t>(py) * to.stride;
    for (int px = b.x0; px < b.x1; ++px) {
      float fx = (static_cast<float>(px) + 0.5f - x0) * sx;
      if (p.mirrored) fx = static_cast<float>(im.width) - fx;
      fx = std::clamp(fx - (same ? 0 : 0.5f), 0.0f, static_cast<float>(im.width - 1));
      const int ix = static_cast<int>(fx);
      std::uint32_t c = 0, a = 0;
      sample(top + ix * channels, c, a);
      if (!same) {
        const int nx = std::min(ix + 1, im.width - 1);
        const auto wx = static_cast<std::uint32_t>((fx - static_cast<float>(ix)) * 256);
        std::uint32_t c1 = 0, c2 = 0, c3 = 0, a1 = 0, a2 = 0, a3 = 0;
        sample(top + nx * channels, c1, a1);
        sample(low + ix * channels, c2, a2);
        sample(low + nx * channels, c3, a3);
        c = over(over(c, c1, wx), over(c2, c3, wx), wy);
        a = ((a * (256 - wx) + a1 * wx) * (256 - wy) + (a2 * (256 - wx) + a3 * wx) * wy) >> 16;
      }
      if (a == 0) continue;
      row[px] = a >= 256 ? c : over(row[px], c, a);
    }
  }
}

}  // namespace

void draw(const ui::Ui::Frame& frame, const Canvas& canvas) {
  fill(canvas, {0, 0, canvas.width, canvas.height}, frame.ground, 255);
  if (frame.data == nullptr) return;
  for (int n = 0; n < frame.data->CmdListsCount; ++n) {
    const ImDrawList& list = *frame.data->CmdLists[n];
    for (const ImDrawCmd& cmd : list.CmdBuffer) {
      if (cmd.UserCallback != nullptr || cmd.ElemCount % 6 != 0) {
        log::error("a frame holds something that is not a quad");
        std::abort();
      }
      const Box clip{std::max(0, static_cast<int>(cmd.ClipRect.x)), std::max(0, static_cast<int>(cmd.ClipRect.y)),
                     std::min(canvas.width, static_cast<int>(cmd.ClipRect.z)),
                     std::min(canvas.height, static_cast<int>(cmd.ClipRect.w))};
      const ImDrawIdx* idx = list.IdxBuffer.Data + cmd.IdxOffset;
      const ImDrawVert* vtx = list.VtxBuffer.Data + cmd.VtxOffset;
      for (unsigned k = 0; k < cmd.ElemCount; k += 6) {
        const ImDrawVert& a = vtx[idx[k]];
        const ImDrawVert& c = vtx[idx[k + 2]];
        const auto x = static_cast<int>(std::lround(a.pos.x)), y = static_cast<int>(std::lround(a.pos.y));
        const Box quad{std::max(clip.x0, x), std::max(clip.y0, y),
                       std::min(clip.x1, static_cast<int>(std::lround(c.pos.x))),
                       std::min(clip.y1, static_cast<int>(std::lround(c.pos.y)))};
        if (quad.empty()) continue;
        const std::uint32_t alpha = a.col >> 24;
        if (cmd.TextureId != nullptr) {
          picture(*static_cast<const ui::DrawPicture*>(cmd.TextureId), canvas, quad, a.pos.x, a.pos.y, c.pos.x,
                  c.pos.y);
        } else if (a.uv.x == c.uv.x) {
          fill(canvas, quad, rgb(a.col), alpha);
        } else {
          const auto at = [](float t, int size) { return static_cast<int>(std::lround(t * static_cast<float>(size))); };
          const int u0 = at(a.uv.x, frame.atlas_width), u1 = at(c.uv.x, frame.atlas_width);
          const int v0 = at(a.uv.y, frame.atlas_height), v1 = at(c.uv.y, frame.atlas_height);
          const int du = u1 >= u0 ? 1 : -1, dv = v1 >= v0 ? 1 : -1;
          if (du > 0 && dv > 0 && (c.pos.x - a.pos.x) > static_cast<float>(u1 - u0) + 1) {
            const Box from{std::max(0, u0), std::max(0, v0), std::min(frame.atlas_width, u1),
                           std::min(frame.atlas_height, v1)};
            if (!from.empty()) stretched(frame, canvas, quad, a, c, from, rgb(a.col), alpha);
            continue;
          }
          coverage(frame, canvas, quad, x, y, du > 0 ? u0 : u0 - 1, dv > 0 ? v0 : v0 - 1, du, dv, rgb(a.col), alpha);
        }
      }
    }
  }
}

}  // namespace kiosk::window
