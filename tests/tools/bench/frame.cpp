// kiosk-bench frame: the home screen at 1080 x 1920 drawn without a GPU, against one copy of as many pixels; how long a
// touch takes to change what is seen while the camera's picture runs, all on one core; and what an idle terminal costs.
#include <sched.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <vector>

#include "programs/kiosk/terminal.h"
#include "terminal/vision/picture.h"
#include "terminal/vision/portrait.h"
#include "terminal/window/input_events.h"
#include "tests/support/wait_until.h"
#include "tests/tools/bench/bench.h"

namespace kiosk::tools {
using namespace programs;

namespace {

double cpu_ms(clockid_t clock) {
  timespec t{};
  ::clock_gettime(clock, &t);
  return static_cast<double>(t.tv_sec) * 1e3 + static_cast<double>(t.tv_nsec) / 1e6;
}

double resident_mb() {
  long total = 0, resident = 0;
  if (std::FILE* f = std::fopen("/proc/self/statm", "r")) {
    if (std::fscanf(f, "%ld %ld", &total, &resident) != 2) resident = 0;
    std::fclose(f);
  }
  return static_cast<double>(resident) * static_cast<double>(::sysconf(_SC_PAGESIZE)) / 1e6;
}

// From the finger to the frame that shows it, on the page with the live picture (check-in needs no person), the whole
// process on one core: camera, code reading and drawing share it.
Result<std::vector<double>> touches(const BenchOptions& options, int n) {
  const std::string face = options.dir + "/face.png";
  TRY(const auto png, vision::encode_png(vision::draw_portrait(3, 0)));
  std::ofstream(face, std::ios::binary)
      .write(reinterpret_cast<const char*>(png.data()), static_cast<std::streamsize>(png.size()));
  TerminalOptions terminal;
  terminal.home = options.dir;
  terminal.headless = true;
  terminal.width_px = 1080;
  terminal.height_px = 1920;
  terminal.camera = "file:" + face;
  cpu_set_t before, one;
  CPU_ZERO(&one);
  CPU_SET(0, &one);
  ::sched_getaffinity(0, sizeof before, &before);
  ::sched_setaffinity(0, sizeof one, &one);  // threads that begin from here on inherit it
  TRY(const auto t, Terminal::open(terminal));
  auto& ui = t->ui();
  const auto host = t->script_host();
  const Hand hand(host);
  const auto settle = [&](const char* id) -> Result<Done> {
    for (int k = 0; k < 200; ++k) {
      t->frame(Millis{10});
      if (ui.tree().by_id(id) != nullptr) return Done{};
    }
    return refused("bench_no_page", std::string(id) + " did not come");
  };
  for (const char* id : {"other", "appointment"}) {
    TRY_DONE(settle(id));
    if (const auto why = hand.touch(id); !why.empty()) return refused("bench_no_page", why);
  }
  TRY_DONE(settle("preview"));
  std::vector<double> out;
  for (int k = 0; k < n; ++k) {
    t->frame(Millis{5});
    hand.wait_until_page_stands();
    const ui::Node* tool = ui.tree().by_id("tool.contrast");
    if (tool == nullptr) return refused("bench_no_page", "there is no contrast button");
    const float x = (tool->rect.x + tool->rect.w / 2) / ui.tree().width_mm,
                y = (tool->rect.y + tool->rect.h / 2) / ui.tree().height_mm;
    const bool was = ui.settings().contrast;
    const test::Stopwatch pressed;
    window::push_finger(window::Act::Down, x, y);
    t->frame(Millis{0});  // the pressed button
    const double shown = pressed.ms();
    window::push_finger(window::Act::Up, x, y);
    const test::Stopwatch lifted;
    for (int frames = 0; ui.settings().contrast == was; ++frames) {
      if (frames > 1'000) return refused("bench_no_page", "the contrast button did not answer");
      t->frame(Millis{0});
    }
    out.push_back(std::max(shown, lifted.ms()));
  }
  ::sched_setaffinity(0, sizeof before, &before);
  return out;
}

}  // namespace

Result<Measured> bench_frame(const BenchOptions& options) {
  const int n = options.n > 0 ? options.n : 200;
  TerminalOptions terminal;
  terminal.home = options.dir;  // no node: the home screen says so and stays usable
  terminal.headless = true;
  terminal.width_px = 1080;
  terminal.height_px = 1920;
  TRY(const auto t, Terminal::open(terminal));
  for (int k = 0; k < 20; ++k) t->frame(Millis{0});
  const ui::Node* page = t->ui().tree().by_id("page");
  if (page == nullptr || t->ui().tree().nodes.size() < 8)
    return refused("bench_no_page", "the home screen did not come");

  std::vector<double> ours, limit;
  const std::size_t bytes = std::size_t{1080} * 1920 * 4;
  std::vector<std::uint8_t> from(bytes, 0x5A), to(bytes);
  for (int k = 0; k < n; ++k) {
    double start = cpu_ms(CLOCK_THREAD_CPUTIME_ID);
    t->frame(Millis{0});
    ours.push_back(cpu_ms(CLOCK_THREAD_CPUTIME_ID) - start);
    from[static_cast<std::size_t>(k)] = static_cast<std::uint8_t>(k);
    start = cpu_ms(CLOCK_THREAD_CPUTIME_ID);
    std::memcpy(to.data(), from.data(), bytes);
    asm volatile("" : : "r"(to.data()) : "memory");  // the copy is not optimised away
    limit.push_back(cpu_ms(CLOCK_THREAD_CPUTIME_ID) - start);
  }

  // Idle: the whole process, its workers too, over some seconds without input.
  const std::uint64_t frames_before = t->frames();
  const double idle_cpu = cpu_ms(CLOCK_PROCESS_CPUTIME_ID);
  const test::Stopwatch idling;
  while (idling.ms() < 5000) t->wait(Millis{1000});
  const double idle = (cpu_ms(CLOCK_PROCESS_CPUTIME_ID) - idle_cpu) / idling.ms() * 100;

  TRY(auto touched, touches(options, n));

  Measured m;
  m.unit = "ms";
  m.ours = percentile(ours, 0.5);
  m.limit = percentile(limit, 0.5);
  m.more = {{"target_ms", 4},
            {"p99_ms", percentile(ours, 0.99)},
            {"touch_p50_ms", percentile(touched, 0.5)},
            {"touch_p99_ms", percentile(touched, 0.99)},
            {"touch_target_ms", 33},
            {"idle_percent_of_core", idle},
            {"idle_percent_target", 2},
            {"idle_frames", static_cast<double>(t->frames() - frames_before)},
            {"resident_mb", resident_mb()},
            {"resident_target_mb", 150}};
  return m;
}

}  // namespace kiosk::tools
