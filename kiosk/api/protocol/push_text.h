// The text of a PushRequest, written and read by hand: the one message that comes in tens of thousands of events. What
// is written is the same JSON as encode() gives, in parts, so that a batch never stands whole in memory beside its
// packed form. Reading by hand takes only what is written here; anything else (spaces, unknown fields, escapes seldom
// seen, wrong values) is left to the general reader, which knows the whole contract and names what is wrong. Thread:
// any. Pure.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "api/protocol/central_api.h"

namespace kiosk::protocol {

void begin_push(std::string& out, std::string_view epoch, std::int64_t first_seq, const crypto::Hash& previous);
void add_to_push(std::string& out, bool first, std::string_view header, ByteView ciphertext, ByteView wrap);
void end_push(std::string& out, const crypto::Signature& signature);

std::optional<PushRequest> read_push(std::string_view json);

}  // namespace kiosk::protocol
