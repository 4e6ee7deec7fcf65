// httplib parses and writes HTTP; sockets, TLS, threads and every limit are ours, because its own accept loop has no
// bound on threads, header bytes or unpacked bodies and lets an idle connection hold a thread.
#include <poll.h>

#include <algorithm>
#include <ctime>
#include <thread>
#include <utility>

#include "base/log.h"
#include "base/net/connection.h"
#include "base/net/pool.h"

namespace kiosk::net {
namespace {

constexpr std::size_t max_path = 512;
constexpr std::size_t pack_from = 1'024;  // smaller answers are not worth packing

class Parser final : public httplib::Server {
 public:
  using httplib::Server::process_request;
};

std::vector<std::string_view> split_path(std::string_view path) {
  std::vector<std::string_view> out;
  for (std::size_t at = 1; at <= path.size();) {
    const auto slash = std::min(path.find('/', at), path.size());
    out.push_back(path.substr(at, slash - at));
    at = slash + 1;
  }
  return out;
}

std::string http_date(std::time_t now) {
  std::tm tm{};
  gmtime_r(&now, &tm);
  static constexpr const char* days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr const char* months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                           "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  char text[40];
  std::snprintf(text, sizeof text, "%s, %02d %s %04d %02d:%02d:%02d GMT", days[tm.tm_wday], tm.tm_mday,
                months[tm.tm_mon], tm.tm_year + 1900, tm.tm_hour, tm.tm_min, tm.tm_sec);
  return text;
}

// Whom this worker serves, its place in the lane, and what it waits for; httplib's callbacks have no room for them.
thread_local Connection* current = nullptr;
thread_local Admission::Place place;
thread_local std::optional<Park> parking;
thread_local std::optional<Response> streaming;

}  // namespace

struct Server::Impl {
  struct Entry {
    Route route;
    std::vector<std::string> pattern;
    Handler handler;
  };
  struct Match {
    const Entry* entry = nullptr;
    std::vector<std::string> parts;
    bool path_known = false;
  };

  explicit Impl(Options o)
      : options(std::move(o)),
        admission(options.lanes, clock, options.random ? *options.random : static_cast<Random&>(system_random)),
        pool({options.max_workers, options.max_connections, options.io_timeout, options.idle_timeout},
             [this](Connection& c) { return serve(c); }) {
    parser.set_payload_max_length(SIZE_MAX);  // bounded by our own reader, which also knows the route
    parser.set_keep_alive_max_count(SIZE_MAX);
    parser.set_keep_alive_timeout(static_cast<time_t>(options.idle_timeout.count() / 1000));
    parser.set_pre_routing_handler(
        [this](const httplib::Request& q, httplib::Response& r) { return before_body(q, r); });
    const auto with_body = [this](const httplib::Request& q, httplib::Response& r, const httplib::ContentReader& body) {
      serve_with_body(q, r, body);
    };
    parser.Post("[^]*", with_body);
    parser.Put("[^]*", with_body);
  }

  Match match(const std::string& method, const std::string& path) const {
    Match m;
    const auto parts = split_path(path);
    for (const Entry& e : entries) {
      if (e.pattern.size() != parts.size()) continue;
      std::vector<std::string> taken;
      bool same = true;
      for (std::size_t i = 0; i < parts.size() && same; ++i) {
        if (e.pattern[i] == "{}") {
          same = !parts[i].empty();
          taken.emplace_back(parts[i]);
        } else {
          same = e.pattern[i] == parts[i];
        }
      }
      if (!same) continue;
      m.path_known = true;
      if (e.route.method != method) continue;
      m.entry = &e;
      m.parts = std::move(taken);
      return m;
    }
    return m;
  }

  std::size_t body_limit(const Entry& e) const { return e.route.max_body ? e.route.max_body : options.max_body; }

  // Runs when the head is read and the body is not: everything that can be refused is refused here.
  httplib::Server::HandlerResponse before_body(const httplib::Request& q, httplib::Response& r) {
    current->head_done();
    const auto refuse = [&](const Response& answer) {
      current->must_close = true;
      finish(q, r, answer);
      return httplib::Server::HandlerResponse::Handled;
    };
    const bool reads_body = q.method == "POST" || q.method == "PUT";
    if (q.path.size() > max_path) return refuse(error_response(414, "path_too_long", "path"));
    const std::string length = q.get_header_value("Content-Length");
    if (q.get_header_value_count("Content-Length") > 1 || (!length.empty() && q.has_header("Transfer-Encoding")))
      return refuse(error_response(400, "length_ambiguous", "Content-Length"));
    if (length.size() > 15 || length.find_first_not_of("0123456789") != std::string::npos)
      return refuse(error_response(400, "length_unreadable", "Content-Length"));
    if (!reads_body && (q.has_header("Transfer-Encoding") || (!length.empty() && length != "0")))
      return refuse(error_response(400, "body_unexpected", "body"));
    const Match m = match(q.method, q.path);
    if (const auto refused = refusal(m, current->peer().certificate)) return refuse(*refused);
    if (!reads_body) {
      if (arrive(q, r, m, 0)) answer(q, r, m, {});
      return httplib::Server::HandlerResponse::Handled;
    }
    if (!length.empty() && std::stoull(length) > body_limit(*m.entry)) return refuse(too_large(body_limit(*m.entry)));
    if (length.empty() && !q.has_header("Transfer-Encoding"))
      return refuse(error_response(411, "length_needed", "Content-Length"));
    const std::string encoding = q.get_header_value("Content-Encoding");
    if (!encoding.empty() && encoding != "identity" && encoding != "zstd")
      return refuse(error_response(415, "encoding_unknown", "Content-Encoding", "zstd or none"));
    if (q.get_header_value("Content-Type").starts_with("multipart/"))
      return refuse(error_response(415, "type_unknown", "Content-Type"));
    if (!arrive(q, r, m, length.empty() ? body_limit(*m.entry) : std::stoull(length))) {
      current->must_close = true;
      return httplib::Server::HandlerResponse::Handled;
    }
    return httplib::Server::HandlerResponse::Unhandled;
  }

  // Whether the request is let into its lane; what it is told otherwise. `place` is this worker's until it has
  // answered.
  bool arrive(const httplib::Request& q, httplib::Response& r, const Match& m, std::size_t bytes) {
    if (m.entry->route.lane.empty()) return true;
    const Peer& peer = current->peer();
    place = admission.arrive(m.entry->route.lane, peer.certificate ? peer.common_name : peer.address, bytes,
                             current->rewound);
    if (!place.refusal) return true;
    finish(q, r, told(*place.refusal));
    return false;
  }

  Response told(const Admission::Refusal& refusal) const {
    const std::string code = refusal.code == "too_many_requests" ? refusal.code : options.busy_prefix + refusal.code;
    const std::string after = std::to_string(refusal.retry_after_s);
    Response r = error_response(refusal.status, code);
    r.body.insert(r.body.size() - 1, ",\"retry_after_s\":" + after);
    r.headers.emplace_back("Retry-After", after);
    return r;
  }

  void serve_with_body(const httplib::Request& q, httplib::Response& r, const httplib::ContentReader& reader) {
    const Match m = match(q.method, q.path);
    const std::size_t limit = body_limit(*m.entry);
    std::string body;
    bool overflows = false;
    const bool whole = reader([&](const char* data, std::size_t n) {
      overflows = body.size() + n > limit;
      if (!overflows) body.append(data, n);
      return !overflows;
    });
    if (!whole) {
      current->must_close = true;
      finish(q, r, overflows ? too_large(limit) : error_response(400, "body_cut_short", "body"));
      return;
    }
    if (q.get_header_value("Content-Encoding") == "zstd") {
      auto plain = unpack(body, limit);
      if (!plain) {
        const bool bomb = plain.fault().code == "body_too_large";
        finish(q, r, error_response(bomb ? 413 : 400, plain.fault().code, "body", plain.fault().detail));
        return;
      }
      body = std::move(*plain);
    }
    answer(q, r, m, std::move(body));
  }

  void answer(const httplib::Request& q, httplib::Response& r, const Match& m, std::string body) {
    Request request;
    request.method = q.method;
    request.path = q.path;
    request.parts = m.parts;
    for (const auto& [k, v] : q.params) request.query.emplace(k, v);
    for (const auto& [k, v] : q.headers) {
      std::string name = k;
      std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
      request.headers.emplace(std::move(name), v);
    }
    request.body = std::move(body);
    request.peer = current->peer();
    request.stopping = [this, c = current] { return pool.draining() || c->gone(); };
    if (current->rewound) request.waited = clock.steady() - current->began;
    if (!m.entry->route.lane.empty() && !admission.work(place)) {
      finish(q, r, told(*place.refusal));
      return;
    }
    Response response = run(*m.entry, request);
    wipe(request.body);
    if (response.park && q.method == "GET") {
      parking = std::move(response.park);
      current->rewind();
      r.status = 204;  // goes nowhere
      return;
    }
    if (response.stream && q.method == "GET") {
      streaming = std::move(response);
      current->mute(true);
      r.status = 204;  // goes nowhere
      return;
    }
    finish(q, r, response);
  }

  // The head of an answer without end, as httplib would have written one that has an end.
  static std::string stream_head(const Response& a) {
    std::string head = "HTTP/1.1 200 OK\r\nDate: " + http_date(std::time_t(to_ms(SystemClock().now()) / 1000)) +
                       "\r\nCache-Control: no-store\r\nContent-Type: " + a.type +
                       "\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n";
    for (const auto& [k, v] : a.headers) head += k + ": " + v + "\r\n";
    return head + "\r\n";
  }

  static Response run(const Entry& entry, const Request& request) {
    try {
      return entry.handler(request);
    } catch (const std::exception& e) {
      log::error("a handler threw", {{"path", entry.route.path}, {"what", e.what()}});
      return error_response(500, "internal");
    }
  }

  // The refusals of before_body that do not need a connection, then the handler.
  Response handle(Request request) const {
    Match m = match(request.method, request.path);
    if (auto refused = refusal(m, request.peer.certificate)) return std::move(*refused);
    if (request.body.size() > body_limit(*m.entry)) return too_large(body_limit(*m.entry));
    request.parts = std::move(m.parts);
    if (!request.stopping) request.stopping = [] { return false; };
    Response response = run(*m.entry, request);
    response.stream.reset();  // nobody stays to hear more than its beginning
    if (response.park) {      // nobody wakes it: its time is over at once
      request.waited += response.park->at_most;
      response = run(*m.entry, request);
    }
    return response;
  }

  static std::optional<Response> refusal(const Match& m, bool certificate) {
    if (!m.entry)
      return m.path_known ? error_response(405, "method_not_allowed", "method")
                          : error_response(404, "no_such_route", "path");
    if (m.entry->route.certificate && !certificate)
      return error_response(403, "certificate_needed", {}, "a client certificate signed by this server's CA");
    return std::nullopt;
  }

  static Response too_large(std::size_t limit) {
    return error_response(413, "body_too_large", "body", "at most " + std::to_string(limit) + " bytes");
  }

  void finish(const httplib::Request& q, httplib::Response& r, const Response& a) {
    r.status = a.status;
    if (options.log_refusals && a.status >= 400) {
      const Match m = match(q.method, q.path);
      const Peer& peer = current->peer();
      log::info("request refused", {{"method", m.path_known ? q.method : "?"},
                                    {"route", m.entry        ? m.entry->route.path
                                              : m.path_known ? "known"
                                                             : "unknown"},
                                    {"status", a.status},
                                    {"code", a.code},
                                    {"field", a.field},
                                    {"node", peer.certificate ? peer.common_name : peer.address}});
    }
    r.set_header("Date", http_date(std::time_t(to_ms(SystemClock().now()) / 1000)));
    r.set_header("Cache-Control", "no-store");
    for (const auto& [k, v] : a.headers) r.set_header(k, v);
    const std::string accepted = q.get_header_value("Accept-Encoding");
    const bool packable = a.body.size() >= pack_from && accepted.find("zstd") != std::string::npos &&
                          accepted.find("gzip") == std::string::npos && accepted.find("br") == std::string::npos;
    if (packable) r.set_header("Content-Encoding", "zstd");
    r.set_content(packable ? pack(a.body) : a.body, a.type);
  }

  Result<int> start() {
    if (options.tls) {
      TRY(auto ctx, server_context(*options.tls));
      tls = std::move(ctx);
      options.tls = nullptr;
    }
    TRY(auto listening, listen_on(options.listen, options.socket_mode));
    const int port = listening.port;
    pool.start(std::move(listening), tls.get());
    return port;
  }

  Pool::Outcome serve(Connection& c) {
    Pool::Outcome outcome;
    if (!c.handshake()) {
      log::info("TLS handshake failed", {{"peer", c.peer().address}, {"why", last_tls_error()}});
      c.linger();  // closing on unread bytes would reset the connection and destroy the alert that says why
      return outcome;
    }
    current = &c;
    outcome.keep = true;
    // A connection just shaken, or idle and woken by the peer's goodbye, has nothing to read: back to the poller, or
    // away.
    do {
      if (!c.has_buffered() && !wait_for(c.fd(), POLLIN, Millis{0})) break;
      c.begin_request();
      outcome.seen = pool.news();
      bool closed = false;
      const bool ok = parser.process_request(c, pool.draining(), closed, [](httplib::Request&) {});
      place = {};
      outcome.park = std::exchange(parking, std::nullopt);
      if (outcome.park) break;
      if (auto begun = std::exchange(streaming, std::nullopt)) {
        c.mute(false);
        outcome.unsent = stream_head(*begun) + chunk(begun->body);
        outcome.stream = std::move(begun->stream);
        break;
      }
      if (c.must_close) c.linger();
      outcome.keep = ok && !closed && !c.must_close;
    } while (outcome.keep && !pool.stopping() && c.has_buffered());
    current = nullptr;
    return outcome;
  }

  void drain(Millis least, Millis most) {
    const SteadyTime start = clock.steady();
    admission.drain();
    pool.drain();
    std::this_thread::sleep_for(least);
    pool.wait_quiet(std::max(Millis{0}, most - (clock.steady() - start)));
  }

  const SystemClock clock;
  SystemRandom system_random;
  Options options;
  Admission admission;
  std::vector<Entry> entries;
  Parser parser;
  SslCtxPtr tls;
  Pool pool;
};

Server::Server(Options options) : impl_(std::make_unique<Impl>(std::move(options))) {}
Server::~Server() { stop(); }

void Server::on(Route route, Handler handler) {
  std::vector<std::string> pattern;
  for (const auto part : split_path(route.path)) pattern.emplace_back(part);
  impl_->entries.push_back({std::move(route), std::move(pattern), std::move(handler)});
}

Result<Done> Server::identify(const TlsIdentity& identity) {
  TRY(impl_->tls, server_context(identity));
  return Done{};
}
Result<int> Server::start() { return impl_->start(); }
void Server::wake(std::string_view key) { impl_->pool.wake(std::string(key)); }
void Server::drain(Millis least, Millis most) { impl_->drain(least, most); }
bool Server::draining() const { return impl_->pool.draining(); }
void Server::stop() { impl_->pool.stop(); }
std::vector<LaneCounts> Server::lanes() const { return impl_->admission.counts(); }
int Server::parked() const { return impl_->pool.parked(); }
int Server::streams() const { return impl_->pool.streams(); }
void Server::cut(const std::function<bool(const Peer&)>& whose) { impl_->pool.cut(whose); }

Response Server::handle(Request request) const { return impl_->handle(std::move(request)); }

std::vector<Server::Route> Server::routes() const {
  std::vector<Route> out;
  for (const auto& e : impl_->entries) out.push_back(e.route);
  return out;
}

}  // namespace kiosk::net
