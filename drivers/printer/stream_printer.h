// A printer behind a Wire: asks before a page, sends it, and believes only the printer's word after the last byte.
//
// Before: DLE EOT 1 to 4, each twice with the input drained before and a silence after, and the later answer counts: a
// printer that answers with the answer to the question before is not misread. Afterwards: GS r 1, which the printer
// answers when it has worked off everything before it, so its answer is the word that the page was printed. It is tried
// once before the page; a printer that only knows DLE EOT, which is answered at once, is watched for `watch` after it
// took the last byte instead, and must still be ready then. One that never answered a question has no word at all:
// `confirmed` stays false. Errors: see drivers/api/printer.h; the detail says how many bytes were taken at most.
//
// What can be known of a page that failed: over TCP how far the printer's network side acknowledged it; of /dev/usb/lp
// only what the kernel took (usblp hands it on in pieces of up to 8 KiB and tells nothing of them); of a serial line
// how much the driver has not sent yet. None of it says what is on paper, so a page that did not end is failed as a
// whole, and the next one frees the printer of it.
#pragma once
#include <string>

#include "drivers/printer/half_page.h"
#include "drivers/printer/open.h"
#include "drivers/printer/status_stream.h"
#include "drivers/printer/wire.h"

namespace kiosk::drivers {

std::string names_of(const Reasons& reasons);  // "paper-out, cover-open"

class StreamPrinter final : public Printer {
 public:
  StreamPrinter(std::string name, OpenWire open, PrinterOptions options, std::string half_file);
  std::string name() const override { return name_; }
  Reasons status() override;
  Result<Printed> print(ByteView page) override;
  PrinterWord last() const override { return last_; }
  void forget() override;

 private:
  Fault not_ready(const std::string& why);
  const std::string name_;
  const OpenWire open_;
  const PrinterOptions o_;
  HalfPage half_;
  PrinterWord last_;
};

}  // namespace kiosk::drivers
