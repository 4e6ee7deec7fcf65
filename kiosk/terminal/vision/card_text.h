// What the reader of pictures needs to know of the words on a card; reading_of itself is in card.h. Only for files of
// this room. Thread: any; pure.
#pragma once
#include <cstddef>
#include <string_view>

namespace kiosk::vision {

inline constexpr std::size_t kMaxCardText = 8192;  // bytes; a longer text says nothing

enum class Label { None, Nik, Kpj };
// The label that stands on a line, also as OCR misreads it.
Label label_of(std::string_view line);

}  // namespace kiosk::vision
