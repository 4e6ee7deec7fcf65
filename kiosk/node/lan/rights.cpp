#include "node/lan/rights.h"

#include <algorithm>
#include <iterator>

namespace kiosk::lan {
namespace {

constexpr unsigned Kiosk = 1, Counter = 2, Board = 4, Person = Kiosk | Counter, All = Person | Board;

struct Right {
  std::string_view verb;
  unsigned roles;
};
// An officer may log in at a kiosk, beside the person, and does there what the person could do, in his own name.
// Enrolment and the list of terminals are for the box alone.
constexpr Right k_rights[] = {
    {"info", All},
    {"rules", All},
    {"services", All},
    {"board", All},
    {"changes", All},
    {"sync_status", All},
    {"copy_unsent", All},
    {"renew_terminal", All},
    {"announce", Board},
    {"issue_ticket", Person},
    {"ticket", Person},
    {"act_on_ticket", Person},
    {"find_participant", Person},
    {"check_claim", Person},
    {"submit_claim", Person},
    {"claims", Person},
    {"claim", Person},
    {"account", Person},
    {"attempt_face", Person},
    {"put_blob", Person},
    {"keep_draft", Person},
    {"record_consent", Person},
    {"submit_intake", Person},
    {"ask_help", Person},
    {"tickets", Counter},
    {"call_ticket", Counter},
    {"rest_counter", Counter},
    {"breaks", Counter},
    {"post_notice", Counter},
    {"notices", Counter},
    {"remove_notice", Counter},
    {"report", Counter},
    {"compare_face", Counter},
    {"interview_questions", Counter},
    {"submit_interview", Counter},
    {"reset_account", Counter},
    {"approve_reset", Counter},
    {"resets", Counter},
    {"log_in", Person},
    {"log_out", Person},
    {"officers", Counter},
    {"tasks", Counter},
    {"finish_task", Counter},
    {"open_case", Counter},
    {"photo", Counter},
    {"sync_now", Counter},
    {"sync_hold", Counter},
    {"take_receipt", Counter},
    {"audit_verify", Counter},
};

}  // namespace

bool may(std::string_view role, std::string_view verb) {
  const unsigned mine = role == "kiosk" ? Kiosk : role == "counter" ? Counter : role == "board" ? Board : 0;
  const auto right =
      std::find_if(std::begin(k_rights), std::end(k_rights), [&](const auto& r) { return r.verb == verb; });
  return right != std::end(k_rights) && (right->roles & mine) != 0;
}

}  // namespace kiosk::lan
