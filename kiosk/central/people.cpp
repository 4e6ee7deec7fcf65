// People, accounts and what branches are told of them; the operators' acts on both.
#include <algorithm>

#include "central/centre_impl.h"

namespace kiosk::central {
namespace {

constexpr std::string_view q_person =
    "SELECT sealed, state, failed, reason, usable_from, blocked_at, reset_at, reference, updated_at, unblocked_at, "
    "reset_branch FROM person WHERE idx = ?1";
constexpr std::string_view q_save_person =
    "INSERT INTO person (idx, sealed, state, failed, reason, usable_from, blocked_at, reset_at, reference, updated_at, "
    "unblocked_at, reset_branch) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12) ON CONFLICT (idx) DO "
    "UPDATE "
    "SET sealed = ?2, state = ?3, failed = ?4, reason = ?5, usable_from = ?6, blocked_at = ?7, reset_at = ?8, "
    "reference = ?9, updated_at = ?10, unblocked_at = ?11, reset_branch = ?12";
constexpr std::string_view q_keep =
    "INSERT INTO branch_person (branch, person, expires_at) VALUES (?1, ?2, ?3) ON CONFLICT (branch, person) DO UPDATE "
    "SET expires_at = CASE WHEN branch_person.expires_at > ?3 THEN branch_person.expires_at ELSE ?3 END";
constexpr std::string_view q_keepers = "SELECT branch FROM branch_person WHERE person = ?1 AND expires_at > ?2";
constexpr std::string_view q_next_cursor =
    "INSERT INTO feed_head (branch, last) VALUES (?1, 1) ON CONFLICT (branch) DO UPDATE SET last = feed_head.last + 1 "
    "RETURNING last";
constexpr std::string_view q_put_item =
    "INSERT INTO feed (branch, cursor, kind, subject, body) VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (branch, kind, "
    "subject) DO UPDATE SET cursor = ?2, body = ?5";
constexpr std::string_view q_begin_book =
    "INSERT INTO meta (key, value) VALUES ('rule_book', ?1) ON CONFLICT DO NOTHING";
constexpr std::string_view q_lock_book = "SELECT 1 FROM meta WHERE key = 'rule_book'";
constexpr std::string_view q_branches = "SELECT code FROM branch";

std::string bound(const char* column, const crypto::Hash& index) {
  return "person." + std::string(column) + to_hex(index);
}

std::optional<WallTime> time_at(Stmt& q, int col) {
  if (q.is_null(col)) return std::nullopt;
  return from_ms(q.integer(col));
}
std::optional<std::int64_t> ms(const std::optional<WallTime>& t) {
  if (!t) return std::nullopt;
  return to_ms(*t);
}

domain::AccountState state_of(std::string_view code) {
  using S = domain::AccountState;
  for (const S s : {S::Active, S::Blocked, S::ResetPending, S::ResetWaiting})
    if (domain::code(s) == code) return s;
  return S::Unknown;
}

}  // namespace

Result<PersonRow> known(Result<std::optional<PersonRow>> row) {
  if (!row) return std::move(row).fault();
  if (!*row) return refused("person_unknown", "the centre knows no such participant", "nik");
  return std::move(**row);
}

Result<std::optional<PersonRow>> Centre::Impl::person(Db& db, const crypto::Hash& index) {
  auto& q = db.locking(q_person).bind_all(ByteView(index));
  TRY(const bool there, q.step());
  if (!there) {
    q.reset();
    return std::optional<PersonRow>();
  }
  const Bytes sealed = q.blob(0), sealed_reference = q.blob(7);
  domain::Account account;
  account.state = state_of(q.text(1));
  account.failed = static_cast<int>(q.integer(2));
  account.reason = q.text(3);
  account.usable_from = time_at(q, 4);
  account.blocked_at = time_at(q, 5);
  const auto reset_at = time_at(q, 6);
  const WallTime updated = from_ms(q.integer(8));
  const auto unblocked_at = time_at(q, 9);
  const std::string reset_branch = q.text(10);
  q.reset();
  TRY(Bytes plain, keys.data.open(sealed, as_bytes(bound("sealed", index))));
  auto found = protocol::decode<protocol::FeedPerson>(as_text(plain));
  wipe(plain);
  if (!found) return damaged("store_corrupt", "a person's record cannot be read: " + found.fault().field);
  PersonRow row{
      index,       std::move(found->participant), std::move(account), reset_at, std::nullopt, updated, unblocked_at,
      reset_branch};
  if (!sealed_reference.empty()) {
    TRY(Bytes reference, keys.data.open(sealed_reference, as_bytes(bound("reference", index))));
    // profile, a zero, values.
    const auto zero = std::find(reference.begin(), reference.end(), 0);
    if (zero == reference.end()) return damaged("store_corrupt", "a face template cannot be read");
    row.reference = domain::FaceTemplate{std::string(reference.begin(), zero), Bytes(zero + 1, reference.end())};
    wipe(reference);
  }
  return std::optional<PersonRow>(std::move(row));
}

Result<Done> Centre::Impl::save_person(Db& db, const PersonRow& p) {
  std::string plain = protocol::encode(protocol::FeedPerson{p.record, {}, {}, 0, 0, {}});
  const Bytes sealed = keys.data.seal(as_bytes(plain), as_bytes(bound("sealed", p.index)));
  wipe(plain);
  std::optional<Bytes> reference;
  if (p.reference) {
    Bytes b(p.reference->profile.begin(), p.reference->profile.end());
    b.push_back(0);
    b.insert(b.end(), p.reference->values.begin(), p.reference->values.end());
    reference = keys.data.seal(b, as_bytes(bound("reference", p.index)));
    wipe(b);
  }
  return db.prepared(q_save_person)
      .bind_all(ByteView(p.index), sealed, std::string(domain::code(p.account.state)), p.account.failed,
                p.account.reason, ms(p.account.usable_from), ms(p.account.blocked_at), ms(p.reset_at), reference,
                to_ms(p.updated_at), ms(p.unblocked_at), p.reset_branch)
      .run();
}

Result<Done> Centre::Impl::keep_at_branch(Db& db, const std::string& branch, const crypto::Hash& index,
                                          WallTime until) {
  return db.prepared(q_keep).bind_all(branch, ByteView(index), to_ms(until)).run();
}

Result<Done> Centre::Impl::tell_branch(Db& db, const std::string& branch, const char* kind, const std::string& subject,
                                       const std::string& body) {
  std::erase_if(db.told, [&](const Told& t) { return t.branch == branch && t.kind == kind && t.subject == subject; });
  db.told.push_back({branch, kind, subject, body});
  return Done{};
}

Result<Done> Centre::Impl::tell_all(Db& db) {
  std::stable_sort(db.told.begin(), db.told.end(), [](const Told& a, const Told& b) { return a.branch < b.branch; });
  for (const Told& t : db.told) {
    std::int64_t cursor = 0;
    TRY_DONE(db.prepared(q_next_cursor).bind_all(t.branch).each([&](Stmt& q) { cursor = q.integer(0); }));
    TRY_DONE(db.prepared(q_put_item).bind_all(t.branch, cursor, t.kind, t.subject, t.body).run());
  }
  db.told.clear();
  return Done{};
}

Result<Done> Centre::Impl::tell(Db& db, const char* kind, const crypto::Hash& index, const std::string& except) {
  std::vector<std::string> branches;
  auto& q = db.prepared(q_keepers).bind_all(ByteView(index), to_ms(now()));
  for (;;) {
    TRY(const bool more, q.step());
    if (!more) break;
    branches.push_back(q.text(0));
  }
  q.reset();
  for (const auto& b : branches)
    if (b != except) TRY_DONE(tell_branch(db, b, kind, to_hex(index), ""));
  return Done{};
}

Result<domain::RuleBook> Centre::Impl::rule_book(Db& db) {
  TRY(const Bytes stored, meta_get(db, "rule_book"));
  if (stored.empty()) return domain::RuleBook::defaults();
  return protocol::decode<domain::RuleBook>(as_text(stored));
}

Result<domain::Rules> Centre::Impl::rules_at(Db& db, const std::string& branch, WallTime when) {
  TRY(const auto book, rule_book(db));
  TRY(const Zone zone, zone_of(db, branch));
  return book.at(zone.day(when));
}

protocol::FeedPerson Centre::Impl::shown(const PersonRow& row, WallTime expires) const {
  return {row.record, domain::at(row.account, now()), row.reference, to_ms(row.updated_at), to_ms(expires), {}};
}

Result<protocol::FeedPerson> Centre::participant(const domain::PersonId& id) {
  return impl_->read([&](Db& db) -> Result<protocol::FeedPerson> {
    TRY(const auto row, known(impl_->person(db, impl_->index_of(id))));
    return impl_->shown(row, {});
  });
}

Result<domain::Account> Centre::block(const domain::PersonId& id) {
  auto done = impl_->write([&](Db& db) -> Result<domain::Account> {
    TRY(auto row, known(impl_->person(db, impl_->index_of(id))));
    row.account.state = domain::AccountState::Blocked;
    row.account.reason = "centre";
    row.account.blocked_at = impl_->now();
    row.account.usable_from.reset();
    row.updated_at = impl_->now();
    TRY_DONE(impl_->save_person(db, row));
    TRY_DONE(impl_->tell(db, "account", row.index));
    return row.account;
  });
  impl_->ring();
  return done;
}

Result<domain::Account> Centre::unblock(const domain::PersonId& id) {
  auto done = impl_->write([&](Db& db) -> Result<domain::Account> {
    TRY(auto row, known(impl_->person(db, impl_->index_of(id))));
    row.account = {};
    row.updated_at = impl_->now();
    row.unblocked_at = row.updated_at;
    TRY_DONE(impl_->save_person(db, row));
    TRY_DONE(impl_->tell(db, "account", row.index));
    return row.account;
  });
  impl_->ring();
  return done;
}

Result<Done> Centre::set_reference(const domain::PersonId& id, const domain::FaceTemplate& reference) {
  auto done = impl_->write([&](Db& db) -> Result<Done> {
    TRY(auto row, known(impl_->person(db, impl_->index_of(id))));
    row.reference = reference;  // the old one is overwritten, and secure_delete wipes its page
    row.updated_at = impl_->now();
    TRY_DONE(impl_->save_person(db, row));
    return impl_->tell(db, "person", row.index);
  });
  impl_->ring();
  return done;
}

Result<Done> Centre::set_rule(const std::string& key, const std::string& value, Date from) {
  auto done = impl_->write([&](Db& db) -> Result<Done> {
    if (key == "utc_offset_min")
      return refused("rule_of_branch",
                     "the zone is the branch's own: kiosk-central branch set CODE --zone Asia/Makassar", "key");
    // Two operators at once: the second reads the book with the first one's rule in it.
    TRY_DONE(db.prepared(q_begin_book).bind_all(ByteView()).run());
    TRY_DONE(db.locking(q_lock_book).bind_all().run());
    TRY(auto book, impl_->rule_book(db));
    const auto setting = book.settings.find(key);
    if (setting == book.settings.end()) return bad_input("rule_unknown", "key", "a key of config/rules.toml");
    auto& since = setting->second.since;
    std::erase_if(since, [&](const auto& v) { return v.first == from; });
    since.emplace_back(from, value);
    std::sort(since.begin(), since.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    const auto resolved = book.at(from);  // a value that cannot be read must not reach a branch
    if (!resolved) return resolved.fault();
    const std::string text = protocol::encode(book);
    TRY_DONE(meta_set(db, "rule_book", as_bytes(text)));
    std::vector<std::string> branches;
    auto& q = db.prepared(q_branches).bind_all();
    for (;;) {
      TRY(const bool more, q.step());
      if (!more) break;
      branches.push_back(q.text(0));
    }
    q.reset();
    for (const auto& b : branches) TRY_DONE(impl_->tell_branch(db, b, "rules", "", ""));
    return Done{};
  });
  impl_->ring();
  return done;
}

}  // namespace kiosk::central
