// Notices for waiting rooms, what people withdrew, and kinds of events that the centre keeps without judging.
#include <algorithm>

#include "world.h"

using namespace kiosk;
using namespace kiosk::test;

namespace {

std::vector<std::string> told(TestNode& n, std::int64_t after) {
  std::vector<std::string> texts{"(nothing)"};
  for (const auto& item : n.feed(after).items) {
    if (item.kind != "notices") continue;
    texts.clear();
    for (const auto& notice : must(protocol::decode<std::vector<protocol::FeedNotice>>(item.body)))
      texts.push_back(notice.text);
  }
  return texts;
}
using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("central: a branch hears the whole list of its notices whenever one is added or removed") {
  World w(0);
  TestNode n = w.enrolled(), other = w.enrolled("SBY02");
  const auto until = to_ms(w.clock.now() + std::chrono::hours(3));
  const auto read = n.feed(0).until;
  CHECK(told(n, 0) == Texts{"(nothing)"});
  const auto one =
      must(w.centre->add_notice("JKT01", {{}, "Kantor tutup 25 Desember", "Closed on 25 December", 0, until}));
  CHECK(one.from_ms == to_ms(w.clock.now()));
  CHECK(told(n, read) == Texts{"Kantor tutup 25 Desember"});
  w.clock.advance(Millis{1000});
  must(w.centre->add_notice("JKT01", {{}, "dua", "", 0, until - 3'600'000}));
  CHECK(told(n, read) == Texts{"Kantor tutup 25 Desember", "dua"});
  must(w.centre->add_notice("SBY02", {{}, "lain", "", 0, until}));
  CHECK(told(other, 0) == Texts{"lain"});
  CHECK(must(w.centre->notices("")).size() == 3);
  CHECK(must(w.centre->notices("SBY02")).front().notice.text == "lain");
  const auto before = n.feed(0).until;
  must(w.centre->remove_notice(one.id));
  CHECK(told(n, before) == Texts{"dua"});
  CHECK(w.centre->remove_notice(one.id).fault().code == "unknown_notice");
  w.clock.advance(std::chrono::hours(2));
  CHECK(told(n, before).empty());  // it has ended
}

TEST_CASE("central: a notice that cannot be one is refused by field") {
  World w(0);
  TestNode n = w.enrolled();
  const auto now = w.clock.now();
  const auto field = [&](const std::string& text, const std::string& english, WallTime from, WallTime until) {
    const auto r = w.centre->add_notice("JKT01", {{}, text, english, to_ms(from), to_ms(until)});
    REQUIRE_FALSE(r.ok());
    CHECK(r.fault().kind == FaultKind::BadInput);
    return r.fault().field;
  };
  const auto later = now + std::chrono::hours(1);
  CHECK(field("", "", now, later) == "text");
  CHECK(field(std::string(161, 'a'), "", now, later) == "text");
  CHECK(field("a", "b\nc", now, later) == "text_en");
  CHECK(field("a", "", now, now) == "until");
  CHECK(field("a", "", now, now + std::chrono::hours(24 * 92) + Millis{1}) == "until");
  CHECK(w.centre->add_notice("NONE", {{}, "a", "", 0, to_ms(later)}).fault().code == "branch_unknown");
  for (int i = 0; i < 100; ++i) must(w.centre->add_notice("JKT01", {{}, "a", "", 0, to_ms(later)}));
  CHECK(w.centre->add_notice("JKT01", {{}, "a", "", 0, to_ms(later)}).fault().code == "too_many_notices");
}

TEST_CASE("central: a withdrawn consent is a request for erasure, once, with the name masked") {
  World w(2);
  TestNode n = w.enrolled();
  const auto& p = w.seeded.participants[0];
  const auto at = w.clock.now() - std::chrono::minutes(5);
  const auto consent = [&](const domain::PersonId& id, const char* purpose) {
    return protocol::encode(protocol::ConsentPayload{id.key(), purpose, "2026-11", "id"});
  };
  const domain::PersonId stranger(must(domain::Nik::parse("3578015208620004")));
  n.add("consent.given", consent(p.id, "camera"), "0192d3c4-0000-7000-8000-000000000001", at);
  n.add("consent.withdrawn", consent(p.id, "camera"), "0192d3c4-0000-7000-8000-000000000002", at);
  n.add("consent.withdrawn", consent(p.id, "camera"), "0192d3c4-0000-7000-8000-000000000002", at);  // told twice
  n.add("consent.withdrawn", consent(stranger, "data"), "0192d3c4-0000-7000-8000-000000000003", at + Millis{1});
  n.add("consent.withdrawn", "{}", "0192d3c4-0000-7000-8000-000000000004", at);
  const auto reply = n.push_all();
  REQUIRE(reply.verdicts.size() == 1);
  CHECK(reply.verdicts[0].seq == 5);
  CHECK(reply.verdicts[0].reason == "payload_invalid");
  const auto asked = must(w.centre->erasures());
  REQUIRE(asked.size() == 2);
  CHECK(asked[0].branch == "JKT01");
  CHECK(asked[0].masked_name == domain::mask_name(p.name));
  CHECK(asked[0].purpose == "camera");
  CHECK(asked[0].at == at);
  CHECK(asked[1].masked_name.empty());
  CHECK(asked[1].purpose == "data");
}

TEST_CASE("central: a consent given again calls the erasure back, whichever branch tells it first") {
  World w(2);
  TestNode n = w.enrolled();
  const auto& p = w.seeded.participants[0];
  const auto at = w.clock.now() - std::chrono::minutes(50);
  const auto consent = [&](const char* purpose) {
    return protocol::encode(protocol::ConsentPayload{p.id.key(), purpose, "2026-11", "id"});
  };
  n.add("consent.withdrawn", consent("camera"), "0192d3c4-0000-7000-8000-000000000011", at);
  n.add("consent.given", consent("camera"), "0192d3c4-0000-7000-8000-000000000012", at + Millis{10});
  n.add("consent.given", consent("data"), "0192d3c4-0000-7000-8000-000000000013", at + Millis{30});
  n.add("consent.withdrawn", consent("data"), "0192d3c4-0000-7000-8000-000000000014", at + Millis{20});  // told late
  n.add("consent.withdrawn", consent("companion"), "0192d3c4-0000-7000-8000-000000000015", at);
  CHECK(n.push_all().verdicts.empty());
  CHECK(must(w.centre->erasures()).empty());
  n.add("consent.withdrawn", consent("camera"), "0192d3c4-0000-7000-8000-000000000016", at + Millis{40});
  n.push_all();
  const auto asked = must(w.centre->erasures());
  REQUIRE(asked.size() == 1);
  CHECK(asked[0].purpose == "camera");
  CHECK(asked[0].at == at + Millis{40});
}

TEST_CASE("central: what terminals, notices, consents, intakes and calls for help say is kept and not flagged") {
  World w(0);
  TestNode n = w.enrolled();
  for (const char* kind : {"terminal.code_made", "terminal.joined", "terminal.renewed", "terminal.removed",
                           "notice.posted", "notice.removed", "intake.submitted", "help.asked"})
    n.add(kind);
  n.add("weather.changed");
  const auto reply = n.push_all();
  REQUIRE(reply.verdicts.size() == 1);
  CHECK(reply.verdicts[0].seq == 9);
  CHECK(reply.verdicts[0].reason == "unknown_kind");
}
