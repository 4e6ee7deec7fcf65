#include "node/store/mark.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>

namespace kiosk::store {
namespace {
constexpr std::string_view k_format = "kiosk-mark-1";
constexpr std::int64_t k_slot = 4096;

// Lengths stand before texts; numbers are of 8 bytes, the first the highest.
void put_number(Bytes& to, std::int64_t n) {
  for (int shift = 56; shift >= 0; shift -= 8)
    to.push_back(static_cast<std::uint8_t>(static_cast<std::uint64_t>(n) >> shift));
}
void put_text(Bytes& to, std::string_view text) {
  to.push_back(static_cast<std::uint8_t>(text.size()));
  to.insert(to.end(), text.begin(), text.end());
}

class Reading {
 public:
  explicit Reading(ByteView b) : rest_(b) {}
  std::int64_t number() {
    std::uint64_t n = 0;
    for (const auto byte : take(8)) n = n << 8 | byte;
    return static_cast<std::int64_t>(n);
  }
  std::string text() {
    const auto size = take(1);
    return size.empty() ? std::string() : std::string(as_text(take(size[0])));
  }
  template <class Array>
  void array(Array& a) {
    const auto b = take(a.size());
    if (!b.empty()) std::copy(b.begin(), b.end(), a.begin());
  }
  bool whole() const { return whole_; }

 private:
  ByteView take(std::size_t n) {
    if (n > rest_.size()) {
      whole_ = false;
      return {};
    }
    const auto out = rest_.first(n);
    rest_ = rest_.subspan(n);
    return out;
  }
  ByteView rest_;
  bool whole_ = true;
};
}  // namespace

MarkFile::MarkFile(std::string home, std::string vfs, const crypto::KeyRing& keys)
    : path_(std::move(home) + "/branch.mark"), vfs_(std::move(vfs)), node_key_(keys.signing.public_key()) {
  const SecretBytes seed(keys.signing.seed());
  const auto key = crypto::keyed_hash(seed.reveal(), as_bytes(k_format));
  key_ = SecretBytes(Bytes(key.begin(), key.end()));
  auto file = sqlite::SideFile::open(path_, vfs_, false);
  if (!file) {
    if (file.fault().code != "store_no_file") state_ = State::Damaged;
    return;
  }
  file_.emplace(std::move(file).value());
  state_ = State::Damaged;
  for (const std::int64_t at : {std::int64_t{0}, k_slot}) {
    const auto bytes = file_->read(at, k_slot);
    std::int64_t count = 0;
    auto found = bytes ? decode(*bytes, count) : std::nullopt;
    if (!found || count <= count_) continue;
    count_ = count;
    mark_ = std::move(found);
    state_ = State::Whole;
  }
}

Bytes MarkFile::encode(const Mark& m) const {
  Bytes b;
  put_text(b, k_format);
  put_number(b, count_);
  put_text(b, m.node);
  put_text(b, m.epoch);
  put_number(b, m.seq);
  b.insert(b.end(), m.head.begin(), m.head.end());
  b.insert(b.end(), m.signature.begin(), m.signature.end());
  for (const std::int64_t n : {std::int64_t{m.log.salt1}, std::int64_t{m.log.salt2}, m.log.frames}) put_number(b, n);
  const auto seal = crypto::keyed_hash(key_.reveal(), b);
  b.insert(b.end(), seal.begin(), seal.end());
  return b;
}

std::optional<Mark> MarkFile::decode(ByteView bytes, std::int64_t& count) const {
  Mark m;
  Reading r(bytes);
  if (r.text() != k_format) return std::nullopt;
  count = r.number();
  m.node = r.text();
  m.epoch = r.text();
  m.seq = r.number();
  r.array(m.head);
  r.array(m.signature);
  m.log.salt1 = static_cast<std::uint32_t>(r.number());
  m.log.salt2 = static_cast<std::uint32_t>(r.number());
  m.log.frames = r.number();
  if (!r.whole()) return std::nullopt;
  const std::size_t size = 13 + 8 + 2 + m.node.size() + m.epoch.size() + 8 + 32 + 64 + 24;
  crypto::Hash seal{};
  r.array(seal);
  if (!r.whole() || crypto::keyed_hash(key_.reveal(), bytes.first(size)) != seal) return std::nullopt;
  if (m.seq > 0 && !crypto::verify(node_key_, m.head, m.signature)) return std::nullopt;
  return m;
}

Result<Done> MarkFile::make(const Mark& mark) {
  if (!file_) {
    TRY(auto file, sqlite::SideFile::open(path_, vfs_, true));
    file_.emplace(std::move(file));
  }
  for (int i = 0; i < 2; ++i) {
    TRY_DONE(put(mark));
    TRY_DONE(sync());
  }
  if (const int dir = ::open(path_.substr(0, path_.rfind('/') + 1).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
      dir >= 0) {
    ::fsync(dir);
    ::close(dir);
  }
  return Done{};
}

Result<Done> MarkFile::put(const Mark& mark) {
  if (!file_) return make(mark);
  ++count_;
  TRY_DONE(file_->write(count_ % 2 * k_slot, encode(mark)));
  mark_ = mark;
  state_ = State::Whole;
  return Done{};
}

Result<Done> MarkFile::sync() { return file_ ? file_->sync() : Result<Done>(Done{}); }

}  // namespace kiosk::store
