// Copies of a branch through the real programs: a second copy followed, a backup, an export by stick, a cloned home;
// each is lost or carried and put back, and the centre has every record once.
#include <fstream>

#include "ctl_world.h"
#include "node/lan/branch_client.h"
#include "programs/shared/sealed_export.h"
#include "terminal/vision/picture.h"
#include "terminal/vision/portrait.h"
#include "tests/support/wait_until.h"

using namespace ctl_test;
namespace fs = std::filesystem;

namespace {

struct Copies : World {
  Copies() {
    services = ask({"ticket", "services"}).rows;
    REQUIRE(!services.empty());
    for (const char* folder : {"copies", "stick"}) fs::create_directory(dir().path() + "/" + folder);
  }
  std::string path(const std::string& name) const { return dir().path() + "/" + name; }
  // One more person waits; the number on the paper.
  std::string ticket() {
    const auto a = ask({"ticket", "issue", "--service", services[0]["code"], "--nik", people[next_++]["nik"]});
    REQUIRE_MESSAGE(a.status == 0, a.out << a.err);
    return a.json()["number"];
  }
  // A claim with one document.
  void claim() {
    for (; next_ < people.size(); ++next_) {
      const auto& p = people[next_];
      const auto c = ask({"claim", "check", "--nik", p["nik"], "--cause", "USIA56"});
      if (c.json()["eligible"] == true && c.json()["channel"] == "self") break;
    }
    REQUIRE(next_ < people.size());
    const auto& p = people[next_++];
    const Json form = {
        {"participant",
         {{"nik", p["nik"]}, {"kpj", p["kpj"]}, {"name", p["name"]}, {"birth", p["birth"]}, {"mother", p["mother"]}}},
        {"cause", "USIA56"},
        {"npwp", ""},
        {"bank", "002"},
        {"account", "123456789012345"},
        {"phone", "081234567890"}};
    const auto png = kiosk::vision::encode_png(kiosk::vision::draw_portrait(3, 0));
    REQUIRE(png.ok());
    const auto photo = dir().file("ktp.png", std::string(kiosk::as_text(*png)));
    const auto a = ask({"claim", "submit", dir().file("claim.json", form.dump()), "--document", "ktp=" + photo});
    REQUIRE_MESSAGE(a.status == 0, a.out << a.err);
  }
  Json status() { return ask({"sync", "status"}).json(); }
  template <class F>
  void until(F f, const char* what) {
    if (!kiosk::test::wait_until(f)) FAIL(what << ": " << status().dump() << "\n" << log());
  }
  void all_sent() {
    until(
        [&] {
          ask({"sync", "now"});
          const auto s = status();
          return s["pending"] == 0 && s["pending_blobs"] == 0 && s["why"] == "";
        },
        "everything is sent");
  }
  std::vector<Json> ledger() {
    std::vector<Json> rows;
    std::istringstream lines(central({"events", "--json"}));
    for (std::string line; std::getline(lines, line);) rows.push_back(Json::parse(line));
    return rows;
  }
  // Every event once, every chain without a gap, and as many as the branch has; the branch's own chain is whole.
  std::size_t whole() {
    std::set<std::string> ids;
    std::map<std::string, std::set<std::int64_t>> chains;
    const auto rows = ledger();
    for (const auto& row : rows) {
      CHECK(ids.insert(row["id"]).second);
      CHECK(chains[row["epoch"]].insert(row["seq"].get<std::int64_t>()).second);
    }
    for (const auto& [epoch, seqs] : chains) CHECK(*seqs.rbegin() == static_cast<std::int64_t>(seqs.size()));
    const auto audit = ask({"audit", "verify"});
    REQUIRE_MESSAGE(audit.status == 0, audit.out);
    CHECK(audit.json()["first_bad"].is_null());
    CHECK(audit.json()["events"] == rows.size());
    return rows.size();
  }
  std::set<std::string> epochs() {
    std::set<std::string> out;
    for (const auto& row : ledger()) out.insert(row["epoch"]);
    return out;
  }
  std::set<std::string> numbers() {
    std::set<std::string> out;
    for (const auto& t : ask({"ticket", "list"}).rows) out.insert(t["number"]);
    return out;
  }
  // Everything but the keys, which come from elsewhere.
  void lose_home() {
    for (const auto& e : fs::directory_iterator(home()))
      if (e.path().filename() != "keys") fs::remove_all(e.path());
  }
  Process program(std::vector<std::string> argv, const std::string& name) {
    kiosk::tools::Command c{.argv = std::move(argv)};
    c.env = {{"KIOSK_MODELS", path("no-models")}};
    c.err_path = path(name + ".log");
    auto p = Process::start(c);
    REQUIRE(p.ok());
    return std::move(*p);
  }
  const Json* copy_named(const Json& s, const std::string& where) {
    for (const auto& c : s["copies"])
      if (c["where"] == where) return &c;
    return nullptr;
  }
  bool copied(const std::string& where) {
    const auto s = status();
    const auto* c = copy_named(s, where);
    return c && (*c)["state"] == "whole";
  }

  std::vector<Json> services;

 private:
  std::size_t next_ = 0;
};

}  // namespace

TEST_CASE("copies: a followed copy makes a destroyed home again; the centre has everything once, photos come back") {
  Copies w;
  w.claim();
  w.all_sent();
  const auto before = w.epochs();
  auto follower =
      w.program({bin("kioskctl"), "copy", "follow", "--to", w.path("copies"), "--home", w.home()}, "follow");
  REQUIRE(w.ask({"sync", "hold"}).status == 0);
  std::set<std::string> made = {w.ticket(), w.ticket()};
  w.claim();
  w.until([&] { return w.copied("ctl"); }, "the copy is whole");
  REQUIRE(follower.running());  // it goes on while the node is away
  w.crash_branch();
  w.lose_home();
  const auto r = w.ask({"store", "restore", "--copy", w.path("copies")});
  REQUIRE_MESSAGE(r.status == 0, r.out << r.err);
  CHECK(r.json()["node"] == w.enrolled.json()["node"]);
  CHECK(r.json()["from_copy"].get<int>() >= 3);
  CHECK(r.json()["blobs"] == 1);
  CHECK_FALSE(before.contains(r.json()["epoch"]));
  w.start_branch();
  made.insert(w.ticket());
  w.all_sent();
  w.whole();
  for (const auto& number : made) CHECK(w.numbers().contains(number));
  // The first claim's document was at the centre only.
  w.until([&] { return w.log().find("a blob is here again") != std::string::npos; }, "the photo came back");
  // The follower counts anew with the node, and nothing is behind.
  w.until([&] { return w.copied("ctl"); }, "the copy follows the restored node");
  CHECK(follower.running());
}

TEST_CASE("copies: a backup made while the node works; after the restore the centre gives back what it lacks") {
  Copies w;
  w.ticket();
  w.all_sent();
  const auto made = w.ask({"store", "backup", w.path("branch.kbk")});
  REQUIRE_MESSAGE(made.status == 0, made.out << made.err);
  const auto after = w.ticket();
  w.claim();
  w.all_sent();
  const auto count = w.whole();
  const auto before = w.epochs();
  CHECK(w.ask({"store", "restore", w.path("branch.kbk")}).code() == "node_running");
  w.crash_branch();
  w.lose_home();
  const auto r = w.ask({"store", "restore", w.path("branch.kbk")});
  REQUIRE_MESSAGE(r.status == 0, r.out << r.err);
  CHECK(r.json()["from_backup"] == made.json()["events"]);
  CHECK_FALSE(before.contains(r.json()["epoch"]));
  w.start_branch();
  const auto late = w.ticket();
  CHECK(late != after);  // a number that stands on paper is not given twice
  w.all_sent();
  CHECK(w.whole() >= count + 2);  // the restore and the ticket
  CHECK(w.epochs().contains(r.json()["epoch"]));
  CHECK(w.numbers().contains(after));
  w.until([&] { return w.log().find("a blob is here again") != std::string::npos; }, "the photo came back");
}

TEST_CASE("copies: an export goes by stick, its receipt comes back, and nothing arrives twice afterwards") {
  Copies w;
  w.all_sent();
  const auto count = w.whole();
  REQUIRE(w.ask({"sync", "hold"}).status == 0);
  w.ticket();
  w.claim();
  const auto file = w.path("stick/TST01.kx"), receipt = w.path("stick/receipt.json");
  const auto out = w.ask({"sync", "export", file});
  REQUIRE_MESSAGE(out.status == 0, out.out << out.err);
  const auto pending = w.status()["pending"];
  CHECK(out.json()["events"] == pending);
  CHECK(out.json()["blobs"] == 1);
  CHECK(w.ask({"sync", "export", file}).code() == "file_exists");
  const auto taken = Json::parse(w.central({"import", file, "--receipt", receipt, "--json"}));
  CHECK(taken["events"] == pending);
  const auto held = w.ledger().size();
  CHECK(held == count + pending.get<std::size_t>());
  const auto again = Json::parse(w.central({"import", file, "--receipt", w.path("stick/second.json"), "--json"}));
  CHECK(again["receipt"] == taken["receipt"]);
  CHECK(w.ledger().size() == held);
  CHECK(w.status()["pending"] == pending);  // the branch has not heard
  const auto back = w.ask({"sync", "receipt", receipt});
  REQUIRE_MESSAGE(back.status == 0, back.out << back.err);
  CHECK(back.json()["events"] == pending);
  CHECK(back.json()["blobs"] == 1);
  CHECK(w.status()["pending"] == 0);
  CHECK(w.status()["pending_blobs"] == 0);
  CHECK(w.ask({"sync", "receipt", w.path("stick/second.json")}).json()["events"] == 0);
  REQUIRE(w.ask({"sync", "resume"}).status == 0);
  w.all_sent();
  CHECK(w.whole() == held + 1);  // that sending was resumed is a record itself
  w.ticket();
  w.all_sent();
  CHECK(w.whole() == held + 2);
}

TEST_CASE("copies: a counter lays an export on a stick and reads the receipt that comes back on it") {
  Copies w;
  w.all_sent();
  kiosk::lan::BranchClient branch(kiosk::lan::BranchClient::at_home(w.home()));
  const kiosk::verbs::Actor who{"counter-1", ""};
  const auto code = [&](auto result) { return result ? std::string() : result.fault().code; };
  CHECK(code(kiosk::programs::open_export_folder("")->save(branch, who)) == "stick_unset");
  CHECK(code(kiosk::programs::open_export_folder(w.path("no-stick"))->save(branch, who)) == "stick_missing");
  const auto stick = kiosk::programs::open_export_folder(w.path("stick"));
  CHECK(code(stick->save(branch, who)) == "nothing_unsent");
  CHECK(code(stick->take_receipt(branch, who)) == "receipt_missing");
  REQUIRE(w.ask({"sync", "hold"}).status == 0);
  w.ticket();
  w.claim();
  const auto saved = stick->save(branch, who);
  REQUIRE_MESSAGE(saved.ok(), code(saved));
  CHECK(saved->file.starts_with("ekspor-TST01-"));
  CHECK(saved->events == w.status()["pending"]);
  CHECK(saved->blobs == 1);
  const auto file = w.path("stick/" + saved->file);
  w.central({"import", file, "--receipt", file + ".receipt", "--json"});
  std::ofstream(w.path("stick/another.receipt")) << "not a receipt";  // of whoever used the stick before
  const auto taken = stick->take_receipt(branch, who);
  REQUIRE_MESSAGE(taken.ok(), code(taken));
  CHECK(taken->events == saved->events);
  CHECK(taken->blobs == 1);
  CHECK(taken->complete);
  CHECK(w.status()["pending"] == 0);
  CHECK(code(stick->save(branch, who)) == "nothing_unsent");
}

TEST_CASE("copies: a home that runs twice is stopped, says so, and goes on after rejoin once the other is off") {
  Copies w;
  std::multiset<std::string> made = {w.ticket()};
  w.all_sent();
  w.stop_branch();
  fs::copy(w.home(), w.path("twin"), fs::copy_options::recursive);
  w.start_branch();
  made.insert(w.ticket());
  w.all_sent();
  w.choose("twin");
  w.start_branch();
  made.insert(w.ticket());
  // Two at work: each is asked, and one of them is stopped. The later start has filled itself from the centre, so that
  // it gives no number of the other's; whichever the centre keeps, the other says so.
  std::string here = "twin";
  const auto at = [&](const std::string& home) {
    if (home != here) w.choose(home);
    here = home;
  };
  std::string stopped;
  w.until(
      [&] {
        for (const std::string home : {"twin", "branch"}) {
          at(home);
          if (w.ask({"sync", "now"}).json()["why"] == "clone") stopped = home;
        }
        return !stopped.empty();
      },
      "one of the two is stopped");
  const std::string kept = stopped == "twin" ? "branch" : "twin";
  at(kept);
  made.insert(w.ticket());
  w.all_sent();
  CHECK(w.ask({"store", "rejoin"}).code() == "node_running");
  w.stop_branch();
  at(stopped);
  CHECK(w.ask({"doctor"}).out.find("clone") != std::string::npos);
  w.stop_branch();
  const auto rejoined = w.ask({"store", "rejoin"});
  REQUIRE_MESSAGE(rejoined.status == 0, rejoined.out << rejoined.err);
  w.start_branch();
  made.insert(w.ticket());
  w.all_sent();
  w.whole();
  // Both homes' people wait here, those too who got one number twice.
  std::multiset<std::string> waiting;
  for (const auto& t : w.ask({"ticket", "list"}).rows) waiting.insert(t["number"]);
  CHECK(waiting == made);
}

TEST_CASE(
    "copies: a terminal keeps one when its settings name a folder, ends at once, and its copy restores the node") {
  Copies w;
  w.all_sent();
  const auto settings = w.dir().file("terminal.toml", "[terminal]\nsecond_copy = \"" + w.path("away") + "\"\n");
  for (const char* role : {"board", "kiosk"}) {
    CAPTURE(role);
    const std::string name = std::string(role) + "-7";
    auto terminal = w.program({bin("kiosk"), "--role", role, "--headless", "--home", w.home(), "--config", settings,
                               "--terminal", name, "--size", "640x480"},
                              role);
    // A folder that is not there is said, never made, and tried again.
    w.until(
        [&] {
          return !terminal.running() ||
                 read_file(w.path(std::string(role) + ".log")).find("copy_missing") != std::string::npos;
        },
        "the terminal says why it keeps no copy");
    REQUIRE_MESSAGE(terminal.running(), read_file(w.path(std::string(role) + ".log")));
    CHECK_FALSE(fs::exists(w.path("away")));
    CHECK(terminal.running());
    fs::create_directory(w.path("away"));
    REQUIRE(w.ask({"sync", "hold"}).status == 0);
    const auto number = w.ticket();
    w.until([&] { return w.copied(name); }, "the terminal's copy is whole");
    CHECK(w.ask({"doctor"}).out.find(name + ": whole") != std::string::npos);
    w.crash_branch();
    const kiosk::test::Stopwatch asked;
    terminal.signal(SIGTERM);
    CHECK(terminal.wait(Millis{10'000}) == 0);
    CHECK(asked.spent() < std::chrono::seconds(4));
    w.lose_home();
    const auto r = w.ask({"store", "restore", "--copy", w.path("away")});
    REQUIRE_MESSAGE(r.status == 0, r.out << r.err);
    w.start_branch();
    w.all_sent();
    CHECK(w.numbers().contains(number));
    w.whole();
    fs::remove_all(w.path("away"));
  }
}
