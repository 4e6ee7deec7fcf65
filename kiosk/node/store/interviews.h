// Interviews: the open case with its seed of questions, and the one verdict after all. Never the answers.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "domain/people/account.h"
#include "node/store/rows.h"

namespace kiosk::store {

struct InterviewCase {
  std::int64_t seed = 0;
  std::string officer;
  WallTime opened_at{};
};
struct InterviewRow {
  Uuid id;
  crypto::Hash person{};
  std::string officer, terminal;
  WallTime at{};
  domain::InterviewVerdict verdict;
  std::int64_t seq = 0;
};

Result<std::optional<InterviewCase>> interview_case(sqlite::Db& db, const crypto::Hash& person);
Result<Done> open_interview_case(Tx& tx, const crypto::Hash& person, const InterviewCase& c);
// Closes the person's open case with it.
Result<Done> insert_interview(Tx& tx, const InterviewRow& row);
Result<std::optional<InterviewRow>> interview(sqlite::Db& db, const Uuid& id);

}  // namespace kiosk::store
