// A terminal whose own clock is a day off and whose machine stands in another zone: what it shows and limits by is the
// branch's day, as the node believes it.
#include <algorithm>
#include <cstdlib>
#include <ctime>

#include "base/i18n/i18n.h"
#include "ctl_world.h"
#include "drivers/printer/open.h"
#include "programs/kiosk/kiosk_stage.h"
#include "programs/kiosk/terminal.h"
#include "tests/support/fake_branch.h"
#include "tests/support/wait_until.h"
#include "tests/terminal/flow/kiosk_player.h"

using namespace ctl_test;
using namespace kiosk;
using kiosk::test::FakeBranch;

namespace {

// The machine's zone, put back at the end.
class MachineZone {
 public:
  explicit MachineZone(const char* zone) {
    if (const char* before = std::getenv("TZ")) before_ = before;
    ::setenv("TZ", zone, 1);
    ::tzset();
  }
  ~MachineZone() {
    if (before_)
      ::setenv("TZ", before_->c_str(), 1);
    else
      ::unsetenv("TZ");
    ::tzset();
  }

 private:
  std::optional<std::string> before_;
};

const i18n::Texts& texts() {
  static const i18n::Texts loaded = [] {
    auto r = i18n::Texts::load(i18n::assets("i18n"));
    REQUIRE_MESSAGE(r.ok(), "build the target 'assets' first");
    return std::move(r).value();
  }();
  return loaded;
}

// Its header's clock.
std::string clock_of(programs::Terminal& t) {
  const auto* n = t.ui().tree().by_id("status");
  return n ? n->label : std::string();
}

bool until(programs::Terminal& t, const std::function<bool()>& holds) {
  for (int i = 0; i < 1'200 && !holds(); ++i) t.frame(Millis{50});
  return holds();
}

// 1 March 2027 at 01.30 in Jayapura, when it is still February in Jakarta.
const WallTime k_branch_now = from_ms(1'803'832'200'000);

struct Jayapura {
  std::shared_ptr<FakeBranch> branch = std::make_shared<FakeBranch>();
  TempDir dir;
  std::unique_ptr<programs::Terminal> terminal;

  explicit Jayapura(Millis off) {
    branch->person = kiosk::test::invented_person;
    branch->zone = "Asia/Jayapura";
    branch->now = k_branch_now;
    programs::TerminalOptions options;
    options.headless = true;
    options.width_px = 540;
    options.height_px = 960;
    options.mm_per_px = 0.496f;
    const auto make = [&](const programs::StageContext& context) -> Result<std::unique_ptr<programs::Stage>> {
      context.clock.advance(std::chrono::duration_cast<Millis>(k_branch_now - context.clock.now()) + off);
      programs::KioskStageParts parts{context.clock, {}, nullptr};
      parts.runner.branch = branch;
      parts.runner.terminal = "kiosk-1";
      parts.runner.wake = context.wake;
      TRY(parts.runner.printer, drivers::open_printer("file:" + dir.path() + "/paper"));
      return programs::kiosk_stage_with(std::move(parts));
    };
    auto opened = programs::Terminal::open(options, ui::Density::Kiosk, make);
    REQUIRE(opened.ok());
    terminal = std::move(*opened);
    REQUIRE(until(*terminal, [&] { return clock_of(*terminal).find("2027") != std::string::npos; }));
  }
  void play(const std::string& script) {
    const auto file = dir.path() + "/script";
    std::ofstream(file) << script;
    const auto done = terminal->play(file);
    REQUIRE_MESSAGE(done.ok(), (done.ok() ? std::string() : done.fault().code + ": " + done.fault().detail));
  }
  static std::string words(const char* key) { return texts().language("id")(key); }
  // Up to the first fact.
  std::string facts(const std::string& birth) {
    return "wait " + words("identify.nik.heading") + " 5\ntype " + kiosk::test::kNik + "\ntap " + words("kiosk.next") +
           "\nwait " + words("identify.birth.heading") + " 5\ntype " + birth + "\ntap " + words("kiosk.next") + "\n";
  }
  std::string to_check_in() {
    return "wait " + words("home.heading") + " 10\ntap " + words("home.other") + "\nwait " + words("other.lead") +
           " 5\ntap " + words("other.appointment") + "\nwait " + words("check_in.heading") + " 5\ntap " +
           words("check_in.no_code") + "\n";
  }
};

}  // namespace

TEST_CASE("branch day: a kiosk in Jayapura shows the branch's day and hour, its own clock is a day off") {
  const MachineZone elsewhere("America/New_York");
  for (const Millis off : {Millis{std::chrono::hours(24)}, Millis{-std::chrono::hours(24)}}) {
    Jayapura k(off);
    CHECK(clock_of(*k.terminal) == "Senin, 1 Maret 2027  01.30");
    // The node away: the steady clock goes on.
    k.branch->away = true;
    k.terminal->script_host().advance(Millis{std::chrono::minutes(5)});
    CHECK(until(*k.terminal, [&] { return clock_of(*k.terminal) == "Senin, 1 Maret 2027  01.35"; }));
  }
}

TEST_CASE("branch day: a birth date of tomorrow is refused by the branch's tomorrow") {
  const MachineZone elsewhere("America/New_York");
  Jayapura k(Millis{std::chrono::hours(48)});
  k.play(k.to_check_in() + k.facts("02032027") + "wait " + Jayapura::words("fault.birth_future") + " 5\n");
}

TEST_CASE("branch day: today's appointments of a branch in Jayapura are found and named with their zone") {
  const MachineZone elsewhere("America/New_York");
  Jayapura k(-Millis{std::chrono::hours(24)});
  // 09.30 and 10.30 of the branch's today.
  for (const int hour : {8, 9})
    k.branch->appointments.push_back({"ap-" + std::to_string(hour), "JHT", k_branch_now + std::chrono::hours(hour)});
  k.play(k.to_check_in() + k.facts("07031968") + "wait " + Jayapura::words("identify.mother.heading") +
         " 5\ntype SITI PERCONTOHAN\ntap " + Jayapura::words("kiosk.next") + "\nwait " +
         Jayapura::words("check_in.choose.heading") + " 10\n");
  for (const std::string hour : {"09.30 WIT", "10.30 WIT"}) {
    const auto& all = k.terminal->ui().tree().nodes;
    CHECK_MESSAGE(
        std::any_of(all.begin(), all.end(), [&](const ui::Node& n) { return n.label.starts_with(hour + " "); }), hour);
  }
}

TEST_CASE("branch day: a counter of a real node in Jayapura shows its day, whatever its machine says") {
  const MachineZone elsewhere("America/New_York");
  World w;
  w.central({"branch", "set", "TST01", "--zone", "Asia/Jayapura"});
  w.ask({"sync", "now"});
  programs::TerminalOptions options;
  options.headless = true;
  options.width_px = 960;
  options.height_px = 540;
  options.mm_per_px = 0.55f;
  options.home = w.home();
  options.terminal = "counter-1";
  const auto make = [&](const programs::StageContext& given) {
    given.clock.advance(Millis{std::chrono::hours(36)});
    programs::StageContext context = given;
    context.home = w.home();
    context.terminal = "counter-1";
    return programs::make_counter_stage(context);
  };
  auto terminal = programs::Terminal::open(options, ui::Density::Desktop, make);
  REQUIRE(terminal.ok());
  const auto zone = Zone::named("Asia/Jayapura").value();
  // A minute may turn between the two looks.
  const auto shown = [&] {
    const auto now = kiosk::test::real_clock().now();
    for (const WallTime at : {now, now - Seconds{60}}) {
      const auto& id = texts().language("id");
      if (clock_of(**terminal) == id.long_date(zone.day(at)) + "  " + id.time(at, zone.offset(at))) return true;
    }
    return false;
  };
  CHECK_MESSAGE(until(**terminal, shown), clock_of(**terminal));
}
