// Whether the coded pixels of a JPEG are whole: OpenCV fills what is missing with grey and says nothing, libjpeg warns.
// Thread: any. Blocks: CPU, about half of a decoding. Only for files of this room.
#pragma once
#include <optional>
#include <string>

#include "base/bytes.h"

namespace kiosk::vision {

// What is wrong with it, in English; nullopt when every coefficient was read without a warning.
std::optional<std::string> jpeg_damage(ByteView file);

}  // namespace kiosk::vision
