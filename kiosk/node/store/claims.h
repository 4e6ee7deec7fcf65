// Claims made at this branch: the submitted payload (JSON) sealed, and plain columns that say nothing personal.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "domain/claims/claim.h"
#include "node/store/rows.h"

namespace kiosk::store {

struct ClaimDocument {
  std::string kind, blob;
};
struct ClaimStage {
  domain::Stage stage;
  WallTime at{};
};
struct ClaimRow {
  Uuid id;
  crypto::Hash person{}, kpj{};  // blind indexes
  std::string body;              // payload of claim.submitted
  std::string cause;
  domain::ClaimState state = domain::ClaimState::Saved;
  bool open = true;  // neither rejected nor paid: no second claim of the same KPJ
  std::string photo;
  Uuid attempt;  // nil without camera
  std::string officer, terminal, reason;
  std::optional<Date> deadline;
  WallTime saved_at{};
  std::int64_t seq = 0;
  Uuid compare_id;  // an officer compared by eye without an attempt
};

// Refused store_constraint when the KPJ has an open claim.
Result<Done> insert_claim(Tx& tx, const ClaimRow& row, const std::vector<ClaimDocument>& documents);
Result<Done> update_claim(Tx& tx, const ClaimRow& row);  // state, open, reason, deadline, compare_id
Result<std::optional<ClaimRow>> claim(Rows rows, const Uuid& id);
Result<std::optional<ClaimRow>> claim_by_seq(Rows rows, std::int64_t seq);
Result<std::vector<ClaimRow>> claims_between(Rows rows, std::int64_t after_seq, std::int64_t to_seq);
Result<std::optional<ClaimRow>> open_claim_of_kpj(Rows rows, const crypto::Hash& kpj);
Result<std::vector<ClaimRow>> claims(Rows rows, int max_count);                                 // newest first
Result<std::vector<ClaimRow>> claims_of(Rows rows, const crypto::Hash& person, int max_count);  // newest first
struct ClaimSent {
  Uuid id;
  WallTime saved_at{};
};
Result<std::optional<ClaimSent>> last_claim_at(sqlite::Db& db, const std::string& terminal);  // that it sent
Result<std::vector<ClaimRow>> claims_of_attempt(Rows rows, const Uuid& attempt);
Result<std::vector<ClaimDocument>> documents_of(sqlite::Db& db, const Uuid& claim);

Result<Done> put_stage(Tx& tx, const Uuid& claim, const ClaimStage& stage);
Result<std::vector<ClaimStage>> stages_of(sqlite::Db& db, const Uuid& claim);  // in order

// How many of these blobs the centre does not hold whole yet.
Result<int> blobs_unsent(sqlite::Db& db, const std::vector<std::string>& hashes);
Result<bool> has_blob(sqlite::Db& db, const std::string& hash);
// The person a photo or document belongs to; nullopt: nobody's.
Result<std::optional<crypto::Hash>> person_of_blob(sqlite::Db& db, const std::string& blob);

}  // namespace kiosk::store
