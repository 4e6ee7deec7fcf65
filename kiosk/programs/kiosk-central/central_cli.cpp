#include "programs/kiosk-central/central_cli.h"

#include <CLI/CLI.hpp>
#include <functional>

#include "base/log.h"
#include "programs/kiosk-central/central_program.h"
#include "programs/shared/log_level.h"
#include "programs/shared/say_fault.h"
#include "programs/shared/settings.h"
#include "programs/shared/version.h"

namespace kiosk::programs {
namespace {

using Does = Result<Done> (*)(CentralProgram&);

// Adds commands; the one that was named is what `act` then does.
struct Commands {
  CLI::App& app;
  CentralOptions& o;
  std::function<Result<Done>(CentralProgram&)>& act;

  CLI::App* add(CLI::App* at, const char* name, const char* help, Does does, const char* example = nullptr) const {
    CLI::App* c = at->add_subcommand(name, help);
    c->fallthrough();
    c->callback([&chosen = act, does] { chosen = does; });
    if (example != nullptr) c->footer(std::string("Example:\n  kiosk-central ") + example);
    return c;
  }
  CLI::App* add(const char* name, const char* help, Does does, const char* example = nullptr) const {
    return add(&app, name, help, does, example);
  }
  CLI::App* group(const char* name, const char* help) const {
    CLI::App* g = app.add_subcommand(name, help);
    g->require_subcommand(1);
    g->fallthrough();
    return g;
  }
};

void add_centre_commands(const Commands& to) {
  CentralOptions& o = to.o;
  auto* run = to.add(
      "run", "Serve branches until SIGTERM", [](CentralProgram& p) { return p.run(); },
      "run --home ./centre --listen 127.0.0.1:8443 --metrics 127.0.0.1:9443");
  run->add_option("--listen", o.listen, "HOST:PORT; port 0 picks a free one")->required();
  run->add_option("--port-file", o.port_file, "Where the port is written once it listens");
  run->add_option("--metrics", o.metrics, "HOST:PORT of a plain listener for /metrics and /healthz; port 0 picks one");
  run->add_option("--name", o.names, "A further name or address that the certificate stands for");
  auto* code = to.add(
      "code", "A one-time enrolment code, alone on the last line", [](CentralProgram& p) { return p.code(); },
      "code --home ./centre --branch JKT01");
  code->add_option("--branch", o.branch, "2 to 16 of A-Z and 0-9")->required();
  code->add_option("--zone", o.zone, "Of a new branch: Asia/Jakarta (default), Asia/Makassar, Asia/Jayapura");
  auto* seed = to.add(
      "seed", "Invented people, services and officers, the same for the same seed",
      [](CentralProgram& p) { return p.seed(); },
      "seed --home ./centre --participants 200 --seed 1 --branch JKT01 --json");
  seed->add_option("--participants", o.participants, "How many people");
  seed->add_option("--seed", o.seed, "Another number, other people");
  seed->add_option("--branch", o.branch, "The branch that keeps them");
  auto* events = to.add(
      "events", "The ledger in the order it arrived", [](CentralProgram& p) { return p.events(); },
      "events --home ./centre --json --branch JKT01");
  events->add_option("--branch", o.branch, "Of one branch only");
}

void add_person_commands(const Commands& to) {
  CentralOptions& o = to.o;
  auto* participant = to.add(
      "participant", "What the centre knows of a person", [](CentralProgram& p) { return p.participant(); },
      "participant --home ./centre 3578015208620004 --json");
  auto* block = to.add(
      "block", "Block a person's account", [](CentralProgram& p) { return p.block(true); },
      "block --home ./centre 3578015208620004");
  auto* unblock = to.add(
      "unblock", "Open a person's account", [](CentralProgram& p) { return p.block(false); },
      "unblock --home ./centre 3578015208620004");
  auto* reference = to.add(
      "reference", "Make a person's reference template of a photo", [](CentralProgram& p) { return p.reference(); },
      "reference --home ./centre 3578015208620004 --photo face.jpg");
  auto* correct = to.add(
      "correct", "Correct a field of a person's record; the branches are told",
      [](CentralProgram& p) { return p.correct(); }, "correct --home ./centre 3578015208620004 mother \"Siti Aminah\"");
  auto* appointment = to.add(
      "appointment", "Expect a person at a branch", [](CentralProgram& p) { return p.appointment(); },
      "appointment --home ./centre 3578015208620004 --service JHT --at \"2026-12-01 09:30\"");
  for (auto* c : {participant, block, unblock, reference, correct, appointment})
    c->add_option("nik", o.nik, "NIK, or passport:IDN:A1234567")->required();
  reference->add_option("--photo", o.photo, "JPEG or PNG")->required();
  reference->add_option("--models", o.models, "Folder of face models");
  correct->add_option("field", o.field, "name birth birth_place mother sex citizenship phone address or data_current")
      ->required();
  correct->add_option("value", o.value, "Its right value; the old one is kept sealed and never shown")->required();
  appointment->add_option("--service", o.service, "A service of the branch, as JHT")->required();
  appointment->add_option("--at", o.at, "\"YYYY-MM-DD HH:MM\" (the branch's clock), or with an offset as +08:00")
      ->required();
  appointment->add_option("--branch", o.branch, "Where, when several branches know the person");
}

// What an officer's or a participant's act becomes afterwards.
void add_case_commands(const Commands& to) {
  CentralOptions& o = to.o;
  auto* end_officer = to.add(
      "end-officer", "End an officer: his later acts do not hold, the branch is told",
      [](CentralProgram& p) { return p.end_officer(); }, "end-officer --home ./centre 1001 --branch JKT01");
  end_officer->add_option("number", o.number, "The officer's number")->required();
  end_officer->add_option("--branch", o.branch, "The officer's branch")->required();
  auto* advance = to.add(
      "advance", "Move an accepted claim to a later stage; refused while an officer must still see it",
      [](CentralProgram& p) { return p.advance(); },
      "advance --home ./centre 0198c0de-0000-7000-8000-000000000001 --stage penetapan");
  advance->add_option("claim", o.claim, "The claim's id")->required();
  advance->add_option("--stage", o.stage, "agenda, penetapan, persetujuan, pembayaran, selesai")->required();
  to.add(
      "erasures", "Who has withdrawn a consent and is to be erased as far as the law allows",
      [](CentralProgram& p) { return p.erasures(); }, "erasures --home ./centre --json");
}

void add_notice_commands(const Commands& to) {
  CentralOptions& o = to.o;
  auto* notice = to.group("notice", "Texts for the waiting rooms of branches");
  auto* add = to.add(
      notice, "add", "A text on a branch's board until a time", [](CentralProgram& p) { return p.add_notice(); },
      "notice add --home ./centre --branch JKT01 --text \"Kantor tutup 25 Desember\" --until \"2026-12-25 23:59\"");
  add->add_option("--branch", o.branch, "The branch's code")->required();
  add->add_option("--text", o.text, "A line of at most 160 bytes, in Indonesian")->required();
  add->add_option("--text-en", o.text_en, "The same in English");
  add->add_option("--from", o.from,
                  "\"YYYY-MM-DD HH:MM\" (the branch's clock), or with an offset as +08:00; default: at once");
  add->add_option("--until", o.until, "When it ends, in the same way")->required();
  auto* list =
      to.add(notice, "list", "Those that hold and those to come", [](CentralProgram& p) { return p.list_notices(); });
  list->add_option("--branch", o.branch, "Of one branch only");
  auto* remove = to.add(
      notice, "remove", "Takes it off the board", [](CentralProgram& p) { return p.remove_notice(); },
      "notice remove --home ./centre 0198c0de-0000-7000-8000-000000000001");
  remove->add_option("id", o.id, "Its id, as notice list says it")->required();
}

void add_node_commands(const Commands& to) {
  CentralOptions& o = to.o;
  auto* revoke = to.add(
      "revoke", "Withdraw a node's right to speak", [](CentralProgram& p) { return p.revoke(); },
      "revoke --home ./centre 0123456789abcdef");
  revoke->add_option("node", o.node, "16 hex digits")->required();
  auto* import = to.add("import", "Take a sealed export of a branch; prints the signed receipt",
                        [](CentralProgram& p) { return p.import(); });
  import->add_option("file", o.file, "The export")->required();
  import->add_option("--receipt", o.receipt, "Where the receipt is written too, for kioskctl sync receipt");
  auto* set_rule = to.add(
      "set-rule", "A rule's value from a day on", [](CentralProgram& p) { return p.set_rule(); },
      "set-rule --home ./centre self_service_ceiling 20000000 --from 2027-01-01");
  set_rule->add_option("key", o.key, "A key of config/rules.toml")->required();
  set_rule->add_option("value", o.value, "Its new value")->required();
  set_rule->add_option("--from", o.from, "YYYY-MM-DD")->required();
}

// What is a branch's own: zone, opening hours, holidays.
void add_branch_commands(const Commands& to) {
  CentralOptions& o = to.o;
  auto* branch = to.group("branch", "What is a branch's own: its time zone, opening hours and holidays");
  auto* set = to.add(
      branch, "set", "What is not named stays; the branch is told", [](CentralProgram& p) { return p.set_branch(); },
      "branch set JYP01 --home ./centre --zone Asia/Jayapura --hours \"Mon-Fri 08:00-15:00\" "
      "--holiday 2026-12-25");
  auto* show = to.add(
      branch, "show", "As the branch is told", [](CentralProgram& p) { return p.show_branch(); },
      "branch show JYP01 --home ./centre --json");
  for (auto* c : {set, show}) c->add_option("code", o.branch, "The branch's code")->required();
  set->add_option("--zone", o.zone, "Asia/Jakarta, Asia/Makassar, Asia/Jayapura");
  set->add_option("--hours", o.hours, "\"Mon-Fri 08:00-15:00, Sat 08:00-12:00\"; a day that is not named is closed");
  set->add_option("--holiday", o.holidays, "YYYY-MM-DD, closed the whole day; may be given again");
  set->add_option("--no-holiday", o.no_holidays, "YYYY-MM-DD, open again as its weekday");
}

}  // namespace

int central_main(int argc, char** argv) {
  CentralOptions o;
  std::function<Result<Done>(CentralProgram&)> act;
  CLI::App app{"The central backend: enrols branches, keeps the ledger, judges claims and resets, feeds branches."};
  app.footer(
      "Examples:\n"
      "  kiosk-central seed --home ./centre --participants 200 --seed 1 --branch JKT01 --json\n"
      "  kiosk-central run --home ./centre --listen 127.0.0.1:8443\n"
      "  kiosk-central code --home ./centre --branch JKT01\n"
      "  kiosk-central events --home ./centre --json --branch JKT01\n"
      "All commands but run work on a stopped or a running centre.");
  app.require_subcommand(1);
  app.add_option("--home", o.home, "Folder of the centre's data (default: $KIOSK_HOME, else $XDG_STATE_HOME/kiosk)");
  app.add_option("--config", o.config, "Settings file (default: HOME/kiosk.toml when it is there)");
  app.add_option("--store", o.store, "postgresql://... where the facts are kept; SQLite in the home when not given");
  app.add_flag("--json", o.json, "One JSON object, or one a line for lists, on standard output");
  app.set_version_flag("--version", std::string("kiosk-central ") + version());
  const Commands commands{app, o, act};
  add_centre_commands(commands);
  add_person_commands(commands);
  add_case_commands(commands);
  add_notice_commands(commands);
  add_node_commands(commands);
  add_branch_commands(commands);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? 0 : 2;
  }
  auto settings = load_settings(o.config, home_or_default(o.home));
  if (!settings) return say_fault("kiosk-central", settings.fault(), o.json);
  o.settings = std::move(*settings);
  log::init("kiosk-central", log_level(o.settings.log_level));
  CentralProgram program(o);
  const auto done = act(program);
  return done ? 0 : say_fault("kiosk-central", done.fault(), o.json);
}

}  // namespace kiosk::programs
