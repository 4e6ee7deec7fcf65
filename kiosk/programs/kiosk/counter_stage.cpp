// The officer's terminal: flow, runner and screens wired together.
#include <utility>

#include "base/secret.h"
#include "programs/kiosk/stage.h"
#include "programs/kiosk/terminal_parts.h"
#include "terminal/runner/counter_runner.h"
#include "terminal/screen/counter/screens.h"

namespace kiosk::programs {
namespace {

using namespace flow::counter;

class CounterStage final : public Stage {
 public:
  CounterStage(const StageContext& context, runner::CounterRunner::Parts parts)
      : clock_(context.clock),
        ids_(context.clock, random_),
        branch_(parts.branch),
        time_(parts.time),
        runner_(std::move(parts)) {
    model_.terminal = context.terminal;
  }
  ~CounterStage() override { wipe(pin_); }

  ui::Density density() const override { return ui::Density::Desktop; }
  bool busy() const override { return runner_.busy(); }
  std::optional<SteadyTime> next_deadline() const override { return next_tick_; }

  void frame(ui::Ui& ui) override {
    while (auto event = runner_.take()) apply(*event);
    const auto zone = time_->zone();
    const auto now = time_->now();
    // Ages grow and alerts come due without an event.
    if (const auto minute = now.time_since_epoch() / Millis{60'000}; std::exchange(minute_, minute) != minute)
      apply(BranchChanged{});
    const auto* at_counter = model_.current();
    const bool counts = at_counter && at_counter->state == domain::TicketState::WrapUp;  // seconds are shown
    const Millis every{counts ? 1'000 : 60'000};
    next_tick_ = clock_.steady() + (every - now.time_since_epoch() % every);
    ui.status(status_line(ui.lang(), now, zone.offset(now), model_.node_away,
                          model_.sync.state == "offline" || model_.sync.state == "waiting"));
    const screen::CounterView view{model_, pin_, zone.offset(now), now, zone.abbreviation()};
    if (auto intent = screen::draw_counter(view, ui)) take(*intent);
  }

 private:
  void take(const screen::CounterIntent& intent) {
    if (const auto* typed = std::get_if<screen::TypePin>(&intent)) {
      wipe(pin_);
      pin_ = typed->text;
      return;
    }
    apply(with_ids(std::get<Intent>(intent)));
  }
  // Screens ask for an act; its request id is made here, once.
  Intent with_ids(Intent intent) {
    if (auto* e = std::get_if<LogIn>(&intent)) {
      e->pin = std::make_shared<const SecretString>(std::string(pin_));
      wipe(pin_);
    } else if (auto* f = std::get_if<FinishInterview>(&intent)) {
      f->request = ids_.next();
    } else if (auto* r = std::get_if<AskReset>(&intent)) {
      r->request = ids_.next();
    } else if (auto* j = std::get_if<JudgePhoto>(&intent)) {
      j->request = ids_.next();
    } else if (auto* c = std::get_if<CallNext>(&intent)) {
      c->request = ids_.next();
    } else if (auto* n = std::get_if<CallNumber>(&intent)) {
      n->request = ids_.next();
    } else if (auto* w = std::get_if<TakeWalkIn>(&intent)) {
      w->request = ids_.next();
    }
    return intent;
  }
  void apply(const Event& event) {
    auto result = step(std::move(model_), event);
    model_ = std::move(result.model);
    for (auto& effect : result.effects) runner_.carry_out(std::move(effect));
  }

  OffsetClock& clock_;
  SystemRandom random_;
  IdSource ids_;
  std::shared_ptr<verbs::Branch> branch_;
  std::shared_ptr<runner::BranchTime> time_;
  std::string pin_;
  Model model_;
  std::int64_t minute_ = 0;
  std::optional<SteadyTime> next_tick_;
  runner::CounterRunner runner_;
};

}  // namespace

Result<std::unique_ptr<Stage>> make_counter_stage(const StageContext& context) {
  runner::CounterRunner::Parts parts;
  TRY(parts.branch, connect_branch(context));
  TRY(parts.camera, open_camera_feed(context));
  TRY(parts.printer, open_terminal_printer(context));
  TRY(parts.stick, open_terminal_stick(context));
  parts.terminal = context.terminal;
  parts.wake = context.wake;
  parts.time = std::make_shared<runner::BranchTime>(context.clock);
  const auto asked = context.clock.steady();
  if (auto info = parts.branch->ask({context.terminal, {}}, verbs::GetInfo{})) {
    parts.paper.branch_name = info->branch_name;
    parts.time->heard(*info, asked);
  }
  return std::unique_ptr<Stage>(std::make_unique<CounterStage>(context, std::move(parts)));
}

}  // namespace kiosk::programs
