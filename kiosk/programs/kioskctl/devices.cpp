// kioskctl device, print: what is connected, whether it works, and printing a record again.
#include <fcntl.h>
#include <glob.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>
#include <thread>

#include "api/verbs/claim_said.h"
#include "base/secret.h"
#include "drivers/camera/open.h"
#include "drivers/printer/open.h"
#include "drivers/scanner/open.h"
#include "drivers/speaker/headphones.h"
#include "programs/kioskctl/ctl.h"
#include "terminal/paper/paper.h"
#include "terminal/runner/ticket_paper.h"

namespace kiosk::programs {
namespace {
constexpr Millis k_scan_patience{20'000};

struct Asked {
  std::string kind, uri, id, printer;
  bool narrow = false;
};

std::vector<std::string> matching(const char* pattern) {
  glob_t found{};
  std::vector<std::string> out;
  if (glob(pattern, 0, nullptr, &found) == 0) out.assign(found.gl_pathv, found.gl_pathv + found.gl_pathc);
  globfree(&found);
  return out;
}

Json reasons_json(const drivers::Reasons& reasons) {
  Json out = Json::array();
  for (const auto r : reasons) out.push_back(std::string(drivers::code(r)));
  return out;
}

Result<Done> list(Ctl& ctl, const Asked&) {
  const auto& s = ctl.settings();
  const auto row = [&](const char* kind, const std::string& uri, bool configured) {
    ctl.row({{"kind", kind}, {"uri", uri}, {"configured", configured}});
  };
  if (!s.camera.empty()) row("camera", s.camera, true);
  if (!s.printer.empty()) row("printer", s.printer, true);
  if (!s.scanner.empty()) row("scanner", s.scanner, true);
  if (!s.headphones.empty()) row("headphones", s.headphones, true);
  for (const auto& path : matching("/dev/video*"))
    if ("v4l2:" + path != s.camera) row("camera", "v4l2:" + path, false);
  for (const auto& path : matching("/dev/usb/lp*"))
    if ("usb:" + path != s.printer) row("printer", "usb:" + path, false);
  for (const auto& path : matching("/dev/ttyACM*"))
    if ("tty:" + path != s.scanner) row("scanner", "tty:" + path, false);
  return Done{};
}

Result<std::unique_ptr<drivers::Printer>> printer_of(Ctl& ctl, const std::string& given) {
  const auto& uri = given.empty() ? ctl.settings().printer : given;
  if (uri.empty())
    return bad_input("printer_missing", "printer", "name one: --printer tcp:HOST:9100, usb:/dev/usb/lp0 or file:PATH");
  drivers::PrinterOptions options;
  options.marks = printer_marks(ctl.home);
  return drivers::open_printer(uri, options);
}

paper::Style style_of(Ctl& ctl, const Asked& asked) {
  paper::Style style;
  style.roll = asked.narrow ? paper::Roll::Mm58 : paper::Roll::Mm80;
  style.language = ctl.settings().language;
  style.branch_name = ctl.settings().branch_name;
  return style;
}

Result<Done> print_page(Ctl& ctl, const Asked& asked, ByteView page) {
  TRY(auto printer, printer_of(ctl, asked.printer));
  auto printed = printer->print(page);
  const auto word = printer->last();
  const auto reasons = reasons_json(word.reasons);
  if (!printed) {
    ctl.on_fail({{"bytes", word.bytes}, {"reasons", reasons}});
    auto fault = printed.fault();
    if (fault.field.empty()) fault.field = "printer";
    return fault;
  }
  // Not confirmed: the printer says nothing of itself, so nobody but an eye knows whether paper came out.
  ctl.print({{"bytes", printed->bytes},
             {"printer", printer->name()},
             {"reasons", reasons},
             {"confirmed", printed->confirmed},
             {"speaks", word.speaks}});
  return Done{};
}

// Waits for one code; tells its length, not what it says.
Result<Done> test_scanner(Ctl& ctl, const Asked& asked) {
  const auto& uri = asked.uri.empty() ? ctl.settings().scanner : asked.uri;
  if (uri.empty()) return bad_input("scanner_missing", "scanner", "name one: tty:/dev/ttyACM0 or file:PATH");
  TRY(auto scanner, drivers::open_scanner(uri, [] {}));
  const auto until = ctl.clock().steady() + k_scan_patience;
  while (ctl.clock().steady() < until) {
    if (auto code = scanner->take()) {
      ctl.print({{"scanner", uri}, {"code_length", code->size()}, {"reasons", reasons_json(scanner->status())}});
      wipe(*code);
      return Done{};
    }
    std::this_thread::sleep_for(Millis{50});
  }
  ctl.on_fail({{"reasons", reasons_json(scanner->status())}});
  return unreachable("scanner_silent", "no code came within 20 s");
}

Result<Done> test_headphones(Ctl& ctl, const Asked& asked) {
  const auto& uri = asked.uri.empty() ? ctl.settings().headphones : asked.uri;
  if (uri.empty())
    return bad_input("headphones_missing", "headphones", "name one: evdev:/dev/input/by-path/... or file:PATH");
  TRY(auto jack, drivers::open_headphones(uri, [] {}));
  std::this_thread::sleep_for(Millis{300});  // the first look
  ctl.print({{"headphones", uri}, {"plugged", jack->plugged()}, {"reasons", reasons_json(jack->status())}});
  return Done{};
}

Result<Done> test(Ctl& ctl, const Asked& asked) {
  if (asked.kind == "printer") {
    Asked a = asked;
    a.printer = asked.uri;
    auto style = style_of(ctl, asked);
    WallTime at = ctl.clock().now();
    // By the branch's time where there is a branch; a printer alone is tried without one.
    if (auto node = ctl.branch())
      if (const auto info = (*node)->ask({"ctl", {}}, verbs::GetInfo{})) {
        style.zone = Zone::told(info->zone, info->utc_offset_min);
        at = info->now;
      }
    return print_page(ctl, a, paper::test_page(style, at));
  }
  if (asked.kind == "scanner") return test_scanner(ctl, asked);
  if (asked.kind == "headphones") return test_headphones(ctl, asked);
  if (asked.kind != "camera") return bad_input("usage", "kind", "expected camera, printer, scanner or headphones");
  const auto& uri = asked.uri.empty() ? ctl.settings().camera : asked.uri;
  if (uri.empty()) return bad_input("camera_missing", "camera", "name one: v4l2:/dev/video0 or file:PATH");
  TRY(auto camera, drivers::open_camera(uri));
  const auto from = ctl.clock().steady();
  auto frame = camera->next_frame(Millis{5000});
  const auto took = ctl.clock().steady() - from;
  if (!frame) {
    ctl.on_fail({{"reasons", reasons_json(camera->status())}});
    auto fault = frame.fault();
    fault.field = "camera";
    return fault;
  }
  ctl.print({{"camera", camera->name()},
             {"width", frame->image.width},
             {"height", frame->image.height},
             {"first_frame_ms", took.count()},
             {"reasons", reasons_json(camera->status())}});
  return Done{};
}

// The branch's name and zone stand on every paper.
Result<paper::Style> branch_style(Ctl& ctl, const Asked& asked, verbs::Branch& node, const verbs::Actor& actor) {
  auto style = style_of(ctl, asked);
  TRY(const auto info, node.ask(actor, verbs::GetInfo{}));
  if (!info.branch_name.empty()) style.branch_name = info.branch_name;
  style.zone = Zone::told(info.zone, info.utc_offset_min);
  return style;
}

Result<Done> print_ticket(Ctl& ctl, const Asked& asked) {
  TRY(auto* node, ctl.branch());
  TRY(const auto actor, ctl.actor());
  Uuid id;
  if (auto parsed = Uuid::parse(asked.id, "id"); parsed) {
    id = *parsed;
  } else {
    TRY(const auto tickets, node->ask(actor, verbs::ListTickets{false}));
    for (const auto& t : tickets)
      if (t.number == asked.id) id = t.id;
    if (id.is_nil()) return bad_input("id_invalid", "id", "expected a ticket's id or a number of today, like A-012");
  }
  TRY(const auto t, node->ask(actor, verbs::GetTicket{id}));
  TRY(const auto services, node->ask(actor, verbs::ListServices{}));
  TRY(const auto style, branch_style(ctl, asked, *node, actor));
  std::string name = t.ticket.service;
  for (const auto& s : services)
    if (s.code == t.ticket.service) name = s.name;
  return print_page(ctl, asked, paper::ticket(runner::ticket_paper(t, name), style));
}

Result<Done> print_receipt(Ctl& ctl, const Asked& asked) {
  TRY(const auto id, Uuid::parse(asked.id, "id"));
  TRY(auto* node, ctl.branch());
  TRY(const auto actor, ctl.actor());
  TRY(const auto c, node->ask(actor, verbs::GetClaim{id}));
  const auto said = verbs::said_of(c);
  TRY(const auto style, branch_style(ctl, asked, *node, actor));
  return print_page(ctl, asked,
                    paper::claim_receipt({.receipt = c.receipt,
                                          .receipt_qr = c.receipt_qr,
                                          .cause = c.cause,
                                          .gross = c.gross,
                                          .tax = c.tax,
                                          .net = c.net,
                                          .saved_at = c.saved_at,
                                          .needs_officer = said.officer,
                                          .sent = c.sync == domain::SyncState::Accepted,
                                          .deadline = said.deadline ? c.deadline : std::nullopt},
                                         style));
}

Result<Done> print_reset(Ctl& ctl, const Asked& asked) {
  TRY(const auto id, Uuid::parse(asked.id, "id"));
  TRY(auto* node, ctl.branch());
  TRY(const auto actor, ctl.actor());
  TRY(const auto list, node->ask(actor, verbs::ListResets{false}));
  TRY(const auto style, branch_style(ctl, asked, *node, actor));
  for (const auto& r : list)
    if (r.id == id)
      return print_page(
          ctl, asked,
          paper::reset_slip({.reset_id = r.id.str().substr(24), .at = r.at, .usable_from = r.usable_from}, style));
  return refused("unknown_reset", "no reset has this id", "id");
}
}  // namespace

void add_device_commands(CLI::App& app, Ctl& ctl) {
  auto asked = std::make_shared<Asked>();
  using Command = Result<Done> (*)(Ctl&, const Asked&);
  const auto add = [&](CLI::App* parent, const char* name, const char* help, Command command) {
    auto* sub = parent->add_subcommand(name, help);
    sub->callback([&ctl, asked, command] { ctl.act = [asked, command](Ctl& c) { return command(c, *asked); }; });
    return sub;
  };
  auto* device = app.add_subcommand("device", "Cameras and printers");
  device->require_subcommand(1);
  device->footer(
      "Examples:\n  kioskctl device list\n  kioskctl device test camera v4l2:/dev/video0\n"
      "  kioskctl device test printer tcp:192.168.1.50:9100");
  add(device, "list", "What the settings name and what is connected", list);
  auto* t =
      add(device, "test", "Takes a picture, prints a test page, waits for a code, or asks the headphone jack", test);
  t->add_option("kind", asked->kind, "camera, printer, scanner or headphones")->required();
  t->add_option("uri", asked->uri, "Which one (default: by the settings)");
  t->add_flag("--narrow", asked->narrow, "58 mm paper");

  auto* print = app.add_subcommand("print", "Prints a record again");
  print->require_subcommand(1);
  print->footer("Example:\n  kioskctl print ticket A-012 --printer file:ticket.escpos");
  for (const auto& [name, help, command] :
       {std::tuple<const char*, const char*, Command>{"ticket", "A ticket, by id or today's number", print_ticket},
        {"receipt", "A claim's receipt, by the claim's id", print_receipt},
        {"reset-slip", "A reset's slip, by its id (an officer's act)", print_reset}}) {
    auto* sub = add(print, name, help, command);
    sub->add_option("id", asked->id, "Which")->required();
    sub->add_option("--printer", asked->printer,
                    "tcp:HOST:9100, usb:/dev/usb/lp0 or file:PATH (default: by the settings)");
    sub->add_flag("--narrow", asked->narrow, "58 mm paper");
  }
}

}  // namespace kiosk::programs
