// The participant's terminal on the glass: flow, runner, screens, reading aloud. make_kiosk_stage (stage.h) opens
// the devices; with() takes them ready-made, for tests and tools.
#pragma once
#include <memory>

#include "drivers/api/speaker.h"
#include "programs/kiosk/stage.h"
#include "terminal/flow/kiosk/flow.h"
#include "terminal/runner/kiosk_runner.h"
#include "terminal/voice/clips.h"

namespace kiosk::programs {

struct KioskStageParts {
  OffsetClock& clock;
  runner::KioskRunner::Parts runner;
  std::unique_ptr<drivers::Speaker> speaker;             // null: nothing is read aloud
  Millis idle = flow::kiosk::kIdle;                      // until "Masih di sana?"
  std::unique_ptr<drivers::Headphones> headphones = {};  // null: nobody listens alone
  voice::Clips clips = {};
  std::function<void()> forget_input = {};  // StageContext::forget_input
};
std::unique_ptr<Stage> kiosk_stage_with(KioskStageParts parts);

}  // namespace kiosk::programs
