// Values of accounts: face attempts, the interview, the reset. Plain, any thread; times are UTC.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "api/verbs/tickets.h"
#include "api/verbs/verb.h"
#include "base/bytes.h"
#include "base/clock.h"
#include "base/ids.h"
#include "domain/claims/claim.h"
#include "domain/people/account.h"
#include "domain/people/face.h"
#include "domain/people/person.h"

namespace kiosk::verbs {

struct AttemptResult;
struct InterviewResult;
struct ResetView;
struct AccountView;

struct AttemptFace {
  static constexpr Verb verb{"attempt_face", "One look at a photo; counted only as a clear no-match",
                             Access{terminals::person, Right::None, Purpose::Open}};
  using Reply = AttemptResult;
  Uuid id;
  domain::PersonId person;
  Bytes photo;  // JPEG or PNG, <= 8 MiB, <= 24 megapixels; judged in memory, kept only sealed
  static AttemptFace blank() { return {{}, no_person(), {}}; }
};
struct AccountView {
  domain::Account account;
  int attempts_left = 0;
  std::string purpose;  // "blocked:<case>" when an officer's task is open
  struct Attempt {
    Uuid id;
    WallTime at;
    domain::FaceVerdict verdict;
    bool counted;
    std::string reason;
    std::string photo_blob;
  };
  std::vector<Attempt> attempts;                      // newest first, at most ten
  domain::SyncState sync = domain::SyncState::Saved;  // of the last reset or block
  std::optional<WallTime> as_of;                      // when the centre last spoke of the person; none: never
};
struct AttemptResult {
  Uuid attempt;
  domain::FaceVerdict verdict = domain::FaceVerdict::Officer;
  std::optional<double> score;
  bool counted = false;
  std::string reason;  // first advice when the photo is poor; "face_failed" when it blocked
  AccountView account;
  std::string photo_blob;              // sealed; empty when poor
  std::optional<TicketIssued> ticket;  // the last failure and the grey zone hand over with a priority ticket
};
// the officer's eye: verdict Accept or NoMatch
struct CompareFace {
  static constexpr Verb verb{"compare_face", "The officer's eye on an attempt",
                             Access{terminals::counter, Right::Session, Purpose::Open}};
  using Reply = AttemptResult;
  Uuid id;
  Uuid attempt;
  domain::FaceVerdict verdict = domain::FaceVerdict::NoMatch;
};
struct Interview {
  static constexpr Verb verb{"submit_interview", "All answers at once; one verdict",
                             Access{terminals::counter, Right::Interview, Purpose::Open}};
  using Reply = InterviewResult;
  Uuid id;
  domain::PersonId person;
  std::vector<domain::Answer> answers;
  static Interview blank() { return {{}, no_person(), {}}; }
};
struct InterviewResult {
  Uuid id;
  domain::InterviewVerdict verdict;  // never which answer was wrong
};
struct ResetAccount {
  static constexpr Verb verb{"reset_account", "New reference after an interview; waits for a second officer",
                             Access{terminals::counter, Right::Reset, Purpose::Open}};
  using Reply = ResetView;
  Uuid id;
  domain::PersonId person;
  Uuid interview;
  Bytes photo;         // the new reference
  std::string reason;  // face_changed, light, accessories, data_differs, other
  static ResetAccount blank() { return {{}, no_person(), {}, {}, {}}; }
};
struct ResetView {
  Uuid id;
  std::string person_masked;
  std::string officer, second_officer;
  std::string reason;
  domain::AccountState state = domain::AccountState::ResetPending;
  bool interview_passed = false;
  bool same_terminal = false;  // flagged
  std::string photo_blob;
  std::optional<WallTime> usable_from;  // null until the centre accepted
  domain::SyncState sync = domain::SyncState::Saved;
  WallTime at{};
};

// -- verbs of plain arguments -----------------------------------------------------------------------------------------

struct GetAccount {
  static constexpr Verb verb{"account", "State of the person's account",
                             Access{terminals::person, Right::None, Purpose::Open}};
  using Reply = AccountView;
  domain::PersonId person;
  static GetAccount blank() { return {no_person()}; }
};
struct ListQuestions {
  static constexpr Verb verb{"interview_questions", "What to ask a blocked person",
                             Access{terminals::counter, Right::Interview, Purpose::Open}};
  using Reply = std::vector<std::string>;
  domain::PersonId person;
  static ListQuestions blank() { return {no_person()}; }
};
struct ApproveReset {
  static constexpr Verb verb{"approve_reset", "The second officer's approval",
                             Access{terminals::counter, Right::Approve, Purpose::Open}};
  using Reply = ResetView;
  Uuid id;
};
struct ListResets {
  static constexpr Verb verb{"resets", "Resets made here", Access{terminals::counter, Right::Session, Purpose::Open}};
  using Reply = std::vector<ResetView>;
  bool pending_only = true;
};

// -- what travels (api/protocol/describe.h) ---------------------------------------------------------------------------

template <class A>
void fields(A& a, AttemptFace& v) {
  a.name("AttemptFace");
  a.may("id", v.id);
  a.must("person", v.person, k_code);
  a.must("photo", v.photo, k_photo);
}
template <class A>
void fields(A& a, AccountView::Attempt& v) {
  a.name("Attempt");
  a.must("id", v.id);
  a.must("at", v.at);
  a.must("verdict", v.verdict);
  a.must("counted", v.counted);
  a.may("reason", v.reason, k_name);
  a.may("photo_blob", v.photo_blob, k_hash);
}
template <class A>
void fields(A& a, AccountView& v) {
  a.name("AccountView");
  a.must("account", v.account);
  a.must("attempts_left", v.attempts_left);
  a.may("purpose", v.purpose, k_name);
  a.must("attempts", v.attempts);
  a.must("sync", v.sync);
  a.may("as_of", v.as_of);
}
template <class A>
void fields(A& a, AttemptResult& v) {
  a.name("AttemptResult");
  a.must("attempt", v.attempt);
  a.must("verdict", v.verdict);
  a.may("score", v.score);
  a.must("counted", v.counted);
  a.may("reason", v.reason, k_name);
  a.must("account", v.account);
  a.may("photo_blob", v.photo_blob, k_hash);
  a.may("ticket", v.ticket);
}
template <class A>
void fields(A& a, CompareFace& v) {
  a.name("CompareFace");
  a.may("id", v.id);
  a.must("attempt", v.attempt);
  a.must("verdict", v.verdict);
}
template <class A>
void fields(A& a, Interview& v) {
  a.name("Interview");
  a.may("id", v.id);
  a.must("person", v.person, k_code);
  a.must("answers", v.answers, 50);
}
template <class A>
void fields(A& a, InterviewResult& v) {
  a.name("InterviewResult");
  a.must("id", v.id);
  a.must("verdict", v.verdict);
}
template <class A>
void fields(A& a, ResetAccount& v) {
  a.name("ResetAccount");
  a.may("id", v.id);
  a.must("person", v.person, k_code);
  a.must("interview", v.interview);
  a.must("photo", v.photo, k_photo);
  a.must("reason", v.reason, k_reason);
}
template <class A>
void fields(A& a, ResetView& v) {
  a.name("ResetView");
  a.must("id", v.id);
  a.may("person_masked", v.person_masked, k_name);
  a.must("officer", v.officer, k_code);
  a.may("second_officer", v.second_officer, k_code);
  a.may("reason", v.reason, k_reason);
  a.must("state", v.state);
  a.must("interview_passed", v.interview_passed);
  a.must("same_terminal", v.same_terminal);
  a.may("photo_blob", v.photo_blob, k_hash);
  a.may("usable_from", v.usable_from);
  a.must("sync", v.sync);
  a.must("at", v.at);
}
template <class A>
void fields(A& a, GetAccount& v) {
  a.name("GetAccount");
  a.must("person", v.person, k_code);
}
template <class A>
void fields(A& a, ListQuestions& v) {
  a.name("ListQuestions");
  a.must("person", v.person, k_code);
}
template <class A>
void fields(A& a, ApproveReset& v) {
  a.name("ApproveReset");
  a.must("id", v.id);
}
template <class A>
void fields(A& a, ListResets& v) {
  a.name("ListResets");
  a.may("pending_only", v.pending_only);
}

using AccountsVerbs =
    VerbList<GetAccount, AttemptFace, CompareFace, ListQuestions, Interview, ResetAccount, ApproveReset, ListResets>;

}  // namespace kiosk::verbs
