// Numbers people carry: NIK, KPJ, NPWP, passport. Parsing refuses only what cannot be such a number; what merely looks
// odd is a finding that a person may explain (a NIK is never corrected when a birth date is). Errors: bad_input with
// codes nik_length, nik_digits, nik_date, nik_serial, kpj_length, kpj_digits, npwp_length, npwp_digits, npwp_check,
//   passport_invalid, phone_invalid; `field` names the input.
// Source: kiosk/docs/facts.md "Numbers": NIK = PPKKCC DDMMYY SSSS, women DD+40; KPJ 11 digits; NPWP PMK 112/2022.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/date.h"
#include "base/result.h"

namespace kiosk::domain {

enum class Sex { Male, Female };

class Nik {
 public:
  static Result<Nik> parse(std::string_view text,
                           std::string field = "nik");  // spaces and dots between digits are allowed
  const std::string& digits() const { return d_; }
  std::string masked() const;  // "3578 **** **** 0001": first four and last four
  Sex sex() const;
  std::string region() const { return d_.substr(0, 6); }  // of first registration, not residence
  std::vector<Date> birth_candidates(
      Date today) const;               // 19YY and 20YY that exist and are not in the future, older first
  bool agrees_with(Date birth) const;  // false is a question, never a rejection
  bool operator==(const Nik&) const = default;

 private:
  explicit Nik(std::string d) : d_(std::move(d)) {}
  std::string d_;
};

class Kpj {
 public:
  static Result<Kpj> parse(std::string_view text, std::string field = "kpj");
  const std::string& digits() const { return d_; }
  bool operator==(const Kpj&) const = default;

 private:
  explicit Kpj(std::string d) : d_(std::move(d)) {}
  std::string d_;
};

class Npwp {
 public:
  static Result<Npwp> parse(std::string_view text, std::string field = "npwp");  // 15 digits with Luhn over nine, or 16
  const std::string& digits() const { return d_; }
  bool is_nik_of(const Nik& nik) const { return d_ == nik.digits(); }
  bool operator==(const Npwp&) const = default;

 private:
  explicit Npwp(std::string d) : d_(std::move(d)) {}
  std::string d_;
};

struct Passport {
  std::string country;  // ISO 3166 alpha-3
  std::string number;   // A-Z 0-9, 5 to 12
  static Result<Passport> parse(std::string_view country, std::string_view number, std::string field = "passport");
  bool operator==(const Passport&) const = default;
};

// Who somebody is to the store: exactly one of a NIK or a passport. key() is what the blind index hashes.
class PersonId {
 public:
  PersonId(Nik nik) : nik_(std::move(nik)) {}
  PersonId(Passport p) : passport_(std::move(p)) {}
  static Result<PersonId> from_key(std::string_view key);  // "nik:..." or "passport:IND:..."
  std::string key() const;
  std::string masked() const;
  const std::optional<Nik>& nik() const { return nik_; }
  const std::optional<Passport>& passport() const { return passport_; }
  bool operator==(const PersonId&) const = default;

 private:
  std::optional<Nik> nik_;
  std::optional<Passport> passport_;
};

// "3578 **** **** 0001", "B*** S***": what may stand on a screen before two facts agree.
std::string mask_name(std::string_view name);
// The one comparison of people's names, at every door: Unicode form, case, accents, apostrophes, spaces, hyphens,
// titles and degrees do not count (base/text.h, domain/people/titles.h), Muhammad and its abbreviations are one. A
// missing letter, a missing word and an empty name differ.
bool same_name(std::string_view a, std::string_view b);
// 08xx or +62 8xx, 10 to 13 digits -> "+628...".
Result<std::string> normalise_phone(std::string_view text, std::string field = "phone");

// What looks odd about a NIK that could be real: a question for a person, never a rejection.
struct NikFinding {
  std::string code;    // region_unknown, birth_differs, sex_differs
  std::string detail;  // what was compared; no digits of the serial
};
std::vector<NikFinding> nik_findings(const Nik& nik, std::optional<Date> birth = {}, std::optional<Sex> sex = {});
// Province of a region code ("3578.." -> "Jawa Timur"), old and new codes alike; empty when unknown. Permendagri /
// Kepmendagri codes.
std::string_view province_name(std::string_view region);

}  // namespace kiosk::domain
