// Every widget in every size, theme and glass: nothing clipped, cramped, faint or out of reach. Pictures of the pages
// go to the folder KIOSK_GALLERY, for a person to look at, when it is set; KIOSK_GALLERY_PAGE picks by part of a page's
// name.
#include "gallery.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <cstdlib>

#include "terminal/window/window.h"

using namespace kiosk;
using namespace kiosk::ui;

namespace {

struct Glass {
  const char* name;
  int width, height;
};

void shoot(const Ui& ui, const Glass& glass, const std::string& file) {
  const char* wanted = std::getenv("KIOSK_GALLERY");
  if (wanted == nullptr) return;
  ::mkdir(wanted, 0755);
  const auto done =
      window::write_png(std::string(wanted) + "/" + file + ".png", gallery::picture(ui, glass.width, glass.height));
  CHECK(done.ok());
}

LintLimits limits(Density density) {
  if (density == Density::Kiosk) return {};
  return {.target_mm = 8.5f, .hard_target_mm = 8, .gap_mm = 2.5f};
}

void check_page(gallery::Page page, const Glass& glass, Settings settings, Density density) {
  auto ui = gallery::make_ui(glass.width, glass.height, settings, density);
  const std::string what = std::string(gallery::name(page)) + "-" + glass.name + "-" +
                           std::to_string(static_cast<int>(settings.size)) + (settings.contrast ? "-contrast" : "");
  if (const char* only = std::getenv("KIOSK_GALLERY_PAGE"); only != nullptr && what.find(only) == std::string::npos)
    return;
  gallery::settle(*ui, page);
  // Every part of a page that does not fit at once, as its scroll buttons reach it.
  for (int part = 0; part < 12; ++part) {
    shoot(*ui, glass, what + (part > 0 ? "-" + std::to_string(part + 1) : ""));
    for (const Finding& f : lint(ui->tree(), limits(density))) {
      CAPTURE(what);
      FAIL_CHECK(f.rule << ": " << f.id << ": " << f.detail);
    }
    const Node* down = ui->tree().by_id("scroll.down");
    if (down == nullptr || !down->enabled) break;
    ui->use("scroll.down");
    gallery::settle(*ui, page);
  }
}

}  // namespace

TEST_CASE("window: every kiosk page keeps the rules of the glass in all sizes and themes") {
  for (const Glass glass : {Glass{"portrait", 1080, 1920}, Glass{"landscape", 1920, 1080}, Glass{"small", 1024, 768}})
    for (const TextSize size : {TextSize::Percent100, TextSize::Percent125, TextSize::Percent150, TextSize::Percent200})
      for (const bool contrast : {false, true})
        for (const gallery::Page page : gallery::kPages) {
          if (page == gallery::Page::Counter || page == gallery::Page::Board) continue;
          check_page(page, glass, {.size = size, .contrast = contrast}, Density::Kiosk);
        }
}

TEST_CASE("window: the lowered layout keeps every control in the lower part of the glass") {
  auto ui = gallery::make_ui(1080, 1920, {.layout = ui::Layout::Low});
  for (const gallery::Page page : {gallery::Page::Home, gallery::Page::Choices, gallery::Page::Nik}) {
    gallery::settle(*ui, page);
    for (const Node& n : ui->tree().nodes)
      if (n.touchable && n.visible) {
        CAPTURE(n.id);
        CHECK(n.rect.y >= 0.4f * ui->tree().height_mm - 1);
      }
  }
}

TEST_CASE("window: counter and board pages keep their rules") {
  check_page(gallery::Page::Counter, {"desktop", 1920, 1080}, {}, Density::Desktop);
  check_page(gallery::Page::Counter, {"desktop", 1366, 768}, {.contrast = true}, Density::Desktop);
  check_page(gallery::Page::Board, {"board", 1920, 1080}, {}, Density::Board);
}
