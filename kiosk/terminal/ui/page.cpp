// The page every screen stands on: header, head with its picture, content in pages, dialog and toasts.
#include <algorithm>
#include <utility>

#include "base/secret.h"
#include "terminal/ui/impl.h"

namespace kiosk::ui {

namespace {
constexpr float kHeroLeast = 40, kHeroMost = 150;  // mm; the step's picture takes free height between them

bool contains_touchable(const std::vector<Item>& items, int i) {
  const Item& it = items[static_cast<std::size_t>(i)];
  if (it.touch) return true;
  for (int c = it.first; c >= 0; c = items[static_cast<std::size_t>(c)].next)
    if (contains_touchable(items, c)) return true;
  return false;
}
}  // namespace

void Ui::place(std::string_view place) { impl_->place = place; }

void Ui::status(StatusLine line) {
  impl_->line = std::move(line);
  impl_->has_line = true;
}

Page Ui::page(const PageSpec& spec) {
  Impl& d = *impl_;
  if (spec.id != d.page_id || d.place != d.page_place) {
    d.page_id = spec.id;
    d.page_place = d.place;
    d.part = 0;
    d.voice_panel = false;
    d.active_id.clear();
    d.focus_id.clear();
    // What was touched or typed on another page does not count here.
    std::erase_if(d.used, [](const std::string& id) { return !id.starts_with("tool."); });
    wipe(d.typed);
    d.linger = std::max(d.linger, 2);
  }
  if (d.take("scroll.down") && d.part + 1 < d.parts) ++d.part;
  if (d.take("scroll.up") && d.part > 0) --d.part;
  const bool primary = d.take("page.primary"), back = d.take("page.back"), help = d.take("page.help"),
             done = d.take("page.done");
  d.nodes.push_back({});
  d.nodes.back().role = Role::Page;
  d.nodes.back().id = "page";
  d.nodes.back().value = spec.id;
  d.nodes.back().label = spec.heading.empty() ? spec.title : spec.heading;
  d.nodes.back().rect = {0, 0, d.width_mm(), d.height_mm()};
  d.build_header(spec);
  d.build_footer(spec);
  d.content = d.root(Flow::Column);
  Item& content = d.at(d.content);
  content.gap = d.px(d.m().gap * (d.kiosk() ? 1.25f : 1.0f));
  content.pad_x = d.px(d.m().margin);
  content.pad_y = d.px(d.m().margin * (d.short_glass() ? 0.4f : 0.7f));
  d.build_head(spec);
  return Page(this, primary, back, help, done);
}

void Ui::Impl::build_header(const PageSpec& spec) {
  header = root(Flow::Column);
  Item& box = at(header);
  box.pad_x = px(m().margin);
  box.pad_y = px(m().pad * (short_glass() ? 0.4f : 0.8f));
  box.gap = px(m().gap * (short_glass() ? 0.2f : 0.6f));
  box.strip = true;
  box.fill = p().header;
  if (settings.contrast) {
    box.line = p().line;
    box.line_px = 3;
  }
  grounds.back() = p().header;
  const int row = open(Flow::Row, m().gap);
  at(row).cross = Align::Center;
  const int title = text(spec.title, Font::Strong, p().on_header);
  if (!spec.title.empty()) {
    at(title).node = node(Role::Status, "page.title", spec.title);
    nodes.back().contrast = contrast_ratio(p().on_header, p().header);
  }
  at(title).grow_w = 1;
  at(title).whole = !spec.title.empty() && (kiosk() || portrait());
  if (spec.steps > 0 && short_glass()) {
    const std::string words =
        self->t("common.step", {{"n", std::to_string(spec.step)}, {"of", std::to_string(spec.steps)}});
    const int n = node(Role::Progress, "page.progress", words);
    nodes[static_cast<std::size_t>(n)].contrast = contrast_ratio(p().on_header, p().header);
    const std::string brief = std::to_string(spec.step) + "/" + std::to_string(spec.steps);
    at(text(large_text() ? brief : words, Font::Small, p().on_header)).node = n;
  }
  if (has_line) {
    const int n = node(Role::Status, "status", line.clock, line.link_text);
    nodes[static_cast<std::size_t>(n)].contrast = contrast_ratio(p().on_header, p().header);
    const bool small_journey = short_glass() && spec.steps > 0;
    const bool crowded =
        small_journey || (kiosk() && (large_text() || (short_glass() && settings.size > TextSize::Percent100)));
    if (!line.clock.empty() && !crowded) at(text(line.clock, Font::Small, p().on_header)).node = n;
    if (!line.link_text.empty()) {
      const bool online = line.link == StatusLine::Link::Online;
      const Colour fill = settings.contrast ? p().header : online ? mix(p().header, 0xFFFFFF, 0.12f) : 0xFFE9B8;
      const Colour ink = settings.contrast ? p().on_header : online ? p().on_header : 0x4A2E00;
      if (at(row).last >= 0 && at(at(row).last).node == n) at(at(row).last).node = -1;  // the node is the chip's
      const int chip = open(Flow::Row, m().gap * 0.5f);
      at(chip).node = n;
      plate(chip, fill, m().radius * 0.6f, p().line, settings.contrast ? line_mm(0.3f) : 0);
      at(chip).pad_x = px(m().pad * 0.55f);
      at(chip).pad_y = px(m().pad * 0.22f);
      at(chip).cross = Align::Center;
      at(chip).together = true;
      icon(online ? Icon::Wifi : Icon::WifiOff, m().cap_small * 1.4f, ink);
      // What is as it should be needs no words, and where there is no room the mark says it; the tree has them.
      if ((!online && !cramped() && !(tiny_glass() && spec.steps > 0)) || !kiosk())
        at(text(line.link_text, Font::SmallStrong, ink)).grow_w = 1;
      close();
    }
  }
  close();
  if (spec.steps > 0 && !short_glass()) {
    const std::string words =
        self->t("common.step", {{"n", std::to_string(spec.step)}, {"of", std::to_string(spec.steps)}});
    const int n = node(Role::Progress, "page.progress", words);
    nodes[static_cast<std::size_t>(n)].contrast = contrast_ratio(p().on_header, p().header);
    const int progress = open(Flow::Row, m().gap);
    at(progress).node = n;
    at(progress).cross = Align::Center;
    text(words, Font::Small, p().on_header);
    const int bar = open(Flow::Cells, 1.2f);
    at(bar).grow_w = 1;
    at(bar).min_w = px(40);
    for (int k = 1; k <= spec.steps; ++k) {
      const int segment = open(Flow::Column);
      const bool reached = k <= spec.step;
      plate(segment, reached ? p().on_header : mix(p().header, 0xFFFFFF, settings.contrast ? 0.25f : 0.22f), 0.9f);
      at(segment).grow_w = 1;
      at(segment).min_h = px(kiosk() ? 2.4f : 1.2f);
      close();
    }
    close();
    close();
  }
  close();
}

void Ui::Impl::lead(std::string_view words) {
  if (words.empty()) return;
  const int n = node(Role::Text, "page.lead", words);
  nodes[static_cast<std::size_t>(n)].contrast = contrast_ratio(p().ink_soft, p().page);
  at(text(words, Font::Body, p().ink_soft)).node = n;
}

void Ui::Impl::build_head(const PageSpec& spec) {
  if (spec.heading.empty() && spec.lead.empty() && spec.art == Art::None) return;
  const bool no_picture =
      tiny_glass() || (short_glass() && settings.size > TextSize::Percent100);  // no room for a picture
  const bool beside = spec.art != Art::None && !portrait() && !no_picture;
  if (spec.art != Art::None && portrait()) {
    hero = open(Flow::Column);
    Item& plate_box = at(hero);
    plate_box.fill = settings.contrast ? p().surface : p().tint;
    plate_box.radius = static_cast<int>(px(m().radius * 1.3f));
    plate_box.pad_y = px(m().pad * 0.5f);
    plate_box.cross = plate_box.main = Align::Center;
    plate_box.grow_h = 3;
    plate_box.max_h = px(kHeroMost);
    plate_box.solid = true;
    const int a = add(Item::Kind::Picture);
    const float least = px(large_text() ? kHeroLeast * 0.8f : kHeroLeast);
    at(a).picture = nullptr;
    at(a).icon_px = static_cast<float>(static_cast<int>(spec.art));  // drawn at its final height in lay_out()
    at(a).aspect = 1.5f;
    at(a).min_h = least;
    at(a).max_h = least;
    close();
  }
  int outer = -1;
  if (beside) {
    outer = open(Flow::Row, m().gap * 1.5f);
    at(outer).cross = Align::Center;
    const int a = add(Item::Kind::Picture);
    const float tall = px(!kiosk() ? 18.0f : short_glass() ? 32.0f : 44.0f);
    at(a).picture = drawing(spec.art, static_cast<int>(tall));
    at(a).aspect = 1.5f;
    at(a).min_h = at(a).max_h = tall;
  }
  const int words = open(Flow::Column, m().gap * 0.5f);
  at(words).grow_w = 1;
  if (!spec.heading.empty()) {
    const int n = node(Role::Heading, "page.heading", spec.heading);
    nodes[static_cast<std::size_t>(n)].contrast = contrast_ratio(p().ink, p().page);
    at(text(spec.heading, tiny_glass() && settings.size > TextSize::Percent100 ? Font::Strong : Font::Title, p().ink))
        .node = n;
  }
  if (spec.lead_last)
    last_lead = spec.lead;
  else
    lead(spec.lead);
  close();
  if (outer >= 0) close();
}

Scope Ui::dialog(std::string_view id, std::string_view title, Icon icon) {
  Impl& d = *impl_;
  // The page beneath is neither in the tree nor touchable while the dialog asks.
  for (Item& i : d.items) i.node = -1;
  d.nodes.clear();
  d.shortcuts.clear();
  d.modal = d.root(Flow::Column);
  d.dialog_id = id;
  const int n = d.node(Role::Dialog, id, title);
  d.plate(d.modal, d.p().surface, d.m().radius * 1.5f, d.p().line_strong, d.line_mm(d.m().border));
  Item& box = d.at(d.modal);
  box.node = n;
  box.gap = d.px(d.m().gap * (d.cramped() ? 0.85f : 1.25f));
  box.pad_x = box.pad_y = d.px(d.m().pad * (d.cramped() ? 0.4f : d.short_glass() ? 0.8f : 1.6f));
  if (icon != Icon::None && !d.cramped())
    d.icon(icon, d.m().icon * 1.5f, d.p().primary == d.p().surface ? d.p().ink : d.p().primary);
  d.text(title, d.cramped() && d.tiny_glass() ? Font::Strong : Font::Title, d.p().ink);
  return Scope(this);
}

void Ui::toast(std::string_view id, std::string_view words, Tone tone) {
  Impl& d = *impl_;
  if (d.toasts < 0) {
    d.toasts = d.root(Flow::Column);
    Item& box = d.at(d.toasts);
    box.pad_x = d.px(d.m().margin);
    box.pad_y = d.px(d.m().gap);
    box.gap = d.px(d.m().gap);
  } else {
    d.stack.push_back(d.toasts);
    d.grounds.push_back(d.p().page);
  }
  notice(id, words, tone);
  d.close();
}

// Big buttons that turn the pages of what is taller than the glass: beneath it, or beside it in landscape where height
// is dear.
void Ui::Impl::build_scroll(std::size_t part_now, std::size_t count) {
  const bool beside = !portrait();
  scroll = root(beside ? Flow::Column : Flow::Row);
  Item& box = at(scroll);
  box.gap = px(m().gap);
  box.cross = Align::Center;
  if (beside) {
    box.main = Align::Center;
    box.min_w = px(m().target);
  } else {
    box.pad_x = px(m().margin);
    box.pad_y = px(m().gap * 0.75f);
  }
  button("scroll.up", self->t("scroll.up"),
         {.kind = ButtonKind::Quiet, .icon = Icon::ArrowUp, .enabled = part_now > 0, .wide = !beside}, false, beside);
  const std::string where = std::to_string(part_now + 1) + (beside ? "/" : " / ") + std::to_string(count);
  const int n =
      node(Role::Status, "scroll.where",
           self->t("scroll.where", {{"n", std::to_string(part_now + 1)}, {"of", std::to_string(count)}}), where);
  nodes[static_cast<std::size_t>(n)].contrast = contrast_ratio(p().ink, p().page);
  if (!(beside && cramped()))
    at(text(where, Font::Strong, p().ink, Align::Center)).node = n;
  else
    nodes.pop_back();
  button("scroll.down", self->t("scroll.down"),
         {.kind = ButtonKind::Quiet, .icon = Icon::ArrowDown, .enabled = part_now + 1 < count, .wide = !beside}, false,
         beside);
  close();
}

// Free height goes above the first control until it stands in the lower 60 % of the glass (EN 301 549 8.3).
void Ui::Impl::reach_down(float height) {
  Item& box = at(content);
  float grow = 0;
  for (int c = box.first; c >= 0; c = at(c).next) grow += c == hero ? 0 : at(c).grow_h;
  if (filled || grow > 0 || !portrait() || !kiosk()) return;
  int before = -1;
  for (int c = box.first; c >= 0; before = c, c = at(c).next) {
    if (!contains_touchable(items, c)) continue;
    if (before < 0 || hero >= 0) return;  // a hero takes the free height itself
    const float line_y = 0.4f * static_cast<float>(setup.height_px);
    const float want = std::min(height - box.h, line_y - (view_top + at(c).y - box.y));
    if (want <= 0) return;
    at(before).h += want;  // the thing above ends in air
    box.h += want;
    return;
  }
}

void Ui::Impl::lay_out() {
  const auto W = static_cast<float>(setup.width_px), H = static_cast<float>(setup.height_px);
  Arranger layout(items, sheet);
  layout.narrow = portrait() || (kiosk() && large_text());
  float top = 0, bottom = H;
  if (header >= 0) {
    const float h = layout.measure(header, W);
    layout.place(header, 0, 0, h);
    top = h;
  }
  if (footer >= 0) {
    const float h = layout.measure(footer, W);
    layout.place(footer, 0, H - h, h);
    bottom = H - h;
  }
  if (settings.layout == Layout::Low && portrait() && kiosk()) top = std::max(top, std::floor(H * 0.4f));
  if (toasts >= 0) {
    const float h = layout.measure(toasts, W);
    layout.place(toasts, 0, top, h);
    top += h;
  }
  view_top = top;
  view_bottom = bottom;
  parts = 1;
  pages.clear();
  if (content >= 0) {
    float h = layout.measure(content, W), room = bottom - top;
    if (h <= room + 0.5f) {
      layout.place(content, 0, top, h);
      reach_down(room);
      layout.place(content, 0, top, room);
      // The step's picture is drawn as tall as the height it was given.
      if (hero >= 0) {
        Item& a = at(at(hero).first);
        const float inner_h = at(hero).h - 2 * at(hero).pad_y, inner_w = at(hero).w - 2 * at(hero).pad_x;
        const float tall = std::floor(std::min(inner_h, inner_w / a.aspect));
        a.h = tall;
        a.w = std::floor(tall * a.aspect);
        a.x = at(hero).x + std::floor((at(hero).w - a.w) / 2);
        a.y = at(hero).y + std::floor((at(hero).h - a.h) / 2);
      }
      part = 0;
    } else {
      const bool beside = !portrait();
      build_scroll(part, 9);
      const float rail = std::max(px(m().target), layout.natural_width(scroll));
      const float strip = beside ? 0 : layout.measure(scroll, W);
      h = beside ? layout.measure(content, W - rail - px(m().margin)) : h;
      layout.place(content, 0, top, h);
      room -= strip;
      pages = layout.part(content, room - px(m().gap));
      parts = pages.size();
      part = std::min(part, parts - 1);
      // Once more with the true numbers.
      items.resize(static_cast<std::size_t>(scroll));
      std::erase_if(nodes, [](const Node& n) { return n.id.starts_with("scroll."); });
      build_scroll(part, parts);
      layout.measure(scroll, beside ? rail : W);
      if (beside)
        layout.place(scroll, W - rail - px(m().margin), top, room);
      else
        layout.place(scroll, 0, bottom - strip, strip);
      view_bottom = bottom - strip;
      if (modal >= 0) {  // asked over it: not in the tree
        for (std::size_t k = static_cast<std::size_t>(scroll); k < items.size(); ++k) items[k].node = -1;
        std::erase_if(nodes, [](const Node& n) { return n.id.starts_with("scroll."); });
      }
      if (hero >= 0) {
        Item& a = at(at(hero).first);
        a.x = at(hero).x + std::floor((at(hero).w - a.w) / 2);
        a.w = std::floor(a.h * a.aspect);
      }
    }
    if (hero >= 0) {
      Item& a = at(at(hero).first);
      a.picture = drawing(static_cast<Art>(static_cast<int>(a.icon_px)), static_cast<int>(a.h));
    }
  }
  if (modal >= 0) {
    const float w = std::min(W - 2 * px(m().margin), px(!kiosk() ? 120.0f : large_text() ? 300.0f : 215.0f));
    const float h = layout.measure(modal, w);
    const float low = portrait() && kiosk() ? H * 0.45f : std::floor((H - h) / 2);
    layout.place(modal, std::floor((W - w) / 2), std::max(px(m().gap), std::min(low, H - h - px(m().margin))), h);
  }
}

}  // namespace kiosk::ui
