// What each command of kiosk-central does with a centre's home; central_cli reads the command line. Thread: one; `run`
// serves with threads of its own until SIGTERM. Errors: Fault, said by central_cli.
#pragma once
#include <cstdint>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/ids.h"
#include "base/result.h"
#include "central/centre.h"
#include "programs/shared/settings.h"

namespace kiosk::programs {

// As the command line said; each command reads its own.
struct CentralOptions {
  std::string home, config, store, listen, port_file, metrics, branch, nik, field, service, at, number, claim, stage,
      node, photo, models, key, value, from, until, text, text_en, id, file, receipt, zone, hours;
  std::vector<std::string> names, holidays, no_holidays;
  bool json = false;
  int participants = 200;
  std::uint64_t seed = 1;
  Settings settings;
};

class CentralProgram {
 public:
  explicit CentralProgram(CentralOptions& options) : o_(options) {}

  Result<Done> run();
  Result<Done> code();
  Result<Done> seed();
  Result<Done> events();
  Result<Done> participant();
  Result<Done> block(bool yes);
  Result<Done> advance();
  Result<Done> correct();
  Result<Done> appointment();
  Result<Done> end_officer();
  Result<Done> add_notice();
  Result<Done> list_notices();
  Result<Done> remove_notice();
  Result<Done> erasures();
  Result<Done> revoke();
  Result<Done> import();
  Result<Done> set_rule();
  Result<Done> set_branch();
  Result<Done> show_branch();
  Result<Done> reference();

 private:
  Result<Done> open(bool serve, bool create);
  void row(const nlohmann::ordered_json& j);
  Result<Done> say_place(const domain::BranchPlace& place);
  Result<Done> said(const nlohmann::ordered_json& j);

  CentralOptions& o_;
  SystemClock clock_;
  SystemRandom random_;
  std::unique_ptr<central::Centre> centre_;
};

}  // namespace kiosk::programs
