// Officers' log-in: PIN by Argon2id with the sealed pepper; failures lock for a growing time that survives restarts.
#include "node/store/officers.h"

#include <algorithm>

#include "node/branch/core.h"
#include "node/branch/queue/visit_end.h"

namespace kiosk::branch {
namespace {

constexpr Seconds kFirstLock{60}, kLongestLock{24 * 3600};

Seconds lock_for(int failures, int allowed) {
  Seconds lock = kFirstLock;
  for (int i = allowed; i < failures && lock < kLongestLock; ++i) lock *= 2;
  return std::min(lock, kLongestLock);
}

Result<Done> check_lock(const store::OfficerRow& officer, WallTime now) {
  if (!officer.locked_until || now >= *officer.locked_until) return Done{};
  // Longer than any lock lasts: the clock was ahead when it was made.
  if (*officer.locked_until - now > kLongestLock + domain::TimeTrust::k_jump) return Done{};
  const auto left = std::chrono::duration_cast<Seconds>(*officer.locked_until - now) + Seconds{1};
  return refused("officer_locked", std::to_string(left.count()) + " s", "officer");
}

}  // namespace

Result<verbs::SessionView> Node::on(const verbs::Actor& actor, const verbs::LogIn& asked) {
  if (asked.number.empty() || asked.number.size() > 32)
    return bad_input("officer_number", "officer", "1 to 32 characters");
  if (asked.pin.empty() || asked.pin.reveal().size() > 64) return bad_input("pin_missing", "pin", "1 to 64 characters");
  if (actor.terminal.empty() || actor.terminal.size() > 64)
    return bad_input("terminal_missing", "terminal", "1 to 64 characters");
  TRY(const Today today, core_->today());
  std::string verifier;
  {
    TRY(auto read, core_->store.read());
    TRY(const auto officer, store::officer(read, asked.number));
    // Whether a number exists is no secret worth a slow answer, but it is not told either.
    if (!officer || !officer->listed) return refused("pin_wrong", {}, "pin");
    if (officer->valid_until && *officer->valid_until < today.date) return refused("officer_not_valid", {}, "officer");
    TRY_DONE(check_lock(*officer, core_->now()));
    if (officer->verifier.empty()) return refused("officer_not_activated", {}, "officer");
    verifier = officer->verifier;
  }
  // Slow on purpose, so outside the transaction.
  const bool right = crypto::check_pin(asked.pin, core_->store.keys().pepper, verifier);

  TRY(WriteOperation op, WriteOperation::begin(*core_, actor));
  auto& tx = op.tx();
  TRY(const auto officer, store::officer(tx, asked.number));
  if (!officer) return refused("pin_wrong", {}, "pin");
  TRY_DONE(check_lock(*officer, op.now()));
  if (!right) {
    const int failures = officer->failures + 1;
    std::optional<WallTime> locked;
    if (failures >= core_->settings.pin_failures) locked = op.now() + lock_for(failures, core_->settings.pin_failures);
    TRY_DONE(store::set_login_failures(tx, asked.number, failures, locked));
    auto d = locked ? make_event(events::OfficerLocked{}) : make_event(events::OfficerLoginFailed{});
    d.header.officer = asked.number;
    op.append_event(std::move(d));
    if (locked) op.changed("officers", asked.number);
    TRY_DONE(op.commit());
    return refused("pin_wrong", {}, "pin");
  }
  if (officer->failures > 0) TRY_DONE(store::set_login_failures(tx, asked.number, 0, std::nullopt));
  TRY_DONE(store::remove_ended_sessions(tx, op.now()));
  const auto key = crypto::Key::random();
  verbs::SessionView view;
  view.session = to_base64(key.reveal());
  view.officer = core_->view(*officer);
  view.officer.locked = false;
  view.terminal = actor.terminal;
  view.until = op.now() + core_->settings.session_length;
  store::SessionRow row;
  row.token = crypto::hash(as_bytes(view.session));
  row.officer = asked.number;
  row.terminal = actor.terminal;
  row.until = view.until;
  row.used_at = op.now();
  TRY_DONE(store::insert_session(tx, row));
  auto d = make_event(events::OfficerLoggedIn{});
  d.header.officer = asked.number;
  op.append_event(std::move(d));
  TRY_DONE(op.commit());
  return view;
}

// Without a session it is the participant who leaves. An officer who logs out beside a person leaves him his visit.
Result<Done> Node::on(const verbs::Actor& actor, const verbs::LogOut&) {
  if (actor.session.empty()) return end_visit(*core_, actor.terminal);
  TRY(WriteOperation op, WriteOperation::begin(*core_, actor));
  TRY(const Session session, op.officer(""));
  TRY_DONE(store::remove_session(op.tx(), session.row.token));
  auto d = make_event(events::OfficerLoggedOut{});
  op.append_event(std::move(d));
  TRY_DONE(op.commit());
  core_->forget_session(session.row.token);
  return Done{};
}

Result<std::vector<verbs::OfficerView>> Node::on(const verbs::Actor&, const verbs::ListOfficers&) {
  TRY(auto read, core_->store.read());
  TRY(const auto rows, store::officers(read));
  std::vector<verbs::OfficerView> out;
  for (const auto& row : rows) out.push_back(core_->view(row));
  return out;
}

}  // namespace kiosk::branch
