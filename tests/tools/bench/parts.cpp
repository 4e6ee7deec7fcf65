#include "tests/tools/bench/parts.h"

#include <fcntl.h>
#include <unistd.h>

namespace kiosk::tools {

BareFile::BareFile(const std::string& path) : fd_(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)) {
  const Bytes zeros(1 << 20);
  for (int i = 0; ok() && i < k_size >> 20; ++i)
    if (::write(fd_, zeros.data(), zeros.size()) != static_cast<ssize_t>(zeros.size())) failed_ = true;
  if (ok()) ::fsync(fd_);
}

BareFile::~BareFile() {
  if (fd_ >= 0) ::close(fd_);
}

void BareFile::append(ByteView bytes) {
  if (at_ + static_cast<std::int64_t>(bytes.size()) > k_size) at_ = 0;
  failed_ =
      ::pwrite(fd_, bytes.data(), bytes.size(), at_) != static_cast<ssize_t>(bytes.size()) || ::fdatasync(fd_) != 0;
  at_ += static_cast<std::int64_t>(bytes.size());
}

protocol::FeedItem feed_item(std::int64_t cursor, const char* kind, std::string body) {
  protocol::FeedItem i;
  i.cursor = cursor;
  i.kind = kind;
  i.body = std::move(body);
  return i;
}

}  // namespace kiosk::tools
