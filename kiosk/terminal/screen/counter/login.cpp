// Number, PIN and counter; the first page of every officer.
#include "terminal/screen/counter/screens.h"

namespace kiosk::screen {

using namespace flow::counter;

std::optional<CounterIntent> draw(const LoggingIn& s, const CounterView& view, ui::Ui& ui) {
  std::optional<CounterIntent> intent;
  auto spec = counter_page("counter.login", view, ui);
  spec.title = ui.t("counter.login.title");
  spec.heading = ui.t("counter.login.heading");
  spec.lead = ui.t("counter.login.lead");
  spec.primary = ui.t(s.busy ? "counter.login.busy" : "counter.login.go");
  spec.primary_enabled = !s.busy;
  spec.tools = true;
  auto page = ui.page(spec);
  draw_notices(view.model, ui);
  auto split = ui.split(0.5f);
  {
    auto card = ui.card();
    if (auto text = ui.digits("number", ui.t("counter.login.number"), s.number, {.max = 8, .group = 0}))
      intent = Intent{TypeNumber{*text}};
    if (auto text = ui.digits("pin", ui.t("counter.login.pin"), view.pin, {.max = 12, .group = 0, .hidden = true}))
      intent = TypePin{*text};
  }
  {
    auto card = ui.card();
    ui.text(ui.t("counter.login.which"), ui::TextKind::Strong);
    auto grid = ui.grid({34}, 3);
    for (const auto& number : view.model.counters)
      if (ui.choice("counter-" + number, ui.t("counter.login.counter", {{"number", number}}),
                    view.model.counter == number))
        intent = Intent{ChooseCounter{number}};
  }
  if (page.primary) intent = Intent{LogIn{}};
  return intent;
}

}  // namespace kiosk::screen
