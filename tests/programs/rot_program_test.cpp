// What a bad disk does to a branch, through the real programs: a home that is put back together with its mark, data
// that are gone with no second copy, pages that rot under the running node. What the centre or the copy has comes back
// by itself, no number is given twice, and it is said.
#include "ctl_world.h"
#include "tests/support/wait_until.h"

using namespace ctl_test;
namespace fs = std::filesystem;

namespace {

struct RotWorld : World {
  RotWorld() {
    services = ask({"ticket", "services"}).rows;
    REQUIRE(!services.empty());
  }
  std::string path(const std::string& name) const { return dir().path() + "/" + name; }
  std::string ticket() {
    const auto a = ask({"ticket", "issue", "--service", services[0]["code"], "--nik", people[next_++]["nik"]});
    REQUIRE_MESSAGE(a.status == 0, a.out << a.err);
    return a.json()["number"];
  }
  std::set<std::string> numbers() {
    std::set<std::string> out;
    for (const auto& t : ask({"ticket", "list"}).rows) CHECK(out.insert(t["number"]).second);
    return out;
  }
  template <class F>
  void until(F f, const char* what) {
    if (!kiosk::test::wait_until(f)) FAIL(what << "\n" << log());
  }
  void all_sent() {
    until(
        [&] {
          const auto s = ask({"sync", "now"}).json();
          return s["pending"] == 0 && s["pending_blobs"] == 0 && s["why"] == "";
        },
        "everything is sent");
  }
  // Of each event one at the centre, in chains without a gap.
  void once_at_the_centre() {
    std::set<std::string> ids;
    std::map<std::string, std::set<std::int64_t>> chains;
    std::istringstream lines(central({"events", "--json"}));
    for (std::string line; std::getline(lines, line);) {
      const auto row = Json::parse(line);
      CHECK(ids.insert(row["id"]).second);
      CHECK(chains[row["epoch"]].insert(row["seq"].get<std::int64_t>()).second);
    }
    for (const auto& [epoch, seqs] : chains) CHECK(*seqs.rbegin() == static_cast<std::int64_t>(seqs.size()));
  }
  void check_whole(const std::set<std::string>& made) {
    const auto have = numbers();
    for (const auto& number : made) {
      CAPTURE(number);
      CHECK(have.contains(number));
    }
    all_sent();
    once_at_the_centre();
    const auto audit = ask({"audit", "verify"});
    REQUIRE_MESSAGE(audit.status == 0, audit.out << audit.err);
    CHECK(audit.json()["first_bad"].is_null());
  }
  void check_said() {
    CHECK(ask({"store", "check"}).json().value("mended", "") != "");
    CHECK(ask({"doctor"}).out.find("store_mended") != std::string::npos);
  }
  // Everything that a node keeps but its keys and what it knows of the centre.
  void lose_data() {
    for (const char* part : {"branch.db", "branch.db-wal", "branch.db-shm", "branch.db-sums", "branch.mark"})
      fs::remove(home() + "/" + part);
  }
  // Starts that end by themselves, with what they say.
  kiosk::tools::Finished refused_start() {
    kiosk::tools::Command c{.argv = {bin("kiosk-branch"), "--home", home(), "--listen", "127.0.0.1:0"}};
    c.env["KIOSK_MODELS"] = dir().path() + "/no-models";
    c.env["LC_ALL"] = "C";
    auto done = kiosk::tools::run(c, Millis{60'000});
    REQUIRE(done.ok());
    return std::move(*done);
  }

  int times_said(const std::string& what) const {
    int n = 0;
    const auto all = log();
    for (auto at = all.find(what); at != std::string::npos; at = all.find(what, at + 1)) ++n;
    return n;
  }

  std::vector<Json> services;

 private:
  std::size_t next_ = 0;
};

}  // namespace

TEST_CASE("rot: a home put back to an old copy with its mark is seen at the start, and nothing is given twice") {
  RotWorld w;
  std::set<std::string> made = {w.ticket(), w.ticket()};
  w.all_sent();
  w.stop_branch();
  fs::copy(w.home(), w.path("old"), fs::copy_options::recursive);
  w.start_branch();
  for (int i = 0; i < 3; ++i) REQUIRE(made.insert(w.ticket()).second);
  w.all_sent();
  w.stop_branch();
  fs::remove_all(w.home());
  fs::copy(w.path("old"), w.home(), fs::copy_options::recursive);
  w.start_branch();
  CHECK(made.insert(w.ticket()).second);  // before anybody has told it to sync
  CHECK(w.log().find("the store is behind what the centre has of it") != std::string::npos);
  w.check_whole(made);
  w.check_said();
  // And said once: the next start finds nothing.
  w.stop_branch();
  w.start_branch();
  CHECK(w.times_said("the store is behind") == 1);
  w.check_whole(made);
}

TEST_CASE(
    "rot: a file put back alone, mark and checksums with it, lacks what the centre acknowledged and is made again") {
  RotWorld w;
  std::set<std::string> made = {w.ticket()};
  w.all_sent();
  w.stop_branch();
  fs::copy(w.home(), w.path("old"), fs::copy_options::recursive);
  w.start_branch();
  for (int i = 0; i < 2; ++i) REQUIRE(made.insert(w.ticket()).second);
  w.all_sent();
  w.stop_branch();
  w.lose_data();
  for (const char* part : {"branch.db", "branch.db-wal", "branch.db-sums", "branch.mark"})
    if (fs::exists(w.path("old/") + part)) fs::copy_file(w.path("old/") + part, w.home() + "/" + part);
  SUBCASE("the file tells it without any network") {
    const auto check = w.ask({"audit", "verify"});
    CHECK(check.status != 0);
    CHECK(check.code() == "store_behind");
    const auto looked = w.ask({"store", "check"});
    CHECK(looked.code() == "store_behind");
  }
  SUBCASE("and the start tells it") {}
  w.start_branch();
  CHECK(w.log().find("the data were made again") != std::string::npos);
  CHECK(made.insert(w.ticket()).second);
  w.check_whole(made);
  w.check_said();
}

TEST_CASE("rot: data that are gone with no second copy come back from the centre by itself, or the start is refused") {
  RotWorld w;
  std::set<std::string> made = {w.ticket(), w.ticket(), w.ticket()};
  w.all_sent();
  w.stop_branch();
  w.lose_data();
  SUBCASE("the centre is there") {
    w.start_branch();
    CHECK(w.log().find("the data were made again") != std::string::npos);
    CHECK(made.insert(w.ticket()).second);
    w.check_whole(made);
    w.check_said();
  }
  SUBCASE("the centre is away: nothing is begun, and nothing is changed") {
    w.stop_centre();
    for (int i = 0; i < 2; ++i) {
      const auto done = w.refused_start();
      CHECK(done.status == 4);
      CHECK(done.err.find("store_missing") != std::string::npos);
      CHECK_FALSE(fs::exists(w.home() + "/branch.db"));
    }
  }
  SUBCASE("the keys are gone too") {
    fs::remove(w.home() + "/keys");
    const auto done = w.refused_start();
    CHECK(done.status != 0);
    CHECK(done.err.find("kioskctl enrol") != std::string::npos);
    CHECK_FALSE(fs::exists(w.home() + "/keys"));
  }
}

TEST_CASE("rot: pages that rot under the running node: it starts again by itself and what the centre has is back") {
  RotWorld w;
  std::set<std::string> made;
  for (int i = 0; i < 4; ++i) made.insert(w.ticket());
  w.all_sent();
  // From the log into the file, so that a page of the file is read.
  w.stop_branch();
  w.start_branch();
  {
    std::fstream f(w.home() + "/branch.db", std::ios::in | std::ios::out | std::ios::binary);
    f.seekg(0, std::ios::end);
    const std::int64_t pages = f.tellg() / 1024;
    for (std::int64_t page = 4; page < pages; ++page) {
      f.seekg(page * 1024 + 700);
      const int c = f.get();
      f.seekp(page * 1024 + 700);
      f.put(static_cast<char>(c ^ 4));
    }
  }
  w.until(
      [&] {
        w.ask({"officer", "list"});  // whoever reads meets it
        return w.log().find("the data were made again") != std::string::npos;
      },
      "the node mends itself while it runs");
  w.until([&] { return w.ask({"ticket", "list"}).status == 0; }, "it serves again");
  CHECK(made.insert(w.ticket()).second);
  w.check_whole(made);
  w.check_said();
}
