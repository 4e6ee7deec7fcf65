// A file as printer: each page is appended whole and synced, or the file is cut back to what it was.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "drivers/printer/printers.h"

namespace kiosk::drivers {
namespace {

class Fd {
 public:
  explicit Fd(int fd) : fd_(fd) {}
  ~Fd() {
    if (fd_ >= 0) ::close(fd_);
  }
  Fd(const Fd&) = delete;
  Fd& operator=(const Fd&) = delete;
  int get() const { return fd_; }
  bool ok() const { return fd_ >= 0; }

 private:
  int fd_;
};

Reasons reasons_of(int error) {
  switch (error) {
    case EACCES:
    case EPERM:
    case EROFS:
      return {Reason::PermissionDenied};
    case EBUSY:
      return {Reason::Busy};
    case ENOSPC:
    case EIO:
      return {Reason::DeviceFault};
    default:
      return {Reason::Offline};
  }
}

class FilePrinter final : public Printer {
 public:
  explicit FilePrinter(std::string path) : path_(std::move(path)) {}
  std::string name() const override { return "file:" + path_; }

  Reasons status() override {
    const auto slash = path_.rfind('/');
    const std::string folder = slash == std::string::npos ? "." : slash == 0 ? "/" : path_.substr(0, slash);
    struct stat s {};
    if (::stat(path_.c_str(), &s) == 0) {
      if (S_ISDIR(s.st_mode)) return {Reason::DeviceFault};
      return ::access(path_.c_str(), W_OK) == 0 ? Reasons{} : reasons_of(errno);
    }
    return ::access(folder.c_str(), W_OK | X_OK) == 0 ? Reasons{} : reasons_of(errno);
  }

  void forget() override {}  // keeps nothing between calls

  Result<Printed> print(ByteView page) override {
    const Fd fd(::open(path_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
    if (!fd.ok()) return unreachable("printer_away", path_ + ": " + std::strerror(errno));
    const off_t before = ::lseek(fd.get(), 0, SEEK_END);
    std::size_t done = 0;
    while (done < page.size()) {
      const ssize_t n = ::write(fd.get(), page.data() + done, page.size() - done);
      if (n < 0 && errno == EINTR) continue;
      if (n <= 0) return undo(fd.get(), before, errno);
      done += static_cast<std::size_t>(n);
    }
    if (::fsync(fd.get()) != 0 && errno != EINVAL && errno != EROFS) return undo(fd.get(), before, errno);
    return Printed{done, true};  // synced: the file's word
  }

 private:
  Fault undo(int fd, off_t before, int error) const {
    if (before >= 0 && ::ftruncate(fd, before) != 0)
      return refused("printer_not_ready",
                     path_ + ": " + std::strerror(error) + "; a part of the page may be in the file");
    return refused("printer_not_ready", path_ + ": " + std::strerror(error) + "; nothing of the page was kept");
  }
  std::string path_;
};

}  // namespace

std::unique_ptr<Printer> make_file_printer(std::string path) { return std::make_unique<FilePrinter>(std::move(path)); }

}  // namespace kiosk::drivers
