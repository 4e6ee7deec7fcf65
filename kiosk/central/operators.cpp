// Acts of the centre's operators on people and officers, and whom branches may forget.
#include <charconv>

#include "api/protocol/enrol_code.h"
#include "central/centre_impl.h"

namespace kiosk::central {
namespace {

constexpr std::string_view q_keepers = "SELECT branch FROM branch_person WHERE person = ?1 AND expires_at > ?2";
constexpr std::string_view q_add_correction =
    "INSERT INTO correction (person, field, at, sealed) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (person, field, at) DO "
    "NOTHING";
constexpr std::string_view q_add_appointment =
    "INSERT INTO appointment (id, branch, person, service, at) VALUES (?1, ?2, ?3, ?4, ?5)";
constexpr std::string_view q_appointments =
    "SELECT id, service, at FROM appointment WHERE person = ?1 AND branch = ?2 AND at > ?3 ORDER BY at LIMIT 50";
constexpr std::string_view q_service = "SELECT 1 FROM service WHERE branch = ?1 AND code = ?2";
constexpr std::string_view q_officer = "SELECT sealed, ended_at FROM officer WHERE branch = ?1 AND number = ?2";
constexpr std::string_view q_end_officer =
    "UPDATE officer SET sealed = ?3, ended_at = ?4 WHERE branch = ?1 AND number = ?2";
constexpr std::string_view q_expired =
    "SELECT branch, person FROM branch_person WHERE expires_at <= ?1 ORDER BY branch, person LIMIT 500";
constexpr std::string_view q_open_claim =
    "SELECT 1 FROM claim WHERE person = ?1 AND branch = ?2 AND stage <> 'selesai' LIMIT 1";
constexpr std::string_view q_extend = "UPDATE branch_person SET expires_at = ?3 WHERE branch = ?1 AND person = ?2";
constexpr std::string_view q_drop_kept = "DELETE FROM branch_person WHERE branch = ?1 AND person = ?2";
constexpr std::string_view q_drop_items =
    "DELETE FROM feed WHERE branch = ?1 AND kind IN ('person', 'account') AND subject = ?2";
constexpr auto after_appointment = std::chrono::hours(24);  // a late visitor is still expected

Result<bool> any(Stmt& q) {
  bool there = false;
  TRY_DONE(q.each([&](Stmt&) { there = true; }));
  return there;
}

Result<std::string> line(const std::string& value, std::size_t most, bool may_be_empty = false) {
  const bool odd = std::any_of(value.begin(), value.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; });
  if (odd || value.size() > most || (value.empty() && !may_be_empty))
    return bad_input("value_invalid", "value", "a line of 1 to " + std::to_string(most) + " bytes");
  return value;
}

// Sets the field and returns what it was.
Result<std::string> set_field(domain::Participant& p, const std::string& field, const std::string& value, Date today) {
  const auto text = [&](std::string& member, std::size_t most, bool may_be_empty = false) -> Result<std::string> {
    TRY(auto next, line(value, most, may_be_empty));
    return std::exchange(member, std::move(next));
  };
  if (field == "name") return text(p.name, 200);
  if (field == "mother") return text(p.mother, 200);
  if (field == "birth_place") return text(p.birth_place, 200, true);
  if (field == "address") return text(p.address, 500, true);
  if (field == "birth") {
    TRY(const Date birth, Date::parse(value, "value"));
    if (birth > today || birth.full_years_until(today) > 130)
      return bad_input("birth_range", "value", "a day of the last 130 years");
    return std::exchange(p.birth, birth).iso();
  }
  if (field == "phone") {
    TRY(auto phone, domain::normalise_phone(value, "value"));
    return std::exchange(p.phone, std::move(phone));
  }
  if (field == "sex") {
    const auto sex = domain::from_code<domain::Sex>(value);
    if (!sex) return bad_input("value_invalid", "value", "male or female");
    return std::string(domain::code(std::exchange(p.sex, *sex)));
  }
  if (field == "citizenship") {
    if (value.size() != 3 || value.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ") != std::string::npos)
      return bad_input("value_invalid", "value", "three letters of ISO 3166, as IDN");
    return std::exchange(p.citizenship, value);
  }
  if (field == "data_current") {
    if (value != "true" && value != "false") return bad_input("value_invalid", "value", "true or false");
    return std::string(std::exchange(p.data_current, value == "true") ? "true" : "false");
  }
  return bad_input("field_unknown", "field",
                   "name, birth, birth_place, mother, sex, citizenship, phone, address or data_current");
}

}  // namespace

Result<protocol::FeedPerson> Centre::Impl::shown_at(Db& db, const std::string& branch, const PersonRow& row,
                                                    WallTime expires) {
  auto p = shown(row, expires);
  TRY_DONE(db.prepared(q_appointments)
               .bind_all(ByteView(row.index), branch, to_ms(now() - after_appointment))
               .each([&](Stmt& q) {
                 p.appointments.push_back({q.text(0), q.text(1), q.integer(2)});
               }));
  return p;
}

Result<bool> Centre::correct(const domain::PersonId& id, const std::string& field, const std::string& value) {
  auto done = impl_->write([&](Db& db) -> Result<bool> {
    TRY(auto row, known(impl_->person(db, impl_->index_of(id))));
    const WallTime now = impl_->now();
    auto before = set_field(row.record, field, value, Zone().day(now)) /* the institution's own day */;
    if (!before) return std::move(before).fault();
    const bool changed = *before != (field == "phone" ? row.record.phone : value);
    if (changed) {
      const auto context = "correction." + field + to_hex(row.index);
      TRY_DONE(db.prepared(q_add_correction)
                   .bind_all(ByteView(row.index), field, to_ms(now),
                             impl_->keys.data.seal(as_bytes(*before), as_bytes(context)))
                   .run());
      row.updated_at = now;
      TRY_DONE(impl_->save_person(db, row));
      TRY_DONE(impl_->tell(db, "person", row.index));
    }
    wipe(*before);
    return changed;
  });
  impl_->ring();
  return done;
}

Result<protocol::Appointment> Centre::appoint(const domain::PersonId& id, const std::string& wanted,
                                              const std::string& service, WallTime at) {
  return appoint_local(id, wanted, service, [at](const Zone&) -> Result<WallTime> { return at; });
}

Result<protocol::Appointment> Centre::appoint_local(const domain::PersonId& id, const std::string& wanted,
                                                    const std::string& service, const LocalTime& local) {
  auto done = impl_->write([&](Db& db) -> Result<protocol::Appointment> {
    TRY(auto row, known(impl_->person(db, impl_->index_of(id))));
    const WallTime now = impl_->now();
    std::string branch = wanted;
    if (branch.empty()) {
      std::vector<std::string> keepers;
      TRY_DONE(db.prepared(q_keepers).bind_all(ByteView(row.index), to_ms(now)).each([&](Stmt& q) {
        keepers.push_back(q.text(0));
      }));
      if (keepers.size() != 1)
        return refused("branch_needed", "the person is known at " + std::to_string(keepers.size()) + " branches",
                       "branch");
      branch = keepers.front();
    }
    TRY(const Zone zone, impl_->zone_of(db, branch));
    TRY(const WallTime at, local(zone));
    if (at <= now || at > now + std::chrono::hours(24 * 366))
      return bad_input("time_range", "at", "later than now and within a year");
    TRY(const bool offered, any(db.prepared(q_service).bind_all(branch, service)));
    if (!offered) return refused("unknown_service", "the branch offers no such service", "service");
    IdSource ids(*impl_->options.clock, *impl_->options.random);
    protocol::Appointment a{ids.next().str(), service, to_ms(at)};
    TRY_DONE(db.prepared(q_add_appointment).bind_all(a.id, branch, ByteView(row.index), service, a.at_ms).run());
    TRY_DONE(
        impl_->keep_at_branch(db, branch, row.index, std::max(at + after_appointment, now + impl_->keep_person())));
    TRY_DONE(impl_->tell_branch(db, branch, "person", to_hex(row.index), ""));
    return a;
  });
  impl_->ring();
  return done;
}

Result<Done> Centre::end_officer(const std::string& branch, const std::string& number) {
  auto done = impl_->write([&](Db& db) -> Result<Done> {
    Bytes sealed;
    bool ended = false;
    TRY_DONE(db.prepared(q_officer).bind_all(branch, number).each([&](Stmt& q) {
      sealed = q.blob(0);
      ended = !q.is_null(1);
    }));
    if (sealed.empty()) return refused("officer_unknown", "the branch has no officer of this number", "number");
    if (ended) return refused("officer_ended", "he was ended before", "number");
    const WallTime now = impl_->now();
    const auto context = "officer." + branch;
    TRY(Bytes plain, impl_->keys.data.open(sealed, as_bytes(context)));
    auto list = protocol::decode<std::vector<protocol::FeedOfficer>>(as_text(plain));
    wipe(plain);
    if (!list) return damaged("store_corrupt", "an officer's record cannot be read");
    TRY(const Zone zone, impl_->zone_of(db, branch));
    for (auto& o : *list) o.officer.valid_until = zone.day(now).plus_days(-1);
    std::string text = protocol::encode(*list);
    const Bytes again = impl_->keys.data.seal(as_bytes(text), as_bytes(context));
    wipe(text);
    TRY_DONE(db.prepared(q_end_officer).bind_all(branch, number, again, to_ms(now)).run());
    return impl_->tell_branch(db, branch, "officers", "", "");
  });
  impl_->ring();
  return done;
}

Result<int> Centre::forget_expired() {
  Impl& d = *impl_;
  const auto forgotten = d.write([&](Db& db) -> Result<int> {
    const WallTime now = d.now();
    std::vector<std::pair<std::string, crypto::Hash>> due;
    TRY_DONE(db.prepared(q_expired).bind_all(to_ms(now)).each([&](Stmt& q) {
      due.emplace_back(q.text(0), to_hash(q.blob(1)));
    }));
    int gone = 0;
    for (const auto& [branch, index] : due) {
      TRY(const auto row, d.person(db, index));
      TRY(const bool claim, any(db.prepared(q_open_claim).bind_all(ByteView(index), branch)));
      TRY(const bool expected, any(db.prepared(q_appointments).bind_all(ByteView(index), branch, to_ms(now))));
      const bool closed = row && domain::at(row->account, now).state != domain::AccountState::Active;
      if (claim || expected || closed) {
        TRY_DONE(db.prepared(q_extend).bind_all(branch, ByteView(index), to_ms(now + d.keep_person())).run());
        TRY_DONE(d.tell_branch(db, branch, "person", to_hex(index), ""));
        continue;
      }
      TRY_DONE(db.prepared(q_drop_kept).bind_all(branch, ByteView(index)).run());
      TRY_DONE(db.prepared(q_drop_items).bind_all(branch, to_hex(index)).run());
      TRY_DONE(d.tell_branch(db, branch, "person_gone", to_hex(index), ""));
      ++gone;
    }
    return gone;
  });
  if (forgotten && *forgotten > 0) d.ring();
  return forgotten;
}

}  // namespace kiosk::central
