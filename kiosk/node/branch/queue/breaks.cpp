// A counter rests: calls nobody and is not counted on. Kept with who began it and why, so that it outlives its
// terminal and the node; the day's end ends it.
#include "node/store/breaks.h"

#include <algorithm>
#include <iterator>

#include "node/branch/core.h"
#include "node/branch/queue/ticket_moves.h"
#include "node/store/tickets.h"

namespace kiosk::branch {
namespace {

constexpr std::string_view kReasons[] = {"rest", "prayer", "called_away", "trouble"};

std::vector<verbs::CounterBreak> shown(const std::vector<store::BreakRow>& rows, const std::string& day) {
  std::vector<verbs::CounterBreak> out;
  for (const auto& r : rows)
    if (r.day >= day) out.push_back({r.counter, r.officer, r.reason, r.started});
  return out;
}

void append(WriteOperation& op, events::Draft d, const store::BreakRow& row, const std::string& reason) {
  d.header.at = op.now();
  d.header.counter = row.counter;
  d.header.reason = reason;
  if (row.ended) d.header.duration_ms = std::max<std::int64_t>(0, (*row.ended - row.started).count());
  op.append_event(std::move(d));
  op.changed("counter", row.counter);
}

Result<Done> begin_break(WriteOperation& op, const Today& today, const verbs::RestCounter& asked) {
  TRY(const auto held, store::held_tickets(op.tx().db(), today.day));
  for (const auto& t : held)
    if (t.counter == asked.counter) return refused("counter_busy", t.number, "counter");
  const store::BreakRow row{asked.counter, op.officer_number(), asked.reason, today.day, op.now(), std::nullopt};
  TRY_DONE(store::put_break(op.tx(), row));
  append(op, make_event(events::BreakStarted{}), row, asked.reason);
  return Done{};
}

Result<Done> end_break(WriteOperation& op, store::BreakRow row, WallTime at, const std::string& reason) {
  row.ended = at;
  TRY_DONE(store::put_break(op.tx(), row));
  append(op, make_event(events::BreakEnded{}), row, reason);
  return Done{};
}

}  // namespace

Result<Done> end_earlier_breaks(WriteOperation& op, const Today& today) {
  TRY(const auto rows, store::breaks_lasting(op.tx().db()));
  for (const auto& row : rows) {
    if (row.day >= today.day) continue;
    TRY(const WallTime end, end_of_its_day(row.day, today.offset, op.now()));
    TRY_DONE(end_break(op, row, end, std::string(kDayEnded)));
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

Result<std::vector<verbs::CounterBreak>> Node::on(const verbs::Actor& actor, const verbs::ListBreaks&) {
  TRY(const Today today, core_->today());
  TRY(auto read, core_->store.read());
  TRY([[maybe_unused]] const Session session, core_->session(read, actor, "", false));
  TRY(const auto rows, store::breaks_lasting(read.db()));
  return shown(rows, today.day);
}

Result<std::vector<verbs::CounterBreak>> Node::on(const verbs::Actor& actor, const verbs::RestCounter& asked) {
  TRY_DONE(check_counter(asked.counter));
  if (asked.rest && std::find(std::begin(kReasons), std::end(kReasons), asked.reason) == std::end(kReasons))
    return bad_input("break_reason_invalid", "reason", "rest, prayer, called_away or trouble");
  TRY(const Today today, core_->today());
  TRY(WriteOperation op, WriteOperation::begin(*core_, actor));
  TRY_DONE(op.officer("call"));
  TRY_DONE(end_earlier_days(*core_, op, today));
  TRY(auto lasting, store::break_lasting(op.tx().db(), asked.counter));
  const bool again = asked.rest == lasting.has_value();
  if (!again && asked.rest) TRY_DONE(begin_break(op, today, asked));
  if (!again && !asked.rest) TRY_DONE(end_break(op, *std::move(lasting), op.now(), ""));
  TRY(const auto rows, store::breaks_lasting(op.tx().db()));
  if (again) return shown(rows, today.day);
  TRY_DONE(core_->queue_book.refresh(op.tx(), today.day));
  TRY_DONE(op.commit());
  return shown(rows, today.day);
}

}  // namespace kiosk::branch
