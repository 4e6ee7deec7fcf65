#include <curl/curl.h>
#include <openssl/x509_vfy.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <mutex>

#include "base/net/http.h"
#include "base/net/socket.h"

namespace kiosk::net {
namespace {

constexpr std::size_t pack_from = 1'024;
constexpr std::size_t max_header_bytes = 64 * 1024;

void start_library() {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
}

struct MultiFree {
  void operator()(CURLM* m) const { curl_multi_cleanup(m); }
};
struct EasyFree {
  void operator()(CURL* e) const { curl_easy_cleanup(e); }
};
struct ListFree {
  void operator()(curl_slist* l) const { curl_slist_free_all(l); }
};

struct Receiving {
  std::string body;
  std::map<std::string, std::string> headers;
  std::size_t limit = 0, header_bytes = 0;
  bool too_large = false;
  // Of a stream: who gets the bytes of a 200, whether it wants more, and when the last ones came.
  const std::function<bool(std::string_view)>* part = nullptr;
  CURL* easy = nullptr;
  bool enough = false;
  SteadyTime heard{};
};

std::size_t take_body(char* data, std::size_t, std::size_t n, void* to) {
  auto& r = *static_cast<Receiving*>(to);
  r.heard = SystemClock().steady();
  long status = 0;
  if (r.part) curl_easy_getinfo(r.easy, CURLINFO_RESPONSE_CODE, &status);
  if (status == 200) {
    r.enough = !(*r.part)({data, n});
    return r.enough ? 0 : n;
  }
  r.too_large = r.too_large || r.body.size() + n > r.limit;
  if (r.too_large) return 0;
  r.body.append(data, n);
  return n;
}

std::size_t take_header(char* data, std::size_t, std::size_t n, void* to) {
  auto& r = *static_cast<Receiving*>(to);
  r.header_bytes += n;
  r.too_large = r.too_large || r.header_bytes > max_header_bytes;
  if (r.too_large) return 0;
  const std::string_view line(data, n);
  if (line.starts_with("HTTP/")) r.headers.clear();  // 100 Continue came before
  const auto colon = line.find(':');
  if (colon == std::string_view::npos) return n;
  std::string name(line.substr(0, colon));
  for (char& c : name)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  auto value = line.substr(colon + 1);
  while (!value.empty() && (value.front() == ' ' || value.front() == '\t')) value.remove_prefix(1);
  while (!value.empty() && (value.back() == '\r' || value.back() == '\n' || value.back() == ' '))
    value.remove_suffix(1);
  r.headers[name] = value;
  return n;
}

curl_blob blob_of(const std::string& text) {
  // Our copy lives as long as the handle, so that no second copy of a key lies about.
  return {const_cast<char*>(text.data()), text.size(), CURL_BLOB_NOCOPY};
}

// Why we do not believe the other side's certificate.
Fault disbelief(long verify_result, const std::string& detail) {
  switch (verify_result) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return unreachable("tls_expired", detail);
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return unreachable("tls_not_yet", detail);
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_CERT_SIGNATURE_FAILURE:
      return unreachable("tls_unknown_ca", detail);
    default:
      break;
  }
  // libcurl compares the name itself, after OpenSSL was content.
  if (detail.find("subject name") != std::string::npos) return unreachable("tls_wrong_name", detail);
  return unreachable("tls_refused", detail);
}

// The other side's word on our certificate; with TLS 1.3 it comes only after our side of the handshake is done.
Fault alert(const std::string& detail) {
  if (detail.find("certificate expired") != std::string::npos) return unreachable("certificate_expired", detail);
  for (const char* said : {"certificate revoked", "unknown ca", "bad certificate", "certificate unknown",
                           "unsupported certificate", "certificate required", "access denied"})
    if (detail.find(said) != std::string::npos) return unreachable("certificate_refused", detail);
  return unreachable("tls_refused", detail);
}

Fault fault_of(CURLcode code, long os_error, long verify_result, const char* text, const Receiving& got) {
  const std::string detail = *text ? text : curl_easy_strerror(code);
  switch (code) {
    case CURLE_COULDNT_RESOLVE_PROXY:
      return unreachable("proxy_away", detail);
    case CURLE_COULDNT_RESOLVE_HOST:
      return unreachable("dns", detail);
    case CURLE_OPERATION_TIMEDOUT:
      return unreachable("timeout", detail);
    case CURLE_COULDNT_CONNECT:
      if (os_error == ENETUNREACH || os_error == EHOSTUNREACH || os_error == ENETDOWN || os_error == EADDRNOTAVAIL)
        return unreachable("no_route", detail);
      if (os_error == ETIMEDOUT) return unreachable("timeout", detail);
      return unreachable("refused", detail);
    case CURLE_PEER_FAILED_VERIFICATION:
      return disbelief(verify_result, detail);
    case CURLE_SSL_CONNECT_ERROR:
      if (detail.find("alert") != std::string::npos) return alert(detail);
      return unreachable("tls_refused", detail);
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
      return unreachable("tls_refused", detail);
    case CURLE_WRITE_ERROR:
      if (got.too_large) return unreachable("bad_reply", "the answer is larger than allowed");
      return unreachable("bad_reply", detail);
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
      if (detail.find("alert") != std::string::npos) return alert(detail);
      return unreachable("refused", detail);
    case CURLE_GOT_NOTHING:
    case CURLE_PARTIAL_FILE:
      return unreachable("refused", detail);
    default:
      return unreachable("bad_reply", detail);
  }
}

}  // namespace

struct Client::Impl {
  explicit Impl(Options o) : options(std::move(o)) {
    start_library();
    if (options.tls) {
      identity.certificate_pem = options.tls->certificate_pem;
      identity.key_pem = options.tls->key_pem.clone();
      identity.ca_pem = options.tls->ca_pem;
      options.tls = nullptr;
    }
    while (options.base.ends_with('/')) options.base.pop_back();
    multi.reset(curl_multi_init());
    easy.reset(curl_easy_init());
    base_url = options.base;
    if (options.base.starts_with("unix:")) {
      base_url = "http://localhost";
      socket_path = options.base.substr(5);
    }
  }

  template <class T>
  void set(CURLoption option, T value) {
    curl_easy_setopt(easy.get(), option, value);
  }

  void prepare(const Call& call, const std::string& url, const std::string& body, curl_slist* headers, Receiving& got) {
    curl_easy_reset(easy.get());  // keeps connections, sessions and resolved names
    set(CURLOPT_URL, url.c_str());
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_PROXY, options.proxy.c_str());  // never one of somebody's environment
    if (!options.proxy.empty()) set(CURLOPT_HTTPPROXYTUNNEL, 1L);
    set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(options.connect_timeout.count()));
    set(CURLOPT_TIMEOUT_MS, static_cast<long>(call.timeout.value_or(options.timeout).count()));
    set(CURLOPT_TCP_NODELAY, 1L);
    set(CURLOPT_TCP_KEEPALIVE, 1L);
    set(CURLOPT_ERRORBUFFER, error_text);
    error_text[0] = 0;
    set(CURLOPT_WRITEFUNCTION, take_body);
    set(CURLOPT_WRITEDATA, &got);
    set(CURLOPT_HEADERFUNCTION, take_header);
    set(CURLOPT_HEADERDATA, &got);
    set(CURLOPT_HTTPHEADER, headers);
    if (!socket_path.empty()) {
      if (!socket_folder) reachable_path = short_socket_path(socket_path, socket_folder);
      set(CURLOPT_UNIX_SOCKET_PATH, reachable_path.c_str());
    }
    if (call.method != "GET") {
      set(CURLOPT_POST, 1L);
      set(CURLOPT_CUSTOMREQUEST, call.method.c_str());
      set(CURLOPT_POSTFIELDS, body.data());
      set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
    }
    set(CURLOPT_SSL_VERIFYPEER, options.verify ? 1L : 0L);
    set(CURLOPT_SSL_VERIFYHOST, options.verify ? 2L : 0L);
    set(CURLOPT_CAPATH, nullptr);
    set(CURLOPT_CAINFO, nullptr);
    if (!identity.ca_pem.empty()) {
      ca = blob_of(identity.ca_pem);
      set(CURLOPT_CAINFO_BLOB, &ca);
    }
    if (!identity.certificate_pem.empty()) {
      certificate = blob_of(identity.certificate_pem);
      key = blob_of(identity.key_pem.reveal());
      set(CURLOPT_SSLCERTTYPE, "PEM");
      set(CURLOPT_SSLCERT_BLOB, &certificate);
      set(CURLOPT_SSLKEYTYPE, "PEM");
      set(CURLOPT_SSLKEY_BLOB, &key);
    }
  }

  // nullopt: cancelled.
  std::optional<CURLcode> perform(const Receiving& got, std::optional<Millis> silence) {
    curl_multi_add_handle(multi.get(), easy.get());
    std::optional<CURLcode> result;
    int running = 1;
    while (running > 0) {
      if (cancelled.exchange(false)) {
        curl_multi_remove_handle(multi.get(), easy.get());
        return std::nullopt;
      }
      if (curl_multi_perform(multi.get(), &running) != CURLM_OK) break;
      const Millis most = silence ? std::min(Millis{1'000}, *silence) : Millis{1'000};
      if (running > 0) curl_multi_poll(multi.get(), nullptr, 0, static_cast<int>(most.count()), nullptr);
      if (silence && running > 0 && SystemClock().steady() - got.heard >= *silence) {
        curl_multi_remove_handle(multi.get(), easy.get());
        return CURLE_OPERATION_TIMEDOUT;
      }
    }
    int left = 0;
    while (CURLMsg* m = curl_multi_info_read(multi.get(), &left))
      if (m->msg == CURLMSG_DONE) result = m->data.result;
    curl_multi_remove_handle(multi.get(), easy.get());
    return result.value_or(CURLE_RECV_ERROR);
  }

  Result<Reply> send(const Call& call, std::optional<Millis> silence = {},
                     const std::function<bool(std::string_view)>* part = nullptr) {
    std::unique_ptr<curl_slist, ListFree> headers;
    const auto add = [&](const std::string& line) {
      curl_slist* longer = curl_slist_append(headers.get(), line.c_str());
      (void)headers.release();
      headers.reset(longer);
    };
    std::string packed;
    const bool pack_it = call.compress && !call.packed && call.body.size() >= pack_from;
    if (pack_it) packed = pack(call.body);
    const std::string& body = pack_it ? packed : call.body;
    if (!part) add("Accept-Encoding: zstd");
    add("Expect:");  // no round trip before large bodies
    if (call.method != "GET") add("Content-Type: " + call.type);
    if (pack_it || call.packed) add("Content-Encoding: zstd");
    for (const auto& [k, v] : call.headers) add(k + ": " + v);
    Receiving got;
    got.limit = options.max_body;
    const std::string url = base_url + call.path;
    prepare(call, url, body, headers.get(), got);
    if (part) {
      got.part = part;
      got.easy = easy.get();
      got.heard = SystemClock().steady();
      set(CURLOPT_TIMEOUT_MS, 0L);
    }
    const auto code = perform(got, silence);
    if (!code) return unreachable("cancelled");
    if (*code != CURLE_OK && !got.enough) {
      long os_error = 0, verify_result = 0;
      if (auto proxy = proxy_fault(*code)) return *std::move(proxy);
      curl_easy_getinfo(easy.get(), CURLINFO_OS_ERRNO, &os_error);
      curl_easy_getinfo(easy.get(), CURLINFO_SSL_VERIFYRESULT, &verify_result);
      return fault_of(*code, os_error, verify_result, error_text, got);
    }
    return understood(call, std::move(got));
  }

  // What went wrong before the proxy had made the tunnel is the proxy's; behind it stands the centre.
  std::optional<Fault> proxy_fault(CURLcode code) {
    if (options.proxy.empty() || !socket_path.empty()) return std::nullopt;
    long answered = 0;
    curl_easy_getinfo(easy.get(), CURLINFO_HTTP_CONNECTCODE, &answered);
    if (answered / 100 == 2) return std::nullopt;
    const std::string detail = *error_text ? error_text : curl_easy_strerror(code);
    return unreachable(answered == 0 ? "proxy_away" : "proxy_refused", options.proxy + ": " + detail);
  }

  Result<Reply> understood(const Call& call, Receiving got) {
    Reply reply;
    long status = 0;
    curl_easy_getinfo(easy.get(), CURLINFO_RESPONSE_CODE, &status);
    reply.status = static_cast<int>(status);
    const auto header = [&](const char* name) {
      const auto it = got.headers.find(name);
      return it == got.headers.end() ? std::string() : it->second;
    };
    // A hotel's or provider's log-in page in between answers with a redirect or a page, never with our JSON.
    if ((status >= 300 && status < 400) || status == 511)
      return unreachable("captive_portal", "redirected by status " + std::to_string(status));
    // A proxy of the centre's own says that the centre is down or busy with a page too.
    const bool centre_trouble = status >= 500 || status == 429;
    if (call.expect_json && !centre_trouble && header("content-type").starts_with("text/html"))
      return unreachable("captive_portal", "a page instead of data, status " + std::to_string(status));
    if (const std::string date = header("date"); !date.empty()) {
      const time_t t = curl_getdate(date.c_str(), nullptr);
      if (t > 0) reply.date = from_ms(static_cast<std::int64_t>(t) * 1000);
    }
    const std::string encoding = header("content-encoding");
    if (encoding == "zstd") {
      auto plain = unpack(got.body, options.max_body);
      if (!plain) return unreachable("bad_reply", plain.fault().code + ": " + plain.fault().detail);
      got.body = std::move(*plain);
    } else if (!encoding.empty() && encoding != "identity") {
      return unreachable("bad_reply", "an encoding that was not asked for");
    }
    reply.body = std::move(got.body);
    reply.headers = std::move(got.headers);
    return reply;
  }

  Options options;
  TlsIdentity identity;
  std::string base_url, socket_path, reachable_path;
  Fd socket_folder;
  std::unique_ptr<CURL, EasyFree> easy;
  std::unique_ptr<CURLM, MultiFree> multi;
  curl_blob ca{}, certificate{}, key{};
  char error_text[CURL_ERROR_SIZE] = {};
  std::atomic<bool> cancelled = false;
};

Client::Client(Options options) : impl_(std::make_unique<Impl>(std::move(options))) {}
Client::~Client() = default;
Result<Reply> Client::send(const Call& call) { return impl_->send(call); }
Result<Reply> Client::stream(const Call& call, Millis silence, const std::function<bool(std::string_view)>& part) {
  return impl_->send(call, silence, &part);
}
void Client::cancel() {
  impl_->cancelled = true;
  curl_multi_wakeup(impl_->multi.get());
}
std::optional<Millis> retry_after(const std::string& header, WallTime now) {
  constexpr Millis day{86'400'000};
  std::int64_t seconds = 0;
  const char* end = header.data() + header.size();
  if (const auto [stop, error] = std::from_chars(header.data(), end, seconds); error == std::errc() && stop == end)
    return seconds < 0 ? std::nullopt
                       : std::optional(std::min(Millis{std::min(seconds, INT64_C(86'400)) * 1'000}, day));
  const time_t t = curl_getdate(header.c_str(), nullptr);
  if (t <= 0) return std::nullopt;
  return std::clamp(Millis(from_ms(static_cast<std::int64_t>(t) * 1'000) - now), Millis{0}, day);
}

const std::string& Client::base() const { return impl_->options.base; }

}  // namespace kiosk::net
