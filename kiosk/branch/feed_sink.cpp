#include "branch/feed_sink.h"

#include <algorithm>
#include <charconv>

#include "base/log.h"
#include "branch/account_words.h"
#include "branch/core.h"
#include "branch/outgoing.h"
#include "branch/replay.h"
#include "branch/verdicts.h"
#include "domain/claim_said.h"
#include "store/claims.h"
#include "store/epochs.h"
#include "store/notices.h"
#include "store/people.h"
#include "store/resets.h"
#include "store/tasks.h"
#include "store/tickets.h"

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

Result<Done> finish(Act& act, const protocol::FeedItem& item) {
  TRY_DONE(store::set_meta(act.tx(), kCursor, std::to_string(item.cursor)));
  return act.commit_local();
}

Result<Done> forget(Act& act, const crypto::Hash& index) {
  auto& tx = act.tx();
  TRY(const auto cursor, store::cursor(tx.db()));
  TRY_DONE(store::remove_person(tx, index));
  TRY_DONE(store::forget_account(tx, index, cursor.place()));
  act.changed("person");
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
  TRY(Act act, Act::begin(core, centre_actor()));
  TRY_DONE(store::unlist_officers(act.tx()));
  for (auto& row : rows) {
    // Failures counted meanwhile stay counted.
    TRY(const auto now, store::officer(act.tx(), row.number));
    if (now && now->activation == row.activation) {
      row.failures = now->failures;
      row.locked_until = now->locked_until;
    }
    TRY_DONE(store::put_officer(act.tx(), row));
  }
  TRY_DONE(store::set_meta(act.tx(), kOfficersAt, std::to_string(to_ms(act.now()))));
  act.changed("officers");
  return finish(act, item);
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
  TRY(Act act, Act::begin(core_, centre_actor()));
  TRY(const std::string skipped, store::meta(act.tx().db(), kSkipped));
  TRY_DONE(store::set_meta(act.tx(), kSkipped, std::to_string(number_in(skipped) + 1)));
  return finish(act, item);
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
    TRY(Act act, Act::begin(core_, centre_actor()));
    TRY_DONE(store::set_meta(act.tx(), "rules", item.body));
    TRY_DONE(store::set_meta(act.tx(), kRulesAt, std::to_string(to_ms(act.now()))));
    act.changed("rules");
    TRY_DONE(finish(act, item));
    core_.set_book(std::move(book));
    return Done{};
  }
  if (item.kind == "branch") {
    const auto place = protocol::decode<protocol::FeedBranch>(item.body);
    if (!place) return place.fault();
    TRY_DONE(protocol::place_of(*place));  // one that cannot be read is not taken
    TRY(Act act, Act::begin(core_, centre_actor()));
    TRY_DONE(store::set_meta(act.tx(), kPlaceNote, item.body));
    TRY_DONE(finish(act, item));
    place_changed();
    return Done{};
  }
  if (item.kind == "verdict") {
    TRY(const auto v, protocol::decode<protocol::FeedVerdict>(item.body));
    TRY(Act act, Act::begin(core_, centre_actor()));
    TRY(const auto epoch, store::epoch_named(act.tx().db(), v.epoch));
    if (epoch)
      TRY_DONE(follow(core_, act, at_place(v.verdict, epoch->base)));
    else
      log::warn("a verdict on an event of an unknown epoch", {{"seq", v.verdict.seq}, {"verdict", v.verdict.verdict}});
    return finish(act, item);
  }
  TRY(Act act, Act::begin(core_, centre_actor()));
  if (item.kind == "services") {
    TRY(const auto list, protocol::decode<std::vector<domain::Service>>(item.body));
    TRY_DONE(store::put_services(act.tx(), list));
    act.changed("services");
  } else if (item.kind == "notices") {
    TRY(const auto list, protocol::decode<std::vector<protocol::FeedNotice>>(item.body));
    TRY_DONE(store::forget_notices_of(act.tx(), std::string(kCentre)));
    for (const auto& n : list)
      TRY_DONE(store::put_notice(
          act.tx(), {n.id, n.text, n.text_en, from_ms(n.from_ms), from_ms(n.until_ms), std::string(kCentre)}));
    act.changed("notice");
  } else if (item.kind == "person") {
    TRY(const auto person, protocol::decode<protocol::FeedPerson>(item.body));
    TRY_DONE(put_known(core_, act, person, "cache"));
    TRY(const auto expired, store::expired_people(act.tx(), act.now()));
    for (const auto& index : expired) TRY_DONE(forget(act, index));
  } else if (item.kind == "account") {
    TRY(const auto account, protocol::decode<protocol::FeedAccount>(item.body));
    TRY_DONE(put_account_word(core_, act, account));
  } else if (item.kind == "person_gone") {
    TRY(const auto gone, protocol::decode<protocol::FeedGone>(item.body));
    TRY_DONE(forget(act, core_.index_of(gone.person)));
  } else if (item.kind == "claim_stage") {
    TRY(const auto stage, protocol::decode<protocol::FeedClaimStage>(item.body));
    TRY(const Uuid id, Uuid::parse(stage.claim, "claim"));
    TRY(auto claim, store::claim(act.tx(), id));
    if (claim) {
      TRY_DONE(store::put_stage(act.tx(), id, {stage.stage, from_ms(stage.at_ms)}));
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
      TRY_DONE(store::update_claim(act.tx(), *claim));
      act.changed("claim", id.str());
    }
  }
  return finish(act, item);
}

Result<Done> FeedSink::on_push_reply(const event::Ack& ack, const std::vector<protocol::Verdict>& verdicts) {
  TRY(Act act, Act::begin(core_, centre_actor()));
  TRY(const auto before, store::cursor(act.tx().db()));
  TRY_DONE(store::set_cursor(act.tx(), ack));
  TRY(const std::int64_t base, store::place_of(act.tx().db(), ack.epoch, 0));
  for (const auto& said : verdicts) TRY_DONE(follow(core_, act, at_place(said, base)));
  TRY(const auto acknowledged, store::claims_between(act.tx(), before.place(), base + ack.seq));
  for (const auto& claim : acknowledged) {
    const bool told =
        std::any_of(verdicts.begin(), verdicts.end(), [&](const auto& v) { return base + v.seq == claim.seq; });
    if (!told) TRY_DONE(claim_verdict(core_, act, claim, {claim.seq, "accepted", {}, {}, {}}));
  }
  TRY_DONE(take_words(core_, act));
  act.changed("sync");
  return act.commit_local();
}

Result<Done> FeedSink::up_to_date() {
  TRY(Act act, Act::begin(core_, centre_actor()));
  bool old = false;
  for (const auto key : {kOfficersAt, kRulesAt}) {
    TRY(const std::string at, store::meta(act.tx().db(), key));
    const Millis age = act.now() - from_ms(number_in(at));
    // One of the future was noted while the clock was ahead.
    if (at.empty() || (age >= Millis{0} && age < kConfirmEvery)) continue;
    old = true;
    TRY_DONE(store::set_meta(act.tx(), key, std::to_string(to_ms(act.now()))));
  }
  return old ? act.commit_local() : Result<Done>(Done{});
}

Result<Done> FeedSink::on_verdict(std::int64_t seq, const protocol::Verdict& verdict) {
  protocol::Verdict v = verdict;
  v.seq = core_.store.identity().base + seq;
  TRY(Act act, Act::begin(core_, centre_actor()));
  TRY_DONE(follow(core_, act, v));
  return act.commit_local();
}

Result<std::int64_t> FeedSink::put_back(const protocol::HeldEvents& held, const crypto::Key& shared) {
  TRY(Act act, Act::begin(core_, centre_actor()));
  auto& tx = act.tx();
  const auto& keys = core_.store.keys();
  if (held.epoch == core_.store.identity().epoch)
    return damaged("event_elsewhere", "the present epoch takes nothing from the centre");
  TRY(const std::int64_t base, store::place_of(tx.db(), held.epoch, 0));
  crypto::Hash previous = held.previous;
  std::int64_t seq = held.first_seq, added = 0;
  for (const auto& e : held.events) {
    TRY(const auto header, event::decode_header(e.header));
    store::BackEvent back{held.epoch, seq, previous, {e.header, e.ciphertext, {}, {}, {}}};
    auto wrap = event::wrap_for_node(header.id, e.wrap, shared, keys.data);
    if (wrap)
      back.sealed.node_wrap = std::move(*wrap);
    else
      log::warn("the payload of an event that came back does not open", {{"seq", seq}});
    back.sealed.head = previous = event::chain_head(previous, e.header, e.ciphertext);
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
      TRY_DONE(follow(core_, act, at_place(*told, base)));
    } else if (!heard) {
      TRY(const auto claim, store::claim_by_seq(tx, base + seq));
      const bool waiting = claim && (claim->state == ClaimState::Saved || claim->state == ClaimState::Unverified);
      if (waiting) TRY_DONE(claim_verdict(core_, act, *claim, {base + seq, "accepted", {}, {}, {}}));
    }
    ++seq;
  }
  for (const char* topic : {"ticket", "claim", "account", "reset", "task", "sync"}) act.changed(topic);
  TRY_DONE(act.commit_local());
  return added;
}

Result<Done> FeedSink::add_epoch(const std::string& epoch, const crypto::Hash& base) {
  TRY(Act act, Act::begin(core_, centre_actor()));
  TRY_DONE(store::add_epoch_before_present(act.tx(), {epoch, base}));
  return act.commit_local();
}

Result<std::int64_t> FeedSink::seal_again(const std::string& epoch, std::int64_t seq, const std::string& why) {
  TRY(auto tx, core_.store.begin());
  TRY(const auto moved, store::seal_again(std::move(tx), epoch, seq, why));
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
    TRY(const auto n, seal_again(next->first, next->second, why));
    moved += n;
    if (n == 0) return moved;
  }
}

Result<Done> FeedSink::remember(const protocol::FeedPerson& person) {
  TRY(Act act, Act::begin(core_, centre_actor()));
  TRY_DONE(put_known(core_, act, person, "centre"));
  return act.commit_local();
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
