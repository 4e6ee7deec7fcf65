#include "domain/rules/lengths.h"

#include <doctest/doctest.h>

#include "base/letters.h"
#include "domain/rules/notice.h"

using namespace kiosk;
using namespace kiosk::domain;

TEST_CASE("lengths: every field of the table takes its length in characters and refuses one more by its name") {
  for (const auto& f : k_field_lengths) {
    CAPTURE(f.field);
    const std::string field = "answers." + std::string(f.field);
    CHECK(length_of(field) == f.characters);
    std::string text;
    for (std::size_t i = 0; i < f.characters; ++i) text += "\u00e9";  // two bytes, one character
    CHECK(fits(text, field, "too_long").ok());
    CHECK(fits(std::string(f.characters, 'x'), field, "too_long").ok());
    const auto refused = fits(std::string(f.characters + 1, 'x'), field, "too_long");
    REQUIRE_FALSE(refused.ok());
    CHECK(refused.fault().code == "too_long");
    CHECK(refused.fault().field == field);
    CHECK(refused.fault().detail.find(std::to_string(f.characters)) != std::string::npos);
  }
  CHECK(length_of("mother") >= 78);  // a mother's name of the field
  CHECK(length_of("unknown") == 0);
  CHECK_FALSE(fits(std::string(100, 'x') + std::string(200, '\xc3'), "name", "too_long").ok());
}

TEST_CASE("notice: a character that the screens' fonts lack is refused and named") {
  const WallTime now{Millis{1'764'000'000'000}};
  const auto said = [&](const std::string& text) { return check_notice(text, "", now, now + Millis{1}, now); };
  CHECK(said("Loket 3 tutup pukul 14.00 \u2013 caf\u00e9 \u201cbuka\u201d\u2026").ok());
  const auto emoji = said("Selamat \U0001F600");
  REQUIRE_FALSE(emoji.ok());
  CHECK(emoji.fault().code == "notice_letter");
  CHECK(emoji.fault().detail.find("\U0001F600 (U+1F600)") != std::string::npos);
  CHECK(check_notice("ok", "\u2764", now, now + Millis{1}, now).fault().field == "text_en");
  CHECK(on_screen(U'A'));
  CHECK_FALSE(on_screen(0xFFFD));
}
