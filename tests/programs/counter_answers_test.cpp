// The counter's runner with a real node behind a line that loses answers: what was done is done once, and the officer
// finds the person that the lost answer brought.
#include "ctl_world.h"
#include "node/lan/branch_client.h"
#include "relay.h"
#include "terminal/runner/counter_runner.h"
#include "tests/support/wait_until.h"

using namespace ctl_test;
using namespace kiosk::flow::counter;
using kiosk::Millis;
using kiosk::domain::TicketAct;
using kiosk::domain::TicketState;

namespace {

class Desk {
 public:
  explicit Desk(World& w) : relay(w.dir().path() + "/desk.sock", w.home() + "/branch.sock") {
    kiosk::runner::CounterRunner::Parts parts;
    kiosk::lan::BranchClient::Options options;
    options.base = relay.url();
    parts.branch = std::make_shared<kiosk::lan::BranchClient>(std::move(options));
    parts.terminal = "counter-1";
    parts.wake = [] {};
    parts.time = std::make_shared<kiosk::runner::BranchTime>(kiosk::test::real_clock());
    runner = std::make_unique<kiosk::runner::CounterRunner>(std::move(parts));
    model.terminal = "counter-1";
    runner->carry_out(DoLogIn{"1001", std::make_shared<const kiosk::SecretString>(w.pin("1001"))});
    REQUIRE(until([&] { return model.session && !model.arriving; }));
  }
  // As the stage does: what came back moves the model, what the model wants is carried out.
  bool until(const std::function<bool()>& f) {
    return kiosk::test::wait_until([&] {
      while (auto event = runner->take()) press(*event);
      return f();
    });
  }
  void press(const Event& event) {
    auto next = step(std::move(model), event);
    model = std::move(next.model);
    for (auto& effect : next.effects) runner->carry_out(std::move(effect));
  }
  // An effect by itself, without the model: its answer.
  template <class Answer, class Effect>
  Answer ask(Effect effect) {
    while (runner->take()) {
    }
    runner->carry_out(std::move(effect));
    std::optional<Answer> came;
    const auto has_come = [&] {
      while (auto event = runner->take())
        if (auto* answer = std::get_if<Answer>(&*event)) {
          came.emplace(std::move(*answer));
          return true;
        }
      return false;
    };
    REQUIRE_MESSAGE(kiosk::test::wait_until(has_come), "no answer");
    return *std::move(came);
  }

  Relay relay;
  std::unique_ptr<kiosk::runner::CounterRunner> runner;
  Model model;
};

kiosk::Uuid id(std::uint8_t n) {
  std::uint8_t raw[16] = {};
  raw[15] = n;
  return kiosk::Uuid::from_bytes(raw);
}

std::map<std::string, int> states(World& w) {
  std::map<std::string, int> out;
  for (const auto& t : w.ask({"ticket", "list", "--all"}).rows) ++out[t["state"]];
  return out;
}

}  // namespace

TEST_CASE("counter: an act whose answer is lost is done once, however often it is asked again") {
  World w;
  Desk desk(w);
  const std::string service = w.ask({"ticket", "services"}).rows[0]["code"];
  for (int i = 0; i < 3; ++i) REQUIRE(w.ask({"ticket", "issue", "--service", service}).status == 0);

  // -- a call
  desk.relay.set(Relay::State::Deaf);
  for (int again = 0; again < 3; ++again) {
    const auto lost = desk.ask<TicketTaken>(DoCall{"1", "", id(1)});
    REQUIRE(!lost.ticket.ok());
    CHECK(lost.ticket.fault().code == "node_away");
  }
  CHECK(states(w) == std::map<std::string, int>{{"called", 1}, {"waiting", 2}});
  desk.relay.set(Relay::State::Open);
  const auto found = desk.ask<TicketTaken>(DoCall{"1", "", id(1)});
  REQUIRE(found.ticket.ok());
  CHECK(found.ticket->state == TicketState::Called);
  CHECK(states(w) == std::map<std::string, int>{{"called", 1}, {"waiting", 2}});
  const auto ref = kiosk::verbs::TicketRef{found.ticket->id, "1", "", ""};

  // -- acts on it
  for (const auto act : {TicketAct::Begin, TicketAct::WrapUp, TicketAct::Finish}) {
    desk.relay.set(Relay::State::Deaf);
    CHECK(desk.ask<Failed>(DoAct{act, ref}).fault.code == "node_away");
    desk.relay.set(Relay::State::Open);
    const auto state = desk.ask<TicketChanged>(DoAct{act, ref}).ticket.state;
    CHECK(state == (act == TicketAct::Begin    ? TicketState::Serving
                    : act == TicketAct::WrapUp ? TicketState::WrapUp
                                               : TicketState::Served));
  }
  CHECK(states(w) == std::map<std::string, int>{{"served", 1}, {"waiting", 2}});

  // -- somebody without a ticket
  kiosk::verbs::IssueTicket walk_in{.id = id(2), .service = service};
  walk_in.counter = "1";
  desk.relay.set(Relay::State::Deaf);
  CHECK(!desk.ask<TicketTaken>(DoWalkIn{walk_in}).ticket.ok());
  desk.relay.set(Relay::State::Open);
  const auto taken = desk.ask<TicketTaken>(DoWalkIn{walk_in});
  REQUIRE(taken.ticket.ok());
  CHECK(taken.ticket->id == id(2));
  CHECK(w.ask({"ticket", "list", "--all"}).rows.size() == 4);

  // The day's report counts each of them once.
  REQUIRE(w.ask({"ticket", "finish", taken.ticket->id.str()}, "1001").status == 0);
  const auto report = w.ask({"report", "day"}, "1004");
  CHECK(report.rows[0]["served"] == 2);
}

TEST_CASE("counter: who was called by an answer that got lost stands at the counter once the node is back") {
  World w;
  Desk desk(w);
  const std::string service = w.ask({"ticket", "services"}).rows[0]["code"];
  for (int i = 0; i < 2; ++i) REQUIRE(w.ask({"ticket", "issue", "--service", service}).status == 0);
  REQUIRE(desk.until([&] { return desk.model.tickets.size() == 2; }));
  desk.relay.set(Relay::State::Deaf);
  desk.press(CallNext{id(1)});
  REQUIRE(desk.until([&] { return desk.model.node_away && !desk.model.call_asked.is_nil(); }));
  CHECK(desk.model.current() == nullptr);
  CHECK(states(w)["called"] == 1);
  desk.relay.set(Relay::State::Open);
  REQUIRE(desk.until([&] { return desk.model.current() != nullptr; }));
  CHECK(desk.model.call_asked.is_nil());
  CHECK(!desk.model.node_away);
  desk.press(ActOnTicket{TicketAct::Begin});
  REQUIRE(desk.until([&] { return desk.model.current() && desk.model.current()->state == TicketState::Serving; }));
  CHECK(states(w) == std::map<std::string, int>{{"serving", 1}, {"waiting", 1}});
}
