// A node as sync sees it: a store in a folder of its own, the node over it, and an engine that runs when it is told to.
#pragma once
#include <doctest/doctest.h>

#include <memory>
#include <string>

#include "node/branch/node.h"
#include "node/branch/outgoing.h"
#include "node/sync/engine.h"
#include "tests/support/temp_dir.h"

namespace kiosk::test {

class NoJudge final : public verbs::FaceJudge {
 public:
  bool ready() const override { return false; }
  std::string profile() const override { return {}; }
  Result<domain::FaceReport> inspect(ByteView, bool) override { return domain::FaceReport{}; }
  Result<domain::FaceTemplate> enrol(ByteView) override { return domain::FaceTemplate{}; }
  Result<Match> compare(ByteView, const domain::FaceTemplate&) override {
    return Match{domain::FaceVerdict::Officer, 0, {}};
  }
};

class BranchSide {
 public:
  BranchSide(const Clock& clock, Random& random, std::string home) : clock_(clock), random_(random), home_(home) {
    crypto::init();
  }
  // What a start of the program does; keys are those of the first start.
  void open() {
    auto keys = crypto::load_keys(home_, true, true);
    REQUIRE(keys.ok());
    store::Store::Options o;
    o.home = home_;
    o.clock = &clock_;
    o.random = &random_;
    o.fill_log = false;
    auto opened = store::Store::open(o, std::move(*keys));
    REQUIRE(opened.ok());
    store = std::move(*opened);
    node = std::make_unique<branch::Node>(*store, judge, clock_);
  }
  void open_engine(sync::MakeWire wires, Seconds poll = Seconds{1}) {
    sync::Engine::Options o;
    o.clock = &clock_;
    o.random = &random_;
    o.wires = std::move(wires);
    o.limits = limits;
    o.poll = poll;
    engine = std::make_unique<sync::Engine>(branch::Outgoing(*store), node->feed(), std::move(o));
    REQUIRE(engine->load().ok());
    node->set_centre(engine.get());
  }
  void close() {
    if (node) node->set_centre(nullptr);
    engine.reset();
    node.reset();
    store.reset();
  }
  std::int64_t add_event(const std::string& payload = "{\"person\":\"passport:IND:K1234567\"}",
                         std::vector<std::string> blobs = {}, const std::string& kind = "ticket.issued") {
    auto tx = store->begin();
    REQUIRE(tx.ok());
    events::Draft d;
    d.header.kind = kind;
    d.header.terminal = "kiosk-1";
    d.header.blobs = std::move(blobs);
    d.payload = payload;
    auto seq = tx->commit(std::move(d));
    REQUIRE(seq.ok());
    return *seq;
  }
  store::Cursor cursor() { return branch::Outgoing(*store).cursor().value(); }

  NoJudge judge;
  sync::Limits limits;
  std::unique_ptr<store::Store> store;
  std::unique_ptr<branch::Node> node;
  std::unique_ptr<sync::Engine> engine;

 private:
  const Clock& clock_;
  Random& random_;
  std::string home_;
};

}  // namespace kiosk::test
