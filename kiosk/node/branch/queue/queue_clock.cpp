#include "node/branch/queue/queue_clock.h"

#include <algorithm>
#include <charconv>

#include "node/branch/core.h"
#include "node/store/outbox.h"

namespace kiosk::branch {
namespace {

constexpr std::string_view kQueueClock = "queue_clock";  // its day, by how many milliseconds it is ahead
constexpr std::size_t kDayChars = 10;

struct Ahead {
  std::string day;
  Millis by{0};
};

Result<Ahead> ahead_of_wall(sqlite::Db& db) {
  TRY(const std::string text, store::meta(db, kQueueClock));
  Ahead out;
  if (text.size() <= kDayChars) return out;
  out.day = text.substr(0, kDayChars);
  std::int64_t by = 0;
  if (std::from_chars(text.data() + kDayChars + 1, text.data() + text.size(), by).ec != std::errc())
    return damaged("store_corrupt", "meta: queue_clock");
  out.by = Millis{by};
  return out;
}

}  // namespace

Result<domain::QueueClock> QueueClock::kept(sqlite::Db& db, const Today& today) {
  TRY(const Ahead ahead, ahead_of_wall(db));
  domain::QueueClock clock;
  if (today.day == ahead.day) clock.ahead = ahead.by;
  if (!last_) {
    TRY(const auto newest, store::newest_event_at(db));
    const WallTime at = newest.value_or(WallTime{});
    const auto its_day = Date::at(at, today.offset).iso();
    // Of another day than today, also of a false later one: forgotten below.
    last_ = Last{clock.ahead > Millis{0} ? ahead.day : its_day, at + clock.ahead, at + clock.ahead, std::nullopt};
  }
  if (today.day != last_->day) *last_ = Last{today.day, {}, {}, std::nullopt};
  clock.last = last_->reading;
  return clock;
}

Result<WallTime> QueueClock::now(store::Tx& tx, const Today& today, WallTime wall) {
  const std::lock_guard guard(mutex_);
  TRY(auto clock, kept(tx.db(), today));
  // At the very moment of an act of before the restart nobody knows the last ticket's id either.
  const bool ran_back = wall + clock.ahead < clock.last ||
                        (wall + clock.ahead == clock.last && !last_->ticket && last_->joined == clock.last);
  clock.at(wall);
  if (ran_back) {
    // Whoever comes at the moment at which the clock stands still is behind who came before, whatever their ids say.
    clock.ahead += Millis{1};
    clock.last += Millis{1};
    TRY_DONE(store::set_meta(tx, kQueueClock, last_->day + " " + std::to_string(clock.ahead.count())));
  }
  return clock.last;
}

void QueueClock::acted(WallTime at) {
  const std::lock_guard guard(mutex_);
  if (last_) last_->reading = at;
}

Result<WallTime> QueueClock::read(sqlite::Db& db, const Today& today, WallTime wall) {
  const std::lock_guard guard(mutex_);
  TRY(auto clock, kept(db, today));
  return clock.at(wall);
}

void QueueClock::joined(WallTime at, const Uuid& ticket) {
  const std::lock_guard guard(mutex_);
  if (!last_ || at < last_->joined) return;
  if (at > last_->joined || (last_->ticket && *last_->ticket < ticket)) last_->ticket = ticket;
  last_->joined = at;
}

bool QueueClock::after_all(WallTime at, const Uuid& ticket) {
  const std::lock_guard guard(mutex_);
  if (!last_ || at < last_->joined) return false;
  return at > last_->joined || (last_->ticket && *last_->ticket < ticket);
}

}  // namespace kiosk::branch
