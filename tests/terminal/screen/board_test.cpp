// The board on every glass it may hang on: all of it on one page, number and counter as large as 6 m ask for, and a
// plain word when the node is away.
#include <cmath>

#include "kiosk_glass.h"
#include "terminal/screen/board/screen.h"

using namespace kiosk;
using namespace kiosk::test;

namespace {

// The same panel of 43 inches in different resolutions, and turned on its side.
struct Panel {
  Glass glass;
  float mm_per_px;
};
constexpr Panel kPanels[] = {{{"720", 1280, 720}, 0.744f},
                             {{"1080", 1920, 1080}, 0.496f},
                             {{"2160", 3840, 2160}, 0.248f},
                             {{"portrait", 1080, 1920}, 0.496f}};

// What 0.7 degrees of capital height (EN 301 549 5.1.4) are at 6 m.
const float kReadableMm = 6'000 * static_cast<float>(std::tan(0.7 * 3.14159265 / 180));

flow::BoardView busy_hall() {
  flow::BoardView v;
  v.branch_name = "Kantor Cabang Percontohan Raya";
  const WallTime at{Millis{1'795'140'000'000}};
  v.board.calls = {
      {"A-128", "12", at}, {"B-007", "3", at}, {"A-127", "1", at}, {"C-044", "10", at}, {"A-126", "2", at}};
  v.board.waiting = {
      {"JHT", "Klaim JHT", 27},       {"ISO", "Akun JMO dan biometrik", 9},     {"INFO", "Informasi dan pengaduan", 4},
      {"DATA", "Pengkinian data", 0}, {"BPU", "Pendaftaran dan iuran BPU", 31}, {"JKK", "Kecelakaan kerja", 2}};
  return v;
}

// As long as one may be, and in capitals, which are the widest.
void longest_notice(flow::BoardView& v) {
  std::string text =
      "MOHON MAAF, LOKET 3 SAMPAI 6 TUTUP HARI INI MULAI PUKUL 14.00 KARENA PERBAIKAN JARINGAN. SILAKAN MENGAMBIL "
      "NOMOR "
      "BARU ATAU DATANG KEMBALI HARI SENIN PAGI. TERIMA KASIH";
  text.resize(160, '.');
  v.now = WallTime{Millis{1'795'140'000'000}};
  v.board.notices = {{Uuid{}, text, text, v.now, v.now + Millis{1}, "1004"}};
}

struct State {
  const char* name;
  std::function<void(flow::BoardView&)> arrange;
};
const std::vector<State>& states() {
  static const std::vector<State> all = {
      {"busy", [](flow::BoardView&) {}},
      {"fresh", [](flow::BoardView& v) { v.fresh_call = true; }},
      {"away", [](flow::BoardView& v) { v.node_away = true; }},
      {"first", [](flow::BoardView& v) { v.board.calls.resize(1), v.board.waiting.clear(); }},
      {"empty", [](flow::BoardView& v) { v.board.calls.clear(), v.board.waiting.clear(); }},
      {"empty-away", [](flow::BoardView& v) { v.board.calls.clear(), v.node_away = true; }},
      {"notice", [](flow::BoardView& v) { longest_notice(v); }},
      {"notice-away", [](flow::BoardView& v) { longest_notice(v), v.node_away = true; }},
      {"notice-first", [](flow::BoardView& v) { longest_notice(v), v.board.calls.resize(1), v.board.waiting.clear(); }},
      {"notice-empty", [](flow::BoardView& v) { longest_notice(v), v.board.calls.clear(); }}};
  return all;
}

class BoardGlass {
 public:
  BoardGlass(const Panel& panel, const ui::Settings& settings)
      : panel_(panel), ui_(surface(panel.glass, ui::Density::Board, panel.mm_per_px)) {
    ui_.set(settings);
  }
  void settle(const flow::BoardView& view) {
    for (int i = 0; i < 6; ++i) {
      ui_.begin();
      ui_.status({"Jumat, 20 November 2026  09.41",
                  view.node_away ? ui::StatusLine::Link::NoBranch : ui::StatusLine::Link::Online,
                  view.node_away ? "Komputer cabang tidak terhubung" : "Tersambung"});
      screen::draw_board(view, ui_);
      ui_.end();
      if (i > 0 && !ui_.wants_frame()) break;
    }
  }
  void shoot(const std::string& file) const { keep_picture(panel_.glass, ui_, file); }
  const ui::Tree& tree() const { return ui_.tree(); }
  // What is really drawn: the height in pixels of the dark or green ink within the lower part of a field.
  Image pixels() const {
    Image image{panel_.glass.width, panel_.glass.height, PixelFormat::Bgra, {}};
    image.pixels.resize(image.stride() * static_cast<std::size_t>(image.height));
    window::draw(ui_.frame(),
                 {reinterpret_cast<std::uint32_t*>(image.pixels.data()), image.width, image.height, image.width});
    return image;
  }

 private:
  Panel panel_;
  ui::Ui ui_;
};

// The tallest run of rows of a field that hold the ink of its value: the capital height in pixels.
int ink_height(const Image& image, const ui::RectMm& field, float mm_per_px) {
  const auto px = [&](float mm) { return static_cast<int>(mm / mm_per_px); };
  const int left = px(field.x) + 12, right = px(field.x + field.w) - 12;
  int run = 0, best = 0;
  for (int y = px(field.y) + 12; y < px(field.y + field.h) - 12; ++y) {
    bool ink = false;
    for (int x = left; x < right && !ink; ++x) {
      const auto* p = &image.pixels[static_cast<std::size_t>(y) * image.stride() + static_cast<std::size_t>(x) * 4];
      ink = p[0] < 0x80 && p[1] < 0x80 && p[2] < 0x80;
    }
    run = ink ? run + 1 : 0;
    best = std::max(best, run);
  }
  return best;
}

}  // namespace

TEST_CASE("board: everything stands whole on one page of every glass, in both themes and languages") {
  for (const auto& panel : kPanels)
    for (const auto& settings : {ui::Settings{}, ui::Settings{.contrast = true}, ui::Settings{.language = "en"}}) {
      BoardGlass on(panel, settings);
      for (const auto& state : states()) {
        auto view = busy_hall();
        state.arrange(view);
        const auto what = std::string("board-") + state.name + "-" + panel.glass.name +
                          (settings.contrast ? "-contrast" : "") + (settings.language == "id" ? "" : "-en");
        CAPTURE(what);
        on.settle(view);
        on.shoot(what);
        for (const auto& f : ui::lint(on.tree())) FAIL_CHECK(f.rule << ": " << f.id << ": " << f.detail);
        CHECK(on.tree().by_id("scroll.down") == nullptr);  // nobody is there to turn the page
        for (const auto& n : on.tree().nodes) CHECK_MESSAGE(!n.label.starts_with("board."), n.label);
      }
    }
}

TEST_CASE("board: number and counter are drawn as tall as 6 m ask for, in pixels of every glass") {
  for (const auto& panel : kPanels) {
    CAPTURE(panel.glass.name);
    BoardGlass on(panel, {});
    on.settle(busy_hall());
    const auto image = on.pixels();
    for (const char* id : {"now", "now-counter"}) {
      CAPTURE(id);
      const auto* field = on.tree().by_id(id);
      REQUIRE(field);
      const int height = ink_height(image, field->rect, panel.mm_per_px);
      CHECK(height >= static_cast<int>(kReadableMm / panel.mm_per_px));
      CHECK(height < static_cast<int>(1.2f * kReadableMm / panel.mm_per_px));  // letters, not a frame
    }
  }
}

TEST_CASE(
    "board: a notice is whole beside the last calls on every glass, in its language, and of the page's text size") {
  for (const auto& panel : kPanels) {
    CAPTURE(panel.glass.name);
    BoardGlass on(panel, {});
    auto view = busy_hall();
    longest_notice(view);
    view.board.notices.front().text = "Loket 3 tutup";
    on.settle(view);
    REQUIRE(on.tree().by_label("Loket 3 tutup"));
    for (const char* row : {"B-007, 3", "A-127, 1", "C-044, 10", "A-126, 2"})
      CHECK_MESSAGE(on.tree().by_label(row), row);
    view.board.notices.front().until += Millis{60'000};
    view.now += flow::k_notice_shown;  // and then, for as long, who waits
    on.settle(view);
    CHECK(on.tree().by_label("Klaim JHT: 27 orang"));
    CHECK(!on.tree().by_label("Loket 3 tutup"));
    view.now += flow::k_notice_shown;
    on.settle(view);
    CHECK(on.tree().by_label("Loket 3 tutup"));
    view.node_away = true;
    on.settle(view);
    CHECK(!on.tree().by_label("Loket 3 tutup"));
    view.node_away = false;
    view.board.notices.front().until = view.now;  // it has ended, though the node was not asked again
    on.settle(view);
    CHECK(!on.tree().by_label("Loket 3 tutup"));
  }
  BoardGlass english(kPanels[1], ui::Settings{.language = "en"});
  auto view = busy_hall();
  longest_notice(view);
  auto& n = view.board.notices.front();
  n.text = "Loket 3 tutup", n.text_en = "Counter 3 is closed";
  english.settle(view);
  CHECK(english.tree().by_label("Counter 3 is closed"));
  n.text_en.clear();
  english.settle(view);
  CHECK(english.tree().by_label("Loket 3 tutup"));
}

TEST_CASE("board: the last five calls, the fullest services, nobody's zero, and nothing stale when the node is away") {
  BoardGlass on(kPanels[1], {});
  auto view = busy_hall();
  on.settle(view);
  const auto& tree = on.tree();
  CHECK(tree.by_id("now")->value == "A-128");
  CHECK(tree.by_id("now-counter")->value == "12");
  for (const char* row : {"B-007, 3", "A-127, 1", "C-044, 10", "A-126, 2"}) CHECK_MESSAGE(tree.by_label(row), row);
  CHECK(tree.by_label("Pendaftaran dan iuran BPU: 31 orang"));
  CHECK(tree.by_label("Klaim JHT: 27 orang"));
  CHECK(!tree.by_label("Pengkinian data"));
  CHECK(tree.by_label("Akun JMO dan biometrik: 9 orang"));
  CHECK(!tree.by_label("Informasi dan pengaduan"));  // the fourth
  view.node_away = true;
  on.settle(view);
  CHECK(on.tree().by_id("node-away"));
  CHECK(!on.tree().by_label("Klaim JHT: 27 orang"));
  CHECK(on.tree().by_id("now")->value == "A-128");  // whoever was called is still called
}
