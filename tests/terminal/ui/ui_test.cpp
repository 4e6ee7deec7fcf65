// Layout, entry, keys and the tree, without a window: what screens rely on.
#include <doctest/doctest.h>
#include <imgui.h>

#include <algorithm>
#include <string>

#include "base/i18n/i18n.h"
#include "terminal/ui/frame.h"
#include "terminal/ui/ui.h"

using namespace kiosk;
using namespace kiosk::ui;

namespace {

const i18n::Texts& texts() {
  static const i18n::Texts t = i18n::Texts::of({{"id",
                                                 {{"common.back", "Kembali"},
                                                  {"common.help", "Bantuan petugas"},
                                                  {"common.done", "Selesai"},
                                                  {"common.step", "Langkah {n} dari {of}"},
                                                  {"scroll.down", "Turun"},
                                                  {"scroll.up", "Naik"}}},
                                                {"en", {{"common.back", "Back"}}}});
  return t;
}

struct Screen {
  Ui ui{Ui::Setup{
      .density = Density::Kiosk, .width_px = 1080, .height_px = 1920, .mm_per_px = 0.248f, .texts = &texts()}};
  template <class Draw>
  void frame(Draw draw) {
    ui.begin();
    draw();
    ui.end();
  }
  void tap(std::string_view label) {
    const Node* n = ui.tree().by_label(label, true);
    REQUIRE(n != nullptr);
    const Millimetres x{n->rect.x + n->rect.w / 2}, y{n->rect.y + n->rect.h / 2};
    ui.pointer_down(x, y);
    ui.pointer_up(x, y);
  }
};

}  // namespace

TEST_CASE("ui: a tap on a button is told once, and only to that button") {
  Screen s;
  int first = 0, second = 0;
  const auto draw = [&] {
    const auto page = s.ui.page({.id = "p", .title = "T", .heading = "H"});
    first += s.ui.button("a", "Satu") ? 1 : 0;
    second += s.ui.button("b", "Dua") ? 1 : 0;
  };
  s.frame(draw);
  s.tap("Dua");
  s.frame(draw);
  s.frame(draw);
  CHECK(first == 0);
  CHECK(second == 1);
}

TEST_CASE("ui: a finger that slides off a button before it lifts does not use it") {
  Screen s;
  bool used = false;
  const auto draw = [&] {
    const auto page = s.ui.page({.id = "p", .title = "T"});
    used = s.ui.button("a", "Satu") || used;
  };
  s.frame(draw);
  const RectMm r = s.ui.tree().by_id("a")->rect;
  s.ui.pointer_down(Millimetres{r.x + 5}, Millimetres{r.y + 5});
  s.frame(draw);
  CHECK(s.ui.tree().by_id("a")->pressed);
  s.ui.pointer_move(Millimetres{r.x + 5}, Millimetres{r.y + r.h + 30});
  s.ui.pointer_up(Millimetres{r.x + 5}, Millimetres{r.y + r.h + 30});
  s.frame(draw);
  CHECK_FALSE(used);
}

TEST_CASE("ui: what was touched on one page never counts on the next") {
  Screen s;
  std::string id = "one";
  bool primary = false;
  const auto draw = [&] {
    const auto page = s.ui.page({.id = id, .title = "T", .primary = "Lanjut"});
    primary = page.primary;
  };
  s.frame(draw);
  s.tap("Lanjut");
  id = "two";  // the page changed by itself before the tap was taken
  s.frame(draw);
  CHECK_FALSE(primary);
}

TEST_CASE("ui: a disabled button can be seen but not used") {
  Screen s;
  bool used = false;
  const auto draw = [&] {
    const auto page = s.ui.page({.id = "p", .title = "T", .primary = "Lanjut", .primary_enabled = false});
    used = used || page.primary;
  };
  s.frame(draw);
  REQUIRE(s.ui.tree().by_id("page.primary") != nullptr);
  CHECK_FALSE(s.ui.tree().by_id("page.primary")->enabled);
  s.tap("Lanjut");
  s.ui.use("page.primary");
  s.ui.key(Key::Ok);
  s.frame(draw);
  CHECK_FALSE(used);
}

TEST_CASE("ui: typed digits, pad keys, backspace and clear change the value; letters and a 17th digit do not") {
  Screen s;
  std::string nik;
  const auto draw = [&] {
    const auto page = s.ui.page({.id = "p", .title = "T"});
    if (const auto v = s.ui.digits("nik", "NIK", nik)) nik = *v;
  };
  s.frame(draw);
  s.ui.type("12ab34");
  s.frame(draw);
  CHECK(nik == "1234");
  s.ui.use("nik.key.9");
  s.frame(draw);
  CHECK(nik == "12349");
  s.ui.use("nik.key.back");
  s.frame(draw);
  CHECK(nik == "1234");
  s.ui.type("56789012345678");
  s.frame(draw);
  CHECK(nik == "1234567890123456");
  CHECK(s.ui.tree().by_id("nik")->value == nik);
  s.ui.use("nik.key.clear");
  s.frame(draw);
  CHECK(nik.empty());
}

TEST_CASE("ui: a text field that is full says so with its limit, and no longer when a letter is taken away") {
  Screen s;
  std::string name;
  const auto draw = [&] {
    const auto page = s.ui.page({.id = "p", .title = "T"});
    if (const auto v = s.ui.entry("name", "Nama", name, {.max = 5})) name = *v;
  };
  s.frame(draw);
  s.ui.type("SITI");
  s.frame(draw);
  s.frame(draw);
  CHECK(s.ui.tree().by_id("name.full") == nullptr);
  s.ui.type("XY");
  s.frame(draw);
  s.frame(draw);
  CHECK(name == "SITIX");
  REQUIRE(s.ui.tree().by_id("name.full") != nullptr);
  s.ui.use("name.key.back");
  s.frame(draw);
  s.frame(draw);
  CHECK(s.ui.tree().by_id("name.full") == nullptr);
}

TEST_CASE("ui: a hidden field tells the tree how many digits there are, never which") {
  Screen s;
  std::string pin = "4711";
  s.frame([&] {
    const auto page = s.ui.page({.id = "p", .title = "T"});
    (void)s.ui.digits("pin", "PIN", pin, {.max = 6, .hidden = true});
  });
  CHECK(s.ui.tree().by_id("pin")->value == "4");
  CHECK(s.ui.tree().json().find("4711") == std::string::npos);
}

TEST_CASE("ui: a date typed in one go flows through day, month and year, and back again") {
  Screen s;
  DateParts d;
  const auto draw = [&] {
    const auto page = s.ui.page({.id = "p", .title = "T"});
    if (const auto v = s.ui.date("birth", "Lahir", d)) d = *v;
  };
  s.frame(draw);
  s.ui.type("17081962");
  s.frame(draw);
  CHECK(d == DateParts{"17", "08", "1962"});
  for (int k = 0; k < 5; ++k) {
    s.ui.key(Key::Backspace);
    s.frame(draw);
  }
  CHECK(d == DateParts{"17", "0", ""});
}

TEST_CASE("ui: Huruf, touched again and again, goes through the four sizes and round") {
  Screen s;
  const auto draw = [&] {
    const auto page = s.ui.page({.id = "p", .title = "T", .heading = "H", .primary = "Lanjut"});
  };
  s.frame(draw);
  for (const auto size : {TextSize::Percent125, TextSize::Percent150, TextSize::Percent200, TextSize::Percent100}) {
    s.ui.use("tool.size");
    s.frame(draw);
    CHECK(s.ui.settings().size == size);
  }
}

TEST_CASE("ui: the voice is turned on by one touch; then the same touch asks for again, louder, softer, off") {
  Screen s;
  const auto draw = [&] { const auto page = s.ui.page({.id = "p", .title = "T", .heading = "H"}); };
  const auto use = [&](const char* id) {
    REQUIRE(s.ui.tree().by_id(id) != nullptr);
    s.ui.use(id);
    s.frame(draw);
    s.frame(draw);
  };
  s.frame(draw);
  use("tool.voice");
  CHECK(s.ui.settings().voice);
  CHECK(s.ui.tree().by_id("voice.again") == nullptr);
  use("tool.voice");
  REQUIRE(s.ui.tree().by_id("voice.again") != nullptr);
  CHECK(s.ui.tree().by_id("page.help") == nullptr);  // the page beneath waits
  CHECK(lint(s.ui.tree()).empty());
  use("voice.louder");
  CHECK(s.ui.settings().volume == kVolumeUsual + kVolumeStep);
  for (int i = 0; i < 5; ++i)
    if (s.ui.tree().by_id("voice.softer")->enabled) use("voice.softer");
  CHECK(s.ui.settings().volume == kVolumeLeast);
  CHECK(s.ui.voice_asked() == 0);
  use("voice.again");
  CHECK(s.ui.voice_asked() == 1);
  CHECK(s.ui.tree().by_id("page.help") != nullptr);
  use("tool.voice");
  use("voice.off");
  CHECK_FALSE(s.ui.settings().voice);
  CHECK(s.ui.tree().by_id("page.help") != nullptr);
  s.ui.forget();
  CHECK(s.ui.settings().volume == kVolumeUsual);  // for the next person
}

TEST_CASE("ui: what belongs to the person is read aloud only when nobody else hears it") {
  Screen s;
  s.frame([&] {
    const auto page = s.ui.page({.id = "p", .title = "T", .heading = "Saldo"});
    s.ui.personal("Rp12.000.000");
    s.ui.tile("a", Icon::Card, "PT Percontohan", {.personal = true});
    s.ui.tile("b", Icon::Card, "Lainnya");
    const FieldRow rows[] = {{"Nama", "SUWARNI"}};
    s.ui.fields("f", rows);
    (void)s.ui.digits("nik", "NIK", "9901010703680001");
  });
  CHECK(s.ui.tree().spoken() == "Saldo. Lainnya. NIK. ");
  CHECK(s.ui.tree().spoken(true) == "Saldo. Rp12.000.000. PT Percontohan. Lainnya. Nama: SUWARNI. NIK. ");
}

TEST_CASE("ui: a drawn flow has its steps in order, whatever the glass") {
  for (const auto& [w, h] : {std::pair{1080, 1920}, {1920, 1080}}) {
    Screen s;
    s.ui.resize(w, h, 0.248f);
    const WayBox boxes[] = {{Icon::Card, "Satu", "lain"}, {Icon::Check, "Dua"}, {Icon::Bank, "Tiga"}};
    s.frame([&] {
      const auto page = s.ui.page({.id = "p", .title = "T", .heading = "H"});
      s.ui.way("way", boxes);
    });
    CHECK(s.ui.tree().spoken() == "H. 1. Satu. 2. Dua. 3. Tiga. ");
    CHECK(lint(s.ui.tree()).empty());
  }
}

TEST_CASE("ui: six keys reach every control, and OK uses the focused one") {
  Screen s;
  std::string used;
  const auto draw = [&] {
    const auto page = s.ui.page({.id = "p", .title = "T", .heading = "H", .primary = "Lanjut"});
    const auto grid = s.ui.grid(90_mm, 2);
    for (const char* id : {"a", "b", "c", "d"})
      if (s.ui.tile(id, Icon::None, id)) used = id;
  };
  s.frame(draw);
  s.ui.key(Key::Down);
  s.frame(draw);
  CHECK(s.ui.tree().by_id("a")->focused);
  s.ui.key(Key::Right);
  s.frame(draw);
  CHECK(s.ui.tree().by_id("b")->focused);
  s.ui.key(Key::Down);
  s.frame(draw);
  CHECK(s.ui.tree().by_id("d")->focused);
  s.ui.key(Key::Ok);
  s.frame(draw);
  CHECK(used == "d");
  std::size_t touchable = 0, ordered = 0;
  for (const Node& n : s.ui.tree().nodes) {
    touchable += n.touchable && n.enabled ? 1 : 0;
    ordered += n.focus >= 0 ? 1 : 0;
  }
  CHECK(touchable == ordered);
}

TEST_CASE("ui: a page too tall is parted; nothing is lost, nothing is cut, and use() turns to the part") {
  Screen s;
  s.ui.set({.size = TextSize::Percent200});
  std::string used;
  const auto draw = [&] {
    const auto page = s.ui.page({.id = "p", .title = "T", .heading = "Pilih satu"});
    for (int k = 0; k < 14; ++k)
      if (s.ui.choice("c" + std::to_string(k), "Pilihan nomor " + std::to_string(k), false,
                      "Keterangan yang agak panjang"))
        used = "c" + std::to_string(k);
  };
  s.frame(draw);
  s.frame(draw);
  std::vector<std::string> seen;
  for (int part = 0; part < 20; ++part) {
    for (const Node& n : s.ui.tree().nodes) {
      if (!n.visible || n.role != Role::Choice) continue;
      CHECK_FALSE(n.clipped);
      seen.push_back(n.id);
    }
    const Node* down = s.ui.tree().by_id("scroll.down");
    REQUIRE(down != nullptr);
    if (!down->enabled) break;
    s.ui.use("scroll.down");
    s.frame(draw);
  }
  CHECK(seen.size() == 14);
  CHECK_FALSE(s.ui.tree().by_id("c0")->visible);
  s.ui.use("c0");
  s.frame(draw);
  CHECK(used == "c0");
  s.frame(draw);
  CHECK(s.ui.tree().by_id("c0")->visible);
}

TEST_CASE("ui: a dialog is all there is to touch while it asks") {
  Screen s;
  s.frame([&] {
    {
      const auto page = s.ui.page({.id = "p", .title = "T", .primary = "Lanjut"});
      s.ui.button("under", "Di bawah");
    }
    const auto ask = s.ui.dialog("idle", "Masih di sana?");
    s.ui.button("stay", "Ya", {.kind = ButtonKind::Primary, .wide = true});
  });
  CHECK(s.ui.tree().by_id("under") == nullptr);
  CHECK(s.ui.tree().by_id("page.primary") == nullptr);
  CHECK(s.ui.tree().by_id("stay") != nullptr);
}

TEST_CASE("ui: forget wipes what was shown and brings the default settings back") {
  Screen s;
  s.ui.set({.size = TextSize::Percent150, .contrast = true, .language = "en"});
  s.frame([&] {
    const auto page = s.ui.page({.id = "p", .title = "T"});
    s.ui.text("Budi Santoso");
  });
  s.ui.forget();
  CHECK(s.ui.tree().nodes.empty());
  CHECK(s.ui.settings() == Settings{});
}

TEST_CASE("ui: labels are found whole or by a unique beginning") {
  Tree t;
  t.nodes.resize(3);
  t.nodes[0].label = "Klaim JHT";
  t.nodes[1].label = "Klaim JHT lama";
  t.nodes[2].label = "Cek saldo";
  CHECK(t.by_label("Klaim JHT") == &t.nodes[0]);
  CHECK(t.by_label("Klaim") == nullptr);
  CHECK(t.candidates("Klaim").size() == 2);
  CHECK(t.by_label("Cek") == &t.nodes[2]);
  CHECK(t.by_label("Tidak ada") == nullptr);
}

TEST_CASE("ui: the lint finds small, close, faint, doubled, clipped and outside") {
  Tree t;
  t.width_mm = 100;
  t.height_mm = 100;
  const auto add = [&](std::string id, RectMm r) -> Node& {
    Node n;
    n.id = std::move(id);
    n.label = n.id;
    n.rect = r;
    n.touchable = true;
    t.nodes.push_back(n);
    return t.nodes.back();
  };
  const auto has = [&](std::string_view rule) {
    for (const Finding& f : lint(t))
      if (f.rule == rule) return true;
    return false;
  };
  add("a", {0, 0, 22, 22});
  CHECK(lint(t).empty());
  add("b", {25, 0, 10, 22});
  CHECK(has("target"));
  t.nodes.pop_back();
  add("b", {23, 0, 22, 22});
  CHECK(has("gap"));
  t.nodes.pop_back();
  add("b", {10, 10, 22, 22});
  CHECK(has("overlap"));
  t.nodes.pop_back();
  add("b", {90, 0, 22, 22});
  CHECK(has("outside"));
  t.nodes.pop_back();
  add("b", {50, 0, 22, 22}).contrast = 4.5;
  CHECK(has("contrast"));
  t.nodes.pop_back();
  add("a", {50, 0, 22, 22});
  CHECK(has("duplicate"));
  t.nodes.pop_back();
  add("b", {50, 0, 22, 22}).clipped = true;
  CHECK(has("clipped"));
}

TEST_CASE("ui: both themes keep 7:1 for text and 3:1 for edges") {
  for (const bool contrast : {false, true}) {
    const Palette& p = palette(contrast);
    for (const Colour ground : {p.page, p.surface, p.sunken}) {
      CHECK(contrast_ratio(p.ink, ground) >= 7);
      CHECK(contrast_ratio(p.ink_soft, ground) >= 7);
      CHECK(contrast_ratio(p.line_strong, ground) >= 3);
      CHECK(contrast_ratio(p.focus, ground) >= 3);
    }
    CHECK(contrast_ratio(p.on_primary, p.primary) >= 7);
    CHECK(contrast_ratio(p.on_header, p.header) >= 7);
    CHECK(contrast_ratio(p.good, p.good_tint) >= 7);
    CHECK(contrast_ratio(p.attention, p.attention_tint) >= 7);
    CHECK(contrast_ratio(p.bad, p.bad_tint) >= 7);
    CHECK(contrast_ratio(p.info, p.info_tint) >= 7);
  }
  CHECK(contrast_ratio(0x000000, 0xFFFFFF) == doctest::Approx(21));
}

TEST_CASE("ui: a missing text falls back to Indonesian") {
  Screen s;
  s.ui.set({.language = "en"});
  CHECK(s.ui.t("common.back") == "Back");
  CHECK(s.ui.t("common.done") == "Selesai");
  CHECK(s.ui.t("no.such.key") == "no.such.key");
}

TEST_CASE("ui: a letter that the fonts lack is drawn with those they have, and none as a question mark") {
  // What is drawn, vertex by vertex.
  const auto drawn = [](const std::string& words) {
    Screen s;
    for (int i = 0; i < 2; ++i)
      s.frame([&] {
        const auto page = s.ui.page({.id = "p", .title = "T", .heading = "H"});
        s.ui.text(words);
      });
    std::string out;
    const ImDrawData* data = s.ui.frame().data;
    for (int l = 0; l < data->CmdListsCount; ++l) {
      const auto& v = data->CmdLists[l]->VtxBuffer;
      out.append(reinterpret_cast<const char*>(v.Data), static_cast<std::size_t>(v.Size) * sizeof(ImDrawVert));
    }
    return out;
  };
  CHECK(drawn("Toko \u0218tefan \U0001F600 Maju") == drawn("Toko Stefan Maju"));
  CHECK(drawn("\u042E\u0440\u0438\u0439") == drawn("Urij"));
  CHECK(drawn("He\u0301le\u0300ne") == drawn("H\u00E9l\u00E8ne"));
  CHECK(drawn("apa?") != drawn("apa"));
}

TEST_CASE("ui: the letters that were drawn before are in no buffer after it forgot") {
  Screen s;
  const auto page_of = [&](int lines) {
    s.frame([&] {
      if (lines == 1) s.ui.forget();  // as the stage does, at the start of the next person's first frame
      const auto page = s.ui.page({.id = "p", .title = "T", .heading = "H"});
      for (int i = 0; i < lines; ++i) s.ui.text("SUWARNI CONTOH 9902 0208 0469 0002");
    });
  };
  page_of(12);
  page_of(12);
  page_of(1);
  const auto& v = s.ui.frame().data->CmdLists[0]->VtxBuffer;
  REQUIRE(v.Capacity > v.Size);
  const auto* from = reinterpret_cast<const unsigned char*>(v.Data + v.Size);
  const auto* to = reinterpret_cast<const unsigned char*>(v.Data + v.Capacity);
  CHECK(std::all_of(from, to, [](unsigned char c) { return c == 0; }));
}
