// The officer's screens: model in, intent out; one .cpp a screen. Nothing here decides: rights and states are the
// flow's. Thread: UI. Texts: keys "counter.*", "ticket.*", "account.*" by i18n.
#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <variant>

#include "base/zone.h"
#include "terminal/flow/counter/flow.h"
#include "terminal/screen/sync_words.h"
#include "terminal/ui/ui.h"

namespace kiosk::screen {

// The PIN is kept by the stage in wiped memory and never enters the flow's state.
struct TypePin {
  std::string text;
};
using CounterIntent = std::variant<flow::counter::Intent, TypePin>;

struct CounterView {
  const flow::counter::Model& model;
  std::string_view pin;
  std::chrono::minutes utc_offset;
  WallTime now;
  std::string zone = Zone().abbreviation();  // of the branch: WIB, WITA, WIT
};

// Draws the screen of the model's state.
std::optional<CounterIntent> draw_counter(const CounterView& view, ui::Ui& ui);

// One a state; each draws its page.
std::optional<CounterIntent> draw(const flow::counter::LoggingIn&, const CounterView&, ui::Ui&);
std::optional<CounterIntent> draw(const flow::counter::AtQueue&, const CounterView&, ui::Ui&);
std::optional<CounterIntent> draw(const flow::counter::AtCase&, const CounterView&, ui::Ui&);
std::optional<CounterIntent> draw(const flow::counter::Interviewing&, const CounterView&, ui::Ui&);
std::optional<CounterIntent> draw(const flow::counter::Photographing&, const CounterView&, ui::Ui&);
std::optional<CounterIntent> draw(const flow::counter::ResetAsked&, const CounterView&, ui::Ui&);
std::optional<CounterIntent> draw(const flow::counter::Approving&, const CounterView&, ui::Ui&);
std::optional<CounterIntent> draw(const flow::counter::AtSync&, const CounterView&, ui::Ui&);
std::optional<CounterIntent> draw(const flow::counter::ScanningAgain&, const CounterView&, ui::Ui&);

// Pieces several screens share.
void draw_notices(const flow::counter::Model& model, ui::Ui& ui);   // the last thing to say, the node away
std::string when(WallTime t, const CounterView& view, ui::Ui& ui);  // "09.41", with the date when it was another day
void draw_reset_fields(const verbs::ResetView& reset, const CounterView& view, ui::Ui& ui);
void draw_sync_alert(const verbs::SyncStatus& sync, ui::Ui& ui);  // records that wait too long; nothing when none do
std::string day_asked(const verbs::Task& task, ui::Ui& ui);       // "Benar hari ini Selasa, 1 Desember 2026?"
std::string scan_words(const std::string& kind, ui::Ui& ui);      // of a document or photo to be scanned again
// Every officer's page: who, counter, and how records travel.
ui::PageSpec counter_page(std::string id, const CounterView& view, ui::Ui& ui);

}  // namespace kiosk::screen
