#include "node/store/intakes.h"

namespace kiosk::store {
namespace {

constexpr std::string_view kPutDraft =
    "INSERT INTO drafts (person, sealed_body, for_officer, kept_at, expires_at) VALUES (?1, ?2, ?3, ?4, ?5)"
    " ON CONFLICT (person) DO UPDATE SET sealed_body = ?2, for_officer = ?3, kept_at = ?4, expires_at = ?5";
constexpr std::string_view kDraft =
    "SELECT sealed_body, for_officer, kept_at, expires_at FROM drafts WHERE person = ?1 AND expires_at > ?2 AND "
    "kept_at <= ?2 + 60000";
constexpr std::string_view kForgetDraft = "DELETE FROM drafts WHERE person = ?1";
// Also those that a clock that was ahead kept for later than anybody meant.
constexpr std::string_view kAnyExpired = "SELECT 1 FROM drafts WHERE expires_at <= ?1 OR kept_at > ?1 + 60000 LIMIT 1";
constexpr std::string_view kForgetExpired = "DELETE FROM drafts WHERE expires_at <= ?1 OR kept_at > ?1 + 60000";
constexpr std::string_view kDraftColumn = "drafts.sealed_body";

constexpr std::string_view kInsertConsent =
    "INSERT INTO consents (id, person, purpose, text, language, given, at, seq)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
#define CONSENT_COLUMNS "SELECT id, person, purpose, text, language, given, at, seq FROM consents AS c "
constexpr std::string_view kConsent = CONSENT_COLUMNS "WHERE id = ?1";
constexpr std::string_view kLastConsents = CONSENT_COLUMNS
    "WHERE person = ?1 AND seq = (SELECT max(seq) FROM consents WHERE person = ?1 AND purpose = c.purpose)"
    " ORDER BY purpose";
#undef CONSENT_COLUMNS

constexpr std::string_view kInsertIntake =
    "INSERT INTO intakes (id, person, kind, sealed_body, at, seq) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
#define INTAKE_COLUMNS "SELECT id, person, kind, sealed_body, at, seq FROM intakes "
constexpr std::string_view kIntake = INTAKE_COLUMNS "WHERE id = ?1";
constexpr std::string_view kIntakesOf = INTAKE_COLUMNS "WHERE person = ?1 ORDER BY seq DESC LIMIT ?2";
#undef INTAKE_COLUMNS
constexpr std::string_view kIntakeColumn = "intakes.sealed_body";

Result<std::vector<ConsentRow>> consents_in(sqlite::Stmt& statement) {
  std::vector<ConsentRow> out;
  TRY_DONE(statement.each([&](sqlite::Stmt& s) {
    out.push_back({to_id(s.blob(0)), to_hash(s.blob(1)), s.text(2), s.text(3), s.text(4), s.integer(5) != 0,
                   from_ms(s.integer(6)), s.integer(7)});
  }));
  return out;
}

Result<std::vector<IntakeRow>> intakes_in(Rows& rows, sqlite::Stmt& statement) {
  std::vector<IntakeRow> out;
  std::vector<Bytes> sealed;
  TRY_DONE(statement.each([&](sqlite::Stmt& s) {
    out.push_back({to_id(s.blob(0)), to_hash(s.blob(1)), s.text(2), {}, from_ms(s.integer(4)), s.integer(5)});
    sealed.push_back(s.blob(3));
  }));
  for (std::size_t i = 0; i < out.size(); ++i) {
    TRY(out[i].body, rows.open(sealed[i], seal_context(kIntakeColumn, id_bytes(out[i].id))));
  }
  return out;
}

}  // namespace

Result<Done> put_draft(Tx& tx, const crypto::Hash& person, const DraftRow& r) {
  return tx.db()
      .prepared(kPutDraft)
      .bind_all(ByteView(person), tx.seal(r.body, seal_context(kDraftColumn, person)), r.for_officer, to_ms(r.kept_at),
                to_ms(r.expires_at))
      .run();
}
Result<std::optional<DraftRow>> draft(Rows rows, const crypto::Hash& person, WallTime now) {
  std::optional<DraftRow> out;
  Bytes sealed;
  TRY_DONE(rows.db().prepared(kDraft).bind_all(ByteView(person), to_ms(now)).each([&](sqlite::Stmt& s) {
    sealed = s.blob(0);
    out = DraftRow{{}, s.integer(1) != 0, from_ms(s.integer(2)), from_ms(s.integer(3))};
  }));
  if (!out) return out;
  TRY(out->body, rows.open(sealed, seal_context(kDraftColumn, person)));
  return out;
}
Result<Done> forget_draft(Tx& tx, const crypto::Hash& person) {
  return tx.db().prepared(kForgetDraft).bind_all(ByteView(person)).run();
}
Result<bool> any_draft_expired(sqlite::Db& db, WallTime now) {
  bool any = false;
  TRY_DONE(db.prepared(kAnyExpired).bind_all(to_ms(now)).each([&](sqlite::Stmt&) { any = true; }));
  return any;
}
Result<Done> forget_expired_drafts(Tx& tx, WallTime now) {
  return tx.db().prepared(kForgetExpired).bind_all(to_ms(now)).run();
}

Result<Done> insert_consent(Tx& tx, const ConsentRow& r) {
  return tx.db()
      .prepared(kInsertConsent)
      .bind_all(id_bytes(r.id), ByteView(r.person), r.purpose, r.text, r.language, r.given, to_ms(r.at), r.seq)
      .run();
}
Result<std::optional<ConsentRow>> consent(sqlite::Db& db, const Uuid& id) {
  TRY(auto rows, consents_in(db.prepared(kConsent).bind_all(id_bytes(id))));
  return rows.empty() ? std::nullopt : std::optional(std::move(rows.front()));
}
Result<std::vector<ConsentRow>> last_consents(sqlite::Db& db, const crypto::Hash& person) {
  return consents_in(db.prepared(kLastConsents).bind_all(ByteView(person)));
}

Result<Done> insert_intake(Tx& tx, const IntakeRow& r) {
  return tx.db()
      .prepared(kInsertIntake)
      .bind_all(id_bytes(r.id), ByteView(r.person), r.kind,
                tx.seal(r.body, seal_context(kIntakeColumn, id_bytes(r.id))), to_ms(r.at), r.seq)
      .run();
}
Result<std::optional<IntakeRow>> intake(Rows rows, const Uuid& id) {
  TRY(auto found, intakes_in(rows, rows.db().prepared(kIntake).bind_all(id_bytes(id))));
  return found.empty() ? std::nullopt : std::optional(std::move(found.front()));
}
Result<std::vector<IntakeRow>> intakes_of(Rows rows, const crypto::Hash& person, int max_count) {
  return intakes_in(rows, rows.db().prepared(kIntakesOf).bind_all(ByteView(person), max_count));
}

}  // namespace kiosk::store
