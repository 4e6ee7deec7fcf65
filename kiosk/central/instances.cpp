#include "central/instances.h"

#include "base/log.h"
#include "central/centre_impl.h"
#include "central/lookups.h"

namespace kiosk::central {
namespace {

constexpr std::string_view q_state = "SELECT state, challenge FROM node_instance WHERE node = ?1 AND instance = ?2";
constexpr std::string_view q_lock = "UPDATE node SET node = node WHERE node = ?1";  // one at a time for this node
constexpr std::string_view q_live = "SELECT instance FROM node_instance WHERE node = ?1 AND state = 'live'";
constexpr std::string_view q_add =
    "INSERT INTO node_instance (node, instance, state, challenge, since) VALUES (?1, ?2, 'live', '', ?3)";
constexpr std::string_view q_set =
    "UPDATE node_instance SET state = ?3, challenge = ?4 WHERE node = ?1 AND instance = ?2";
constexpr std::string_view q_forget =
    "DELETE FROM node_instance WHERE node = ?1 AND state = 'superseded' AND since < ?2";
constexpr auto remember_for = std::chrono::hours(24 * 90);

bool is_hex(std::string_view s) {
  return s.size() == 16 && s.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

struct Known {
  std::string state, challenge;
};
Result<Known> known(Db& db, const std::string& node, const std::string& instance) {
  Known k;
  TRY_DONE(db.prepared(q_state).bind_all(node, instance).each([&](Stmt& s) { k = {s.text(0), s.text(1)}; }));
  return k;
}

struct Judged {
  std::string state, challenge;
};

struct Place {
  std::string epoch;
  std::int64_t seq = 0;
};
Result<Place> newest(Db& db, const std::string& node) {
  Place p;
  TRY_DONE(db.prepared(lookup::newest_chain).bind_all(node).each([&](Stmt& s) { p = {s.text(0), s.integer(1)}; }));
  return p;
}

// A challenge carries the place it asked for, so that the answer is judged by that.
std::string challenge_of(Random& random, const Place& place) {
  std::uint8_t b[8];
  random.fill(b);
  return to_hex(b) + " " + (place.epoch.empty() ? "none" : place.epoch) + " " + std::to_string(place.seq);
}

}  // namespace

Result<InstanceSaid> read_instance(const std::string& instance, const std::string& alive) {
  if (!is_hex(instance)) return bad_input("field_value", "X-Kiosk-Instance", "16 lower-case hex digits");
  InstanceSaid said{instance, {}, {}};
  if (alive.empty()) return said;
  const auto space = alive.find(' ');
  said.alive = alive.substr(0, space);
  const auto raw = space == std::string::npos ? std::nullopt : from_hex(std::string_view(alive).substr(space + 1));
  if (!is_hex(said.alive) || alive.size() > 96) return bad_input("field_value", "X-Kiosk-Alive", "challenge and head");
  if (raw && raw->size() == 32) said.head = to_hash(*raw);
  return said;
}

Result<Done> Centre::check_instance(const NodeRef& node, const InstanceSaid& said) {
  Impl& d = *impl_;
  const auto now = d.read([&](Db& db) { return known(db, node.node, said.instance); });
  if (!now) return now.fault();
  if (now->state == "live") return Done{};
  TRY(const auto judged, d.write([&](Db& db) -> Result<Judged> {
    TRY_DONE(db.prepared(q_lock).bind_all(node.node).run());
    TRY(const auto k, known(db, node.node, said.instance));
    if (k.state == "live" || k.state == "stopped") return Judged{k.state, {}};
    const auto set = [&](const std::string& instance, const char* state, const std::string& challenge) {
      return db.prepared(q_set).bind_all(node.node, instance, state, challenge).run();
    };
    std::vector<std::string> live;
    TRY_DONE(db.prepared(q_live).bind_all(node.node).each([&](Stmt& s) { live.push_back(s.text(0)); }));
    if (k.state.empty()) {
      for (const auto& other : live) TRY_DONE(set(other, "superseded", ""));
      TRY_DONE(db.prepared(q_forget).bind_all(node.node, to_ms(d.now() - remember_for)).run());
      TRY_DONE(db.prepared(q_add).bind_all(node.node, said.instance, to_ms(d.now())).run());
      return Judged{"live", {}};
    }
    if (said.alive.empty() || !k.challenge.starts_with(said.alive + " ")) {
      TRY(const auto place, newest(db, node.node));
      const auto challenge = challenge_of(*d.options.random, place);
      TRY_DONE(set(said.instance, "superseded", challenge));
      return Judged{"superseded", challenge};
    }
    // Answered: it runs beside the one that took over.
    const auto first = k.challenge.find(' '), second = k.challenge.rfind(' ');
    const std::string epoch = k.challenge.substr(first + 1, second - first - 1);
    std::int64_t seq = 0;
    for (const char c : k.challenge.substr(second + 1)) seq = seq * 10 + (c - '0');
    bool same = seq == 0;  // nothing was there: nobody's chain is another's
    if (seq > 0 && said.head)
      TRY_DONE(db.prepared(lookup::head).bind_all(node.branch, node.node, epoch, seq).each([&](Stmt& s) {
        same = to_hash(s.blob(0)) == *said.head;
      }));
    log::warn("two copies of a node are at work; one is stopped",
              {{"branch", node.branch}, {"node", node.node}, {"stopped", same ? "the later" : "the earlier"}});
    if (same)
      for (const auto& other : live) TRY_DONE(set(other, "stopped", ""));
    TRY_DONE(set(said.instance, same ? "live" : "stopped", ""));
    return Judged{same ? "live" : "stopped", {}};
  }));
  if (judged.state == "live") return Done{};
  if (judged.state == "superseded") return refused("superseded", judged.challenge, "X-Kiosk-Instance");
  return refused("clone", "another copy of this node's data is at work");
}

}  // namespace kiosk::central
