// Where the officer's terminal stands: one struct a state, and what every state shows. Values, no thread.
// For the counter's flow and screens; what happens is in flow.h.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "api/verbs/branch.h"
#include "base/image.h"
#include "domain/people/face.h"
#include "domain/queue/ticket.h"

namespace kiosk::flow::counter {

using PhotoBytes = std::shared_ptr<const Bytes>;  // a JPEG, shared so that states copy cheaply

// ---- states ----
struct LoggingIn {
  std::string number, pin_dots;  // the PIN itself never enters the state: only how many keys were pressed
  bool busy = false;
};
enum class Tab { Waiting, Missed, Tasks, Approvals };
// What is asked before an act, on a page of its own: of a ticket from the lists, or of the one at this counter.
enum class SheetKind { Listed, Park, NoShow, Transfer, WalkIn, Break };
struct Sheet {
  SheetKind kind = SheetKind::Listed;
  Uuid ticket;                         // nil: WalkIn and Break are about none
  std::string to_service, to_counter;  // Transfer, as chosen so far
  domain::Place place = domain::Place::Fair;
};
struct AtQueue {
  Tab tab = Tab::Waiting;
  bool busy = false;
  std::optional<Sheet> sheet;
};
struct AtCase {
  verbs::OpenCase opened_by;
  verbs::CaseView view;
  SharedImage photo;  // of the newest attempt, for the officer's eye
  bool busy = false;
  bool news = false;  // something that may concern it has changed since it was read; reading it again is recorded
};
struct Interviewing {
  verbs::OpenCase opened_by;
  verbs::CaseView view;
  std::vector<std::string> questions;  // empty: still being asked for
  std::vector<std::string> answers;    // what the participant says, typed by the officer
  std::optional<verbs::InterviewResult> result;
  Uuid request;
  bool busy = false;
};
enum class PhotoStage { Aiming, Taken, Sending };
struct Photographing {  // the new reference
  verbs::OpenCase opened_by;
  verbs::CaseView view;
  Uuid interview, request;
  PhotoStage stage = PhotoStage::Aiming;
  domain::FaceReport live;  // of the newest frame
  SharedImage frame;        // the newest, then the one that was taken
  bool camera_away = false;
  PhotoBytes photo;
  std::string reason;  // why the old reference no longer serves; empty until chosen
};
struct Scan {  // what a task scan_again is about
  Uuid claim;
  std::string kind;  // of the document; "photo": the person's face
  bool of_person() const { return kind == "photo"; }
};
struct ScanningAgain {  // a document or photo that was damaged before the centre had it
  verbs::OpenCase opened_by;
  verbs::CaseView view;
  Scan scan;
  PhotoStage stage = PhotoStage::Aiming;
  domain::FaceReport live;  // of the newest frame; of a person only
  SharedImage frame;        // the newest, then the one that was taken
  bool camera_away = false;
  PhotoBytes photo;
};
struct ResetAsked {  // waits for the second officer
  verbs::OpenCase opened_by;
  verbs::ResetView reset;
  bool printing = false;
};
struct Approving {
  verbs::ResetView reset;
  SharedImage photo;
  bool busy = false, done = false;
};
struct ExportSaved {  // what waits, in a sealed file for the centre
  std::string file;
  std::int64_t events = 0, blobs = 0;
};
struct AtSync {  // what the centre has, what waits, why not yet
  bool busy = false, saving = false;
  std::optional<ExportSaved> saved;             // by this visit to the page
  std::optional<verbs::ReceiptTaken> received;  // the centre's answer to such a file
};
using State =
    std::variant<LoggingIn, AtQueue, AtCase, Interviewing, Photographing, ResetAsked, Approving, AtSync, ScanningAgain>;

// What every state shows: who is logged in, the queue, how the records travel, and the last thing to say.
struct Notice {
  std::string code;  // text key; "fault.<code>" or "counter.notice.<code>"
  bool problem = false;
  std::string detail;
  std::string place;  // a counter, where the words name one
};
struct Break {  // this counter calls nobody for a while, as the node knows
  std::string reason;
  WallTime since{};
};
struct Model {
  std::string terminal, counter = "1";
  std::vector<std::string> counters = {"1", "2", "3", "4", "5", "6"};  // until the node has said which there are
  std::optional<verbs::SessionView> session;
  std::vector<domain::Service> services;
  std::vector<domain::Ticket> tickets;  // live ones
  std::vector<domain::Ticket> missed;   // today's no-shows; read only while their tab is open
  std::vector<verbs::Task> tasks;
  std::vector<verbs::ResetView> approvals;
  verbs::SyncStatus sync;
  bool node_away = false;
  bool arriving = false;  // logged in, and what this officer was serving is not known yet
  // Ids of a call and of a walk-in whose answers were lost; kept until the node answers, so that asking again never
  // brings a second person.
  Uuid call_asked, walk_in_asked;
  std::optional<Break> resting;
  std::optional<Notice> notice;
  State state = LoggingIn{};

  const verbs::Task* task_of(const AtCase& at) const;   // that opened it and that an officer may call done
  std::optional<Scan> scan_of(const AtCase& at) const;  // what the task that opened it asks to be scanned again
  const domain::Ticket* current() const;                // the ticket called, served or written up at this counter
  const domain::Ticket* elsewhere() const;              // one that this officer holds at another counter
  const domain::Ticket* ticket(const Uuid& id) const;   // live or missed
  bool may(std::string_view right) const;
  bool may_hold() const { return may("admin"); }  // the flow of records to the centre
};

}  // namespace kiosk::flow::counter
