#include "domain/rules/rules.h"

#include <charconv>
#include <limits>
#include <variant>

namespace kiosk::domain {
namespace {
// A setting is one line here: its name, the member it sets, and the least and most it may be.
struct Setting {
  std::string_view key;
  std::variant<Rupiah Rules::*, int Rules::*> member;
  std::int64_t least, most;
};
constexpr std::int64_t k_much = 1'000'000'000'000;
constexpr Setting k_settings[] = {
    {"self_service_ceiling", &Rules::self_service_ceiling, 0, k_much},
    {"face_attempts", &Rules::face_attempts, 1, 20},
    {"reset_hours", &Rules::reset_hours, 0, 720},
    {"pension_age_years", &Rules::pension_age_years, 40, 80},
    {"tax_free", &Rules::tax_free, 0, k_much},
    {"tax_final_permille", &Rules::tax_final_permille, 0, 1000},
    {"tax_final_years", &Rules::tax_final_years, 1, 50},
    {"tax_no_npwp_permille", &Rules::tax_no_npwp_permille, 0, 1000},
    {"npwp_from", &Rules::npwp_from, 0, k_much},
    {"contribution_bp", &Rules::contribution_bp, 0, 10'000},
    {"development_bp", &Rules::development_bp, 0, 2500},
    {"interview_questions", &Rules::interview_questions, 1, 8},
    {"interview_pass", &Rules::interview_pass, 1, 8},
    {"find_attempts_per_day", &Rules::find_attempts_per_day, 1, 1000},
    {"priority_age_years", &Rules::priority_age_years, 40, 120},
    {"officer_list_max_age_days", &Rules::officer_list_max_age_days, 1, 365},
    {"payment_working_days", &Rules::payment_working_days, 1, 60},
};

constexpr std::string_view k_former_offset = "utc_offset_min";  // the zone is the branch's own now

const Setting* setting(std::string_view key) {
  for (const auto& s : k_settings)
    if (s.key == key) return &s;
  return nullptr;
}

Result<std::int64_t> value_of(const Setting& s, const std::string& text) {
  std::int64_t v = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), v);
  if (error != std::errc{} || end != text.data() + text.size() || v < s.least || v > s.most)
    return bad_input("rule_value", std::string(s.key),
                     "expected a whole number from " + std::to_string(s.least) + " to " + std::to_string(s.most));
  return v;
}

Date day(int y, int m, int d) { return *Date::of(y, m, d); }
}  // namespace

Result<Rules> RuleBook::at(Date on) const {
  Rules rules;
  rules.day = on;
  for (const auto& [key, dated] : settings) {
    if (key == k_former_offset) continue;
    const Setting* s = setting(key);
    if (!s) return bad_input("rule_unknown", key, "no rule has this name");
    const std::string* text = dated.at(on);
    if (!text) return bad_input("rule_undated", key, "no value holds on " + on.iso());
    TRY(const auto v, value_of(*s, *text));
    if (const auto* money = std::get_if<Rupiah Rules::*>(&s->member))
      rules.** money = Rupiah{v};
    else
      rules.*std::get<int Rules::*>(s->member) = static_cast<int>(v);
  }
  if (rules.interview_pass > rules.interview_questions)
    return bad_input("rule_value", "interview_pass", "expected at most interview_questions");
  rules.causes = causes;
  rules.tax_art17 = tax_art17;
  return rules;
}

std::optional<int> RuleBook::former_offset(Date on) const {
  const auto it = settings.find(std::string(k_former_offset));
  const std::string* text = it == settings.end() ? nullptr : it->second.at(on);
  if (!text) return std::nullopt;
  int minutes = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), minutes);
  if (error != std::errc{} || end != text->data() + text->size()) return std::nullopt;
  return minutes;
}

// The same rules as config/rules.toml, where each has its source; this copy is what a node knows before it has read
// anything.
RuleBook RuleBook::defaults() {
  RuleBook book;
  const Date always = day(1900, 1, 1);
  const auto set = [&](const char* key, std::int64_t value) {
    book.settings[key].since = {{always, std::to_string(value)}};
  };
  book.settings["self_service_ceiling"].since = {{always, "10000000"}, {day(2025, 5, 1), "15000000"}};
  set("face_attempts", 3);
  set("reset_hours", 24);
  set("pension_age_years", 56);
  set("tax_free", 50'000'000);
  set("tax_final_permille", 50);
  set("tax_final_years", 2);
  set("tax_no_npwp_permille", 200);
  set("npwp_from", 50'000'000);
  set("contribution_bp", 570);
  set("development_bp", 500);
  set("interview_questions", 5);
  set("interview_pass", 4);
  set("find_attempts_per_day", 5);
  set("priority_age_years", 60);
  set("officer_list_max_age_days", 7);
  set("payment_working_days", 5);

  CauseRule usia56{.code = "USIA56", .needs_inactive = false, .min_age_years = 56, .documents = {"member_card", "ktp"}};
  CauseRule pkb{.code = "PKB", .documents = {"member_card", "ktp", "pkb_proof"}};
  CauseRule pkwt{.code = "PKWT", .documents = {"member_card", "ktp", "contract_end"}};
  CauseRule bpu{.code = "BPU", .documents = {"member_card", "ktp"}};
  CauseRule resign{.code = "RESIGN", .wait_months = 1, .documents = {"member_card", "ktp", "resignation_letter"}};
  CauseRule phk{.code = "PHK", .wait_months = 1, .documents = {"member_card", "ktp", "phk_proof"}};
  CauseRule leave{.code = "LEAVE",
                  .officer_only = true,
                  .needs_inactive = false,
                  .documents = {"member_card", "passport", "leave_statement"}};
  CauseRule ctt{.code = "CTT",
                .officer_only = true,
                .needs_inactive = false,
                .documents = {"member_card", "doctor_letter", "ktp"}};
  CauseRule death{
      .code = "DEATH",
      .officer_only = true,
      .needs_inactive = false,
      .documents = {"member_card", "death_certificate", "heir_letter", "heir_identity", "birth_certificate"}};
  CauseRule p10{.code = "P10",
                .needs_inactive = false,
                .min_member_years = 10,
                .percent = 10,
                .once = true,
                .documents = {"member_card", "ktp", "kk", "bank_book", "employment_letter", "npwp"}};
  CauseRule p30 = p10;
  p30.code = "P30";
  p30.officer_only = true;
  p30.percent = 30;
  p30.documents = {"member_card", "ktp", "kk", "bank_book", "employment_letter", "housing_document", "npwp"};
  book.causes = {usia56, pkb, pkwt, bpu, resign, phk, leave, ctt, death, p10, p30};

  book.tax_art17 = {{Rupiah{60'000'000}, 50},
                    {Rupiah{250'000'000}, 150},
                    {Rupiah{500'000'000}, 250},
                    {Rupiah{5'000'000'000}, 300},
                    {Rupiah{std::numeric_limits<std::int64_t>::max()}, 350}};
  return book;
}

}  // namespace kiosk::domain
