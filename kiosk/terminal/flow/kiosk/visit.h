// Everything known about the person in front of the kiosk, and nowhere else: destroying it wipes it.
// Thread: a value on the UI thread. Owns its strings; nothing here is ever copied, it travels behind one pointer.
#pragma once
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "api/verbs/branch.h"
#include "base/ids.h"
#include "domain/claims/claim.h"
#include "domain/queue/ticket.h"
#include "terminal/flow/kiosk/page.h"
#include "terminal/flow/typed.h"

namespace kiosk::flow::kiosk {

// Overwrite the personal text of values that others made.
void wipe(domain::PersonId& v);
void wipe(domain::Participant& v);
void wipe(verbs::ParticipantFound& v);
void wipe(verbs::ClaimView& v);
void wipe(verbs::SubmitClaim& v);
void wipe(verbs::FindParticipant& v);
void wipe(std::map<std::string, std::string>& answers);
void wipe(verbs::Draft& v);
void wipe(verbs::Intake& v);

struct Bank {
  std::string_view code, name;
  int digits;  // usual length; another one is asked about, never refused
};
const std::vector<Bank>& banks();
const Bank* bank_by_code(std::string_view code);

// What "Ubah" may change, as it was before: "Kembali" gives it back.
struct BeforeEdit {
  std::size_t way = 0;  // how long the way back was at the check of answers
  std::string cause, bank;
  std::optional<domain::Eligibility> eligibility;
  std::size_t membership = 0;
  bool no_camera = false, no_npwp = false, nik_is_npwp = false;
  Typed kpj, npwp, account, phone;
  std::map<std::string, Typed, std::less<>> given;
};

struct KioskSession {
  KioskSession() = default;
  KioskSession(const KioskSession&) = delete;
  KioskSession& operator=(const KioskSession&) = delete;
  ~KioskSession();

  Purpose purpose = Purpose::None;
  std::vector<Page> back;                   // the way back
  std::unique_ptr<BeforeEdit> before_edit;  // came from "Ubah": the next page is the check of answers again
  bool editing() const { return before_edit != nullptr; }
  void begin_edit();
  void undo_edit();

  bool companion = false;  // somebody of the family helps

  // read from a card, until it is said to be right
  Typed card_nik, card_kpj;
  std::optional<Date> card_birth;
  bool by_kpj = false;  // found by the number of the card in `kpj`; the NIK comes with the record

  // typed
  Typed nik, day, month, year, mother, name, kpj, npwp, account, phone, wage, years, opening, code;

  // facts for an officer
  std::string topic;                                // of the intake, or of the help with an account
  std::map<std::string, Typed, std::less<>> given;  // answers and corrections by field
  Typed q_day, q_month, q_year;                     // of the date asked for on the page
  Uuid intake_id;
  std::optional<verbs::IntakeView> intake;
  Uuid consent_id;
  std::string withdrawn;  // purpose
  bool data_consent = false, data_consent_told = false;
  bool resumed = false;        // goes on with what was begun before
  std::size_t draft_told = 0;  // digest of the draft that the node has; 0: none
  bool draft_for_officer = false;
  PrintState slip_print = PrintState::None;
  int slip_no = 0;

  // help
  Uuid help_id;
  bool help_coming = false;
  Typed officer_number, pin;

  // ticket
  std::string service;  // code
  bool identified = false;
  domain::Priority priority = domain::Priority::Normal;
  Uuid ticket_id;
  std::string ticket_purpose;
  std::optional<verbs::TicketIssued> ticket;
  std::string appointment;   // id of the one being checked in
  Uuid shown_id;             // of the ticket whose code was read
  std::string code_refused;  // the code read last: not again while it is held before the camera
  bool held = false;         // the ticket on the page is an earlier one: printed only when asked for
  std::string number_held;   // of an earlier live ticket of this person for the same service
  PrintState ticket_print = PrintState::None, receipt_print = PrintState::None;
  int ticket_no = 0, ticket_print_no = 0, receipt_print_no = 0, claim_read_no = 0, find_no = 0,
      claims_no = 0;  // asks that run beside a page

  // person
  std::optional<verbs::ParticipantFound> found;
  int facts_tried = 0;
  std::optional<verbs::AccountView> account_view;

  // claim
  std::string cause;
  std::optional<domain::Eligibility> eligibility;
  std::size_t membership = 0;  // index into the record's memberships
  bool no_camera = false;
  int attempts_left = 0;
  Uuid attempt_id;
  Uuid attempt;
  domain::FaceVerdict face = domain::FaceVerdict::Officer;
  std::string photo_blob;
  bool no_npwp = false;
  bool nik_is_npwp = false;
  std::string bank;
  Uuid claim_id;
  std::optional<verbs::ClaimView> claim;
  std::vector<verbs::ClaimView> claims;

  const domain::Participant* record() const { return found && found->record ? &*found->record : nullptr; }
  const domain::Membership* chosen() const;
  bool unverified() const { return identified && !record(); }
  Result<domain::Nik> parsed_nik() const;
  std::optional<domain::PersonId> person_id() const;  // by NIK, or by the passport of an intake
  std::string_view answer(std::string_view field) const;
  Result<Date> birth() const;
  std::string person_name() const;  // of the record, else as typed
  std::string chosen_kpj() const;
  std::string record_phone() const;  // 08..., empty when the record has none
  bool photo_done() const { return no_camera || !attempt.is_nil(); }
};

// What a person would be paid for the chosen cause, by the rules of the day; the node's own figures replace it once
// saved.
domain::TaxResult amounts(const KioskSession& v, Date today, const domain::Rules& rules);

}  // namespace kiosk::flow::kiosk
