// Where records are on their way to the centre, and why not further. One set of facts for the status of the whole and
// for each record: the outbox, the engine's last troubles, the centre's verdicts.
#include <algorithm>
#include <charconv>

#include "node/branch/core.h"
#include "node/branch/outgoing.h"
#include "node/store/claims.h"
#include "node/store/damaged.h"
#include "node/store/epochs.h"
#include "node/store/patrol.h"

namespace kiosk::branch {
namespace {

constexpr Millis kRound{10'000};
constexpr const char* kDamaged = "document_damaged";

Result<std::optional<WallTime>> noted(sqlite::Db& db, std::string_view key) {
  TRY(const std::string text, store::meta(db, key));
  std::int64_t ms = 0;
  std::from_chars(text.data(), text.data() + text.size(), ms);
  return ms > 0 ? std::optional(from_ms(ms)) : std::nullopt;
}

std::string alert_of(const Settings& settings, const verbs::SyncStatus& s) {
  const Seconds age{s.oldest_unsent_s.value_or(0)};
  const auto many = [&](int times) {
    return s.pending >= std::int64_t{times} * settings.many_events ||
           s.pending_blobs >= std::int64_t{times} * settings.many_photos;
  };
  if (age >= settings.unsent_export) return "export";
  if (age >= settings.unsent_escalate || many(2)) return "escalate";
  if (age >= settings.unsent_warn || many(1)) return "warn";
  return {};
}

void add_disk(const store::DiskState& disk, verbs::SyncStatus& s) {
  if (disk.free_bytes) s.disk_free_mb = *disk.free_bytes / 1'000'000;
  switch (disk.room) {
    case store::Room::Enough:
      return;
    case store::Room::Low:
      s.disk = "low";
      return;
    case store::Room::Full:
      s.disk = "full";
      return;
  }
}

// What a node without an engine knows by itself.
Result<verbs::SyncStatus> unsent(Core& core) {
  TRY(auto read, core.store.read());
  TRY(const auto p, store::pending(read.db()));
  verbs::SyncStatus s;
  s.pending = p.events;
  s.pending_blobs = p.blobs;
  if (p.oldest) s.oldest_unsent_s = std::chrono::duration_cast<Seconds>(core.now() - *p.oldest).count();
  s.state = s.why = "not_enrolled";
  return s;
}

Result<std::vector<verbs::Missing>> missing_of(sqlite::Db& db) {
  TRY(const auto gaps, store::gaps(db));
  std::vector<verbs::Missing> out;
  for (const auto& g : gaps) out.push_back({g.epoch, g.from, g.to});
  return out;
}

// Adds what the branch knows to what the engine said.
Result<verbs::SyncStatus> completed(Core& core, verbs::SyncStatus s) {
  s.alert = alert_of(core.settings, s);
  s.clock = core.clock_state();
  add_disk(core.store.disk(), s);
  if (!store::noted_damage(core.store.home()).empty()) s.disk = "damaged";
  TRY(auto read, core.store.read());
  TRY(s.officers_as_of, noted(read.db(), kOfficersAt));
  TRY(s.rules_as_of, noted(read.db(), kRulesAt));
  s.copies = core.copies();
  TRY(s.missing, missing_of(read.db()));
  return s;
}

}  // namespace

Result<verbs::SyncStatus> Node::on(const verbs::Actor&, const verbs::GetSyncStatus&) {
  if (auto* centre = core_->centre.load()) return completed(*core_, centre->status());
  TRY(auto s, unsent(*core_));
  return completed(*core_, std::move(s));
}

Result<verbs::SyncStatus> Node::on(const verbs::Actor& actor, const verbs::SyncNow&) {
  if (auto* centre = core_->centre.load()) return completed(*core_, centre->round(kRound));
  return on(actor, verbs::GetSyncStatus{});
}

Result<verbs::SyncStatus> Node::on(const verbs::Actor& actor, const verbs::HoldSync& asked) {
  auto* centre = core_->centre.load();
  if (!centre) return refused("sync_unavailable", "this node runs without its sync engine");
  {
    TRY(WriteOperation op, WriteOperation::begin(*core_, actor));
    TRY(const std::string held, store::meta(op.tx().db(), kSyncHeld));
    if (held.empty() == asked.hold) {
      if (!actor.session.empty()) TRY_DONE(op.officer("admin"));
      TRY_DONE(store::set_meta(op.tx(), kSyncHeld, asked.hold ? "1" : ""));
      op.append_event(asked.hold ? make_event(events::SyncHeld{}) : make_event(events::SyncResumed{}));
      op.changed("sync");
      TRY_DONE(op.commit());
    }
  }
  centre->hold(asked.hold);
  return completed(*core_, centre->status());
}

Result<Done> Core::not_a_clone(sqlite::Db& db) {
  TRY(const std::string clone, store::meta(db, kClone));
  if (!clone.empty()) return refused("clone", "the centre works with another copy of this node's data");
  return Done{};
}

Result<SyncFacts> sync_facts(Core& core, sqlite::Db& db) {
  SyncFacts f;
  TRY(const auto cursor, store::cursor(db));
  f.acknowledged = cursor.log_position();
  if (auto* centre = core.centre.load()) {
    const auto status = centre->status();
    f.sending = status.state == "sending";
    f.why = status.why.empty() && status.state == "not_enrolled" ? status.state : status.why;
  } else {
    f.why = "not_enrolled";
  }
  return f;
}

Result<SyncAnswer> sync_of(sqlite::Db& db, const SyncFacts& facts, std::int64_t seq,
                           const std::vector<std::string>& blobs) {
  SyncAnswer a;
  TRY(const int damaged, store::count_damaged(db, blobs));
  if (seq > facts.acknowledged) {
    a.state = facts.sending ? domain::SyncState::Sending : domain::SyncState::Saved;
    a.why = damaged > 0 ? kDamaged : facts.why;
    return a;
  }
  TRY(const auto verdict, store::verdict_of(db, seq));
  if (verdict) {
    a.reason = verdict->reason;
    a.detail = verdict->detail;
  }
  if (verdict && verdict->verdict == "rejected") {
    a.state = domain::SyncState::Rejected;
  } else if (verdict && verdict->verdict == "flagged") {
    a.state = domain::SyncState::NeedsOfficer;
  } else {
    TRY(const int unsent, store::blobs_unsent(db, blobs));
    a.state = unsent + damaged > 0 ? domain::SyncState::Sending : domain::SyncState::Accepted;
    if (damaged > 0)
      a.why = kDamaged;  // it will not come by itself, whatever else is still on its way
    else if (unsent > 0)
      a.why = "waiting_photo";
  }
  return a;
}

}  // namespace kiosk::branch
