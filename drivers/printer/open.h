// Printers by URI: tcp:HOST:9100, tcp:[::1]:9100 (network receipt printer), usb:/dev/usb/lp0 (character device, also a
// serial line), file:PATH (pages appended and synced; a normal product feature). A printer that is not there is found
// when asked: unreachable printer_away. What is asked of a printer and what of its answers is believed:
// stream_printer.h. Errors of open: bad_input printer_uri. Owns: nothing between calls (opens per page) but the mark of
// a half page.
#pragma once
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "drivers/api/printer.h"

namespace kiosk::drivers {

struct PrinterOptions {
  Millis connect_timeout{2000};
  Millis status_timeout{300};   // for one answer
  Millis write_timeout{3000};   // without the printer taking a byte
  Millis word_timeout{10'000};  // from the last byte to the answer that the page was printed, while all is well
  Millis watch{1000};           // a printer that only knows real-time status must be ready so long after the last byte
  std::string marks;            // folder for the mark of a half page, so that the next program knows; empty: none
};

Result<std::unique_ptr<Printer>> open_printer(const std::string& uri, PrinterOptions options = {});

}  // namespace kiosk::drivers
