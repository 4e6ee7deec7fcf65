#include "domain/claims/claim.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "people.h"

using namespace people;

namespace {
const Date k_on = day(2026, 11, 20);

const Check* find(const Eligibility& e, std::string_view code_text) {
  for (const auto& c : e.checks)
    if (c.code == code_text) return &c;
  return nullptr;
}
bool has(const std::vector<std::string>& list, std::string_view what) {
  return std::find(list.begin(), list.end(), what) != list.end();
}
Eligibility check(const Participant& p, std::string_view cause, Date on = k_on) {
  return check_claim(&p, cause, on, *RuleBook::defaults().at(on));
}
}  // namespace

TEST_CASE("claim: one who stopped working passes the three green checks first, by self-service") {
  const auto e = check(budi(), "RESIGN");
  CHECK(e.eligible);
  CHECK(e.channel == Channel::Self);
  REQUIRE(e.checks.size() >= 3);
  CHECK(e.checks[0].code == "nonaktif");
  CHECK(e.checks[1].code == "pengkinian");
  CHECK(e.checks[2].code == "ceiling");
  for (const auto& c : e.checks) {
    CHECK(c.passed);
    CHECK(c.reason.empty());
  }
}

TEST_CASE("claim: nonaktif is asked per cause") {
  auto p = budi();
  p.memberships = {job(day(2010, 1, 1), {}, 9'000'000)};
  struct Row {
    const char* cause;
    bool asked;
  };
  for (const Row& r : {Row{"USIA56", false}, Row{"PKB", true}, Row{"PKWT", true}, Row{"BPU", true}, Row{"RESIGN", true},
                       Row{"PHK", true}, Row{"LEAVE", false}, Row{"CTT", false}, Row{"DEATH", false}, Row{"P10", false},
                       Row{"P30", false}}) {
    CAPTURE(r.cause);
    const auto e = check(p, r.cause);
    const auto* c = find(e, "nonaktif");
    CHECK((c != nullptr) == r.asked);
    if (c) {
      CHECK_FALSE(c->passed);
      CHECK(c->reason == "still_active");
    }
    CHECK(e.eligible == !r.asked);
  }
}

TEST_CASE("claim: one old employment ended does not make a worker nonaktif") {
  auto p = budi();
  p.memberships.push_back(job(day(2026, 10, 5), {}, 100'000));
  CHECK_FALSE(find(check(p, "RESIGN"), "nonaktif")->passed);
}

TEST_CASE("claim: the ceiling is 10 million before 2025-05-01 and 15 million from that day, inclusive") {
  struct Row {
    Date on;
    std::int64_t balance;
    bool passed;
  };
  for (const Row& r : {Row{day(2025, 4, 30), 10'000'000, true}, Row{day(2025, 4, 30), 10'000'001, false},
                       Row{day(2025, 5, 1), 10'000'001, true}, Row{day(2025, 5, 1), 15'000'000, true},
                       Row{day(2025, 5, 1), 15'000'001, false}}) {
    CAPTURE(r.on.iso());
    CAPTURE(r.balance);
    auto p = budi();
    p.memberships = {job(day(2012, 1, 1), day(2024, 12, 31), r.balance)};
    const auto e = check(p, "RESIGN", r.on);
    CHECK(find(e, "ceiling")->passed == r.passed);
    CHECK(e.eligible);
    CHECK(e.channel == (r.passed ? Channel::Self : Channel::Officer));
  }
}

TEST_CASE("claim: old data lead to an officer, who can bring them up to date") {
  auto p = budi();
  p.data_current = false;
  const auto e = check(p, "RESIGN");
  CHECK(find(e, "pengkinian")->reason == "not_updated");
  CHECK(e.eligible);
  CHECK(e.channel == Channel::Officer);
}

TEST_CASE("claim: resignation and dismissal wait one month from the last end, other causes do not") {
  struct Row {
    const char* cause;
    Date ended, on;
    bool eligible;
  };
  for (const Row& r :
       {Row{"RESIGN", day(2026, 10, 20), day(2026, 11, 19), false},
        Row{"RESIGN", day(2026, 10, 20), day(2026, 11, 20), true},
        Row{"PHK", day(2026, 10, 21), day(2026, 11, 20), false}, Row{"PHK", day(2026, 1, 31), day(2026, 2, 28), true},
        Row{"PKWT", day(2026, 11, 19), day(2026, 11, 20), true}, Row{"PKB", day(2026, 11, 19), day(2026, 11, 20), true},
        Row{"BPU", day(2026, 11, 19), day(2026, 11, 20), true}}) {
    CAPTURE(r.cause);
    CAPTURE(r.on.iso());
    auto p = budi();
    p.memberships = {job(day(2000, 1, 1), day(2005, 1, 1), 1'000'000), job(day(2012, 1, 1), r.ended, 1'000'000)};
    const auto e = check(p, r.cause, r.on);
    CHECK(e.eligible == r.eligible);
    if (!r.eligible) CHECK(find(e, "wait")->reason == "wait_not_over");
  }
}

TEST_CASE("claim: an end that nobody recorded is an officer's to judge, not a refusal") {
  auto p = budi();
  p.memberships[0].ended.reset();
  p.memberships[0].status = MembershipStatus::Inactive;
  const auto e = check(p, "RESIGN");
  CHECK(find(e, "wait")->reason == "end_unknown");
  CHECK(e.eligible);
  CHECK(e.channel == Channel::Officer);
}

TEST_CASE("claim: age 56 counts from the birthday, whether working or not") {
  auto p = budi();
  p.memberships = {job(day(2012, 1, 1), {}, 9'000'000)};
  p.birth = day(1970, 11, 20);
  CHECK(check(p, "USIA56", day(2026, 11, 20)).channel == Channel::Self);
  const auto early = check(p, "USIA56", day(2026, 11, 19));
  CHECK_FALSE(early.eligible);
  CHECK(find(early, "age")->reason == "too_young");
}

TEST_CASE("claim: a part needs ten years over all employers, once only") {
  auto p = budi();
  p.memberships = {job(day(2005, 1, 1), day(2010, 1, 1), 1'000'000), job(day(2021, 11, 20), {}, 1'000'000)};
  CHECK(check(p, "P10", day(2026, 11, 20)).channel == Channel::Self);  // five years and five
  const auto short_by_a_day = check(p, "P10", day(2026, 11, 18));
  CHECK_FALSE(short_by_a_day.eligible);
  CHECK(find(short_by_a_day, "membership")->reason == "member_too_short");
  // The same five years at two employers count once.
  p.memberships = {job(day(2021, 1, 1), {}, 1'000'000), job(day(2021, 1, 1), {}, 1'000'000)};
  CHECK_FALSE(check(p, "P10").eligible);
  p.memberships = {job(day(2005, 1, 1), {}, 1'000'000)};
  p.partial_taken = true;
  for (const char* cause : {"P10", "P30"}) {
    const auto again = check(p, cause);
    CHECK_FALSE(again.eligible);
    CHECK(find(again, "once")->reason == "already_taken");
  }
}

TEST_CASE("claim: death, disability, leaving and the housing part are always an officer's") {
  auto p = budi();
  for (const char* cause : {"DEATH", "CTT", "LEAVE", "P30"}) {
    CAPTURE(cause);
    const auto e = check(p, cause);
    CHECK(e.eligible);
    CHECK(e.channel == Channel::Officer);
    CHECK(find(e, "officer_only")->reason == "officer_only");
  }
  CHECK(check(p, "P10").channel == Channel::Self);
}

TEST_CASE("claim: NPWP is asked above 50 million or after an earlier payment") {
  auto p = budi();
  CHECK_FALSE(check(p, "RESIGN").npwp_needed);
  p.memberships[0].balance = Rupiah{50'000'000};
  CHECK_FALSE(check(p, "RESIGN").npwp_needed);
  p.memberships[0].balance = Rupiah{50'000'001};
  const auto e = check(p, "RESIGN");
  CHECK(e.npwp_needed);
  CHECK(has(e.documents, "npwp"));
  p.memberships[0].balance = Rupiah{1'000'000};
  p.partial_taken = true;
  CHECK(check(p, "RESIGN").npwp_needed);
  CHECK(check(budi(), "P10").npwp_needed);
}

TEST_CASE("claim: a foreigner shows a passport where others show a KTP") {
  auto p = budi();
  p.id = PersonId(*Passport::parse("IND", "K1234567"));
  p.citizenship = "IND";
  const auto e = check(p, "RESIGN");
  CHECK(e.channel == Channel::Self);
  CHECK(has(e.documents, "passport"));
  CHECK_FALSE(has(e.documents, "ktp"));
  CHECK(has(check(p, "LEAVE").documents, "leave_statement"));
}

TEST_CASE("claim: an unknown person off line goes to an officer as not yet verified") {
  const auto e = check_claim(nullptr, "RESIGN", k_on, *RuleBook::defaults().at(k_on));
  CHECK(e.eligible);
  CHECK(e.channel == Channel::Officer);
  REQUIRE(e.checks.size() == 1);
  CHECK(e.checks[0].code == "known");
  CHECK(e.checks[0].reason == "unverified");
  CHECK(has(e.documents, "resignation_letter"));
}

TEST_CASE("claim: an unknown cause and a person without membership are refused") {
  CHECK_FALSE(check(budi(), "WINDFALL").eligible);
  CHECK(check(budi(), "WINDFALL").checks[0].reason == "cause_unknown");
  auto p = budi();
  p.memberships.clear();
  const auto e = check(p, "USIA56");
  CHECK_FALSE(e.eligible);
  CHECK(find(e, "membership")->reason == "no_membership");
}

TEST_CASE("tax: final tax takes nothing up to 50 million and 5 percent above, over two calendar years") {
  const auto rules = *RuleBook::defaults().at(k_on);
  struct Row {
    std::int64_t gross, already;
    std::optional<Date> first;
    std::int64_t tax, taxable;
  };
  for (const Row& r :
       {Row{50'000'000, 0, {}, 0, 0}, Row{150'000'000, 0, {}, 5'000'000, 100'000'000}, Row{50'000'001, 0, {}, 0, 1},
        Row{50'000'020, 0, {}, 1, 20}, Row{20'000'000, 40'000'000, day(2025, 1, 2), 500'000, 10'000'000},
        Row{20'000'000, 80'000'000, day(2026, 1, 2), 1'000'000, 20'000'000}, Row{0, 0, {}, 0, 0}}) {
    CAPTURE(r.gross);
    CAPTURE(r.already);
    const auto t =
        tax_of({.gross = Rupiah{r.gross}, .already_paid = Rupiah{r.already}, .first_paid = r.first, .on = k_on}, rules);
    CHECK(t.regime == TaxRegime::Final);
    CHECK(t.tax.value == r.tax);
    CHECK(t.taxable.value == r.taxable);
    CHECK(t.net.value == r.gross - r.tax);
  }
}

TEST_CASE("tax: article 17 applies while employed and from the third calendar year") {
  const auto rules = *RuleBook::defaults().at(k_on);
  struct Row {
    std::int64_t gross, already;
    std::optional<Date> first;
    bool employed, npwp;
    std::int64_t tax;
  };
  for (const Row& r :
       {Row{20'000'000, 0, {}, true, true, 1'000'000}, Row{90'000'000, 0, {}, true, true, 7'500'000},
        Row{90'000'000, 0, {}, true, false, 9'000'000},
        Row{90'000'000, 30'000'000, day(2024, 12, 31), false, true, 7'500'000},  // third year, another year's money
        Row{30'000'000, 60'000'000, day(2026, 2, 1), true, true, 4'500'000},     // cumulative within the year
        Row{6'000'000'000, 0, {}, true, true, 3'000'000 + 28'500'000 + 62'500'000 + 1'350'000'000 + 350'000'000}}) {
    CAPTURE(r.gross);
    CAPTURE(r.already);
    const auto t = tax_of({.gross = Rupiah{r.gross},
                           .already_paid = Rupiah{r.already},
                           .first_paid = r.first,
                           .on = k_on,
                           .employed = r.employed,
                           .has_npwp = r.npwp},
                          rules);
    CHECK(t.regime == TaxRegime::Article17);
    CHECK(t.tax.value == r.tax);
    CHECK(t.taxable.value == r.gross);
  }
}

TEST_CASE("simulation: the published inputs give the agreed vectors") {
  const auto rules = *RuleBook::defaults().at(k_on);
  struct Row {
    int years;
    std::int64_t opening, balance;
  };
  for (const Row& r : {Row{1, 0, 3'514'055}, Row{10, 0, 44'439'847}, Row{10, 20'000'000, 77'380'037}}) {
    CAPTURE(r.years);
    const auto s = simulate(Rupiah{5'000'000}, r.years, Rupiah{r.opening}, 500, rules);
    REQUIRE(s.ok());
    CHECK(s->balance.value == r.balance);
    CHECK(s->contributions.value == 285'000 * 12 * r.years);
    CHECK(s->yearly.size() == static_cast<std::size_t>(r.years));
    CHECK(s->yearly.back().balance == s->balance);
  }
  CHECK(simulate(Rupiah{0}, 1, Rupiah{1'000'000}, 0, rules)->balance.value == 1'000'000);
}

TEST_CASE("simulation: absurd input names its field") {
  const auto rules = *RuleBook::defaults().at(k_on);
  CHECK(simulate(Rupiah{-1}, 1, {}, 500, rules).fault().field == "wage");
  CHECK(simulate(Rupiah{1}, 0, {}, 500, rules).fault().field == "years");
  CHECK(simulate(Rupiah{1}, 61, {}, 500, rules).fault().field == "years");
  CHECK(simulate(Rupiah{1}, 1, Rupiah{-1}, 500, rules).fault().field == "opening");
  CHECK(simulate(Rupiah{1}, 1, {}, -1, rules).fault().field == "rate");
  CHECK(simulate(Rupiah{100'000'000'000}, 60, Rupiah{100'000'000'000}, 2500, rules)->balance.value > 0);
}

TEST_CASE("rules: an unknown key, an unreadable value and a day without value are faults that name the key") {
  auto book = RuleBook::defaults();
  book.settings["face_atempts"].since = {{day(1900, 1, 1), "3"}};
  CHECK(book.at(k_on).fault().code == "rule_unknown");
  CHECK(book.at(k_on).fault().field == "face_atempts");
  for (const char* bad : {"", "three", "3.5", "0", "99999999999999999999", "3 "}) {
    CAPTURE(bad);
    auto other = RuleBook::defaults();
    other.settings["face_attempts"].since = {{day(1900, 1, 1), bad}};
    CHECK(other.at(k_on).fault().code == "rule_value");
    CHECK(other.at(k_on).fault().field == "face_attempts");
  }
  auto late = RuleBook::defaults();
  late.settings["reset_hours"].since = {{day(2030, 1, 1), "24"}};
  CHECK(late.at(k_on).fault().code == "rule_undated");
  CHECK(late.at(day(2030, 1, 1))->reset_hours == 24);
}

TEST_CASE("rules: a setting changes on its day") {
  auto book = RuleBook::defaults();
  book.settings["face_attempts"].since.push_back({day(2027, 1, 1), "5"});
  CHECK(book.at(day(2026, 12, 31))->face_attempts == 3);
  CHECK(book.at(day(2027, 1, 1))->face_attempts == 5);
}

TEST_CASE("codes: every enum reads back what it writes") {
  for (const auto s : {ClaimState::Saved, ClaimState::Unverified, ClaimState::NeedsOfficer, ClaimState::Accepted,
                       ClaimState::Rejected})
    CHECK(from_code<ClaimState>(code(s)) == s);
  for (const auto s : {Stage::Agenda, Stage::Penetapan, Stage::Persetujuan, Stage::Pembayaran, Stage::Selesai})
    CHECK(from_code<Stage>(code(s)) == s);
  CHECK(from_code<SyncState>("needs_officer") == SyncState::NeedsOfficer);
  CHECK_FALSE(from_code<Channel>("").has_value());
  CHECK_FALSE(from_code<Channel>("SELF").has_value());
}
