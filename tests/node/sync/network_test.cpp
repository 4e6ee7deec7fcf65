// The network goes and comes back: in a network namespace of the test's own, with the kernel's own messages, and with
// changes that are only said.
#include <doctest/doctest.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>
#include <functional>
#include <thread>

#include "base/net/network_watch.h"
#include "central/centre.h"
#include "central/service.h"
#include "tests/node/sync/branch_side.h"
#include "tests/node/sync/scripted_centre.h"
#include "tests/support/wait_until.h"

using namespace kiosk;
using namespace kiosk::test;
using Trouble = ScriptedCentre::Trouble;

namespace {

// Runs in a process of its own with a network of its own, where only a loopback is, and that is down. Says in words
// what went wrong; nothing: all went well.
std::string in_own_network(const std::function<std::string()>& scene) {
  int pipe[2];
  REQUIRE(::pipe(pipe) == 0);
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    ::close(pipe[0]);
    ::alarm(60);
    std::string said;
    // root makes a network at once; anybody else first becomes root of a user namespace
    if (::unshare(CLONE_NEWNET) != 0 && ::unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0)
      said = "no network namespace can be made here: neither root nor user namespaces";
    else
      said = scene();
    [[maybe_unused]] const auto n = ::write(pipe[1], said.data(), said.size());
    ::_exit(said.empty() ? 0 : 1);
  }
  ::close(pipe[1]);
  std::string said;
  char buffer[512];
  for (ssize_t n; (n = ::read(pipe[0], buffer, sizeof buffer)) > 0;) said.append(buffer, static_cast<std::size_t>(n));
  ::close(pipe[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  if (said.empty() && (!WIFEXITED(status) || WEXITSTATUS(status) != 0))
    said = "the scene died, status " + std::to_string(status);
  return said;
}

bool set_loopback(bool up) {
  const int fd = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  ifreq r{};
  std::strcpy(r.ifr_name, "lo");
  bool done = ::ioctl(fd, SIOCGIFFLAGS, &r) == 0;
  r.ifr_flags = static_cast<short>(up ? r.ifr_flags | IFF_UP | IFF_RUNNING : r.ifr_flags & ~IFF_UP);
  done = done && ::ioctl(fd, SIOCSIFFLAGS, &r) == 0;
  ::close(fd);
  return done;
}

// Gives up on silence soon, so that a connection that was kept alive over a dead link does not hold the test.
class ShortWire final : public sync::Wire {
 public:
  explicit ShortWire(net::Client::Options options) : wire_(std::move(options)) {}
  Result<net::Reply> send(const net::Call& call) override {
    net::Call hurried = call;
    hurried.timeout = Millis{1'500};
    return wire_.send(hurried);
  }
  void cancel() override { wire_.cancel(); }

 private:
  sync::HttpWire wire_;
};

// True when it came to be within the time. Waits for the other threads of this process, never for a guess of theirs.
bool within(Millis most, const std::function<bool()>& true_now) { return wait_until(true_now, most, Millis{1}); }

}  // namespace

TEST_CASE("network: the kernel's word that a link came ends the wait; that it went does not") {
  const auto said = in_own_network([]() -> std::string {
    auto watch = net::NetworkWatch::open();
    if (!watch) return "no watch: " + watch.fault().detail;
    if ((*watch)->wait(Millis{50})) return "a change where there was none";
    if (!set_loopback(true)) return "the loopback does not come up";
    if (!(*watch)->wait(Millis{10'000})) return "the link that came was not seen";
    (*watch)->wait(Millis{300});  // what belongs to it
    if (!set_loopback(false)) return "the loopback does not go down";
    if ((*watch)->wait(Millis{300})) return "a link that went counts as one that came";
    (*watch)->wake();
    if ((*watch)->wait(Millis{10'000})) return "a ring was taken for a change";
    return {};
  });
  CHECK_MESSAGE(said.empty(), said);
}

TEST_CASE(
    "network: without a route the node says so, and sends as soon as the link is back, long before its pause ends") {
  const auto said = in_own_network([]() -> std::string {
    if (!set_loopback(true)) return "the loopback does not come up";
    const Clock& clock = real_clock();
    SystemRandom random;
    TempDir branch_home, centre_home;
    central::Centre::Options co;
    co.home = centre_home.path();
    co.clock = &clock;
    co.random = &random;
    co.serve = true;
    auto centre = central::Centre::open(co);
    if (!centre) return "centre: " + centre.fault().code;
    central::Service::Options so;
    so.listen = "127.0.0.1:0";
    central::Service service(**centre, so);
    const auto port = service.start();
    if (!port) return "service: " + port.fault().code;

    BranchSide branch(clock, random, branch_home.path());
    branch.open();
    sync::Engine::Options o;
    o.clock = &clock;
    o.random = &random;
    o.poll = Seconds{1};
    o.backoff_base = o.backoff_cap = Millis{3'600'000};  // an hour: only the kernel's word can end it in time
    o.probe_gap = Millis{100};
    o.wires = [](net::Client::Options c) { return std::make_unique<ShortWire>(std::move(c)); };
    branch.engine = std::make_unique<sync::Engine>(branch::Outgoing(*branch.store), branch.node->feed(), std::move(o));
    if (!branch.engine->load()) return "load";
    branch.node->set_centre(branch.engine.get());
    const auto code = (*centre)->make_code("JKT01");
    const auto joined = branch.engine->enrol("https://127.0.0.1:" + std::to_string(*port), *code);
    if (!joined) return "enrol: " + joined.fault().code + " " + joined.fault().detail;
    branch.engine->start();
    const auto all_sent = [&] { return branch.engine->status().pending == 0; };
    branch.add_event();
    branch.engine->nudge();
    if (!within(Millis{20'000}, all_sent)) return "the first event was not sent";

    // Down, and up again, twice: what is sent in between waits and then goes.
    for (int i = 0; i < 2; ++i) {
      if (!set_loopback(false)) return "the loopback does not go down";
      branch.add_event();
      branch.engine->round(Millis{25'000});
      const auto s = branch.engine->status();
      if (s.state != "offline") return "without a network the state is " + s.state + ", " + s.why;
      if (!s.next_try || *s.next_try < clock.now()) return "it does not say when it tries again";
      if (s.pending == 0) return "sent without a network";
      if (!set_loopback(true)) return "the loopback does not come up again";
      if (!within(Millis{20'000}, all_sent)) return "not sent after the link was back: " + branch.engine->status().why;
    }
    branch.close();
    service.stop();
    return {};
  });
  CHECK_MESSAGE(said.empty(), said);
}

TEST_CASE("network: a change is followed by one light probe, and only its success ends the pause") {
  FakeClock clock(from_ms(1'795'140'000'000));
  SeededRandom random(11);
  TempDir home;
  ScriptedCentre centre;
  BranchSide side(clock, random, home.path());
  side.open();
  branch::Outgoing out(*side.store);
  REQUIRE(sync::keep(out, centre.enrolment(*side.store)).ok());
  sync::Engine::Options o;
  o.clock = &clock;
  o.random = &random;
  o.wires = centre.wires();
  o.backoff_base = o.backoff_cap = Millis{3'600'000};
  side.engine = std::make_unique<sync::Engine>(branch::Outgoing(*side.store), side.node->feed(), std::move(o));
  REQUIRE(side.engine->load().ok());
  side.node->set_centre(side.engine.get());
  side.add_event();
  const auto away = [&](int times) { centre.script.assign(static_cast<std::size_t>(times), {Trouble::NoRoute}); };

  side.engine->network_changed();  // nothing waits: nothing is probed
  CHECK(centre.exchanges == 0);
  away(3);
  side.engine->run_due();
  REQUIRE(side.engine->status().why == "no_route");
  REQUIRE(centre.exchanges == 2);  // events and feed; there is no photo to send

  // An interface that flaps twenty times in a second while the centre is not there: one probe, then one more later.
  away(100);
  for (int i = 0; i < 20; ++i) {
    side.engine->network_changed();
    side.engine->run_due();
    clock.advance(Millis{50});
  }
  CHECK(centre.exchanges == 3);
  CHECK(side.engine->status().pending == 1);
  for (int i = 0; i < 100; ++i) {  // it flaps on for a minute: the gap doubles
    side.engine->network_changed();
    side.engine->run_due();
    clock.advance(Millis{600});
  }
  CHECK(centre.exchanges >= 5);
  CHECK(centre.exchanges <= 8);

  // It answers: the pause is over at once.
  centre.script.clear();
  clock.advance(Millis{60'000});
  side.engine->network_changed();
  side.engine->run_due();
  side.engine->run_due();
  CHECK(side.engine->status().pending == 0);
  CHECK(centre.ledger.size() == 1);
  side.close();
}

TEST_CASE("network: a change does not hurry a node whose centre asked for patience") {
  FakeClock clock(from_ms(1'795'140'000'000));
  SeededRandom random(12);
  TempDir home;
  ScriptedCentre centre;
  BranchSide side(clock, random, home.path());
  side.open();
  branch::Outgoing out(*side.store);
  REQUIRE(sync::keep(out, centre.enrolment(*side.store)).ok());
  side.open_engine(centre.wires());
  side.add_event();
  centre.push_script = {{Trouble::Status, 429, "600", "{\"code\":\"busy\",\"message\":\"\"}"}};
  side.engine->run_due();
  REQUIRE(side.engine->status().why == "centre_busy");
  side.engine->network_changed();
  side.engine->run_due();
  CHECK(centre.ledger.empty());
  side.close();
}
