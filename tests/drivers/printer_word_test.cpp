// Only the printer's word is success: what printers of the field do on TCP 9100 and on a line, and what `print`
// answers.
#include <chrono>
#include <filesystem>

#include "drivers/printer/half_page.h"
#include "drivers/printer/open.h"
#include "drivers/printer/status_stream.h"
#include "tests/drivers/files.h"
#include "tests/drivers/scripted_printer.h"
#include "tests/support/wait_until.h"

using namespace kiosk;
using namespace kiosk::drivers;
using namespace kiosk::test;

namespace {

constexpr bool k_ways[] = {false, true};  // TCP, a terminal line

// A page of one picture and one line, as long as the test page of the issue.
std::string page_of(const std::string& number) {
  std::string page("\x1B@\x1Dv0\x00\x48\x00\xDE\x00", 10);
  page.append(0x48 * 0xDE, '\x41');  // dots that would read as letters
  page += "NUMBER " + number + "\n";
  page += std::string("\x1B\x64\x04\x1DV\x42\x00", 7);
  return page;
}

PrinterOptions patient() {
  PrinterOptions o;
  o.status_timeout = Millis{250};
  o.write_timeout = Millis{400};
  o.word_timeout = Millis{1000};
  o.watch = Millis{100};
  return o;
}

PrinterScript without_paper() {
  PrinterScript s;
  s.answers[1] = 0x1A, s.answers[2] = 0x32, s.answers[4] = 0x72, s.paper = 0x0C;
  return s;
}

struct Tried {
  Result<Printed> result;
  PrinterWord word;
};
Tried print(ScriptedPrinter& fake, const std::string& page, const PrinterOptions& o = patient()) {
  auto printer = open_printer(fake.uri(), o);
  REQUIRE(printer);
  auto result = (*printer)->print(as_bytes(page));
  return {std::move(result), (*printer)->last()};
}

}  // namespace

TEST_CASE("printer word: the honest ones are confirmed, by the word in order and by the real-time one") {
  for (const bool line : k_ways)
    for (const bool in_order : {false, true})
      for (const bool twice : {false, true}) {
        CAPTURE(line);
        CAPTURE(in_order);
        CAPTURE(twice);
        PrinterScript s;
        s.in_order = in_order, s.says_twice = twice;
        ScriptedPrinter fake(s, line);
        const auto t = print(fake, page_of("A-001"));
        REQUIRE(t.result);
        CHECK(t.result->confirmed);
        CHECK(t.result->bytes == page_of("A-001").size());
        CHECK(t.word.reasons.empty());
        const auto slips = fake.slips();
        REQUIRE(slips.size() == 2);
        CHECK(slips[0].find("NUMBER A-001") != std::string::npos);
      }
}

TEST_CASE("printer word: one that resets within the page is not ready, with the bytes it took") {
  for (const bool speaks : {true, false}) {
    CAPTURE(speaks);
    PrinterScript s;
    s.reset_after = 574, s.speaks = speaks;
    ScriptedPrinter fake(s, false);
    TempDir marks;
    auto o = patient();
    o.marks = marks.path();
    const auto t = print(fake, page_of("A-002"), o);
    REQUIRE(!t.result);
    CHECK(t.result.fault().code == "printer_not_ready");
    CHECK(t.word.bytes < page_of("A-002").size());
    CHECK(t.result.fault().detail.find("took at most " + std::to_string(t.word.bytes) + " of ") != std::string::npos);
    CHECK(t.word.bytes >= 574);  // never less than it has read
    CHECK(t.word.reasons == Reasons{Reason::Offline});
    // Whatever it had taken, the next slip holds its own number and nothing else.
    fake.change([](PrinterScript& script) { script.reset_after = SIZE_MAX; });
    REQUIRE(print(fake, page_of("A-003"), o).result);
    const auto slips = fake.slips();
    REQUIRE(slips.size() >= 2);
    const auto& slip = slips[slips.size() - 2];
    CHECK(slip.find("NUMBER A-003") != std::string::npos);
    CHECK(slip.find("A-002") == std::string::npos);
    CHECK(slip.find("AAAA") == std::string::npos);
  }
}

TEST_CASE("printer word: one that never reads is told within 5 s, by the times of the product") {
  PrinterScript s;
  s.never_reads = true;
  ScriptedPrinter fake(s, false);
  const kiosk::test::Stopwatch watch;
  const auto t = print(fake, page_of("A-003"), PrinterOptions{});
  CHECK(watch.spent() < std::chrono::seconds(5));
  REQUIRE(!t.result);
  CHECK(t.result.fault().code == "printer_not_ready");
  CHECK(t.word.bytes < page_of("A-003").size());
  CHECK(!t.word.speaks);
}

TEST_CASE("printer word: paper that ends during the page is paper-out, also just before its end") {
  const auto all = page_of("A-004").size();
  for (const bool line : k_ways)
    for (const std::size_t after : {std::size_t{100}, std::size_t{9000}, all - 1, all})
      for (const bool in_order : {false, true}) {
        CAPTURE(line);
        CAPTURE(after);
        PrinterScript s;
        s.paper_out_after = after, s.in_order = in_order;
        ScriptedPrinter fake(s, line);
        const auto t = print(fake, page_of("A-004"));
        REQUIRE(!t.result);
        CHECK(t.result.fault().code == "printer_not_ready");
        CHECK(t.word.reasons == Reasons{Reason::PaperOut});
      }
}

TEST_CASE("printer word: what it says unasked is not taken for an answer, and nothing is sent without paper") {
  for (const bool line : k_ways)
    for (const std::string& unasked :
         {std::string("\x10\x00\x0C\x0F", 4), std::string("\x11", 1), std::string("\x12\x12", 2),
          std::string("\xFF\x37\x22\x31\x32\x33\x34\x00", 8), std::string("\x10\x00", 2)}) {
      CAPTURE(unasked.size());
      auto s = without_paper();
      s.at_connect = unasked;
      ScriptedPrinter fake(s, line);
      const auto t = print(fake, page_of("A-005"));
      REQUIRE(!t.result);
      CHECK(t.result.fault().detail.find("paper-out") != std::string::npos);
      CHECK(t.word.reasons == Reasons{Reason::PaperOut});
      CHECK(fake.taken() == 0);
    }
}

TEST_CASE("printer word: an older status said unasked gives way to the answer") {
  PrinterScript s;
  s.at_connect = std::string("\x10\x00\x0C\x0F", 4);
  ScriptedPrinter fake(s, false);
  CHECK(print(fake, page_of("A-006")).result);
}

TEST_CASE("printer word: one that answers with the answer to the question before is not misread") {
  for (const bool line : k_ways) {
    auto s = without_paper();
    s.answers_the_one_before = true;
    ScriptedPrinter fake(s, line);
    const auto t = print(fake, page_of("A-007"));
    REQUIRE(!t.result);
    CHECK(t.word.reasons == Reasons{Reason::PaperOut});
    CHECK(fake.taken() == 0);
  }
}

TEST_CASE("printer word: XOFF holds the page back, and XON lets it go on") {
  PrinterScript s;
  s.at_connect = "\x13";
  ScriptedPrinter fake(s, false);
  const auto t = print(fake, page_of("A-008"));
  REQUIRE(!t.result);
  CHECK(t.word.reasons == Reasons{Reason::Busy});
  fake.change([](PrinterScript& script) { script.at_connect = "\x13\x11"; });
  CHECK(print(fake, page_of("A-008")).result);
}

TEST_CASE("printer word: one that never answers leaves it open") {
  for (const bool line : k_ways) {
    PrinterScript s;
    s.speaks = false;
    ScriptedPrinter fake(s, line);
    const auto t = print(fake, page_of("A-009"));
    REQUIRE(t.result);
    CHECK(!t.result->confirmed);
    CHECK(!t.word.speaks);
  }
}

TEST_CASE("printer word: after half a page the next slip holds its own number and nothing else") {
  for (const bool line : k_ways)
    for (const bool restarted : {false, true}) {
      CAPTURE(line);
      CAPTURE(restarted);
      TempDir dir;
      auto o = patient();
      if (restarted) o.marks = dir.path();
      PrinterScript s;
      s.stop_after = 3584;
      ScriptedPrinter fake(s, line);
      auto printer = open_printer(fake.uri(), o);
      REQUIRE(printer);
      const auto first = (*printer)->print(as_bytes(page_of("A-010")));
      REQUIRE(!first);
      CHECK(first.fault().code == "printer_not_ready");
      if (restarted) printer = open_printer(fake.uri(), o);  // another program prints the next
      fake.change([](PrinterScript& script) { script.stop_after = SIZE_MAX; });
      const auto second = (*printer)->print(as_bytes(page_of("A-011")));
      REQUIRE(second);
      CHECK(second->confirmed);
      const auto slips = fake.slips();
      REQUIRE(slips.size() >= 2);
      CHECK(slips.back().empty());  // cut
      const auto& slip = slips[slips.size() - 2];
      CHECK(slip.find("NUMBER A-011") != std::string::npos);
      CHECK(slip.find("A-010") == std::string::npos);
      CHECK(slip.find("AAAA") == std::string::npos);  // no dots of a picture read as text
      for (std::size_t i = 0; i + 2 < slips.size(); ++i) CHECK(slips[i].find("A-011") == std::string::npos);
      const auto third = (*printer)->print(as_bytes(page_of("A-012")));  // and it is freed once
      REQUIRE(third);
      CHECK(fake.slips().size() == slips.size() + 1);
      if (restarted)
        for (const auto& entry : std::filesystem::directory_iterator(dir.path())) FAIL(entry.path().string());
    }
}

TEST_CASE("printer word: an IPv6 address stands in brackets") {
  PrinterScript s;
  s.ipv6 = true;
  ScriptedPrinter fake(s, false);
  CHECK(fake.uri().starts_with("tcp:[::1]:"));
  CHECK(print(fake, page_of("A-013")).result);
  CHECK(open_printer("tcp:[fe80::1%eth0]:9100"));
  CHECK(!open_printer("tcp:::1:9100"));
}

TEST_CASE("status stream: each kind by its bits, also across pieces and in one another") {
  using Kind = StatusToken::Kind;
  StatusStream stream;
  std::string kinds;
  const std::uint8_t bytes[] = {0x11, 0x10, 0x00, 0x12, 0x0C, 0x13, 0x0F, 0x00, 0xFF, 0x37, 0x22, 0x32, 0x00, 0x1A};
  Reasons said;
  for (const auto b : bytes)
    if (const auto t = stream.feed(b)) {
      kinds += t->kind == Kind::RealTime    ? 'r'
               : t->kind == Kind::InOrder   ? 'o'
               : t->kind == Kind::Automatic ? 'a'
               : t->kind == Kind::Xon       ? 'n'
               : t->kind == Kind::Xoff      ? 'f'
               : t->kind == Kind::Block     ? 'b'
                                            : 'j';
      if (t->kind == Kind::Automatic) said = reasons_of_automatic(t->asb);
    }
  CHECK(kinds == "nrfaojbr");
  CHECK(said == Reasons{Reason::PaperOut});
  CHECK(reasons_of_automatic({0x38, 0x08, 0x00, 0x0F}) == Reasons{Reason::CoverOpen, Reason::Jammed});
  CHECK(reasons_of_automatic({0x18, 0x00, 0x03, 0x0F}) == Reasons{Reason::Offline, Reason::PaperLow});
  CHECK(reasons_of_real_time(3, 0x1A) == Reasons{Reason::Jammed});
  CHECK(reasons_of_paper(0x03) == Reasons{Reason::PaperLow});
}

TEST_CASE("half page: what is owed is the longest picture that has begun") {
  const std::string page = page_of("A");
  CHECK(owed_after(as_bytes(page), 1) == 16);
  CHECK(owed_after(as_bytes(page), 3) == 8 + 0x48 * 0xDE + 16);
  CHECK(owed_after(as_bytes("only text"), 5) == 16);
}
