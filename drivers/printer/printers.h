// The kinds of printers behind open_printer; inside this driver only.
#pragma once
#include <memory>
#include <string>

#include "drivers/printer/open.h"

namespace kiosk::drivers {

std::unique_ptr<Printer> make_file_printer(std::string path);
std::unique_ptr<Printer> make_device_printer(std::string path, PrinterOptions options);
std::unique_ptr<Printer> make_tcp_printer(std::string host, std::string port, PrinterOptions options);

// "paper-out, cover-open"
std::string names_of(const Reasons& reasons);

}  // namespace kiosk::drivers
