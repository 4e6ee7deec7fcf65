// A centre with people, and an enrolled branch node, as processes; kioskctl asks them. Inside tests/programs.
#pragma once
#include <chrono>
#include <csignal>
#include <optional>
#include <set>
#include <thread>

#include "ctl_program.h"
#include "tests/support/wait_until.h"

namespace ctl_test {
using kiosk::Millis;
using kiosk::tools::Process;

inline std::string read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

class World {
 public:
  World() {
    const auto seeded = central({"seed", "--participants", "40", "--seed", "5", "--branch", "TST01", "--json"});
    std::istringstream lines(seeded);
    for (std::string line; std::getline(lines, line);) {
      auto row = Json::parse(line, nullptr, false);
      if (row.is_discarded()) continue;
      if (row.contains("pin"))
        pins_[row["number"]] = row["pin"];
      else if (row.contains("nik"))
        people.push_back(row);
    }
    REQUIRE(people.size() == 40);
    centre_.emplace(
        launch({bin("kiosk-central"), "run", "--home", dir_.path() + "/centre", "--listen", "127.0.0.1:0"}, "centre"));
    start_branch();
    auto code = central({"code", "--branch", "TST01"});
    while (!code.empty() && code.back() == '\n') code.pop_back();
    code = code.substr(code.rfind('\n') + 1);
    const auto port = read_file(dir_.path() + "/centre.port");
    enrolled = ask({"enrol", "--central", "https://127.0.0.1:" + port.substr(0, port.find('\n')), "--code", code});
    REQUIRE_MESSAGE(enrolled.status == 0, enrolled.out << enrolled.err);
    // The feed brings services, officers and people; how long that takes is the machine's affair, not the test's.
    const auto fed = [&] {
      return !ask({"ticket", "services"}).rows.empty() && ask({"officer", "list"}).rows.size() >= 4 &&
             ask({"claim", "check", "--nik", people.back()["nik"], "--cause", "USIA56"}).out.find("unverified") ==
                 std::string::npos;
    };
    REQUIRE_MESSAGE(kiosk::test::wait_until(fed), "the branch's feed brought no services and people");
  }

  Answer ask(std::vector<std::string> args, const std::string& officer = {}) {
    std::map<std::string, std::string> env = {{"KIOSK_MODELS", dir_.path() + "/no-models"}};
    args.insert(args.end(), {"--home", home()});
    if (!officer.empty()) {
      args.insert(args.end(), {"--officer", officer});
      env["KIOSK_PIN"] = pins_[officer];
    }
    return ctl(args, env);
  }
  std::string pin(const std::string& officer) const { return pins_.at(officer); }
  void stop_centre() {
    centre_->signal(SIGTERM);
    REQUIRE(centre_->wait(Millis{20'000}) == 0);
  }
  std::string home() const { return dir_.path() + "/" + node_; }
  const TempDir& dir() const { return dir_; }
  void start_branch() {
    branch_.emplace(launch({bin("kiosk-branch"), "--home", home(), "--listen", "127.0.0.1:0"}, node_));
  }
  void stop_branch() {
    branch_->signal(SIGTERM);
    REQUIRE(branch_->wait(Millis{20'000}) == 0);
    branch_.reset();
  }

  void crash_branch() {
    branch_->signal(SIGKILL);
    REQUIRE(branch_->wait(Millis{20'000}).has_value());
    branch_.reset();
  }
  // A second node beside the first; `ask` then speaks with the one that was chosen last.
  void choose(const std::string& node) {
    std::swap(branch_, other_);
    node_ = node;
  }
  std::string log() const { return read_file(dir_.path() + "/" + node_ + ".log"); }

  std::vector<Json> people;
  Answer enrolled;

  std::string central(std::vector<std::string> args) {
    kiosk::tools::Command c{.argv = {bin("kiosk-central")}};
    c.argv.insert(c.argv.end(), args.begin(), args.end());
    c.argv.insert(c.argv.end(), {"--home", dir_.path() + "/centre"});
    auto done = kiosk::tools::run(c, Millis{120'000});
    REQUIRE(done.ok());
    REQUIRE_MESSAGE(done->status == 0, done->err);
    return done->out;
  }

 private:
  Process launch(std::vector<std::string> argv, const std::string& name) {
    const auto port_file = dir_.path() + "/" + name + ".port";
    std::filesystem::remove(port_file);
    argv.insert(argv.end(), {"--port-file", port_file});
    kiosk::tools::Command c{.argv = argv};
    c.env["KIOSK_MODELS"] = dir_.path() + "/no-models";
    c.err_path = dir_.path() + "/" + name + ".log";
    auto p = Process::start(c);
    REQUIRE(p.ok());
    const auto listens = [&] {
      REQUIRE_MESSAGE(p->running(), read_file(c.err_path));
      return !read_file(port_file).empty();
    };
    REQUIRE_MESSAGE(kiosk::test::wait_until(listens), read_file(c.err_path));
    return std::move(*p);
  }

  TempDir dir_;
  std::map<std::string, std::string> pins_;
  std::string node_ = "branch";
  std::optional<Process> centre_, branch_, other_;
};
}  // namespace ctl_test
