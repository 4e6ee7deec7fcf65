#include <algorithm>

#include "base/log.h"
#include "node/sync/diagnosis.h"
#include "node/sync/engine_impl.h"

namespace kiosk::sync {
namespace {

constexpr Millis kPollPause{1'000};  // after an empty poll: a centre that does not wait is not hammered
constexpr Millis kRenewAgain{3'600'000};
constexpr Millis kNoteEvery{60'000};  // last_success is kept across restarts this exactly

const char* name_of(Kind k) {
  switch (k) {
    case Kind::Events:
      return "events";
    case Kind::Blobs:
      return "blobs";
    case Kind::Feed:
      return "feed";
    case Kind::People:
      return "people";
  }
  return "";
}

}  // namespace

SteadyTime Engine::Impl::due_of(const Lane& l) const {
  if (l.kind != Kind::People) return l.due;
  return lookups.empty() ? SteadyTime::max() : std::max(l.due, lookups.earliest());
}

Result<Progress> Engine::Impl::step(Lane& l, Session& s, bool forced) {
  switch (l.kind) {
    case Kind::Events:
      return move_events(s);
    case Kind::Blobs:
      return move_blob(s);
    case Kind::Feed:
      return s.pull_feed(forced ? Seconds{0} : options.poll);
    case Kind::People:
      return find_next(s);
  }
  return Progress{};
}

Result<Progress> Engine::Impl::move_events(Session& s) {
  if (!greeted) {
    auto met = s.greet();
    // A centre that knows no such question has nothing to say to it.
    if (!met && met.fault().code != "centre_refused") return met;
    greeted = true;
    if (met && met->more) {
      keep_word(false);
      return met;
    }
  }
  auto sent = s.push_events();
  if (sent && sent->moved > 0) keep_word(false);
  // Another event stands there in the place of ours: the next session looks what else does.
  if (!sent && (sent.fault().code == "fork" || sent.fault().code == "bad_chain")) greeted = false;
  return sent;
}

// What the centre lacks first. One that it does not take is no reason to leave those that it holds.
Result<Progress> Engine::Impl::move_blob(Session& s) {
  const auto sent = s.send_blob_part();
  if (sent ? sent->more : sent.fault().kind == FaultKind::Unreachable) return sent;
  const auto fetched = s.fetch_blob_part();
  return sent || !fetched || fetched->more ? fetched : sent;
}

Result<Progress> Engine::Impl::find_next(Session& s) {
  std::optional<Lookups::Wanted> wanted;
  {
    std::lock_guard lock(mutex);
    wanted = lookups.next(clock.steady());
  }
  if (!wanted) return Progress{};
  auto found = s.find_person(wanted->person);
  {
    std::lock_guard lock(mutex);
    if (found)
      lookups.answered(wanted->index, clock.steady());
    else
      lookups.failed(wanted->index, clock.steady());
  }
  // What came was announced by the store; that nothing came is news too for who waits.
  if (!found || found->moved == 0) feed.announce("person");
  return found;
}

std::shared_ptr<Wire> Engine::Impl::open_aside(Lane& l, net::Client::Options o) {
  std::shared_ptr<Wire> wire = options.wires(std::move(o));
  std::lock_guard lock(mutex);
  if (stopping) return nullptr;
  return l.aside = std::move(wire);
}

namespace {
class SharedWire final : public Wire {
 public:
  explicit SharedWire(std::shared_ptr<Wire> wire) : wire_(std::move(wire)) {}
  Result<net::Reply> send(const net::Call& call) override {
    return wire_ ? wire_->send(call) : Result<net::Reply>(unreachable("cancelled"));
  }
  void cancel() override {
    if (wire_) wire_->cancel();
  }

 private:
  const std::shared_ptr<Wire> wire_;  // none: the node ends
};
}  // namespace

std::unique_ptr<Wire> Engine::Impl::open_for_enrolment(net::Client::Options o) {
  std::shared_ptr<Wire> wire = options.wires(std::move(o));
  std::lock_guard lock(mutex);
  if (stopping) return std::make_unique<SharedWire>(nullptr);
  return std::make_unique<SharedWire>(enrol_wire = std::move(wire));
}

Fault Engine::Impl::diagnose_tls(Lane& l, const Enrolment& e, const Fault& fault) {
  net::Client::Options o;
  o.base = e.url;
  o.verify = false;
  o.connect_timeout = kProbeTimeout / 2;
  const auto wire = open_aside(l, std::move(o));
  if (!wire) return fault;
  const auto reply = wire->send(health_call(kProbeTimeout));
  std::lock_guard lock(mutex);
  l.aside.reset();
  const auto d = diagnosed(fault, reply, clock.now());
  if (d.skew_ms) skew_ms = *d.skew_ms;
  return d.fault;
}

bool Engine::Impl::run(Lane& l, std::unique_lock<std::mutex>& lock) {
  // A round that is still owed stays one: the cancel that began it may have met another exchange than it was meant
  // for.
  const bool forced = std::exchange(l.forced, false) || l.asked > l.settled;
  const std::uint64_t asked = l.asked;
  const auto enrolled = enrolment;
  l.running = true;
  std::shared_ptr<Session> session = l.session;
  std::optional<Fault> no_session;
  if (!session) {
    Limits limits = options.limits;
    limits.read_ahead = limits.read_ahead && !threads.empty();  // without threads, everything on the caller's
    auto opened = Session::open(out, feed, *enrolled, clock, options.wires(line_options(*enrolled)), limits);
    if (opened) {
      session = std::move(*opened);
      l.session = session;
    } else {
      no_session = opened.fault();
    }
  }
  const int replies = session ? session->replies() : 0;
  lock.unlock();
  Result<Progress> r = no_session ? Result<Progress>(*no_session) : step(l, *session, forced);
  if (!r && is_disbelief(r.fault())) r = diagnose_tls(l, *enrolled, r.fault());
  const WallTime wall = clock.now();
  // A lane that had nothing to ask has not heard of the centre.
  const bool heard = r && session && session->replies() > replies;
  if (heard) note_success(wall);
  // What was measured in an earlier round says nothing of a clock that was set meanwhile.
  if (heard && session->skew_ms()) feed.heard_time(*session->skew_ms());
  const auto renewed = heard && l.kind == Kind::Feed ? renew(l, *enrolled, wall) : nullptr;
  std::vector<std::shared_ptr<Session>> ended;  // ending one may wait: not under the lock
  lock.lock();
  if (renewed) {
    enrolment = renewed;
    for (auto& other : lanes) ended.push_back(std::exchange(other.session, nullptr));  // the next shows the new one
  }
  l.running = false;
  if (session && session->skew_ms()) skew_ms = *session->skew_ms();
  if (heard) {
    last_success = wall;
    probe_gap = options.probe_gap;
  }
  const bool more = r ? succeeded(l, *r) : failed(l, r.fault(), session.get());
  if (!more) l.settled = std::max(l.settled, asked);
  changed.notify_all();
  if (!r || renewed) {  // its end waits for a batch that was being made
    lock.unlock();
    session.reset();
    ended.clear();
    lock.lock();
  }
  return more;
}

std::shared_ptr<const Enrolment> Engine::Impl::renew(Lane& l, const Enrolment& old, WallTime wall) {
  if (wall < renew_again || !renewal_due(old, wall)) return nullptr;
  renew_again = wall + kRenewAgain;
  const auto wire = open_aside(l, line_options(old));
  if (!wire) return nullptr;
  auto fresh = renew_at(out, *wire, old);
  {
    std::lock_guard lock(mutex);
    l.aside.reset();
  }
  if (fresh) {
    if (const auto done = keep(out, *fresh); !done) fresh = done.fault();
  }
  if (!fresh) {
    log::warn("the certificate is not renewed", {{"code", fresh.fault().code}, {"detail", fresh.fault().detail}});
    return nullptr;
  }
  keep_word(true);
  log::info("the certificate is renewed", {{"until", to_rfc3339(fresh->certificate_until)}});
  renew_again = {};
  return std::make_shared<const Enrolment>(std::move(*fresh));
}

bool Engine::Impl::succeeded(Lane& l, const Progress& p) {
  const SteadyTime now = clock.steady();
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
  if (auto& blobs = lane(Kind::Blobs); p.back && !blobs.trouble) {
    blobs.due = std::min(blobs.due, now);
    changed.notify_all();
  }
  const Millis pause = l.kind == Kind::Feed ? kPollPause : options.look_again;
  l.due = p.more || l.forced || l.kind == Kind::People ? now : now + pause;
  return p.more;
}

bool Engine::Impl::failed(Lane& l, const Fault& fault, Session* session) {
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

void Engine::Impl::note_success(WallTime wall) {
  {
    std::lock_guard lock(note_mutex);
    if (noted && wall - *noted < kNoteEvery && wall >= *noted) return;
    noted = wall;
  }
  const auto kept_note = out.set_notes({{kLastSuccess, std::to_string(to_ms(wall))}});
  if (!kept_note) log::warn("the time of the last success was not kept", {{"code", kept_note.fault().code}});
}

// Announcing takes locks of others: never under ours.
void Engine::Impl::announce_now(std::unique_lock<std::mutex>& lock) {
  if (!std::exchange(announce, false)) return;
  lock.unlock();
  feed.announce("sync");
  lock.lock();
}

void Engine::Impl::loop(Lane& l) {
  std::unique_lock lock(mutex);
  while (!stopping) {
    const SteadyTime now = clock.steady(), due = due_of(l);
    if (!may_run() || due == SteadyTime::max()) {
      changed.wait(lock);
    } else if (due > now) {
      changed.wait_for(lock, due - now);
    } else {
      run(l, lock);
      announce_now(lock);
    }
  }
}

}  // namespace kiosk::sync
