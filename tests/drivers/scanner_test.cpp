// Scanners of the field: what begins and ends a code, and that nothing of one visit reaches the next.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <atomic>
#include <optional>

#include "drivers/scanner/code_line.h"
#include "drivers/scanner/open.h"
#include "tests/support/memory_search.h"
#include "tests/support/wait_until.h"

using namespace kiosk;
using namespace kiosk::drivers;
using namespace kiosk::test;

namespace {

const std::string k_nik = "6308017005680001", k_kpj = "22960721083";

// What a line gives for the bytes, at one moment; then after the pause.
std::vector<std::string> codes_of(const std::string& bytes) {
  CodeLine line;
  std::vector<std::string> out;
  SteadyTime now{Millis{1000}};
  for (const char c : bytes)
    if (auto code = line.feed(c, now)) out.push_back(*code);
  CHECK(!line.pause(now + Millis{79}));
  if (auto code = line.pause(now + Millis{80})) out.push_back(*code);
  CHECK(!line.due());
  return out;
}

// A scanner on a pseudo-terminal.
struct Line {
  Line() {
    char name[128] = {};
    REQUIRE(::openpty(&master, &slave, name, nullptr, nullptr) == 0);
    auto opened = open_scanner(
        std::string("tty:") + name, [this] { ++woken; }, &clock);
    REQUIRE(opened);
    scanner = std::move(*opened);
    // Open when a code comes through: what was written before it is open is dropped.
    REQUIRE(wait_until([&] {
      scan("ready\r");
      return scanner->take().has_value();
    }));
    settled();
    scanner->forget();
  }
  ~Line() {
    scanner.reset();
    ::close(master);
    ::close(slave);
  }
  void scan(const std::string& bytes) {
    REQUIRE(::write(master, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()));
  }
  // The scanner has taken everything out of the device.
  void settled() {
    REQUIRE(wait_until([&] {
      int left = 1;
      REQUIRE(::ioctl(slave, FIONREAD, &left) == 0);
      return left == 0;
    }));
  }
  std::string next() {
    std::optional<std::string> code;
    wait_until([&] { return (code = scanner->take()).has_value(); }, k_patience, Millis{1});
    return code.value_or("(none)");
  }
  int master = -1, slave = -1;
  OffsetClock clock;
  std::atomic<int> woken{0};
  std::unique_ptr<Scanner> scanner;
};

}  // namespace

TEST_CASE("scanner: CR, LF, TAB, ETX, a pause end a code; STX begins one; GS stays in it") {
  using Codes = std::vector<std::string>;
  for (const std::string& end : {std::string("\r"), std::string("\n"), std::string("\r\n"), std::string("\t"),
                                 std::string("\x03"), std::string()}) {
    CAPTURE(end.size());
    CHECK(codes_of(k_nik + end) == Codes{k_nik});
    CHECK(codes_of("\x02" + k_nik + end) == Codes{k_nik});
    CHECK(codes_of("]Q1" + k_nik + end) == Codes{"]Q1" + k_nik});
    CHECK(codes_of(k_nik + "\x1d" + k_kpj + end) == Codes{k_nik + "\x1d" + k_kpj});
  }
  CHECK(codes_of("123"
                 "\x02" +
                 k_nik + "\x03") == Codes{k_nik});  // what had no end is no part of it
  CHECK(codes_of(k_nik + "\r" + k_kpj + "\t") == Codes{k_nik, k_kpj});
  CHECK(codes_of("\x1b\x01"
                 "12\r") == Codes{"12"});
  CHECK(codes_of(std::string(513, '7') + "\r12\r") == Codes{"12"});
  CHECK(codes_of("\r\n\t\x03").empty());
}

TEST_CASE("scanner: a code without a suffix is ended by a pause, on a real line") {
  Line line;
  line.scan(k_nik);
  CHECK(line.next() == k_nik);
  line.scan(k_kpj + "\t");
  CHECK(line.next() == k_kpj);
}

TEST_CASE("scanner: of a line without an end the next visitor sees nothing") {
  Line line;
  std::string nik;
  reveal(nik);
  line.scan(nik);
  line.settled();
  line.scanner->forget();  // the visit ends
  wipe(nik);
  line.scan("\r");
  line.scan(k_kpj + "\r");
  CHECK(line.next() == k_kpj);
  CHECK(!line.scanner->take());
}

TEST_CASE("scanner: a code that nobody took is forgotten with the visit, also out of memory") {
  Line line;
  std::string nik;
  reveal(nik);
  REQUIRE(times_found() >= 1);  // the search can find it
  const int before = line.woken;
  line.scan(nik);
  line.scan("\r");  // apart: a joined text would be a copy of this test's own
  wipe(nik);
  REQUIRE(wait_until([&] { return line.woken != before; }));
  line.scanner->forget();
  CHECK(!line.scanner->take());
  CHECK(times_found() == 0);
}
