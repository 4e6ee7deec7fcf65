#include "drivers/printer/conversation.h"

#include <poll.h>

#include <algorithm>
#include <utility>

namespace kiosk::drivers {

namespace {
constexpr Millis k_silence{15};            // after an answer: no second one follows
constexpr std::size_t k_slice = 128;       // bytes between two looks at what the printer says
constexpr std::size_t k_under_way = 4096;  // more than that is not handed to the kernel before the printer takes some

SteadyTime now() { return SystemClock().steady(); }

bool wait_for(int fd, short events, Millis at_most) {
  pollfd p{fd, events, 0};
  return ::poll(&p, 1, static_cast<int>(std::max<Millis::rep>(0, at_most.count()))) > 0;
}
void pause(Millis time) { ::poll(nullptr, 0, static_cast<int>(time.count())); }
}  // namespace

bool Conversation::listen(Millis at_most) {
  if (gone_ || !wire_.answers()) return false;
  if (!wait_for(wire_.fd(), POLLIN, at_most)) return false;
  std::uint8_t bytes[64];
  const ssize_t n = wire_.read(bytes, sizeof bytes);
  if (n < 0) gone_ = true;
  if (n == Wire::k_broken) broken_ = true;
  if (n == 0) pause(std::min(at_most, Millis{5}));  // a device that is ready to say nothing
  for (ssize_t i = 0; i < n; ++i) {
    const auto token = stream_.feed(bytes[i]);
    if (!token) continue;
    switch (token->kind) {
      case StatusToken::Kind::RealTime:
        real_time_ = token->byte;
        break;
      case StatusToken::Kind::InOrder:
        in_order_ = token->byte;
        ++in_order_count_;
        break;
      case StatusToken::Kind::Automatic:
        asb_ = reasons_of_automatic(token->asb);
        break;
      case StatusToken::Kind::Xon:
      case StatusToken::Kind::Xoff:
        held_off_ = token->kind == StatusToken::Kind::Xoff;
        break;
      case StatusToken::Kind::Block:
      case StatusToken::Kind::Junk:
        break;
    }
  }
  return n > 0;
}

void Conversation::drain() {
  while (listen(Millis{0})) {
  }
  real_time_.reset();
}

bool Conversation::write_all(ByteView bytes) {
  const auto until = now() + o_.status_timeout;
  while (!bytes.empty() && !gone_ && now() < until) {
    const ssize_t n = wire_.write(bytes);
    if (n < 0) gone_ = true;
    if (n > 0) bytes = bytes.subspan(static_cast<std::size_t>(n));
    if (n == 0) wait_for(wire_.fd(), POLLOUT, Millis{20});
  }
  return bytes.empty();
}

std::optional<std::uint8_t> Conversation::question(std::uint8_t n) {
  drain();
  const std::uint8_t bytes[] = {0x10, 0x04, n};
  if (!write_all(bytes)) return std::nullopt;
  for (const auto until = now() + o_.status_timeout; !real_time_ && !gone_ && now() < until;) listen(until - now());
  if (!real_time_) return std::nullopt;
  while (listen(k_silence)) {  // one that says it twice, or says something else as well
  }
  speaks_ = true;
  return real_time_;
}

std::optional<std::uint8_t> Conversation::answer_twice(std::uint8_t n) {
  const auto first = question(n);
  const auto second = question(n);
  return second ? second : first;
}

Reasons Conversation::ask() {
  if (!wire_.answers()) return {};
  const bool spoke = speaks_;
  speaks_ = false;
  drain();
  stream_.reset();
  const Reasons earlier = std::exchange(asb_, {});  // what it answers now is newer
  std::optional<std::uint8_t> state;
  Reasons r;
  // What it says unasked meanwhile may be older than the answers, or newer: they are asked for once more.
  for (int round = 0; round == 0 || (round == 1 && state && hinders(asb_)); ++round) {
    asb_.clear();
    r.clear();
    state = answer_twice(1);
    for (std::uint8_t n = 2; n <= 4 && state && !gone_; ++n)
      if (const auto b = answer_twice(n)) r.merge(reasons_of_real_time(n, *b));
  }
  if (!state) r = earlier;
  r.insert(asb_.begin(), asb_.end());
  if (r.contains(Reason::PaperOut)) r.erase(Reason::PaperLow);
  // "Offline" alone is said when nothing else explains it.
  if (hinders(r) && r.size() > 1) r.erase(Reason::Offline);
  if (state && !hinders(r)) r.merge(reasons_of_real_time(1, *state));
  if (spoke && !speaks_) r.insert(Reason::Offline);
  return r;
}

bool Conversation::knows_in_order() {
  drain();
  in_order_.reset();
  in_order_count_ = 0;
  const std::uint8_t bytes[] = {0x1D, 'r', 1};
  if (!write_all(bytes)) return false;
  for (const auto until = now() + o_.status_timeout; !in_order_ && !gone_ && now() < until;) listen(until - now());
  const bool knows = in_order_.has_value();
  while (knows && listen(k_silence)) {
  }
  in_order_.reset();
  in_order_count_ = 0;
  return knows;
}

bool Conversation::waits(std::size_t written, std::size_t& taken, SteadyTime& moved) {
  const std::size_t unsent = std::min(wire_.unsent(), written);
  if (written - unsent > taken) {
    taken = written - unsent;
    moved = now();
  }
  return unsent > 0;
}

Conversation::Sent Conversation::send(ByteView bytes, std::size_t& taken) {
  taken = 0;
  std::size_t written = 0;
  auto moved = now();
  const Reasons before = asb_;
  for (;;) {
    const bool under_way = waits(written, taken, moved);
    if (gone_) return Sent::Gone;
    if (asb_ != before && hinders(asb_)) return found_ = asb_, Sent::Hindered;
    if (written == bytes.size() && !under_way) return Sent::Whole;
    if (now() - moved > o_.write_timeout) return Sent::Stalled;
    const bool may_write = written < bytes.size() && !held_off_ && wire_.unsent() < k_under_way;
    if (may_write && wait_for(wire_.fd(), POLLOUT, Millis{20})) {
      const auto slice = bytes.subspan(written, std::min(k_slice, bytes.size() - written));
      const ssize_t n = wire_.write(slice);
      if (n < 0) gone_ = true;
      if (n > 0) written += static_cast<std::size_t>(n);
    }
    // A moment for a printer that stops here to say so; without answers only for the kernel.
    if (wire_.answers())
      listen(Millis{may_write ? 1 : 5});
    else if (!may_write)
      pause(Millis{5});
  }
}

Conversation::Word Conversation::word_in_order() {
  // Twice: one that answers with the answer to the question before has then answered the first.
  const std::uint8_t bytes[] = {0x1D, 'r', 1, 0x1D, 'r', 1};
  in_order_.reset();
  in_order_count_ = 0;
  if (!write_all(bytes)) return gone_ ? Word::Gone : Word::Silent;
  const auto until = now() + o_.word_timeout;
  while (in_order_count_ < 2) {
    for (const auto look = now() + o_.status_timeout; in_order_count_ < 2 && !gone_ && now() < look;)
      listen(look - now());
    if (gone_) return Word::Gone;
    if (in_order_count_ >= 2) break;
    found_ = ask();  // why it does not go on
    if (hinders(found_)) return Word::Hindered;
    if (now() > until) return Word::Silent;
  }
  const Reasons paper = in_order_ ? reasons_of_paper(*in_order_) : Reasons{};
  found_ = ask();
  found_.insert(paper.begin(), paper.end());
  if (gone_) return Word::Gone;
  return hinders(found_) ? Word::Hindered : Word::Printed;
}

Conversation::Word Conversation::word_when_watched() {
  const auto until = now() + o_.watch;
  for (;;) {
    found_ = ask();
    if (gone_) return Word::Gone;
    if (!speaks_) return Word::Silent;
    if (hinders(found_)) return Word::Hindered;
    if (now() >= until) return Word::Printed;
    for (const auto look = std::min(until, now() + Millis{200}); !gone_ && now() < look;) listen(look - now());
  }
}

bool Conversation::ends_well() {
  wire_.no_more();
  if (!wire_.ends_when_read()) return true;
  // Closing with unread status bytes would reset the connection and lose the page's tail: read to the end.
  for (const auto until = now() + o_.status_timeout; !gone_ && now() < until;) listen(until - now());
  return !broken_;
}

}  // namespace kiosk::drivers
