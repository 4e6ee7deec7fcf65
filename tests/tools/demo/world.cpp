#include "tests/tools/demo/world.h"

#include <signal.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <thread>
#include "tests/support/wait_until.h"

namespace kiosk::tools {
namespace fs = std::filesystem;
namespace {

std::string read_text(const std::string& path) {
  std::ifstream in(path);
  std::stringstream all;
  all << in.rdbuf();
  return all.str();
}

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

}  // namespace

DemoWorld::DemoWorld(DemoOptions options) : options_(std::move(options)), bin_(program_dir()) {}

Result<Done> DemoWorld::prepare() {
  std::error_code error;
  fs::remove_all(path("state"), error);
  for (const auto& entry : fs::directory_iterator(options_.out, error))
    if (entry.path().extension() == ".png" || entry.path().extension() == ".escpos") fs::remove(entry.path(), error);
  for (const char* below : {"state", "state/scripts", "state/logs"}) {
    fs::create_directories(path(below), error);
    if (error) return bad_input("folder_not_writable", "out", options_.out + ": " + error.message());
  }
  return Done{};
}

Result<Done> DemoWorld::launch(std::optional<Process>& slot, const std::string& name, std::vector<std::string> argv,
                               const std::string& port_file) {
  std::error_code ignored;
  fs::remove(port_file, ignored);
  argv[0] = bin_ + "/" + argv[0];
  Command command{.argv = std::move(argv), .env = environment()};
  command.out_path = command.err_path = path("state/logs/" + name + ".log");
  TRY(auto process, Process::start(command));
  slot.emplace(std::move(process));
  test::wait_until([&] { return !read_text(port_file).empty() || !slot->running(); });
  if (!read_text(port_file).empty()) return Done{};
  if (!slot->running())
    return unreachable("program_ended", name + " ended at its start; its log is " + command.err_path);
  return unreachable("program_timeout", name + " does not listen; its log is " + command.err_path);
}

Result<Done> DemoWorld::start_centre() {
  const auto port_file = path("state/centre.port"), kept = path("state/centre.kept-port");
  const auto port = first_line(read_text(kept));
  TRY_DONE(launch(centre_, "centre",
                  {"kiosk-central", "run", "--home", path("state/centre"), "--listen",
                   "127.0.0.1:" + (port.empty() ? "0" : port), "--port-file", port_file},
                  port_file));
  std::ofstream(kept) << read_text(port_file);
  return Done{};
}

Result<Done> DemoWorld::start_branch() {
  const auto port_file = path("state/branch.port");
  std::vector<std::string> argv{"kiosk-branch", "--home",      branch_home(), "--listen",
                                "127.0.0.1:0",  "--port-file", port_file};
  return launch(branch_, "branch", std::move(argv), port_file);
}

// Every program sees the same models, or none whatever this machine has.
std::map<std::string, std::string> DemoWorld::environment() const {
  return {{"KIOSK_MODELS", options_.models.empty() ? path("state/no-models") : options_.models}};
}

void DemoWorld::kill_centre() {
  if (!centre_) return;
  centre_->signal(SIGKILL);
  (void)centre_->wait(Millis{5000});
  centre_.reset();
}

void DemoWorld::kill_branch() {
  if (!branch_) return;
  branch_->signal(SIGKILL);
  (void)branch_->wait(Millis{5000});
  branch_.reset();
}

Result<Done> DemoWorld::stop() {
  for (auto* slot : {&branch_, &centre_}) {
    if (!*slot) continue;
    (*slot)->signal(SIGTERM);
    const auto status = (*slot)->wait(Millis{5000});
    const bool clean = status && *status == 0;
    slot->reset();
    if (!clean) return refused("program_did_not_stop", "a program did not end cleanly after SIGTERM");
  }
  return Done{};
}

std::string DemoWorld::centre_url() const {
  return "https://127.0.0.1:" + first_line(read_text(path("state/centre.kept-port")));
}

Result<std::string> DemoWorld::centre(std::vector<std::string> args) {
  Command c{.argv = {bin_ + "/kiosk-central"}};
  c.argv.insert(c.argv.end(), args.begin(), args.end());
  c.argv.insert(c.argv.end(), {"--home", path("state/centre")});
  c.env = environment();
  TRY(auto done, run(c, Millis{120'000}));
  if (done.status != 0) return refused("centre_command_failed", "kiosk-central " + args[0] + ": " + last_words(done));
  return done.out;
}

Result<nlohmann::json> DemoWorld::ctl(std::vector<std::string> args, const DemoOfficer* officer) {
  Command c{.argv = {bin_ + "/kioskctl"}};
  c.argv.insert(c.argv.end(), args.begin(), args.end());
  c.argv.insert(c.argv.end(), {"--home", branch_home(), "--json"});
  if (officer != nullptr) {
    c.argv.insert(c.argv.end(), {"--officer", officer->number});
    c.env["KIOSK_PIN"] = officer->pin;
  }
  TRY(auto done, run(c, Millis{60'000}));
  auto rows = nlohmann::json::array();
  std::istringstream lines(done.out);
  for (std::string line; std::getline(lines, line);) {
    auto row = nlohmann::json::parse(line, nullptr, false);
    if (!row.is_discarded()) rows.push_back(std::move(row));
  }
  if (done.status != 0) {
    const auto code =
        rows.empty() ? std::string("kioskctl_failed") : rows[0].value("code", std::string("kioskctl_failed"));
    return refused(code, "kioskctl " + args[0] + " " + (args.size() > 1 ? args[1] : "") + ": " + last_words(done));
  }
  return rows.size() == 1 ? rows[0] : rows;
}

Result<Done> DemoWorld::play(const std::string& role, const std::string& terminal, const std::string& script_name,
                             const std::string& script, const std::string& camera) {
  const auto file = path("state/scripts/" + script_name + ".txt");
  std::ofstream(file) << script;
  Command c{.argv = {bin_ + "/kiosk", "--role", role, "--home", branch_home(), "--terminal", terminal, "--headless",
                     "--script", file, "--shots", options_.out, "--printer", "file:" + paper()}};
  if (!camera.empty()) c.argv.insert(c.argv.end(), {"--camera", camera});
  c.env = environment();
  TRY(auto done, run(c, Millis{300'000}));
  std::ofstream(path("state/logs/" + script_name + ".log")) << done.out << done.err;
  if (done.status != 0) {
    const auto tail = done.err.size() > 1500 ? done.err.substr(done.err.size() - 1500) : done.err;
    return refused("script_failed", script_name + " (" + role + "): " + last_words(done) + "\n" + tail);
  }
  return Done{};
}

}  // namespace kiosk::tools
