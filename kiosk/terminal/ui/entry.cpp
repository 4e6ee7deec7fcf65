// Entry of digits, letters and dates: the field, what was typed into it, and the keys of the glass.
#include <algorithm>
#include <array>
#include <cctype>

#include "base/secret.h"
#include "terminal/ui/impl.h"

namespace kiosk::ui {

namespace {

// Characters of UTF-8 text, for limits and dots.
std::size_t length(std::string_view s) {
  std::size_t n = 0;
  for (std::size_t i = 0; i < s.size(); ++n) next_code(s, i);
  return n;
}

void drop_last(std::string& s) {
  while (!s.empty() && (static_cast<unsigned char>(s.back()) & 0xC0) == 0x80) s.pop_back();
  if (!s.empty()) s.pop_back();
}

constexpr std::size_t k_sum_digits = 18;  // of what Rupiah holds

Rupiah sum_of(std::string_view digits) {
  std::int64_t n = 0;
  for (const char c : digits.substr(0, k_sum_digits)) n = n * 10 + (c - '0');
  return {n};
}

// "Rp5.000.000": its groups may stand beneath each other on a narrow glass, the number is never cut.
void sum_glyphs(Ui::Impl& d, std::string_view digits, bool active, Font font) {
  const int groups = d.open(Flow::Row);
  d.at(groups).grow_w = 1;
  std::string written = digits.empty() ? std::string("Rp") : d.self->lang().rupiah(sum_of(digits));
  for (std::size_t from = 0; from < written.size();) {
    const auto end = std::min(written.find_first_of(".,", from), written.size() - 1) + 1;
    d.open(Flow::Row);
    d.at(d.stack.back()).together = true;
    d.text(std::string_view(written).substr(from, end - from), font, digits.empty() ? d.p().ink_soft : d.p().ink);
    if (active && end == written.size()) d.text("_", font, d.p().focus);
    d.close();
    from = end;
  }
  wipe(written);
  d.close();
}

// Nobody counts noughts: what was typed, in words. Its two lines are kept free, so that the keys do not move beneath a
// finger while it grows.
void sum_words(Ui::Impl& d, std::string_view id, std::string_view digits) {
  const int box = d.open(Flow::Column);
  const Font font = d.large_text() ? Font::Small : d.beside_font();  // field and keys stay on one glass
  d.at(box).min_h = d.sheet.line_height(font) * (d.large_text() || d.cramped() ? 1.0f : 2.0f);
  if (!digits.empty()) {
    std::string words = d.self->t("money.words", {{"number", d.self->lang().spelled(sum_of(digits).value)}});
    const int n = d.node(Role::Text, std::string(id) + ".words", words);
    d.nodes.back().contrast = contrast_ratio(d.p().ink_soft, d.ground());
    d.nodes.back().personal = true;
    d.at(d.text(words, font, d.p().ink_soft)).node = n;
    wipe(words);
  }
  d.close();
}

// Typed digits in ink, places still free as soft marks; groups stand apart and may wrap.
void digit_glyphs(Ui::Impl& d, std::string_view now, const DigitSpec& spec, bool active, Font font) {
  std::string glyphs;
  if (spec.hidden) {
    for (std::size_t k = 0; k < length(now); ++k) glyphs += "\u2022";
  } else {
    glyphs = now;
  }
  const std::size_t typed_count = length(glyphs), per = spec.hidden ? 3 : 1;
  const bool places = spec.group > 0 && !spec.letters;
  const std::size_t group = places ? static_cast<std::size_t>(spec.group) : 1000,
                    all = places ? static_cast<std::size_t>(spec.max) : typed_count;
  const int groups = d.open(Flow::Row, places ? d.m().gap * 0.8f : 0);
  d.at(groups).grow_w = 1;
  for (std::size_t k = 0; k < std::max<std::size_t>(all, 1); k += group) {
    const std::size_t end = std::min(k + group, all);
    const int g = d.open(Flow::Row);
    d.at(g).together = true;
    const std::size_t typed_end = std::clamp(typed_count, k, end);
    if (typed_end > k) d.text(std::string_view(glyphs).substr(k * per, (typed_end - k) * per), font, d.p().ink);
    if (places && end > typed_end) d.text(std::string(end - typed_end, '_'), font, d.p().line_strong);
    if (!places && active && k + group >= all) d.text("_", font, d.p().focus);
    d.close();
  }
  wipe(glyphs);
  d.close();
}

}  // namespace

bool Ui::Impl::is_active(std::string_view id) {
  if (active_id.empty()) active_id = id;
  return active_id == id;
}

// What the keys of the glass that belong to a field were used for; backspace and clear as control characters.
std::string Ui::Impl::keys_of(std::string_view id) {
  std::string keys;
  const std::string prefix = std::string(id) + ".key.";
  std::erase_if(used, [&](const std::string& u) {
    if (!u.starts_with(prefix)) return false;
    const std::string_view key = std::string_view(u).substr(prefix.size());
    if (key == "back")
      keys += '\b';
    else if (key == "clear")
      keys += '\x7F';
    else if (key == "space")
      keys += ' ';
    else
      keys += key;
    return true;
  });
  return keys;
}

std::string Ui::Impl::edited(std::string_view id, std::string value, int max, bool digits_only, bool capitals) {
  std::string keys = keys_of(id);
  if (active_id == id) {
    keys += typed;
    wipe(typed);
  }
  for (std::size_t i = 0; i < keys.size();) {
    const std::size_t begin = i;
    next_code(keys, i);
    const std::string_view c = std::string_view(keys).substr(begin, i - begin);
    if (c == "\b") {
      drop_last(value);
    } else if (c == "\x7F") {
      wipe(value);
    } else if (static_cast<unsigned char>(c[0]) >= 0x20 && length(value) < static_cast<std::size_t>(max)) {
      const bool digit = c.size() == 1 && c[0] >= '0' && c[0] <= '9';
      if (digits_only && !digit) continue;
      if (capitals && c.size() == 1)
        value += static_cast<char>(std::toupper(static_cast<unsigned char>(c[0])));
      else
        value += c;
    }
  }
  wipe(keys);
  return value;
}

void Ui::Impl::entry_head(std::string_view id, std::string_view label, std::string_view hint) {
  // A small glass leaves these to the page's heading; the tree keeps the label with the field.
  if (cramped() || tiny_glass()) return;
  const int n = node(Role::Text, std::string(id) + ".label", label);
  nodes.back().contrast = contrast_ratio(p().ink, ground());
  at(text(label, Font::Strong, p().ink)).node = n;
  if (hint.empty()) return;
  const int h = node(Role::Text, std::string(id) + ".hint", hint);
  nodes.back().contrast = contrast_ratio(p().ink_soft, ground());
  at(text(hint, Font::Body, p().ink_soft)).node = h;
}

void Ui::Impl::entry_problem(std::string_view id, std::string_view problem) {
  if (!problem.empty()) self->notice(std::string(id) + ".problem", problem, Tone::Attention);
}

int Ui::Impl::field_box(Role role, std::string_view id, std::string_view label, std::string_view value, bool active) {
  const Colour line_colour = active ? p().focus : p().line_strong;
  const Look look{active || kiosk() ? p().surface : p().sunken, line_colour, p().ink,
                  active ? m().border * 2 : m().border};
  const int i = control(role, id, label, look, Flow::Row, true, active, value);
  Item& box = at(i);
  box.gap = px(m().gap * 0.9f);
  box.pad_x = px(m().pad * 0.8f);
  box.pad_y = px(m().pad * 0.45f);
  box.cross = Align::Center;
  box.grow_w = 1;
  return i;
}

void Ui::Impl::key_button(const std::string& id, std::string_view label, float grow, Icon symbol) {
  const Palette& c = p();
  const bool down = pressed(id);
  const Look look{down ? (settings.contrast ? c.ink : c.tint) : c.surface, c.line_strong,
                  down && settings.contrast ? 0x000000 : c.ink, m().border};
  const int i = control(Role::Key, id, label, look, Flow::Column);
  Item& box = at(i);
  box.min_w = px(kiosk() ? 16.5f : 8.0f);
  if (kiosk()) box.min_h = px(portrait() ? 23.0f : short_glass() || large_text() ? 17.0f : 20.0f);
  box.pad_x = px(0.5f);
  box.cross = box.main = Align::Center;
  box.grow_w = grow;
  box.radius = static_cast<int>(px(m().radius * 0.7f));
  if (symbol != Icon::None)
    icon(symbol, m().icon * 0.9f, look.ink);
  else if (!label.empty())
    at(text(label, Font::Strong, look.ink, Align::Center)).tight = true;
  close();
}

void Ui::Impl::number_pad(std::string_view id, bool secret) {
  const auto first = nodes.size();
  const std::string base = std::string(id) + ".key.";
  const int grid = open(Flow::Grid, 3.2f);
  at(grid).column_max = 3;
  for (char c = '1'; c <= '9'; ++c) key_button(base + c, std::string_view(&c, 1));
  key_button(base + "clear", self->t("key.clear"), 1, large_text() || !portrait() ? Icon::Refresh : Icon::None);
  key_button(base + "0", "0");
  key_button(base + "back", self->t("key.back"), 1, Icon::Backspace);
  close();
  for (auto k = first; k < nodes.size(); ++k) nodes[k].secret = secret;
}

void Ui::Impl::letter_keyboard(std::string_view id, bool capitals) {
  const std::string base = std::string(id) + ".key.";
  // One key switches between letters and figures; it is no character.
  static constexpr std::array<std::string_view, 3> kUpper{"QWERTYUIOP", "ASDFGHJKL", "ZXCVBNM"};
  static constexpr std::array<std::string_view, 3> kLower{"qwertyuiop", "asdfghjkl", "zxcvbnm"};
  static constexpr std::array<std::string_view, 3> kFigures{"1234567890", "-/:()&@_,", ".'+#%*!"};
  const auto& rows = figures ? kFigures : capitals ? kUpper : kLower;
  const int board = open(Flow::Column, 2.6f);
  at(board).grow_w = 1;
  for (std::size_t r = 0; r < rows.size(); ++r) {
    open(Flow::Cells, 2.6f);
    for (const char c : rows[r]) key_button(base + c, std::string_view(&c, 1));
    if (r == 2) key_button(base + "back", self->t("key.back"), 2.2f, Icon::Backspace);
    close();
  }
  open(Flow::Cells, 2.6f);
  key_button(base + "page", figures ? "ABC" : "123", 2);
  key_button(base + "space", self->t("key.space"), 5);
  key_button(base + "clear", self->t("key.clear"), 2.4f, large_text() || !portrait() ? Icon::Refresh : Icon::None);
  close();
  close();
}

std::optional<std::string> Ui::digits(std::string_view id, std::string_view label, std::string_view value,
                                      const DigitSpec& spec) {
  Impl& d = *impl_;
  if (d.take(id)) d.active_id = id;
  const bool active = d.is_active(id);
  if (d.take(std::string(id) + ".key.page")) d.figures = !d.figures;
  std::string now = d.edited(id, std::string(value), spec.max, !spec.letters, spec.letters);
  if (spec.money) now.erase(0, std::min(now.find_first_not_of('0'), now.empty() ? 0 : now.size() - 1));
  const bool pad = d.kiosk() && active;
  const bool beside = pad && !spec.letters;
  std::optional<Scope> sides;
  if (beside) sides.emplace(split(0.52f, true, true));
  const int left = d.open(Flow::Column, d.m().gap * 0.75f);
  d.field_column = beside && !portrait() ? left : -1;
  d.at(left).grow_w = 1;
  // With the largest letters the words of a sum take the label's line: the page's heading asks the same.
  if (!spec.money || !d.large_text() || !d.kiosk()) d.entry_head(id, label, spec.hint);
  const std::string shown_value = spec.hidden                  ? std::to_string(length(now))
                                  : spec.money && !now.empty() ? lang().rupiah(sum_of(now))
                                                               : now;
  d.field_box(Role::DigitField, id, label, shown_value, active);
  d.nodes.back().secret = spec.hidden;
  const Font font = d.kiosk() ? Font::Title : Font::Strong;
  if (!spec.prefix.empty()) d.text(spec.prefix, font, d.p().ink_soft);
  if (spec.money)
    sum_glyphs(d, now, active, font);
  else
    digit_glyphs(d, now, spec, active, font);
  d.close();
  if (spec.money) sum_words(d, id, now);
  d.entry_problem(id, spec.problem);
  d.close();
  if (pad) {
    if (spec.letters)
      d.letter_keyboard(id, true);
    else
      d.number_pad(id, spec.hidden);
  }
  if (now == value) return std::nullopt;
  return now;
}

std::optional<std::string> Ui::entry(std::string_view id, std::string_view label, std::string_view value,
                                     const TextSpec& spec) {
  Impl& d = *impl_;
  if (d.take(id)) d.active_id = id;
  const bool active = d.is_active(id);
  if (d.take(std::string(id) + ".key.page")) d.figures = !d.figures;
  std::string now = d.edited(id, std::string(value), spec.max, false, spec.capitals && d.kiosk());
  const int outer = d.open(Flow::Column, d.m().gap * 0.85f);
  d.at(outer).grow_w = 1;
  d.entry_head(id, label, spec.hint);
  const int box = d.field_box(Role::TextField, id, label, spec.hidden ? std::to_string(length(now)) : now, active);
  const float line = d.sheet.line_height(d.kiosk() ? Font::Title : Font::Body);
  d.at(box).min_h = std::max(d.at(box).min_h, line * static_cast<float>(spec.lines) + 2 * d.at(box).pad_y);
  if (spec.lines > 1) d.at(box).cross = Align::Start;
  std::string glyphs;
  if (spec.hidden)
    for (std::size_t k = 0; k < length(now); ++k) glyphs += "\u2022";
  else
    glyphs = now;
  if (active) glyphs += "_";
  const int words = d.text(glyphs, d.kiosk() ? Font::Title : Font::Body, d.p().ink);
  d.at(words).grow_w = 1;
  wipe(glyphs);
  d.close();
  // The next letter would be dropped: whoever types is told so before it is, and hears it.
  if (active && !spec.hidden && length(now) >= static_cast<std::size_t>(spec.max))
    notice(std::string(id) + ".full", t("field.full", {{"n", std::to_string(spec.max)}}), Tone::Attention);
  d.entry_problem(id, spec.problem);
  if (d.kiosk() && active) d.letter_keyboard(id, spec.capitals);
  d.close();
  if (now == value) return std::nullopt;
  return now;
}

// Day, month and year in three boxes; full boxes hand over to the next, an empty one back to the one before.
std::optional<DateParts> Ui::date(std::string_view id, std::string_view label, const DateParts& value,
                                  std::string_view problem) {
  Impl& d = *impl_;
  const std::array<std::string, 3> ids{std::string(id) + ".day", std::string(id) + ".month", std::string(id) + ".year"};
  const std::array<std::size_t, 3> sizes{2, 2, 4};
  const std::array<const char*, 3> names{"date.day", "date.month", "date.year"};
  std::array<std::string, 3> parts{value.day, value.month, value.year};
  for (const std::string& part_id : ids)
    if (d.take(part_id)) d.active_id = part_id;
  if (std::find(ids.begin(), ids.end(), d.active_id) == ids.end() && d.active_id.empty()) d.active_id = ids[0];
  // The pad belongs to the whole date; its keys go to the active box one by one.
  std::string keys = d.keys_of(id);
  const auto box_now = std::find(ids.begin(), ids.end(), d.active_id);
  if (box_now != ids.end()) {
    auto k = static_cast<std::size_t>(box_now - ids.begin());
    keys += d.typed;
    wipe(d.typed);
    for (const char c : keys) {
      if (c == '\b') {
        if (parts[k].empty() && k > 0) --k;
        if (!parts[k].empty()) parts[k].pop_back();
      } else if (c == '\x7F') {
        for (std::string& part_text : parts) part_text.clear();
        k = 0;
      } else if (c >= '0' && c <= '9') {
        if (parts[k].size() >= sizes[k] && k < 2) ++k;
        if (parts[k].size() < sizes[k]) parts[k] += c;
        if (parts[k].size() >= sizes[k] && k < 2) ++k;
      }
    }
    wipe(keys);
    d.active_id = ids[k];
  }
  std::optional<Scope> sides;
  const bool pad = d.kiosk() && std::find(ids.begin(), ids.end(), d.active_id) != ids.end();
  if (pad) sides.emplace(split(0.52f, true, true));
  const int left = d.open(Flow::Column, d.m().gap * 0.75f);
  d.field_column = pad && !portrait() ? left : -1;
  d.at(left).grow_w = 1;
  d.entry_head(id, label, {});
  const int row = d.open(Flow::Row, d.m().gap);
  d.at(row).grow_w = 1;
  for (std::size_t k = 0; k < 3; ++k) {
    const int column = d.open(Flow::Column, d.m().gap * 0.4f);
    d.at(column).grow_w = k == 2 ? 1.5f : 1.0f;
    const int n = d.node(Role::Text, ids[k] + ".label", t(names[k]));
    d.nodes.back().contrast = contrast_ratio(d.p().ink_soft, d.ground());
    d.at(d.text(t(names[k]), Font::Body, d.p().ink_soft)).node = n;
    const Font font = d.kiosk() ? Font::Title : Font::Strong;
    d.field_box(Role::DigitField, ids[k], t(names[k]), parts[k], d.active_id == ids[k]);
    const int g = d.open(Flow::Row);
    d.at(g).together = true;
    if (!parts[k].empty()) d.text(parts[k], font, d.p().ink);
    if (parts[k].size() < sizes[k]) d.text(std::string(sizes[k] - parts[k].size(), '_'), font, d.p().line_strong);
    d.close();
    d.close();
    d.close();
  }
  d.close();
  d.entry_problem(id, problem);
  d.close();
  if (pad) d.number_pad(id);
  const DateParts now{parts[0], parts[1], parts[2]};
  if (now == value) return std::nullopt;
  return now;
}

Scope Ui::under_field() {
  Impl& d = *impl_;
  if (d.field_column < 0 || d.cramped() || d.settings.size == TextSize::Percent200) return column();
  d.stack.push_back(d.field_column);
  d.grounds.push_back(d.ground());
  return Scope(this);
}

}  // namespace kiosk::ui
