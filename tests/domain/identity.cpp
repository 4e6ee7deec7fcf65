#include "domain/people/identity.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>
#include <string>

#include "base/text.h"
#include "tests/support/skip.h"

using namespace kiosk;
using namespace kiosk::domain;

namespace {
Date day(int y, int m, int d) { return *Date::of(y, m, d); }
const Date k_today = day(2026, 11, 20);
Nik nik(std::string_view text) { return *Nik::parse(text); }
}  // namespace

TEST_CASE("identity: what cannot be a NIK is refused with its own code and field") {
  struct Row {
    const char *text, *code;
  };
  for (const Row& r :
       {Row{"357801170865000", "nik_length"}, Row{"35780117086500011", "nik_length"}, Row{"", "nik_length"},
        Row{"35780117O8650001", "nik_digits"}, Row{"abc", "nik_digits"}, Row{"3578013208650001", "nik_date"},
        Row{"3578014008650001", "nik_date"}, Row{"3578017208650001", "nik_date"}, Row{"3578013113650001", "nik_date"},
        Row{"3578013102650001", "nik_date"}, Row{"3578010008650001", "nik_date"}, Row{"3578012902650001", "nik_date"},
        Row{"3578011708650000", "nik_serial"}}) {
    CAPTURE(r.text);
    const auto result = Nik::parse(r.text, "participant.nik");
    REQUIRE_FALSE(result.ok());
    CHECK(result.fault().code == r.code);
    CHECK(result.fault().field == "participant.nik");
    CHECK(result.fault().kind == FaultKind::BadInput);
    CHECK(result.fault().detail.find(r.text) == (std::string_view(r.text).empty() ? 0 : std::string::npos));
  }
}

TEST_CASE("identity: spaces and dots between the digits of a NIK do not count") {
  CHECK(nik("3578 0117 0865 0001").digits() == "3578011708650001");
  CHECK(nik("357801.170865.0001").digits() == "3578011708650001");
}

TEST_CASE("identity: a woman's NIK carries her day plus 40") {
  CHECK(nik("3578011708650001").sex() == Sex::Male);
  CHECK(nik("3578015708650001").sex() == Sex::Female);
  CHECK(nik("3578015708650001").birth_candidates(k_today) == std::vector{day(1965, 8, 17)});
  CHECK(nik("3578017112650001").birth_candidates(k_today) == std::vector{day(1965, 12, 31)});
}

TEST_CASE("identity: both centuries are candidates, the future is not, and 29 February needs a leap year") {
  CHECK(nik("3578011708050001").birth_candidates(k_today) == std::vector{day(1905, 8, 17), day(2005, 8, 17)});
  CHECK(nik("3578012111260001").birth_candidates(k_today) == std::vector{day(1926, 11, 21)});
  CHECK(nik("3578012011260001").birth_candidates(k_today) == std::vector{day(1926, 11, 20), day(2026, 11, 20)});
  CHECK(nik("3578012902000001").birth_candidates(k_today) == std::vector{day(2000, 2, 29)});  // 1900 had none
}

TEST_CASE("identity: a birth date or sex that differs is a finding, never a refusal") {
  const auto n = nik("3578011708650001");
  CHECK(n.agrees_with(day(1965, 8, 17)));
  CHECK_FALSE(n.agrees_with(day(1965, 8, 18)));
  CHECK(nik_findings(n, day(1965, 8, 17), Sex::Male).empty());
  const auto odd = nik_findings(n, day(1966, 8, 17), Sex::Female);
  REQUIRE(odd.size() == 2);
  CHECK(odd[0].code == "birth_differs");
  CHECK(odd[1].code == "sex_differs");
}

TEST_CASE("identity: an unknown region is a warning; old and new provinces are known") {
  for (const char* known : {"1105011708650001", "3578011708650001", "3201071708650001", "6308011708650001",
                            "9471011708650001", "9601011708650001"}) {
    CAPTURE(known);
    CHECK(nik_findings(nik(known)).empty());
  }
  for (const char* unknown :
       {"9901011708650001", "1001011708650001", "3500011708650001", "3588011708650001", "3578001708650001"}) {
    CAPTURE(unknown);
    REQUIRE(nik_findings(nik(unknown)).size() == 1);
    CHECK(nik_findings(nik(unknown))[0].code == "region_unknown");
  }
  CHECK(province_name("357801") == "Jawa Timur");
  CHECK(province_name("99") == "");
}

TEST_CASE("identity: a KPJ is 11 digits") {
  CHECK(Kpj::parse("16012345678")->digits() == "16012345678");
  CHECK(Kpj::parse("160 1234 5678")->digits() == "16012345678");
  CHECK(Kpj::parse("1601234567").fault().code == "kpj_length");
  CHECK(Kpj::parse("160123456789").fault().code == "kpj_length");
  CHECK(Kpj::parse("1601234567A").fault().code == "kpj_digits");
  CHECK(Kpj::parse("1", "participant.kpj").fault().field == "participant.kpj");
}

TEST_CASE("identity: an NPWP is 15 digits with Luhn over nine, or 16") {
  CHECK(Npwp::parse("01.312.166.0-091.000").ok());  // a well-known public body's form
  CHECK(Npwp::parse("013121660091000").ok());
  CHECK(Npwp::parse("0013121660091000").ok());  // the old number behind a 0
  CHECK(Npwp::parse("01.312.167.0-091.000").fault().code == "npwp_check");
  CHECK(Npwp::parse("0013121670091000").fault().code == "npwp_check");
  CHECK(Npwp::parse("3578011708650001")->is_nik_of(nik("3578011708650001")));
  CHECK(Npwp::parse("000000000000000").fault().code == "npwp_check");
  CHECK(Npwp::parse("12345678901234").fault().code == "npwp_length");
  CHECK(Npwp::parse("12345678901234567").fault().code == "npwp_length");
  CHECK(Npwp::parse("x13121660091000").fault().code == "npwp_digits");
}

TEST_CASE("identity: a passport stands in for a NIK, and keys lead back to the person") {
  const auto p = Passport::parse("ind", "k 1234567");
  REQUIRE(p.ok());
  const PersonId foreigner(*p), citizen(nik("3578011708650001"));
  CHECK(foreigner.key() == "passport:IND:K1234567");
  CHECK(citizen.key() == "nik:3578011708650001");
  CHECK(*PersonId::from_key(foreigner.key()) == foreigner);
  CHECK(*PersonId::from_key(citizen.key()) == citizen);
  CHECK_FALSE(foreigner == citizen);
  for (const char* bad :
       {"", "nik:", "nik:123", "passport:IND", "passport:IND:", "passport:I1D:K1234567", "kpj:16012345678"}) {
    CAPTURE(bad);
    CHECK_FALSE(PersonId::from_key(bad).ok());
  }
  CHECK(Passport::parse("IN", "K1234567").fault().code == "passport_invalid");
  CHECK(Passport::parse("IND", "K123").fault().code == "passport_invalid");
  CHECK(Passport::parse("IND", "K123456789012").fault().code == "passport_invalid");
  CHECK(Passport::parse("IND", "K12#4567").fault().code == "passport_invalid");
}

TEST_CASE("identity: masks hide the birth date and all but the first letters") {
  CHECK(nik("3578011708650001").masked() == "3578 **** **** 0001");
  CHECK(PersonId(*Passport::parse("IND", "K1234567")).masked() == "IND K*****67");
  CHECK(mask_name("Budi Santoso") == "B*** S***");
  CHECK(mask_name("  Éva  ") == "É***");
  CHECK(mask_name("") == "");
}

TEST_CASE("identity: names are compared as people write them") {
  CHECK(same_name("Hj. Siti Aminah", "SITI  AMINAH"));
  CHECK(same_name("Drs. M. Yusuf, S.E.", "m yusuf s e"));
  CHECK(same_name("Mu'min", "Mumin"));
  CHECK_FALSE(same_name("Siti Aminah", "Siti Aminuh"));
  CHECK_FALSE(same_name("", ""));
}

TEST_CASE("identity: names that differ only as writing differs are one name, and no others") {
  const char* const same[][2] = {
      {"Sa\u2019adah", "Sa'adah"},
      {"Sa\u2018adah", "Saadah"},
      {"Mu\u02BCmin", "MU`MIN"},
      {"Mu\u00B4min", "Mu\u2032min"},
      {"Mu\u02BFmin", "Mumin"},
      {"H\u00e9l\u00e8ne", "Helene"},
      {"He\u0301le\u0300ne", "H\u00c9L\u00c8NE"},
      {"Nu\u00f1ez", "Nunez"},
      {"Bj\u00f8rn Wei\u00df", "BJORN WEISS"},
      {"Siti\u00a0Aminah", "Siti Aminah"},
      {"Siti\u200bAminah", "Siti Aminah"},
      {"Si\u200dti \ufeffAminah\u2060", "Siti Aminah"},
      {"\u2003Siti \t\u202f Aminah\r\n", "Siti Aminah"},
      {"\uff33\uff49\uff54\uff49 Aminah", "Siti Aminah"},
      {"Nur-Aini", "Nur\u2010Aini"},
      {"Nur\u00adAini", "Nur Aini"},
      {"Hj. Siti Aminah, S.Pd.", "Siti Aminah"},
      {"Hj. Siti Aminah, S.Pd.", "SITI AMINAH SPD"},
      {"Hj Siti Aminah S Pd", "siti aminah, s.pd"},
      {"Dra. Hj. Siti Aminah, M.Pd.I.", "Siti Aminah"},
      {"Siti Aminah, A.Md.Keb.", "Siti Aminah Amd Keb"},
      {"Siti Aminah, S.E., M.M., Ph.D.", "Siti Aminah SE MM PhD"},
      {"Prof. Dr. (H.C.) Ir. Budi Santoso, M.Sc.", "Budi Santoso"},
      {"Budi Santoso (Alm.)", "Almarhum Budi Santoso"},
      {"Siti Mei, M.A.", "Siti Mei"},
      {"Drs. H. Muhammad Yusuf", "Muh. Yusuf"},
      {"M. Yusuf", "Muhammad Yusuf"},
      {"Moch. Yusuf", "Mohammad Yusuf"},
      {"Mhd Yusuf", "Mochamad Yusuf"},
      {"Moh'd Yusuf", "M Yusuf"},
      {"H.M. Yusuf", "Haji Muhammad Yusuf"},
      {"HM. Yusuf, Lc.", "Mohd. Yusuf"},
      {"Ahmad M. Yusuf", "Ahmad Muhammad Yusuf"},
      {"Rr. Kartini", "Raden Roro Kartini"},
      {"Dra", "DRA."},
      {"\u0bb0\u0bbe\u0ba9\u0bbf", "\u0bb0\u0bbe\u0ba9\u0bbf"},
  };
  for (const auto& pair : same) {
    CAPTURE(pair[0]);
    CAPTURE(pair[1]);
    CHECK(same_name(pair[0], pair[1]));
    CHECK(same_name(pair[1], pair[0]));
  }
  const char* const differ[][2] = {
      {"Siti Aminah", "Siti Amina"},
      {"M. Yusuf", "Yusuf"},
      {"H. M. Yusuf", "H. Yusuf"},
      {"Muhammad", "Mahmud"},
      {"Muhammad Yusuf", "Muhammad"},
      {"Sri Wahyuni", "Sri Wahyuningsih"},
      {"Siti Mei", "Siti"},
      {"Lie Ma", "Lie"},
      {"Siti Aminah", "Aminah"},
      {"Dra", "Ir"},
      {"Haji", "Hj."},
      {"S.Pd.", "S.E."},
      {"", ""},
      {"\u200b", ""},
      {"...", ","},
      {"\u0301", "\u0300"},
      {"\u0bb0\u0bbe\u0ba9\u0bbf", "\u0bb0\u0bbe\u0ba9\u0bc1"},  // a Tamil vowel sign is a letter
      {"\xff\xfe", "\xc3"},
  };
  for (const auto& pair : differ) {
    CAPTURE(pair[0]);
    CAPTURE(pair[1]);
    CHECK_FALSE(same_name(pair[0], pair[1]));
    CHECK_FALSE(same_name(pair[1], pair[0]));
  }
}

// inputs/names.tsv of the shared folder: what failed in the field.
TEST_CASE("identity: the shared list of names is judged as it says") {
  const char* shared = std::getenv("KIOSK_SHARED");
  std::ifstream file(std::string(shared ? shared : "../shared") + "/inputs/names.tsv");
  SKIP_WITHOUT(file, "inputs/names.tsv");
  const auto unescaped = [](const std::string& text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text.compare(i, 2, "\\u") != 0) {
        out += text[i];
        continue;
      }
      out +=
          kiosk::text::utf8(std::u32string(1, static_cast<char32_t>(std::stoul(text.substr(i + 2, 4), nullptr, 16))));
      i += 5;
    }
    return out;
  };
  std::string line;
  std::getline(file, line);
  int judged = 0;
  while (std::getline(file, line)) {
    const auto first = line.find('\t'), second = line.find('\t', first + 1);
    if (second == std::string::npos) continue;
    CAPTURE(line);
    const auto record = unescaped(line.substr(0, first));
    const auto typed = unescaped(line.substr(first + 1, second - first - 1));
    CHECK(same_name(record, typed) == (line.substr(second + 1) == "same"));
    ++judged;
  }
  CHECK(judged >= 9);
}

TEST_CASE("identity: phone numbers become one form") {
  for (const char* same : {"081234567890", "+6281234567890", "6281234567890", "0812-3456-7890", "+62 812 3456 7890"}) {
    CAPTURE(same);
    CHECK(*normalise_phone(same) == "+6281234567890");
  }
  for (const char* bad : {"", "0312345678", "081234567", "08123456789012", "0812x4567890", "12345678901"}) {
    CAPTURE(bad);
    CHECK(normalise_phone(bad).fault().code == "phone_invalid");
  }
}
