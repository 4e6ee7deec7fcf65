#include "terminal/ui/layout.h"

#include <algorithm>
#include <cmath>

namespace kiosk::ui {

namespace {
float text_width_least(const Sheet& sheet, const Item& t) {
  float widest = 0, word = 0;
  const ImFont* font = sheet.font(t.font);
  for (std::size_t i = 0; i < t.text.size();) {
    const unsigned c = next_code(t.text, i);
    if (c == ' ' || c == '\n') {
      widest = std::max(widest, word);
      word = 0;
    } else {
      word += font->GetCharAdvance(static_cast<ImWchar>(c));
    }
  }
  return std::max(widest, word);
}
}  // namespace

float Arranger::natural_width(int i) const {
  const Item& it = at(i);
  float w = 0;
  switch (it.kind) {
    case Item::Kind::Text: {
      float line = 0;
      const ImFont* font = sheet_.font(it.font);
      for (std::size_t k = 0; k < it.text.size();) {
        const unsigned c = next_code(it.text, k);
        if (c == '\n') {
          w = std::max(w, line);
          line = 0;
        } else {
          line += font->GetCharAdvance(static_cast<ImWchar>(c));
        }
      }
      w = std::max(w, line);
      break;
    }
    case Item::Kind::Icon:
      w = it.icon_px;
      break;
    case Item::Kind::Picture:
      w = it.max_h * it.aspect;
      break;
    case Item::Kind::Space:
      w = it.min_w;
      break;
    case Item::Kind::Box: {
      int n = 0;
      for (int c = it.first; c >= 0; c = at(c).next, ++n) {
        const float cw = natural_width(c);
        const bool side = it.flow == Flow::Row || it.flow == Flow::Cells;
        w = side ? w + cw + (n > 0 ? it.gap : 0) : std::max(w, cw);
      }
      if (it.flow == Flow::Grid || it.flow == Flow::Split) {
        const auto columns = static_cast<float>(it.flow == Flow::Split ? 2 : std::min(n, it.column_max));
        w = w * columns + it.gap * std::max(0.0f, columns - 1);
      }
      w += 2 * it.pad_x;
      break;
    }
  }
  w = std::max(w, it.min_w);
  return std::ceil(it.max_w > 0 ? std::min(w, it.max_w) : w);
}

float Arranger::least_width(int i) const {
  const Item& it = at(i);
  float w = 0;
  switch (it.kind) {
    case Item::Kind::Text:
      w = text_width_least(sheet_, it);
      break;
    case Item::Kind::Icon:
      w = it.icon_px;
      break;
    case Item::Kind::Picture:
      w = std::min(it.max_h * it.aspect, it.min_h * it.aspect);
      break;
    case Item::Kind::Space:
      w = it.min_w;
      break;
    case Item::Kind::Box: {
      int n = 0;
      for (int c = it.first; c >= 0; c = at(c).next, ++n) {
        const float cw = least_width(c);
        w = it.flow == Flow::Row && it.together ? w + cw + (n > 0 ? it.gap : 0) : std::max(w, cw);
      }
      w += 2 * it.pad_x;
      break;
    }
  }
  return std::ceil(std::max(w, it.kind == Item::Kind::Box ? it.min_w : 0));
}

void Arranger::wrap(Item& t, float width) const {
  t.lines.clear();
  const ImFont* font = sheet_.font(t.font);
  const std::string& s = t.text;
  std::size_t begin = 0, last_space = std::string::npos;
  float line = 0, at_space = 0;
  const auto emit = [&](std::size_t end, float w) { t.lines.push_back({begin, end, w}); };
  for (std::size_t i = 0; i < s.size();) {
    const std::size_t here = i;
    const unsigned c = next_code(s, i);
    if (c == '\n') {
      emit(here, line);
      begin = i;
      line = 0;
      last_space = std::string::npos;
      continue;
    }
    const float advance = font->GetCharAdvance(static_cast<ImWchar>(c));
    if (c == ' ') {
      last_space = here;
      at_space = line;
    } else if (line + advance > width + 0.5f && here > begin) {
      if (last_space != std::string::npos) {
        emit(last_space, at_space);
        begin = last_space + 1;
        line = sheet_.width(t.font, std::string_view(s).substr(begin, here - begin));
      } else {  // one word wider than the box: parted between letters
        emit(here, line);
        begin = here;
        line = 0;
      }
      last_space = std::string::npos;
    }
    line += advance;
  }
  if (begin < s.size() || t.lines.empty()) emit(s.size(), line);
}

float Arranger::measure(int i, float width) {
  Item& it = at(i);
  if (it.max_w > 0) width = std::min(width, it.max_w);
  it.w = width;
  float h = 0;
  switch (it.kind) {
    case Item::Kind::Text:
      wrap(it, width);
      h = (static_cast<float>(it.lines.size()) - (it.tight ? 2 * kTight : 0)) * sheet_.line_height(it.font);
      break;
    case Item::Kind::Icon:
      h = it.icon_px;
      break;
    case Item::Kind::Picture:
      h = std::min(it.min_h > 0 ? it.min_h : it.max_h, width / it.aspect);
      break;
    case Item::Kind::Space:
      h = it.min_h;
      break;
    case Item::Kind::Box: {
      const float inner = std::max(1.0f, width - 2 * it.pad_x);
      switch (it.flow) {
        case Flow::Column: {
          int n = 0;
          for (int c = it.first; c >= 0; c = at(c).next, ++n) {
            Item& child = at(c);
            float cw = inner;
            if (it.cross != Align::Stretch && child.kind != Item::Kind::Text) cw = std::min(inner, natural_width(c));
            if (n > 0) h += it.gap;
            h += measure(c, cw);
          }
          break;
        }
        case Flow::Row:
          h = measure_row(it, inner);
          break;
        case Flow::Grid:
          h = measure_grid(it, inner);
          break;
        case Flow::Split:
          h = measure_split(it, inner);
          break;
        case Flow::Cells:
          h = measure_cells(it, inner);
          break;
      }
      h = std::max(h + 2 * it.pad_y, it.min_h);
      break;
    }
  }
  it.h = std::ceil(h);
  return it.h;
}

// Children go into lines as wide as the box; a growing child may shrink to its longest word before it moves down.
float Arranger::measure_row(Item& box, float inner) {
  float total = 0;
  int line_no = 0, c = box.first;
  while (c >= 0) {
    float used = 0, grow = 0;
    int n = 0, end = c;
    for (; end >= 0; end = at(end).next, ++n) {
      const Item& child = at(end);
      const float basis = std::min(inner, child.grow_w > 0 && !child.whole ? least_width(end) : natural_width(end));
      if (n > 0 && used + box.gap + basis > inner + 0.5f) break;
      used += basis + (n > 0 ? box.gap : 0);
      grow += child.grow_w;
    }
    float x = 0, tallest = 0;
    const float free = std::max(0.0f, inner - used);
    for (int k = c; k != end; k = at(k).next) {
      Item& child = at(k);
      float w = std::min(inner, child.grow_w > 0 && !child.whole ? least_width(k) : natural_width(k));
      if (child.grow_w > 0) w = std::floor(w + free * child.grow_w / grow);
      child.line_no = line_no;
      child.rel_x = x;
      child.rel_y = total;
      tallest = std::max(tallest, measure(k, w));
      x += w + box.gap;
    }
    total += tallest + (end >= 0 ? box.gap : 0);
    c = end;
    ++line_no;
  }
  box.columns = line_no;
  return total;
}

float Arranger::measure_grid(Item& box, float inner) {
  float least = box.column_min;
  int n = 0;
  for (int c = box.first; c >= 0; c = at(c).next, ++n) least = std::max(least, least_width(c));
  int columns = std::clamp(static_cast<int>((inner + box.gap) / (least + box.gap)), 1, std::max(1, box.column_max));
  columns = std::max(1, std::min(columns, n));
  const float cell = std::floor((inner - box.gap * static_cast<float>(columns - 1)) / static_cast<float>(columns));
  box.columns = columns;
  const auto wider =
      static_cast<int>(inner - box.gap * static_cast<float>(columns - 1) - cell * static_cast<float>(columns));
  float tallest = 0, row = 0, total = 0;
  int k = 0;
  for (int c = box.first; c >= 0; c = at(c).next, ++k) {
    row = std::max(row, measure(c, cell + (k % columns < wider ? 1.0f : 0.0f)));
    tallest = std::max(tallest, row);
    if (k % columns == columns - 1 || at(c).next < 0) {
      total += row + (at(c).next >= 0 ? box.gap : 0);
      row = 0;
    }
  }
  const int rows = (n + columns - 1) / columns;
  // Growing grids (home) keep all rows alike; others are as tall as each row needs.
  return box.grow_h > 0 ? tallest * static_cast<float>(rows) + box.gap * static_cast<float>(std::max(0, rows - 1))
                        : total;
}

float Arranger::measure_split(Item& box, float inner) {
  const int a = box.first, b = a >= 0 ? at(a).next : -1;
  box.columns = 1;
  if (a >= 0 && b >= 0 && (!narrow || box.steady)) {
    const float wa = std::floor((inner - box.gap) * box.share), wb = inner - box.gap - wa;
    if (least_width(a) <= wa && least_width(b) <= wb) {
      box.columns = 2;
      const float ha = measure(a, wa), hb = measure(b, wb);
      return std::max(ha, hb);
    }
  }
  float h = 0;
  for (int c = a; c >= 0; c = at(c).next) h += measure(c, inner) + (at(c).next >= 0 ? box.gap : 0);
  return h;
}

float Arranger::measure_cells(Item& box, float inner) {
  float weights = 0;
  int n = 0;
  for (int c = box.first; c >= 0; c = at(c).next, ++n) weights += std::max(0.01f, at(c).grow_w);
  const float free = inner - box.gap * static_cast<float>(std::max(0, n - 1));
  bool fits = true;
  for (int c = box.first; c >= 0; c = at(c).next)
    fits = fits && least_width(c) <= free * std::max(0.01f, at(c).grow_w) / weights + 0.5f;
  float x = 0, y = 0, h = 0;
  int line = 0;
  for (int c = box.first; c >= 0; c = at(c).next) {
    Item& child = at(c);
    const float w = fits ? std::floor(free * std::max(0.01f, child.grow_w) / weights) : inner;
    child.line_no = fits ? 0 : line++;
    child.rel_x = fits ? x : 0;
    child.rel_y = fits ? 0 : y;
    const float ch = measure(c, w);
    x += w + box.gap;
    y += ch;
    h = std::max(h, ch);
  }
  box.columns = fits ? 1 : n;
  return fits ? h : y;
}

void Arranger::place_column(Item& box, float x, float y, float inner_h) {
  float used = 0, grow = 0;
  int n = 0;
  for (int c = box.first; c >= 0; c = at(c).next, ++n) {
    used += at(c).h + (n > 0 ? box.gap : 0);
    grow += at(c).grow_h;
  }
  float free = std::max(0.0f, inner_h - used);
  // Those that may grow only so far get their part first; the rest share what is left.
  std::vector<float> extra(static_cast<std::size_t>(n), 0.0f);
  for (int round = 0; round < 3 && grow > 0 && free > 0.5f; ++round) {
    float taken = 0, next_grow = 0;
    int k = 0;
    for (int c = box.first; c >= 0; c = at(c).next, ++k) {
      const Item& child = at(c);
      if (child.grow_h <= 0) continue;
      const auto index = static_cast<std::size_t>(k);
      const float room = child.max_h > 0 ? std::max(0.0f, child.max_h - child.h - extra[index]) : 1e9f;
      if (room <= 0) continue;
      const float part = std::min(room, free * child.grow_h / grow);
      extra[index] += part;
      taken += part;
      if (part < room) next_grow += child.grow_h;
    }
    free -= taken;
    grow = next_grow;
  }
  if (box.main == Align::Center) y += std::floor(free / 2);
  if (box.main == Align::End) y += std::floor(free);
  int k = 0;
  const float inner_w = box.w - 2 * box.pad_x;
  for (int c = box.first; c >= 0; c = at(c).next, ++k) {
    Item& child = at(c);
    float cx = x;
    if (box.cross == Align::Center) cx += std::floor((inner_w - child.w) / 2);
    if (box.cross == Align::End) cx += inner_w - child.w;
    const float h = std::floor(child.h + extra[static_cast<std::size_t>(k)]);
    place(c, cx, y, h);
    y += h + box.gap;
  }
}

void Arranger::place(int i, float x, float y, float height) {
  Item& it = at(i);
  it.x = std::floor(x);
  it.y = std::floor(y);
  const float measured = it.h;
  it.h = std::max(it.h, height);
  if (it.kind != Item::Kind::Box) return;
  const float ix = it.x + it.pad_x, iy = it.y + it.pad_y, inner_h = it.h - 2 * it.pad_y;
  switch (it.flow) {
    case Flow::Column:
      place_column(it, ix, iy, inner_h);
      break;
    case Flow::Row:
    case Flow::Cells: {
      float line_h = 0;
      for (int c = it.first; c >= 0;) {
        const int line = at(c).line_no;
        line_h = 0;
        int end = c;
        for (; end >= 0 && at(end).line_no == line; end = at(end).next) line_h = std::max(line_h, at(end).h);
        if (it.columns == 1) line_h = std::max(line_h, inner_h);
        for (int k = c; k != end; k = at(k).next) {
          Item& child = at(k);
          const bool stretch = it.cross == Align::Stretch;
          const float dy = it.cross == Align::Center ? std::floor((line_h - child.h) / 2)
                           : it.cross == Align::End  ? line_h - child.h
                                                     : 0;
          place(k, ix + child.rel_x, iy + child.rel_y + dy, stretch ? line_h : child.h);
        }
        c = end;
      }
      break;
    }
    case Flow::Grid: {
      int n = 0;
      for (int c = it.first; c >= 0; c = at(c).next) ++n;
      const int rows = (n + it.columns - 1) / std::max(1, it.columns);
      const float even = std::floor((inner_h - it.gap * static_cast<float>(std::max(0, rows - 1))) /
                                    static_cast<float>(std::max(1, rows)));
      float yy = iy;
      for (int c = it.first; c >= 0;) {
        float row = 0;
        int end = c, k = 0;
        for (; end >= 0 && k < it.columns; end = at(end).next, ++k) row = std::max(row, at(end).h);
        if (it.grow_h > 0) row = std::max(row, even);
        float xx = ix;
        for (int e = c; e != end; e = at(e).next) {
          place(e, xx, yy, row);
          xx += at(e).w + it.gap;
        }
        yy += row + it.gap;
        c = end;
      }
      break;
    }
    case Flow::Split: {
      float xx = ix, yy = iy;
      for (int c = it.first; c >= 0; c = at(c).next) {
        place(c, xx, yy, it.columns == 2 ? std::max(inner_h, measured - 2 * it.pad_y) : at(c).h);
        if (it.columns == 2)
          xx += at(c).w + it.gap;
        else
          yy += at(c).h + it.gap;
      }
      break;
    }
  }
}

void Arranger::collect(int i, std::vector<std::pair<float, float>>& solids) const {
  const Item& it = at(i);
  if (it.kind == Item::Kind::Text) {
    const float line = sheet_.line_height(it.font);
    for (std::size_t k = 0; k < it.lines.size(); ++k)
      solids.emplace_back(it.y + line * static_cast<float>(k), it.y + line * static_cast<float>(k + 1));
    return;
  }
  if (it.kind == Item::Kind::Space) return;
  if (it.solid || it.kind != Item::Kind::Box) {
    if (it.h > 0) solids.emplace_back(it.y, it.y + it.h);
    return;
  }
  for (int c = it.first; c >= 0; c = at(c).next) collect(c, solids);
}

std::vector<Arranger::Page> Arranger::part(int root, float page) const {
  std::vector<std::pair<float, float>> solids;
  collect(root, solids);
  std::sort(solids.begin(), solids.end());
  const float bottom = at(root).y + at(root).h - at(root).pad_y;
  std::vector<Page> pages{{at(root).y, bottom}};
  while (bottom - pages.back().top > page + 0.5f && pages.size() < 200) {
    const float top = pages.back().top, limit = top + page;
    float cut = top;
    for (const auto& [y0, y1] : solids) {
      if (y1 <= top + 0.5f || y1 > limit + 0.5f || y1 <= cut) continue;
      const bool crossed = std::any_of(solids.begin(), solids.end(),
                                       [y = y1](const auto& s) { return s.first < y - 0.5f && s.second > y + 0.5f; });
      if (!crossed) cut = y1;
    }
    // Columns beside each other may end together early or never. Then the page is filled, and the next begins with the
    // first thing that is not whole on it; what stands beside that is shown twice.
    const bool twice = cut - top < page / 2;
    float next = bottom;
    for (const auto& [y0, y1] : solids)
      if (twice && y1 > limit + 0.5f) next = std::min(next, y0);
    if (twice && next > top + 0.5f && next < bottom - 0.5f) {
      pages.back().end = limit;
      pages.push_back({next, bottom});
      continue;
    }
    if (cut <= top + 0.5f) cut = limit;  // taller than the page: nothing for it but to cut
    // The next page begins at the next thing, a little air above it.
    next = bottom;
    for (const auto& [y0, y1] : solids)
      if (y1 > cut + 0.5f) next = std::min(next, std::max(y0, cut));
    if (next >= bottom - 0.5f) break;
    pages.back().end = next;
    pages.push_back({next, bottom});
  }
  return pages;
}

}  // namespace kiosk::ui
