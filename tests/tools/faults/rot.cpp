// A disk that rots: bits flip, writes are lost, go to another's place or come back, files end early, are old or gone;
// between a stop (or a kill) and a start, and under the running store. What then opens and calls itself whole must be
// what was there; everything else must be named; what the second copy has comes back by itself.
#include <unistd.h>

#include <cstdio>
#include <filesystem>

#include "faults.h"
#include "node/branch/recovery/mend.h"
#include "node/branch/recovery/second_copy.h"
#include "node/store/outbox.h"
#include "node/store/patrol.h"
#include "sim_people.h"
#include "tests/support/temp_dir.h"

namespace kiosk::faults {
namespace {

namespace fs = std::filesystem;
constexpr std::size_t k_page = 1024, k_sector = 512, k_stages = 14;

// Everything the tables say, in an order that does not depend on where it lies.
std::string dump(sqlite::Db& db) {
  std::vector<std::string> tables;
  (void)db.prepared("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").each([&](sqlite::Stmt& s) {
    tables.push_back(s.text(0));
  });
  crypto::Hasher h;
  for (const auto& t : tables) {
    int columns = 0;
    (void)db.prepared("SELECT count(*) FROM pragma_table_info('" + t + "')").each([&](sqlite::Stmt& s) {
      columns = static_cast<int>(s.integer(0));
    });
    const auto read = db.prepared("SELECT * FROM " + t + " ORDER BY 1, 2").each([&](sqlite::Stmt& s) {
      for (int c = 0; c < columns; ++c) h.add(as_bytes(std::to_string(c) + (s.is_null(c) ? "-" : "+"))).add(s.blob(c));
    });
    if (!read) h.add(as_bytes(read.fault().code));
  }
  return to_hex(h.finish());
}

// A moment of a branch: its files and its second copy, and what was true then.
struct Stage {
  Files home, copy;
  std::string dump;
  std::map<std::string, crypto::Hash> events;  // by id
  std::set<std::string> unsent;
  bool killed = false;
};
struct Made {
  std::vector<Stage> stages;
  crypto::KeyRing keys;
  std::string node;
  WallTime at;
};

void note_events(store::Store& s, Stage& stage) {
  auto read = s.read();
  if (!read) return;
  stage.dump = dump(read->db());
  const auto c = store::cursor(read->db());
  (void)read->db().prepared("SELECT hex(id), head, pos FROM event").each([&](sqlite::Stmt& q) {
    crypto::Hash head{};
    const auto b = q.blob(1);
    if (b.size() == head.size()) std::copy(b.begin(), b.end(), head.begin());
    stage.events[q.text(0)] = head;
    if (c && q.integer(2) > c->log_position()) stage.unsent.insert(q.text(0));
  });
}

Made make(const std::string& dir) {
  const Template t = make_template(dir + "/template", 1);
  Made made;
  World world(t, dir + "/made", 11);
  Outcome outcome;
  Truth truth(world, outcome);
  People people(t, world, truth);
  auto& b = *world.branches[0];
  made.keys = b.keys.clone();
  made.node = b.node_id;
  const std::string copies = dir + "/made-copy";
  fs::create_directory(copies);
  for (std::size_t i = 0; i < k_stages; ++i) {
    for (int k = 0; k < 5; ++k) people.act(0);
    if (i % 5 == 2) {
      b.engine->nudge();
      for (int k = 0; k < 6; ++k) b.engine->run_due();
    }
    branch::SecondCopy::Options o;
    o.folder = copies;
    (void)branch::SecondCopy(*b.store, o).step();
    Stage stage;
    stage.killed = i % 2 == 0;
    note_events(*b.store, stage);
    if (!stage.killed) world.close(0);
    stage.home = files_of(b.home);
    stage.copy = files_of(copies + "/" + b.node_id);
    if (!stage.killed) world.open(0);
    made.stages.push_back(std::move(stage));
  }
  made.at = world.time.wall;
  return made;
}

class RotRun {
 public:
  RotRun(const Made& made, const std::string& dir, std::uint64_t seed, bool trace)
      : made_(made),
        random_(seed),
        trace_(trace),
        dir_(dir),
        home_(dir + "/home"),
        copy_(dir + "/copy"),
        clock_(made.at) {
    seed_everything(seed);
    fs::remove_all(dir);
    fs::create_directory(dir);
    fs::create_directory(copy_);
    for (const char* name : {"silent", "noticed", "repaired", "unharmed"}) outcome_.more[name] = 0;
  }

  Outcome go() {
    const auto k = below(k_stages);
    stage_ = &made_.stages[k];
    before_ = &made_.stages[below(k + 1)];
    put_files(home_, stage_->home);
    expected_ = stage_->dump;
    with_copy_ = below(4) != 0;
    if (with_copy_) put_files(copy_ + "/" + made_.node, stage_->copy);
    what_ = "stage " + std::to_string(k) + (stage_->killed ? ", killed, " : ", stopped, ");
    if (below(3) == 0)
      under_the_running();
    else {
      damage();
      say();
      judge();
    }
    return std::move(outcome_);
  }

 private:
  std::uint64_t below(std::uint64_t n) { return n == 0 ? 0 : random_.below(n); }
  void say() const {
    if (trace_) std::fprintf(stderr, "%s%s\n", what_.c_str(), with_copy_ ? ", a copy" : "");
  }
  void count(const char* name) { ++outcome_.more[name]; }
  void silent(const std::string& text) {
    count("silent");
    outcome_.trouble(&Outcome::damaged, what_ + ": " + text);
  }

  std::string pick_file() {
    static const char* const names[] = {"branch.db",     "branch.db",     "branch.db",      "branch.db-wal",
                                        "branch.db-wal", "branch.db-wal", "branch.db-sums", "branch.mark",
                                        "centre-word",   "keys"};
    return names[below(std::size(names))];
  }

  // One trouble of a disk in one file of the home.
  void damage() {
    const std::string name = pick_file();
    Files files = files_of(home_);
    auto& bytes = files[name];
    const std::string& old = before_->home.count(name) ? before_->home.at(name) : bytes;
    // The log is mostly room; its frames are in front.
    const auto size = name == "branch.db-wal" ? std::min<std::size_t>(bytes.size(), 64'000) : bytes.size();
    const auto at = below(size), sector = at / k_sector * k_sector, page = at / k_page * k_page;
    what_ += name + " ";
    const auto put = [&](std::size_t to, const std::string& from, std::size_t from_at, std::size_t n) {
      for (std::size_t i = 0; i < n && to + i < bytes.size() && from_at + i < from.size(); ++i)
        bytes[to + i] = from[from_at + i];
    };
    const auto kind = below(11);
    if (kind < 4 && !bytes.empty()) {
      bytes[at] = static_cast<char>(bytes[at] ^ (1 << below(8)));
      what_ += "flip";
    } else if (kind == 4) {
      put(sector, std::string(k_sector, '\0'), 0, k_sector);
      what_ += "sector of zeros";
    } else if (kind == 5) {
      for (std::size_t i = 0; i < k_sector && sector + i < bytes.size(); ++i)
        bytes[sector + i] = static_cast<char>(below(256));
      what_ += "sector of noise";
    } else if (kind == 6) {
      put(page, bytes, below(size) / k_page * k_page, k_page);
      what_ += "misdirected page";
    } else if (kind == 7) {
      put(page, old, page, k_page);
      what_ += "lost write of a page";
    } else if (kind == 8) {
      bytes.resize(at);
      what_ += "cut";
    } else if (kind == 9) {
      bytes = old;
      what_ += "an old file";
    } else {
      if (below(2) == 0)
        bytes.clear();
      else
        files.erase(name);
      what_ += "gone";
    }
    what_ += " at " + std::to_string(at);
    put_files(home_, files);
  }

  store::Store::Options options() {
    store::Store::Options o;
    o.home = home_;
    o.clock = &clock_;
    o.random = &random_;
    o.fill_log = false;
    return o;
  }

  Result<crypto::KeyRing> keys() { return crypto::load_keys(home_, true, true); }

  // A start, as the node makes it.
  void judge() {
    auto ring = keys();
    if (!ring) return named(ring.fault());
    auto opened = branch::open_or_mend(options(), *ring, with_copy_ ? copy_ : "");
    if (!opened) return named(opened.fault());
    if (opened->mended) return repaired(*opened->store);
    look_at(*ring, std::move(opened->store));
  }

  void named(const Fault& f) {
    if (trace_) std::fprintf(stderr, "  refused %s: %s\n", f.code.c_str(), f.detail.c_str());
    if (f.kind != FaultKind::Damaged && f.code != "keys_missing")
      return silent("refused without a name: " + f.code + " " + f.detail);
    count("noticed");
  }

  // It opened as if nothing had been: then the patrol finds it, or there is nothing to find.
  void look_at(const crypto::KeyRing& ring, std::unique_ptr<store::Store> owner) {
    auto& s = *owner;
    if (const auto found = patrol(s); !found.empty()) {
      if (trace_) std::fprintf(stderr, "  found %s\n", found.c_str());
      owner.reset();
      if (!with_copy_) return count("noticed");
      auto again = branch::open_or_mend(options(), ring, copy_);
      if (!again) return named(again.fault());
      if (!again->mended) return silent("what the patrol found was forgotten");
      return repaired(*again->store);
    }
    auto read = s.read();
    if (!read) return silent("the store does not read: " + read.fault().code);
    if (dump(read->db()) != expected_) return silent("other data, and it says whole");
    count("unharmed");
  }

  std::string patrol(store::Store& s) {
    store::Patrol p(s, {});
    for (int i = 0; i < 500; ++i)
      if (const auto went = p.step(); went && !*went) break;
    return p.damage();
  }

  void under_the_running() {
    auto ring = keys();
    auto opened = ring ? branch::open_or_mend(options(), *ring, "") : Result<branch::StoreOpened>(ring.fault());
    if (!opened) return silent("a whole home does not open: " + opened.fault().code + " " + opened.fault().detail);
    auto& s = *opened->store;
    write_some(s);
    Stage now;
    note_events(s, now);
    what_ += "running, ";
    rot_in_place();
    say();
    write_some(s);
    note_events(s, now);
    live_ = &now;
    expected_ = now.dump;
    const auto found = patrol(s);
    if (trace_) std::fprintf(stderr, "  while running: %s\n", found.empty() ? "nothing found" : found.c_str());
    opened->store.reset();
    const bool copied = std::exchange(with_copy_, false);  // what was written now is in no copy
    judge();
    with_copy_ = copied;
  }

  void write_some(store::Store& s) {
    for (auto n = 1 + below(5); n > 0; --n) {
      auto tx = s.begin();
      events::Draft d;
      d.header.kind = "node.checked";
      if (tx) (void)tx->commit(std::move(d));
    }
  }

  // Bytes change under the open file.
  void rot_in_place() {
    static const char* const names[] = {"branch.db", "branch.db", "branch.db-wal", "branch.db-sums", "branch.mark"};
    const std::string name = names[below(std::size(names))], path = home_ + "/" + name;
    std::string bytes = test::slurp(path);
    const auto size = name == "branch.db-wal" ? std::min<std::size_t>(bytes.size(), 40'000) : bytes.size();
    if (size == 0) return;
    const auto at = below(size);
    const bool noise = below(3) == 0;
    const std::size_t n = noise ? std::min<std::size_t>(k_sector, bytes.size() - at) : 1;
    for (std::size_t i = 0; i < n; ++i)
      bytes[at + i] = static_cast<char>(noise ? below(256) : static_cast<unsigned char>(bytes[at]) ^ (1U << below(8)));
    if (FILE* f = std::fopen(path.c_str(), "r+b")) {
      std::fseek(f, static_cast<long>(at), SEEK_SET);
      std::fwrite(bytes.data() + at, 1, n, f);
      std::fclose(f);
    }
    what_ += name + (noise ? " noise at " : " flip at ") + std::to_string(at);
  }

  // Made again: whole, nothing twice, nothing foreign, and everything that the copy or the centre has.
  void repaired(store::Store& s) {
    if (const auto whole = s.check(); !whole) return silent("made again and not whole: " + whole.fault().code);
    Stage now;
    note_events(s, now);
    std::int64_t doubled = 0;
    if (auto read = s.read())
      (void)read->db().prepared("SELECT count(*) - count(DISTINCT id) FROM event").each([&](sqlite::Stmt& q) {
        doubled = q.integer(0);
      });
    if (doubled > 0) outcome_.trouble(&Outcome::doubled, what_ + ": " + std::to_string(doubled) + " events twice");
    for (const auto& [id, head] : stage_->events) {
      const auto at = now.events.find(id);
      if (at == now.events.end() && stage_->unsent.contains(id))
        return outcome_.trouble(&Outcome::lost, what_ + ": an event of the second copy did not come back");
      if (at != now.events.end() && at->second != head) return silent("an event came back as another");
    }
    count("repaired");
  }

  const Made& made_;
  SeededRandom random_;
  const bool trace_;
  const std::string dir_, home_, copy_;
  FakeClock clock_;
  Outcome outcome_;
  const Stage *stage_ = nullptr, *before_ = nullptr, *live_ = nullptr;
  std::string expected_, what_;
  bool with_copy_ = false;
};

}  // namespace

Trial rot() {
  return {"rot",
          "flipped bits, lost, repeated and misdirected writes, cuts, old and missing files; none may go unnoticed",
          [](const Options& o) -> Run {
            const auto made = std::make_shared<const Made>(make(o.dir));
            return [made, o](std::uint64_t seed) {
              return RotRun(*made, o.dir + "/run" + std::to_string(::getpid()), seed, o.trace).go();
            };
          },
          5'000};
}

}  // namespace kiosk::faults
