// Nothing read, typed, heard, photographed or printed outlives the visit: a real terminal with all its devices goes
// through a visit, and afterwards its own memory is searched for what the visitor left in each of them.
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

#include <algorithm>

#include "base/image.h"
#include "real_terminal.h"
#include "terminal/vision/picture.h"
#include "terminal/voice/voice.h"
#include "tests/drivers/scripted_printer.h"
#include "tests/support/wait_until.h"

using namespace touch_test;

namespace {

// A person's text as it may stand somewhere: plain, and as the glass shows it in groups of four.
std::string grouped(const std::string& digits) {
  std::string out;
  for (std::size_t i = 0; i < digits.size(); ++i) out += (i > 0 && i % 4 == 0 ? " " : "") + digits.substr(i, 1);
  return out;
}

struct Needle {
  std::string name, bytes;
};
struct Found {
  std::string name, where;
};

// Every copy of a needle in what the process may write: heap, stacks, buffers of libraries, what the window is drawn
// in. The sanitizer's own maps, which hold no bytes of the program, are larger than any of those.
std::vector<Found> in_memory_of(pid_t pid, const std::vector<Needle>& needles) {
  std::vector<Found> found;
  const std::string of = "/proc/" + std::to_string(pid);
  std::ifstream maps(of + "/maps");
  const int memory = ::open((of + "/mem").c_str(), O_RDONLY | O_CLOEXEC);
  REQUIRE(memory >= 0);
  std::string block;
  for (std::string line; std::getline(maps, line);) {
    unsigned long from = 0, to = 0;
    char mode[5] = {};
    if (std::sscanf(line.c_str(), "%lx-%lx %4s", &from, &to, mode) != 3) continue;
    if (mode[0] != 'r' || mode[1] != 'w' || to - from > (1024ul << 20)) continue;
    block.resize(to - from);
    const ssize_t got = ::pread(memory, block.data(), block.size(), static_cast<off_t>(from));
    if (got <= 0) continue;
    block.resize(static_cast<std::size_t>(got));
    for (const auto& n : needles)
      for (auto at = block.find(n.bytes); at != std::string::npos; at = block.find(n.bytes, at + n.bytes.size())) {
        std::string around = block.substr(at > 48 ? at - 48 : 0, 48 + std::min<std::size_t>(n.bytes.size(), 60) + 32);
        for (char& c : around)
          if (c < 0x20 || c > 0x7e) c = '.';
        found.push_back({n.name, line.substr(0, 80) + " +" + std::to_string(at) + " " + around});
        if (found.size() > 20'000) return found;
      }
  }
  ::close(memory);
  return found;
}

// What was found, of each kind the first few.
std::string said(const std::vector<Found>& found) {
  std::string out;
  std::map<std::string, int> told;
  for (const auto& f : found)
    if (++told[f.name] <= 8) out += f.name + ": " + f.where + "\n";
  for (const auto& [name, times] : told) out += name + ": " + std::to_string(times) + " copies\n";
  return out;
}
std::size_t count(const std::vector<Found>& found, const std::string& name) {
  return static_cast<std::size_t>(
      std::count_if(found.begin(), found.end(), [&](const Found& f) { return f.name == name; }));
}

// A hand scanner on a pseudo-terminal.
struct ScannerLine {
  ScannerLine() {
    char name[128] = {};
    REQUIRE(::openpty(&master, &slave, name, nullptr, nullptr) == 0);
    path = name;
  }
  ~ScannerLine() {
    ::close(master);
    ::close(slave);
  }
  void scan(const std::string& bytes) const {
    REQUIRE(::write(master, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()));
  }
  bool read() const {
    return kiosk::test::wait_until([&] {
      int left = 1;
      REQUIRE(::ioctl(slave, FIONREAD, &left) == 0);
      return left == 0;
    });
  }
  int master = -1, slave = -1;
  std::string path;
};

constexpr std::uint8_t k_colour[3] = {0x4B, 0xA7, 0x1D};  // of what is held before the camera

// The colour in a row, as a camera's frame (three bytes) and as the glass (four).
std::string run_of_colour(int bytes) {
  std::string out;
  for (int i = 0; i < 40; ++i) {
    for (const auto c : k_colour) out += static_cast<char>(c);
    if (bytes == 4) out += '\0';
  }
  return out;
}

std::string coloured_picture(const std::string& folder) {
  kiosk::Image image{640, 480, kiosk::PixelFormat::Bgr, {}};
  for (int i = 0; i < 640 * 480; ++i) image.pixels.insert(image.pixels.end(), std::begin(k_colour), std::end(k_colour));
  const auto png = kiosk::vision::encode_png(image);
  REQUIRE(png);
  const std::string path = folder + "/before-the-camera.png";
  std::ofstream(path, std::ios::binary)
      .write(reinterpret_cast<const char*>(png->data()), static_cast<std::streamsize>(png->size()));
  return path;
}

// The whole terminal: window, scanner, camera, printer, voice into headphones.
struct Room {
  explicit Room(bool window) {
    const std::string folder = w.dir().path();
    std::map<std::string, std::string> env = {{"SDL_VIDEODRIVER", "dummy"}};
    std::vector<std::string> args = {"--home",      w.home(),
                                     "--printer",   printer.uri(),
                                     "--scanner",   "tty:" + line.path,
                                     "--camera",    "file:" + coloured_picture(folder) + "?zoom=1",
                                     "--size",      std::to_string(k_width) + "x" + std::to_string(k_height),
                                     "--mm-per-px", std::to_string(k_mm_per_px)};
    const std::string voice = w.dir().file("voice", "#!/bin/sh\ncat >> " + heard_path() + "\nsleep 600\n");
    REQUIRE(::chmod(voice.c_str(), 0755) == 0);
    args.insert(args.end(), {"--speaker", "espeak:" + voice});
    args.insert(args.end(),
                {"--config",
                 w.dir().file("kiosk.toml", "[terminal]\nheadphones = \"file:" + w.dir().file("jack", "1") + "\"\n")});
    if (window) {
      display.emplace(folder);
      env["SDL_VIDEODRIVER"] = "x11";
      env["DISPLAY"] = display->name();
      args.push_back("--windowed");
    } else {
      args.push_back("--headless");
    }
    terminal.emplace(folder, args, env);
  }
  std::string heard_path() const { return w.dir().path() + "/heard"; }
  std::string heard() const { return ctl_test::read_file(heard_path()); }

  void shown(const std::string& id) {
    const auto seen =
        terminal->until([&](const Look& l) { return l.by_id(id) && l.by_id(id)->usable(); }, Millis{60'000});
    std::string ids;
    if (!seen)
      for (const auto& c : terminal->look().controls) ids += c.id + " ";
    REQUIRE_MESSAGE(seen.has_value(), id << " did not come; there are: " << ids << "\n" << terminal->log());
  }
  void tap(const std::string& id) {
    shown(id);
    terminal->stand();
    const auto at = terminal->look().by_id(id)->middle;
    terminal->finger("down", at);
    terminal->finger("up", at);
  }
  // There is no window manager that would give it to the window.
  void take_keyboard() const {
    auto window = display->xdotool({"search", "--onlyvisible", "--name", "Layanan Mandiri"}).out;
    window = window.substr(0, window.find('\n'));
    CHECK(display->xdotool({"windowfocus", "--sync", window}).status == 0);
  }
  // By a keyboard: in a window through the display server, else into SDL's queue.
  void type(const std::string& field, const std::string& text) {
    shown(field);
    if (display)
      CHECK(display->xdotool({"type", "--delay", "1", text}).status == 0);
    else
      terminal->act("text " + text);
  }
  template <class Holds>
  bool until(const Holds& holds) {
    const Stopwatch watch;
    while (!holds() && watch.spent() < Millis{60'000} && terminal->process().running())
      (void)terminal->process().wait(Millis{20});
    return holds();
  }
  std::string printed() {
    std::string all;
    for (const auto& slip : printer.slips()) all += slip;
    return all;
  }
  std::vector<Found> remembered(const std::vector<Needle>& needles) {
    return in_memory_of(terminal->process().pid(), needles);
  }
  // The visitor has left: nothing more is under way.
  void left() {
    shown("claim");
    terminal->act("advance 1000");
    const auto frame = terminal->look().frame;
    (void)terminal->until([&](const Look& l) { return l.frame > frame + 1; }, Millis{3'000});
  }

  ctl_test::World w;
  std::optional<Display> display;
  kiosk::test::ScriptedPrinter printer{{}, false};
  ScannerLine line;
  std::optional<RealTerminal> terminal;
};

void visit(Room& room) {
  const auto it = std::find_if(room.w.people.begin(), room.w.people.end(),
                               [](const auto& p) { return p["name"].template get<std::string>().size() > 15; });
  REQUIRE(it != room.w.people.end());
  const auto& person = *it;
  const std::string nik = person["nik"], mother = person["mother"], birth = person["birth"];
  const std::string kpj = person["kpj"], scanned = "6308017005680001";
  const std::string spoken = kiosk::voice::for_espeak(kiosk::voice::digits_in_words(kpj), "id");
  const std::vector<Needle> needles = {{"spoken", spoken},
                                       {"nik", nik},
                                       {"nik in groups", grouped(nik)},
                                       {"kpj", kpj},
                                       {"kpj in groups", grouped(kpj)},
                                       {"mother", mother},
                                       {"name", person["name"]},
                                       {"scanned", scanned},
                                       {"birth", birth},
                                       {"frame", run_of_colour(3)},
                                       {"glass", run_of_colour(4)}};
  room.shown("claim");
  if (room.display) room.take_keyboard();
  // A code without an end: the scanner waits for its rest.
  room.tap("kpj");
  room.tap("scan");
  CHECK(room.until([&] { return count(room.remembered({needles.end() - 2, needles.end()}), "frame") > 0; }));
  room.tap("page.primary");  // rather type it
  room.type("nik", nik);
  room.tap("page.primary");
  room.type("birth.day", birth.substr(8, 2) + birth.substr(5, 2) + birth.substr(0, 4));
  room.tap("page.primary");
  room.type("mother", mother);
  room.tap("page.primary");
  room.tap("print");
  CHECK(room.until([&] { return room.printed().find(kpj) != std::string::npos; }));
  CHECK(room.until([&] { return room.heard().find(spoken) != std::string::npos; }));
  room.line.scan(scanned.substr(0, 15));
  CHECK(room.line.read());
  const auto before = room.remembered(needles);
  for (const char* name : {"nik", "kpj in groups", "name", "spoken"}) CHECK_MESSAGE(count(before, name) > 0, name);
  room.tap("page.primary");
  room.left();
  const auto after = room.remembered(needles);
  CHECK_MESSAGE(after.empty(), said(after));
  // The next visitor's code ends the line; it is his own and nothing before it.
  const auto heard = room.heard().size(), slips = room.printer.slips().size();
  room.tap("kpj");
  room.shown("nik");
  room.line.scan("\r");
  CHECK(room.line.read());
  for (const auto& label : room.terminal->look().labels) CHECK(label.find(scanned.substr(0, 15)) == std::string::npos);
  CHECK(room.heard().substr(heard).find(spoken) == std::string::npos);
  CHECK(room.printer.slips().size() == slips);
  CHECK_MESSAGE(room.terminal->stop() == 0, room.terminal->log());
}

}  // namespace

TEST_CASE("forget: what was typed, scanned, heard, printed and photographed is in no memory of the terminal") {
  Room room(false);
  visit(room);
}

TEST_CASE("forget: nor is it in a window of a display server, with a keyboard's letters") {
  Room room(true);
  visit(room);
}
