// People the centre told the branch about, and how often a person's facts were guessed wrong. The record is text (JSON)
// here, sealed per row; found by the blind index of PersonId::key().
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "node/store/rows.h"

namespace kiosk::store {

struct PersonRow {
  std::string body;
  std::string source;  // cache, centre
  WallTime as_of{}, expires_at{};
};

// nullopt when unknown or expired at `now`.
Result<std::optional<PersonRow>> person(Rows rows, const crypto::Hash& index, WallTime now);
// When the centre spoke of the person, also when what it said has expired; nullopt: never.
Result<std::optional<WallTime>> person_as_of(sqlite::Db& db, const crypto::Hash& index);
Result<Done> put_person(Tx& tx, const crypto::Hash& index, const PersonRow& row);
// The numbers by which the person is found besides; those of before are forgotten.
Result<Done> put_person_kpj(Tx& tx, const crypto::Hash& index, const std::vector<crypto::Hash>& kpj);
Result<std::optional<crypto::Hash>> person_of_kpj(sqlite::Db& db, const crypto::Hash& kpj);
Result<Done> remove_person(Tx& tx, const crypto::Hash& index);
Result<std::vector<crypto::Hash>> expired_people(Tx& tx, WallTime now);
Result<std::int64_t> remove_expired_people(Tx& tx, WallTime now);

Result<int> find_failures(sqlite::Db& db, const crypto::Hash& index, const std::string& day);
Result<int> count_find_failure(Tx& tx, const crypto::Hash& index, const std::string& day);  // returns the new number

}  // namespace kiosk::store
