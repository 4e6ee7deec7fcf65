#include "node/lan/change_stream.h"

#include <algorithm>

#include "api/protocol/branch_api.h"
#include "node/lan/event_stream.h"

namespace kiosk::lan {
namespace {

constexpr std::size_t kRing = 1'024;
constexpr Millis kPause{200};

Fault away(const Fault& why) {
  return unreachable("node_away", why.code + (why.detail.empty() ? "" : ": " + why.detail));
}

}  // namespace

ChangeStream::ChangeStream(Connect connect, Millis silence) : connect_(std::move(connect)), silence_(silence) {}

ChangeStream::~ChangeStream() {
  close();
  if (thread_.joinable()) thread_.join();
}

void ChangeStream::close() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  if (client_) client_->cancel();
  news_.notify_all();
  wanted_.notify_all();
}

bool ChangeStream::has_news(std::int64_t after) const { return after != until_; }

verbs::Changes ChangeStream::since(std::int64_t after) const {
  verbs::Changes out;
  out.until = until_;
  out.reset = after < base_ || after > until_;
  if (!out.reset)
    std::copy_if(ring_.begin(), ring_.end(), std::back_inserter(out.changes),
                 [after](const auto& c) { return c.seq > after; });
  return out;
}

Result<verbs::Changes> ChangeStream::wait(const verbs::Actor& actor, std::int64_t after, Millis wait) {
  const SystemClock clock;
  const SteadyTime until = clock.steady() + wait;
  std::unique_lock lock(mutex_);
  if (!thread_.joinable() && !closed_) {
    base_ = until_ = after;
    actor_ = actor;
    thread_ = std::thread([this] { run(); });
  }
  if (!connected_) {
    // An attempt that began before we asked may still come to something; one that begins now surely tells.
    const std::int64_t mine = begun_ > ended_ ? begun_ : begun_ + 1;
    asked_ = std::max(asked_, mine);
    wanted_.notify_all();
    news_.wait(lock, [&] { return closed_ || connected_ || ended_ >= mine; });
  }
  while (!closed_) {
    if (connected_ && has_news(after)) return since(after);
    const std::int64_t ended = ended_;
    const Millis left = until - clock.steady();
    if (!connected_ && begun_ == ended_) return fault_ ? *fault_ : unreachable("node_away");
    if (connected_ && left <= Millis{0}) return since(after);
    // A connection that broke is made anew at once; only when that fails the node is away.
    if (connected_)
      news_.wait_for(lock, left, [&] { return closed_ || !connected_ || has_news(after); });
    else
      news_.wait(lock, [&] { return closed_ || connected_ || ended_ != ended; });
  }
  return unreachable("node_away", "the connection was closed");
}

void ChangeStream::run() {
  const SystemClock clock;
  bool flap = false;  // it ended as soon as it began
  std::unique_lock lock(mutex_);
  while (!closed_) {
    const bool broke = connected_;  // it worked until now: the next attempt needs nobody to ask for it
    connected_ = false;
    if (!broke) {
      ended_ = begun_;
      news_.notify_all();
      wanted_.wait(lock, [&] { return closed_ || asked_ > begun_; });
      if (closed_) return;
    } else {
      ended_ = begun_;
      if (flap) wanted_.wait_for(lock, kPause, [&] { return closed_; });
      if (closed_) return;
    }
    ++begun_;
    news_.notify_all();
    lock.unlock();
    const SteadyTime began = clock.steady();
    listen();
    flap = clock.steady() - began < kPause;
    lock.lock();
  }
}

void ChangeStream::listen() {
  auto client = connect_();
  net::Call call;
  call.path = "/v1/changes";
  call.expect_json = false;
  {
    const std::lock_guard lock(mutex_);
    if (closed_) return;
    client_ = client.get();
    call.headers.emplace_back("X-Kiosk-Terminal", actor_.terminal);
    if (until_ > 0) call.headers.emplace_back("Last-Event-ID", std::to_string(until_));
  }
  EventReader reader;
  const auto reply = client->stream(call, silence_, [&](std::string_view bytes) {
    for (const auto& event : reader.feed(bytes)) {
      const auto changes = protocol::from_wire<verbs::Changes>(event.data);
      if (!changes) return false;
      take(*changes);
    }
    return !reader.broken();
  });
  const std::lock_guard lock(mutex_);
  client_ = nullptr;
  if (!reply) {
    fault_ = away(reply.fault());
  } else if (reply->status != 200) {
    auto said = protocol::fault_from_wire(reply->body);
    fault_ = said ? std::move(*said) : unreachable("node_away", "HTTP status " + std::to_string(reply->status));
  } else {
    fault_ = unreachable("node_away", "the node ended the connection");
  }
}

void ChangeStream::take(const verbs::Changes& changes) {
  const std::lock_guard lock(mutex_);
  if (changes.reset) {
    ring_.clear();
    base_ = changes.until;
  }
  for (const auto& change : changes.changes)
    if (change.seq > until_ || changes.reset) ring_.push_back(change);
  until_ = changes.until;
  while (ring_.size() > kRing) {
    base_ = ring_.front().seq;
    ring_.pop_front();
  }
  connected_ = true;
  fault_.reset();
  news_.notify_all();
}

}  // namespace kiosk::lan
