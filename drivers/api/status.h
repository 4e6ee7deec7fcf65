// What every device says of itself: a set of reasons, never a bool. An empty set is "ready".
#pragma once
#include <set>
#include <string>
#include <string_view>

namespace kiosk::drivers {

enum class Reason { Offline, Busy, PaperLow, PaperOut, CoverOpen, Jammed, DeviceFault, NoSignal, PermissionDenied };

using Reasons = std::set<Reason>;

constexpr std::string_view code(Reason r) {
  switch (r) {
    case Reason::Offline:
      return "offline";
    case Reason::Busy:
      return "busy";
    case Reason::PaperLow:
      return "paper-low";
    case Reason::PaperOut:
      return "paper-out";
    case Reason::CoverOpen:
      return "cover-open";
    case Reason::Jammed:
      return "jammed";
    case Reason::DeviceFault:
      return "device-fault";
    case Reason::NoSignal:
      return "no-signal";
    case Reason::PermissionDenied:
      return "permission-denied";
  }
  return "";
}

}  // namespace kiosk::drivers
