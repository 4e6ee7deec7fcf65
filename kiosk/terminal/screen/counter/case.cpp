// One case on one page: the person as far as the officer may see, the account with its attempts, claims, resets, one
// timeline.
#include "terminal/flow/kiosk/intake.h"
#include "terminal/flow/kiosk/taken.h"
#include "terminal/flow/kiosk/visit.h"
#include "terminal/screen/counter/screens.h"

namespace kiosk::screen {

using namespace flow::counter;
using domain::TicketAct;

namespace {

// A case is opened each time somebody looks: one line for a run of looks, with the newest of them.
struct Told {
  const verbs::CaseView::Entry* newest;
  int times;
};
std::vector<Told> told_once(const std::vector<verbs::CaseView::Entry>& timeline) {
  std::vector<Told> out;
  for (const auto& e : timeline) {
    if (!out.empty() && e.kind == "case.opened" && out.back().newest->kind == e.kind)
      ++out.back().times;
    else
      out.push_back({&e, 1});
  }
  return out;
}

bool awaits_eye(const verbs::AccountView::Attempt& a) {
  return (a.verdict == domain::FaceVerdict::Officer || a.verdict == domain::FaceVerdict::Grey) && !a.counted &&
         a.reason != "compared";
}

std::optional<CounterIntent> draw_account(const AtCase& s, const CounterView& view, ui::Ui& ui) {
  std::optional<CounterIntent> intent;
  const auto& account = *s.view.account;
  auto card = ui.card();
  ui.text(ui.t("counter.case.account"), ui::TextKind::Strong);
  const bool blocked = account.account.state == domain::AccountState::Blocked;
  ui.check("account-state", ui.t("account.state." + std::string(domain::code(account.account.state))),
           account.account.state == domain::AccountState::Active,
           account.account.usable_from
               ? ui.t("counter.case.usable_from",
                      {{"time", ui.lang().date_time(*account.account.usable_from, view.utc_offset) + " " + view.zone}})
               : ui.t("counter.case.attempts_left", {{"count", std::to_string(account.attempts_left)}}));
  const verbs::AccountView::Attempt* compare = nullptr;
  for (const auto& a : account.attempts)
    if (awaits_eye(a)) compare = &a;  // the oldest that nobody has compared yet
  if (!account.attempts.empty()) {
    std::vector<ui::TimelineRow> rows;
    for (const auto& a : account.attempts)
      rows.push_back({a.counted ? ui::TimelineRow::State::Problem : ui::TimelineRow::State::Past,
                      ui.t("face.verdict." + std::string(domain::code(a.verdict))),
                      when(a.at, view, ui) + (a.counted ? "  " + ui.t("counter.case.counted") : "")});
    ui.timeline("attempts", rows);
  }
  if (s.photo) ui.picture("attempt-photo", ui.t("counter.case.photo"), {s.photo, false}, {70});
  if (compare) {
    ui.notice("compare", ui.t("counter.case.compare_lead"), ui::Tone::Info, ui::Icon::FaceFrame,
              ui.t("counter.case.compare"));
    auto row = ui.row();
    if (ui.button("matches", ui.t("counter.case.matches"), {.icon = ui::Icon::Check, .enabled = !s.busy}))
      intent = Intent{JudgePhoto{{}, compare->id, domain::FaceVerdict::Accept}};
    if (ui.button("differs", ui.t("counter.case.differs"),
                  {.kind = ui::ButtonKind::Danger, .icon = ui::Icon::Cross, .enabled = !s.busy}))
      intent = Intent{JudgePhoto{{}, compare->id, domain::FaceVerdict::NoMatch}};
  }
  if (blocked) {
    if (view.model.may("interview")) {
      if (ui.button("interview", ui.t("counter.case.interview"),
                    {.kind = ui::ButtonKind::Primary,
                     .icon = ui::Icon::Person,
                     .enabled = !s.busy,
                     .shortcut = "F9",
                     .wide = true}))
        intent = Intent{StartInterview{}};
    } else {
      ui.text(ui.t("counter.case.no_interview_right"), ui::TextKind::Soft);
    }
  }
  return intent;
}

void draw_claims(const AtCase& s, ui::Ui& ui) {
  if (s.view.claims.empty()) return;
  auto card = ui.card();
  ui.text(ui.t("counter.case.claims"), ui::TextKind::Strong);
  for (const auto& c : s.view.claims) {
    std::vector<ui::FieldRow> rows{{ui.t("counter.claim.receipt"), c.receipt, ui::Tone::Neutral},
                                   {ui.t("counter.claim.cause"), ui.t("claim.cause." + c.cause), ui::Tone::Neutral},
                                   {ui.t("counter.claim.net"), ui.lang().rupiah(c.net), ui::Tone::Neutral},
                                   {ui.t("counter.claim.state"), said_words(c, ui),
                                    verbs::said_of(c).officer ? ui::Tone::Attention : ui::Tone::Neutral},
                                   {ui.t("counter.sync"), way_words(c, ui), tone_of(c.sync)}};
    if (const auto why = why_words(c.sync, c.sync_why, c.reason, ui); !why.empty())
      rows.push_back({ui.t("sync.why_field"), why, tone_of(c.sync)});
    ui.fields("claim-" + c.id.str(), rows);
  }
}

// A field's words: those of the kiosk's question, else of the claim's answer.
std::string field_words(const std::string& field, ui::Ui& ui) {
  for (const auto& key : {"intake." + field + ".row", "claim.row." + field, "counter.draft." + field})
    if (auto words = ui.t(key); words != key) return words;
  return field;
}
std::string answer_words(const std::string& field, const std::string& value, ui::Ui& ui) {
  for (const auto& key :
       {"intake." + field + "." + value, "claim.cause." + value, "counter.draft." + field + "." + value})
    if (auto words = ui.t(key); words != key) return words;
  if (field == "bank")
    if (const auto* bank = flow::kiosk::bank_by_code(value)) return std::string(bank->name);
  if (flow::kiosk::is_money(field) && value.size() <= 18 &&
      value.find_first_not_of("0123456789") == std::string::npos && !value.empty())
    return ui.lang().rupiah({std::stoll(value)});
  if (const auto day = Date::parse(value, field)) return ui.lang().date(*day);
  return value;
}

// What the person told the kiosk, so that nobody asks it again.
void draw_told(std::string_view id, const std::string& title, WallTime at,
               const std::map<std::string, std::string>& answers, const CounterView& view, ui::Ui& ui) {
  auto card = ui.card(ui::Tone::Info);
  ui.text(title, ui::TextKind::Strong);
  ui.text(when(at, view, ui), ui::TextKind::Small);
  std::vector<ui::FieldRow> rows;
  for (const auto& [field, value] : answers)
    if (field != "attempt" && field != "photo" && field != "topic")
      rows.push_back({field_words(field, ui), answer_words(field, value, ui), ui::Tone::Neutral});
  ui.fields(id, rows);
}

}  // namespace

std::optional<CounterIntent> draw(const AtCase& s, const CounterView& view, ui::Ui& ui) {
  std::optional<CounterIntent> intent;
  auto spec = counter_page("counter.case", view, ui);
  spec.heading = s.view.ticket ? ui.t("counter.case.heading_ticket", {{"number", s.view.ticket->number}})
                               : ui.t("counter.case.heading_task");
  spec.lead = s.view.masked_name;
  spec.back = true;
  auto page = ui.page(spec);
  draw_notices(view.model, ui);
  auto split = ui.split(0.58f, false);
  {
    auto left = ui.column();
    if (!s.view.person) {
      ui.notice("no-person", ui.t("counter.case.no_person"), ui::Tone::Info, ui::Icon::Person);
    } else {
      auto card = ui.card();
      const std::vector<ui::FieldRow> rows{
          {ui.t("counter.case.person"), s.view.person->masked(), ui::Tone::Neutral},
          {ui.t("counter.case.name"), s.view.record ? s.view.record->name : s.view.masked_name, ui::Tone::Neutral}};
      ui.fields("person", rows);
      if (!s.view.record) ui.text(ui.t("counter.case.withheld"), ui::TextKind::Small);
      if (s.view.as_of)
        ui.text(ui.t("kiosk.as_of", {{"date", ui.lang().date_time(*s.view.as_of, view.utc_offset)}}),
                ui::TextKind::Small);
    }
    for (const auto& told : s.view.intakes)
      draw_told("intake-" + told.id.str(), ui.t("intake.topic." + told.kind), told.at, told.answers, view, ui);
    if (s.view.draft) draw_told("draft", ui.t("counter.draft"), s.view.draft->kept_at, s.view.draft->answers, view, ui);
    if (s.view.account)
      if (auto i = draw_account(s, view, ui)) intent = std::move(i);
    draw_claims(s, ui);
    for (const auto& r : s.view.resets) {
      auto card = ui.card();
      ui.text(ui.t("counter.case.reset"), ui::TextKind::Strong);
      draw_reset_fields(r, view, ui);
    }
  }
  {
    auto right = ui.column();
    if (s.news) {
      auto card = ui.card(ui::Tone::Info);
      ui.text(ui.t("counter.case.news"));
      if (ui.button("read-again", ui.t("counter.case.read_again"),
                    {.icon = ui::Icon::Refresh, .enabled = !s.busy, .shortcut = "F5"}))
        intent = Intent{ReadAgain{}};
    }
    if (s.view.ticket && domain::is_live(s.view.ticket->state)) {
      auto card = ui.card();
      ui.text(ui.t("counter.case.ticket"), ui::TextKind::Strong);
      auto grid = ui.grid({45}, 2);
      const bool writing = s.view.ticket->state == domain::TicketState::WrapUp;
      if (ui.button("finish", ui.t(writing ? "counter.wrap_up.end" : "counter.finish"),
                    {.icon = ui::Icon::Done, .enabled = !s.busy, .shortcut = "F8"})) {
        if (writing)
          intent = Intent{ActOnTicket{TicketAct::Finish, "served", s.view.ticket->id}};
        else
          intent = Intent{ActOnTicket{TicketAct::WrapUp, {}, s.view.ticket->id}};
      }
      if (!writing &&
          ui.button("park", ui.t("counter.park"), {.icon = ui::Icon::Pause, .enabled = !s.busy, .shortcut = "F7"}))
        intent = Intent{OpenSheet{SheetKind::Park, s.view.ticket->id}};
    }
    if (const auto* task = view.model.task_of(s)) {
      auto card = ui.card();
      const bool day = task->kind == "confirm_day";
      ui.text(day ? day_asked(*task, ui) : ui.t("counter.task." + task->kind), ui::TextKind::Strong);
      if (!task->reason.empty()) ui.text(ui.t("counter.reason." + task->reason));
      ui.text(ui.t("counter.task.todo." + task->kind), ui::TextKind::Small);
      const auto scan = view.model.scan_of(s);
      if (scan && ui.button("scan-again", ui.t("counter.scan.heading", {{"document", scan_words(scan->kind, ui)}}),
                            {.kind = ui::ButtonKind::Primary,
                             .icon = ui::Icon::Camera,
                             .enabled = !s.busy,
                             .shortcut = "F2",
                             .wide = true}))
        intent = Intent{ScanAgain{}};
      if (ui.button("finish-task", ui.t(day ? "counter.day.confirm" : "counter.task.finish"),
                    {.kind = scan ? ui::ButtonKind::Secondary : ui::ButtonKind::Primary,
                     .icon = ui::Icon::Done,
                     .enabled = !s.busy,
                     .shortcut = "F4",
                     .wide = true}))
        intent = Intent{FinishTask{}};
    }
    auto card = ui.card();
    ui.text(ui.t("counter.case.timeline"), ui::TextKind::Strong);
    std::vector<ui::TimelineRow> rows;
    for (const auto& told : told_once(s.view.timeline)) {
      const auto& e = *told.newest;
      rows.push_back(
          {ui::TimelineRow::State::Past,
           ui.t("event." + e.kind) + (told.times > 1 ? "  " + std::to_string(told.times) + " x" : ""),
           when(e.at, view, ui) + (e.officer.empty() ? "" : "  " + e.officer) + "  " + sync_words(e.sync, ui)});
    }
    ui.timeline("timeline", rows);
  }
  if (page.back) intent = Intent{CloseCase{}};
  return intent;
}

}  // namespace kiosk::screen
