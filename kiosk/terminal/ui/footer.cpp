// The footer of every page: each button in its place, and the tools needed anywhere with what they do.
#include <algorithm>
#include <utility>

#include "terminal/ui/impl.h"

namespace kiosk::ui {

namespace {

// Of one line: what an empty row of the footer keeps free, so that the rows above it stand where they always stand.
float height_of_button(const Ui::Impl& d) {
  const float pad = d.px(d.m().pad * (d.short_glass() ? 0.1f : 0.4f));
  return std::max(d.px(d.m().target), d.sheet.line_height(Font::Strong) + 2 * pad);
}

}  // namespace

// Two halves side by side; what is not in them stays empty, so that a button keeps its place.
void Ui::Impl::halves(const std::function<void()>& left, const std::function<void()>& right) {
  const int row = open(Flow::Grid, m().gap);
  at(row).column_max = 2;
  at(row).column_min = px(m().target);
  at(row).min_h = height_of_button(*this);
  for (const auto* half : {&left, &right}) {
    open(Flow::Column, m().gap);
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
// The tools stand behind Kembali; with larger letters, where Lanjut would need a second line, beneath Selesai.
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
  const bool tools_beneath = settings.size > TextSize::Percent100;
  const bool all_tools = !spec.back && spec.primary.empty();
  halves(help, [&] {
    build_leave(spec, false, icons, true);
    if (!spec.tools || !tools_beneath) return;
    const int tools = open(Flow::Grid, m().gap);
    at(tools).column_max = all_tools ? 5 : 3;
    at(tools).column_min = px(m().target);
    build_tools(false, all_tools);
    close();
  });
  const int row = open(Flow::Row, m().gap);
  at(row).cross = Align::Stretch;
  at(row).min_h = height_of_button(*this);
  if (spec.back) button("page.back", self->t("common.back"), {.icon = Icon::Back}, false, icons);
  if (spec.tools && !tools_beneath) build_tools(false, all_tools);
  if (going_on) primary_button(spec);
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

}  // namespace kiosk::ui
