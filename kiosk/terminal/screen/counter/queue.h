// Parts of the officer's queue page, a file each. For counter_*.cpp of this room.
#pragma once
#include "terminal/screen/counter/screens.h"

namespace kiosk::screen {

// The card of this counter: the ticket at it, or how to get one.
std::optional<CounterIntent> draw_current(const flow::counter::AtQueue&, const CounterView&, ui::Ui&);
// What is asked before an act, as a page of its own.
std::optional<CounterIntent> draw_sheet(const flow::counter::Sheet&, bool busy, const CounterView&, ui::Ui&);
void draw_ticket_fields(std::string_view id, const domain::Ticket&, const CounterView&, ui::Ui&);

}  // namespace kiosk::screen
