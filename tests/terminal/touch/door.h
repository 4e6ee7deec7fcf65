// The door of kiosk-under-test: the tree that the terminal shows, and input into SDL's queue, by a socket. Opened when
// KIOSK_TEST_DOOR names its path. Thread: serves on its own.
#pragma once
#include "programs/kiosk/terminal.h"

namespace kiosk::test {

void open_door(programs::Terminal& terminal);

}  // namespace kiosk::test
