// Enrolment: how a node becomes a branch of a centre, and what it keeps of it. The one-time code carries a check of the
// centre's CA, so that the first contact needs no other trust; the certificate request binds the event-signing key.
// Kept in the store: the certificate's key sealed under the data key, the rest as notes.
// Thread: any. Blocks: enrol_at on the network (about 20 s at most), the rest on the disk.
// Errors: bad_input central_url_invalid, code_unreadable; refused ca_mismatch, enrolment_refused or the centre's own
//   code (code_used, code_unknown ...); unreachable as net; damaged enrolment_damaged.
#pragma once
#include <optional>
#include <string>

#include "api/protocol/central_api.h"
#include "base/net/http.h"
#include "node/branch/outgoing.h"
#include "node/sync/wire.h"

namespace kiosk::sync {

// What the certificate itself says, read when it comes: parsing one takes longer than most verbs.
struct CertificateLife {
  bool foreign = true;  // not of the centre's authority, or of another key
  WallTime from{}, until{};
};
CertificateLife certificate_life(const net::TlsIdentity&);

struct Enrolment {
  std::string url, branch, branch_name, node;
  net::TlsIdentity tls;
  CertificateLife life;  // of tls
  WallTime certificate_until{};
  crypto::PublicKey receipt_key{};  // checks acknowledgements
  crypto::PublicKey box_key{};      // of the centre
  protocol::FeedBranch place = {};  // as the enrolment said it; the feed's newer word is the node's
};

Result<Enrolment> enrol_at(branch::Outgoing& out, const MakeWire& wires, const std::string& url,
                           const std::string& code);
// Two thirds of the certificate's life are over.
bool renewal_due(const Enrolment& enrolment, WallTime now);
// What is wrong with its certificate, as verbs::SyncStatus::certificate says it.
std::string certificate_trouble(const Enrolment& enrolment, WallTime now);
// The same enrolment with a new key and certificate for it; not yet kept. The wire shows the old certificate.
Result<Enrolment> renew_at(branch::Outgoing& out, Wire& wire, const Enrolment& enrolment);
Result<Done> keep(branch::Outgoing& out, const Enrolment& enrolment);
// None: never enrolled. Finishes an enrolment that was cut off between its two writes.
Result<std::optional<Enrolment>> kept(branch::Outgoing& out);

}  // namespace kiosk::sync
