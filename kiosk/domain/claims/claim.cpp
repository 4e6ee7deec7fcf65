#include "domain/claims/claim.h"

#include <algorithm>

namespace kiosk::domain {
namespace {
// Months of membership over all employers; months with two employers count once (PP 46/2015 art. 22 counts the member).
int member_months(const Participant& p, Date on) {
  std::vector<std::pair<Date, Date>> spans;
  for (const auto& m : p.memberships) {
    const Date end = m.ended && *m.ended < on ? *m.ended : on;
    if (m.since < end) spans.emplace_back(m.since, end);
  }
  std::sort(spans.begin(), spans.end());
  // Days are joined and laid end to end behind the first day, so that remainders of months add up too.
  int days = 0;
  std::optional<Date> covered;
  for (const auto& [from, to] : spans) {
    const Date start = covered && *covered > from ? *covered : from;
    if (start < to) days += start.days_until(to);
    covered = covered ? std::max(*covered, to) : to;
  }
  return spans.empty() ? 0 : spans.front().first.full_months_until(spans.front().first.plus_days(days));
}

bool still_active(const Participant& p) {
  return std::any_of(p.memberships.begin(), p.memberships.end(),
                     [](const Membership& m) { return m.status == MembershipStatus::Active; });
}

// Day of the last employment's end; nullopt when one of the ended memberships has no date.
std::optional<Date> last_end(const Participant& p) {
  std::optional<Date> last;
  for (const auto& m : p.memberships) {
    if (!m.ended) return std::nullopt;
    last = last ? std::max(*last, *m.ended) : *m.ended;
  }
  return last;
}

std::vector<std::string> papers(const CauseRule& cause, const Participant* known, bool npwp) {
  std::vector<std::string> out = cause.documents;
  const bool foreigner = known && known->id.passport();
  if (foreigner) std::replace(out.begin(), out.end(), std::string("ktp"), std::string("passport"));
  if (npwp && std::find(out.begin(), out.end(), "npwp") == out.end()) out.push_back("npwp");
  return out;
}
}  // namespace

Eligibility check_claim(const Participant* known, std::string_view cause_code, Date on, const Rules& rules) {
  Eligibility out;
  const CauseRule* cause = rules.cause(cause_code);
  if (!cause) {
    out.checks.push_back({"cause", false, "cause_unknown"});
    return out;
  }
  const auto wants_npwp = [&] {
    return std::find(cause->documents.begin(), cause->documents.end(), "npwp") != cause->documents.end();
  };
  if (!known) {
    out.eligible = true;
    out.checks.push_back({"known", false, "unverified"});
    if (cause->officer_only) out.checks.push_back({"officer_only", false, "officer_only"});
    out.npwp_needed = wants_npwp();
    out.documents = papers(*cause, nullptr, out.npwp_needed);
    return out;
  }

  const auto& p = *known;
  bool hard_failure = false;
  enum class If { Hard, Soft };
  const auto check = [&](std::string code_text, bool passed, std::string reason, If failed) {
    if (!passed && failed == If::Hard) hard_failure = true;
    out.checks.push_back({std::move(code_text), passed, passed ? std::string{} : std::move(reason)});
  };

  if (cause->needs_inactive) check("nonaktif", !still_active(p), "still_active", If::Hard);
  check("pengkinian", p.data_current, "not_updated", If::Soft);
  check("ceiling", p.balance() <= rules.self_service_ceiling, "above_ceiling", If::Soft);
  if (p.memberships.empty()) check("membership", false, "no_membership", If::Hard);
  if (cause->min_age_years > 0)
    check("age", p.birth.full_years_until(on) >= cause->min_age_years, "too_young", If::Hard);
  if (cause->min_member_years > 0 && !p.memberships.empty())
    check("membership", member_months(p, on) >= cause->min_member_years * 12, "member_too_short", If::Hard);
  if (cause->wait_months > 0 && !p.memberships.empty() && !still_active(p)) {
    const auto end = last_end(p);
    if (end)
      check("wait", end->plus_months(cause->wait_months) <= on, "wait_not_over", If::Hard);
    else
      check("wait", false, "end_unknown", If::Soft);
  }
  if (cause->once) check("once", !p.partial_taken, "already_taken", If::Hard);
  if (cause->officer_only) check("officer_only", false, "officer_only", If::Soft);

  out.eligible = !hard_failure;
  const bool all = std::all_of(out.checks.begin(), out.checks.end(), [](const Check& c) { return c.passed; });
  out.channel = all ? Channel::Self : Channel::Officer;
  out.npwp_needed = wants_npwp() || p.balance() > rules.npwp_from || p.partial_taken || p.already_paid.value > 0;
  out.documents = papers(*cause, known, out.npwp_needed);
  return out;
}

}  // namespace kiosk::domain
