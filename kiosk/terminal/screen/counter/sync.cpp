// "Sinkronisasi": what the centre has, what waits and for how long, why not yet in plain words, and what to do about
// it.
#include "terminal/screen/counter/screens.h"

namespace kiosk::screen {

using namespace flow::counter;

namespace {

ui::Tone tone_of_state(const verbs::SyncStatus& s) {
  if (s.state == "idle") return ui::Tone::Good;
  if (s.state == "sending") return ui::Tone::Info;
  return s.state == "paused" || s.state == "not_enrolled" ? ui::Tone::Bad : ui::Tone::Attention;
}

ui::Icon icon_of_state(const verbs::SyncStatus& s) {
  if (s.state == "idle") return ui::Icon::Check;
  if (s.state == "sending") return ui::Icon::Send;
  if (s.state == "held") return ui::Icon::Pause;
  return s.state == "offline" || s.state == "waiting" ? ui::Icon::WifiOff : ui::Icon::Attention;
}

// When no network comes: a sealed file on a stick, and the receipt that comes back on it.
std::optional<CounterIntent> draw_export(const AtSync& s, const CounterView& view, ui::Ui& ui) {
  std::optional<CounterIntent> intent;
  const auto count = [&](std::int64_t n) { return ui.lang().number(n); };
  auto card = ui.card();
  ui.text(ui.t("sync.export"), ui::TextKind::Strong);
  ui.text(ui.t("sync.export.how"));
  if (s.saving) ui.notice("saving", ui.t("sync.export.saving"), ui::Tone::Info, ui::Icon::Document);
  if (s.saved)
    ui.notice("saved",
              ui.t("sync.export.saved",
                   {{"file", s.saved->file}, {"events", count(s.saved->events)}, {"blobs", count(s.saved->blobs)}}),
              ui::Tone::Good, ui::Icon::Done, ui.t("sync.export.saved.title"));
  if (s.received)
    ui.notice(
        "received",
        ui.t("sync.export.received", {{"events", count(s.received->events)}, {"blobs", count(s.received->blobs)}}),
        s.received->complete ? ui::Tone::Good : ui::Tone::Attention, ui::Icon::Cloud,
        ui.t(s.received->complete ? "sync.export.received.title" : "sync.export.received.part"));
  const bool may = !s.busy && view.model.session;
  auto grid = ui.grid({60}, 2);
  if (ui.button("save-export", ui.t("sync.export.save"),
                {.kind = ui::ButtonKind::Primary, .icon = ui::Icon::Document, .enabled = may, .shortcut = "F7"}))
    intent = Intent{SaveExport{}};
  if (ui.button("take-receipt", ui.t("sync.export.receipt"),
                {.icon = ui::Icon::Done, .enabled = may, .shortcut = "F8"}))
    intent = Intent{TakeReceipt{}};
  return intent;
}

}  // namespace

void draw_sync_alert(const verbs::SyncStatus& s, ui::Ui& ui) {
  if (!s.disk.empty())
    ui.notice("disk-alert", ui.t("sync.disk." + s.disk), ui::Tone::Bad, ui::Icon::Attention,
              ui.t("sync.disk." + s.disk + ".title"));
  if (s.alert.empty()) return;
  ui.notice("sync-alert", alert_words(s, ui.lang()), s.alert == "warn" ? ui::Tone::Attention : ui::Tone::Bad,
            ui::Icon::Attention, ui.t("sync.alert." + s.alert + ".title"));
}

std::optional<CounterIntent> draw(const AtSync& s, const CounterView& view, ui::Ui& ui) {
  std::optional<CounterIntent> intent;
  const auto& sync = view.model.sync;
  auto spec = counter_page("counter.sync", view, ui);
  spec.heading = ui.t("sync.heading");
  spec.lead = ui.t("sync.lead");
  spec.back = true;
  auto page = ui.page(spec);
  draw_notices(view.model, ui);
  auto split = ui.split(0.5f, false);
  {
    auto left = ui.column();
    ui.notice("state", ui.t("sync.now." + sync.state), tone_of_state(sync), icon_of_state(sync),
              ui.t("sync.now." + sync.state + ".title"));
    auto card = ui.card();
    ui.fields("facts", sync_rows(sync, view.now, view.utc_offset, ui.lang()));
  }
  {
    auto right = ui.column();
    draw_sync_alert(sync, ui);
    {
      auto card = ui.card();
      if (!sync.why.empty()) {
        ui.text(ui.t("sync.why_not"), ui::TextKind::Small);
        ui.text(ui.t("sync.why." + sync.why), ui::TextKind::Title);
        ui.text(ui.t("sync.todo"), ui::TextKind::Small);
        ui.text(advice_words(sync.why, ui.lang()));
        if (!sync.why_detail.empty()) ui.text(sync.why_detail, ui::TextKind::Small);
      }
      auto grid = ui.grid({60}, 2);
      const bool held = sync.state == "held";
      const bool by_stick = sync.alert == "export" && !held;  // then that is what to do first
      if (ui.button("try-now", ui.t("sync.try_now"),
                    {.kind = by_stick ? ui::ButtonKind::Secondary : ui::ButtonKind::Primary,
                     .icon = ui::Icon::Refresh,
                     .enabled = !s.busy && !held && sync.state != "not_enrolled",
                     .shortcut = "F2"}))
        intent = Intent{TryNow{}};
      if (view.model.may_hold() &&
          ui.button("hold", ui.t(held ? "sync.resume" : "sync.hold"),
                    {.icon = held ? ui::Icon::Play : ui::Icon::Pause, .enabled = !s.busy, .shortcut = "F6"}))
        intent = Intent{HoldSync{!held}};
    }
    if (sync.alert == "export" || s.saved)
      if (auto i = draw_export(s, view, ui)) intent = std::move(i);
  }
  if (page.back) intent = Intent{CloseCase{}};
  return intent;
}

}  // namespace kiosk::screen
