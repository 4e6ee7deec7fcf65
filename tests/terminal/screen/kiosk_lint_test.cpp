// Every page of the participant in every size, theme, glass and layout, and in two languages: nothing clipped, cramped,
// faint or out of reach, no key without words. KIOSK_SHOTS=FOLDER keeps a picture of each for a person to look at;
// KIOSK_PAGES names some.
#include <cstring>
#include <set>

#include "kiosk_glass.h"
#include "kiosk_pages.h"

using namespace kiosk;
using namespace kiosk::test;

namespace {

bool wanted(const std::string& page) {
  const char* some = std::getenv("KIOSK_PAGES");
  return !some || (std::string(",") + some + ",").find("," + page + ",") != std::string::npos;
}

// A label that is a key of the texts: somebody forgot the words.
bool is_key(std::string_view label) {
  static const std::set<std::string_view> areas = {
      "home",     "other",   "kiosk",    "ticket",   "identify",  "claim",     "face",           "coach",
      "blocked",  "balance", "kpj",      "track",    "guide",     "check_in",  "problem",        "waiting",
      "fault",    "print",   "simulate", "document", "intake",    "update",    "card",           "account",
      "privacy",  "consent", "resume",   "withdraw", "withdrawn", "help",      "officer_number", "officer_pin",
      "assisted", "bpu",     "no_nik",   "segment",  "companion", "hand_over", "voice"};
  const auto dot = label.find('.');
  return dot != std::string_view::npos && label.find(' ') == std::string_view::npos &&
         areas.count(label.substr(0, dot)) > 0;
}

// What ui itself lays over a page: again, louder, softer, off.
void check_voice_panel(KioskGlass& on, const std::string& what) {
  Player p;
  on.settle(p);
  for (int touches = 0; touches < 2; ++touches) {
    on.ui().use("tool.voice");
    on.settle(p);
  }
  CAPTURE(what);
  REQUIRE(on.ui().tree().by_id("voice.again"));
  on.shoot(what);
  for (const auto& f : ui::lint(on.ui().tree())) FAIL_CHECK(f.rule << ": " << f.id << ": " << f.detail);
  on.ui().use("voice.off");
  on.settle(p);
}

std::string name_of(const Glass& glass, const ui::Settings& settings) {
  return std::string("-") + glass.name + "-" + std::to_string(static_cast<int>(settings.size)) +
         (settings.contrast ? "-contrast" : "") + (settings.layout == ui::Layout::Low ? "-low" : "") +
         (settings.language == "id" ? "" : "-" + settings.language);
}

void check_all(const Glass& glass, const ui::Settings& settings) {
  KioskGlass on(glass, settings);
  if (wanted("voice")) check_voice_panel(on, "voice" + name_of(glass, settings));
  for (const auto& shown : pages()) {
    if (!wanted(shown.name)) continue;
    Player p;
    shown.walk(p);
    const auto what = shown.name + name_of(glass, settings);
    CAPTURE(what);
    on.settle(p);
    on.rewind(p);
    for (int part = 0; part < 12; ++part) {
      on.shoot(what + (part > 0 ? "-" + std::to_string(part + 1) : ""));
      for (const auto& f : ui::lint(on.ui().tree())) FAIL_CHECK(f.rule << ": " << f.id << ": " << f.detail);
      for (const auto& node : on.ui().tree().nodes) CHECK_MESSAGE(!is_key(node.label), node.label);
      const auto* down = on.ui().tree().by_id("scroll.down");
      if (!down || !down->enabled) break;
      on.ui().use("scroll.down");
      on.settle(p);
    }
  }
}

// 21.5 inches either way round, and the small ones: 12.1 and 15 inches.
constexpr Glass kPortrait{"portrait", 1080, 1920}, kLandscape{"landscape", 1920, 1080}, kSmall{"small", 1024, 768},
    kFifteen{"fifteen", 1024, 768, 0.297f};

void check_sizes(const Glass& glass, ui::Settings settings) {
  for (const auto size :
       {ui::TextSize::Percent100, ui::TextSize::Percent125, ui::TextSize::Percent150, ui::TextSize::Percent200}) {
    settings.size = size;
    check_all(glass, settings);
  }
}

}  // namespace

// Every size of text, both themes, every glass, and the lowered layout; each a CTest of its own.
TEST_CASE("lint: portrait") { check_sizes(kPortrait, {}); }
TEST_CASE("lint: portrait in high contrast") { check_sizes(kPortrait, {.contrast = true}); }
TEST_CASE("lint: portrait with the layout lowered") {
  check_sizes(kPortrait, {.layout = ui::Layout::Low});
  check_all(kPortrait, {.contrast = true, .layout = ui::Layout::Low});
}
TEST_CASE("lint: landscape") { check_sizes(kLandscape, {}); }
TEST_CASE("lint: landscape in high contrast") { check_sizes(kLandscape, {.contrast = true}); }
TEST_CASE("lint: 1024 x 768") {
  check_sizes(kSmall, {});
  check_sizes(kFifteen, {});
}
TEST_CASE("lint: 1024 x 768 in high contrast") {
  check_sizes(kSmall, {.contrast = true});
  check_sizes(kFifteen, {.contrast = true});
}

TEST_CASE("screen: every participant's page has English words") {
  check_all(kPortrait, {.language = "en"});
  CHECK(texts().language("en").has("home.claim"));
}
