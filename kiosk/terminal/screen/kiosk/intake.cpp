// Facts for an officer, one question a page; pengkinian data; the membership; help with the JMO account.
#include "terminal/flow/kiosk/intake.h"

#include "terminal/screen/kiosk/parts.h"

namespace kiosk::screen {

using namespace flow::kiosk;

namespace {

std::string key_of(std::string_view question) { return "intake." + std::string(question); }

// As a person reads an answer: the option's words, the date in letters, numbers in groups.
std::string answer_words(const Question& q, std::string_view answer, ui::Ui& ui) {
  if (answer.empty()) return ui.t("intake.none");
  if (q.kind == Field::Choice) return ui.t(key_of(q.id) + "." + std::string(answer));
  if (q.kind == Field::Digits || q.kind == Field::Phone) return grouped(answer);
  if (q.kind == Field::Day)
    if (const auto day = Date::parse(answer, "date")) return ui.lang().date(*day);
  if (q.kind == Field::Money) {
    std::int64_t rupiah = 0;
    for (const char c : answer) rupiah = rupiah * 10 + (c - '0');
    return ui.lang().rupiah({rupiah});
  }
  return std::string(answer);
}

std::optional<Intent> entry_of(const Question& q, const KioskSession& v, const std::string& error, ui::Ui& ui) {
  const auto label = ui.t(key_of(q.id) + ".row");
  const auto problem = words_of(error, ui);
  const std::string id(q.id);
  if (q.kind == Field::Day) {
    const ui::DateParts now{std::string(v.q_day.view()), std::string(v.q_month.view()), std::string(v.q_year.view())};
    if (auto date = ui.date(id, label, now, problem))
      return EnterDate{std::move(date->day), std::move(date->month), std::move(date->year)};
    return std::nullopt;
  }
  std::optional<std::string> text;
  if (q.kind == Field::Text)
    text = ui.entry(id, label, v.answer(q.id), {.max = q.most, .problem = problem});
  else
    text = ui.digits(id, label, v.answer(q.id), {.max = q.most, .problem = problem, .money = q.kind == Field::Money});
  if (text) return Enter{std::move(*text)};
  return std::nullopt;
}

std::string recorded(const domain::Participant& p, std::string_view field, ui::Ui& ui) {
  std::string text;
  if (field == "name") text = p.name;
  if (field == "birth") text = ui.lang().date(p.birth);
  if (field == "birth_place") text = p.birth_place;
  if (field == "mother") text = p.mother;
  if (field == "address") text = p.address;
  if (field == "phone") text = p.phone;
  return text.empty() ? ui.t("update.empty") : text;
}

}  // namespace

KioskIntent draw(const page::BpuChoice&, const KioskView& view, ui::Ui& ui) {
  KioskIntent intent;
  auto page = ui.page(kiosk_page("bpu", "bpu", view, ui));
  for (const auto& [id, icon] : {std::pair{"bpu_register", ui::Icon::Edit}, {"bpu_payment", ui::Icon::Wallet}})
    if (ui.tile(id, icon, ui.t(std::string("bpu.") + id),
                {.detail = ui.t(std::string("bpu.") + id + ".detail"), .hue = id[4] == 'r' ? 0 : 3, .grow = false}))
      intent = Choose{id};
  return outcome(page, intent);
}

KioskIntent draw(const page::Question& p, const KioskView& view, ui::Ui& ui) {
  KioskIntent intent;
  const auto& v = view.visit();
  const auto& questions = topic_by_id(v.topic)->questions;
  const auto& q = questions[static_cast<std::size_t>(p.index)];
  const auto id = "intake." + std::string(q.id);
  auto spec = q.kind == Field::Choice ? kiosk_page(id, key_of(q.id), view, ui)
                                      : entry_page(id, key_of(q.id), ui::Art::Documents, view, ui);
  spec.step = p.index + 1;
  spec.steps = static_cast<int>(questions.size());
  auto page = ui.page(spec);
  if (q.kind == Field::Choice) {
    auto grid = ui.grid({80}, 2);
    for (const auto option : q.options)
      if (ui.choice(std::string(option), ui.t(key_of(q.id) + "." + std::string(option)), v.answer(q.id) == option))
        intent = Choose{std::string(option)};
  } else {
    intent = entry_of(q, v, p.error, ui);
  }
  auto under = ui.under_field();
  if (q.optional && ui.button("skip", ui.t("intake.skip"), {.icon = ui::Icon::Skip, .wide = true})) intent = Other{};
  return outcome(page, std::move(intent));
}

KioskIntent draw(const page::IntakeCheck&, const KioskView& view, ui::Ui& ui) {
  KioskIntent intent;
  const auto& v = view.visit();
  auto spec = kiosk_page("intake.check", "intake.check", view, ui);
  spec.primary = ui.t("intake.confirm");
  spec.primary_is = ui::PrimaryIs::Binding;
  spec.primary_icon = ui::Icon::Check;
  auto page = ui.page(spec);
  auto grid = ui.grid({100}, 2);
  for (const auto& q : topic_by_id(v.topic)->questions) {
    const auto row = ui.t(key_of(q.id) + ".row");
    auto card = ui.card();
    ui.text(row, ui::TextKind::Small);
    ui.personal(answer_words(q, v.answer(q.id), ui), ui::TextKind::Strong);
    if (ui.button("edit-" + std::string(q.id), ui.t("intake.edit", {{"row", row}}),
                  {.icon = ui::Icon::Edit, .wide = true}))
      intent = Edit{std::string(q.id)};
  }
  return outcome(page, intent);
}

KioskIntent draw(const page::IntakeSaved&, const KioskView& view, ui::Ui& ui) {
  KioskIntent intent;
  const auto& v = view.visit();
  auto spec = kiosk_page("intake.saved", "intake.saved", view, ui);
  const bool update = v.purpose == Purpose::Update;
  spec.art = ending_picture(view);
  spec.primary = ui.t("kiosk.take_number");
  spec.primary_is = ui::PrimaryIs::Acting;
  spec.primary_icon = ui::Icon::Ticket;
  spec.back = spec.done = false;
  auto page = ui.page(spec);
  {
    auto card = ui.card(ui::Tone::Good);
    ui.text(ui.t(!update ? "intake.saved.next" : v.given.empty() ? "intake.saved.all_right" : "intake.saved.letter"));
  }
  draw_printing("printing", v.slip_print, ui);
  if (auto said = ask_paper(view, ui)) intent = said;
  if (v.slip_print == PrintState::Failed &&
      ui.button("print-again", ui.t("print.again"), {.icon = ui::Icon::Printer, .wide = true, .acts = true}))
    intent = Third{};
  if (ui.button("done", ui.t("kiosk.done"), {.icon = ui::Icon::Done, .wide = true, .acts = true})) intent = Other{};
  if (ui.portrait()) ui.space({26});  // off the place where a Konfirmasi of two lines stood
  return outcome(page, intent);
}

KioskIntent draw(const page::Record&, const KioskView& view, ui::Ui& ui) {
  KioskIntent intent;
  const auto& v = view.visit();
  auto spec = kiosk_page("update", "update", view, ui);
  spec.primary = ui.t(v.given.empty() ? "update.all_right" : "update.send");
  spec.primary_is = ui::PrimaryIs::Binding;
  spec.primary_icon = ui::Icon::Check;
  auto page = ui.page(spec);
  const auto* r = v.record();
  if (!r) return outcome(page, intent);
  draw_as_of(view, ui);
  auto grid = ui.grid({100}, 2);
  for (const auto& q : correctable()) {
    const auto row = ui.t(key_of(q.id) + ".row");
    const auto now = recorded(*r, q.id, ui);
    const auto to = v.answer(q.id);
    auto card = ui.card(to.empty() ? ui::Tone::Neutral : ui::Tone::Info);
    ui.text(row, ui::TextKind::Small);
    ui.personal(to.empty() ? now : ui.t("update.now", {{"value", now}}),
                to.empty() ? ui::TextKind::Strong : ui::TextKind::Soft);
    if (!to.empty()) ui.personal(ui.t("update.to", {{"value", answer_words(q, to, ui)}}), ui::TextKind::Strong);
    if (ui.button("edit-" + std::string(q.id), ui.t("intake.edit", {{"row", row}}),
                  {.icon = ui::Icon::Edit, .wide = true}))
      intent = Edit{std::string(q.id)};
  }
  return outcome(page, intent);
}

KioskIntent draw(const page::Correct& p, const KioskView& view, ui::Ui& ui) {
  KioskIntent intent;
  const auto& v = view.visit();
  auto spec = kiosk_page("update." + p.field, key_of(p.field), view, ui);
  spec.primary = ui.t("kiosk.next");
  auto page = ui.page(spec);
  for (const auto& q : correctable()) {
    if (q.id != p.field) continue;
    if (const auto* r = v.record())
      ui.personal(ui.t("update.now", {{"value", recorded(*r, q.id, ui)}}), ui::TextKind::Soft);
    intent = entry_of(q, v, p.error, ui);
  }
  if (ui.button("keep", ui.t("update.keep"), {.icon = ui::Icon::Back, .wide = true})) intent = Other{};
  return outcome(page, std::move(intent));
}

KioskIntent draw(const page::CardShown&, const KioskView& view, ui::Ui& ui) {
  KioskIntent intent;
  const auto& v = view.visit();
  auto spec = kiosk_page("card", "card", view, ui);
  spec.primary = ui.t("kiosk.done");
  spec.primary_is = ui::PrimaryIs::Leaving;
  spec.primary_icon = ui::Icon::Done;
  spec.done = false;
  auto page = ui.page(spec);
  const auto* r = v.record();
  if (!r) return outcome(page, intent);
  ui.personal(r->name, ui::TextKind::Title);
  draw_as_of(view, ui);
  for (std::size_t i = 0; i < r->memberships.size(); ++i) {
    const auto& m = r->memberships[i];
    auto card = ui.card();
    ui.personal(grouped(m.kpj.digits()), ui::TextKind::Title);
    const ui::FieldRow rows[] = {
        {ui.t("claim.data.employer"), m.employer},
        {ui.t("card.segment"), ui.t("segment." + std::string(domain::code(m.segment)))},
        {ui.t("card.since"), ui.lang().date(m.since)},
        {ui.t("claim.data.status"), ui.t("membership." + std::string(domain::code(m.status)))}};
    ui.fields("card-" + std::to_string(i), rows);
  }
  ui.notice("official", ui.t("card.official"), ui::Tone::Info, ui::Icon::Info);
  draw_printing("printing", v.slip_print, ui);
  if (auto said = ask_paper(view, ui)) intent = said;
  if (v.slip_print != PrintState::Printing && v.slip_print != PrintState::Unsure &&
      ui.button("print", ui.t("card.print"), {.icon = ui::Icon::Printer, .wide = true, .acts = true}))
    intent = Other{};
  return outcome(page, intent);
}

KioskIntent draw(const page::AccountHelp&, const KioskView& view, ui::Ui& ui) {
  KioskIntent intent;
  static constexpr std::pair<const char*, ui::Icon> topics[] = {{"forgot_account", ui::Icon::Search},
                                                                {"forgot_password", ui::Icon::Lock},
                                                                {"activation", ui::Icon::Star},
                                                                {"new_phone", ui::Icon::Phone},
                                                                {"contact", ui::Icon::Bell}};
  auto page = ui.page(kiosk_page("account", "account", view, ui));
  auto grid = ui.grid({100}, 2);
  int hue = 0;
  for (const auto& [id, icon] : topics)
    if (ui.tile(id, icon, ui.t(std::string("account.") + id),
                {.detail = ui.t(std::string("account.") + id + ".detail"), .hue = hue++, .grow = false}))
      intent = Choose{id};
  return outcome(page, intent);
}

KioskIntent draw(const page::AccountAdvice& p, const KioskView& view, ui::Ui& ui) {
  KioskIntent intent;
  const auto key = "account." + p.topic;
  auto spec = kiosk_page(key, key, view, ui);
  spec.primary = ui.t("kiosk.done");
  spec.primary_is = ui::PrimaryIs::Leaving;
  spec.primary_icon = ui::Icon::Done;
  spec.done = false;
  auto page = ui.page(spec);
  {
    auto card = ui.card();
    std::vector<ui::TimelineRow> rows;
    for (int n = 1; n <= 4; ++n) rows.push_back({ui::TimelineRow::State::Now, ui.t(key + "." + std::to_string(n)), {}});
    ui.timeline("steps", rows);
  }
  ui.text(ui.t("account.still"), ui::TextKind::Soft);
  if (ui.button("officer", ui.t("kiosk.take_number"), {.icon = ui::Icon::Ticket, .wide = true})) intent = Other{};
  return outcome(page, intent);
}

}  // namespace kiosk::screen
