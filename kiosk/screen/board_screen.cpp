#include "screen/board_screen.h"

#include <algorithm>

namespace kiosk::screen {

constexpr std::size_t k_waiting_shown = 3;  // the fullest; more would not be readable from 6 m

void draw_board(const flow::BoardView& view, ui::Ui& ui) {
  auto page = ui.page({.id = "board",
                       .title = ui.t("board.title", {{"branch", view.branch_name}}),
                       .back = false,
                       .help = false,
                       .done = false,
                       .tools = false});
  if (view.node_away) ui.notice("node-away", ui.t("board.node_away"), ui::Tone::Attention, ui::Icon::WifiOff);
  auto split = ui.split(0.58f);
  {
    auto card = ui.card(view.fresh_call ? ui::Tone::Good : ui::Tone::Neutral);
    if (view.board.calls.empty()) {
      ui.heading(ui.t("board.welcome"));
      ui.text(ui.t("board.welcome_lead"), ui::TextKind::Soft);
      ui.art(ui::Art::Welcome, {90});
    } else {
      const auto& now = view.board.calls.front();
      ui.big_number("now", ui.t("board.now"), now.number);
      ui.text(ui.t("board.to_counter", {{"counter", now.counter}}), ui::TextKind::Title);
      ui.text(ui.t("board.free"), ui::TextKind::Soft);
    }
  }
  {
    auto right = ui.column();
    if (view.board.calls.size() > 1) {
      auto card = ui.card();
      ui.text(ui.t("board.before"), ui::TextKind::Strong);
      std::vector<ui::TableRow> rows;
      for (std::size_t i = 1; i < view.board.calls.size(); ++i)
        rows.push_back({"call-" + std::to_string(i),
                        {view.board.calls[i].number, view.board.calls[i].counter},
                        ui::Tone::Neutral});
      const std::vector<ui::Column> columns{{ui.t("board.number"), 1.4f}, {ui.t("board.counter"), 1, true}};
      (void)ui.table("calls", columns, rows, {}, false);
    }
    auto card = ui.card();
    ui.text(ui.t("board.waiting"), ui::TextKind::Strong);
    auto waiting = view.board.waiting;
    std::erase_if(waiting, [](const auto& w) { return w.people == 0; });
    std::stable_sort(waiting.begin(), waiting.end(), [](const auto& a, const auto& b) { return a.people > b.people; });
    if (waiting.empty()) ui.text(ui.t("board.nobody"), ui::TextKind::Soft);
    for (std::size_t i = 0; i < waiting.size() && i < k_waiting_shown; ++i)
      ui.text(ui.t("board.waiting_line", {{"service", waiting[i].name}, {"count", std::to_string(waiting[i].people)}}));
  }
}

}  // namespace kiosk::screen
