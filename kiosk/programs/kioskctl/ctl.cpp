#include "programs/kioskctl/ctl.h"

#include <termios.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>

#include "base/log.h"
#include "node/lan/branch_client.h"
#include "node/lan/terminal_identity.h"
#include "programs/kioskctl/node.h"
#include "programs/shared/version.h"
#include "terminal/vision/picture.h"

namespace kiosk::programs {

struct Ctl::Parts {
  std::optional<i18n::Texts> texts;
  std::unique_ptr<lan::BranchClient> client;
  std::unique_ptr<OwnNode> node;
  std::optional<verbs::Actor> logged_in;
  Json on_fail = Json::object();
};

Ctl::Ctl() : p_(std::make_unique<Parts>()) {}
Ctl::~Ctl() { log_out(); }

namespace {
std::string language_of_environment() {
  for (const char* name : {"LC_ALL", "LC_MESSAGES", "LANG"})
    if (const char* v = std::getenv(name); v && *v) return std::string_view(v).starts_with("id") ? "id" : "en";
  return "en";
}

// From KIOSK_PIN, else one line of standard input, not shown while typed.
SecretString read_pin() {
  if (const char* env = std::getenv("KIOSK_PIN"); env && *env) return SecretString(env);
  termios before{};
  const bool hide = isatty(STDIN_FILENO) != 0 && tcgetattr(STDIN_FILENO, &before) == 0;
  if (hide) {
    termios quiet = before;
    quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    tcsetattr(STDIN_FILENO, TCSANOW, &quiet);
    std::cerr << "PIN: " << std::flush;
  }
  std::string line;
  std::getline(std::cin, line);
  if (hide) {
    tcsetattr(STDIN_FILENO, TCSANOW, &before);
    std::cerr << '\n';
  }
  while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.pop_back();
  return SecretString(std::move(line));
}

// Where only the detail knows the line, the file or the limit.
bool detail_matters(const Fault& f) {
  if (f.detail.empty()) return false;
  for (const auto* prefix :
       {"settings_", "rules_", "rule_", "usage", "file_", "json_", "model_", "chain_", "photo_too_large", "answers_"})
    if (f.code.starts_with(prefix)) return true;
  return false;
}

// Why a node on the LAN is away, where it is a matter of certificates: that says more than that it is away.
Fault told(const Fault& fault) {
  const std::string why = fault.detail.substr(0, fault.detail.find(':'));
  if (fault.code != "node_away" || !(why.starts_with("tls_") || why.starts_with("certificate_"))) return fault;
  return unreachable(why, fault.detail);
}

std::string shown(const Json& v) {
  if (v.is_null()) return "-";
  if (v.is_string()) return v.get_ref<const std::string&>().empty() ? "-" : v.get<std::string>();
  if (!v.is_array()) return v.dump();
  std::string list;
  for (const auto& item : v) {
    if (!list.empty()) list += item.is_object() ? "; " : ", ";
    if (!item.is_object()) {
      list += shown(item);
      continue;
    }
    std::string one;
    for (const auto& [k, x] : item.items()) one += (one.empty() ? "" : " ") + k + "=" + shown(x);
    list += one;
  }
  return list.empty() ? "-" : list;
}
}  // namespace

Result<Done> Ctl::prepare() {
  home = home_or_default(home);
  paper_language_ = language;
  if (language.empty()) language = language_of_environment();
  if (auto texts = i18n::Texts::load(i18n::assets("i18n"))) p_->texts = std::move(*texts);
  TRY(settings_, load_settings(config, home));
  if (paper_language_.empty()) paper_language_ = settings_.language;
  return Done{};
}

Date Ctl::today() {
  // Without a branch to ask (no home, no node) it is the day at the institution's seat.
  if (auto node = branch())
    if (const auto info = (*node)->ask({"ctl", {}}, verbs::GetInfo{}))
      return Zone::told(info->zone, info->utc_offset_min).day(info->now);
  return Zone().day(clock_.now());
}

Result<verbs::Branch*> Ctl::branch(bool network) {
  if (p_->client) return static_cast<verbs::Branch*>(p_->client.get());
  if (p_->node && network) p_->node->connect();
  if (p_->node) return &p_->node->branch();
  if (!branch_url.empty()) {
    if (branch_url.find("://") == std::string::npos && !branch_url.starts_with("unix:"))
      return bad_input("branch_url", "branch",
                       "expected https://HOST:PORT, http://HOST:PORT or unix:/path/branch.sock");
    lan::BranchClient::Options options{.base = branch_url};
    if (branch_url.starts_with("https://")) {
      TRY(options.badge, lan::TerminalIdentity::open(home, settings_.allow_key_file));
    }
    p_->client = std::make_unique<lan::BranchClient>(std::move(options));
    return static_cast<verbs::Branch*>(p_->client.get());
  }
  if (node_runs()) return static_cast<verbs::Branch*>(p_->client.get());
  if (access((home + "/branch.db").c_str(), F_OK) != 0)
    return Fault{
        FaultKind::Unreachable, "node_away", "home",
        "no branch node runs on " + home + " and nothing is stored there; start kiosk-branch or name its --home"};
  TRY(p_->node, OwnNode::open(home, settings_));
  return branch(network);
}

bool Ctl::node_runs() {
  if (p_->client) return true;
  auto options = lan::BranchClient::at_home(home);
  // Creating a claim with photos may take the node a while on a small machine.
  options.timeout = Millis{60'000};
  auto client = std::make_unique<lan::BranchClient>(options);
  if (!client->ask({.terminal = "ctl", .session = {}}, verbs::GetInfo{})) return false;
  p_->client = std::move(client);
  return true;
}

Result<verbs::Actor> Ctl::actor() {
  if (p_->logged_in) return *p_->logged_in;
  verbs::Actor actor;
  actor.terminal = !terminal.empty() ? terminal : officer.empty() ? "ctl" : "ctl-" + officer;
  if (officer.empty()) return actor;
  TRY(auto* node, branch());
  TRY(const auto session, node->ask(actor, verbs::LogIn{officer, read_pin()}));
  actor.session = session.session;
  p_->logged_in = actor;
  return actor;
}

Result<verbs::Actor> Ctl::officer_actor() {
  if (officer.empty()) return bad_input("officer_missing", "officer", "this act has a name: add --officer NUMBER");
  return actor();
}

void Ctl::log_out() {
  if (!p_->logged_in) return;
  verbs::Branch* node = p_->client ? static_cast<verbs::Branch*>(p_->client.get()) : &p_->node->branch();
  (void)node->ask(*p_->logged_in, verbs::LogOut{}).ok();  // an old session ends by itself
  p_->logged_in.reset();
}

void Ctl::print(Json object) {
  if (json) {
    Json whole = {{"ok", true}};
    whole.update(object);
    std::cout << whole.dump(-1, ' ', false, Json::error_handler_t::replace) << '\n';
    return;
  }
  for (const auto& [key, value] : object.items()) {
    if (value.is_array() && !value.empty() && value[0].is_object()) {
      std::cout << key << ":\n";
      for (const auto& item : value) std::cout << "  " << shown(Json::array({item})) << '\n';
    } else {
      std::cout << key << ": " << shown(value) << '\n';
    }
  }
}

void Ctl::row(Json object) {
  if (json) return print(std::move(object));
  std::cout << shown(Json::array({std::move(object)})) << '\n';
}

const i18n::Language* Ctl::words() const { return p_->texts ? &p_->texts->language(language) : nullptr; }

const i18n::Language* Ctl::paper_words() const { return p_->texts ? &p_->texts->language(paper_language_) : nullptr; }

std::string Ctl::sentence(const Fault& fault) const {
  std::string text;
  if (p_->texts) {
    const auto& lang = p_->texts->language(language);
    for (const auto* prefix : {"ctl.fault.", "fault."})
      if (text.empty() && lang.has(prefix + fault.code)) text = lang.text(prefix + fault.code);
  }
  // Engineers' detail stands in where nobody wrote words yet, and follows them where it says more than they can.
  if (text.empty())
    text = fault.detail.empty() ? fault.code : fault.detail;
  else if (detail_matters(fault))
    text += " (" + fault.detail + ")";
  return fault.field.empty() ? text : fault.field + ": " + text;
}

void Ctl::on_fail(Json more) { p_->on_fail = std::move(more); }

int Ctl::fail(const Fault& how) {
  const Fault fault = told(how);
  const auto text = sentence(fault);
  if (json) {
    Json whole = {
        {"ok", false}, {"code", fault.code}, {"field", fault.field}, {"message", text}, {"detail", fault.detail}};
    whole.update(p_->on_fail);
    std::cout << whole.dump(-1, ' ', false, Json::error_handler_t::replace) << '\n';
  }
  std::cerr << "kioskctl: " << text << " [" << fault.code << "]\n";
  return static_cast<int>(fault.kind);
}

Result<Rupiah> parse_rupiah(std::string_view text, const std::string& field) {
  const auto bad = [&] {
    return bad_input("amount_invalid", field,
                     "expected whole rupiah from 0 to 1000000000000, like 5000000 or Rp5.000.000");
  };
  if (text.starts_with("Rp") || text.starts_with("rp")) text.remove_prefix(2);
  std::int64_t v = 0;
  std::size_t since_dot = 3;  // after a dot come exactly three digits
  bool dots = false, any = false;
  for (const char c : text) {
    if (c >= '0' && c <= '9') {
      v = v * 10 + (c - '0');
      ++since_dot;
      any = true;
    } else if ((c == '.' || c == ',' || c == '_') && any && (!dots || since_dot == 3)) {
      dots = true;
      since_dot = 0;
    } else if (c != ' ') {
      return bad();
    }
    if (v > 1'000'000'000'000) return bad();
  }
  if (!any || (dots && since_dot != 3)) return bad();
  return Rupiah{v};
}

Result<domain::PersonId> parse_person(const std::string& text, const std::string& field) {
  if (text.starts_with("passport:")) {
    auto person = domain::PersonId::from_key(text);
    if (!person) return bad_input("passport_invalid", field, "expected passport:<country of three letters>:<number>");
    return person;
  }
  TRY(auto nik, domain::Nik::parse(text, field));
  return domain::PersonId(std::move(nik));
}

Result<Bytes> read_photo(const std::string& path, const std::string& field) {
  TRY(auto bytes, read_file_bytes(path, field, std::size_t{1} << 30));
  if (auto whole = vision::check_picture(bytes); !whole) {
    auto fault = whole.fault();
    fault.field = field;
    return fault;
  }
  return bytes;
}

Json when(const std::optional<WallTime>& t) { return t ? Json(to_rfc3339(*t)) : Json(nullptr); }

int ctl_main(int argc, char** argv) {
  log::init("kioskctl", log::Level::Warn);
  Ctl ctl;
  CLI::App app(
      "Operates a branch from the command line: everything the terminals can do, and every operator's task.\n"
      "It speaks to the running node of --home; only when none runs it opens the home itself.\n",
      "kioskctl");
  app.footer(
      "Examples:\n"
      "  kioskctl rules nik 3578011708650001\n"
      "  kioskctl ticket issue --service JHT --json\n"
      "  KIOSK_PIN=... kioskctl ticket call --counter 2 --officer 1003\n"
      "  kioskctl claim check --nik 3578011708650001 --cause USIA56\n"
      "  kioskctl sync status\n"
      "  kioskctl doctor\n"
      "Exit status: 0 done, 1 refused by a rule, 2 wrong usage or unreadable input, 3 the other side is away,\n"
      "4 stored data is damaged.");
  app.require_subcommand(1);
  app.fallthrough();
  app.option_defaults()->always_capture_default(false);
  app.add_option("--home", ctl.home, "Folder of the node (default: $KIOSK_HOME, else $XDG_STATE_HOME/kiosk)");
  app.add_option("--config", ctl.config, "Settings file (default: HOME/kiosk.toml when it is there)");
  app.add_flag("--json", ctl.json, "One JSON object, or one a line for lists, on standard output");
  app.add_option("--branch", ctl.branch_url, "URL of a node elsewhere, instead of --home");
  app.add_option("--terminal", ctl.terminal, "Name of this terminal in the records (default: ctl-OFFICER)");
  app.add_option("--officer", ctl.officer, "Officer's number; the PIN comes from KIOSK_PIN or standard input");
  app.add_option("--language", ctl.language, "Language of messages: id or en (default: by LANG)")
      ->check(CLI::IsMember({"id", "en"}));
  app.set_version_flag("--version", std::string("kioskctl ") + version());

  add_operation_commands(app, ctl);
  add_copy_commands(app, ctl);
  add_ticket_commands(app, ctl);
  add_report_commands(app, ctl);
  add_claim_commands(app, ctl);
  add_account_commands(app, ctl);
  add_rules_commands(app, ctl);
  add_face_commands(app, ctl);
  add_device_commands(app, ctl);
  add_terminal_commands(app, ctl);
  add_notice_commands(app, ctl);
  add_readiness_command(app, ctl);

  for (int i = 1; i < argc; ++i)
    if (std::string_view(argv[i]) == "--json") ctl.json = true;  // also when the rest cannot be understood
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& e) {
    return app.exit(e);
  } catch (const CLI::ParseError& e) {
    return ctl.fail(bad_input("usage", "", std::string(e.what()) + "; kioskctl --help shows what there is"));
  }
  if (auto ready = ctl.prepare(); !ready) return ctl.fail(ready.fault());
  if (!ctl.act) return ctl.fail(bad_input("usage", "", "kioskctl --help shows what there is"));
  const auto result = ctl.act(ctl);
  return result ? 0 : ctl.fail(result.fault());
}

}  // namespace kiosk::programs
