// kioskctl rules: pure questions about numbers and money, by the rules of the settings (or those built in).
#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "domain/claims/claim.h"
#include "programs/kioskctl/ctl.h"
#include "programs/shared/rules_file.h"

namespace kiosk::programs {
namespace {
using domain::Nik;

struct Asked {
  std::string value;
  std::string gross, already = "0", first, on;
  bool employed = false, no_npwp = false;
  std::string wage, opening = "0", rate;
  int years = 0;
};

Json codes_of(const std::vector<domain::NikFinding>& findings) {
  Json list = Json::array();
  for (const auto& f : findings) list.push_back(f.code);
  return list;
}

// Of two centuries, that of a person between 15 and 100 years: nobody else is a participant.
std::optional<Date> likely_birth(const std::vector<Date>& candidates, Date today) {
  for (const auto& d : candidates)
    if (const int age = d.full_years_until(today); age >= 15 && age <= 100) return d;
  return candidates.empty() ? std::nullopt : std::optional(candidates.back());
}

Result<Done> nik(Ctl& ctl, const Asked& asked) {
  ctl.on_fail({{"valid", false}});
  TRY(const auto n, Nik::parse(asked.value));
  Json candidates = Json::array();
  const auto dates = n.birth_candidates(ctl.today());
  for (const auto& d : dates) candidates.push_back(d.iso());
  const auto birth = likely_birth(dates, ctl.today());
  ctl.print({{"valid", true},
             {"birth", birth ? Json(birth->iso()) : Json(nullptr)},
             {"birth_candidates", candidates},
             {"sex", std::string(domain::code(n.sex()))},
             {"region", n.region()},
             {"province", std::string(domain::province_name(n.region()))},
             {"findings", codes_of(domain::nik_findings(n))}});
  return Done{};
}

Result<Done> npwp(Ctl& ctl, const Asked& asked) {
  ctl.on_fail({{"valid", false}});
  TRY(const auto n, domain::Npwp::parse(asked.value));
  const bool is_nik = n.digits().size() == 16 && n.digits().front() != '0';
  Json findings = Json::array();
  if (is_nik && !Nik::parse(n.digits()).ok()) findings.push_back("not_a_nik");
  ctl.print(
      {{"valid", true}, {"digits", n.digits().size()}, {"form", is_nik ? "nik" : "npwp"}, {"findings", findings}});
  return Done{};
}

Result<Done> kpj(Ctl& ctl, const Asked& asked) {
  ctl.on_fail({{"valid", false}});
  TRY(const auto k, domain::Kpj::parse(asked.value));
  ctl.print({{"valid", true}, {"digits", k.digits().size()}, {"findings", Json::array()}});
  return Done{};
}

Result<domain::Rules> rules_on(Ctl& ctl, Date day) {
  TRY(const auto book, load_rules(ctl.settings().rules_file));
  return book.at(day);
}

Result<Done> tax(Ctl& ctl, const Asked& asked) {
  domain::TaxQuestion q;
  q.on = ctl.today();
  TRY(q.gross, parse_rupiah(asked.gross, "gross"));
  TRY(q.already_paid, parse_rupiah(asked.already, "already-paid"));
  if (!asked.on.empty()) {
    TRY(q.on, Date::parse(asked.on, "on"));
  }
  if (!asked.first.empty()) {
    TRY(q.first_paid, Date::parse(asked.first, "first-paid"));
    if (*q.first_paid > q.on) return bad_input("date_order", "first-paid", "the first payment lies before --on");
  }
  q.employed = asked.employed;
  q.has_npwp = !asked.no_npwp;
  TRY(const auto rules, rules_on(ctl, q.on));
  const auto t = domain::tax_of(q, rules);
  ctl.print({{"gross", t.gross.value},
             {"taxable", t.taxable.value},
             {"tax", t.tax.value},
             {"net", t.net.value},
             {"regime", std::string(domain::code(t.regime))}});
  return Done{};
}

// "5", "5.5", "5,25" percent -> basis points.
Result<int> parse_percent(const std::string& text, const std::string& field) {
  const auto bad = [&] { return bad_input("rate_range", field, "expected 0 to 25 percent a year, like 5 or 5.5"); };
  int whole = 0, part = 0, places = -1;
  for (const char c : text) {
    if (c >= '0' && c <= '9') {
      if (places < 0)
        whole = whole * 10 + (c - '0');
      else if (places++ < 2)
        part = part * 10 + (c - '0');
    } else if ((c == '.' || c == ',') && places < 0) {
      places = 0;
    } else {
      return bad();
    }
    if (whole > 100 || places > 2) return bad();
  }
  if (text.empty() || places == 0) return bad();
  return whole * 100 + (places == 1 ? part * 10 : part);
}

Result<Done> simulate(Ctl& ctl, const Asked& asked) {
  TRY(const auto wage, parse_rupiah(asked.wage, "wage"));
  TRY(const auto opening, parse_rupiah(asked.opening, "opening"));
  TRY(const auto rules, rules_on(ctl, ctl.today()));
  int rate = rules.development_bp;
  if (!asked.rate.empty()) {
    TRY(rate, parse_percent(asked.rate, "rate"));
  }
  TRY(const auto s, domain::simulate(wage, asked.years, opening, rate, rules));
  Json yearly = Json::array();
  for (const auto& y : s.yearly)
    yearly.push_back({{"year", y.year}, {"balance", y.balance.value}, {"contributions", y.contributions.value}});
  ctl.print({{"balance", s.balance.value}, {"contributions", s.contributions.value}, {"yearly", yearly}});
  return Done{};
}
}  // namespace

void add_rules_commands(CLI::App& app, Ctl& ctl) {
  auto asked = std::make_shared<Asked>();
  auto* rules = app.add_subcommand("rules", "Numbers and money by the institution's rules; needs no node");
  rules->require_subcommand(1);
  rules->footer(
      "Examples:\n  kioskctl rules nik 3578011708650001 --json\n  kioskctl rules tax --gross 150000000\n"
      "  kioskctl rules simulate --wage 5000000 --years 10 --opening 20000000");
  using Command = Result<Done> (*)(Ctl&, const Asked&);
  const auto add = [&](const char* name, const char* help, Command command) {
    auto* sub = rules->add_subcommand(name, help);
    sub->callback([&ctl, asked, command] { ctl.act = [asked, command](Ctl& c) { return command(c, *asked); }; });
    return sub;
  };
  add("nik", "Reads a NIK: birth, sex, region", nik)->add_option("value", asked->value, "16 digits")->required();
  add("npwp", "Checks an NPWP", npwp)->add_option("value", asked->value, "15 or 16 digits")->required();
  add("kpj", "Checks a KPJ", kpj)->add_option("value", asked->value, "11 digits")->required();
  auto* t = add("tax", "Tax and net of a JHT payment", tax);
  t->add_option("--gross", asked->gross, "Rupiah to be paid")->required();
  t->add_option("--already-paid", asked->already, "Rupiah paid before");
  t->add_option("--first-paid", asked->first, "Day of the first payment, YYYY-MM-DD");
  t->add_option("--on", asked->on, "Day of this payment (default: today)");
  t->add_flag("--employed", asked->employed, "A partial claim while still working");
  t->add_flag("--no-npwp", asked->no_npwp, "The person has no NPWP");
  auto* s = add("simulate", "Balance after some years", simulate);
  s->add_option("--wage", asked->wage, "Rupiah a month")->required();
  s->add_option("--years", asked->years, "1 to 60")->required();
  s->add_option("--opening", asked->opening, "Rupiah at the beginning");
  s->add_option("--rate", asked->rate, "Percent of development a year (default: by the rules)");
}

}  // namespace kiosk::programs
