// What the repositories read through: a snapshot or a writing transaction, alike. A value for one call; it owns
// nothing. Also the small conversions every repository shares: ids, hashes and times as columns.
#pragma once
#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

#include "node/store/store.h"

namespace kiosk::store {

class Rows {
 public:
  Rows(Tx& tx) : tx_(&tx) {}
  Rows(Read& read) : read_(&read) {}
  sqlite::Db& db() { return tx_ ? tx_->db() : read_->db(); }
  Result<std::string> open(ByteView sealed, std::string_view context) {
    return tx_ ? tx_->open(sealed, context) : read_->open(sealed, context);
  }

 private:
  Tx* tx_ = nullptr;
  Read* read_ = nullptr;
};

inline Bytes id_bytes(const Uuid& id) { return Bytes(id.bytes().begin(), id.bytes().end()); }
inline Uuid to_id(const Bytes& b) {
  return b.size() == 16 ? Uuid::from_bytes(std::span<const std::uint8_t, 16>(b.data(), 16)) : Uuid{};
}
inline crypto::Hash to_hash(const Bytes& b) {
  crypto::Hash h{};
  if (b.size() == h.size()) std::copy(b.begin(), b.end(), h.begin());
  return h;
}
inline std::optional<std::int64_t> ms_of(const std::optional<WallTime>& t) {
  return t ? std::optional(to_ms(*t)) : std::nullopt;
}
inline std::optional<WallTime> time_at(const sqlite::Stmt& s, int col) {
  return s.is_null(col) ? std::nullopt : std::optional(from_ms(s.integer(col)));
}

// The context that binds a sealed column to its row.
inline std::string seal_context(std::string_view column, ByteView id) { return std::string(column) + ":" + to_hex(id); }

}  // namespace kiosk::store
