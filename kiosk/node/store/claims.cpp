#include "node/store/claims.h"

#include <algorithm>

namespace kiosk::store {
namespace {

constexpr std::string_view kInsertClaim =
    "INSERT INTO claims (id, person, kpj, sealed_body, cause, state, open, photo, attempt, officer, terminal, reason,"
    " deadline, saved_at, seq) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)";
constexpr std::string_view kInsertDocument =
    "INSERT OR IGNORE INTO claim_documents (claim, kind, blob) VALUES (?1, ?2, ?3)";
constexpr std::string_view kUpdateClaim =
    "UPDATE claims SET state = ?2, open = ?3, reason = ?4, deadline = ?5, compare_id = ?6 WHERE id = ?1";
#define CLAIM_COLUMNS                                                                                             \
  "SELECT id, person, kpj, sealed_body, cause, state, open, photo, attempt, officer, terminal, reason, deadline," \
  " saved_at, seq, compare_id FROM claims "
constexpr std::string_view kClaim = CLAIM_COLUMNS "WHERE id = ?1";
constexpr std::string_view kBySeq = CLAIM_COLUMNS "WHERE seq = ?1";
constexpr std::string_view kBetween = CLAIM_COLUMNS "WHERE seq > ?1 AND seq <= ?2 ORDER BY seq";
constexpr std::string_view kOpenOfKpj = CLAIM_COLUMNS "WHERE kpj = ?1 AND open = 1";
constexpr std::string_view kClaims = CLAIM_COLUMNS "ORDER BY id DESC LIMIT ?1";
constexpr std::string_view kClaimsOf = CLAIM_COLUMNS "WHERE person = ?1 ORDER BY saved_at DESC, id DESC LIMIT ?2";
constexpr std::string_view kOfAttempt = CLAIM_COLUMNS "WHERE attempt = ?1 ORDER BY saved_at DESC";
#undef CLAIM_COLUMNS
constexpr std::string_view kLastAt = "SELECT id, saved_at FROM claims WHERE terminal = ?1 ORDER BY seq DESC LIMIT 1";
constexpr std::string_view kDocuments = "SELECT kind, blob FROM claim_documents WHERE claim = ?1 ORDER BY kind, blob";
constexpr std::string_view kPutStage =
    "INSERT INTO claim_stages (claim, stage, at) VALUES (?1, ?2, ?3) ON CONFLICT (claim, stage) DO UPDATE SET at = ?3";
constexpr std::string_view kStages = "SELECT stage, at FROM claim_stages WHERE claim = ?1";
constexpr std::string_view kPersonOfBlob =
    "SELECT person FROM attempts WHERE photo = ?1 UNION ALL SELECT person FROM resets WHERE photo = ?1"
    " UNION ALL SELECT c.person FROM claim_documents d JOIN claims c ON c.id = d.claim WHERE d.blob = ?1"
    " UNION ALL SELECT person FROM claims WHERE photo = ?1 LIMIT 1";
constexpr std::string_view kBlobComplete = "SELECT complete FROM blob WHERE hash = ?1";
constexpr std::string_view kBodyColumn = "claims.sealed_body";

Result<ClaimRow> read_claim(Rows& rows, const sqlite::Stmt& s, Bytes& sealed) {
  ClaimRow r;
  r.id = to_id(s.blob(0));
  r.person = to_hash(s.blob(1));
  r.kpj = to_hash(s.blob(2));
  sealed = s.blob(3);
  r.cause = s.text(4);
  const auto state = domain::from_code<domain::ClaimState>(s.text(5));
  if (!state) return damaged("store_corrupt", "claims: unknown state");
  r.state = *state;
  r.open = s.integer(6) != 0;
  r.photo = s.text(7);
  if (!s.is_null(8)) r.attempt = to_id(s.blob(8));
  r.officer = s.text(9);
  r.terminal = s.text(10);
  r.reason = s.text(11);
  if (!s.is_null(12)) {
    TRY(r.deadline, Date::parse(s.text(12)));
  }
  r.saved_at = from_ms(s.integer(13));
  r.seq = s.integer(14);
  if (!s.is_null(15)) r.compare_id = to_id(s.blob(15));
  TRY(r.body, rows.open(sealed, seal_context(kBodyColumn, id_bytes(r.id))));
  return r;
}

Result<std::vector<ClaimRow>> all(Rows& rows, sqlite::Stmt& s) {
  std::vector<ClaimRow> out;
  Bytes sealed;
  while (true) {
    TRY(const bool more, s.step());
    if (!more) break;
    auto row = read_claim(rows, s, sealed);
    if (!row) {
      s.reset();
      return row.fault();
    }
    out.push_back(std::move(*row));
  }
  s.reset();
  return out;
}

Result<std::optional<ClaimRow>> one(Rows& rows, sqlite::Stmt& s) {
  TRY(auto found, all(rows, s));
  if (found.empty()) return std::optional<ClaimRow>();
  return std::optional(std::move(found.front()));
}

}  // namespace

Result<Done> insert_claim(Tx& tx, const ClaimRow& r, const std::vector<ClaimDocument>& documents) {
  TRY_DONE(tx.db()
               .prepared(kInsertClaim)
               .bind_all(id_bytes(r.id), ByteView(r.person), ByteView(r.kpj),
                         tx.seal(r.body, seal_context(kBodyColumn, id_bytes(r.id))), r.cause,
                         std::string(code(r.state)), r.open, r.photo,
                         r.attempt.is_nil() ? std::nullopt : std::optional(id_bytes(r.attempt)), r.officer, r.terminal,
                         r.reason, r.deadline ? std::optional(r.deadline->iso()) : std::nullopt, to_ms(r.saved_at),
                         r.seq)
               .run());
  for (const auto& d : documents)
    TRY_DONE(tx.db().prepared(kInsertDocument).bind_all(id_bytes(r.id), d.kind, d.blob).run());
  return Done{};
}

Result<Done> update_claim(Tx& tx, const ClaimRow& r) {
  return tx.db()
      .prepared(kUpdateClaim)
      .bind_all(id_bytes(r.id), std::string(code(r.state)), r.open, r.reason,
                r.deadline ? std::optional(r.deadline->iso()) : std::nullopt,
                r.compare_id.is_nil() ? std::nullopt : std::optional(id_bytes(r.compare_id)))
      .run();
}

Result<std::optional<ClaimRow>> claim(Rows rows, const Uuid& id) {
  return one(rows, rows.db().prepared(kClaim).bind_all(id_bytes(id)));
}
Result<std::optional<ClaimRow>> claim_by_seq(Rows rows, std::int64_t seq) {
  return one(rows, rows.db().prepared(kBySeq).bind_all(seq));
}
Result<std::vector<ClaimRow>> claims_between(Rows rows, std::int64_t after_seq, std::int64_t to_seq) {
  return all(rows, rows.db().prepared(kBetween).bind_all(after_seq, to_seq));
}
Result<std::optional<ClaimRow>> open_claim_of_kpj(Rows rows, const crypto::Hash& kpj) {
  return one(rows, rows.db().prepared(kOpenOfKpj).bind_all(ByteView(kpj)));
}
Result<std::vector<ClaimRow>> claims(Rows rows, int max_count) {
  return all(rows, rows.db().prepared(kClaims).bind_all(max_count));
}
Result<std::vector<ClaimRow>> claims_of(Rows rows, const crypto::Hash& person, int max_count) {
  return all(rows, rows.db().prepared(kClaimsOf).bind_all(ByteView(person), max_count));
}
Result<std::vector<ClaimRow>> claims_of_attempt(Rows rows, const Uuid& attempt) {
  return all(rows, rows.db().prepared(kOfAttempt).bind_all(id_bytes(attempt)));
}

Result<std::optional<ClaimSent>> last_claim_at(sqlite::Db& db, const std::string& terminal) {
  std::optional<ClaimSent> last;
  TRY_DONE(db.prepared(kLastAt).bind_all(terminal).each([&](sqlite::Stmt& s) {
    last = ClaimSent{to_id(s.blob(0)), from_ms(s.integer(1))};
  }));
  return last;
}

Result<std::vector<ClaimDocument>> documents_of(sqlite::Db& db, const Uuid& claim) {
  auto& s = db.prepared(kDocuments).bind_all(id_bytes(claim));
  std::vector<ClaimDocument> out;
  while (true) {
    TRY(const bool more, s.step());
    if (!more) break;
    out.push_back({s.text(0), s.text(1)});
  }
  s.reset();
  return out;
}

Result<Done> put_stage(Tx& tx, const Uuid& claim, const ClaimStage& stage) {
  return tx.db().prepared(kPutStage).bind_all(id_bytes(claim), std::string(code(stage.stage)), to_ms(stage.at)).run();
}

Result<std::vector<ClaimStage>> stages_of(sqlite::Db& db, const Uuid& claim) {
  auto& s = db.prepared(kStages).bind_all(id_bytes(claim));
  std::vector<ClaimStage> out;
  while (true) {
    TRY(const bool more, s.step());
    if (!more) break;
    if (const auto stage = domain::from_code<domain::Stage>(s.text(0))) out.push_back({*stage, from_ms(s.integer(1))});
  }
  s.reset();
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.stage < b.stage; });
  return out;
}

Result<int> blobs_unsent(sqlite::Db& db, const std::vector<std::string>& hashes) {
  int unsent = 0;
  for (const auto& hash : hashes) {
    if (hash.empty()) continue;
    auto& s = db.prepared(kBlobComplete).bind_all(hash);
    TRY(const bool found, s.step());
    if (found && s.integer(0) == 0) ++unsent;
    s.reset();
  }
  return unsent;
}

Result<bool> has_blob(sqlite::Db& db, const std::string& hash) {
  auto& s = db.prepared(kBlobComplete).bind_all(hash);
  TRY(const bool found, s.step());
  s.reset();
  return found;
}

Result<std::optional<crypto::Hash>> person_of_blob(sqlite::Db& db, const std::string& blob) {
  auto& s = db.prepared(kPersonOfBlob).bind_all(blob);
  TRY(const bool found, s.step());
  std::optional<crypto::Hash> person;
  if (found) person = to_hash(s.blob(0));
  s.reset();
  return person;
}

}  // namespace kiosk::store
