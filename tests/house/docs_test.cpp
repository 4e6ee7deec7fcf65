// The documentation, held against what it speaks of: its links and paths lead somewhere, and its table of rooms is the
// build's. KIOSK_WRITE_DOCS=1 writes the table anew instead of comparing it.
#include <doctest/doctest.h>

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "floor_plan.h"
#include "levels.h"
#include "tests/support/temp_dir.h"

using namespace kiosk::house;
using kiosk::test::slurp;
namespace fs = std::filesystem;

namespace {

constexpr std::string_view kTable = "kiosk/docs/architecture.md";
struct Marks {
  std::string_view begin, end;
};
constexpr Marks kRooms = {"<!-- rooms: made from the build's rooms.tsv; KIOSK_WRITE_DOCS=1 test_house -->\n",
                          "<!-- end of rooms -->\n"};
constexpr Marks kLevels = {"<!-- levels: made from tests/house/levels.h; KIOSK_WRITE_DOCS=1 test_house -->\n",
                           "<!-- end of levels -->\n"};

std::string env(const char* name) {
  const char* v = std::getenv(name);
  return v == nullptr ? std::string() : std::string(v);
}
std::string at_root(std::string_view path) { return env("KIOSK_SOURCE") + "/" + std::string(path); }

// ---- links and paths
// --------------------------------------------------------------------------------------------------

struct Pointer {
  int line = 0;
  std::string target;
  bool link = false;  // [text](target), from the file's folder; else `target`, from the top of the checkout or there
};

bool is_path(std::string_view code) {
  bool ours = false;
  for (const std::string_view top : {"kiosk/", "drivers/", "assets/", "config/", "tests/"})
    ours = ours || code.starts_with(top);
  // Globs, alternatives, placeholders and commands with words behind them name no single file.
  return ours && code.find_first_of("*?{}<>|$ …") == std::string_view::npos;
}

void add_link(int line, std::string target, std::vector<Pointer>& out) {
  if (const auto words = target.find(' '); words != std::string::npos) target.resize(words);  // a title
  target.resize(std::min(target.size(), target.find('#')));
  if (!target.empty() && target.find("://") == std::string::npos && !target.starts_with("mailto:"))
    out.push_back({line, target, true});
}

// What a line of Markdown points at. Code is looked at first: a link inside of it is none.
void pointers_of(int line, std::string text, std::vector<Pointer>& out) {
  for (std::size_t open = text.find('`'); open != std::string::npos; open = text.find('`', open)) {
    const auto close = text.find('`', open + 1);
    if (close == std::string::npos) break;
    std::string code = text.substr(open + 1, close - open - 1);
    // `file.cpp:12` and `file.h "words"` point at the file.
    code.resize(std::min(code.size(), code.find(':')));
    if (is_path(code)) out.push_back({line, code, false});
    text.erase(open, close - open + 1);
  }
  for (std::size_t at = text.find("]("); at != std::string::npos; at = text.find("](", at + 1)) {
    const auto close = text.find(')', at);
    if (close != std::string::npos) add_link(line, text.substr(at + 2, close - at - 2), out);
  }
}

std::vector<Pointer> pointers(std::string_view markdown) {
  std::vector<Pointer> out;
  int line = 0;
  bool fenced = false;
  for (const auto& text : split(markdown, '\n')) {
    ++line;
    if (text.starts_with("```")) {
      fenced = !fenced;
    } else if (!fenced) {
      pointers_of(line, text, out);
    }
  }
  return out;
}

std::vector<std::string> dead_pointers(const fs::path& root, const std::string& file) {
  std::vector<std::string> out;
  for (const auto& p : pointers(slurp((root / file).string()))) {
    const bool beside = fs::exists((root / file).parent_path() / p.target);
    if (!beside && (p.link || !fs::exists(root / p.target)))
      out.push_back(file + ":" + std::to_string(p.line) + ": " + p.target + " is not there");
  }
  return out;
}

// Documents that a source's comments name, and the parts of them in quotes behind the name.
std::vector<std::string> dead_names(const std::string& file, const std::string& text) {
  std::vector<std::string> out;
  int number = 0;
  const auto of_name = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '/' || c == '_' || c == '-' || c == '.';
  };
  for (const auto& line : split(text, '\n')) {
    ++number;
    const auto where = file + ":" + std::to_string(number) + ": ";
    for (auto dot = line.find(".md"); dot != std::string::npos; dot = line.find(".md", dot + 1)) {
      const auto end = dot + 3;
      if (end < line.size() && of_name(line[end]) && line[end] != '.') continue;
      auto begin = dot;
      while (begin > 0 && of_name(line[begin - 1])) --begin;
      if (begin == dot) continue;
      const auto name = line.substr(begin, end - begin);
      if (!fs::exists(at_root(name))) {
        out.push_back(where + name + " is not there");
        continue;
      }
      const auto close = line.compare(end, 2, " \"") == 0 ? line.find('"', end + 2) : std::string::npos;
      if (close == std::string::npos) continue;
      const auto part = line.substr(end + 2, close - end - 2);
      if (slurp(at_root(name)).find(part) == std::string::npos)
        out.push_back(where + name + " has no \"" + part + "\"");
    }
  }
  return out;
}

std::vector<std::string> tracked_markdown() {
  std::vector<std::string> out;
  FILE* git = ::popen(("git -C '" + env("KIOSK_SOURCE") + "' ls-files '*.md' 2>/dev/null").c_str(), "r");
  REQUIRE(git != nullptr);
  std::string names;
  char buf[4096];
  for (std::size_t n; (n = std::fread(buf, 1, sizeof buf, git)) > 0;) names.append(buf, n);
  if (::pclose(git) == 0)
    for (const auto& name : split(names, '\n'))
      if (fs::exists(at_root(name))) out.push_back(name);
  if (!out.empty()) return out;
  // An unpacked archive without git.
  out.push_back("README.md");
  for (const char* top : {"kiosk", "drivers", "assets", "config", "tests"})
    for (const auto& e : fs::recursive_directory_iterator(at_root(top)))
      if (e.path().extension() == ".md") out.push_back(fs::relative(e.path(), env("KIOSK_SOURCE")).string());
  return out;
}

// ---- the tables of rooms and levels
// -----------------------------------------------------------------------------------

std::string joined(const std::vector<std::string>& words, std::string_view between = ", ") {
  std::string out;
  for (const auto& word : words) out += (out.empty() ? "" : std::string(between)) + word;
  return out.empty() ? "–" : out;
}

// All rooms of the domain are one word: most rooms use all of them.
std::vector<std::string> shortened(std::vector<std::string> uses, const FloorPlan& plan) {
  const auto of_domain = [](const std::string& name) { return name.starts_with("domain/"); };
  const auto all =
      std::count_if(plan.rooms.begin(), plan.rooms.end(), [&](const Room& r) { return of_domain(r.name); });
  if (all < 2 || std::count_if(uses.begin(), uses.end(), of_domain) != all) return uses;
  *std::find_if(uses.begin(), uses.end(), of_domain) = "domain (all)";
  std::erase_if(uses, of_domain);
  return uses;
}

std::string rooms_table(const FloorPlan& plan) {
  std::string out = "| room | uses | owns |\n|---|---|---|\n";
  for (const auto& room : plan.rooms)
    out += "| `" + room.name + "` | " + joined(shortened(room.uses, plan)) + " | " + joined(room.owns) + " |\n";
  return out;
}

std::string levels_table(const FloorPlan& plan, const std::map<std::string, int>& levels) {
  std::map<int, std::vector<std::string>> rooms;
  for (const auto& room : plan.rooms)
    if (const auto level = levels.find(room.name); level != levels.end()) rooms[level->second].push_back(room.name);
  std::string out = "| level | rooms |\n|---|---|\n";
  for (const auto& [level, names] : rooms) out += "| " + std::to_string(level) + " | " + joined(names) + " |\n";
  return out;
}

// The document with `table` between its marks; empty when it has none.
std::string with_table(const std::string& document, const Marks& marks, const std::string& table) {
  const auto begin = document.find(marks.begin);
  const auto end = document.find(marks.end);
  if (begin == std::string::npos || end == std::string::npos || end < begin) return {};
  return document.substr(0, begin + marks.begin.size()) + table + document.substr(end);
}

}  // namespace

TEST_CASE("docs: the checker of links finds what is not there and leaves alone what is no file") {
  const kiosk::test::TempDir dir;
  fs::create_directories(dir / "kiosk/docs");
  const auto write = [&](const char* name, const char* text) {
    FILE* f = std::fopen((dir / name).c_str(), "wb");
    std::fputs(text, f);
    std::fclose(f);
  };
  write("kiosk/here.h", "");
  write("kiosk/docs/a.md",
        "[up](../here.h) [itself](a.md#part) [top](#part) [web](https://a.example/b) `kiosk/here.h` `kiosk/here.h:12`\n"
        "`kiosk/*.h` `tests/run -R x` `kiosk/<room>/x.h` `here.h` `[no](link.md)`\n"
        "```\n[fenced](gone.md) `kiosk/gone.h`\n```\n"
        "| [gone](gone.md \"title\") | `kiosk/gone.h` |\n");
  const auto dead = dead_pointers(dir.path(), "kiosk/docs/a.md");
  CHECK(dead == std::vector<std::string>{"kiosk/docs/a.md:6: kiosk/gone.h is not there",
                                         "kiosk/docs/a.md:6: gone.md is not there"});
}

TEST_CASE("docs: a table is written between its marks and nowhere else") {
  const auto plan = parse_plan(
      "base\t\tspdlog,icu\ndomain/rules\tbase\t\ndomain/queue\tbase,domain/rules\t\n"
      "events\tbase,domain/rules,domain/queue\t\n",
      "");
  const auto table = rooms_table(plan);
  CHECK(table ==
        "| room | uses | owns |\n|---|---|---|\n"
        "| `base` | – | spdlog, icu |\n| `domain/rules` | base | – |\n| `domain/queue` | base, domain/rules | – |\n"
        "| `events` | base, domain (all) | – |\n");
  CHECK(levels_table(plan, {{"base", 0}, {"domain/rules", 1}, {"events", 1}}) ==
        "| level | rooms |\n|---|---|\n| 0 | base |\n| 1 | domain/rules, events |\n");
  const std::string before = "a\n" + std::string(kRooms.begin), after = std::string(kRooms.end) + "b\n";
  CHECK(with_table(before + "old\n" + after, kRooms, table) == before + table + after);
  CHECK(with_table("no marks", kRooms, table).empty());
}

TEST_CASE("docs: every link and every path in a document leads to a file") {
  const auto files = tracked_markdown();
  REQUIRE(files.size() > 30);
  for (const auto& file : files)
    for (const auto& dead : dead_pointers(env("KIOSK_SOURCE"), file)) FAIL_CHECK(dead);
}

TEST_CASE("docs: a comment names no document that is not here, and no part that it has not") {
  CHECK(dead_names("a.h", "// Source: gone.md 2.\n// kiosk/docs/README.md, README.md; *.mdx\n") ==
        std::vector<std::string>{"a.h:1: gone.md is not there"});
  CHECK(dead_names("a.h", "// kiosk/docs/README.md \"no such part\", kiosk/docs/README.md \"Documentation\"") ==
        std::vector<std::string>{"a.h:1: kiosk/docs/README.md has no \"no such part\""});
  for (const char* top : {"kiosk", "drivers"})
    for (const auto& e : fs::recursive_directory_iterator(at_root(top))) {
      const auto kind = e.path().extension();
      if (kind != ".h" && kind != ".cpp" && kind != ".sql") continue;
      const auto file = fs::relative(e.path(), env("KIOSK_SOURCE")).string();
      for (const auto& dead : dead_names(file, slurp(e.path().string()))) FAIL_CHECK(dead);
    }
}

TEST_CASE("docs: every document of kiosk/docs stands in its index") {
  const auto index = slurp(at_root("kiosk/docs/README.md"));
  REQUIRE_FALSE(index.empty());
  for (const auto& e : fs::recursive_directory_iterator(at_root("kiosk/docs")))
    if (e.path().extension() == ".md" && e.path().filename() != "README.md") {
      const auto name = fs::relative(e.path(), at_root("kiosk/docs")).string();
      const bool named = index.find("](" + name) != std::string::npos || index.find("`" + name) != std::string::npos;
      CHECK_MESSAGE(named, name);
    }
}

TEST_CASE("docs: the tables of rooms and levels are the build's") {
  const auto plan = parse_plan(slurp(env("KIOSK_BUILD") + "/rooms.tsv"), "");
  REQUIRE(plan.rooms.size() > 20);
  const auto path = at_root(kTable);
  const auto document = slurp(path);
  auto due = with_table(document, kRooms, rooms_table(plan));
  due = with_table(due, kLevels, levels_table(plan, k_levels));
  REQUIRE_MESSAGE(!due.empty(), kTable << " has lost the marks of its tables");
  if (env("KIOSK_WRITE_DOCS") == "1" && due != document) {
    FILE* f = std::fopen(path.c_str(), "wb");
    REQUIRE(f != nullptr);
    CHECK(std::fwrite(due.data(), 1, due.size(), f) == due.size());
    std::fclose(f);
    return;
  }
  CHECK_MESSAGE(due == document, kTable << ": run test_house with KIOSK_WRITE_DOCS=1");
}
