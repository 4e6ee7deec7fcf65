// The wire between a terminal and its branch node, as plain values; the contract is openapi/branch.json.
// Changes are pushed: GET /v1/changes is a stream of server-sent events, one Changes each, its id the place to go on
// from
// (`Last-Event-ID`); a comment now and then says that the node is there. Everything else is one route a verb: POST
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

// Arguments of verbs whose interface takes plain ones.
struct Nothing {};
struct TicketsAsked {
  bool live_only = true;
};
struct IdAsked {
  Uuid id;
};
struct TicketCalled {
  std::string counter, number;
  Uuid request = {};
};
struct TicketActed {
  domain::TicketAct act = domain::TicketAct::Recall;
  verbs::TicketRef ref;
};
struct PersonAsked {
  domain::PersonId person;
};
struct ResetsAsked {
  bool pending_only = true;
};
struct LogInAsked {
  std::string number;
  SecretString pin;
};
struct BlobAsked {
  std::string blob;
};
struct ReceiptGiven {
  std::string receipt;
};
struct SyncHeld {
  bool hold = true;
};
struct NodeEnrolled {
  std::string central_url, code;
};
struct AnnounceAsked {
  std::int64_t spoken = 0;
  std::string run = {};  // which run of a terminal's program asks: two of one name are not one
};
struct TerminalNamed {
  std::string name;
};
struct CertificateAsked {
  std::string csr_pem;
};
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

// Instantiated for every request and result of verbs/branch.h.
template <class T>
std::string to_wire(const T& value);
template <class T>
Result<T> from_wire(std::string_view json);

// A fault as a body, and the status that stands for its kind: 409 refused, 400 bad input, 503 unreachable, 500 damaged.
std::string fault_to_wire(const Fault& fault);
int status_of(FaultKind kind);
std::optional<Fault> fault_from_wire(std::string_view json);  // none: not one of ours

// The verbs' names in the order of verbs/branch.h but for `changes`; each is a route POST /v1/<name>.
const std::vector<std::string>& branch_verbs();

// The OpenAPI 3.1 document that this code speaks; openapi/branch.json equals it (a test compares them).
std::string branch_openapi();

}  // namespace kiosk::protocol
