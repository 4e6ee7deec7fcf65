#include "programs/kiosk/script_wander.h"

#include <algorithm>
#include <charconv>
#include <deque>
#include <map>
#include <random>
#include <vector>

#include "base/bytes.h"
#include "base/secret.h"

namespace kiosk::programs {
namespace {

constexpr Millis k_patience{20'000};  // for something to press, while an answer is on its way
constexpr std::size_t k_trail = 30;
constexpr int k_field_most = 64;

std::uint64_t number(std::string_view s) {
  std::uint64_t v = 0;
  std::from_chars(s.data(), s.data() + s.size(), v);
  return v;
}

class Wanderer {
 public:
  Wanderer(const ScriptHost& host, std::uint64_t seed, std::map<std::string, std::string> texts)
      : host_(host), hand_(host), ui_(*host.ui), random_(seed), texts_(std::move(texts)) {}

  std::string go(std::uint64_t presses) {
    for (std::uint64_t i = 0; i < presses; ++i) {
      if (auto why = one(); !why.empty()) return why + "; before it: " + trail();
      if (odds(60)) host_.advance(Seconds{static_cast<std::int64_t>(below(70))});
      if (i % 400 == 399)
        if (auto why = home(); !why.empty()) return why + "; before it: " + trail();
    }
    auto why = home();
    return why.empty() ? why : why + "; before it: " + trail();
  }

 private:
  std::uint64_t below(std::uint64_t n) { return random_() % n; }
  bool odds(std::uint64_t one_in) { return below(one_in) == 0; }

  std::string page() const {
    const auto* node = ui_.tree().by_id("page");
    return node ? node->value : "dialog";
  }
  std::vector<std::string> controls() const {
    std::vector<std::string> ids;
    for (const auto& n : ui_.tree().nodes)
      if (n.touchable && n.enabled && n.visible) ids.push_back(n.id);
    return ids;
  }
  std::string trail() const {
    std::string out;
    for (const auto& step : trail_) out += step + " > ";
    return out;
  }
  void use(const std::string& id) {
    trail_.push_back(page() + ":" + id);
    if (trail_.size() > k_trail) trail_.pop_front();
    // What has gone meanwhile is not touched: the walk looks again.
    (void)hand_.touch(id);
  }

  std::string one() {
    const SteadyTime end = host_.real_time() + k_patience;
    auto ids = controls();
    while (ids.empty() && host_.real_time() < end) {
      host_.frame(Millis{10});
      ids = controls();
    }
    if (ids.empty()) return "nothing can be touched on '" + page() + "'";
    const auto& nodes = ui_.tree().nodes;
    const bool field = std::any_of(nodes.begin(), nodes.end(), [](const auto& n) {
      return n.role == ui::Role::DigitField || n.role == ui::Role::TextField;
    });
    if (field && odds(3)) return type(), std::string();
    // What leads on is pressed more often than the way out, so that journeys are seen to their ends.
    for (const char* on : {"page.primary", "skip", "no-camera"})
      if (std::find(ids.begin(), ids.end(), on) != ids.end() && odds(3)) return use(on), std::string();
    use(ids[below(ids.size())]);
    return {};
  }

  void type() {
    hand_.clear_field(k_field_most);
    std::string text;
    if (const auto it = texts_.find(page()); it != texts_.end()) {
      if (it->second.starts_with("hex:")) {
        if (auto raw = from_hex(std::string_view(it->second).substr(4))) {
          text.assign(raw->begin(), raw->end());
          wipe(*raw);
        }
      } else {
        text = it->second;
      }
    } else {
      for (std::uint64_t n = 6 + below(6); n > 0; --n) text.push_back(static_cast<char>('0' + below(10)));
    }
    hand_.type(text);
    wipe(text);
  }

  std::string home() {
    const SteadyTime end = host_.real_time() + 3 * k_patience;
    while (page() != "home") {
      if (host_.real_time() >= end) return "there is no way home from '" + page() + "'";
      const auto ids = controls();
      for (const char* way : {"idle-leave", "voice.close", "leave", "page.done", "done", "page.primary"})
        if (std::find(ids.begin(), ids.end(), way) != ids.end()) {
          use(way);
          break;
        }
      host_.frame(Millis{20});
    }
    for (int k = 0; k < 3; ++k) host_.frame(Millis{20});
    return {};
  }

  const ScriptHost& host_;
  Hand hand_;
  const ui::Ui& ui_;
  std::mt19937_64 random_;
  std::map<std::string, std::string> texts_;
  std::deque<std::string> trail_;
};

}  // namespace

std::string wander(const ScriptHost& host, std::string_view asked) {
  const auto word = [&] {
    const auto space = asked.find(' ');
    const auto head = asked.substr(0, space);
    asked = space == std::string_view::npos ? std::string_view() : asked.substr(space + 1);
    return head;
  };
  const auto presses = number(word()), seed = number(word());
  if (presses == 0) return "a number of presses, a seed and texts by page were expected";
  std::map<std::string, std::string> texts;
  while (!asked.empty()) {
    const auto end = asked.find(';');
    const auto pair = asked.substr(0, end);
    asked = end == std::string_view::npos ? std::string_view() : asked.substr(end + 1);
    if (const auto equals = pair.find('='); equals != std::string_view::npos)
      texts.emplace(pair.substr(0, equals), pair.substr(equals + 1));
  }
  return Wanderer(host, seed, std::move(texts)).go(presses);
}

}  // namespace kiosk::programs
