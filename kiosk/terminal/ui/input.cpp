// Hands on the widgets: pointer, keys of a six-key pad or keyboard, typed text, and the script's use().
#include <algorithm>
#include <cmath>
#include <limits>

#include "base/secret.h"
#include "terminal/ui/impl.h"

namespace kiosk::ui {

namespace {
constexpr int kFramesAfterInput = 2;
}

const Node* Ui::Impl::hit(float x, float y) const {
  for (auto it = tree.nodes.rbegin(); it != tree.nodes.rend(); ++it) {
    const Node& n = *it;
    if (!n.touchable || !n.visible) continue;
    if (x >= n.rect.x && x < n.rect.x + n.rect.w && y >= n.rect.y && y < n.rect.y + n.rect.h) return &n;
  }
  return nullptr;
}

void Ui::pointer_down(Millimetres x, Millimetres y) {
  Impl& d = *impl_;
  d.input = true;
  d.linger = kFramesAfterInput;
  d.focus_shown = false;
  const Node* n = d.hit(x.value, y.value);
  d.press.down(n != nullptr && n->enabled ? n->id : std::string_view(), d.now());
}

void Ui::pointer_move(Millimetres x, Millimetres y) {
  Impl& d = *impl_;
  if (d.press.held().empty()) return;
  const bool inside = d.press.inside();
  const Node* n = d.hit(x.value, y.value);
  d.press.over(n != nullptr ? n->id : std::string_view());
  if (inside != d.press.inside()) d.linger = kFramesAfterInput;
}

void Ui::pointer_up(Millimetres x, Millimetres y) {
  Impl& d = *impl_;
  d.input = true;
  d.linger = kFramesAfterInput;
  const Node* n = d.hit(x.value, y.value);
  const std::string held = d.press.held();
  if (!d.press.up(n != nullptr ? n->id : std::string_view())) return;
  d.focus_id = held;
  d.used.push_back(held);
}

void Ui::pointer_away() {
  impl_->press.away();
  impl_->linger = kFramesAfterInput;
}

void Ui::wheel(float notches) {
  Impl& d = *impl_;
  if (d.parts < 2) return;
  d.used.emplace_back(notches > 0 ? "scroll.up" : "scroll.down");
  d.input = true;
  d.linger = kFramesAfterInput;
}

void Ui::Impl::show(const Node& node) {
  if (const auto it = node_part.find(node.id); it != node_part.end() && it->second < parts) part = it->second;
  linger = kFramesAfterInput;
}

void Ui::use(std::string_view id) {
  Impl& d = *impl_;
  const Node* n = d.tree.by_id(id);
  if (n == nullptr || !n->touchable || !n->enabled) return;
  if (!n->visible) d.show(*n);
  d.focus_id = id;
  d.used.emplace_back(id);
  d.input = true;
  d.linger = kFramesAfterInput;
}

void Ui::focus(std::string_view id) {
  Impl& d = *impl_;
  const Node* n = d.tree.by_id(id);
  if (n == nullptr || n->focus < 0) return;
  d.focus_id = id;
  d.focus_shown = true;
  if (!n->visible) d.show(*n);
  if (n->role == Role::TextField || n->role == Role::DigitField) d.active_id = id;
  d.linger = kFramesAfterInput;
}

// The nearest control in the direction of the key; at the end of a row or page, the next in reading order.
void Ui::Impl::move_focus(Key key) {
  std::vector<const Node*> order;
  for (const Node& n : tree.nodes)
    if (n.focus >= 0) order.push_back(&n);
  if (order.empty()) return;
  const auto here = std::find_if(order.begin(), order.end(), [&](const Node* n) { return n->id == focus_id; });
  if (here == order.end()) {  // what is on the glass first: the first key must not turn a part that nobody has read
    const auto seen = std::find_if(order.begin(), order.end(), [](const Node* n) { return n->visible; });
    self->focus((seen == order.end() ? order.front() : *seen)->id);
    return;
  }
  if (!focus_shown) {  // the first key only shows where the focus is
    self->focus(focus_id);
    return;
  }
  const auto step = [&](int by) {
    const auto n = static_cast<std::ptrdiff_t>(order.size());
    const std::ptrdiff_t at_now = here - order.begin();
    self->focus(order[static_cast<std::size_t>((at_now + by + n) % n)]->id);
  };
  const Node& from = **here;
  const float fx = from.rect.x + from.rect.w / 2, fy = from.rect.y + from.rect.h / 2;
  const Node* best = nullptr;
  float best_cost = std::numeric_limits<float>::max();
  const bool vertical = key == Key::Up || key == Key::Down;
  const float sign = key == Key::Down || key == Key::Right ? 1.0f : -1.0f;
  for (const Node* n : order) {
    if (n == &from || !n->visible || !from.visible) continue;
    const float dx = n->rect.x + n->rect.w / 2 - fx, dy = n->rect.y + n->rect.h / 2 - fy;
    const float along = (vertical ? dy : dx) * sign;
    // Overlap across the direction counts as straight ahead.
    const float gap =
        vertical ? std::max({0.0f, n->rect.x - (from.rect.x + from.rect.w), from.rect.x - (n->rect.x + n->rect.w)})
                 : std::max({0.0f, n->rect.y - (from.rect.y + from.rect.h), from.rect.y - (n->rect.y + n->rect.h)});
    if (along <= 0.5f || (!vertical && gap > 0)) continue;
    const float cost = along + 4 * gap + 0.1f * std::abs(vertical ? dx : dy);
    if (cost < best_cost) {
      best_cost = cost;
      best = n;
    }
  }
  if (best != nullptr)
    self->focus(best->id);
  else
    step(sign > 0 ? 1 : -1);
}

void Ui::key(Key key) {
  Impl& d = *impl_;
  d.input = true;
  d.linger = kFramesAfterInput;
  // An officer's keyboard is quicker than a page is read, and means it; a person's six keys repeat while they are held.
  const bool stands = d.setup.density == Density::Desktop || stands_in() == Millis{0};
  const auto press = [&](const char* id) {
    const Node* n = d.tree.by_id(id);
    if (n != nullptr && n->enabled && stands) d.used.emplace_back(id);
  };
  switch (key) {
    case Key::Up:
    case Key::Down:
    case Key::Left:
    case Key::Right:
      d.move_focus(key);
      break;
    case Key::Tab:
    case Key::BackTab: {
      std::vector<std::string> order;
      for (const Node& n : d.tree.nodes)
        if (n.focus >= 0) order.push_back(n.id);
      if (order.empty()) break;
      const auto it = std::find(order.begin(), order.end(), d.focus_id);
      const std::size_t n = order.size(), now = static_cast<std::size_t>(it - order.begin());
      focus(it == order.end() ? order.front() : order[(now + (key == Key::Tab ? 1 : n - 1)) % n]);
      break;
    }
    case Key::Ok: {
      const Node* n = d.tree.by_id(d.focus_id);
      const bool field = n != nullptr && (n->role == Role::TextField || n->role == Role::DigitField);
      if (n != nullptr && !field) {
        if (stands) use(d.focus_id);
      } else
        press("page.primary");
      d.focus_shown = true;
      break;
    }
    case Key::Help:
      press("page.help");
      break;
    case Key::Back:
      press("page.back");
      break;
    case Key::Backspace:
      d.typed += '\b';
      break;
    case Key::Delete:
      d.typed += '\x7F';
      break;
    case Key::PageUp:
      d.used.emplace_back("scroll.up");
      break;
    case Key::PageDown:
      d.used.emplace_back("scroll.down");
      break;
  }
}

void Ui::shortcut(std::string_view chord) {
  Impl& d = *impl_;
  d.input = true;
  d.linger = kFramesAfterInput;
  if (const auto it = d.shortcuts.find(chord); it != d.shortcuts.end()) use(it->second);
}

void Ui::type(std::string_view utf8) {
  Impl& d = *impl_;
  d.typed += utf8;
  d.input = true;
  d.linger = kFramesAfterInput;
}

}  // namespace kiosk::ui
