#include "programs/kiosk/terminal.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <fstream>
#include <iterator>

#include "base/log.h"
#include "programs/kiosk/identity_keeper.h"
#include "programs/kiosk/script.h"
#include "programs/kiosk/terminal_parts.h"
#include "programs/shared/settings.h"

namespace kiosk::programs {

namespace {

struct Role {
  const char* name;
  ui::Density density;
  int width, height;
  float mm_per_px;
  Result<std::unique_ptr<Stage>> (*make)(const StageContext&);
};
constexpr Role kRoles[] = {{"kiosk", ui::Density::Kiosk, 1080, 1920, 0.248f, make_kiosk_stage},
                           {"counter", ui::Density::Desktop, 1920, 1080, 0.277f, make_counter_stage},
                           {"board", ui::Density::Board, 1920, 1080, 0.5f, make_board_stage}};

const Role* role_named(const std::string& name) {
  const auto it = std::find_if(std::begin(kRoles), std::end(kRoles), [&](const Role& r) { return r.name == name; });
  return it == std::end(kRoles) ? nullptr : it;
}

// An icon or picture of the assets by "part/name".
Image drawing(std::string_view file, int w, int h) {
  const std::size_t slash = file.find('/');
  if (slash == std::string_view::npos) return {};
  return window::draw_svg(i18n::assets(file.substr(0, slash)) + std::string(file.substr(slash)) + ".svg", w, h);
}

SteadyTime real_now() { return SystemClock().steady(); }

}  // namespace

struct Terminal::Impl {
  TerminalOptions options;
  i18n::Texts texts;
  OffsetClock clock;
  std::unique_ptr<window::Window> window;
  std::unique_ptr<ui::Ui> ui;
  std::unique_ptr<Stage> stage;  // ends before the window its workers wake
  std::unique_ptr<CopyKeeper> copy;
  std::unique_ptr<IdentityKeeper> badge;
  std::unique_ptr<Watchdog> watchdog;  // while it runs
  std::function<void()> then;
  std::uint64_t frames = 0;
  float mm_per_px = 0.248f;

  void doing(const char* what) {
    if (watchdog) watchdog->doing(what);
  }

  // The only place where input is taken, and so the mark of a loop that lives.
  bool pump(Millis timeout) {
    doing("waiting for input");
    const bool any = window->pump(*ui, timeout);
    if (watchdog) watchdog->turn();
    return any;
  }

  void turned() {
    doing("between two turns");
    if (then) then();
  }

  void draw() {
    doing("drawing");
    if (window->width_px() != options.width_px || window->height_px() != options.height_px) {
      options.width_px = window->width_px();
      options.height_px = window->height_px();
      ui->resize(options.width_px, options.height_px, mm_per_px);
    }
    ui->begin();
    stage->frame(*ui);
    ui->end();
    doing("showing a frame");
    window->present(ui->frame());
    ++frames;
  }

  // Waits for something to draw; true when nothing came in this time.
  bool idle_for(Millis limit) {
    Millis wait = ui->wants_frame() ? std::min(limit, Millis{16}) : limit;
    bool due = ui->wants_frame();
    if (const auto deadline = stage->next_deadline()) {
      // Rounded up: a wait that ends a moment early would spin until the moment comes.
      const auto left = std::max(Millis{0}, std::chrono::ceil<Millis>(*deadline - clock.steady()) + Millis{1});
      if (left <= wait) {
        wait = left;
        due = true;
      }
    }
    const bool any = pump(wait);
    return !any && !due;
  }
};

Terminal::Terminal() : impl_(std::make_unique<Impl>()) {}
Terminal::~Terminal() = default;
ui::Ui& Terminal::ui() { return *impl_->ui; }
window::Window& Terminal::glass() { return *impl_->window; }
Millis Terminal::accepts_presses_in() const { return impl_->ui->stands_in(); }
std::uint64_t Terminal::frames() const { return impl_->frames; }

Result<std::unique_ptr<Terminal>> Terminal::open(const TerminalOptions& options) {
  const Role* role = role_named(options.role);
  if (role == nullptr)
    return bad_input("role_unknown", "role", "kiosk, counter or board was expected, not '" + options.role + "'");
  TerminalOptions o = options;
  if (o.width_px == 0) o.width_px = role->width;
  if (o.height_px == 0) o.height_px = role->height;
  if (o.mm_per_px == 0) o.mm_per_px = role->mm_per_px;
  if (o.terminal.empty()) o.terminal = o.role + "-1";
  return open(o, role->density, role->make);
}

Result<std::unique_ptr<Terminal>> Terminal::open(const TerminalOptions& options, ui::Density density,
                                                 const MakeStage& make) {
  std::unique_ptr<Terminal> t(new Terminal());
  Impl& d = *t->impl_;
  d.options = options;
  const std::string folder = i18n::assets("i18n");
  if (folder.empty()) return bad_input("texts_missing", "assets", "no texts found; build them or set KIOSK_ASSETS");
  TRY(d.texts, i18n::Texts::load(folder));
  d.mm_per_px = options.mm_per_px > 0 ? options.mm_per_px : 0.248f;
  TRY(d.window, window::Window::open({.title = "Layanan Mandiri",
                                      .width_px = options.width_px > 0 ? options.width_px : 1080,
                                      .height_px = options.height_px > 0 ? options.height_px : 1920,
                                      .fullscreen = options.fullscreen,
                                      .headless = options.headless,
                                      .clock = &d.clock}));
  d.ui = std::make_unique<ui::Ui>(
      ui::Ui::Setup{.density = density,
                    .width_px = d.window->width_px(),
                    .height_px = d.window->height_px(),
                    .mm_per_px = d.mm_per_px,
                    .texts = &d.texts,
                    .draw_svg = drawing,
                    .languages = options.languages.empty() ? std::vector<std::string>{"id", "en"} : options.languages,
                    .language = options.language.empty() ? "id" : options.language,
                    .clock = &d.clock});
  std::shared_ptr<lan::TerminalIdentity> badge;
  if (options.branch.starts_with("https://")) {
    TRY(const auto settings, load_settings(options.config, options.home));
    TRY(badge, lan::TerminalIdentity::open(options.home, settings.allow_key_file));
    d.badge = std::make_unique<IdentityKeeper>(badge, options.home, d.clock, IdentityKeeper::Pace{});
  }
  window::Window* window = d.window.get();
  const StageContext context{.clock = d.clock,
                             .texts = d.texts,
                             .wake = [window] { window->wake(); },
                             .forget_input = [window] { window->forget(); },
                             .home = options.home,
                             .branch = options.branch,
                             .badge = badge,
                             .config = options.config,
                             .camera = options.camera,
                             .printer = options.printer,
                             .scanner = options.scanner,
                             .speaker = options.speaker,
                             .terminal = badge ? badge->name() : options.terminal,
                             .headless = options.headless};
  TRY(d.stage, make(context));
  TRY(d.copy, open_copy_keeper(context));
  return t;
}

void Terminal::frame(Millis limit) {
  Impl& d = *impl_;
  if (limit.count() > 0)
    (void)d.idle_for(limit);
  else
    (void)d.pump(Millis{0});
  d.draw();
  d.turned();
}

void Terminal::wait(Millis limit) {
  if (!impl_->idle_for(limit)) impl_->draw();
  impl_->turned();
}

void Terminal::on_turn(std::function<void()> then) { impl_->then = std::move(then); }

void Terminal::run(const std::atomic<bool>& stop, const Watchdog::Bite& stuck) {
  Impl& d = *impl_;
  frame(Millis{0});
  if (stuck) d.watchdog = std::make_unique<Watchdog>(kLoopSilentAtMost, stuck);
  // A signal cannot wake the window safely, so the wait is cut into seconds; nothing is drawn when nothing happened.
  while (!stop && !d.window->closing()) wait(Millis{1000});
  d.watchdog.reset();
}

Result<Done> Terminal::play(const std::string& script_file) {
  Impl& d = *impl_;
  std::ifstream in(script_file, std::ios::binary);
  if (!in) return bad_input("script_unreadable", "script", "no file at '" + script_file + "'");
  const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  TRY(const auto lines, parse_script(text));
  const std::string shots = d.options.shots.empty() ? "." : d.options.shots;
  if (::mkdir(shots.c_str(), 0755) != 0 && errno != EEXIST)
    return bad_input("shots_unusable", "shots", "no folder can be made at '" + shots + "'");
  frame(Millis{0});
  return play_script(lines, script_host());
}

ScriptHost Terminal::script_host() {
  Impl& d = *impl_;
  const std::string shots = d.options.shots.empty() ? "." : d.options.shots;
  ScriptHost host;
  host.ui = d.ui.get();
  host.frame = [this](Millis wait) { frame(wait); };
  host.more_input = [&d] { return d.window->more_input(); };
  host.accepts_presses_in = [this] { return accepts_presses_in(); };
  host.busy = [&d] { return d.stage->busy(); };
  host.advance = [&d](Millis by) { d.clock.advance(by); };
  host.set = [&d](const ui::Settings& settings) { d.ui->set(settings); };
  host.shot = [&d, shots](const std::string& name) { return d.window->screenshot(shots + "/" + name + ".png"); };
  host.tree = [&d, shots](const std::string& name) -> Result<Done> {
    std::ofstream out(shots + "/" + name + ".json", std::ios::binary);
    out << d.ui->tree().json();
    if (!out.flush()) return bad_input("shots_unusable", "shots", "cannot write " + name + ".json");
    return Done{};
  };
  host.real_time = real_now;
  host.told = [](const ScriptLine& line) { log::debug("script", {{"line", line.number}, {"act", line.verb}}); };
  return host;
}

}  // namespace kiosk::programs
