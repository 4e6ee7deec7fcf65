// Bounds of a PushRequest, for both of its readers.
#pragma once
#include <cstddef>
#include <cstdint>

namespace kiosk::protocol {

inline constexpr std::size_t max_push_events = 2'000;
inline constexpr std::size_t max_push_header = 4'096;
inline constexpr std::size_t max_push_ciphertext = 64 * 1024;
inline constexpr std::size_t max_push_wrap = 256;
inline constexpr std::int64_t max_push_seq = 9'007'199'254'740'991;  // what every JSON reader keeps exactly

}  // namespace kiosk::protocol
