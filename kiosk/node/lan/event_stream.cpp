#include "node/lan/event_stream.h"

#include <utility>

namespace kiosk::lan {
namespace {

constexpr std::size_t kMost = 1 << 20;

}  // namespace

std::string write_event(const ServerEvent& event) {
  return "id: " + event.id + "\nevent: " + event.event + "\ndata: " + event.data + "\n\n";
}

std::vector<ServerEvent> EventReader::feed(std::string_view bytes) {
  for (const char c : bytes) {
    if (broken_) break;
    const bool second = c == '\n' && std::exchange(after_cr_, false);
    if (second) continue;
    after_cr_ = c == '\r';
    if (c == '\n' || c == '\r') {
      line();
      continue;
    }
    line_ += c;
    broken_ = line_.size() + event_.data.size() > kMost;
  }
  return std::exchange(whole_, {});
}

void EventReader::line() {
  const std::string text = std::exchange(line_, {});
  if (text.empty()) {
    if (std::exchange(any_data_, false)) whole_.push_back(event_);
    event_ = {};
    return;
  }
  const auto colon = text.find(':');
  const std::string name = text.substr(0, colon);
  std::string value = colon == std::string::npos ? "" : text.substr(colon + 1);
  if (value.starts_with(' ')) value.erase(0, 1);
  if (name == "id") event_.id = std::move(value);
  if (name == "event") event_.event = std::move(value);
  if (name != "data") return;
  if (any_data_) event_.data += '\n';
  event_.data += value;
  any_data_ = true;
}

}  // namespace kiosk::lan
