#include "terminal/screen/counter/screens.h"

namespace kiosk::screen {

using namespace flow::counter;

std::optional<CounterIntent> draw_counter(const CounterView& view, ui::Ui& ui) {
  return std::visit([&](const auto& state) { return draw(state, view, ui); }, view.model.state);
}

std::string when(WallTime t, const CounterView& view, ui::Ui& ui) {
  const auto day = Date::at(t, view.utc_offset);
  const auto time = ui.lang().time(t, view.utc_offset);
  return day == Date::at(view.now, view.utc_offset) ? time : ui.lang().short_date(day) + "  " + time;
}

ui::PageSpec counter_page(std::string id, const CounterView& view, ui::Ui& ui) {
  ui::PageSpec page{.id = std::move(id)};
  const auto& m = view.model;
  page.title = ui.t("counter.header", {{"counter", m.counter}, {"officer", m.session ? m.session->officer.name : ""}});
  page.back = page.help = page.done = false;
  page.tools = false;
  return page;
}

std::string day_asked(const verbs::Task& task, ui::Ui& ui) {
  const auto day = Date::parse(task.subject, "day");
  return ui.t("counter.day.ask", {{"date", day ? ui.lang().long_date(*day) : task.subject}});
}

std::string scan_words(const std::string& kind, ui::Ui& ui) {
  if (kind == "photo") return ui.t("counter.scan.photo");
  const std::string document = "document." + kind;
  return ui.lang().has(document) ? ui.t(document) : kind;
}

void draw_notices(const Model& m, ui::Ui& ui) {
  if (m.node_away)
    ui.notice("node-away", ui.t("counter.node_away"), ui::Tone::Attention, ui::Icon::WifiOff,
              ui.t("counter.node_away.title"));
  if (m.notice) {
    const auto& key = m.notice->code;
    const bool fault = key.rfind("fault.", 0) == 0;
    const auto words = fault ? ui.lang().fault(Fault{FaultKind::Refused, key.substr(6), {}, m.notice->detail})
                             : ui.t(key, {{"detail", m.notice->detail}, {"place", m.notice->place}});
    ui.notice("notice", words, m.notice->problem ? ui::Tone::Attention : ui::Tone::Good,
              m.notice->problem ? ui::Icon::Attention : ui::Icon::Check);
  }
}

void draw_reset_fields(const verbs::ResetView& r, const CounterView& view, ui::Ui& ui) {
  const auto usable = r.usable_from ? ui.lang().date_time(*r.usable_from, view.utc_offset) + " " + view.zone
                                    : ui.t("counter.reset.usable_unknown");
  const std::vector<ui::FieldRow> rows{
      {ui.t("counter.reset.person"), r.person_masked, ui::Tone::Neutral},
      {ui.t("counter.reset.reason"), ui.t("counter.reason." + r.reason), ui::Tone::Neutral},
      {ui.t("counter.reset.interview"),
       ui.t(r.interview_passed ? "counter.interview.passed" : "counter.interview.failed"),
       r.interview_passed ? ui::Tone::Good : ui::Tone::Bad},
      {ui.t("counter.reset.officer"), r.officer, ui::Tone::Neutral},
      {ui.t("counter.reset.second"), r.second_officer.empty() ? ui.t("counter.reset.second_waiting") : r.second_officer,
       r.second_officer.empty() ? ui::Tone::Attention : ui::Tone::Good},
      {ui.t("counter.reset.state"), ui.t("account.state." + std::string(domain::code(r.state))), ui::Tone::Neutral},
      {ui.t("counter.reset.usable_from"), usable, r.usable_from ? ui::Tone::Good : ui::Tone::Neutral},
      {ui.t("counter.sync"), sync_words(r.sync, ui), tone_of(r.sync)},
  };
  ui.fields("reset-fields", rows);
  if (r.same_terminal)
    ui.notice("same-terminal", ui.t("counter.reset.same_terminal"), ui::Tone::Attention, ui::Icon::Attention);
}

}  // namespace kiosk::screen
