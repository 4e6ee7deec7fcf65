#include "drivers/printer/stream_printer.h"

#include "drivers/printer/conversation.h"

namespace kiosk::drivers {

namespace {
using Sent = Conversation::Sent;
using Word = Conversation::Word;

Reasons reasons_of(const Fault& fault) {
  if (fault.field == "permission") return {Reason::PermissionDenied};
  if (fault.field == "busy") return {Reason::Busy};
  return {Reason::Offline};
}

// Why the bytes did not all go, and what is said of the printer then.
std::pair<std::string, Reasons> trouble_of(Sent sent, const Conversation& talk) {
  if (sent == Sent::Hindered) return {names_of(talk.found()), talk.found()};
  if (sent == Sent::Gone) return {"it closed the connection", {Reason::Offline}};
  if (talk.held_off()) return {"it asked to wait (XOFF) and did not go on", {Reason::Busy}};
  return {"it stopped taking data; out of paper or cover open?", {Reason::Offline}};
}

std::pair<std::string, Reasons> trouble_of(Word word, const Conversation& talk) {
  if (word == Word::Hindered) return {names_of(talk.found()), talk.found()};
  if (word == Word::Gone)
    return {"it closed the connection before it said that the page was printed", {Reason::Offline}};
  return {"it did not say that the page was printed", {Reason::Offline}};
}

// A half page must not come out later, when somebody puts in paper: best effort, the next page frees the printer again.
// What a line's kernel still holds is dropped first; over TCP that would cut the connection before the printer is told.
void drop_rest(Wire& wire) {
  if (!wire.ends_when_read()) wire.abandon();
  wire.write(freeing(0));
}
}  // namespace

StreamPrinter::StreamPrinter(std::string name, OpenWire open, PrinterOptions options, std::string half_file)
    : name_(std::move(name)), open_(std::move(open)), o_(std::move(options)), half_(std::move(half_file)) {}

Fault StreamPrinter::not_ready(const std::string& why) { return refused("printer_not_ready", name_ + ": " + why); }

Reasons StreamPrinter::status() {
  last_ = {};
  auto wire = open_();
  if (!wire) return last_.reasons = reasons_of(wire.fault());
  Conversation talk(**wire, o_);
  last_.reasons = talk.ask();
  last_.speaks = talk.speaks();
  if (talk.gone()) last_.reasons.insert(Reason::Offline);
  return last_.reasons;
}

// Bytes of a page are kept nowhere here. But what a printer took of one that did not end waits in it and would come out
// when somebody puts in paper: it is told to clear its buffers, as far as it still hears; the next page frees it
// anyway.
void StreamPrinter::forget() {
  last_ = {};
  if (half_.owed() == 0) return;
  if (auto wire = open_()) drop_rest(**wire);
}

Result<Printed> StreamPrinter::print(ByteView page) {
  last_ = {};
  auto wire = open_();
  if (!wire) {
    last_.reasons = reasons_of(wire.fault());
    auto fault = std::move(wire).fault();
    fault.field.clear();
    return fault;
  }
  Conversation talk(**wire, o_);
  const auto ready = [&] {
    last_.reasons = talk.ask();
    last_.speaks = talk.speaks();
    if (talk.gone()) last_.reasons.insert(Reason::Offline);
    return !hinders(last_.reasons);
  };
  if (!ready()) return not_ready(names_of(last_.reasons));
  const auto stopped = [&](const auto& outcome, std::size_t all) {
    const auto [why, reasons] = trouble_of(outcome, talk);
    last_.reasons = reasons;
    return not_ready("took at most " + std::to_string(last_.bytes) + " of " + std::to_string(all) + " bytes: " + why);
  };
  if (const std::size_t owed = half_.owed(); owed > 0) {
    std::size_t taken = 0;
    if (const auto sent = talk.send(freeing(owed), taken); sent != Sent::Whole) return stopped(sent, page.size());
    half_.end();
    if (!ready()) return not_ready(names_of(last_.reasons));
  }
  const bool in_order = talk.speaks() && talk.knows_in_order();
  half_.begin(owed_after(page, page.size()));  // a fall of the power says no more how far it came
  if (const auto sent = talk.send(page, last_.bytes); sent != Sent::Whole) {
    if (last_.bytes == 0) half_.end();
    (*wire)->abandon();
    return stopped(sent, page.size());
  }
  if (!talk.speaks()) {
    if (!talk.ends_well()) return stopped(Sent::Gone, page.size());
    half_.end();
    return Printed{last_.bytes, false};
  }
  if (const auto word = in_order ? talk.word_in_order() : talk.word_when_watched(); word != Word::Printed) {
    drop_rest(**wire);
    return stopped(word, page.size());
  }
  half_.end();
  last_.reasons = talk.found();
  talk.ends_well();
  return Printed{last_.bytes, true};
}

}  // namespace kiosk::drivers
