#include "node/store/accounts.h"

#include <cmath>

#include "domain/claims/claim.h"

namespace kiosk::store {
namespace {

constexpr std::string_view kAccount =
    "SELECT sealed_key, state, failed, reason, usable_from, blocked_at, sealed_reference, reference_profile, case_id,"
    " last_seq, reference_local FROM accounts WHERE person = ?1";
constexpr std::string_view kPutAccount =
    "INSERT INTO accounts (person, sealed_key, state, failed, reason, usable_from, blocked_at, sealed_reference,"
    " reference_profile, case_id, last_seq, reference_local) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)"
    " ON CONFLICT (person) DO UPDATE SET sealed_key = ?2, state = ?3, failed = ?4, reason = ?5, usable_from = ?6,"
    " blocked_at = ?7, sealed_reference = ?8, reference_profile = ?9, case_id = ?10, last_seq = ?11,"
    " reference_local = ?12";
constexpr std::string_view kInsertAttempt =
    "INSERT INTO attempts (id, person, at, verdict, score_ppm, counted, reason, photo, ticket, terminal, seq)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";
constexpr std::string_view kSetCompared =
    "UPDATE attempts SET compared = ?2, compared_by = ?3, compare_id = ?4, counted = ?5, reason = ?6,"
    " ticket = ?7 WHERE id = ?1";
constexpr std::string_view kPutWord =
    "INSERT INTO account_word (person, kind, sealed_body) VALUES (?1, ?2, ?3) ON CONFLICT (person, kind) DO UPDATE SET"
    " sealed_body = ?3";
constexpr std::string_view kWords = "SELECT person, kind, sealed_body FROM account_word ORDER BY person, kind DESC";
constexpr std::string_view kDecided =
    "SELECT 1 FROM timeline t LEFT JOIN verdict v ON v.pos = t.seq WHERE t.person = ?1 AND t.seq > ?2 AND t.seq <= ?3"
    " AND t.kind IN ('account.blocked', 'account.reset')"
    " AND (v.pos IS NULL OR v.verdict = 'accepted' OR (v.verdict = 'flagged' AND v.reason = 'officer_ended')) LIMIT 1";
constexpr std::string_view kDropWord = "DELETE FROM account_word WHERE person = ?1 AND kind = ?2";
constexpr std::string_view kDropWords = "DELETE FROM account_word WHERE person = ?1";
constexpr std::string_view kForgetAccount =
    "DELETE FROM accounts WHERE person = ?1 AND last_seq <= ?2 AND case_id IS NULL AND state <> 'reset_pending'";
constexpr std::string_view kWordColumn = "account_word.sealed_body";
#define ATTEMPT_COLUMNS                                                                                 \
  "SELECT id, person, at, verdict, score_ppm, counted, reason, photo, ticket, terminal, seq, compared," \
  " compared_by, compare_id FROM attempts "
constexpr std::string_view kAttempt = ATTEMPT_COLUMNS "WHERE id = ?1";
constexpr std::string_view kAttemptsOf = ATTEMPT_COLUMNS "WHERE person = ?1 ORDER BY at DESC, id DESC LIMIT ?2";
#undef ATTEMPT_COLUMNS
constexpr std::string_view kKeyColumn = "accounts.sealed_key";
constexpr std::string_view kReferenceColumn = "accounts.sealed_reference";
constexpr double kMillion = 1e6;

std::optional<Bytes> optional_id(const Uuid& id) { return id.is_nil() ? std::nullopt : std::optional(id_bytes(id)); }

Result<AttemptRow> read_attempt(const sqlite::Stmt& s) {
  AttemptRow r;
  r.id = to_id(s.blob(0));
  r.person = to_hash(s.blob(1));
  r.at = from_ms(s.integer(2));
  const auto verdict = domain::from_code<domain::FaceVerdict>(s.text(3));
  if (!verdict) return damaged("store_corrupt", "attempts: unknown verdict");
  r.verdict = *verdict;
  if (!s.is_null(4)) r.score = static_cast<double>(s.integer(4)) / kMillion;
  r.counted = s.integer(5) != 0;
  r.reason = s.text(6);
  r.photo = s.text(7);
  if (!s.is_null(8)) r.ticket = to_id(s.blob(8));
  r.terminal = s.text(9);
  r.seq = s.integer(10);
  r.compared = domain::from_code<domain::FaceVerdict>(s.text(11));
  r.compared_by = s.text(12);
  if (!s.is_null(13)) r.compare_id = to_id(s.blob(13));
  return r;
}

}  // namespace

Result<std::optional<AccountRow>> account(Rows rows, const crypto::Hash& index) {
  auto& s = rows.db().prepared(kAccount).bind_all(ByteView(index));
  TRY(const bool found, s.step());
  if (!found) {
    s.reset();
    return std::optional<AccountRow>();
  }
  AccountRow r;
  const Bytes key = s.blob(0);
  const auto state = domain::from_code<domain::AccountState>(s.text(1));
  r.account.failed = static_cast<int>(s.integer(2));
  r.account.reason = s.text(3);
  r.account.usable_from = time_at(s, 4);
  r.account.blocked_at = time_at(s, 5);
  const Bytes reference = s.is_null(6) ? Bytes() : s.blob(6);
  const std::string profile = s.text(7);
  if (!s.is_null(8)) r.case_id = to_id(s.blob(8));
  r.last_seq = s.integer(9);
  r.reference_local = s.integer(10) != 0;
  s.reset();
  if (!state) return damaged("store_corrupt", "accounts: unknown state");
  r.account.state = *state;
  TRY(r.person_key, rows.open(key, seal_context(kKeyColumn, index)));
  if (!reference.empty()) {
    TRY(std::string values, rows.open(reference, seal_context(kReferenceColumn, index)));
    const auto view = as_bytes(values);
    r.reference = domain::FaceTemplate{profile, Bytes(view.begin(), view.end())};
    wipe(values);
  }
  return std::optional(std::move(r));
}

Result<Done> put_account(Tx& tx, const crypto::Hash& index, const AccountRow& row) {
  std::optional<Bytes> reference;
  if (row.reference) reference = tx.seal(as_text(row.reference->values), seal_context(kReferenceColumn, index));
  return tx.db()
      .prepared(kPutAccount)
      .bind_all(ByteView(index), tx.seal(row.person_key, seal_context(kKeyColumn, index)),
                std::string(code(row.account.state)), row.account.failed, row.account.reason,
                ms_of(row.account.usable_from), ms_of(row.account.blocked_at), reference,
                row.reference ? row.reference->profile : std::string(), optional_id(row.case_id), row.last_seq,
                row.reference_local)
      .run();
}

Result<Done> put_word(Tx& tx, const AccountWord& w) {
  const auto context = seal_context(kWordColumn, w.person) + w.kind;
  return tx.db().prepared(kPutWord).bind_all(ByteView(w.person), w.kind, tx.seal(w.body, context)).run();
}

Result<std::vector<AccountWord>> words(Tx& tx) {
  std::vector<AccountWord> out;
  std::vector<Bytes> sealed;
  auto& s = tx.db().prepared(kWords).bind_all();
  for (;;) {
    TRY(const bool more, s.step());
    if (!more) break;
    out.push_back({to_hash(s.blob(0)), s.text(1), {}});
    sealed.push_back(s.blob(2));
  }
  s.reset();
  for (std::size_t i = 0; i < out.size(); ++i) {
    TRY(out[i].body, tx.open(sealed[i], seal_context(kWordColumn, out[i].person) + out[i].kind));
  }
  return out;
}

Result<Done> drop_word(Tx& tx, const AccountWord& w) {
  return tx.db().prepared(kDropWord).bind_all(ByteView(w.person), w.kind).run();
}

Result<bool> decided_between(sqlite::Db& db, const crypto::Hash& index, std::int64_t after, std::int64_t until) {
  bool found = false;
  TRY_DONE(db.prepared(kDecided).bind_all(ByteView(index), after, until).each([&](sqlite::Stmt&) { found = true; }));
  return found;
}

Result<bool> forget_account(Tx& tx, const crypto::Hash& index, std::int64_t acknowledged) {
  TRY_DONE(tx.db().prepared(kForgetAccount).bind_all(ByteView(index), acknowledged).run());
  if (tx.db().changes() == 0) return false;
  TRY_DONE(tx.db().prepared(kDropWords).bind_all(ByteView(index)).run());
  return true;
}

Result<Done> insert_attempt(Tx& tx, const AttemptRow& r) {
  std::optional<std::int64_t> score;
  if (r.score) score = static_cast<std::int64_t>(std::llround(*r.score * kMillion));
  return tx.db()
      .prepared(kInsertAttempt)
      .bind_all(id_bytes(r.id), ByteView(r.person), to_ms(r.at), std::string(code(r.verdict)), score, r.counted,
                r.reason, r.photo, optional_id(r.ticket), r.terminal, r.seq)
      .run();
}

Result<Done> set_compared(Tx& tx, const AttemptRow& r) {
  return tx.db()
      .prepared(kSetCompared)
      .bind_all(id_bytes(r.id), r.compared ? std::string(code(*r.compared)) : std::string(), r.compared_by,
                id_bytes(r.compare_id), r.counted, r.reason, optional_id(r.ticket))
      .run();
}

Result<std::optional<AttemptRow>> attempt(sqlite::Db& db, const Uuid& id) {
  auto& s = db.prepared(kAttempt).bind_all(id_bytes(id));
  TRY(const bool found, s.step());
  if (!found) {
    s.reset();
    return std::optional<AttemptRow>();
  }
  auto row = read_attempt(s);
  s.reset();
  if (!row) return row.fault();
  return std::optional(std::move(*row));
}

Result<std::vector<AttemptRow>> attempts_of(sqlite::Db& db, const crypto::Hash& person, int max_count) {
  auto& s = db.prepared(kAttemptsOf).bind_all(ByteView(person), max_count);
  std::vector<AttemptRow> out;
  while (true) {
    TRY(const bool more, s.step());
    if (!more) break;
    TRY(auto row, read_attempt(s));
    out.push_back(std::move(row));
  }
  s.reset();
  return out;
}

}  // namespace kiosk::store
