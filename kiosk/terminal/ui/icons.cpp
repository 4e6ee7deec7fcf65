#include "terminal/ui/icons.h"

#include <array>
#include <cstddef>

namespace kiosk::ui {

namespace {

constexpr std::array<std::string_view, static_cast<std::size_t>(Icon::Count_)> kIcons{
    "",          "ticket",     "claim",      "lock",        "unlock",   "wallet",     "search",     "card",
    "route",     "book",       "back",       "next",        "help",     "done",       "speaker",    "speaker-off",
    "text-size", "contrast",   "check",      "attention",   "cross",    "camera",     "printer",    "wifi",
    "wifi-off",  "person",     "keypad",     "backspace",   "shield",   "clock",      "bank",       "phone",
    "document",  "face-frame", "light",      "arrow-right", "arrow-up", "arrow-down", "language",   "layout-low",
    "edit",      "calendar",   "plane",      "home",        "bag",      "heart",      "wheelchair", "pregnant",
    "infant",    "elder",      "calculator", "scan",        "logout",   "bell",       "pause",      "play",
    "transfer",  "skip",       "refresh",    "send",        "cloud",    "info",       "users",      "percent",
    "factory",   "star",       "plus",       "minus"};
static_assert(!kIcons.back().empty());

constexpr std::array<std::string_view, static_cast<std::size_t>(Art::Count_)> kArt{
    "",          "face-in-frame", "eye-level",  "bright-light", "no-accessories", "id-card",   "waiting",
    "success",   "officer-helps", "ticket",     "documents",    "offline",        "welcome",   "bank",
    "interview", "printing",      "condolence", "care",         "heard",          "returned",  "privacy",
    "guide-1-1", "guide-1-2",     "guide-1-3",  "guide-2-1",    "guide-2-2",      "guide-2-3", "guide-3-1",
    "guide-3-2", "guide-3-3",     "guide-4-1",  "guide-4-2",    "guide-4-3",      "guide-5-1", "guide-5-2",
    "guide-5-3", "guide-6-1",     "guide-6-2",  "guide-6-3",    "guide-7-1",      "guide-7-2", "guide-7-3",
    "guide-8-1", "guide-8-2",     "guide-8-3"};
static_assert(!kArt.back().empty());

}  // namespace

std::string_view file_name(Icon icon) { return kIcons.at(static_cast<std::size_t>(icon)); }
std::string_view file_name(Art art) { return kArt.at(static_cast<std::size_t>(art)); }

}  // namespace kiosk::ui
