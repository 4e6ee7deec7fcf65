#include "window/window.h"

#include <SDL.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <mutex>
#include <utility>

#include "base/log.h"
#include "window/raster.h"

namespace kiosk::window {

namespace {

struct Edge {
  enum class Kind { Down, Move, Up, Away } kind;
  float x, y;  // pixels
};

// The name of a key as shortcuts are written: "F2", "Ctrl+N"; empty for plain letters.
std::string chord(const SDL_Keysym& key) {
  const bool ctrl = (key.mod & KMOD_CTRL) != 0, alt = (key.mod & KMOD_ALT) != 0;
  const bool function = key.sym >= SDLK_F1 && key.sym <= SDLK_F12;
  if (!ctrl && !alt && !function) return {};
  std::string name = SDL_GetKeyName(key.sym);
  if (name.empty()) return {};
  return (ctrl ? "Ctrl+" : "") + std::string(alt ? "Alt+" : "") + name;
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
  std::deque<Edge> edges;
  bool finger_down = false, mouse_down = false;
  SDL_FingerID finger = 0;

  ~Impl() {
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

  void push_move(float x, float y) {
    if (!edges.empty() && edges.back().kind == Edge::Kind::Move) edges.pop_back();
    edges.push_back({Edge::Kind::Move, x, y});
  }

  void take(const SDL_Event& e, ui::Ui& ui);
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
  d.wake_event = SDL_RegisterEvents(1);
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
bool Window::more_input() const { return !impl_->edges.empty(); }

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
  SDL_PushEvent(&e);
}

void Window::Impl::take(const SDL_Event& e, ui::Ui& ui) {
  const auto w = static_cast<float>(target->w), h = static_cast<float>(target->h);
  if (e.type == wake_event) {
    wake_sent = false;
    return;
  }
  switch (e.type) {
    case SDL_QUIT:
      quit = true;
      break;
    case SDL_WINDOWEVENT:
      if (e.window.event == SDL_WINDOWEVENT_CLOSE) quit = true;
      if (e.window.event == SDL_WINDOWEVENT_EXPOSED || e.window.event == SDL_WINDOWEVENT_SIZE_CHANGED) exposed = true;
      break;
    // The first finger wins; others are a hand resting on the glass.
    case SDL_FINGERDOWN:
      if (finger_down || mouse_down) break;
      finger_down = true;
      finger = e.tfinger.fingerId;
      edges.push_back({Edge::Kind::Down, e.tfinger.x * w, e.tfinger.y * h});
      break;
    case SDL_FINGERMOTION:
      if (finger_down && finger == e.tfinger.fingerId) push_move(e.tfinger.x * w, e.tfinger.y * h);
      break;
    case SDL_FINGERUP:
      if (!finger_down || finger != e.tfinger.fingerId) break;
      finger_down = false;
      edges.push_back({Edge::Kind::Up, e.tfinger.x * w, e.tfinger.y * h});
      break;
    case SDL_MOUSEBUTTONDOWN:
      if (e.button.which == SDL_TOUCH_MOUSEID || e.button.button != SDL_BUTTON_LEFT || finger_down) break;
      mouse_down = true;
      edges.push_back({Edge::Kind::Down, static_cast<float>(e.button.x), static_cast<float>(e.button.y)});
      break;
    case SDL_MOUSEMOTION:
      if (e.motion.which != SDL_TOUCH_MOUSEID && mouse_down)
        push_move(static_cast<float>(e.motion.x), static_cast<float>(e.motion.y));
      break;
    case SDL_MOUSEBUTTONUP:
      if (e.button.which == SDL_TOUCH_MOUSEID || e.button.button != SDL_BUTTON_LEFT || !mouse_down) break;
      mouse_down = false;
      edges.push_back({Edge::Kind::Up, static_cast<float>(e.button.x), static_cast<float>(e.button.y)});
      break;
    case SDL_MOUSEWHEEL:
      ui.wheel(e.wheel.preciseY);
      break;
    case SDL_TEXTINPUT:
      ui.type(e.text.text);
      break;
    case SDL_KEYDOWN: {
      const std::string name = chord(e.key.keysym);
      if (!name.empty() && name != "F1") {
        ui.shortcut(name);
        break;
      }
      switch (e.key.keysym.sym) {
        case SDLK_UP:
          ui.key(ui::Key::Up);
          break;
        case SDLK_DOWN:
          ui.key(ui::Key::Down);
          break;
        case SDLK_LEFT:
          ui.key(ui::Key::Left);
          break;
        case SDLK_RIGHT:
          ui.key(ui::Key::Right);
          break;
        case SDLK_RETURN:
        case SDLK_KP_ENTER:
          ui.key(ui::Key::Ok);
          break;
        case SDLK_F1:
        case SDLK_HELP:
          ui.key(ui::Key::Help);
          break;
        case SDLK_ESCAPE:
        case SDLK_AC_BACK:
          ui.key(ui::Key::Back);
          break;
        case SDLK_TAB:
          ui.key((e.key.keysym.mod & KMOD_SHIFT) != 0 ? ui::Key::BackTab : ui::Key::Tab);
          break;
        case SDLK_BACKSPACE:
          ui.key(ui::Key::Backspace);
          break;
        case SDLK_DELETE:
          ui.key(ui::Key::Delete);
          break;
        case SDLK_PAGEUP:
          ui.key(ui::Key::PageUp);
          break;
        case SDLK_PAGEDOWN:
          ui.key(ui::Key::PageDown);
          break;
        default:
          break;
      }
      break;
    }
    default:
      break;
  }
}

bool Window::pump(ui::Ui& ui, Millis timeout) {
  Impl& d = *impl_;
  SDL_Event e;
  bool any = false;
  // A mouse that only wanders over the glass changes nothing on it.
  const auto matters = [&](const SDL_Event& event) { return event.type != SDL_MOUSEMOTION || d.mouse_down; };
  if (d.edges.empty() && timeout.count() > 0) {
    const auto ms = static_cast<int>(std::min<std::int64_t>(timeout.count(), 60'000));
    if (d.headless) {
      // Nobody touches a drawing in memory: only a wake-up can come, unless a test has queued input already.
      std::unique_lock lock(d.woken_mutex);
      if (SDL_PeepEvents(nullptr, 0, SDL_PEEKEVENT, SDL_FIRSTEVENT, SDL_LASTEVENT) == 0)
        d.woken_changed.wait_for(lock, std::chrono::milliseconds(ms), [&d] { return d.woken; });
    } else if (SDL_WaitEventTimeout(&e, ms) == 1) {
      d.take(e, ui);
      any = matters(e);
    }
  }
  if (d.headless) {
    const std::lock_guard lock(d.woken_mutex);
    any = any || std::exchange(d.woken, false);
  }
  while (SDL_PollEvent(&e) == 1) {
    d.take(e, ui);
    any = any || matters(e);
  }
  if (d.window != nullptr && d.exposed) {
    int w = 0, h = 0;
    SDL_GetWindowSize(d.window, &w, &h);
    if ((w != d.target->w || h != d.target->h) && w > 0 && h > 0) {
      if (!d.make_target(w, h)) d.quit = true;
    }
    any = true;
  }
  const float k = ui.tree().width_mm > 0 ? ui.tree().width_mm / static_cast<float>(d.target->w) : 0.248f;
  while (!d.edges.empty()) {
    const Edge edge = d.edges.front();
    d.edges.pop_front();
    any = true;
    const Millimetres x{edge.x * k}, y{edge.y * k};
    switch (edge.kind) {
      case Edge::Kind::Move:
        ui.pointer_move(x, y);
        continue;
      case Edge::Kind::Down:
        ui.pointer_down(x, y);
        return true;
      case Edge::Kind::Up:
        ui.pointer_up(x, y);
        return true;
      case Edge::Kind::Away:
        ui.pointer_away();
        return true;
    }
  }
  return any;
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
