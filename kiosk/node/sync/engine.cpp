#include "node/sync/engine.h"

#include <algorithm>
#include <charconv>

#include "base/log.h"
#include "node/sync/diagnosis.h"
#include "node/sync/engine_impl.h"
#include "node/sync/receipt.h"

namespace kiosk::sync {
namespace {
constexpr Millis k_greet_connect{2'000};
}  // namespace

Engine::Impl::Impl(branch::Outgoing o, branch::FeedSink& f, Options opt)
    : out(std::move(o)),
      feed(f),
      options(std::move(opt)),
      clock(*options.clock),
      lanes{Lane(Kind::Events, backoff()), Lane(Kind::Blobs, backoff()), Lane(Kind::Feed, backoff()),
            Lane(Kind::People, backoff())},
      probe_gap(options.probe_gap) {}

bool Engine::Impl::certificate_is_lost(const Enrolment& e) {
  const std::string ours = certificate_trouble(e, clock.now());
  if (ours == "certificate_expired" || ours == "certificate_foreign") return true;
  std::lock_guard lock(mutex);
  return std::any_of(lanes.begin(), lanes.end(), [](const Lane& l) {
    return l.trouble && (l.trouble->code == "certificate_expired" || l.trouble->code == "certificate_refused");
  });
}

void Engine::Impl::keep_word(bool durable) {
  const std::lock_guard lock(word_mutex);
  if (const auto kept_word = out.keep_centre_word(durable); !kept_word)
    log::warn("what the centre acknowledged is not kept beside the store", {{"code", kept_word.fault().code}});
}

Engine::Engine(branch::Outgoing out, branch::FeedSink& feed, Options options)
    : impl_(std::make_unique<Impl>(std::move(out), feed, std::move(options))) {}
Engine::~Engine() { stop(); }

Result<Done> Engine::load() {
  TRY(auto e, kept(impl_->out));
  if (e) impl_->keep_word(true);
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

Result<Progress> Engine::greet() {
  auto& d = *impl_;
  if (!d.may_run()) return Progress{};
  auto line = d.line_options(*d.enrolment);
  line.connect_timeout = k_greet_connect;
  Limits limits = d.options.limits;
  limits.read_ahead = false;
  TRY(const auto session,
      Session::open(d.out, d.feed, *d.enrolment, d.clock, d.options.wires(std::move(line)), limits));
  auto done = session->greet();
  d.greeted = done.ok();
  if (done && session->skew_ms()) d.feed.heard_time(*session->skew_ms());
  if (done && done->more) d.keep_word(true);
  return done;
}

void Engine::start() {
  if (!impl_->threads.empty()) return;
  if (impl_->options.watch_network) {
    auto watch = net::NetworkWatch::open();
    if (watch) {
      impl_->watch = std::move(*watch);
    } else {
      log::warn("changes of the network are not seen",
                {{"code", watch.fault().code}, {"detail", watch.fault().detail}});
    }
  }
  std::lock_guard lock(impl_->mutex);  // no lane runs before all are there
  if (impl_->watch) impl_->threads.emplace_back([this] { impl_->watch_loop(); });
  for (auto& l : impl_->lanes) impl_->threads.emplace_back([this, &l] { impl_->loop(l); });
}

void Engine::stop() {
  {
    std::lock_guard lock(impl_->mutex);
    impl_->stopping = true;
    for (auto& l : impl_->lanes) {
      if (l.running && l.session) l.session->cancel();
      if (l.aside) l.aside->cancel();
    }
    if (impl_->probe_wire) impl_->probe_wire->cancel();
    if (impl_->enrol_wire) impl_->enrol_wire->cancel();
    if (impl_->watch) impl_->watch->wake();
    impl_->changed.notify_all();
  }
  for (auto& t : impl_->threads) t.join();
  impl_->threads.clear();
}

bool Engine::run_due() {
  std::unique_lock lock(impl_->mutex);
  bool more = false;
  if (impl_->probe_is_due()) impl_->probe(lock);
  for (auto& l : impl_->lanes)
    if (impl_->may_run() && impl_->due_of(l) <= impl_->clock.steady()) {
      if (impl_->threads.empty() && l.kind == Kind::Feed) l.forced = true;  // nobody to wait for on this thread
      more = impl_->run(l, lock) || more;
    }
  impl_->announce_now(lock);
  return more;
}

SteadyTime Engine::next_due() const {
  std::lock_guard lock(impl_->mutex);
  SteadyTime due = impl_->probe_due.value_or(SteadyTime::max());
  for (const auto& l : impl_->lanes) due = std::min(due, impl_->due_of(l));
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
  copy.life = e.life;
  copy.certificate_until = e.certificate_until;
  copy.receipt_key = e.receipt_key;
  copy.box_key = e.box_key;
  copy.place = e.place;
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
  s.certificate_until = impl_->enrolment->certificate_until;
  s.certificate = certificate_trouble(*impl_->enrolment, now);
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
    if (impl_->may_run()) {
      const std::uint64_t mine = ++impl_->rounds;
      for (auto& l : impl_->steady_lanes()) {
        l.asked = mine;
        l.forced = true;
        l.due = impl_->clock.steady();
        if (l.kind == Kind::Feed && l.running && l.session) l.session->cancel();
      }
      impl_->changed.notify_all();
      const auto settled = [&] {
        const auto lanes = impl_->steady_lanes();
        return impl_->stopping || impl_->held ||
               std::all_of(lanes.begin(), lanes.end(), [&](const Lane& l) { return l.settled >= mine; });
      };
      if (impl_->threads.empty()) {
        while (!settled())
          for (auto& l : impl_->steady_lanes())
            if (l.settled < mine) impl_->run(l, lock);
        impl_->announce_now(lock);
      } else {
        impl_->changed.wait_for(lock, wait, settled);
      }
    }
  }
  return status();
}

Result<verbs::ReceiptTaken> Engine::take_receipt(const std::string& receipt) {
  const auto known = enrolment();
  if (!known) return refused("not_enrolled", "a receipt is checked by the centre of the enrolment");
  auto taken = sync::take_receipt(impl_->out, impl_->feed, *known, receipt);
  if (taken) impl_->keep_word(false);
  return taken;
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

void Engine::network_changed() {
  std::lock_guard lock(impl_->mutex);
  impl_->note_change();
  if (impl_->watch) impl_->watch->wake();
}

bool Engine::look_up(const domain::PersonId& person) {
  const crypto::Hash index = impl_->out.keys().index.blind_index(person.key());
  std::lock_guard lock(impl_->mutex);
  if (!impl_->may_run()) return false;
  const SteadyTime now = impl_->clock.steady();
  // While the centre is away nobody waits for it: a look-up is an attempt like any other, when it is time.
  auto& l = impl_->lane(Kind::People);
  if (l.trouble && l.due > now) return false;
  for (const auto& other : impl_->lanes)
    if (impl_->waits_offline(other)) return false;
  if (!impl_->lookups.add(index, person, now)) return false;
  impl_->changed.notify_all();
  return true;
}

Result<verbs::EnrolResult> Engine::enrol(const std::string& url, const std::string& code) {
  std::lock_guard one(impl_->enrol_mutex);
  const auto before = enrolment();
  const bool lost = before && impl_->certificate_is_lost(*before);
  if (impl_->out.identity().branch != "LOCAL" && !lost)
    return refused("already_enrolled", "this node belongs to branch " + impl_->out.identity().branch);
  const auto at = [&](net::Client::Options o) { return impl_->open_for_enrolment(std::move(o)); };
  auto enrolled = enrol_at(impl_->out, at, url, code);
  {
    std::lock_guard lock(impl_->mutex);
    impl_->enrol_wire.reset();
  }
  if (!enrolled) return enrolled.fault();
  auto& e = *enrolled;
  // A lost certificate is made anew by the centre that has our records, for the same branch.
  if (lost && (e.branch != before->branch || e.receipt_key != before->receipt_key))
    return refused("already_enrolled", "this node belongs to branch " + before->branch + " of another centre");
  TRY_DONE(keep(impl_->out, e));
  TRY_DONE(impl_->out.set_notes({{std::string(branch::kPlaceNote), protocol::encode(e.place)}}));
  impl_->keep_word(true);
  impl_->feed.place_changed();
  verbs::EnrolResult result{e.branch, e.node, e.certificate_until};
  log::info("enrolled", {{"branch", e.branch}, {"node", e.node}});
  {
    std::lock_guard lock(impl_->mutex);
    impl_->enrolment = std::make_shared<const Enrolment>(std::move(e));
    for (auto& l : impl_->lanes) {
      if (l.session && l.running) l.session->cancel();
      l.session.reset();  // with the certificate of before
      l.trouble.reset();
      l.due = impl_->clock.steady();
    }
    impl_->changed.notify_all();
  }
  impl_->feed.announce("sync");
  return result;
}

}  // namespace kiosk::sync
