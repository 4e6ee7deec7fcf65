// Notices: short texts for the waiting room's board, of the branch itself or of the centre.
#include "node/store/notices.h"

#include <algorithm>

#include "api/protocol/payload.h"
#include "domain/rules/notice.h"
#include "node/branch/core.h"

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

Result<verbs::Notice> Node::on(const verbs::Actor& actor, const verbs::PostNotice& asked) {
  TRY(WriteOperation op, WriteOperation::begin(*core_, actor));
  TRY_DONE(op.officer("admin"));
  auto& tx = op.tx();
  if (!asked.id.is_nil()) {
    TRY(const auto first, store::notice(tx.db(), asked.id));
    if (first) return view_of(*first);
  }
  const WallTime begins = asked.from.value_or(op.now());
  TRY_DONE(domain::check_notice(asked.text, asked.text_en, begins, asked.until, op.now()));
  TRY_DONE(store::forget_ended_notices(tx, op.now()));
  TRY(const auto there, store::notices(tx.db(), op.now()));
  const auto own = std::count_if(there.begin(), there.end(), [](const auto& r) { return r.by != kCentre; });
  if (static_cast<std::size_t>(own) >= domain::k_most_notices)
    return refused("too_many_notices", "at most " + std::to_string(domain::k_most_notices));
  const store::NoticeRow row{asked.id.is_nil() ? core_->store.ids().next() : asked.id,
                             asked.text,
                             asked.text_en,
                             begins,
                             asked.until,
                             op.officer_number()};
  TRY_DONE(store::put_notice(tx, row));
  auto d = make_event(events::NoticePosted{});
  d.header.subject = row.id.str();
  d.payload = protocol::encode(protocol::NoticePayload{row.text, row.text_en, to_ms(row.begins), to_ms(row.ends)});
  op.append_event(std::move(d));
  op.changed("notice", row.id.str());
  TRY_DONE(op.commit());
  return view_of(row);
}

Result<std::vector<verbs::Notice>> Node::on(const verbs::Actor& actor, const verbs::ListNotices&) {
  TRY(auto read, core_->store.read());
  if (!actor.session.empty()) TRY_DONE(core_->session(read, actor, "", false));
  TRY(const auto rows, store::notices(read.db(), core_->now()));
  std::vector<verbs::Notice> out;
  for (const auto& r : rows) out.push_back(view_of(r));
  return out;
}

Result<Done> Node::on(const verbs::Actor& actor, const verbs::RemoveNotice& asked) {
  TRY(WriteOperation op, WriteOperation::begin(*core_, actor));
  TRY_DONE(op.officer("admin"));
  TRY(auto row, store::notice(op.tx().db(), asked.id));
  if (!row) return refused("unknown_notice", "no notice has this id", "id");
  if (row->by == kCentre) return refused("notice_of_centre", "the centre removes it", "id");
  if (row->removed) return Done{};
  row->removed = true;
  TRY_DONE(store::put_notice(op.tx(), *row));
  auto d = make_event(events::NoticeRemoved{});
  d.header.subject = asked.id.str();
  op.append_event(std::move(d));
  op.changed("notice", asked.id.str());
  return op.commit();
}

}  // namespace kiosk::branch
