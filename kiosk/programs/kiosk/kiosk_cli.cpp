#include "programs/kiosk/kiosk_cli.h"

#include <malloc.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <thread>

#include "base/log.h"
#include "node/lan/terminal_identity.h"
#include "programs/shared/say_fault.h"
#include "programs/shared/settings.h"
#include "programs/shared/version.h"

namespace kiosk::programs {
namespace {

std::atomic<bool> g_stop{false};
static_assert(std::atomic<bool>::is_always_lock_free);

// What is freed is overwritten: the screen forgets, so does the memory, also what a library copied. glibc does not do
// that to what its caches of each thread take, and only the environment can turn those off: begin once more with it.
void overwrite_what_is_freed(char** argv) {
  mallopt(M_PERTURB, 0x5a);
#ifndef __SANITIZE_ADDRESS__
  constexpr const char *name = "GLIBC_TUNABLES", *no_caches = "glibc.malloc.tcache_count=0";
  const char* given = std::getenv(name);
  if (given && std::strstr(given, no_caches)) return;
  const std::string all = given && *given ? std::string(given) + ":" + no_caches : no_caches;
  if (::setenv(name, all.c_str(), 1) == 0) ::execv("/proc/self/exe", argv);
  log::warn("small pieces of freed memory are not overwritten");  // where /proc is not mounted
#else
  (void)argv;
#endif
}

// A loop that hangs while it logs holds the log: the line is given a moment, not more.
void restart(char** argv, const char* doing, Millis silent) {
  std::thread([doing, silent] {
    log::error("the screen took no input and begins again", {{"doing", doing}, {"silent_ms", silent.count()}});
  }).detach();
  std::this_thread::sleep_for(Millis{200});
  begin_again(argv);
  std::_Exit(1);  // the service manager begins it again
}

bool parse_size(const std::string& text, int& w, int& h) {
  char end = 0;
  return std::sscanf(text.c_str(), "%dx%d%c", &w, &h, &end) == 2 && w >= 320 && h >= 320 && w <= 8192 && h <= 8192;
}

// As the command line said.
struct Asked {
  TerminalOptions terminal;
  std::string size;
  bool windowed = false, verbose = false;
};

void add_options(CLI::App& cli, Asked& asked) {
  TerminalOptions& o = asked.terminal;
  cli.set_version_flag("--version", version());
  cli.footer(
      "Examples:\n"
      "  kiosk --role kiosk --camera v4l2:/dev/video0 --printer usb:/dev/usb/lp0\n"
      "  kiosk --role counter --branch https://branch.local:8443\n"
      "  kiosk --role kiosk --headless --script visit.txt --shots out/ --camera file:face.jpg --printer "
      "file:paper.bin\n"
      "Settings of [terminal] in the file of --config, among them second_copy: a folder of this terminal for a sealed\n"
      "copy of what the node has not sent yet.");
  o.role.clear();
  cli.add_option("--role", o.role, "kiosk (the default), counter or board");
  cli.add_option(
      "--home", o.home,
      "home of the branch node on this machine (its socket), or of this terminal's own key; default $KIOSK_HOME");
  cli.add_option("--branch", o.branch,
                 "URL of the branch node on the LAN, once joined (kioskctl terminal join; then it is the default)");
  cli.add_option("--config", o.config, "settings file (TOML)");
  cli.add_option("--camera", o.camera, "v4l2:/dev/video0 or file:PICTURE_VIDEO_OR_FOLDER");
  cli.add_option("--printer", o.printer, "tcp:HOST:9100, usb:/dev/usb/lp0, cups:NAME or file:PATH");
  cli.add_option("--scanner", o.scanner, "hand scanner: tty:/dev/ttyACM0 or file:PATH");
  cli.add_option("--speaker", o.speaker, "espeak (the default), espeak:PROGRAM, file:PATH or none");
  cli.add_option("--terminal", o.terminal, "this terminal's name; default ROLE-1");
  cli.add_option("--language", o.language, "language at the start: id, en");
  cli.add_option("--size", asked.size, "WIDTHxHEIGHT in pixels");
  cli.add_option("--mm-per-px", o.mm_per_px, "size of a pixel of this glass in millimetres")
      ->check(CLI::Range(0.05, 2.0));
  cli.add_flag("--fullscreen", o.fullscreen, "whole screen");
  cli.add_flag("--windowed", asked.windowed, "in a window (the default)");
  cli.add_flag("--headless", o.headless, "draw into memory, without a display");
  cli.add_option("--script", o.script, "play a script through the accessibility tree, then end");
  cli.add_option("--shots", o.shots, "folder for the script's pictures and trees");
  cli.add_flag("--verbose", asked.verbose, "log every step");
}

// What was not asked for is as the settings say; a terminal that has joined a branch finds it by its badge.
Result<Done> complete(TerminalOptions& o) {
  o.home = home_or_default(o.home);
  TRY(const auto settings, load_settings(o.config, o.home));
  // The command line wins over the file.
  const auto otherwise = [](std::string& option, const std::string& setting) {
    if (option.empty()) option = setting;
  };
  otherwise(o.role, settings.role);
  otherwise(o.terminal, settings.name);
  otherwise(o.language, settings.language);
  otherwise(o.speaker, settings.speaker);
  otherwise(o.scanner, settings.scanner);
  o.languages = settings.languages;
  if (o.branch.empty() && lan::TerminalIdentity::there(o.home)) {
    TRY(const auto badge, lan::TerminalIdentity::open(o.home, settings.allow_key_file));
    o.branch = badge->url();
  }
  return Done{};
}

int show(const TerminalOptions& o, char** argv, const std::function<void(Terminal&)>& opened) {
  auto terminal = Terminal::open(o);
  if (!terminal) return say_fault("kiosk", terminal.fault());
  if (!o.script.empty()) {
    const auto played = (*terminal)->play(o.script);
    return played ? 0 : say_fault("kiosk", played.fault());
  }
  const auto end = [](int) { g_stop = true; };
  std::signal(SIGTERM, end);
  std::signal(SIGINT, end);
  if (opened) opened(**terminal);
  (*terminal)->run(g_stop, [argv](const char* doing, Millis silent) { restart(argv, doing, silent); });
  return 0;
}

}  // namespace

int kiosk_main(int argc, char** argv, const std::function<void(Terminal&)>& opened) {
  overwrite_what_is_freed(argv);
  Asked asked;
  TerminalOptions& o = asked.terminal;
  CLI::App cli("One terminal of a branch: the participant's kiosk, an officer's counter or the waiting room's board.");
  add_options(cli, asked);
  try {
    cli.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return cli.exit(e) == 0 ? 0 : static_cast<int>(FaultKind::BadInput);
  }
  log::init("kiosk", asked.verbose ? log::Level::Debug : log::Level::Info);
  if (!asked.size.empty() && !parse_size(asked.size, o.width_px, o.height_px))
    return say_fault("kiosk", bad_input("size_unusable", "size",
                                        "WIDTHxHEIGHT between 320 and 8192 was expected, not '" + asked.size + "'"));
  if (asked.windowed) o.fullscreen = false;
  if (const auto whole = complete(o); !whole) return say_fault("kiosk", whole.fault());
  return show(o, argv, opened);
}

}  // namespace kiosk::programs
