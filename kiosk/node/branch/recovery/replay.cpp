#include "node/branch/recovery/replay.h"

#include "api/protocol/central_api.h"
#include "api/protocol/document_payload.h"
#include "api/protocol/payload.h"
#include "base/log.h"
#include "node/branch/core.h"
#include "node/branch/recovery/replay_past.h"
#include "node/store/claims.h"
#include "node/store/epochs.h"
#include "node/store/outbox.h"
#include "node/store/people.h"
#include "node/store/tasks.h"
#include "node/store/terminals.h"
#include "node/store/tickets.h"

namespace kiosk::branch {
Zone zone(store::Tx& tx, WallTime at) {
  const auto text = store::meta(tx.db(), "rules");
  const auto book = !text || text->empty() ? Result<domain::RuleBook>(domain::RuleBook::defaults())
                                           : protocol::decode<domain::RuleBook>(*text);
  const auto place = place_kept(tx.db(), book ? *book : domain::RuleBook::defaults(), at);
  return place ? place->zone : Zone();
}
Result<Date> local_day(store::Tx& tx, WallTime at) { return zone(tx, at).day(at); }

Result<crypto::Hash> index_of(const Past& p, const std::string& key) {
  TRY(const auto id, domain::PersonId::from_key(key));
  return p.tx.store().person_index(id.key());
}

Result<std::string> masked(const Past& p, const crypto::Hash& index, const std::string& key) {
  TRY(const auto known, store::person(p.tx, index, p.h.at));
  if (known)
    if (const auto person = protocol::decode<protocol::FeedPerson>(known->body))
      return domain::mask_name(person->participant.name);
  TRY(const auto id, domain::PersonId::from_key(key));
  return id.masked();
}

Result<Done> remember(const Past& p, const crypto::Hash& person) {
  TRY(const auto there, store::person_of_event(p.tx.db(), p.place));
  if (there) return Done{};
  return store::add_timeline(p.tx, person, {p.place, p.h.at, p.h.kind, p.h.officer});
}

Result<Done> add_task(const Past& p, const char* kind, const std::string& subject, const crypto::Hash& person,
                      std::string name, const std::string& reason) {
  store::TaskRow t;
  t.id = p.tx.store().ids().next();
  t.kind = kind;
  t.subject = subject;
  t.person = person;
  t.masked = std::move(name);
  t.reason = reason;
  t.at = p.h.at;
  return store::put_task(p.tx, t);
}

namespace {

// ---- tasks ----

Result<Done> looked_until(const Past& p, const protocol::TaskPayload& t) {
  TRY(const auto epoch, store::epoch_named(p.tx.db(), t.until_epoch));
  if (!epoch) return Done{};
  store::TaskRow row;
  row.id = p.tx.store().ids().next();
  row.kind = t.kind;
  row.subject = t.subject;
  row.reason = p.h.reason;
  row.at = p.h.at;
  row.looked_until = epoch->base + t.until_seq;
  return store::put_task(p.tx, row);
}

}  // namespace

Result<Done> replay_of(const Past& p, events::TaskFinished) {
  if (p.payload.empty()) return Done{};  // events of old versions do not say which it was
  TRY(const auto t, protocol::decode_payload<protocol::TaskPayload>(p.payload));
  crypto::Hash person{};
  if (const auto raw = from_hex(t.person_index); raw && raw->size() == 32) {
    person = store::to_hash(*raw);
    TRY_DONE(remember(p, person));
  }
  // The verdicts up to there come again, and must find them looked at.
  if (!t.until_epoch.empty()) TRY_DONE(looked_until(p, t));
  TRY(const bool there, store::finish_task(p.tx, t.kind, t.subject, p.h.officer, t.reason));
  if (there || (t.kind != "rejected" && t.kind != "claim_review")) return Done{};
  // The verdict that it was about comes again, and must find it finished.
  TRY_DONE(add_task(p, t.kind.c_str(), t.subject, person, "", p.h.reason));
  TRY([[maybe_unused]] const bool now, store::finish_task(p.tx, t.kind, t.subject, p.h.officer, t.reason));
  return Done{};
}

// Who was shut out stays out, whatever an old backup says. Who joined after it joins again: no event tells a key.
Result<Done> replay_of(const Past& p, events::TerminalRemoved) {
  TRY(auto row, store::terminal_named(p.tx.db(), p.h.subject));
  if (!row) return Done{};
  row->removed_at = p.h.at;
  return store::put_terminal(p.tx, *row);
}

// Whom it was about, for the timeline; most other kinds say no more than that.
Result<Done> about_person(const Past& p) {
  if (p.payload.empty()) return Done{};
  const auto x = protocol::decode_payload<protocol::PersonPayload>(p.payload);
  if (!x || x->person.empty()) return Done{};
  TRY(const auto index, index_of(p, x->person));
  return remember(p, index);
}

namespace {
// One of a kind that this program does not know tells of a person at most.
Result<Done> replay_one(const Past& p) {
  Result<Done> done = Done{};
  if (!events::visit_kind(p.h.kind, [&]<class K>() { done = replay_of(p, K{}); })) done = about_person(p);
  return done;
}

}  // namespace

Result<Done> replay(store::Tx& tx, const events::Header& header, const std::string& payload, std::int64_t place) {
  auto done = replay_one({tx, header, payload, place});
  if (done || done.fault().kind != FaultKind::BadInput) return done;
  // The record is kept and goes to the centre; only this node's view of it stays behind.
  log::warn("an event that came back does not tell its row",
            {{"place", place}, {"kind", header.kind}, {"code", done.fault().code}, {"field", done.fault().field}});
  return Done{};
}

Result<Done> replay_at(store::Tx& tx, std::int64_t place) {
  TRY(const auto e, store::event_at(tx.db(), place));
  TRY(const auto header, events::decode_header(e.sealed.header));
  TRY(auto payload, events::open_payload(e.sealed, tx.store().keys().data));
  auto done = replay(tx, header, payload, place);
  wipe(payload);
  return done;
}

Result<Done> skip_numbers(store::Tx& tx, WallTime now, int skip) {
  TRY(const Date day, local_day(tx, now));
  return store::skip_numbers(tx, day.iso(), skip);
}

}  // namespace kiosk::branch
