// Notices, consents, intakes and calls for help made again from their events.
#include "api/protocol/payload.h"
#include "node/branch/recovery/replay_past.h"
#include "node/store/intakes.h"
#include "node/store/notices.h"
#include "node/store/tasks.h"

namespace kiosk::branch {

Result<Done> replay_of(const Past& p, events::NoticePosted) {
  TRY(const auto n, protocol::decode_payload<protocol::NoticePayload>(p.payload));
  TRY(const Uuid id, Uuid::parse(p.h.subject, "notice"));
  TRY(const auto there, store::notice(p.tx.db(), id));
  if (there) return Done{};
  TRY_DONE(store::forget_ended_notices(p.tx, p.h.at));
  return store::put_notice(p.tx, {id, n.text, n.text_en, from_ms(n.from_ms), from_ms(n.until_ms), p.h.officer});
}

Result<Done> replay_of(const Past& p, events::NoticeRemoved) {
  TRY(const Uuid id, Uuid::parse(p.h.subject, "notice"));
  TRY(auto row, store::notice(p.tx.db(), id));
  if (!row) return Done{};
  row->removed = true;
  return store::put_notice(p.tx, *row);
}

Result<Done> consent_said(const Past& p, bool given) {
  TRY(const auto c, protocol::decode_payload<protocol::ConsentPayload>(p.payload));
  TRY(const Uuid id, Uuid::parse(p.h.subject, "consent"));
  TRY(const auto there, store::consent(p.tx.db(), id));
  if (there) return Done{};
  TRY(const auto index, index_of(p, c.person));
  TRY_DONE(store::insert_consent(p.tx, {id, index, c.purpose, c.text, c.language, given, p.h.at, p.place}));
  TRY_DONE(remember(p, index));
  if (given) {
    TRY([[maybe_unused]] const auto ended, store::finish_tasks_of(p.tx, "erasure", index, c.purpose));
    return Done{};
  }
  if (c.purpose == "companion") return Done{};
  if (c.purpose == "data") TRY_DONE(store::forget_draft(p.tx, index));
  TRY(auto name, masked(p, index, c.person));
  return add_task(p, "erasure", p.h.subject, index, std::move(name), c.purpose);
}

Result<Done> replay_of(const Past& p, events::IntakeSubmitted) {
  TRY(const auto i, protocol::decode_payload<protocol::IntakePayload>(p.payload));
  TRY(const Uuid id, Uuid::parse(p.h.subject, "intake"));
  TRY(const auto there, store::intake(p.tx, id));
  if (there) return Done{};
  TRY(const auto index, index_of(p, i.person));
  TRY_DONE(store::insert_intake(p.tx, {id, index, i.kind, p.payload, p.h.at, p.place}));
  TRY_DONE(remember(p, index));
  TRY(auto name, masked(p, index, i.person));
  return add_task(p, "intake", p.h.subject, index, std::move(name), i.kind);
}

Result<Done> replay_of(const Past& p, events::HelpAsked) {
  TRY(const Uuid id, Uuid::parse(p.h.subject, "task"));
  TRY(const auto there, store::task(p.tx, id));
  if (there) return Done{};
  store::TaskRow t;
  t.id = id;
  t.kind = "help";
  t.subject = p.h.terminal;
  t.reason = p.h.reason;
  t.at = p.h.at;
  return store::put_task(p.tx, t);
}

}  // namespace kiosk::branch
