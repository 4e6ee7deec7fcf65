// What is a branch's own at the centre: its zone, its opening hours, its holidays.
#include "central/centre_impl.h"

namespace kiosk::central {
namespace {

constexpr std::string_view q_add =
    "INSERT INTO branch (code, name, utc_offset_min, zone) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING";
constexpr std::string_view q_place = "SELECT zone, utc_offset_min, hours, holidays FROM branch WHERE code = ?1";
constexpr std::string_view q_set =
    "UPDATE branch SET zone = ?2, utc_offset_min = ?3, hours = ?4, holidays = ?5 WHERE code = ?1";
constexpr std::string_view q_unnamed = "SELECT code, utc_offset_min FROM branch WHERE zone = ''";
constexpr std::string_view q_name = "UPDATE branch SET zone = ?2, utc_offset_min = ?3 WHERE code = ?1";

int minutes_of(const Zone& zone, WallTime at) { return static_cast<int>(zone.offset(at).count()); }

std::vector<std::string> words(const std::string& text) {
  std::vector<std::string> out;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find(' ', at), text.size());
    if (end > at) out.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return out;
}

}  // namespace

Result<Done> Centre::Impl::add_branch(Db& db, const std::string& code, const std::string& name, const Zone& zone) {
  return db.prepared(q_add).bind_all(code, name, minutes_of(zone, now()), zone.name()).run();
}

Result<std::optional<domain::BranchPlace>> Centre::Impl::place_of(Db& db, const std::string& branch) {
  std::optional<protocol::FeedBranch> kept;
  TRY_DONE(db.prepared(q_place).bind_all(branch).each([&](Stmt& q) {
    kept = {Zone::told(q.text(0), static_cast<int>(q.integer(1))).name(), q.text(2), words(q.text(3))};
  }));
  if (!kept) return std::optional<domain::BranchPlace>();
  auto place = protocol::place_of(*kept);
  if (!place) return damaged("store_corrupt", "branch: its hours or holidays cannot be read");
  return std::optional(*std::move(place));
}

Result<Zone> Centre::Impl::zone_of(Db& db, const std::string& branch) {
  Zone zone;
  TRY_DONE(db.prepared(q_place).bind_all(branch).each(
      [&](Stmt& q) { zone = Zone::told(q.text(0), static_cast<int>(q.integer(1))); }));
  return zone;
}

// Branches of the time when the zone was a rule for all of them: they keep the offset that they had by it.
Result<Done> Centre::Impl::name_zones(Db& db) {
  std::vector<std::pair<std::string, int>> unnamed;
  TRY_DONE(db.prepared(q_unnamed).bind_all().each(
      [&](Stmt& q) { unnamed.emplace_back(q.text(0), static_cast<int>(q.integer(1))); }));
  if (unnamed.empty()) return Done{};
  TRY(const auto book, rule_book(db));
  const auto former = book.former_offset(Zone().day(now()));
  for (const auto& [code, minutes] : unnamed) {
    const Zone zone = Zone::of_offset(former.value_or(minutes));
    TRY_DONE(db.prepared(q_name).bind_all(code, zone.name(), minutes_of(zone, now())).run());
  }
  return Done{};
}

Result<domain::BranchPlace> Centre::place(const std::string& branch) {
  return impl_->read([&](Db& db) -> Result<domain::BranchPlace> {
    TRY(auto place, impl_->place_of(db, branch));
    if (!place) return refused("branch_unknown", "the centre knows no branch of this code", "branch");
    return *std::move(place);
  });
}

Result<domain::BranchPlace> Centre::set_place(const std::string& branch, const PlaceChange& change) {
  auto done = impl_->write([&](Db& db) -> Result<domain::BranchPlace> {
    TRY(auto kept, impl_->place_of(db, branch));
    if (!kept) return refused("branch_unknown", "the centre knows no branch of this code", "branch");
    auto place = *std::move(kept);
    if (change.zone) place.zone = *change.zone;
    if (change.week) place.week = *change.week;
    for (const Date& day : change.no_holidays) place.holidays.erase(day);
    for (const Date& day : change.holidays) place.holidays.insert(day);
    const auto said = protocol::said_of(place);
    std::string days;
    for (const auto& day : said.holidays) days += (days.empty() ? "" : " ") + day;
    TRY_DONE(
        db.prepared(q_set).bind_all(branch, said.zone, minutes_of(place.zone, impl_->now()), said.hours, days).run());
    TRY_DONE(impl_->tell_branch(db, branch, "branch", "", ""));
    return place;
  });
  impl_->ring();
  return done;
}

}  // namespace kiosk::central
