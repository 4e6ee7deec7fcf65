#include "programs/shared/settings.h"

#include <unistd.h>

#include <cstdlib>

#include "programs/shared/queue_table.h"
#include "programs/shared/toml_table.h"
#include "terminal/vision/settings.h"

namespace kiosk::programs {
namespace {
constexpr const char* k_key = "settings_key";

std::string env(const char* name) {
  const char* v = std::getenv(name);
  return v ? v : "";
}

// "http://HOST:PORT" and nothing else: a password of a proxy would be a secret in a settings file.
Result<Done> check_proxy(const std::string& proxy, const std::string& file) {
  if (proxy.empty()) return Done{};
  constexpr std::string_view scheme = "http://";
  const auto wrong = [&](const std::string& why) {
    return bad_input(k_key, "sync.proxy", file + ": http://HOST:PORT was expected" + why);
  };
  if (!proxy.starts_with(scheme)) return wrong("");
  const std::string place = proxy.substr(scheme.size());
  if (place.find('@') != std::string::npos) return wrong("; a name and password may not stand in a settings file");
  const auto colon = place.rfind(':');
  const bool digits = colon != std::string::npos && colon + 1 < place.size() && place.size() - colon <= 6 &&
                      place.find_first_not_of("0123456789", colon + 1) == std::string::npos;
  if (!digits || colon == 0 || place.find_first_of(" /?#\t") != std::string::npos) return wrong("");
  const int port = std::stoi(place.substr(colon + 1));
  if (port < 1 || port > 65'535) return wrong("; a port is 1 to 65535");
  return Done{};
}
}  // namespace

Result<Settings> parse_settings(std::string_view text, const std::string& name) {
  TRY(const auto root, parse_toml(text, name, "settings_invalid"));
  Settings s;
  s.file = name;
  TomlReader top(root, name, "", k_key);
  if (const auto* t = top.table("node")) {
    TomlReader r(*t, name, "node.", k_key);
    r.text("listen", s.listen);
    r.text("branch_name", s.branch_name);
    r.boolean("allow_key_file", s.allow_key_file);
    r.boolean("same_terminal_approval", s.same_terminal_approval);
    r.text("blocked_service", s.blocked_service);
    r.whole("session_length_s", s.session_length, 60, 24 * 3600);
    r.whole("session_idle_s", s.session_idle, 30, 24 * 3600);
    r.whole("pin_failures", s.pin_failures, 1, 20);
    r.text("second_copy", s.second_copy);
    r.text("rules_file", s.rules_file);
    TRY_DONE(r.done());
  }
  if (const auto* t = top.table("lan")) {
    TomlReader r(*t, name, "lan.", k_key);
    r.text("listen", s.lan_listen);
    r.texts("names", s.lan_names);
    r.whole("gone_after_s", s.gone_after, 15, 3600);
    TRY_DONE(r.done());
  }
  if (const auto* t = top.table("queue")) TRY_DONE(read_queue(*t, name, s.queue));
  if (const auto* t = top.table("sync")) {
    TomlReader r(*t, name, "sync.", k_key);
    std::chrono::hours warn{24}, escalate{48}, offer{72};
    r.whole("alert_warn_h", warn, 1, 24 * 30);
    r.whole("alert_escalate_h", escalate, 1, 24 * 30);
    r.whole("alert_export_h", offer, 1, 24 * 30);
    r.whole("alert_events", s.many_events, 1, 1'000'000);
    r.whole("alert_photos", s.many_photos, 1, 1'000'000);
    r.text("proxy", s.proxy);
    TRY_DONE(r.done());
    TRY_DONE(check_proxy(s.proxy, name));
    if (warn > escalate || escalate > offer)
      return bad_input(k_key, "sync.alert_escalate_h", name + ": warn, escalate and export must not go down");
    s.unsent_warn = warn;
    s.unsent_escalate = escalate;
    s.unsent_export = offer;
  }
  if (const auto* t = top.table("disk")) {
    TomlReader r(*t, name, "disk.", k_key);
    r.whole("low_mb", s.disk_low_mb, 0, 1'000'000);
    r.whole("reserve_mb", s.disk_reserve_mb, 0, 4096);
    int check_min = static_cast<int>(s.disk_check_every.count() / 60);
    r.whole("check_min", check_min, 5, 1440);
    s.disk_check_every = Seconds{check_min * 60};
    TRY_DONE(r.done());
  }
  if (const auto* t = top.table("faces")) {
    TomlReader r(*t, name, "faces.", k_key);
    r.text("models_dir", s.models_dir);
    r.text("models_toml", s.models_toml);
    TRY_DONE(r.done());
  }
  if (const auto* t = top.table("terminal")) {
    TomlReader r(*t, name, "terminal.", k_key);
    r.choice("role", s.role, {"kiosk", "counter", "board"});
    r.text("name", s.name);
    r.choice("language", s.language, {"id", "en"});
    r.texts("languages", s.languages);
    if (s.languages.empty() || s.languages.front() != "id")
      return bad_input(k_key, "terminal.languages", name + ": id is the first of them");
    for (const auto& code : s.languages)
      if (code.size() < 2 || code.size() > 3 ||
          code.find_first_not_of("abcdefghijklmnopqrstuvwxyz") != std::string::npos)
        return bad_input(k_key, "terminal.languages", name + ": a code of two or three small letters, as jv");
    r.text("camera", s.camera);
    r.text("printer", s.printer);
    r.text("scanner", s.scanner);
    r.text("speaker", s.speaker);
    r.text("headphones", s.headphones);
    r.text("clips", s.clips);
    r.text("export_folder", s.export_folder);
    r.whole("idle_s", s.idle, 10, 3600);
    r.text("second_copy", s.terminal_copy);
    TRY_DONE(r.done());
  }
  if (const auto* t = top.table("centre")) {
    TomlReader r(*t, name, "centre.", k_key);
    r.text("store", s.centre_store);
    r.text("metrics", s.centre_metrics);
    r.whole("drain_ms", s.centre_drain, 0, 1'500);
    r.whole("person_days", s.centre_person_days, 1, 366);
    for (auto& lane : s.centre_lanes) {
      const auto* lane_table = r.table(lane.name.c_str());
      if (!lane_table) continue;
      TomlReader l(*lane_table, name, "centre." + lane.name + ".", k_key);
      l.whole("at_work", lane.at_work, 1, 256);
      l.whole("inside", lane.inside, 1, 500);
      l.whole("per_second", lane.per_second, 0, 100'000);
      l.whole("burst", lane.burst, 1, 1'000'000);
      l.whole("patience_ms", lane.patience, 0, 10'000);
      TRY_DONE(l.done());
    }
    TRY_DONE(r.done());
  }
  if (const auto* t = top.table("log")) {
    TomlReader r(*t, name, "log.", k_key);
    r.choice("level", s.log_level, {"debug", "info", "warn", "error"});
    TRY_DONE(r.done());
  }
  TRY_DONE(top.done());
  return s;
}

Result<Settings> load_settings(const std::string& path, const std::string& home) {
  Settings s;
  std::string file = path;
  if (file.empty() && !home.empty() && access((home + "/kiosk.toml").c_str(), F_OK) == 0) file = home + "/kiosk.toml";
  if (!file.empty()) {
    TRY(const auto text, read_text_file(file, "settings_missing", "config"));
    TRY(s, parse_settings(text, file));
  }
  if (s.models_dir.empty()) s.models_dir = vision::default_models_dir();
  return s;
}

std::string home_or_default(const std::string& given) {
  if (!given.empty()) return given;
  if (auto home = env("KIOSK_HOME"); !home.empty()) return home;
  if (auto state = env("XDG_STATE_HOME"); !state.empty()) return state + "/kiosk";
  return env("HOME") + "/.local/state/kiosk";
}

std::string printer_marks(const std::string& given_home) {
  const char* runtime = std::getenv("XDG_RUNTIME_DIR");
  for (const std::string& folder : {home_or_default(given_home), std::string(runtime ? runtime : "")})
    if (!folder.empty() && ::access(folder.c_str(), W_OK | X_OK) == 0) return folder;
  return {};
}

}  // namespace kiosk::programs
