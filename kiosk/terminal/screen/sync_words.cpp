#include "terminal/screen/sync_words.h"

#include "terminal/flow/kiosk/taken.h"

namespace kiosk::screen {

ui::Tone tone_of(domain::SyncState s) {
  switch (s) {
    case domain::SyncState::Saved:
    case domain::SyncState::Sending:
      return ui::Tone::Info;
    case domain::SyncState::Accepted:
      return ui::Tone::Good;
    case domain::SyncState::Rejected:
      return ui::Tone::Bad;
    case domain::SyncState::NeedsOfficer:
      return ui::Tone::Attention;
  }
  return ui::Tone::Neutral;
}

std::string said_words(const verbs::ClaimView& claim, ui::Ui& ui) {
  return ui.t("claim.said." + std::string(verbs::said_of(claim).code));
}

std::string way_words(const verbs::ClaimView& claim, ui::Ui& ui) {
  return ui.t("claim.way." + std::string(verbs::said_of(claim).way));
}

std::string sync_words(domain::SyncState s, ui::Ui& ui) { return ui.t("sync.state." + std::string(domain::code(s))); }

std::string why_words(domain::SyncState state, const std::string& sync_why, const std::string& reason, ui::Ui& ui) {
  if (state == domain::SyncState::Rejected || state == domain::SyncState::NeedsOfficer)
    return reason.empty() ? std::string{} : ui.t("counter.reason." + reason);
  return sync_why.empty() ? std::string{} : ui.t("sync.why." + sync_why);
}

std::string advice_words(const std::string& why, const i18n::Language& lang) {
  const auto key = "sync.todo." + why;
  return lang(lang.has(key) ? key : "sync.todo.any");
}

std::string alert_words(const verbs::SyncStatus& s, const i18n::Language& lang) {
  if (s.alert.empty()) return {};
  return lang.text("sync.alert." + s.alert, {{"events", lang.number(s.pending)},
                                             {"photos", lang.number(s.pending_blobs)},
                                             {"age", lang.duration(Seconds{s.oldest_unsent_s.value_or(0)})}});
}

std::vector<ui::FieldRow> sync_rows(const verbs::SyncStatus& s, WallTime now, std::chrono::minutes utc_offset,
                                    const i18n::Language& lang) {
  const auto day_and_time = [&](const std::optional<WallTime>& t, const char* none) {
    return t ? lang.date_time(*t, utc_offset) : lang(none);
  };
  const auto waits = [](std::int64_t n) { return n > 0 ? ui::Tone::Attention : ui::Tone::Good; };
  std::vector<ui::FieldRow> rows{{lang("sync.field.events"), lang.number(s.pending), waits(s.pending)},
                                 {lang("sync.field.photos"), lang.number(s.pending_blobs), waits(s.pending_blobs)}};
  if (s.oldest_unsent_s)
    rows.push_back({lang("sync.field.oldest"), lang.duration(Seconds{*s.oldest_unsent_s}),
                    s.alert.empty() ? ui::Tone::Neutral : ui::Tone::Attention});
  rows.push_back({lang("sync.field.last"), day_and_time(s.last_success, "sync.never")});
  if (s.next_try && s.state != "idle" && s.state != "sending")
    rows.push_back({lang("sync.field.next"),
                    *s.next_try <= now ? lang("sync.field.next_now") : lang.time(*s.next_try, utc_offset)});
  rows.push_back({lang("sync.field.officers"), day_and_time(s.officers_as_of, "sync.never_came")});
  rows.push_back({lang("sync.field.rules"), day_and_time(s.rules_as_of, "sync.never_came")});
  if (!s.clock.empty()) rows.push_back({lang("sync.field.clock"), lang("sync.clock." + s.clock), ui::Tone::Attention});
  if (s.copies.empty()) rows.push_back({lang("sync.field.copy"), lang("sync.copy.none"), ui::Tone::Attention});
  for (const auto& c : s.copies)
    rows.push_back({lang("sync.field.copy"),
                    lang("sync.copy." + c.state) + (c.why.empty() ? "" : ": " + lang("sync.copy." + c.why)),
                    c.state == "failed" ? ui::Tone::Bad : ui::Tone::Neutral});
  if (s.disk_free_mb)
    rows.push_back({lang("sync.field.disk"), lang.text("sync.disk.free", {{"mb", lang.number(*s.disk_free_mb)}}),
                    s.disk.empty() ? ui::Tone::Neutral : ui::Tone::Bad});
  return rows;
}

}  // namespace kiosk::screen
