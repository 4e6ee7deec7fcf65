// The waiting room's board: re-reads the calls when the branch says that something changed, and speaks them when
// the node says that of all boards it is the one.
#include <atomic>
#include <mutex>
#include <thread>

#include "drivers/speaker/open.h"
#include "programs/kiosk/stage.h"
#include "programs/kiosk/terminal_parts.h"
#include "terminal/runner/branch_time.h"
#include "terminal/runner/call_voice.h"
#include "terminal/runner/watcher.h"
#include "terminal/screen/board/screen.h"

namespace kiosk::programs {
namespace {

// Notices begin and end without a change of the branch.
constexpr Millis k_reread_every{30'000};

class BoardStage final : public Stage {
 public:
  BoardStage(const StageContext& context, std::shared_ptr<verbs::Branch> branch,
             std::unique_ptr<drivers::Speaker> speaker)
      : clock_(context.clock),
        time_(context.clock),
        wake_(context.wake),
        actor_{context.terminal, {}},
        branch_(std::move(branch)),
        watcher_(
            branch_, actor_, [this](bool away) { away ? went_away() : void(reread({})); },
            [this](const verbs::Changes& changes) { return reread(changes); }, k_reread_every) {
    if (!speaker) return;
    runner::CallAnnouncer::Parts parts{branch_, actor_, std::move(speaker), &clock_};
    const std::lock_guard lock(mutex_);
    voice_ = std::make_unique<runner::CallAnnouncer>(std::move(parts));
  }

  ui::Density density() const override { return ui::Density::Board; }
  bool busy() const override { return !seen_; }
  std::optional<SteadyTime> next_deadline() const override { return next_; }

  void frame(ui::Ui& ui) override {
    flow::BoardView view;
    const Zone zone = time_.zone();
    const WallTime now = time_.now();  // as the node sees it: a call is fresh by its clock
    {
      std::lock_guard lock(mutex_);
      view = view_;
    }
    view.fresh_call = flow::is_fresh(view.board, now);
    view.now = now;
    const Millis every = view.fresh_call              ? Millis{1'000}
                         : view.board.notices.empty() ? Millis{60'000}
                                                      : flow::k_notice_shown;
    next_ = clock_.steady() + every - now.time_since_epoch() % every;
    ui.status(status_line(ui.lang(), now, zone.offset(now), view.node_away, false));
    screen::draw_board(view, ui);
  }

 private:
  // On the watcher's thread. False: the node is away.
  bool reread(const verbs::Changes& changes) {
    const auto board = branch_->ask(actor_, verbs::GetBoard{});
    const auto asked = clock_.steady();
    const auto info = branch_->ask(actor_, verbs::GetInfo{});
    if (!board || !info) {
      went_away();
      return false;
    }
    {
      std::lock_guard lock(mutex_);
      time_.heard(*info, asked);
      if (voice_) voice_->heard(changes, *board, time_.now() - clock_.now());
      view_.board = *board;
      view_.branch_name = info->branch_name;
      view_.node_away = false;
    }
    seen_ = true;
    wake_();
    return true;
  }
  void went_away() {
    {
      std::lock_guard lock(mutex_);
      view_.node_away = true;
    }
    seen_ = true;
    wake_();
  }

  OffsetClock& clock_;
  runner::BranchTime time_;
  std::function<void()> wake_;
  verbs::Actor actor_;
  std::optional<SteadyTime> next_;
  std::atomic<bool> seen_{false};
  std::mutex mutex_;
  flow::BoardView view_;
  std::shared_ptr<verbs::Branch> branch_;
  std::unique_ptr<runner::CallAnnouncer> voice_;  // when this board is the one that speaks
  runner::Watcher watcher_;                       // last: ends first
};

}  // namespace

Result<std::unique_ptr<Stage>> make_board_stage(const StageContext& context) {
  TRY(auto branch, connect_branch(context));
  std::unique_ptr<drivers::Speaker> speaker;
  // What draws into memory stays silent unless a speaker is named.
  if (!context.headless || !context.speaker.empty()) {
    TRY(speaker, drivers::open_speaker(context.speaker.empty() ? "espeak" : context.speaker));
  }
  return std::unique_ptr<Stage>(std::make_unique<BoardStage>(context, std::move(branch), std::move(speaker)));
}

}  // namespace kiosk::programs
