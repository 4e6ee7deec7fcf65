// kioskctl doctor on certificates: a node whose enrolment was kept with each trouble in turn, asked as an operator
// asks.
#include <chrono>
#include <csignal>
#include <set>
#include <thread>

#include "base/net/http.h"
#include "base/net/pki.h"
#include "ctl_program.h"
#include "node/branch/outgoing.h"
#include "node/store/store.h"
#include "node/sync/enrolment.h"
#include "tests/drivers/scripted_printer.h"
#include "tests/support/wait_until.h"

using namespace kiosk;
using namespace ctl_test;

namespace {

constexpr std::chrono::hours day{24};

struct Enrolled {
  TempDir dir;
  WallTime now = kiosk::test::real_clock().now();
  net::Authority ca = net::make_authority("centre", now - day * 400, now + day * 400).value();
  net::Authority other = net::make_authority("other centre", now - day * 400, now + day * 400).value();
  std::string home = dir.path() + "/home";

  net::TlsIdentity leaf(const net::Authority& by, bool server, WallTime from, WallTime to) const {
    net::TlsIdentity id;
    id.key_pem = net::make_key();
    net::CertificateWish wish{"one", server, {}, {}, from, to};
    if (server) wish.names = {"127.0.0.1"};
    id.certificate_pem = net::sign_csr(by, net::make_csr(id.key_pem, "one", {}).value(), wish).value();
    id.ca_pem = ca.certificate_pem;
    return id;
  }
  // What doctor finds of a node that keeps this certificate.
  std::set<std::string> reds(net::TlsIdentity tls, const std::string& url = "https://127.0.0.1:1",
                             const std::string& awaited = {}) {
    std::filesystem::remove_all(home);
    std::filesystem::create_directory(home);
    {
      crypto::init();
      auto keys = crypto::load_keys(home, true, true);
      REQUIRE(keys.ok());
      const Clock& clock = kiosk::test::real_clock();
      SystemRandom random;
      auto store = store::Store::open({.home = home, .clock = &clock, .random = &random}, std::move(*keys));
      REQUIRE(store.ok());
      sync::Enrolment e;
      e.url = url;
      e.branch = "JKT01";
      e.node = (*store)->identity().node;
      e.certificate_until = net::read_certificate(tls.certificate_pem)->not_after;
      e.tls = std::move(tls);
      e.receipt_key = crypto::SigningKey::random().public_key();
      e.box_key = crypto::BoxKey::random().public_key();
      branch::Outgoing out(**store);
      REQUIRE(sync::keep(out, e).ok());
    }
    tools::Command c;
    c.argv = {bin("kiosk-branch"), "--home", home, "--listen", "127.0.0.1:0", "--port-file", home + "/port"};
    c.err_path = dir.path() + "/log";
    auto node = tools::Process::start(c);
    REQUIRE(node.ok());
    for (int i = 0; i < 600 && !std::filesystem::exists(home + "/port") && node->running(); ++i) node->wait(Millis{50});
    REQUIRE(node->running());
    std::set<std::string> out;
    for (int i = 0; i < 200; ++i) {
      out.clear();
      const auto answer = ctl({"doctor", "--home", home}, {{"KIOSK_MODELS", dir.path() + "/no-models"}});
      REQUIRE(answer.status == 0);
      for (const auto& f : answer.json().at("findings"))
        if (f.at("level") == "red") out.insert(f.at("code").get<std::string>());
      if (awaited.empty() || out.contains(awaited)) break;  // the node has yet to meet whoever answers
      node->wait(Millis{100});
    }
    node->signal(SIGTERM);
    CHECK(node->wait(Millis{10'000}) == 0);
    return out;
  }
};

}  // namespace

TEST_CASE(
    "kioskctl doctor: a certificate that has ended, is to come, ends soon or is another centre's is red by name") {
  Enrolled e;
  const auto now = e.now;
  CHECK(e.reds(e.leaf(e.ca, false, now - day * 91, now - day)).contains("certificate_expired"));
  CHECK(e.reds(e.leaf(e.ca, false, now + day, now + day * 90)).contains("certificate_not_yet"));
  CHECK(e.reds(e.leaf(e.ca, false, now - day * 88, now + day * 2)).contains("certificate_ends_soon"));
  CHECK(e.reds(e.leaf(e.other, false, now - day, now + day * 89)).contains("certificate_foreign"));
  for (const auto& code : e.reds(e.leaf(e.ca, false, now - day, now + day * 89)))
    CHECK_MESSAGE(code.find("certificate") == std::string::npos, code);
}

TEST_CASE("kioskctl doctor: another centre that answers at the address of ours is red by name") {
  Enrolled e;
  const auto wrong = e.leaf(e.other, true, e.now - day, e.now + day * 89);
  net::Server::Options o;
  o.listen = "127.0.0.1:0";
  o.tls = &wrong;
  net::Server server(std::move(o));
  server.on({"GET", "/healthz"}, [](const net::Request&) { return net::Response{}; });
  const auto port = server.start();
  REQUIRE(port.ok());
  const auto reds = e.reds(e.leaf(e.ca, false, e.now - day, e.now + day * 89),
                           "https://127.0.0.1:" + std::to_string(*port), "wrong_centre");
  CHECK(reds.contains("wrong_centre"));
  server.stop();
}

TEST_CASE(
    "doctor: of a printer on a line it says what nobody can know there, of a silent one once that people are asked") {
  test::PrinterScript script;
  for (const bool speaks : {true, false}) {
    CAPTURE(speaks);
    script.speaks = speaks;
    test::ScriptedPrinter line(script, true), net(script, false);
    for (auto* printer : {&line, &net}) {
      CAPTURE(printer->uri());
      TempDir dir;
      dir.file("kiosk.toml", "[terminal]\nprinter = \"" + printer->uri() + "\"\n");
      const auto said =
          ctl({"doctor", "--home", dir.path()}, {{"KIOSK_MODELS", dir.path() + "/no-models"}, {"HOME", dir.path()}})
              .out;
      CHECK((said.find("wait in the kernel") != std::string::npos) == (printer == &line));
      CHECK((said.find("printer_has_no_status") != std::string::npos) == !speaks);
    }
  }
}
