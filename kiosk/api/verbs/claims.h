// Values of claims. Plain, any thread; times are UTC, sums whole rupiah.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "api/verbs/verb.h"
#include "base/clock.h"
#include "base/ids.h"
#include "domain/claims/claim.h"
#include "domain/people/face.h"
#include "domain/people/person.h"

namespace kiosk::verbs {

struct ClaimView;

struct CheckClaim {
  static constexpr Verb verb{"check_claim", "May this cause be claimed, and where",
                             Access{terminals::person, Right::None, Purpose::Open}};
  using Reply = domain::Eligibility;
  domain::PersonId person;
  std::string cause;
  std::optional<Date> on;  // default: the branch's today
  static CheckClaim blank() { return {no_person(), {}, {}}; }
};
struct DocumentRef {
  std::string kind;  // "ktp"
  std::string blob;  // hash returned by put_blob
};
struct SubmitClaim {
  static constexpr Verb verb{"submit_claim", "A claim; durable when answered",
                             Access{terminals::person, Right::None, Purpose::Open}};
  using Reply = ClaimView;
  Uuid id;
  domain::PersonId person;
  std::string kpj, name, mother;  // as typed or confirmed
  Date birth;
  std::optional<domain::Claimant> claimant;
  std::string cause;
  std::string npwp, phone;
  domain::BankAccount account;
  std::string photo_blob;  // empty: the way without camera, an officer compares
  domain::FaceVerdict face =
      domain::FaceVerdict::Officer;  // what attempt_face said; the node checks it against attempt
  Uuid attempt;                      // nil without camera
  std::vector<DocumentRef> documents;
  static SubmitClaim blank() {
    return {{}, no_person(), {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, domain::FaceVerdict::Officer, {}, {}};
  }
};
struct ClaimView {
  Uuid id;
  std::string receipt;     // signed short code, "JKT1-7F3K9-Q2M4D"
  std::string receipt_qr;  // what the QR holds: id, short code, signature
  std::string cause, kpj;
  domain::ClaimState state = domain::ClaimState::Saved;
  domain::SyncState sync = domain::SyncState::Saved;
  std::string sync_why;  // code of "why not sent yet": no_route, tls_refused, waiting_photo; empty when none
  std::string reason;    // of the centre's verdict
  std::string detail;    // what it rests on: a rule and its day, a branch and a day
  Rupiah gross, tax, net;
  struct StageAt {
    domain::Stage stage;
    std::optional<WallTime> at;
  };
  std::vector<StageAt> stages;
  WallTime saved_at{};
  std::optional<Date> deadline;
  std::string person_masked;
};

// -- verbs of plain arguments -----------------------------------------------------------------------------------------

struct ListClaims {
  static constexpr Verb verb{"claims", "Claims made here", Access{terminals::person, Right::None, Purpose::Open}};
  using Reply = std::vector<ClaimView>;
};
struct GetClaim {
  static constexpr Verb verb{"claim", "One claim and where it is",
                             Access{terminals::person, Right::None, Purpose::Open}};
  using Reply = ClaimView;
  Uuid id;
};

// -- what travels (api/protocol/describe.h) ---------------------------------------------------------------------------

template <class A>
void fields(A& a, CheckClaim& v) {
  a.name("CheckClaim");
  a.must("person", v.person, k_code);
  a.must("cause", v.cause, k_code);
  a.may("on", v.on);
}
template <class A>
void fields(A& a, DocumentRef& v) {
  a.name("DocumentRef");
  a.must("kind", v.kind, k_code);
  a.must("blob", v.blob, k_hash);
}
template <class A>
void fields(A& a, SubmitClaim& v) {
  a.name("SubmitClaim");
  a.may("id", v.id);
  a.must("person", v.person, k_code);
  a.must("kpj", v.kpj, k_code);
  a.must("name", v.name, k_name);
  a.may("mother", v.mother, k_name);
  a.must("birth", v.birth);
  a.may("claimant", v.claimant);
  a.must("cause", v.cause, k_code);
  a.may("npwp", v.npwp, k_code);
  a.may("phone", v.phone, k_code);
  a.must("account", v.account);
  a.may("photo_blob", v.photo_blob, k_hash);
  a.may("face", v.face);
  a.may("attempt", v.attempt);
  a.may("documents", v.documents, k_documents);
}
template <class A>
void fields(A& a, ClaimView::StageAt& v) {
  a.name("StageAt");
  a.must("stage", v.stage);
  a.may("at", v.at);
}
template <class A>
void fields(A& a, ClaimView& v) {
  a.name("ClaimView");
  a.must("id", v.id);
  a.must("receipt", v.receipt, k_code);
  a.may("receipt_qr", v.receipt_qr, k_name);
  a.must("cause", v.cause, k_code);
  a.must("kpj", v.kpj, k_code);
  a.must("state", v.state);
  a.must("sync", v.sync);
  a.may("sync_why", v.sync_why, k_code);
  a.may("reason", v.reason, k_reason);
  a.may("detail", v.detail, k_name);
  a.must("gross", v.gross);
  a.must("tax", v.tax);
  a.must("net", v.net);
  a.must("stages", v.stages);
  a.must("saved_at", v.saved_at);
  a.may("deadline", v.deadline);
  a.may("person_masked", v.person_masked, k_name);
}
template <class A>
void fields(A& a, GetClaim& v) {
  a.name("GetClaim");
  a.must("id", v.id);
}

using ClaimsVerbs = VerbList<CheckClaim, SubmitClaim, ListClaims, GetClaim>;

}  // namespace kiosk::verbs
