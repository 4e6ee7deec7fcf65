// The waiting room's board: re-reads the calls when the branch says that something changed.
#include <atomic>
#include <mutex>
#include <thread>

#include "app/stage.h"
#include "app/terminal_parts.h"
#include "runner/watcher.h"
#include "screen/board_screen.h"

namespace kiosk::app {
namespace {

class BoardStage final : public Stage {
 public:
  BoardStage(const StageContext& context, std::shared_ptr<verbs::Branch> branch)
      : clock_(context.clock),
        wake_(context.wake),
        actor_{context.terminal, {}},
        branch_(std::move(branch)),
        watcher_(
            branch_, actor_, [this](bool away) { away ? went_away() : reread(); },
            [this](const verbs::Changes&) { reread(); }) {}

  ui::Density density() const override { return ui::Density::Board; }
  bool busy() const override { return !seen_; }
  std::optional<SteadyTime> next_deadline() const override { return next_; }

  void frame(ui::Ui& ui) override {
    flow::BoardView view;
    {
      std::lock_guard lock(mutex_);
      view = view_;
    }
    const auto now = clock_.now();
    view.fresh_call = flow::is_fresh(view.board, now);
    next_ =
        clock_.steady() + (view.fresh_call ? Millis{1'000} : Millis{60'000} - now.time_since_epoch() % Millis{60'000});
    ui.status(status_line(ui.lang(), now, utc_offset_, view.node_away, false));
    screen::draw_board(view, ui);
  }

 private:
  // On the watcher's thread.
  void reread() {
    auto board = branch_->board(actor_);
    auto info = branch_->info(actor_);
    if (!board || !info) return went_away();
    {
      std::lock_guard lock(mutex_);
      view_.board = *std::move(board);
      view_.branch_name = info->branch_name;
      view_.node_away = false;
    }
    seen_ = true;
    wake_();
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
  std::function<void()> wake_;
  verbs::Actor actor_;
  std::chrono::minutes utc_offset_{420};
  std::optional<SteadyTime> next_;
  std::atomic<bool> seen_{false};
  std::mutex mutex_;
  flow::BoardView view_;
  std::shared_ptr<verbs::Branch> branch_;
  runner::Watcher watcher_;  // last: ends first
};

}  // namespace

Result<std::unique_ptr<Stage>> make_board_stage(const StageContext& context) {
  TRY(auto branch, connect_branch(context));
  return std::unique_ptr<Stage>(std::make_unique<BoardStage>(context, std::move(branch)));
}

}  // namespace kiosk::app
