// The wire between a terminal and its branch node, as plain values; the contract is openapi/branch.json.
// Changes are pushed: GET /v1/changes is a stream of server-sent events, one Changes each, its id the place to go on
// from (`Last-Event-ID`); a comment now and then says that the node is there. Everything else is one route a verb: POST
// /v1/<verb> with the arguments as one JSON object; who asks stands in the headers `X-Kiosk-Terminal` and
// `Authorization: Bearer <session>`. Two verbs carry raw bytes: put_blob (its body, kind in `X-Kiosk-Kind`) and photo
// (its answer). A fault travels as {"fault":{kind code field detail}} with a fitting status. Bounds are checked at
// decoding; a fault names the field. Unknown fields are ignored.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/verbs/branch.h"
#include "base/result.h"
#include "base/secret.h"

namespace kiosk::protocol {

// Photos travel as base64 in JSON or raw: a body never exceeds this.
constexpr std::size_t kBranchBodyBound = 12U << 20;

// What a terminal keeps of its node: the file of its identity, never on the wire.
struct TerminalKept {
  std::string url, branch, name, role;
  SecretString key_pem;
  std::string certificate_pem, ca_pem;
};
template <class T>
struct ItemsOf {  // a list on the wire is {"items":[...]}, so that it can grow fields
  std::vector<T> items;
};

struct BlobAnswered {  // put_blob
  std::string blob;
};

// Of what is no verb: TerminalKept, verbs::Changes, and (for who joins before it has a certificate) JoinTerminal and
// TerminalCertificate.
template <class T>
std::string to_wire(const T& value);
template <class T>
Result<T> from_wire(std::string_view json);

// How one verb is written and read; `request` points to a V, `reply` to a V::Reply, what is read into to an optional of
// them. A list travels as {"items":[...]}, a photo as its bytes.
struct VerbCodec {
  std::string (*write_request)(const void* request);
  std::optional<Fault> (*read_request)(std::string_view body, void* request);
  std::string (*write_reply)(const void* reply);
  std::optional<Fault> (*read_reply)(std::string_view body, void* reply);
};
const VerbCodec& codec_at(std::size_t index);  // in the order of verbs::AllVerbs
template <verbs::IsVerb V>
const VerbCodec& codec_of() {
  return codec_at(verbs::AllVerbs::index_of<V>());
}
template <verbs::IsVerb V>
std::string request_to_wire(const V& request) {
  return codec_of<V>().write_request(&request);
}
template <verbs::IsVerb V>
Result<V> request_from_wire(std::string_view body) {
  std::optional<V> request;
  if (auto fault = codec_of<V>().read_request(body, &request)) return std::move(*fault);
  return std::move(*request);
}

// A fault as a body, and the status that stands for its kind: 409 refused, 400 bad input, 503 unreachable, 500 damaged.
std::string fault_to_wire(const Fault& fault);
int status_of(FaultKind kind);
std::optional<Fault> fault_from_wire(std::string_view json);  // none: not one of ours

// The names of the verbs that are a route POST /v1/<name>: all but the stream, in the order of verbs::AllVerbs.
const std::vector<std::string>& branch_verbs();

// The OpenAPI 3.1 document that this code speaks; openapi/branch.json equals it (a test compares them).
std::string branch_openapi();

}  // namespace kiosk::protocol
