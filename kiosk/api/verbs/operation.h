// Values of the node's operation: sync, second copies, the chain of records, enrolment. Plain, any thread; times are
// UTC.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/ids.h"

namespace kiosk::verbs {

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
struct CopyAsked {    // what is unsent after a point of the node's counting
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

}  // namespace kiosk::verbs
