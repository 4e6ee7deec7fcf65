// An enrolment against a centre that says nothing; certificates that have ended or are of another centre, and a new
// code.
#include <thread>

#include "api/protocol/enrol_code.h"
#include "base/net/pki.h"
#include "tests/node/sync/lost_and_found.h"
#include "tests/node/sync/silent_wire.h"
#include "tests/support/wait_until.h"

using namespace kiosk;
using namespace kiosk::test;

TEST_CASE("sync: a stop cuts off an enrolment that the centre does not answer; later ones end at once") {
  const Clock& clock = real_clock();
  SystemRandom random;
  TempDir home;
  BranchSide side(clock, random, home.path());
  side.open();
  Silence silence("/v1/ca");
  side.open_engine([&](net::Client::Options o) { return std::make_unique<SilentWire>(silence, std::move(o)); });
  const std::string code = protocol::make_enrol_code("JKT01", Bytes(10, 1), Bytes(32, 2)).text;
  std::optional<Fault> fault;
  std::thread asks([&] {
    const auto done = side.engine->enrol("https://127.0.0.1:1", code);
    if (!done) fault = done.fault();
  });
  {
    std::unique_lock lock(silence.mutex);
    REQUIRE(silence.changed.wait_for(lock, std::chrono::seconds(20), [&] { return silence.asked; }));
  }
  side.engine->stop();
  asks.join();
  CHECK(silence.cut);  // else it ended only because the line gave up
  REQUIRE(fault);
  CHECK(fault->code == "cancelled");
  CHECK(side.engine->enrol("https://127.0.0.1:1", code).fault().code == "cancelled");
  CHECK_FALSE(side.engine->enrolment());
}

namespace {
constexpr std::chrono::hours day{24};

// The certificate of the enrolment, as that authority would have made it.
sync::Enrolment with_certificate(sync::Enrolment e, const net::Authority& ca, WallTime from, WallTime to) {
  const auto csr = net::make_csr(e.tls.key_pem, e.node, {}).value();
  e.tls.certificate_pem = net::sign_csr(ca, csr, {e.node, false, {}, {}, from, to}).value();
  e.life = sync::certificate_life(e.tls);
  return e;
}
}  // namespace

TEST_CASE("sync: what is wrong with a certificate is known without asking anybody") {
  const WallTime now = from_ms(1'795'140'000'000);
  const auto ca = net::make_authority("centre", now - day * 400, now + day * 400).value();
  const auto other = net::make_authority("other centre", now - day * 400, now + day * 400).value();
  const auto trouble = [&](const net::Authority& by, WallTime from, WallTime to) {
    sync::Enrolment e;
    e.node = "00000000000000aa";
    e.tls.ca_pem = ca.certificate_pem;
    e.tls.key_pem = net::make_key();
    return sync::certificate_trouble(with_certificate(std::move(e), by, from, to), now);
  };
  CHECK(trouble(ca, now - day, now + day * 89) == "");
  CHECK(trouble(ca, now - day * 80, now + day * 10) == "");
  CHECK(trouble(ca, now - day * 82, now + day * 8) == "certificate_ends_soon");
  CHECK(trouble(ca, now - day * 90, now) == "certificate_expired");
  CHECK(trouble(ca, now + day, now + day * 90) == "certificate_not_yet");
  CHECK(trouble(other, now - day, now + day * 89) == "certificate_foreign");
  sync::Enrolment e;
  e.node = "00000000000000aa";
  e.tls.ca_pem = ca.certificate_pem;
  e.tls.key_pem = net::make_key();
  e = with_certificate(std::move(e), ca, now - day, now + day);
  e.tls.key_pem = net::make_key();
  e.life = sync::certificate_life(e.tls);
  CHECK(sync::certificate_trouble(e, now) == "certificate_foreign");
  e.tls.certificate_pem = "nonsense";
  e.life = sync::certificate_life(e.tls);
  CHECK(sync::certificate_trouble(e, now) == "certificate_foreign");
}

TEST_CASE("sync: a node whose certificate opens nothing any more enrols again at its own centre, and nowhere else") {
  LoopCentre c, elsewhere;
  LostBranch b(c);
  b.enrol();
  b.write();
  CHECK(b.settle().pending == 0);
  const auto code = c.centre->make_code("JKT01").value(), wrong = c.centre->make_code("SBY01").value();
  CHECK(b.side->engine->enrol(c.url, code).fault().code == "already_enrolled");
  {
    const auto now = b.clock.now();
    const auto other = net::make_authority("other centre", now - day, now + day * 400).value();
    branch::Outgoing out(*b.side->store);
    REQUIRE(sync::keep(out, with_certificate(*b.side->engine->enrolment(), other, now - day, now + day * 89)).ok());
  }
  b.stop();
  b.start();
  const std::string late = b.write();
  CHECK(b.side->engine->status().certificate == "certificate_foreign");
  CHECK(b.round().pending == 1);
  CHECK_FALSE(b.side->engine->enrol(elsewhere.url, elsewhere.centre->make_code("JKT01").value()));
  CHECK_FALSE(b.side->engine->enrol(c.url, wrong));
  CHECK(b.side->engine->status().certificate == "certificate_foreign");
  REQUIRE(b.side->engine->enrol(c.url, code).ok());
  CHECK(b.side->engine->status().certificate == "");
  CHECK(b.settle().pending == 0);
  CHECK(c.ledger().contains(late));
}
