// Notices of the centre for a branch's waiting room, and the erasures that people have asked branches for.
#include "central/centre_impl.h"
#include "domain/rules/notice.h"

namespace kiosk::central {
namespace {

constexpr std::string_view q_branch = "SELECT 1 FROM branch WHERE code = ?1";
constexpr std::string_view q_add =
    "INSERT INTO notice (id, branch, text, text_en, begins, ends) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
constexpr std::string_view q_of = "SELECT branch FROM notice WHERE id = ?1";
constexpr std::string_view q_remove = "DELETE FROM notice WHERE id = ?1";
constexpr std::string_view q_forget_ended = "DELETE FROM notice WHERE branch = ?1 AND ends <= ?2";
constexpr std::string_view q_lasting =
    "SELECT id, branch, text, text_en, begins, ends FROM notice WHERE ends > ?1 AND (?2 = '' OR branch = ?2) ORDER BY "
    "branch, begins, id";
constexpr std::string_view q_erasures =
    "SELECT r.branch, r.person, r.purpose, r.at FROM erasure_request r LEFT JOIN consent_given g ON g.person = "
    "r.person "
    "AND g.purpose = r.purpose WHERE g.at IS NULL OR g.at <= r.at ORDER BY r.at, r.branch, r.id";

}  // namespace

Result<std::vector<BranchNotice>> Centre::Impl::notices_of(Db& db, const std::string& branch) {
  std::vector<BranchNotice> out;
  std::optional<Fault> bad;
  TRY_DONE(db.prepared(q_lasting).bind_all(to_ms(now()), branch).each([&](Stmt& q) {
    const auto id = Uuid::parse(q.text(0));
    if (!id) bad = damaged("store_corrupt", "notice: its id cannot be read");
    out.push_back({q.text(1), {id.ok() ? *id : Uuid{}, q.text(2), q.text(3), q.integer(4), q.integer(5)}});
  }));
  if (bad) return std::move(*bad);
  return out;
}

Result<protocol::FeedNotice> Centre::add_notice(const std::string& branch, protocol::FeedNotice notice) {
  auto done = impl_->write([&](Db& db) -> Result<protocol::FeedNotice> {
    const WallTime now = impl_->now();
    protocol::FeedNotice made = notice;
    if (made.from_ms == 0) made.from_ms = to_ms(now);
    TRY_DONE(domain::check_notice(made.text, made.text_en, from_ms(made.from_ms), from_ms(made.until_ms), now));
    bool there = false;
    TRY_DONE(db.prepared(q_branch).bind_all(branch).each([&](Stmt&) { there = true; }));
    if (!there) return refused("branch_unknown", "the centre knows no branch of this code", "branch");
    TRY_DONE(db.prepared(q_forget_ended).bind_all(branch, to_ms(now)).run());
    TRY(const auto lasting, impl_->notices_of(db, branch));
    if (lasting.size() >= domain::k_most_notices)
      return refused("too_many_notices", "at most " + std::to_string(domain::k_most_notices));
    made.id = IdSource(*impl_->options.clock, *impl_->options.random).next();
    TRY_DONE(
        db.prepared(q_add).bind_all(made.id.str(), branch, made.text, made.text_en, made.from_ms, made.until_ms).run());
    TRY_DONE(impl_->tell_branch(db, branch, "notices", "", ""));
    return made;
  });
  impl_->ring();
  return done;
}

Result<std::vector<BranchNotice>> Centre::notices(const std::string& branch) {
  return impl_->read([&](Db& db) { return impl_->notices_of(db, branch); });
}

Result<Done> Centre::remove_notice(const Uuid& id) {
  auto done = impl_->write([&](Db& db) -> Result<Done> {
    std::string branch;
    TRY_DONE(db.prepared(q_of).bind_all(id.str()).each([&](Stmt& q) { branch = q.text(0); }));
    if (branch.empty()) return refused("unknown_notice", "the centre has no notice of this id", "id");
    TRY_DONE(db.prepared(q_remove).bind_all(id.str()).run());
    return impl_->tell_branch(db, branch, "notices", "", "");
  });
  impl_->ring();
  return done;
}

Result<std::vector<ErasureRequest>> Centre::erasures() {
  return impl_->read([&](Db& db) -> Result<std::vector<ErasureRequest>> {
    std::vector<ErasureRequest> out;
    std::vector<crypto::Hash> people;
    TRY_DONE(db.prepared(q_erasures).bind_all().each([&](Stmt& q) {
      out.push_back({q.text(0), {}, q.text(2), from_ms(q.integer(3))});
      people.push_back(to_hash(q.blob(1)));
    }));
    for (std::size_t i = 0; i < out.size(); ++i) {
      TRY(const auto row, impl_->person(db, people[i]));
      if (row) out[i].masked_name = domain::mask_name(row->record.name);
    }
    return out;
  });
}

}  // namespace kiosk::central
