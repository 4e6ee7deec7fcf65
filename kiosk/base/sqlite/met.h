// How often this process has met a damaged page or file so far, whoever read it: whoever patrols looks at once instead
// of at its hour. Thread: any.
#pragma once
#include <cstdint>

namespace kiosk::sqlite {

std::uint64_t damage_met();

}  // namespace kiosk::sqlite
