// Draws a frame of ui into memory without a GPU: every primitive is an axis-aligned quad, so rows are filled, blended
// or copied and no triangle is ever stepped through. For Window and for golden pictures. Thread: one at a time. Units:
// pixels, 0x00RRGGBB in the machine's own order.
#pragma once
#include <cstdint>
#include <span>

#include "terminal/ui/frame.h"

namespace kiosk::window {

struct Canvas {
  std::uint32_t* pixels = nullptr;
  int width = 0, height = 0;
  int stride = 0;  // pixels from row to row
};

// Clears to the frame's ground, then draws all of it. Frames with anything but quads are a bug of ui and abort.
void draw(const ui::Ui::Frame& frame, const Canvas& canvas);

}  // namespace kiosk::window
