// kioskctl sync export/receipt, store backup/restore/rejoin, copy follow: records outside of the store, and the store
// made whole again.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <thread>

#include "node/branch/recovery/restore.h"
#include "node/store/backup.h"
#include "programs/kioskctl/ctl.h"
#include "programs/shared/copy_follower.h"
#include "programs/shared/sealed_export.h"

namespace kiosk::programs {
namespace {

struct Asked {
  std::string file, copy, to;
  bool force = false, once = false;
};

Json missing_json(const std::vector<store::Gap>& gaps) {
  Json rows = Json::array();
  for (const auto& g : gaps)
    rows.push_back({{"epoch", g.epoch}, {"from", g.from}, {"to", g.to ? Json(*g.to) : Json(nullptr)}});
  return rows;
}

Result<Done> sync_export(Ctl& ctl, const Asked& asked) {
  TRY(auto* node, ctl.branch());
  TRY(const auto actor, ctl.actor());
  const bool shown = ::isatty(STDERR_FILENO);
  TRY(const auto made,
      export_unsent(*node, actor, asked.file, asked.force, [shown](std::int64_t events, std::int64_t blobs) {
        if (shown)
          std::fprintf(stderr, "\r%lld events, %lld photos and documents", static_cast<long long>(events),
                       static_cast<long long>(blobs));
      }));
  if (shown) std::fprintf(stderr, "\n");
  ctl.print({{"events", made.events}, {"blobs", made.blobs}, {"sha256", made.sha256}, {"file", asked.file}});
  return Done{};
}

Result<Done> sync_receipt(Ctl& ctl, const Asked& asked) {
  TRY(const Bytes text, read_file_bytes(asked.file, "file", 6u << 20));
  TRY(auto* node, ctl.branch());
  TRY(const auto actor, ctl.actor());
  TRY(const auto taken, node->ask(actor, verbs::TakeReceipt{std::string(as_text(text))}));
  ctl.print({{"events", taken.events}, {"blobs", taken.blobs}, {"complete", taken.complete}});
  return Done{};
}

Result<Done> store_backup(Ctl& ctl, const Asked& asked) {
  TRY(const auto made, store::back_up(ctl.home, asked.file, asked.force));
  ctl.print({{"node", made.node},
             {"events", made.events},
             {"blobs", made.blobs},
             {"acknowledged_until", made.acknowledged_until},
             {"bytes", made.bytes},
             {"file", asked.file}});
  return Done{};
}

Result<Done> store_restore(Ctl& ctl, const Asked& asked) {
  if (ctl.node_runs()) return refused("node_running", "stop kiosk-branch on " + ctl.home + " first", "home");
  crypto::init();
  TRY(const auto keys, crypto::load_keys(ctl.home, ctl.settings().allow_key_file, false));
  branch::RestoreAsked r;
  r.home = ctl.home;
  r.backup = asked.file;
  r.copy = asked.copy;
  TRY(const auto done, branch::restore(r, keys));
  Json damaged_files = Json::array();
  for (const auto& f : done.damaged) damaged_files.push_back(f);
  ctl.print({{"branch", done.branch},
             {"node", done.node},
             {"epoch", done.epoch},
             {"events", done.events},
             {"from_backup", done.from_backup},
             {"from_copy", done.from_copy},
             {"from_present", done.from_present},
             {"blobs", done.blobs},
             {"missing", missing_json(done.missing)},
             {"damaged", damaged_files},
             {"aside", done.aside.empty() ? Json(nullptr) : Json(done.aside)}});
  return Done{};
}

Result<Done> store_rejoin(Ctl& ctl, const Asked&) {
  if (ctl.node_runs()) return refused("node_running", "stop kiosk-branch on " + ctl.home + " first", "home");
  crypto::init();
  TRY(auto keys, crypto::load_keys(ctl.home, ctl.settings().allow_key_file, false));
  TRY_DONE(branch::rejoin(ctl.home, std::move(keys)));
  ctl.print({{"node", "rejoins"}});
  return Done{};
}

Result<Done> copy_follow(Ctl& ctl, const Asked& asked) {
  TRY(auto* node, ctl.branch());
  TRY(const auto actor, ctl.actor());
  CopyFollower follower(*node, actor, asked.to);
  std::int64_t events = 0, blobs = 0;
  constexpr Millis pause{1'000};
  for (;;) {
    const auto step = follower.step();
    if (!step && (asked.once || step.fault().kind != FaultKind::Unreachable)) return step.fault();
    if (step) {
      events += step->events;
      blobs += step->blobs;
      if (step->more) continue;
    }
    if (asked.once) break;
    std::this_thread::sleep_for(pause);
  }
  ctl.print({{"node", follower.node()}, {"events", events}, {"blobs", blobs}, {"to", asked.to}});
  return Done{};
}

}  // namespace

void add_copy_commands(CLI::App& app, Ctl& ctl) {
  auto asked = std::make_shared<Asked>();
  using Command = Result<Done> (*)(Ctl&, const Asked&);
  const auto add = [&](CLI::App* parent, const char* name, const char* help, Command command) {
    auto* sub = parent->add_subcommand(name, help);
    sub->callback([&ctl, asked, command] { ctl.act = [asked, command](Ctl& c) { return command(c, *asked); }; });
    return sub;
  };
  auto* sync = app.get_subcommand("sync");
  auto* e = add(sync, "export", "Everything unsent into one sealed file, for kiosk-central import", sync_export);
  e->add_option("file", asked->file, "The file; written whole or not at all")->required();
  e->add_flag("--force", asked->force, "Replaces a file that is there");
  e->footer("Example:\n  kioskctl sync export /media/usb/JKT01.kx --home DIR");
  auto* r =
      add(sync, "receipt", "Takes the receipt of an import back: what the centre has is then accepted", sync_receipt);
  r->add_option("file", asked->file, "What kiosk-central import wrote with --receipt")->required();
  auto* store = app.get_subcommand("store");
  auto* b = add(store, "backup", "A checked copy of the data, made while the node works", store_backup);
  b->add_option("file", asked->file, "The file; written whole or not at all")->required();
  b->add_flag("--force", asked->force, "Replaces a file that is there");
  auto* s = add(store, "restore", "Makes the data whole again; what is there now is moved aside", store_restore);
  s->add_option("file", asked->file, "A backup; without one the second copy must be given");
  s->add_option("--copy", asked->copy, "Folder of a second copy");
  s->footer("Example:\n  kioskctl store restore /backup/branch.db --copy /mnt/copy --home DIR");
  add(store, "rejoin", "Lets a node that was stopped as a copy of another go on, once the other is off", store_rejoin);
  auto* copy = app.add_subcommand("copy", "Second copies of what is unsent");
  copy->require_subcommand(1);
  auto* f = add(copy, "follow", "Keeps a sealed copy of the node's unsent records here", copy_follow);
  f->add_option("--to", asked->to, "Folder; must be there")->required();
  f->add_flag("--once", asked->once, "Copies what there is and ends");
  f->footer("A terminal keeps such a copy by itself when terminal.second_copy in its settings names a folder.");
}

}  // namespace kiosk::programs
