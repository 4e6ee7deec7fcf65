// The one table of the pictures that endings have.
#include <array>

#include "terminal/screen/kiosk/parts.h"

namespace kiosk::screen {

using namespace flow::kiosk;

ui::Art picture_of(Ending ending) {
  using ui::Art;
  static constexpr std::array<Art, static_cast<std::size_t>(Ending::Count_)> table{
      Art::None,          // None
      Art::Success,       // Sent
      Art::Documents,     // SentAfter
      Art::OfficerHelps,  // Officer
      Art::Returned,      // Returned
      Art::Ticket,        // Number
      Art::Printing,      // NumberOnItsWay
      Art::None,          // NumberAsCode
      Art::Condolence,    // Death
      Art::Care,          // Accident
      Art::Heard,         // Complaint
      Art::Success,       // Unchanged
      Art::Documents,     // Letter
      Art::OfficerHelps,  // Blocked
      Art::Privacy,       // ConsentBack
      Art::OfficerHelps   // Refused
  };
  return table.at(static_cast<std::size_t>(ending));
}

ui::Art ending_picture(const KioskView& view) { return picture_of(ending(view.state.page, view.visit())); }

}  // namespace kiosk::screen
