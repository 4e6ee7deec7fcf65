// The page every screen stands on: header, head with its picture, content in pages, footer, dialog and toasts.
#include <algorithm>
#include <utility>

#include "base/secret.h"
#include "ui/impl.h"

namespace kiosk::ui {

namespace {
constexpr float kHeroLeast = 40, kHeroMost = 150;  // mm; the step's picture takes free height between them

// Of one line: what an empty row of the footer keeps free, so that the rows above it stand where they always stand.
float height_of_button(const Ui::Impl& d) {
  const float pad = d.px(d.m().pad * (d.short_glass() ? 0.1f : 0.4f));
  return std::max(d.px(d.m().target), d.sheet.line_height(Font::Strong) + 2 * pad);
}

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

// Two halves side by side; what is not in them stays empty, so that a button keeps its place.
void Ui::Impl::halves(const std::function<void()>& left, const std::function<void()>& right) {
  const int row = open(Flow::Grid, m().gap);
  at(row).column_max = 2;
  at(row).column_min = px(m().target);
  at(row).min_h = height_of_button(*this);
  for (const auto* half : {&left, &right}) {
    open(Flow::Column);
    if (*half)
      (*half)();
    else
      add(Item::Kind::Space);
    close();
  }
  close();
}

void Ui::Impl::primary_button(const PageSpec& spec) {
  if (spec.primary.empty()) return;
  button("page.primary", spec.primary,
         {.kind = ButtonKind::Primary,
          .icon = spec.primary_icon,
          .enabled = spec.primary_enabled,
          .wide = true,
          .acts = spec.primary_is != PrimaryIs::GoingOn});
}

// Selesai, or the solid button that leaves; then the tools needed anywhere. They move to the next line together.
void Ui::Impl::build_leave(const PageSpec& spec, bool tools, bool icons, bool grow) {
  const bool leaving = spec.primary_is == PrimaryIs::Leaving;
  if (!spec.done && !leaving && !tools) return;
  const int group = open(Flow::Row, m().gap);
  at(group).grow_w = grow ? 1.0f : 0.0f;
  at(group).whole = true;
  if (leaving)
    primary_button(spec);
  else if (spec.done)
    button("page.done", self->t("common.done"), {.icon = Icon::Done, .wide = grow, .acts = true}, false, icons);
  if (tools) build_tools(false, !spec.back && spec.primary.empty());
  close();
}

// A portrait glass: [what binds or acts], help and leaving, back and going on. Every slot keeps its place, also empty.
void Ui::Impl::build_tall_footer(const PageSpec& spec, bool icons) {
  const auto help = [&] {
    if (spec.help) button("page.help", self->t("common.help"), {.icon = Icon::Help, .wide = true}, false, icons);
  };
  const bool home = !spec.back && !spec.done && spec.primary.empty();
  const bool going_on = !spec.primary.empty() && spec.primary_is == PrimaryIs::GoingOn;
  const auto primary = [&] { primary_button(spec); };
  if (spec.primary_is == PrimaryIs::Acting) halves(primary, {});
  if (spec.primary_is == PrimaryIs::Binding) halves({}, primary);
  if (home) {
    halves(help, {});
    if (spec.tools) build_tools(true, true);
    return;
  }
  // A long word on the button that leaves would push the tools out of its half: they stand where nothing goes on.
  const bool tools_last = spec.tools && spec.back && spec.primary_is == PrimaryIs::Leaving;
  halves(help, [&] { build_leave(spec, spec.tools && !tools_last, icons, true); });
  const int row = open(Flow::Row, m().gap);
  at(row).cross = Align::Stretch;
  at(row).min_h = height_of_button(*this);
  if (spec.back) button("page.back", self->t("common.back"), {.icon = Icon::Back}, false, icons);
  if (going_on) primary_button(spec);
  if (tools_last) {
    at(add(Item::Kind::Space)).grow_w = 1;
    build_tools(false, false);
  }
  close();
}

// A wide glass and a desk: back, help, leaving, going on in one row; what binds or acts stands above it.
void Ui::Impl::build_wide_footer(const PageSpec& spec, bool icons) {
  const bool home_like = !spec.back && spec.primary.empty();
  const auto primary = [&] { primary_button(spec); };
  if (kiosk() && spec.primary_is == PrimaryIs::Acting) halves(primary, {});
  if (kiosk() && spec.primary_is == PrimaryIs::Binding) halves({}, primary);
  const int row = open(Flow::Row, m().gap);
  at(row).cross = Align::Stretch;
  if (spec.back) button("page.back", self->t("common.back"), {.icon = Icon::Back}, false, icons);
  if (spec.help)
    button("page.help", self->t("common.help"),
           {.kind = home_like ? ButtonKind::Primary : ButtonKind::Secondary, .icon = Icon::Help, .wide = home_like},
           false, icons && (!home_like || (tiny_glass() && cramped())));
  build_leave(spec, spec.tools, icons && spec.primary_is != PrimaryIs::Leaving, false);
  if (!kiosk() ? spec.primary_is != PrimaryIs::Leaving : spec.primary_is == PrimaryIs::GoingOn) primary_button(spec);
  close();
}

void Ui::Impl::build_footer(const PageSpec& spec) {
  if (!spec.back && !spec.help && !spec.done && !spec.tools && spec.primary.empty()) return;
  footer = root(Flow::Column);
  Item& box = at(footer);
  box.pad_x = px(m().margin);
  box.pad_y = px(m().pad * (short_glass() ? 0.5f : 0.8f));
  box.gap = px(m().gap);
  box.strip = true;
  box.fill = p().surface;
  box.line = p().line;
  box.line_px = settings.contrast ? 3 : 1;
  grounds.back() = p().surface;
  // A small glass shows these by their icons; the tree and the voice have the words.
  const bool icons = cramped() || tiny_glass();
  if (portrait() && kiosk())
    build_tall_footer(spec, icons);
  else
    build_wide_footer(spec, icons);
  close();
}

// Suara, Huruf, Kontras, Bahasa, Turunkan: ui does what they do (take_tools). Without labels the three needed anywhere.
void Ui::Impl::build_tools(bool labels, bool all) {
  if (labels) {
    const int row = open(Flow::Grid, m().gap);
    at(row).column_max = 5;
    at(row).column_min = px(m().target);
  }
  const auto tool = [&](const char* id, const char* key, Icon icon, bool on) {
    button(id, self->t(key), {.kind = ButtonKind::Quiet, .icon = icon}, labels && !large_text(),
           !labels || large_text());
    for (Node& n : nodes)
      if (n.id == id) n.selected = on;
  };
  tool("tool.voice", "tool.voice", settings.voice ? Icon::Speaker : Icon::SpeakerOff, settings.voice);
  tool("tool.size", "tool.size", Icon::TextSize, settings.size != TextSize::Percent100);
  tool("tool.contrast", "tool.contrast", Icon::Contrast, settings.contrast);
  if (all) tool("tool.language", "tool.language", Icon::Language, false);
  if (all && portrait())
    tool("tool.layout", settings.layout == Layout::Low ? "tool.layout_up" : "tool.layout", Icon::LayoutLow,
         settings.layout == Layout::Low);
  if (labels) close();
}

void Ui::Impl::take_tools() {
  Settings s = settings;
  if (take("tool.voice")) voice_panel = std::exchange(s.voice, true);
  if (take("voice.again")) {
    voice_panel = false;
    ++voice_asked;
  }
  if (take("voice.louder")) s.volume = std::min(s.volume + kVolumeStep, kVolumeMost);
  if (take("voice.softer")) s.volume = std::max(s.volume - kVolumeStep, kVolumeLeast);
  if (take("voice.off")) s.voice = voice_panel = false;
  if (take("voice.close")) voice_panel = false;
  if (take("tool.contrast")) s.contrast = !s.contrast;
  if (take("tool.layout")) s.layout = s.layout == Layout::Low ? Layout::Normal : Layout::Low;
  if (take("tool.size")) {
    switch (s.size) {
      case TextSize::Percent100:
        s.size = TextSize::Percent125;
        break;
      case TextSize::Percent125:
        s.size = TextSize::Percent150;
        break;
      case TextSize::Percent150:
        s.size = TextSize::Percent200;
        break;
      case TextSize::Percent200:
        s.size = TextSize::Percent100;
        break;
    }
  }
  if (take("tool.language")) {
    std::vector<std::string> codes = setup.languages;
    if (codes.empty() && setup.texts != nullptr) codes = setup.texts->codes();
    const auto it = std::find(codes.begin(), codes.end(), s.language);
    if (!codes.empty()) s.language = it == codes.end() || it + 1 == codes.end() ? codes.front() : *(it + 1);
  }
  if (s == settings) return;
  if (s.size != settings.size) {
    sheet_stale = true;
    part = 0;
  }
  settings = s;
  grounds.assign(1, p().page);
  linger = 2;
}

void Ui::Impl::build_voice_panel() {
  auto dialog = self->dialog("voice", self->t("voice.heading"), Icon::Speaker);
  button("voice.again", self->t("voice.again"), {.kind = ButtonKind::Primary, .icon = Icon::Refresh, .wide = true});
  {
    auto both = self->row();
    button("voice.softer", self->t("voice.softer"),
           {.icon = Icon::Minus, .enabled = settings.volume > kVolumeLeast, .wide = true});
    button("voice.louder", self->t("voice.louder"),
           {.icon = Icon::Plus, .enabled = settings.volume < kVolumeMost, .wide = true});
  }
  button("voice.off", self->t("voice.off"), {.icon = Icon::SpeakerOff, .wide = true});
  button("voice.close", self->t("voice.close"), {.icon = Icon::Back, .wide = true});
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
