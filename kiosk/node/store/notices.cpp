#include "node/store/notices.h"

namespace kiosk::store {
namespace {

constexpr std::string_view kPut =
    "INSERT INTO notices (id, text, text_en, begins, ends, by_whom, removed) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"
    " ON CONFLICT (id) DO UPDATE SET text = ?2, text_en = ?3, begins = ?4, ends = ?5, by_whom = ?6, removed = ?7";
#define NOTICE_COLUMNS "SELECT id, text, text_en, begins, ends, by_whom, removed FROM notices "
constexpr std::string_view kOne = NOTICE_COLUMNS "WHERE id = ?1";
constexpr std::string_view kLasting = NOTICE_COLUMNS "WHERE ends > ?1 AND removed = 0 ORDER BY begins, id";
#undef NOTICE_COLUMNS
constexpr std::string_view kForgetEnded = "DELETE FROM notices WHERE ends <= ?1";
constexpr std::string_view kForgetOf = "DELETE FROM notices WHERE by_whom = ?1";

Result<std::vector<NoticeRow>> rows_of(sqlite::Stmt& statement) {
  std::vector<NoticeRow> out;
  TRY_DONE(statement.each([&](sqlite::Stmt& s) {
    out.push_back({to_id(s.blob(0)), s.text(1), s.text(2), from_ms(s.integer(3)), from_ms(s.integer(4)), s.text(5),
                   s.integer(6) != 0});
  }));
  return out;
}

}  // namespace

Result<Done> put_notice(Tx& tx, const NoticeRow& r) {
  return tx.db()
      .prepared(kPut)
      .bind_all(id_bytes(r.id), r.text, r.text_en, to_ms(r.begins), to_ms(r.ends), r.by, r.removed)
      .run();
}
Result<std::optional<NoticeRow>> notice(sqlite::Db& db, const Uuid& id) {
  TRY(auto rows, rows_of(db.prepared(kOne).bind_all(id_bytes(id))));
  return rows.empty() ? std::nullopt : std::optional(std::move(rows.front()));
}
Result<std::vector<NoticeRow>> notices(sqlite::Db& db, WallTime now) {
  return rows_of(db.prepared(kLasting).bind_all(to_ms(now)));
}
Result<Done> forget_ended_notices(Tx& tx, WallTime now) {
  return tx.db().prepared(kForgetEnded).bind_all(to_ms(now)).run();
}
Result<Done> forget_notices_of(Tx& tx, const std::string& by) { return tx.db().prepared(kForgetOf).bind_all(by).run(); }

}  // namespace kiosk::store
