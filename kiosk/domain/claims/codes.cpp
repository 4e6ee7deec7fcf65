// Every enum of the room and its code, in one table each, so that both ways always agree.
#include <array>
#include <utility>

#include "domain/claims/claim.h"
#include "domain/people/account.h"
#include "domain/people/face.h"
#include "domain/queue/ticket.h"

namespace kiosk::domain {
namespace {
template <class E, std::size_t N>
using Codes = std::array<std::pair<E, std::string_view>, N>;

template <class E>
struct Table;
#define KIOSK_CODES(Enum, n, ...)                            \
  template <>                                                \
  struct Table<Enum> {                                       \
    static constexpr Codes<Enum, n> codes = {{__VA_ARGS__}}; \
  }

KIOSK_CODES(Channel, 2, {Channel::Self, "self"}, {Channel::Officer, "officer"});
KIOSK_CODES(TaxRegime, 2, {TaxRegime::Final, "final"}, {TaxRegime::Article17, "article17"});
KIOSK_CODES(Stage, 5, {Stage::Agenda, "agenda"}, {Stage::Penetapan, "penetapan"}, {Stage::Persetujuan, "persetujuan"},
            {Stage::Pembayaran, "pembayaran"}, {Stage::Selesai, "selesai"});
KIOSK_CODES(ClaimState, 5, {ClaimState::Saved, "saved"}, {ClaimState::Unverified, "unverified"},
            {ClaimState::NeedsOfficer, "needs_officer"}, {ClaimState::Accepted, "accepted"},
            {ClaimState::Rejected, "rejected"});
KIOSK_CODES(SyncState, 5, {SyncState::Saved, "saved"}, {SyncState::Sending, "sending"},
            {SyncState::Accepted, "accepted"}, {SyncState::Rejected, "rejected"},
            {SyncState::NeedsOfficer, "needs_officer"});
KIOSK_CODES(Sex, 2, {Sex::Male, "male"}, {Sex::Female, "female"});
KIOSK_CODES(Segment, 3, {Segment::Pu, "pu"}, {Segment::Bpu, "bpu"}, {Segment::Pmi, "pmi"});
KIOSK_CODES(MembershipStatus, 2, {MembershipStatus::Active, "active"}, {MembershipStatus::Inactive, "inactive"});
KIOSK_CODES(AccountState, 5, {AccountState::Active, "active"}, {AccountState::Blocked, "blocked"},
            {AccountState::ResetPending, "reset_pending"}, {AccountState::ResetWaiting, "reset_waiting"},
            {AccountState::Unknown, "unknown"});
KIOSK_CODES(FaceVerdict, 5, {FaceVerdict::Accept, "accept"}, {FaceVerdict::Grey, "grey"},
            {FaceVerdict::NoMatch, "no_match"}, {FaceVerdict::PoorPhoto, "poor_photo"},
            {FaceVerdict::Officer, "officer"});
KIOSK_CODES(TicketState, 10, {TicketState::Created, "created"}, {TicketState::Waiting, "waiting"},
            {TicketState::Called, "called"}, {TicketState::Serving, "serving"}, {TicketState::Parked, "parked"},
            {TicketState::Served, "served"}, {TicketState::NoShow, "no_show"}, {TicketState::Left, "left"},
            {TicketState::Transferred, "transferred"}, {TicketState::WrapUp, "wrap_up"});
KIOSK_CODES(Priority, 7, {Priority::Normal, "normal"}, {Priority::Elderly, "elderly"}, {Priority::Disabled, "disabled"},
            {Priority::Pregnant, "pregnant"}, {Priority::WithInfant, "with_infant"},
            {Priority::Appointment, "appointment"}, {Priority::Blocked, "blocked"});
KIOSK_CODES(TicketAct, 12, {TicketAct::Enqueue, "enqueue"}, {TicketAct::Call, "call"}, {TicketAct::Recall, "recall"},
            {TicketAct::Begin, "begin"}, {TicketAct::Park, "park"}, {TicketAct::NoShow, "no_show"},
            {TicketAct::Finish, "finish"}, {TicketAct::Leave, "leave"}, {TicketAct::Transfer, "transfer"},
            {TicketAct::Requeue, "requeue"}, {TicketAct::WrapUp, "wrap_up"}, {TicketAct::Recycle, "recycle"});
#undef KIOSK_CODES

template <class E>
std::string_view code_of(E value) {
  for (const auto& [e, text] : Table<E>::codes)
    if (e == value) return text;
  return "?";  // a value outside the enum: only memory damage makes one
}
}  // namespace

template <class E>
std::optional<E> from_code(std::string_view text) {
  for (const auto& [e, code_text] : Table<E>::codes)
    if (code_text == text) return e;
  return std::nullopt;
}

#define KIOSK_BOTH_WAYS(Enum)                                  \
  std::string_view code(Enum value) { return code_of(value); } \
  template std::optional<Enum> from_code<Enum>(std::string_view)
KIOSK_BOTH_WAYS(Channel);
KIOSK_BOTH_WAYS(TaxRegime);
KIOSK_BOTH_WAYS(Stage);
KIOSK_BOTH_WAYS(ClaimState);
KIOSK_BOTH_WAYS(SyncState);
KIOSK_BOTH_WAYS(Sex);
KIOSK_BOTH_WAYS(Segment);
KIOSK_BOTH_WAYS(MembershipStatus);
KIOSK_BOTH_WAYS(AccountState);
KIOSK_BOTH_WAYS(FaceVerdict);
KIOSK_BOTH_WAYS(TicketState);
KIOSK_BOTH_WAYS(Priority);
KIOSK_BOTH_WAYS(TicketAct);
#undef KIOSK_BOTH_WAYS

}  // namespace kiosk::domain
