#include "node/store/copy_folder.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <fstream>

namespace kiosk::store {
namespace {
constexpr std::int64_t k_segment_bytes = 16 << 20;
constexpr std::size_t k_read = 256u << 10;
constexpr std::string_view k_kept = "kept-";

Fault fault_of(int error, const std::string& path) {
  const std::string detail = path + ": errno " + std::to_string(error);
  switch (error) {
    case ENOENT:
    case ENOTDIR:
    case ENODEV:
    case ENXIO:
      return refused("copy_missing", detail, "second_copy");
    case ENOSPC:
    case EDQUOT:
      return refused("copy_full", detail, "second_copy");
    case EROFS:
    case EACCES:
    case EPERM:
      return refused("copy_readonly", detail, "second_copy");
    default:
      return refused("copy_io", detail, "second_copy");
  }
}

Result<std::vector<std::string>> names_in(const std::string& path) {
  DIR* d = ::opendir(path.c_str());
  if (d == nullptr) return fault_of(errno, path);
  std::vector<std::string> out;
  while (const dirent* e = ::readdir(d)) {
    const std::string name = e->d_name;
    if (name != "." && name != "..") out.push_back(name);
  }
  ::closedir(d);
  std::sort(out.begin(), out.end());
  return out;
}

Result<Done> sync_folder(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return fault_of(errno, path);
  const int rc = ::fsync(fd), error = errno;
  ::close(fd);
  if (rc != 0) return fault_of(error, path);
  return Done{};
}

Result<Done> write_all(int fd, ByteView bytes, const std::string& path) {
  while (!bytes.empty()) {
    const auto n = ::write(fd, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return fault_of(errno, path);
    bytes = bytes.subspan(static_cast<std::size_t>(n));
  }
  return Done{};
}

std::string padded(std::int64_t n) {
  char text[24];
  std::snprintf(text, sizeof text, "%08lld", static_cast<long long>(n));
  return text;
}

// "seg-<number>-<last place>-<last blob>.kx" or "seg-<number>.open".
struct Name {
  std::int64_t number = 0;
  bool open = false;
  CopyPoint last;
};
std::optional<Name> parse(const std::string& s) {
  if (!s.starts_with("seg-")) return std::nullopt;
  Name n;
  const char *at = s.data() + 4, *end = s.data() + s.size();
  auto r = std::from_chars(at, end, n.number);
  if (r.ec != std::errc()) return std::nullopt;
  const std::string rest(r.ptr, end);
  if (rest == ".open") {
    n.open = true;
    return n;
  }
  if (!rest.ends_with(".kx") || rest.front() != '-') return std::nullopt;
  r = std::from_chars(r.ptr + 1, end, n.last.place);
  if (r.ec != std::errc() || *r.ptr != '-') return std::nullopt;
  r = std::from_chars(r.ptr + 1, end, n.last.blob);
  return r.ec == std::errc() && std::string(r.ptr, end) == ".kx" ? std::optional(n) : std::nullopt;
}
}  // namespace

CopyFolder::~CopyFolder() {
  if (fd_ >= 0) ::close(fd_);
  if (lock_ >= 0) ::close(lock_);
}

Result<std::unique_ptr<CopyFolder>> CopyFolder::open(const std::string& folder, const std::string& node) {
  struct stat st {};
  if (::stat(folder.c_str(), &st) != 0) return fault_of(errno, folder);
  if (!S_ISDIR(st.st_mode)) return fault_of(ENOTDIR, folder);
  std::unique_ptr<CopyFolder> out(new CopyFolder(folder + "/" + node));
  if (::mkdir(out->path_.c_str(), 0700) != 0 && errno != EEXIST) return fault_of(errno, out->path_);
  TRY_DONE(sync_folder(folder));
  const std::string lock = out->path_ + "/lock";
  out->lock_ = ::open(lock.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (out->lock_ < 0) return fault_of(errno, lock);
  if (::flock(out->lock_, LOCK_EX | LOCK_NB) != 0)
    return errno == EWOULDBLOCK ? refused("copy_in_use", out->path_, "second_copy") : fault_of(errno, lock);
  TRY_DONE(out->scan());
  return out;
}

Result<Done> CopyFolder::scan() {
  TRY(const auto names, names_in(path_));
  for (const auto& name : names) {
    const bool kept = name.starts_with(k_kept);
    const auto n = parse(kept ? name.substr(k_kept.size()) : name);
    if (!n) continue;
    number_ = std::max(number_, n->number + 1);  // a name that is kept is never given again
    if (kept) kept_.push_back({name, false, {}, false});
    if (n->open && !kept) TRY_DONE(recover(name));
  }
  TRY(const auto whole, names_in(path_));
  for (const auto& name : whole) {
    const auto n = parse(name);
    if (!n || n->open) continue;
    closed_.push_back({name, n->last});
    point_ = n->last;  // each counts on from the one before
  }
  if (std::ifstream in(path_ + "/epoch"); in) std::getline(in, epoch_);
  return Done{};
}

// A segment that was being written when its process ended: whole up to its last mark, and closed there.
Result<Done> CopyFolder::recover(const std::string& name) {
  const std::string path = path_ + "/" + name;
  const int fd = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
  if (fd < 0) return fault_of(errno, path);
  events::ExportReader reader;
  events::ExportWriter again;  // makes the same bytes, and so knows where each frame ends and how to go on
  std::optional<events::ExportWriter> at_mark;
  CopyPoint last;
  std::int64_t bytes = 0, whole = 0;
  Bytes piece(k_read);
  for (bool more = true; more;) {
    const auto n = ::read(fd, piece.data(), piece.size());
    if (n < 0) {
      const int error = errno;
      ::close(fd);
      return fault_of(error, path);
    }
    if (n == 0) reader.end();
    reader.feed(ByteView(piece).first(static_cast<std::size_t>(n)));
    for (;;) {
      auto frame = reader.next();
      if (!frame) {
        more = false;
        break;
      }
      if (!*frame) {
        more = n > 0;
        break;
      }
      bytes += static_cast<std::int64_t>(again.add(**frame).size());
      if (const auto* m = std::get_if<events::ExportMark>(&**frame)) {
        whole = bytes;
        at_mark = again;
        last = {m->place, m->blob};
      }
    }
  }
  Result<Done> done = Done{};
  if (at_mark) {
    if (::ftruncate(fd, whole) != 0 || ::lseek(fd, whole, SEEK_SET) < 0) done = fault_of(errno, path);
    if (done) done = write_all(fd, at_mark->end(), path);
    if (done && ::fsync(fd) != 0) done = fault_of(errno, path);
  }
  ::close(fd);
  if (!done) return done;
  if (!at_mark) {
    if (::unlink(path.c_str()) != 0) return fault_of(errno, path);
    return Done{};
  }
  const std::string to = path_ + "/" + name.substr(0, name.size() - 5) + "-" + std::to_string(last.place) + "-" +
                         std::to_string(last.blob) + ".kx";
  if (::rename(path.c_str(), to.c_str()) != 0) return fault_of(errno, path);
  return sync_folder(path_);
}

Result<Done> CopyFolder::write(ByteView bytes) {
  TRY_DONE(write_all(fd_, bytes, open_name_));
  open_bytes_ += static_cast<std::int64_t>(bytes.size());
  return Done{};
}

Result<Done> CopyFolder::append(const events::ExportManifest& manifest, const CopyPiece& piece) {
  const auto work = [&]() -> Result<Done> {
    if (fd_ < 0) {
      open_name_ = path_ + "/seg-" + padded(number_++) + ".open";
      fd_ = ::open(open_name_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0600);
      if (fd_ < 0) return fault_of(errno, open_name_);
      writer_ = {};
      open_bytes_ = 0;
      TRY_DONE(write(writer_.add(manifest)));
      TRY_DONE(sync_folder(path_));
    }
    for (const auto& f : piece.frames) TRY_DONE(write(writer_.add(f)));
    TRY_DONE(write(writer_.add(events::ExportMark{piece.next.place, piece.next.blob})));
    if (::fdatasync(fd_) != 0) return fault_of(errno, open_name_);
    return Done{};
  };
  if (auto done = work(); !done) {
    // What is torn is cut back when the folder is opened again; nothing of it counts.
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
    return done;
  }
  point_ = open_last_ = piece.next;
  return open_bytes_ >= k_segment_bytes ? close_segment() : Result<Done>(Done{});
}

Result<Done> CopyFolder::close_segment() {
  if (fd_ < 0) return Done{};
  const int fd = std::exchange(fd_, -1);
  auto done = write_all(fd, writer_.end(), open_name_);
  if (done && ::fsync(fd) != 0) done = fault_of(errno, open_name_);
  ::close(fd);
  if (!done) return done;
  const std::string name = open_name_.substr(path_.size() + 1, open_name_.size() - path_.size() - 6) + "-" +
                           std::to_string(open_last_.place) + "-" + std::to_string(open_last_.blob) + ".kx";
  if (::rename(open_name_.c_str(), (path_ + "/" + name).c_str()) != 0) return fault_of(errno, open_name_);
  closed_.push_back({name, open_last_});
  return sync_folder(path_);
}

Result<Done> CopyFolder::put_state(const events::ExportManifest& manifest, ByteView sealed) {
  events::ExportWriter w;
  Bytes file = w.add(manifest);
  for (const auto& b : {w.add(events::ExportState{Bytes(sealed.begin(), sealed.end())}), w.end()})
    file.insert(file.end(), b.begin(), b.end());
  return put_whole("state.kx", file);
}

// The file is the new one or the old one, whatever happens.
Result<Done> CopyFolder::put_whole(const std::string& name, ByteView bytes) {
  const std::string half = path_ + "/" + name + ".new", whole = path_ + "/" + name;
  const int fd = ::open(half.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0) return fault_of(errno, half);
  auto done = write_all(fd, bytes, half);
  if (done && ::fsync(fd) != 0) done = fault_of(errno, half);
  ::close(fd);
  if (!done) return done;
  if (::rename(half.c_str(), whole.c_str()) != 0) return fault_of(errno, half);
  return sync_folder(path_);
}

Result<Done> CopyFolder::drop(CopyPoint keep) {
  const auto over = [&](const CopyPoint& p) { return p.place <= keep.place && p.blob <= keep.blob; };
  if (fd_ >= 0 && over(open_last_)) TRY_DONE(close_segment());
  for (auto it = closed_.begin(); it != closed_.end();) {
    if (!over(it->last)) {
      ++it;
      continue;
    }
    if (::unlink((path_ + "/" + it->name).c_str()) != 0 && errno != ENOENT) return fault_of(errno, it->name);
    it = closed_.erase(it);
  }
  return Done{};
}

Result<Done> CopyFolder::begin(const std::string& epoch) {
  TRY_DONE(close_segment());
  for (auto it = closed_.begin(); it != closed_.end(); it = closed_.erase(it)) {
    const std::string name = std::string(k_kept) + it->name;
    if (std::rename((path_ + "/" + it->name).c_str(), (path_ + "/" + name).c_str()) != 0)
      return fault_of(errno, it->name);
    kept_.push_back({name, false, {}, false});
  }
  point_ = open_last_ = {};
  TRY_DONE(put_whole("epoch", as_bytes(epoch)));
  epoch_ = epoch;
  return Done{};
}

Result<Done> CopyFolder::look_into(Kept& kept, const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return fault_of(errno, path);
  events::ExportReader reader;
  Bytes piece(k_read);
  for (bool more = true; more;) {
    const auto n = ::read(fd, piece.data(), piece.size());
    if (n < 0) {
      const int error = errno;
      ::close(fd);
      return fault_of(error, path);
    }
    if (n == 0) reader.end();
    reader.feed(ByteView(piece).first(static_cast<std::size_t>(n)));
    for (;;) {
      const auto frame = reader.next();
      more = frame && n > 0;
      if (!frame || !*frame) break;  // behind what is damaged nothing could be restored
      if (const auto* e = std::get_if<events::ExportEvent>(&**frame))
        kept.until[e->epoch] = std::max(kept.until[e->epoch], e->seq);
      kept.blobs = kept.blobs || std::holds_alternative<events::ExportBlob>(**frame);
    }
  }
  ::close(fd);
  kept.known = true;
  return Done{};
}

Result<Done> CopyFolder::drop_kept(const CentreHas& has) {
  if (has.until.empty()) return Done{};
  for (auto& k : kept_) {
    if (!k.known) TRY_DONE(look_into(k, path_ + "/" + k.name));
    if (k.blobs && !has.blobs) return Done{};
    for (const auto& [epoch, seq] : k.until)
      if (const auto at = has.until.find(epoch); at == has.until.end() || at->second < seq) return Done{};
  }
  for (; !kept_.empty(); kept_.pop_back())
    if (::unlink((path_ + "/" + kept_.back().name).c_str()) != 0 && errno != ENOENT)
      return fault_of(errno, kept_.back().name);
  return Done{};
}

Result<std::int64_t> CopyFolder::segments() const {
  return static_cast<std::int64_t>(closed_.size()) + (fd_ >= 0 ? 1 : 0);
}

Result<CopyContents> copy_contents(const std::string& folder, const std::string& node) {
  CopyContents out;
  out.node = node;
  TRY(const auto nodes, names_in(folder));
  if (node.empty()) {
    for (const auto& n : nodes)
      if (n.size() == 16 && n.find_first_not_of("0123456789abcdef") == std::string::npos) {
        if (!out.node.empty())
          return refused("copy_ambiguous", "it holds copies of several nodes; name the folder of one", "copy");
        out.node = n;
      }
    if (out.node.empty()) return refused("copy_missing", "no node's copy is in " + folder, "copy");
  }
  const std::string path = folder + "/" + out.node;
  TRY(const auto names, names_in(path));
  for (const auto& n : names) {
    if (parse(n.starts_with(k_kept) ? n.substr(k_kept.size()) : n)) out.segments.push_back(path + "/" + n);
    if (n == "state.kx") out.state = path + "/" + n;
  }
  return out;
}

}  // namespace kiosk::store
