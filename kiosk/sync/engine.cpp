#include "sync/engine.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "base/log.h"
#include "sync/backoff.h"

namespace kiosk::sync {
namespace {

constexpr Millis kPollPause{1'000};   // after an empty poll: a centre that does not wait is not hammered
constexpr Millis kNoteEvery{60'000};  // last_success is kept across restarts this exactly
constexpr const char* kLastSuccess = "sync.last_success";

enum class Kind { Events, Blobs, Feed };

const char* name_of(Kind k) {
  switch (k) {
    case Kind::Events:
      return "events";
    case Kind::Blobs:
      return "blobs";
    case Kind::Feed:
      return "feed";
  }
  return "";
}

// No answer came, as opposed to an answer that asks for patience.
bool is_offline(const Fault& f) {
  return f.kind == FaultKind::Unreachable && f.code != "centre_busy" && f.code != "centre_5xx" &&
         f.code != "bad_reply" && f.code != "blob_offset";
}

struct Lane {
  Lane(Kind k, Backoff b) : kind(k), backoff(b) {}
  const Kind kind;
  Backoff backoff;
  SteadyTime due{};
  bool running = false, forced = false;
  std::uint64_t asked = 0, settled = 0;  // rounds asked for, and the last that found nothing more to do
  std::optional<Fault> trouble;
  std::shared_ptr<Session> session;  // also held by the running step, so that a cancel meets a live one
};

}  // namespace

struct Engine::Impl {
  Impl(branch::Outgoing o, branch::FeedSink& f, Options opt)
      : out(std::move(o)),
        feed(f),
        options(std::move(opt)),
        clock(*options.clock),
        lanes{Lane(Kind::Events, backoff()), Lane(Kind::Blobs, backoff()), Lane(Kind::Feed, backoff())} {}

  Backoff backoff() const { return Backoff(*options.random, options.backoff_base, options.backoff_cap); }
  Lane& lane(Kind k) { return lanes[static_cast<std::size_t>(k)]; }

  Result<Progress> step(Lane& l, Session& s, bool forced) {
    switch (l.kind) {
      case Kind::Events:
        return s.push_events();
      case Kind::Blobs:
        return s.send_blob_part();
      case Kind::Feed:
        return s.pull_feed(forced ? Seconds{0} : options.poll);
    }
    return Progress{};
  }

  // One step of a lane; the lock is held on entry and on return, not in between. Returns whether there is more to do.
  bool run(Lane& l, std::unique_lock<std::mutex>& lock) {
    // A round that is still owed stays one: the cancel that began it may have met another exchange than it was meant
    // for.
    const bool forced = std::exchange(l.forced, false) || l.asked > l.settled;
    const std::uint64_t asked = l.asked;
    const auto enrolled = enrolment;
    l.running = true;
    std::shared_ptr<Session> session = l.session;
    std::optional<Fault> no_session;
    if (!session) {
      net::Client::Options o;
      o.base = enrolled->url;
      o.tls = &enrolled->tls;
      auto opened = Session::open(out, feed, *enrolled, clock, options.wires(std::move(o)), options.limits);
      if (opened) {
        session = std::move(*opened);
        l.session = session;
      } else {
        no_session = opened.fault();
      }
    }
    lock.unlock();
    Result<Progress> r = no_session ? Result<Progress>(*no_session) : step(l, *session, forced);
    const WallTime wall = clock.now();
    if (r) note_success(wall);
    if (session && session->skew_ms()) feed.note_skew(*session->skew_ms());
    lock.lock();
    l.running = false;
    if (session && session->skew_ms()) skew_ms = *session->skew_ms();
    const bool more = r ? succeeded(l, *r, wall) : failed(l, r.fault(), session.get());
    if (!more) l.settled = std::max(l.settled, asked);
    changed.notify_all();
    return more;
  }

  bool succeeded(Lane& l, const Progress& p, WallTime wall) {
    const SteadyTime now = clock.steady();
    last_success = wall;
    l.backoff.reset();
    if (l.trouble) {
      log::info("the centre is back", {{"lane", name_of(l.kind)}, {"after", l.trouble->code}});
      l.trouble.reset();
      announce = true;
      // One lane that gets through tells the others that waiting is over.
      for (auto& other : lanes)
        if (other.trouble && other.trouble->kind == FaultKind::Unreachable) other.due = std::min(other.due, now);
    }
    if (p.moved > 0 && l.kind != Kind::Feed) announce = true;
    const Millis pause = l.kind == Kind::Feed ? kPollPause : options.look_again;
    l.due = p.more || l.forced ? now : now + pause;
    return p.more;
  }

  bool failed(Lane& l, const Fault& fault, Session* session) {
    const SteadyTime now = clock.steady();
    l.session.reset();
    if (fault.code == "cancelled") {
      l.due = now;
      return true;
    }
    if (!l.trouble || l.trouble->code != fault.code) {
      log::warn("sync waits", {{"lane", name_of(l.kind)}, {"why", fault.code}, {"detail", fault.detail}});
      announce = true;
    }
    l.trouble = fault;
    // What an operator must mend is tried again too, slowly: the mending may be at the centre.
    if (fault.kind != FaultKind::Unreachable)
      while (l.backoff.failures() < 8) l.backoff.next();
    l.due = l.forced ? now : now + l.backoff.next(session ? session->retry_after() : std::nullopt);
    return false;
  }

  void note_success(WallTime wall) {
    {
      std::lock_guard lock(note_mutex);
      if (noted && wall - *noted < kNoteEvery && wall >= *noted) return;
      noted = wall;
    }
    const auto kept_note = out.set_notes({{kLastSuccess, std::to_string(to_ms(wall))}});
    if (!kept_note) log::warn("the time of the last success was not kept", {{"code", kept_note.fault().code}});
  }

  // Announcing takes locks of others: never under ours.
  void announce_now(std::unique_lock<std::mutex>& lock) {
    if (!std::exchange(announce, false)) return;
    lock.unlock();
    feed.announce("sync");
    lock.lock();
  }

  void loop(Lane& l) {
    std::unique_lock lock(mutex);
    while (!stopping) {
      const SteadyTime now = clock.steady();
      if (!enrolment || held) {
        changed.wait(lock);
      } else if (l.due > now) {
        changed.wait_for(lock, l.due - now);
      } else {
        run(l, lock);
        announce_now(lock);
      }
    }
  }

  branch::Outgoing out;
  branch::FeedSink& feed;
  const Options options;
  const Clock& clock;
  mutable std::mutex mutex;
  std::condition_variable changed;
  std::array<Lane, 3> lanes;
  std::shared_ptr<const Enrolment> enrolment;
  std::optional<WallTime> last_success;
  std::int64_t skew_ms = 0;
  std::uint64_t rounds = 0;
  bool stopping = false, announce = false, held = false;
  std::mutex note_mutex, enrol_mutex;
  std::optional<WallTime> noted;
  std::vector<std::thread> threads;
};

Engine::Engine(branch::Outgoing out, branch::FeedSink& feed, Options options)
    : impl_(std::make_unique<Impl>(std::move(out), feed, std::move(options))) {}
Engine::~Engine() { stop(); }

Result<Done> Engine::load() {
  TRY(auto e, kept(impl_->out));
  TRY(const std::string noted, impl_->out.note(kLastSuccess));
  TRY(const std::string held, impl_->out.note(std::string(branch::kSyncHeld)));
  std::lock_guard lock(impl_->mutex);
  impl_->held = !held.empty();
  if (e) impl_->enrolment = std::make_shared<const Enrolment>(std::move(*e));
  std::int64_t ms = 0;
  if (std::from_chars(noted.data(), noted.data() + noted.size(), ms).ec == std::errc{} && ms > 0)
    impl_->last_success = from_ms(ms);
  return Done{};
}

void Engine::start() {
  if (!impl_->threads.empty()) return;
  for (auto& l : impl_->lanes) impl_->threads.emplace_back([this, &l] { impl_->loop(l); });
}

void Engine::stop() {
  {
    std::lock_guard lock(impl_->mutex);
    impl_->stopping = true;
    for (auto& l : impl_->lanes)
      if (l.running && l.session) l.session->cancel();
    impl_->changed.notify_all();
  }
  for (auto& t : impl_->threads) t.join();
  impl_->threads.clear();
}

bool Engine::run_due() {
  std::unique_lock lock(impl_->mutex);
  bool more = false;
  for (auto& l : impl_->lanes)
    if (impl_->enrolment && !impl_->held && l.due <= impl_->clock.steady()) {
      if (impl_->threads.empty() && l.kind == Kind::Feed) l.forced = true;  // nobody to wait for on this thread
      more = impl_->run(l, lock) || more;
    }
  impl_->announce_now(lock);
  return more;
}

SteadyTime Engine::next_due() const {
  std::lock_guard lock(impl_->mutex);
  SteadyTime due = SteadyTime::max();
  for (const auto& l : impl_->lanes) due = std::min(due, l.due);
  return due;
}

std::optional<Enrolment> Engine::enrolment() const {
  std::lock_guard lock(impl_->mutex);
  if (!impl_->enrolment) return std::nullopt;
  const auto& e = *impl_->enrolment;
  Enrolment copy;
  copy.url = e.url;
  copy.branch = e.branch;
  copy.branch_name = e.branch_name;
  copy.node = e.node;
  copy.tls = {e.tls.certificate_pem, e.tls.key_pem.clone(), e.tls.ca_pem};
  copy.certificate_until = e.certificate_until;
  copy.receipt_key = e.receipt_key;
  copy.box_key = e.box_key;
  copy.utc_offset_min = e.utc_offset_min;
  return copy;
}

void Engine::nudge() {
  std::lock_guard lock(impl_->mutex);
  for (const Kind k : {Kind::Events, Kind::Blobs}) {
    auto& l = impl_->lane(k);
    if (l.trouble) continue;  // its backoff stands: new events are no reason to knock faster
    l.due = std::min(l.due, impl_->clock.steady());
    if (l.running) l.forced = true;  // it may have looked before this event was there
  }
  impl_->changed.notify_all();
}

verbs::SyncStatus Engine::status() {
  verbs::SyncStatus s;
  const auto pending = impl_->out.pending();
  const WallTime now = impl_->clock.now();
  if (pending) {
    s.pending = pending->events;
    s.pending_blobs = pending->blobs;
    if (pending->oldest)
      s.oldest_unsent_s =
          std::max<std::int64_t>(0, std::chrono::duration_cast<Seconds>(now - *pending->oldest).count());
  }
  std::lock_guard lock(impl_->mutex);
  s.last_success = impl_->last_success;
  s.skew_ms = impl_->skew_ms;
  if (!impl_->enrolment) {
    s.state = s.why = "not_enrolled";
    return s;
  }
  if (impl_->held) {
    s.state = s.why = "held";
    return s;
  }
  const Fault* trouble = nullptr;
  SteadyTime again = SteadyTime::max();
  for (const Kind k : {Kind::Events, Kind::Feed, Kind::Blobs}) {
    const Lane& l = impl_->lane(k);
    if (!l.trouble) continue;
    if (!trouble) trouble = &*l.trouble;
    again = std::min(again, l.due);
  }
  if (trouble) {
    s.why = trouble->code;
    s.why_detail = trouble->detail;
    s.state = trouble->kind != FaultKind::Unreachable ? "paused" : is_offline(*trouble) ? "offline" : "waiting";
    s.next_try = now + std::chrono::ceil<Millis>(std::max(again - impl_->clock.steady(), SteadyTime::duration{}));
  } else if (!pending) {
    s.state = "paused";
    s.why = pending.fault().code;
  } else {
    s.state = s.pending + s.pending_blobs > 0 ? "sending" : "idle";
  }
  return s;
}

verbs::SyncStatus Engine::round(Millis wait) {
  {
    std::unique_lock lock(impl_->mutex);
    if (impl_->enrolment && !impl_->held) {
      const std::uint64_t mine = ++impl_->rounds;
      for (auto& l : impl_->lanes) {
        l.asked = mine;
        l.forced = true;
        l.due = impl_->clock.steady();
        if (l.kind == Kind::Feed && l.running && l.session) l.session->cancel();
      }
      impl_->changed.notify_all();
      const auto settled = [&] {
        return impl_->stopping || impl_->held ||
               std::all_of(impl_->lanes.begin(), impl_->lanes.end(), [&](const Lane& l) { return l.settled >= mine; });
      };
      if (impl_->threads.empty()) {
        while (!settled())
          for (auto& l : impl_->lanes)
            if (l.settled < mine) impl_->run(l, lock);
        impl_->announce_now(lock);
      } else {
        impl_->changed.wait_for(lock, wait, settled);
      }
    }
  }
  return status();
}

void Engine::hold(bool hold) {
  std::unique_lock lock(impl_->mutex);
  if (impl_->held == hold) return;
  impl_->held = hold;
  log::info(hold ? "sync is held" : "sync goes on");
  for (auto& l : impl_->lanes) {
    if (hold && l.running && l.session) l.session->cancel();
    if (!hold) l.due = impl_->clock.steady();
  }
  impl_->changed.notify_all();
}

Result<verbs::EnrolResult> Engine::enrol(const std::string& url, const std::string& code) {
  std::lock_guard one(impl_->enrol_mutex);
  if (impl_->out.identity().branch != "LOCAL")
    return refused("already_enrolled", "this node belongs to branch " + impl_->out.identity().branch);
  TRY(auto e, enrol_at(impl_->out, impl_->options.wires, url, code));
  TRY_DONE(keep(impl_->out, e));
  verbs::EnrolResult result{e.branch, e.node, e.certificate_until};
  log::info("enrolled", {{"branch", e.branch}, {"node", e.node}});
  {
    std::lock_guard lock(impl_->mutex);
    impl_->enrolment = std::make_shared<const Enrolment>(std::move(e));
    for (auto& l : impl_->lanes) l.due = impl_->clock.steady();
    impl_->changed.notify_all();
  }
  impl_->feed.announce("sync");
  return result;
}

}  // namespace kiosk::sync
