// Consent as UU 27/2022 asks for it: recorded with the text that was shown, and withdrawn as easily as it was given.
#include <algorithm>

#include "api/protocol/payload.h"
#include "node/branch/core.h"
#include "node/store/intakes.h"
#include "node/store/tasks.h"

namespace kiosk::branch {
namespace {

constexpr std::string_view kCamera = "camera", kData = "data", kCompanion = "companion";

verbs::ConsentView view_of(const store::ConsentRow& r) { return {r.purpose, r.text, r.language, r.given, r.at}; }

Result<Done> check(const verbs::Consent& c) {
  if (c.purpose != kCamera && c.purpose != kData && c.purpose != kCompanion)
    return bad_input("purpose_invalid", "purpose", "camera, data or companion");
  const bool odd = std::any_of(c.text.begin(), c.text.end(), [](unsigned char b) { return b <= 0x20 || b >= 0x7f; });
  if (c.text.empty() || c.text.size() > 32 || odd)
    return bad_input("consent_text_invalid", "text", "the version of the text, 1 to 32 characters");
  const bool code = (c.language.size() == 2 || c.language.size() == 3) &&
                    std::all_of(c.language.begin(), c.language.end(), [](char b) { return b >= 'a' && b <= 'z'; });
  if (!code) return bad_input("language_invalid", "language", "two or three small letters, as id");
  return Done{};
}

}  // namespace

Result<std::vector<verbs::ConsentView>> consents_of(sqlite::Db& db, const crypto::Hash& person) {
  TRY(const auto rows, store::last_consents(db, person));
  std::vector<verbs::ConsentView> out;
  for (const auto& r : rows) out.push_back(view_of(r));
  return out;
}

Result<Done> may_use_camera(sqlite::Db& db, const crypto::Hash& person) {
  TRY(const auto rows, store::last_consents(db, person));
  for (const auto& r : rows)
    if (r.purpose == kCamera && !r.given) return refused("consent_withdrawn", "ask for it again, or go without camera");
  return Done{};
}

Result<verbs::ConsentView> Node::on(const verbs::Actor& actor, const verbs::Consent& asked) {
  TRY_DONE(check(asked));
  const crypto::Hash index = core_->index_of(asked.person);
  TRY(WriteOperation op, WriteOperation::begin(*core_, actor));
  auto& tx = op.tx();
  if (!actor.session.empty()) TRY_DONE(op.officer(""));
  if (!asked.id.is_nil()) {
    TRY(const auto first, store::consent(tx.db(), asked.id));
    if (first && first->person != index) return refused("id_taken", "another record has this id", "id");
    if (first) return view_of(*first);
  }
  if (!asked.given) {
    TRY(const auto rows, store::last_consents(tx.db(), index));
    for (const auto& r : rows)
      if (r.purpose == asked.purpose && !r.given) return view_of(r);
  }
  store::ConsentRow row;
  row.id = asked.id.is_nil() ? core_->store.ids().next() : asked.id;
  row.person = index;
  row.purpose = asked.purpose;
  row.text = asked.text;
  row.language = asked.language;
  row.given = asked.given;
  row.at = op.now();
  auto d = asked.given ? make_event(events::ConsentGiven{}) : make_event(events::ConsentWithdrawn{});
  d.header.at = op.now();
  d.header.subject = row.id.str();
  d.header.reason = row.purpose;
  d.payload = protocol::encode(protocol::ConsentPayload{asked.person.key(), asked.purpose, asked.text, asked.language});
  row.seq = op.append_event(std::move(d), index);
  TRY_DONE(store::insert_consent(tx, row));
  if (asked.given) {
    TRY(const auto ended, store::finish_tasks_of(tx, "erasure", index, row.purpose));
    if (ended > 0) op.changed("task");
  } else if (asked.purpose == kCompanion) {
    // What was said with a companion is the person's own; nothing is to be erased for it.
  } else {
    TRY_DONE(give_task(*core_, op, "erasure", row.id.str(), index, asked.person, row.purpose));
    if (asked.purpose == kData) TRY_DONE(store::forget_draft(tx, index));
  }
  TRY_DONE(op.commit());
  return view_of(row);
}

}  // namespace kiosk::branch
