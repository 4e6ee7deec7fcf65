// httplib parses and writes HTTP; sockets, TLS, threads and every limit are ours, because its own accept loop has no
// bound on threads, header bytes or unpacked bodies and lets an idle connection hold a thread.
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <ctime>
#include <deque>
#include <mutex>
#include <thread>
#include <unordered_map>

#include "base/log.h"
#include "net/connection.h"

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

thread_local Connection* current = nullptr;  // whom this worker serves; httplib's callbacks have no place for it

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

  explicit Impl(Options o) : options(std::move(o)) {
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
      answer(q, r, m, {});
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
    return httplib::Server::HandlerResponse::Unhandled;
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
    request.stopping = [this, c = current] { return stopping.load() || c->gone(); };
    const Response response = run(*m.entry, request);
    wipe(request.body);
    finish(q, r, response);
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
    return run(*m.entry, request);
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
    r.set_header("Date", http_date(std::time_t(to_ms(SystemClock().now()) / 1000)));
    r.set_header("Cache-Control", "no-store");
    for (const auto& [k, v] : a.headers) r.set_header(k, v);
    const std::string accepted = q.get_header_value("Accept-Encoding");
    const bool packable = a.body.size() >= pack_from && accepted.find("zstd") != std::string::npos &&
                          accepted.find("gzip") == std::string::npos && accepted.find("br") == std::string::npos;
    if (packable) r.set_header("Content-Encoding", "zstd");
    r.set_content(packable ? pack(a.body) : a.body, a.type);
  }

  // -- connections ----------------------------------------------------------------------------------------------------

  Result<int> start() {
    if (options.tls) {
      TRY(auto ctx, server_context(*options.tls));
      tls = std::move(ctx);
      options.tls = nullptr;
    }
    TRY(listening, listen_on(options.listen, options.socket_mode));
    poll_fd = Fd(::epoll_create1(EPOLL_CLOEXEC));
    wake_fd = Fd(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    for (const int fd : {listening.fd.get(), wake_fd.get()}) {
      epoll_event e{};
      e.events = EPOLLIN;
      e.data.fd = fd;
      ::epoll_ctl(poll_fd.get(), EPOLL_CTL_ADD, fd, &e);
    }
    poller = std::thread([this] { poll_loop(); });
    return listening.port;
  }

  void poll_loop() {
    const SystemClock clock;
    SteadyTime next_sweep = clock.steady() + Millis{1'000};
    while (!stopping) {
      epoll_event events[64];
      const int n = ::epoll_wait(poll_fd.get(), events, 64, 1'000);
      for (int i = 0; i < n; ++i) {
        const int fd = events[i].data.fd;
        if (fd == listening.fd.get()) {
          accept_all();
        } else if (fd != wake_fd.get()) {
          make_ready(fd);
        }
      }
      if (clock.steady() >= next_sweep) {
        sweep(clock.steady());
        next_sweep = clock.steady() + Millis{1'000};
      }
    }
  }

  void accept_all() {
    for (;;) {
      Fd fd(::accept4(listening.fd.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
      if (!fd) {
        // Out of descriptors: the poll would spin at once again.
        if (errno == EMFILE || errno == ENFILE) std::this_thread::sleep_for(Millis{20});
        return;
      }
      Peer peer;
      if (listening.port == 0) {
        peer = unix_peer(fd.get());
      } else {
        const int on = 1;
        ::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        ::setsockopt(fd.get(), SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
        peer.address = tcp_peer(fd.get());
      }
      const int number = fd.get();
      auto c = std::make_shared<Connection>(std::move(fd), tls.get(), std::move(peer), options.io_timeout);
      c->idle_since = SystemClock().steady();
      const std::lock_guard lock(mutex);
      if (connections.size() >= static_cast<std::size_t>(options.max_connections)) {
        log::warn("connection refused: too many", {{"connections", connections.size()}});
        continue;
      }
      connections[number] = {c, true};
      epoll_event e{};
      e.events = EPOLLIN | EPOLLRDHUP | EPOLLONESHOT;
      e.data.fd = number;
      ::epoll_ctl(poll_fd.get(), EPOLL_CTL_ADD, number, &e);
    }
  }

  void make_ready(int fd) {
    const std::lock_guard lock(mutex);
    const auto it = connections.find(fd);
    if (it == connections.end() || !it->second.idle) return;
    it->second.idle = false;
    ready.push_back(it->second.connection);
    if (idle_workers < static_cast<int>(ready.size()) && static_cast<int>(workers.size()) < options.max_workers)
      workers.emplace_back([this] { work(); });
    work_there.notify_one();
  }

  void sweep(SteadyTime now) {
    std::vector<std::shared_ptr<Connection>> old;
    const std::lock_guard lock(mutex);
    for (auto it = connections.begin(); it != connections.end();) {
      if (it->second.idle && now - it->second.connection->idle_since > options.idle_timeout) {
        old.push_back(std::move(it->second.connection));
        it = connections.erase(it);
      } else {
        ++it;
      }
    }
  }

  void work() {
    for (;;) {
      std::shared_ptr<Connection> c;
      {
        std::unique_lock lock(mutex);
        ++idle_workers;
        work_there.wait(lock, [this] { return stopping || !ready.empty(); });
        --idle_workers;
        if (stopping) return;
        c = std::move(ready.front());
        ready.pop_front();
      }
      const bool keep = serve(*c);
      const int fd = c->fd();
      const std::lock_guard lock(mutex);
      if (keep && !stopping) {
        c->idle_since = SystemClock().steady();
        connections[fd].idle = true;
        epoll_event e{};
        e.events = EPOLLIN | EPOLLRDHUP | EPOLLONESHOT;
        e.data.fd = fd;
        ::epoll_ctl(poll_fd.get(), EPOLL_CTL_MOD, fd, &e);
      } else {
        connections.erase(fd);
        c.reset();  // closes under the lock: the number cannot be taken by a new connection before it left the map
      }
    }
  }

  bool serve(Connection& c) {
    if (!c.handshake()) {
      log::info("TLS handshake failed", {{"peer", c.peer().address}, {"why", last_tls_error()}});
      c.linger();  // closing on unread bytes would reset the connection and destroy the alert that says why
      return false;
    }
    current = &c;
    bool keep = true;
    // A connection just shaken, or idle and woken by the peer's goodbye, has nothing to read: back to the poller, or
    // away.
    do {
      if (!c.has_buffered() && !wait_for(c.fd(), POLLIN, Millis{0})) break;
      c.begin_request();
      bool closed = false;
      const bool ok = parser.process_request(c, false, closed, [](httplib::Request&) {});
      if (c.must_close) c.linger();
      keep = ok && !closed && !c.must_close;
    } while (keep && !stopping && c.has_buffered());
    current = nullptr;
    return keep;
  }

  void stop() {
    if (!poller.joinable()) return;
    {
      const std::lock_guard lock(mutex);
      stopping = true;
      // Requests that run may still answer; nothing more is read.
      for (auto& [fd, c] : connections) c.connection->cut(SHUT_RD);
    }
    work_there.notify_all();
    const std::uint64_t one = 1;
    (void)!::write(wake_fd.get(), &one, sizeof one);
    poller.join();
    listening.fd = Fd();
    if (!listening.unix_path.empty()) ::unlink(listening.unix_path.c_str());
    // A peer that does not take its answer is cut off after a moment, so that the end is not in its hands.
    std::mutex m;
    std::condition_variable done_there;
    bool done = false;
    std::thread cutter([&] {
      std::unique_lock lock(m);
      if (done_there.wait_for(lock, Millis{700}, [&] { return done; })) return;
      const std::lock_guard inner(mutex);
      for (auto& [fd, c] : connections) c.connection->cut(SHUT_RDWR);
    });
    for (auto& w : workers) w.join();
    {
      const std::lock_guard lock(m);
      done = true;
    }
    done_there.notify_all();
    cutter.join();
    workers.clear();
    connections.clear();
  }

  struct Held {
    std::shared_ptr<Connection> connection;
    bool idle = false;
  };
  Options options;
  std::vector<Entry> entries;
  Parser parser;
  SslCtxPtr tls;
  Listening listening;
  Fd poll_fd, wake_fd;
  std::thread poller;
  std::atomic<bool> stopping = false;
  std::mutex mutex;  // everything below
  std::condition_variable work_there;
  std::unordered_map<int, Held> connections;
  std::deque<std::shared_ptr<Connection>> ready;
  std::vector<std::thread> workers;
  int idle_workers = 0;
};

Server::Server(Options options) : impl_(std::make_unique<Impl>(std::move(options))) {}
Server::~Server() { stop(); }

void Server::on(Route route, Handler handler) {
  std::vector<std::string> pattern;
  for (const auto part : split_path(route.path)) pattern.emplace_back(part);
  impl_->entries.push_back({std::move(route), std::move(pattern), std::move(handler)});
}

Result<int> Server::start() { return impl_->start(); }
void Server::stop() { impl_->stop(); }

Response Server::handle(Request request) const { return impl_->handle(std::move(request)); }

std::vector<Server::Route> Server::routes() const {
  std::vector<Route> out;
  for (const auto& e : impl_->entries) out.push_back(e.route);
  return out;
}

}  // namespace kiosk::net
