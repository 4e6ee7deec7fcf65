// Which day it is at the branch: its place as the centre said it, and the time that is believed.
#include <charconv>

#include "api/protocol/central_api.h"
#include "base/log.h"
#include "node/branch/core.h"
#include "node/branch/outgoing.h"
#include "node/store/tickets.h"

namespace kiosk::branch {

Result<std::optional<LastGiven>> last_given(sqlite::Db& db) {
  TRY(const std::string text, store::meta(db, kTimeTrust));
  const auto space = text.find(' ');
  if (space == std::string::npos) return std::optional<LastGiven>();
  const auto day = Date::parse(std::string_view(text).substr(0, space));
  const auto at = domain::anchor_of(std::string_view(text).substr(space + 1));
  if (!day || !at) return damaged("store_corrupt", "meta: time_trust");
  return std::optional(LastGiven{*day, *at});
}

Result<domain::BranchPlace> place_kept(sqlite::Db& db, const domain::RuleBook& book, WallTime now) {
  TRY(const std::string text, store::meta(db, kPlaceNote));
  if (!text.empty()) {
    TRY(const auto said, protocol::decode<protocol::FeedBranch>(text));
    return protocol::place_of(said);
  }
  // A home of the time before zones had names: its rules say the minutes, else its enrolment.
  domain::BranchPlace place;
  if (const auto former = book.former_offset(Date::at(now, std::chrono::minutes{0}))) {
    place.zone = Zone::of_offset(*former);
    return place;
  }
  TRY(const std::string offset, store::meta(db, "sync.utc_offset_min"));
  int minutes = 0;
  if (std::from_chars(offset.data(), offset.data() + offset.size(), minutes).ec == std::errc{})
    place.zone = Zone::of_offset(minutes);
  return place;
}

domain::Steady Core::steady() const {
  const Millis suspended = settings.suspended ? settings.suspended() : Millis{0};
  return {settings.run, clock.steady() + suspended};
}

void Core::reload_place() {
  auto place = std::make_shared<domain::BranchPlace>();
  if (auto read = store.read()) {
    auto kept = place_kept(read->db(), *book(), clock.now());
    if (kept)
      *place = *std::move(kept);
    else
      log::error("the branch's zone cannot be read; the usual one holds", {{"code", kept.fault().code}});
  }
  std::lock_guard lock(mutex_);
  place_ = std::move(place);
  today_.reset();
}

WallTime Core::now() const {
  std::lock_guard lock(trust_mutex_);
  return trust_->believed(steady(), clock.now());
}

void Core::heard_time(Millis centre_minus_node) {
  std::lock_guard lock(trust_mutex_);
  const auto before = trust_->trust();
  trust_->heard(centre_minus_node, steady(), clock.now());
  if (before == domain::Trust::Waiting) log::info("this clock is confirmed; days begin by it again");
}

std::string Core::clock_state() {
  std::lock_guard lock(trust_mutex_);
  if (trust_->jumped(steady(), clock.now())) return "jumped";
  return trust_->trust() == domain::Trust::Waiting ? "unheard" : "";
}

Result<Today> Core::today() {
  const WallTime now = this->now();
  std::lock_guard lock(mutex_);
  const auto offset = place_->zone.offset(now);
  const Date date = Date::at(now, offset);
  if (!today_ || today_->date != date) {
    Today t;
    t.date = date;
    t.day = date.iso();
    TRY(domain::Rules rules, book_->at(date));
    t.rules = std::make_shared<const domain::Rules>(std::move(rules));
    t.place = place_;
    today_ = std::move(t);
  }
  today_->at = now;
  today_->offset = offset;
  return *today_;
}

Result<Date> Core::number_day(store::Tx& tx, const Today& today) {
  TRY(const auto last, last_given(tx.db()));
  bool begins = true;
  std::optional<Date> going;
  if (last) {
    std::lock_guard lock(trust_mutex_);
    begins = trust_->day_begins({last->at.steady, last->at.wall}, steady(), clock.now(), today.place->zone);
    going = last->day;
  } else {
    // Of an older program, or back from a copy: a series of today or of a false later day goes on.
    TRY(going, store::newest_series_day(tx.db()));
    begins = going && *going < today.date;
  }
  if (!going) return today.date;
  if (!begins) return *going;
  TRY_DONE(store::begin_numbers(tx, today.date));
  return today.date;
}

Result<Done> Core::number_given(store::Tx& tx, Date number_day) {
  domain::Anchor at;
  {
    std::lock_guard lock(trust_mutex_);
    at.steady = steady();
    at.wall = trust_->believed(at.steady, clock.now());
    at.trust = trust_->trust();
  }
  return store::set_meta(tx, kTimeTrust, number_day.iso() + " " + domain::text_of(at));
}

}  // namespace kiosk::branch
