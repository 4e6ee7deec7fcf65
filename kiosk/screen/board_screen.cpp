#include "screen/board_screen.h"

namespace kiosk::screen {

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
      ui.big_number("now-counter", ui.t("board.counter"), now.counter);
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
    std::vector<ui::FieldRow> rows;
    for (const auto& w : view.board.waiting)
      rows.push_back(
          {w.name, w.people == 0 ? ui.t("board.nobody") : ui.t("board.people", {{"count", std::to_string(w.people)}}),
           ui::Tone::Neutral});
    ui.fields("waiting", rows);
    ui.text(ui.t("board.free"), ui::TextKind::Soft);
  }
}

}  // namespace kiosk::screen
