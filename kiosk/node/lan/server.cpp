#include "node/lan/server.h"

#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>

#include "api/protocol/branch_api.h"
#include "api/protocol/central_api.h"
#include "base/net/http.h"
#include "node/lan/event_stream.h"
#include "node/lan/rights.h"
#include "node/lan/terminal_authority.h"

namespace kiosk::lan {

using verbs::Actor;
using verbs::Branch;

namespace {

// The thread that waits for changes looks around this often whether the server ends.
constexpr Millis kSlice{500};
constexpr const char* kNews = "changes";
constexpr std::size_t kInOne = 16;        // changes an event
constexpr std::size_t kMostAtOnce = 256;  // who is further behind re-reads everything
constexpr const char* kJoin = "join";

net::Response answer_fault(const Fault& fault) {
  net::Response r;
  r.status = protocol::status_of(fault.kind);
  r.body = protocol::fault_to_wire(fault);
  return r;
}

bool terminal_name(std::string_view s) {
  if (s.empty() || s.size() > 64) return false;
  return std::all_of(s.begin(), s.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_' ||
           c == '.';
  });
}

// Under such a name the node shows without a log-in where every claim is (kioskctl on the box).
bool as_operator(const Actor& a, std::string_view verb) {
  return a.session.empty() && (verb == verbs::ListClaims::verb.name || verb == verbs::GetClaim::verb.name) &&
         (a.terminal == "ctl" || a.terminal.starts_with("ctl-"));
}

std::string header(const net::Request& q, const char* name) {
  const auto it = q.headers.find(name);
  return it == q.headers.end() ? std::string() : it->second;
}

}  // namespace

struct Server::Impl {
  Impl(Branch& b, Options o) : branch(b), options(std::move(o)), http(http_options(options)) { add_routes(); }

  static net::Server::Options http_options(const Options& o) {
    net::Server::Options h;
    h.listen = o.listen;
    h.lanes = {{.name = kJoin, .at_work = 2, .inside = 8, .per_second = 1, .burst = 30}};
    h.max_body = protocol::kBranchBodyBound;
    h.max_workers = o.max_workers;
    h.socket_mode = o.allowed_uids.empty() ? 0600 : 0660;
    return h;
  }

  // Who acts, and whether this peer may ask for that verb.
  Result<Actor> actor_of(const net::Request& q, std::string_view verb) const {
    Actor actor;
    const std::string bearer = header(q, "authorization");
    if (bearer.starts_with("Bearer ")) actor.session = bearer.substr(7);
    actor.terminal = header(q, "x-kiosk-terminal");
    if (!terminal_name(actor.terminal))
      return bad_input("terminal_invalid", "terminal", "X-Kiosk-Terminal: 1 to 64 of A-Z a-z 0-9 . _ -");
    if (options.authority) {
      if (verb == verbs::JoinTerminal::verb.name) return actor;
      TRY(auto guest, options.authority->enrolled(q.peer));
      if (!may(guest.role, verb))
        return refused("role_forbids", "a " + guest.role + " may not ask for " + std::string(verb));
      actor.terminal = std::move(guest.name);  // whatever the header says
      if (as_operator(actor, verb)) return refused("not_logged_in", "the operator's names are for the box itself");
      return actor;
    }
    const auto& users = options.allowed_uids;
    const bool known = !q.peer.uid || *q.peer.uid == ::getuid() || *q.peer.uid == 0 ||
                       std::find(users.begin(), users.end(), *q.peer.uid) != users.end();
    if (!known) return refused("peer_refused", "this user may not speak to the node");
    // Who may read the store may be the operator; a kiosk's own user may not.
    const bool of_box = !q.peer.uid || *q.peer.uid == ::getuid() || *q.peer.uid == 0;
    if (as_operator(actor, verb) && !of_box)
      return refused("peer_refused", "the operator's names are for the node's own user");
    return actor;
  }

  // The route of a verb: who is it, then what is asked, then the branch's answer.
  template <class V>
  void route() {
    constexpr auto& verb = V::verb;
    if constexpr (verb.carriage != verbs::Carriage::Stream) {
      names.emplace_back(verb.name);
      net::Server::Route r{"POST", "/v1/" + std::string(verb.name)};
      if (options.authority && std::is_same_v<V, verbs::JoinTerminal>) {
        r.lane = kJoin;
        r.max_body = 32 << 10;
      }
      http.on(std::move(r), [this](const net::Request& q) { return answer<V>(q); });
    }
  }

  template <class V>
  net::Response answer(const net::Request& q) {
    const auto actor = actor_of(q, V::verb.name);
    if (!actor) return answer_fault(actor.fault());
    auto asked = protocol::request_from_wire<V>(q.body);
    if (!asked) return answer_fault(asked.fault());
    if constexpr (V::verb.carriage == verbs::Carriage::BytesThere) {
      asked->kind = header(q, "x-kiosk-kind");
      if (!terminal_name(asked->kind))
        return answer_fault(bad_input("kind_invalid", "kind", "X-Kiosk-Kind: a short code"));
    }
    // On the LAN; who may open the box's socket may open the store.
    if (options.authority && V::verb.access.right != verbs::Right::None && actor->session.empty())
      return answer_fault(refused("not_logged_in"));
    auto result = branch.ask(*actor, *asked);
    if (!result) return answer_fault(result.fault());
    net::Response r;
    if constexpr (V::verb.carriage == verbs::Carriage::BytesBack) r.type = "application/octet-stream";
    r.body = protocol::codec_of<V>().write_reply(&*result);
    return r;
  }

  // The next events of a stream that has heard everything up to `after`; empty: nothing new.
  static std::string next_events(Branch& branch, const Actor& actor, std::int64_t& after, bool first) {
    auto found = branch.ask(actor, verbs::WaitChanges{after, Millis{0}});
    if (!found) return {};
    if (!first && !found->reset && found->changes.empty()) return {};
    if (found->changes.size() > kMostAtOnce) {
      found->changes.clear();
      found->reset = true;
    }
    const auto all = std::move(found->changes);
    std::string out;
    // In small events, so that a connection that is cut again and again still brings the terminal on.
    for (std::size_t at = 0; out.empty() || at < all.size(); at += kInOne) {
      const auto end = std::min(all.size(), at + kInOne);
      verbs::Changes part;
      part.reset = found->reset;
      part.changes.assign(all.begin() + static_cast<std::ptrdiff_t>(at),
                          all.begin() + static_cast<std::ptrdiff_t>(end));
      part.until = end < all.size() ? part.changes.back().seq : found->until;
      out += write_event({std::to_string(part.until), kNews, protocol::to_wire(part)});
    }
    after = found->until;
    return out;
  }

  net::Response push_changes(const net::Request& q) {
    const auto actor = actor_of(q, verbs::WaitChanges::verb.name);
    if (!actor) return answer_fault(actor.fault());
    std::int64_t after = 0;
    const std::string last = header(q, "last-event-id");
    std::from_chars(last.data(), last.data() + last.size(), after);
    wait_for_news();
    net::Response r;
    r.type = "text/event-stream";
    r.body = next_events(branch, *actor, after, true);
    if (r.body.empty()) return answer_fault(unreachable("node_away", "the node ends"));
    // Asking on each beat also tells the node that this terminal is there.
    const auto more = [this, actor = *actor, after, peer = q.peer]() mutable -> std::optional<std::string> {
      if (options.authority && !options.authority->enrolled(peer)) return std::nullopt;
      auto event = next_events(branch, actor, after, false);
      return event.empty() ? std::string(beat_comment) : event;
    };
    r.stream = net::Stream{kNews, options.beat, more};
    return r;
  }

  void wait_for_news() {
    const std::lock_guard lock(mutex);
    if (notifier.joinable() || stopping) return;
    notifier = std::thread([this] {
      std::int64_t after = 0;
      std::unique_lock inner(mutex);
      while (!stopping) {
        inner.unlock();
        const SteadyTime asked = clock.steady();
        const auto found = branch.ask({}, verbs::WaitChanges{after, kSlice});
        const bool news = found && (found->reset || !found->changes.empty());
        if (found) after = found->until;
        if (news) http.wake(kNews);
        inner.lock();
        // A node that ends answers at once.
        if (!news && clock.steady() - asked < kSlice / 2)
          ended.wait_for(inner, kSlice / 5, [this] { return stopping; });
      }
    });
  }

  Result<int> start() {
    if (options.authority) {
      TRY(const auto identity, options.authority->server_identity(options.names));
      TRY_DONE(http.identify(identity));
      options.authority->on_expel([this](const std::string& uri) {
        http.cut([&](const net::Peer& p) { return std::find(p.uris.begin(), p.uris.end(), uri) != p.uris.end(); });
      });
    }
    return http.start();
  }

  void stop() {
    {
      const std::lock_guard lock(mutex);
      stopping = true;
      ended.notify_all();
    }
    if (options.authority) options.authority->on_expel({});
    http.stop();
    if (notifier.joinable()) notifier.join();
  }

  void add_routes();

  Branch& branch;
  Options options;
  std::vector<std::string> names;
  const SystemClock clock;
  std::mutex mutex;
  std::condition_variable ended;
  bool stopping = false;
  std::thread notifier;  // waits for changes and wakes the streams
  net::Server http;      // last: its workers use everything above
};

void Server::Impl::add_routes() {
  verbs::AllVerbs::each([this]<class V>() { route<V>(); });
  http.on({"GET", "/v1/changes"}, [this](const net::Request& q) { return push_changes(q); });
  if (!options.authority) return;
  http.on({"GET", "/v1/ca"}, [this](const net::Request&) {
    net::Response r;
    r.body = protocol::encode(protocol::CaReply{options.authority->ca_pem()});
    return r;
  });
}

Server::Server(Branch& branch, Options options) : impl_(std::make_unique<Impl>(branch, std::move(options))) {}
Server::~Server() { stop(); }
Result<int> Server::start() { return impl_->start(); }
void Server::stop() { impl_->stop(); }
std::vector<std::string> Server::verbs() const { return impl_->names; }

std::string socket_of(const std::string& home) { return home + "/branch.sock"; }

}  // namespace kiosk::lan
