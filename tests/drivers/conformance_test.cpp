// One suite for every kind of a device: what holds for the file driver holds for the network one.
#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <iterator>
#include <mutex>
#include <thread>

#include "drivers/camera/open.h"
#include "drivers/printer/open.h"
#include "tests/drivers/files.h"
#include "tests/drivers/tiny_png.h"

using namespace kiosk;
using namespace kiosk::drivers;
using namespace kiosk::test;

namespace {

// A receipt printer on loopback: collects what is printed, answers DLE EOT as told.
class FakePrinter {
 public:
  struct Answers {
    bool speaks = true;
    std::uint8_t printer = 0x12, offline = 0x12, paper = 0x12;
    std::size_t stop_reading_after = SIZE_MAX;
  };
  explicit FakePrinter(Answers a) : answers_(a) {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (a.stop_reading_after != SIZE_MAX) {
      int small = 2048;
      ::setsockopt(listener_, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
    }
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(::bind(listener_, reinterpret_cast<sockaddr*>(&at), sizeof at) == 0);
    REQUIRE(::listen(listener_, 4) == 0);
    socklen_t size = sizeof at;
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&at), &size);
    port_ = ntohs(at.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  ~FakePrinter() {
    ending_ = true;
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    ::close(listener_);
  }
  std::string uri() const { return "tcp:127.0.0.1:" + std::to_string(port_); }
  std::string printed() {
    std::lock_guard lock(mutex_);
    return printed_;
  }  // after print() returned: the driver waits for our close

 private:
  void serve() {
    for (;;) {
      const int fd = ::accept(listener_, nullptr, nullptr);
      if (fd < 0) return;
      talk(fd);
      ::close(fd);
    }
  }
  void talk(int fd) {
    std::string pending;
    std::size_t taken = 0;
    while (!ending_) {
      pollfd p{fd, POLLIN, 0};
      if (::poll(&p, 1, 50) == 0) continue;
      if (taken >= answers_.stop_reading_after) {
        if (p.revents & (POLLHUP | POLLERR)) return;
        p.events = 0;  // only its going is of interest
        ::poll(&p, 1, 5);
        if (++idle_ > 400) return;
        continue;
      }
      char chunk[512];
      const ssize_t n = ::recv(fd, chunk, sizeof chunk, 0);
      if (n <= 0) break;
      taken += static_cast<std::size_t>(n);
      pending.append(chunk, static_cast<std::size_t>(n));
      answer_questions(fd, pending);
    }
    std::lock_guard lock(mutex_);
    printed_ += pending;
  }
  // DLE EOT n and GS r 1 are taken out of what is printed.
  void answer_questions(int fd, std::string& pending) {
    for (const std::string_view ask : {std::string_view("\x10\x04"), std::string_view("\x1Dr")})
      for (auto at = pending.find(ask); at != std::string::npos && at + 2 < pending.size(); at = pending.find(ask)) {
        const char which = pending[at + 2];
        pending.erase(at, 3);
        const std::uint8_t reply = ask[0] == '\x1D' ? 0
                                   : which == 1     ? answers_.printer
                                   : which == 2     ? answers_.offline
                                   : which == 4     ? answers_.paper
                                                    : 0x12;
        if (answers_.speaks) CHECK(::send(fd, &reply, 1, MSG_NOSIGNAL) == 1);
      }
  }
  Answers answers_;
  int listener_ = -1, idle_ = 0;
  std::uint16_t port_ = 0;
  std::atomic<bool> ending_ = false;
  std::mutex mutex_;
  std::string printed_;
  std::thread thread_;
};

const std::string kPage("\x1B@Halo\n\x1DV\x42\x00 binary \xFF\x00 end", 26);

// What every printer promises.
void conforms(Printer& printer, const std::function<std::string()>& printed, bool confirmed = true) {
  CHECK(printer.status().empty());
  const auto first = printer.print(as_bytes(kPage));
  REQUIRE(first);
  CHECK(first->bytes == kPage.size());
  CHECK(first->confirmed == confirmed);
  CHECK(printed() == kPage);
  REQUIRE(printer.print(as_bytes("second")));
  CHECK(printed() == kPage + "second");
  CHECK(printer.name().find(':') != std::string::npos);
}

PrinterOptions quick() {
  PrinterOptions o;
  o.connect_timeout = Millis{500};
  o.status_timeout = Millis{400};
  o.write_timeout = Millis{500};
  o.watch = Millis{50};
  return o;
}

}  // namespace

TEST_CASE("printer: a file takes whole pages, one after the other") {
  TempDir dir;
  const std::string path = dir.file("printer.bin");
  auto printer = open_printer("file:" + path);
  REQUIRE(printer);
  conforms(**printer, [&] { return read_all(path); });
}

TEST_CASE("printer: a network printer that tells its status takes whole pages") {
  FakePrinter fake({});
  auto printer = open_printer(fake.uri(), quick());
  REQUIRE(printer);
  conforms(**printer, [&] { return fake.printed(); });
}

TEST_CASE("printer: a network printer that never answers is printed to all the same") {
  FakePrinter::Answers mute;
  mute.speaks = false;
  FakePrinter fake(mute);
  auto o = quick();
  o.status_timeout = Millis{60};
  auto printer = open_printer(fake.uri(), o);
  REQUIRE(printer);
  conforms(
      **printer, [&] { return fake.printed(); }, false);
}

TEST_CASE("printer: one that is not there is unreachable and says where it was looked for") {
  // A port that was just free: bound by nobody.
  int s = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  REQUIRE(::bind(s, reinterpret_cast<sockaddr*>(&at), sizeof at) == 0);
  socklen_t size = sizeof at;
  ::getsockname(s, reinterpret_cast<sockaddr*>(&at), &size);
  const std::string tcp = "tcp:127.0.0.1:" + std::to_string(ntohs(at.sin_port));
  ::close(s);
  for (const std::string& uri :
       {tcp, std::string("file:/nonexistent/folder/out.bin"), std::string("usb:/nonexistent/lp0")}) {
    CAPTURE(uri);
    auto printer = open_printer(uri, quick());
    REQUIRE(printer);
    const auto page = (*printer)->print(as_bytes("x"));
    REQUIRE(!page);
    CHECK(page.fault().kind == FaultKind::Unreachable);
    CHECK(page.fault().code == "printer_away");
    CHECK(!page.fault().detail.empty());
    CHECK((*printer)->status().contains(Reason::Offline));
  }
}

TEST_CASE("printer: without paper or with an open cover nothing is printed and the reason is said") {
  FakePrinter::Answers no_paper;
  no_paper.printer = 0x1A, no_paper.offline = 0x32, no_paper.paper = 0x72;
  FakePrinter::Answers open_cover;
  open_cover.printer = 0x1A, open_cover.offline = 0x16;
  const std::pair<FakePrinter::Answers, Reason> cases[] = {{no_paper, Reason::PaperOut},
                                                           {open_cover, Reason::CoverOpen}};
  for (const auto& [answers, reason] : cases) {
    FakePrinter fake(answers);
    auto printer = open_printer(fake.uri(), quick());
    CHECK((*printer)->status() == Reasons{reason});
    const auto page = (*printer)->print(as_bytes("secret page"));
    REQUIRE(!page);
    CHECK(page.fault().code == "printer_not_ready");
    CHECK(page.fault().detail.find(std::string(code(reason))) != std::string::npos);
    CHECK(fake.printed().find("secret") == std::string::npos);
  }
}

TEST_CASE("printer: nearly out of paper still prints") {
  FakePrinter::Answers low;
  low.paper = 0x1E;
  FakePrinter fake(low);
  auto printer = open_printer(fake.uri(), quick());
  CHECK((*printer)->status() == Reasons{Reason::PaperLow});
  CHECK((*printer)->print(as_bytes("page")));
}

TEST_CASE("printer: one that stops taking data in the middle is a fault, not a wait without end") {
  FakePrinter::Answers stuck;
  stuck.speaks = false;
  stuck.stop_reading_after = 16;
  FakePrinter fake(stuck);
  auto o = quick();
  o.status_timeout = Millis{30};
  o.write_timeout = Millis{150};
  auto printer = open_printer(fake.uri(), o);
  const std::string page(16 << 20, 'x');
  const auto done = (*printer)->print(as_bytes(page));
  REQUIRE(!done);
  CHECK(done.fault().code == "printer_not_ready");
}

TEST_CASE("printer: a name that is none is refused with what was expected") {
  for (const char* uri : {"", "file:", "tcp:", "tcp:host:0", "tcp:host:99999", "tcp::9100", "lpt:1"}) {
    CAPTURE(uri);
    const auto p = open_printer(uri);
    REQUIRE(!p);
    CHECK(p.fault().kind == FaultKind::BadInput);
    CHECK(p.fault().code == "printer_uri");
    CHECK(p.fault().field == "printer");
  }
}

TEST_CASE("camera: a picture plays for ever, framed to the size asked") {
  TempDir dir;
  write_all(dir.file("a.png"), tiny_png(10, 20, 200));
  auto camera = open_camera("file:" + dir.path() + "/a.png");
  REQUIRE(camera);
  CHECK((*camera)->status().empty());
  for (int i = 0; i < 3; ++i) {
    const auto frame = (*camera)->next_frame(Millis{0});
    REQUIRE(frame);
    CHECK(frame->index == i);
    CHECK(frame->image.width == 640);
    CHECK(frame->image.height == 480);
    CHECK(frame->image.format == PixelFormat::Bgr);
    const std::size_t middle = 240 * frame->image.stride() + 320 * 3;
    CHECK(frame->image.pixels[middle] == 200);  // blue first
  }
}

TEST_CASE("camera: a folder plays its pictures by name, each for its frames, in a loop") {
  TempDir dir;
  write_all(dir.file("2.png"), tiny_png(0, 0, 50));
  write_all(dir.file("1.png"), tiny_png(0, 0, 250));
  write_all(dir.file("3.jpg"), as_bytes("no picture"));
  auto camera = open_camera("file:" + dir.path() + "?frames=2");
  REQUIRE(camera);
  std::string seen;
  for (int i = 0; i < 8; ++i) {
    const auto frame = (*camera)->next_frame(Millis{0});
    REQUIRE(frame);
    seen += frame->image.pixels[240 * frame->image.stride() + 320 * 3] > 128 ? '1' : '2';
  }
  CHECK(seen == "11221122");
}

TEST_CASE("camera: one that is not there is away, and comes back when it is plugged in") {
  TempDir dir;
  const std::string path = dir.file("late.png");
  auto camera = open_camera("file:" + path);
  REQUIRE(camera);
  CHECK((*camera)->status() == Reasons{Reason::Offline});
  const auto frame = (*camera)->next_frame(Millis{0});
  REQUIRE(!frame);
  CHECK(frame.fault().kind == FaultKind::Unreachable);
  CHECK(frame.fault().code == "camera_away");
  write_all(path, tiny_png(0, 0, 9));
  CHECK((*camera)->next_frame(Millis{0}));
  CHECK((*camera)->status().empty());
  ::unlink(path.c_str());
  CHECK(!(*camera)->next_frame(Millis{0}));
  CHECK((*camera)->status() == Reasons{Reason::Offline});

  auto v4l2 = open_camera("v4l2:/dev/no-such-video");
  REQUIRE(v4l2);
  CHECK((*v4l2)->status() == Reasons{Reason::Offline});
  const auto none = (*v4l2)->next_frame(Millis{0});
  REQUIRE(!none);
  CHECK(none.fault().code == "camera_away");
}

TEST_CASE("camera: a file that is no picture has no signal") {
  TempDir dir;
  write_all(dir.file("x.png"), as_bytes("hello"));
  write_all(dir.file("empty.png"), {});
  for (const char* name : {"/x.png", "/empty.png"}) {
    auto camera = open_camera("file:" + dir.path() + name);
    REQUIRE(camera);
    CHECK(!(*camera)->next_frame(Millis{0}));
    CHECK((*camera)->status() == Reasons{Reason::NoSignal});
  }
}

TEST_CASE("camera: frames come when they are due by the given clock") {
  TempDir dir;
  write_all(dir.file("a.png"), tiny_png(0, 0, 1));
  FakeClock clock(from_ms(0));
  CameraOptions o;
  o.clock = &clock;
  o.fps = 10;
  Millis waited{0};
  o.wait = [&](Millis t) { waited += t, clock.advance(t); };
  auto camera = open_camera("file:" + dir.path() + "/a.png", o);
  for (int i = 0; i < 6; ++i) REQUIRE((*camera)->next_frame(Millis{1000}));
  CHECK(waited == Millis{500});  // the first is due at once
  const auto early = (*camera)->next_frame(Millis{10});
  REQUIRE(!early);
  CHECK(early.fault().code == "camera_timeout");
  clock.advance(Millis{5000});  // a reader that was away gets no burst
  REQUIRE((*camera)->next_frame(Millis{0}));
  CHECK(!(*camera)->next_frame(Millis{0}));
}

TEST_CASE("camera: a name that is none is refused with what was expected") {
  for (const char* uri : {"", "file:", "webcam", "file:a.png?zoom=x", "file:a.png?size=2", "file:a.png?frames=0"}) {
    CAPTURE(uri);
    const auto c = open_camera(uri);
    REQUIRE(!c);
    CHECK(c.fault().code == "camera_uri");
    CHECK(c.fault().field == "camera");
  }
}
