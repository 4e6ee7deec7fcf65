#include "programs/kiosk/kiosk_stage.h"

#include <algorithm>
#include <utility>

#include "base/leftovers.h"
#include "base/log.h"
#include "domain/rules/rules.h"
#include "drivers/scanner/open.h"
#include "drivers/speaker/headphones.h"
#include "drivers/speaker/open.h"
#include "programs/kiosk/narrator.h"
#include "programs/kiosk/terminal_parts.h"
#include "programs/shared/settings.h"
#include "terminal/paper/paper.h"
#include "terminal/runner/ticket_paper.h"
#include "terminal/screen/kiosk/screens.h"

namespace kiosk::programs {
namespace {

using namespace flow::kiosk;

class KioskStage final : public Stage {
 public:
  explicit KioskStage(KioskStageParts parts)
      : clock_(parts.clock),
        ids_(clock_, random_),
        book_(domain::RuleBook::defaults()),
        time_(time_of(parts)),
        narrator_(std::move(parts.speaker), std::move(parts.headphones), std::move(parts.clips)),
        forget_input_(std::move(parts.forget_input)),
        runner_(std::move(parts.runner)) {
    zone_ = time_->zone();
    resolve_rules();
    state_.idle = parts.idle;
    state_.last_touch = clock_.steady();
  }

  ui::Density density() const override { return ui::Density::Kiosk; }
  bool busy() const override { return runner_.busy(); }

  std::optional<SteadyTime> next_deadline() const override {
    auto due = next_minute_;
    for (const auto& other : {flow::kiosk::next_deadline(state_), narrator_.next_deadline()})
      if (other) due = due ? std::min(*due, *other) : other;
    return due;
  }

  void frame(ui::Ui& ui) override {
    runner_.set_language(ui.settings().language);
    while (auto event = runner_.take()) apply(std::move(*event));
    learn();
    if (auto due = flow::kiosk::next_deadline(state_); due && *due <= clock_.steady()) apply(TimePassed{});
    if (ui.input_seen()) apply(Touched{});
    if (std::exchange(forget_, false)) end_visit(ui);
    const auto now = time_->now();
    // What waits grows old without an event.
    if (const auto span = now.time_since_epoch() / Millis{600'000}; std::exchange(span_, span) != span)
      runner_.look_again();
    next_minute_ = clock_.steady() + (Millis{60'000} - now.time_since_epoch() % Millis{60'000});
    auto status = status_line(ui.lang(), now, zone_.offset(now), !state_.node_reachable, centre_away());
    if (state_.officer) status.link_text = ui.t("assisted.by", {{"number", state_.officer->number}});
    ui.status(std::move(status));
    narrator_.frame(ui, place(state_.page) + (state_.idle_asked ? "+idle" : ""), clock_.steady());
    const screen::KioskView view{
        state_, rules_, today_, zone_.offset(now), runner_.preview(), ticket_code(), zone_.abbreviation()};
    if (auto intent = screen::draw_kiosk(view, ui)) apply(std::move(*intent));
  }

 private:
  // The one place where a visit ends, whoever or whatever ended it: nothing read, typed, heard, photographed or printed
  // lives longer. The flow has destroyed its KioskSession by now, and the runner, told by the Forget effect, let
  // camera, scanner and printer forget; here go the voice, the glass and the hands on it, and what calls left on the
  // stack.
  void end_visit(ui::Ui& ui) {
    narrator_.forget();
    ui.forget();
    if (forget_input_) forget_input_();
    code_of_ = {};
    code_.reset();
    wipe_dead_stack();
  }

  void apply(Event event) {
    const Context context{clock_.steady(), today_, rules_, ids_.next(), zone_.offset(time_->now())};
    auto result = step(std::move(state_), std::move(event), context);
    state_ = std::move(result.state);
    for (auto& effect : result.effects) {
      forget_ = forget_ || std::holds_alternative<Forget>(effect);
      runner_.carry_out(std::move(effect));
    }
  }

  // The ticket's code for the glass, made once a ticket.
  SharedImage ticket_code() {
    const auto& ticket = state_.visit->ticket;
    const auto id = ticket ? ticket->ticket.id : Uuid{};
    if (std::exchange(code_of_, id) != id)
      code_ = id.is_nil() ? nullptr : std::make_shared<const Image>(paper::qr_image(runner::ticket_code(id)));
    return code_;
  }

  // Rules and the branch's name and hour, when the node told them anew; the day may have turned meanwhile.
  void learn() {
    bool changed = false;
    if (auto book = runner_.take_rules()) {
      book_ = std::move(*book);
      changed = true;
    }
    if (auto zone = time_->zone(); !(zone == zone_)) {
      zone_ = std::move(zone);
      changed = true;
    }
    if (changed || zone_.day(time_->now()) != today_) resolve_rules();
  }

  void resolve_rules() {
    today_ = zone_.day(time_->now());
    auto rules = book_.at(today_);
    if (rules)
      rules_ = std::move(*rules);
    else
      log::error("the rules cannot be read; those of before stay", {{"code", rules.fault().code}});
  }

  bool centre_away() const {
    return state_.sync && (state_.sync->state == "offline" || state_.sync->state == "waiting");
  }

  static std::shared_ptr<runner::BranchTime> time_of(KioskStageParts& parts) {
    if (!parts.runner.time) parts.runner.time = std::make_shared<runner::BranchTime>(parts.clock);
    return parts.runner.time;
  }

  OffsetClock& clock_;
  SystemRandom random_;
  IdSource ids_;
  domain::RuleBook book_;
  domain::Rules rules_;
  Date today_;
  std::shared_ptr<runner::BranchTime> time_;
  Zone zone_;  // the branch's, as the node tells it
  Narrator narrator_;
  std::function<void()> forget_input_;
  State state_;
  bool forget_ = false;
  Uuid code_of_;
  SharedImage code_;
  std::int64_t span_ = 0;  // of ten minutes
  std::optional<SteadyTime> next_minute_;
  runner::KioskRunner runner_;
};

}  // namespace

std::unique_ptr<Stage> kiosk_stage_with(KioskStageParts parts) {
  return std::make_unique<KioskStage>(std::move(parts));
}

Result<std::unique_ptr<Stage>> make_kiosk_stage(const StageContext& context) {
  KioskStageParts parts{context.clock, {}, nullptr};
  parts.forget_input = context.forget_input;
  TRY(parts.runner.branch, connect_branch(context));
  TRY(parts.runner.camera, open_camera_feed(context));
  TRY(parts.runner.printer, open_terminal_printer(context));
  parts.runner.terminal = context.terminal;
  parts.runner.wake = context.wake;
  parts.runner.time = std::make_shared<runner::BranchTime>(context.clock);
  const auto asked = context.clock.steady();
  if (auto info = parts.runner.branch->ask({context.terminal, {}}, verbs::GetInfo{})) {
    parts.runner.paper.branch_name = info->branch_name;
    parts.runner.time->heard(*info, asked);
  }
  const std::string speaker = context.speaker.empty() ? (context.headless ? "none" : "espeak") : context.speaker;
  if (speaker != "none") {
    TRY(parts.speaker, drivers::open_speaker(speaker));
  }
  TRY(const auto settings, load_settings(context.config, context.home));
  if (!context.scanner.empty()) {
    TRY(parts.runner.scanner, drivers::open_scanner(context.scanner, context.wake));
  }
  if (!settings.headphones.empty()) {
    TRY(parts.headphones, drivers::open_headphones(settings.headphones, context.wake));
  }
  parts.clips = voice::Clips::load(settings.clips, context.texts);
  for (const auto& refused : parts.clips.refused())
    log::warn("a recorded sentence is not used", {{"file", refused.file}, {"code", refused.why}});
  parts.idle = std::chrono::duration_cast<Millis>(settings.idle);
  return kiosk_stage_with(std::move(parts));
}

}  // namespace kiosk::programs
