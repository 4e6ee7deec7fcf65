// The texts: every file is well-formed, and both languages say the same things.
#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <map>
#include <set>

#include "events/kinds.h"
#include "floor_plan.h"
#include "tests/support/temp_dir.h"

using namespace kiosk::house;
namespace fs = std::filesystem;

namespace {
struct Texts {
  std::map<std::string, std::string> file_of;  // key -> file
  std::vector<std::string> trouble;
};

// Entries of a .po file: the key, and whether something stands behind it.
void read_po(const fs::path& file, Texts& texts) {
  std::string key;
  bool in_value = false, has_value = false;
  const auto close = [&] {
    if (key.empty()) return;
    if (!has_value) texts.trouble.push_back(file.filename().string() + ": " + key + " is empty");
    if (const auto [it, fresh] = texts.file_of.emplace(key, file.filename().string()); !fresh)
      texts.trouble.push_back(key + " is in " + it->second + " and in " + file.filename().string());
    key.clear();
  };
  for (const auto& line : split(kiosk::test::slurp(file.string()), '\n')) {
    const auto quoted = [&] {
      const auto a = line.find('"'), b = line.rfind('"');
      return a == std::string::npos || b <= a ? std::string() : line.substr(a + 1, b - a - 1);
    };
    if (line.starts_with("msgid_plural")) continue;
    if (line.starts_with("msgid ")) {
      close();
      key = quoted();
      in_value = has_value = false;
    } else if (line.starts_with("msgstr")) {
      in_value = true;
      has_value = has_value || !quoted().empty();
    } else if (line.starts_with("\"") && in_value) {
      has_value = has_value || !quoted().empty();
    }
  }
  close();
}

std::string folder(const char* language) {
  return std::string(std::getenv("KIOSK_SOURCE")) + "/assets/i18n/" + language;
}

Texts read_language(const std::string& path) {
  Texts t;
  for (const auto& e : fs::directory_iterator(path))
    if (e.path().extension() == ".po") read_po(e.path(), t);
  return t;
}
}  // namespace

TEST_CASE("texts: the checker finds an empty text and a key that is there twice") {
  const kiosk::test::TempDir dir;
  const auto write = [&](const char* name, const char* text) {
    FILE* f = std::fopen((dir / name).c_str(), "wb");
    std::fputs(text, f);
    std::fclose(f);
  };
  write("a.po",
        "msgid \"\"\nmsgstr \"\"\n\"Language: id\\n\"\n\nmsgid \"x.one\"\nmsgstr \"Satu\"\n\nmsgid \"x.two\"\nmsgstr "
        "\"\"\n");
  write("b.po", "msgid \"x.one\"\nmsgstr \"\"\n\"lanjut\"\n");
  const auto t = read_language(dir.path());
  CHECK(t.file_of.size() == 2);
  CHECK(t.trouble.size() == 2);
}

TEST_CASE("texts: Indonesian and English have the same keys, each once and none empty") {
  const auto id = read_language(folder("id")), en = read_language(folder("en"));
  CHECK(id.file_of.size() > 50);
  for (const auto& t : id.trouble) FAIL_CHECK("id: " << t);
  for (const auto& t : en.trouble) FAIL_CHECK("en: " << t);
  for (const auto& [key, file] : en.file_of)
    CHECK_MESSAGE(id.file_of.contains(key), "no Indonesian text: " << key << " (" << file << ")");
  for (const auto& [key, file] : id.file_of)
    CHECK_MESSAGE(en.file_of.contains(key), "no English text: " << key << " (" << file << ")");
}

TEST_CASE("texts: msgfmt finds every file well-formed") {
  REQUIRE_MESSAGE(std::system("command -v msgfmt >/dev/null 2>&1") == 0, "config/packages.txt brings gettext");
  for (const char* language : {"id", "en"})
    for (const auto& e : fs::directory_iterator(folder(language)))
      if (e.path().extension() == ".po")
        CHECK_MESSAGE(std::system(("msgfmt --check-format -o /dev/null '" + e.path().string() + "'").c_str()) == 0,
                      e.path().string());
}

TEST_CASE("texts: a draft language says whether a native speaker has signed it, and only signed ones are offered") {
  const auto id = read_language(folder("id"));
  const auto settings = kiosk::test::slurp(std::string(std::getenv("KIOSK_SOURCE")) + "/config/kiosk.toml");
  int drafts = 0;
  for (const auto& e : fs::directory_iterator(fs::path(folder("id")).parent_path())) {
    const auto code = e.path().filename().string();
    if (code == "id" || code == "en") continue;
    CAPTURE(code);
    const auto text = kiosk::test::slurp((e.path() / "guide.po").string());
    const auto at = text.find("\"X-Signed-By: ");
    REQUIRE(at != std::string::npos);
    const bool is_signed = text.compare(at, 16, "\"X-Signed-By: \\n") != 0;
    drafts += !is_signed;
    const auto line = settings.substr(settings.find("languages = "), 40);
    CHECK((is_signed || line.substr(0, line.find(']')).find('"' + code + '"') == std::string::npos));
    for (const auto& [key, file] : read_language(e.path().string()).file_of)
      CHECK_MESSAGE(id.file_of.contains(key), "no Indonesian text: " << key);
  }
  CHECK(drafts == 5);  // jv su mad ace bjn
}

TEST_CASE("texts: every kind of event that stands in a timeline has words, and no other") {
  const auto texts = read_language(folder("id"));
  std::set<std::string> wanted;
  kiosk::events::AllKinds::each([&]<class K>() {
    if (K::kind.words == kiosk::events::Words::Timeline) wanted.insert("event." + std::string(K::kind.name));
  });
  for (const auto& key : wanted) CHECK_MESSAGE(texts.file_of.contains(key), key);
  for (const auto& [key, file] : texts.file_of)
    if (key.starts_with("event.")) CHECK_MESSAGE(wanted.contains(key), key);
}
