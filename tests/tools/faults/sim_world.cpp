#include "sim_world.h"

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "base/net/pki.h"
#include "tests/support/fault_vfs.h"
#include "tests/support/temp_dir.h"

namespace kiosk::faults {
namespace {

using test::FaultVfs;
constexpr const char* branch_names[] = {"JKT01", "BDG02", "SBY03", "MDN04"};
constexpr std::uint64_t people_seed = 7;

std::uint64_t sodium_state = 1;
std::uint64_t next_u64() {  // SplitMix64
  std::uint64_t z = (sodium_state += 0x9e3779b97f4a7c15ULL);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31);
}
randombytes_implementation seeded = {[] { return "seeded"; },
                                     [] { return static_cast<std::uint32_t>(next_u64()); },
                                     nullptr,
                                     nullptr,
                                     [](void* const out, const std::size_t n) {
                                       auto* p = static_cast<unsigned char*>(out);
                                       for (std::size_t i = 0; i < n; i += 8) {
                                         const auto v = next_u64();
                                         std::memcpy(p + i, &v, std::min<std::size_t>(8, n - i));
                                       }
                                     },
                                     nullptr};

template <class T>
T must(Result<T> r, const char* what) {
  if (!r) {
    std::fprintf(stderr, "kiosk-faults: %s: %s %s %s\n", what, r.fault().code.c_str(), r.fault().field.c_str(),
                 r.fault().detail.c_str());
    std::abort();
  }
  return std::move(r).value();
}

branch::Settings settings() {
  branch::Settings s;
  s.version = "sim";
  // The officers stay logged in: a PIN is slow on purpose.
  s.session_length = s.session_idle = Seconds{100LL * 365 * 24 * 3600};
  return s;
}

void open_parts(Branch& b, Random& random, sync::MakeWire wires) {
  store::Store::Options o;
  o.home = b.home;
  o.clock = &b.clock;
  o.random = &random;
  o.vfs = FaultVfs::name;
  o.fill_log = false;
  b.store = must(store::Store::open(o, b.keys.clone()), "a store opens");
  b.node = std::make_unique<branch::Node>(*b.store, b.judge, b.clock, settings());
  sync::Engine::Options e;
  e.clock = &b.clock;
  e.random = &random;
  e.wires = std::move(wires);
  e.limits = b.limits;
  e.poll = Seconds{1};
  b.engine = std::make_unique<sync::Engine>(branch::Outgoing(*b.store), b.node->feed(), std::move(e));
  must(b.engine->load(), "an engine loads");
  b.node->set_centre(b.engine.get());
}

void close_parts(Branch& b) {
  if (b.node) b.node->set_centre(nullptr);
  b.engine.reset();
  if (b.node) b.node->close();
  b.node.reset();
  b.store.reset();
}

}  // namespace

void seed_everything(std::uint64_t seed) {
  static const bool once = [] {
    randombytes_set_implementation(&seeded);
    crypto::init();
    return true;
  }();
  (void)once;
  sodium_state = seed;
}

Files files_of(const std::string& home) {
  Files out;
  DIR* d = ::opendir(home.c_str());
  if (d == nullptr) return out;
  while (const auto* entry = ::readdir(d)) {
    const std::string name = entry->d_name;
    if (name[0] == '.' || name.ends_with("-shm") || name == "lock") continue;
    struct stat s {};
    if (::stat((home + "/" + name).c_str(), &s) != 0 || !S_ISREG(s.st_mode)) continue;  // a file moved aside stays
    out[name] = test::slurp(home + "/" + name);
  }
  ::closedir(d);
  return out;
}

void put_files(const std::string& home, const Files& files) {
  ::mkdir(home.c_str(), 0700);
  for (const auto& [name, bytes] : files_of(home))
    if (!files.contains(name)) ::unlink((home + "/" + name).c_str());
  for (const char* shm : {"/branch.db-shm", "/centre.db-shm"}) ::unlink((home + shm).c_str());
  for (const auto& [name, bytes] : files) {
    const std::string path = home + "/" + name;
    FILE* f = std::fopen(path.c_str(), "wb");
    if (f == nullptr || std::fwrite(bytes.data(), 1, bytes.size(), f) != bytes.size() || std::fclose(f) != 0)
      must(Result<Done>(refused("store_io", path)), "a file is put");
    ::chmod(path.c_str(), 0600);
  }
}

namespace {
domain::FaceReport report(ByteView photo) {
  domain::FaceReport r;
  r.face = domain::FaceFound{};
  r.usable = as_text(photo).find("poor") == std::string_view::npos;
  return r;
}
}  // namespace

Result<domain::FaceReport> SimJudge::inspect(ByteView photo, bool) { return report(photo); }
Result<domain::FaceTemplate> SimJudge::enrol(ByteView photo) {
  if (!report(photo).usable) return refused("photo_poor", "coach.hold_still", "photo");
  return domain::FaceTemplate{profile(),
                              Bytes(photo.begin(), photo.begin() + std::min<std::ptrdiff_t>(32, std::ssize(photo)))};
}
Result<verbs::FaceJudge::Match> SimJudge::compare(ByteView photo, const domain::FaceTemplate&) {
  Match m{domain::FaceVerdict::PoorPhoto, 0, report(photo)};
  if (!m.report.usable) return m;
  const bool other = as_text(photo).find("nomatch") != std::string_view::npos;
  m.verdict = other ? domain::FaceVerdict::NoMatch : domain::FaceVerdict::Accept;
  m.score = other ? 0.1 : 0.8;
  return m;
}

Template make_template(const std::string& dir, std::size_t count) {
  FaultVfs::install();
  FaultVfs::heal();
  seed_everything(people_seed);
  Template t;
  SimTime time{from_ms(1'795'140'000'000)};  // 2026-11-20 09:00 WIB
  SimClock clock(time);
  SeededRandom random(people_seed);
  central::Centre::Options o;
  o.home = dir + "/centre";
  o.clock = &clock;
  o.random = &random;
  auto centre = must(central::Centre::open(o), "a centre opens");
  central::Seeded seeded_people;
  for (std::size_t i = 0; i < count; ++i)
    seeded_people = must(centre->seed({12, people_seed, branch_names[i]}), "a centre is seeded");
  t.people = seeded_people.participants;
  const auto more = must(centre->seed({16, people_seed, ""}), "a centre is seeded");
  t.strangers.assign(more.participants.begin() + 12, more.participants.end());
  // Known to nobody: of another seed, never given to the centre.
  {
    central::Centre::Options other = o;
    other.home = dir + "/nowhere";
    auto nowhere = must(central::Centre::open(other), "a centre opens");
    for (auto& p : must(nowhere->seed({4, people_seed + 1, ""}), "a centre is seeded").participants)
      t.strangers.push_back(std::move(p));
  }
  central::Service service(*centre, {});
  SimNet net(time, random, clock, [&](const net::Request& q) { return service.handle(q); });
  net.places.resize(count);
  for (std::size_t i = 0; i < count; ++i) {
    Branch b(time);
    b.home = dir + "/node" + std::to_string(i);
    b.keys = must(crypto::load_keys(b.home, true, true), "keys are made");
    open_parts(b, random, net.wires(i));
    Template::Node n;
    n.branch = branch_names[i];
    const auto code = must(centre->make_code(n.branch), "a code is made");
    n.node = must(b.engine->enrol("https://centre.test:1", code), "a node enrols").node;
    n.peer.certificate = true;
    n.peer.common_name = n.node;
    n.peer.uris = {std::string(net::event_key_urn) + to_hex(b.keys.signing.public_key())};
    net.places[i].peer = n.peer;
    for (int round = 0; round < 40; ++round) {
      b.engine->run_due();
      time.advance(Millis{1'000});
    }
    const auto log_in = [&](std::size_t k, const char* terminal) {
      const auto& officer = seeded_people.officers.at(k);
      return must(b.node->ask({terminal, ""}, verbs::LogIn{officer.number, SecretString(officer.pin)}),
                  "an officer logs in")
          .session;
    };
    n.session_iso = log_in(0, "counter-1");
    n.session_jsu = log_in(1, "counter-2");
    for (std::size_t k : {0u, 1u})
      n.officers.push_back({seeded_people.officers.at(k).number, seeded_people.officers.at(k).pin});
    for (int round = 0; round < 10; ++round) {
      b.engine->run_due();
      time.advance(Millis{60'000});
    }
    close_parts(b);
    n.home = files_of(b.home);
    t.nodes.push_back(std::move(n));
  }
  centre.reset();
  t.centre = files_of(dir + "/centre");
  t.at = time.wall;
  return t;
}

World::World(const Template& t, const std::string& where, std::uint64_t seed)
    : random(seed), people(t.people), dir(where) {
  FaultVfs::heal();
  seed_everything(seed);
  time.wall = t.at;
  centre_home = dir + "/centre";
  ::mkdir(dir.c_str(), 0700);
  put_files(centre_home, t.centre);
  net = std::make_unique<SimNet>(time, random, centre_clock, [this](const net::Request& q) { return ask_centre(q); });
  watch_writes();
  open_centre();
  for (std::size_t i = 0; i < t.nodes.size(); ++i) {
    const auto& n = t.nodes[i];
    auto b = std::make_unique<Branch>(time);
    b->home = dir + "/node" + std::to_string(i);
    b->name = n.branch;
    b->node_id = n.node;
    b->iso = {"counter-1", n.session_iso};
    b->jsu = {"counter-2", n.session_jsu};
    b->officers = n.officers;
    b->limits.batch_events = 1 + static_cast<int>(random.below(12));
    b->limits.blob_part = 200 + static_cast<std::int64_t>(random.below(4'000));
    b->limits.feed_items = 1 + static_cast<int>(random.below(30));
    put_files(b->home, n.home);
    b->keys = must(crypto::load_keys(b->home, true, false), "keys are there");
    SimNet::Place place;
    place.peer = n.peer;
    net->places.push_back(std::move(place));
    branches.push_back(std::move(b));
    open(i);
  }
}

World::~World() {
  FaultVfs::observer = nullptr;
  for (auto& b : branches) close_parts(*b);
  close_centre();
}

// Keeps the files of whoever is to die as they are before its n-th write: that is what SIGKILL leaves.
void World::watch_writes() {
  FaultVfs::observer = [this](const FaultVfs::Seen& seen) {
    if (seen.op != FaultVfs::Write || seen.path == nullptr) return;
    const auto of = [&](const std::string& home) { return std::strncmp(seen.path, home.c_str(), home.size()) == 0; };
    for (std::size_t i = 0; i < branches.size(); ++i) {
      Branch& b = *branches[i];
      if (b.die_after_writes < 0 || !of(b.home + "/")) continue;
      if (b.die_after_writes-- > 0) return;
      b.at_death = files_of(b.home);
      net->places[i].alive = false;
      return;
    }
    if (centre_dies_after_writes < 0 || !of(centre_home + "/")) return;
    if (centre_dies_after_writes-- > 0) return;
    centre_at_death = files_of(centre_home);
    centre_dying = true;
  };
}

void World::open(std::size_t i) {
  Branch& b = *branches[i];
  b.die_after_writes = -1;
  b.at_death.reset();
  net->places[i].alive = true;
  open_parts(b, random, net->wires(i));
}

void World::log_in(std::size_t i) {
  Branch& b = *branches[i];
  for (std::size_t k : {0u, 1u}) {
    verbs::Actor& at = k == 0 ? b.iso : b.jsu;
    if (b.node->ask(at, verbs::ListTasks{})) continue;
    auto session = b.node->ask({at.terminal, ""}, verbs::LogIn{b.officers[k].number, SecretString(b.officers[k].pin)});
    if (session) at.session = session->session;
  }
}

void World::close(std::size_t i) { close_parts(*branches[i]); }

void World::crash(std::size_t i) {
  Branch& b = *branches[i];
  ++crashes;
  b.die_after_writes = -1;
  const Files left = b.at_death ? std::move(*b.at_death) : files_of(b.home);
  b.at_death.reset();
  close_parts(b);
  put_files(b.home, left);
  net->places[i].alive = false;
}

void World::open_centre() {
  centre_dies_after_writes = -1;
  centre_at_death.reset();
  centre_dying = false;
  central::Centre::Options o;
  o.home = centre_home;
  o.clock = &centre_clock;
  o.random = &random;
  o.create = false;
  o.vfs = FaultVfs::name;
  centre = must(central::Centre::open(o), "the centre opens");
  service = std::make_unique<central::Service>(*centre, central::Service::Options{});
}

sqlite::Db* World::ledger() {
  if (!ledger_)
    ledger_.emplace(must(sqlite::Db::open(centre_home + "/centre.db", {.create = false, .read_only = true}), "a look"));
  return &*ledger_;
}

void World::close_centre() {
  ledger_.reset();
  service.reset();
  centre.reset();
}

void World::crash_centre() {
  ++centre_crashes;
  const Files left = centre_at_death ? std::move(*centre_at_death) : files_of(centre_home);
  centre_dies_after_writes = -1;
  centre_at_death.reset();
  centre_dying = false;
  close_centre();
  put_files(centre_home, left);
}

std::optional<net::Response> World::ask_centre(const net::Request& request) {
  if (!centre || centre_dying) return std::nullopt;
  auto response = service->handle(request);
  if (centre_dying) return std::nullopt;
  return response;
}

}  // namespace kiosk::faults
