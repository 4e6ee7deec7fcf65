#include "node/branch/node.h"

#include <algorithm>

#include "base/log.h"
#include "node/branch/claims/damaged.h"
#include "node/branch/core.h"
#include "node/branch/recovery/centre_word.h"
#include "node/store/epochs.h"
#include "node/store/tickets.h"

namespace kiosk::branch {
namespace {

constexpr Millis kLongestPoll{60'000};

}  // namespace

Node::Node(store::Store& store, verbs::FaceJudge& judge, const Clock& clock, Settings settings)
    : core_(std::make_unique<Core>(store, judge, clock, std::move(settings))) {
  if (const auto forgot = forget_drafts(); !forgot)
    log::error("drafts whose time is over are not forgotten", {{"code", forgot.fault().code}});
}
Node::~Node() = default;

void Node::set_centre(verbs::SyncPort* centre) { core_->centre.store(centre); }
FeedSink& Node::feed() { return core_->sink; }
void Node::close() { core_->changes.close(); }

Result<verbs::NodeInfo> Node::on(const verbs::Actor&, const verbs::GetInfo&) {
  const auto identity = core_->store.identity();
  verbs::NodeInfo v;
  v.branch = identity.branch;
  v.node = identity.node;
  v.version = core_->settings.version;
  {
    TRY(auto read, core_->store.read());
    TRY(v.branch_name, store::meta(read.db(), "branch_name"));
  }
  if (v.branch_name.empty()) v.branch_name = core_->settings.branch_name;
  v.enrolled = core_->enrolled();
  v.now = core_->now();
  TRY(const Today today, core_->today());
  v.utc_offset_min = static_cast<int>(today.offset.count());
  v.zone = today.place->zone.name();
  v.face_judge = core_->judge.ready();
  v.face_profile = core_->judge.profile();
  for (int n = 1; n <= core_->settings.queue.counters; ++n) v.counters.push_back(std::to_string(n));
  return v;
}

Result<domain::RuleBook> Node::on(const verbs::Actor&, const verbs::GetRules&) { return *core_->book(); }

Result<std::vector<domain::Service>> Node::on(const verbs::Actor&, const verbs::ListServices&) {
  TRY(auto read, core_->store.read());
  return store::services(read.db());
}

Result<verbs::AuditVerdict> Node::on(const verbs::Actor&, const verbs::VerifyAudit&) {
  TRY_DONE(core_->store.check_mark());
  TRY_DONE(compare_with_centre(core_->store));
  TRY(auto damaged, check_blobs(*core_));
  TRY(auto read, core_->store.read());
  TRY(const auto report, store::verify_chain(read.db(), core_->store.keys().signing.public_key()));
  verbs::AuditVerdict v{report.events, report.first_bad, report.acknowledged_until, report.bad_epoch, {}};
  TRY(const auto gaps, store::gaps(read.db()));
  for (const auto& g : gaps) v.missing.push_back({g.epoch, g.from, g.to});
  v.damaged = std::move(damaged);
  return v;
}

Result<verbs::EnrolResult> Node::on(const verbs::Actor&, const verbs::Enrol& asked) {
  auto* centre = core_->centre.load();
  if (!centre) return refused("enrol_unavailable", "this node runs without its sync engine");
  return centre->enrol(asked.central_url, asked.code);
}

Result<verbs::Changes> Node::on(const verbs::Actor& actor, const verbs::WaitChanges& asked) {
  core_->presence.seen(actor.terminal, core_->clock.steady());
  return core_->changes.wait(asked.after, std::clamp(asked.wait, Millis{0}, kLongestPoll));
}

}  // namespace kiosk::branch
