// The glass: an SDL window, its touch, mouse and keyboard, drawn without a GPU; drawings (SVG) and screenshots (PNG).
// For programs/kiosk. Thread: the thread that opened it; wake() from any. Blocks: pump() up to its timeout.
// Owns: the SDL window and the frame in memory. Errors: faults "no_display", "window_failed", "shot_failed".
#pragma once
#include <memory>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/image.h"
#include "base/result.h"
#include "terminal/ui/ui.h"

namespace kiosk::window {

struct Options {
  std::string title = "Kiosk";
  int width_px = 1080, height_px = 1920;
  bool fullscreen = false;
  bool headless = false;         // draws into memory; no display is needed
  const Clock* clock = nullptr;  // tells how long a finger rests; null: the system's. Outlives the window
};

class Window {
 public:
  static Result<std::unique_ptr<Window>> open(const Options& options);
  ~Window();
  Window(const Window&) = delete;
  Window& operator=(const Window&) = delete;

  int width_px() const;
  int height_px() const;
  // Waits for input or wake() no longer than `timeout` and hands it to ui in its order, up to the first press, lift or
  // key: what comes after it waits for the frame that shows it. True when a frame should be drawn. The only way in for
  // fingers, mice, keys and text, also of scripts (input_events.h).
  bool pump(ui::Ui& ui, Millis timeout);
  // The visit is over: what a hand did and nobody has taken yet, letters, keys, touches, contacts, is dropped, and the
  // memory SDL keeps of events that were taken is overwritten. What the display server holds of keys is not ours.
  void forget();
  bool more_input() const;  // something was taken and waits for the next pump(), which then does not wait
  bool closing() const;
  void close();  // from a signal's flag; the loop ends
  void present(const ui::Ui::Frame& frame);
  void wake();
  Result<Done> screenshot(const std::string& path) const;  // PNG of the last presented frame
  Image picture() const;                                   // the same as pixels (BGRA)

 private:
  Window();
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// An SVG file at a size, centred in it; empty when it is missing or damaged (logged once a file).
Image draw_svg(const std::string& path, int width_px, int height_px);

// A picture file (PNG, JPEG) for tests and tools; fault bad_input "picture_unreadable".
Result<Image> read_picture(const std::string& path);
Result<Done> write_png(const std::string& path, const Image& image);

}  // namespace kiosk::window
