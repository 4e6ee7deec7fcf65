// Here for an appointment, through the real node and the kiosk as people use it: the code held to the camera, the code
// typed, and both again while the centre is away.
#include "ctl_world.h"
#include "terminal/paper/paper.h"
#include "terminal/vision/picture.h"
#include "tests/support/wait_until.h"

using namespace ctl_test;
using kiosk::Millis;

namespace {

std::string ddmmyyyy(const std::string& iso) { return iso.substr(8, 2) + iso.substr(5, 2) + iso.substr(0, 4); }

// "YYYY-MM-DD HH:MM" of the minute after next, WIB: the appointment's window is open already.
std::string soon_wib() {
  const auto local = kiosk::test::real_clock().now() + std::chrono::minutes{422};
  const auto text = kiosk::to_rfc3339(local);
  return text.substr(0, 10) + " " + text.substr(11, 5);
}

struct Expected {
  Json person;
  std::string id, service;
};

Expected appoint(World& w, std::size_t who, const std::string& service) {
  Expected e{w.people.at(who), {}, service};
  const std::string nik = e.person["nik"];
  const auto made = Json::parse(
      w.central({"appointment", nik, "--service", service, "--at", soon_wib(), "--branch", "TST01", "--json"}));
  e.id = made["id"];
  // The centre tells the branch by its feed.
  const auto told = [&] {
    const auto found =
        w.ask({"participant", "find", "--nik", nik, "--birth", e.person["birth"], "--mother", e.person["mother"]});
    return found.status == 0 && !found.json()["appointments"].empty();
  };
  REQUIRE_MESSAGE(kiosk::test::wait_until(told), "the appointment did not reach the branch");
  return e;
}

// What a person does who has the code: shows it, or types the last six; then the two facts.
kiosk::tools::Finished check_in(World& w, const Expected& e, bool shown, const std::string& name) {
  const auto png = kiosk::vision::encode_png(kiosk::paper::qr_image("appointment:" + e.id));
  REQUIRE(png.ok());
  const auto picture = w.dir().file(name + ".png", std::string(kiosk::as_text(*png)));
  std::string script = "wait Layanan lain 30\ntap Layanan lain\nwait Janji temu 10\ntap Janji temu\n";
  if (!shown)  // a code that is held there already is read before anybody reads the page
    script += "wait Ketik kode janji temu 10\ntap Ketik kode janji temu\nwait Apa kode janji temunya? 10\ntype " +
              e.id.substr(e.id.size() - 6) + "\ntap Lanjut\n";
  script += "wait Berapa NIK Bapak/Ibu? 20\ntype " + e.person["nik"].get<std::string>() +
            "\ntap Lanjut\nwait Kapan Bapak/Ibu lahir? 10\ntype " + ddmmyyyy(e.person["birth"]) +
            "\ntap Lanjut\nwait Siapa nama ibu kandung Bapak/Ibu? 10\ntype " + e.person["mother"].get<std::string>() +
            "\ntap Lanjut\nwait Nomor antrean Bapak/Ibu 20\nshot " + name + "\n";
  kiosk::tools::Command c{.argv = {bin("kiosk"), "--role", "kiosk", "--headless", "--home", w.home(), "--printer",
                                   "file:" + w.dir().path() + "/" + name + ".escpos", "--script",
                                   w.dir().file(name + ".script", script), "--shots", w.dir().path() + "/shots"}};
  if (shown) c.argv.insert(c.argv.end(), {"--camera", "file:" + picture});
  c.env = {{"SDL_VIDEODRIVER", "dummy"}, {"SDL_AUDIODRIVER", "dummy"}, {"KIOSK_MODELS", w.dir().path() + "/no-models"}};
  const auto played = kiosk::tools::run(c, Millis{180'000});
  REQUIRE(played.ok());
  return *played;
}

const Json* ticket_of(const Answer& list, const std::string& number) {
  for (const auto& t : list.rows)
    if (t["number"] == number) return &t;
  return nullptr;
}

}  // namespace

TEST_CASE("check-in: by the code at the camera and by its last six letters, with the centre and without") {
  World w;
  const std::string service = w.ask({"ticket", "services"}).rows[0]["code"];
  std::vector<Expected> all;
  for (std::size_t i = 0; i < 4; ++i) all.push_back(appoint(w, i, service));
  REQUIRE(w.ask({"ticket", "issue", "--service", service}).status == 0);  // came first, without an appointment

  std::size_t tickets = 1;
  const auto came = [&](const Expected& e, bool shown, const std::string& name) {
    CAPTURE(name);
    const auto played = check_in(w, e, shown, name);
    REQUIRE_MESSAGE(played.status == 0, played.err);
    const auto list = w.ask({"ticket", "list"});
    REQUIRE(list.rows.size() == ++tickets);
    const auto& newest = list.rows.back();
    CHECK(newest["priority"] == "appointment");
    CHECK(newest["service"] == service);
    CHECK(newest["state"] == "waiting");
    const auto paper = read_file(w.dir().path() + "/" + name + ".escpos");
    CHECK(!paper.empty());
    CHECK(paper.find(e.person["nik"].get<std::string>()) == std::string::npos);
    // The same appointment again is the same ticket, not a second one.
    const auto again =
        w.ask({"ticket", "issue", "--service", service, "--nik", e.person["nik"], "--appointment", e.id});
    CHECK(again.code() == "ticket_exists");
  };
  came(all[0], true, "shown");
  came(all[1], false, "typed");

  // A code that nobody has here, and somebody else's.
  CHECK(w.ask({"ticket", "issue", "--service", service, "--nik", all[2].person["nik"], "--appointment", all[3].id})
            .code() == "unknown_appointment");

  w.stop_centre();
  came(all[2], true, "shown-offline");
  came(all[3], false, "typed-offline");

  // Appointments are called before who came without one, and the walk-in is not forgotten.
  const auto called = w.ask({"ticket", "call", "--counter", "1"}, "1001");
  REQUIRE_MESSAGE(called.status == 0, called.err);
  CHECK(called.json()["priority"] == "appointment");
  CHECK(ticket_of(w.ask({"ticket", "list"}), called.json()["number"]) != nullptr);
}
