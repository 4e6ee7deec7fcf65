// A document or photo that was damaged before the centre had it, scanned again at a counter that knows the claim, the
// person and the paper, and nothing else of what was claimed.
#include <algorithm>

#include "node/branch/outgoing.h"
#include "node/store/claims.h"
#include "tests/api/verbs/branch_suite.h"

using namespace kiosk;
using namespace kiosk::test;

namespace {

std::vector<std::string> to_scan(World& w, const verbs::Actor& officer) {
  std::vector<std::string> out;
  for (const auto& t : good(w.branch().ask(officer, verbs::ListTasks{})))
    if (t.kind == "scan_again" && !t.done) out.push_back(t.subject);
  return out;
}

}  // namespace

EVERY_WAY("damaged: an officer scans the paper again with the claim's id and its person alone, and the task ends") {
  auto claim = claim_of(budi());
  claim.id = w.id();
  claim.documents = {{"kk", good(w.branch().ask(w.kiosk(), verbs::PutBlob{"document", photo_of("a paper")}))}};
  const auto made = good(w.branch().ask(w.kiosk(), claim));
  CHECK(good(branch::Outgoing(w.store()).give_up_blob(claim.documents[0].blob)));
  const auto officer = w.log_in("1003", "counter-1");
  REQUIRE(to_scan(w, officer) == std::vector{claim.id.str() + ":kk"});
  CHECK(good(w.branch().ask(officer, verbs::GetClaim{claim.id})).sync_why == "document_damaged");

  verbs::SubmitClaim again{.id = claim.id, .person = budi().id};
  again.documents = {
      {"kk", good(w.branch().ask(officer, verbs::PutBlob{"document", photo_of("the paper once more")}))}};
  CHECK(code_of(w.branch().ask(officer, verbs::SubmitClaim{.id = claim.id, .person = siti().id})) == "id_taken");
  const auto now = good(w.branch().ask(officer, again));
  CHECK(now.sync_why != "document_damaged");
  CHECK(now.net == made.net);  // what was claimed stays
  CHECK(to_scan(w, officer).empty());
  CHECK(good(w.branch().ask(officer, verbs::VerifyAudit{})).damaged.empty());
  good(w.branch().ask(officer, again));  // the answer was lost
}

EVERY_WAY("damaged: the photo of a claim is taken again by an officer, and the claim names the new one") {
  const auto p = budi();
  const auto attempt = good(w.branch().ask(w.kiosk(), verbs::AttemptFace{w.id(), p.id, photo_of("a face")}));
  auto claim = claim_of(p);
  claim.id = w.id();
  claim.attempt = attempt.attempt;
  claim.photo_blob = attempt.photo_blob;
  good(w.branch().ask(w.kiosk(), claim));
  CHECK(good(branch::Outgoing(w.store()).give_up_blob(claim.photo_blob)));
  const auto officer = w.log_in("1003", "counter-1");
  REQUIRE(to_scan(w, officer) == std::vector{claim.id.str() + ":photo"});

  verbs::SubmitClaim again{.id = claim.id, .person = p.id};
  again.photo_blob = good(w.branch().ask(officer, verbs::PutBlob{"photo", photo_of("the face once more")}));
  CHECK(good(w.branch().ask(officer, again)).sync_why != "document_damaged");
  CHECK(to_scan(w, officer).empty());
  CHECK(good(w.branch().ask(officer, verbs::VerifyAudit{})).damaged.empty());
  auto read = good(w.store().read());
  CHECK(good(store::claim(read, claim.id))->photo == again.photo_blob);
}
