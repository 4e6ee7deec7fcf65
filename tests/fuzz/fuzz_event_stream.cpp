#include <optional>

#include "api/protocol/branch_api.h"
#include "node/lan/event_stream.h"

namespace {

using kiosk::lan::EventReader;
using kiosk::lan::ServerEvent;

bool same(const ServerEvent& a, const ServerEvent& b) { return a.id == b.id && a.event == b.event && a.data == b.data; }

// The same by the letter of the standard, with the whole text at hand.
std::vector<ServerEvent> plainly(std::string_view text) {
  std::vector<ServerEvent> out;
  ServerEvent event;
  std::optional<std::string> data;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = text.find_first_of("\r\n", at);
    if (end == std::string_view::npos) break;  // a line without an end is none yet
    const auto line = text.substr(at, end - at);
    at = end + (text.substr(end, 2) == "\r\n" ? 2 : 1);
    if (line.empty()) {
      if (data) out.push_back({event.id, event.event, *data});
      event = {};
      data.reset();
      continue;
    }
    const auto colon = line.find(':');
    auto value = colon == std::string_view::npos ? std::string_view() : line.substr(colon + 1);
    if (!value.empty() && value.front() == ' ') value.remove_prefix(1);
    const auto name = line.substr(0, colon);
    if (name == "id") event.id = value;
    if (name == "event") event.event = value;
    if (name == "data") data = data ? *data + "\n" + std::string(value) : std::string(value);
  }
  return out;
}

}  // namespace

// However the network cuts the bytes, the events are those of the whole text; what was read is written and read again
// as it was; and what a terminal takes for changes is that, or refused.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0 || size > 1 << 16) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::size_t step = 1 + data[0] % 32;  // the first byte says how it is cut
  EventReader reader;
  std::vector<ServerEvent> events;
  for (std::size_t at = 0; at < text.size(); at += step)
    for (auto& event : reader.feed(text.substr(at, step))) events.push_back(std::move(event));
  const auto expected = plainly(text);
  if (reader.broken() || events.size() != expected.size()) __builtin_trap();
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (!same(events[i], expected[i])) __builtin_trap();
    const auto changes = kiosk::protocol::from_wire<kiosk::verbs::Changes>(events[i].data);
    if (changes) {
      const auto once = kiosk::protocol::to_wire(*changes);
      const auto again = kiosk::protocol::from_wire<kiosk::verbs::Changes>(once);
      if (!again || kiosk::protocol::to_wire(*again) != once) __builtin_trap();
    }
    if (events[i].data.find('\n') != std::string::npos) continue;  // written on one line only
    EventReader second;
    const auto read = second.feed(kiosk::lan::write_event(events[i]));
    if (read.size() != 1 || !same(read[0], events[i])) __builtin_trap();
  }
  return 0;
}
