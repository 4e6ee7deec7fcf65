#include "sim_truth.h"

#include "node/branch/outgoing.h"
#include "node/store/outbox.h"

namespace kiosk::faults {
namespace {

constexpr std::string_view q_ledger =
    "SELECT n, branch, node, epoch, seq, id, kind, header, ciphertext, head, verdict, reason FROM event WHERE n > ?1 "
    "ORDER BY n";
constexpr std::string_view q_ids = "SELECT id FROM event";
constexpr std::string_view q_blob = "SELECT complete FROM blob WHERE node = ?1 AND hash = ?2";
constexpr std::string_view q_blobs_home = "SELECT hash FROM blob WHERE complete = 1";
constexpr std::string_view q_chain = "SELECT node, epoch, base, seq, head FROM chain";
constexpr std::string_view q_base = "SELECT base FROM chain WHERE node = ?1 AND epoch = ?2";
constexpr std::string_view q_feed_top = "SELECT coalesce(max(cursor), 0) FROM feed WHERE branch = ?1";
constexpr std::string_view q_stage = "SELECT stage FROM claim WHERE id = ?1";
constexpr std::string_view q_taken =
    "SELECT count(*) FROM claim WHERE cause NOT IN ('P10', 'P30') AND kpj = (SELECT kpj FROM claim WHERE id = ?1)";

crypto::Hash hash_of(const Bytes& b) {
  crypto::Hash h{};
  if (b.size() == h.size()) std::copy(b.begin(), b.end(), h.begin());
  return h;
}
std::string record_of(const events::Header& h) { return h.kind.starts_with("ticket.") ? h.ticket : h.subject; }

}  // namespace

Truth::Truth(World& world, Outcome& outcome) : world_(world), outcome_(outcome) {
  sides_.resize(world.branches.size());
  after_step("begin");
}

void Truth::acknowledged(std::size_t b, const std::string& kind, const std::string& record) {
  sides_[b].acknowledged.emplace_back(kind, record);
}

void Truth::after_step(const std::string& step) {
  step_ = step;
  for (std::size_t b = 0; b < sides_.size(); ++b)
    if (world_.branches[b]->up()) observe_node(b);
  if (!world_.centre_up()) return;
  read_ledger();
  for (std::size_t b = 0; b < sides_.size(); ++b) {
    if (!world_.branches[b]->up()) continue;
    compare(b);
    compare_blobs(b);
  }
}

// What the node has now: everything it ever had, and what is new.
void Truth::observe_node(std::size_t b) {
  Side& side = sides_[b];
  auto& store = *world_.branches[b]->store;
  const auto identity = store.identity();
  auto& seen = side.seen[identity.epoch];
  if (identity.last_seq < seen)
    return lost("branch " + std::to_string(b) + " had " + std::to_string(seen) + " events and has " +
                std::to_string(identity.last_seq));
  auto read = store.read();
  if (!fine(read, "reading a node")) return;
  if (identity.last_seq > seen) {
    for (std::int64_t seq = seen + 1; seq <= identity.last_seq; ++seq) {
      const auto e = store::event_at(read->db(), identity.base + seq);
      if (!e) return lost("the node's sequence has a gap: " + e.fault().detail);
      const auto header = events::decode_header(e->sealed.header);
      if (!fine(header, "reading a header")) return;
      const std::string id = header->id.str();
      side.events[{identity.epoch, seq}] = {id, header->kind, record_of(*header), e->sealed.head};
      // After a restore an event may stand in a new place; it is then no longer sent from its old one.
      if (const auto before = side.places.find(id); before != side.places.end()) {
        if (before->second.first == identity.epoch) doubled("the id " + id + " was made twice");
        if (!ledger_.contains({world_.branches[b]->node_id, before->second.first, before->second.second}))
          side.events.erase(before->second);
      } else {
        ++events_;
      }
      side.places[id] = {identity.epoch, seq};
    }
    seen = identity.last_seq;
  } else if (seen > 0) {
    const auto newest = store::event_at(read->db(), identity.base + seen);
    if (!newest || newest->sealed.head != side.events[{identity.epoch, seen}].head)
      damaged("a node's head has changed");
  }
}

std::set<std::string> Truth::known_ids(std::size_t b) const {
  std::set<std::string> out;
  for (const auto& [id, place] : sides_[b].places)
    if (!sides_[b].gone.contains(id)) out.insert(id);
  return out;
}

void Truth::restored(std::size_t b, const std::set<std::string>& copied) {
  Side& side = sides_[b];
  std::set<std::string> there;
  auto read = world_.branches[b]->store->read();
  if (!fine(read, "reading a restored node")) return;
  const auto all = read->db().prepared(q_ids).each([&](sqlite::Stmt& q) {
    const Bytes id = q.blob(0);
    if (id.size() == 16) there.insert(Uuid::from_bytes(std::span<const std::uint8_t, 16>(id.data(), 16)).str());
  });
  if (!fine(all, "reading a restored node")) return;
  for (const auto& [id, place] : side.places) {
    if (there.contains(id) || ids_.contains(id) || side.gone.contains(id)) continue;
    if (copied.contains(id))
      lost("event " + id + " was in a copy and is not in the restored branch " + std::to_string(b));
    side.gone.insert(id);
    ++gone_;
    const auto& e = side.events.at(place);
    std::erase(side.acknowledged, std::pair(e.kind, e.record));
    side.events.erase(place);
  }
  side.seen.clear();
  for (const auto& [place, e] : side.events) {
    auto& seen = side.seen[place.first];
    seen = std::max(seen, place.second);
  }
  side.blobs_home.clear();
  side.checked = {};  // a backup's cursor is older
}

void Truth::read_ledger() {
  std::vector<Entry> fresh;
  const auto read = centre()->prepared(q_ledger).bind_all(last_n_).each([&](sqlite::Stmt& q) {
    last_n_ = q.integer(0);
    Entry e{q.text(1),  q.text(2),  q.text(3), q.text(5),    q.text(6), {},
            q.text(10), q.text(11), {},        q.integer(4), {},        {}};
    e.head = hash_of(q.blob(9));
    const auto header = events::decode_header(q.text(7));
    if (header) e.record = record_of(*header);
    const auto before = ledger_.find({e.node, e.epoch, e.seq - 1});
    const auto pending = std::find_if(fresh.rbegin(), fresh.rend(), [&](const Entry& f) {
      return f.node == e.node && f.epoch == e.epoch && f.seq == e.seq - 1;
    });
    crypto::Hash previous{};
    if (pending != fresh.rend()) previous = pending->head;
    if (before != ledger_.end()) previous = before->second.head;
    if (e.seq == 1)
      (void)centre()->prepared(q_base).bind_all(e.node, e.epoch).each([&](sqlite::Stmt& c) {
        previous = hash_of(c.blob(0));
      });
    e.link = events::chain_head(previous, q.text(7), q.blob(8));
    fresh.push_back(std::move(e));
  });
  if (!fine(read, "reading the ledger")) return;
  for (auto& e : fresh) {
    if (++ids_[e.id] > 1) doubled("the id " + e.id + " stands in the ledger twice");
    if (e.link != e.head) damaged("the ledger's chain breaks at " + e.node + " " + std::to_string(e.seq));
    std::size_t b = 0;
    while (b < sides_.size() && world_.branches[b]->node_id != e.node) ++b;
    if (b < sides_.size()) {
      Side& side = sides_[b];
      if (side.gone.erase(e.id) > 0) {  // thought gone with the branch's disk, and on its way all the time
        --gone_;
        side.events[{e.epoch, e.seq}] = {e.id, e.kind, e.record, e.head};
      }
      const auto made = side.events.find({e.epoch, e.seq});
      if (made == side.events.end())
        damaged("the ledger holds event " + std::to_string(e.seq) + " of epoch " + e.epoch + ", " + e.kind +
                ", that branch " + std::to_string(b) + " never made");
      else if (made->second.head != e.head || made->second.id != e.id)
        damaged("the ledger's event " + std::to_string(e.seq) + " is not that of branch " + std::to_string(b));
    } else {
      damaged("the ledger holds an event of a node that is none");
    }
    if (e.verdict != "accepted") ++verdicts_;
    if (!ledger_.emplace(std::tuple(e.node, e.epoch, e.seq), e).second) doubled("a place in the ledger is taken twice");
  }
}

void Truth::centre_restarted() {
  const auto before = std::move(ledger_);
  ledger_.clear();
  last_n_ = 0;
  ids_.clear();
  const auto verdicts = verdicts_;
  read_ledger();
  verdicts_ = std::max(verdicts, verdicts_ - verdicts);
  for (const auto& [place, e] : before) {
    const auto now = ledger_.find(place);
    if (now == ledger_.end())
      lost("the centre no longer holds event " + std::to_string(e.seq));
    else if (now->second.head != e.head || now->second.verdict != e.verdict)
      damaged("the centre changed event " + std::to_string(e.seq));
  }
}

// The cursor against the ledger, and the verdicts of what it has passed.
void Truth::compare(std::size_t b) {
  Side& side = sides_[b];
  auto& branch = *world_.branches[b];
  auto read = branch.store->read();
  if (!fine(read, "reading a node")) return;
  const auto recovering = store::meta(read->db(), branch::kRecover);
  if (!fine(recovering, "reading a node")) return;
  const auto cursor = store::cursor(read->db());
  if (!fine(cursor, "reading a cursor")) return;
  std::int64_t from = side.checked.first == cursor->epoch ? side.checked.second : 0;
  if (cursor->seq < from) damaged("the cursor of branch " + std::to_string(b) + " went back");
  for (std::int64_t seq = from + 1; seq <= cursor->seq; ++seq) {
    const auto at_centre = ledger_.find({branch.node_id, cursor->epoch, seq});
    if (at_centre == ledger_.end()) {
      lost("branch " + std::to_string(b) + " believes event " + std::to_string(seq) + " is at the centre");
      continue;
    }
    if (!recovering->empty()) continue;  // it has yet to ask what became of them
    const auto verdict = store::verdict_of(read->db(), cursor->base + seq);
    if (!fine(verdict, "reading a verdict")) continue;
    const std::string here = *verdict ? (*verdict)->verdict + " " + (*verdict)->reason : "accepted ";
    if (here != at_centre->second.verdict + " " + at_centre->second.reason)
      damaged("event " + std::to_string(seq) + " of branch " + std::to_string(b) + " is '" + here + "' here and '" +
              at_centre->second.verdict + " " + at_centre->second.reason + "' at the centre");
  }
  if (recovering->empty()) side.checked = {cursor->epoch, cursor->seq};
}

void Truth::compare_blobs(std::size_t b) {
  Side& side = sides_[b];
  auto read = world_.branches[b]->store->read();
  if (!fine(read, "reading a node")) return;
  std::vector<std::string> home;
  const auto done = read->db().prepared(q_blobs_home).each([&](sqlite::Stmt& q) {
    if (!side.blobs_home.contains(q.text(0))) home.push_back(q.text(0));
  });
  if (!fine(done, "reading a node's blobs") || centre() == nullptr) return;
  for (const auto& hash : home) {
    bool there = false;
    const auto asked =
        centre()->prepared(q_blob).bind_all(world_.branches[b]->node_id, hash).each([&](sqlite::Stmt& q) {
          there = q.integer(0) != 0;
        });
    if (!fine(asked, "reading the centre's blobs")) return;
    if (!there) lost("branch " + std::to_string(b) + " believes a photo is at the centre");
    side.blobs_home.insert(hash);
    ++blobs_;
  }
}

void Truth::verify_chains() {
  for (std::size_t b = 0; b < sides_.size(); ++b) {
    auto& branch = *world_.branches[b];
    if (!branch.up()) continue;
    auto read = branch.store->read();
    if (!fine(read, "reading a node")) continue;
    const auto chain = store::verify_chain(read->db(), branch.keys.signing.public_key());
    if (fine(chain, "verifying a chain") && chain->first_bad)
      damaged("the chain of branch " + std::to_string(b) + " breaks at " + std::to_string(*chain->first_bad));
  }
  if (centre() == nullptr) return;
  const auto done = centre()->prepared(q_chain).each([&](sqlite::Stmt& q) {
    const auto seq = q.integer(3);
    const auto last = ledger_.find({q.text(0), q.text(1), seq});
    if (last == ledger_.end() || last->second.head != hash_of(q.blob(4)))
      damaged("the centre's chain of " + q.text(0) + " does not end where its ledger does");
    for (std::int64_t s = 1; s <= seq; ++s)
      if (!ledger_.contains({q.text(0), q.text(1), s})) lost("the centre's chain has a gap at " + std::to_string(s));
  });
  fine(done, "reading the centre's chains");
}

void Truth::finish() {
  step_ = "end";
  after_step("end");
  verify_chains();
  for (std::size_t b = 0; b < sides_.size(); ++b) finish_branch(b);
  // A claim that was accepted is the only one of its membership, wherever it was made.
  for (const auto& [place, e] : ledger_) {
    if (e.kind != "claim.submitted" || e.verdict != "accepted") continue;
    std::int64_t of_kpj = 0;
    const auto done =
        centre()->prepared(q_taken).bind_all(e.record).each([&](sqlite::Stmt& q) { of_kpj = q.integer(0); });
    if (fine(done, "reading claims") && of_kpj > 1)
      doubled("the membership of claim " + e.record + " has " + std::to_string(of_kpj) + " claims");
  }
}

void Truth::finish_branch(std::size_t b) {
  Side& side = sides_[b];
  auto& branch = *world_.branches[b];
  const std::string name = "branch " + std::to_string(b);
  const auto status = branch.engine->status();
  if (status.pending > 0 || status.pending_blobs > 0)
    lost(name + " did not settle: " + std::to_string(status.pending) + " events and " +
         std::to_string(status.pending_blobs) + " photos wait, " + status.state + " " + status.why + " " +
         status.why_detail);
  else if (status.state != "idle" || !status.why.empty())
    damaged(name + " is settled and says " + status.state + " " + status.why);
  for (const auto& [place, e] : side.events)
    if (!ledger_.contains({branch.node_id, place.first, place.second}))
      lost("event " + std::to_string(place.second) + " of " + name + " is not at the centre");
  for (const auto& [kind, record] : side.acknowledged) {
    int times = 0;
    for (const auto& [place, e] : ledger_)
      if (e.node == branch.node_id && e.kind == kind && e.record == record) ++times;
    if (times == 0) lost(kind + " of " + record + " was acknowledged and is not at the centre");
    if (times > 1) doubled(kind + " of " + record + " is at the centre " + std::to_string(times) + " times");
  }
  std::int64_t top = 0;
  const auto asked =
      centre()->prepared(q_feed_top).bind_all(branch.name).each([&](sqlite::Stmt& q) { top = q.integer(0); });
  const auto at = branch.node->feed().cursor();
  if (fine(asked, "reading the feed") && fine(at, "reading the feed's cursor") && *at < top)
    damaged(name + " has not heard all of the feed: " + std::to_string(*at) + " of " + std::to_string(top));
  // What the centre says of an account is what the branch says, unless a second officer is waited for here.
  for (const auto& person : world_.people) {
    const auto there = world_.centre->participant(person.id);
    const auto here = branch.node->ask(branch.kiosk, verbs::GetAccount{person.id});
    if (!fine(there, "asking the centre for an account") || !fine(here, "asking a branch for an account")) continue;
    const auto state = domain::at(there->account, world_.time.wall).state;
    if (here->account.state != state && here->account.state != domain::AccountState::ResetPending)
      damaged("an account is " + std::string(domain::code(here->account.state)) + " at " + name + " and " +
              std::string(domain::code(state)) + " at the centre");
  }
  // What became of the claims is told at the branch, and a claim that was not taken has an officer's task.
  const auto tasks = branch.node->ask(branch.iso, verbs::ListTasks{});
  for (const auto& [kind, record] : side.acknowledged) {
    if (kind != "claim.submitted") continue;
    const auto view = branch.node->ask({"ctl", ""}, verbs::GetClaim{Uuid::parse(record).value()});
    if (!fine(view, "reading a claim")) continue;
    const auto entry = std::find_if(ledger_.begin(), ledger_.end(), [&, k = kind, r = record](const auto& e) {
      return e.second.node == branch.node_id && e.second.kind == k && e.second.record == r;
    });
    if (entry == ledger_.end()) continue;
    const auto& verdict = entry->second.verdict;
    const bool agrees = verdict == "rejected"  ? view->sync == domain::SyncState::Rejected
                        : verdict == "flagged" ? view->sync == domain::SyncState::NeedsOfficer
                                               : view->sync == domain::SyncState::Accepted;
    if (!agrees) damaged("claim " + record + " is " + verdict + " and shown as " + std::string(code(view->sync)));
    if (verdict == "rejected") {
      const bool told = tasks && std::any_of(tasks->begin(), tasks->end(), [r = record](const verbs::Task& t) {
                          return t.subject == r && t.kind == "rejected";
                        });
      if (!told) lost("no officer is told that claim " + record + " was rejected");
      continue;
    }
    std::string stage;
    const auto read = centre()->prepared(q_stage).bind_all(record).each([&](sqlite::Stmt& q) { stage = q.text(0); });
    if (!fine(read, "reading a claim's stage") || stage.empty()) continue;
    bool shown = false;
    for (const auto& s : view->stages) shown = shown || (s.at && domain::code(s.stage) == stage);
    if (!shown) damaged("claim " + record + " stands at " + stage + " and the branch does not know");
  }
}

}  // namespace kiosk::faults
