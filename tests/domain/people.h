// Invented people for the tests of this folder.
#pragma once
#include "domain/people/person.h"

namespace people {
using namespace kiosk;
using namespace kiosk::domain;

inline Date day(int y, int m, int d) { return *Date::of(y, m, d); }

inline Membership job(Date since, std::optional<Date> ended, std::int64_t balance) {
  return {.kpj = *Kpj::parse("16012345678"),
          .employer = "PT Maju Jaya Sentosa Tbk",
          .segment = Segment::Pu,
          .status = ended ? MembershipStatus::Inactive : MembershipStatus::Active,
          .since = since,
          .ended = ended,
          .wage = Rupiah{4'500'000},
          .balance = Rupiah{balance},
          .years = {}};
}

// Born 1965, stopped working on 2026-09-30 after 12 years, everything in order for RESIGN.
inline Participant budi() {
  return {.id = PersonId(*Nik::parse("3578011708650001")),
          .name = "H. Budi Santoso",
          .birth = day(1965, 8, 17),
          .birth_place = "Surabaya",
          .mother = "Sulastri Djumadi",
          .sex = Sex::Male,
          .citizenship = "IDN",
          .phone = "081234567890",
          .address = "Jl. Kenanga No. 12 RT 03 RW 05, Kel. Gubeng, Surabaya",
          .memberships = {job(day(2014, 9, 1), day(2026, 9, 30), 9'000'000)},
          .data_current = true,
          .already_paid = {},
          .first_paid = {},
          .partial_taken = false};
}
}  // namespace people
