// The real program: killed while it takes batches, started again on its home; commands beside a running centre.
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <thread>

#include "tests/support/wait_until.h"
#include "world.h"

using namespace kiosk;
using namespace kiosk::test;

namespace {

std::string program() {
  const char* build = std::getenv("KIOSK_BUILD");
  return std::string(build ? build : ".") + "/bin/kiosk-central";
}
bool there() { return ::access(program().c_str(), X_OK) == 0; }

std::string file(const std::string& path) {
  std::ifstream in(path);
  std::stringstream all;
  all << in.rdbuf();
  return all.str();
}

struct Place : TempDir {
  std::string store = fresh_store();
};

pid_t start(const std::vector<std::string>& args, const std::string& out) {
  std::vector<char*> argv;
  const std::string name = program();
  argv.push_back(const_cast<char*>(name.c_str()));
  for (const auto& a : args) argv.push_back(const_cast<char*>(a.c_str()));
  argv.push_back(nullptr);
  const pid_t pid = ::fork();
  if (pid == 0) {
    const int fd = ::open(out.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    ::dup2(fd, 1);
    const int log = ::open((out + ".err").c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    ::dup2(log, 2);
    ::execv(argv[0], argv.data());
    ::_exit(127);
  }
  return pid;
}
int run(const Place& dir, std::vector<std::string> args, std::string& out) {
  args.insert(args.end(), {"--home", dir.path + "/centre"});
  const bool named = std::find(args.begin(), args.end(), "--store") != args.end();
  if (!named && !dir.store.empty()) args.insert(args.end(), {"--store", dir.store});
  const pid_t pid = start(args, dir.path + "/out");
  int status = 0;
  ::waitpid(pid, &status, 0);
  out = file(dir.path + "/out");
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

std::string soon() {  // in two days, as operators write it
  const auto day = Date::at(real_clock().now(), std::chrono::minutes(420)).plus_days(2);
  return day.iso() + " 09:30";
}

struct Program {
  Program(const Place& dir, int wanted_port) {
    const std::string port_file = dir.path + "/port";
    ::unlink(port_file.c_str());
    std::vector<std::string> args = {
        "run",         "--home", dir.path + "/centre", "--listen", "127.0.0.1:" + std::to_string(wanted_port),
        "--port-file", port_file};
    if (!dir.store.empty()) args.insert(args.end(), {"--store", dir.store});
    pid = start(args, dir.path + "/log");
    // The port file is the program's word that it listens.
    while (file(port_file).empty()) {
      int status = 0;
      REQUIRE_MESSAGE(::waitpid(pid, &status, WNOHANG) == 0, file(dir.path + "/log.err"));
      std::this_thread::yield();
    }
    port = std::stoi(file(port_file));
  }
  int end(int signal) {
    ::kill(pid, signal);
    int status = 0;
    ::waitpid(pid, &status, 0);
    pid = -1;
    return status;
  }
  ~Program() {
    if (pid > 0) end(SIGKILL);
  }
  pid_t pid = -1;
  int port = 0;
};

}  // namespace

TEST_CASE("kiosk-central: killed while it takes batches, it has lost and doubled nothing") {
  REQUIRE_MESSAGE(there(), "bin/kiosk-central is not built");
  const Place dir;
  std::string out;
  REQUIRE(run(dir, {"code", "--branch", "JKT01"}, out) == 0);
  const std::string code = out.substr(out.rfind('\n', out.size() - 2) + 1, 35);
  auto centre = std::make_unique<Program>(dir, 0);
  const int port = centre->port;
  TestNode n("https://127.0.0.1:" + std::to_string(port), code);
  REQUIRE(n.enrol().status == 200);
  for (int i = 0; i < 600; ++i) n.add("ticket.issued", "{\"n\":" + std::to_string(i) + "}");
  std::size_t acknowledged = 0;
  for (int kill = 0; kill < 4; ++kill) {
    // The killer waits for the first answer of this round, so that the blow falls between or into later batches.
    std::atomic<int> answers = 0;
    std::thread killer([&] {
      while (answers < 2 + kill) std::this_thread::yield();
      centre->end(SIGKILL);
    });
    while (acknowledged < n.events.size()) {
      net::Call call;
      call.method = "POST";
      call.path = "/v1/events";
      call.body = protocol::encode(n.batch(acknowledged, std::min(acknowledged + 10, n.events.size())));
      const auto r = n.client->send(call);
      if (!r || r->status != 200) break;
      acknowledged = static_cast<std::size_t>(must(protocol::decode<protocol::PushReply>(r->body)).ack.seq);
      ++answers;
    }
    answers = 1'000;
    killer.join();
    centre = std::make_unique<Program>(dir, port);
  }
  n.acknowledged = acknowledged > 100 ? acknowledged - 100 : 0;  // and some that are there already
  n.push_all();
  REQUIRE(run(dir, {"events", "--json", "--branch", "JKT01"}, out) == 0);
  std::istringstream lines(out);
  std::set<std::string> ids;
  std::int64_t seq = 0;
  for (std::string line; std::getline(lines, line);) {
    const auto j = Json::parse(line);
    CHECK(j.at("seq") == ++seq);
    ids.insert(j.at("id").get<std::string>());
  }
  CHECK(seq == 600);
  CHECK(ids.size() == 600);
  const Stopwatch watch;
  const int status = centre->end(SIGTERM);
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
  CHECK(watch.spent() < Millis{2'000});
}

TEST_CASE("kiosk-central: SIGTERM answers the long poll, says draining, and ends within two seconds") {
  REQUIRE_MESSAGE(there(), "bin/kiosk-central is not built");
  const Place dir;
  std::string out;
  REQUIRE(run(dir, {"code", "--branch", "JKT01"}, out) == 0);
  const std::string code = out.substr(out.rfind('\n', out.size() - 2) + 1, 35);
  {
    std::ofstream settings(dir.path + "/centre/kiosk.toml");
    settings << "[centre]\ndrain_ms = 800\n";
  }
  Program centre(dir, 0);
  TestNode n("https://127.0.0.1:" + std::to_string(centre.port), code);
  REQUIRE(n.enrol().status == 200);
  net::TlsIdentity trust;
  trust.ca_pem = n.tls.ca_pem;
  net::Client::Options po{.base = n.url};
  po.tls = &trust;
  net::Client health(po);
  net::Call ask;
  ask.path = "/healthz";
  CHECK(must(health.send(ask)).status == 200);
  // What is refused is logged: which route, code, field and node; never what stood in the request.
  net::Call nosy;
  nosy.path = "/v1/people/3578015208620004";
  CHECK(must(n.client->send(nosy)).status == 404);
  nosy.path = "/v1/feed?after=3578015208620004x";
  CHECK(must(n.client->send(nosy)).status == 400);
  const std::string logged = file(dir.path + "/log.err");
  CHECK(logged.find("request refused") != std::string::npos);
  CHECK(logged.find("code=no_such_route") != std::string::npos);
  CHECK(logged.find("route=/v1/feed") != std::string::npos);
  CHECK(logged.find("field=after") != std::string::npos);
  CHECK(logged.find("node=" + n.node) != std::string::npos);
  CHECK(logged.find("3578015208620004") == std::string::npos);
  const auto until = n.feed(0).until;
  net::Call wait;
  wait.path = "/v1/feed?after=" + std::to_string(until) + "&wait_s=60";
  Result<net::Reply> answer = unreachable("not_run");
  std::thread waiter([&] { answer = n.client->send(wait); });
  // The poll is on its way when the signal comes, early or late: both must be answered.
  CHECK(must(health.send(ask)).status == 200);
  const Stopwatch watch;
  ::kill(centre.pid, SIGTERM);
  int status = 0;
  bool draining = false;
  while (::waitpid(centre.pid, &status, WNOHANG) == 0) {
    const auto r = health.send(ask);
    if (r && r->status == 503 && r->body.find("centre_draining") != std::string::npos) draining = true;
  }
  centre.pid = -1;
  CHECK(watch.spent() < Millis{2'000});
  CHECK(draining);
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
  waiter.join();
  REQUIRE_MESSAGE(answer.ok(), answer.fault().code);
  CHECK((answer->status == 200 || answer->status == 503));
}

TEST_CASE("kiosk-central: commands speak by exit status, code and field") {
  REQUIRE_MESSAGE(there(), "bin/kiosk-central is not built");
  const Place dir;
  std::string out;
  CHECK(run(dir, {"events", "--json"}, out) == 1);
  CHECK(Json::parse(out).at("code") == "home_absent");
  REQUIRE(run(dir, {"seed", "--participants", "20", "--branch", "JKT01", "--json"}, out) == 0);
  std::istringstream lines(out);
  std::string nik;
  int officers = 0, participants = 0;
  for (std::string line; std::getline(lines, line);) {
    const auto j = Json::parse(line);
    officers += j.contains("pin");
    if (j.contains("nik")) {
      ++participants;
      nik = j.at("nik");
      CHECK(j.at("kpj").get<std::string>().size() == 11);
    }
  }
  CHECK(officers == 4);
  CHECK(participants == 20);
  const Program centre(dir, 0);
  CHECK(run(dir, {"block", nik, "--json"}, out) == 0);
  CHECK(run(dir, {"participant", nik, "--json"}, out) == 0);
  CHECK(Json::parse(out).at("account").at("state") == "blocked");
  CHECK(run(dir, {"unblock", nik, "--json"}, out) == 0);
  CHECK(run(dir, {"participant", "123", "--json"}, out) == 2);
  CHECK(Json::parse(out).at("code") == "nik_length");
  CHECK(Json::parse(out).at("field") == "nik");
  CHECK(run(dir, {"correct", nik, "mother", "Sri Rejeki", "--json"}, out) == 0);
  CHECK(Json::parse(out).at("changed") == true);
  CHECK(out.find("Sri") == std::string::npos);
  CHECK(run(dir, {"correct", nik, "shoe_size", "42", "--json"}, out) == 2);
  CHECK(Json::parse(out).at("field") == "field");
  CHECK(run(dir, {"correct", nik, "birth", "1962-02-30", "--json"}, out) == 2);
  CHECK(Json::parse(out).at("field") == "value");
  CHECK(run(dir, {"appointment", nik, "--service", "JHT", "--at", "2026-13-01 09:30", "--json"}, out) == 2);
  CHECK(run(dir, {"appointment", nik, "--service", "JHT", "--at", "2020-01-01 09:30", "--json"}, out) == 2);
  CHECK(Json::parse(out).at("code") == "time_range");
  CHECK(run(dir, {"appointment", nik, "--service", "XX", "--at", soon(), "--json"}, out) == 1);
  CHECK(Json::parse(out).at("code") == "unknown_service");
  CHECK(run(dir, {"appointment", nik, "--service", "JHT", "--at", soon(), "--json"}, out) == 0);
  CHECK(Json::parse(out).at("id").get<std::string>().size() == 36);
  CHECK(run(dir, {"end-officer", "1003", "--branch", "JKT01", "--json"}, out) == 0);
  CHECK(run(dir, {"end-officer", "1003", "--branch", "JKT01", "--json"}, out) == 1);
  CHECK(run(dir, {"notice", "add", "--branch", "JKT01", "--text", "Kantor tutup", "--until", soon(), "--json"}, out) ==
        0);
  const auto notice = Json::parse(out).at("id").get<std::string>();
  CHECK(run(dir, {"notice", "add", "--branch", "JKT01", "--text", "x", "--until", "soon", "--json"}, out) == 2);
  CHECK(Json::parse(out).at("field") == "until");
  CHECK(run(dir, {"notice", "list", "--json"}, out) == 0);
  CHECK(Json::parse(out).at("text") == "Kantor tutup");
  CHECK(run(dir, {"notice", "remove", notice, "--json"}, out) == 0);
  CHECK(run(dir, {"notice", "remove", notice, "--json"}, out) == 1);
  CHECK(Json::parse(out).at("code") == "unknown_notice");
  CHECK(run(dir, {"notice", "remove", "no-id", "--json"}, out) == 2);
  CHECK(run(dir, {"erasures", "--json"}, out) == 0);
  CHECK(out.empty());
  CHECK(run(dir, {"revoke", "0123456789abcdef", "--json"}, out) == 1);
  CHECK(Json::parse(out).at("code") == "node_unknown");
  CHECK(run(dir, {"set-rule", "self_service_ceiling", "20000000", "--from", "soon", "--json"}, out) == 2);
  CHECK(Json::parse(out).at("field") == "from");
  for (const char* command : {"run", "code", "seed", "events", "participant", "block", "unblock", "advance", "correct",
                              "erasures", "appointment", "end-officer", "set-rule", "revoke", "reference"}) {
    CAPTURE(command);
    CHECK(run(dir, {command, "--help"}, out) == 0);
    CHECK(out.find(std::string("kiosk-central ") + command) != std::string::npos);  // an example
  }
  CHECK(run(dir, {"advance", "x", "--stage", "nowhere", "--json"}, out) == 2);
  CHECK(run(dir, {"run", "--listen", "127.0.0.1:0", "--json"}, out) == 1);
  CHECK(Json::parse(out).at("code") == "home_in_use");
  CHECK(run(dir, {"run", "--listen", "nowhere", "--store", "mysql://x", "--json"}, out) == 2);
  CHECK(Json::parse(out).at("code") == "store_invalid");
  CHECK(run(dir, {"events", "--store", "postgresql://nobody@/x?host=/nonexistent", "--json"}, out) == 3);
  CHECK(Json::parse(out).at("code") == "store_away");
  CHECK(run(dir, {"dance"}, out) == 2);
}
