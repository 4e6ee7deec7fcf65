// The institution's rules as dated settings: what holds on a day is rules.at(day). Defaults in config/rules.toml, each
// with its source; the centre's feed replaces them. Pure values.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/date.h"
#include "base/units.h"

namespace kiosk::domain {

// A value that changes on known days.
template <class T>
struct Dated {
  std::vector<std::pair<Date, T>> since;  // ascending
  const T* at(Date day) const {
    const T* found = nullptr;
    for (const auto& [from, v] : since)
      if (from <= day) found = &v;
    return found;
  }
};

struct TaxBracket {
  Rupiah up_to;  // inclusive; the last is max
  int permille = 0;
};

// One row per cause: who may do it where, after how long, with which papers (codes of i18n texts "document.<code>").
struct CauseRule {
  std::string code;  // USIA56 PKB PKWT BPU RESIGN PHK LEAVE CTT DEATH P10 P30
  bool officer_only = false;
  bool needs_inactive = true;  // not asked of partial claims, nor of age 56 while working
  int wait_months = 0;         // from the end of membership
  int min_age_years = 0;
  int min_member_years = 0;
  int percent = 100;  // of the balance
  bool once = false;
  std::vector<std::string> documents;
};

// The rules of one day.
struct Rules {
  Date day;
  Rupiah self_service_ceiling{15'000'000};  // inclusive
  int face_attempts = 3;
  int reset_hours = 24;
  int pension_age_years = 56;
  std::vector<CauseRule> causes;
  Rupiah tax_free{50'000'000};
  int tax_final_permille = 50;
  int tax_final_years = 2;  // calendar years in which payments count as a lump sum
  std::vector<TaxBracket> tax_art17;
  int tax_no_npwp_permille = 200;  // surcharge on non-final tax
  Rupiah npwp_from{50'000'000};    // NPWP is asked above this balance or after an earlier partial claim
  int contribution_bp = 570;       // basis points of the wage, PU
  int development_bp = 500;        // a year, simulation
  int interview_questions = 5, interview_pass = 4;
  int find_attempts_per_day = 5;
  int priority_age_years = 60;
  int officer_list_max_age_days = 7;  // older: resets are refused
  int payment_working_days = 5;
  const CauseRule* cause(std::string_view code) const {
    for (const auto& c : causes)
      if (c.code == code) return &c;
    return nullptr;
  }
};

// All dated settings, key -> value text by day ("self_service_ceiling" -> 10000000 | 15000000 from 2025-05-01).
// Thread: a value. at() resolves every key; an unknown key or an unreadable value is a Fault naming it, nothing is
// changed.
struct RuleBook {
  std::map<std::string, Dated<std::string>> settings;
  std::vector<CauseRule> causes;
  std::vector<TaxBracket> tax_art17;
  Result<Rules> at(Date day) const;
  // Minutes east of UTC, of a book of the time when the zone was a rule of the institution (at() passes over it): what
  // such a branch goes by until the centre names its zone. nullopt: says nothing.
  std::optional<int> former_offset(Date day) const;
  static RuleBook defaults();  // equals config/rules.toml; a test compares them
};

}  // namespace kiosk::domain
