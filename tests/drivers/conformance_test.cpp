// One suite for every kind of a device: what holds for the file driver holds for the network one.
#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <iterator>
#include <mutex>
#include <thread>

#include "drivers/camera/open.h"
#include "drivers/printer/open.h"
#include "drivers/scanner/open.h"
#include "drivers/speaker/headphones.h"
#include "drivers/speaker/open.h"
#include "tests/drivers/tiny_png.h"

using namespace kiosk;
using namespace kiosk::drivers;

namespace {

class TempDir {
 public:
  TempDir() {
    char name[] = "/tmp/kiosk-drivers-XXXXXX";
    REQUIRE(::mkdtemp(name) != nullptr);
    path_ = name;
  }
  ~TempDir() {
    for (const auto& f : files_) ::unlink(f.c_str());
    ::rmdir(path_.c_str());
  }
  std::string file(const std::string& name) {
    files_.push_back(path_ + "/" + name);
    return files_.back();
  }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
  std::vector<std::string> files_;
};

std::string read_all(const std::string& path) {
  std::ifstream f(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(f), {}};
}
void write_all(const std::string& path, ByteView bytes) {
  std::ofstream f(path, std::ios::binary);
  f.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
}

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
        ::poll(nullptr, 0, 5);
        if (++idle_ > 400) return;
        continue;
      }
      char chunk[512];
      const ssize_t n = ::recv(fd, chunk, sizeof chunk, 0);
      if (n <= 0) break;
      taken += static_cast<std::size_t>(n);
      pending.append(chunk, static_cast<std::size_t>(n));
      for (std::size_t at = pending.find("\x10\x04"); at != std::string::npos && at + 2 < pending.size();
           at = pending.find("\x10\x04")) {
        const char which = pending[at + 2];
        pending.erase(at, 3);
        const std::uint8_t reply = which == 1 ? answers_.printer : which == 2 ? answers_.offline : answers_.paper;
        if (answers_.speaks) CHECK(::send(fd, &reply, 1, MSG_NOSIGNAL) == 1);
      }
    }
    std::lock_guard lock(mutex_);
    printed_ += pending;
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
void conforms(Printer& printer, const std::function<std::string()>& printed) {
  CHECK(printer.status().empty());
  const auto first = printer.print(as_bytes(kPage));
  REQUIRE(first);
  CHECK(first->bytes == kPage.size());
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
  conforms(**printer, [&] { return fake.printed(); });
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

TEST_CASE("speaker: the file speaker writes down what was said") {
  TempDir dir;
  const std::string path = dir.file("said.txt");
  auto speaker = open_speaker("file:" + path);
  REQUIRE(speaker);
  (*speaker)->say({"Selamat datang", "id", 80});
  (*speaker)->say({"Welcome", "en", 100, true});
  CHECK(read_all(path) == "id\t80\tSelamat datang\nen\t100\t(chime) Welcome\n");
  CHECK((*speaker)->status().empty());
}

TEST_CASE("speaker: a recording is heard instead of its part of the text, and a missing one is spoken") {
  TempDir dir;
  const std::string clip = dir.file("a.wav"), said = dir.file("said"), program = dir.file("espeak"),
                    done = dir.file("done");
  write_all(clip, as_bytes("RIFF"));
  Speech speech{"Satu. Dua & tiga. Empat.", "id"};
  speech.clips = {{6, 17, clip}, {18, 24, dir.file("missing.wav")}};
  auto file = open_speaker("file:" + dir.file("text"));
  REQUIRE(file);
  (*file)->say(speech);
  CHECK(read_all(dir.file("text")) == "id\t100\tSatu. (clip a.wav) (clip missing.wav)\n");
  write_all(program, as_bytes("#!/bin/sh\ncat >" + said + "\ntouch " + done + "\n"));
  ::chmod(program.c_str(), 0700);
  auto speaker = open_speaker("espeak:" + program);
  REQUIRE(speaker);
  (*speaker)->say(speech);
  for (int i = 0; i < 2000 && ::access(done.c_str(), F_OK) != 0; ++i) ::poll(nullptr, 0, 5);
  CHECK(read_all(said) == "Satu. <audio src=\"" + clip + "\"/> Empat.");
}

TEST_CASE("scanner: a code a line, bounded and printable, and a scanner that comes late is not lost") {
  TempDir dir;
  const std::string path = dir.file("codes");
  std::atomic<int> woken{0};
  CHECK(!open_scanner("usb", [] {}));
  auto scanner = open_scanner("file:" + path, [&] { ++woken; });
  REQUIRE(scanner);
  for (int i = 0; i < 200 && (*scanner)->status().empty(); ++i) ::poll(nullptr, 0, 5);
  CHECK((*scanner)->status() == Reasons{Reason::Offline});
  CHECK(!(*scanner)->take());
  REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
  const int in = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
  REQUIRE(in >= 0);
  const auto write_line = [&](const std::string& text) {
    REQUIRE(::write(in, text.data(), text.size()) == static_cast<ssize_t>(text.size()));
  };
  const auto next = [&]() -> std::string {
    for (int i = 0; i < 2000; ++i) {
      if (auto code = (*scanner)->take()) return *code;
      ::poll(nullptr, 0, 5);
    }
    return "(none)";
  };
  write_line("9900000");
  write_line("0011\r\n");
  CHECK(next() == "99000000011");
  CHECK(woken == 1);
  write_line(std::string(600, '7') +
             "\n\x1b\x01"
             "12\n");  // too long: none of it, also no half
  CHECK(next() == "12");
  CHECK(!(*scanner)->take());
  CHECK((*scanner)->status().empty());
  ::close(in);
}

TEST_CASE("headphones: plugged is what the jack says, and what cannot be read is not plugged") {
  TempDir dir;
  const std::string path = dir.file("jack");
  std::atomic<int> woken{0};
  CHECK(!open_headphones("bluetooth", [] {}));
  auto jack = open_headphones("file:" + path, [&] { ++woken; });
  REQUIRE(jack);
  CHECK(!(*jack)->plugged());
  const auto becomes = [&](bool plugged) {
    for (int i = 0; i < 2000 && (*jack)->plugged() != plugged; ++i) ::poll(nullptr, 0, 5);
    return (*jack)->plugged() == plugged;
  };
  write_all(path, as_bytes("1"));
  CHECK(becomes(true));
  write_all(path, as_bytes("0"));
  CHECK(becomes(false));
  CHECK(woken >= 2);
  auto none = open_headphones("none", [] {});
  REQUIRE(none);
  CHECK(!(*none)->plugged());
}

TEST_CASE("speaker: a missing program is a status, never a failure") {
  auto speaker = open_speaker("espeak:/nonexistent/espeak-ng");
  REQUIRE(speaker);
  (*speaker)->say({"Halo", "id"});
  (*speaker)->stop();
  CHECK((*speaker)->status() == Reasons{Reason::Offline});
  CHECK(!open_speaker("gramophone"));
}

TEST_CASE("speaker: a sentence is given to the program by its input, not to a shell, and a new one ends the old") {
  TempDir dir;
  const std::string program = dir.file("espeak"), said = dir.file("said"), pids = dir.file("pids");
  // Stands for espeak-ng: writes its input down, then runs until it is ended.
  write_all(program, as_bytes("#!/bin/sh\nprintf '%s|' \"$(cat)\" >>" + said + "\necho $$ >>" + pids +
                              "\nexec tail -f /dev/null\n"));
  ::chmod(program.c_str(), 0700);
  auto speaker = open_speaker("espeak:" + program);
  REQUIRE(speaker);
  const auto wait_for_text = [&](const std::string& text) {
    for (int i = 0; i < 1000 && read_all(said) != text; ++i) ::poll(nullptr, 0, 5);
    CHECK(read_all(said) == text);
  };
  const auto lines = [&] {
    const std::string t = read_all(pids);
    return std::count(t.begin(), t.end(), '\n');
  };
  (*speaker)->say({"satu; touch /tmp/x $(id)", "id"});
  wait_for_text("satu; touch /tmp/x $(id)|");
  for (int i = 0; i < 1000 && lines() < 1; ++i) ::poll(nullptr, 0, 5);
  CHECK((*speaker)->status().contains(Reason::Busy));
  (*speaker)->say({"-dua", "id"});
  wait_for_text("satu; touch /tmp/x $(id)|-dua|");
  const pid_t first = static_cast<pid_t>(std::stol(read_all(pids)));
  CHECK(::kill(first, 0) != 0);
  (*speaker)->stop();
  CHECK(!(*speaker)->status().contains(Reason::Busy));
}

TEST_CASE("speaker: chime and words are one process; the chime is a whole WAV and the words are no markup") {
  TempDir dir;
  const std::string program = dir.file("espeak"), said = dir.file("said"), wav = dir.file("wav"),
                    done = dir.file("done");
  // Stands for espeak-ng: keeps its arguments, its input and what it finds behind src.
  write_all(program, as_bytes("#!/bin/sh\nlast=$(cat)\nprintf '%s\\n' \"$@\" \"$last\" >" + said + "\n" +
                              "src=${last#*src=\\\"}\ncat \"${src%%\\\"*}\" >" + wav + "\ntouch " + done + "\n"));
  ::chmod(program.c_str(), 0700);
  auto speaker = open_speaker("espeak:" + program);
  REQUIRE(speaker);
  for (int round = 0; round < 2; ++round) {  // the second reads it from its begin again
    ::unlink(done.c_str());
    (*speaker)->say({"A & B <break/> loket 3", "id", 90, true});
    for (int i = 0; i < 2000 && ::access(done.c_str(), F_OK) != 0; ++i) ::poll(nullptr, 0, 5);
    const auto given = read_all(said);
    CHECK(given.find("-m\n<audio src=\"/proc/self/fd/") != std::string::npos);
    CHECK(given.ends_with("\"/>A &amp; B &lt;break/&gt; loket 3\n"));
    const auto chime = read_all(wav);
    REQUIRE(chime.size() > 44);
    CHECK(chime.substr(0, 4) == "RIFF");
    std::size_t said_size = 0;
    for (std::size_t i = 0; i < 4; ++i)
      said_size |= static_cast<std::size_t>(static_cast<unsigned char>(chime[40 + i])) << (8 * i);
    CHECK(chime.size() == 44 + said_size);
    CHECK(said_size > 2 * 22'050);      // a second
    CHECK(said_size < 2 * 22'050 * 2);  // not two
    int loudest = 0;
    for (std::size_t i = 44; i + 1 < chime.size(); i += 2) {
      const auto v = static_cast<std::int16_t>(static_cast<unsigned char>(chime[i]) |
                                               static_cast<unsigned char>(chime[i + 1]) << 8);
      loudest = std::max(loudest, std::abs(static_cast<int>(v)));
    }
    CHECK(loudest > 6'000);
    CHECK(loudest < 32'000);
  }
}
