// The world of the demo: real programs (centre, branch node, terminals, kioskctl) in folders of their own.
// Thread: one. Owns: the processes it started; they end with it. Everything lies below `out`.
#pragma once
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "tests/tools/process/process.h"

namespace kiosk::tools {

struct DemoOptions {
  std::string out;                        // pictures and state; emptied at the start
  std::string person_faces, other_faces;  // folders; empty: drawn portraits
  std::string camera;                     // a picture or video for the first participant's photo; empty: the faces
  std::string models;  // folder of model files; empty: the officer compares, even where models are installed
};

struct DemoOfficer {
  std::string number, role, pin;
};
struct DemoParticipant {
  std::string nik, kpj, birth, mother, name;
};

class DemoWorld {
 public:
  explicit DemoWorld(DemoOptions options);

  Result<Done> prepare();       // empty folders
  Result<Done> start_centre();  // the same port every time
  Result<Done> start_branch();
  void kill_centre();  // SIGKILL, as a power cut would
  void kill_branch();
  Result<Done> stop();  // SIGTERM, each within 2 s

  Result<std::string> centre(std::vector<std::string> args);  // kiosk-central ... --home; what it printed
  // kioskctl ... --json; `officer`'s PIN goes by the environment. A status other than 0 is a fault.
  Result<nlohmann::json> ctl(std::vector<std::string> args, const DemoOfficer* officer = nullptr);
  // Plays a script at a terminal; its log and pictures are kept. `prefix` starts the names of the pictures.
  Result<Done> play(const std::string& role, const std::string& terminal, const std::string& script_name,
                    const std::string& script, const std::string& camera);

  std::string path(const std::string& below) const { return options_.out + "/" + below; }
  std::string branch_home() const { return path("state/branch"); }
  std::string paper() const { return path("paper.escpos"); }
  const DemoOptions& options() const { return options_; }
  std::string centre_url() const;

 private:
  std::map<std::string, std::string> environment() const;
  Result<Done> launch(std::optional<Process>& slot, const std::string& name, std::vector<std::string> argv,
                      const std::string& port_file);

  DemoOptions options_;
  std::string bin_;
  std::optional<Process> centre_, branch_;
};

}  // namespace kiosk::tools
