#include "node/branch/recovery/centre_word.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <fstream>
#include <iterator>

#include "base/log.h"
#include "node/store/epochs.h"
#include "node/store/outbox.h"

namespace kiosk::branch {
namespace {

constexpr std::string_view k_format = "kiosk-centre-word-1 ";
constexpr std::size_t k_node = 16;
constexpr const char* k_receipt_key = "sync.receipt_key";

std::string path_of(const std::string& home) { return home + "/centre-word"; }

Fault io_fault() { return refused("store_io", "the centre's word cannot be kept: errno " + std::to_string(errno)); }

// Beside and renamed: whoever reads it finds the one before or this one.
Result<Done> replace(const std::string& home, ByteView bytes, bool durable) {
  const std::string path = path_of(home), half = path + ".new";
  const int fd = ::open(half.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0) return io_fault();
  bool ok = true;
  for (std::size_t at = 0; ok && at < bytes.size();) {
    const auto n = ::write(fd, bytes.data() + at, bytes.size() - at);
    ok = n > 0;
    at += n > 0 ? static_cast<std::size_t>(n) : 0;
  }
  ok = ok && (!durable || ::fsync(fd) == 0);
  ok = ::close(fd) == 0 && ok;
  ok = ok && ::rename(half.c_str(), path.c_str()) == 0;
  if (!ok) return io_fault();
  if (const int dir = durable ? ::open(home.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1; dir >= 0) {
    ::fsync(dir);
    ::close(dir);
  }
  return Done{};
}

bool signed_by_centre(const store::CopyState& word) {
  const auto key = word.notes.find(k_receipt_key);
  const auto raw = key == word.notes.end() ? std::nullopt : from_base64(key->second);
  crypto::PublicKey centre{};
  if (!word.cursor || !raw || raw->size() != centre.size()) return false;
  std::copy(raw->begin(), raw->end(), centre.begin());
  return events::check_ack(*word.cursor, centre);
}

Fault behind(const std::string& what) {
  return damaged("store_behind", what +
                                     "; what is here stays as it is: what the second copy or the centre has comes back "
                                     "at the next start of kiosk-branch, or by kioskctl store restore");
}

}  // namespace

Result<Done> keep_centre_word(store::Store& store, bool durable) {
  TRY_DONE(compare_with_centre(store));  // a store that is behind does not overwrite what tells it
  Bytes bytes;
  {
    TRY(auto read, store.read());
    TRY(const std::string enrolled, store::meta(read.db(), k_receipt_key));
    if (enrolled.empty()) return Done{};
    TRY(const Bytes sealed, store::seal_copy_state(read, store));
    const std::string front = std::string(k_format) + store.identity().node;
    bytes.assign(front.begin(), front.end());
    bytes.insert(bytes.end(), sealed.begin(), sealed.end());
  }
  return replace(store.home(), bytes, durable);
}

Result<std::optional<store::CopyState>> centre_word(const std::string& home, const crypto::KeyRing& keys) {
  std::ifstream in(path_of(home), std::ios::binary);
  if (!in) return std::optional<store::CopyState>();
  const std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  const std::size_t front = k_format.size() + k_node;
  if (text.size() <= front || !text.starts_with(k_format))
    return damaged("word_damaged", "the centre's word in the home cannot be read");
  auto word = store::open_copy_state(as_bytes(text).subspan(front), text.substr(k_format.size(), k_node), keys.data);
  if (!word) return damaged("word_damaged", "the centre's word in the home is not whole, or another node's");
  return std::optional(std::move(*word));
}

Result<Done> compare_with_centre(store::Store& store) {
  const auto word = centre_word(store.home(), store.keys());
  if (!word) {
    log::warn("store: the centre's word beside the file is damaged; it is written anew", {{"code", word.fault().code}});
    return Done{};
  }
  const auto id = store.identity();
  if (!*word || (*word)->node != id.node || !signed_by_centre(**word)) return Done{};
  const auto& ack = *(*word)->cursor;
  const std::string what = "the centre has acknowledged event " + std::to_string(ack.seq) + " of epoch " + ack.epoch;
  TRY(auto read, store.read());
  TRY(const auto epoch, store::epoch_named(read.db(), ack.epoch));
  if (!epoch) return behind(what + ", and the file knows no such epoch");
  TRY(const auto cursor, store::cursor(read.db()));
  if (cursor.log_position() < epoch->base + ack.seq)
    return behind(what + ", and the file knows of " + std::to_string(cursor.seq) + " of epoch " + cursor.epoch);
  if (cursor.epoch == ack.epoch && cursor.seq == ack.seq && cursor.head != ack.head)
    return behind(what + ", and the file holds another one");
  return Done{};
}

}  // namespace kiosk::branch
