// One contract for every device (drivers/api/device.h): after forget() nothing of what came before can come out, nor is
// it in memory. A number is planted in what each kind takes or gives, then this process' own memory is searched.
#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <pty.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <functional>
#include <thread>

#include "drivers/camera/open.h"
#include "drivers/printer/open.h"
#include "drivers/scanner/open.h"
#include "drivers/speaker/headphones.h"
#include "drivers/speaker/open.h"
#include "tests/drivers/files.h"
#include "tests/drivers/scripted_printer.h"
#include "tests/drivers/tiny_png.h"
#include "tests/support/memory_search.h"
#include "tests/support/wait_until.h"

using namespace kiosk;
using namespace kiosk::drivers;
using namespace kiosk::test;

#ifdef __SANITIZE_ADDRESS__
// As the shipped terminal has it by glibc (programs/kiosk/main.cpp): what is freed is overwritten.
extern "C" const char* __asan_default_options() { return "max_free_fill_size=1073741824:free_fill_byte=90"; }
#endif

namespace {

std::string planted() {
  std::string nik;
  reveal(nik);
  return nik;
}

// Whatever comes in by a descriptor is read and overwritten: the other side keeps nothing in this process.
struct Sink {
  Sink() {
    listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(::bind(listener, reinterpret_cast<sockaddr*>(&at), sizeof at) == 0);
    REQUIRE(::listen(listener, 4) == 0);
    socklen_t size = sizeof at;
    ::getsockname(listener, reinterpret_cast<sockaddr*>(&at), &size);
    uri = "tcp:127.0.0.1:" + std::to_string(ntohs(at.sin_port));
    thread = std::thread([this] {
      for (int fd = 0; (fd = ::accept(listener, nullptr, nullptr)) >= 0; ::close(fd)) drain(fd);
    });
  }
  ~Sink() {
    ::shutdown(listener, SHUT_RDWR);
    thread.join();
    ::close(listener);
  }
  void drain(int fd) {
    char block[512];
    for (ssize_t n = 0; (n = ::recv(fd, block, sizeof block, 0)) > 0; taken += static_cast<int>(n))
      wipe(block, sizeof block);
  }
  int listener = -1;
  std::atomic<int> taken{0};
  std::string uri;
  std::thread thread;
};

PrinterOptions quick() {
  PrinterOptions o;
  o.connect_timeout = Millis{500};
  o.status_timeout = Millis{30};
  o.write_timeout = Millis{500};
  return o;
}

void print_planted(Printer& printer) {
  Bytes page;
  for (const char c : planted()) page.push_back(static_cast<std::uint8_t>(c));
  CHECK(printer.print(page));
  wipe(page);
}

// The colour in a row of pixels, kept as what cannot be found itself.
int frames_found() {
  constexpr int k_run = 120;
  constexpr std::uint8_t masked[3] = {0x4B ^ kMask, 0xA7 ^ kMask, 0x1D ^ kMask};
  return times_found_where(k_run, [&](const std::uint8_t* at) {
    for (int i = 0; i < k_run; ++i)
      if ((at[i] ^ kMask) != masked[i % 3]) return false;
    return true;
  });
}

void look_at_planted(Camera& camera) {
  auto frame = camera.next_frame(Millis{0});
  REQUIRE(frame);
  CHECK(frames_found() > 0);  // the search can find it
  wipe(frame->image.pixels);
}

}  // namespace

TEST_CASE("forget: no kind of printer keeps a byte of a page") {
  TempDir dir;
  Sink sink;
  int master = -1, slave = -1;
  char name[128] = {};
  REQUIRE(::openpty(&master, &slave, name, nullptr, nullptr) == 0);
  std::atomic<bool> ending{false};
  std::thread line([&] {
    char block[64];
    while (!ending) {
      pollfd p{master, POLLIN, 0};
      if (::poll(&p, 1, 20) > 0 && ::read(master, block, sizeof block) > 0) wipe(block, sizeof block);
    }
  });
  for (const std::string& uri : {"file:" + dir.file("out.bin"), sink.uri, std::string("usb:") + name}) {
    CAPTURE(uri);
    auto printer = open_printer(uri, quick());
    REQUIRE(printer);
    print_planted(**printer);
    (*printer)->forget();
    CHECK(times_found() == 0);
    CHECK((*printer)->print(as_bytes("next")));  // and it is a printer as before
  }
  ending = true;
  line.join();
  ::close(master);
  ::close(slave);
}

TEST_CASE("forget: what a printer took of a page that did not end does not come out for the next visitor") {
  PrinterScript s;
  s.stop_after = 3584;
  ScriptedPrinter fake(s, true);
  auto o = quick();
  o.status_timeout = Millis{250};
  auto printer = open_printer(fake.uri(), o);
  std::string page("\x1B@\x1Dv0\x00\x48\x00\xDE\x00", 10);
  page.append(0x48 * 0xDE, '\x41');
  page += "NUMBER A-010\n\x1B\x64\x04";
  REQUIRE(!(*printer)->print(as_bytes(page)));
  (*printer)->forget();
  fake.change([](PrinterScript& script) { script.stop_after = SIZE_MAX; });  // somebody puts in paper
  const auto keeps_it = [&] {
    const auto slips = fake.slips();
    return std::none_of(slips.begin(), slips.end(),
                        [](const auto& slip) { return slip.find("NUMBER A-010") != std::string::npos; });
  };
  CHECK(stays(keeps_it, Millis{400}));
  REQUIRE((*printer)->print(as_bytes("NUMBER A-011\n\x1B\x64\x04")));
  for (const auto& slip : fake.slips()) CHECK(slip.find("AAAA") == std::string::npos);
}

TEST_CASE("forget: no kind of camera keeps a frame") {
  TempDir dir;
  write_all(dir.file("a.png"), tiny_png(0x1D, 0xA7, 0x4B));
  for (const std::string& uri : {"file:" + dir.file("a.png"), "file:" + dir.path()}) {
    CAPTURE(uri);
    auto camera = open_camera(uri);
    REQUIRE(camera);
    look_at_planted(**camera);
    (*camera)->forget();
    CHECK(frames_found() == 0);
    CHECK((*camera)->next_frame(Millis{0}));  // and it looks again
    (*camera)->forget();
  }
  auto away = open_camera("v4l2:/dev/no-such-video");
  (*away)->forget();
  CHECK((*away)->status() == Reasons{Reason::Offline});
}

TEST_CASE("forget: a speaker says nothing more and holds no sentence") {
  TempDir dir;
  const auto program = dir.file("voice");
  write_all(program, as_bytes("#!/bin/sh\ncat > /dev/null\nexec sleep 600\n"));
  REQUIRE(::chmod(program.c_str(), 0755) == 0);
  for (const std::string& uri : {"espeak:" + program, "file:" + dir.file("said"), std::string("none")}) {
    CAPTURE(uri);
    auto speaker = open_speaker(uri);
    REQUIRE(speaker);
    Speech speech{planted(), "id", 100, true};
    (*speaker)->say(speech);
    CHECK(times_found() > 0);
    wipe(speech.text);
    CHECK((*speaker)->status().contains(Reason::Busy) == uri.starts_with("espeak"));
    (*speaker)->forget();
    CHECK((*speaker)->status().empty());
    CHECK(times_found() == 0);
  }
  for (const char* uri : {"none", "file:/nonexistent/jack"}) {
    auto jack = open_headphones(uri, [] {});
    (*jack)->forget();
    CHECK(!(*jack)->plugged());
  }
}

TEST_CASE("forget: a scanner of either kind gives nothing that was read before, whole or half") {
  TempDir dir;
  const auto fifo = dir.file("fifo");
  REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
  const int keep = ::open(fifo.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC);
  int master = -1, slave = -1;
  char name[128] = {};
  REQUIRE(::openpty(&master, &slave, name, nullptr, nullptr) == 0);
  for (const auto& [uri, fd, seen] :
       {std::tuple{"file:" + fifo, keep, keep}, std::tuple{std::string("tty:") + name, master, slave}}) {
    CAPTURE(uri);
    auto scanner = open_scanner(uri, [] {});
    REQUIRE(scanner);
    CHECK(wait_until([&] {
      CHECK(::write(fd, "ready\r", 6) == 6);
      return (*scanner)->take().has_value();
    }));
    for (const bool whole : {true, false}) {
      auto nik = planted();
      CHECK(::write(fd, nik.data(), nik.size()) == static_cast<ssize_t>(nik.size()));
      wipe(nik);
      if (whole) CHECK(::write(fd, "\r", 1) == 1);
      CHECK(wait_until([&, seen = seen] {
        int left = 1;
        REQUIRE(::ioctl(seen, FIONREAD, &left) == 0);
        return left == 0;
      }));
      (*scanner)->forget();
      CHECK(!(*scanner)->take());
      CHECK(times_found() == 0);
    }
  }
  ::close(keep);
  ::close(master);
  ::close(slave);
}
