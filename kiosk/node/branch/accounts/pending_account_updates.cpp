#include "node/branch/accounts/pending_account_updates.h"

#include <algorithm>
#include <variant>

#include "node/store/accounts.h"
#include "node/store/epochs.h"
#include "node/store/outbox.h"
#include "node/store/people.h"
#include "node/store/tasks.h"

namespace kiosk::branch {
namespace {

using domain::AccountState;

struct Word {
  const domain::PersonId& person;
  const domain::Account& account;
  const std::optional<protocol::Heard>& heard;
  const protocol::FeedPerson* whole = nullptr;  // with the template, or its absence
};

// Where our chain stood for the centre when it said so.
Result<std::int64_t> heard_place(sqlite::Db& db, const std::optional<protocol::Heard>& heard,
                                 const store::Cursor& cursor) {
  if (!heard) return cursor.log_position();
  TRY(const auto epoch, store::epoch_named(db, heard->epoch));
  return epoch ? epoch->base + heard->seq
               : cursor.log_position();  // a chain not known here yet: it has heard more than we
}

Result<Done> merge_account(Core& core, WriteOperation& op, const Word& word, std::string_view kind,
                           const std::string& body) {
  const crypto::Hash index = core.index_of(word.person);
  auto& tx = op.tx();
  TRY(auto row, store::account(tx, index));
  if (row) {
    TRY(const auto cursor, store::cursor(tx.db()));
    TRY(const auto heard, heard_place(tx.db(), word.heard, cursor));
    TRY(const bool overtaken, store::decided_between(tx.db(), index, heard, cursor.log_position()));
    if (overtaken) return Done{};
    if (row->last_seq > cursor.log_position() || row->account.state == AccountState::ResetPending)
      return store::put_word(tx, {index, std::string(kind), body});
  } else {
    row.emplace();
    row->person_key = word.person.key();
  }
  if (word.whole) {
    // Our own new photo gives way only to what the centre said after it had taken it.
    TRY(const Today today, core.today());
    const auto& usable = row->account.usable_from;
    if (!row->reference_local || !usable ||
        from_ms(word.whole->as_of_ms) >= *usable - std::chrono::hours(today.rules->reset_hours)) {
      row->reference = word.whole->reference;
      row->reference_local = false;
    }
  }
  row->account = word.account;
  const bool blocked = row->account.state == AccountState::Blocked;
  if (blocked && row->case_id.is_nil()) {
    if (row->account.reason.empty()) row->account.reason = "centre";
    TRY_DONE(open_block(core, op, index, *row));
  } else if (!blocked && !row->case_id.is_nil()) {
    row->case_id = Uuid{};
    TRY_DONE(store::finish_tasks_of(tx, "blocked", index));
    op.changed("task");
  }
  op.changed("account");
  return store::put_account(tx, index, *row);
}

Result<Done> take_person(Core& core, WriteOperation& op, const protocol::FeedPerson& person) {
  return merge_account(core, op, {person.participant.id, person.account, person.heard, &person}, "person",
                       protocol::encode(person));
}
Result<Done> take_account(Core& core, WriteOperation& op, const protocol::FeedAccount& account) {
  return merge_account(core, op, {account.person, account.account, account.heard}, "account",
                       protocol::encode(account));
}

}  // namespace

Result<Done> take_words(Core& core, WriteOperation& op) {
  auto& tx = op.tx();
  TRY(auto waiting, store::words(tx));
  struct Said {
    std::int64_t as_of_ms;
    std::variant<protocol::FeedPerson, protocol::FeedAccount> word;
  };
  std::vector<Said> said;
  for (auto& w : waiting) {
    TRY_DONE(store::drop_word(tx, w));
    if (w.kind == "person") {
      TRY(auto person, protocol::decode<protocol::FeedPerson>(w.body));
      said.push_back({person.as_of_ms, std::move(person)});
    } else {
      TRY(auto account, protocol::decode<protocol::FeedAccount>(w.body));
      said.push_back({account.as_of_ms, std::move(account)});
    }
    wipe(w.body);
  }
  std::ranges::stable_sort(said, {}, &Said::as_of_ms);
  for (const auto& one : said) {
    if (const auto* person = std::get_if<protocol::FeedPerson>(&one.word))
      TRY_DONE(take_person(core, op, *person));
    else
      TRY_DONE(take_account(core, op, std::get<protocol::FeedAccount>(one.word)));
  }
  return Done{};
}
Result<Done> put_known(Core& core, WriteOperation& op, const protocol::FeedPerson& person, std::string source) {
  const crypto::Hash index = core.index_of(person.participant.id);
  TRY(const auto kept, store::person(op.tx(), index, op.now()));
  if (kept && kept->as_of > from_ms(person.as_of_ms)) return Done{};  // older than what is known
  protocol::FeedPerson body = person;
  body.reference.reset();  // the template has one place: the account's row
  store::PersonRow row;
  row.body = protocol::encode(body);
  row.source = std::move(source);
  row.as_of = from_ms(person.as_of_ms);
  row.expires_at = from_ms(person.expires_ms);
  TRY_DONE(store::put_person(op.tx(), index, row));
  wipe(row.body);
  std::vector<crypto::Hash> cards;
  for (const auto& m : person.participant.memberships) cards.push_back(core.index_of_kpj(m.kpj.digits()));
  TRY_DONE(store::put_person_kpj(op.tx(), index, cards));
  op.changed("person");
  return take_person(core, op, person);
}

Result<Done> put_pending_account_update(Core& core, WriteOperation& op, const protocol::FeedAccount& account) {
  const crypto::Hash index = core.index_of(account.person);
  TRY(auto kept, store::person(op.tx(), index, op.now()));
  if (kept && kept->as_of < from_ms(account.as_of_ms)) {
    TRY(auto body, protocol::decode<protocol::FeedPerson>(kept->body));
    body.account = account.account;
    body.as_of_ms = account.as_of_ms;
    kept->body = protocol::encode(body);
    kept->as_of = from_ms(account.as_of_ms);
    TRY_DONE(store::put_person(op.tx(), index, *kept));
  }
  if (kept) wipe(kept->body);
  return take_account(core, op, account);
}

}  // namespace kiosk::branch
