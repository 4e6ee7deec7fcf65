#include <dirent.h>
#include <doctest/doctest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <map>
#include <random>
#include <set>
#include <sstream>

#include "base/i18n/i18n.h"

using namespace kiosk;
using namespace kiosk::i18n;

namespace {
const Texts& sample() {
  static const Texts t = Texts::of({{"id",
                                     {{"a", "Halo {name}, {count} orang"},
                                      {"only", "Hanya"},
                                      {"fault.any", "Gagal ({code})"},
                                      {"fault.x", "Kata {detail}"}}},
                                    {"en", {{"a", "Hello {name}, {count} people"}}}});
  return t;
}
const Language& id() { return sample().language("id"); }
const Language& en() { return sample().language("en"); }
constexpr std::chrono::minutes kWib{7 * 60};
}  // namespace

TEST_CASE("i18n: names in braces are replaced, unknown ones stay") {
  CHECK(id().text("a", {{"name", "Bu Siti"}, {"count", "3"}}) == "Halo Bu Siti, 3 orang");
  CHECK(en().text("a", {{"name", "{count}"}}) == "Hello {count}, {count} people");
  CHECK(id().text("a") == "Halo {name}, {count} orang");
}

TEST_CASE("i18n: what English lacks is said in Indonesian, and missing() names it") {
  CHECK(en().text("only") == "Hanya");
  CHECK_FALSE(en().has("only"));
  CHECK(sample().missing("en") == std::vector<std::string>{"fault.any", "fault.x", "only"});
  CHECK(sample().language("jv").code() == "id");
  CHECK(id().fault(refused("x", "A-1")) == "Kata A-1");
  CHECK(id().fault(refused("y")) == "Gagal (y)");
}

TEST_CASE("i18n: numbers and money") {
  CHECK(id().rupiah(Rupiah{1234567}) == "Rp1.234.567");
  CHECK(en().rupiah(Rupiah{1234567}) == "Rp1,234,567");
  CHECK(id().rupiah(Rupiah{0}) == "Rp0");
  CHECK(id().rupiah(Rupiah{-5000}) == "-Rp5.000");
  CHECK(id().number(999) == "999");
  CHECK(id().number(INT64_MIN) == "-9.223.372.036.854.775.808");
  CHECK(id().decimal(12.5, 1) == "12,5");
  CHECK(en().decimal(-0.04, 1) == "0.0");
  CHECK(id().percent(5.7, 1) == "5,7 %");
}

TEST_CASE("i18n: dates, times and durations") {
  const Date d = *Date::of(2026, 11, 20);
  CHECK(id().long_date(d) == "Jumat, 20 November 2026");
  CHECK(en().long_date(d) == "Friday, 20 November 2026");
  CHECK(id().short_date(*Date::of(2026, 8, 7)) == "07-08-2026");
  const WallTime t = from_ms(1795142460000);  // 2026-11-20T02:41:00Z
  CHECK(id().time(t, kWib) == "09.41");
  CHECK(en().time(t, kWib) == "09:41");
  CHECK(id().date_time(t, kWib) == "20 November 2026 pukul 09.41");
  CHECK(id().duration(Seconds{59}) == "kurang dari 1 menit");
  CHECK(id().duration(Seconds{2 * 3600 + 300}) == "2 jam 5 menit");
  CHECK(en().duration(Seconds{60}) == "1 minute");
  CHECK(en().duration(Seconds{25 * 3600}) == "1 day 1 hour");
  CHECK(id().minutes_range(10, 20) == "10\u201320 menit");
  CHECK(id().minutes_range(5, 5) == "5 menit");
}

TEST_CASE("i18n: numbers in words") {
  CHECK(id().spelled(0) == "nol");
  CHECK(id().spelled(11) == "sebelas");
  CHECK(id().spelled(17) == "tujuh belas");
  CHECK(id().spelled(123) == "seratus dua puluh tiga");
  CHECK(id().spelled(1001) == "seribu satu");
  CHECK(id().spelled(15'000'000) == "lima belas juta");
  CHECK(en().spelled(1'234) == "one thousand two hundred thirty-four");
  CHECK(id().spelled_digits("32 01") == "tiga dua nol satu");
}

namespace {
// Reads words back, by another way than they are written: by the next scale word from the left.
std::int64_t read_back(const std::string& words, const std::map<std::string, std::int64_t>& small,
                       const std::map<std::string, std::int64_t>& scales, const std::string& hundred) {
  std::int64_t sum = 0, part = 0;
  std::istringstream in(words);
  for (std::string w; in >> w;) {
    if (const auto s = small.find(w); s != small.end()) {
      part += s->second;
    } else if (w == "puluh" || w == "belas") {
      const auto unit = part % 10;
      part += w == "puluh" ? 9 * unit : 10;
    } else if (w == hundred) {
      part *= 100;  // nothing but its count stands before it
    } else {
      REQUIRE_MESSAGE(scales.count(w) == 1, words);
      sum += part * scales.at(w);
      part = 0;
    }
  }
  return sum + part;
}

std::int64_t read_id(std::string words) {
  static const std::map<std::string, std::int64_t> small{
      {"nol", 0},   {"satu", 1},    {"dua", 2},      {"tiga", 3},     {"empat", 4},    {"lima", 5},     {"enam", 6},
      {"tujuh", 7}, {"delapan", 8}, {"sembilan", 9}, {"sepuluh", 10}, {"sebelas", 11}, {"seratus", 100}};
  static const std::map<std::string, std::int64_t> scales{
      {"ribu", 1'000}, {"juta", 1'000'000}, {"miliar", 1'000'000'000}};
  if (const auto at = words.find("seribu"); at != std::string::npos) words.replace(at, 6, "satu ribu");
  return read_back(words, small, scales, "ratus");
}

std::int64_t read_en(std::string words) {
  static const std::map<std::string, std::int64_t> small{
      {"zero", 0},      {"one", 1},       {"two", 2},       {"three", 3},    {"four", 4},     {"five", 5},
      {"six", 6},       {"seven", 7},     {"eight", 8},     {"nine", 9},     {"ten", 10},     {"eleven", 11},
      {"twelve", 12},   {"thirteen", 13}, {"fourteen", 14}, {"fifteen", 15}, {"sixteen", 16}, {"seventeen", 17},
      {"eighteen", 18}, {"nineteen", 19}, {"twenty", 20},   {"thirty", 30},  {"forty", 40},   {"fifty", 50},
      {"sixty", 60},    {"seventy", 70},  {"eighty", 80},   {"ninety", 90}};
  static const std::map<std::string, std::int64_t> scales{
      {"thousand", 1'000}, {"million", 1'000'000}, {"billion", 1'000'000'000}};
  std::replace(words.begin(), words.end(), '-', ' ');
  return read_back(words, small, scales, "hundred");
}
}  // namespace

TEST_CASE("i18n: every sum up to a thousand thousand millions is written in words that mean it") {
  for (const auto& [n, words] : std::map<std::int64_t, std::string>{
           {10, "sepuluh"},
           {19, "sembilan belas"},
           {20, "dua puluh"},
           {100, "seratus"},
           {111, "seratus sebelas"},
           {1'000, "seribu"},
           {1'100, "seribu seratus"},
           {2'000, "dua ribu"},
           {11'000, "sebelas ribu"},
           {21'000, "dua puluh satu ribu"},
           {100'000, "seratus ribu"},
           {101'000, "seratus satu ribu"},
           {1'000'000, "satu juta"},
           {1'001'000, "satu juta seribu"},
           {5'000'000, "lima juta"},
           {1'000'000'000, "satu miliar"},
           {999'999'999'999,
            "sembilan ratus sembilan puluh sembilan miliar sembilan ratus sembilan puluh sembilan juta sembilan ratus "
            "sembilan puluh sembilan ribu sembilan ratus sembilan puluh sembilan"}})
    CHECK(id().spelled(n) == words);
  CHECK(en().spelled(5'021'000) == "five million twenty-one thousand");
  const auto same = [&](std::int64_t n) {
    if (read_id(id().spelled(n)) != n) FAIL_CHECK(n << ": " << id().spelled(n));
    if (read_en(en().spelled(n)) != n) FAIL_CHECK(n << ": " << en().spelled(n));
  };
  for (std::int64_t n = 0; n < 20'000; ++n) same(n);
  std::mt19937_64 random(13);
  for (int i = 0; i < 20'000; ++i) same(static_cast<std::int64_t>(random() % 1'000'000'000'000));
  for (std::int64_t scale = 1; scale < 1'000'000'000'000; scale *= 10)
    for (std::int64_t k = 1; k < 10; ++k) same(k * scale), same(k * scale - 1), same(k * scale + 1);
}

TEST_CASE("i18n: a damaged catalogue is refused, never read beyond its end") {
  const std::string folder = "/tmp/kiosk-i18n-" + std::to_string(::getpid());
  REQUIRE(::system(("mkdir -p " + folder).c_str()) == 0);
  const auto write = [&](const std::string& bytes) { std::ofstream(folder + "/id.mo", std::ios::binary) << bytes; };
  CHECK(Texts::load(folder + "/nowhere").fault().code == "texts_missing");
  CHECK(Texts::load(folder).fault().code == "texts_missing");
  write("");
  CHECK(Texts::load(folder).fault().code == "texts_damaged");
  write(std::string(64, 'x'));
  CHECK(Texts::load(folder).fault().code == "texts_damaged");
  std::string mo(
      "\xde\x12\x04\x95\0\0\0\0\1\0\0\0\x1c\0\0\0\x24\0\0\0\0\0\0\0\0\0\0\0\xff\xff\0\0\xff\xff\xff\x7f\4\0\0\0\x2c\0\0"
      "\0text",
      48);
  write(mo);
  CHECK(Texts::load(folder).fault().code == "texts_damaged");
  REQUIRE(::system(("rm -r " + folder).c_str()) == 0);
}

TEST_CASE("i18n: every key of the product belongs to one area, and English has what Indonesian has") {
  const char* source = std::getenv("KIOSK_SOURCE");
  REQUIRE_MESSAGE(source != nullptr, "KIOSK_SOURCE names the checkout");
  std::map<std::string, std::set<std::string>> keys;
  for (const std::string language : {"id", "en"}) {
    const std::string folder = std::string(source) + "/assets/i18n/" + language;
    std::map<std::string, std::string> area_of;
    DIR* dir = ::opendir(folder.c_str());
    REQUIRE(dir != nullptr);
    while (const dirent* entry = ::readdir(dir)) {
      const std::string name = entry->d_name;
      if (!name.ends_with(".po")) continue;
      std::ifstream in(folder + "/" + name);
      for (std::string line; std::getline(in, line);) {
        if (!line.starts_with("msgid \"") || line == "msgid \"\"") continue;
        const std::string key = line.substr(7, line.size() - 8);
        CAPTURE(key);
        CAPTURE(name);
        CHECK_MESSAGE(area_of.emplace(key, name).second, "also in " << area_of[key]);
        keys[language].insert(key);
      }
    }
    ::closedir(dir);
  }
  for (const std::string& key : keys["id"]) CHECK_MESSAGE(keys["en"].contains(key), key << " has no English");
  for (const std::string& key : keys["en"]) CHECK_MESSAGE(keys["id"].contains(key), key << " has no Indonesian");
}
