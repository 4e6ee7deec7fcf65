#include "programs/kioskctl/say_sync.h"

#include "terminal/screen/sync_words.h"

namespace kiosk::programs {

std::string sync_summary(const verbs::SyncStatus& s, WallTime now, std::chrono::minutes utc_offset,
                         const i18n::Language& lang) {
  std::string out = lang("sync.now." + s.state + ".title") + ". " + lang("sync.now." + s.state) + "\n";
  const auto line = [&](const std::string& label, const std::string& value) { out += label + ": " + value + "\n"; };
  for (const auto& row : screen::sync_rows(s, now, utc_offset, lang)) line(row.label, row.value);
  if (!s.why.empty()) {
    line(lang("sync.why_not"),
         lang("sync.why." + s.why) + " [" + s.why + (s.why_detail.empty() ? "" : ": ") + s.why_detail + "]");
    line(lang("sync.todo"), screen::advice_words(s.why, lang));
  }
  if (!s.alert.empty()) line(lang("sync.alert." + s.alert + ".title"), screen::alert_words(s, lang));
  if (!s.disk.empty()) line(lang("sync.disk." + s.disk + ".title"), lang("sync.disk." + s.disk));
  return out;
}

}  // namespace kiosk::programs
