// The settings file (config/kiosk.toml documents every key): what a site may set without a secret in it. One file
// serves every program; each reads its own part. Command-line options win over the file. Errors: bad_input
// settings_missing (a file named but not there), settings_invalid (not TOML: file, line), and settings_key (unknown
// key, wrong type, out of range: file, line, key in `field`). Nothing is taken from a bad file.
#pragma once
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "central/service.h"
#include "domain/queue/settings.h"

namespace kiosk::programs {

struct Settings {
  std::string file;  // where they came from; empty: the defaults

  // [node]
  std::string listen = "127.0.0.1:0";
  std::string branch_name;
  bool allow_key_file = true;
  bool same_terminal_approval = false;
  std::string blocked_service = "ISO";
  Seconds session_length{12 * 3600}, session_idle{30 * 60};
  int pin_failures = 5;
  std::string second_copy;  // a folder on another disk for sealed copies of what is unsent; empty: none
  std::string rules_file;   // empty: the rules built in

  // [lan]
  std::string lan_listen;  // HOST:PORT for terminals on other machines; empty: none
  std::vector<std::string> lan_names;
  Seconds gone_after{120};

  // [queue]
  domain::QueueSettings queue;

  // [sync]
  Seconds unsent_warn{24 * 3600}, unsent_escalate{48 * 3600}, unsent_export{72 * 3600};
  int many_events = 15'000, many_photos = 10'000;
  std::string proxy;  // "http://HOST:PORT" on the way to the centre; empty: none

  // [disk]
  int disk_low_mb = 500;              // below: no new photos or documents
  int disk_reserve_mb = 64;           // kept for tickets; 0: none
  Seconds disk_check_every{50 * 60};  // everything stored is read and compared once in this time

  // [faces]
  std::string models_dir;   // of model files; load_settings fills in the usual place
  std::string models_toml;  // empty: the profiles built in

  // [terminal]
  std::string role = "kiosk";
  std::string name;  // empty: "<role>-1"
  std::string language = "id";
  std::vector<std::string> languages = {"id", "en"};  // that a person may choose from
  std::string camera, printer, scanner, speaker, headphones;
  std::string clips;          // folder of recorded sentences; empty: none
  std::string export_folder;  // of the stick for sealed exports; empty: none
  Seconds idle{60};           // until a kiosk asks whether anybody is still there
  std::string terminal_copy;  // a folder of the terminal for a sealed copy of what the node has unsent; empty: none

  // [centre]
  std::string centre_store;  // postgresql://...; empty: SQLite in the home
  std::string centre_metrics;
  Millis centre_drain{300};
  int centre_person_days = 30;
  std::vector<net::Lane> centre_lanes = central::Service::default_lanes();

  // [log]
  std::string log_level = "info";
};

// `path` empty: HOME/kiosk.toml when it exists, else the defaults. models_dir is filled with the usual place if unset.
Result<Settings> load_settings(const std::string& path, const std::string& home);
// From text; `name` stands for the file in messages.
Result<Settings> parse_settings(std::string_view text, const std::string& name);

// `given`, else $KIOSK_HOME, else $XDG_STATE_HOME/kiosk, else ~/.local/state/kiosk.
std::string home_or_default(const std::string& given);
// Where a printer's half page is remembered for the next program: the home, else $XDG_RUNTIME_DIR; empty: neither can
// be written to.
std::string printer_marks(const std::string& given_home);

}  // namespace kiosk::programs
