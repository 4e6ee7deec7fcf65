// Engine: the long-lived half of sync. Four lanes, each with its own connection, backoff and trouble: events (first),
// blobs (a photo never delays an event), the feed (a long poll that a push never waits for) and look-ups of people. It
// fills verbs::SyncPort. Status is computed from facts: what the outbox holds, what each lane last met.
// When the machine's network changes, a light probe asks whether the centre answers; only its success ends a pause.
// Thread: any. start() makes a thread a lane and one that watches the network; without it run_due() does the work on
//   the caller's thread (tests with a clock of their own). Blocks: enrol() and round(); stop() until the running
//   exchanges were cut off.
// Owns: threads and connections. Errors of enrol: refused already_enrolled (unless the certificate
//   has ended or is of another centre: then a new code of the same centre and branch brings a new one) and those of
//   sync/enrolment.h.
#pragma once
#include <memory>

#include "node/branch/node.h"
#include "node/branch/outgoing.h"
#include "node/sync/session.h"

namespace kiosk::sync {

class Engine final : public verbs::SyncPort {
 public:
  struct Options {
    const Clock* clock = nullptr;  // both outlive the engine
    Random* random = nullptr;
    MakeWire wires = http_wires();
    Limits limits;
    Seconds poll{25};           // one long poll of the feed
    Millis look_again{60'000};  // events and blobs without a nudge
    Millis backoff_base{1'000}, backoff_cap{120'000};
    Millis probe_gap{2'000};    // between probes at least, doubling while they fail
    bool watch_network = true;  // start() listens to the kernel's word on addresses and routes
  };
  Engine(branch::Outgoing out, branch::FeedSink& feed, Options options);
  ~Engine() override;

  Result<Done> load();  // the kept enrolment, if any
  // Before start(), on this thread, about 6 s at most while the centre is away: Session::greet. Nothing (moved 0, not
  // more) when never enrolled or held. Without it the first step of the events' lane asks.
  Result<Progress> greet();
  void start();
  void stop();
  // Every lane that is due, once, on this thread. Returns whether any lane had more to do.
  bool run_due();
  SteadyTime next_due() const;
  std::optional<Enrolment> enrolment() const;

  // An address, a route or a link came: waiting for a pause to end may be over. Returns at once.
  void network_changed();

  void nudge() override;
  verbs::SyncStatus status() override;
  verbs::SyncStatus round(Millis wait) override;
  Result<verbs::ReceiptTaken> take_receipt(const std::string& receipt) override;
  void hold(bool hold) override;
  Result<verbs::EnrolResult> enrol(const std::string& url, const std::string& code) override;
  bool look_up(const domain::PersonId& person) override;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace kiosk::sync
