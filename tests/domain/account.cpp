#include "domain/people/account.h"

#include <doctest/doctest.h>

#include <set>

#include "people.h"

using namespace people;

namespace {
const WallTime k_now = from_ms(1'800'000'000'000);
Rules rules() { return *RuleBook::defaults().at(day(2026, 11, 20)); }

Account with(AccountState s, int failed = 0) {
  Account a;
  a.state = s;
  a.failed = failed;
  return a;
}
}  // namespace

TEST_CASE("account: only a good photo that clearly did not match counts") {
  struct Row {
    FaceVerdict verdict;
    bool counted, to_officer;
    int failed_after;
  };
  for (const Row& r : {Row{FaceVerdict::Accept, false, false, 0}, Row{FaceVerdict::Grey, false, true, 1},
                       Row{FaceVerdict::NoMatch, true, false, 2}, Row{FaceVerdict::PoorPhoto, false, false, 1},
                       Row{FaceVerdict::Officer, false, true, 1}}) {
    CAPTURE(code(r.verdict));
    const auto out = after_attempt(with(AccountState::Active, 1), r.verdict, k_now, rules());
    CHECK(out.counted == r.counted);
    CHECK(out.to_officer == r.to_officer);
    CHECK(out.account.failed == r.failed_after);
    CHECK(out.attempts_left == 3 - r.failed_after);
    CHECK(out.account.state == AccountState::Active);
  }
}

TEST_CASE("account: the third clear failure blocks and leads to an officer") {
  Account a;
  for (int i = 1; i <= 3; ++i) {
    const auto out = after_attempt(a, FaceVerdict::NoMatch, k_now, rules());
    CHECK(out.counted);
    CHECK(out.attempts_left == 3 - i);
    CHECK(out.to_officer == (i == 3));
    a = out.account;
  }
  CHECK(a.state == AccountState::Blocked);
  CHECK(a.reason == "face_failed");
  CHECK(a.blocked_at == k_now);
}

TEST_CASE("account: a blocked, waiting or unknown account counts nothing more") {
  for (const auto state :
       {AccountState::Blocked, AccountState::ResetPending, AccountState::ResetWaiting, AccountState::Unknown})
    for (const auto verdict :
         {FaceVerdict::Accept, FaceVerdict::Grey, FaceVerdict::NoMatch, FaceVerdict::PoorPhoto, FaceVerdict::Officer}) {
      CAPTURE(code(state));
      CAPTURE(code(verdict));
      const auto out = after_attempt(with(state, 2), verdict, k_now, rules());
      CHECK_FALSE(out.counted);
      CHECK(out.account.failed == 2);
      CHECK(out.account.state == state);
      CHECK(out.attempts_left == 0);
      CHECK(out.to_officer == (verdict != FaceVerdict::PoorPhoto));
    }
}

TEST_CASE("account: after a reset nothing works until the time the centre named") {
  auto a = with(AccountState::Blocked, 3);
  a.reason = "face_failed";
  a = after_reset_approved(a);
  CHECK(a.state == AccountState::ResetWaiting);
  CHECK_FALSE(a.usable_from.has_value());
  CHECK(at(a, k_now + std::chrono::hours{1000}).state == AccountState::ResetWaiting);  // no centre, no time
  const auto usable = k_now + std::chrono::hours{24};
  a = after_centre_accepted(a, usable);
  CHECK(at(a, usable - Millis{1}).state == AccountState::ResetWaiting);
  const auto done = at(a, usable);
  CHECK(done.state == AccountState::Active);
  CHECK(done.failed == 0);
  CHECK(done.reason.empty());
  CHECK(after_attempt(a, FaceVerdict::NoMatch, usable, rules()).attempts_left == 2);
}

TEST_CASE("interview: answers are judged as people give them") {
  struct Row {
    const char *question, *text;
    bool right;
  };
  const auto p = budi();
  for (const Row& r : {
           Row{"name", "budi santoso", true},
           Row{"name", "Bpk. Boedi Santosa", true},
           Row{"name", "Budi Hartono", false},
           Row{"name", "Budi", false},
           Row{"mother", "Sulastri Jumadi", true},
           Row{"mother", "Ibu Sulastry Djumadi", true},
           Row{"mother", "Sumiati", false},
           Row{"birth", "1965-08-17", true},
           Row{"birth", "17-08-1965", true},
           Row{"birth", "17 Agustus 1965", true},
           Row{"birth", "17 agt 65", true},
           Row{"birth", "17081965", true},
           Row{"birth", "08/17/1965", false},
           Row{"birth", "17 Agustus 1956", false},
           Row{"birth", "1965", false},
           Row{"employer", "maju jaya sentosa", true},
           Row{"employer", "PT. Maju Jaya", true},
           Row{"employer", "PT", false},
           Row{"employer", "PT Sinar Abadi Jaya Makmur", false},
           Row{"period", "2014 sampai 2026", true},
           Row{"period", "2013-2025", true},
           Row{"period", "2014", false},
           Row{"period", "2009 - 2026", false},
           Row{"period", "lama", false},
           Row{"wage_range", "4.500.000", true},
           Row{"wage_range", "Rp 4,5 juta", true},
           Row{"wage_range", "4-5 juta", true},
           Row{"wage_range", "4 sampai 6 jt", true},
           Row{"wage_range", "4500 ribu", true},
           Row{"wage_range", "1-100 juta", false},
           Row{"wage_range", "10 juta", false},
           Row{"wage_range", "cukup", false},
           Row{"phone", "+62 812-3456-7890", true},
           Row{"phone", "081234567891", false},
           Row{"address", "jalan kenanga 12 gubeng surabaya", true},
           Row{"address", "Kenanga, Gubeng, 12", true},
           Row{"address", "Jl. Mawar, Surabaya", false},
           Row{"address", "jl", false},
           Row{"shoe_size", "42", false},
       }) {
    CAPTURE(r.question);
    CAPTURE(r.text);
    CHECK(judge_interview(p, {{r.question, r.text}}, rules()).right == (r.right ? 1 : 0));
  }
}

TEST_CASE("interview: five different questions with one mistake pass, fewer or more mistakes do not") {
  const auto p = budi();
  std::vector<Answer> good = {{"name", "Budi Santoso"},
                              {"birth", "1965-08-17"},
                              {"mother", "Sulastri Djumadi"},
                              {"phone", "081234567890"},
                              {"period", "2014-2026"}};
  CHECK(judge_interview(p, good, rules()).passed);
  auto one_wrong = good;
  one_wrong[3].text = "0";
  CHECK(judge_interview(p, one_wrong, rules()).right == 4);
  CHECK(judge_interview(p, one_wrong, rules()).passed);
  auto two_wrong = one_wrong;
  two_wrong[2].text = "Sumiati";
  CHECK_FALSE(judge_interview(p, two_wrong, rules()).passed);
  auto four = good;
  four.pop_back();
  CHECK_FALSE(judge_interview(p, four, rules()).passed);  // fewer questions are no interview
  const std::vector<Answer> same(5, good[0]);
  CHECK(judge_interview(p, same, rules()).right == 1);
  CHECK_FALSE(judge_interview(p, {}, rules()).passed);
}

TEST_CASE("interview: the seed draws different questions, the same seed the same ones, and never an empty fact") {
  const auto r = rules();
  std::set<std::vector<std::string>> draws;
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    const auto q = interview_questions(seed, r);
    CHECK(q == interview_questions(seed, r));
    CHECK(std::set<std::string>(q.begin(), q.end()).size() == 5);
    draws.insert(q);
    auto p = budi();
    p.phone.clear();
    p.address.clear();
    for (const auto& question : interview_questions(seed, p, r)) CHECK((question != "phone" && question != "address"));
  }
  CHECK(draws.size() > 40);
}
