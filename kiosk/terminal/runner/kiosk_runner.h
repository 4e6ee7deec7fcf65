// Carries out the participant's effects: calls of the branch and printing on worker threads, the camera feed; what came
// back are flow events. Thread: everything public on the UI thread; wake() is called from workers. Blocks: never the
// caller. Owns: workers, watcher of changes, camera feed, printer, and the photograph of the attempt under way (wiped
// by Forget). A photograph is kept under its attempt's id until the node answered, so that asking again sends the same
// one.
#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "api/verbs/branch.h"
#include "base/image.h"
#include "domain/rules/rules.h"
#include "drivers/api/printer.h"
#include "drivers/api/scanner.h"
#include "terminal/flow/kiosk/event.h"
#include "terminal/paper/paper.h"
#include "terminal/runner/branch_time.h"
#include "terminal/runner/camera_feed.h"

namespace kiosk::runner {

class KioskRunner {
 public:
  struct Parts {
    std::shared_ptr<verbs::Branch> branch;
    std::shared_ptr<BranchTime> time;  // never null; kept by the runner
    std::string terminal;
    std::unique_ptr<CameraFeed> camera;              // null: no camera at this kiosk
    std::unique_ptr<drivers::Printer> printer;       // null: none
    std::unique_ptr<drivers::Scanner> scanner = {};  // null: none
    paper::Style paper;
    std::function<void()> wake;
  };
  explicit KioskRunner(Parts parts);
  ~KioskRunner();

  void carry_out(flow::kiosk::Effect effect);
  std::optional<flow::kiosk::Event> take();      // the next that came back
  std::optional<domain::RuleBook> take_rules();  // the node's rules, when they were read anew
  SharedImage preview() const;                   // the newest frame; empty when the camera is off
  bool has_camera() const;
  void look_again();                               // services, rules, state of sync
  void set_language(const std::string& language);  // of what is printed
  bool busy() const;                               // answers are under way

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace kiosk::runner
