// The participant's journeys as scripts on the whole terminal: window in memory, stage, runner with its threads, a
// scripted branch, the file printer and a camera that shows one picture.
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <set>
#include <sstream>
#include <utility>

#include "base/i18n/i18n.h"
#include "drivers/printer/open.h"
#include "drivers/speaker/headphones.h"
#include "drivers/speaker/open.h"
#include "programs/kiosk/kiosk_stage.h"
#include "programs/kiosk/terminal.h"
#include "terminal/vision/draw_card.h"
#include "terminal/vision/portrait.h"
#include "terminal/vision/vision.h"
#include "terminal/voice/clips.h"
#include "tests/support/fake_branch.h"
#include "tests/support/temp_dir.h"
#include "tests/terminal/flow/kiosk_player.h"

using namespace kiosk;
using namespace kiosk::test;

namespace {

// What never moves before a camera: an invented portrait, or an invented card.
class Still final : public drivers::Camera {
 public:
  void forget() override {}
  explicit Still(Image image) : image_(std::move(image)) {}
  Result<drivers::Frame> next_frame(Millis) override { return drivers::Frame{image_, ++index_}; }
  drivers::Reasons status() const override { return {}; }
  std::string name() const override { return "still"; }

 private:
  Image image_;
  std::int64_t index_ = 0;
};

std::string read(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

void put(std::string& text, const std::string& what, const std::string& value) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what)) text.replace(at, what.size(), value);
}

// How a journey is walked: the same script for all.
struct Way {
  const char* language = "id";
  int size = 100;
  bool keys = false;  // the six keys alone, also for typing
  bool contrast = false;
  bool voice = false;
  bool online = false;
};

const i18n::Texts& texts() {
  static const i18n::Texts loaded = [] {
    auto r = i18n::Texts::load(i18n::assets("i18n"));
    REQUIRE_MESSAGE(r.ok(), "build the target 'assets' first");
    return std::move(r).value();
  }();
  return loaded;
}

// {key}, {key name=value} (a value may be a key) and {id:key} are the words of the text in the way's language; up to
// what only the terminal knows.
std::string words_of(std::string_view inside, const std::string& language) {
  const bool indonesian = inside.starts_with("id:");
  const auto& lang = texts().language(indonesian ? "id" : language);
  if (indonesian) inside.remove_prefix(3);
  const auto space = inside.find(' ');
  std::string out = lang(inside.substr(0, space));
  if (space != std::string_view::npos) {
    const auto pair = inside.substr(space + 1);
    const auto equals = pair.find('=');
    put(out, "{" + std::string(pair.substr(0, equals)) + "}", lang(pair.substr(equals + 1)));
  }
  out.resize(std::min(out.size(), out.find('{')));
  while (out.ends_with(' ')) out.pop_back();
  return out;
}

std::string script_for(const std::string& name, const Way& way) {
  const char* source = std::getenv("KIOSK_SOURCE");
  auto text = read(std::string(source ? source : ".") + "/tests/terminal/journeys/scripts/" + name);
  REQUIRE_FALSE(text.empty());
  put(text, "@IDENTIFY@",
      "wait {identify.nik.heading} 5\ntype @NIK@\ntap {kiosk.next}\nwait {identify.birth.heading} 5\ntype @BIRTH@\n"
      "tap {kiosk.next}\nwait {identify.mother.heading} 5\ntype @MOTHER@\ntap {kiosk.next}");
  put(text, "@NIK@", kNik);
  if (!std::getenv("KIOSK_SHOTS")) {  // nobody looks at the pictures
    std::string rest;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);)
      if (!line.starts_with("shot ")) rest += line + "\n";
    text = std::move(rest);
  }
  put(text, "@BIRTH@", "07031968");
  put(text, "@MOTHER@", "SITI PERCONTOHAN");
  std::string set = "set language " + std::string(way.language) + "\nset size " + std::to_string(way.size);
  if (way.keys) set += "\nset keys on";
  if (way.contrast) set += "\nset contrast on";
  if (way.voice) set += "\nset voice on";
  put(text, "@SET@", set);
  for (auto at = text.find('{'); at != std::string::npos; at = text.find('{', at)) {
    const auto end = text.find('}', at);
    const auto words = words_of(std::string_view(text).substr(at + 1, end - at - 1), way.language);
    text.replace(at, end - at + 1, words);
  }
  return text;
}

struct Stand {
  std::shared_ptr<FakeBranch> branch = std::make_shared<FakeBranch>();
  TempDir dir;
  bool camera = false;
  Image before_camera = vision::draw_portrait(3, 0);
  std::string jack;  // a file that says whether headphones are plugged in; empty: none at this terminal

  Stand() { branch->person = invented_person; }

  Result<Done> play(const std::string& script, const Way& way = {}) {
    branch->online = way.online;
    const auto file = dir.path() + "/" + script;
    std::ofstream(file) << script_for(script, way);
    programs::TerminalOptions options;
    options.headless = true;
    if (!std::getenv("KIOSK_SHOTS")) {  // the same glass with a quarter of the points: nobody looks at it
      options.width_px = 540;
      options.height_px = 960;
      options.mm_per_px = 0.496f;
    }
    options.shots = std::getenv("KIOSK_SHOTS") ? std::getenv("KIOSK_SHOTS") : dir.path() + "/shots";
    const auto make = [&](const programs::StageContext& context) -> Result<std::unique_ptr<programs::Stage>> {
      programs::KioskStageParts parts{context.clock, {}, nullptr};
      parts.runner.branch = branch;
      parts.runner.terminal = "kiosk-1";
      parts.runner.wake = context.wake;
      TRY(parts.runner.printer, drivers::open_printer("file:" + dir.path() + "/paper"));
      TRY(parts.speaker, drivers::open_speaker("file:" + dir.path() + "/said"));
      if (!jack.empty()) {
        TRY(parts.headphones, drivers::open_headphones("file:" + jack, context.wake));
      }
      if (camera) {
        TRY(auto eyes, vision::Vision::open({}));
        parts.runner.camera =
            std::make_unique<runner::CameraFeed>(std::make_unique<Still>(before_camera), std::move(eyes), context.wake);
      }
      return programs::kiosk_stage_with(std::move(parts));
    };
    TRY(auto terminal, programs::Terminal::open(options, ui::Density::Kiosk, make));
    return terminal->play(file);
  }
};

#define PLAYED(r) REQUIRE_MESSAGE(r.ok(), (r.ok() ? std::string() : r.fault().code + ": " + r.fault().detail))

}  // namespace

// Sentences that come when camera and printer are so far.
const std::set<std::string>& news() {
  static const std::set<std::string> all = [] {
    std::set<std::string> out;
    for (const char* key : {"coach.ready", "coach.hold_still", "coach.no_face", "coach.move_closer", "coach.more_light",
                            "face.by_itself", "face.camera_starting", "print.printing", "print.printed"}) {
      auto words = voice::page_speech({texts().language("id")(key)}, "id", 100, {}).text;
      while (words.ends_with(' ')) words.pop_back();
      out.insert(std::move(words));
    }
    return out;
  }();
  return all;
}

// Without what depends on how quickly printer, camera and branch were.
std::string settled(const std::string& said) {
  std::istringstream lines(said);
  std::string out, last;
  bool camera_read = false;
  for (std::string line; std::getline(lines, line);) {
    bool waits = false;
    for (const char* page : {"Mohon tunggu [[s@b@nt'ar]]", "jangan meninggalkan layar", "Belum berhasil, tidak apa"})
      waits = waits || line.find(page) != std::string::npos;
    // After an attempt the camera's page is read again only where the answer took a while.
    const bool at_camera = line.find("Lihat ke kamera") != std::string::npos;
    if (waits && !at_camera) continue;
    if (at_camera && std::exchange(camera_read, true)) continue;
    for (const char* passing : {"Sedang dicetak. Mohon tunggu. ", "Silakan ambil kertas di bawah layar. "})
      put(line, passing, "");
    // The number of an officer and the paper come beside the page.
    if (const auto at = line.find("Selamat, klaim"); at != std::string::npos)
      line.resize(std::min(line.size(), line.find("tersimpan", at) + 10));
    const std::string camera = "tidak dihitung. ";
    if (const auto at = line.find(camera); at != std::string::npos) line.resize(at + camera.size());
    while (line.ends_with(' ')) line.pop_back();
    const auto words = line.substr(line.rfind('\t') + 1);
    if (words.empty() || news().contains(words)) continue;
    if (line == last) continue;  // how often the camera was gone back to
    last = line;
    out += line + "\n";
  }
  return out;
}

domain::Participant of_two_employers() {
  auto person = invented_person();
  auto older = person.memberships.front();
  older.kpj = domain::Kpj::parse("99000000025").value();
  older.employer = "CV Contoh Lama";
  older.since = Date::of(2001, 1, 4).value();
  person.memberships.push_back(older);
  return person;
}

// Every journey with what the branch has to know for it, and what must have come of it.
struct Journey {
  const char* script;
  std::function<void(Stand&)> before = [](Stand&) {};
  std::function<void(Stand&)> after = [](Stand&) {};
};

void check_paper(Stand& stand, const char* has, const char* has_not = kNik) {
  const auto paper = read(stand.dir.path() + "/paper");
  CHECK_MESSAGE(paper.find(has) != std::string::npos, has);
  CHECK(paper.find(has_not) == std::string::npos);
}
void check_intake(Stand& stand, const char* kind, const char* field, const char* value) {
  REQUIRE(stand.branch->intakes_seen().size() == 1);
  const auto intake = stand.branch->intakes_seen().front();
  CHECK(intake.kind == kind);
  REQUIRE(intake.answers.count(field) == 1);
  CHECK(intake.answers.at(field) == value);
}
void with_camera(Stand& stand) { stand.camera = true; }

const std::vector<Journey>& journeys() {
  static const std::vector<Journey> all = {
      {"ticket", [](Stand&) {},
       [](Stand& s) {
         REQUIRE(s.branch->tickets_seen().size() == 1);
         CHECK(s.branch->tickets_seen()[0].priority == domain::Priority::Elderly);
         check_paper(s, "A-013");
       }},
      {"claim", with_camera,
       [](Stand& s) {
         REQUIRE(s.branch->claims_seen().size() == 1);
         CHECK(s.branch->claims_seen()[0].face == domain::FaceVerdict::Accept);
         CHECK(s.branch->photos_seen() == 1);
         check_paper(s, "JKT01-7F3K9-Q2M4D");
       }},
      {"partial",
       [](Stand& s) {
         s.branch->person = [] {
           auto person = of_two_employers();
           person.memberships.front().ended.reset();
           person.memberships.front().status = domain::MembershipStatus::Active;
           return person;
         };
       },
       [](Stand& s) {
         REQUIRE(s.branch->claims_seen().size() == 1);
         CHECK(s.branch->claims_seen()[0].cause == "P10");
         CHECK(s.branch->claims_seen()[0].kpj == "99000000025");
       }},
      {"not-yet",
       [](Stand& s) {
         s.branch->person = [] {  // six years are too few for a part of ten per cent
           auto person = invented_person();
           person.memberships.front().since = Date::of(2020, 1, 6).value();
           return person;
         };
       },
       [](Stand& s) {
         CHECK(s.branch->claims_seen().empty());
         REQUIRE(s.branch->tickets_seen().size() == 1);
         CHECK(s.branch->tickets_seen()[0].purpose == "claim_help:P30");
       }},
      {"no-camera", [](Stand&) {},
       [](Stand& s) {
         REQUIRE(s.branch->claims_seen().size() == 1);
         CHECK(s.branch->claims_seen()[0].attempt.is_nil());
         CHECK(s.branch->tickets_seen().size() == 1);
       }},
      {"intake", [](Stand&) {},
       [](Stand& s) {
         check_intake(s, "accident", "where", "on_way");
         check_intake(s, "accident", "happened_on", "2026-06-01");
         CHECK(s.branch->consents_seen().size() == 1);
       }},
      {"update", [](Stand&) {},
       [](Stand& s) {
         check_intake(s, "correction", "name", "SUWARNI BARU");
         check_paper(s, "PT Percontohan");
         check_paper(s, "PT Percontohan", "SUWARNI");  // what is right is written by hand
       }},
      {"assisted", [](Stand&) {},
       [](Stand& s) {
         CHECK(s.branch->help_seen() == 1);
         CHECK(s.branch->sessions_used() == std::set<std::string>{"s-1001"});
         CHECK(s.branch->logged_out == 1);
       }},
      {"three-failures",
       [](Stand& s) {
         with_camera(s);
         s.branch->verdict = [] { return domain::FaceVerdict::NoMatch; };
       },
       [](Stand& s) {
         CHECK(s.branch->photos_seen() == 3);
         CHECK(s.branch->claims_seen().empty());
         check_paper(s, "B-013");
       }},
      {"read"},
      {"idle"},
      {"balance", [](Stand& s) { s.branch->person = of_two_employers; },
       [](Stand& s) { CHECK(s.branch->tickets_seen().size() == 1); }},
      {"kpj", [](Stand& s) { s.branch->person = of_two_employers; }, [](Stand& s) { check_paper(s, "99000000025"); }},
      {"track"},
      {"guide"},
      {"check-in",
       [](Stand& s) {
         s.branch->appointments = {{"ap-abc123", "JHT", s.branch->now}};
       },
       [](Stand& s) {
         REQUIRE(s.branch->tickets_seen().size() == 1);
         CHECK(s.branch->tickets_seen()[0].appointment == "ap-abc123");
       }},
      {"blocked", [](Stand& s) { s.branch->block(); },
       [](Stand& s) {
         REQUIRE(s.branch->tickets_seen().size() == 1);
         CHECK(s.branch->tickets_seen()[0].priority == domain::Priority::Blocked);
         CHECK(s.branch->tickets_seen()[0].service == "ISO");
       }},
      {"privacy",
       [](Stand& s) {
         s.branch->agreed = {{"camera", "2026-11", "id", true, s.branch->now}};
       },
       [](Stand& s) {
         REQUIRE(s.branch->consents_seen().size() == 1);
         CHECK(s.branch->consents_seen()[0].purpose == "camera");
         CHECK_FALSE(s.branch->consents_seen()[0].given);
       }},
      {"bpu", [](Stand&) {}, [](Stand& s) { check_intake(s, "bpu_register", "work", "farmer"); }},
      {"bpu-payment", [](Stand&) {}, [](Stand& s) { check_intake(s, "bpu_payment", "months", "3"); }},
      {"complaint", [](Stand&) {}, [](Stand& s) { check_intake(s, "complaint", "about", "broker"); }},
      {"foreigner", [](Stand&) {}, [](Stand& s) { check_intake(s, "foreigner", "country", "IND"); }},
      {"heir", [](Stand&) {}, [](Stand& s) { check_intake(s, "heir", "relation", "child"); }},
      {"resume",
       [](Stand& s) {
         s.branch->draft =
             verbs::DraftView{"claim",
                              {{"cause", "RESIGN"}, {"camera", "no"}, {"npwp_way", "nik"}, {"bank", "014"}},
                              false,
                              s.branch->now};
       },
       [](Stand& s) {
         REQUIRE(s.branch->claims_seen().size() == 1);
         CHECK(s.branch->claims_seen()[0].account.bank == "014");
       }},
      {"companion", [](Stand&) {},
       [](Stand& s) {
         int told = 0;
         for (const auto& c : s.branch->consents_seen()) told += c.purpose == "companion";
         CHECK(told == 2);
       }},
      {"scan",
       [](Stand& s) {
         with_camera(s);
         s.branch->person = of_two_employers;
         vision::KtpDrawing card;
         card.nik = kNik;
         card.name = "SUWARNI CONTOH";
         card.birth_place = "CONTOH";
         card.birth = invented_person().birth;
         s.before_camera = vision::before_camera(vision::draw_ktp(card, 1000), 0.75, 2, 0.6, 0.2, 1280, 720);
       }},
      {"voice"},
      {"unknown", [](Stand&) {},
       [](Stand& s) {
         REQUIRE(s.branch->claims_seen().size() == 1);
         CHECK(s.branch->claims_seen()[0].name == "BUDI CONTOH");
       }},
  };
  return all;
}

// What is said of each page is what stands in the record beside the script; nothing of it is personal.
void check_said(Stand& stand, const std::string& script) {
  const char* source = std::getenv("KIOSK_SOURCE");
  const std::string path = std::string(source ? source : ".") + "/tests/terminal/journeys/scripts/" + script + ".said";
  const auto said = settled(read(stand.dir.path() + "/said"));
  if (std::getenv("KIOSK_WRITE_SAID")) std::ofstream(path) << said;
  CHECK_MESSAGE(read(path) == said, "run with KIOSK_WRITE_SAID=1 and look at the difference");
  for (const char* personal : {"9901", "SUWARNI", "sembilan, sembilan, nol, satu", "dua [[b@l'as]] juta"})
    CHECK_MESSAGE(said.find(personal) == std::string::npos, personal);
}

void walk_all(const Way& way) {
  for (const auto& journey : journeys()) {
    const std::string script = journey.script;
    if (const char* some = std::getenv("KIOSK_JOURNEYS");
        some && (std::string(",") + some + ",").find("," + script + ",") == std::string::npos)
      continue;
    CAPTURE(script);
    Stand stand;
    journey.before(stand);
    const auto done = stand.play(script + ".script", way);
    CHECK_MESSAGE(done.ok(), (done.ok() ? std::string() : done.fault().detail));
    if (done.ok()) journey.after(stand);
    if (done.ok() && way.voice) check_said(stand, script);
  }
}

TEST_CASE("journeys: each comes to its end off line, by touch, and is read aloud as recorded") {
  walk_all({.voice = true});
}
TEST_CASE("journeys: each comes to its end on line, in English") { walk_all({.language = "en", .online = true}); }
TEST_CASE("journeys: each comes to its end on line, at the largest size, in high contrast") {
  walk_all({.size = 200, .contrast = true, .online = true});
}
TEST_CASE("journeys: each comes to its end by the six keys alone, in English off line") {
  walk_all({.language = "en", .keys = true});
}
TEST_CASE("journeys: each script of the folder is walked") {
  const char* source = std::getenv("KIOSK_SOURCE");
  std::set<std::string> files, walked;
  for (const auto& entry :
       std::filesystem::directory_iterator(std::string(source ? source : ".") + "/tests/terminal/journeys/scripts"))
    if (entry.path().extension() == ".script") files.insert(entry.path().stem());
  for (const auto& journey : journeys()) walked.insert(journey.script);
  CHECK(files == walked);
}

TEST_CASE("journeys: names and sums are spoken into headphones, which turn the voice on by themselves") {
  for (const bool plugged : {false, true}) {
    CAPTURE(plugged);
    Stand stand;
    stand.branch->person = of_two_employers;
    stand.jack = stand.dir.path() + "/jack";
    std::ofstream(stand.jack) << (plugged ? "1" : "0");
    const auto done = stand.play("balance.script", {.voice = !plugged});
    PLAYED(done);
    const auto said = read(stand.dir.path() + "/said");
    CHECK(!said.empty());
    CHECK((said.find("CV Contoh Lama") != std::string::npos) == plugged);
    CHECK((said.find("juta rupiah") != std::string::npos) == plugged);
    CHECK((said.find("sembilan, sembilan, nol, satu") != std::string::npos) == plugged);  // what is typed, too
  }
}

TEST_CASE("journeys: a page is read again when asked, and louder, and the next person hears the usual voice") {
  Stand stand;
  const auto done = stand.play("voice.script");
  PLAYED(done);
  std::istringstream lines(read(stand.dir.path() + "/said"));
  std::vector<std::string> home;
  for (std::string line; std::getline(lines, line);)
    if (line.find("Apa keperluan") != std::string::npos) home.push_back(line);
  REQUIRE(home.size() == 4);
  CHECK(home[0] == home[1]);
  CHECK(home[0].starts_with("id\t80\t"));
  CHECK(home[2].starts_with("id\t120\t"));
  CHECK(home[3].starts_with("id\t80\t"));
}
