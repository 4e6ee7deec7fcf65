// Values of the node's operation: sync, second copies, the chain of records, enrolment. Plain, any thread; times are
// UTC.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "api/verbs/verb.h"
#include "base/bytes.h"
#include "base/clock.h"
#include "base/ids.h"
#include "base/result.h"
#include "domain/rules/rules.h"

namespace kiosk::verbs {

struct CopyChunk;
struct SyncStatus;
struct ReceiptTaken;
struct AuditVerdict;
struct EnrolResult;
struct NodeInfo;

struct Missing {  // events that this node made and that are not here
  std::string epoch;
  std::int64_t from = 1;
  std::optional<std::int64_t> to;  // none: nobody knows how many there were
};
struct CopyView {  // a sealed second copy of what is unsent: a folder on another disk, or another terminal
  std::string where;
  std::string state;  // whole, behind, failed
  std::string why;    // copy_missing, copy_full, copy_readonly, copy_in_use, copy_io; empty when all is well
  std::int64_t events = 0, blobs = 0;    // that it lacks
  std::optional<WallTime> copied_until;  // what was made until then is in it
};
struct SyncStatus {
  std::int64_t pending = 0, pending_blobs = 0;
  std::optional<std::int64_t> oldest_unsent_s;
  std::optional<WallTime> last_success;
  // idle, sending, waiting (the centre asks for patience), offline, not_enrolled, paused (an operator must mend what
  // `why` says), held (an operator paused it)
  std::string state;
  std::string why;  // code: no_route, dns, tls_refused, captive_portal, centre_5xx, ...; empty when all is well
  std::string why_detail;
  std::int64_t skew_ms = 0;
  std::string alert;                 // by age of the oldest unsent record, or their number: "", warn, escalate, export
  std::optional<WallTime> next_try;  // when the node knocks again by itself; none while nothing is wrong
  std::optional<WallTime> officers_as_of, rules_as_of;  // when the centre last sent them
  std::vector<CopyView> copies;                         // second copies of what is unsent; none: only this disk has it
  std::vector<Missing> missing;                         // records of a lost time that no copy has
  std::optional<WallTime> certificate_until;            // of this node
  // What this node knows to be wrong with it: certificate_expired, certificate_not_yet (this clock is behind),
  // certificate_foreign (not of the centre it is enrolled at, or not for its key), certificate_ends_soon; else empty.
  std::string certificate;
  // How far this node's time is trusted: "" (it goes with the centre or the steady clock), jumped (the wall clock was
  // set and is not followed), unheard (switched on without the centre: no day begins until it is heard).
  std::string clock = {};
  std::string disk;  // "", low: photos and documents are refused; full: the reserve is in use
  std::optional<std::int64_t> disk_free_mb;
};
struct DamagedBlob {  // a document or photo whose bytes were lost before the centre had them
  std::string blob;
  Uuid claim;        // nil: of no claim
  std::string kind;  // of the document; photo
};
struct AuditVerdict {
  std::int64_t events = 0;
  std::optional<std::int64_t> first_bad;
  std::int64_t acknowledged_until = 0;
  std::string bad_epoch;                  // of first_bad
  std::vector<Missing> missing;           // known, and no damage
  std::vector<DamagedBlob> damaged = {};  // nobody has scanned them again yet; at most 1,000
};
// What is unsent after a point of the node's counting, sealed: for a second copy on another machine and for an export.
// Refused not_enrolled.
struct CopyAsked {
  static constexpr Verb verb{"copy_unsent", "What is unsent, sealed: for a copy on another machine or an export",
                             Access{terminals::any, Right::None, Purpose::Open}};
  using Reply = CopyChunk;
  std::string epoch;  // the node's present one when it was counted; after a restore it counts anew, from the beginning
  std::int64_t place = 0, blob = 0;
  std::int64_t max_bytes = 512 << 10;
  bool for_centre = false;  // an export: refused not_enrolled when its keys cannot be wrapped for a centre
};
struct CentreHas {
  std::string epoch;
  std::int64_t seq = 0;
};
struct CopyChunk {
  std::string node, epoch;
  Bytes file;                                  // a whole sealed file (KIOSKX1); empty: nothing new
  std::int64_t place = 0, blob = 0;            // ask on from here
  std::int64_t keep_place = 0, keep_blob = 0;  // what stands before or at it is acknowledged
  bool more = false;
  std::int64_t events = 0, blobs = 0;  // in this file
  // What the centre has of this node, whoever sent it: every event of these epochs up to these numbers. None while that
  // is not known (after a restore, until the centre was asked). At most the newest 64 epochs.
  std::vector<CentreHas> centre_has;
  bool centre_has_blobs = false;  // and every photo and document that the events here name
};
struct ReceiptTaken {
  std::int64_t events = 0, blobs = 0;  // that the centre is now known to hold
  bool complete = false;               // the file had been imported to its end
};
struct EnrolResult {
  std::string branch, node;
  WallTime certificate_until{};
};
struct NodeInfo {
  std::string branch, node, version, branch_name;
  bool enrolled = false;
  WallTime now{};
  int utc_offset_min = 0;   // of the zone, at `now`; an older node says this only
  bool face_judge = false;  // a recogniser is configured
  std::string face_profile;
  std::vector<std::string> counters = {};  // where officers sit, in order (settings)
  std::string zone = {};                   // IANA name of the branch's zone; Zone::told reads both
};

// -- verbs of plain arguments -----------------------------------------------------------------------------------------

struct GetInfo {
  static constexpr Verb verb{"info", "What this node is", Access{terminals::any, Right::None, Purpose::Open}};
  using Reply = NodeInfo;
};
struct GetRules {
  static constexpr Verb verb{"rules", "The institution's dated rules as the node knows them",
                             Access{terminals::any, Right::None, Purpose::Open}};
  using Reply = domain::RuleBook;
};
struct GetSyncStatus {
  static constexpr Verb verb{"sync_status", "What is unsent, since when and why",
                             Access{terminals::any, Right::None, Purpose::Open}};
  using Reply = SyncStatus;
};
// Nudges; waits up to 10 s for one round.
struct SyncNow {
  static constexpr Verb verb{"sync_now", "One round now; what is known after at most 10 s",
                             Access{terminals::counter, Right::None, Purpose::Open}, Carriage::Json, Millis{12'000}};
  using Reply = SyncStatus;
};
// Pauses sync until resumed, over restarts too. Refused sync_unavailable on a node that has no sync engine.
struct HoldSync {
  static constexpr Verb verb{"sync_hold", "Pauses sync until resumed, over restarts too",
                             Access{terminals::counter, Right::None, Purpose::Open}};
  using Reply = SyncStatus;
  bool hold = true;
};
// The centre's receipt of an imported export (JSON): cursor and blobs move as if it had been sent. Refused
// receipt_invalid, receipt_foreign, sync_unavailable.
struct TakeReceipt {
  static constexpr Verb verb{"take_receipt", "The centre's receipt of an imported export",
                             Access{terminals::counter, Right::None, Purpose::Open}};
  using Reply = ReceiptTaken;
  std::string receipt;
};
struct VerifyAudit {
  static constexpr Verb verb{"audit_verify", "Checks the whole chain",
                             Access{terminals::counter, Right::None, Purpose::Open}, Carriage::Json, Millis{105'000}};
  using Reply = AuditVerdict;
};
struct Enrol {
  static constexpr Verb verb{"enrol", "Joins a centre with a one-time code",
                             Access{terminals::box, Right::None, Purpose::Open}, Carriage::Json, Millis{45'000}};
  using Reply = EnrolResult;
  std::string central_url;
  std::string code;
};

// -- what travels (api/protocol/describe.h) ---------------------------------------------------------------------------

template <class A>
void fields(A& a, SyncStatus& v) {
  a.name("SyncStatus");
  a.must("pending", v.pending);
  a.must("pending_blobs", v.pending_blobs);
  a.may("oldest_unsent_s", v.oldest_unsent_s);
  a.may("last_success", v.last_success);
  a.must("state", v.state, k_code);
  a.may("why", v.why, k_code);
  a.may("why_detail", v.why_detail, k_reason);
  a.may("skew_ms", v.skew_ms);
  a.may("clock", v.clock, k_code);
  a.may("alert", v.alert, k_code);
  a.may("next_try", v.next_try);
  a.may("officers_as_of", v.officers_as_of);
  a.may("rules_as_of", v.rules_as_of);
  a.may("copies", v.copies, 16);
  a.may("missing", v.missing, 1000);
  a.may("certificate_until", v.certificate_until);
  a.may("certificate", v.certificate, k_code);
  a.may("disk", v.disk, k_code);
  a.may("disk_free_mb", v.disk_free_mb);
}
template <class A>
void fields(A& a, CopyView& v) {
  a.name("CopyView");
  a.must("where", v.where, k_reason);
  a.must("state", v.state, k_code);
  a.may("why", v.why, k_code);
  a.may("events", v.events);
  a.may("blobs", v.blobs);
  a.may("copied_until", v.copied_until);
}
template <class A>
void fields(A& a, Missing& v) {
  a.name("Missing");
  a.must("epoch", v.epoch, k_code);
  a.must("from", v.from);
  a.may("to", v.to);
}
template <class A>
void fields(A& a, CopyAsked& v) {
  a.name("CopyAsked");
  a.may("epoch", v.epoch, k_code);
  a.may("place", v.place);
  a.may("blob", v.blob);
  a.may("max_bytes", v.max_bytes);
  a.may("for_centre", v.for_centre);
}
template <class A>
void fields(A& a, CentreHas& v) {
  a.name("CentreHas");
  a.must("epoch", v.epoch, k_code);
  a.must("seq", v.seq);
}
template <class A>
void fields(A& a, CopyChunk& v) {
  a.name("CopyChunk");
  a.must("node", v.node, k_code);
  a.must("epoch", v.epoch, k_code);
  a.may("file", v.file, k_copy_chunk);
  a.must("place", v.place);
  a.must("blob", v.blob);
  a.must("keep_place", v.keep_place);
  a.must("keep_blob", v.keep_blob);
  a.may("more", v.more);
  a.may("events", v.events);
  a.may("blobs", v.blobs);
  a.may("centre_has", v.centre_has, k_epochs);
  a.may("centre_has_blobs", v.centre_has_blobs);
}
template <class A>
void fields(A& a, ReceiptTaken& v) {
  a.name("ReceiptTaken");
  a.must("events", v.events);
  a.must("blobs", v.blobs);
  a.must("complete", v.complete);
}
template <class A>
void fields(A& a, DamagedBlob& v) {
  a.name("DamagedBlob");
  a.must("blob", v.blob, k_code);
  a.may("claim", v.claim);
  a.must("kind", v.kind, k_code);
}
template <class A>
void fields(A& a, AuditVerdict& v) {
  a.name("AuditVerdict");
  a.must("events", v.events);
  a.may("first_bad", v.first_bad);
  a.must("acknowledged_until", v.acknowledged_until);
  a.may("bad_epoch", v.bad_epoch, k_code);
  a.may("missing", v.missing, 1000);
  a.may("damaged", v.damaged, 1000);
}
template <class A>
void fields(A& a, EnrolResult& v) {
  a.name("EnrolResult");
  a.must("branch", v.branch, k_code);
  a.must("node", v.node, k_code);
  a.must("certificate_until", v.certificate_until);
}
template <class A>
void fields(A& a, NodeInfo& v) {
  a.name("NodeInfo");
  a.must("branch", v.branch, k_code);
  a.must("node", v.node, k_code);
  a.may("version", v.version, k_code);
  a.may("branch_name", v.branch_name, k_name);
  a.must("enrolled", v.enrolled);
  a.must("now", v.now);
  a.must("utc_offset_min", v.utc_offset_min);
  a.must("face_judge", v.face_judge);
  a.may("face_profile", v.face_profile, k_name);
  a.may("counters", v.counters, 40);
  a.may("zone", v.zone, k_name);
}
template <class A>
void fields(A& a, HoldSync& v) {
  a.name("HoldSync");
  a.must("hold", v.hold);
}
template <class A>
void fields(A& a, TakeReceipt& v) {
  a.name("TakeReceipt");
  a.must("receipt", v.receipt, k_receipt);
}
template <class A>
void fields(A& a, Enrol& v) {
  a.name("Enrol");
  a.must("central_url", v.central_url, 500);
  a.must("code", v.code, 200);
}

// What is ready before the doors open, each with a code of why not.
struct ReadyItem {
  std::string what;     // clock, disk, sync, certificate, records, copy, services, officers, faces, terminal
  std::string subject;  // of a terminal: its name; of a copy: where it is
  std::string state;    // ready, look (opens all the same), stop (do not open before it is mended)
  std::string code;     // why; empty when ready
};
struct Readiness {
  WallTime at{};
  bool ready = false;  // nothing says stop
  std::vector<ReadyItem> items;
};
struct GetReadiness {
  static constexpr Verb verb{"readiness", "What of this branch is ready to open",
                             Access{terminals::counter, Right::Session, Purpose::Open}};
  using Reply = Readiness;
};
template <class A>
void fields(A& a, ReadyItem& v) {
  a.name("ReadyItem");
  a.must("what", v.what, k_code);
  a.may("subject", v.subject, k_name);
  a.must("state", v.state, k_code);
  a.may("code", v.code, k_code);
}
template <class A>
void fields(A& a, Readiness& v) {
  a.name("Readiness");
  a.must("at", v.at);
  a.must("ready", v.ready);
  a.must("items", v.items, 1'000);
}

using OperationVerbs = VerbList<GetInfo, GetRules, GetSyncStatus, SyncNow, HoldSync, CopyAsked, TakeReceipt,
                                VerifyAudit, Enrol, GetReadiness>;

}  // namespace kiosk::verbs
