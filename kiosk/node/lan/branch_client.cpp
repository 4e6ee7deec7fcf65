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

namespace {

constexpr std::size_t kIdleConnections = 4;

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

  Result<std::string> send(const verbs::Actor& actor, const verbs::Verb& verb, std::string body,
                           const std::string* kind = nullptr) {
    if (actor.terminal.empty() || !fits_header(actor.terminal)) {
      wipe(body);
      return bad_input("terminal_invalid", "terminal", "1 to 64 letters, digits, dot, dash or underscore");
    }
    net::Call call;
    call.method = "POST";
    call.path = "/v1/" + std::string(verb.name);
    call.body = std::move(body);
    if (verb.longer > Millis{}) call.timeout = options.timeout + verb.longer;
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

std::optional<Fault> BranchClient::call(const verbs::Actor& who, const verbs::Verb& verb, std::string body,
                                        const protocol::VerbCodec& codec, void* reply) {
  auto answer = impl_->send(who, verb, std::move(body));
  if (!answer) return std::move(answer).fault();
  const auto unread = codec.read_reply(*answer, reply);
  wipe(*answer);
  if (unread) return node_away(unread->code + " in " + unread->field);
  return std::nullopt;
}

Result<std::string> BranchClient::perform(const verbs::Actor& who, const verbs::PutBlob& asked) {
  if (asked.kind.empty() || !fits_header(asked.kind))
    return bad_input("kind_invalid", "kind", "a short code was expected");
  if (asked.bytes.size() > protocol::kBranchBodyBound) return bad_input("body_too_large", "photo", "at most 12 MiB");
  TRY(std::string body, impl_->send(who, asked.verb, std::string(as_text(asked.bytes)), &asked.kind));
  std::optional<std::string> hash;
  if (const auto unread = protocol::codec_of<verbs::PutBlob>().read_reply(body, &hash)) return node_away(unread->code);
  return std::move(*hash);
}

Result<verbs::Changes> BranchClient::perform(const verbs::Actor& who, const verbs::WaitChanges& asked) {
  if (who.terminal.empty() || !fits_header(who.terminal))
    return bad_input("terminal_invalid", "terminal", "1 to 64 letters, digits, dot, dash or underscore");
  return impl_->stream.wait(who, asked.after, asked.wait);
}

// The lease is this program's: two that were given one name would both be told that they hold it.
Result<verbs::Announcer> BranchClient::perform(const verbs::Actor& who, const verbs::Announce& asked) {
  return perform<verbs::Announce>(who, {asked.spoken, impl_->run});
}

}  // namespace kiosk::lan
