// Invented faces, drawn by the project: the demo's default people. Nobody's likeness; a seed is a person, a variant is
// another moment of the same person (a slight turn, other light, a moved camera). Deterministic on one machine type.
// Thread: any. Blocks: about 20 ms a picture. Units: a BGR picture of width x height px.
#pragma once
#include <cstdint>

#include "base/image.h"

namespace kiosk::vision {

// People chosen by search among many seeds: to the recogniser each is one person in all variants and clearly no other,
// and every variant passes the live checks with either detector (tests/vision holds it). Other seeds draw faces that
// may resemble one another.
inline constexpr std::uint64_t kDemoPersons[] = {1, 2};
inline constexpr int kDemoVariants = 4;

Image draw_portrait(std::uint64_t person, int variant, int width = 640, int height = 480);

}  // namespace kiosk::vision
