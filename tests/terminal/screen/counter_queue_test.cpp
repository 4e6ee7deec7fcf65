// The officer's queue by its keys: each key does what stands beside it, and only while it may.
#include "counter_glass.h"

using namespace kiosk;
using namespace kiosk::test;
using domain::TicketAct;
using domain::TicketState;

namespace {

constexpr Glass kWide{"wide", 1920, 1080};

desk::Model arranged(const std::string& name) {
  auto m = at_counter({"call"});
  for (const auto& shown : desk_pages())
    if (shown.name == name) shown.arrange(m);
  return m;
}

template <class E>
const E* done(const CounterGlass& on) {
  if (!on.intent) return nullptr;
  const auto* event = std::get_if<desk::Intent>(&*on.intent);
  return event ? std::get_if<E>(event) : nullptr;
}

}  // namespace

TEST_CASE("screen: an officer chooses among the counters that there are, at the log-in and for a transfer") {
  CounterGlass on(kWide, {});
  for (const int count : {2, 40})
    for (const char* page : {"login", "sheet-transfer"}) {
      CAPTURE(page);
      auto m = page == std::string("login") ? desk::Model{} : arranged(page);
      m.counters.clear();
      for (int n = 1; n <= count; ++n) m.counters.push_back(std::to_string(n));
      on.settle(m);
      CHECK(on.ui().tree().by_id("counter-2"));
      CHECK((on.ui().tree().by_id("counter-6") != nullptr) == (count >= 6));
      for (const auto& f : ui::lint(on.ui().tree(), kDesk)) FAIL_CHECK(f.rule << ": " << f.id << ": " << f.detail);
    }
}

TEST_CASE("screen: a terminal that asks for help is named above the queue") {
  auto m = at_counter({"call"});
  std::get<desk::AtQueue>(m.state).tab = desk::Tab::Tasks;
  verbs::Task t;
  t.kind = "help";
  t.subject = "kiosk-7";
  t.reason = "EnterNik";
  t.at = WallTime{Millis{1'795'140'000'000}};
  m.tasks = {t};
  CounterGlass on(kWide, {});
  on.settle(m);
  bool named = false;
  for (const auto& n : on.ui().tree().nodes) {
    named = named || n.label.find("kiosk-7") != std::string::npos;
    CHECK(n.label.find("counter.") == std::string::npos);
  }
  CHECK(named);
}

TEST_CASE("screen: at the counter each key does the act that stands beside it") {
  CounterGlass on(kWide, {});
  const auto press = [&](const char* page, const char* key) {
    const auto model = arranged(page);
    on.settle(model);
    on.ui().shortcut(key);
    on.settle(model);
  };
  const auto act = [&](const char* page, const char* key) {
    press(page, key);
    const auto* a = done<desk::ActOnTicket>(on);
    REQUIRE(a);
    return a->act;
  };
  const auto sheet = [&](const char* page, const char* key) {
    press(page, key);
    const auto* o = done<desk::OpenSheet>(on);
    REQUIRE(o);
    return o->kind;
  };
  press("queue", "F2");
  CHECK(done<desk::CallNext>(on));
  CHECK(sheet("queue", "F9") == desk::SheetKind::WalkIn);
  CHECK(sheet("queue", "F11") == desk::SheetKind::Break);
  CHECK(act("queue-called", "F4") == TicketAct::Begin);
  CHECK(act("queue-called", "F3") == TicketAct::Recall);
  CHECK(sheet("queue-called", "F6") == desk::SheetKind::NoShow);
  CHECK(sheet("queue-called", "F7") == desk::SheetKind::Park);
  CHECK(sheet("queue-called", "F9") == desk::SheetKind::Transfer);
  CHECK(act("queue-serving", "F8") == TicketAct::WrapUp);
  CHECK(act("queue-wrap-up", "F8") == TicketAct::Finish);
  CHECK(act("queue-wrap-up", "F4") == TicketAct::Begin);
  press("queue-break", "F2");
  CHECK(done<desk::EndBreak>(on));
}

TEST_CASE("screen: the questions before an act answer to keys and give the way back") {
  CounterGlass on(kWide, {});
  const auto press = [&](const char* page, const char* key) {
    const auto model = arranged(page);
    on.settle(model);
    on.ui().shortcut(key);
    on.settle(model);
  };
  press("sheet-park", "F2");
  REQUIRE(done<desk::ActOnTicket>(on));
  CHECK(done<desk::ActOnTicket>(on)->act == TicketAct::Park);
  CHECK(done<desk::ActOnTicket>(on)->reason == "waits_for_documents");
  press("sheet-no-show", "F2");
  REQUIRE(done<desk::ActOnTicket>(on));
  CHECK(done<desk::ActOnTicket>(on)->act == TicketAct::NoShow);
  press("sheet-walk-in", "F3");
  REQUIRE(done<desk::TakeWalkIn>(on));
  CHECK(done<desk::TakeWalkIn>(on)->service == "ISO");
  press("sheet-break", "F3");
  REQUIRE(done<desk::TakeBreak>(on));
  CHECK(done<desk::TakeBreak>(on)->reason == "prayer");
  press("sheet-listed", "F2");
  REQUIRE(done<desk::CallNumber>(on));
  CHECK(done<desk::CallNumber>(on)->number == "A-017");
  press("sheet-listed-missed", "F4");
  REQUIRE(done<desk::ActOnTicket>(on));
  CHECK(done<desk::ActOnTicket>(on)->act == TicketAct::Recycle);
  for (const char* page :
       {"sheet-park", "sheet-no-show", "sheet-transfer", "sheet-walk-in", "sheet-break", "sheet-listed"}) {
    CAPTURE(page);
    const auto model = arranged(page);
    on.settle(model);
    on.ui().key(ui::Key::Back);
    on.settle(model);
    CHECK(done<desk::CloseSheet>(on));
  }
}

TEST_CASE("screen: a transfer is sent only once a target is chosen, which shows") {
  CounterGlass on(kWide, {});
  auto model = arranged("sheet-transfer");
  on.settle(model);
  CHECK(!on.ui().tree().by_id("page.primary")->enabled);
  CHECK(on.ui().tree().by_id("counter-1") == nullptr);    // this counter itself
  CHECK(on.ui().tree().by_id("service-JHT") == nullptr);  // the service it is in
  on.ui().use("counter-3");
  on.settle(model);
  REQUIRE(done<desk::ChooseTarget>(on));
  model = desk::step(std::move(model), std::get<desk::Intent>(*on.intent)).model;
  on.settle(model);
  CHECK(on.ui().tree().by_id("page.primary")->enabled);
  on.ui().use("page.primary");
  on.settle(model);
  CHECK(done<desk::TransferThere>(on));
}

TEST_CASE("screen: the seconds of writing up are shown, nobody is called over a person, and a row opens its ticket") {
  CounterGlass on(kWide, {});
  on.settle(arranged("queue-wrap-up"));
  CHECK(on.ui().tree().by_label("1 menit 35 detik"));
  auto model = arranged("sheet-listed");
  auto held = ticket(9, TicketState::Serving);
  model.tickets.push_back(held);
  on.settle(model);
  REQUIRE(on.ui().tree().by_id("call"));
  CHECK(!on.ui().tree().by_id("call")->enabled);
  model = arranged("queue");
  on.settle(model);
  on.ui().use("waiting.A-012");
  on.settle(model);
  if (!done<desk::OpenSheet>(on)) {
    for (const auto& n : on.ui().tree().nodes)
      if (n.touchable) MESSAGE(n.id);
  }
  REQUIRE(done<desk::OpenSheet>(on));
  CHECK(done<desk::OpenSheet>(on)->ticket == ticket(2, TicketState::Waiting).id);
}
