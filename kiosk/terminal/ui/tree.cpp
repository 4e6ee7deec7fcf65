#include "terminal/ui/tree.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <set>

namespace kiosk::ui {

namespace {

constexpr std::array<std::string_view, 20> kRoles{
    "page", "heading", "text",  "button", "tile", "choice", "check",    "field",    "textfield", "digitfield",
    "key",  "picture", "table", "row",    "tab",  "notice", "progress", "timeline", "dialog",    "status"};
static_assert(kRoles.size() == static_cast<std::size_t>(Role::Status) + 1);

void quote(std::string& out, std::string_view s) {
  out += '"';
  for (const char c : s) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (static_cast<unsigned char>(c) < 0x20) {
      char buffer[8];
      std::snprintf(buffer, sizeof buffer, "\\u%04x", static_cast<unsigned>(static_cast<unsigned char>(c)));
      out += buffer;
    } else {
      out += c;
    }
  }
  out += '"';
}

std::string number(double v) {
  char buffer[32];
  std::snprintf(buffer, sizeof buffer, "%.1f", v);
  return buffer;
}

// The distance between two rectangles; negative when they overlap.
float distance(const RectMm& a, const RectMm& b) {
  const float dx = std::max(b.x - (a.x + a.w), a.x - (b.x + b.w));
  const float dy = std::max(b.y - (a.y + a.h), a.y - (b.y + b.h));
  return std::max(dx, dy);
}

}  // namespace

std::string_view name(Role role) { return kRoles.at(static_cast<std::size_t>(role)); }

std::string Node::state() const {
  std::string s = enabled ? "enabled" : "disabled";
  if (selected) s += " selected";
  if (pressed) s += " pressed";
  if (focused) s += " focused";
  if (!visible) s += " offpage";
  return s;
}

const Node* Tree::by_id(std::string_view id) const {
  for (const Node& n : nodes)
    if (n.id == id) return &n;
  return nullptr;
}

std::vector<const Node*> Tree::candidates(std::string_view label, bool touchable_only) const {
  std::vector<const Node*> whole, prefix;
  for (const Node& n : nodes) {
    if (touchable_only && !n.touchable) continue;
    if (n.label == label)
      whole.push_back(&n);
    else if (!label.empty() && n.label.starts_with(label))
      prefix.push_back(&n);
  }
  return whole.empty() ? prefix : whole;
}

const Node* Tree::by_label(std::string_view label, bool touchable_only) const {
  const auto found = candidates(label, touchable_only);
  return found.size() == 1 ? found.front() : nullptr;
}

std::string Tree::json() const {
  std::string out = "[";
  bool first = true;
  for (const Node& n : nodes) {
    out += first ? "\n" : ",\n";
    first = false;
    out += " {\"id\":";
    quote(out, n.id);
    out += ",\"role\":";
    quote(out, name(n.role));
    out += ",\"label\":";
    quote(out, n.label);
    out += ",\"value\":";
    quote(out, n.value);
    out += ",\"rect_mm\":{\"x\":" + number(n.rect.x) + ",\"y\":" + number(n.rect.y) + ",\"w\":" + number(n.rect.w) +
           ",\"h\":" + number(n.rect.h) + "},\"state\":";
    quote(out, n.state());
    out += ",\"focus\":" + std::to_string(n.focus) + ",\"contrast\":" + number(n.contrast) +
           ",\"edge_contrast\":" + number(n.edge_contrast) + ",\"clipped\":" + (n.clipped ? "true" : "false") +
           ",\"touchable\":" + (n.touchable ? "true" : "false") + "}";
  }
  out += "\n]\n";
  return out;
}

std::vector<std::string> Tree::sentences(bool personal) const {
  std::vector<std::string> out;
  const auto say = [&](const std::string& s) {
    if (!s.empty()) out.push_back(s.ends_with('.') || s.ends_with('?') || s.ends_with('!') ? s : s + ".");
  };
  for (const Node& n : nodes) {
    if (!n.visible || (n.personal && !personal)) continue;
    switch (n.role) {
      case Role::Heading:
      case Role::Text:
      case Role::Notice:
      case Role::Check:
      case Role::Dialog:
      case Role::Timeline:
      case Role::Progress:
      case Role::Tile:
      case Role::Choice:
        say(n.label);
        break;
      case Role::Field:
        if (personal || n.open) say(n.label.empty() ? n.value : n.label + ": " + n.value);
        break;
      case Role::TableRow:
        if (personal) say(n.label);
        break;
      case Role::Page:
      case Role::Button:
      case Role::TextField:
      case Role::DigitField:
      case Role::Key:
      case Role::Picture:
      case Role::Table:
      case Role::Tab:
      case Role::Status:
        break;
    }
  }
  return out;
}

std::string Tree::spoken(bool personal) const {
  std::string out;
  for (const auto& s : sentences(personal)) out += s + " ";
  return out;
}

std::vector<Finding> lint(const Tree& tree, const LintLimits& limits) {
  std::vector<Finding> findings;
  std::set<std::string_view> ids;
  constexpr float kSlack = 0.26f;  // one pixel: sizes are rounded to whole pixels
  std::vector<const Node*> touchable;
  for (const Node& n : tree.nodes) {
    if (!n.id.empty() && !ids.insert(n.id).second) findings.push_back({n.id, "duplicate", n.label});
    if (!n.visible) continue;
    if (n.clipped) findings.push_back({n.id, "clipped", n.label});
    if (n.rect.x < -kSlack || n.rect.y < -kSlack || n.rect.x + n.rect.w > tree.width_mm + kSlack ||
        n.rect.y + n.rect.h > tree.height_mm + kSlack)
      findings.push_back({n.id, "outside", n.label});
    if (n.enabled && !n.label.empty() && n.contrast < limits.text_contrast)
      findings.push_back({n.id, "contrast", n.label + " " + number(n.contrast)});
    if (!n.touchable) continue;
    touchable.push_back(&n);
    const float least = n.role == Role::Key ? limits.hard_target_mm : limits.target_mm;
    if (std::min(n.rect.w, n.rect.h) < least - kSlack)
      findings.push_back({n.id, "target", number(n.rect.w) + " x " + number(n.rect.h) + " mm"});
    if (n.enabled && n.edge_contrast < limits.control_contrast)
      findings.push_back({n.id, "contrast", "edge " + number(n.edge_contrast)});
  }
  for (std::size_t i = 0; i < touchable.size(); ++i) {
    for (std::size_t j = i + 1; j < touchable.size(); ++j) {
      const float d = distance(touchable[i]->rect, touchable[j]->rect);
      const bool keys = touchable[i]->role == Role::Key && touchable[j]->role == Role::Key;
      const bool rows = touchable[i]->role == Role::TableRow && touchable[j]->role == Role::TableRow;
      if (d < -kSlack)
        findings.push_back({touchable[i]->id, "overlap", touchable[j]->id});
      else if (!rows && d < (keys ? std::min(limits.gap_mm, 2.0f) : limits.gap_mm) - kSlack)
        findings.push_back({touchable[i]->id, "gap", touchable[j]->id + " " + number(d) + " mm"});
    }
  }
  return findings;
}

}  // namespace kiosk::ui
