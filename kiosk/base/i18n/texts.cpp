#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/i18n/i18n.h"

namespace kiosk::i18n {

namespace {

std::uint32_t word(const std::string& file, std::size_t at, bool swapped) {
  unsigned char b[4];
  std::memcpy(b, file.data() + at, 4);
  if (swapped) std::reverse(std::begin(b), std::end(b));
  return static_cast<std::uint32_t>(b[0]) | static_cast<std::uint32_t>(b[1]) << 8 |
         static_cast<std::uint32_t>(b[2]) << 16 | static_cast<std::uint32_t>(b[3]) << 24;
}

// A compiled catalogue (GNU .mo, both byte orders). Every offset is checked against the file.
Result<std::map<std::string, std::string, std::less<>>> read_mo(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  const std::string file{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  const auto bad = [&](const char* why) { return damaged("texts_damaged", path + ": " + why); };
  if (!in.good() && file.empty()) return bad("cannot be read");
  if (file.size() < 28) return bad("too short");
  const std::uint32_t magic = word(file, 0, false);
  const bool swapped = magic == 0xDE120495;
  if (!swapped && magic != 0x950412DE) return bad("not a compiled catalogue");
  const std::size_t n = word(file, 8, swapped), keys = word(file, 12, swapped), texts = word(file, 16, swapped);
  std::map<std::string, std::string, std::less<>> out;
  const auto entry = [&](std::size_t table, std::size_t k, std::string& s) {
    if (table + 8 * (k + 1) > file.size()) return false;
    const std::size_t size = word(file, table + 8 * k, swapped), at = word(file, table + 8 * k + 4, swapped);
    if (at > file.size() || size > file.size() - at) return false;
    s = file.substr(at, size);
    return true;
  };
  for (std::size_t k = 0; k < n; ++k) {
    std::string key, text;
    if (!entry(keys, k, key) || !entry(texts, k, text)) return bad("an entry points outside the file");
    if (!key.empty() && !text.empty()) out.emplace(std::move(key), std::move(text));
  }
  return out;
}

bool is_folder(const std::string& path) {
  struct stat s {};
  return ::stat(path.c_str(), &s) == 0 && S_ISDIR(s.st_mode);
}

}  // namespace

std::string assets(std::string_view part) {
  std::vector<std::string> bases;
  if (const char* given = std::getenv("KIOSK_ASSETS")) bases.emplace_back(given);
  char self[4096];
  const ssize_t n = ::readlink("/proc/self/exe", self, sizeof self - 1);
  if (n > 0) {
    std::string program(self, static_cast<std::size_t>(n));
    // build/release/bin/kiosk -> build/release/assets; /usr/bin/kiosk -> /usr/share/kiosk
    for (int up = 0; up < 2; ++up) program.resize(std::min(program.size(), program.rfind('/')));
    bases.push_back(program + "/assets");
    bases.push_back(program + "/share/kiosk");
  }
  if (const char* build = std::getenv("KIOSK_BUILD")) bases.push_back(std::string(build) + "/assets");
  for (const std::string& base : bases) {
    const std::string folder = base + "/" + std::string(part);
    if (is_folder(folder)) return folder;
  }
  return {};
}

Result<Texts> Texts::load(const std::string& folder) {
  DIR* dir = ::opendir(folder.c_str());
  if (dir == nullptr) return bad_input("texts_missing", "assets", "no folder of texts at '" + folder + "'");
  std::vector<std::string> names;
  while (const dirent* entry = ::readdir(dir)) {
    const std::string name = entry->d_name;
    if (name.size() > 3 && name.ends_with(".mo")) names.push_back(name.substr(0, name.size() - 3));
  }
  ::closedir(dir);
  std::map<std::string, std::shared_ptr<const Language::Catalogue>> read;
  for (const std::string& name : names) {
    TRY(Language::Catalogue catalogue, read_mo(folder + "/" + name + ".mo"));
    read[name] = std::make_shared<const Language::Catalogue>(std::move(catalogue));
  }
  if (!read.contains("id"))
    return bad_input("texts_missing", "assets", "no Indonesian texts (id.mo) in '" + folder + "'");
  Texts texts;
  for (const auto& [code, catalogue] : read) {
    Language language;
    language.code_ = code;
    language.own_ = catalogue;
    language.fallback_ = read["id"];
    texts.languages_.emplace(code, std::move(language));
  }
  return texts;
}

Texts Texts::of(std::map<std::string, std::map<std::string, std::string>> languages) {
  languages["id"];
  Texts texts;
  const auto make = [](const std::map<std::string, std::string>& m) {
    return std::make_shared<const Language::Catalogue>(m.begin(), m.end());
  };
  const auto fallback = make(languages["id"]);
  for (const auto& [code, entries] : languages) {
    Language language;
    language.code_ = code;
    language.own_ = code == "id" ? fallback : make(entries);
    language.fallback_ = fallback;
    texts.languages_.emplace(code, std::move(language));
  }
  return texts;
}

const Language& Texts::language(std::string_view code) const {
  const auto it = languages_.find(code);
  return it != languages_.end() ? it->second : languages_.find("id")->second;
}

std::vector<std::string> Texts::codes() const {
  std::vector<std::string> codes{"id"};
  for (const auto& [code, language] : languages_)
    if (code != "id") codes.push_back(code);
  return codes;
}

std::vector<std::string> Texts::missing(std::string_view code) const {
  std::vector<std::string> keys;
  const Language& other = language(code);
  for (const auto& [key, text] : *language("id").own_)
    if (!other.has(key)) keys.push_back(key);
  return keys;
}

const std::string* Language::find(std::string_view key) const {
  for (const auto& catalogue : {own_, fallback_}) {
    if (!catalogue) continue;
    if (const auto it = catalogue->find(key); it != catalogue->end()) return &it->second;
  }
  return nullptr;
}

bool Language::has(std::string_view key) const { return own_ && own_->contains(key); }

std::string Language::text(std::string_view key, Args args) const {
  const std::string* found = find(key);
  if (found == nullptr) return std::string(key);
  if (args.size() == 0) return *found;
  std::string out;
  const std::string_view s = *found;
  for (std::size_t i = 0; i < s.size();) {
    if (s[i] == '{') {
      const std::size_t end = s.find('}', i);
      if (end != std::string_view::npos) {
        const std::string_view name = s.substr(i + 1, end - i - 1);
        const auto arg = std::find_if(args.begin(), args.end(), [&](const auto& a) { return a.first == name; });
        if (arg != args.end()) {
          out += arg->second;
          i = end + 1;
          continue;
        }
      }
    }
    out += s[i++];
  }
  return out;
}

std::string Language::fault(const Fault& fault) const {
  const std::string key = "fault." + fault.code;
  return find(key) != nullptr ? text(key, {{"detail", fault.detail}}) : text("fault.any", {{"code", fault.code}});
}

}  // namespace kiosk::i18n
