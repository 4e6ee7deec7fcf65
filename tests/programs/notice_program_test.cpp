// Notices from the command line of a branch and of the centre, as the board's node has them.
#include <thread>

#include "base/date.h"
#include "ctl_world.h"
#include "tests/support/wait_until.h"

using namespace ctl_test;
using kiosk::Millis;

namespace {

std::string tomorrow() {  // as operators write it
  const auto now = kiosk::test::real_clock().now();
  return kiosk::Date::at(now, std::chrono::minutes(420)).plus_days(1).iso() + " 14:00";
}

std::vector<std::string> texts(World& w) {
  std::vector<std::string> out;
  for (const auto& n : w.ask({"notice", "list"}).rows) out.push_back(n["text"]);
  return out;
}
using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("notice: a branch posts and removes its own, and hears the centre's") {
  World w;
  CHECK(w.ask({"notice", "add", "--text", "Loket 3 tutup", "--until", tomorrow()}).code() == "officer_missing");
  CHECK(w.ask({"notice", "add", "--text", "Loket 3 tutup", "--until", tomorrow()}, "1001").code() == "right_missing");
  const auto late = w.ask({"notice", "add", "--text", "Loket 3 tutup", "--until", "soon"}, "1004");
  CHECK(late.status == 2);
  CHECK(late.json()["field"] == "until");
  const auto posted = w.ask(
      {"notice", "add", "--text", "Loket 3 tutup", "--text-en", "Counter 3 is closed", "--until", tomorrow()}, "1004");
  REQUIRE_MESSAGE(posted.status == 0, posted.err);
  CHECK(posted.json()["by"] == "1004");
  CHECK(posted.json()["text_en"] == "Counter 3 is closed");
  CHECK(posted.json()["until"].get<std::string>().find("T07:00:00") != std::string::npos);  // 14:00 WIB
  CHECK(texts(w) == Texts{"Loket 3 tutup"});

  w.central({"notice", "add", "--branch", "TST01", "--text", "Kantor tutup besok", "--until", tomorrow()});
  REQUIRE(kiosk::test::wait_until([&] { return texts(w).size() == 2; }));
  std::string centres;
  for (const auto& n : w.ask({"notice", "list"}).rows)
    if (n["by"] == "centre") centres = n["id"];
  CHECK(w.ask({"notice", "remove", centres}, "1004").code() == "notice_of_centre");
  CHECK(w.ask({"notice", "remove", posted.json()["id"]}, "1004").status == 0);
  CHECK(texts(w) == Texts{"Kantor tutup besok"});
  w.central({"notice", "remove", centres});
  CHECK(kiosk::test::wait_until([&] { return texts(w).empty(); }));
}
