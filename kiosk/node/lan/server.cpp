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

using protocol::ItemsOf;
using protocol::Nothing;
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
  return a.session.empty() && (verb == "claims" || verb == "claim") &&
         (a.terminal == "ctl" || a.terminal.starts_with("ctl-"));
}

std::string header(const net::Request& q, const char* name) {
  const auto it = q.headers.find(name);
  return it == q.headers.end() ? std::string() : it->second;
}

// A verb's answer as the wire carries it: lists and plain values in an object of their own.
template <class T>
const T& wire_form(const T& v) {
  return v;
}
template <class T>
ItemsOf<T> wire_form(std::vector<T>&& v) {
  return {std::move(v)};
}
Nothing wire_form(Done) { return {}; }

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
      if (verb == "join_terminal") return actor;
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

  // The door every verb goes through: who is it, then the verb.
  template <class F>
  void route(const char* verb, F f) {
    names.emplace_back(verb);
    net::Server::Route r{"POST", std::string("/v1/") + verb};
    if (options.authority && std::string_view(verb) == "join_terminal") {
      r.lane = kJoin;
      r.max_body = 32 << 10;
    }
    http.on(std::move(r), [this, verb, f](const net::Request& q) {
      const auto actor = actor_of(q, verb);
      if (!actor) return answer_fault(actor.fault());
      return f(*actor, q);
    });
  }

  // A verb with arguments of type Asked: decoded, called, encoded.
  template <class Asked, class F>
  void verb(const char* name, F f) {
    route(name, [f](const Actor& actor, const net::Request& q) {
      auto asked = protocol::from_wire<Asked>(q.body);
      if (!asked) return answer_fault(asked.fault());
      auto result = f(actor, *asked);
      if (!result) return answer_fault(result.fault());
      net::Response r;
      r.body = protocol::to_wire(wire_form(std::move(*result)));
      return r;
    });
  }

  // The lease is one program's: two that were given one name, or one badge, would both be told that they hold it.
  static Result<verbs::Announcer> announce(Branch& branch, Actor actor, const protocol::AnnounceAsked& asked) {
    if (!asked.run.empty()) actor.terminal += '/' + asked.run;
    auto answer = branch.announce(actor, asked.spoken);
    if (answer) answer->terminal = answer->terminal.substr(0, answer->terminal.find('/'));
    return answer;
  }

  // The next events of a stream that has heard everything up to `after`; empty: nothing new.
  static std::string next_events(Branch& branch, const Actor& actor, std::int64_t& after, bool first) {
    auto found = branch.changes(actor, after, Millis{0});
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
    const auto actor = actor_of(q, "changes");
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
        const auto found = branch.changes({}, after, kSlice);
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
  Branch& b = branch;
  using protocol::IdAsked;
  using protocol::PersonAsked;

  verb<Nothing>("info", [&b](const Actor& a, const Nothing&) { return b.info(a); });
  verb<Nothing>("rules", [&b](const Actor& a, const Nothing&) { return b.rules(a); });
  verb<Nothing>("services", [&b](const Actor& a, const Nothing&) { return b.services(a); });

  verb<verbs::IssueTicket>("issue_ticket", [&b](const Actor& a, const auto& r) { return b.issue_ticket(a, r); });
  // Who waits, and why one is called before another, is for officers; who may open the box's socket may open the store.
  verb<protocol::TicketsAsked>("tickets", [this, &b](const Actor& a, const auto& r) {
    if (options.authority && a.session.empty()) return Result<std::vector<domain::Ticket>>(refused("not_logged_in"));
    return b.tickets(a, r.live_only);
  });
  verb<IdAsked>("ticket", [&b](const Actor& a, const auto& r) { return b.ticket(a, r.id); });
  verb<protocol::TicketCalled>(
      "call_ticket", [&b](const Actor& a, const auto& r) { return b.call_ticket(a, r.counter, r.number, r.request); });
  verb<protocol::TicketActed>("act_on_ticket",
                              [&b](const Actor& a, const auto& r) { return b.act_on_ticket(a, r.act, r.ref); });
  verb<verbs::RestCounter>("rest_counter", [&b](const Actor& a, const auto& r) { return b.rest_counter(a, r); });
  verb<Nothing>("breaks", [&b](const Actor& a, const Nothing&) { return b.breaks(a); });
  verb<Nothing>("board", [&b](const Actor& a, const Nothing&) { return b.board(a); });
  verb<verbs::PostNotice>("post_notice", [&b](const Actor& a, const auto& r) { return b.post_notice(a, r); });
  verb<Nothing>("notices", [&b](const Actor& a, const Nothing&) { return b.notices(a); });
  verb<IdAsked>("remove_notice", [&b](const Actor& a, const auto& r) { return b.remove_notice(a, r.id); });
  verb<verbs::ReportAsked>("report", [&b](const Actor& a, const auto& r) { return b.report(a, r); });

  verb<verbs::FindParticipant>("find_participant",
                               [&b](const Actor& a, const auto& r) { return b.find_participant(a, r); });
  verb<verbs::Draft>("keep_draft", [&b](const Actor& a, const auto& r) { return b.keep_draft(a, r); });
  verb<verbs::Consent>("record_consent", [&b](const Actor& a, const auto& r) { return b.record_consent(a, r); });
  verb<verbs::Intake>("submit_intake", [&b](const Actor& a, const auto& r) { return b.submit_intake(a, r); });
  verb<verbs::HelpAsked>("ask_help", [&b](const Actor& a, const auto& r) { return b.ask_help(a, r); });
  verb<verbs::CheckClaim>("check_claim", [&b](const Actor& a, const auto& r) { return b.check_claim(a, r); });
  verb<verbs::SubmitClaim>("submit_claim", [&b](const Actor& a, const auto& r) { return b.submit_claim(a, r); });
  verb<Nothing>("claims", [&b](const Actor& a, const Nothing&) { return b.claims(a); });
  verb<IdAsked>("claim", [&b](const Actor& a, const auto& r) { return b.claim(a, r.id); });

  verb<PersonAsked>("account", [&b](const Actor& a, const auto& r) { return b.account(a, r.person); });
  verb<verbs::AttemptFace>("attempt_face", [&b](const Actor& a, const auto& r) { return b.attempt_face(a, r); });
  verb<verbs::CompareFace>("compare_face", [&b](const Actor& a, const auto& r) { return b.compare_face(a, r); });
  verb<PersonAsked>("interview_questions",
                    [&b](const Actor& a, const auto& r) { return b.interview_questions(a, r.person); });
  verb<verbs::Interview>("submit_interview", [&b](const Actor& a, const auto& r) { return b.submit_interview(a, r); });
  verb<verbs::ResetAccount>("reset_account", [&b](const Actor& a, const auto& r) { return b.reset_account(a, r); });
  verb<IdAsked>("approve_reset", [&b](const Actor& a, const auto& r) { return b.approve_reset(a, r.id); });
  verb<protocol::ResetsAsked>("resets", [&b](const Actor& a, const auto& r) { return b.resets(a, r.pending_only); });

  verb<protocol::LogInAsked>("log_in", [&b](const Actor& a, const auto& r) { return b.log_in(a, r.number, r.pin); });
  verb<Nothing>("log_out", [&b](const Actor& a, const Nothing&) { return b.log_out(a); });
  verb<Nothing>("officers", [&b](const Actor& a, const Nothing&) { return b.officers(a); });
  verb<Nothing>("tasks", [&b](const Actor& a, const Nothing&) { return b.tasks(a); });
  verb<verbs::FinishTask>("finish_task", [&b](const Actor& a, const auto& r) { return b.finish_task(a, r); });
  verb<verbs::OpenCase>("open_case", [&b](const Actor& a, const auto& r) { return b.open_case(a, r); });

  route("photo", [&b](const Actor& a, const net::Request& q) {
    auto asked = protocol::from_wire<protocol::BlobAsked>(q.body);
    if (!asked) return answer_fault(asked.fault());
    auto bytes = b.photo(a, asked->blob);
    if (!bytes) return answer_fault(bytes.fault());
    net::Response r;
    r.type = "application/octet-stream";
    r.body.assign(as_text(*bytes));
    return r;
  });
  route("put_blob", [&b](const Actor& a, const net::Request& q) {
    const std::string kind = header(q, "x-kiosk-kind");
    if (!terminal_name(kind)) return answer_fault(bad_input("kind_invalid", "kind", "X-Kiosk-Kind: a short code"));
    auto hash = b.put_blob(a, kind, as_bytes(q.body));
    if (!hash) return answer_fault(hash.fault());
    net::Response r;
    r.body = protocol::to_wire(protocol::BlobAsked{*hash});
    return r;
  });

  verb<Nothing>("sync_status", [&b](const Actor& a, const Nothing&) { return b.sync_status(a); });
  verb<Nothing>("sync_now", [&b](const Actor& a, const Nothing&) { return b.sync_now(a); });
  verb<protocol::SyncHeld>("sync_hold", [&b](const Actor& a, const auto& r) { return b.sync_hold(a, r.hold); });
  verb<verbs::CopyAsked>("copy_unsent", [&b](const Actor& a, const auto& r) { return b.copy_unsent(a, r); });
  verb<protocol::ReceiptGiven>("take_receipt",
                               [&b](const Actor& a, const auto& r) { return b.take_receipt(a, r.receipt); });
  verb<Nothing>("audit_verify", [&b](const Actor& a, const Nothing&) { return b.audit_verify(a); });
  verb<protocol::NodeEnrolled>("enrol",
                               [&b](const Actor& a, const auto& r) { return b.enrol(a, r.central_url, r.code); });
  verb<verbs::AddTerminal>("add_terminal", [&b](const Actor& a, const auto& r) { return b.add_terminal(a, r); });
  verb<verbs::JoinTerminal>("join_terminal", [&b](const Actor& a, const auto& r) { return b.join_terminal(a, r); });
  verb<protocol::CertificateAsked>("renew_terminal",
                                   [&b](const Actor& a, const auto& r) { return b.renew_terminal(a, r.csr_pem); });
  verb<Nothing>("terminals", [&b](const Actor& a, const Nothing&) { return b.terminals(a); });
  verb<protocol::TerminalNamed>("remove_terminal",
                                [&b](const Actor& a, const auto& r) { return b.remove_terminal(a, r.name); });
  verb<protocol::AnnounceAsked>("announce", [&b](const Actor& a, const auto& r) { return announce(b, a, r); });
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
