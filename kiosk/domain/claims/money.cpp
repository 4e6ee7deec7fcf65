// Tax and simulation. Sources: PP 68/2009 and PMK 16/2010 (final), PMK 168/2023 and UU HPP (article 17);
// kiosk/docs/facts.md "Money".
#include <algorithm>

#include "domain/claims/claim.h"

namespace kiosk::domain {
namespace {
__extension__ using Wide = __int128;  // rupiah times a rate does not fit 64 bits for absurd but typable amounts

std::int64_t share(Rupiah amount, std::int64_t parts, std::int64_t of) {
  return static_cast<std::int64_t>(static_cast<Wide>(amount.value) * parts / of);
}

Rupiah article17(Rupiah amount, const Rules& rules) {
  Rupiah tax, below;
  for (const auto& bracket : rules.tax_art17) {
    if (amount <= below) break;
    const Rupiah in_bracket = std::min(amount, bracket.up_to) - below;
    tax += Rupiah{share(in_bracket, bracket.permille, 1000)};
    below = bracket.up_to;
  }
  return tax;
}
}  // namespace

TaxResult tax_of(const TaxQuestion& q, const Rules& rules) {
  TaxResult out;
  out.gross = q.gross;
  const int years_since = q.first_paid ? q.on.year() - q.first_paid->year() : 0;
  out.regime = q.employed || years_since >= rules.tax_final_years ? TaxRegime::Article17 : TaxRegime::Final;
  switch (out.regime) {
    case TaxRegime::Final: {
      const auto above = [&](Rupiah r) { return std::max(Rupiah{0}, r - rules.tax_free); };
      out.taxable = above(q.already_paid + q.gross) - above(q.already_paid);
      out.tax = Rupiah{share(out.taxable, rules.tax_final_permille, 1000)};
      break;
    }
    case TaxRegime::Article17: {
      const Rupiah before = years_since == 0 ? q.already_paid : Rupiah{0};
      out.taxable = q.gross;
      out.tax = article17(before + q.gross, rules) - article17(before, rules);
      if (!q.has_npwp) out.tax += Rupiah{share(out.tax, rules.tax_no_npwp_permille, 1000)};
      break;
    }
  }
  out.net = out.gross - out.tax;
  return out;
}

Result<Simulation> simulate(Rupiah wage, int years, Rupiah opening, int rate_bp, const Rules& rules) {
  constexpr std::int64_t most = 100'000'000'000;
  if (wage.value < 0 || wage.value > most)
    return bad_input("wage_range", "wage", "expected whole rupiah a month, 0 to 100000000000");
  if (years < 1 || years > 60) return bad_input("years_range", "years", "expected 1 to 60 years");
  if (opening.value < 0 || opening.value > most)
    return bad_input("opening_range", "opening", "expected whole rupiah, 0 to 100000000000");
  if (rate_bp < 0 || rate_bp > 2500) return bad_input("rate_range", "rate", "expected 0 to 25 percent a year");

  // In millionths of a rupiah, rounded to rupiah only where it is shown: rounding every month drifts by several rupiah.
  constexpr Wide fine = 1'000'000;
  constexpr std::int64_t whole = 12 * 10'000;
  const std::int64_t c = (wage.value * rules.contribution_bp + 5'000) / 10'000;
  Wide balance = opening.value * fine;
  Simulation out;
  for (int year = 1; year <= years; ++year) {
    for (int month = 0; month < 12; ++month) {
      balance = ((balance + c * fine) * (whole + rate_bp) + whole / 2) / whole;
      out.contributions.value += c;
    }
    out.balance.value = static_cast<std::int64_t>((balance + fine / 2) / fine);
    out.yearly.push_back({year, out.balance, out.contributions});
  }
  return out;
}

}  // namespace kiosk::domain
