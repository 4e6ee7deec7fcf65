// Synthetic people for demos and tests: invented by a seed, the same every time, with every case the rules know.
// Their days are counted from a fixed one, so that a seed means the same next year.
#include <algorithm>
#include <array>
#include <cstdio>
#include <set>

#include "api/protocol/enrol_code.h"
#include "central/centre_impl.h"

namespace kiosk::central {
namespace {

constexpr std::string_view q_add_membership =
    "INSERT INTO membership (kpj, person) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
constexpr std::string_view q_add_service =
    "INSERT INTO service (branch, code, name, letter, open) VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (branch, code) DO "
    "UPDATE SET name = ?3, letter = ?4, open = ?5";
constexpr std::string_view q_add_officer =
    "INSERT INTO officer (branch, number, sealed) VALUES (?1, ?2, ?3) ON CONFLICT (branch, number) DO UPDATE SET "
    "sealed = ?3";

constexpr std::array male = {"Agus",  "Bambang", "Slamet", "Hendra", "Joko",   "Rudi",   "Suparman",
                             "Dedi",  "Yusuf",   "Wahyu",  "Teguh",  "Imam",   "Rahmat", "Eko",
                             "Fajar", "Gunawan", "Hasan",  "Irwan",  "Kurnia", "Lukman"};
constexpr std::array female = {"Siti",    "Sri",   "Dewi",    "Ratna", "Endang",  "Nurul", "Yanti",
                               "Lestari", "Wulan", "Ani",     "Murni", "Kartini", "Fitri", "Indah",
                               "Marlina", "Rina",  "Sumiati", "Tuti",  "Umi",     "Wati"};
constexpr std::array family = {"Santoso",  "Wibowo",  "Hidayat",   "Saputra",   "Pratama",    "Nugroho",
                               "Setiawan", "Susanto", "Kusuma",    "Hartono",   "Firmansyah", "Suryadi",
                               "Maulana",  "Permana", "Ramadhan",  "Utami",     "Puspita",    "Anggraini",
                               "Maharani", "Rahayu",  "Handayani", "Wijayanti", "Sari",       "Lubis"};
constexpr std::array employers = {"PT Sinar Jaya Tekstil", "PT Bumi Karya Persada",    "CV Mitra Abadi",
                                  "PT Laut Biru Makmur",   "PT Cahaya Timur Logistik", "PT Kayu Lestari Indah",
                                  "CV Roti Nusantara",     "PT Baja Perkasa Utama",    "PT Kebun Hijau Sentosa",
                                  "Koperasi Tani Makmur"};
struct Place {
  const char* region;
  const char* city;
};
constexpr std::array places = {Place{"357801", "Surabaya"}, Place{"350901", "Jember"},  Place{"320107", "Bogor"},
                               Place{"110501", "Meulaboh"}, Place{"630801", "Amuntai"}, Place{"317101", "Jakarta"},
                               Place{"327301", "Bandung"},  Place{"337401", "Semarang"}};

template <class List>
const auto& pick(Random& r, const List& list) {
  return list[static_cast<std::size_t>(r.below(list.size()))];
}

std::string digits(std::int64_t value, int width) {
  char text[32];
  std::snprintf(text, sizeof text, "%0*lld", width, static_cast<long long>(value));
  return text;
}

// Around the ceiling on both sides, and beyond what asks for an NPWP and for tax.
Rupiah balance_of(Random& r, int i) {
  switch (i % 10) {
    case 0:
    case 1:
    case 2:
      return {2'000'000 + static_cast<std::int64_t>(r.below(7'900)) * 1'000};
    case 3:
    case 4:
    case 5:
      return {10'000'001 + static_cast<std::int64_t>(r.below(4'990'000))};
    case 6:
      return {15'000'000};
    case 7:
      return {15'000'001};
    case 8:
      return {16'000'000 + static_cast<std::int64_t>(r.below(34'000'000))};
    default:
      return {50'000'001 + static_cast<std::int64_t>(r.below(150'000'000))};
  }
}

const Date base_day = Date::of(2026, 10, 1).value();

int age_of(Random& r, int i) {
  switch (i % 5) {
    case 0:
      return 56 + static_cast<int>(r.below(4));
    case 1:
      return 60 + static_cast<int>(r.below(15));
    default:
      return 23 + static_cast<int>(r.below(33));
  }
}

domain::Membership membership(Random& r, int i, int which, int count, Date birth, std::set<std::string>& used) {
  std::string kpj;
  do {
    kpj = digits(10 + static_cast<std::int64_t>(r.below(16)), 2) +
          digits(static_cast<std::int64_t>(r.below(1'000'000'000)), 9);
  } while (!used.insert(kpj).second);
  domain::Membership m{domain::Kpj::parse(kpj).value(), pick(r, employers), {}, {}, {}, {}, {}, {}, {}};
  const int age = birth.full_years_until(base_day);
  const bool last = which == count - 1;
  const int years_worked = std::max(1, std::min(age - 19, 3 + static_cast<int>(r.below(22))));
  m.segment = i % 11 == 5 ? domain::Segment::Bpu : i % 17 == 9 ? domain::Segment::Pmi : domain::Segment::Pu;
  // Earlier jobs ended; of the last ones most did too, some within the waiting month.
  const bool active = last && i % 4 == 2;
  const int ended_days = !last ? 400 * (count - which) : i % 9 == 4 ? 10 : 45 + static_cast<int>(r.below(300));
  m.status = active ? domain::MembershipStatus::Active : domain::MembershipStatus::Inactive;
  if (!active) m.ended = base_day.plus_days(-ended_days);
  m.since = base_day.plus_days(-ended_days).plus_months(-12 * years_worked / count);
  m.wage = {2'000'000 + static_cast<std::int64_t>(r.below(60)) * 100'000};
  m.balance = balance_of(r, i);
  if (count > 1) m.balance = {std::max<std::int64_t>(1, m.balance.value / count)};
  const int last_year = active ? 2026 : m.ended->year();
  const int first_year = std::max(m.since.year(), last_year - 4);
  for (int y = first_year; y <= last_year; ++y) {
    const std::int64_t jht = m.wage.value * 57 / 1000 * 12;
    m.years.push_back({y, {jht}, {m.wage.value * 3 / 100 * 12}});
  }
  return m;
}

domain::Participant invent(Random& r, int i, std::set<std::string>& used) {
  const bool woman = r.below(2) == 1;
  const auto place = pick(r, places);
  const int age = age_of(r, i);
  const Date birth = base_day.plus_months(-12 * age).plus_days(-1 - static_cast<int>(r.below(360)));
  const int day = birth.day() + (woman ? 40 : 0);
  const std::string nik = std::string(place.region) + digits(day, 2) + digits(birth.month(), 2) +
                          digits(birth.year() % 100, 2) + digits(1 + i % 9'998, 4);
  domain::Participant p{
      domain::PersonId(domain::Nik::parse(nik).value()), {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}};
  p.name = std::string(woman ? pick(r, female) : pick(r, male)) + " " + pick(r, family);
  p.birth = birth;
  p.birth_place = place.city;
  p.mother = std::string(pick(r, female)) + " " + pick(r, female);
  p.sex = woman ? domain::Sex::Female : domain::Sex::Male;
  p.citizenship = "IDN";
  p.phone = "+62812" + digits(static_cast<std::int64_t>(r.below(100'000'000)), 8);
  p.address = "Jl. Melati No. " + std::to_string(1 + r.below(200)) + ", " + place.city;
  p.data_current = i % 6 != 3;
  const int count = i % 8 == 7 ? 3 : i % 4 == 3 ? 2 : 1;
  for (int k = 0; k < count; ++k) p.memberships.push_back(membership(r, i, k, count, birth, used));
  if (i % 13 == 6) {
    p.already_paid = {1'000'000 + static_cast<std::int64_t>(r.below(4'000)) * 1'000};
    p.first_paid = base_day.plus_months(-static_cast<int>(6 + r.below(40)));
    p.partial_taken = true;
  }
  return p;
}

struct Role {
  const char* number;
  const char* role;
  std::vector<std::string> rights;
};
const std::vector<Role>& roles() {
  static const std::vector<Role> all = {
      {"1001", "ISO", {"call", "claim", "interview", "reset"}},
      {"1002", "JSU", {"call", "interview", "reset", "approve"}},
      {"1003", "CSO", {"call", "claim"}},
      {"1004", "HEAD", {"call", "claim", "interview", "reset", "approve", "report", "admin"}},
  };
  return all;
}

const std::vector<domain::Service>& services() {
  static const std::vector<domain::Service> all = {{"JHT", "Klaim Jaminan Hari Tua", "A", true},
                                                   {"ISO", "Pemulihan Akun JMO", "B", true},
                                                   {"DATA", "Pengkinian Data", "C", true},
                                                   {"INFO", "Informasi dan Saldo", "D", true}};
  return all;
}

}  // namespace

Result<Seeded> Centre::seed(const Seed& seed) {
  Impl& d = *impl_;
  if (seed.participants < 0 || seed.participants > 1'000'000)
    return bad_input("participants_range", "participants", "0 to 1000000");
  if (!seed.branch.empty() && !protocol::is_branch_code(seed.branch))
    return bad_input("branch_invalid", "branch", "2 to 16 of A-Z and 0-9");
  SeededRandom random(seed.seed);
  Seeded out;
  std::set<std::string> used, niks;
  for (int i = 0; static_cast<int>(out.participants.size()) < seed.participants; ++i) {
    auto p = invent(random, i, used);
    if (niks.insert(p.id.key()).second) out.participants.push_back(std::move(p));
  }
  out.services = services();
  for (const Role& r : roles())
    out.officers.push_back({r.number, r.role, std::string(pick(random, male)) + " " + pick(random, family),
                            digits(static_cast<std::int64_t>(100'000 + random.below(900'000)), 6)});
  auto done = d.write([&](Db& db) -> Result<Done> {
    const auto now = d.now();
    if (!seed.branch.empty()) {
      TRY_DONE(impl_->add_branch(db, seed.branch, "Kantor Cabang " + seed.branch, Zone()));
      for (const auto& s : out.services)
        TRY_DONE(db.prepared(q_add_service).bind_all(seed.branch, s.code, s.name, s.letter, s.open).run());
      for (std::size_t i = 0; i < out.officers.size(); ++i) {
        const auto& o = out.officers[i];
        const verbs::OfficerView view{o.number, o.name, o.role, roles()[i].rights, base_day.plus_months(120), false};
        std::string text = protocol::encode(std::vector<protocol::FeedOfficer>{{view, "", o.pin}});
        const Bytes sealed = d.keys.data.seal(as_bytes(text), as_bytes("officer." + seed.branch));
        wipe(text);
        TRY_DONE(db.prepared(q_add_officer).bind_all(seed.branch, o.number, sealed).run());
      }
      for (const char* kind : {"rules", "services", "officers"}) TRY_DONE(d.tell_branch(db, seed.branch, kind, "", ""));
    }
    for (const auto& p : out.participants) {
      const auto index = d.index_of(p.id);
      TRY(const auto there, d.person(db, index));
      if (!there) {
        TRY_DONE(d.save_person(db, PersonRow{index, p, {}, std::nullopt, std::nullopt, now}));
        for (const auto& m : p.memberships)
          TRY_DONE(db.prepared(q_add_membership).bind_all(ByteView(d.index_of(m.kpj)), ByteView(index)).run());
      }
      if (seed.branch.empty()) continue;
      TRY_DONE(d.keep_at_branch(db, seed.branch, index, now + d.keep_person()));
      TRY_DONE(d.tell_branch(db, seed.branch, "person", to_hex(index), ""));
    }
    return Done{};
  });
  if (!done) return std::move(done).fault();
  d.ring();
  return out;
}

}  // namespace kiosk::central
