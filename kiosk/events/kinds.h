// The kinds of events, one type each: its name on the wire, whom it makes read again, and whether a person's timeline
// has words for it (text "event.<name>"). What a restore does with a kind is an overload of replay_of (node/branch/
// recovery/replay_past.h), what the centre makes of it one of Centre::Impl::project_of; a kind that leaves one out does
// not compile. Names are for ever: a chain keeps what it was written with; k_former_names reads what is not written any
// more. Values, any thread.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <type_traits>

namespace kiosk::events {

// What is announced to terminals with the event (verbs::Change::topic), beside what the verb itself announces.
enum class Changes { Nothing, Queue, Claim, Account };
enum class Words { Nothing, Timeline };

struct Kind {
  consteval Kind(std::string_view n, Changes c, Words w) : name(n), changes(c), words(w) {}
  std::string_view name;
  Changes changes;
  Words words;
};
template <class K>
concept IsKind = std::is_empty_v<K> && std::is_same_v<decltype(K::kind), const Kind>;

template <IsKind... K>
struct KindList {
  static constexpr std::size_t size = sizeof...(K);
  // f.template operator()<K>() for each.
  template <class F>
  static constexpr void each(F&& f) {
    (f.template operator()<K>(), ...);
  }
};

#define KIOSK_EVENT(Type, name, changes, words)                       \
  struct Type {                                                       \
    static constexpr Kind kind{name, Changes::changes, Words::words}; \
  }
KIOSK_EVENT(TicketIssued, "ticket.issued", Queue, Timeline);
KIOSK_EVENT(TicketCalled, "ticket.called", Queue, Timeline);
KIOSK_EVENT(TicketRecalled, "ticket.recall", Queue, Timeline);
KIOSK_EVENT(TicketEnqueued, "ticket.enqueue", Queue, Timeline);
KIOSK_EVENT(TicketBegun, "ticket.begin", Queue, Timeline);
KIOSK_EVENT(TicketParked, "ticket.park", Queue, Timeline);
KIOSK_EVENT(TicketNoShow, "ticket.no_show", Queue, Timeline);
KIOSK_EVENT(TicketFinished, "ticket.finish", Queue, Timeline);
KIOSK_EVENT(TicketLeft, "ticket.left", Queue, Timeline);
KIOSK_EVENT(TicketTransferred, "ticket.transfer", Queue, Timeline);
KIOSK_EVENT(TicketRequeued, "ticket.requeue", Queue, Timeline);
KIOSK_EVENT(TicketWrappedUp, "ticket.wrap_up", Queue, Timeline);
KIOSK_EVENT(TicketRecycled, "ticket.recycle", Queue, Timeline);
KIOSK_EVENT(TicketRaised, "ticket.raised", Queue, Timeline);
KIOSK_EVENT(BreakStarted, "counter.break_started", Nothing, Nothing);
KIOSK_EVENT(BreakEnded, "counter.break_ended", Nothing, Nothing);
KIOSK_EVENT(NoticePosted, "notice.posted", Nothing, Timeline);
KIOSK_EVENT(NoticeRemoved, "notice.removed", Nothing, Timeline);
KIOSK_EVENT(ConsentGiven, "consent.given", Nothing, Timeline);
KIOSK_EVENT(ConsentWithdrawn, "consent.withdrawn", Nothing, Timeline);
KIOSK_EVENT(IntakeSubmitted, "intake.submitted", Nothing, Timeline);
KIOSK_EVENT(HelpAsked, "help.asked", Nothing, Timeline);
KIOSK_EVENT(TaskFinished, "task.finished", Nothing, Timeline);
KIOSK_EVENT(PersonFindClosed, "person.find_closed", Nothing, Timeline);
KIOSK_EVENT(CaseOpened, "case.opened", Nothing, Timeline);
KIOSK_EVENT(ClaimSubmitted, "claim.submitted", Claim, Timeline);
KIOSK_EVENT(ClaimReviewed, "claim.reviewed", Claim, Timeline);
KIOSK_EVENT(ClaimDocumentReplaced, "claim.document_replaced", Claim, Timeline);
KIOSK_EVENT(DocumentDamaged, "document.damaged", Nothing, Timeline);
KIOSK_EVENT(FaceAttempted, "face.attempted", Account, Timeline);
KIOSK_EVENT(FaceCompared, "face.compared", Account, Timeline);
KIOSK_EVENT(AccountBlocked, "account.blocked", Account, Timeline);
KIOSK_EVENT(InterviewOpened, "interview.opened", Account, Timeline);
KIOSK_EVENT(InterviewJudged, "interview.judged", Account, Timeline);
KIOSK_EVENT(ResetRequested, "account.reset_requested", Account, Timeline);
KIOSK_EVENT(AccountReset, "account.reset", Account, Timeline);
KIOSK_EVENT(OfficerLoggedIn, "officer.logged_in", Nothing, Timeline);
KIOSK_EVENT(OfficerLoggedOut, "officer.logged_out", Nothing, Timeline);
KIOSK_EVENT(OfficerLocked, "officer.locked", Nothing, Timeline);
KIOSK_EVENT(OfficerLoginFailed, "officer.login_failed", Nothing, Timeline);
KIOSK_EVENT(TerminalCodeMade, "terminal.code_made", Nothing, Nothing);
KIOSK_EVENT(TerminalJoined, "terminal.joined", Nothing, Nothing);
KIOSK_EVENT(TerminalRenewed, "terminal.renewed", Nothing, Nothing);
KIOSK_EVENT(TerminalRemoved, "terminal.removed", Nothing, Nothing);
KIOSK_EVENT(SyncHeld, "sync.held", Nothing, Nothing);
KIOSK_EVENT(SyncResumed, "sync.resumed", Nothing, Nothing);
KIOSK_EVENT(BranchOpened, "branch.opened", Nothing, Nothing);
KIOSK_EVENT(NodeRestored, "node.restored", Nothing, Nothing);
KIOSK_EVENT(NodeRejoined, "node.rejoined", Nothing, Nothing);
#undef KIOSK_EVENT

using AllKinds =
    KindList<TicketIssued, TicketCalled, TicketRecalled, TicketEnqueued, TicketBegun, TicketParked, TicketNoShow,
             TicketFinished, TicketLeft, TicketTransferred, TicketRequeued, TicketWrappedUp, TicketRecycled,
             TicketRaised, BreakStarted, BreakEnded, NoticePosted, NoticeRemoved, ConsentGiven, ConsentWithdrawn,
             IntakeSubmitted, HelpAsked, TaskFinished, PersonFindClosed, CaseOpened, ClaimSubmitted, ClaimReviewed,
             ClaimDocumentReplaced, DocumentDamaged, FaceAttempted, FaceCompared, AccountBlocked, InterviewOpened,
             InterviewJudged, ResetRequested, AccountReset, OfficerLoggedIn, OfficerLoggedOut, OfficerLocked,
             OfficerLoginFailed, TerminalCodeMade, TerminalJoined, TerminalRenewed, TerminalRemoved, SyncHeld,
             SyncResumed, BranchOpened, NodeRestored, NodeRejoined>;

// What stored chains call a kind that has another name now.
struct FormerName {
  std::string_view former, now;
};
constexpr FormerName k_former_names[] = {{"ticket.leave", TicketLeft::kind.name}};
constexpr std::string_view present_name(std::string_view name) {
  for (const auto& f : k_former_names)
    if (f.former == name) return f.now;
  return name;
}

// Calls f.template operator()<K>() for the kind of that name, also a former one. False: none of ours.
template <class F>
bool visit_kind(std::string_view name, F&& f) {
  const std::string_view now = present_name(name);
  bool found = false;
  AllKinds::each([&]<class K>() {
    if (found || K::kind.name != now) return;
    found = true;
    f.template operator()<K>();
  });
  return found;
}

template <IsKind K>
bool is(std::string_view name) {
  return present_name(name) == K::kind.name;
}

}  // namespace kiosk::events
