// Widgets that are read: texts, lists, notices, pictures, and the containers they stand in.
#include <algorithm>

#include "terminal/ui/impl.h"

namespace kiosk::ui {

Scope Ui::column() {
  impl_->at(impl_->open(Flow::Column, impl_->m().gap * 0.75f)).grow_w = 1;
  return Scope(this);
}

Scope Ui::own() {
  auto scope = column();
  impl_->at(impl_->stack.back()).own = true;
  return scope;
}

Scope Ui::row() {
  const int i = impl_->open(Flow::Row, impl_->m().gap);
  impl_->at(i).cross = Align::Center;
  impl_->at(i).grow_w = 1;
  return Scope(this);
}

Scope Ui::grid(Millimetres min_width, int max_columns, bool grow) {
  Impl& d = *impl_;
  const int i = d.open(Flow::Grid, d.m().gap * (d.kiosk() ? 1.25f : 1.0f));
  Item& box = d.at(i);
  box.column_min = d.px(min_width.value);
  // A growing grid (home) has room for twice as many side by side on a wide glass.
  box.column_max = grow && d.kiosk() && !d.portrait() ? 2 * max_columns : max_columns;
  box.grow_w = 1;
  if (grow) box.grow_h = 1;
  return Scope(this);
}

Scope Ui::split(float first_share, bool to_bottom, bool steady) {
  Impl& d = *impl_;
  const int i = d.open(Flow::Split, d.m().gap * 1.5f);
  d.at(i).share = first_share;
  d.at(i).steady = steady && !portrait();
  d.at(i).grow_h = d.setup.density == Density::Desktop && to_bottom ? 1.0f : 0.0f;
  return Scope(this);
}

Scope Ui::card(Tone tone) {
  Impl& d = *impl_;
  const int i = d.open(Flow::Column, d.m().gap * 0.75f);
  d.plate(i, d.tone(tone).tint, d.m().radius, tone == Tone::Neutral ? d.p().line : d.tone(tone).ink,
          d.line_mm(tone == Tone::Neutral && !d.settings.contrast ? 0.25f : d.m().border));
  Item& box = d.at(i);
  box.pad_x = d.px(d.m().pad);
  box.pad_y = d.px(d.m().pad * 0.85f);
  box.shadow = d.kiosk();
  box.grow_w = 1;
  return Scope(this);
}

void Ui::space(Millimetres height) { impl_->at(impl_->add(Item::Kind::Space)).min_h = impl_->px(height.value); }

void Ui::fill() {
  const int i = impl_->add(Item::Kind::Space);
  impl_->at(i).grow_h = 1;
  impl_->filled = true;
}

void Ui::divider() {
  Impl& d = *impl_;
  const int i = d.open(Flow::Column);
  d.at(i).fill = d.p().line;
  d.at(i).strip = true;
  d.at(i).min_h = std::max(1.0f, d.px(d.line_mm(0.25f)));
  d.close();
}

void Ui::heading(std::string_view words) {
  Impl& d = *impl_;
  const int n = d.node(Role::Heading, "", words);
  d.nodes.back().contrast = contrast_ratio(d.p().ink, d.ground());
  const int i = d.text(words, Font::Title, d.p().ink);
  d.at(i).node = n;
  d.at(i).grow_w = 1;
}

void Ui::text(std::string_view words, TextKind kind, Tone tone) {
  impl_->words(impl_->node(Role::Text, "", words), words, kind, tone);
}

void Ui::personal(std::string_view words, TextKind kind, Tone tone) {
  const int n = impl_->node(Role::Field, "", "", words);
  impl_->nodes.back().personal = true;
  impl_->words(n, words, kind, tone);
}

void Ui::Impl::words(int node_of, std::string_view words, TextKind kind, Tone how) {
  Font font = Font::Body;
  Colour ink = how == Tone::Neutral ? p().ink : tone(how).ink;
  switch (kind) {
    case TextKind::Body:
      break;
    case TextKind::Strong:
      font = Font::Strong;
      break;
    case TextKind::Soft:
      if (how == Tone::Neutral) ink = p().ink_soft;
      break;
    case TextKind::Small:
      font = Font::Small;
      if (how == Tone::Neutral) ink = p().ink_soft;
      break;
    case TextKind::Title:
      font = Font::Title;
      break;
    case TextKind::Display:
      font = Font::Display;
      break;
  }
  nodes.back().contrast = contrast_ratio(ink, ground());
  const int i = text(words, font, ink);
  at(i).node = node_of;
  at(i).grow_w = 1;
}

void Ui::notice(std::string_view id, std::string_view words, Tone tone, Icon icon, std::string_view title) {
  Impl& d = *impl_;
  const ToneColours c = d.tone(tone);
  if (icon == Icon::None) {
    switch (tone) {
      case Tone::Good:
        icon = Icon::Check;
        break;
      case Tone::Attention:
      case Tone::Bad:
        icon = Icon::Attention;
        break;
      case Tone::Neutral:
      case Tone::Info:
        icon = Icon::Info;
        break;
    }
  }
  const std::string label = title.empty() ? std::string(words) : std::string(title) + ". " + std::string(words);
  const int n = d.node(Role::Notice, id, label);
  d.nodes.back().contrast = contrast_ratio(c.ink, c.tint);
  const int box = d.open(Flow::Row, d.m().gap);
  d.plate(box, c.tint, d.m().radius, c.ink, d.line_mm(d.m().border * 0.8f));
  Item& b = d.at(box);
  b.node = n;
  b.pad_x = d.px(d.m().pad);
  b.pad_y = d.px(d.m().pad * 0.7f);
  b.cross = Align::Center;
  b.together = true;
  b.grow_w = 1;
  d.icon(icon, d.m().icon * 0.9f, c.ink);
  const int words_box = d.open(Flow::Column, d.m().gap * 0.25f);
  d.at(words_box).grow_w = 1;
  if (!title.empty()) d.text(title, Font::Strong, c.ink);
  if (!words.empty()) d.text(words, Font::Body, d.settings.contrast ? c.ink : d.p().ink);
  d.close();
  d.close();
}

void Ui::check(std::string_view id, std::string_view words, bool passed, std::string_view detail) {
  Impl& d = *impl_;
  const ToneColours c = d.tone(passed ? Tone::Good : Tone::Attention);
  const int n = d.node(Role::Check, id, words, passed ? "passed" : "attention");
  d.nodes.back().contrast = contrast_ratio(d.p().ink, d.ground());
  const int row = d.open(Flow::Row, d.m().gap * 1.25f);
  Item& r = d.at(row);
  r.node = n;
  r.cross = Align::Center;
  r.together = true;
  r.grow_w = 1;
  const float size = d.m().icon * 1.1f * d.icon_scale();
  const int badge = d.open(Flow::Column);
  d.plate(badge, passed ? (d.settings.contrast ? c.ink : d.p().good) : c.tint, size / 2, c.ink,
          passed ? 0 : d.line_mm(d.m().border));
  Item& b = d.at(badge);
  b.min_w = b.min_h = d.px(size);
  b.cross = b.main = Align::Center;
  d.icon(passed ? Icon::Check : Icon::Attention, size * 0.62f,
         passed ? (d.settings.contrast ? 0x000000 : 0xFFFFFF) : c.ink);
  d.close();
  const int words_box = d.open(Flow::Column, d.m().gap * 0.2f);
  d.at(words_box).grow_w = 1;
  d.text(words, Font::Strong, d.p().ink);
  if (!detail.empty()) d.text(detail, Font::Body, passed ? d.p().ink_soft : c.ink);
  d.close();
  d.close();
}

void Ui::fields(std::string_view id, std::span<const FieldRow> rows) {
  Impl& d = *impl_;
  const int outer = d.open(Flow::Column);
  d.at(outer).grow_w = 1;
  std::size_t k = 0;
  for (const FieldRow& row : rows) {
    if (k > 0) divider();
    const Colour ink = row.tone == Tone::Neutral ? d.p().ink : d.tone(row.tone).ink;
    const int n = d.node(Role::Field, std::string(id) + "." + std::to_string(k++), row.label, row.value);
    d.nodes.back().contrast = contrast_ratio(ink, d.ground());
    const int cells = d.open(Flow::Cells, d.m().gap);
    Item& c = d.at(cells);
    c.node = n;
    c.pad_y = d.px(d.m().gap * 0.75f);
    d.at(d.text(row.label, Font::Body, d.p().ink_soft)).grow_w = 0.8f;
    d.at(d.text(row.value, Font::Strong, ink)).grow_w = 1.0f;
    d.close();
  }
  d.close();
}

void Ui::timeline(std::string_view id, std::span<const TimelineRow> rows) {
  Impl& d = *impl_;
  const int outer = d.open(Flow::Column);
  d.at(outer).grow_w = 1;
  const float dot = d.m().icon * 0.75f * d.icon_scale();
  for (std::size_t k = 0; k < rows.size(); ++k) {
    const TimelineRow& row = rows[k];
    Colour colour = d.p().line_strong;
    const char* value = "future";
    switch (row.state) {
      case TimelineRow::State::Past:
        colour = d.p().good;
        value = "past";
        break;
      case TimelineRow::State::Now:
        colour = d.settings.contrast ? d.p().focus : d.p().primary;
        value = "now";
        break;
      case TimelineRow::State::Future:
        break;
      case TimelineRow::State::Problem:
        colour = d.p().bad;
        value = "problem";
        break;
    }
    const int n = d.node(Role::Timeline, std::string(id) + "." + std::to_string(k), row.label, value);
    d.nodes.back().contrast = contrast_ratio(d.p().ink, d.ground());
    const int line_box = d.open(Flow::Row, d.m().gap);
    d.at(line_box).node = n;
    d.at(line_box).together = true;
    d.at(line_box).solid = !d.cramped();  // too tall for a small glass: it may be parted
    const int rail = d.open(Flow::Column);
    d.at(rail).min_w = d.px(dot);
    d.at(rail).cross = Align::Center;
    const int mark = d.open(Flow::Column);
    const bool hollow = row.state == TimelineRow::State::Future;
    d.plate(mark, hollow ? d.ground() : colour, dot / 2, colour, d.line_mm(d.m().border * 1.5f));
    d.at(mark).min_w = d.at(mark).min_h = d.px(dot);
    d.at(mark).cross = d.at(mark).main = Align::Center;
    const Colour on = d.settings.contrast ? 0x000000 : 0xFFFFFF;
    if (row.state == TimelineRow::State::Past) d.icon(Icon::Check, dot * 0.66f / d.icon_scale(), on);
    if (row.state == TimelineRow::State::Problem) d.icon(Icon::Cross, dot * 0.66f / d.icon_scale(), on);
    d.close();
    if (k + 1 < rows.size()) {
      const int thread = d.open(Flow::Column);
      Item& t = d.at(thread);
      t.fill = row.state == TimelineRow::State::Past ? d.p().good : d.p().line;
      t.strip = true;
      t.min_w = d.px(d.kiosk() ? 1.2f : 0.6f);
      t.grow_h = 1;
      d.close();
    }
    d.close();
    const int words = d.open(Flow::Column, d.m().gap * 0.1f);
    d.at(words).grow_w = 1;
    d.text(row.label, row.state == TimelineRow::State::Future ? Font::Body : Font::Strong, d.p().ink);
    if (!row.detail.empty())
      d.text(row.detail, d.beside_font(), row.state == TimelineRow::State::Problem ? d.p().bad : d.p().ink_soft);
    space(Millimetres{d.m().gap});
    d.close();
    d.close();
  }
  d.close();
}

void Ui::way(std::string_view id, std::span<const WayBox> boxes) {
  Impl& d = *impl_;
  const bool two = !d.portrait() && !d.large_text();
  const std::size_t half = two ? (boxes.size() + 1) / 2 : boxes.size();
  const float round = d.m().icon * 1.2f * d.icon_scale();
  const auto box = [&](std::size_t k) {
    const WayBox& w = boxes[k];
    const std::string number = std::to_string(k + 1);
    const int n = d.node(Role::Text, std::string(id) + "." + number, number + ". " + w.label);
    d.nodes.back().contrast = contrast_ratio(d.p().ink, d.p().surface);
    const int i = d.open(Flow::Row, d.m().gap * 1.1f);
    d.plate(i, d.p().surface, d.m().radius, d.settings.contrast ? d.p().line_strong : d.p().line,
            d.line_mm(d.m().border * 0.75f));
    Item& b = d.at(i);
    b.node = n;
    b.pad_x = d.px(d.m().pad * 0.8f);
    b.pad_y = d.px(d.m().pad * 0.45f);
    b.cross = Align::Center;
    b.together = true;
    b.solid = !d.cramped();
    b.grow_w = 1;
    const int badge = d.open(Flow::Column);
    d.plate(badge, d.settings.contrast ? d.p().ink : d.p().primary, round / 2);
    d.at(badge).min_w = d.at(badge).min_h = d.px(round);
    d.at(badge).cross = d.at(badge).main = Align::Center;
    d.text(number, Font::Strong, d.settings.contrast ? 0x000000 : d.p().on_primary, Align::Center);
    d.close();
    if (w.icon != Icon::None && !d.cramped())
      d.icon(w.icon, d.m().icon * 1.25f, d.settings.contrast ? d.p().ink : d.p().primary);
    const int words = d.open(Flow::Column, d.m().gap * 0.1f);
    d.at(words).grow_w = 1;
    d.text(w.label, Font::Strong, d.p().ink);
    if (!w.aside.empty()) d.text(w.aside, d.beside_font(), d.p().ink_soft);
    d.close();
    d.close();
  };
  const auto some = [&](std::size_t from, std::size_t to) {
    const int column = d.open(Flow::Column, d.m().gap * 0.25f);
    d.at(column).grow_w = 1;
    for (std::size_t k = from; k < to; ++k) {
      box(k);
      if (k + 1 == boxes.size()) break;
      const int arrow = d.open(Flow::Column);
      d.at(arrow).cross = Align::Center;
      d.icon(k + 1 == to ? Icon::ArrowRight : Icon::ArrowDown, d.m().icon * 0.7f,
             d.settings.contrast ? d.p().focus : d.p().primary);
      d.close();
    }
    d.close();
  };
  if (!two) return some(0, boxes.size());
  auto halves = split(0.5f, false);
  some(0, half);
  some(half, boxes.size());
}

void Ui::progress(std::string_view id, std::string_view label, float part) {
  Impl& d = *impl_;
  const int n = d.node(Role::Progress, id, label, part < 0 ? "busy" : std::to_string(static_cast<int>(part * 100)));
  d.nodes.back().contrast = contrast_ratio(d.p().ink, d.ground());
  const int box = d.open(Flow::Column, d.m().gap * 0.6f);
  d.at(box).node = n;
  d.at(box).grow_w = 1;
  d.text(label, Font::Strong, d.p().ink);
  if (part < 0) {  // three marks that take turns: work without a known end
    d.busy_mark = true;
    const int row = d.open(Flow::Row, d.m().gap * 0.75f);
    const float size = d.kiosk() ? 5.0f : 2.2f;
    for (unsigned k = 0; k < 3; ++k) {
      const int mark = d.open(Flow::Column);
      const bool lit = (d.frames / 8) % 3 == k;
      d.plate(mark, lit ? (d.settings.contrast ? d.p().ink : d.p().primary) : mix(d.p().line_strong, d.p().page, 0.5f),
              size / 2);
      d.at(mark).min_w = d.at(mark).min_h = d.px(size);
      d.close();
    }
    d.at(row).cross = Align::Center;
    d.close();
  } else {
    const int bar = d.open(Flow::Column);
    d.plate(bar, mix(d.p().line, d.p().page, d.settings.contrast ? 0.7f : 0.2f), 5);
    Item& b = d.at(bar);
    b.min_h = d.px(d.kiosk() ? 5.0f : 2.2f);
    b.part = part;
    b.ink = d.settings.contrast ? d.p().ink : d.p().primary;
    d.close();
  }
  d.close();
}

void Ui::bars(std::string_view id, std::string_view label, std::span<const std::string, 2> names,
              std::span<const Bar> bars, Millimetres height) {
  Impl& d = *impl_;
  const Colour inks[] = {d.settings.contrast ? d.p().ink : d.p().primary,
                         d.settings.contrast ? d.p().focus : d.p().info};
  const auto block = [&](float w_mm, float h_mm, Colour ink) {
    const int b = d.open(Flow::Column);
    d.plate(b, ink, 0.6f);
    d.at(b).min_w = d.px(w_mm);
    d.at(b).min_h = d.px(h_mm);
    d.close();
  };
  const int n = d.node(Role::Picture, id, label);
  d.nodes.back().contrast = contrast_ratio(inks[0], d.ground());
  const int box = d.open(Flow::Column, d.m().gap * 0.6f);
  d.at(box).node = n;
  d.at(box).grow_w = 1;
  const int legend = d.open(Flow::Row, d.m().gap);
  d.at(legend).cross = Align::Center;
  for (std::size_t k = 0; k < 2; ++k) {
    block(d.m().cap_small, d.m().cap_small, inks[k]);
    d.text(names[k], Font::Small, d.p().ink);
  }
  d.close();
  const float width = d.kiosk() ? 7.0f : 3.0f;
  const int row = d.open(Flow::Grid, d.m().gap * 0.5f);
  d.at(row).column_min = d.px(2 * width);
  d.at(row).column_max = static_cast<int>(bars.size());
  d.at(row).grow_w = 1;
  for (const auto& bar : bars) {
    const int one = d.open(Flow::Column, d.m().gap * 0.3f);
    d.at(one).cross = Align::Center;
    const int pair = d.open(Flow::Row, 0.6f);
    d.at(pair).cross = Align::End;
    for (const auto& [part, ink] : {std::pair{bar.first, inks[0]}, {bar.second, inks[1]}}) {
      const float tall = std::clamp(part, 0.02f, 1.0f) * height.value;  // nothing at all is still a line
      d.open(Flow::Column);
      d.at(d.add(Item::Kind::Space)).min_h = d.px(height.value - tall);
      block(width, tall, ink);
      d.close();
    }
    d.close();
    d.at(d.text(bar.label, Font::Small, d.p().ink)).align = Align::Center;
    d.close();
  }
  d.close();
  d.close();
}

void Ui::big_number(std::string_view id, std::string_view label, std::string_view value) {
  Impl& d = *impl_;
  const int n = d.node(Role::Field, id, label, value);
  d.nodes.back().open = true;
  d.nodes.back().contrast = contrast_ratio(d.p().ink, d.p().surface);
  const int box = d.open(Flow::Column, d.m().gap * 0.25f);
  d.plate(box, d.p().surface, d.m().radius * 1.3f, d.p().line_strong, d.line_mm(d.m().border));
  Item& b = d.at(box);
  b.node = n;
  b.pad_x = d.px(d.m().pad);
  b.pad_y = d.px(d.m().pad * (d.cramped() ? 0.3f : 1));
  b.shadow = true;
  b.solid = true;
  b.main = Align::Center;
  b.grow_w = 1;
  d.text(label, Font::Body, d.p().ink_soft, Align::Center);
  d.text(value, d.cramped() ? Font::Title : Font::Display, d.settings.contrast ? d.p().ink : d.p().primary,
         Align::Center);
  d.close();
}

void Ui::art(Art which, Millimetres height) {
  Impl& d = *impl_;
  const int i = d.add(Item::Kind::Picture);
  Item& a = d.at(i);
  const float tall = d.px(height.value);
  a.picture = d.drawing(which, static_cast<int>(tall));
  a.aspect = 1.5f;
  a.min_h = a.max_h = tall;
  a.align = Align::Center;
}

void Ui::icon(Icon which, Tone tone) { impl_->icon(which, impl_->m().icon, impl_->tone(tone).ink); }

void Ui::picture(std::string_view id, std::string_view label, const Picture& picture, Millimetres max_height,
                 std::optional<CameraGuide> guide) {
  Impl& d = *impl_;
  const int n = d.node(Role::Picture, id, label);
  d.nodes.back().contrast = 21;
  auto& slot = d.pictures[std::string(id)];
  if (!slot) slot = std::make_unique<DrawPicture>();
  slot->image = picture.image;
  slot->mirrored = picture.mirrored;
  const bool shown = picture.image && !picture.image->empty();
  const float aspect =
      shown ? static_cast<float>(picture.image->width) / static_cast<float>(picture.image->height) : 4.0f / 3.0f;
  const int i = d.add(Item::Kind::Picture);
  Item& p = d.at(i);
  p.node = n;
  p.picture = shown ? slot.get() : nullptr;
  p.aspect = aspect;
  p.max_h = p.min_h = d.px(max_height.value);
  p.align = Align::Center;
  p.grow_w = 1;
  if (guide && shown) d.guides.push_back({i, *guide});
}

}  // namespace kiosk::ui
