#include "drivers/printer/open.h"

#include <charconv>

#include "drivers/printer/printers.h"

namespace kiosk::drivers {

std::string names_of(const Reasons& reasons) {
  std::string out;
  for (const auto r : reasons) out += (out.empty() ? "" : ", ") + std::string(code(r));
  return out;
}

Result<std::unique_ptr<Printer>> open_printer(const std::string& uri, PrinterOptions options) {
  const auto bad = [&](const std::string& why) {
    return bad_input("printer_uri", "printer", "\"" + uri + "\": " + why);
  };
  const auto colon = uri.find(':');
  const std::string kind = uri.substr(0, colon);
  const std::string rest = colon == std::string::npos ? "" : uri.substr(colon + 1);
  if (rest.empty()) return bad("expected tcp:HOST:9100, usb:/dev/usb/lp0 or file:PATH");
  if (kind == "file") return make_file_printer(rest);
  if (kind == "usb") return make_device_printer(rest, options);
  if (kind == "tcp") {
    const auto last = rest.rfind(':');
    const std::string host = rest.substr(0, last), port = last == std::string::npos ? "9100" : rest.substr(last + 1);
    int n = 0;
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), n);
    if (host.empty()) return bad("the host is missing");
    if (error != std::errc{} || end != port.data() + port.size() || n < 1 || n > 65535)
      return bad("the port must be a number from 1 to 65535");
    return make_tcp_printer(host, port, options);
  }
  return bad("unknown kind \"" + kind + "\"; expected tcp:HOST:9100, usb:/dev/usb/lp0 or file:PATH");
}

}  // namespace kiosk::drivers
