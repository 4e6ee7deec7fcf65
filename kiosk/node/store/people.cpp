#include "node/store/people.h"

namespace kiosk::store {
namespace {

constexpr std::string_view kPerson =
    "SELECT sealed_body, source, as_of, expires_at FROM people WHERE person = ?1 AND expires_at > ?2";
constexpr std::string_view kAsOf = "SELECT as_of FROM people WHERE person = ?1";
constexpr std::string_view kPutPerson =
    "INSERT INTO people (person, sealed_body, source, as_of, expires_at) VALUES (?1, ?2, ?3, ?4, ?5)"
    " ON CONFLICT (person) DO UPDATE SET sealed_body = ?2, source = ?3, as_of = ?4, expires_at = ?5";
constexpr std::string_view kForgetKpj = "DELETE FROM person_kpj WHERE person = ?1";
constexpr std::string_view kPutKpj =
    "INSERT INTO person_kpj (kpj, person) VALUES (?1, ?2) ON CONFLICT (kpj) DO UPDATE SET person = ?2";
constexpr std::string_view kOfKpj = "SELECT person FROM person_kpj WHERE kpj = ?1";
constexpr std::string_view kForgetExpiredKpj =
    "DELETE FROM person_kpj WHERE person IN (SELECT person FROM people WHERE expires_at <= ?1)";
constexpr std::string_view kRemovePerson = "DELETE FROM people WHERE person = ?1";
constexpr std::string_view kExpired = "SELECT person FROM people WHERE expires_at <= ?1";
constexpr std::string_view kRemoveExpired = "DELETE FROM people WHERE expires_at <= ?1";
constexpr std::string_view kFailures = "SELECT wrong FROM find_failures WHERE person = ?1 AND day = ?2";
constexpr std::string_view kForgetFailures = "DELETE FROM find_failures WHERE day < ?1";
constexpr std::string_view kCountFailure =
    "INSERT INTO find_failures (person, day, wrong) VALUES (?1, ?2, 1)"
    " ON CONFLICT (person, day) DO UPDATE SET wrong = wrong + 1 RETURNING wrong";
constexpr std::string_view kBodyColumn = "people.sealed_body";

}  // namespace

Result<std::optional<PersonRow>> person(Rows rows, const crypto::Hash& index, WallTime now) {
  auto& s = rows.db().prepared(kPerson).bind_all(ByteView(index), to_ms(now));
  TRY(const bool found, s.step());
  if (!found) {
    s.reset();
    return std::optional<PersonRow>();
  }
  PersonRow row;
  const Bytes sealed = s.blob(0);
  row.source = s.text(1);
  row.as_of = from_ms(s.integer(2));
  row.expires_at = from_ms(s.integer(3));
  s.reset();
  TRY(row.body, rows.open(sealed, seal_context(kBodyColumn, index)));
  return std::optional(std::move(row));
}

Result<std::optional<WallTime>> person_as_of(sqlite::Db& db, const crypto::Hash& index) {
  std::optional<WallTime> at;
  TRY_DONE(db.prepared(kAsOf).bind_all(ByteView(index)).each([&](sqlite::Stmt& s) { at = from_ms(s.integer(0)); }));
  return at;
}

Result<Done> put_person(Tx& tx, const crypto::Hash& index, const PersonRow& row) {
  return tx.db()
      .prepared(kPutPerson)
      .bind_all(ByteView(index), tx.seal(row.body, seal_context(kBodyColumn, index)), row.source, to_ms(row.as_of),
                to_ms(row.expires_at))
      .run();
}

Result<Done> put_person_kpj(Tx& tx, const crypto::Hash& index, const std::vector<crypto::Hash>& kpj) {
  TRY_DONE(tx.db().prepared(kForgetKpj).bind_all(ByteView(index)).run());
  for (const auto& one : kpj) TRY_DONE(tx.db().prepared(kPutKpj).bind_all(ByteView(one), ByteView(index)).run());
  return Done{};
}

Result<std::optional<crypto::Hash>> person_of_kpj(sqlite::Db& db, const crypto::Hash& kpj) {
  std::optional<crypto::Hash> person;
  TRY_DONE(db.prepared(kOfKpj).bind_all(ByteView(kpj)).each([&](sqlite::Stmt& s) { person = to_hash(s.blob(0)); }));
  return person;
}

Result<Done> remove_person(Tx& tx, const crypto::Hash& index) {
  TRY_DONE(tx.db().prepared(kForgetKpj).bind_all(ByteView(index)).run());
  return tx.db().prepared(kRemovePerson).bind_all(ByteView(index)).run();
}

Result<std::vector<crypto::Hash>> expired_people(Tx& tx, WallTime now) {
  std::vector<crypto::Hash> out;
  auto& s = tx.db().prepared(kExpired).bind_all(to_ms(now));
  for (;;) {
    TRY(const bool more, s.step());
    if (!more) break;
    out.push_back(to_hash(s.blob(0)));
  }
  s.reset();
  return out;
}

Result<std::int64_t> remove_expired_people(Tx& tx, WallTime now) {
  TRY_DONE(tx.db().prepared(kForgetExpiredKpj).bind_all(to_ms(now)).run());
  TRY_DONE(tx.db().prepared(kRemoveExpired).bind_all(to_ms(now)).run());
  return tx.db().changes();
}

Result<int> find_failures(sqlite::Db& db, const crypto::Hash& index, const std::string& day) {
  auto& s = db.prepared(kFailures).bind_all(ByteView(index), day);
  TRY(const bool found, s.step());
  const int n = found ? static_cast<int>(s.integer(0)) : 0;
  s.reset();
  return n;
}

Result<int> count_find_failure(Tx& tx, const crypto::Hash& index, const std::string& day) {
  TRY_DONE(tx.db().prepared(kForgetFailures).bind_all(day).run());
  auto& s = tx.db().prepared(kCountFailure).bind_all(ByteView(index), day);
  TRY(const bool found, s.step());
  const int n = found ? static_cast<int>(s.integer(0)) : 0;
  TRY_DONE(s.run());
  return n;
}

}  // namespace kiosk::store
