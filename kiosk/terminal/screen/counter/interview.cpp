// The blind interview: the officer types what the participant says, sees no record, and gets one verdict after all
// answers.
#include "domain/rules/lengths.h"
#include "terminal/screen/counter/screens.h"

namespace kiosk::screen {

using namespace flow::counter;

std::optional<CounterIntent> draw(const Interviewing& s, const CounterView& view, ui::Ui& ui) {
  std::optional<CounterIntent> intent;
  auto spec = counter_page("counter.interview", view, ui);
  spec.heading = ui.t("counter.interview.heading");
  spec.lead = ui.t("counter.interview.lead");
  spec.art = ui::Art::Interview;
  spec.back = true;
  if (!s.result) {
    spec.primary = ui.t(s.busy ? "counter.busy" : "counter.interview.judge");
    spec.primary_enabled = !s.busy;
  } else if (s.result->verdict.passed) {
    spec.primary = ui.t("counter.interview.to_photo");
    spec.primary_icon = ui::Icon::Camera;
  }
  auto page = ui.page(spec);
  draw_notices(view.model, ui);
  if (s.result) {
    const auto& v = s.result->verdict;
    ui.notice("verdict", ui.t(v.passed ? "counter.interview.passed_lead" : "counter.interview.failed_lead"),
              v.passed ? ui::Tone::Good : ui::Tone::Bad, v.passed ? ui::Icon::Check : ui::Icon::Attention,
              ui.t(v.passed ? "counter.interview.passed" : "counter.interview.failed"));
  } else if (s.questions.empty()) {
    ui.progress("asking", ui.t("counter.busy"), -1);
  } else {
    auto card = ui.card();
    auto grid = ui.grid({90}, 2);
    for (std::size_t i = 0; i < s.questions.size(); ++i) {
      const auto& q = s.questions[i];
      if (auto text = ui.entry("answer-" + q, ui.t("question." + q), s.answers[i],
                               {.max = static_cast<int>(domain::k_free_text_characters),
                                .capitals = false,
                                .hint = ui.t("question." + q + ".hint")}))
        intent = Intent{TypeAnswer{i, *text}};
    }
  }
  if (page.primary) intent = s.result ? Intent{StartPhoto{}} : Intent{FinishInterview{}};
  if (page.back) intent = Intent{CloseCase{}};
  return intent;
}

}  // namespace kiosk::screen
