// Every page of the participant in two sizes, two themes, two glasses and two languages: nothing clipped, cramped,
// faint or out of reach, no key without words. KIOSK_SHOTS=FOLDER keeps a picture of each for a person to look at;
// KIOSK_PAGES names some.
#include <cstring>
#include <set>

#include "kiosk_glass.h"

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
      "home",     "other",     "kiosk",  "ticket",         "identify",    "claim",    "face",    "coach",   "blocked",
      "balance",  "kpj",       "track",  "guide",          "check_in",    "problem",  "waiting", "fault",   "print",
      "simulate", "document",  "intake", "update",         "card",        "account",  "privacy", "consent", "resume",
      "withdraw", "withdrawn", "help",   "officer_number", "officer_pin", "assisted", "bpu",     "no_nik",  "segment"};
  const auto dot = label.find('.');
  return dot != std::string_view::npos && label.find(' ') == std::string_view::npos &&
         areas.count(label.substr(0, dot)) > 0;
}

void check_all(const Glass& glass, const ui::Settings& settings) {
  KioskGlass on(glass, settings);
  for (const auto& shown : pages()) {
    if (!wanted(shown.name)) continue;
    Player p;
    shown.walk(p);
    const auto what = shown.name + "-" + glass.name + "-" + std::to_string(static_cast<int>(settings.size)) +
                      (settings.contrast ? "-contrast" : "") +
                      (settings.language == "id" ? "" : "-" + settings.language);
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

constexpr Glass kPortrait{"portrait", 1080, 1920}, kLandscape{"landscape", 1920, 1080}, kSmall{"small", 1024, 768};

}  // namespace

TEST_CASE("screen: every participant's page keeps the rules at 100 %, light") {
  check_all(kPortrait, {});
  check_all(kLandscape, {});
  check_all(kSmall, {});
}

TEST_CASE("screen: every participant's page keeps the rules at 100 %, high contrast") {
  check_all(kPortrait, {.contrast = true});
  check_all(kLandscape, {.contrast = true});
}

TEST_CASE("screen: every participant's page keeps the rules at 200 %") {
  check_all(kPortrait, {.size = ui::TextSize::Percent200});
  check_all(kLandscape, {.size = ui::TextSize::Percent200, .contrast = true});
}

TEST_CASE("screen: every participant's page has English words") {
  check_all(kPortrait, {.language = "en"});
  CHECK(texts().language("en").has("home.claim"));
}
