#include "node/store/interviews.h"

namespace kiosk::store {
namespace {

constexpr std::string_view kCase = "SELECT seed, officer, opened_at FROM interview_cases WHERE person = ?1";
constexpr std::string_view kOpenCase =
    "INSERT INTO interview_cases (person, seed, officer, opened_at) VALUES (?1, ?2, ?3, ?4)"
    " ON CONFLICT (person) DO UPDATE SET seed = ?2, officer = ?3, opened_at = ?4";
constexpr std::string_view kCloseCase = "DELETE FROM interview_cases WHERE person = ?1";
constexpr std::string_view kInsert =
    "INSERT INTO interviews (id, person, officer, terminal, at, asked, correct, passed, seq)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
constexpr std::string_view kInterview =
    "SELECT id, person, officer, terminal, at, asked, correct, passed, seq FROM interviews WHERE id = ?1";

}  // namespace

Result<std::optional<InterviewCase>> interview_case(sqlite::Db& db, const crypto::Hash& person) {
  auto& s = db.prepared(kCase).bind_all(ByteView(person));
  TRY(const bool found, s.step());
  std::optional<InterviewCase> out;
  if (found) out = InterviewCase{s.integer(0), s.text(1), from_ms(s.integer(2))};
  s.reset();
  return out;
}

Result<Done> open_interview_case(Tx& tx, const crypto::Hash& person, const InterviewCase& c) {
  return tx.db().prepared(kOpenCase).bind_all(ByteView(person), c.seed, c.officer, to_ms(c.opened_at)).run();
}

Result<Done> insert_interview(Tx& tx, const InterviewRow& r) {
  TRY_DONE(tx.db().prepared(kCloseCase).bind_all(ByteView(r.person)).run());
  return tx.db()
      .prepared(kInsert)
      .bind_all(id_bytes(r.id), ByteView(r.person), r.officer, r.terminal, to_ms(r.at), r.verdict.asked,
                r.verdict.right, r.verdict.passed, r.seq)
      .run();
}

Result<std::optional<InterviewRow>> interview(sqlite::Db& db, const Uuid& id) {
  auto& s = db.prepared(kInterview).bind_all(id_bytes(id));
  TRY(const bool found, s.step());
  std::optional<InterviewRow> out;
  if (found) {
    InterviewRow r;
    r.id = to_id(s.blob(0));
    r.person = to_hash(s.blob(1));
    r.officer = s.text(2);
    r.terminal = s.text(3);
    r.at = from_ms(s.integer(4));
    r.verdict = {static_cast<int>(s.integer(5)), static_cast<int>(s.integer(6)), s.integer(7) != 0};
    r.seq = s.integer(8);
    out = std::move(r);
  }
  s.reset();
  return out;
}

}  // namespace kiosk::store
