// Home: what does the person need today. Eight tiles, the most used first; none of them is a dead end.
#include "screen/kiosk_parts.h"

namespace kiosk::screen {

using namespace flow::self;

namespace {
struct Tile {
  const char* id;
  ui::Icon icon;
};
constexpr Tile tiles[] = {{"ticket", ui::Icon::Ticket},       {"claim", ui::Icon::Claim}, {"blocked", ui::Icon::Lock},
                          {"balance", ui::Icon::Wallet},      {"kpj", ui::Icon::Search},  {"track", ui::Icon::Route},
                          {"simulate", ui::Icon::Calculator}, {"other", ui::Icon::Book}};
constexpr Tile others[] = {{"guide", ui::Icon::Book},          {"card", ui::Icon::Card},
                           {"update", ui::Icon::Refresh},      {"bpu", ui::Icon::Bag},
                           {"accident", ui::Icon::Factory},    {"complaint", ui::Icon::Info},
                           {"appointment", ui::Icon::Calendar}};
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
    auto grid = ui.grid({100}, 2, true);
    int hue = 0;
    for (const auto& t : others)
      if (ui.tile(t.id, t.icon, ui.t(std::string("other.") + t.id),
                  {.detail = ui.t(std::string("other.") + t.id + ".detail"), .hue = hue++}))
        intent = Choose{t.id};
  }
  return outcome(page, intent);
}

KioskIntent draw(const page::Assisted& p, const KioskView& view, ui::Ui& ui) {
  auto spec = kiosk_page("assisted", "assisted", view, ui);
  spec.lead = ui.t("assisted." + p.topic);
  spec.art = ui::Art::OfficerHelps;
  spec.primary = ui.t("kiosk.take_number");
  spec.primary_icon = ui::Icon::Ticket;
  auto page = ui.page(spec);
  ui.notice("free", ui.t("kiosk.free"), ui::Tone::Info, ui::Icon::Heart);
  return outcome(page);
}

}  // namespace kiosk::screen
