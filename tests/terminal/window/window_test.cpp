// The glass without a display: drawing, input and pictures.
#include "terminal/window/window.h"

#include <SDL.h>
#include <doctest/doctest.h>
#include <unistd.h>

#include <algorithm>
#include <thread>

#include "base/secret.h"
#include "gallery.h"
#include "terminal/window/input_events.h"
#include "tests/support/memory_search.h"

using namespace kiosk;

namespace {
void push(std::uint32_t type, float x, float y, SDL_FingerID finger = 1) {
  SDL_Event e{};
  e.type = type;
  e.tfinger.fingerId = finger;
  e.tfinger.x = x;
  e.tfinger.y = y;
  SDL_PushEvent(&e);
}
std::size_t differing(const Image& a, const Image& b) {
  std::size_t n = 0;
  for (std::size_t i = 0; i < std::min(a.pixels.size(), b.pixels.size()); i += 4)
    n += a.pixels[i] != b.pixels[i] || a.pixels[i + 1] != b.pixels[i + 1];
  return n;
}
}  // namespace

TEST_CASE("window: a tap that is over within one poll is still seen as press and lift in two frames") {
  auto w = window::Window::open({.width_px = 1080, .height_px = 1920, .headless = true});
  REQUIRE(w.ok());
  auto ui = gallery::make_ui(1080, 1920);
  gallery::settle(*ui, gallery::Page::Home);
  const ui::Node tile = *ui->tree().by_id("claim");
  const float x = (tile.rect.x + tile.rect.w / 2) / ui->tree().width_mm,
              y = (tile.rect.y + tile.rect.h / 2) / ui->tree().height_mm;
  push(SDL_FINGERDOWN, x, y);
  push(SDL_FINGERUP, x, y);
  CHECK((*w)->pump(*ui, Millis{0}));
  gallery::draw(*ui, gallery::Page::Home);
  CHECK(ui->tree().by_id("claim")->pressed);
  CHECK((*w)->more_input());
  CHECK((*w)->pump(*ui, Millis{0}));
  gallery::draw(*ui, gallery::Page::Home);
  CHECK_FALSE(ui->tree().by_id("claim")->pressed);
}

TEST_CASE("window: a second finger on the glass neither presses nor lifts") {
  auto w = window::Window::open({.width_px = 1080, .height_px = 1920, .headless = true});
  REQUIRE(w.ok());
  auto ui = gallery::make_ui(1080, 1920);
  gallery::settle(*ui, gallery::Page::Home);
  const ui::Node tile = *ui->tree().by_id("claim");
  const float x = (tile.rect.x + 5) / ui->tree().width_mm, y = (tile.rect.y + 5) / ui->tree().height_mm;
  push(SDL_FINGERDOWN, x, y, 1);
  push(SDL_FINGERDOWN, 0.1f, 0.5f, 2);
  push(SDL_FINGERUP, 0.1f, 0.5f, 2);
  (*w)->pump(*ui, Millis{0});
  gallery::draw(*ui, gallery::Page::Home);
  CHECK_FALSE((*w)->pump(*ui, Millis{0}));
  CHECK_FALSE((*w)->more_input());
  gallery::draw(*ui, gallery::Page::Home);
  CHECK(ui->tree().by_id("claim")->pressed);
}

TEST_CASE("window: a press is let go when the window takes another size under the finger") {
  auto w = window::Window::open({.width_px = 1080, .height_px = 1920, .headless = true});
  REQUIRE(w.ok());
  auto ui = gallery::make_ui(1080, 1920);
  gallery::settle(*ui, gallery::Page::Home);
  const ui::Node tile = *ui->tree().by_id("claim");
  const float x = (tile.rect.x + 5) / ui->tree().width_mm, y = (tile.rect.y + 5) / ui->tree().height_mm;
  push(SDL_FINGERDOWN, x, y, 1);
  CHECK((*w)->pump(*ui, Millis{0}));
  gallery::draw(*ui, gallery::Page::Home);
  CHECK(ui->tree().by_id("claim")->pressed);
  SDL_Event resized{};
  resized.type = SDL_WINDOWEVENT;
  resized.window.event = SDL_WINDOWEVENT_SIZE_CHANGED;
  SDL_PushEvent(&resized);
  push(SDL_FINGERUP, x, y, 1);
  CHECK((*w)->pump(*ui, Millis{0}));
  gallery::draw(*ui, gallery::Page::Home);
  CHECK_FALSE(ui->tree().by_id("claim")->pressed);
  CHECK_FALSE((*w)->more_input());
}

TEST_CASE("window: a glass that tells each touch a second time as a mouse presses once") {
  auto w = window::Window::open({.width_px = 1080, .height_px = 1920, .headless = true});
  REQUIRE(w.ok());
  auto ui = gallery::make_ui(1080, 1920);
  gallery::settle(*ui, gallery::Page::Home);
  const ui::Node tile = *ui->tree().by_id("claim");
  const float x = (tile.rect.x + 5) / ui->tree().width_mm, y = (tile.rect.y + 5) / ui->tree().height_mm;
  const auto mouse = [&](window::Act act) {
    window::push_mouse(act, static_cast<int>(x * 1080), static_cast<int>(y * 1920));
  };
  const auto told = [&] {
    int edges = 0;
    for (int k = 0; k < 8; ++k) {
      edges += (*w)->pump(*ui, Millis{0});
      gallery::draw(*ui, gallery::Page::Home);
    }
    return edges;
  };
  SUBCASE("after the finger") {
    push(SDL_FINGERDOWN, x, y, 1);
    mouse(window::Act::Down);
    push(SDL_FINGERUP, x, y, 1);
    mouse(window::Act::Up);
    CHECK(told() == 2);
  }
  SUBCASE("before the finger") {
    mouse(window::Act::Down);
    mouse(window::Act::Up);
    push(SDL_FINGERDOWN, x, y, 1);
    push(SDL_FINGERUP, x, y, 1);
    CHECK(told() == 2);
  }
}

TEST_CASE("window: wake from another thread ends the wait") {
  auto w = window::Window::open({.width_px = 640, .height_px = 480, .headless = true});
  REQUIRE(w.ok());
  auto ui = gallery::make_ui(640, 480);
  std::thread other([&] { (*w)->wake(); });
  CHECK((*w)->pump(*ui, Millis{20'000}));
  other.join();
}

TEST_CASE("window: a page is drawn the same twice, and a press changes it") {
  auto ui = gallery::make_ui(1080, 1920);
  gallery::settle(*ui, gallery::Page::Home);
  const Image first = gallery::picture(*ui, 1080, 1920);
  gallery::draw(*ui, gallery::Page::Home);
  CHECK(differing(first, gallery::picture(*ui, 1080, 1920)) == 0);
  const ui::Node tile = *ui->tree().by_id("claim");
  ui->pointer_down(Millimetres{tile.rect.x + 5}, Millimetres{tile.rect.y + 5});
  gallery::draw(*ui, gallery::Page::Home);
  const std::size_t changed = differing(first, gallery::picture(*ui, 1080, 1920));
  CHECK(changed > 10'000);
  CHECK(changed < 1080 * 1920 / 4);
}

TEST_CASE("window: the high-contrast page is white and a few signal colours on black") {
  auto ui = gallery::make_ui(1080, 1920, {.contrast = true});
  gallery::settle(*ui, gallery::Page::Home);
  const Image image = gallery::picture(*ui, 1080, 1920);
  std::size_t black = 0, coloured = 0;
  for (std::size_t i = 0; i < image.pixels.size(); i += 4) {
    const int b = image.pixels[i], g = image.pixels[i + 1], r = image.pixels[i + 2];
    black += r + g + b == 0;
    coloured += std::max({r, g, b}) - std::min({r, g, b}) > 40;
  }
  CHECK(black > image.pixels.size() / 4 / 2);
  CHECK(coloured == 0);
}

TEST_CASE("window: every icon and step picture is there and has something drawn") {
  for (int k = 1; k < static_cast<int>(ui::Icon::Count_); ++k) {
    const std::string name(ui::file_name(static_cast<ui::Icon>(k)));
    CAPTURE(name);
    const Image im = window::draw_svg(i18n::assets("icons") + "/" + name + ".svg", 48, 48);
    REQUIRE(im.width == 48);
    std::size_t inked = 0, edge = 0;
    for (int y = 0; y < 48; ++y)
      for (int x = 0; x < 48; ++x) {
        const bool ink = im.pixels[static_cast<std::size_t>((y * 48 + x) * 4 + 3)] > 60;
        inked += ink;
        edge += ink && (x == 0 || y == 0 || x == 47 || y == 47);
      }
    CHECK(inked > 60);
    CHECK(edge == 0);
  }
  for (int k = 1; k < static_cast<int>(ui::Art::Count_); ++k) {
    const std::string name(ui::file_name(static_cast<ui::Art>(k)));
    CAPTURE(name);
    CHECK(window::draw_svg(i18n::assets("pictures") + "/" + name + ".svg", 300, 200).width == 300);
  }
  CHECK(window::draw_svg("/nowhere/none.svg", 10, 10).empty());
}

TEST_CASE("window: a screenshot is written whole or not at all") {
  auto w = window::Window::open({.width_px = 320, .height_px = 320, .headless = true});
  REQUIRE(w.ok());
  auto ui = gallery::make_ui(320, 320);
  gallery::draw(*ui, gallery::Page::Success);
  (*w)->present(ui->frame());
  const std::string path = "/tmp/kiosk-shot-" + std::to_string(::getpid()) + ".png";
  REQUIRE((*w)->screenshot(path).ok());
  const auto back = window::read_picture(path);
  REQUIRE(back.ok());
  CHECK(back->width == 320);
  CHECK(differing(*back, (*w)->picture()) == 0);
  ::unlink(path.c_str());
  CHECK((*w)->screenshot("/nowhere/at/all.png").fault().code == "shot_failed");
}

TEST_CASE("window: what a hand did before the visit ended reaches no page after it, and its letters are in no memory") {
  auto w = window::Window::open({.width_px = 1080, .height_px = 1920, .headless = true});
  REQUIRE(w.ok());
  auto ui = gallery::make_ui(1080, 1920);
  gallery::settle(*ui, gallery::Page::Home);
  const ui::Node tile = *ui->tree().by_id("claim");
  const float x = (tile.rect.x + tile.rect.w / 2) / ui->tree().width_mm,
              y = (tile.rect.y + tile.rect.h / 2) / ui->tree().height_mm;
  // One press is taken, what comes after it waits for its frame: a lift, a key, letters.
  push(SDL_FINGERDOWN, x, y);
  push(SDL_FINGERUP, x, y);
  CHECK((*w)->pump(*ui, Millis{0}));
  CHECK((*w)->more_input());
  SDL_Event letters{};
  letters.type = SDL_TEXTINPUT;
  std::string nik;
  test::reveal(nik);
  nik.copy(letters.text.text, nik.size());
  wipe(nik);
  SDL_PushEvent(&letters);
  (*w)->pump(*ui, Millis{0});  // taken from SDL
  SDL_PushEvent(&letters);     // not taken yet
  wipe(&letters, sizeof letters);
  window::push_key("enter");
  CHECK(test::times_found() > 0);  // the search can find it
  (*w)->forget();
  ui->forget();
  CHECK(test::times_found() == 0);
  CHECK_FALSE((*w)->more_input());
  gallery::settle(*ui, gallery::Page::Home);
  CHECK_FALSE((*w)->pump(*ui, Millis{0}));
  push(SDL_FINGERUP, x, y);  // of the finger that was down meanwhile
  CHECK_FALSE((*w)->pump(*ui, Millis{0}));
  gallery::draw(*ui, gallery::Page::Home);
  CHECK_FALSE(ui->tree().by_id("claim")->pressed);
}
