#include "node/lan/branch_client.h"

#include <set>

#include <mutex>

#include "api/protocol/branch_api.h"
#include "base/log.h"
#include "base/net/http.h"
#include "node/lan/change_stream.h"
#include "node/lan/server.h"
#include "node/lan/terminal_identity.h"

namespace kiosk::lan {

using protocol::from_wire;
using protocol::ItemsOf;
using protocol::to_wire;

namespace {

constexpr std::size_t kIdleConnections = 4;
constexpr Millis kSyncRound{12'000};  // sync_now waits up to 10 s at the node
constexpr Millis kEnrolment{60'000};  // a slow line to the centre

Fault node_away(std::string detail) { return unreachable("node_away", std::move(detail)); }

// A header takes no control characters, so that nothing can be smuggled behind a terminal's name.
bool fits_header(std::string_view s) {
  for (const char c : s)
    if (static_cast<unsigned char>(c) < 0x21 || static_cast<unsigned char>(c) > 0x7e) return false;
  return s.size() <= 256;
}

std::string new_run() {
  std::uint8_t raw[8];
  SystemRandom().fill(raw);
  return to_hex(raw);
}

}  // namespace

struct BranchClient::Impl {
  explicit Impl(Options o) : options(std::move(o)), stream([this] { return connect(); }, options.silence) {}

  std::unique_ptr<net::Client> connect() const {
    net::Client::Options o;
    o.base = options.base;
    net::TlsIdentity tls;
    if (options.badge) tls = options.badge->identity();
    if (options.badge) o.tls = &tls;
    o.connect_timeout = options.connect_timeout;
    o.timeout = options.timeout;
    o.max_body = protocol::kBranchBodyBound;
    return std::make_unique<net::Client>(std::move(o));
  }
  int badge_version() const { return options.badge ? options.badge->version() : 0; }

  // A connection of the pool for the time of one call.
  class Lease {
   public:
    explicit Lease(Impl& impl) : impl_(impl) {
      std::lock_guard lock(impl.mutex);
      if (impl.closed) return;
      version_ = impl.badge_version();
      if (std::exchange(impl.version, version_) != version_) impl.idle.clear();  // made with the former certificate
      if (!impl.idle.empty()) {
        client_ = std::move(impl.idle.back());
        impl.idle.pop_back();
      } else {
        client_ = impl.connect();
      }
      impl.busy.insert(client_.get());
    }
    ~Lease() {
      if (!client_) return;
      std::lock_guard lock(impl_.mutex);
      impl_.busy.erase(client_.get());
      if (good_ && !impl_.closed && version_ == impl_.version && impl_.idle.size() < kIdleConnections)
        impl_.idle.push_back(std::move(client_));
    }
    net::Client* get() { return client_.get(); }
    void keep() { good_ = true; }

   private:
    Impl& impl_;
    std::unique_ptr<net::Client> client_;
    int version_ = 0;
    bool good_ = false;
  };

  Result<std::string> send(const verbs::Actor& actor, const char* verb, std::string body, std::optional<Millis> timeout,
                           const std::string* kind = nullptr) {
    if (actor.terminal.empty() || !fits_header(actor.terminal)) {
      wipe(body);
      return bad_input("terminal_invalid", "terminal", "1 to 64 letters, digits, dot, dash or underscore");
    }
    net::Call call;
    call.method = "POST";
    call.path = std::string("/v1/") + verb;
    call.body = std::move(body);
    call.timeout = timeout;
    call.expect_json = false;
    call.headers.emplace_back("X-Kiosk-Terminal", actor.terminal);
    if (!actor.session.empty() && fits_header(actor.session))
      call.headers.emplace_back("Authorization", "Bearer " + actor.session);
    if (kind) {
      call.type = "application/octet-stream";
      call.headers.emplace_back("X-Kiosk-Kind", *kind);
    }
    Lease lease(*this);
    if (!lease.get()) {
      wipe(call.body);
      return node_away("the connection was closed");
    }
    auto reply = lease.get()->send(call);
    wipe(call.body);
    if (!reply)
      return node_away(reply.fault().code + (reply.fault().detail.empty() ? "" : ": " + reply.fault().detail));
    lease.keep();
    if (reply->status == 200) return std::move(reply->body);
    if (auto fault = protocol::fault_from_wire(reply->body)) return std::move(*fault);
    if (reply->status == 413)
      return bad_input("body_too_large", "photo",
                       "at most " + std::to_string(protocol::kBranchBodyBound >> 20) + " MiB");
    return node_away("HTTP status " + std::to_string(reply->status));
  }

  template <class Answer, class Asked>
  Result<Answer> call(const verbs::Actor& actor, const char* verb, const Asked& asked,
                      std::optional<Millis> timeout = {}) {
    TRY(std::string body, send(actor, verb, to_wire(asked), timeout));
    auto answer = from_wire<Answer>(body);
    wipe(body);
    if (!answer) return node_away(answer.fault().code + " in " + answer.fault().field);
    return answer;
  }
  template <class Item, class Asked>
  Result<std::vector<Item>> list(const verbs::Actor& actor, const char* verb, const Asked& asked) {
    TRY(auto items, call<ItemsOf<Item>>(actor, verb, asked));
    return std::move(items.items);
  }

  Options options;
  const std::string run = new_run();  // of this program
  std::mutex mutex;
  int version = 0;  // of the badge that the idle ones were made with
  std::vector<std::unique_ptr<net::Client>> idle;
  std::set<net::Client*> busy;
  bool closed = false;
  ChangeStream stream;  // last: its thread uses what stands above
};

BranchClient::BranchClient(Options options) : impl_(std::make_unique<Impl>(std::move(options))) {}
BranchClient::~BranchClient() { close(); }

BranchClient::Options BranchClient::at_home(const std::string& home) {
  Options o;
  o.base = "unix:" + socket_of(home);
  return o;
}

void BranchClient::close() {
  impl_->stream.close();
  std::lock_guard lock(impl_->mutex);
  impl_->closed = true;
  impl_->idle.clear();
  for (net::Client* c : impl_->busy) c->cancel();
}

using protocol::Nothing;
using verbs::Actor;

Result<verbs::NodeInfo> BranchClient::info(const Actor& a) {
  return impl_->call<verbs::NodeInfo>(a, "info", Nothing{});
}
Result<domain::RuleBook> BranchClient::rules(const Actor& a) {
  return impl_->call<domain::RuleBook>(a, "rules", Nothing{});
}
Result<std::vector<domain::Service>> BranchClient::services(const Actor& a) {
  return impl_->list<domain::Service>(a, "services", Nothing{});
}

Result<verbs::TicketIssued> BranchClient::issue_ticket(const Actor& a, const verbs::IssueTicket& r) {
  return impl_->call<verbs::TicketIssued>(a, "issue_ticket", r);
}
Result<std::vector<domain::Ticket>> BranchClient::tickets(const Actor& a, bool live_only) {
  return impl_->list<domain::Ticket>(a, "tickets", protocol::TicketsAsked{live_only});
}
Result<verbs::TicketIssued> BranchClient::ticket(const Actor& a, Uuid id) {
  return impl_->call<verbs::TicketIssued>(a, "ticket", protocol::IdAsked{id});
}
Result<domain::Ticket> BranchClient::call_ticket(const Actor& a, const std::string& counter, const std::string& number,
                                                 Uuid request) {
  return impl_->call<domain::Ticket>(a, "call_ticket", protocol::TicketCalled{counter, number, request});
}
Result<domain::Ticket> BranchClient::act_on_ticket(const Actor& a, domain::TicketAct act, const verbs::TicketRef& ref) {
  return impl_->call<domain::Ticket>(a, "act_on_ticket", protocol::TicketActed{act, ref});
}
Result<std::vector<verbs::CounterBreak>> BranchClient::rest_counter(const Actor& a, const verbs::RestCounter& r) {
  return impl_->list<verbs::CounterBreak>(a, "rest_counter", r);
}
Result<std::vector<verbs::CounterBreak>> BranchClient::breaks(const Actor& a) {
  return impl_->list<verbs::CounterBreak>(a, "breaks", Nothing{});
}
Result<verbs::BoardState> BranchClient::board(const Actor& a) {
  return impl_->call<verbs::BoardState>(a, "board", Nothing{});
}
Result<verbs::Notice> BranchClient::post_notice(const Actor& a, const verbs::PostNotice& r) {
  return impl_->call<verbs::Notice>(a, "post_notice", r);
}
Result<std::vector<verbs::Notice>> BranchClient::notices(const Actor& a) {
  return impl_->list<verbs::Notice>(a, "notices", Nothing{});
}
Result<Done> BranchClient::remove_notice(const Actor& a, Uuid id) {
  TRY([[maybe_unused]] Nothing done, impl_->call<Nothing>(a, "remove_notice", protocol::IdAsked{id}));
  return Done{};
}
Result<verbs::ReportView> BranchClient::report(const Actor& a, const verbs::ReportAsked& r) {
  return impl_->call<verbs::ReportView>(a, "report", r);
}

Result<verbs::ParticipantFound> BranchClient::find_participant(const Actor& a, const verbs::FindParticipant& r) {
  return impl_->call<verbs::ParticipantFound>(a, "find_participant", r);
}
Result<Done> BranchClient::keep_draft(const Actor& a, const verbs::Draft& r) {
  TRY([[maybe_unused]] Nothing done, impl_->call<Nothing>(a, "keep_draft", r));
  return Done{};
}
Result<verbs::ConsentView> BranchClient::record_consent(const Actor& a, const verbs::Consent& r) {
  return impl_->call<verbs::ConsentView>(a, "record_consent", r);
}
Result<verbs::IntakeView> BranchClient::submit_intake(const Actor& a, const verbs::Intake& r) {
  return impl_->call<verbs::IntakeView>(a, "submit_intake", r);
}
Result<verbs::Task> BranchClient::ask_help(const Actor& a, const verbs::HelpAsked& r) {
  return impl_->call<verbs::Task>(a, "ask_help", r);
}
Result<domain::Eligibility> BranchClient::check_claim(const Actor& a, const verbs::CheckClaim& r) {
  return impl_->call<domain::Eligibility>(a, "check_claim", r);
}
Result<verbs::ClaimView> BranchClient::submit_claim(const Actor& a, const verbs::SubmitClaim& r) {
  return impl_->call<verbs::ClaimView>(a, "submit_claim", r);
}
Result<std::vector<verbs::ClaimView>> BranchClient::claims(const Actor& a) {
  return impl_->list<verbs::ClaimView>(a, "claims", Nothing{});
}
Result<verbs::ClaimView> BranchClient::claim(const Actor& a, Uuid id) {
  return impl_->call<verbs::ClaimView>(a, "claim", protocol::IdAsked{id});
}

Result<verbs::AccountView> BranchClient::account(const Actor& a, const domain::PersonId& person) {
  return impl_->call<verbs::AccountView>(a, "account", protocol::PersonAsked{person});
}
Result<verbs::AttemptResult> BranchClient::attempt_face(const Actor& a, const verbs::AttemptFace& r) {
  return impl_->call<verbs::AttemptResult>(a, "attempt_face", r);
}
Result<verbs::AttemptResult> BranchClient::compare_face(const Actor& a, const verbs::CompareFace& r) {
  return impl_->call<verbs::AttemptResult>(a, "compare_face", r);
}
Result<std::vector<std::string>> BranchClient::interview_questions(const Actor& a, const domain::PersonId& person) {
  return impl_->list<std::string>(a, "interview_questions", protocol::PersonAsked{person});
}
Result<verbs::InterviewResult> BranchClient::submit_interview(const Actor& a, const verbs::Interview& r) {
  return impl_->call<verbs::InterviewResult>(a, "submit_interview", r);
}
Result<verbs::ResetView> BranchClient::reset_account(const Actor& a, const verbs::ResetAccount& r) {
  return impl_->call<verbs::ResetView>(a, "reset_account", r);
}
Result<verbs::ResetView> BranchClient::approve_reset(const Actor& a, Uuid reset) {
  return impl_->call<verbs::ResetView>(a, "approve_reset", protocol::IdAsked{reset});
}
Result<std::vector<verbs::ResetView>> BranchClient::resets(const Actor& a, bool pending_only) {
  return impl_->list<verbs::ResetView>(a, "resets", protocol::ResetsAsked{pending_only});
}

Result<verbs::SessionView> BranchClient::log_in(const Actor& a, const std::string& number, const SecretString& pin) {
  return impl_->call<verbs::SessionView>(a, "log_in", protocol::LogInAsked{number, pin.clone()});
}
Result<verbs::Task> BranchClient::finish_task(const Actor& a, const verbs::FinishTask& asked) {
  return impl_->call<verbs::Task>(a, "finish_task", asked);
}

Result<Done> BranchClient::log_out(const Actor& a) {
  TRY([[maybe_unused]] Nothing done, impl_->call<Nothing>(a, "log_out", Nothing{}));
  return Done{};
}
Result<std::vector<verbs::OfficerView>> BranchClient::officers(const Actor& a) {
  return impl_->list<verbs::OfficerView>(a, "officers", Nothing{});
}
Result<std::vector<verbs::Task>> BranchClient::tasks(const Actor& a) {
  return impl_->list<verbs::Task>(a, "tasks", Nothing{});
}
Result<verbs::CaseView> BranchClient::open_case(const Actor& a, const verbs::OpenCase& r) {
  return impl_->call<verbs::CaseView>(a, "open_case", r);
}
Result<Bytes> BranchClient::photo(const Actor& a, const std::string& blob) {
  TRY(std::string body, impl_->send(a, "photo", to_wire(protocol::BlobAsked{blob}), {}));
  const ByteView view = as_bytes(body);
  Bytes bytes(view.begin(), view.end());
  wipe(body);
  return bytes;
}
Result<std::string> BranchClient::put_blob(const Actor& a, const std::string& kind, ByteView bytes) {
  if (kind.empty() || !fits_header(kind)) return bad_input("kind_invalid", "kind", "a short code was expected");
  if (bytes.size() > protocol::kBranchBodyBound) return bad_input("body_too_large", "photo", "at most 12 MiB");
  TRY(std::string body, impl_->send(a, "put_blob", std::string(as_text(bytes)), {}, &kind));
  auto stored = from_wire<protocol::BlobAsked>(body);
  if (!stored) return node_away(stored.fault().code);
  return std::move(stored->blob);
}

Result<verbs::SyncStatus> BranchClient::sync_status(const Actor& a) {
  return impl_->call<verbs::SyncStatus>(a, "sync_status", Nothing{});
}
Result<verbs::SyncStatus> BranchClient::sync_now(const Actor& a) {
  return impl_->call<verbs::SyncStatus>(a, "sync_now", Nothing{}, impl_->options.timeout + kSyncRound);
}
Result<verbs::CopyChunk> BranchClient::copy_unsent(const Actor& a, const verbs::CopyAsked& asked) {
  return impl_->call<verbs::CopyChunk>(a, "copy_unsent", asked);
}
Result<verbs::ReceiptTaken> BranchClient::take_receipt(const Actor& a, const std::string& receipt) {
  return impl_->call<verbs::ReceiptTaken>(a, "take_receipt", protocol::ReceiptGiven{receipt});
}
Result<verbs::SyncStatus> BranchClient::sync_hold(const Actor& a, bool hold) {
  return impl_->call<verbs::SyncStatus>(a, "sync_hold", protocol::SyncHeld{hold});
}
Result<verbs::AuditVerdict> BranchClient::audit_verify(const Actor& a) {
  // A long chain takes its time: 18,000 signatures a second.
  return impl_->call<verbs::AuditVerdict>(a, "audit_verify", Nothing{}, Millis{120'000});
}
Result<verbs::EnrolResult> BranchClient::enrol(const Actor& a, const std::string& url, const std::string& code) {
  return impl_->call<verbs::EnrolResult>(a, "enrol", protocol::NodeEnrolled{url, code}, kEnrolment);
}
Result<verbs::Changes> BranchClient::changes(const Actor& a, std::int64_t after, Millis wait) {
  if (a.terminal.empty() || !fits_header(a.terminal))
    return bad_input("terminal_invalid", "terminal", "1 to 64 letters, digits, dot, dash or underscore");
  return impl_->stream.wait(a, after, wait);
}

Result<verbs::TerminalCode> BranchClient::add_terminal(const Actor& a, const verbs::AddTerminal& asked) {
  return impl_->call<verbs::TerminalCode>(a, "add_terminal", asked);
}
Result<verbs::TerminalCertificate> BranchClient::join_terminal(const Actor& a, const verbs::JoinTerminal& asked) {
  return impl_->call<verbs::TerminalCertificate>(a, "join_terminal", asked);
}
Result<verbs::TerminalCertificate> BranchClient::renew_terminal(const Actor& a, const std::string& csr_pem) {
  return impl_->call<verbs::TerminalCertificate>(a, "renew_terminal", protocol::CertificateAsked{csr_pem});
}
Result<std::vector<verbs::TerminalView>> BranchClient::terminals(const Actor& a) {
  return impl_->list<verbs::TerminalView>(a, "terminals", Nothing{});
}
Result<Done> BranchClient::remove_terminal(const Actor& a, const std::string& name) {
  TRY([[maybe_unused]] Nothing done, impl_->call<Nothing>(a, "remove_terminal", protocol::TerminalNamed{name}));
  return Done{};
}
Result<verbs::Announcer> BranchClient::announce(const Actor& a, std::int64_t spoken) {
  return impl_->call<verbs::Announcer>(a, "announce", protocol::AnnounceAsked{spoken, impl_->run});
}

}  // namespace kiosk::lan
