// The wire between a branch node and the centre, as plain values; codecs in central_api.cpp, the contract in
// openapi/central.json. HTTPS, mutual TLS except for the first two. JSON; bodies may be zstd (Content-Encoding: zstd).
// Field bounds are checked at decoding: a fault names the field. Unknown fields are ignored. Binary values are base64
// (URL alphabet, no padding), times are milliseconds UTC.
//
//   GET  /v1/ca                          -> CaReply            the centre's CA, checked against the code's fingerprint
//   POST /v1/enrol      EnrolRequest     -> EnrolReply         one-time code
//   POST /v1/events     PushRequest      -> PushReply          409 with PushRefusal when the chain does not continue
//   GET  /v1/blobs/{hash}                -> BlobState          how many bytes are there
//   PUT  /v1/blobs/{hash}?offset&size&kind  raw bytes -> BlobState   header X-Kiosk-Wrap: DEK wrapped for the centre
//   GET  /v1/feed?after&wait_s&limit     -> FeedReply          long poll
//   POST /v1/people/find  FindPerson     -> FoundPerson        one more person, sealed under the shared key
//   POST /v1/renew      RenewRequest     -> RenewReply         a new certificate before the old one ends
//   GET  /healthz                        -> {"ok":true}
// Answers to a node carry X-Kiosk-Time: the centre's clock in milliseconds UTC.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "api/verbs/branch.h"
#include "base/bytes.h"
#include "base/clock.h"
#include "base/result.h"
#include "domain/people/account.h"
#include "domain/people/person.h"
#include "domain/queue/branch_place.h"
#include "domain/rules/rules.h"
#include "events/event.h"

namespace kiosk::protocol {

struct CaReply {
  std::string ca_pem;
};

// kind "branch", and with the enrolment: what is the branch's own.
struct FeedBranch {
  std::string zone;                        // IANA name
  std::string hours = {};                  // as domain::parse_hours reads them; empty: the node's settings hold
  std::vector<std::string> holidays = {};  // YYYY-MM-DD, closed the whole day
};

// The code people carry: base32 groups "JKT01-XXXXX-XXXXX-XXXXX-XXXXX-XXXXX": branch, 80 random bits, 45 bits of the
// CA's hash.
struct EnrolRequest {
  std::string code;
  std::string csr_pem;      // EC P-256; its SAN "urn:kiosk:event-key:<hex>" binds the event-signing key
  Bytes sign_key, box_key;  // Ed25519 and X25519 public
  std::string node;         // 16 hex
  std::string epoch;
  Bytes proof;  // Ed25519 over code | csr_pem
};
struct EnrolReply {
  std::string branch, branch_name, node;
  std::string certificate_pem, ca_pem;
  std::int64_t certificate_until_ms = 0;
  Bytes receipt_key, box_key;  // of the centre
  int utc_offset_min = 0;      // of its zone now: what an older node reads
  FeedBranch place = {};       // without a zone: an older centre
};

// The same event key in a new request; the old certificate stays good until its end.
struct RenewRequest {
  std::string csr_pem;
};
struct RenewReply {
  std::string certificate_pem;
  std::int64_t certificate_until_ms = 0;
};

struct PushEvent {
  std::string header;      // exact bytes
  Bytes ciphertext, wrap;  // wrap: for the centre
};
struct PushRequest {
  std::string epoch;
  std::int64_t first_seq = 1;
  crypto::Hash previous{};        // head before first_seq
  std::vector<PushEvent> events;  // 1 to 2,000
  crypto::Signature signature{};  // of the last head
};
struct Verdict {  // only what is more than a plain "accepted"
  std::int64_t seq = 0;
  std::string verdict;  // accepted, rejected, flagged
  std::string reason;
  std::optional<std::int64_t> usable_from_ms;  // accepted resets
  std::string stage;                           // accepted claims
  std::string detail = {};  // what the reason rests on: a rule and its day, a branch and a day; never a person
};
struct PushReply {
  events::Ack ack;
  std::vector<Verdict> verdicts;  // those not listed up to ack.seq are accepted
  std::int64_t now_ms = 0;
};
struct PushRefusal {  // 409
  std::string code;   // gap, fork, bad_chain, bad_signature, wrong_branch
  std::string epoch;  // what the centre holds
  std::int64_t seq = 0;
  crypto::Hash head{};
};

struct BlobState {
  std::int64_t received = 0;
  bool complete = false;
  std::string hash;  // whose, so that an answer to another request is never taken for this one's
};

// A feed item is a JSON body by kind; those about people are sealed under the key the node shares with the centre.
// Kinds: rules, services, branch, officers, person, person_gone, account, claim_stage, verdict, notices.
struct FeedItem {
  std::int64_t cursor = 0;
  std::string kind;
  std::string body;  // JSON; after opening when sealed
  bool sealed = false;
};
struct FeedReply {
  std::int64_t after = 0;       // as asked: an answer to an older question would skip news
  std::vector<FeedItem> items;  // cursors rise, all between after and until
  std::int64_t until = 0;
};

// What a sealed body is bound to, so that an item cannot be put in another's place. On the wire a sealed body is
// base64.
FeedItem seal_item(FeedItem item, const crypto::Key& shared);
Result<FeedItem> open_item(FeedItem item,
                           const crypto::Key& shared);  // unsealed ones pass through; damaged seal_broken

struct Appointment {
  std::string id, service;
  std::int64_t at_ms = 0;
};
// How far the centre had taken this node's own chain when it said something of an account: what it says does not know
// of later events. A centre that leaves it out is taken to have heard all it acknowledged.
struct Heard {
  std::string epoch;
  std::int64_t seq = 0;
};
struct FeedPerson {
  domain::Participant participant;
  domain::Account account;
  std::optional<domain::FaceTemplate> reference;
  std::int64_t as_of_ms = 0, expires_ms = 0;
  std::vector<Appointment> appointments = {};  // at the branch that reads
  std::optional<Heard> heard = {};
};
struct FeedOfficer {
  verbs::OfficerView officer;
  std::string pin_verifier;  // empty: set at the branch by activation; the demo's seed carries an activation PIN sealed
  std::string activation_pin;  // sealed items only
};
struct FeedClaimStage {
  std::string claim;
  domain::Stage stage = domain::Stage::Agenda;
  std::int64_t at_ms = 0;
  std::optional<std::string> deadline;
};

// kind "notices": all that the centre has for this branch's waiting room.
struct FeedNotice {
  Uuid id;
  std::string text, text_en;  // at most 160 bytes each
  std::int64_t from_ms = 0, until_ms = 0;
};
// kind "account": the account of a person this branch keeps. kind "person_gone": forget the person. Both sealed.
struct FeedAccount {
  domain::PersonId person;
  domain::Account account;
  std::int64_t as_of_ms = 0;
  std::optional<Heard> heard = {};
};
struct FeedGone {
  domain::PersonId person;
};
// kind "verdict": one that changed after the push was answered.
struct FeedVerdict {
  std::string epoch;
  Verdict verdict;
};

// POST /v1/people/find. Both bodies are sealed under the shared key: a NIK never stands in a proxy's log.
struct FindPerson {
  Bytes sealed;
};
struct FoundPerson {
  bool found = false;
  Bytes sealed;
};
struct Wanted {
  domain::PersonId person;
};  // what FindPerson holds
FindPerson seal_wanted(const Wanted& wanted, const crypto::Key& shared);
Result<Wanted> open_wanted(const FindPerson& request, const crypto::Key& shared);
FoundPerson seal_found(const FeedPerson& person, const crypto::Key& shared);
Result<FeedPerson> open_found(const FoundPerson& reply, const crypto::Key& shared);

struct ApiError {
  std::string code, field, message;
  std::optional<int> retry_after_s;
};  // every 4xx and 5xx body

std::string encode(const EnrolRequest&);
std::string encode(const EnrolReply&);
std::string encode(const PushRequest&);
std::string encode(const RenewRequest&);
std::string encode(const RenewReply&);
std::string encode(const PushReply&);
std::string encode(const PushRefusal&);
std::string encode(const BlobState&);
std::string encode(const FeedReply&);
std::string encode(const FeedPerson&);
std::string encode(const std::vector<FeedOfficer>&);
std::string encode(const std::vector<domain::Service>&);
std::string encode(const std::vector<FeedNotice>&);
std::string encode(const domain::RuleBook&);
std::string encode(const FeedBranch&);
std::string encode(const FeedClaimStage&);
std::string encode(const FeedAccount&);
std::string encode(const FeedGone&);
std::string encode(const FeedVerdict&);
std::string encode(const FindPerson&);
std::string encode(const FoundPerson&);
std::string encode(const CaReply&);
std::string encode(const ApiError&);
// bad_input zone_unknown, hours_invalid, date_invalid.
Result<domain::BranchPlace> place_of(const FeedBranch& said);
FeedBranch said_of(const domain::BranchPlace& place);
template <class T>
Result<T> decode(std::string_view json);  // instantiated for every type above and the vectors

}  // namespace kiosk::protocol
