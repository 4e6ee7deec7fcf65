// The officer's queue: one person at a time whatever is lost on the way, and every act only where it makes sense.
#include <doctest/doctest.h>

#include "terminal/flow/counter/flow.h"

using namespace kiosk;
using namespace kiosk::flow::counter;
using domain::TicketAct;
using domain::TicketState;

namespace {

Uuid id(std::uint8_t n) {
  std::uint8_t raw[16] = {};
  raw[15] = n;
  return Uuid::from_bytes(raw);
}

domain::Ticket ticket(std::uint8_t n, TicketState state, const char* counter = "", const char* officer = "1001") {
  domain::Ticket t;
  t.id = id(n);
  t.number = "A-00" + std::to_string(n);
  t.service = "JHT";
  t.state = state;
  t.counter = counter;
  if (*counter) t.officer = officer;
  return t;
}

Model logged_in(std::vector<std::string> rights = {"call"}) {
  Model m;
  m.terminal = "counter-1";
  verbs::SessionView session;
  session.officer.number = "1001";
  session.officer.rights = std::move(rights);
  return step(std::move(m), LoggedIn{session}).model;
}

Step refreshed(Model m, std::vector<domain::Ticket> tickets, std::vector<domain::Ticket> missed = {}) {
  return step(std::move(m), Refreshed{{{"JHT", "Klaim JHT", "A", true}}, std::move(tickets), {}, {}, {}, missed});
}
Model at_queue(std::vector<domain::Ticket> tickets, std::vector<domain::Ticket> missed = {}) {
  auto m = refreshed(logged_in(), std::move(tickets), std::move(missed)).model;
  m.notice.reset();
  return m;
}

template <class E>
const E* sent(const Step& s) {
  for (const auto& e : s.effects)
    if (const auto* one = std::get_if<E>(&e)) return one;
  return nullptr;
}
Step again(const Step& s, const Event& e) { return step(s.model, e); }

// Everything an officer may press about the ticket at the counter, or about one of the lists.
constexpr TicketAct kActs[] = {TicketAct::Enqueue,  TicketAct::Call,    TicketAct::Recall, TicketAct::Begin,
                               TicketAct::Park,     TicketAct::NoShow,  TicketAct::Finish, TicketAct::Leave,
                               TicketAct::Transfer, TicketAct::Requeue, TicketAct::WrapUp, TicketAct::Recycle};
constexpr TicketState kStates[] = {
    TicketState::Created, TicketState::Waiting, TicketState::Called, TicketState::Serving,     TicketState::Parked,
    TicketState::Served,  TicketState::NoShow,  TicketState::Left,   TicketState::Transferred, TicketState::WrapUp};

}  // namespace

TEST_CASE("counter queue: a call whose answer was lost is asked again with the same id, a later call has a new one") {
  auto s = step(at_queue({}), CallNext{id(50)});
  REQUIRE(sent<DoCall>(s));
  CHECK(sent<DoCall>(s)->request == id(50));
  s = again(s, TicketTaken{id(50), unreachable("node_away")});
  CHECK(s.model.node_away);
  s = again(s, NodeCameBack{});
  CHECK(!sent<DoCall>(s));  // nobody is called while the officer may have gone
  s = again(s, CallNext{id(51)});
  REQUIRE(sent<DoCall>(s));
  CHECK(sent<DoCall>(s)->request == id(50));
  s = again(s, TicketTaken{id(50), unreachable("timeout")});
  s = again(s, CallNumber{"A-009", id(52)});
  REQUIRE(sent<DoCall>(s));
  CHECK(sent<DoCall>(s)->request == id(50));
  s = again(s, TicketTaken{id(50), ticket(3, TicketState::Called, "1")});
  REQUIRE(s.model.current());
  CHECK(!s.model.node_away);
  s = refreshed(s.model, {});  // served meanwhile
  s = again(s, CallNext{id(53)});
  REQUIRE(sent<DoCall>(s));
  CHECK(sent<DoCall>(s)->request == id(53));
}

TEST_CASE("counter queue: a refusal is an answer, damage of the node is none") {
  auto s = step(at_queue({}), CallNext{id(50)});
  s = again(s, TicketTaken{id(50), refused("queue_empty")});
  CHECK(s.model.notice->code == "fault.queue_empty");
  CHECK(sent<DoCall>(again(s, CallNext{id(51)}))->request == id(51));
  s = step(at_queue({}), CallNext{id(50)});
  s = again(s, TicketTaken{id(50), damaged("store_io")});
  CHECK(sent<DoCall>(again(s, CallNext{id(51)}))->request == id(50));
}

TEST_CASE("counter queue: whoever the lost call brought is found at the counter, and the next call is a new one") {
  auto s = step(at_queue({}), CallNext{id(50)});
  s = again(s, TicketTaken{id(50), unreachable("node_away")});
  s = refreshed(s.model, {ticket(3, TicketState::Called, "1")});
  REQUIRE(s.model.current());
  CHECK(!sent<DoCall>(again(s, CallNext{id(51)})));
  s = refreshed(s.model, {});
  s = again(s, CallNext{id(52)});
  REQUIRE(sent<DoCall>(s));
  CHECK(sent<DoCall>(s)->request == id(52));  // the old id would bring the old person back
}

TEST_CASE("counter queue: somebody without a ticket is taken once, also over a lost answer") {
  auto m = step(at_queue({}), OpenSheet{SheetKind::WalkIn}).model;
  auto s = step(m, TakeWalkIn{"JHT", id(60)});
  REQUIRE(sent<DoWalkIn>(s));
  CHECK(sent<DoWalkIn>(s)->request.counter == "1");
  CHECK(!sent<DoWalkIn>(again(s, TakeWalkIn{"JHT", id(61)})));
  s = again(s, TicketTaken{id(60), unreachable("node_away")});
  s = again(s, TakeWalkIn{"JHT", id(61)});
  REQUIRE(sent<DoWalkIn>(s));
  CHECK(sent<DoWalkIn>(s)->request.id == id(60));
  s = again(s, TicketTaken{id(60), ticket(3, TicketState::Serving, "1")});
  CHECK(!std::get<AtQueue>(s.model.state).sheet);
  REQUIRE(s.model.current());
}

TEST_CASE("counter queue: a terminal that was cut off finds what its officer is serving, at whichever counter") {
  for (const auto state : {TicketState::Called, TicketState::Serving, TicketState::WrapUp}) {
    auto s = refreshed(logged_in(), {ticket(2, TicketState::Serving, "2", "1002"), ticket(3, state, "4")});
    CHECK(s.model.counter == "4");
    REQUIRE(s.model.current());
    CHECK(s.model.current()->id == id(3));
    CHECK(s.model.notice->code == "counter.notice.found_serving");
    CHECK(s.model.notice->detail == "A-003");
    CHECK(s.model.notice->place == "4");
  }
  auto s = refreshed(logged_in(), {ticket(2, TicketState::Serving, "2", "1002")});
  CHECK(s.model.counter == "1");
  CHECK(!s.model.notice);
}

TEST_CASE("counter queue: the second window of an officer who is serving elsewhere calls nobody and says where") {
  auto s = refreshed(at_queue({}), {ticket(3, TicketState::Serving, "4")});
  CHECK(s.model.counter == "1");  // only arriving moves the officer
  s = again(s, CallNext{id(50)});
  CHECK(!sent<DoCall>(s));
  CHECK(s.model.notice->code == "counter.notice.serving_elsewhere");
  CHECK(s.model.notice->place == "4");
  CHECK(!sent<DoWalkIn>(again(s, TakeWalkIn{"JHT", id(51)})));
  // The first window's own: what another counter holds is not acted on from here.
  CHECK(!sent<DoAct>(again(s, ActOnTicket{TicketAct::Finish, {}, id(3)})));
}

TEST_CASE("counter queue: who called a moment too late is told the number that the counter has, and then sees it") {
  for (const char* code : {"counter_busy", "officer_busy"}) {
    auto s = step(at_queue({ticket(1, TicketState::Waiting)}), CallNext{id(50)});
    REQUIRE(sent<DoCall>(s));
    s = again(s, TicketTaken{id(50), refused(code, "A-003", "counter")});
    CHECK(sent<DoRefresh>(s));
    CHECK(s.model.notice->code == "fault." + std::string(code));
    CHECK(s.model.notice->detail == "A-003");
    CHECK(!std::get<AtQueue>(s.model.state).busy);
    s = refreshed(s.model, {ticket(1, TicketState::Waiting), ticket(3, TicketState::Serving, "1")});
    REQUIRE(s.model.current());
    CHECK(s.model.current()->number == "A-003");
  }
}

TEST_CASE("counter queue: an act is sent exactly where the ticket's state allows it") {
  for (const auto state : kStates)
    for (const auto act : kActs) {
      CAPTURE(domain::code(state));
      CAPTURE(domain::code(act));
      const bool held = state == TicketState::Called || state == TicketState::Serving || state == TicketState::WrapUp;
      const auto t = ticket(3, state, held ? "1" : "");
      const auto m = state == TicketState::NoShow ? at_queue({}, {t}) : at_queue({t});
      const auto s = step(m, ActOnTicket{act, "why", id(3)});
      CHECK((sent<DoAct>(s) != nullptr) == domain::next_state(state, act).has_value());
      // Without naming it, the one at this counter is meant.
      const auto own = step(m, ActOnTicket{act, "why"});
      CHECK((sent<DoAct>(own) != nullptr) == (held && domain::next_state(state, act).has_value()));
      CHECK(!sent<DoAct>(step(logged_in({}), ActOnTicket{act, "why", id(3)})));
    }
}

TEST_CASE("counter queue: each question opens only where its act is possible, and its end closes it") {
  struct Row {
    SheetKind kind;
    TicketState state;
    bool opens;
  };
  for (const auto& row : {Row{SheetKind::Park, TicketState::Called, true},
                          {SheetKind::Park, TicketState::Serving, true},
                          {SheetKind::Park, TicketState::WrapUp, false},
                          {SheetKind::NoShow, TicketState::Called, true},
                          {SheetKind::NoShow, TicketState::Serving, false},
                          {SheetKind::Transfer, TicketState::Serving, true},
                          {SheetKind::Transfer, TicketState::WrapUp, false},
                          {SheetKind::WalkIn, TicketState::Serving, false},
                          {SheetKind::Break, TicketState::Called, false}}) {
    CAPTURE(static_cast<int>(row.kind));
    CAPTURE(domain::code(row.state));
    const auto s = step(at_queue({ticket(3, row.state, "1")}), OpenSheet{row.kind});
    CHECK(std::get<AtQueue>(s.model.state).sheet.has_value() == row.opens);
    if (!row.opens) continue;
    CHECK(!std::get<AtQueue>(again(s, CloseSheet{}).model.state).sheet);
    CHECK(!std::get<AtQueue>(again(s, TicketChanged{ticket(3, TicketState::Waiting)}).model.state).sheet);
    // A refusal leaves the question open: nothing chosen is lost.
    CHECK(std::get<AtQueue>(again(s, Failed{refused("recall_first")}).model.state).sheet);
  }
}

TEST_CASE("counter queue: a transfer needs a target and carries the place") {
  auto s = step(at_queue({ticket(3, TicketState::Serving, "1")}), OpenSheet{SheetKind::Transfer});
  s = again(s, TransferThere{});
  CHECK(!sent<DoAct>(s));
  CHECK(s.model.notice->code == "fault.transfer_nowhere");
  s = again(s, ChooseTarget{"ISO", {}});
  s = again(s, ChooseTarget{{}, "4"});  // the other kind of target replaces it
  s = again(s, ChoosePlace{domain::Place::Last});
  s = again(s, TransferThere{});
  const auto* act = sent<DoAct>(s);
  REQUIRE(act);
  CHECK(act->act == TicketAct::Transfer);
  CHECK(act->ref.ticket == id(3));
  CHECK(act->ref.to_service.empty());
  CHECK(act->ref.to_counter == "4");
  CHECK(act->ref.place == domain::Place::Last);
  CHECK(!sent<DoAct>(again(s, TransferThere{})));  // pressed twice
  CHECK(!sent<DoAct>(step(at_queue({}), TransferThere{})));
}

TEST_CASE("counter queue: a question about a ticket that another counter took is closed with a sentence") {
  auto m = step(at_queue({ticket(3, TicketState::Waiting)}), OpenSheet{SheetKind::Listed, id(3)}).model;
  REQUIRE(std::get<AtQueue>(m.state).sheet);
  CHECK(std::get<AtQueue>(refreshed(m, {ticket(3, TicketState::Waiting)}).model.state).sheet);
  for (const auto& now : {std::vector<domain::Ticket>{}, {ticket(3, TicketState::Called, "2", "1002")}}) {
    const auto s = refreshed(m, now);
    CHECK(!std::get<AtQueue>(s.model.state).sheet);
    CHECK(s.model.notice->code == "counter.notice.ticket_moved");
  }
}

TEST_CASE("counter queue: after the person has gone the officer writes up and ends it; meanwhile nobody is called") {
  auto s = step(at_queue({ticket(3, TicketState::Serving, "1")}), ActOnTicket{TicketAct::WrapUp});
  REQUIRE(sent<DoAct>(s));
  s = again(s, TicketChanged{ticket(3, TicketState::WrapUp, "1")});
  REQUIRE(s.model.current());
  CHECK(!sent<DoCall>(again(s, CallNext{id(50)})));
  s = again(s, ActOnTicket{TicketAct::Finish, "served"});
  REQUIRE(sent<DoAct>(s));
  s = again(s, TicketChanged{ticket(3, TicketState::Served, "1")});
  CHECK(!s.model.current());
  CHECK(sent<DoCall>(again(s, CallNext{id(50)})));
}

TEST_CASE("counter queue: a resting counter calls nobody until it is back, and no break begins over a person") {
  auto s = step(at_queue({}), OpenSheet{SheetKind::Break});
  s = again(s, TakeBreak{"prayer"});
  REQUIRE(sent<DoRest>(s));
  CHECK(sent<DoRest>(s)->request.counter == "1");
  CHECK(sent<DoRest>(s)->request.rest);
  CHECK(sent<DoRest>(s)->request.reason == "prayer");
  CHECK(!s.model.resting);  // not before the node has it
  CHECK(!sent<DoRest>(again(s, TakeBreak{"rest"})));
  const verbs::CounterBreak mine{"1", "1001", "prayer", from_ms(1'000)}, another{"2", "1002", "rest", from_ms(500)};
  s = again(s, BreaksChanged{{mine, another}});
  REQUIRE(s.model.resting);
  CHECK(s.model.resting->reason == "prayer");
  CHECK(s.model.resting->since == from_ms(1'000));
  CHECK(!std::get<AtQueue>(s.model.state).sheet);
  s = again(s, CallNext{id(50)});
  CHECK(!sent<DoCall>(s));
  CHECK(s.model.notice->code == "counter.notice.end_break_first");
  s = again(s, EndBreak{});
  REQUIRE(sent<DoRest>(s));
  CHECK_FALSE(sent<DoRest>(s)->request.rest);
  s = again(s, BreaksChanged{{another}});
  CHECK(!s.model.resting);
  CHECK(sent<DoCall>(again(s, CallNext{id(50)})));
  CHECK(!sent<DoRest>(again(s, EndBreak{})));
  CHECK(!sent<DoRest>(step(at_queue({ticket(3, TicketState::Called, "1")}), TakeBreak{"rest"})));
}

TEST_CASE(
    "counter queue: a terminal finds the break of its counter as the node has it, and a refused one is no break") {
  auto refresh = Refreshed{};
  refresh.breaks = {{"2", "1002", "rest", from_ms(500)}};
  auto s = step(at_queue({}), refresh);
  CHECK(!s.model.resting);
  refresh.breaks.push_back({"1", "1003", "trouble", from_ms(700)});
  s = again(s, refresh);
  REQUIRE(s.model.resting);
  CHECK(s.model.resting->reason == "trouble");
  s = step(at_queue({}), TakeBreak{"rest"});
  s = again(s, Failed{refused("counter_busy", "A-003", "counter")});
  CHECK(!s.model.resting);
  CHECK(!std::get<AtQueue>(s.model.state).busy);
  CHECK(s.model.notice->code == "fault.counter_busy");
}

TEST_CASE("counter queue: no-shows are read while their tab is open, and one that came back is no longer among them") {
  auto s = step(at_queue({}), ShowTab{Tab::Missed});
  REQUIRE(sent<DoRefresh>(s));
  CHECK(sent<DoRefresh>(s)->missed);
  s = refreshed(s.model, {}, {ticket(3, TicketState::NoShow)});
  REQUIRE(s.model.ticket(id(3)));
  s = again(s, OpenSheet{SheetKind::Listed, id(3)});
  s = again(s, ActOnTicket{TicketAct::Recycle, {}, id(3)});
  REQUIRE(sent<DoAct>(s));
  s = again(s, TicketChanged{ticket(3, TicketState::Waiting)});
  CHECK(s.model.missed.empty());
  CHECK(s.model.tickets.size() == 1);
  s = again(s, ShowTab{Tab::Waiting});
  CHECK(!sent<DoRefresh>(s)->missed);
}

TEST_CASE("counter queue: a number is printed once more, one at a time, and a missing printer leaves the page open") {
  auto s = step(at_queue({ticket(3, TicketState::Waiting)}), OpenSheet{SheetKind::Listed, id(3)});
  s = again(s, PrintNumber{id(3)});
  REQUIRE(sent<DoPrintNumber>(s));
  CHECK(!sent<DoPrintNumber>(again(s, PrintNumber{id(3)})));
  auto failed = again(s, Failed{unreachable("printer_away")});
  CHECK(failed.model.notice->code == "fault.printer_away");
  CHECK(std::get<AtQueue>(failed.model.state).sheet);
  CHECK(sent<DoPrintNumber>(again(failed, PrintNumber{id(3)})));
  s = again(s, Printed{});
  CHECK(!std::get<AtQueue>(s.model.state).busy);
}

TEST_CASE("counter queue: the counters are those that the node names, and six until it has") {
  auto s = step({}, NodeCameBack{});
  CHECK(s.model.counters == std::vector<std::string>{"1", "2", "3", "4", "5", "6"});
  s = again(s, CountersCame{{"1", "2", "3"}});
  CHECK(s.model.counters.size() == 3);
  s = again(s, CountersCame{{}});  // of a node that does not say
  CHECK(s.model.counters.size() == 3);
}

TEST_CASE("counter queue: logging out forgets the queue, the break and what was asked") {
  auto s = step(at_queue({}, {ticket(3, TicketState::NoShow)}), BreaksChanged{{{"1", "1001", "rest", from_ms(1'000)}}});
  REQUIRE(s.model.resting);
  s = again(s, LogOut{});
  CHECK(!s.model.resting);
  CHECK(s.model.missed.empty());
  CHECK(s.model.call_asked.is_nil());
}

TEST_CASE("counter: a call for help at a kiosk is answered once, shown so at once, and is no case") {
  Model m = at_queue({});
  m.tasks = {verbs::Task{.id = id(1), .kind = "help", .subject = "kiosk-1"},
             verbs::Task{.id = id(2), .kind = "intake"}};
  const auto going = step(m, AnswerHelp{id(1)});
  const auto* told = sent<DoFinishTask>(going);
  REQUIRE(told);
  CHECK(told->task == id(1));
  CHECK(going.model.tasks[0].done);
  CHECK_FALSE(sent<DoFinishTask>(again(going, AnswerHelp{id(1)})));
  CHECK_FALSE(sent<DoFinishTask>(step(m, AnswerHelp{id(2)})));  // that one is read first
}
