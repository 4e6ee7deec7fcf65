// The kinds of printers behind open_printer; inside this driver only.
#pragma once
#include <memory>
#include <string>

#include "base/endpoint.h"
#include "drivers/printer/open.h"
#include "drivers/printer/wire.h"

namespace kiosk::drivers {

std::unique_ptr<Printer> make_file_printer(std::string path);
OpenWire device_wire(std::string path);
OpenWire tcp_wire(Endpoint where, Millis connect_timeout);

}  // namespace kiosk::drivers
