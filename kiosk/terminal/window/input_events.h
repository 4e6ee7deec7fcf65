// Hands without a glass: pushes the SDL events that a touchscreen, a mouse and a keyboard make into SDL's own queue,
// where Window::pump finds them like any other. For scripts, tests and benchmarks: nobody has another way in.
// Thread: any. A headless window waiting in pump() wakes. Units: places in parts of the glass, 0..1 from the top left.
#pragma once
#include <cstdint>
#include <string_view>

namespace kiosk::window {

enum class Act { Down, Move, Up };

void push_finger(Act act, float x, float y, std::int64_t finger = 1);
// A mouse at a point in pixels of the window; the left button.
void push_mouse(Act act, int x_px, int y_px);
// "up", "down", "left", "right", "ok", "enter", "help", "back", "tab", "backtab", "backspace", "delete", "pageup",
// "pagedown", "F2", "Ctrl+N": down and up. False: there is no such key.
bool push_key(std::string_view name);
// As a keyboard does: one event a letter.
void push_text(std::string_view utf8);

}  // namespace kiosk::window
