// A bounded HTTP/1.1 server and client for node, centre and terminals: TLS with own CA, loopback, or a Unix socket.
// Bodies may be zstd in both directions (Content-Encoding), with a limit on what they unpack to. JSON is the caller's.
// Thread: Server handlers run on worker threads, several at once. A Client is for one thread at a time; cancel() from
// any. Blocks: Client::send until the answer, the timeout or cancel(). Errors, all `unreachable`: no_route, dns,
// refused, timeout,
//   proxy_away and proxy_refused (the proxy of the options), captive_portal (a redirect or HTML where JSON was
//   expected), cancelled, bad_reply; the server's certificate is not believed: tls_expired, tls_not_yet,
//   tls_unknown_ca, tls_wrong_name, tls_refused (detail says why); the server does not believe ours:
//   certificate_expired, certificate_refused. Starting a server: refused port_in_use, address_invalid, tls_unusable.
#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/net/admission.h"
#include "base/result.h"
#include "base/secret.h"

namespace kiosk::net {

// PEM texts. `ca_pem` is whom we believe. On a server: who may sign client certificates (empty: none are asked for).
struct TlsIdentity {
  std::string certificate_pem;  // a client without one: empty
  SecretString key_pem;
  std::string ca_pem;
};

struct Peer {
  bool certificate = false;               // shown, signed by our CA and in time
  std::string common_name;                // of the certificate
  std::vector<std::string> uris;          // SAN
  std::string serial;                     // hex
  std::optional<std::uint32_t> uid, pid;  // Unix socket: the kernel's word
  std::string address;
};

struct Request {
  std::string method, path;
  std::vector<std::string> parts;  // what each {} of the route matched
  std::map<std::string, std::string> query;
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;                            // unpacked
  Peer peer;
  std::function<bool()> stopping;  // true: the server ends or the client has gone; long polls return
  Millis waited{0};                // since it first came, when it was parked
};

// An answer that is not there yet: the request, a GET, is asked again when wake(key) is called, when its time is over
// or when the server ends. It holds a connection and no thread meanwhile.
struct Park {
  std::string key;
  Millis at_most{0};
};

// An answer without end (server-sent events): what stands in the body goes first; then `more` is asked when wake(key)
// is called, and after every `beat` without news. It holds a connection and no thread; what a peer does not read is
// never more than one answer of `more`, and a peer that takes nothing for the server's io_timeout is cut off.
struct Stream {
  std::string key;
  Millis beat{0};
  std::function<std::optional<std::string>()> more;  // none: this was the end
};

struct Response {
  int status = 200;
  std::string body;
  std::string type = "application/json";
  std::vector<std::pair<std::string, std::string>> headers;
  std::string code, field;       // of a refusal, for the log
  std::optional<Park> park;      // instead of an answer
  std::optional<Stream> stream;  // of a GET; the body is its beginning
};

using Handler = std::function<Response(const Request&)>;

class Server {
 public:
  struct Options {
    std::string listen;                // "127.0.0.1:8443", "0.0.0.0:0" (0 picks a free port) or "unix:/path/to/socket"
    const TlsIdentity* tls = nullptr;  // none: plain, for loopback and Unix sockets; copied at start
    std::size_t max_body = 1 << 20;    // after unpacking; a route may say otherwise
    int max_workers = 64;              // grown on demand; idle kept-alive connections hold none
    int max_connections = 2'000;
    Millis io_timeout{10'000};     // a peer that is silent within a request
    Millis idle_timeout{120'000};  // between requests
    unsigned socket_mode = 0600;   // Unix socket
    std::vector<Lane> lanes;       // bounds of kinds of work; routes name theirs
    std::string busy_prefix;       // of the codes busy and draining: "centre_" makes centre_busy
    bool log_refusals = false;     // every answer of 400 and more: route, code and field, never the body
    Random* random = nullptr;      // spreads those who are told to come back; the system's when none
  };
  struct Route {
    std::string method, path;  // "/v1/blobs/{}"
    bool certificate = false;  // 403 certificate_needed without one
    std::size_t max_body = 0;  // 0: the server's
    std::string lane = {};     // of Options::lanes; none: never refused, for what is cheap
  };
  explicit Server(Options options);
  ~Server();
  void on(Route route, Handler handler);               // before start
  Result<Done> identify(const TlsIdentity& identity);  // before start, instead of Options::tls
  Result<int> start();                                 // returns the port (0 for a Unix socket) once it listens
  void wake(std::string_view key);                     // parked requests with this key are asked again
  // Ends the connections of these peers that no handler is serving now. A request that runs may still answer.
  void cut(const std::function<bool(const Peer&)>& whose);
  // Nobody is let in any more, parked requests are answered, running ones end; every answer closes its connection.
  // Routes without a lane still answer. Returns after `least` when nothing runs, after `most` in any case.
  void drain(Millis least, Millis most);
  bool draining() const;
  void stop();  // ends connections and joins; at most about a second when handlers return
  std::vector<LaneCounts> lanes() const;
  int parked() const;
  int streams() const;
  std::vector<Route> routes() const;
  // What the routes answer to a request that came without a connection (simulations): `parts` is filled here, the body
  // is unpacked already, the peer is believed. Thread: any, once the routes are there.
  Response handle(Request request) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// {"code":...,"field":...,"message":...}: the body of every 4xx and 5xx that the server itself answers.
Response error_response(int status, std::string_view code, std::string_view field = {}, std::string_view message = {});
// 400 for bad input, 409 refused, 503 unreachable, 500 damaged.
Response error_response(const Fault& fault);

struct Call {
  std::string method = "GET";
  std::string path;  // with query, already escaped: "/v1/feed?after=3"
  std::string body;
  bool compress = false;  // zstd when the body is worth it
  bool packed = false;    // the body is zstd already
  std::string type = "application/json";
  std::vector<std::pair<std::string, std::string>> headers;
  std::optional<Millis> timeout;  // instead of the client's
  bool expect_json = true;        // HTML instead is captive_portal
};

struct Reply {
  int status = 0;
  std::string body;                            // unpacked
  std::map<std::string, std::string> headers;  // names in lower case
  std::optional<WallTime> date;                // the server's Date: whole seconds
};

class Client {
 public:
  struct Options {
    std::string base;                  // "https://host:port", "http://127.0.0.1:port" or "unix:/path/to/socket"
    const TlsIdentity* tls = nullptr;  // copied
    bool verify = true;  // false only to fetch the CA at the first contact, which is then checked by its hash
    std::string proxy =
        {};  // "http://HOST:PORT", asked for a tunnel (CONNECT); empty: none, whatever the environment says
    Millis connect_timeout{5'000};
    Millis timeout{20'000};
    std::size_t max_body = 64u << 20;  // unpacked
  };
  explicit Client(Options options);
  ~Client();
  Result<Reply> send(const Call& call);  // any HTTP status is a Reply
  // A GET whose answer comes in parts: `part` gets the bytes of a 200 as they come and says whether to go on. Returns
  // when the other side ends (a Reply with no body), `part` says no (likewise), nothing came for `silence` (timeout) or
  // cancel() is called. Any other status is a Reply with its body.
  Result<Reply> stream(const Call& call, Millis silence, const std::function<bool(std::string_view)>& part);
  void cancel();  // the running send, or else the next one, returns `cancelled`
  const std::string& base() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// A Retry-After header, seconds or a date; `now` is the sender's. At most a day. None: neither.
std::optional<Millis> retry_after(const std::string& header, WallTime now);

std::string escape(std::string_view text);  // for a query value or path part

// zstd, level 1. Errors: bad_input body_too_large (more than `limit` unpacked), body_unreadable.
std::string pack(std::string_view plain);
Result<std::string> unpack(std::string_view packed, std::size_t limit);
// The body of a call as the server will read it.
Result<std::string> plain_body(const Call& call, std::size_t limit);

// Packs what comes in parts, so that it never stands whole in memory.
class Packer {
 public:
  Packer();
  ~Packer();
  Packer(const Packer&) = delete;
  Packer& operator=(const Packer&) = delete;
  void add(std::string_view plain);
  std::string finish();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace kiosk::net
