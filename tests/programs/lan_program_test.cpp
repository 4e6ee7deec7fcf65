// Terminals on other machines through the real programs: kiosk-branch with [lan], kioskctl terminal, and what each
// refusal says.
#include <sys/stat.h>

#include <csignal>
#include <optional>
#include <thread>

#include "ctl_program.h"
#include "node/lan/branch_client.h"
#include "programs/kiosk/identity_keeper.h"
#include "tests/support/wait_until.h"

using namespace ctl_test;
using kiosk::Millis;
using kiosk::tools::Process;

namespace {

class Node {
 public:
  Node() {
    std::filesystem::create_directory(home());
    std::ofstream(home() + "/kiosk.toml") << "[node]\nbranch_name = \"Cabang Uji\"\n[lan]\nlisten = \"127.0.0.1:0\"\n";
    start();
  }
  void start() {
    const auto port = dir_.path() + "/port";
    for (const auto& f : {port, port + ".lan"}) std::filesystem::remove(f);
    kiosk::tools::Command c{.argv = {bin("kiosk-branch"), "--home", home(), "--port-file", port}};
    c.env["KIOSK_MODELS"] = dir_.path() + "/no-models";
    c.err_path = dir_.path() + "/log";
    auto p = Process::start(c);
    REQUIRE(p.ok());
    process_.emplace(std::move(*p));
    REQUIRE(kiosk::test::wait_until([&] {
      REQUIRE(process_->running());
      return std::filesystem::exists(port);
    }));
    std::ifstream(port + ".lan") >> port_;
    REQUIRE(port_ > 0);
  }
  void stop() {
    process_->signal(SIGTERM);
    REQUIRE(process_->wait(Millis{20'000}) == 0);
    process_.reset();
  }
  Answer here(std::vector<std::string> args) const {
    args.insert(args.end(), {"--home", home()});
    return ctl(args);
  }
  // On a machine of that name.
  Answer at(const std::string& machine, std::vector<std::string> args) const {
    args.insert(args.end(), {"--home", dir_.path() + "/" + machine, "--branch", url()});
    return ctl(args);
  }
  std::string code(const std::string& role) const {
    const auto added = here({"terminal", "add", "--role", role});
    REQUIRE_MESSAGE(added.status == 0, added.err);
    return added.json()["code"];
  }
  // The same port at every start from now on.
  void stay() {
    std::ofstream(home() + "/kiosk.toml")
        << "[node]\nbranch_name = \"Cabang Uji\"\n[lan]\nlisten = \"127.0.0.1:" << port_ << "\"\n";
  }
  std::string url() const { return "https://127.0.0.1:" + std::to_string(port_); }
  std::string home() const { return dir_.path() + "/node"; }
  std::string path(const std::string& name) const { return dir_.path() + "/" + name; }

 private:
  TempDir dir_;
  std::optional<Process> process_;
  int port_ = 0;
};

}  // namespace

TEST_CASE("terminal: a machine joins by a code, does what its role may, and is out the moment it is removed") {
  Node node;
  const auto code = node.code("counter");
  const auto joined = node.at("pc", {"terminal", "join", "--code", code});
  REQUIRE_MESSAGE(joined.status == 0, joined.err);
  CHECK(joined.json()["terminal"] == "counter-1");
  CHECK(joined.json()["certificate_until"].is_string());
  CHECK(node.at("pc", {"ticket", "list"}).code() == "not_logged_in");
  CHECK(node.here({"ticket", "list"}).status == 0);
  CHECK(node.at("pc", {"sync", "status"}).json()["state"] == "not_enrolled");
  const auto board = node.at("screen", {"terminal", "join", "--code", node.code("board")});
  REQUIRE(board.status == 0);
  const auto forbidden = node.at("screen", {"claim", "list"});
  CHECK(forbidden.status == 1);
  CHECK(forbidden.code() == "role_forbids");
  CHECK(node.at("pc", {"terminal", "add", "--role", "counter"}).code() == "role_forbids");

  const auto listed = node.here({"terminal", "list"});
  REQUIRE(listed.rows.size() == 2);
  CHECK(listed.rows[0]["terminal"] == "board-1");
  CHECK(listed.rows[1]["role"] == "counter");
  CHECK(node.here({"terminal", "remove", "counter-1"}).status == 0);
  const auto out = node.at("pc", {"ticket", "list"});
  CHECK(out.status == 1);
  CHECK(out.code() == "terminal_unknown");
  CHECK(node.here({"terminal", "remove", "counter-1"}).code() == "terminal_unknown");
  CHECK(node.at("screen", {"sync", "status"}).status == 0);
}

TEST_CASE("terminal: whatever is wrong with a join is one sentence and the exit of its kind") {
  Node node;
  const auto code = node.code("kiosk");
  const auto one_sentence = [](const Answer& a) { return std::count(a.err.begin(), a.err.end(), '\n') == 1; };
  const auto wrong = [&](const Answer& a, int status, const std::string& said) {
    CAPTURE(a.err);
    CHECK(a.status == status);
    CHECK(a.code() == said);
    CHECK(one_sentence(a));
  };
  wrong(node.at("pc", {"terminal", "join", "--code", "nonsense"}), 2, "code_unreadable");
  wrong(node.at("pc", {"ticket", "list"}), 1, "not_joined");
  wrong(ctl({"terminal", "join", "--code", code, "--home", node.path("pc"), "--branch", "127.0.0.1:1"}), 2,
        "branch_url");
  wrong(ctl({"terminal", "join", "--code", code, "--home", node.path("pc"), "--branch", "https://127.0.0.1:1"}), 3,
        "refused");
  {
    Node other;
    wrong(ctl({"terminal", "join", "--code", code, "--home", node.path("pc"), "--branch", other.url()}), 1,
          "node_unproven");
    // A terminal of one node at another's address.
    REQUIRE(node.at("pc", {"terminal", "join", "--code", code}).status == 0);
    wrong(ctl({"sync", "status", "--home", node.path("pc"), "--branch", other.url()}), 3, "tls_unknown_ca");
  }
  wrong(node.at("pc2", {"terminal", "join", "--code", code}), 1, "join_code_used");
  wrong(node.here({"terminal", "add", "--role", "officer"}), 2, "usage");
  node.stop();
  wrong(node.at("pc", {"sync", "status"}), 3, "node_away");
  // Without a running node the home is opened: the code made there works once it runs again, and so does the terminal.
  const auto later = node.code("counter");
  node.start();
  REQUIRE(node.at("pc2", {"terminal", "join", "--code", later}).status == 0);
  CHECK(node.at("pc", {"sync", "status"}).status == 0);
  std::ofstream(node.home() + "/kiosk.toml") << "[node]\n";
  node.stop();
  wrong(node.here({"terminal", "add", "--role", "kiosk"}), 1, "lan_off");
}

TEST_CASE("terminal: a board on another machine shows the branch over the LAN, by its own file alone") {
  Node node;
  REQUIRE(node.at("screen", {"terminal", "join", "--code", node.code("board")}).status == 0);
  const auto script = node.path("script.txt");
  std::ofstream(script) << "wait Antrean Cabang Uji 30\n";
  kiosk::tools::Command c{.argv = {bin("kiosk"), "--role", "board", "--home", node.path("screen"), "--headless",
                                   "--script", script, "--shots", node.path("shots")}};
  c.env = {{"SDL_VIDEODRIVER", "dummy"}, {"SDL_AUDIODRIVER", "dummy"}};
  const auto played = kiosk::tools::run(c, Millis{120'000});
  REQUIRE(played.ok());
  CHECK_MESSAGE(played->status == 0, played->err);
}

TEST_CASE("terminal: its certificate is renewed in time while it runs, and a node that is away is asked again") {
  Node node;
  REQUIRE(node.at("pc", {"terminal", "join", "--code", node.code("counter")}).status == 0);
  node.stay();
  auto opened = kiosk::lan::TerminalIdentity::open(node.path("pc"));
  REQUIRE(opened.ok());
  const auto badge = *opened;
  const auto first = badge->identity();
  kiosk::lan::BranchClient::Options options;
  options.base = badge->url();
  options.badge = badge;
  kiosk::lan::BranchClient terminal(std::move(options));
  const kiosk::verbs::Actor me{badge->name(), ""};
  REQUIRE(terminal.ask(me, kiosk::verbs::GetInfo{}).ok());

  const auto days = [](int n) { return Millis{n * 24LL * 3'600'000}; };
  const auto unchanged = [&] { return badge->version() == 1; };
  kiosk::OffsetClock clock;
  {
    kiosk::programs::IdentityKeeper keeper(badge, node.path("pc"), clock, {Millis{100}, Millis{100}});
    clock.advance(days(50));
    CHECK(kiosk::test::stays(unchanged, Millis{300}));  // two thirds of its life are not over yet
    CHECK(terminal.ask(me, kiosk::verbs::GetInfo{}).ok());

    node.stop();
    clock.advance(days(15));
    CHECK(kiosk::test::stays(unchanged, Millis{300}));
    CHECK(kiosk::lan::TerminalIdentity::open(node.path("pc")).ok());
    node.start();
    CHECK(kiosk::test::wait_until([&] { return badge->version() > 1; }));
    clock.advance(-days(65));
  }
  // The terminal that went on running, and one that begins anew from the file, are known by the new one.
  const auto now = badge->identity();
  CHECK(now.certificate_pem != first.certificate_pem);
  CHECK(now.key_pem.reveal() != first.key_pem.reveal());
  CHECK(now.ca_pem == first.ca_pem);
  CHECK(terminal.ask(me, kiosk::verbs::GetInfo{}).ok());
  const auto kept = kiosk::lan::TerminalIdentity::open(node.path("pc"));
  REQUIRE(kept.ok());
  CHECK((*kept)->identity().certificate_pem == now.certificate_pem);
  CHECK(node.at("pc", {"sync", "status"}).status == 0);
  const auto listed = node.here({"terminal", "list"});
  REQUIRE(listed.rows.size() == 1);
  CHECK(listed.rows[0]["terminal"] == "counter-1");
}
