// A branch whose machine may die and a real centre on loopback: homes are lost, put back, copied. Engines run on the
// test's thread (round), the second copy too (step).
#pragma once
#include <doctest/doctest.h>

#include <filesystem>
#include <map>
#include <set>

#include "central/centre.h"
#include "central/import.h"
#include "central/service.h"
#include "node/branch/recovery/restore.h"
#include "node/branch/recovery/second_copy.h"
#include "node/store/backup.h"
#include "node/store/epochs.h"
#include "tests/node/sync/branch_side.h"
#include "tests/support/wait_until.h"

namespace kiosk::test {

namespace fs = std::filesystem;

struct LoopCentre {
  // SQLite in its home, or `store`; another instance on the same facts has the keys of the first one's home.
  explicit LoopCentre(const std::string& store = {}, const std::string& keys_of = {}) {
    if (!keys_of.empty()) fs::copy(keys_of + "/keys", home / "keys", fs::copy_options::recursive);
    central::Centre::Options o;
    o.home = home.path();
    o.store = store;
    o.clock = &clock;
    o.random = &random;
    o.serve = true;
    auto opened = central::Centre::open(o);
    REQUIRE(opened.ok());
    centre = std::move(*opened);
    central::Service::Options s;
    s.listen = "127.0.0.1:0";
    s.max_workers = 16;
    service = std::make_unique<central::Service>(*centre, s);
    const auto listening = service->start();
    REQUIRE(listening.ok());
    url = "https://127.0.0.1:" + std::to_string(*listening);
  }
  ~LoopCentre() { service->stop(); }
  std::map<std::string, int> ledger() {  // event id -> how often
    std::map<std::string, int> seen;
    REQUIRE(centre->each_event({}, [&](const central::LedgerRow& row) { ++seen[row.id]; }).ok());
    return seen;
  }
  std::vector<central::LedgerRow> rows() {
    std::vector<central::LedgerRow> out;
    REQUIRE(centre->each_event({}, [&](const central::LedgerRow& row) { out.push_back(row); }).ok());
    return out;
  }
  const Clock& clock = real_clock();
  SystemRandom random;
  TempDir home;
  std::unique_ptr<central::Centre> centre;
  std::unique_ptr<central::Service> service;
  std::string url;
};

class LostBranch {
 public:
  explicit LostBranch(LoopCentre& c) : centre(c) { start(); }
  LostBranch(LoopCentre& c, const std::string& copied_home) : centre(c) {
    fs::copy(copied_home, home.path(), fs::copy_options::recursive | fs::copy_options::overwrite_existing);
    fs::remove(home / "lock");
    start();
  }
  ~LostBranch() { stop(); }

  void start() {
    side = std::make_unique<BranchSide>(clock, random, home.path());
    side->open();
    side->open_engine(sync::http_wires());
    branch::SecondCopy::Options o;
    o.folder = copies.path();
    copy = std::make_unique<branch::SecondCopy>(*side->store, o);
    side->node->set_copier(copy.get());
  }
  void stop() {
    if (side && side->node) side->node->set_copier(nullptr);
    copy.reset();
    if (side) side->close();
    side.reset();
  }
  void enrol() {
    const auto code = centre.centre->make_code("JKT01");
    REQUIRE(code.ok());
    const auto done = side->engine->enrol(centre.url, *code);
    if (!done) FAIL(done.fault().code << " " << done.fault().detail);
  }
  verbs::SyncStatus round() { return side->engine->round(Millis{10'000}); }
  verbs::SyncStatus settle() {
    verbs::SyncStatus s;
    for (int i = 0; i < 20; ++i) {
      s = round();
      if (s.pending == 0 && s.pending_blobs == 0 && s.why.empty()) break;
    }
    return s;
  }
  // One more record; its id.
  std::string write(std::vector<std::string> blobs = {}, const std::string& kind = "officer.noted") {
    side->add_event("{\"person\":\"passport:IND:K1234567\"}", std::move(blobs), kind);
    auto read = side->store->read();
    const auto id = side->store->identity();
    const auto e = store::event_at(read->db(), id.base + id.last_seq);
    REQUIRE(e.ok());
    return events::decode_header(e->sealed.header)->id.str();
  }
  Result<branch::Restored> restore(const std::string& backup, const std::string& from_copy) {
    const auto keys = crypto::load_keys(home.path(), true, false);
    REQUIRE(keys.ok());
    branch::RestoreAsked asked;
    asked.home = home.path();
    asked.backup = backup;
    asked.copy = from_copy;
    asked.clock = &clock;
    return branch::restore(asked, *keys);
  }
  void lose_disk() {  // everything but the keys, which come from elsewhere
    stop();
    for (const auto& e : fs::directory_iterator(home.path()))
      if (e.path().filename() != "keys") fs::remove_all(e.path());
  }
  store::ChainReport verify() {
    auto read = side->store->read();
    const auto r = store::verify_chain(read->db(), side->store->keys().signing.public_key());
    REQUIRE(r.ok());
    return *r;
  }
  std::vector<store::Gap> gaps() {
    auto read = side->store->read();
    return store::gaps(read->db()).value();
  }

  LoopCentre& centre;
  const Clock& clock = real_clock();
  SystemRandom random;
  TempDir home, copies, backups;
  std::unique_ptr<BranchSide> side;
  std::unique_ptr<branch::SecondCopy> copy;
};

}  // namespace kiosk::test
