#include "programs/kiosk-branch/branch_cli.h"

#include <malloc.h>
#include <signal.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <fstream>

#include "base/log.h"
#include "programs/kiosk-branch/node_host.h"
#include "programs/shared/log_level.h"
#include "programs/shared/say_fault.h"
#include "programs/shared/version.h"

namespace kiosk::programs {
namespace {

constexpr int k_damaged = SIGUSR1;  // of this process to itself
constexpr int k_starts_for_damage = 3;

// Written beside and renamed, so that whoever waits for the file never reads half of it.
Result<Done> write_port(const std::string& file, int port) {
  const std::string half = file + ".new";
  {
    std::ofstream out(half);
    out << port << '\n';
    if (!out.flush()) return bad_input("file_unwritable", "port-file", half + " cannot be written");
  }
  if (std::rename(half.c_str(), file.c_str()) != 0)
    return bad_input("file_unwritable", "port-file", file + " cannot be written");
  return Done{};
}

Result<Done> write_ports(const std::string& file, const NodeHost& host) {
  if (host.lan_port() > 0) TRY_DONE(write_port(file + ".lan", host.lan_port()));
  return write_port(file, host.port());
}

// A port that was picked stays: others know it by now.
void keep_ports(NodeHost::Options& o, const NodeHost& host) {
  const auto keep = [](std::string& listen, int port) {
    if (port > 0 && listen.ends_with(":0")) listen.replace(listen.size() - 1, 1, std::to_string(port));
  };
  keep(o.listen, host.port());
  keep(o.settings.lan_listen, host.lan_port());
}

// Until a signal ends it.
int serve(NodeHost::Options options, const std::string& port_file, bool json, const sigset_t& signals) {
  options.on_damage = [] { ::kill(::getpid(), k_damaged); };
  int damaged = 0;
  for (bool first = true;; first = false) {
    auto host = NodeHost::start(options);
    if (!host) return say_fault("kiosk-branch", host.fault(), json);
    if (!port_file.empty())
      if (const auto written = write_ports(port_file, **host); !written)
        return say_fault("kiosk-branch", written.fault(), json);
    if (json && first) {
      std::printf("{\"ok\":true,\"port\":%d,\"lan_port\":%d}\n", (*host)->port(), (*host)->lan_port());
      std::fflush(stdout);
    }
    int got = 0;
    sigwait(&signals, &got);
    if (got != k_damaged) {
      log::info("ending", {{"signal", got}});
      // Two seconds are promised; if a verb hangs on a dead disk, what is committed is safe without us.
      alarm(2);
      (*host)->stop();
      return 0;
    }
    // Over a page that is known to be spoiled nothing is served: what is stored is made again, or its damage is the
    // end.
    log::error("what is stored is damaged; the node stops and starts again");
    keep_ports(options, **host);
    (*host)->stop();
    // What comes back damaged every time is no page but a disk: its spoiled pages are refused, the rest is served.
    if (++damaged < k_starts_for_damage) continue;
    log::error("the damage returns after each start; the node serves on without what is damaged",
               {{"starts", damaged}});
    options.on_damage = nullptr;
  }
}

struct Asked {
  std::string home, listen, port_file, config, models;
  bool json = false;
};

void add_options(CLI::App& app, Asked& o) {
  app.footer(
      "Examples:\n"
      "  kiosk-branch --home /var/lib/kiosk --listen 127.0.0.1:8080\n"
      "  kiosk-branch --home ./branch --listen 127.0.0.1:0 --port-file ./branch.port\n"
      "  kioskctl --home ./branch enrol --central https://centre.example:8443 --code JKT01-...\n"
      "Terminals on this machine use the socket branch.sock in the home; those on others come by the address of [lan]\n"
      "in the settings (kioskctl terminal add); /healthz and /metrics answer at --listen.");
  app.add_option("--home", o.home, "Folder of the node's data (default: $KIOSK_HOME, else $XDG_STATE_HOME/kiosk)");
  app.add_option("--listen", o.listen, "HOST:PORT for /healthz and /metrics; port 0 picks a free one");
  app.add_option("--port-file", o.port_file,
                 "Where the port is written once it listens; the port for the LAN in the same with .lan");
  app.add_option("--config", o.config, "Settings file (default: HOME/kiosk.toml when it is there)");
  app.add_option("--models", o.models, "Folder of face models; wins over the settings");
  app.add_flag("--json", o.json, "Print one JSON object on standard output");
  app.set_version_flag("--version", std::string("kiosk-branch ") + version());
}

// Signals are taken by this thread alone; a peer that goes away is no reason to end.
sigset_t take_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int s : {SIGTERM, SIGINT, k_damaged}) sigaddset(&signals, s);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  signal(SIGPIPE, SIG_IGN);
  return signals;
}

}  // namespace

int branch_main(int argc, char** argv) {
  Asked asked;
  CLI::App app{"The branch node: keeps the branch's records, serves its terminals, syncs with the centre."};
  add_options(app, asked);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? 0 : 2;
  }
  // What the heap held of a person is overwritten when it is freed.
  mallopt(M_PERTURB, 0x5a);

  asked.home = home_or_default(asked.home);
  auto settings = load_settings(asked.config, asked.home);
  if (!settings) return say_fault("kiosk-branch", settings.fault(), asked.json);
  log::init("kiosk-branch", log_level(settings->log_level));

  const sigset_t signals = take_signals();
  NodeHost::Options options;
  options.home = asked.home;
  options.listen = asked.listen.empty() ? settings->listen : asked.listen;
  options.version = version();
  options.settings = std::move(*settings);
  if (!asked.models.empty()) options.settings.models_dir = asked.models;
  return serve(std::move(options), asked.port_file, asked.json, signals);
}

}  // namespace kiosk::programs
