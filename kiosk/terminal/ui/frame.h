// What one frame draws, for window's renderers: quads in one list, an alpha atlas and pictures by pointer.
// Thread: UI thread; valid until the next Ui::begin. Units: pixels. Every primitive is an axis-aligned quad of four
// vertices and six indices, so that a renderer may copy rows instead of filling triangles.
#pragma once
#include <cstdint>

#include "base/image.h"
#include "terminal/ui/ui.h"

struct ImDrawData;

namespace kiosk::ui {

// What an ImTextureID of the draw list points to; null is the atlas.
struct DrawPicture {
  SharedImage image;  // BGR, or BGRA with straight alpha; drawn scaled to its quad
  bool mirrored = false;
};

struct Ui::Frame {
  const ImDrawData* data = nullptr;
  const std::uint8_t* atlas = nullptr;  // coverage, one byte a pixel; colour comes from the vertices
  int atlas_width = 0, atlas_height = 0;
  std::uint64_t atlas_revision = 0;  // changes when a renderer must upload it again
  Colour ground = 0;                 // cleared to this first
};

}  // namespace kiosk::ui
