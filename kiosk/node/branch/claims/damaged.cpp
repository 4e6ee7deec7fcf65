#include "node/branch/claims/damaged.h"

#include <algorithm>

#include "api/protocol/document_payload.h"
#include "api/protocol/payload.h"
#include "base/log.h"
#include "node/store/accounts.h"
#include "node/store/damaged.h"
#include "node/store/tasks.h"

namespace kiosk::branch {
namespace {

constexpr std::size_t kToldBound = 1000;
constexpr const char* kTask = k_scan_again;
constexpr const char* kPhoto = "photo";
constexpr const char* kWhy = "document_damaged";
constexpr const char* kPhotoWhy = "photo_damaged";

Result<Done> ask_to_scan(store::Tx& tx, std::string subject, const crypto::Hash& person, std::string masked_name,
                         const char* reason) {
  store::TaskRow task;
  task.id = tx.store().ids().next();
  task.kind = kTask;
  task.subject = std::move(subject);
  task.person = person;
  task.masked = std::move(masked_name);
  task.reason = reason;
  task.at = tx.store().clock().now();
  return store::put_task(tx, task);
}

Result<Done> task_of_claim(store::Tx& tx, const store::BlobUse& use) {
  TRY(const auto row, store::claim(tx, use.claim));
  if (!row) return Done{};
  TRY(const auto payload, protocol::decode_payload<protocol::ClaimPayload>(row->body));
  return ask_to_scan(tx, scan_again_subject(use.claim, use.kind), row->person, domain::mask_name(payload.name),
                     use.kind == kPhoto ? kPhotoWhy : kWhy);
}

// A photo of an attempt or a reset, with no claim.
Result<Done> task_of_person(store::Tx& tx, const std::string& hash) {
  TRY(const auto index, store::person_of_blob(tx.db(), hash));
  if (!index) return Done{};  // stored, but no record names it: nobody misses it
  TRY(const auto account, store::account(tx, *index));
  std::string name;
  if (account) {
    TRY(const auto person, domain::PersonId::from_key(account->person_key));
    name = person.masked();
  }
  return ask_to_scan(tx, hash, *index, std::move(name), kPhotoWhy);
}

// What a claim names: its documents, and its photo as one of them.
Result<std::vector<store::ClaimDocument>> papers_of(store::Rows rows, const Uuid& claim) {
  TRY(auto documents, store::documents_of(rows.db(), claim));
  TRY(const auto row, store::claim(rows, claim));
  if (row && !row->photo.empty()) documents.push_back({kPhoto, row->photo});
  return documents;
}

struct Pair {
  std::string kind, old_blob, new_blob;
};
// Each damaged document with a scan of its kind that the claim does not have yet.
Result<std::vector<Pair>> pairs_of(store::Rows rows, const Uuid& claim,
                                   const std::vector<verbs::DocumentRef>& scanned) {
  auto& db = rows.db();
  TRY(const auto documents, papers_of(rows, claim));
  std::vector<Pair> out;
  for (const auto& old : documents) {
    TRY(const int damaged, store::count_damaged(db, {old.blob}));
    if (damaged == 0) continue;
    const auto fresh = std::find_if(scanned.begin(), scanned.end(), [&](const verbs::DocumentRef& d) {
      const auto has = [&](const auto& known) { return known.blob == d.blob; };
      const auto taken = [&](const Pair& p) { return p.new_blob == d.blob; };
      return d.kind == old.kind && std::none_of(documents.begin(), documents.end(), has) &&
             std::none_of(out.begin(), out.end(), taken);
    });
    if (fresh != scanned.end()) out.push_back({old.kind, old.blob, fresh->blob});
  }
  return out;
}

// Whether a document of that kind is damaged still: two scans of one kind share a task.
Result<bool> still_damaged(store::Rows rows, const Uuid& claim, const std::string& kind) {
  TRY(const auto documents, papers_of(rows, claim));
  std::vector<std::string> blobs;
  for (const auto& d : documents)
    if (d.kind == kind) blobs.push_back(d.blob);
  TRY(const int damaged, store::count_damaged(rows.db(), blobs));
  return damaged > 0;
}

Result<Done> replace(WriteOperation& op, const store::ClaimRow& claim, const Pair& p) {
  auto& db = op.tx().db();
  TRY(const bool there, store::has_blob(db, p.new_blob));
  TRY(const int bad, store::count_damaged(db, {p.new_blob}));
  if (!there || bad > 0) return bad_input("unknown_blob", "documents", "store the document first");
  TRY(const auto payload, protocol::decode_payload<protocol::ClaimPayload>(claim.body));
  TRY_DONE(store::replace_document(op.tx(), {claim.id, p.kind}, p.old_blob, p.new_blob));
  auto d = make_event(events::ClaimDocumentReplaced{});
  d.header.subject = claim.id.str();
  d.header.reason = p.kind == kPhoto ? kPhotoWhy : kWhy;
  d.header.blobs = {p.new_blob};
  d.payload = protocol::encode(protocol::DocumentPayload{payload.person, p.kind, p.new_blob, p.old_blob});
  op.append_event(std::move(d), claim.person);
  TRY(const bool more, still_damaged(op.tx(), claim.id, p.kind));
  return more ? Result<Done>(Done{}) : store::finish_tasks(op.tx(), kTask, scan_again_subject(claim.id, p.kind));
}

// Whose it is, in the event that tells of it; none for what no record names.
Result<std::string> person_of_blob_key(store::Tx& tx, const std::string& hash,
                                       const std::vector<store::BlobUse>& uses) {
  for (const auto& use : uses) {
    TRY(const auto row, store::claim(tx, use.claim));
    if (!row) continue;
    TRY(const auto payload, protocol::decode_payload<protocol::ClaimPayload>(row->body));
    return payload.person;
  }
  TRY(const auto index, store::person_of_blob(tx.db(), hash));
  if (!index) return std::string();
  TRY(const auto account, store::account(tx, *index));
  return account ? account->person_key : std::string();
}

}  // namespace

std::string scan_again_subject(const Uuid& claim, const std::string& kind) { return claim.str() + ":" + kind; }

Result<Done> ask_to_scan_again(store::Tx& tx, const std::string& hash) {
  TRY(const auto uses, store::uses_of_blob(tx.db(), hash));
  for (const auto& use : uses) TRY_DONE(task_of_claim(tx, use));
  return uses.empty() ? task_of_person(tx, hash) : Result<Done>(Done{});
}

Result<bool> give_up_blob(store::Store& store, const std::string& hash) {
  TRY(auto tx, store.begin());
  TRY(const bool fresh, store::set_blob_damaged(tx, hash));
  if (!fresh) return false;
  TRY_DONE(ask_to_scan_again(tx, hash));
  TRY(const auto uses, store::uses_of_blob(tx.db(), hash));
  TRY(const std::string person, person_of_blob_key(tx, hash, uses));
  if (person.empty()) {
    TRY_DONE(tx.commit_local());
  } else {
    auto d = make_event(events::DocumentDamaged{});
    d.header.subject = uses.empty() ? hash : uses.front().claim.str();
    d.payload =
        protocol::encode(protocol::DocumentPayload{person, uses.empty() ? kPhoto : uses.front().kind, hash, {}});
    TRY([[maybe_unused]] const auto place, tx.commit(std::move(d)));
  }
  log::warn("a blob was damaged before it was sent", {{"blob", hash}});
  return true;
}

Result<int> give_up_damaged(store::Store& store) {
  std::vector<std::string> waiting;
  {
    TRY(auto read, store.read());
    TRY(waiting, store::blobs_waiting(read.db()));
  }
  int given_up = 0;
  for (const auto& hash : waiting) {  // one snapshot each: reading all of them may take a while
    bool whole = false;
    {
      TRY(auto read, store.read());
      TRY(whole, store::blob_whole(read.db(), hash));
    }
    if (whole) continue;
    TRY(const bool fresh, give_up_blob(store, hash));
    if (fresh) ++given_up;
  }
  return given_up;
}

Result<std::vector<verbs::DamagedBlob>> check_blobs(Core& core) {
  TRY(const int given_up, give_up_damaged(core.store));
  if (given_up > 0)
    for (const char* topic : {"task", "claim", "sync"}) core.changes.announce(topic, {});
  TRY(auto read, core.store.read());
  TRY(const auto all, store::damaged_blobs(read.db()));
  std::vector<verbs::DamagedBlob> out;
  for (const auto& hash : all) {
    TRY(const auto uses, store::uses_of_blob(read.db(), hash));
    for (const auto& use : uses) out.push_back({hash, use.claim, use.kind});
    if (uses.empty()) out.push_back({hash, {}, kPhoto});
  }
  if (out.size() > kToldBound) out.resize(kToldBound);
  return out;
}

Result<verbs::ClaimView> scanned_again(Core& core, WriteOperation op, const store::ClaimRow& claim,
                                       const std::vector<verbs::DocumentRef>& scanned) {
  TRY(const auto pairs, pairs_of(op.tx(), claim.id, scanned));
  if (!pairs.empty()) {
    TRY_DONE(op.officer("claim"));
    for (const auto& p : pairs) TRY_DONE(replace(op, claim, p));
    op.changed("claim", claim.id.str());
    op.changed("task");
    TRY_DONE(op.commit());
  }
  TRY(auto read, core.store.read());
  return claim_view(core, read, claim.id, true);
}

}  // namespace kiosk::branch
