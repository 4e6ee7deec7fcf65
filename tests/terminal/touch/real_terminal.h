// A private display, a real terminal on it with its door (door.cpp), and xdotool. Nothing sleeps: what is waited for is
// seen in the terminal's own tree.
#pragma once
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "tests/programs/ctl_world.h"
#include "tests/support/wait_until.h"

namespace touch_test {
using ctl_test::Json;
using kiosk::Millis;
using kiosk::test::Stopwatch;
using kiosk::tools::Process;

struct Place {
  double x = 0, y = 0;  // parts of the glass
};
struct Control {
  std::string id, role, state;
  Place middle;
  bool has(const char* word) const { return state.find(word) != std::string::npos; }
  bool at(Place place) const { return std::abs(middle.x - place.x) < 0.002 && std::abs(middle.y - place.y) < 0.002; }
  bool usable() const { return has("enabled") && !has("offpage"); }
};
struct Look {
  std::int64_t born = 0;
  std::uint64_t frame = 0, pages = 0;
  std::int64_t stands_in_ms = 0, mouse_ups = 0;
  std::string page;
  std::vector<Control> controls;  // what can be touched
  std::vector<std::string> labels;
  const Control* by_id(const std::string& id) const {
    for (const auto& c : controls)
      if (c.id == id) return &c;
    return nullptr;
  }
  std::vector<Control> usable() const {
    std::vector<Control> out;
    for (const auto& c : controls)
      if (c.usable()) out.push_back(c);
    return out;
  }
};

inline constexpr int k_width = 540, k_height = 960;  // a small window of the usual shape: fewer points to draw
inline constexpr double k_mm_per_px = 0.496;

class Display {
 public:
  explicit Display(const std::string& folder) {
    const auto number_file = folder + "/display";
    kiosk::tools::Command server{
        .argv = {"/usr/bin/Xvfb", "-displayfd", "1", "-screen", "0", "540x960x24", "-nolisten", "tcp"}};
    server.out_path = number_file;
    server.err_path = folder + "/xvfb.log";
    auto started = Process::start(server);
    REQUIRE(started.ok());
    xvfb_.emplace(std::move(*started));
    for (int i = 0; i < 600 && number_.find('\n') == std::string::npos && xvfb_->running(); ++i) {
      number_ = ctl_test::read_file(number_file);
      (void)xvfb_->wait(Millis{25});
    }
    REQUIRE_MESSAGE(number_.find('\n') != std::string::npos, ctl_test::read_file(server.err_path));
    number_.resize(number_.find('\n'));
  }
  ~Display() {
    xvfb_->signal(SIGTERM);
    (void)xvfb_->wait(Millis{10'000});
  }
  std::string name() const { return ":" + number_; }
  kiosk::tools::Finished xdotool(std::vector<std::string> args) const {
    kiosk::tools::Command x{.argv = {"/usr/bin/xdotool"}};
    x.argv.insert(x.argv.end(), args.begin(), args.end());
    x.env = {{"DISPLAY", name()}};
    auto done = kiosk::tools::run(x, Millis{30'000});
    REQUIRE(done.ok());
    return *done;
  }

  // The window stands at the corner of the display, whatever it would like.
  void to_corner() const {
    std::string window;
    for (int i = 0; i < 200 && window.empty(); ++i) {
      const auto found = xdotool({"search", "--onlyvisible", "--name", "Layanan Mandiri"}).out;
      window = found.substr(0, found.find('\n'));
    }
    REQUIRE(!window.empty());
    CHECK(xdotool({"windowmove", window, "0", "0"}).status == 0);
  }
  static std::string px(double part, int points) {
    return std::to_string(std::min(points - 1, static_cast<int>(part * points)));
  }
  // At the place, then what else xdotool is to do; a quick tap when nothing is said.
  void click(Place at, std::vector<std::string> how = {"click", "1"}) const {
    std::vector<std::string> args = {"mousemove", px(at.x, k_width), px(at.y, k_height)};
    args.insert(args.end(), how.begin(), how.end());
    CHECK(xdotool(std::move(args)).status == 0);
  }

 private:
  std::string number_;
  std::optional<Process> xvfb_;
};

// kiosk-under-test, asked through its door.
class RealTerminal {
 public:
  RealTerminal(const std::string& folder, std::vector<std::string> args, std::map<std::string, std::string> env)
      : socket_(folder + "/door"), log_(folder + "/kiosk.log") {
    kiosk::tools::Command c{.argv = {ctl_test::bin("kiosk-under-test"), "--role", "kiosk"}};
    if (std::find(args.begin(), args.end(), "--speaker") == args.end()) args.insert(args.end(), {"--speaker", "none"});
    c.argv.insert(c.argv.end(), args.begin(), args.end());
    c.env = std::move(env);
    c.env["KIOSK_TEST_DOOR"] = socket_;
    c.env["KIOSK_MODELS"] = folder + "/no-models";
    // The desktop's message bus keeps a kilobyte of its own. What is freed is overwritten, as the shipped program has
    // it by glibc.
    c.env["ASAN_OPTIONS"] = "detect_leaks=0:max_free_fill_size=1073741824:free_fill_byte=90";
    c.err_path = log_;
    auto started = Process::start(c);
    REQUIRE(started.ok());
    process_.emplace(std::move(*started));
  }
  ~RealTerminal() {
    if (fd_ >= 0) ::close(fd_);
  }
  RealTerminal(const RealTerminal&) = delete;
  RealTerminal& operator=(const RealTerminal&) = delete;

  Process& process() { return *process_; }
  std::string log() const { return ctl_test::read_file(log_); }
  int stop() {
    process_->signal(SIGTERM);
    return process_->wait(Millis{20'000}).value_or(-1);
  }

  // Empty: nobody answers at the door.
  std::string ask(const std::string& line) {
    if (fd_ < 0 && !connect()) return {};
    const std::string asked = line + "\n";
    if (::send(fd_, asked.data(), asked.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(asked.size())) return lost();
    std::string got;
    char block[65536];
    while (got.find('\n') == std::string::npos) {
      const ssize_t n = ::read(fd_, block, sizeof block);
      if (n <= 0) return lost();
      got.append(block, static_cast<std::size_t>(n));
    }
    return got;
  }
  void act(const std::string& line) { REQUIRE_MESSAGE(ask(line).starts_with("{}"), line << "\n" << log()); }
  void finger(const char* act_name, Place at, int id = 1) {
    act("finger " + std::string(act_name) + " " + std::to_string(at.x) + " " + std::to_string(at.y) + " " +
        std::to_string(id));
  }
  void mouse(const char* act_name, Place at) {
    act("mouse " + std::string(act_name) + " " + std::to_string(at.x * k_width) + " " +
        std::to_string(at.y * k_height));
  }

  Look look(const std::string& how = "look") {
    Look out;
    const auto said = Json::parse(ask(how), nullptr, false);
    if (said.is_discarded()) return out;
    out.born = said["born"];
    out.frame = said["frame"];
    out.pages = said["pages"];
    out.mouse_ups = said["mouse_ups"];
    out.stands_in_ms = said["stands_in_ms"];
    for (const auto& node : said["nodes"]) {
      const std::string id = node["id"];
      if (id == "page") out.page = node["value"];
      out.labels.push_back(node["label"]);
      if (!node["touchable"].get<bool>()) continue;
      const auto& r = node["rect_mm"];
      out.controls.push_back({id,
                              node["role"],
                              node["state"],
                              {(r["x"].get<double>() + r["w"].get<double>() / 2) / (k_width * k_mm_per_px),
                               (r["y"].get<double>() + r["h"].get<double>() / 2) / (k_height * k_mm_per_px)}});
    }
    return out;
  }
  // The last frame for which it holds, seen as soon as it is drawn; after `patience` whatever there is.
  template <class Holds>
  std::optional<Look> until(const Holds& holds, Millis patience) {
    const Stopwatch watch;
    Look seen = look();
    while (!holds(seen)) {
      const auto left = patience - watch.spent();
      if (left <= Millis{0} || !process_->running()) return std::nullopt;
      if (fd_ < 0) (void)process_->wait(Millis{50});  // it begins again: nothing of it can be seen yet
      seen = look("wait " + std::to_string(seen.frame) + " " + std::to_string(std::min(left, Millis{200}).count()));
    }
    return seen;
  }
  // Until a press on this page counts; the terminal's clock is moved there.
  void stand() {
    if (const auto seen = look(); seen.stands_in_ms > 0) act("advance " + std::to_string(seen.stands_in_ms));
  }

 private:
  bool connect() {
    sockaddr_un at{};
    at.sun_family = AF_UNIX;
    std::strncpy(at.sun_path, socket_.c_str(), sizeof at.sun_path - 1);
    fd_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (::connect(fd_, reinterpret_cast<const sockaddr*>(&at), sizeof at) == 0) return true;
    return lost(), false;
  }
  std::string lost() {
    ::close(fd_);
    fd_ = -1;
    return {};
  }

  std::string socket_, log_;
  std::optional<Process> process_;
  int fd_ = -1;
};

}  // namespace touch_test
