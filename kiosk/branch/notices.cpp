// Notices: short texts for the waiting room's board, of the branch itself or of the centre.
#include "store/notices.h"

#include <algorithm>

#include "branch/core.h"
#include "domain/notice.h"
#include "protocol/payload.h"

namespace kiosk::branch {
namespace {

constexpr std::size_t kShown = 3;

verbs::Notice view_of(const store::NoticeRow& r) { return {r.id, r.text, r.text_en, r.begins, r.ends, r.by}; }

}  // namespace

Result<std::vector<verbs::Notice>> notices_now(sqlite::Db& db, WallTime now) {
  TRY(const auto rows, store::notices(db, now));
  std::vector<verbs::Notice> out;
  for (auto r = rows.rbegin(); r != rows.rend() && out.size() < kShown; ++r)
    if (r->begins <= now) out.push_back(view_of(*r));
  return out;
}

Result<verbs::Notice> Node::post_notice(const verbs::Actor& actor, const verbs::PostNotice& asked) {
  TRY(Act act, Act::begin(*core_, actor));
  TRY_DONE(act.officer("admin"));
  auto& tx = act.tx();
  if (!asked.id.is_nil()) {
    TRY(const auto first, store::notice(tx.db(), asked.id));
    if (first) return view_of(*first);
  }
  const WallTime begins = asked.from.value_or(act.now());
  TRY_DONE(domain::check_notice(asked.text, asked.text_en, begins, asked.until, act.now()));
  TRY_DONE(store::forget_ended_notices(tx, act.now()));
  TRY(const auto there, store::notices(tx.db(), act.now()));
  const auto own = std::count_if(there.begin(), there.end(), [](const auto& r) { return r.by != kCentre; });
  if (static_cast<std::size_t>(own) >= domain::k_most_notices)
    return refused("too_many_notices", "at most " + std::to_string(domain::k_most_notices));
  const store::NoticeRow row{asked.id.is_nil() ? core_->store.ids().next() : asked.id,
                             asked.text,
                             asked.text_en,
                             begins,
                             asked.until,
                             act.officer_number()};
  TRY_DONE(store::put_notice(tx, row));
  auto d = happened("notice.posted");
  d.header.subject = row.id.str();
  d.payload = protocol::encode(protocol::NoticePayload{row.text, row.text_en, to_ms(row.begins), to_ms(row.ends)});
  act.say(std::move(d));
  act.changed("notice", row.id.str());
  TRY_DONE(act.commit());
  return view_of(row);
}

Result<std::vector<verbs::Notice>> Node::notices(const verbs::Actor& actor) {
  TRY(auto read, core_->store.read());
  if (!actor.session.empty()) TRY_DONE(core_->session(read, actor, "", false));
  TRY(const auto rows, store::notices(read.db(), core_->now()));
  std::vector<verbs::Notice> out;
  for (const auto& r : rows) out.push_back(view_of(r));
  return out;
}

Result<Done> Node::remove_notice(const verbs::Actor& actor, Uuid id) {
  TRY(Act act, Act::begin(*core_, actor));
  TRY_DONE(act.officer("admin"));
  TRY(auto row, store::notice(act.tx().db(), id));
  if (!row) return refused("unknown_notice", "no notice has this id", "id");
  if (row->by == kCentre) return refused("notice_of_centre", "the centre removes it", "id");
  if (row->removed) return Done{};
  row->removed = true;
  TRY_DONE(store::put_notice(act.tx(), *row));
  auto d = happened("notice.removed");
  d.header.subject = id.str();
  act.say(std::move(d));
  act.changed("notice", id.str());
  return act.commit();
}

}  // namespace kiosk::branch
