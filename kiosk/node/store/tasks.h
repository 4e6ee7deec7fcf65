// An officer's work list, and the timeline of what happened about a person.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "node/store/rows.h"

namespace kiosk::store {

struct TaskRow {
  Uuid id;
  std::string kind, subject;  // as in verbs::Task
  crypto::Hash person{};
  std::string masked;  // "B*** S***" or the masked number
  std::string reason;
  WallTime at{};
  bool done = false;
  std::string finished_by, finished_reason;       // an officer's word that it is done
  std::optional<std::int64_t> looked_until = {};  // officer_ended: place of the newest act that it is about
};

// A second open task of the same kind and subject is not made; nor one of kind rejected about a record whose rejection
// somebody has finished, nor a claim_review that an officer has said to be done, nor one of kind officer_ended about
// acts that an officer has looked at: the centre says its verdicts again after a restore. An open officer_ended moves
// on to the newest act.
Result<Done> put_task(Tx& tx, const TaskRow& row);
Result<Done> finish_tasks(Tx& tx, const std::string& kind, const std::string& subject);
Result<Done> finish_tasks_of(Tx& tx, const std::string& kind, const crypto::Hash& person);
// Only those with this reason; tells how many were open.
Result<std::int64_t> finish_tasks_of(Tx& tx, const std::string& kind, const crypto::Hash& person,
                                     const std::string& reason);
// By an officer: of the open one of that kind and subject; false when there is none.
Result<bool> finish_task(Tx& tx, const std::string& kind, const std::string& subject, const std::string& officer,
                         const std::string& reason);
Result<std::optional<TaskRow>> task(Rows rows, const Uuid& id);
Result<std::optional<TaskRow>> open_task(Rows rows, const std::string& kind, const std::string& subject);
Result<std::vector<TaskRow>> open_tasks(Rows rows);  // oldest first
Result<std::vector<TaskRow>> open_tasks_of(Rows rows, const crypto::Hash& person);

struct TimelineRow {
  std::int64_t seq = 0;
  WallTime at{};
  std::string kind, officer;
};
Result<Done> add_timeline(Tx& tx, const crypto::Hash& person, const TimelineRow& row);
Result<std::vector<TimelineRow>> timeline_of(sqlite::Db& db, const crypto::Hash& person,
                                             int max_count);  // newest first
// Whom an event was about; nullopt: nobody in particular.
Result<std::optional<crypto::Hash>> person_of_event(sqlite::Db& db, std::int64_t seq);

}  // namespace kiosk::store
