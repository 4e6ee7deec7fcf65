#include "node/sync/session.h"

#include <algorithm>
#include <charconv>

#include "api/protocol/central_api.h"
#include "base/log.h"

namespace kiosk::sync {
namespace {

constexpr int kBlobsSeen = 64;
constexpr Millis kFindTimeout{8'000};  // somebody stands and waits
constexpr Millis kQuickAnswer{2'000};  // the Date of a slower one, a long poll, may be of any moment of it
constexpr Millis kPollGrace{15'000};   // beyond what a long poll was asked to wait

net::Call get(std::string path) {
  net::Call c;
  c.path = std::move(path);
  return c;
}

// The centre's clock when it answered. The header Date of an older centre has whole seconds: half a second is the best
// guess of what it cut off.
std::optional<WallTime> centre_time(const net::Reply& reply) {
  const auto it = reply.headers.find("x-kiosk-time");
  std::int64_t ms = 0;
  if (it != reply.headers.end() &&
      std::from_chars(it->second.data(), it->second.data() + it->second.size(), ms).ec == std::errc{})
    return from_ms(ms);
  return reply.date ? std::optional(*reply.date + Millis{500}) : std::nullopt;
}

}  // namespace

Result<std::unique_ptr<Session>> Session::open(branch::Outgoing& out, branch::FeedSink& feed,
                                               const Enrolment& enrolment, const Clock& clock,
                                               std::unique_ptr<Wire> wire, Limits limits) {
  TRY(const std::string clone, out.note(std::string(branch::kClone)));
  if (!clone.empty()) return refused("clone", "the centre works with another copy of this node's data");
  TRY(auto shared, out.keys().box.shared_with(enrolment.box_key));
  return std::unique_ptr<Session>(new Session(out, feed, enrolment, clock, std::move(wire), limits, std::move(shared)));
}

Session::Session(branch::Outgoing& out, branch::FeedSink& feed, const Enrolment& enrolment, const Clock& clock,
                 std::unique_ptr<Wire> wire, Limits limits, crypto::Key shared)
    : out_(out),
      feed_(feed),
      enrolment_(enrolment),
      clock_(clock),
      wire_(std::move(wire)),
      limits_(limits),
      shared_(std::move(shared)),
      ahead_(out_, shared_, {limits.batch_events, limits.batch_bytes}) {}

Result<net::Reply> Session::exchange(net::Call call) {
  retry_after_.reset();
  const WallTime before = clock_.now();
  const SteadyTime began = clock_.steady();
  call.headers.emplace_back("X-Kiosk-Instance", out_.instance());
  auto reply = wire_->send(call);
  if (reply && reply->status == 409) {
    TRY_DONE(prove_alive(call, reply));
  }
  wipe(call.body);
  if (reply) ++replies_;
  const auto told = reply ? centre_time(*reply) : std::nullopt;
  if (told && clock_.steady() - began <= kQuickAnswer) {
    const WallTime middle = before + (clock_.now() - before) / 2;
    skew_ms_ = (*told - middle).count();
  }
  return reply;
}

// Asked whether this start of the node still runs: the answer is the head that stands here where the centre's newest
// is. A centre that has found two copies at work stops one; the one that is stopped keeps that, over restarts.
Result<Done> Session::prove_alive(net::Call& call, Result<net::Reply>& reply) {
  const auto said = protocol::decode<protocol::ApiError>(reply->body);
  if (said && said->code == "superseded") {
    const std::string& m = said->message;
    const auto first = m.find(' '), second = m.rfind(' ');
    if (first == std::string::npos || second == first) return unreachable("bad_reply", "no challenge");
    std::int64_t seq = 0;
    std::from_chars(m.data() + second + 1, m.data() + m.size(), seq);
    const auto head = out_.head_of(m.substr(first + 1, second - first - 1), seq);
    call.headers.emplace_back("X-Kiosk-Alive", m.substr(0, first) + " " + (head ? to_hex(*head) : "none"));
    reply = wire_->send(call);
    if (!reply || reply->status != 409) return Done{};
  }
  const auto now = protocol::decode<protocol::ApiError>(reply->body);
  if (!now || now->code != "clone") return Done{};
  TRY_DONE(out_.set_notes({{std::string(branch::kClone), "1"}}));
  return refused("clone", "the centre works with another copy of this node's data");
}

Fault Session::fault_of(const net::Reply& reply) {
  if (const auto it = reply.headers.find("retry-after"); it != reply.headers.end())
    retry_after_ = net::retry_after(it->second, reply.date.value_or(clock_.now()));
  const auto said = protocol::decode<protocol::ApiError>(reply.body);
  if (said && said->retry_after_s && !retry_after_) retry_after_ = Millis{std::int64_t{*said->retry_after_s} * 1'000};
  const std::string code = said ? said->code : std::string();
  const std::string detail = "HTTP status " + std::to_string(reply.status) + (code.empty() ? "" : ", " + code) +
                             (said && !said->field.empty() ? ", " + said->field : "");
  if (reply.status == 429 || reply.status == 503) return unreachable("centre_busy", detail);
  if (reply.status >= 500) return unreachable("centre_5xx", detail);
  if (reply.status == 408) return unreachable("timeout", detail);
  if (reply.status == 401 || reply.status == 403) return refused(code.empty() ? "centre_refused" : code, detail);
  if (reply.status < 400) return unreachable("bad_reply", detail);
  return refused("centre_refused", detail);
}

// -- events -----------------------------------------------------------------------------------------------------------

Result<Progress> Session::push_events() {
  TRY(const auto back, recover());
  if (back.more) return back;
  TRY(const auto cursor, out_.cursor());
  const std::int64_t from = resume_at_.value_or(cursor.seq);
  TRY(auto batch, ahead_.take(cursor.epoch, from));
  if (!batch) {
    resume_at_.reset();
    return Progress{};
  }
  const auto identity = out_.identity();
  if (limits_.read_ahead && cursor.last > batch->last) ahead_.begin(cursor.epoch, batch->last);
  TRY(const auto reply, exchange(push_call(std::move(*batch))));
  if (reply.status == 409) return refused_push(reply, cursor);
  if (reply.status != 200) return fault_of(reply);

  const auto answer = protocol::decode<protocol::PushReply>(reply.body);
  if (!answer) return unreachable("bad_reply", answer.fault().code + " " + answer.fault().field);
  const auto& ack = answer->ack;
  if (!events::check_ack(ack, enrolment_.receipt_key) || ack.branch != enrolment_.branch || ack.node != identity.node ||
      ack.epoch != cursor.epoch)
    return damaged("receipt_invalid", "the acknowledgement is not signed by the centre of our enrolment, or not ours");
  if (ack.seq <= from) return unreachable("bad_reply", "the centre acknowledged nothing of what it was sent");
  TRY(const auto head, out_.head_at(ack.seq));
  if (head != ack.head)
    return damaged("ack_mismatch", "the acknowledged head is not ours at " + std::to_string(ack.seq));
  TRY_DONE(feed_.on_push_reply(ack, answer->verdicts));
  const bool caught_up = ack.seq >= cursor.seq;
  if (resume_at_) resume_at_ = caught_up ? std::nullopt : std::optional(ack.seq);
  return Progress{ack.seq - from, ack.seq < cursor.last || !cursor.present};
}

// The chain does not continue at the centre: go on from where it is when that is a point of our own chain; anything
// else is for an operator. The cursor stays: only a signed acknowledgement moves it.
Result<Progress> Session::refused_push(const net::Reply& reply, const store::Cursor& cursor) {
  const auto said = protocol::decode<protocol::PushRefusal>(reply.body);
  if (!said) return fault_of(reply);
  if (said->code != "gap")
    return damaged(said->code, "the centre holds event " + std::to_string(said->seq) + " of epoch " + said->epoch);
  if (said->seq > 0) {
    const auto head = out_.head_at(said->seq);
    if (said->epoch != cursor.epoch || !head || *head != said->head)
      return damaged("fork", "the centre's event " + std::to_string(said->seq) + " is not ours");
  }
  if (resume_at_ == said->seq)
    return damaged("bad_chain", "the centre refuses to go on from event " + std::to_string(said->seq));
  log::warn("the centre continues elsewhere", {{"acknowledged", cursor.seq}, {"centre", said->seq}});
  // Ahead of our cursor by a lost reply and nothing new to send: the last one again brings the acknowledgement.
  resume_at_ = std::min(said->seq, cursor.last - 1);
  return Progress{0, true};
}

// -- blobs ------------------------------------------------------------------------------------------------------------

Result<Progress> Session::send_blob_part() {
  TRY(const auto waiting, out_.blobs(kBlobsSeen));
  if (waiting.empty()) return Progress{};
  const auto next = std::find_if(waiting.begin(), waiting.end(),
                                 [&](const store::BlobToSend& b) { return !refused_blobs_.contains(b.hash); });
  if (next == waiting.end()) return refused("blob_refused", "the centre does not take what is left");
  const auto& blob = *next;
  if (blob_ != blob.hash) {
    TRY(const auto reply, exchange(get("/v1/blobs/" + blob.hash)));
    std::int64_t received = 0;
    if (reply.status == 200) {
      const auto state = protocol::decode<protocol::BlobState>(reply.body);
      if (!state) return unreachable("bad_reply", state.fault().code);
      if (state->hash != blob.hash) return unreachable("bad_reply", "the answer is about another blob");
      if (state->complete) {
        TRY_DONE(out_.set_blob_sent(blob.hash, blob.size, true));
        return Progress{blob.size - blob.sent, true};
      }
      received = state->received;
    } else if (reply.status != 404) {
      return fault_of(reply);
    }
    if (received < 0 || received > blob.size) return unreachable("bad_reply", "the centre has more than the blob is");
    // The centre would take all of it before it found that out, again and again, and those behind it would wait.
    TRY(const bool whole, out_.blob_whole(blob.hash));
    if (!whole) {
      TRY_DONE(out_.give_up_blob(blob.hash));
      for (const char* topic : {"task", "claim", "sync"}) feed_.announce(topic);
      return Progress{0, true};
    }
    blob_ = blob.hash;
    blob_offset_ = received;
  }
  TRY(const Bytes part, out_.blob_part(blob.hash, blob_offset_, limits_.blob_part));
  TRY(const Bytes wrap, out_.blob_wrap(blob.hash, shared_));
  net::Call put;
  put.method = "PUT";
  put.path = "/v1/blobs/" + blob.hash + "?offset=" + std::to_string(blob_offset_) +
             "&size=" + std::to_string(blob.size) + "&kind=" + net::escape(blob.kind);
  put.type = "application/octet-stream";
  put.headers.emplace_back("X-Kiosk-Wrap", to_base64(wrap));
  put.body.assign(as_text(part));
  TRY(const auto reply, exchange(std::move(put)));
  if (reply.status != 200) {
    blob_.clear();  // whatever it is, the next try asks the centre first how much it has
    const Fault fault = fault_of(reply);
    if (fault.code != "centre_refused") return fault;
    // One photo that the centre will not take must not stop those behind it; a later session tries it again.
    log::warn("a blob is refused", {{"blob", blob.hash}, {"detail", fault.detail}});
    refused_blobs_.insert(blob.hash);
    return Progress{0, true};
  }
  const auto state = protocol::decode<protocol::BlobState>(reply.body);
  if (!state) return unreachable("bad_reply", state.fault().code);
  if (state->hash != blob.hash) {
    blob_.clear();
    return unreachable("bad_reply", "the answer is about another blob");
  }
  if (!state->complete && (state->received <= blob_offset_ || state->received > blob.size)) {
    blob_.clear();
    return unreachable("bad_reply", "the centre took nothing of the part");
  }
  const std::int64_t received = state->complete ? blob.size : state->received;
  TRY_DONE(out_.set_blob_sent(blob.hash, received, state->complete));
  const std::int64_t moved = received - blob_offset_;
  blob_offset_ = received;
  if (state->complete) blob_.clear();
  return Progress{moved, true};
}

// -- feed -------------------------------------------------------------------------------------------------------------

Result<Progress> Session::pull_feed(Seconds wait) {
  TRY(const std::int64_t after, feed_.cursor());
  auto call = get("/v1/feed?after=" + std::to_string(after) + "&wait_s=" + std::to_string(wait.count()) +
                  "&limit=" + std::to_string(limits_.feed_items));
  call.timeout = std::chrono::duration_cast<Millis>(wait) + kPollGrace;
  TRY(const auto reply, exchange(std::move(call)));
  if (reply.status != 200) return fault_of(reply);
  auto answer = protocol::decode<protocol::FeedReply>(reply.body);
  if (!answer) return unreachable("bad_reply", answer.fault().code + " " + answer.fault().field);
  // Taken for the answer, one to an older question would skip news without a word.
  if (answer->after != after || answer->until < after)
    return unreachable("bad_reply", "not the news that were asked for");
  std::int64_t applied = 0, last = after;
  const auto move_to = [&](std::int64_t number, const char* kind) {
    protocol::FeedItem nothing;
    nothing.cursor = number;
    nothing.kind = kind;  // one that nobody knows moves the cursor only
    return feed_.apply(nothing);
  };
  for (auto& item : answer->items) {
    const std::int64_t number = last = item.cursor;
    auto opened = protocol::open_item(std::move(item), shared_);
    if (!opened) {
      // One bad item must not stop those behind it.
      log::warn("a feed item does not open", {{"cursor", number}, {"code", opened.fault().code}});
      TRY_DONE(move_to(number, "unreadable"));
      continue;
    }
    TRY_DONE(feed_.apply(*opened));
    wipe(opened->body);
    ++applied;
  }
  // Items for other branches only: where the feed is now is still worth keeping.
  if (answer->until > last) TRY_DONE(move_to(answer->until, "nothing"));
  const bool more = answer->until > after || !answer->items.empty();
  if (!more) TRY_DONE(feed_.up_to_date());
  return Progress{applied, more};
}

// -- people -----------------------------------------------------------------------------------------------------------

Result<Progress> Session::find_person(const domain::PersonId& person) {
  net::Call call;
  call.method = "POST";
  call.path = "/v1/people/find";
  call.body = protocol::encode(protocol::seal_wanted({person}, shared_));
  call.timeout = kFindTimeout;
  TRY(const auto reply, exchange(std::move(call)));
  if (reply.status != 200) return fault_of(reply);
  const auto answer = protocol::decode<protocol::FoundPerson>(reply.body);
  if (!answer) return unreachable("bad_reply", answer.fault().code + " " + answer.fault().field);
  if (!answer->found) return Progress{};
  TRY(const auto found, protocol::open_found(*answer, shared_));
  if (found.participant.id.key() != person.key()) return unreachable("bad_reply", "another person than was asked for");
  TRY_DONE(feed_.remember(found));
  return Progress{1, false};
}

}  // namespace kiosk::sync
