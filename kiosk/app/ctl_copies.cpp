// kioskctl sync export/receipt, store backup/restore/rejoin, copy follow: records outside of the store, and the store
// made whole again.
#include <fcntl.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <thread>

#include "app/copy_follower.h"
#include "app/ctl.h"
#include "branch/restore.h"
#include "crypto/sha256.h"
#include "store/backup.h"

namespace kiosk::app {
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

// A file that gets its name when it is whole and durable.
class NewFile {
 public:
  static Result<NewFile> make(const std::string& path, bool replace) {
    if (!replace && ::access(path.c_str(), F_OK) == 0)
      return refused("file_exists", path + " is there; --force replaces it", "file");
    NewFile f;
    f.path_ = path;
    f.fd_ = ::open((path + ".part").c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (f.fd_ < 0) return f.fault();
    return f;
  }
  NewFile(NewFile&& o) noexcept : path_(std::move(o.path_)), fd_(std::exchange(o.fd_, -1)), hash_(std::move(o.hash_)) {}
  ~NewFile() {
    if (fd_ < 0) return;
    ::close(fd_);
    ::unlink((path_ + ".part").c_str());
  }
  Result<Done> write(ByteView bytes) {
    hash_.add(bytes);
    while (!bytes.empty()) {
      const auto n = ::write(fd_, bytes.data(), bytes.size());
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) return fault();
      bytes = bytes.subspan(static_cast<std::size_t>(n));
    }
    return Done{};
  }
  Result<std::string> finish() {  // the SHA-256 of it
    if (::fsync(fd_) != 0) return fault();
    if (std::rename((path_ + ".part").c_str(), path_.c_str()) != 0) return fault();
    ::close(std::exchange(fd_, -1));
    const auto slash = path_.rfind('/');
    const int folder = ::open(slash == std::string::npos ? "." : path_.substr(0, slash + 1).c_str(),
                              O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const bool ok = folder >= 0 && ::fsync(folder) == 0;
    if (folder >= 0) ::close(folder);
    if (!ok) return fault();
    return hash_.hex();
  }

 private:
  NewFile() = default;
  Fault fault() const {
    return refused(errno == ENOSPC ? "disk_full" : "file_unwritable", path_ + ": errno " + std::to_string(errno),
                   "file");
  }
  std::string path_;
  int fd_ = -1;
  crypto::Sha256 hash_;
};

Result<Done> sync_export(Ctl& ctl, const Asked& asked) {
  TRY(auto* node, ctl.branch());
  TRY(const auto actor, ctl.actor());
  TRY(auto out, NewFile::make(asked.file, asked.force));
  event::ExportWriter writer;
  verbs::CopyAsked ask;
  ask.for_centre = true;
  std::string epoch;
  std::int64_t next_seq = 0;
  bool begun = false;
  for (bool more = true; more;) {
    TRY(const auto chunk, node->copy_unsent(actor, ask));
    event::ExportReader reader;
    reader.feed(chunk.file);
    reader.end();
    for (;;) {
      TRY(auto frame, reader.next());
      if (!frame) break;
      if (std::holds_alternative<event::ExportEnd>(*frame)) continue;
      if (std::holds_alternative<event::ExportManifest>(*frame) && std::exchange(begun, true)) continue;
      if (const auto* c = std::get_if<event::ExportChain>(&*frame); c && c->epoch == epoch && c->first_seq == next_seq)
        continue;  // the piece before ended right here
      if (const auto* e = std::get_if<event::ExportEvent>(&*frame)) {
        epoch = e->epoch;
        next_seq = e->seq + 1;
      }
      TRY_DONE(out.write(writer.add(*frame)));
    }
    ask.epoch = chunk.epoch;
    ask.place = chunk.place;
    ask.blob = chunk.blob;
    more = chunk.more;
    if (::isatty(STDERR_FILENO))
      std::fprintf(stderr, "\r%lld events, %lld photos and documents", static_cast<long long>(writer.events()),
                   static_cast<long long>(writer.blobs()));
  }
  if (::isatty(STDERR_FILENO)) std::fprintf(stderr, "\n");
  TRY_DONE(out.write(writer.end()));
  TRY(const std::string sha256, out.finish());
  ctl.print({{"events", writer.events()}, {"blobs", writer.blobs()}, {"sha256", sha256}, {"file", asked.file}});
  return Done{};
}

Result<Done> sync_receipt(Ctl& ctl, const Asked& asked) {
  TRY(const Bytes text, read_file_bytes(asked.file, "file", 6u << 20));
  TRY(auto* node, ctl.branch());
  TRY(const auto actor, ctl.actor());
  TRY(const auto taken, node->take_receipt(actor, std::string(as_text(text))));
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
}

}  // namespace kiosk::app
