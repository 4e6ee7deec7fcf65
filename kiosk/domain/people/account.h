// A JMO account as the branch sees it: attempts, block, reset. Pure; the same functions judge at the branch and at the
// centre.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "domain/people/face.h"
#include "domain/people/person.h"
#include "domain/rules/rules.h"

namespace kiosk::domain {

enum class AccountState { Active, Blocked, ResetPending, ResetWaiting, Unknown };
// ResetPending: a second officer has not approved. ResetWaiting: approved; the centre has not accepted, or usable_from
// lies ahead.
std::string_view code(AccountState);

struct Account {
  AccountState state = AccountState::Active;
  int failed = 0;                       // counted failures since the last success
  std::string reason;                   // why blocked: face_failed, centre
  std::optional<WallTime> usable_from;  // set only by the centre's clock
  std::optional<WallTime> blocked_at;
};

struct AttemptOutcome {
  Account account;  // afterwards
  bool counted = false;
  bool to_officer = false;  // grey zone, no recogniser, or the last failure
  int attempts_left = 0;
};

// Only a good photo that clearly did not match counts; the last one blocks and leads to an officer.
// A blocked or unknown account counts nothing more.
AttemptOutcome after_attempt(const Account& before, FaceVerdict verdict, WallTime now, const Rules& rules);
Account after_reset_approved(const Account& before);
Account after_centre_accepted(const Account& before, WallTime usable_from);
// What the account is at `now`: ResetWaiting becomes Active once usable_from has passed.
Account at(const Account& a, WallTime now);

// The blind interview: which facts may be asked, and the one verdict after all.
// Questions: name birth mother employer period wage_range phone address.
struct Answer {
  std::string question;
  std::string text;
};
struct InterviewVerdict {
  int asked = 0, right = 0;
  bool passed = false;
};

// Tolerant: spelling of names, order of dates, "PT" and "Jl.", a year or a quarter of the wage beside the truth are
// right. Passed needs rules.interview_questions different questions with no more wrong ones than rules allow; a
// question that is unknown, repeated or has no fact on record is wrong.
InterviewVerdict judge_interview(const Participant& record, const std::vector<Answer>& answers, const Rules& rules);
// Which are asked: drawn by the seed, so that the choice cannot be known before and can be repeated afterwards.
std::vector<std::string> interview_questions(std::uint64_t seed, const Rules& rules);
// The same, leaving out what the record does not hold.
std::vector<std::string> interview_questions(std::uint64_t seed, const Participant& record, const Rules& rules);

}  // namespace kiosk::domain
