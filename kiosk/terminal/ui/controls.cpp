// Widgets that are used: buttons, tiles, choices, tabs, tables. Each records its node before it is drawn.
#include <algorithm>
#include <array>

#include "terminal/ui/impl.h"

namespace kiosk::ui {

namespace {
struct Hue {
  Colour ink, plate;
};
constexpr std::array<Hue, 8> kHues{{{0x0A6B42, 0xDDF0E5},
                                    {0x0C55A6, 0xDFEBF9},
                                    {0xA8231B, 0xFAE3E0},
                                    {0x805200, 0xF8ECD5},
                                    {0x59379F, 0xEAE4F6},
                                    {0x00646F, 0xDBEFF1},
                                    {0x8E2C6C, 0xF7E2F0},
                                    {0x37515E, 0xE3EAEE}}};
}  // namespace

Look Ui::Impl::button_look(ButtonKind kind, bool enabled, bool down) const {
  const Palette& c = p();
  if (!enabled)
    return {c.disabled, settings.contrast ? c.on_disabled : c.disabled, c.on_disabled, settings.contrast ? 0.4f : 0.0f};
  switch (kind) {
    case ButtonKind::Primary:
      return {down ? c.primary_pressed : c.primary, c.primary, c.on_primary, settings.contrast ? 0.4f : 0.0f};
    case ButtonKind::Secondary:
      return {down ? c.tint : c.surface, settings.contrast ? c.line : c.primary, settings.contrast ? c.ink : c.primary,
              m().border};
    case ButtonKind::Quiet:
      return {down ? c.tint : c.sunken, c.line_strong, c.ink, m().border};
    case ButtonKind::Danger:
      if (settings.contrast) return {down ? c.tint : c.surface, c.bad, c.bad, m().border};
      return {down ? 0x5E100B : c.bad, c.bad, 0xFFFFFF, 0};
  }
  return {};
}

bool Ui::Impl::button(std::string_view id, std::string_view label, const ButtonSpec& spec, bool stacked,
                      bool icon_only) {
  const bool used_now = take(id);
  const Look look = button_look(spec.kind, spec.enabled, pressed(id));
  const int i = control(Role::Button, id, label, look, stacked ? Flow::Column : Flow::Row, spec.enabled);
  nodes.back().personal = nodes.back().personal || spec.personal;
  nodes.back().acts = spec.acts;
  Item& b = at(i);
  b.gap = px(stacked ? 0.8f : m().gap * 0.7f);
  b.pad_x = px(icon_only || stacked ? 1.2f : m().pad);
  b.pad_y = px(m().pad * (short_glass() ? 0.1f : stacked ? 0.35f : 0.4f));
  b.cross = b.main = Align::Center;
  b.together = true;
  b.grow_w = spec.wide && !icon_only ? 1.0f : 0.0f;
  b.whole = true;
  b.shadow = spec.kind == ButtonKind::Primary && kiosk() && spec.enabled;
  if (stacked) {
    if (spec.icon != Icon::None) icon(spec.icon, m().icon * 0.85f, look.ink);
    text(label, Font::Small, look.ink, Align::Center);
  } else if (icon_only && spec.icon != Icon::None) {
    const int center = open(Flow::Column);
    at(center).grow_w = 1;
    at(center).cross = Align::Center;
    icon(spec.icon, m().icon * 0.85f, look.ink);
    close();
  } else {
    // A wide button keeps icon and words together in its middle.
    const int inner = open(Flow::Row, m().gap * 0.7f);
    at(inner).cross = Align::Center;
    at(inner).together = true;
    if (spec.wide) {
      at(i).flow = Flow::Column;
      at(i).cross = Align::Center;
    }
    const bool after = spec.kind == ButtonKind::Primary && (spec.icon == Icon::Next || spec.icon == Icon::ArrowRight);
    if (spec.icon != Icon::None && !after) icon(spec.icon, m().icon * 0.8f, look.ink);
    at(text(label, Font::Strong, look.ink)).grow_w = 1;
    if (after) icon(spec.icon, m().icon * 0.8f, look.ink);
    if (!spec.shortcut.empty() && !kiosk()) text(spec.shortcut, Font::Small, look.ink);
    close();
  }
  close();
  if (!spec.shortcut.empty() && spec.enabled) shortcuts[spec.shortcut] = id;
  return used_now && spec.enabled;
}

bool Ui::button(std::string_view id, std::string_view label, const ButtonSpec& spec) {
  return impl_->button(id, label, spec);
}

bool Ui::tile(std::string_view id, Icon icon, std::string_view label, const TileSpec& spec) {
  Impl& d = *impl_;
  const bool used = d.take(id);
  const Palette& c = d.p();
  const bool down = d.pressed(id);
  const bool plain = d.settings.contrast;
  const ToneColours toned = d.tone(spec.tone);
  const Hue hue = kHues[static_cast<std::size_t>(spec.hue) % kHues.size()];
  Look look{down                         ? c.tint
            : spec.tone == Tone::Neutral ? c.surface
                                         : toned.tint,
            spec.tone == Tone::Neutral ? c.line_strong : toned.ink, spec.enabled ? c.ink : c.on_disabled,
            d.m().border * 0.75f};
  if (!spec.enabled) look.fill = c.disabled;
  const bool roomy = d.portrait() ? d.height_mm() > 400 : d.height_mm() > 250 && d.width_mm() > 400;
  const bool tall = spec.grow && d.kiosk() && !d.large_text() && roomy && d.settings.layout == Layout::Normal &&
                    icon != Icon::None && d.in_growing_grid();
  const int i = d.control(Role::Tile, id, label, look, Flow::Row, spec.enabled);
  d.nodes.back().personal = spec.personal;
  Item& box = d.at(i);
  box.gap = d.px(d.m().gap * 1.1f);
  box.pad_x = d.px(d.m().pad * 0.9f);
  box.pad_y = d.px(d.m().pad * (d.cramped() ? 0.2f : 0.7f));
  box.min_h = d.px(d.kiosk() && !d.cramped() ? 30.0f : d.m().target);
  box.cross = Align::Center;
  box.together = true;
  box.grow_w = 1;
  box.shadow = d.kiosk() && spec.enabled;
  if (spec.grow) box.max_h = d.px(tall ? 78 : 60);
  if (tall) {  // icon above the words, both at the left
    box.flow = Flow::Column;
    box.cross = Align::Start;
    box.main = Align::Center;
    box.gap = d.px(d.m().gap * 1.1f);
    box.pad_x = d.px(d.m().pad * 1.3f);
  }
  if (icon != Icon::None && !d.cramped()) {
    const float size = d.m().icon * (plain ? 1.5f : tall ? 2.2f : 1.75f) * d.icon_scale();
    const int plate = d.open(Flow::Column);
    Item& p = d.at(plate);
    p.min_w = p.min_h = d.px(size);
    p.cross = p.main = Align::Center;
    if (!plain) d.plate(plate, spec.enabled ? hue.plate : c.line, d.m().radius * 0.85f);
    d.icon(icon,
           d.m().icon * (tall    ? 1.5f
                         : plain ? 1.25f
                                 : 1.12f),
           plain          ? look.ink
           : spec.enabled ? hue.ink
                          : c.on_disabled);
    d.close();
  }
  const int words = d.open(Flow::Column, d.m().gap * 0.15f);
  d.at(words).grow_w = 1;
  d.text(label, Font::Strong, look.ink);
  if (!spec.detail.empty()) d.text(spec.detail, d.beside_font(), spec.enabled ? c.ink_soft : c.on_disabled);
  d.close();
  d.close();
  return used && spec.enabled;
}

namespace {
// The round or square mark of a choice or checkbox.
void mark(Ui::Impl& d, bool on, bool round) {
  const float size = (d.kiosk() ? 10.0f : 4.6f) * (d.cramped() ? 0.8f : d.icon_scale());
  const Palette& c = d.p();
  const Colour ink = d.settings.contrast ? c.ink : c.primary;
  const int box = d.open(Flow::Column);
  d.plate(box, on ? ink : c.surface, round ? size / 2 : size * 0.22f, on ? ink : c.line_strong,
          d.line_mm(d.kiosk() ? 0.7f : 0.4f));
  Item& b = d.at(box);
  b.min_w = b.min_h = d.px(size);
  b.cross = b.main = Align::Center;
  if (on && round) {
    const int dot = d.open(Flow::Column);
    d.plate(dot, d.settings.contrast ? 0x000000 : 0xFFFFFF, size * 0.2f);
    d.at(dot).min_w = d.at(dot).min_h = d.px(size * 0.4f);
    d.close();
  } else if (on) {
    d.icon(Icon::Check, size * 0.72f / d.icon_scale(), d.settings.contrast ? 0x000000 : 0xFFFFFF);
  }
  d.close();
}
}  // namespace

bool Ui::choice(std::string_view id, std::string_view label, bool selected, std::string_view detail, Icon icon,
                bool personal) {
  Impl& d = *impl_;
  const bool used = d.take(id);
  const Palette& c = d.p();
  const Look look{d.pressed(id) || selected ? c.tint : c.surface,
                  selected && !d.settings.contrast ? c.primary : c.line_strong, c.ink,
                  selected ? d.m().border * 2.2f : d.m().border * 0.75f};
  const int i = d.control(Role::Choice, id, label, look, Flow::Row, true, selected);
  d.nodes.back().personal = personal;
  Item& box = d.at(i);
  box.gap = d.px(d.m().gap * 1.1f);
  box.pad_x = d.px(d.m().pad);
  box.pad_y = d.px(d.m().pad * (d.short_glass() ? 0.2f : 0.55f));
  box.cross = Align::Center;
  box.together = true;
  box.grow_w = 1;
  box.shadow = d.kiosk();
  mark(d, selected, true);
  if (icon != Icon::None && !d.cramped()) d.icon(icon, d.m().icon * 1.15f, d.settings.contrast ? c.ink : c.primary);
  const int words = d.open(Flow::Column, d.m().gap * 0.15f);
  d.at(words).grow_w = 1;
  d.text(label, d.cramped() ? (d.tiny_glass() ? Font::SmallStrong : Font::Body) : Font::Strong, c.ink);
  // The largest letters on the smallest glass have room for the choice itself only.
  const bool no_room = d.tiny_glass() && d.settings.size == TextSize::Percent200;
  if (!detail.empty() && !no_room) d.text(detail, d.beside_font(), c.ink_soft);
  d.close();
  d.close();
  return used;
}

bool Ui::checkbox(std::string_view id, std::string_view label, bool checked, std::string_view detail) {
  Impl& d = *impl_;
  const bool used = d.take(id);
  const Palette& c = d.p();
  const Look look{d.pressed(id) ? c.tint : c.surface, c.line_strong, c.ink, d.m().border * 0.75f};
  const int i = d.control(Role::Check, id, label, look, Flow::Row, true, checked, checked ? "checked" : "unchecked");
  Item& box = d.at(i);
  box.gap = d.px(d.m().gap * 1.1f);
  box.pad_x = d.px(d.m().pad);
  box.pad_y = d.px(d.m().pad * 0.5f);
  box.cross = Align::Center;
  box.together = true;
  box.grow_w = 1;
  mark(d, checked, false);
  const int words = d.open(Flow::Column, d.m().gap * 0.15f);
  d.at(words).grow_w = 1;
  d.text(label, Font::Body, c.ink);
  if (!detail.empty()) d.text(detail, Font::Small, c.ink_soft);
  d.close();
  d.close();
  return used;
}

namespace {
bool tab_button(Ui::Impl& d, const std::string& id, const TabSpec& tab, bool selected, bool wide) {
  const bool used = d.take(id);
  const Palette& c = d.p();
  const bool invert = selected && d.settings.contrast;
  const Look look{selected        ? (invert ? c.primary : c.tint)
                  : d.pressed(id) ? c.tint
                                  : c.surface,
                  selected && !d.settings.contrast ? c.primary : c.line_strong,
                  invert     ? c.on_primary
                  : selected ? (d.settings.contrast ? c.ink : c.primary)
                             : c.ink,
                  selected ? d.m().border * 1.6f : d.m().border * 0.75f};
  const int i = d.control(Role::Tab, id, tab.label, look, Flow::Row, true, selected, tab.badge);
  Item& box = d.at(i);
  box.gap = d.px(d.m().gap * 0.75f);
  box.pad_x = d.px(d.m().pad);
  box.pad_y = d.px(d.m().pad * 0.4f);
  box.cross = Align::Center;
  box.together = true;
  box.grow_w = wide ? 1.0f : 0.0f;
  if (tab.icon != Icon::None) d.icon(tab.icon, d.m().icon * 0.85f, look.ink);
  const int words = d.text(tab.label, selected ? Font::Strong : Font::Body, look.ink);
  d.at(words).grow_w = wide ? 1.0f : 0.0f;
  if (!tab.badge.empty()) {
    const int chip = d.open(Flow::Row);
    d.plate(chip, d.settings.contrast ? look.fill : c.primary, d.m().radius * 0.7f, look.ink,
            d.settings.contrast ? d.line_mm(0.3f) : 0);
    d.at(chip).pad_x = d.px(d.m().pad * 0.5f);
    d.text(tab.badge, Font::SmallStrong, d.settings.contrast ? look.ink : c.on_primary);
    d.close();
  }
  d.close();
  return used;
}
}  // namespace

std::optional<std::size_t> Ui::tabs(std::string_view id, std::span<const TabSpec> list, std::size_t selected) {
  Impl& d = *impl_;
  std::optional<std::size_t> chosen;
  d.open(Flow::Row, d.m().gap);
  for (std::size_t k = 0; k < list.size(); ++k)
    if (tab_button(d, std::string(id) + "." + list[k].id, list[k], k == selected, false)) chosen = k;
  d.close();
  return chosen;
}

std::optional<std::size_t> Ui::side_list(std::string_view id, std::span<const TabSpec> list, std::size_t selected) {
  Impl& d = *impl_;
  std::optional<std::size_t> chosen;
  const int box = d.open(Flow::Column, std::max(3.0f, d.m().gap));
  d.at(box).grow_w = 1;
  for (std::size_t k = 0; k < list.size(); ++k)
    if (tab_button(d, std::string(id) + "." + list[k].id, list[k], k == selected, true)) chosen = k;
  d.close();
  return chosen;
}

std::optional<std::size_t> Ui::table(std::string_view id, std::span<const Column> columns,
                                     std::span<const TableRow> rows, std::optional<std::size_t> selected,
                                     bool selectable) {
  Impl& d = *impl_;
  const Palette& c = d.p();
  std::optional<std::size_t> chosen;
  const int outer = d.open(Flow::Column, d.kiosk() ? 0.0f : 0.0f);
  d.plate(outer, c.surface, d.m().radius, c.line, d.line_mm(0.25f));
  d.at(outer).grow_w = 1;
  d.at(outer).pad_x = d.at(outer).pad_y = d.px(d.m().gap * 0.5f);
  const bool from_afar = density() == Density::Board;
  const auto cells = [&](const auto& words, Font font, Colour ink) {
    for (std::size_t k = 0; k < columns.size(); ++k) {
      const int t =
          d.text(k < words.size() ? words[k] : std::string(), font, ink, columns[k].right ? Align::End : Align::Start);
      d.at(t).grow_w = columns[k].weight;
    }
  };
  std::vector<std::string> titles;
  for (const Column& column : columns) titles.push_back(column.title);
  std::string spoken;
  for (const std::string& t : titles) spoken += (spoken.empty() ? "" : ", ") + t;
  const int n = d.node(Role::Table, id, spoken, std::to_string(rows.size()));
  d.nodes.back().contrast = contrast_ratio(c.ink_soft, c.surface);
  const int head = d.open(Flow::Cells, d.m().gap);
  d.at(head).node = n;
  d.at(head).solid = true;
  d.at(head).pad_x = d.px(d.m().pad * 0.6f);
  d.at(head).pad_y = d.px(d.m().gap * 0.6f);
  cells(titles, Font::SmallStrong, c.ink_soft);
  d.close();
  for (std::size_t k = 0; k < rows.size(); ++k) {
    const TableRow& row = rows[k];
    divider();
    const std::string row_id = std::string(id) + "." + row.id;
    const bool on = selected && *selected == k;
    const Colour fill = on || d.pressed(row_id)     ? c.tint
                        : row.tone == Tone::Neutral ? c.surface
                                                    : d.tone(row.tone).tint;
    const Colour ink = row.tone == Tone::Neutral ? c.ink : d.tone(row.tone).ink;
    std::string label;
    for (const std::string& cell : row.cells) label += (label.empty() || cell.empty() ? "" : ", ") + cell;
    if (selectable) {
      if (d.take(row_id)) chosen = k;
      const int i = d.control(Role::TableRow, row_id, label, {fill, c.line_strong, ink, on ? d.m().border * 1.4f : 0},
                              Flow::Cells, true, on);
      d.nodes.back().edge_contrast = 21;  // rows are told apart by their rules and text, not by an outline
      d.at(i).radius = static_cast<int>(d.px(d.m().radius * 0.5f));
      d.at(i).gap = d.px(d.m().gap);
      d.at(i).pad_x = d.px(d.m().pad * 0.6f);
      d.at(i).pad_y = d.px(d.m().gap * 0.6f);
      d.at(i).cross = Align::Center;
    } else {
      const int rn = d.node(Role::TableRow, row_id, label);
      d.nodes.back().contrast = contrast_ratio(ink, fill);
      const int i = d.open(Flow::Cells, d.m().gap);
      d.at(i).node = rn;
      d.at(i).solid = true;
      d.at(i).pad_x = d.px(d.m().pad * 0.6f);
      d.at(i).pad_y = d.px(d.m().gap * 0.6f);
      if (fill != c.surface) d.plate(i, fill, d.m().radius * 0.5f);
    }
    cells(row.cells, from_afar ? Font::Title : Font::Body, ink);
    d.close();
  }
  d.close();
  return chosen;
}

}  // namespace kiosk::ui
