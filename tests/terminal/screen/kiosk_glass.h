// A glass of any size for the participant's pages (kiosk_pages.h), drawn in memory, with its pictures.
#pragma once
#include <doctest/doctest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "base/i18n/i18n.h"
#include "terminal/paper/paper.h"
#include "terminal/screen/kiosk/screens.h"
#include "terminal/ui/ui.h"
#include "terminal/window/raster.h"
#include "terminal/window/window.h"
#include "tests/terminal/flow/kiosk_player.h"

namespace kiosk::test {

inline const i18n::Texts& texts() {
  static const i18n::Texts loaded = [] {
    auto r = i18n::Texts::load(i18n::assets("i18n"));
    REQUIRE_MESSAGE(r.ok(), "build the target 'assets' first");
    return std::move(r).value();
  }();
  return loaded;
}

// Grey steps with an oval, in place of a person: nobody's picture is committed.
inline SharedImage preview() {
  auto image = std::make_shared<Image>();
  image->width = 640;
  image->height = 480;
  image->pixels.resize(image->stride() * 480);
  for (int y = 0; y < 480; ++y)
    for (int x = 0; x < 640; ++x) {
      const float dx = static_cast<float>(x - 320) / 120.f, dy = static_cast<float>(y - 230) / 160.f;
      const bool face = dx * dx + dy * dy < 1;
      for (std::size_t c = 0; c < 3; ++c)
        image->pixels[(static_cast<std::size_t>(y) * 640 + static_cast<std::size_t>(x)) * 3 + c] =
            static_cast<std::uint8_t>(face ? 150 + 20 * static_cast<int>(c) : 60 + y / 8);
    }
  return image;
}

struct Glass {
  const char* name;
  int width, height;
  float mm_per_px = 0.248f;
};

inline ui::Ui::Setup surface(const Glass& glass, ui::Density density, float mm_per_px) {
  return {.density = density,
          .width_px = glass.width,
          .height_px = glass.height,
          .mm_per_px = mm_per_px,
          .texts = &texts(),
          .draw_svg = [](std::string_view file, int w, int h) {
            const auto slash = file.find('/');
            return window::draw_svg(i18n::assets(file.substr(0, slash)) + std::string(file.substr(slash)) + ".svg", w,
                                    h);
          }};
}

// In the folder that KIOSK_SHOTS names, when it does.
inline void keep_picture(const Glass& glass, const ui::Ui& ui, const std::string& file) {
  const char* folder = std::getenv("KIOSK_SHOTS");
  if (!folder) return;
  ::mkdir(folder, 0755);
  Image image{glass.width, glass.height, PixelFormat::Bgra, {}};
  image.pixels.resize(image.stride() * static_cast<std::size_t>(glass.height));
  window::draw(ui.frame(),
               {reinterpret_cast<std::uint32_t*>(image.pixels.data()), glass.width, glass.height, glass.width});
  for (std::size_t i = 3; i < image.pixels.size(); i += 4) image.pixels[i] = 255;
  CHECK(window::write_png(std::string(folder) + "/" + file + ".png", image).ok());
}

class KioskGlass {
 public:
  KioskGlass(const Glass& glass, const ui::Settings& settings)
      : glass_(glass), ui_(surface(glass, ui::Density::Kiosk, glass.mm_per_px)) {
    ui_.set(settings);
  }
  // Long pages are remembered by their id: back to the top.
  void rewind(const Player& p) {
    for (const ui::Node* up = ui_.tree().by_id("scroll.up"); up && up->enabled; up = ui_.tree().by_id("scroll.up")) {
      ui_.use("scroll.up");
      settle(p);
    }
  }

  // Draws until the page has come to rest.
  void settle(const Player& p) {
    for (int i = 0; i < 6; ++i) {
      draw(p);
      if (i > 0 && !ui_.wants_frame()) break;
    }
  }
  // One frame, as the stage draws it; `intent` is what it said.
  void draw(const Player& p) {
    ui_.begin();
    ui_.status({"Jumat, 20 November 2026  09.41", ui::StatusLine::Link::Offline, "Tanpa internet: data disimpan"});
    intent = screen::draw_kiosk(
        {p.state, p.rules, p.today, std::chrono::minutes(420), p.state.camera.has_value() ? preview_ : SharedImage{},
         p.state.visit->ticket ? code_ : SharedImage{}},
        ui_);
    ui_.end();
  }
  void shoot(const std::string& file) const { keep_picture(glass_, ui_, file); }
  ui::Ui& ui() { return ui_; }
  screen::KioskIntent intent;

 private:
  Glass glass_;
  ui::Ui ui_;
  SharedImage preview_ = preview();
  SharedImage code_ = std::make_shared<const Image>(paper::qr_image("ticket:01890000-0000-7000-8000-000000000001"));
};

}  // namespace kiosk::test
