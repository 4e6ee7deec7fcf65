// Home: what does the person need today. Eight tiles, the most used first; none of them is a dead end.
#include "terminal/screen/kiosk/parts.h"

namespace kiosk::screen {

using namespace flow::kiosk;

namespace {
struct Tile {
  const char* id;
  ui::Icon icon;
};
constexpr Tile tiles[] = {{"ticket", ui::Icon::Ticket},       {"claim", ui::Icon::Claim}, {"blocked", ui::Icon::Lock},
                          {"balance", ui::Icon::Wallet},      {"kpj", ui::Icon::Search},  {"track", ui::Icon::Route},
                          {"simulate", ui::Icon::Calculator}, {"other", ui::Icon::Book}};
constexpr Tile others[] = {{"guide", ui::Icon::Book},     {"card", ui::Icon::Card},
                           {"account", ui::Icon::Phone},  {"update", ui::Icon::Refresh},
                           {"bpu", ui::Icon::Bag},        {"accident", ui::Icon::Factory},
                           {"complaint", ui::Icon::Info}, {"appointment", ui::Icon::Calendar},
                           {"privacy", ui::Icon::Shield}};
}  // namespace

KioskIntent draw(const page::Home&, const KioskView& view, ui::Ui& ui) {
  KioskIntent intent;
  auto spec = kiosk_page("home", "home", view, ui);
  spec.title = ui.t("kiosk.title");
  spec.back = spec.done = false;
  // A wide glass has room for a line, not for a plate: all eight tiles stay on it.
  const bool late = view.state.sync && !view.state.sync->alert.empty();
  if (late && !ui.portrait()) spec.lead = ui.t("kiosk.sync.late");
  auto page = ui.page(spec);
  if (late && ui.portrait()) ui.notice("sync-late", ui.t("kiosk.sync.late"), ui::Tone::Info, ui::Icon::Cloud);
  if (!view.state.node_reachable)
    ui.notice("node-away", ui.t("node_away.home"), ui::Tone::Attention, ui::Icon::WifiOff);
  {
    auto grid = ui.grid({100}, 2, true);
    int hue = 0;
    for (const auto& t : tiles)
      if (ui.tile(t.id, t.icon, ui.t(std::string("home.") + t.id),
                  {.detail = ui.t(std::string("home.") + t.id + ".detail"), .hue = hue++}))
        intent = Choose{t.id};
  }
  return outcome(page, intent);
}

KioskIntent draw(const page::OtherServices&, const KioskView& view, ui::Ui& ui) {
  KioskIntent intent;
  auto page = ui.page(kiosk_page("other", "other", view, ui));
  {
    auto grid = ui.grid({100}, 2);
    int hue = 0;
    for (const auto& t : others)
      if (ui.tile(t.id, t.icon, ui.t(std::string("other.") + t.id),
                  {.detail = ui.t(std::string("other.") + t.id + ".detail"), .hue = hue++ % 8, .grow = false}))
        intent = Choose{t.id};
  }
  return outcome(page, intent);
}

}  // namespace kiosk::screen
