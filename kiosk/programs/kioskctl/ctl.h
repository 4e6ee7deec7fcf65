// kioskctl from the inside: what every command shares. A command is registered by one add_*() function, reads its
// options, asks the branch (or nothing, when it is pure) and prints one JSON object or rows.
// Thread: one. Owns: the connection, or the node it opened itself. Errors: a Fault ends the program with its kind as
// the exit status, one sentence on standard error and, with --json, {"ok":false,"code",...} on standard output.
#pragma once
#include <functional>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "api/verbs/branch.h"
#include "base/i18n/i18n.h"
#include "base/ids.h"
#include "base/result.h"
#include "domain/people/identity.h"
#include "programs/shared/read_file.h"
#include "programs/shared/settings.h"

namespace CLI {
class App;
}

namespace kiosk::programs {

using Json = nlohmann::ordered_json;

class Ctl {
 public:
  Ctl();
  ~Ctl();

  // Options common to all commands, filled by the parser.
  std::string home, config, branch_url, terminal, officer, language;
  bool json = false;
  std::function<Result<Done>(Ctl&)> act;  // the command that was chosen

  // After parsing: settings and words.
  Result<Done> prepare();
  const Settings& settings() const { return settings_; }
  const Clock& clock() const { return clock_; }
  Date today();  // by the branch's zone

  // The node by its socket or URL; only when none runs, the home itself is opened.
  // With `network` a node opened here also talks to the centre, as a running one always does.
  Result<verbs::Branch*> branch(bool network = false);
  bool node_runs();  // somebody answers on the socket
  // Who acts. With --officer: logged in by the PIN (KIOSK_PIN or standard input) and logged out at the end.
  Result<verbs::Actor> actor();
  Result<verbs::Actor> officer_actor();  // the same; refused usage without --officer

  // Output: one object, or a row of a list. `ok` comes first by itself.
  void print(Json object);
  void row(Json object);
  const i18n::Language* words() const;  // of the operator's language; null when the texts are not there
  // Of what is printed or drawn for the branch: the language of the settings, unless --language names another.
  const i18n::Language* paper_words() const;
  void on_fail(Json more);       // fields that a fault's object shall carry too
  int fail(const Fault& fault);  // prints it; the exit status
  std::string sentence(const Fault& fault) const;

 private:
  struct Parts;
  void log_out();
  std::unique_ptr<Parts> p_;
  Settings settings_;
  std::string paper_language_;
  SystemClock clock_;
};

// The whole program.
int ctl_main(int argc, char** argv);

// Commands by area, each in its file.
void add_rules_commands(CLI::App& app, Ctl& ctl);
void add_face_commands(CLI::App& app, Ctl& ctl);
void add_ticket_commands(CLI::App& app, Ctl& ctl);
void add_report_commands(CLI::App& app, Ctl& ctl);
void add_claim_commands(CLI::App& app, Ctl& ctl);
void add_account_commands(CLI::App& app, Ctl& ctl);
void add_operation_commands(CLI::App& app, Ctl& ctl);
void add_copy_commands(CLI::App& app, Ctl& ctl);  // after add_operation_commands
void add_device_commands(CLI::App& app, Ctl& ctl);
void add_terminal_commands(CLI::App& app, Ctl& ctl);
void add_notice_commands(CLI::App& app, Ctl& ctl);
void add_readiness_command(CLI::App& app, Ctl& ctl);

// Reading what was typed; the field names the option or the key.
Result<Rupiah> parse_rupiah(std::string_view text, const std::string& field);  // 5000000, Rp5.000.000
Result<domain::PersonId> parse_person(const std::string& text,
                                      const std::string& field);              // NIK or passport:IND:K1234567
Result<Bytes> read_photo(const std::string& path, const std::string& field);  // and looks whether it is a picture
Json when(const std::optional<WallTime>& t);                                  // RFC 3339 or null

}  // namespace kiosk::programs
