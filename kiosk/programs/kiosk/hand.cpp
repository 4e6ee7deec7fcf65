#include "programs/kiosk/hand.h"

#include "terminal/window/input_events.h"

namespace kiosk::programs {

namespace {
constexpr int kFramesToRest = 8, kFramesAtMost = 400, kAnswersAtMost = 40, kPartsAtMost = 24;
}

void Hand::settle() const {
  for (int k = 0, rest = 0; k < kFramesAtMost && rest < kFramesToRest; ++k) {
    host_.frame(Millis{0});
    if (host_.more_input()) continue;
    ++rest;
    if (!host_.ui->wants_frame()) break;
  }
  for (int k = 0; k < kAnswersAtMost && host_.busy(); ++k) host_.frame(Millis{10});
  host_.frame(Millis{0});
}

void Hand::wait_until_page_stands() const {
  if (const Millis left = host_.accepts_presses_in(); left > Millis{0}) {
    host_.advance(left);
    host_.frame(Millis{0});
  }
}

void Hand::push_tap(const ui::Node& node) const {
  const ui::Tree& tree = host_.ui->tree();
  const float x = (node.rect.x + node.rect.w / 2) / tree.width_mm, y = (node.rect.y + node.rect.h / 2) / tree.height_mm;
  window::push_finger(window::Act::Down, x, y);
  window::push_finger(window::Act::Up, x, y);
}

// By the page's own buttons: down to its end, then up.
std::string Hand::turn_to(const std::string& id) const {
  bool down = true;
  for (int turns = 0; turns < kPartsAtMost; ++turns) {
    const ui::Node* node = host_.ui->tree().by_id(id);
    if (node == nullptr) return "'" + id + "' went away before it could be touched";
    if (node->visible) return {};
    const ui::Node* end = host_.ui->tree().by_id("scroll.down");
    down = down && end != nullptr && end->enabled;
    const ui::Node* on = host_.ui->tree().by_id(down ? "scroll.down" : "scroll.up");
    if (on == nullptr || !on->enabled) break;
    wait_until_page_stands();
    push_tap(ui::Node(*on));
    settle();
  }
  return "'" + id + "' stands on no part of the page";
}

std::string Hand::touch(const std::string& id) const {
  if (auto why = turn_to(id); !why.empty()) return why;
  wait_until_page_stands();
  const ui::Node* node = host_.ui->tree().by_id(id);
  if (node == nullptr || !node->visible) return "'" + id + "' went away before it could be touched";
  push_tap(ui::Node(*node));
  settle();
  return {};
}

void Hand::type(std::string_view utf8) const {
  window::push_text(utf8);
  settle();
}

bool Hand::key(std::string_view name) const {
  const bool known = window::push_key(name);
  if (known) settle();
  return known;
}

void Hand::clear_field(int letters) const {
  for (int k = 0; k < letters; ++k) window::push_key("backspace");
  settle();
}

}  // namespace kiosk::programs
