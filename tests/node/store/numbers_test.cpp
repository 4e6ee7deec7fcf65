// Number series after a restore: what a lost tail may have given is not given again, also when numbers go round.
#include <array>
#include <set>

#include "domain/queue/issue.h"
#include "node/store/tickets.h"
#include "store_support.h"

using namespace kiosk;
using namespace kiosk::store;
using test::TempDir;

namespace {

struct Numbers {
  TempDir dir;
  crypto::KeyRing keys;
  std::unique_ptr<Store> s = test::open_store(dir.path(), keys);
  Date today = *Date::parse("2026-11-20", "day");

  // As issuing does: the next number that nobody may hold; 0: none is left.
  int next(const std::string& service, Date day) {
    auto tx = s->begin();
    REQUIRE(tx.ok());
    const auto at = series(tx->db(), service, day).value();
    const auto used = numbers_in_use(tx->db(), service, "A", at, day, 1).value();
    const auto n = domain::next_number(at, day, used);
    if (!n) return 0;
    REQUIRE(put_series(*tx, service, n->series).ok());
    REQUIRE(tx->commit_local().ok());
    return n->number;
  }
  int next(const std::string& service = "JHT") { return next(service, today); }
  void given(int number) {
    auto tx = s->begin();
    REQUIRE(number_given(*tx, "JHT", today.iso(), number).ok());
    REQUIRE(tx->commit_local().ok());
  }
  void skip(int count) {
    auto tx = s->begin();
    REQUIRE(skip_numbers(*tx, today.iso(), count).ok());
    REQUIRE(tx->commit_local().ok());
  }
};

}  // namespace

TEST_CASE("numbers: after a restore none of those that the lost tail may have given is given again that day") {
  Numbers n;
  for (int i = 1; i <= 30; ++i) REQUIRE(n.next() == i);
  n.skip(100);  // may be on somebody's paper
  CHECK(n.next() == 131);
  CHECK(n.next("ISO") == 101);  // had not begun here; there it may have
  std::set<int> given;
  for (int i = 0; i < 2'000; ++i) given.insert(n.next());  // nobody waits: twice round and more
  for (int lost = 31; lost <= 130; ++lost) CHECK_FALSE(given.contains(lost));
  CHECK(given.contains(999));
  CHECK(given.contains(131));
  CHECK(n.next("JHT", n.today.plus_days(1)) == 1);
  CHECK(n.next("ISO", n.today.plus_days(1)) == 1);
}

TEST_CASE("numbers: a restore at the end of the numbers goes past their beginning") {
  Numbers n;
  n.given(950);
  n.skip(100);  // 951 to 999 and 1 to 51
  std::set<int> given;
  const int first = n.next();
  given.insert(first);
  for (int i = 0; i < 1'500; ++i) given.insert(n.next());
  for (int lost = 951; lost <= 999; ++lost) CHECK_FALSE(given.contains(lost));
  for (int lost = 1; lost <= 51; ++lost) CHECK_FALSE(given.contains(lost));
  CHECK(first > 51);
  CHECK(first < 950);
}

TEST_CASE("numbers: a second restore of the same day goes past what was given since the first, in every service") {
  Numbers n;
  n.skip(100);
  CHECK(n.next() == 101);
  CHECK(n.next("ISO") == 101);
  n.skip(100);
  CHECK(n.next() == 202);
  CHECK(n.next("INFO") == 201);
}

TEST_CASE("numbers: events that come back move a series on in the order they were made, also past 999") {
  Numbers n;
  for (const int number : {1, 2, 3}) n.given(number);
  n.given(2);  // a copy brings it once more
  CHECK(n.next() == 4);
  for (int number = 5; number <= 999; ++number) n.given(number);
  for (const int number : {1, 2, 7}) n.given(number);
  n.given(998);  // was before
  CHECK(n.next() == 8);
}

TEST_CASE("numbers: what is still in use is looked up once the numbers went round or a letter may have moved") {
  Numbers n;
  const auto in_use = [&] {
    auto tx = n.s->begin();
    const auto at = series(tx->db(), "JHT", n.today).value();
    return at.round ? numbers_in_use(tx->db(), "JHT", "A", at, n.today, 1).value() : std::vector<int>{-1};
  };
  const auto waits = [&](const std::string& number) {
    auto tx = n.s->begin();
    TicketRow row;
    row.ticket.id = n.s->ids().next();
    row.ticket.number = number;
    row.ticket.service = "JHT";
    row.ticket.state = domain::TicketState::Waiting;
    row.day = n.today.iso();
    REQUIRE(insert_ticket(*tx, row).ok());
    REQUIRE(tx->commit_local().ok());
  };
  REQUIRE(n.next() == 1);
  waits("A-001");
  for (int i = 2; i <= 998; ++i) REQUIRE(n.next() == i);
  CHECK(in_use() == std::vector<int>{-1});
  CHECK(n.next() == 999);
  CHECK(n.next() == 2);  // A-001 still waits
  CHECK(in_use() == std::vector<int>{});
  waits("A-003");
  CHECK(in_use() == std::vector<int>{3});
  CHECK(n.next() == 4);

  SUBCASE("a restore that saw the numbers go round looks too, in whatever order it saw them") {
    for (const auto& order : {std::array{998, 999, 1, 2}, std::array{2, 1, 999, 998}}) {
      Numbers r;
      for (const int number : order) r.given(number);
      auto tx = r.s->begin();
      CHECK(series(tx->db(), "JHT", r.today)->round);
      CHECK(series(tx->db(), "JHT", r.today)->last == 2);
    }
  }
  SUBCASE("services with other letters: all of that day's numbers are looked up") {
    Numbers r;
    REQUIRE(r.next() == 1);
    {
      auto tx = r.s->begin();
      REQUIRE(put_services(*tx, {{"JHT", "Jaminan Hari Tua", "B", true}, {"JP", "Jaminan Pensiun", "A", true}}).ok());
      REQUIRE(tx->commit_local().ok());
    }
    auto tx = r.s->begin();
    CHECK(series(tx->db(), "JHT", r.today)->round);
    CHECK(series(tx->db(), "JP", r.today)->round);
    CHECK_FALSE(series(tx->db(), "JP", r.today.plus_days(1))->round);
  }
}

TEST_CASE("numbers: a clock that jumped ahead and was set back gives neither day's numbers a second time") {
  Numbers n;
  const Date later = *Date::parse("2038-01-19", "day");
  for (int i = 1; i <= 5; ++i) REQUIRE(n.next() == i);
  CHECK(n.next("JHT", later) == 1);
  CHECK(n.next() == 6);
  CHECK(n.next("JHT", later) == 7);
  CHECK(n.next("JHT", n.today.plus_days(1)) == 8);  // a day without numbers of its own goes on as well
  CHECK(n.next() == 9);
}
