// Who is it: number, birth date, mother's name; what does not fit is a question.
#include "domain/rules/lengths.h"
#include "terminal/screen/kiosk/parts.h"

namespace kiosk::screen {

using namespace flow::kiosk;

KioskIntent draw(const page::EnterNik& p, const KioskView& view, ui::Ui& ui) {
  KioskIntent intent;
  auto page = ui.page(entry_page("identify.nik", "identify.nik", ui::Art::IdCard, view, ui));
  if (auto text = ui.digits("nik", ui.t("identify.nik"), view.visit().nik.view(),
                            {.max = 16, .group = 4, .problem = words_of(p.error, ui)}))
    intent = Enter{std::move(*text)};
  auto under = ui.under_field();
  if (ui.button("scan", ui.t("identify.scan"), {.icon = ui::Icon::Scan, .wide = true})) intent = Third{};
  if (view.visit().purpose == Purpose::Claim &&
      ui.button("no-nik", ui.t("no_nik.button"), {.icon = ui::Icon::Plane, .wide = true}))
    intent = Other{};
  return outcome(page, std::move(intent));
}

KioskIntent draw(const page::ScanCard& p, const KioskView& view, ui::Ui& ui) {
  KioskIntent intent;
  auto spec = kiosk_page("identify.scan", "identify.scan", view, ui);
  spec.primary = ui.t("identify.scan.type");
  spec.primary_icon = ui::Icon::Keypad;
  // With large letters the sentence and the picture still stand together on the glass.
  const bool large = ui.settings().size >= ui::TextSize::Percent150;
  spec.lead_last = large;
  const float height = ui.portrait() ? (large ? 85.f : 150.f) : (large || ui.low() ? 55.f : 90.f);
  auto page = ui.page(spec);
  const bool beside = !ui.portrait();
  auto split = ui.split(0.42f, true, true);
  {
    auto words = ui.column();
    if (!p.error.empty()) ui.notice("card-problem", words_of(p.error, ui), ui::Tone::Attention, ui::Icon::Info);
    if (p.camera_away)
      ui.notice("camera", ui.t("identify.scan.camera_away"), ui::Tone::Attention, ui::Icon::Camera);
    else if (!view.preview)
      ui.notice("camera", ui.t("face.camera_starting"), ui::Tone::Info, ui::Icon::Camera);
    if (beside) ui.text(ui.t("identify.scan.kept"), ui::TextKind::Soft);
  }
  {
    auto glass = ui.column();
    if (view.preview && !p.camera_away)
      ui.picture("preview", ui.t("identify.scan.preview"), {view.preview, true}, {height},
                 ui::card_guide(*view.preview));
    if (!beside) ui.text(ui.t("identify.scan.kept"), ui::TextKind::Soft);
  }
  return outcome(page, intent);
}

KioskIntent draw(const page::ScanConfirm&, const KioskView& view, ui::Ui& ui) {
  KioskIntent intent;
  const auto& v = view.visit();
  auto spec = kiosk_page("identify.read", "identify.read", view, ui);
  spec.art = ui::Art::IdCard;
  spec.primary = ui.t("identify.read.right");
  spec.primary_icon = ui::Icon::Check;
  auto page = ui.page(spec);
  {
    auto card = ui.card();
    std::vector<ui::FieldRow> rows;
    if (!v.card_nik.empty()) rows.push_back({ui.t("identify.nik"), grouped(v.card_nik.view())});
    if (!v.card_kpj.empty()) rows.push_back({ui.t("identify.kpj"), grouped(v.card_kpj.view())});
    if (v.card_birth) rows.push_back({ui.t("identify.birth"), ui.lang().date(*v.card_birth)});
    ui.fields("read", rows);
  }
  if (ui.button("again", ui.t("identify.read.again"), {.icon = ui::Icon::Scan, .wide = true})) intent = Other{};
  if (ui.button("type", ui.t("identify.scan.type"), {.icon = ui::Icon::Keypad, .wide = true})) intent = Third{};
  return outcome(page, intent);
}

KioskIntent draw(const page::EnterBirth& p, const KioskView& view, ui::Ui& ui) {
  KioskIntent intent;
  const auto& v = view.visit();
  auto page = ui.page(entry_page("identify.birth", "identify.birth", ui::Art::IdCard, view, ui));
  const ui::DateParts now{std::string(v.day.view()), std::string(v.month.view()), std::string(v.year.view())};
  if (auto date = ui.date("birth", ui.t("identify.birth"), now, words_of(p.error, ui)))
    intent = EnterDate{std::move(date->day), std::move(date->month), std::move(date->year)};
  return outcome(page, std::move(intent));
}

KioskIntent draw(const page::BirthDiffers&, const KioskView& view, ui::Ui& ui) {
  KioskIntent intent;
  const auto& v = view.visit();
  auto spec = kiosk_page("identify.differs", "identify.differs", view, ui);
  spec.art = ui::Art::IdCard;
  spec.primary = ui.t("identify.differs.right");
  auto page = ui.page(spec);
  {
    auto card = ui.card();
    std::vector<ui::FieldRow> rows;
    if (auto birth = v.birth()) rows.push_back({ui.t("identify.birth"), ui.lang().date(*birth)});
    if (auto nik = v.parsed_nik()) {
      rows.push_back({ui.t("identify.nik"), grouped(nik->digits())});
      const auto says = nik->birth_candidates(view.today);
      if (!says.empty()) rows.push_back({ui.t("identify.nik_says"), ui.lang().date(says.front())});
    }
    ui.fields("differs", rows);
  }
  if (ui.button("fix-date", ui.t("identify.differs.fix_date"), {.icon = ui::Icon::Calendar, .wide = true}))
    intent = Other{};
  if (ui.button("fix-nik", ui.t("identify.differs.fix_nik"), {.icon = ui::Icon::Edit, .wide = true})) intent = Third{};
  return outcome(page, intent);
}

KioskIntent draw(const page::EnterMother& p, const KioskView& view, ui::Ui& ui) {
  KioskIntent intent;
  auto page = ui.page(entry_page("identify.mother", "identify.mother", ui::Art::Interview, view, ui));
  if (auto text = ui.entry("mother", ui.t("identify.mother"), view.visit().mother.view(),
                           {.max = static_cast<int>(domain::length_of("mother")), .problem = words_of(p.error, ui)}))
    intent = Enter{std::move(*text)};
  return outcome(page, std::move(intent));
}

KioskIntent draw(const page::FactsDiffer& p, const KioskView& view, ui::Ui& ui) {
  KioskIntent intent;
  const bool again = view.visit().facts_tried < kFactsTries;
  auto spec = kiosk_page("identify.facts", "identify.facts", view, ui);
  if (!again) spec.lead = ui.t("identify.facts.officer");
  spec.art = again ? ui::Art::IdCard : ui::Art::OfficerHelps;
  if (again) spec.primary = ui.t("identify.facts.again");
  spec.primary_enabled = !p.open_at;
  auto page = ui.page(spec);
  if (again && p.open_at)
    ui.text(ui.t("identify.facts.wait", {{"seconds", ui.lang().number(p.seconds_left)}}), ui::TextKind::Soft);
  if (ui.button("officer", ui.t("kiosk.take_number"), {.icon = ui::Icon::Ticket, .wide = true})) intent = Other{};
  return outcome(page, intent);
}

KioskIntent draw(const page::NotKnown&, const KioskView& view, ui::Ui& ui) {
  KioskIntent intent;
  const bool claim = view.visit().purpose == Purpose::Claim;
  auto spec = kiosk_page("identify.unknown", "identify.unknown", view, ui);
  spec.lead = ui.t(claim ? "identify.unknown.claim" : "identify.unknown.other");
  spec.art = ui::Art::Offline;
  spec.primary = ui.t(claim ? "identify.unknown.go_on" : "kiosk.take_number");
  spec.primary_is = claim ? ui::PrimaryIs::GoingOn : ui::PrimaryIs::Binding;
  auto page = ui.page(spec);
  if (ui.button("again", ui.t("identify.unknown.again"), {.icon = ui::Icon::Refresh, .wide = true})) intent = Third{};
  if (claim && ui.button("officer", ui.t("kiosk.take_number"), {.icon = ui::Icon::Ticket, .wide = true}))
    intent = Other{};
  return outcome(page, intent);
}

KioskIntent draw(const page::EnterName& p, const KioskView& view, ui::Ui& ui) {
  KioskIntent intent;
  auto page = ui.page(entry_page("identify.name", "identify.name", ui::Art::IdCard, view, ui));
  if (auto text = ui.entry("name", ui.t("identify.name"), view.visit().name.view(),
                           {.max = static_cast<int>(domain::length_of("name")), .problem = words_of(p.error, ui)}))
    intent = Enter{std::move(*text)};
  return outcome(page, std::move(intent));
}

KioskIntent draw(const page::EnterKpj& p, const KioskView& view, ui::Ui& ui) {
  KioskIntent intent;
  auto page = ui.page(entry_page("identify.kpj", "identify.kpj", ui::Art::IdCard, view, ui));
  if (auto text = ui.digits("kpj", ui.t("identify.kpj"), view.visit().kpj.view(),
                            {.max = 11, .group = 4, .problem = words_of(p.error, ui)}))
    intent = Enter{std::move(*text)};
  return outcome(page, std::move(intent));
}

}  // namespace kiosk::screen
