// Pages between: an answer on its way, a refusal in words, and leaving with unsaved answers.
#include "terminal/screen/kiosk/parts.h"

namespace kiosk::screen {

using namespace flow::kiosk;

namespace {
std::string_view waiting_key(Ask ask) {
  switch (ask) {
    case Ask::None:
      return "waiting.any";
    case Ask::Find:
      return "waiting.find";
    case Ask::Account:
      return "waiting.find";
    case Ask::Check:
      return "waiting.check";
    case Ask::Attempt:
      return "waiting.attempt";
    case Ask::Submit:
      return "waiting.submit";
    case Ask::Ticket:
    case Ask::Held:
    case Ask::Shown:
    case Ask::ComeBack:
      return "waiting.ticket";
    case Ask::Claims:
      return "waiting.find";
    case Ask::Intake:
      return "waiting.intake";
    case Ask::Withdraw:
      return "waiting.withdraw";
    case Ask::Help:
      return "waiting.help";
    case Ask::LogIn:
      return "waiting.login";
  }
  return "waiting.any";
}
}  // namespace

KioskIntent draw(const page::Waiting& p, const KioskView& view, ui::Ui& ui) {
  KioskIntent intent;
  auto spec = kiosk_page("waiting", p.away ? "node_away" : waiting_key(p.ask), view, ui);
  const bool sending = p.ask == Ask::Submit || p.ask == Ask::Attempt || p.ask == Ask::Intake || p.ask == Ask::Withdraw;
  spec.art = p.away ? ui::Art::Offline : ui::Art::Waiting;
  spec.back = !sending;
  spec.help = false;
  auto page = ui.page(spec);
  if (p.ask == Ask::Attempt && view.preview) ui.picture("preview", ui.t("face.preview"), {view.preview, true}, {150});
  if (p.progress || p.away) ui.progress("busy", ui.t(p.away ? "node_away.trying" : "waiting.busy"), -1);
  if (p.cancel && !sending && ui.button("cancel", ui.t("waiting.cancel"), {.icon = ui::Icon::Cross, .wide = true}))
    intent = Back{};
  return outcome(page, intent);
}

KioskIntent draw(const page::Problem& p, const KioskView& view, ui::Ui& ui) {
  KioskIntent intent;
  auto spec = kiosk_page("problem", "problem", view, ui);
  spec.lead = ui.lang().fault(refused(p.code, p.detail));
  if (p.at) spec.lead += " " + ui.t("problem.at." + p.code, {{"time", moment_words(*p.at, view, ui)}});
  spec.art = ending_picture(view);
  spec.primary = ui.t("problem.back");
  auto page = ui.page(spec);
  ui.notice("kept", ui.t("problem.kept"), ui::Tone::Info, ui::Icon::Shield);
  if (ui.button("officer", ui.t("kiosk.take_number"), {.icon = ui::Icon::Ticket, .wide = true})) intent = Other{};
  return outcome(page, intent);
}

KioskIntent draw(const page::Leaving&, const KioskView& view, ui::Ui& ui) {
  KioskIntent intent;
  auto spec = kiosk_page("leaving", "leaving", view, ui);
  spec.art = ui::Art::Waiting;
  spec.back = spec.done = false;
  spec.primary = ui.t("leaving.stay");
  spec.primary_icon = ui::Icon::Back;
  auto page = ui.page(spec);
  if (ui.button("leave", ui.t("leaving.leave"), {.kind = ui::ButtonKind::Danger, .icon = ui::Icon::Done, .wide = true}))
    intent = Other{};
  return outcome(page, intent);
}

}  // namespace kiosk::screen
