#include "central/service.h"

#include <unistd.h>

#include <atomic>
#include <charconv>
#include <mutex>
#include <thread>

#include "base/endpoint.h"
#include "base/log.h"
#include "base/net/metrics_text.h"
#include "central/import.h"
#include "central/instances.h"
#include "central/metrics.h"

namespace kiosk::central {
namespace {

constexpr std::size_t max_push = 24u << 20, max_part = 2u << 20, max_enrol = 64 << 10, max_find = 8 << 10,
                      max_import = 64u << 20;  // larger files are imported at the centre itself

net::Response json(int status, std::string body) {
  net::Response r;
  r.status = status;
  r.body = std::move(body);
  return r;
}

net::Response ok(std::string body) { return json(200, std::move(body)); }

// Who may not is 403, what cannot be is 409; a full or busy store is the server's trouble and worth another try.
net::Response answer_to(const Fault& f) {
  if (f.code == "store_full" || f.code == "store_busy" || f.code == "store_io" || f.code == "store_away" ||
      f.code == "store_in_doubt") {
    const int after_s = f.code == "store_full" || f.code == "store_io" ? 30 : 5;  // a server that restarts is soon back
    net::Response r = json(503, protocol::encode(protocol::ApiError{f.code, "", f.detail, after_s}));
    r.code = f.code;
    r.headers.emplace_back("Retry-After", std::to_string(after_s));
    return r;
  }
  if (f.code == "node_unknown" || f.code == "node_revoked" || f.code.starts_with("code_") || f.code == "proof_invalid")
    return net::error_response(f.kind == FaultKind::BadInput ? 400 : 403, f.code, f.field, f.detail);
  return net::error_response(f);
}

Result<std::int64_t> number(const net::Request& q, const char* name, std::int64_t min, std::int64_t max,
                            std::optional<std::int64_t> otherwise) {
  const auto it = q.query.find(name);
  if (it == q.query.end()) {
    if (otherwise) return *otherwise;
    return bad_input("field_missing", name, "it is required");
  }
  std::int64_t v = 0;
  const char* end = it->second.data() + it->second.size();
  const auto [stop, error] = std::from_chars(it->second.data(), end, v);
  if (error != std::errc() || stop != end) return bad_input("field_type", name, "a whole number");
  if (v < min || v > max) return bad_input("field_range", name, std::to_string(min) + " to " + std::to_string(max));
  return v;
}

}  // namespace

struct Service::Impl {
  Impl(Centre& c, Options o) : centre(c), options(std::move(o)) {
    net::Server::Options s;
    s.listen = options.listen;
    s.tls = &identity;  // filled before the start
    s.max_workers = options.max_workers;
    s.max_connections = options.max_connections;
    s.lanes = options.lanes;
    s.busy_prefix = "centre_";
    s.log_refusals = true;
    server = std::make_unique<net::Server>(std::move(s));
    add_routes();
  }

  // Every route for nodes starts by finding who speaks; a handler returns a Result and no more than that.
  template <class F>
  net::Handler for_node(F f) {
    return [this, f](const net::Request& q) -> net::Response {
      auto response = answered(f, q);
      // By the centre's own clock: nodes trust their time by it.
      response.headers.emplace_back("X-Kiosk-Time", std::to_string(to_ms(centre.now())));
      return response;
    };
  }
  template <class F>
  net::Response answered(const F& f, const net::Request& q) {
    const auto node = centre.node_of(q.peer);
    if (!node) return answer_to(node.fault());
    if (const auto one = only_one(*node, q); !one) return answer_to(one.fault());
    auto r = f(*node, q);
    if (!r) {
      if (r.fault().kind == FaultKind::Damaged)
        log::error("a request failed on damaged data",
                   {{"path", q.path}, {"code", r.fault().code}, {"detail", r.fault().detail}});
      return answer_to(r.fault());
    }
    return std::move(*r);
  }

  // A node that does not say which start of it speaks is not asked.
  Result<Done> only_one(const NodeRef& node, const net::Request& q) {
    const auto instance = q.headers.find("x-kiosk-instance");
    if (instance == q.headers.end()) return Done{};
    const auto alive = q.headers.find("x-kiosk-alive");
    TRY(const auto said, read_instance(instance->second, alive == q.headers.end() ? std::string() : alive->second));
    return centre.check_instance(node, said);
  }

  Result<net::Response> enrol(const net::Request& q) {
    TRY(const auto request, protocol::decode<protocol::EnrolRequest>(q.body));
    TRY(const auto reply, centre.enrol(request));
    log::info("a node is enrolled", {{"branch", reply.branch}, {"node", reply.node}});
    return ok(protocol::encode(reply));
  }

  Result<net::Response> push(const NodeRef& node, const net::Request& q) {
    TRY(const auto request, protocol::decode<protocol::PushRequest>(q.body));
    TRY(const auto reply, centre.push(node, request));
    if (const auto* refusal = std::get_if<protocol::PushRefusal>(&reply)) {
      tally.refused(refusal->code);
      auto r = json(409, protocol::encode(*refusal));
      r.code = refusal->code;
      return r;
    }
    const auto& taken = std::get<protocol::PushReply>(reply);
    tally.taken(static_cast<std::int64_t>(request.events.size()), taken.verdicts);
    return ok(protocol::encode(taken));
  }

  Result<net::Response> put_blob(const NodeRef& node, const net::Request& q) {
    Centre::BlobPart part;
    part.hash = q.parts.at(0);
    TRY(part.offset, number(q, "offset", 0, INT64_MAX, std::nullopt));
    TRY(part.size, number(q, "size", 1, INT64_MAX, std::nullopt));
    if (!q.query.contains("kind")) return bad_input("field_missing", "kind", "it is required");
    part.kind = q.query.at("kind");
    const auto header = q.headers.find("x-kiosk-wrap");
    if (header == q.headers.end()) return bad_input("field_missing", "X-Kiosk-Wrap", "it is required");
    auto wrap = header->second.size() > 512 ? std::nullopt : from_base64(header->second);
    if (!wrap) return bad_input("field_value", "X-Kiosk-Wrap", "base64 (URL alphabet, no padding)");
    part.wrap = std::move(*wrap);
    part.data = as_bytes(q.body);
    TRY(const auto state, centre.put_blob(node, part));
    return ok(protocol::encode(state));
  }

  Result<net::Response> blob_bytes(const NodeRef& node, const net::Request& q) {
    TRY(const auto offset, number(q, "offset", 0, INT64_MAX, std::nullopt));
    TRY(const auto limit, number(q, "limit", 1, protocol::k_blob_piece, protocol::k_blob_piece));
    TRY(const auto held, centre.blob_piece(node, q.parts.at(0), offset, limit));
    net::Response r = ok(std::string(as_text(held.data)));
    r.type = "application/octet-stream";
    r.headers = protocol::headers_of(held.piece);
    return r;
  }

  Result<net::Response> feed(const NodeRef& node, const net::Request& q) {
    TRY(const auto after, number(q, "after", 0, INT64_MAX, 0));
    TRY(const auto wait_s, number(q, "wait_s", 0, 60, 0));
    TRY(const auto limit, number(q, "limit", 1, 1'000, 200));
    TRY(const auto reply, centre.feed(node, after, static_cast<int>(limit)));
    const Millis rest = Seconds{wait_s} - q.waited;
    if (reply.items.empty() && reply.until <= after && rest > Millis{0} && !(q.stopping && q.stopping())) {
      net::Response later;
      later.park = net::Park{node.branch, rest};
      return later;
    }
    return ok(protocol::encode(reply));
  }

  // Whoever writes, this process or another: the branches whose feed grew are served.
  void look_for_news() {
    const SystemClock clock;
    SteadyTime next_sweep = clock.steady() + Millis{5'000};
    while (!ending) {
      for (const auto& branch : centre.wait_grown(Millis{100})) server->wake(branch);
      if (clock.steady() < next_sweep) continue;
      const auto gone = centre.forget_expired();
      if (!gone) log::warn("people whose time is over are not yet forgotten", {{"code", gone.fault().code}});
      next_sweep = clock.steady() + (gone && *gone > 0 ? Millis{1'000} : Millis{600'000});
    }
  }

  // Any enrolled node may bring a file; the file itself says, signed, whose records it holds.
  Result<net::Response> import(const net::Request& q) {
    Import im(centre);
    (void)im.feed(as_bytes(q.body));  // finish() says what became of it
    const auto receipt = im.finish();
    if (!receipt) return im.fault() ? *im.fault() : bad_input("export_unknown", "file", "not a sealed export");
    return ok(protocol::encode(*receipt));
  }

  Result<net::Response> held_events(const NodeRef& node, const net::Request& q) {
    const auto epoch = q.query.find("epoch");
    if (epoch == q.query.end()) return bad_input("field_missing", "epoch", "it is required");
    TRY(const auto after, number(q, "after", 0, INT64_MAX, 0));
    TRY(const auto limit, number(q, "limit", 1, 2'000, 500));
    TRY(const auto held, centre.held_events(node, epoch->second, after, static_cast<int>(limit)));
    return ok(protocol::encode(held));
  }

  Result<int> start() {
    std::vector<std::string> names = options.names;
    const auto where = parse_endpoint(options.listen);
    const std::string host = where ? where->host : "";
    char own[256] = {};
    ::gethostname(own, sizeof own - 1);
    for (const std::string& n :
         {host, std::string("localhost"), std::string("127.0.0.1"), std::string("::1"), std::string(own)})
      if (!n.empty() && n != "0.0.0.0" && n != "::" && std::find(names.begin(), names.end(), n) == names.end())
        names.push_back(n);
    TRY(identity, centre.server_identity(names));
    centre.wait_grown(Millis{0});  // what is there already is no news
    TRY(const int port, server->start());
    news = std::thread([this] { look_for_news(); });
    if (!options.metrics.empty()) TRY_DONE(start_metrics());
    return port;
  }

  Result<Done> start_metrics() {
    net::Server::Options o;
    o.listen = options.metrics;
    o.max_workers = 4;
    o.max_connections = 32;
    inner = std::make_unique<net::Server>(std::move(o));
    inner->on({"GET", "/healthz"}, [this](const net::Request&) { return health(); });
    inner->on({"GET", "/metrics"}, [this](const net::Request&) {
      net::Response r = ok(page());
      r.type = net::MetricsText::k_type;
      return r;
    });
    TRY(inner_port, inner->start());
    return Done{};
  }

  std::string page() const { return metrics_text(server->lanes(), tally, server->parked(), server->draining()); }

  net::Response health() const {
    if (!server->draining()) return ok("{\"ok\":true}");
    return net::error_response(503, "centre_draining", "", "it ends; ask another instance");
  }

  void stop() {
    ending = true;
    if (server) server->stop();
    if (inner) inner->stop();
    if (news.joinable()) news.join();
  }

  void add_routes() {
    server->on({"GET", "/healthz"}, [this](const net::Request&) { return health(); });
    server->on({"GET", "/v1/ca", false, 0, "enrol"},
               [this](const net::Request&) { return ok(protocol::encode(protocol::CaReply{centre.ca_pem()})); });
    server->on({"POST", "/v1/enrol", false, max_enrol, "enrol"}, [this](const net::Request& q) -> net::Response {
      auto r = enrol(q);
      if (r) return std::move(*r);
      log::warn("an enrolment was refused", {{"code", r.fault().code}});
      return answer_to(r.fault());
    });
    server->on({"POST", "/v1/events", true, max_push, "push"},
               for_node([this](const NodeRef& n, const net::Request& q) { return push(n, q); }));
    server->on({"GET", "/v1/events", true, 0, "feed"},
               for_node([this](const NodeRef& n, const net::Request& q) { return held_events(n, q); }));
    server->on({"GET", "/v1/chains", true, 0, "feed"},
               for_node([this](const NodeRef& n, const net::Request&) -> Result<net::Response> {
                 TRY(const auto held, centre.held_chains(n));
                 return ok(protocol::encode(held));
               }));
    server->on({"POST", "/v1/import", true, max_import, "push"},
               for_node([this](const NodeRef&, const net::Request& q) { return import(q); }));
    server->on({"GET", "/v1/blobs/{}", true, 0, "blob"},
               for_node([this](const NodeRef& n, const net::Request& q) -> Result<net::Response> {
                 TRY(const auto state, centre.blob_state(n, q.parts.at(0)));
                 return ok(protocol::encode(state));
               }));
    server->on({"GET", "/v1/blobs/{}/bytes", true, 0, "blob"},
               for_node([this](const NodeRef& n, const net::Request& q) { return blob_bytes(n, q); }));
    server->on({"PUT", "/v1/blobs/{}", true, max_part, "blob"},
               for_node([this](const NodeRef& n, const net::Request& q) { return put_blob(n, q); }));
    server->on({"GET", "/v1/feed", true, 0, "feed"},
               for_node([this](const NodeRef& n, const net::Request& q) { return feed(n, q); }));
    server->on({"POST", "/v1/renew", true, max_enrol, "enrol"},
               for_node([this](const NodeRef& n, const net::Request& q) -> Result<net::Response> {
                 TRY(const auto request, protocol::decode<protocol::RenewRequest>(q.body));
                 TRY(const auto reply, centre.renew(n, request));
                 log::info("a certificate is renewed", {{"branch", n.branch}, {"node", n.node}});
                 return ok(protocol::encode(reply));
               }));
    server->on({"POST", "/v1/people/find", true, max_find, "find"},
               for_node([this](const NodeRef& n, const net::Request& q) -> Result<net::Response> {
                 TRY(const auto request, protocol::decode<protocol::FindPerson>(q.body));
                 TRY(const auto reply, centre.find(n, request));
                 return ok(protocol::encode(reply));
               }));
  }

  Centre& centre;
  Options options;
  net::TlsIdentity identity;
  std::unique_ptr<net::Server> server, inner;
  int inner_port = 0;
  Tally tally;
  std::atomic<bool> ending = false;
  std::thread news;
};

std::vector<net::Lane> Service::default_lanes() {
  const auto lane = [](const char* name, int at_work, int inside, std::size_t bytes, double per_second, double burst) {
    net::Lane l;
    l.name = name;
    l.at_work = at_work;
    l.inside = inside;
    l.body_bytes = bytes;
    l.per_second = per_second;
    l.burst = burst;
    return l;
  };
  constexpr std::size_t mib = 1 << 20;
  // Two instances over one PostgreSQL took about 110 batches of 500 a second: 160 let in are served within two seconds,
  // the 325 of a storm were not.
  return {lane("push", 8, 80, 512 * mib, 400, 800), lane("blob", 8, 64, 128 * mib, 2'000, 4'000),
          lane("feed", 8, 128, mib, 50, 200), lane("find", 4, 32, mib, 10, 60),
          lane("enrol", 2, 32, 4 * mib, 10, 1'000)};
}

Service::Service(Centre& centre, Options options) : impl_(std::make_unique<Impl>(centre, std::move(options))) {}
Service::~Service() { stop(); }
Result<int> Service::start() { return impl_->start(); }
net::Response Service::handle(net::Request request) const { return impl_->server->handle(std::move(request)); }
int Service::metrics_port() const { return impl_->inner_port; }
void Service::drain(Millis least, Millis most) {
  if (impl_->server) impl_->server->drain(least, most);
}
void Service::stop() { impl_->stop(); }
std::string Service::metrics_page() const { return impl_->server ? impl_->page() : std::string(); }
std::vector<net::Server::Route> Service::routes() const {
  return impl_->server ? impl_->server->routes() : std::vector<net::Server::Route>{};
}

}  // namespace kiosk::central
