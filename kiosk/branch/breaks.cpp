// A counter rests: calls nobody and is not counted on. Kept with who began it and why, so that it outlives its
// terminal and the node; the day's end ends it.
#include "store/breaks.h"

#include <algorithm>
#include <iterator>

#include "branch/core.h"
#include "branch/ticket_moves.h"
#include "store/tickets.h"

namespace kiosk::branch {
namespace {

constexpr std::string_view kReasons[] = {"rest", "prayer", "called_away", "trouble"};

std::vector<verbs::CounterBreak> shown(const std::vector<store::BreakRow>& rows, const std::string& day) {
  std::vector<verbs::CounterBreak> out;
  for (const auto& r : rows)
    if (r.day >= day) out.push_back({r.counter, r.officer, r.reason, r.started});
  return out;
}

void say(Act& act, const char* kind, const store::BreakRow& row, const std::string& reason) {
  auto d = happened(kind);
  d.header.at = act.now();
  d.header.counter = row.counter;
  d.header.reason = reason;
  if (row.ended) d.header.duration_ms = std::max<std::int64_t>(0, (*row.ended - row.started).count());
  act.say(std::move(d));
  act.changed("counter", row.counter);
}

Result<Done> begin_break(Act& act, const Today& today, const verbs::RestCounter& asked) {
  TRY(const auto held, store::held_tickets(act.tx().db(), today.day));
  for (const auto& t : held)
    if (t.counter == asked.counter) return refused("counter_busy", t.number, "counter");
  const store::BreakRow row{asked.counter, act.officer_number(), asked.reason, today.day, act.now(), std::nullopt};
  TRY_DONE(store::put_break(act.tx(), row));
  say(act, "counter.break_started", row, asked.reason);
  return Done{};
}

Result<Done> end_break(Act& act, store::BreakRow row, WallTime at, const std::string& reason) {
  row.ended = at;
  TRY_DONE(store::put_break(act.tx(), row));
  say(act, "counter.break_ended", row, reason);
  return Done{};
}

}  // namespace

Result<Done> end_earlier_breaks(Act& act, const Today& today) {
  TRY(const auto rows, store::breaks_lasting(act.tx().db()));
  for (const auto& row : rows) {
    if (row.day >= today.day) continue;
    TRY(const WallTime end, end_of_its_day(row.day, today.offset, act.now()));
    TRY_DONE(end_break(act, row, end, std::string(kDayEnded)));
  }
  return Done{};
}

Result<std::vector<domain::BreakTaken>> breaks_taken(sqlite::Db& db, const Today& today, WallTime now,
                                                     const std::string& from, const std::string& to) {
  TRY(const auto rows, store::breaks_between(db, from, to));
  std::vector<domain::BreakTaken> out;
  for (const auto& r : rows) {
    TRY(const WallTime latest, end_of_its_day(r.day, today.offset, now));
    out.push_back({r.counter, r.started, r.ended.value_or(latest)});
  }
  return out;
}

Result<std::vector<verbs::CounterBreak>> Node::breaks(const verbs::Actor& actor) {
  TRY(const Today today, core_->today());
  TRY(auto read, core_->store.read());
  TRY([[maybe_unused]] const Session session, core_->session(read, actor, "", false));
  TRY(const auto rows, store::breaks_lasting(read.db()));
  return shown(rows, today.day);
}

Result<std::vector<verbs::CounterBreak>> Node::rest_counter(const verbs::Actor& actor,
                                                            const verbs::RestCounter& asked) {
  TRY_DONE(check_counter(asked.counter));
  if (asked.rest && std::find(std::begin(kReasons), std::end(kReasons), asked.reason) == std::end(kReasons))
    return bad_input("break_reason_invalid", "reason", "rest, prayer, called_away or trouble");
  TRY(const Today today, core_->today());
  TRY(Act act, Act::begin(*core_, actor));
  TRY_DONE(act.officer("call"));
  TRY_DONE(end_earlier_days(*core_, act, today));
  TRY(auto lasting, store::break_lasting(act.tx().db(), asked.counter));
  const bool again = asked.rest == lasting.has_value();
  if (!again && asked.rest) TRY_DONE(begin_break(act, today, asked));
  if (!again && !asked.rest) TRY_DONE(end_break(act, *std::move(lasting), act.now(), ""));
  TRY(const auto rows, store::breaks_lasting(act.tx().db()));
  if (again) return shown(rows, today.day);
  TRY_DONE(core_->queue_book.refresh(act.tx(), today.day));
  TRY_DONE(act.commit());
  return shown(rows, today.day);
}

}  // namespace kiosk::branch
