// The descriptions of a node's operation (see describe.h): its state, sync, second copies, enrolment and change feed.
// For this room's .cpp files only.
#pragma once
#include "api/protocol/branch_api.h"
#include "api/protocol/describe_bounds.h"

namespace kiosk::protocol::describe {

template <class A>
void fields(A& a, SyncHeld& v) {
  a.name("SyncHeld");
  a.must("hold", v.hold);
}
template <class A>
void fields(A& a, NodeEnrolled& v) {
  a.name("NodeEnrolled");
  a.must("central_url", v.central_url, 500);
  a.must("code", v.code, 200);
}
template <class A>
void fields(A& a, verbs::SyncStatus& v) {
  a.name("SyncStatus");
  a.must("pending", v.pending);
  a.must("pending_blobs", v.pending_blobs);
  a.may("oldest_unsent_s", v.oldest_unsent_s);
  a.may("last_success", v.last_success);
  a.must("state", v.state, kCode);
  a.may("why", v.why, kCode);
  a.may("why_detail", v.why_detail, kReason);
  a.may("skew_ms", v.skew_ms);
  a.may("clock", v.clock, kCode);
  a.may("alert", v.alert, kCode);
  a.may("next_try", v.next_try);
  a.may("officers_as_of", v.officers_as_of);
  a.may("rules_as_of", v.rules_as_of);
  a.may("copies", v.copies, 16);
  a.may("missing", v.missing, 1000);
  a.may("certificate_until", v.certificate_until);
  a.may("certificate", v.certificate, kCode);
  a.may("disk", v.disk, kCode);
  a.may("disk_free_mb", v.disk_free_mb);
}
template <class A>
void fields(A& a, verbs::CopyView& v) {
  a.name("CopyView");
  a.must("where", v.where, kReason);
  a.must("state", v.state, kCode);
  a.may("why", v.why, kCode);
  a.may("events", v.events);
  a.may("blobs", v.blobs);
  a.may("copied_until", v.copied_until);
}
template <class A>
void fields(A& a, verbs::Missing& v) {
  a.name("Missing");
  a.must("epoch", v.epoch, kCode);
  a.must("from", v.from);
  a.may("to", v.to);
}
template <class A>
void fields(A& a, verbs::CopyAsked& v) {
  a.name("CopyAsked");
  a.may("epoch", v.epoch, kCode);
  a.may("place", v.place);
  a.may("blob", v.blob);
  a.may("max_bytes", v.max_bytes);
  a.may("for_centre", v.for_centre);
}
template <class A>
void fields(A& a, verbs::CentreHas& v) {
  a.name("CentreHas");
  a.must("epoch", v.epoch, kCode);
  a.must("seq", v.seq);
}
template <class A>
void fields(A& a, verbs::CopyChunk& v) {
  a.name("CopyChunk");
  a.must("node", v.node, kCode);
  a.must("epoch", v.epoch, kCode);
  a.may("file", v.file, kCopyChunk);
  a.must("place", v.place);
  a.must("blob", v.blob);
  a.must("keep_place", v.keep_place);
  a.must("keep_blob", v.keep_blob);
  a.may("more", v.more);
  a.may("events", v.events);
  a.may("blobs", v.blobs);
  a.may("centre_has", v.centre_has, kEpochs);
  a.may("centre_has_blobs", v.centre_has_blobs);
}
template <class A>
void fields(A& a, verbs::ReceiptTaken& v) {
  a.name("ReceiptTaken");
  a.must("events", v.events);
  a.must("blobs", v.blobs);
  a.must("complete", v.complete);
}
template <class A>
void fields(A& a, ReceiptGiven& v) {
  a.name("ReceiptGiven");
  a.must("receipt", v.receipt, kReceipt);
}
template <class A>
void fields(A& a, verbs::DamagedBlob& v) {
  a.name("DamagedBlob");
  a.must("blob", v.blob, kCode);
  a.may("claim", v.claim);
  a.must("kind", v.kind, kCode);
}
template <class A>
void fields(A& a, verbs::AuditVerdict& v) {
  a.name("AuditVerdict");
  a.must("events", v.events);
  a.may("first_bad", v.first_bad);
  a.must("acknowledged_until", v.acknowledged_until);
  a.may("bad_epoch", v.bad_epoch, kCode);
  a.may("missing", v.missing, 1000);
  a.may("damaged", v.damaged, 1000);
}
template <class A>
void fields(A& a, verbs::EnrolResult& v) {
  a.name("EnrolResult");
  a.must("branch", v.branch, kCode);
  a.must("node", v.node, kCode);
  a.must("certificate_until", v.certificate_until);
}
template <class A>
void fields(A& a, verbs::NodeInfo& v) {
  a.name("NodeInfo");
  a.must("branch", v.branch, kCode);
  a.must("node", v.node, kCode);
  a.may("version", v.version, kCode);
  a.may("branch_name", v.branch_name, kName);
  a.must("enrolled", v.enrolled);
  a.must("now", v.now);
  a.must("utc_offset_min", v.utc_offset_min);
  a.must("face_judge", v.face_judge);
  a.may("face_profile", v.face_profile, kName);
  a.may("counters", v.counters, 40);
  a.may("zone", v.zone, kName);
}

}  // namespace kiosk::protocol::describe
