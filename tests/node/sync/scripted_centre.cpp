#include "tests/node/sync/scripted_centre.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cctype>

#include "api/protocol/held.h"
#include "events/blob.h"

namespace kiosk::test {
namespace {

net::Reply reply(int status, std::string body) {
  net::Reply r;
  r.status = status;
  r.body = std::move(body);
  return r;
}

std::int64_t query(const std::string& path, const std::string& name) {
  const auto at = path.find(name + "=");
  return at == std::string::npos ? 0 : std::stoll(path.substr(at + name.size() + 1));
}

}  // namespace

class ScriptedCentre::Line final : public sync::Wire {
 public:
  explicit Line(ScriptedCentre& centre) : centre_(centre) {}
  Result<net::Reply> send(const net::Call& call) override { return centre_.answer(call); }
  void cancel() override {}

 private:
  ScriptedCentre& centre_;
};

sync::MakeWire ScriptedCentre::wires() {
  return [this](net::Client::Options) { return std::make_unique<Line>(*this); };
}

sync::Enrolment ScriptedCentre::enrolment(const store::Store& store) {
  node_ = store.identity().node;
  epoch_ = store.identity().epoch;
  base_ = store.identity().head;
  node_key_ = store.keys().signing.public_key();
  shared_ = box_.shared_with(store.keys().box.public_key()).value();
  sync::Enrolment e;
  e.url = "https://centre.test:1";
  e.branch = branch_;
  e.branch_name = "Jakarta";
  e.node = node_;
  e.tls.key_pem = SecretString("key");
  e.receipt_key = receipts_.public_key();
  e.box_key = box_.public_key();
  return e;
}

void ScriptedCentre::forget_after(std::int64_t seq) {
  heads_.resize(static_cast<std::size_t>(seq));
  ledger.resize(static_cast<std::size_t>(seq));
}

Result<net::Reply> ScriptedCentre::answer(const net::Call& call) {
  if (call.path == "/v1/chains" && !tells_chains) return reply(404, "{}");  // one of before they were asked for
  ++exchanges;
  if (call.path.starts_with("/v1/feed")) waits.push_back(query(call.path, "wait_s"));
  const bool is_push = call.path == "/v1/events";
  const bool is_blob = call.path.starts_with("/v1/blobs/");
  auto& own = is_push ? push_script : is_blob ? blob_script : script;
  auto& from = own.empty() ? script : own;
  std::optional<Act> act;
  if (!from.empty()) {
    act = from.front();
    from.pop_front();
  }
  if (act && act->trouble == Trouble::NoRoute) return unreachable("no_route", "scripted");
  if (act && act->trouble == Trouble::Cancelled) return unreachable("cancelled", "scripted");
  if (act && act->trouble == Trouble::Status) {
    auto r = reply(act->status, act->body);
    if (!act->retry_after.empty()) r.headers["retry-after"] = act->retry_after;
    return r;
  }
  forge_ = act && act->trouble == Trouble::ForgedReceipt;
  wrong_head_ = act && act->trouble == Trouble::WrongHead;
  auto done = is_push   ? push(call)
              : is_blob ? blob(call)
                        : [&]() -> Result<net::Reply> {
    protocol::FeedReply f;
    const std::int64_t after = query(call.path, "after");
    f.after = f.until = after;
    for (const auto& item : feed)
      if (item.cursor > after) {
        f.items.push_back(item);
        f.until = item.cursor;
      }
    return reply(200, protocol::encode(f));
  }();
  if (act && act->trouble == Trouble::LostReply) return unreachable("timeout", "scripted");
  return done;
}

Result<net::Reply> ScriptedCentre::push(const net::Call& call) {
  const auto body = net::plain_body(call, 64u << 20);
  REQUIRE(body.ok());
  const auto r = protocol::decode<protocol::PushRequest>(*body);
  REQUIRE(r.ok());
  const auto held = static_cast<std::int64_t>(heads_.size());
  if (!refuse_with.empty())
    return reply(409, protocol::encode(protocol::PushRefusal{refuse_with, epoch_, held, head()}));
  if (r->epoch != epoch_ || r->first_seq > held + 1)
    return reply(409, protocol::encode(protocol::PushRefusal{"gap", epoch_, held, head()}));
  crypto::Hash h = r->previous;
  REQUIRE(h == (r->first_seq == 1 ? base_ : heads_.at(static_cast<std::size_t>(r->first_seq - 2))));
  protocol::PushReply answer;
  for (std::size_t i = 0; i < r->events.size(); ++i) {
    const auto& e = r->events[i];
    h = events::chain_head(h, e.header, e.ciphertext);
    const auto seq = static_cast<std::size_t>(r->first_seq) + i;
    const auto header = events::decode_header(e.header);
    REQUIRE(header.ok());
    REQUIRE(header->seq == static_cast<std::int64_t>(seq));
    if (seq <= heads_.size()) {
      REQUIRE(heads_[seq - 1] == h);  // known: the same event, not another in its place
    } else {
      Taken t{*header, {}};
      if (!e.ciphertext.empty()) {
        auto payload = events::open_at_centre(e.header, e.ciphertext, e.wrap, *shared_);
        REQUIRE(payload.ok());
        t.payload = *payload;
      }
      ledger.push_back(std::move(t));
      heads_.push_back(h);
    }
    for (const auto& v : verdicts)
      if (v.seq == static_cast<std::int64_t>(seq)) answer.verdicts.push_back(v);
  }
  REQUIRE(crypto::verify(node_key_, h, r->signature));
  answer.ack = {branch_, node_, epoch_, r->first_seq + static_cast<std::int64_t>(r->events.size()) - 1, h, {}};
  if (wrong_head_) answer.ack.head[0] ^= 1;
  answer.ack = events::sign_ack(answer.ack, forge_ ? forged_ : receipts_);
  return reply(200, protocol::encode(answer));
}

Result<net::Reply> ScriptedCentre::bytes_of(const std::string& hash, const net::Call& call) {
  const auto it = given.find(hash);
  if (it == given.end()) return reply(409, protocol::encode(protocol::ApiError{"blob_unknown", "hash", "", {}}));
  const auto offset = query(call.path, "offset"), size = static_cast<std::int64_t>(it->second.ciphertext.size());
  asked_for.push_back(offset);
  REQUIRE(offset < size);
  const auto n = std::min(query(call.path, "limit"), size - offset);
  if (cut_fetch_at >= 0 && offset + n > cut_fetch_at) {
    cut_fetch_at = -1;
    return unreachable("timeout", "cut in the middle");
  }
  auto r = reply(
      200,
      std::string(as_text(
          ByteView(it->second.ciphertext).subspan(static_cast<std::size_t>(offset), static_cast<std::size_t>(n)))));
  for (auto [name, value] : protocol::headers_of({hash, it->second.kind, size, it->second.wrap})) {
    std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
    r.headers[name] = value;
  }
  return r;
}

Result<net::Reply> ScriptedCentre::blob(const net::Call& call) {
  const std::string hash = call.path.substr(10, 64);
  if (call.path.find("/bytes") != std::string::npos) return bytes_of(hash, call);
  auto& have = blobs[hash];
  if (call.method == "PUT") {
    const auto offset = query(call.path, "offset"), size = query(call.path, "size");
    if (offset == static_cast<std::int64_t>(have.size())) {
      ByteView body = as_bytes(call.body);
      const auto end = offset + static_cast<std::int64_t>(body.size());
      if (cut_blob_at >= 0 && end > cut_blob_at) {
        body = body.first(static_cast<std::size_t>(cut_blob_at - offset));
        have.insert(have.end(), body.begin(), body.end());
        cut_blob_at = -1;
        return unreachable("timeout", "cut in the middle");
      }
      have.insert(have.end(), body.begin(), body.end());
    }
    REQUIRE(static_cast<std::int64_t>(have.size()) <= size);
    if (static_cast<std::int64_t>(have.size()) == size) {
      for (const auto& [name, value] : call.headers)
        if (name == "X-Kiosk-Wrap") {
          auto plain = events::open_blob_at_centre(hash, have, *from_base64(value), *shared_);
          REQUIRE(plain.ok());
          whole[hash] = std::string(as_text(*plain));
        }
    }
  }
  return reply(
      200, protocol::encode(protocol::BlobState{static_cast<std::int64_t>(have.size()), whole.contains(hash), hash}));
}

}  // namespace kiosk::test
