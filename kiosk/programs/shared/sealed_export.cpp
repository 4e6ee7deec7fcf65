#include "programs/shared/sealed_export.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <utility>
#include <vector>

#include "base/crypto/sha256.h"
#include "events/export.h"
#include "programs/shared/read_file.h"

namespace kiosk::programs {
namespace {

namespace fs = std::filesystem;

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

// 20261126-0915, by the branch's clock and zone.
std::string stamp_of(const verbs::NodeInfo& info) {
  const std::time_t at =
      static_cast<std::time_t>(to_ms(info.now + Zone::told(info.zone, info.utc_offset_min).offset(info.now)) / 1000);
  std::tm t{};
  ::gmtime_r(&at, &t);
  char text[32];
  return {text, std::strftime(text, sizeof text, "%Y%m%d-%H%M%S", &t)};
}

// The place where a stick is mounted is a folder of this machine's own disk while the stick is out.
bool is_own_disk(const std::string& folder) {
  bool for_media = false;
  for (const char* place : {"/media/", "/mnt/", "/run/media/"}) for_media = for_media || folder.starts_with(place);
  struct stat here = {};
  struct stat root = {};
  return for_media && ::stat(folder.c_str(), &here) == 0 && ::stat("/", &root) == 0 && here.st_dev == root.st_dev;
}

class Stick final : public runner::ExportFolder {
 public:
  explicit Stick(std::string folder) : folder_(std::move(folder)) {}

  Result<flow::counter::ExportSaved> save(verbs::Branch& branch, const verbs::Actor& who) override {
    TRY_DONE(usable());
    TRY(const auto status, branch.ask(who, verbs::GetSyncStatus{}));
    if (status.pending == 0 && status.pending_blobs == 0)
      return refused("nothing_unsent", "the centre has everything", "file");
    TRY(const auto info, branch.ask(who, verbs::GetInfo{}));
    const std::string name = "ekspor-" + info.branch + "-" + stamp_of(info) + ".kx";
    TRY(const auto made, export_unsent(branch, who, folder_ + "/" + name, true, {}));
    return flow::counter::ExportSaved{name, made.events, made.blobs};
  }

  Result<verbs::ReceiptTaken> take_receipt(verbs::Branch& branch, const verbs::Actor& who) override {
    TRY_DONE(usable());
    std::error_code e;
    std::vector<std::string> files;
    for (fs::directory_iterator it(folder_, e), end; !e && it != end; it.increment(e))
      if (it->path().extension() == ".receipt") files.push_back(it->path().string());
    std::sort(files.begin(), files.end());
    verbs::ReceiptTaken all;
    std::optional<Fault> wrong;
    bool any = false;
    for (const auto& file : files) {
      TRY(const Bytes text, read_file_bytes(file, "file", 6u << 20));
      const auto taken = branch.ask(who, verbs::TakeReceipt{std::string(as_text(text))});
      if (!taken && taken.fault().kind == FaultKind::Unreachable) return taken.fault();
      if (!taken) {  // another branch's, or what is no receipt, may lie on the same stick
        wrong = taken.fault().code == "receipt_foreign" ? taken.fault() : refused("receipt_invalid", file, "file");
        continue;
      }
      any = true;
      all.events += taken->events;
      all.blobs += taken->blobs;
      all.complete = taken->complete;
    }
    if (any) return all;
    if (wrong) return *wrong;
    return refused("receipt_missing", "no file that ends in .receipt", "file");
  }

 private:
  Result<Done> usable() const {
    if (folder_.empty()) return refused("stick_unset", "the setting terminal.export_folder is empty", "export_folder");
    std::error_code e;
    if (!fs::is_directory(folder_, e) || is_own_disk(folder_))
      return refused("stick_missing", folder_, "export_folder");
    return Done{};
  }
  const std::string folder_;
};

}  // namespace

Result<Exported> export_unsent(verbs::Branch& branch, const verbs::Actor& who, const std::string& file, bool replace,
                               const std::function<void(std::int64_t, std::int64_t)>& progress) {
  TRY(auto out, NewFile::make(file, replace));
  events::ExportWriter writer;
  verbs::CopyAsked ask;
  ask.for_centre = true;
  std::string epoch;
  std::int64_t next_seq = 0;
  bool begun = false;
  for (bool more = true; more;) {
    TRY(const auto chunk, branch.ask(who, ask));
    events::ExportReader reader;
    reader.feed(chunk.file);
    reader.end();
    for (;;) {
      TRY(auto frame, reader.next());
      if (!frame) break;
      if (std::holds_alternative<events::ExportEnd>(*frame)) continue;
      if (std::holds_alternative<events::ExportManifest>(*frame) && std::exchange(begun, true)) continue;
      if (const auto* c = std::get_if<events::ExportChain>(&*frame); c && c->epoch == epoch && c->first_seq == next_seq)
        continue;  // the piece before ended right here
      if (const auto* e = std::get_if<events::ExportEvent>(&*frame)) {
        epoch = e->epoch;
        next_seq = e->seq + 1;
      }
      TRY_DONE(out.write(writer.add(*frame)));
    }
    ask.epoch = chunk.epoch;
    ask.place = chunk.place;
    ask.blob = chunk.blob;
    more = chunk.more;
    if (progress) progress(writer.events(), writer.blobs());
  }
  TRY_DONE(out.write(writer.end()));
  TRY(const std::string sha256, out.finish());
  return Exported{writer.events(), writer.blobs(), sha256};
}

std::unique_ptr<runner::ExportFolder> open_export_folder(std::string folder) {
  return std::make_unique<Stick>(std::move(folder));
}

}  // namespace kiosk::programs
