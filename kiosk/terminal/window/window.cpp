#include "terminal/window/window.h"

#include <SDL.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <mutex>
#include <optional>
#include <utility>
#include <variant>

#include "base/log.h"
#include "base/secret.h"
#include "terminal/window/contacts.h"
#include "terminal/window/raster.h"

namespace kiosk::window {

namespace {

// What a hand did and the widgets have not been told yet, in the order it was done.
struct Shortcut {
  std::string chord;
};
struct Typed {
  std::string utf8;
};
struct Wheel {
  float notches;
};
// A touch with its place in parts of the glass: how large that is, is asked when it is taken.
using Input = std::variant<Touch, ui::Key, Shortcut, Typed, Wheel>;

// The name of a key as shortcuts are written: "F2", "Ctrl+N"; empty for plain letters.
std::string chord(const SDL_Keysym& key) {
  const bool ctrl = (key.mod & KMOD_CTRL) != 0, alt = (key.mod & KMOD_ALT) != 0;
  const bool function = key.sym >= SDLK_F1 && key.sym <= SDLK_F12;
  if (!ctrl && !alt && !function) return {};
  std::string name = SDL_GetKeyName(key.sym);
  if (name.empty()) return {};
  return (ctrl ? "Ctrl+" : "") + std::string(alt ? "Alt+" : "") + name;
}

std::optional<ui::Key> key_of(const SDL_Keysym& key) {
  switch (key.sym) {
    case SDLK_UP:
      return ui::Key::Up;
    case SDLK_DOWN:
      return ui::Key::Down;
    case SDLK_LEFT:
      return ui::Key::Left;
    case SDLK_RIGHT:
      return ui::Key::Right;
    case SDLK_RETURN:
    case SDLK_KP_ENTER:
      return ui::Key::Ok;
    case SDLK_F1:
    case SDLK_HELP:
      return ui::Key::Help;
    case SDLK_ESCAPE:
    case SDLK_AC_BACK:
      return ui::Key::Back;
    case SDLK_TAB:
      return (key.mod & KMOD_SHIFT) != 0 ? ui::Key::BackTab : ui::Key::Tab;
    case SDLK_BACKSPACE:
      return ui::Key::Backspace;
    case SDLK_DELETE:
      return ui::Key::Delete;
    case SDLK_PAGEUP:
      return ui::Key::PageUp;
    case SDLK_PAGEDOWN:
      return ui::Key::PageDown;
    default:
      return std::nullopt;
  }
}

}  // namespace

struct Window::Impl {
  SDL_Window* window = nullptr;
  SDL_Surface* target = nullptr;  // the window's own surface, or ours when its format differs or there is no window
  bool own_target = false, headless = false, quit = false, exposed = true;
  std::uint32_t wake_event = 0;
  std::atomic<bool> wake_sent{false};
  // Headless only: SDL's dummy driver would poll every millisecond.
  std::mutex woken_mutex;
  std::condition_variable woken_changed;
  bool woken = false;
  bool pushed = false;  // a queued event, seen by the watch below
  std::uint32_t blank_event = 0;
  int letters = 0;     // typed since SDL's queue was last overwritten
  int most_taken = 0;  // events of one call at most: so many SDL keeps the memory of
  std::deque<Input> waiting;
  Contacts contacts;
  bool mouse_down = false;
  const Clock* clock = nullptr;

  ~Impl() {
    if (headless) SDL_DelEventWatch(event_pushed, this);
    if (own_target && target != nullptr) SDL_FreeSurface(target);
    if (window != nullptr) SDL_DestroyWindow(window);
    SDL_QuitSubSystem(SDL_INIT_VIDEO);
  }

  bool make_target(int w, int h) {
    if (own_target && target != nullptr) SDL_FreeSurface(target);
    own_target = true;
    target = SDL_CreateRGBSurfaceWithFormat(0, w, h, 32, SDL_PIXELFORMAT_RGB888);
    return target != nullptr;
  }

  // Whatever is pushed into SDL's queue ends a headless wait, from any thread; not the mark that each poll pushes
  // itself.
  static int SDLCALL event_pushed(void* self, SDL_Event* event) {
    if (event->type == SDL_POLLSENTINEL) return 0;
    Impl& d = *static_cast<Impl*>(self);
    const std::lock_guard lock(d.woken_mutex);
    d.pushed = true;
    d.woken_changed.notify_one();
    return 0;
  }

  SteadyTime now() const { return clock != nullptr ? clock->steady() : SteadyTime{Millis{SDL_GetTicks64()}}; }
  void touched(Touch::Kind kind, float x, float y, std::int64_t finger = 0);
  void pressed(const SDL_Keysym& key);
  void take(const SDL_Event& e);
  void take_window_event(const SDL_WindowEvent& e);
  bool give_touch(Touch touch, ui::Ui& ui, bool& any);
  bool give(Input& input, ui::Ui& ui, bool& any);
  bool hand_over(ui::Ui& ui);
  void wait_headless(int ms);
  void overwrite_letters();
  void overwrite_events(int count);
  void fit_window();
};

Window::Window() : impl_(std::make_unique<Impl>()) {}
Window::~Window() = default;

Result<std::unique_ptr<Window>> Window::open(const Options& options) {
  SDL_SetHint(SDL_HINT_FRAMEBUFFER_ACCELERATION, "0");
  SDL_SetHint(SDL_HINT_TOUCH_MOUSE_EVENTS, "0");
  SDL_SetHint(SDL_HINT_VIDEO_ALLOW_SCREENSAVER, "0");
  SDL_SetHint(SDL_HINT_NO_SIGNAL_HANDLERS, "1");
  SDL_SetHint(SDL_HINT_QUIT_ON_LAST_WINDOW_CLOSE, "1");
  if (options.headless) SDL_SetHint(SDL_HINT_VIDEODRIVER, "dummy");
  SDL_SetMainReady();
  if (SDL_InitSubSystem(SDL_INIT_VIDEO) != 0) return unreachable("no_display", SDL_GetError());
  std::unique_ptr<Window> w(new Window());
  Impl& d = *w->impl_;
  d.headless = options.headless;
  d.clock = options.clock;
  d.wake_event = SDL_RegisterEvents(2);
  d.blank_event = d.wake_event + 1;
  if (d.headless) SDL_AddEventWatch(Impl::event_pushed, &d);
  if (!options.headless) {
    if (std::strcmp(SDL_GetCurrentVideoDriver(), "offscreen") == 0 ||
        std::strcmp(SDL_GetCurrentVideoDriver(), "dummy") == 0) {
      if (std::getenv("SDL_VIDEODRIVER") == nullptr) return unreachable("no_display", "no display was found");
    }
    const auto flags = static_cast<Uint32>(SDL_WINDOW_RESIZABLE) |
                       (options.fullscreen ? static_cast<Uint32>(SDL_WINDOW_FULLSCREEN_DESKTOP) : 0U);
    d.window = SDL_CreateWindow(options.title.c_str(), SDL_WINDOWPOS_CENTERED, SDL_WINDOWPOS_CENTERED, options.width_px,
                                options.height_px, flags);
    if (d.window == nullptr) return unreachable("no_display", SDL_GetError());
    SDL_StartTextInput();
    if (options.fullscreen) SDL_ShowCursor(SDL_ENABLE);
  }
  int width = options.width_px, height = options.height_px;
  if (d.window != nullptr) SDL_GetWindowSize(d.window, &width, &height);
  if (!d.make_target(width, height)) return unreachable("window_failed", SDL_GetError());
  return w;
}

int Window::width_px() const { return impl_->target->w; }
int Window::height_px() const { return impl_->target->h; }
bool Window::closing() const { return impl_->quit; }
void Window::close() { impl_->quit = true; }
bool Window::more_input() const { return !impl_->waiting.empty(); }

void Window::wake() {
  if (impl_->headless) {
    const std::lock_guard lock(impl_->woken_mutex);
    impl_->woken = true;
    impl_->woken_changed.notify_one();
    return;
  }
  if (impl_->wake_sent.exchange(true)) return;  // one is enough until it is taken
  SDL_Event e{};
  e.type = impl_->wake_event;
  if (SDL_PushEvent(&e) != 1) impl_->wake_sent = false;  // a full queue ends the wait anyway; the next one is sent
}

void Window::Impl::touched(Touch::Kind kind, float x, float y, std::int64_t finger) {
  if (!waiting.empty() && (kind == Touch::Kind::FingerMove || kind == Touch::Kind::MouseMove)) {
    // Of a drag only the last place matters.
    const auto* last = std::get_if<Touch>(&waiting.back());
    if (last != nullptr && last->kind == kind && last->finger == finger) waiting.pop_back();
  }
  waiting.emplace_back(Touch{kind, finger, x, y, now()});
}

void Window::Impl::pressed(const SDL_Keysym& key) {
  std::string name = chord(key);
  if (!name.empty() && name != "F1")
    waiting.emplace_back(Shortcut{std::move(name)});
  else if (const auto k = key_of(key))
    waiting.emplace_back(*k);
}

void Window::Impl::take_window_event(const SDL_WindowEvent& e) {
  if (e.event == SDL_WINDOWEVENT_CLOSE) quit = true;
  if (e.event == SDL_WINDOWEVENT_EXPOSED || e.event == SDL_WINDOWEVENT_SIZE_CHANGED) exposed = true;
  // What was pressed stands elsewhere now.
  if (e.event == SDL_WINDOWEVENT_SIZE_CHANGED || e.event == SDL_WINDOWEVENT_HIDDEN ||
      e.event == SDL_WINDOWEVENT_MINIMIZED)
    touched(Touch::Kind::Lost, 0, 0);
}

void Window::Impl::take(const SDL_Event& e) {
  if (e.type == wake_event) {
    wake_sent = false;
    return;
  }
  const auto w = static_cast<float>(target->w), h = static_cast<float>(target->h);
  switch (e.type) {
    case SDL_QUIT:
      quit = true;
      break;
    case SDL_WINDOWEVENT:
      take_window_event(e.window);
      break;
    case SDL_FINGERDOWN:
      touched(Touch::Kind::FingerDown, e.tfinger.x, e.tfinger.y, e.tfinger.fingerId);
      break;
    case SDL_FINGERMOTION:
      touched(Touch::Kind::FingerMove, e.tfinger.x, e.tfinger.y, e.tfinger.fingerId);
      break;
    case SDL_FINGERUP:
      touched(Touch::Kind::FingerUp, e.tfinger.x, e.tfinger.y, e.tfinger.fingerId);
      break;
    case SDL_MOUSEBUTTONDOWN:
    case SDL_MOUSEBUTTONUP:
      if (e.button.which == SDL_TOUCH_MOUSEID || e.button.button != SDL_BUTTON_LEFT) break;
      mouse_down = e.type == SDL_MOUSEBUTTONDOWN;
      touched(mouse_down ? Touch::Kind::MouseDown : Touch::Kind::MouseUp, static_cast<float>(e.button.x) / w,
              static_cast<float>(e.button.y) / h);
      break;
    case SDL_MOUSEMOTION:
      if (e.motion.which != SDL_TOUCH_MOUSEID && mouse_down)
        touched(Touch::Kind::MouseMove, static_cast<float>(e.motion.x) / w, static_cast<float>(e.motion.y) / h);
      break;
    case SDL_MOUSEWHEEL:
      waiting.emplace_back(Wheel{e.wheel.preciseY});
      break;
    case SDL_TEXTINPUT:
      waiting.emplace_back(Typed{e.text.text});
      ++letters;
      break;
    case SDL_KEYDOWN:
      pressed(e.key.keysym);
      break;
    default:
      break;
  }
}

// True when it ends this call: a press, a lift.
bool Window::Impl::give_touch(Touch touch, ui::Ui& ui, bool& any) {
  const ui::Tree& tree = ui.tree();
  const bool drawn = tree.width_mm > 0;
  touch.x *= drawn ? tree.width_mm : static_cast<float>(target->w) * 0.248f;
  touch.y *= drawn ? tree.height_mm : static_cast<float>(target->h) * 0.248f;
  const auto hits = [&tree](float x, float y) {
    const auto on = [&](const ui::Node& n) {
      return n.touchable && n.visible && x >= n.rect.x && x < n.rect.x + n.rect.w && y >= n.rect.y &&
             y < n.rect.y + n.rect.h;
    };
    const auto top = std::find_if(tree.nodes.rbegin(), tree.nodes.rend(), on);
    return top != tree.nodes.rend() && top->enabled;
  };
  bool ends = false;
  for (const Edge& edge : contacts.take(touch, hits)) {
    any = true;
    const Millimetres x{edge.x}, y{edge.y};
    switch (edge.kind) {
      case Edge::Kind::Move:
        ui.pointer_move(x, y);
        break;
      case Edge::Kind::Down:
        ui.pointer_down(x, y);
        ends = true;
        break;
      case Edge::Kind::Up:
        ui.pointer_up(x, y);
        ends = true;
        break;
      case Edge::Kind::Away:
        ui.pointer_away();
        break;
    }
  }
  return ends;
}

// True when what comes after it must wait for the frame that shows it. Letters and their corrections need not.
bool Window::Impl::give(Input& input, ui::Ui& ui, bool& any) {
  if (const auto* touch = std::get_if<Touch>(&input)) return give_touch(*touch, ui, any);
  any = true;
  if (auto* typed = std::get_if<Typed>(&input)) {
    ui.type(typed->utf8);
    wipe(typed->utf8);
    return false;
  }
  if (const auto* key = std::get_if<ui::Key>(&input)) {
    ui.key(*key);
    return *key != ui::Key::Backspace && *key != ui::Key::Delete;
  }
  if (const auto* shortcut = std::get_if<Shortcut>(&input)) ui.shortcut(shortcut->chord);
  if (const auto* wheel = std::get_if<Wheel>(&input)) ui.wheel(wheel->notches);
  return true;
}

bool Window::Impl::hand_over(ui::Ui& ui) {
  bool any = false;
  for (bool ends = false; !ends && !waiting.empty();) {
    Input next = std::move(waiting.front());
    waiting.pop_front();
    ends = give(next, ui, any);
  }
  return any;
}

// Only a wake-up or a pushed event can come to a drawing in memory.
void Window::Impl::wait_headless(int ms) {
  const auto queued = [] { return SDL_PeepEvents(nullptr, 0, SDL_PEEKEVENT, SDL_FIRSTEVENT, SDL_LASTEVENT) > 0; };
  std::unique_lock lock(woken_mutex);
  pushed = pushed || queued();
  woken_changed.wait_for(lock, std::chrono::milliseconds(ms), [this] { return woken || pushed; });
  // SDL tells its watchers before the event is in the queue: it is there a moment later, or never when the queue is
  // full.
  for (int k = 0; pushed && !woken && k < 50 && !queued(); ++k)
    woken_changed.wait_for(lock, std::chrono::milliseconds(1), [this] { return woken; });
  pushed = false;
}

// SDL keeps the memory of events that were taken, and with them what was typed: used once more, for nothing.
void Window::Impl::overwrite_letters() {
  if (letters > 0) overwrite_events(std::exchange(letters, 0));
}

void Window::Impl::overwrite_events(int count) {
  SDL_Event blank{};
  blank.type = blank_event;
  for (; count > 0; --count) SDL_PushEvent(&blank);
  SDL_FlushEvent(blank_event);
  const std::lock_guard lock(woken_mutex);
  pushed = false;
}

void Window::forget() {
  Impl& d = *impl_;
  for (Input& input : d.waiting)
    if (auto* typed = std::get_if<Typed>(&input)) wipe(typed->utf8);
  // With its memory: what was taken from a deque stays in it.
  std::deque<Input>().swap(d.waiting);
  d.contacts = Contacts();
  d.mouse_down = false;
  SDL_PumpEvents();
  int dropped = 0;
  for (const auto& [first, last] :
       {std::pair{SDL_KEYDOWN, SDL_TEXTEDITING_EXT}, std::pair{SDL_MOUSEMOTION, SDL_MOUSEWHEEL},
        std::pair{SDL_FINGERDOWN, SDL_FINGERMOTION}}) {
    SDL_Event taken[16];
    for (int n = 0; (n = SDL_PeepEvents(taken, 16, SDL_GETEVENT, first, last)) > 0;) dropped += n;
    wipe(taken, sizeof taken);
  }
  d.overwrite_events(std::max(d.most_taken, dropped) + 16);
}

void Window::Impl::fit_window() {
  int w = 0, h = 0;
  SDL_GetWindowSize(window, &w, &h);
  if ((w != target->w || h != target->h) && w > 0 && h > 0 && !make_target(w, h)) quit = true;
}

bool Window::pump(ui::Ui& ui, Millis timeout) {
  Impl& d = *impl_;
  SDL_Event e;
  bool any = false;
  // A mouse that only wanders over the glass changes nothing on it, nor does a touch that does not count.
  const auto matters = [&](const SDL_Event& event) {
    return event.type == d.wake_event || event.type == SDL_QUIT || event.type == SDL_WINDOWEVENT;
  };
  if (d.waiting.empty() && timeout.count() > 0) {
    const auto ms = static_cast<int>(std::min<std::int64_t>(timeout.count(), 60'000));
    if (d.headless) {
      d.wait_headless(ms);
    } else if (SDL_WaitEventTimeout(&e, ms) == 1) {
      d.take(e);
      any = matters(e);
    }
  }
  if (d.headless) {
    const std::lock_guard lock(d.woken_mutex);
    any = any || std::exchange(d.woken, false);
  }
  int taken = 1;
  for (; SDL_PollEvent(&e) == 1; ++taken) {
    d.take(e);
    any = any || matters(e);
  }
  d.most_taken = std::max(d.most_taken, taken);
  wipe(&e, sizeof e);
  d.overwrite_letters();
  if (d.window != nullptr && d.exposed) {
    d.fit_window();
    any = true;
  }
  return d.hand_over(ui) || any;
}

void Window::present(const ui::Ui::Frame& frame) {
  Impl& d = *impl_;
  SDL_Surface* screen = d.window != nullptr ? SDL_GetWindowSurface(d.window) : nullptr;
  draw(frame, {static_cast<std::uint32_t*>(d.target->pixels), d.target->w, d.target->h, d.target->pitch / 4});
  if (screen != nullptr && screen->w == d.target->w && screen->h == d.target->h) {
    SDL_BlitSurface(d.target, nullptr, screen, nullptr);
    SDL_UpdateWindowSurface(d.window);
  }
  d.exposed = false;
}

Image Window::picture() const {
  const SDL_Surface& t = *impl_->target;
  Image image;
  image.width = t.w;
  image.height = t.h;
  image.format = PixelFormat::Bgra;
  image.pixels.resize(image.stride() * static_cast<std::size_t>(t.h));
  for (int y = 0; y < t.h; ++y) {
    const auto* row = reinterpret_cast<const std::uint32_t*>(static_cast<const std::uint8_t*>(t.pixels) +
                                                             static_cast<std::ptrdiff_t>(y) * t.pitch);
    std::uint8_t* out = image.pixels.data() + static_cast<std::size_t>(y) * image.stride();
    for (int x = 0; x < t.w; ++x, out += 4) {
      out[0] = static_cast<std::uint8_t>(row[x]);
      out[1] = static_cast<std::uint8_t>(row[x] >> 8);
      out[2] = static_cast<std::uint8_t>(row[x] >> 16);
      out[3] = 255;
    }
  }
  return image;
}

Result<Done> Window::screenshot(const std::string& path) const { return write_png(path, picture()); }

}  // namespace kiosk::window
