// What the participant's terminal says: a page once, news in its turn, the control that the keys lead to.
#include "programs/kiosk/narrator.h"

#include <doctest/doctest.h>

using namespace kiosk;
using namespace kiosk::programs;

namespace {

struct Heard {
  std::vector<std::string> said;
  bool busy = false;
};
class FakeSpeaker final : public drivers::Speaker {
 public:
  explicit FakeSpeaker(Heard& heard) : heard_(heard) {}
  void say(const drivers::Speech& speech) override { heard_.said.push_back(speech.text); }
  void stop() override { heard_.said.emplace_back("(stopped)"); }
  void forget() override { heard_.said.emplace_back("(forgotten)"); }
  drivers::Reasons status() override {
    return heard_.busy ? drivers::Reasons{drivers::Reason::Busy} : drivers::Reasons{};
  }

 private:
  Heard& heard_;
};
class FakeHeadphones final : public drivers::Headphones {
 public:
  explicit FakeHeadphones(const bool& in) : in_(in) {}
  bool plugged() override { return in_; }
  void forget() override {}
  drivers::Reasons status() override { return {}; }

 private:
  const bool& in_;
};

// A page with a sentence that changes, a name of the person, a number and a PIN.
struct Room {
  i18n::Texts texts = i18n::Texts::of({});
  ui::Ui ui{ui::Ui::Setup{.width_px = 1080, .height_px = 1920, .texts = &texts}};
  Heard heard;
  bool plugged = false;
  Narrator narrator{std::make_unique<FakeSpeaker>(heard), std::make_unique<FakeHeadphones>(plugged), {}};
  std::string place = "Photo", coach = "Maju sedikit";
  bool hidden = false;
  SteadyTime now{};

  Room() {
    auto s = ui.settings();
    s.voice = true;
    ui.set(s);
  }
  std::string typed;

  void draw() {
    ui.begin();
    narrator.frame(ui, place, now);
    {
      const auto page = ui.page({.id = "p", .title = "T", .heading = "Lihat ke kamera", .tools = false});
      ui.notice("coach", coach, ui::Tone::Attention);
      ui.tile("employer", ui::Icon::Factory, "CV Contoh", {.grow = false, .personal = true});
      ui.button("take", "Ambil foto");
      if (const auto now = ui.digits("nik", "NIK", typed, {.hidden = hidden})) typed = *now;
    }
    ui.end();
    now += Millis{16};
  }
  std::vector<std::string> said(int frames = 3) {
    for (int k = 0; k < frames; ++k) draw();
    return std::exchange(heard.said, {});
  }
  std::string focus(const char* id) {
    ui.focus(id);
    const auto all = said();
    return all.empty() ? "" : all.back();
  }
};

}  // namespace

TEST_CASE("narrator: a page is read once, and read anew where the journey goes on") {
  Room room;
  auto heard = room.said();
  REQUIRE(heard.size() == 1);
  CHECK(heard[0].find("Lihat ke kamera") != std::string::npos);
  CHECK(heard[0].find("Maju sedikit") != std::string::npos);
  CHECK(heard[0].find("Contoh") == std::string::npos);
  CHECK(room.said().empty());
  room.place = "Photo+idle";
  CHECK(room.said().size() == 1);
}

TEST_CASE("narrator: what is new on a page is said in its turn, the newest of it, each once") {
  Room room;
  room.said();
  room.heard.busy = true;
  room.coach = "Terlalu gelap";
  CHECK(room.said().empty());
  CHECK(room.narrator.next_deadline());  // the terminal looks again by itself
  room.coach = "Mohon diam sebentar";
  CHECK(room.said().empty());
  room.heard.busy = false;
  auto heard = room.said();
  REQUIRE(heard.size() == 1);
  CHECK(heard[0].find("Mohon diam") != std::string::npos);
  CHECK(room.said().empty());
  CHECK_FALSE(room.narrator.next_deadline());
  room.coach = "Maju sedikit";  // true again
  CHECK(room.said().size() == 1);
}

TEST_CASE("narrator: the six keys hear where they are, and nothing personal") {
  Room room;
  room.said();
  CHECK(room.focus("take").find("Ambil foto") != std::string::npos);
  CHECK(room.said().empty());  // once
  CHECK(room.focus("employer").find("voice.nth") != std::string::npos);
  CHECK(room.focus("nik").find("voice.field") != std::string::npos);
  CHECK(room.focus("nik.key.5").find("voice.headphones") != std::string::npos);
  CHECK(room.focus("nik.key.6").empty());  // whoever stands near would hear the NIK
  room.place = "EnterNik";
  auto heard = room.said();
  REQUIRE(heard.size() == 1);
  room.ui.focus("take");
  room.said();
  room.place = "EnterBirth";  // the page, and at its end where the keys stand
  heard = room.said();
  REQUIRE(heard.size() == 1);
  CHECK(heard[0].find("Ambil foto") != std::string::npos);
}

TEST_CASE("narrator: headphones hear names and keys, never the keys of a PIN, and fall silent when pulled out") {
  Room room;
  room.plugged = true;
  auto heard = room.said();
  REQUIRE(!heard.empty());
  CHECK(heard.back().find("CV Contoh") != std::string::npos);
  CHECK(room.focus("employer").find("CV Contoh") != std::string::npos);
  CHECK(room.focus("nik.key.5").find("lima") != std::string::npos);
  room.ui.type("5");
  heard = room.said();
  REQUIRE(heard.size() == 1);
  CHECK(heard[0].find("lima") != std::string::npos);
  CHECK(room.focus("nik").find("lima") != std::string::npos);
  room.hidden = true;
  room.said();
  room.ui.type("6");
  CHECK(room.said().empty());
  CHECK(room.focus("nik.key.6").empty());
  room.plugged = false;
  heard = room.said();
  REQUIRE(heard.size() == 1);
  CHECK(heard[0] == "(stopped)");
}

TEST_CASE("narrator: the journey's name is said once, and the buttons beside the page's own are told") {
  Room room;
  auto heard = room.said();
  REQUIRE(heard.size() == 1);
  CHECK(heard[0].starts_with("T."));
  CHECK(heard[0].find("voice.others") != std::string::npos);
  room.place = "EnterBirth";
  heard = room.said();
  REQUIRE(heard.size() == 1);
  CHECK_FALSE(heard[0].starts_with("T."));
}

TEST_CASE("narrator: who has left leaves silence") {
  Room room;
  room.said();
  room.narrator.hush();
  CHECK(room.said(1).front() == "(stopped)");
}

TEST_CASE("narrator: at the end of a visit the speaker forgets as well") {
  Room room;
  room.said();
  room.narrator.forget();
  const auto heard = room.said(1);
  REQUIRE(heard.size() >= 2);
  CHECK(heard[0] == "(stopped)");
  CHECK(heard[1] == "(forgotten)");
}
