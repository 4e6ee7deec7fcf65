#include <array>
#include <optional>

#include "api/protocol/branch_api.h"

using namespace kiosk;
using namespace kiosk::protocol;

namespace {
// What was understood must be said again in the same words: of each verb its request and its answer.
template <class T, auto Read, auto Write>
void round(const VerbCodec& codec, std::string_view text) {
  std::optional<T> first, again;
  if ((codec.*Read)(text, &first)) return;
  const std::string once = (codec.*Write)(&*first);
  if ((codec.*Read)(once, &again) || (codec.*Write)(&*again) != once) __builtin_trap();
}
template <class V>
void both(std::string_view text) {
  const auto& codec = codec_of<V>();
  round<V, &VerbCodec::read_request, &VerbCodec::write_request>(codec, text);
  round<typename V::Reply, &VerbCodec::read_reply, &VerbCodec::write_reply>(codec, text);
}
template <class... V>
constexpr std::array<void (*)(std::string_view), sizeof...(V)> rounds_of(verbs::VerbList<V...>) {
  return {both<V>...};
}
constexpr auto rounds = rounds_of(verbs::AllVerbs{});
}  // namespace

// Every body that a node reads of a terminal and a terminal of its node; the first byte chooses which.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto which = data[0] % (std::size(rounds) + 2);
  if (which < std::size(rounds)) {
    rounds[which](text);
  } else if (which == std::size(rounds)) {
    if (const auto kept = from_wire<TerminalKept>(text); kept && !from_wire<TerminalKept>(to_wire(*kept)))
      __builtin_trap();
  } else if (const auto fault = fault_from_wire(text); fault && !fault_from_wire(fault_to_wire(*fault))) {
    __builtin_trap();
  }
  return 0;
}
