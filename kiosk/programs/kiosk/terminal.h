// One terminal from the command line to the last frame: texts, window, stage, frame loop, script.
// For kiosk_main, the demo and the benchmarks. Thread: the caller's is the UI thread. Blocks: run() until the end.
#pragma once
#include <atomic>
#include <functional>
#include <memory>
#include <string>

#include "programs/kiosk/script.h"
#include "programs/kiosk/stage.h"
#include "programs/kiosk/watchdog.h"
#include "terminal/window/window.h"

namespace kiosk::programs {

struct TerminalOptions {
  std::string role = "kiosk";  // kiosk, counter, board
  std::string home, branch, config, camera, printer, scanner, speaker, terminal, language;
  std::vector<std::string> languages;  // offered by the Bahasa button; empty: Indonesian and English
  bool headless = false, fullscreen = false;
  int width_px = 0, height_px = 0;  // 0: the role's own
  float mm_per_px = 0;              // 0: the role's usual glass
  std::string script, shots;        // a file to play; a folder for what it shoots
};

class Terminal {
 public:
  // Faults: bad_input for options that cannot be used, unreachable "no_display".
  static Result<std::unique_ptr<Terminal>> open(const TerminalOptions& options);
  // The same with a stage of the caller's making (tests, benchmarks).
  using MakeStage = std::function<Result<std::unique_ptr<Stage>>(const StageContext&)>;
  static Result<std::unique_ptr<Terminal>> open(const TerminalOptions& options, ui::Density density,
                                                const MakeStage& make);
  ~Terminal();

  // Until the window closes or `stop` turns true. `stop` is looked at on every wake and at least once a second. When
  // the loop takes no input for kLoopSilentAtMost, `stuck` is called on another thread with what it was doing.
  void run(const std::atomic<bool>& stop, const Watchdog::Bite& stuck = {});
  // Called on the UI thread after each turn of the loop; for programs that tests build.
  void on_turn(std::function<void()> then);
  Result<Done> play(const std::string& script_file);
  // Waits for input, a wake or a deadline no longer than `limit`, then draws one frame.
  void frame(Millis limit);
  // The same, but draws only when something came: an idle terminal's turn of the loop.
  void wait(Millis limit);
  // How long until a press on this page counts (it must have stood for a moment); 0: it does now.
  Millis accepts_presses_in() const;
  ui::Ui& ui();
  window::Window& glass();
  // For hands that play on this terminal (hand.h, script.h); as long as it stands.
  ScriptHost script_host();
  // Frames drawn so far: an idle terminal draws none.
  std::uint64_t frames() const;

 private:
  Terminal();
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace kiosk::programs
