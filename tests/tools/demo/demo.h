// The main job as one story through real programs; each proof is printed as it is made.
#pragma once
#include "tests/tools/demo/world.h"

namespace kiosk::tools {

// The usual models folder when a recogniser is in it, else empty.
std::string installed_models();

Result<Done> play_demo(const DemoOptions& options);

// The scripts the demo plays at the terminals (acts: kiosk/docs/how-to/screen.md).
struct DemoScripts {
  static std::string ticket();
  static std::string claim(const DemoParticipant& p, bool automatic);
  static std::string three_failures(const DemoParticipant& p);
  static std::string photo_for_officer(const DemoParticipant& p, int which);
  static std::string counter_questions(const DemoOfficer& officer, const std::string& number, int compares);
  static std::string counter_reset(const DemoOfficer& officer,
                                   const std::vector<std::pair<std::string, std::string>>& answers);
  static std::string counter_approve(const DemoOfficer& officer, const DemoParticipant& p);
};

}  // namespace kiosk::tools
