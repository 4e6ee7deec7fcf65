#include <doctest/doctest.h>

#include <cstring>
#include <set>
#include <thread>

#include "base/bytes.h"
#include "base/date.h"
#include "base/ids.h"
#include "base/inbox.h"
#include "base/result.h"
#include "base/secret.h"
#include "base/zone.h"

using namespace kiosk;

namespace {
Date day(int y, int m, int d) { return *Date::of(y, m, d); }
Result<int> half(int v) {
  if (v % 2 != 0) return refused("odd", "expected an even number", "v");
  return v / 2;
}
Result<int> quarter(int v) {
  TRY(const int h, half(v));
  TRY(const int q, half(h));
  return q;
}
Result<Done> check_even(int v) {
  TRY_DONE(half(v));
  return Done{};
}
std::uint64_t ms_of(const Uuid& id) {
  std::uint64_t ms = 0;
  for (int i = 0; i < 6; ++i) ms = ms << 8 | id.bytes()[static_cast<std::size_t>(i)];
  return ms;
}
}  // namespace

TEST_CASE("result: a fault travels up with its code, field and exit status") {
  CHECK(*quarter(12) == 3);
  CHECK(quarter(6).fault().code == "odd");
  CHECK(quarter(6).fault().field == "v");
  CHECK(static_cast<int>(quarter(6).fault().kind) == 1);
  CHECK(check_even(2).ok());
  CHECK_FALSE(check_even(3).ok());
  CHECK_THROWS_AS(half(3).value(), std::bad_variant_access);
}

TEST_CASE("date: only days that exist are read") {
  CHECK(Date::parse("2024-02-29")->iso() == "2024-02-29");
  for (const char* bad : {"2023-02-29", "2024-13-01", "2024-00-01", "2024-01-32", "2024-1-1", "20240101", "",
                          "2024-01-0x", "0000-01-01"}) {
    CAPTURE(bad);
    CHECK(Date::parse(bad, "birth").fault().code == "date_invalid");
    CHECK(Date::parse(bad, "birth").fault().field == "birth");
  }
}

TEST_CASE("date: ages and months count from the day itself") {
  CHECK(day(1970, 11, 20).full_years_until(day(2026, 11, 19)) == 55);
  CHECK(day(1970, 11, 20).full_years_until(day(2026, 11, 20)) == 56);
  CHECK(day(2000, 2, 29).full_years_until(day(2001, 2, 28)) == 0);
  CHECK(day(2000, 2, 29).full_years_until(day(2001, 3, 1)) == 1);
  CHECK(day(2026, 1, 31).plus_months(1) == day(2026, 2, 28));
  CHECK(day(2026, 12, 31).plus_days(1) == day(2027, 1, 1));
  CHECK(day(2026, 1, 15).full_months_until(day(2026, 3, 14)) == 1);
  CHECK(day(2024, 2, 28).days_until(day(2024, 3, 1)) == 2);
}

TEST_CASE("date: the branch's day is the day of its own time zone") {
  const auto t = from_ms(1'795'132'799'000);  // 2026-11-19T18:39:59Z
  CHECK(to_rfc3339(t).substr(0, 10) == Date::at(t, std::chrono::minutes{0}).iso());
  CHECK(Date::at(t, std::chrono::minutes{420}) == Date::at(t, std::chrono::minutes{0}).plus_days(1));
}

TEST_CASE("ids: UUIDv7 stay in order when the clock steps back and within one millisecond") {
  FakeClock clock(from_ms(1'800'000'000'000));
  SeededRandom random(7);
  IdSource ids(clock, random);
  Uuid last = ids.next();
  CHECK(ms_of(last) == 1'800'000'000'000);
  CHECK((last.bytes()[6] >> 4) == 7);
  CHECK((last.bytes()[8] >> 6) == 2);
  for (int i = 0; i < 10'000; ++i) {
    if (i == 100) clock.set_wall(from_ms(1'700'000'000'000));
    if (i == 5'000) clock.advance(Millis{1});
    const Uuid next = ids.next();
    REQUIRE(last < next);
    last = next;
  }
}

TEST_CASE("ids: two threads never draw the same id") {
  FakeClock clock(from_ms(1'800'000'000'000));
  SeededRandom random(8);
  IdSource ids(clock, random);
  std::vector<Uuid> a(2'000), b(2'000);
  std::thread t1([&] {
    for (auto& id : a) id = ids.next();
  });
  std::thread t2([&] {
    for (auto& id : b) id = ids.next();
  });
  t1.join();
  t2.join();
  std::set<Uuid> all(a.begin(), a.end());
  all.insert(b.begin(), b.end());
  CHECK(all.size() == 4'000);
}

TEST_CASE("ids: text reads back, anything else is refused") {
  FakeClock clock(from_ms(1'800'000'000'000));
  SeededRandom random(9);
  const auto id = IdSource(clock, random).next();
  CHECK(*Uuid::parse(id.str()) == id);
  auto upper = id.str();
  upper[0] = 'G';
  CHECK_FALSE(Uuid::parse(upper).ok());
  CHECK_FALSE(Uuid::parse("").ok());
  CHECK_FALSE(Uuid::parse(id.str() + "0").ok());
  CHECK(Uuid{}.is_nil());
}

TEST_CASE("random: the same seed replays the same bytes, and below() stays below") {
  SeededRandom a(42), b(42), c(43);
  CHECK(a.u64() == b.u64());
  CHECK(a.u64() != c.u64());
  for (int i = 0; i < 1'000; ++i) CHECK(a.below(7) < 7);
  CHECK(a.below(1) == 0);
}

TEST_CASE("bytes: hex, base64 and base32 read back what they write, of every length") {
  SeededRandom random(11);
  for (std::size_t n = 0; n < 70; ++n) {
    Bytes data(n);
    random.fill(data);
    CHECK(*from_hex(to_hex(data)) == data);
    CHECK(*from_base64(to_base64(data)) == data);
    CHECK(*from_base32(to_base32(data)) == data);
  }
  CHECK(to_base64(as_bytes("any carnal pleas")) == "YW55IGNhcm5hbCBwbGVhcw");
  CHECK(to_hex(as_bytes("\x01\xff")) == "01ff");
}

TEST_CASE("bytes: one value has one text") {
  CHECK_FALSE(from_hex("0").has_value());
  CHECK_FALSE(from_hex("0G").has_value());
  CHECK_FALSE(from_hex("FF").has_value());
  CHECK_FALSE(from_base64("YR").has_value());  // left-over bits are set
  CHECK_FALSE(from_base64("YQ==").has_value());
  CHECK_FALSE(from_base32("I").has_value());
}

TEST_CASE("secret: what is moved from or wiped holds nothing of the text any more") {
  std::string pin = "246810-a-secret-longer-than-any-small-string-buffer";
  const char* where = pin.data();
  const auto size = pin.size();
  wipe(pin);
  CHECK(pin.empty());
  CHECK(std::memcmp(where, std::string(size, '\0').data(), size) == 0);  // the buffer is still the string's own

  SecretString a(std::string("1234"));
  SecretString b(std::move(a));
  CHECK(a.empty());
  CHECK(b.reveal() == "1234");
  CHECK(b.clone().reveal() == "1234");
  static_assert(!std::is_copy_constructible_v<SecretString>);
}

TEST_CASE("inbox: values come out in order, a closed one wakes its reader") {
  int woken = 0;
  Inbox<int> inbox([&] { ++woken; });
  inbox.push(1);
  inbox.push(2);
  CHECK(inbox.take() == 1);
  CHECK(inbox.take_within(Millis{0}) == 2);
  CHECK_FALSE(inbox.take().has_value());
  CHECK(woken == 2);
  std::thread closer([&] { inbox.close(); });
  CHECK_FALSE(inbox.take_within(Seconds{60}).has_value());
  closer.join();
  CHECK(inbox.closed());
}

TEST_CASE("zone: the three of Indonesia by name, their letters, and what was kept before they had names") {
  using namespace kiosk;
  const auto t = from_ms(1'795'194'000'000);  // 2026-11-21 00:00 WIB
  for (const auto& [name, letters, hours] :
       {std::tuple{"Asia/Jakarta", "WIB", 7}, {"Asia/Makassar", "WITA", 8}, {"Asia/Jayapura", "WIT", 9}}) {
    const auto zone = *Zone::named(name);
    CHECK(zone.abbreviation() == letters);
    CHECK(zone.offset(t) == std::chrono::hours(hours));
    CHECK(zone == Zone::of_offset(hours * 60));
    CHECK(zone.day(zone.midnight(*Date::of(2026, 11, 21))) == *Date::of(2026, 11, 21));
    CHECK(zone.day(zone.midnight(*Date::of(2026, 11, 21)) - Millis{1}) == *Date::of(2026, 11, 20));
    CHECK(zone.day(t - Millis{1}).iso() == (hours == 7 ? "2026-11-20" : "2026-11-21"));
  }
  CHECK(Zone().name() == "Asia/Jakarta");
  CHECK(Zone::told("", 480).name() == "Asia/Makassar");  // an older node
  CHECK(Zone::told("Asia/Jayapura", 0).name() == "Asia/Jayapura");
  CHECK(Zone::of_offset(-180).offset(t) == std::chrono::hours(-3));
  for (const char* bad : {"", "WIB", "Asia/Nowhere", "../etc/passwd", "+07:00"})
    CHECK(Zone::named(bad).fault().code == "zone_unknown");
}

TEST_CASE("zone: a day with a shift of the clock is as long as it is") {
  using namespace kiosk;
  const auto zone = *Zone::named("Europe/Berlin");
  const auto spring = *Date::of(2026, 3, 29);
  CHECK(zone.midnight(spring.plus_days(1)) - zone.midnight(spring) == std::chrono::hours(23));
  CHECK(zone.at(spring, std::chrono::hours(12)) - zone.midnight(spring) == std::chrono::hours(11));
}
