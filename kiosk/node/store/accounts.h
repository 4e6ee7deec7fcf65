// JMO accounts as the branch knows them, their face templates (sealed) and the attempts made here.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "domain/people/account.h"
#include "node/store/rows.h"

namespace kiosk::store {

struct AccountRow {
  std::string person_key;  // PersonId::key()
  domain::Account account;
  std::optional<domain::FaceTemplate> reference;
  bool reference_local = false;  // a reset decided it here: an older one from the centre must not come back
  Uuid case_id;                  // of the open block; nil when none
  std::int64_t last_seq = 0;     // newest event of this node about the account
};

Result<std::optional<AccountRow>> account(Rows rows, const crypto::Hash& index);
// Replaces the row whole: an old template is overwritten, not kept.
Result<Done> put_account(Tx& tx, const crypto::Hash& index, const AccountRow& row);

// The centre's word of an account that waits until our own events about it are answered; kind person or account, the
// newest of each.
struct AccountWord {
  crypto::Hash person{};
  std::string kind, body;
};
Result<Done> put_word(Tx& tx, const AccountWord& word);
Result<std::vector<AccountWord>> words(Tx& tx);  // of one person: person before account
Result<Done> drop_word(Tx& tx, const AccountWord& word);
// This node blocked or reset the account by an event in the places (after, until], and the centre took it so.
Result<bool> decided_between(sqlite::Db& db, const crypto::Hash& index, std::int64_t after, std::int64_t until);
// The account's row and template, unless a case is open or the centre has not heard all: false.
Result<bool> forget_account(Tx& tx, const crypto::Hash& index, std::int64_t acknowledged);

struct AttemptRow {
  Uuid id;
  crypto::Hash person{};
  WallTime at{};
  domain::FaceVerdict verdict = domain::FaceVerdict::Officer;
  std::optional<double> score;  // kept to a millionth
  bool counted = false;
  std::string reason, photo, terminal;
  Uuid ticket;  // it handed over with; nil when none
  std::int64_t seq = 0;
  std::optional<domain::FaceVerdict> compared;  // by an officer's eye
  std::string compared_by;
  Uuid compare_id;
};

Result<Done> insert_attempt(Tx& tx, const AttemptRow& row);
// Writes compared, compared_by, compare_id, counted and reason of the row.
Result<Done> set_compared(Tx& tx, const AttemptRow& row);
Result<std::optional<AttemptRow>> attempt(sqlite::Db& db, const Uuid& id);
Result<std::vector<AttemptRow>> attempts_of(sqlite::Db& db, const crypto::Hash& person, int max_count);  // newest first

}  // namespace kiosk::store
