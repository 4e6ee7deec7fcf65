#include "domain/people/account.h"

#include <algorithm>

namespace kiosk::domain {

Account at(const Account& a, WallTime now) {
  if (a.state != AccountState::ResetWaiting || !a.usable_from || now < *a.usable_from) return a;
  return Account{};
}

AttemptOutcome after_attempt(const Account& before, FaceVerdict verdict, WallTime now, const Rules& rules) {
  AttemptOutcome out;
  out.account = at(before, now);
  const bool open = out.account.state == AccountState::Active;
  switch (verdict) {
    case FaceVerdict::Accept:
      if (open)
        out.account.failed = 0;
      else
        out.to_officer = true;
      break;
    case FaceVerdict::NoMatch:
      if (open) {
        out.counted = true;
        if (++out.account.failed >= rules.face_attempts) {
          out.account.state = AccountState::Blocked;
          out.account.reason = "face_failed";
          out.account.blocked_at = now;
          out.to_officer = true;
        }
      } else {
        out.to_officer = true;
      }
      break;
    case FaceVerdict::Grey:
    case FaceVerdict::Officer:
      out.to_officer = true;
      break;
    case FaceVerdict::PoorPhoto:
      break;  // coached and tried again, never spent
  }
  const bool may_try = out.account.state == AccountState::Active;
  out.attempts_left = may_try ? std::max(0, rules.face_attempts - out.account.failed) : 0;
  return out;
}

Account after_reset_approved(const Account& before) {
  Account a = before;
  a.state = AccountState::ResetWaiting;
  a.usable_from.reset();
  return a;
}

Account after_centre_accepted(const Account& before, WallTime usable_from) {
  Account a = before;
  a.state = AccountState::ResetWaiting;
  a.failed = 0;
  a.usable_from = usable_from;
  return a;
}

}  // namespace kiosk::domain
