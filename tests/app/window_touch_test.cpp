// Once in a real window of a real display server, with a pointer that presses the glass: a ticket by touch, from home
// to the paper. Where each button is comes from the same terminal without a display.
#include <signal.h>

#include "ctl_world.h"

using namespace ctl_test;
using kiosk::Millis;

namespace {

constexpr const char* k_size = "1080x1920";
constexpr double k_mm_per_px = 0.248;

std::string first_line_of(const std::string& path, Process& process) {
  for (int i = 0; i < 400; ++i) {
    const auto text = read_file(path);
    if (text.find('\n') != std::string::npos) return text.substr(0, text.find('\n'));
    if (!process.running()) break;
    std::this_thread::sleep_for(Millis{50});
  }
  return {};
}

// The middle of a control, in points of the glass.
std::pair<int, int> place_of(const std::string& tree_file, const std::string& id) {
  const auto tree = Json::parse(read_file(tree_file));
  for (const auto& node : tree)
    if (node["id"] == id) {
      const auto& r = node["rect_mm"];
      return {static_cast<int>((r["x"].get<double>() + r["w"].get<double>() / 2) / k_mm_per_px),
              static_cast<int>((r["y"].get<double>() + r["h"].get<double>() / 2) / k_mm_per_px)};
    }
  FAIL("there is no " << id << " in " << tree_file);
  return {};
}

}  // namespace

TEST_CASE("window: a ticket is taken by touch in a real window, and the paper comes out") {
  World w;
  const std::string shots = w.dir().path() + "/shots";
  // The way once without a display: it tells where to press.
  {
    kiosk::app::Command c{
        .argv = {bin("kiosk"), "--role", "kiosk", "--headless", "--size", k_size, "--home", w.home(), "--shots", shots,
                 "--script",
                 w.dir().file("way.script",
                              "wait Ambil nomor antrean 30\ntree home\ntap Ambil nomor antrean\n"
                              "wait Klaim Jaminan Hari Tua 10\ntree service\ntap Klaim Jaminan Hari Tua\n"
                              "wait Lewati 10\ntree identify\ntap Lewati\n"
                              "wait Usia 60 tahun ke atas 10\ntree priority\n")}};
    c.env = {{"SDL_VIDEODRIVER", "dummy"}, {"KIOSK_MODELS", w.dir().path() + "/no-models"}};
    const auto played = kiosk::app::run(c, Millis{120'000});
    REQUIRE(played.ok());
    REQUIRE_MESSAGE(played->status == 0, played->err);
  }
  const auto number_file = w.dir().path() + "/display";
  kiosk::app::Command server{
      .argv = {"/usr/bin/Xvfb", "-displayfd", "1", "-screen", "0", "1080x1920x24", "-nolisten", "tcp"}};
  server.out_path = number_file;
  server.err_path = w.dir().path() + "/xvfb.log";
  auto xvfb = Process::start(server);
  REQUIRE(xvfb.ok());
  const auto number = first_line_of(number_file, *xvfb);
  REQUIRE_MESSAGE(!number.empty(), read_file(server.err_path));
  const std::string display = ":" + number, paper = w.dir().path() + "/paper.escpos";

  kiosk::app::Command c{.argv = {bin("kiosk"), "--role", "kiosk", "--windowed", "--size", k_size, "--home", w.home(),
                                 "--printer", "file:" + paper, "--speaker", "none"}};
  c.env = {{"SDL_VIDEODRIVER", "x11"},
           {"DISPLAY", display},
           {"KIOSK_MODELS", w.dir().path() + "/no-models"},
           {"ASAN_OPTIONS", "detect_leaks=0"}};  // the desktop's message bus keeps a kilobyte of its own
  c.err_path = w.dir().path() + "/kiosk.log";
  auto kiosk_program = Process::start(c);
  REQUIRE(kiosk_program.ok());

  const auto xdotool = [&](std::vector<std::string> args) {
    kiosk::app::Command x{.argv = {"/usr/bin/xdotool"}};
    x.argv.insert(x.argv.end(), args.begin(), args.end());
    x.env = {{"DISPLAY", display}};
    auto done = kiosk::app::run(x, Millis{30'000});
    return done.ok() ? *done : kiosk::app::Finished{};
  };
  // The window stands at the corner of the display, whatever it would like.
  std::string window;
  for (int i = 0; i < 300 && window.empty(); ++i) {
    const auto found = xdotool({"search", "--onlyvisible", "--name", "Layanan Mandiri"});
    window = found.out.substr(0, found.out.find('\n'));
    if (window.empty()) std::this_thread::sleep_for(Millis{100});
  }
  REQUIRE_MESSAGE(!window.empty(), read_file(c.err_path));
  (void)xdotool({"windowmove", window, "0", "0"});
  const auto touch = [&](const std::string& page, const std::string& id) {
    const auto [x, y] = place_of(shots + "/" + page + ".json", id);
    const auto done =
        xdotool({"mousemove", std::to_string(x), std::to_string(y), "mousedown", "1", "sleep", "0.15", "mouseup", "1"});
    CHECK(done.status == 0);
  };
  std::this_thread::sleep_for(Millis{3'000});  // services have come
  touch("home", "ticket");
  std::this_thread::sleep_for(Millis{2'000});
  touch("service", "service-JHT");
  std::this_thread::sleep_for(Millis{2'000});
  touch("identify", "skip");
  std::this_thread::sleep_for(Millis{2'000});
  touch("priority", "elderly");
  for (int i = 0; i < 300 && read_file(paper).empty(); ++i) std::this_thread::sleep_for(Millis{100});
  CHECK(!read_file(paper).empty());
  const auto tickets = w.ask({"ticket", "list"});
  REQUIRE_MESSAGE(tickets.rows.size() == 1, tickets.out << read_file(c.err_path));
  CHECK(tickets.rows[0]["service"] == "JHT");
  CHECK(tickets.rows[0]["priority"] == "elderly");

  kiosk_program->signal(SIGTERM);
  const auto status = kiosk_program->wait(Millis{20'000});
  CHECK_MESSAGE(status == 0, read_file(c.err_path));
  xvfb->signal(SIGTERM);
  (void)xvfb->wait(Millis{10'000});
}
