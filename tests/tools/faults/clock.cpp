// Wall clocks that jump: hours and days back and forth, to 1970 and beyond 2038, at branches and at the centre, while
// people act and the engines run. Ids stay in order, deadlines run on steady time, every day has its own ticket
// numbers once, and all of it reaches the centre once.
#include <unistd.h>

#include <cstdio>

#include "faults.h"
#include "node/store/outbox.h"
#include "sim_people.h"

namespace kiosk::faults {
namespace {

constexpr std::int64_t hour = 3'600'000, day = 24 * hour;
constexpr const char* q_numbers =
    "SELECT day, number, count(*) FROM tickets GROUP BY day, number HAVING count(*) > 1 LIMIT 1";

class ClockRun {
 public:
  ClockRun(const Template& t, const std::string& dir, std::uint64_t seed, bool trace)
      : trace_(trace), world_(t, dir, seed), truth_(world_, outcome_), people_(t, world_, truth_) {
    last_id_.resize(world_.branches.size());
    seen_.resize(world_.branches.size());
  }

  Outcome go() {
    for (int i = 0; i < 50 && outcome_.clean(); ++i) {
      const auto b = below(world_.branches.size());
      std::string what;
      switch (below(6)) {
        case 0:
          what = jump(b);
          break;
        case 1:
          what = sync(b);
          break;
        case 2:
          world_.crash(b);
          world_.open(b);
          last_id_[b] = Uuid{};  // the order is promised by one source of ids
          what = "restart of " + std::to_string(b);
          break;
        default:
          what = people_.act(b);
      }
      step_ = "step " + std::to_string(i) + ", " + what;
      if (trace_) std::fprintf(stderr, "%s\n", step_.c_str());
      truth_.after_step(step_);
      judge(b);
    }
    if (outcome_.clean()) {
      world_.centre_clock.offset = Millis{0};
      settle(world_, truth_, people_);
      truth_.finish();
    }
    outcome_.more["events"] += truth_.events();
    outcome_.more["jumps"] += jumps_;
    outcome_.more["not_accepted"] += truth_.verdicts();
    return std::move(outcome_);
  }

 private:
  std::uint64_t below(std::uint64_t n) { return world_.random.below(n); }

  std::string jump(std::size_t b) {
    auto& clock = below(4) == 0 ? world_.centre_clock : world_.branches[b]->clock;
    const std::int64_t now = to_ms(world_.time.wall);
    const std::int64_t to[] = {now,
                               now + 1,
                               now - 1,
                               now + hour,
                               now - hour,
                               now + day,
                               now - day,
                               now + 8 * day,
                               now - 40 * day,
                               0,
                               86'400'000,
                               946'684'800'000,
                               now - 5,
                               2'147'483'647'000,
                               2'147'483'648'500,
                               4'102'444'800'000};
    clock.offset = Millis{to[below(std::size(to))] - now};
    ++jumps_;
    return (&clock == &world_.centre_clock ? std::string("the centre") : "branch " + std::to_string(b)) +
           "'s clock says " + to_rfc3339(clock.now());
  }

  std::string sync(std::size_t b) {
    auto& branch = *world_.branches[b];
    // Whatever the wall clocks say: what waits is sent within the longest backoff of steady time.
    for (int i = 0; i < 12; ++i) {
      branch.engine->nudge();
      for (int k = 0; k < 60 && branch.engine->run_due(); ++k) {
      }
      world_.time.advance(Millis{20'000});
    }
    const auto s = branch.engine->status();
    if (s.pending > 0)
      outcome_.trouble(&Outcome::damaged, "with clocks at " + to_rfc3339(branch.clock.now()) + " and " +
                                              to_rfc3339(world_.centre_clock.now()) + " nothing is sent: " + s.state +
                                              " " + s.why + " " + s.why_detail);
    if (s.oldest_unsent_s && *s.oldest_unsent_s < 0) outcome_.trouble(&Outcome::damaged, "a negative age");
    const auto due = branch.engine->next_due() - world_.time.steady;
    if (due > Millis{121'000})
      outcome_.trouble(&Outcome::damaged, "the next try is " + std::to_string(due.count()) + " ms away");
    return "sync of " + std::to_string(b);
  }

  void judge(std::size_t b) {
    auto& store = *world_.branches[b]->store;
    auto read = store.read();
    if (!read) return outcome_.trouble(&Outcome::damaged, step_ + ": the store does not read");
    const auto fresh = store::events_after(read->db(), seen_[b], 1'000'000, INT64_MAX);
    if (!fresh) return outcome_.trouble(&Outcome::damaged, step_ + ": the store does not read");
    for (const auto& e : *fresh) {
      const auto header = events::decode_header(e.sealed.header);
      if (!header) return outcome_.trouble(&Outcome::damaged, step_ + ": a header cannot be read");
      if (header->id <= last_id_[b])
        outcome_.trouble(&Outcome::damaged, step_ + ": the id of event " + std::to_string(e.seq) + " is out of order");
      last_id_[b] = header->id;
      seen_[b] = e.seq;
    }
    std::string twice;
    (void)read->db().prepared(q_numbers).each([&](sqlite::Stmt& q) { twice = q.text(0) + " " + q.text(1); });
    if (!twice.empty()) outcome_.trouble(&Outcome::doubled, step_ + ": ticket " + twice + " was given twice");
  }

  const bool trace_;
  Outcome outcome_;
  World world_;
  Truth truth_;
  People people_;
  std::string step_;
  std::vector<Uuid> last_id_;
  std::vector<std::int64_t> seen_;
  std::int64_t jumps_ = 0;
};

}  // namespace

Trial clock_jumps() {
  return {"clock", "wall clocks that jump by hours and days, to 1970 and beyond 2038, at the branches and the centre",
          [](const Options& o) -> Run {
            const auto world = std::make_shared<const Template>(make_template(o.dir + "/template", 2));
            return [world, o](std::uint64_t seed) {
              return ClockRun(*world, o.dir + "/run" + std::to_string(::getpid()), seed, o.trace).go();
            };
          },
          1'000};
}

}  // namespace kiosk::faults
