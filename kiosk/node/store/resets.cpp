#include "node/store/resets.h"

#include "domain/claims/claim.h"

namespace kiosk::store {
namespace {

constexpr std::string_view kInsert =
    "INSERT INTO resets (id, person, interview, officer, terminal, reason, photo, state, at, requested_seq)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
constexpr std::string_view kUpdate =
    "UPDATE resets SET second_officer = ?2, second_terminal = ?3, same_terminal = ?4, state = ?5, usable_from = ?6,"
    " approved_seq = ?7 WHERE id = ?1";
#define RESET_COLUMNS                                                                                        \
  "SELECT id, person, interview, officer, terminal, second_officer, second_terminal, same_terminal, reason," \
  " photo, state, usable_from, at, requested_seq, approved_seq FROM resets "
constexpr std::string_view kReset = RESET_COLUMNS "WHERE id = ?1";
constexpr std::string_view kBySeq = RESET_COLUMNS "WHERE approved_seq = ?1";
constexpr std::string_view kAll = RESET_COLUMNS "ORDER BY id DESC LIMIT ?1";
constexpr std::string_view kPending = RESET_COLUMNS "WHERE state = 'reset_pending' ORDER BY id DESC LIMIT ?1";
constexpr std::string_view kOf = RESET_COLUMNS "WHERE person = ?1 ORDER BY at DESC, id DESC LIMIT ?2";
#undef RESET_COLUMNS

Result<std::vector<ResetRow>> all(sqlite::Stmt& s) {
  std::vector<ResetRow> out;
  while (true) {
    TRY(const bool more, s.step());
    if (!more) break;
    ResetRow r;
    r.id = to_id(s.blob(0));
    r.person = to_hash(s.blob(1));
    r.interview = to_id(s.blob(2));
    r.officer = s.text(3);
    r.terminal = s.text(4);
    r.second_officer = s.text(5);
    r.second_terminal = s.text(6);
    r.same_terminal = s.integer(7) != 0;
    r.reason = s.text(8);
    r.photo = s.text(9);
    const auto state = domain::from_code<domain::AccountState>(s.text(10));
    r.usable_from = time_at(s, 11);
    r.at = from_ms(s.integer(12));
    r.requested_seq = s.integer(13);
    if (!s.is_null(14)) r.approved_seq = s.integer(14);
    if (!state) {
      s.reset();
      return damaged("store_corrupt", "resets: unknown state");
    }
    r.state = *state;
    out.push_back(std::move(r));
  }
  s.reset();
  return out;
}

Result<std::optional<ResetRow>> one(sqlite::Stmt& s) {
  TRY(auto found, all(s));
  if (found.empty()) return std::optional<ResetRow>();
  return std::optional(std::move(found.front()));
}

}  // namespace

Result<Done> insert_reset(Tx& tx, const ResetRow& r) {
  return tx.db()
      .prepared(kInsert)
      .bind_all(id_bytes(r.id), ByteView(r.person), id_bytes(r.interview), r.officer, r.terminal, r.reason, r.photo,
                std::string(code(r.state)), to_ms(r.at), r.requested_seq)
      .run();
}

Result<Done> update_reset(Tx& tx, const ResetRow& r) {
  return tx.db()
      .prepared(kUpdate)
      .bind_all(id_bytes(r.id), r.second_officer, r.second_terminal, r.same_terminal, std::string(code(r.state)),
                ms_of(r.usable_from), r.approved_seq)
      .run();
}

Result<std::optional<ResetRow>> reset(sqlite::Db& db, const Uuid& id) {
  return one(db.prepared(kReset).bind_all(id_bytes(id)));
}
Result<std::optional<ResetRow>> reset_by_seq(sqlite::Db& db, std::int64_t approved_seq) {
  return one(db.prepared(kBySeq).bind_all(approved_seq));
}
Result<std::vector<ResetRow>> resets(sqlite::Db& db, bool pending_only, int max_count) {
  return all(db.prepared(pending_only ? kPending : kAll).bind_all(max_count));
}
Result<std::vector<ResetRow>> resets_of(sqlite::Db& db, const crypto::Hash& person, int max_count) {
  return all(db.prepared(kOf).bind_all(ByteView(person), max_count));
}

}  // namespace kiosk::store
