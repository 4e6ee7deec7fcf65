// Writes and reads a value as the verb does that carries it: a verb itself as its request, anything else as the answer
// of the first verb that gives it.
#pragma once
#include <doctest/doctest.h>

#include <optional>
#include <string>

#include "api/protocol/branch_api.h"

namespace kiosk::test {

template <class T>
const protocol::VerbCodec* answered_by() {
  const protocol::VerbCodec* found = nullptr;
  verbs::AllVerbs::each([&]<class V>() {
    if constexpr (std::is_same_v<typename V::Reply, T>)
      if (!found) found = &protocol::codec_of<V>();
  });
  REQUIRE(found != nullptr);
  return found;
}
template <class T>
std::string wire_of(const T& value) {
  if constexpr (verbs::IsVerb<T>) {
    return protocol::request_to_wire(value);
  } else {
    return answered_by<T>()->write_reply(&value);
  }
}
template <class T>
Result<T> read_wire(std::string_view text) {
  if constexpr (verbs::IsVerb<T>) {
    return protocol::request_from_wire<T>(text);
  } else {
    std::optional<T> value;
    if (auto fault = answered_by<T>()->read_reply(text, &value)) return std::move(*fault);
    return std::move(*value);
  }
}

}  // namespace kiosk::test
