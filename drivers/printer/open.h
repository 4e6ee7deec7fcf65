// Printers by URI: tcp:HOST:9100 (network receipt printer), usb:/dev/usb/lp0 (character device), file:PATH (pages
// appended and synced; a normal product feature). A printer that is not there is found when asked: unreachable
// printer_away. tcp asks DLE EOT status before a page; printers that do not answer are printed to all the same. Errors
// of open: bad_input printer_uri. Owns: nothing between calls (connects per page).
#pragma once
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "drivers/api/printer.h"

namespace kiosk::drivers {

struct PrinterOptions {
  Millis connect_timeout{2000};
  Millis status_timeout{300};    // waiting for a DLE EOT answer
  Millis write_timeout{10'000};  // a whole page
};

Result<std::unique_ptr<Printer>> open_printer(const std::string& uri, PrinterOptions options = {});

}  // namespace kiosk::drivers
