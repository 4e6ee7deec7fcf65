#include "terminal/screen/board/screen.h"

#include <algorithm>

namespace kiosk::screen {
namespace {

// The fullest services; more would not be readable from afar.
constexpr std::size_t k_waiting_wide = 3, k_waiting_tall = 2;

void draw_now(const flow::BoardView& view, bool with_art, ui::Ui& ui) {
  auto card = ui.card(view.fresh_call ? ui::Tone::Good : ui::Tone::Neutral);
  if (view.board.calls.empty()) {
    ui.heading(ui.t("board.welcome"));
    ui.text(ui.t("board.welcome_lead"));
    if (with_art) ui.art(ui::Art::Welcome, {80});
    return;
  }
  const auto& now = view.board.calls.front();
  auto row = ui.row();
  ui.big_number("now", ui.t("board.now"), now.number);
  ui.big_number("now-counter", ui.t("board.counter"), now.counter);
}

void draw_before(const flow::BoardView& view, bool with_free, ui::Ui& ui) {
  auto card = ui.card();
  const auto& calls = view.board.calls;
  if (calls.size() < 2) {
    ui.text(ui.t("board.none_before"), ui::TextKind::Soft);
    return ui.text(ui.t("board.free"), ui::TextKind::Strong);
  }
  std::vector<ui::TableRow> rows;
  for (std::size_t i = 1; i < calls.size(); ++i)
    rows.push_back({"call-" + std::to_string(i), {calls[i].number, calls[i].counter}, ui::Tone::Neutral});
  const std::vector<ui::Column> columns{{ui.t("board.before"), 1.5f}, {ui.t("board.counter"), 1, true}};
  (void)ui.table("calls", columns, rows, {}, false);
  if (with_free) ui.text(ui.t("board.free"), ui::TextKind::Small);
}

void draw_waiting(const flow::BoardView& view, ui::Ui& ui) {
  auto card = ui.card();
  auto waiting = view.board.waiting;
  std::erase_if(waiting, [](const auto& w) { return w.people == 0; });
  std::stable_sort(waiting.begin(), waiting.end(), [](const auto& a, const auto& b) { return a.people > b.people; });
  if (waiting.empty()) return ui.text(ui.t("board.nobody"), ui::TextKind::Soft);
  ui.text(ui.t("board.waiting"), ui::TextKind::Strong);
  const auto shown = std::min(waiting.size(), ui.portrait() ? k_waiting_tall : k_waiting_wide);
  for (std::size_t i = 0; i < shown; ++i)
    ui.text(ui.t("board.waiting_line", {{"service", waiting[i].name}, {"count", std::to_string(waiting[i].people)}}));
}

void draw_notice(const verbs::Notice& notice, ui::Ui& ui) {
  const bool english = ui.lang().code() == "en" && !notice.text_en.empty();
  auto card = ui.card(ui::Tone::Info);  // without an icon: a long text needs the width
  ui.text(english ? notice.text_en : notice.text);
}

}  // namespace

void draw_board(const flow::BoardView& view, ui::Ui& ui) {
  auto page = ui.page({.id = "board",
                       .title = ui.t("board.title", {{"branch", view.branch_name}}),
                       .back = false,
                       .help = false,
                       .done = false,
                       .tools = false});
  // No glass has a place for it but that of the numbers who wait, so the two take turns; while the node is away, what
  // is said of that stands there.
  const auto* notice = view.node_away ? nullptr : flow::notice_at(view.board, view.now);
  {
    auto split = ui.split(0.58f);
    {
      auto left = ui.column();
      draw_now(view, !view.node_away && !notice, ui);
      // How many wait is not known while the node is away, so that stands there instead.
      if (view.node_away)
        ui.notice("node-away", ui.t("board.node_away"), ui::Tone::Attention, ui::Icon::WifiOff,
                  ui.t("board.node_away.title"));
      else if (notice)
        draw_notice(*notice, ui);
      else
        draw_waiting(view, ui);
    }
    {
      auto right = ui.column();
      draw_before(view, !view.node_away && !(notice && ui.portrait()), ui);
    }
  }
}

}  // namespace kiosk::screen
