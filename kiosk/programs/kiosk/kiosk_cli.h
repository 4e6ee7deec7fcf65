// The command line of kiosk --role kiosk|counter|board: one terminal of a branch. Exit status as in Result: 1 a
// script's line failed, 2 wrong usage, 3 no display. SIGTERM and SIGINT end it cleanly. Thread: the caller's is the
// UI's.
#pragma once
#include <functional>

#include "programs/kiosk/terminal.h"

namespace kiosk::programs {

// `opened` is called once with the terminal that stands, before its loop begins.
int kiosk_main(int argc, char** argv, const std::function<void(Terminal&)>& opened = {});

}  // namespace kiosk::programs
