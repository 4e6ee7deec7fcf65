// The power goes: every write and sync of a branch's and the centre's files is recorded while people act and the engine
// runs. Then, at sync points, the disk is put together as a power cut could have left it: what was synced, and of what
// was not a random part, in any order, torn at 512-byte sectors. Each such disk must open, whole, with everything that
// had been acknowledged before the cut.
#include <unistd.h>

#include <cstdio>
#include <cstring>

#include "base/sqlite/sqlite.h"
#include "faults.h"
#include "node/store/outbox.h"
#include "sim_people.h"
#include "tests/support/fault_vfs.h"

namespace kiosk::faults {
namespace {

using test::FaultVfs;
constexpr std::size_t sector = 512;

struct Op {
  FaultVfs::Op kind;
  std::string file;  // its name in the home
  std::int64_t at;
  std::string data;
};

void apply(Files& files, const Op& op) {
  auto& bytes = files[op.file];
  if (op.kind == FaultVfs::Write) {
    const auto end = static_cast<std::size_t>(op.at) + op.data.size();
    if (bytes.size() < end) bytes.resize(end);
    std::memcpy(bytes.data() + op.at, op.data.data(), op.data.size());
  } else if (op.kind == FaultVfs::Truncate) {
    bytes.resize(static_cast<std::size_t>(op.at));
  } else if (op.kind == FaultVfs::Delete) {
    files.erase(op.file);
  }
}

// A part of a write: some of its sectors.
void apply_torn(Files& files, const Op& op, Random& random) {
  for (std::size_t at = 0; at < op.data.size(); at += sector)
    if (random.below(2) == 0)
      apply(files, {op.kind, op.file, op.at + static_cast<std::int64_t>(at), op.data.substr(at, sector)});
}

// What a home was promised by a moment of the record.
struct Mark {
  std::size_t op = 0;
  std::int64_t seq = 0;  // of the last acknowledged event; at the centre: of the last acknowledgement
};

struct Recording {
  std::string home;
  Files at_start;
  std::vector<Op> ops;
  std::vector<Mark> marks;
  void mark(std::int64_t seq) { marks.push_back({ops.size(), seq}); }
  std::int64_t promised(std::size_t op) const {
    std::int64_t seq = 0;
    for (const auto& m : marks)
      if (m.op <= op) seq = m.seq;
    return seq;
  }
};

class Power {
 public:
  Power(const Template& t, const std::string& dir, std::uint64_t seed, bool trace)
      : trace_(trace), dir_(dir), world_(t, dir, seed), truth_(world_, outcome_), people_(t, world_, truth_) {}

  Outcome go() {
    record();
    replay(branch_, [&](const std::string& home, std::int64_t promised) { judge_branch(home, promised); });
    replay(centre_, [&](const std::string& home, std::int64_t promised) { judge_centre(home, promised); });
    outcome_.more["events"] += truth_.events();
    outcome_.more["writes"] += static_cast<std::int64_t>(branch_.ops.size() + centre_.ops.size());
    outcome_.more["disks"] += disks_;
    return std::move(outcome_);
  }

 private:
  std::uint64_t below(std::uint64_t n) { return world_.random.below(n); }

  void record() {
    auto& b = *world_.branches[0];
    branch_.home = b.home;
    centre_.home = world_.centre_home;
    // A checkpoint now, so that what stands at the start is all in place and synced.
    checkpoint(b.home + "/branch.db");
    checkpoint(world_.centre_home + "/centre.db");
    for (auto* r : {&branch_, &centre_}) r->at_start = files_of(r->home);
    FaultVfs::observer = [this](const FaultVfs::Seen& seen) {
      if (seen.path == nullptr || seen.op == FaultVfs::Open) return;
      for (auto* r : {&branch_, &centre_}) {
        if (std::strncmp(seen.path, r->home.c_str(), r->home.size()) != 0) continue;
        r->ops.push_back({seen.op, seen.path + r->home.size() + 1, seen.at,
                          std::string(static_cast<const char*>(seen.data), static_cast<std::size_t>(seen.size))});
      }
    };
    for (int i = 0; i < 20; ++i) {
      std::string what;
      switch (below(6)) {
        case 0:
        case 1:
          b.engine->nudge();
          for (int k = 0; k < 4; ++k) {
            b.engine->run_due();
            world_.time.advance(Millis{2'000});
          }
          what = "sync";
          break;
        case 2:
          if (below(2) == 0) {
            checkpoint(below(2) == 0 ? b.home + "/branch.db" : world_.centre_home + "/centre.db");
            what = "checkpoint";
          } else {
            world_.close(0);
            world_.open(0);
            what = "restart";
          }
          break;
        default:
          what = people_.act(0);
      }
      if (trace_) std::fprintf(stderr, "step %d: %s\n", i, what.c_str());
      truth_.after_step("step " + std::to_string(i) + ", " + what);
      branch_.mark(b.store->identity().last_seq);
      const auto cursor = branch::Outgoing(*b.store).cursor();
      if (cursor) centre_.mark(cursor->seq);
    }
    FaultVfs::observer = nullptr;
    if (auto read = b.store->read())
      for (std::int64_t s = 1; s <= b.store->identity().last_seq; ++s)
        heads_.push_back(store::head_at(read->db(), s).value());
    world_.close(0);
    world_.close_centre();
  }

  static void checkpoint(const std::string& file) {
    auto db = sqlite::Db::open(file, {.create = false, .vfs = FaultVfs::name});
    if (db) (void)db->exec("PRAGMA wal_checkpoint(RESTART)");
  }

  template <class Judge>
  void replay(const Recording& r, Judge judge) {
    Files durable = r.at_start;
    std::vector<const Op*> pending;
    const std::string home = dir_ + "/after";
    const auto disk = [&](const Files& files, std::size_t op, const char* how) {
      if (!outcome_.clean()) return;
      ++disks_;
      where_ = r.home.substr(r.home.rfind('/') + 1) + ", cut at operation " + std::to_string(op) + ", " + how;
      put_files(home, files);
      judge(home, r.promised(op));
    };
    for (std::size_t i = 0; i < r.ops.size() && outcome_.clean(); ++i) {
      const Op& op = r.ops[i];
      if (op.kind != FaultVfs::Sync) {
        if (op.kind == FaultVfs::Delete)
          apply(durable, op);
        else
          pending.push_back(&op);
        continue;
      }
      for (const char* how : {"some writes", "torn writes"}) {
        if (below(3) != 0) continue;
        Files files = durable;
        // In any order between files, in their own order within one: a later write of a page may stand without an
        // earlier one of another.
        for (const Op* p : pending) {
          if (below(2) == 0) continue;
          if (how[0] == 't' && p->kind == FaultVfs::Write)
            apply_torn(files, *p, world_.random);
          else
            apply(files, *p);
        }
        disk(files, i, how);
      }
      for (const Op* p : pending)
        if (p->file == op.file) apply(durable, *p);
      std::erase_if(pending, [&](const Op* p) { return p->file == op.file; });
      // Exactly what was synced; what the sync promised counts from the next operation on.
      if (below(2) == 0) disk(durable, i + 1, "only what was synced");
    }
  }

  void damaged(const std::string& what) { outcome_.trouble(&Outcome::damaged, where_ + ": " + what); }
  void lost(const std::string& what) { outcome_.trouble(&Outcome::lost, where_ + ": " + what); }

  void judge_branch(const std::string& home, std::int64_t promised) {
    auto& b = *world_.branches[0];
    store::Store::Options o;
    o.home = home;
    o.clock = &b.clock;
    o.random = &world_.random;
    o.fill_log = false;
    auto opened = store::Store::open(o, b.keys.clone());
    if (!opened) return damaged("the store does not open: " + opened.fault().code + " " + opened.fault().detail);
    auto& store = **opened;
    const auto identity = store.identity();
    if (identity.last_seq < promised)
      return lost("event " + std::to_string(promised) + " was acknowledged and the store ends at " +
                  std::to_string(identity.last_seq));
    {
      auto read = store.read();
      if (!read) return damaged("the store does not read: " + read.fault().code);
      const auto chain = store::verify_chain(read->db(), b.keys.signing.public_key());
      if (!chain || chain->first_bad) return damaged("the chain is broken");
      for (std::int64_t s = 1; s <= identity.last_seq; ++s) {
        const auto head = store::head_at(read->db(), s);
        if (!head || *head != heads_.at(static_cast<std::size_t>(s - 1)))
          return damaged("event " + std::to_string(s) + " is another");
      }
      for (const char* pair : {"ticket.issued tickets", "claim.submitted claims", "account.reset_requested resets"}) {
        const std::string text = pair;
        const auto space = text.find(' ');
        std::int64_t events = 0, rows = 0;
        const auto counted = read->db()
                                 .prepared("SELECT count(*) FROM event WHERE kind = '" + text.substr(0, space) + "'")
                                 .each([&](sqlite::Stmt& q) { events = q.integer(0); });
        const auto also =
            read->db().prepared("SELECT count(*) FROM " + text.substr(space + 1)).each([&](sqlite::Stmt& q) {
              rows = q.integer(0);
            });
        if (!counted || !also || events != rows)
          return damaged(std::to_string(events) + " events of " + text + " and " + std::to_string(rows) + " rows");
      }
    }
    if (const auto whole = store.check(); !whole) return damaged("the file is not whole: " + whole.fault().code);
    auto tx = store.begin();
    events::Draft d;
    d.header.kind = "node.checked";
    if (!tx || !tx->commit(std::move(d))) damaged("the store takes nothing more");
  }

  void judge_centre(const std::string& home, std::int64_t promised) {
    central::Centre::Options o;
    o.home = home;
    o.clock = &world_.centre_clock;
    o.random = &world_.random;
    o.create = false;
    auto opened = central::Centre::open(o);
    if (!opened) return damaged("the centre does not open: " + opened.fault().code + " " + opened.fault().detail);
    std::int64_t next = 0;
    bool gap = false;
    const auto read = (*opened)->each_event(world_.branches[0]->name, [&](const central::LedgerRow& row) {
      gap = gap || row.seq != next + 1;
      next = row.seq;
    });
    if (!read || gap) return damaged("the ledger has a gap");
    if (next < promised)
      return lost("event " + std::to_string(promised) + " was acknowledged and the ledger ends at " +
                  std::to_string(next));
    auto db = sqlite::Db::open(home + "/centre.db", {.create = false});
    if (!db || !db->check()) damaged("the centre's file is not whole");
  }

  const bool trace_;
  const std::string dir_;
  Outcome outcome_;
  World world_;
  Truth truth_;
  People people_;
  Recording branch_, centre_;
  std::vector<crypto::Hash> heads_;
  std::string where_;
  std::int64_t disks_ = 0;
};

}  // namespace

Trial power() {
  return {"power", "recorded writes replayed up to sync points, in part, reordered and torn; each disk must open whole",
          [](const Options& o) -> Run {
            const auto world = std::make_shared<const Template>(make_template(o.dir + "/template", 1));
            return [world, o](std::uint64_t seed) {
              return Power(*world, o.dir + "/run" + std::to_string(::getpid()), seed, o.trace).go();
            };
          },
          200};
}

}  // namespace kiosk::faults
