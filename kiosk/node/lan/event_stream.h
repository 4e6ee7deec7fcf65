// Server-sent events (WHATWG HTML, 9.2): what the node writes and a terminal reads. The reader takes bytes cut
// anywhere. Thread: one. Bounds: an event of more than 1 MiB is a fault of the other side.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kiosk::lan {

struct ServerEvent {
  std::string id, event, data;
};

std::string write_event(const ServerEvent& event);  // values without line ends
inline constexpr std::string_view beat_comment = ": here\n\n";

class EventReader {
 public:
  // The events that are whole with these bytes; none any more once the other side broke the bound.
  std::vector<ServerEvent> feed(std::string_view bytes);
  bool broken() const { return broken_; }

 private:
  void line();
  std::string line_;
  ServerEvent event_;
  std::vector<ServerEvent> whole_;
  bool any_data_ = false, after_cr_ = false, broken_ = false;
};

}  // namespace kiosk::lan
