// What the store's tests share: a home with cheap settings, drafts, and counting.
#pragma once
#include <doctest/doctest.h>

#include <memory>
#include <string>

#include "node/store/outbox.h"
#include "node/store/store.h"
#include "tests/support/temp_dir.h"

namespace kiosk::test {

inline std::unique_ptr<store::Store> open_store(const std::string& home, const crypto::KeyRing& keys,
                                                const std::string& vfs = {}, const Clock* clock = nullptr) {
  auto s = store::Store::open({.home = home, .clock = clock, .vfs = vfs, .fill_log = false}, keys.clone());
  REQUIRE_MESSAGE(s.ok(), (s.ok() ? "" : s.fault().code + " " + s.fault().detail));
  return std::move(s).value();
}

inline events::Draft draft(std::string kind, std::string payload = R"({"nik":"3171010101600001"})") {
  events::Draft d;
  d.header.kind = std::move(kind);
  d.payload = std::move(payload);
  return d;
}

// One row (a setting, as the smallest there is) and one event.
inline Result<std::int64_t> write_pair(store::Store& s, const std::string& key, const std::string& payload = "{}") {
  TRY(auto tx, s.begin());
  TRY_DONE(store::set_meta(tx, key, "1"));
  return tx.commit(draft("test.written", payload));
}

inline std::int64_t count(store::Store& s, std::string_view sql) {
  auto r = s.read();
  REQUIRE(r.ok());
  std::int64_t n = -1;
  REQUIRE(r->db().prepared(sql).each([&](sqlite::Stmt& row) { n = row.integer(0); }).ok());
  return n;
}
inline std::int64_t events(store::Store& s) { return count(s, "SELECT count(*) FROM event"); }

inline store::ChainReport verify(store::Store& s) {
  auto r = s.read();
  REQUIRE(r.ok());
  const auto report = store::verify_chain(r->db(), s.keys().signing.public_key());
  REQUIRE(report.ok());
  return *report;
}

}  // namespace kiosk::test
