// The waiting room's board: who is called where, how many wait for what; never a name or a NIK. Thread: UI. Units: read
// from 6 m.
#pragma once
#include "terminal/flow/board/view.h"
#include "terminal/ui/ui.h"

namespace kiosk::screen {

void draw_board(const flow::BoardView& view, ui::Ui& ui);

}  // namespace kiosk::screen
