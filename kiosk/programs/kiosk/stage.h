// One terminal role on the glass: what the window asks of it. KioskStage, CounterStage and BoardStage implement it.
// Thread: everything here is called on the UI thread; worker threads hand results over by an Inbox whose wake is
// StageContext::wake, and the stage takes them at the start of frame(). Blocks: never.
#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/i18n/i18n.h"
#include "base/result.h"
#include "terminal/ui/ui.h"

namespace kiosk::lan {
class TerminalIdentity;
}

namespace kiosk::programs {

// What the command line and the settings file gave. References outlive the stage.
struct StageContext {
  OffsetClock& clock;  // a script's `advance` moves it
  const i18n::Texts& texts;
  std::function<void()> wake;                    // any thread: draw a frame soon
  std::function<void()> forget_input;            // UI thread: nothing that a hand did before reaches the next page
  std::string home;                              // node's home (its Unix socket); empty when `branch` is given
  std::string branch;                            // URL of the branch node over the LAN
  std::shared_ptr<lan::TerminalIdentity> badge;  // of this terminal; null on the node's own machine
  std::string config;                            // settings file; empty: the default one if it exists
  std::string camera;                            // "v4l2:/dev/video0", "file:PATH"; empty: none
  std::string printer;                           // "tcp:HOST:9100", "file:PATH", ...; empty: none
  std::string scanner;
  std::string speaker;   // "espeak", "espeak:PROGRAM", "file:PATH", "none"; empty: espeak, none when headless
  std::string terminal;  // this terminal's name, "kiosk-1"
  bool headless = false;
};

class Stage {
 public:
  virtual ~Stage() = default;
  virtual ui::Density density() const = 0;
  // Takes what workers delivered, moves its state by the clock, calls the screen's widgets once between ui.begin and
  // ui.end, and acts on what they return.
  virtual void frame(ui::Ui& ui) = 0;
  // The next moment at which something changes without input (clock minute, idle time-out, poll); none: only on wake.
  virtual std::optional<SteadyTime> next_deadline() const = 0;
  // True while answers of workers are under way: a script's `wait` keeps asking.
  virtual bool busy() const { return false; }
};

// Faults: settings that cannot be used (bad_input with the field). A branch that is not there is not a fault: the stage
// says so on the glass and goes on trying.
Result<std::unique_ptr<Stage>> make_kiosk_stage(const StageContext& context);
Result<std::unique_ptr<Stage>> make_counter_stage(const StageContext& context);
Result<std::unique_ptr<Stage>> make_board_stage(const StageContext& context);

}  // namespace kiosk::programs
