// How long the fields of verbs may be, in bytes of text or items of a list.
#pragma once
#include <cstddef>

#include "domain/rules/lengths.h"

namespace kiosk::verbs {

constexpr std::size_t k_code = 64;  // codes, numbers, ids of terminals and counters
constexpr std::size_t k_name = domain::k_name_bytes;
constexpr std::size_t k_reason = 1'000;
constexpr std::size_t k_hash = 64;                // hex of BLAKE2b-256
constexpr std::size_t k_photo = 11'200'000;       // base64 of 8 MiB
constexpr std::size_t k_copy_chunk = 12'000'000;  // base64 of 8 MiB and half a MiB
constexpr std::size_t k_receipt = 6'000'000;
constexpr std::size_t k_documents = 30;
constexpr std::size_t k_epochs = 64;
constexpr std::size_t k_answers = 40;
constexpr std::size_t k_notice = domain::k_notice_bytes;
constexpr std::size_t k_pem = 16'384;

}  // namespace kiosk::verbs
