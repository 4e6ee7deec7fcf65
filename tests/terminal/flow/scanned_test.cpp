// What a scanned text means.
#include "terminal/flow/scanned.h"

#include <doctest/doctest.h>

#include "kiosk_player.h"

using namespace kiosk;
using namespace kiosk::test;
using namespace kiosk::flow::kiosk;

TEST_CASE("scanned: numbers as they are written, both of two fields, and two of one kind are doubtful") {
  const std::string nik = "6308017005680001", kpj = "22960721083";
  const struct {
    std::string text, nik, kpj;
    bool doubtful;
  } cases[] = {{nik, nik, "", false},
               {kpj, "", kpj, false},
               {"63-0801-700568-0001", nik, "", false},
               {"6308 0170 0568 0001", nik, "", false},
               {"630801.700568.0001", nik, "", false},
               {nik + "\x1d" + kpj, nik, kpj, false},
               {kpj + "\x1d" + nik, nik, kpj, false},
               {nik + " " + kpj, nik, kpj, false},
               {"NIK:" + nik + ";KPJ:229-6072-1083", nik, kpj, false},
               {nik + "\x1d" + nik, nik, "", true},
               {"https://example.org/x", "", "", false},
               {"123456", "", "", false}};
  for (const auto& c : cases) {
    CAPTURE(c.text);
    ScannedNumbers numbers;
    read_numbers(c.text, numbers);
    CHECK(numbers.nik == c.nik);
    CHECK(numbers.kpj == c.kpj);
    CHECK(numbers.doubtful == c.doubtful);
  }
}

TEST_CASE("scanned: any symbology identifier is dropped, and nothing that is none") {
  for (const auto& [text, bare] : {std::pair<std::string, std::string>{"]Q16308", "6308"},
                                   {"]C022960721083", "22960721083"},
                                   {"]d2x", "x"},
                                   {"]zAx", "x"},
                                   {"]", "]"},
                                   {"]Q", "]Q"},
                                   {"]11x", "]11x"},
                                   {"ticket:1", "ticket:1"}}) {
    std::string s = text;
    drop_symbology(s);
    CHECK(s == bare);
  }
}

TEST_CASE("scanned: a NIK behind an identifier and with its KPJ is read from a card's code") {
  Player p;
  p.choose("claim");
  REQUIRE(p.at() == "EnterNik");
  p.third();
  REQUIRE(p.at() == "ScanCard");
  p.feed(
      CodeSeen{"]Q16308-0170-0568-0001\x1d"
               "22960721083"});
  REQUIRE(p.at() == "ScanConfirm");
  CHECK(p.visit().card_nik.view() == "6308017005680001");
}

TEST_CASE("paper: a printer without a word is asked about; yes and not yet have their answers") {
  Player p;
  p.printer_speaks = false;
  p.choose("ticket");
  p.choose("INFO");
  p.other();
  p.choose("none");
  REQUIRE(p.at() == "TicketShown");
  CHECK(p.visit().ticket_print == PrintState::Unsure);
  SUBCASE("it came") {
    p.choose(std::string(kPaperCame));
    CHECK(p.visit().ticket_print == PrintState::None);
    CHECK(p.tickets_printed == 1);
  }
  SUBCASE("it did not: the number is noted, or printed again and asked again") {
    p.choose(std::string(kPaperMissing));
    CHECK(p.visit().ticket_print == PrintState::Failed);
    p.other();
    CHECK(p.tickets_printed == 2);
    CHECK(p.visit().ticket_print == PrintState::Unsure);
  }
  CHECK(p.at() == "TicketShown");
}
