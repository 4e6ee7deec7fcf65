// How long what is described of the verbs may be, in bytes or items. For this room's .cpp files only.
#pragma once
#include "api/protocol/describe.h"
#include "domain/rules/lengths.h"

namespace kiosk::protocol::describe {

constexpr std::size_t kCode = 64;  // codes, numbers, ids of terminals and counters
constexpr std::size_t kName = domain::k_name_bytes;
constexpr std::size_t kReason = 1'000;
constexpr std::size_t kHash = 64;               // hex of BLAKE2b-256
constexpr std::size_t kPhoto = 11'200'000;      // base64 of 8 MiB
constexpr std::size_t kCopyChunk = 12'000'000;  // base64 of 8 MiB and half a MiB
constexpr std::size_t kReceipt = 6'000'000;
constexpr std::size_t kDocuments = 30;
constexpr std::size_t kEpochs = 64;
constexpr std::size_t kAnswers = 40;
constexpr std::size_t kNotice = domain::k_notice_bytes;

}  // namespace kiosk::protocol::describe
