#include "lan/server.h"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <utility>

#include "net/http.h"
#include "protocol/branch_api.h"

namespace kiosk::lan {

using protocol::ItemsOf;
using protocol::Nothing;
using verbs::Actor;
using verbs::Branch;

namespace {

// Long polls look around this often whether the server ends or the terminal has gone.
constexpr Millis kSlice{500};

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
    h.tls = o.tls;
    h.max_body = protocol::kBranchBodyBound;
    h.max_workers = o.max_workers;
    h.socket_mode = o.allowed_uids.empty() ? 0600 : 0660;
    return h;
  }

  bool allowed(const net::Peer& peer) const {
    if (!peer.uid) return options.tls == nullptr || peer.certificate;
    return *peer.uid == ::getuid() || *peer.uid == 0 ||
           std::find(options.allowed_uids.begin(), options.allowed_uids.end(), *peer.uid) != options.allowed_uids.end();
  }

  // The door every verb goes through: who is it, then the verb.
  template <class F>
  void route(const char* verb, F f) {
    names.emplace_back(verb);
    http.on({"POST", std::string("/v1/") + verb, options.tls != nullptr, 0}, [this, f](const net::Request& q) {
      if (!allowed(q.peer)) return answer_fault(refused("peer_refused", "this user may not speak to the node"));
      Actor actor;
      actor.terminal = header(q, "x-kiosk-terminal");
      if (!terminal_name(actor.terminal))
        return answer_fault(
            bad_input("terminal_invalid", "terminal", "X-Kiosk-Terminal: 1 to 64 of A-Z a-z 0-9 . _ -"));
      const std::string bearer = header(q, "authorization");
      if (bearer.starts_with("Bearer ")) actor.session = bearer.substr(7);
      return f(actor, q);
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

  Result<verbs::Changes> wait_for_changes(const Actor& actor, const protocol::ChangesAsked& asked,
                                          const std::function<bool()>& stopping) {
    Millis left = std::clamp(Millis{asked.wait_ms}, Millis{0}, options.longest_wait);
    struct Waiting {
      std::atomic<int>& n;
      const int now;
      explicit Waiting(std::atomic<int>& count) : n(count), now(++count) {}
      ~Waiting() { --n; }
    } waiting(polls);
    if (waiting.now > options.max_workers / 2) left = Millis{0};
    while (true) {
      const Millis slice = std::min(left, kSlice);
      auto found = branch.changes(actor, asked.after, slice);
      left -= slice;
      if (!found || found->reset || !found->changes.empty() || left <= Millis{0} || (stopping && stopping()))
        return found;
    }
  }

  void add_routes();

  Branch& branch;
  Options options;
  std::vector<std::string> names;
  std::atomic<int> polls{0};
  net::Server http;  // last: its workers use everything above
};

void Server::Impl::add_routes() {
  Branch& b = branch;
  using protocol::IdAsked;
  using protocol::PersonAsked;

  verb<Nothing>("info", [&b](const Actor& a, const Nothing&) { return b.info(a); });
  verb<Nothing>("rules", [&b](const Actor& a, const Nothing&) { return b.rules(a); });
  verb<Nothing>("services", [&b](const Actor& a, const Nothing&) { return b.services(a); });

  verb<verbs::IssueTicket>("issue_ticket", [&b](const Actor& a, const auto& r) { return b.issue_ticket(a, r); });
  verb<protocol::TicketsAsked>("tickets", [&b](const Actor& a, const auto& r) { return b.tickets(a, r.live_only); });
  verb<IdAsked>("ticket", [&b](const Actor& a, const auto& r) { return b.ticket(a, r.id); });
  verb<protocol::TicketCalled>(
      "call_ticket", [&b](const Actor& a, const auto& r) { return b.call_ticket(a, r.counter, r.number, r.request); });
  verb<protocol::TicketActed>("act_on_ticket",
                              [&b](const Actor& a, const auto& r) { return b.act_on_ticket(a, r.act, r.ref); });
  verb<Nothing>("board", [&b](const Actor& a, const Nothing&) { return b.board(a); });
  verb<verbs::ReportAsked>("report", [&b](const Actor& a, const auto& r) { return b.report(a, r); });

  verb<verbs::FindParticipant>("find_participant",
                               [&b](const Actor& a, const auto& r) { return b.find_participant(a, r); });
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
  route("changes", [this](const Actor& a, const net::Request& q) {
    auto asked = protocol::from_wire<protocol::ChangesAsked>(q.body);
    if (!asked) return answer_fault(asked.fault());
    auto found = wait_for_changes(a, *asked, q.stopping);
    if (!found) return answer_fault(found.fault());
    net::Response r;
    r.body = protocol::to_wire(*found);
    return r;
  });
}

Server::Server(Branch& branch, Options options) : impl_(std::make_unique<Impl>(branch, std::move(options))) {}
Server::~Server() { stop(); }
Result<int> Server::start() { return impl_->http.start(); }
void Server::stop() { impl_->http.stop(); }
std::vector<std::string> Server::verbs() const { return impl_->names; }

std::string socket_of(const std::string& home) { return home + "/branch.sock"; }

}  // namespace kiosk::lan
