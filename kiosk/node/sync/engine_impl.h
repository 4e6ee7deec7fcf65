// The inside of Engine, shared by the files of this room only: engine.cpp (what others may ask), lanes.cpp (one step of
// a lane and what follows from it), network.cpp (the network comes back).
// One lock guards all of it and is never held over the disk or the network; announcing happens without it.
#pragma once
#include <array>
#include <condition_variable>
#include <mutex>
#include <span>
#include <thread>
#include <vector>

#include "base/net/network_watch.h"
#include "node/sync/backoff.h"
#include "node/sync/engine.h"
#include "node/sync/lookups.h"

namespace kiosk::sync {

enum class Kind { Events, Blobs, Feed, People };

struct Lane {
  Lane(Kind k, Backoff b) : kind(k), backoff(b) {}
  const Kind kind;
  Backoff backoff;
  SteadyTime due{};
  bool running = false, forced = false;
  std::uint64_t asked = 0, settled = 0;  // rounds asked for, and the last that found nothing more to do
  std::optional<Fault> trouble;
  std::shared_ptr<Session> session;  // also held by the running step, so that a cancel meets a live one
  std::shared_ptr<Wire> aside;       // of a running look behind a refusal of TLS, or of a renewal
};

struct Engine::Impl {
  Impl(branch::Outgoing o, branch::FeedSink& f, Options opt);

  Backoff backoff() const { return Backoff(*options.random, options.backoff_base, options.backoff_cap); }
  Lane& lane(Kind k) { return lanes[static_cast<std::size_t>(k)]; }
  std::span<Lane> steady_lanes() { return std::span(lanes).first(3); }  // those that always have something to ask
  SteadyTime due_of(const Lane& l) const;
  bool may_run() const { return enrolment && !held; }

  // By our own knowledge or by the centre's word our certificate opens nothing any more.
  bool certificate_is_lost(const Enrolment& e);

  void keep_word(bool durable);

  // ---- lanes.cpp ----
  // One step of a lane; the lock is held on entry and on return, not in between. Returns whether there is more to do.
  bool run(Lane& l, std::unique_lock<std::mutex>& lock);
  Result<Progress> step(Lane& l, Session& s, bool forced);
  Result<Progress> move_events(Session& s);
  Result<Progress> move_blob(Session& s);
  Result<Progress> find_next(Session& s);
  // A connection beside the session's, where a stop can cut it off until it is put away; null: stopping already.
  std::shared_ptr<Wire> open_aside(Lane& l, net::Client::Options o);
  // One of an enrolment, which a stop cuts off too; one that answers `cancelled` when stopping already.
  std::unique_ptr<Wire> open_for_enrolment(net::Client::Options o);
  // What stands behind a refusal of TLS.
  Fault diagnose_tls(Lane& l, const Enrolment& e, const Fault& fault);
  bool succeeded(Lane& l, const Progress& p);
  bool failed(Lane& l, const Fault& fault, Session* session);
  void note_success(WallTime wall);
  // By the feed's lane only, when two thirds of the certificate's life are over; a failure is tried again in an hour.
  std::shared_ptr<const Enrolment> renew(Lane& l, const Enrolment& old, WallTime wall);
  void announce_now(std::unique_lock<std::mutex>& lock);
  void loop(Lane& l);

  // ---- network.cpp ----
  net::Client::Options line_options(const Enrolment& e) const;
  bool waits_offline(const Lane& l) const;
  void note_change();
  bool probe_is_due() const { return may_run() && probe_due && *probe_due <= clock.steady(); }
  // One look whether the centre answers; the lock is held on entry and on return, not in between.
  void probe(std::unique_lock<std::mutex>& lock);
  void watch_loop();

  branch::Outgoing out;
  branch::FeedSink& feed;
  const Options options;
  const Clock& clock;
  mutable std::mutex mutex;
  std::condition_variable changed;
  std::array<Lane, 4> lanes;
  Lookups lookups;
  std::shared_ptr<const Enrolment> enrolment;
  std::optional<WallTime> last_success;
  std::int64_t skew_ms = 0;
  std::uint64_t rounds = 0;
  bool stopping = false, announce = false, held = false;
  bool greeted = false;  // of the events' lane, and of greet() before it runs
  std::mutex note_mutex, enrol_mutex, word_mutex;
  std::optional<WallTime> noted;
  WallTime renew_again{};  // the feed lane's own
  Millis probe_gap;
  std::optional<SteadyTime> probe_due, last_probe;
  std::shared_ptr<Wire> probe_wire, enrol_wire;
  std::unique_ptr<net::NetworkWatch> watch;
  std::vector<std::thread> threads;
};

constexpr const char* kLastSuccess = "sync.last_success";  // a note of the store
constexpr Millis kProbeTimeout{4'000};

}  // namespace kiosk::sync
