#include "domain/people/identity.h"

#include <algorithm>

#include "domain/people/names.h"

namespace kiosk::domain {
namespace {
bool is_digit(char c) { return c >= '0' && c <= '9'; }
int number(std::string_view digits) {
  int v = 0;
  for (const char c : digits) v = v * 10 + (c - '0');
  return v;
}

// What people type between groups of digits does not count; nullopt when anything else is no digit.
std::optional<std::string> digits_of(std::string_view text) {
  std::string d;
  for (const char c : text) {
    if (is_digit(c))
      d += c;
    else if (c != ' ' && c != '.' && c != '-')
      return std::nullopt;
  }
  return d;
}

std::string found_digits(std::size_t n) { return ", found " + std::to_string(n); }

struct NikDate {
  int day, month, year_of_century;
};
NikDate nik_date(const std::string& d) {
  const int day = number(std::string_view(d).substr(6, 2));
  return {day > 40 ? day - 40 : day, number(std::string_view(d).substr(8, 2)),
          number(std::string_view(d).substr(10, 2))};
}
std::vector<Date> nik_dates(const std::string& d) {
  const auto [day, month, yy] = nik_date(d);
  std::vector<Date> out;
  for (const int century : {1900, 2000})
    if (auto date = Date::of(century + yy, month, day)) out.push_back(*date);
  return out;
}

bool luhn(std::string_view nine) {
  int sum = 0;
  for (std::size_t i = 0; i < nine.size(); ++i) {
    int v = nine[i] - '0';
    if ((nine.size() - i) % 2 == 0) v = v * 2 > 9 ? v * 2 - 9 : v * 2;
    sum += v;
  }
  return sum % 10 == 0;
}
}  // namespace

Result<Nik> Nik::parse(std::string_view text, std::string field) {
  auto d = digits_of(text);
  if (!d) return bad_input("nik_digits", std::move(field), "expected 16 digits and nothing else");
  if (d->size() != 16) return bad_input("nik_length", std::move(field), "expected 16 digits" + found_digits(d->size()));
  if (nik_dates(*d).empty())
    return bad_input("nik_date", std::move(field),
                     "digits 7 to 12 must be a day that exists, DDMMYY (women: day + 40)");
  if (d->ends_with("0000")) return bad_input("nik_serial", std::move(field), "the last four digits count from 0001");
  return Nik(std::move(*d));
}

std::string Nik::masked() const { return d_.substr(0, 4) + " **** **** " + d_.substr(12); }
Sex Nik::sex() const { return number(std::string_view(d_).substr(6, 2)) > 40 ? Sex::Female : Sex::Male; }

std::vector<Date> Nik::birth_candidates(Date today) const {
  auto dates = nik_dates(d_);
  std::erase_if(dates, [&](const Date& d) { return d > today; });
  return dates;
}

bool Nik::agrees_with(Date birth) const {
  const auto [day, month, yy] = nik_date(d_);
  return birth.day() == day && birth.month() == month && birth.year() % 100 == yy;
}

std::vector<NikFinding> nik_findings(const Nik& nik, std::optional<Date> birth, std::optional<Sex> sex) {
  std::vector<NikFinding> out;
  const auto region = nik.region();
  // Regencies count from 01, cities from 71; districts from 01. Both lists grow, so only what was never given is odd.
  const int regency = number(std::string_view(region).substr(2, 2));
  if (province_name(region).empty() || regency == 0 || regency > 79 || region.ends_with("00"))
    out.push_back({"region_unknown", "no region was ever numbered " + region});
  if (birth && !nik.agrees_with(*birth)) out.push_back({"birth_differs", "the NIK was made for another birth date"});
  if (sex && nik.sex() != *sex) out.push_back({"sex_differs", "the NIK was made for another sex"});
  return out;
}

Result<Kpj> Kpj::parse(std::string_view text, std::string field) {
  auto d = digits_of(text);
  if (!d) return bad_input("kpj_digits", std::move(field), "expected 11 digits and nothing else");
  if (d->size() != 11) return bad_input("kpj_length", std::move(field), "expected 11 digits" + found_digits(d->size()));
  return Kpj(std::move(*d));
}

Result<Npwp> Npwp::parse(std::string_view text, std::string field) {
  auto d = digits_of(text);
  if (!d) return bad_input("npwp_digits", std::move(field), "expected 15 or 16 digits");
  if (d->size() != 15 && d->size() != 16)
    return bad_input("npwp_length", std::move(field), "expected 15 or 16 digits" + found_digits(d->size()));
  // Sixteen digits are a NIK, or an old number behind a 0 (PMK 112/2022): the old one keeps its check digit.
  const bool old = d->size() == 15 || d->front() == '0';
  const auto nine = std::string_view(*d).substr(d->size() == 15 ? 0 : 1, 9);
  if ((old && !luhn(nine)) || d->find_first_not_of('0') == std::string::npos)
    return bad_input("npwp_check", std::move(field), "the ninth digit does not fit the eight before it");
  return Npwp(std::move(*d));
}

Result<Passport> Passport::parse(std::string_view country, std::string_view number_text, std::string field) {
  const auto upper = [](std::string_view s) {
    std::string out;
    for (const char c : s)
      if (c != ' ' && c != '-') out += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    return out;
  };
  Passport p{upper(country), upper(number_text)};
  const auto letter = [](char c) { return c >= 'A' && c <= 'Z'; };
  if (p.country.size() != 3 || !std::all_of(p.country.begin(), p.country.end(), letter))
    return bad_input("passport_invalid", std::move(field), "expected a country of three letters, like IND");
  if (p.number.size() < 5 || p.number.size() > 12 ||
      !std::all_of(p.number.begin(), p.number.end(), [&](char c) { return letter(c) || is_digit(c); }))
    return bad_input("passport_invalid", std::move(field), "expected 5 to 12 letters and digits");
  return p;
}

Result<PersonId> PersonId::from_key(std::string_view key) {
  if (key.starts_with("nik:")) {
    TRY(auto nik, Nik::parse(key.substr(4)));
    return PersonId(std::move(nik));
  }
  constexpr std::string_view prefix = "passport:";
  if (key.starts_with(prefix) && key.size() > prefix.size() + 4 && key[prefix.size() + 3] == ':') {
    TRY(auto p, Passport::parse(key.substr(prefix.size(), 3), key.substr(prefix.size() + 4)));
    return PersonId(std::move(p));
  }
  return bad_input("person_invalid", "person", "expected nik:<16 digits> or passport:<country>:<number>");
}

std::string PersonId::key() const {
  return nik_ ? "nik:" + nik_->digits() : "passport:" + passport_->country + ':' + passport_->number;
}

std::string PersonId::masked() const {
  if (nik_) return nik_->masked();
  const auto& n = passport_->number;
  return passport_->country + ' ' + n.substr(0, 1) + std::string(n.size() - 3, '*') + n.substr(n.size() - 2);
}

Result<std::string> normalise_phone(std::string_view text, std::string field) {
  const auto bad = [&] {
    return bad_input("phone_invalid", std::move(field), "expected a mobile number, 08... or +62 8..., 10 to 13 digits");
  };
  std::string d;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (is_digit(c))
      d += c;
    else if (!(c == '+' && d.empty()) && c != ' ' && c != '-' && c != '.' && c != '(' && c != ')')
      return bad();
  }
  if (d.starts_with("62")) d = '0' + d.substr(2);
  if (!d.starts_with("08") || d.size() < 10 || d.size() > 13) return bad();
  return "+62" + d.substr(1);
}

}  // namespace kiosk::domain
