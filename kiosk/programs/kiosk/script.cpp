#include "programs/kiosk/script.h"
#include "programs/kiosk/script_wander.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <map>
#include <optional>
#include <set>
#include <utility>

namespace kiosk::programs {

namespace {

std::string_view trimmed(std::string_view s) {
  while (!s.empty() && (s.front() == ' ' || s.front() == '\t')) s.remove_prefix(1);
  while (!s.empty() && (s.back() == ' ' || s.back() == '\t' || s.back() == '\r')) s.remove_suffix(1);
  return s;
}

std::optional<double> number(std::string_view s) {
  double v = 0;
  const auto [end, error] = std::from_chars(s.data(), s.data() + s.size(), v);
  if (error != std::errc() || end != s.data() + s.size() || v < 0) return std::nullopt;
  return v;
}

constexpr Millis kPatience{8'000};
constexpr int kPressesAtMost = 200;
constexpr std::array<std::string_view, 11> kVerbs{"tap",  "key",  "type",    "wait", "expect", "absent",
                                                  "shot", "tree", "advance", "set",  "wander"};

class Player {
 public:
  explicit Player(const ScriptHost& host) : host_(host), hand_(host), ui_(*host.ui) {}

  // Empty: done; else why not.
  std::string play(const ScriptLine& line) {
    hand_.settle();
    if (line.verb == "tap") return tap(line.rest);
    if (line.verb == "key") return key(line.rest);
    if (line.verb == "type") {
      if (keys_) return type_by_keys(line.rest);
      hand_.type(line.rest);
      return {};
    }
    if (line.verb == "wait") return wait(line.rest);
    if (line.verb == "expect")
      return shows(line.rest) ? "" : "'" + line.rest + "' is not on the page; there is: " + labels(false);
    if (line.verb == "absent") return shows(line.rest) ? "'" + line.rest + "' is on the page" : "";
    if (line.verb == "shot") return said(host_.shot(line.rest));
    if (line.verb == "tree") return said(host_.tree(line.rest));
    if (line.verb == "advance") {
      const auto seconds = number(line.rest);
      if (!seconds) return "seconds were expected, not '" + line.rest + "'";
      host_.advance(Seconds{static_cast<std::int64_t>(*seconds)});
      hand_.settle();
      return {};
    }
    if (line.verb == "set") return set(line.rest);
    if (line.verb == "wander") return wander(host_, line.rest);
    return "unknown act '" + line.verb + "'";
  }

 private:
  static std::string said(const Result<Done>& r) {
    return r ? std::string() : r.fault().code + ": " + r.fault().detail;
  }

  bool shows(std::string_view text) const {
    for (const ui::Node& n : ui_.tree().nodes)
      if ((!n.label.empty() && n.label.starts_with(text)) || (!n.value.empty() && n.value == text)) return true;
    return false;
  }

  std::string labels(bool touchable) const {
    std::string out;
    std::set<std::string> seen;
    for (const ui::Node& n : ui_.tree().nodes) {
      if (n.label.empty() || n.role == ui::Role::Key || (touchable && !n.touchable) || !seen.insert(n.label).second)
        continue;
      out += (out.empty() ? "" : " | ") + n.label + (touchable && !n.enabled ? " (disabled)" : "");
    }
    return out.empty() ? "nothing" : out;
  }

  // A control that cannot be used yet is waited for as a person would: the camera's shutter opens when the face is
  // still.
  void wait_until_usable(const std::string& label) {
    const SteadyTime end = host_.real_time() + kPatience;
    for (;;) {
      const auto found = ui_.tree().candidates(label, true);
      if (found.size() != 1 || found.front()->enabled || host_.real_time() >= end) return;
      host_.frame(Millis{20});
    }
  }

  std::string tap(const std::string& label) {
    wait_until_usable(label);
    const auto found = ui_.tree().candidates(label, true);
    if (found.empty()) return "there is no '" + label + "' to touch; there is: " + labels(true);
    if (found.size() > 1) {
      std::string several;
      for (const ui::Node* n : found) several += (several.empty() ? "" : " | ") + n->label;
      return "'" + label + "' can be several: " + several;
    }
    const ui::Node node = *found.front();
    if (!node.enabled) return "'" + node.label + "' cannot be used now; there is: " + labels(true);
    if (keys_) return press(node.id);
    return hand_.touch(node.id);
  }

  std::string focused() const {
    for (const ui::Node& n : ui_.tree().nodes)
      if (n.focused) return n.id;
    return {};
  }

  // The key that leads nearer, of those not pressed yet where the focus is; else any of them.
  using KeyName = std::string_view;
  static KeyName direction(const ui::RectMm& from, const ui::RectMm& to, std::set<KeyName>& pressed) {
    const float dx = to.x + to.w / 2 - from.x - from.w / 2, dy = to.y + to.h / 2 - from.y - from.h / 2;
    const KeyName across = dx > 0 ? "right" : "left", along = dy > 0 ? "down" : "up";
    const bool tall = std::abs(dy) > std::min(from.h, to.h) / 2;
    for (const KeyName k : {tall ? along : across, tall ? across : along, KeyName("down"), KeyName("right"),
                            KeyName("up"), KeyName("left")})
      if (pressed.insert(k).second) return k;
    pressed.clear();
    return along;
  }

  bool visible(const std::string& id) const {
    const ui::Node* n = ui_.tree().by_id(id);
    return n != nullptr && n->visible;
  }

  // From wherever the focus is to the control, by the four arrows alone; or until what is looked for is on the glass.
  std::string reach(const std::string& id, const std::string& looked_for = {}) {
    std::map<std::string, std::set<KeyName>> pressed;
    for (int presses = 0; presses < kPressesAtMost; ++presses) {
      const auto at = focused();
      if (at == id || (!looked_for.empty() && visible(looked_for))) return {};
      const ui::Node *to = ui_.tree().by_id(id), *from = at.empty() ? nullptr : ui_.tree().by_id(at);
      if (to == nullptr) return "'" + id + "' went away before the keys reached it";
      hand_.key(from == nullptr ? "down" : direction(from->rect, to->rect, pressed[at]));
    }
    return "the keys do not reach '" + id + "' from '" + focused() + "'";
  }

  // A part of a long page is turned by its own buttons.
  std::string press(const std::string& id) {
    for (int turns = 0; turns < 24; ++turns) {
      const ui::Node* to = ui_.tree().by_id(id);
      if (to == nullptr) return "'" + id + "' went away before the keys reached it";
      if (to->visible) break;
      const ui::Node* down = ui_.tree().by_id("scroll.down");
      const bool on = turns < 12 && down != nullptr && down->enabled;
      if (auto why = reach(on ? "scroll.down" : "scroll.up", id); !why.empty()) return why;
      if (!visible(id)) press_ok();
    }
    if (auto why = reach(id); !why.empty()) return why;
    press_ok();
    return {};
  }

  std::string key_for(char c) const {
    for (const ui::Node& n : ui_.tree().nodes)
      if (n.role == ui::Role::Key && (c == ' ' ? n.id.ends_with("space") : n.label == std::string(1, c))) return n.id;
    return {};
  }

  std::string type_by_keys(const std::string& text) {
    for (const char c : text) {
      std::string wanted = key_for(c);
      if (wanted.empty()) {  // on the keyboard's other page
        for (const ui::Node& n : ui_.tree().nodes)
          if (n.role == ui::Role::Key && n.id.ends_with(".key.page")) wanted = n.id;
        if (!wanted.empty()) {
          if (auto why = press(std::exchange(wanted, {})); !why.empty()) return why;
          wanted = key_for(c);
        }
      }
      if (wanted.empty()) return "there is no key for '" + std::string(1, c) + "'";
      if (auto why = press(wanted); !why.empty()) return why;
    }
    return {};
  }

  // The key that uses a control counts as little as a finger on a page that has just come.
  void press_ok() {
    hand_.wait_until_page_stands();
    hand_.key("ok");
  }

  std::string key(const std::string& name) {
    hand_.wait_until_page_stands();
    return hand_.key(name) ? std::string() : "unknown key '" + name + "'";
  }

  std::string wait(const std::string& rest) {
    const std::size_t space = rest.rfind(' ');
    const auto seconds = space == std::string::npos ? std::nullopt : number(std::string_view(rest).substr(space + 1));
    if (!seconds) return "a label and seconds were expected";
    const std::string label(trimmed(std::string_view(rest).substr(0, space)));
    const SteadyTime end = host_.real_time() + Millis{static_cast<std::int64_t>(*seconds * 1000)};
    while (!shows(label)) {
      if (host_.real_time() >= end) return "'" + label + "' did not come; there is: " + labels(false);
      host_.frame(Millis{20});
    }
    hand_.settle();
    return {};
  }

  std::string set(const std::string& rest) {
    const std::size_t space = rest.find(' ');
    const std::string what = rest.substr(0, space),
                      value(space == std::string::npos ? "" : trimmed(std::string_view(rest).substr(space)));
    ui::Settings s = ui_.settings();
    const bool on = value == "on" || value == "high" || value == "yes" || value == "1",
               off = value == "off" || value == "normal" || value == "no" || value == "0";
    if (what == "size" && (value == "100" || value == "125" || value == "150" || value == "200"))
      s.size = static_cast<ui::TextSize>(std::stoi(value));
    else if (what == "contrast" && (on || off))
      s.contrast = on;
    else if (what == "voice" && (on || off))
      s.voice = on;
    else if (what == "keys" && (on || off))
      keys_ = on;
    else if (what == "language" && !value.empty())
      s.language = value;
    else if (what == "layout" && (value == "low" || value == "normal"))
      s.layout = value == "low" ? ui::Layout::Low : ui::Layout::Normal;
    else
      return "set size 100|125|150|200, contrast on|off, language CODE, voice on|off, layout normal|low or keys on|off "
             "was expected";
    host_.set(s);
    hand_.settle();
    return {};
  }

  const ScriptHost& host_;
  Hand hand_;
  const ui::Ui& ui_;
  bool keys_ = false;  // nothing is touched: the six keys do all
};

}  // namespace

Result<std::vector<ScriptLine>> parse_script(std::string_view text) {
  std::vector<ScriptLine> lines;
  int n = 0;
  while (!text.empty()) {
    ++n;
    const std::size_t end = text.find('\n');
    const std::string_view line = trimmed(text.substr(0, end));
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    if (line.empty() || line.front() == '#') continue;
    const std::size_t space = line.find(' ');
    ScriptLine parsed{n, std::string(line.substr(0, space)),
                      space == std::string_view::npos ? std::string() : std::string(trimmed(line.substr(space)))};
    if (std::find(kVerbs.begin(), kVerbs.end(), parsed.verb) == kVerbs.end())
      return bad_input("script_unreadable", "script",
                       "line " + std::to_string(n) + ": unknown act '" + parsed.verb + "'");
    if (parsed.rest.empty())
      return bad_input("script_unreadable", "script", "line " + std::to_string(n) + ": '" + parsed.verb + "' of what?");
    const bool file = parsed.verb == "shot" || parsed.verb == "tree";
    if (file && (parsed.rest.find('/') != std::string::npos || parsed.rest.starts_with('.')))
      return bad_input("script_unreadable", "script",
                       "line " + std::to_string(n) + ": a plain name was expected, not a path");
    lines.push_back(std::move(parsed));
  }
  return lines;
}

Result<Done> play_script(const std::vector<ScriptLine>& lines, const ScriptHost& host) {
  Player player(host);
  for (const ScriptLine& line : lines) {
    if (host.told) host.told(line);
    const std::string why = player.play(line);
    if (!why.empty())
      return refused("script_failed",
                     "line " + std::to_string(line.number) + ": " + line.verb + " " + line.rest + ": " + why);
  }
  return Done{};
}

}  // namespace kiosk::programs
