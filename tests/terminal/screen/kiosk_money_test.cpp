// Every field in which a sum is typed, through the keys of the glass: grouped as a sum while it grows, and in words.
#include "kiosk_glass.h"
#include "kiosk_pages.h"
#include "terminal/flow/kiosk/intake.h"

using namespace kiosk;
using namespace kiosk::test;

namespace {

constexpr Glass k_portrait{"portrait", 1080, 1920}, k_small{"small", 1024, 768};

struct Field {
  const char* id;
  std::function<void(Player&)> walk;
};
std::vector<Field> fields() {
  return {{"wage", [](Player& p) { p.choose("simulate"); }},
          {"opening", [](Player& p) { p.choose("simulate"), p.enter("5000000"), p.next(), p.enter("10"), p.next(); }},
          {"income", [](Player& p) {
             p.choose("other"), p.choose("bpu"), p.choose("bpu_register"), p.enter(kNik), p.next();
             p.enter("BUDI CONTOH"), p.next(), p.enter("081200000001"), p.next(), p.choose("trader");
           }}};
}

struct Typing {
  Player p;
  KioskGlass on;
  std::string id;
  Typing(const Field& field, const Glass& glass, const ui::Settings& settings) : on(glass, settings), id(field.id) {
    field.walk(p);
    on.settle(p);
    REQUIRE(on.ui().tree().by_id(id));
  }
  void press(const std::string& key) {
    const auto* n = on.ui().tree().by_id(id + ".key." + key);
    REQUIRE(n);
    const Millimetres x{n->rect.x + n->rect.w / 2}, y{n->rect.y + n->rect.h / 2};
    if (n->visible) {
      on.ui().pointer_down(x, y);
      on.ui().pointer_up(x, y);
    } else {
      on.ui().use(n->id);  // on another part of a small glass: turned to first
    }
    on.draw(p);
    if (on.intent && std::holds_alternative<self::Enter>(*on.intent)) p.feed(self::Intent{std::move(*on.intent)});
    on.settle(p);
  }
  std::string value() { return on.ui().tree().by_id(id)->value; }
  std::string words() {
    const auto* n = on.ui().tree().by_id(id + ".words");
    return n ? n->label : std::string();
  }
};

}  // namespace

TEST_CASE("money: a sum that is typed is grouped from the right and stands in words beneath, in every field") {
  for (const auto& field : fields()) {
    CAPTURE(field.id);
    Typing t(field, k_portrait, {});
    CHECK(t.words().empty());
    t.press("5");
    CHECK(t.value() == "Rp5");
    CHECK(t.words() == "lima rupiah");
    for (int i = 0; i < 3; ++i) t.press("0");
    CHECK(t.value() == "Rp5.000");
    for (int i = 0; i < 3; ++i) t.press("0");
    CHECK(t.value() == "Rp5.000.000");
    CHECK(t.words() == "lima juta rupiah");
    t.press("back");
    CHECK(t.value() == "Rp500.000");
    CHECK(t.words() == "lima ratus ribu rupiah");
    CHECK(ui::lint(t.on.ui().tree()).empty());
  }
}

TEST_CASE("money: what is a sum is known by the question, for the officer's pages too") {
  CHECK(self::is_money("income"));
  CHECK_FALSE(self::is_money("phone"));
  CHECK_FALSE(self::is_money("kpj"));
}

TEST_CASE("money: noughts before a sum are no digits of it, and English words are English") {
  Typing t(fields()[0], k_portrait, {.language = "en"});
  for (const char* key : {"0", "0", "2", "1", "0", "0", "0"}) t.press(key);
  CHECK(t.value() == "Rp21,000");
  CHECK(t.words() == "twenty-one thousand rupiah");
}

TEST_CASE("money: the keys do not move beneath the finger while the sum and its words grow") {
  for (const auto& glass : {k_portrait, k_small})
    for (const auto& field : fields()) {
      CAPTURE(field.id);
      CAPTURE(glass.name);
      Typing t(field, glass, {});
      const auto before = t.on.ui().tree().by_id(t.id + ".key.9")->rect;
      for (int i = 0; i < 9; ++i) t.press("9");
      CHECK(t.on.ui().tree().by_id(t.id + ".key.9")->rect == before);
    }
}

TEST_CASE("money: with the largest letters the field, its words and its keys stand on the glass together") {
  Typing t(fields()[0], k_portrait, {.size = ui::TextSize::Percent200});
  for (const char* key : {"5", "0", "0", "0", "0", "0", "0"}) t.press(key);
  t.on.shoot("money-portrait-200-five");
  for (const auto& id : {t.id, t.id + ".words", t.id + ".key.1", t.id + ".key.0"}) {
    CAPTURE(id);
    REQUIRE(t.on.ui().tree().by_id(id));
    CHECK(t.on.ui().tree().by_id(id)->visible);
  }
}

TEST_CASE("money: the longest sum is whole at every size of letters") {
  for (const auto& glass : {k_portrait, k_small})
    for (const auto size : {ui::TextSize::Percent100, ui::TextSize::Percent200}) {
      CAPTURE(glass.name);
      CAPTURE(static_cast<int>(size));
      Typing t(fields()[1], glass, {.size = size});
      for (int i = 0; i < 9; ++i) t.press("9");
      t.on.shoot(std::string("money-") + glass.name + "-" + std::to_string(static_cast<int>(size)));
      CHECK(t.value() == "Rp999.999.999");
      for (const auto& f : ui::lint(t.on.ui().tree())) FAIL_CHECK(f.rule << ": " << f.id << ": " << f.detail);
    }
}
