// Notices through the verbs: who may post them, what the board shows when, and what the centre's list replaces.
#include "api/protocol/central_api.h"
#include "tests/api/verbs/branch_suite.h"

using namespace kiosk;
using namespace kiosk::test;
using std::chrono::hours;
using std::chrono::minutes;

namespace {
verbs::PostNotice notice(World& w, const std::string& text, Millis begins_in = Millis{0}, Millis lasts = hours(2)) {
  verbs::PostNotice n{w.id(), text, "", std::nullopt, w.clock().now() + begins_in + lasts};
  if (begins_in > Millis{0}) n.from = w.clock().now() + begins_in;
  return n;
}
std::vector<std::string> on_board(World& w) {
  std::vector<std::string> out;
  for (const auto& n : good(w.branch().ask({"board-1", ""}, verbs::GetBoard{})).notices) out.push_back(n.text);
  return out;
}
using Texts = std::vector<std::string>;
}  // namespace

EVERY_WAY("notices: only who administers the branch posts one, once, within its bounds") {
  const auto head = w.log_in("1004", "counter-9"), other = w.log_in("1003", "counter-1");
  auto n = notice(w, "Loket 3 tutup pukul 14.00");
  n.text_en = "Counter 3 closes at 14.00";
  CHECK(code_of(w.branch().ask(w.kiosk(), n)) == "not_logged_in");
  CHECK(code_of(w.branch().ask(other, n)) == "right_missing");
  const auto refused_at = [&](verbs::PostNotice bad) {
    const auto r = w.branch().ask(head, bad);
    REQUIRE_FALSE(r.ok());
    CHECK(r.fault().kind == FaultKind::BadInput);
    return r.fault().field;
  };
  auto bad = n;
  bad.text = "";
  CHECK(refused_at(bad) == "text");
  bad.text = std::string(161, 'a');
  CHECK(refused_at(bad) == "text");
  // What the board's font lacks would stand there as "?": refused with the character's name.
  for (const auto& [letter, name] :
       {std::pair{"\U0001F600", "U+1F600"}, {"\u2764", "U+2764"}, {"\u0b95", "U+0B95"}, {"\xff", "U+FFFD"}}) {
    bad.text = std::string("Loket 3 tutup ") + letter;
    const auto r = w.branch().ask(head, bad);
    CHECK(code_of(r) == "notice_letter");
    REQUIRE_FALSE(r.ok());
    CHECK(r.fault().field == "text");
    CHECK(r.fault().detail.find(name) != std::string::npos);
  }
  bad.text = "two\nlines";
  CHECK(refused_at(bad) == "text");
  bad = n;
  bad.text_en = std::string(161, 'a');
  CHECK(refused_at(bad) == "text_en");
  bad = n;
  bad.until = w.clock().now();
  CHECK(refused_at(bad) == "until");
  bad.until = w.clock().now() + hours(24 * 92) + Millis{1};
  CHECK(refused_at(bad) == "until");
  bad.from = w.clock().now() + hours(1);
  CHECK(good(w.branch().ask(head,
                            [&] {
                              auto longest = bad;
                              longest.id = w.id();
                              longest.until = *longest.from + hours(24 * 92);
                              return longest;
                            }()))
            .by == "1004");
  const auto posted = good(w.branch().ask(head, n));
  CHECK(posted.id == n.id);
  CHECK(posted.text_en == n.text_en);
  CHECK(posted.from == w.clock().now());
  const auto seq = w.store().identity().last_seq;
  w.clock().advance(minutes(1));
  CHECK(good(w.branch().ask(head, n)).from == posted.from);  // again
  CHECK(w.store().identity().last_seq == seq);
  CHECK(on_board(w) == Texts{n.text});
}

EVERY_WAY("notices: the board shows the three newest that hold now, and what has ended is forgotten") {
  const auto head = w.log_in("1004", "counter-9");
  good(w.branch().ask(head, notice(w, "short", {}, minutes(10))));
  w.clock().advance(minutes(1));
  for (const char* text : {"one", "two", "three"})
    good(w.branch().ask(head, notice(w, text))), w.clock().advance(minutes(1));
  good(w.branch().ask(head, notice(w, "later", minutes(5))));
  CHECK(on_board(w) == Texts{"three", "two", "one"});
  CHECK(good(w.branch().ask(head, verbs::ListNotices{})).size() == 5);
  w.clock().advance(minutes(5));
  CHECK(on_board(w) == Texts{"later", "three", "two"});
  w.reopen();
  CHECK(on_board(w) == Texts{"later", "three", "two"});
  w.clock().advance(minutes(1));
  CHECK(good(w.branch().ask(head, verbs::ListNotices{})).size() == 4);
  good(w.branch().ask(w.log_in("1004", "counter-9"), notice(w, "newest")));
  auto read = good(w.store().read());
  std::int64_t rows = 0;
  good(read.db().prepared("SELECT count(*) FROM notices").each([&](sqlite::Stmt& s) { rows = s.integer(0); }));
  CHECK(rows == 5);
}

EVERY_WAY("notices: one that was removed is off the board, also when it is removed or posted again") {
  const auto head = w.log_in("1004", "counter-9"), other = w.log_in("1003", "counter-1");
  const auto n = notice(w, "wrong");
  good(w.branch().ask(head, n));
  CHECK(code_of(w.branch().ask(other, verbs::RemoveNotice{n.id})) == "right_missing");
  CHECK(code_of(w.branch().ask(head, verbs::RemoveNotice{w.id()})) == "unknown_notice");
  const auto before = good(w.branch().ask({"board-1", ""}, verbs::WaitChanges{0, Millis{0}})).until;
  good(w.branch().ask(head, verbs::RemoveNotice{n.id}));
  const auto seq = w.store().identity().last_seq;
  good(w.branch().ask(head, verbs::RemoveNotice{n.id}));
  good(w.branch().ask(head, n));
  CHECK(w.store().identity().last_seq == seq);
  CHECK(on_board(w).empty());
  CHECK(good(w.branch().ask(other, verbs::ListNotices{})).empty());
  bool told = false;
  for (int i = 0; i < 50 && !told; ++i)  // over the network it is pushed a moment later
    for (const auto& c : good(w.branch().ask({"board-1", ""}, verbs::WaitChanges{before, Millis{100}})).changes)
      told = told || (c.topic == "notice" && c.id == n.id.str());
  CHECK(told);
}

EVERY_WAY("notices: the centre's list replaces the centre's, and only the centre removes them") {
  const auto head = w.log_in("1004", "counter-9");
  good(w.branch().ask(head, notice(w, "ours")));
  const auto now = to_ms(w.clock().now());
  const protocol::FeedNotice one{w.id(), "satu", "one", now - 2000, now + 3'600'000},
      two{w.id(), "dua", "", now - 1000, now + 3'600'000};
  w.send("notices", protocol::encode(std::vector{one, two}));
  CHECK(on_board(w) == Texts{"ours", "dua", "satu"});
  CHECK(good(w.branch().ask(head, verbs::ListNotices{})).front().by == "centre");
  CHECK(code_of(w.branch().ask(head, verbs::RemoveNotice{one.id})) == "notice_of_centre");
  w.send("notices", protocol::encode(std::vector{two}));
  CHECK(on_board(w) == Texts{"ours", "dua"});
  w.send("notices", protocol::encode(std::vector<protocol::FeedNotice>()));
  CHECK(on_board(w) == Texts{"ours"});
}

EVERY_WAY("notices: there are at most a hundred at once") {
  const auto head = w.log_in("1004", "counter-9");
  for (int i = 0; i < 100; ++i) good(w.branch().ask(head, notice(w, "n")));
  CHECK(code_of(w.branch().ask(head, notice(w, "n"))) == "too_many_notices");
}
