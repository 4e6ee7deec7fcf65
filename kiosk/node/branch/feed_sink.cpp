#include "node/branch/feed_sink.h"

#include <algorithm>
#include <charconv>

#include "base/log.h"
#include "domain/claims/claim_said.h"
#include "node/branch/accounts/pending_account_updates.h"
#include "node/branch/claims/verdicts.h"
#include "node/branch/core.h"
#include "node/branch/outgoing.h"
#include "node/branch/recovery/replay.h"
#include "node/store/claims.h"
#include "node/store/epochs.h"
#include "node/store/notices.h"
#include "node/store/people.h"
#include "node/store/resets.h"
#include "node/store/tasks.h"
#include "node/store/tickets.h"

namespace kiosk::branch {
namespace {

using domain::ClaimState;

constexpr std::string_view kCursor = "feed_cursor", kSkipped = "feed_skipped";
constexpr Millis kConfirmEvery{600'000};

verbs::Actor centre_actor() { return {"centre", ""}; }

std::int64_t number_in(const std::string& text) {
  std::int64_t n = 0;
  std::from_chars(text.data(), text.data() + text.size(), n);
  return n;
}

Result<Done> finish(WriteOperation& op, const protocol::FeedItem& item) {
  TRY_DONE(store::set_meta(op.tx(), kCursor, std::to_string(item.cursor)));
  return op.commit_local();
}

Result<Done> forget(WriteOperation& op, const crypto::Hash& index) {
  auto& tx = op.tx();
  TRY(const auto cursor, store::cursor(tx.db()));
  TRY_DONE(store::remove_person(tx, index));
  TRY_DONE(store::forget_account(tx, index, cursor.log_position()));
  op.changed("person");
  return Done{};
}

Result<Done> put_officers(Core& core, const protocol::FeedItem& item, const std::vector<protocol::FeedOfficer>& list) {
  // PIN verifiers are slow to make on purpose: before the transaction, and only for a new activation.
  std::vector<store::OfficerRow> rows;
  {
    TRY(auto read, core.store.read());
    for (const auto& o : list) {
      TRY(auto kept, store::officer(read, o.officer.number));
      store::OfficerRow row = kept.value_or(store::OfficerRow{});
      row.number = o.officer.number;
      row.name = o.officer.name;
      row.role = o.officer.role;
      row.rights = o.officer.rights;
      row.valid_until = o.officer.valid_until;
      row.listed = true;
      if (!o.activation_pin.empty()) {
        const auto mark = core.store.person_index("activation:" + row.number + ":" + o.activation_pin);
        if (row.activation != mark) {
          row.verifier = crypto::make_pin_verifier(SecretString(o.activation_pin), core.store.keys().pepper);
          row.activation = mark;
          row.failures = 0;
          row.locked_until.reset();
        }
      } else if (!o.pin_verifier.empty()) {
        row.verifier = o.pin_verifier;
      }
      rows.push_back(std::move(row));
    }
  }
  TRY(WriteOperation op, WriteOperation::begin(core, centre_actor()));
  TRY_DONE(store::unlist_officers(op.tx()));
  for (auto& row : rows) {
    // Failures counted meanwhile stay counted.
    TRY(const auto now, store::officer(op.tx(), row.number));
    if (now && now->activation == row.activation) {
      row.failures = now->failures;
      row.locked_until = now->locked_until;
    }
    TRY_DONE(store::put_officer(op.tx(), row));
  }
  TRY_DONE(store::set_meta(op.tx(), kOfficersAt, std::to_string(to_ms(op.now()))));
  op.changed("officers");
  return finish(op, item);
}

}  // namespace

Result<std::int64_t> FeedSink::cursor() {
  TRY(auto read, core_.store.read());
  TRY(const std::string text, store::meta(read.db(), kCursor));
  return number_in(text);
}

Result<Done> FeedSink::apply(const protocol::FeedItem& item) {
  auto done = apply_item(item);
  if (done || done.fault().kind != FaultKind::BadInput) return done;
  log::error(
      "an item of the feed cannot be used and is skipped",
      {{"cursor", item.cursor}, {"kind", item.kind}, {"code", done.fault().code}, {"field", done.fault().field}});
  TRY(WriteOperation op, WriteOperation::begin(core_, centre_actor()));
  TRY(const std::string skipped, store::meta(op.tx().db(), kSkipped));
  TRY_DONE(store::set_meta(op.tx(), kSkipped, std::to_string(number_in(skipped) + 1)));
  return finish(op, item);
}

Result<Done> FeedSink::apply_item(const protocol::FeedItem& item) {
  if (item.kind == "officers") {
    TRY(const auto list, protocol::decode<std::vector<protocol::FeedOfficer>>(item.body));
    return put_officers(core_, item, list);
  }
  if (item.kind == "rules") {
    TRY(auto book, protocol::decode<domain::RuleBook>(item.body));
    TRY(const Today today, core_.today());
    TRY_DONE(book.at(today.date));  // a book that cannot be read today is not taken
    TRY(WriteOperation op, WriteOperation::begin(core_, centre_actor()));
    TRY_DONE(store::set_meta(op.tx(), "rules", item.body));
    TRY_DONE(store::set_meta(op.tx(), kRulesAt, std::to_string(to_ms(op.now()))));
    op.changed("rules");
    TRY_DONE(finish(op, item));
    core_.set_book(std::move(book));
    return Done{};
  }
  if (item.kind == "branch") {
    const auto place = protocol::decode<protocol::FeedBranch>(item.body);
    if (!place) return place.fault();
    TRY_DONE(protocol::place_of(*place));  // one that cannot be read is not taken
    TRY(WriteOperation op, WriteOperation::begin(core_, centre_actor()));
    TRY_DONE(store::set_meta(op.tx(), kPlaceNote, item.body));
    TRY_DONE(finish(op, item));
    place_changed();
    return Done{};
  }
  if (item.kind == "verdict") {
    TRY(const auto v, protocol::decode<protocol::FeedVerdict>(item.body));
    TRY(WriteOperation op, WriteOperation::begin(core_, centre_actor()));
    TRY(const auto epoch, store::epoch_named(op.tx().db(), v.epoch));
    if (epoch)
      TRY_DONE(follow(core_, op, at_place(v.verdict, epoch->base)));
    else
      log::warn("a verdict on an event of an unknown epoch", {{"seq", v.verdict.seq}, {"verdict", v.verdict.verdict}});
    return finish(op, item);
  }
  TRY(WriteOperation op, WriteOperation::begin(core_, centre_actor()));
  if (item.kind == "services") {
    TRY(const auto list, protocol::decode<std::vector<domain::Service>>(item.body));
    TRY_DONE(store::put_services(op.tx(), list));
    op.changed("services");
  } else if (item.kind == "notices") {
    TRY(const auto list, protocol::decode<std::vector<protocol::FeedNotice>>(item.body));
    TRY_DONE(store::forget_notices_of(op.tx(), std::string(kCentre)));
    for (const auto& n : list)
      TRY_DONE(store::put_notice(
          op.tx(), {n.id, n.text, n.text_en, from_ms(n.from_ms), from_ms(n.until_ms), std::string(kCentre)}));
    op.changed("notice");
  } else if (item.kind == "person") {
    TRY(const auto person, protocol::decode<protocol::FeedPerson>(item.body));
    TRY_DONE(put_known(core_, op, person, "cache"));
    TRY(const auto expired, store::expired_people(op.tx(), op.now()));
    for (const auto& index : expired) TRY_DONE(forget(op, index));
  } else if (item.kind == "account") {
    TRY(const auto account, protocol::decode<protocol::FeedAccount>(item.body));
    TRY_DONE(put_pending_account_update(core_, op, account));
  } else if (item.kind == "person_gone") {
    TRY(const auto gone, protocol::decode<protocol::FeedGone>(item.body));
    TRY_DONE(forget(op, core_.index_of(gone.person)));
  } else if (item.kind == "claim_stage") {
    TRY(const auto stage, protocol::decode<protocol::FeedClaimStage>(item.body));
    TRY(const Uuid id, Uuid::parse(stage.claim, "claim"));
    TRY(auto claim, store::claim(op.tx(), id));
    if (claim) {
      TRY_DONE(store::put_stage(op.tx(), id, {stage.stage, from_ms(stage.at_ms)}));
      if (stage.deadline) {
        TRY(claim->deadline, Date::parse(*stage.deadline, "deadline"));
      }
      claim->open = domain::stands_in_the_way(claim->state, stage.stage);
      // That the centre has it is no officer's review: who must be seen is still to be seen, until it is paid.
      const bool to_be_seen = claim->state == ClaimState::NeedsOfficer ||
                              (claim->state == ClaimState::Unverified && claim->officer.empty());
      if (to_be_seen && stage.stage != domain::Stage::Selesai) {
        claim->state = ClaimState::NeedsOfficer;
      } else {
        claim->state = ClaimState::Accepted;
        claim->reason.clear();
      }
      TRY_DONE(store::update_claim(op.tx(), *claim));
      op.changed("claim", id.str());
    }
  }
  return finish(op, item);
}

Result<Done> FeedSink::on_push_reply(const events::Ack& ack, const std::vector<protocol::Verdict>& verdicts) {
  TRY(WriteOperation op, WriteOperation::begin(core_, centre_actor()));
  TRY(const auto before, store::cursor(op.tx().db()));
  TRY_DONE(store::set_cursor(op.tx(), ack));
  TRY(const std::int64_t base, store::place_of(op.tx().db(), ack.epoch, 0));
  for (const auto& said : verdicts) TRY_DONE(follow(core_, op, at_place(said, base)));
  TRY(const auto acknowledged, store::claims_between(op.tx(), before.log_position(), base + ack.seq));
  for (const auto& claim : acknowledged) {
    const bool told =
        std::any_of(verdicts.begin(), verdicts.end(), [&](const auto& v) { return base + v.seq == claim.seq; });
    if (!told) TRY_DONE(claim_verdict(core_, op, claim, {claim.seq, "accepted", {}, {}, {}}));
  }
  TRY_DONE(take_words(core_, op));
  op.changed("sync");
  return op.commit_local();
}

Result<Done> FeedSink::up_to_date() {
  TRY(WriteOperation op, WriteOperation::begin(core_, centre_actor()));
  bool old = false;
  for (const auto key : {kOfficersAt, kRulesAt}) {
    TRY(const std::string at, store::meta(op.tx().db(), key));
    const Millis age = op.now() - from_ms(number_in(at));
    // One of the future was noted while the clock was ahead.
    if (at.empty() || (age >= Millis{0} && age < kConfirmEvery)) continue;
    old = true;
    TRY_DONE(store::set_meta(op.tx(), key, std::to_string(to_ms(op.now()))));
  }
  return old ? op.commit_local() : Result<Done>(Done{});
}

Result<Done> FeedSink::on_verdict(std::int64_t seq, const protocol::Verdict& verdict) {
  protocol::Verdict v = verdict;
  v.seq = core_.store.identity().base + seq;
  TRY(WriteOperation op, WriteOperation::begin(core_, centre_actor()));
  TRY_DONE(follow(core_, op, v));
  return op.commit_local();
}

Result<std::int64_t> FeedSink::put_back(const protocol::HeldEvents& held, const crypto::Key& shared) {
  TRY(WriteOperation op, WriteOperation::begin(core_, centre_actor()));
  auto& tx = op.tx();
  const auto& keys = core_.store.keys();
  if (held.epoch == core_.store.identity().epoch)
    return damaged("event_elsewhere", "the present epoch takes nothing from the centre");
  TRY(const std::int64_t base, store::place_of(tx.db(), held.epoch, 0));
  crypto::Hash previous = held.previous;
  std::int64_t seq = held.first_seq, added = 0;
  for (const auto& e : held.events) {
    TRY(const auto header, events::decode_header(e.header));
    store::BackEvent back{held.epoch, seq, previous, {e.header, e.ciphertext, {}, {}, {}}};
    auto wrap = events::wrap_for_node(header.id, e.wrap, shared, keys.data);
    if (wrap)
      back.sealed.node_wrap = std::move(*wrap);
    else
      log::warn("the payload of an event that came back does not open", {{"seq", seq}});
    back.sealed.head = previous = events::chain_head(previous, e.header, e.ciphertext);
    // Signatures are ours to make again: the chain's own end, which they lead to, was signed by this key.
    back.sealed.signature = keys.signing.sign(back.sealed.head);
    TRY(const bool is_new, store::put_back(tx, back));
    if (is_new) {
      TRY_DONE(replay_at(tx, base + seq));
      ++added;
    }
    // Also of an event that a copy brought back: nobody here has heard yet what became of it.
    TRY(const auto heard, store::verdict_of(tx.db(), base + seq));
    const auto told = std::ranges::find(held.verdicts, seq, &protocol::Verdict::seq);
    if (!heard && told != held.verdicts.end()) {
      TRY_DONE(follow(core_, op, at_place(*told, base)));
    } else if (!heard) {
      TRY(const auto claim, store::claim_by_seq(tx, base + seq));
      const bool waiting = claim && (claim->state == ClaimState::Saved || claim->state == ClaimState::Unverified);
      if (waiting) TRY_DONE(claim_verdict(core_, op, *claim, {base + seq, "accepted", {}, {}, {}}));
    }
    ++seq;
  }
  for (const char* topic : {"ticket", "claim", "account", "reset", "task", "sync"}) op.changed(topic);
  TRY_DONE(op.commit_local());
  return added;
}

Result<Done> FeedSink::add_epoch(const std::string& epoch, const crypto::Hash& base) {
  TRY(WriteOperation op, WriteOperation::begin(core_, centre_actor()));
  TRY_DONE(store::add_epoch_before_present(op.tx(), {epoch, base}));
  return op.commit_local();
}

Result<std::int64_t> FeedSink::reappend(const std::string& epoch, std::int64_t seq, const std::string& why) {
  TRY(auto tx, core_.store.begin());
  TRY(const auto moved, store::reappend(std::move(tx), epoch, seq, why));
  log::warn("events were sealed again in the present epoch",
            {{"epoch", epoch}, {"from", seq}, {"events", moved}, {"why", why}});
  for (const char* topic : {"claim", "account", "reset", "sync"}) core_.changes.announce(topic, {});
  return moved;
}

Result<std::int64_t> FeedSink::seal_again_late(const std::map<std::string, std::int64_t>& held) {
  std::int64_t moved = 0;
  for (;;) {
    std::optional<std::pair<std::string, std::int64_t>> next;
    std::string why;
    {
      TRY(auto read, core_.store.read());
      TRY(const auto all, store::epochs(read.db()));
      TRY(const auto c, store::cursor(read.db()));
      TRY(const auto missing, store::gaps(read.db()));
      for (const auto& e : all) {
        if (next || e.name == all.back().name) break;
        const auto at_centre = held.contains(e.name) ? held.at(e.name) : 0;
        // The node has gone on from this epoch: what came back of it behind the centre's end is too late for it.
        if (e.base < c.base && e.last > at_centre) {
          next = {e.name, at_centre + 1};
          why = "late";
        }
        for (const auto& g : missing)
          if (!next && g.epoch == e.name && g.to && e.last > *g.to && *g.to > at_centre) {
            next = {e.name, *g.to + 1};
            why = "gap";
          }
      }
      if (!next) {
        TRY(const auto twice, store::unsent_twice(read.db()));
        if (twice) next = {twice->epoch, twice->seq};
        why = "twice";
      }
    }
    if (!next) return moved;
    TRY(const auto n, reappend(next->first, next->second, why));
    moved += n;
    if (n == 0) return moved;
  }
}

Result<Done> FeedSink::remember(const protocol::FeedPerson& person) {
  TRY(WriteOperation op, WriteOperation::begin(core_, centre_actor()));
  TRY_DONE(put_known(core_, op, person, "centre"));
  return op.commit_local();
}

void FeedSink::note_skew(std::int64_t skew_ms) { core_.skew_ms.store(skew_ms, std::memory_order_relaxed); }

void FeedSink::heard_time(std::int64_t skew_ms) {
  note_skew(skew_ms);
  core_.heard_time(Millis{skew_ms});
}

void FeedSink::place_changed() {
  core_.reload_place();
  announce("rules");
}

void FeedSink::announce(std::string_view topic, std::string_view id) {
  core_.changes.announce(std::string(topic), std::string(id));
}

}  // namespace kiosk::branch
