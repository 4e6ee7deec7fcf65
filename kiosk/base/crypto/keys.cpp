// The key file: one line a key, "name hex", behind a line that names the format.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <map>

#include "base/crypto/crypto.h"

namespace kiosk::crypto {
namespace {
constexpr std::string_view k_format = "kiosk-keys 1";
constexpr std::size_t k_max_file = 4096;

std::string why(const char* what) { return std::string(what) + ": errno " + std::to_string(errno); }

SecretString to_text(const KeyRing& k) {
  SecretBytes seed(k.signing.seed());
  std::string out;
  out.reserve(1024);  // grown in place, so that no half-written copy stays in freed memory
  out += k_format;
  const auto line = [&](std::string_view name, const Bytes& key) {
    std::string hex = to_hex(key);
    out += '\n';
    out += name;
    out += ' ';
    out += hex;
    wipe(hex);
  };
  line("data", k.data.reveal());
  line("index", k.index.reveal());
  line("pepper", k.pepper.reveal());
  line("signing", seed.reveal());
  line("box", k.box.reveal());
  out += '\n';
  return SecretString(std::move(out));
}

Result<KeyRing> from_text(std::string_view text) {
  const auto bad = [](std::string_view what) { return damaged("keys_unreadable", std::string(what)); };
  const auto take_line = [&]() {
    const auto n = text.find('\n');
    const auto line = text.substr(0, n);
    text.remove_prefix(n == std::string_view::npos ? text.size() : n + 1);
    return line;
  };
  if (take_line() != k_format) return bad("the first line is not kiosk-keys 1");
  std::map<std::string, SecretBytes, std::less<>> keys;
  while (!text.empty()) {
    const auto line = take_line();
    const auto space = line.find(' ');
    auto raw = space == std::string_view::npos ? std::nullopt : from_hex(line.substr(space + 1));
    if (!raw || raw->size() != 32) return bad("a line is not a name and 64 hex digits");
    if (!keys.emplace(std::string(line.substr(0, space)), SecretBytes(std::move(*raw))).second)
      return bad("a key is there twice");
  }
  for (const char* name : {"data", "index", "pepper", "signing", "box"})
    if (!keys.contains(name)) return bad(std::string("missing: ") + name);
  TRY(auto data, Key::from_bytes(keys["data"].reveal()));
  TRY(auto index, Key::from_bytes(keys["index"].reveal()));
  TRY(auto pepper, Key::from_bytes(keys["pepper"].reveal()));
  TRY(auto signing, SigningKey::from_seed(keys["signing"].reveal()));
  TRY(auto box, BoxKey::from_bytes(keys["box"].reveal()));
  return KeyRing{std::move(data), std::move(index), std::move(pepper), std::move(signing), std::move(box), {}};
}

// nullopt: not there.
Result<std::optional<KeyRing>> read_file(const std::string& path, bool must_be_private) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0 && errno == ENOENT) return std::optional<KeyRing>();
  if (fd < 0) return damaged("keys_unreadable", why("open"));
  struct stat st {};
  std::array<char, k_max_file + 1> buffer;
  std::size_t size = 0;
  ssize_t n = ::fstat(fd, &st) == 0 ? 1 : -1;
  while (n > 0 && size < buffer.size()) {
    n = ::read(fd, buffer.data() + size, buffer.size() - size);
    if (n > 0) size += static_cast<std::size_t>(n);
  }
  ::close(fd);
  const bool exposed = must_be_private && (st.st_mode & 077) != 0;
  auto ring = n < 0 || size > k_max_file ? Result<KeyRing>(damaged("keys_unreadable", "cannot be read as a key file"))
              : exposed
                  ? Result<KeyRing>(refused("keys_exposed", "others may read the key file; its mode must be 0600"))
                  : from_text({buffer.data(), size});
  wipe(buffer.data(), buffer.size());
  if (!ring) return std::move(ring).fault();
  return std::optional<KeyRing>(std::move(ring).value());
}

bool write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const auto n = ::write(fd, text.data(), text.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(n));
  }
  return true;
}

// Whole or not at all, and never over a file that is there: two first starts end with one set of keys.
Result<Done> write_new(const std::string& home, const std::string& path, const KeyRing& ring) {
  if (::mkdir(home.c_str(), 0700) != 0 && errno != EEXIST) return refused("keys_unwritable", why("mkdir"));
  // The store takes it away at the end of its own first start: keys without it and without data are a home that has
  // lost its data.
  if (const int first = ::open((home + "/first-start").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600); first >= 0)
    ::close(first);
  const std::string temp = path + ".new." + std::to_string(::getpid());
  ::unlink(temp.c_str());
  const int fd = ::open(temp.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0) return refused("keys_unwritable", why("create"));
  const auto text = to_text(ring);
  const bool written = write_all(fd, text.reveal()) && ::fsync(fd) == 0;
  ::close(fd);
  const bool placed = written && (::renameat2(AT_FDCWD, temp.c_str(), AT_FDCWD, path.c_str(), RENAME_NOREPLACE) == 0 ||
                                  errno == EEXIST || (errno == EINVAL && ::rename(temp.c_str(), path.c_str()) == 0));
  const auto reason = why("write");
  ::unlink(temp.c_str());
  if (!placed) return refused("keys_unwritable", reason);
  if (const int dir = ::open(home.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); dir >= 0) {
    ::fsync(dir);
    ::close(dir);
  }
  return Done{};
}
}  // namespace

KeyRing KeyRing::clone() const {
  return {data.clone(), index.clone(), pepper.clone(), signing.clone(), box.clone(), from};
}

namespace {
// Data, or what bears witness that there were any.
bool in_use(const std::string& home) {
  for (const char* file : {"/branch.db", "/branch.mark", "/centre-word"})
    if (struct stat st{}; ::stat((home + file).c_str(), &st) == 0 && st.st_size > 0) return true;
  return false;
}
}  // namespace

Result<KeyRing> load_keys(const std::string& home, bool allow_key_file, bool create) {
  init();
  if (const char* credentials = std::getenv("CREDENTIALS_DIRECTORY"); credentials != nullptr && *credentials != '\0') {
    TRY(auto found, read_file(std::string(credentials) + "/kiosk-keys", false));  // systemd guards that folder itself
    if (found) {
      found->from = "credentials";
      return std::move(*found);
    }
  }
  if (!allow_key_file) return refused("keys_missing", "no credential kiosk-keys, and a key file is not allowed");
  const std::string path = home + "/keys";
  TRY(auto found, read_file(path, true));
  if (!found) {
    if (!create) return refused("keys_missing", "no key file in the home");
    if (in_use(home))
      return refused(
          "keys_missing",
          "the key file is gone, and no new keys open the data beside it; bring HOME/keys back from where it is "
          "kept; when nobody has it, move this home aside and start a new one: kioskctl enrol with a new code "
          "of the centre, which keeps what it had received");
    TRY_DONE(write_new(home, path, KeyRing{}));
    TRY(found, read_file(path, true));
    if (!found) return damaged("keys_unreadable", "the key file vanished");
  }
  found->from = "file";
  return std::move(*found);
}

}  // namespace kiosk::crypto
