// The house's rules, held against every file of the checkout; each checker is first shown a case it must find.
#include <doctest/doctest.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <regex>
#include <set>

#include "checkout.h"
#include "floor_plan.h"
#include "levels.h"
#include "tests/support/temp_dir.h"

using namespace kiosk::house;
namespace fs = std::filesystem;

namespace {
const std::set<std::string> k_heavy = {"opencv", "sdl", "sdl_image", "httplib", "json", "cli11", "toml", "sqlite3"};

const std::vector<Source>& sources() {
  static const std::vector<Source> list = [] {
    std::vector<Source> out;
    for (const auto& f : tracked())
      if (is_code(f) && (f.starts_with("kiosk/") || f.starts_with("drivers/")))
        out.push_back({f, kiosk::test::slurp(root() + "/" + f)});
    return out;
  }();
  return list;
}
const FloorPlan& plan() {
  static const FloorPlan p = parse_plan(kiosk::test::slurp(env("KIOSK_BUILD") + "/rooms.tsv"),
                                        kiosk::test::slurp(env("KIOSK_BUILD") + "/libraries.tsv"));
  return p;
}
const FloorPlan k_small = parse_plan(
    "base\t\t\nsqlite\tbase\tsqlite3\nscreen\tbase\t\ndrivers/api\tbase\t\ndrivers/camera\tbase,drivers/api\topencv\n",
    "sqlite3\t^sqlite3\\.h$\nopencv\t^opencv2/\n");
}  // namespace

TEST_CASE("house: the checker of includes finds each kind of forbidden include") {
  const auto judged = [](const std::string& path, const std::string& text) {
    return forbidden_includes(k_small, {{path, text}});
  };
  CHECK(judged("kiosk/screen/a.cpp", "#include \"base/ids.h\"\n#include <vector>\n#include <sys/stat.h>\n").empty());
  CHECK(found(judged("kiosk/screen/a.cpp", "\n#include \"sqlite/sqlite.h\"\n"),
              "kiosk/screen/a.cpp:2: screen may not use sqlite"));
  CHECK(found(judged("kiosk/screen/a.cpp", "#  include <sqlite3.h>"), "screen does not own sqlite3"));
  CHECK(judged("kiosk/sqlite/a.cpp", "#include <sqlite3.h>").empty());
  CHECK(found(judged("kiosk/sqlite/a.cpp", "#include <boost/any.hpp>"), "neither a system header"));
  CHECK(found(judged("kiosk/sqlite/a.cpp", "#include \"inner.h\""), "names no room"));
  CHECK(found(judged("kiosk/unknown/a.cpp", ""), "stands in no room"));
  CHECK(judged("drivers/camera/a.cpp",
               "#include <opencv2/core.hpp>\n#include \"drivers/api/camera.h\"\n#include \"drivers/camera/b.h\"")
            .empty());
  CHECK(found(judged("drivers/api/a.h", "#include \"drivers/camera/b.h\""), "drivers/api may not use drivers/camera"));
}

TEST_CASE("house: the checker of headers finds a heavy library that leaks through two headers") {
  const auto leaks = leaking_headers(k_small,
                                     {{"drivers/camera/inner.h", "#include <opencv2/core.hpp>"},
                                      {"drivers/camera/outer.h", "#include \"drivers/camera/inner.h\""},
                                      {"drivers/camera/a.cpp", "#include \"drivers/camera/inner.h\""},
                                      {"kiosk/screen/a.cpp", "#include \"drivers/camera/outer.h\""}},
                                     k_heavy);
  CHECK(leaks.size() == 1);
  CHECK(found(leaks, "brings opencv into screen"));
}

TEST_CASE("house: the checker of levels finds a room that uses upward") {
  CHECK(wrong_levels(k_small, {{"base", 0}, {"sqlite", 1}, {"screen", 2}, {"drivers/api", 1}, {"drivers/camera", 2}})
            .empty());
  CHECK(found(
      wrong_levels(k_small, {{"base", 2}, {"sqlite", 1}, {"screen", 3}, {"drivers/api", 3}, {"drivers/camera", 4}}),
      "sqlite uses base"));
  CHECK(found(wrong_levels(k_small, {{"base", 0}}), "has no level"));
}

TEST_CASE("house: every include is one that the floor plan allows") {
  REQUIRE(plan().rooms.size() > 20);
  REQUIRE(plan().headers.size() > 10);
  REQUIRE(sources().size() > 50);
  none(forbidden_includes(plan(), sources()));
}

TEST_CASE("house: no header brings a heavy library into another room") {
  none(leaking_headers(plan(), sources(), k_heavy));
}

TEST_CASE("house: imgui stands in the headers of ui and window only") {
  for (const auto& s : sources())
    if (s.path.ends_with(".h") && !s.path.starts_with("kiosk/terminal/ui/") &&
        !s.path.starts_with("kiosk/terminal/window/"))
      for (const auto& i : includes_of(s.text)) CHECK_MESSAGE(!i.target.starts_with("imgui"), s.path);
}

TEST_CASE("house: rooms use only rooms of a lower level") { none(wrong_levels(plan(), k_levels)); }

namespace {
// Where a source has a zone of its own instead of asking the branch's: WIB as minutes, its constant, the computer's
// zone.
std::vector<std::string> own_zones(const std::vector<Source>& files) {
  static const std::regex bad(
      R"((^|[^\w'])420(?![\w'])|\bk_wi(b|ta?)\b|\blocaltime(_r)?\b|\bmktime\b|["' ]TZ["'=]|current_zone)");
  std::vector<std::string> out;
  for (const auto& f : files)
    if (std::smatch at; std::regex_search(f.text, at, bad))
      out.push_back(f.path + " has a zone of its own: " + at.str());
  return out;
}
}  // namespace

TEST_CASE("house: whoever tells a day or an hour asks the branch's zone") {
  for (const char* bad : {"minutes(420)", "int m = 420;", "domain::k_wib", "k_wita", "localtime_r(&t, &tm)",
                          "std::getenv(\"TZ\")", "mktime(&tm)", "std::chrono::current_zone()"})
    CHECK(own_zones({{"kiosk/app/a.cpp", bad}}).size() == 1);
  CHECK(own_zones({{"kiosk/app/a.cpp", "zone.day(now); 1'420'000; gmtime_r(&t, &tm); 4200"}}).empty());
  none(own_zones(sources()));
  const std::string rules = kiosk::test::slurp(root() + "/config/rules.toml");
  CHECK(rules.find("utc_offset") == std::string::npos);
}

TEST_CASE("house: every room says on twenty lines what it is") {
  for (const auto& room : plan().rooms) {
    CAPTURE(room.name);
    const auto folder = room.name.starts_with("drivers/") ? room.name : "kiosk/" + room.name;
    const auto text = kiosk::test::slurp(root() + "/" + folder + "/README.md");
    CHECK_FALSE(text.empty());
    CHECK(split(text, '\n').size() <= 20);
  }
}

TEST_CASE("house: no model, no large file and no machine's path is tracked, and nothing is left to do") {
  // Written in halves, so that this file does not find itself.
  const std::vector<std::string> never = {std::string("TO") + "DO", std::string("FIX") + "ME",
                                          std::string("/wo") + "rk/", std::string("/fa") + "rm/",
                                          std::string("/ro") + "ot/"};
  for (const auto& f : tracked()) {
    CAPTURE(f);
    for (const char* end : {".onnx", ".tflite", ".caffemodel", ".pb", ".pt", ".gguf"}) CHECK_FALSE(f.ends_with(end));
    CHECK(fs::file_size(root() + "/" + f) < 3'000'000);
    if (!is_code(f) && !f.ends_with(".md") && !f.ends_with(".cmake") && !f.ends_with(".sql") && !f.ends_with(".toml"))
      continue;
    const auto text = kiosk::test::slurp(root() + "/" + f);
    for (const auto& word : never) CHECK_MESSAGE(text.find(word) == std::string::npos, f << " has " << word);
  }
}

TEST_CASE("house: every source has the house's format") {
  REQUIRE_MESSAGE(present("clang-format"), "config/packages.txt brings clang-format");
  std::string files;
  for (const auto& f : tracked())
    if (is_code(f)) files += " '" + f + "'";
  const auto r = run("cd '" + root() + "' && clang-format --dry-run -Werror" + files);
  std::set<std::string> names;
  for (const auto& line : split(r.output, '\n'))
    if (line.find(": error:") != std::string::npos) names.insert(line.substr(0, line.find(':')));
  for (const auto& n : names) FAIL_CHECK(n << " is not formatted");
  CHECK(r.status == 0);
}
