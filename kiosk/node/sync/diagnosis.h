// Diagnosis: what stands behind a trouble, for people. A refusal of TLS may be a portal in between or our own clock;
// one request without trust tells them apart: nothing of ours is sent with it, and of its answer only the Date and the
// shape are looked at, never believed for anything but words.
// Thread: any. Pure.
#pragma once
#include <optional>

#include "base/clock.h"
#include "base/net/http.h"
#include "base/result.h"

namespace kiosk::sync {

// No answer came, as opposed to an answer that asks for patience.
bool is_offline(const Fault& fault);
// Worth one untrusted look.
bool is_disbelief(const Fault& fault);
// GET /healthz, which every centre answers without asking who we are.
net::Call health_call(Millis timeout);

struct Diagnosis {
  Fault fault;
  std::optional<std::int64_t> skew_ms;  // centre minus node, when its word was looked at
};
// `untrusted`: the answer to health_call, over a connection that believed any certificate.
Diagnosis diagnosed(const Fault& fault, const Result<net::Reply>& untrusted, WallTime now);

}  // namespace kiosk::sync
