// The participant as the centre knows him: one person, several memberships (a KPJ each). Personal data: sealed at rest.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/date.h"
#include "base/units.h"
#include "domain/people/identity.h"

namespace kiosk::domain {

enum class Segment { Pu, Bpu, Pmi };               // penerima upah, bukan penerima upah, pekerja migran
enum class MembershipStatus { Active, Inactive };  // aktif, nonaktif

struct YearContribution {
  int year = 0;
  Rupiah jht, jp;
  bool operator==(const YearContribution&) const = default;
};

struct Membership {
  Kpj kpj;
  std::string employer;
  Segment segment = Segment::Pu;
  MembershipStatus status = MembershipStatus::Inactive;
  Date since;
  std::optional<Date> ended;
  Rupiah wage;     // last reported, a month
  Rupiah balance;  // JHT, contributions and development
  std::vector<YearContribution> years;
};

struct Participant {
  PersonId id;
  std::string name;
  Date birth;
  std::string birth_place;
  std::string mother;  // nama ibu kandung
  Sex sex = Sex::Male;
  std::string citizenship = "IDN";
  std::string phone, address;
  std::vector<Membership> memberships;
  bool data_current = false;       // pengkinian data done
  Rupiah already_paid;             // gross of earlier JHT payments
  std::optional<Date> first_paid;  // when the first was
  bool partial_taken = false;      // 10 % or 30 % taken before; once only
  Rupiah balance() const {
    Rupiah s;
    for (const auto& m : memberships) s += m.balance;
    return s;
  }
};

// Someone who acts for the participant: an heir, a guardian. Never identified by the participant's facts.
struct Claimant {
  PersonId id;
  std::string name;
  std::string relation;  // heir order in config/rules.toml
};

}  // namespace kiosk::domain
