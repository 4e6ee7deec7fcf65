// The table of kinds: every name once, well-formed, and the former names of stored chains.
#include "events/kinds.h"

#include <doctest/doctest.h>

#include <regex>
#include <set>

using namespace kiosk;

TEST_CASE("kinds: every name is there once, is area.what, and fits a header") {
  std::set<std::string_view> names;
  const std::regex form("[a-z]+\\.[a-z_]+");
  events::AllKinds::each([&]<class K>() {
    CAPTURE(K::kind.name);
    CHECK(names.insert(K::kind.name).second);
    CHECK(std::regex_match(std::string(K::kind.name), form));
    CHECK(K::kind.name.size() <= 64);
    CHECK(events::is<K>(K::kind.name));
    int met = 0;
    CHECK(events::visit_kind(K::kind.name, [&]<class Met>() { met += std::is_same_v<Met, K> ? 1 : 100; }));
    CHECK(met == 1);
  });
  CHECK(names.size() == events::AllKinds::size);
  CHECK_FALSE(events::visit_kind("ticket.painted", []<class K>() { FAIL("no kind of this name"); }));
}

TEST_CASE("kinds: a former name leads to a present one, and is none itself") {
  for (const auto& [former, now] : events::k_former_names) {
    CAPTURE(former);
    CHECK(events::present_name(former) == now);
    CHECK(events::present_name(now) == now);
    bool written = false, there = false;
    events::AllKinds::each([&]<class K>() {
      written = written || K::kind.name == former;
      there = there || K::kind.name == now;
    });
    CHECK_FALSE(written);
    CHECK(there);
  }
  CHECK(events::is<events::TicketLeft>("ticket.leave"));
}
