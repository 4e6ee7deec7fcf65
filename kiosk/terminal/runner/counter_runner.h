// Carries out the counter's effects: calls of the branch on a worker thread, the camera feed, the printer; what came
// back are flow events. Thread: carry_out() and take() on the UI thread; wake() is called from workers. Blocks: never
// the caller. Owns: worker, watcher of changes, camera feed, printer.
#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "api/verbs/branch.h"
#include "drivers/api/printer.h"
#include "terminal/flow/counter/flow.h"
#include "terminal/paper/paper.h"
#include "terminal/runner/branch_time.h"
#include "terminal/runner/camera_feed.h"
#include "terminal/runner/export_folder.h"

namespace kiosk::runner {

class CounterRunner {
 public:
  struct Parts {
    std::shared_ptr<verbs::Branch> branch;
    std::shared_ptr<BranchTime> time;  // never null; kept by the runner
    std::string terminal;
    std::unique_ptr<CameraFeed> camera;         // null: no camera at this counter
    std::unique_ptr<drivers::Printer> printer;  // null: none
    std::unique_ptr<ExportFolder> stick;
    paper::Style paper;
    std::function<void()> wake;
  };
  explicit CounterRunner(Parts parts);
  ~CounterRunner();

  void carry_out(flow::counter::Effect effect);
  std::optional<flow::counter::Event> take();  // the next that came back
  bool busy() const;                           // effects under way

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace kiosk::runner
