// Inside of flow's kiosk: one step under way. Journeys are free functions on it, a file each. Not for other rooms.
#pragma once
#include <utility>
#include <vector>

#include "terminal/flow/kiosk/flow.h"

namespace kiosk::flow::kiosk {

struct Transition {
  State& s;
  std::vector<Effect>& out;
  const Context& c;

  KioskSession& v() { return *s.visit; }
  void go(Page next);    // remembers where we were
  void swap(Page next);  // does not
  void back();
  void end_edit();  // what was changed holds; the way back is that of the check of answers
  void home();      // forgets the person
  void no_way_back() { v().back.clear(); }
  void forget_way_after(std::string_view page);  // the page of this name is where "Kembali" leads next
  // Removes pages of these names from the way back: what must not be walked twice.
  void drop_back(std::initializer_list<std::string_view> names);
  void ask(Ask what);  // sends the question for what the visit holds and waits on a page of its own
  void send(Ask what, int no);
  void print_ticket();
  void print_receipt();
  void print_slip(Slip slip, std::vector<std::string> fields = {});
  void keep_draft(bool for_officer);  // what was entered so far, unless the node has it
  void drop_draft();
  void end_assist();   // from here on nothing is done in an officer's name
  void side_ticket();  // a ticket taken beside the page
};

// Each returns false when the intent means nothing on the page.
bool on_intent(Transition& w, const Intent& intent);
bool ticket_intent(Transition& w, const Intent& intent);
bool check_in_intent(Transition& w, const Intent& intent);
bool identify_intent(Transition& w, const Intent& intent);
bool claim_intent(Transition& w, const Intent& intent);
bool form_intent(Transition& w, const Intent& intent);
bool info_intent(Transition& w, const Intent& intent);
bool intake_intent(Transition& w, const Intent& intent);
bool update_intent(Transition& w, const Intent& intent);
bool consent_intent(Transition& w, const Intent& intent);
bool help_intent(Transition& w, const Intent& intent);
bool scan_intent(Transition& w, const Intent& intent);
bool guide_intent(Transition& w, const Intent& intent);

// Where a journey goes once the person is known, or known to be unknown.
void after_identified(Transition& w);
void start_identify(Transition& w);
void after_number(Transition& w);  // of a NIK or a card: what is asked for next
void persons_turn(Transition& w,
                  page::HandOver::To to);  // goes there; with a companion the person is asked to come first
void begin_intake(Transition& w, std::string topic);
void restore(KioskSession& v);              // from the draft that was found with the person
Page first_open(const KioskSession& v);     // of a claim that is gone on with: what is still to be answered
std::string_view draft_purpose(Purpose p);  // empty: nothing of such a journey is kept
void after_photo(Transition& w);
void take_photo(Transition& w, page::Photo& p);
void next_in_form(Transition& w, Page next);  // or back to the check of answers after "Ubah"
std::string service_for(const State& s);
std::string purpose_text(const KioskSession& v);
bool is_blocked(const KioskSession& v);  // by the node's word

void found(Transition& w, Result<verbs::ParticipantFound> r);
void find_again(Transition& w);                                  // the centre may have spoken of the person
void refound(Transition& w, Result<verbs::ParticipantFound> r);  // takes the news over; the page and what is typed stay
void account_read(Transition& w, Result<verbs::AccountView> r);
void checked(Transition& w, Result<domain::Eligibility> r);
void judged(Transition& w, Result<verbs::AttemptResult> r);
void submitted(Transition& w, Result<verbs::ClaimView> r);
void ticket_taken(Transition& w, Result<verbs::TicketIssued> r);
void held_found(Transition& w, Result<verbs::TicketIssued> r);
void shown_read(Transition& w, Result<verbs::TicketIssued> r);
void came_back(Transition& w, Result<verbs::TicketIssued> r);
void code_seen(Transition& w, const std::string& text);
void card_seen(Transition& w, const CardSeen& card);
void card_code_seen(Transition& w, const std::string& text);
void choose_appointment(Transition& w);  // of those the node knows for the person
void claims_listed(Transition& w, Result<std::vector<verbs::ClaimView>> r);
void intake_saved(Transition& w, Result<verbs::IntakeView> r);
void withdrawn(Transition& w, Result<verbs::ConsentView> r);
void help_called(Transition& w, Result<verbs::Task> r);
void logged_in(Transition& w, Result<verbs::SessionView> r);
// A fault on the page Waiting: the node is away (kept, asked again) or refused (a page of words).
void failed(Transition& w, const Fault& fault);

}  // namespace kiosk::flow::kiosk
