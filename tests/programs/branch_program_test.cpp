// kiosk-branch as a process: what its starts and ends promise.
#include <doctest/doctest.h>
#include <signal.h>
#include <sys/stat.h>

#include <chrono>
#include <fstream>
#include <thread>

#include "base/net/http.h"
#include "base/sqlite/sqlite.h"
#include "node/lan/branch_client.h"
#include "tests/support/temp_dir.h"
#include "tests/support/tiny_picture.h"
#include "tests/tools/process/process.h"

using namespace kiosk;

namespace {

const verbs::Actor actor{"kiosk-1", ""};

std::string program() { return tools::program_dir() + "/kiosk-branch"; }

tools::Finished run(std::vector<std::string> args) {
  args.insert(args.begin(), program());
  tools::Command c;
  c.argv = std::move(args);
  c.env = {{"LC_ALL", "C"}, {"KIOSK_HOME", "/nonexistent/kiosk"}};
  auto done = tools::run(c, Millis{60'000});
  REQUIRE(done.ok());
  return std::move(*done);
}

bool exists(const std::string& path) {
  struct stat st {};
  return ::stat(path.c_str(), &st) == 0;
}

struct Running {
  explicit Running(const std::string& home) {
    tools::Command c;
    c.argv = {program(), "--home", home, "--listen", "127.0.0.1:0", "--port-file", home + ".port"};
    c.err_path = home + ".log";
    auto started = tools::Process::start(c);
    REQUIRE(started.ok());
    process.emplace(std::move(*started));
    // The port file is renamed into place once everything listens.
    for (int i = 0; i < 600 && !exists(home + ".port") && process->running(); ++i) process->wait(Millis{100});
    REQUIRE(process->running());
    std::ifstream(home + ".port") >> port;
    ::remove((home + ".port").c_str());
  }
  std::optional<tools::Process> process;
  int port = 0;
};

}  // namespace

TEST_CASE("kiosk-branch: a home in use is refused by name, and the node that holds it serves on") {
  test::TempDir dir;
  Running node(dir / "home");
  const auto second = run({"--home", dir / "home", "--listen", "127.0.0.1:0"});
  CHECK(second.status == 1);
  CHECK(second.err.find("[home_in_use]") != std::string::npos);
  lan::BranchClient client(lan::BranchClient::at_home(dir / "home"));
  CHECK(client.ask(actor, verbs::GetInfo{}).ok());
}

TEST_CASE("kiosk-branch: SIGTERM ends it cleanly within two seconds while a terminal waits for changes") {
  test::TempDir dir;
  Running node(dir / "home");
  lan::BranchClient client(lan::BranchClient::at_home(dir / "home"));
  const auto first = client.ask(actor, verbs::WaitChanges{0, Millis{0}});
  REQUIRE(first.ok());
  std::thread waiting([&] { (void)client.ask(actor, verbs::WaitChanges{first->until, Seconds{50}}); });
  REQUIRE(client.ask(actor, verbs::GetInfo{}).ok());
  node.process->signal(SIGTERM);
  const auto status = node.process->wait(Millis{2'500});
  REQUIRE(status.has_value());
  CHECK(*status == 0);
  waiting.join();
  CHECK(client.ask(actor, verbs::GetInfo{}).fault().code == "node_away");
}

TEST_CASE("kiosk-branch: after SIGKILL it starts on the same home, and a terminal's next call works") {
  test::TempDir dir;
  std::string id;
  lan::BranchClient client(lan::BranchClient::at_home(dir / "home"));
  {
    Running node(dir / "home");
    const auto info = client.ask(actor, verbs::GetInfo{});
    REQUIRE(info.ok());
    id = info->node;
    CHECK_FALSE(info->enrolled);
    node.process->signal(SIGKILL);
    node.process->wait(Millis{5'000});
  }
  CHECK(client.ask(actor, verbs::GetInfo{}).fault().code == "node_away");
  Running again(dir / "home");
  const auto info = client.ask(actor, verbs::GetInfo{});
  REQUIRE(info.ok());
  CHECK(info->node == id);
}

TEST_CASE("kiosk-branch: health and metrics answer on the port it wrote, and name no secret") {
  test::TempDir dir;
  Running node(dir / "home");
  net::Client::Options o;
  o.base = "http://127.0.0.1:" + std::to_string(node.port);
  net::Client client(o);
  net::Call call;
  call.path = "/healthz";
  const auto health = client.send(call);
  REQUIRE(health.ok());
  CHECK(health->body.starts_with("{\"ok\":true,"));
  CHECK(health->body.find("\"state\":\"not_enrolled\"") != std::string::npos);
  call.path = "/metrics";
  call.expect_json = false;
  const auto page = client.send(call);
  REQUIRE(page.ok());
  CHECK(page->body.find("kiosk_enrolled 0\n") != std::string::npos);
  CHECK(page->body.find("state=\"not_enrolled\"") != std::string::npos);
  call.path = "/v1/info";  // verbs are for the socket only
  call.method = "POST";
  CHECK(client.send(call)->status == 404);
}

TEST_CASE("kiosk-branch: what is wrong on the command line is one sentence, exit 2, and nothing is made") {
  test::TempDir dir;
  const auto home = dir / "home";
  {
    std::ofstream(dir / "broken.toml") << "[node\n";
    std::ofstream(dir / "unknown.toml") << "[node]\nlissten = \"x\"\n";
  }
  struct Case {
    std::vector<std::string> args;
    std::string code;
  };
  for (const auto& c :
       {Case{{"--listen", "nonsense"}, "[address_invalid]"}, Case{{"--listen", "127.0.0.1:70000"}, "[address_invalid]"},
        Case{{"--config", dir / "broken.toml"}, "[settings_invalid]"},
        Case{{"--config", dir / "unknown.toml"}, "[settings_key]"},
        Case{{"--config", dir / "absent.toml"}, "[settings_missing]"}, Case{{"--nonsense"}, "--nonsense"}}) {
    CAPTURE(c.code);
    auto args = c.args;
    args.insert(args.begin(), {"--home", home});
    const auto done = run(args);
    CHECK(done.status == 2);
    CHECK(done.err.find(c.code) != std::string::npos);
    CHECK_FALSE(exists(home));
  }
}

TEST_CASE("kiosk-branch: a model file with another hash is refused before anything is made") {
  test::TempDir dir;
  ::mkdir((dir / "models").c_str(), 0700);
  for (const char* name : {"face_detection_yunet_2022mar.onnx", "face_recognition_mobilefacenet_paddle.onnx"})
    std::ofstream(dir / "models" + "/" + name) << "not a model";
  const auto done = run({"--home", dir / "home", "--listen", "127.0.0.1:0", "--models", dir / "models"});
  CHECK(done.status == 4);
  CHECK(done.err.find("[model_hash]") != std::string::npos);
  CHECK_FALSE(exists(dir / "home"));
}

TEST_CASE("kiosk-branch: tables damaged under a running node stop its acts and not the node; a new start says so") {
  test::TempDir dir;
  const std::string home = dir / "home";
  {
    Running node(home);
    lan::BranchClient branch(lan::BranchClient::at_home(home));
    REQUIRE(branch.ask(actor, verbs::PutBlob{"document", test::tiny_png("kept")}).ok());
    {
      auto db = sqlite::Db::open(home + "/branch.db", {});
      REQUIRE(db.ok());
      REQUIRE(db->exec("ALTER TABLE blob RENAME TO blob_gone").ok());
    }
    for (int i = 0; i < 2; ++i) {
      const auto refused = branch.ask(actor, verbs::PutBlob{"document", test::tiny_png("not kept")});
      REQUIRE_FALSE(refused.ok());
      CHECK(refused.fault().code == "store_corrupt");
      CHECK(refused.fault().kind == FaultKind::Damaged);
    }
    // Not one act more, also not one that needs nothing of what is gone.
    const auto ticket = branch.ask(actor, verbs::IssueTicket{.id = {}, .service = "JHT"});
    REQUIRE_FALSE(ticket.ok());
    CHECK(ticket.fault().code == "store_corrupt");
    CHECK(branch.ask(actor, verbs::GetInfo{}).ok());
    REQUIRE(node.process->running());
    node.process->signal(SIGTERM);
    CHECK(node.process->wait(Millis{10'000}) == 0);
  }
  CHECK(run({"--home", home, "--listen", "127.0.0.1:0"}).status == 4);
  // Nothing was made up or taken away.
  auto db = sqlite::Db::open(home + "/branch.db", {});
  REQUIRE(db.ok());
  std::int64_t blobs = 0;
  REQUIRE(db->prepared("SELECT count(*) FROM blob_gone").each([&](sqlite::Stmt& s) { blobs = s.integer(0); }).ok());
  CHECK(blobs == 1);
}
