// All that a branch may set about its queue, with the defaults of a branch that sets nothing: open whenever the node
// runs, no quota, no slots, every counter calls every service, and a no-show is the officer's word. Pure values.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "domain/queue/issue.h"
#include "domain/queue/report.h"
#include "domain/queue/rules.h"
#include "domain/queue/wait.h"

namespace kiosk::domain {

struct QueueSettings {
  QueueSettings();
  QueueRules rules;
  IssueRules issue;                   // its zone, and hours that the centre says, come from the branch's place
  std::vector<WorkProfile> profiles;  // a counter that is not named calls every service
  WaitRule wait;
  Seconds target{15 * 60};                 // a wait up to it is within the service level
  std::map<std::string, Seconds> targets;  // of services that have one of their own
  int counters = 6;                        // where officers sit: "1" to as many
  WorkProfile profile(const std::string& counter) const;
};
// The fault of whichever part is not sound, with its field; two profiles of one counter: work_profile_invalid.
Result<Done> check(const QueueSettings&);

}  // namespace kiosk::domain
