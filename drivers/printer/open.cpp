#include "drivers/printer/open.h"

#include "drivers/printer/printers.h"
#include "drivers/printer/stream_printer.h"

namespace kiosk::drivers {

std::string names_of(const Reasons& reasons) {
  std::string out;
  for (const auto r : reasons) out += (out.empty() ? "" : ", ") + std::string(code(r));
  return out;
}

namespace {
std::unique_ptr<Printer> stream_printer(const std::string& name, OpenWire open, const PrinterOptions& options) {
  std::string mark;
  if (!options.marks.empty()) {  // one a printer; its name is no file name
    mark = options.marks + "/printer-";
    for (const char c : name)
      mark += (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ? c : '-';
    mark += ".half";
  }
  return std::make_unique<StreamPrinter>(name, std::move(open), options, std::move(mark));
}
}  // namespace

Result<std::unique_ptr<Printer>> open_printer(const std::string& uri, PrinterOptions options) {
  const auto bad = [&](const std::string& why) {
    return bad_input("printer_uri", "printer", "\"" + uri + "\": " + why);
  };
  const auto colon = uri.find(':');
  const std::string kind = uri.substr(0, colon);
  const std::string rest = colon == std::string::npos ? "" : uri.substr(colon + 1);
  if (rest.empty()) return bad("expected tcp:HOST:9100, usb:/dev/usb/lp0 or file:PATH");
  if (kind == "file") return make_file_printer(rest);
  if (kind == "usb") return stream_printer(uri, device_wire(rest), options);
  if (kind == "tcp") {
    const auto where = parse_endpoint(rest, 9100);
    if (!where || where->port == 0)
      return bad("a port is a number from 1 to 65535, an IPv6 address stands in brackets: tcp:[::1]:9100");
    if (where->host.empty()) return bad("the host is missing");
    return stream_printer("tcp:" + str(*where), tcp_wire(*where, options.connect_timeout), options);
  }
  return bad("unknown kind \"" + kind + "\"; expected tcp:HOST:9100, usb:/dev/usb/lp0 or file:PATH");
}

}  // namespace kiosk::drivers
