#include "sim_net.h"

#include <algorithm>
#include <charconv>

namespace kiosk::faults {
namespace {

constexpr std::size_t pack_from = 1024;
constexpr Millis usual_timeout{20'000};

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

std::string unescape(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned v = 0;
    if (text[i] == '%' && i + 2 < text.size() &&
        std::from_chars(text.data() + i + 1, text.data() + i + 3, v, 16).ec == std::errc{}) {
      out += static_cast<char>(v);
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

struct Message {
  std::string first;
  std::map<std::string, std::string> headers;
  std::string body;  // unpacked
};

// nullopt: the bytes end too early, or are none that a peer could read.
std::optional<Message> read(const std::string& bytes) {
  Message m;
  const auto head_end = bytes.find("\r\n\r\n");
  if (head_end == std::string::npos) return std::nullopt;
  std::size_t at = bytes.find("\r\n");
  m.first = bytes.substr(0, at);
  while (at < head_end) {
    const auto end = bytes.find("\r\n", at + 2);
    const auto line = bytes.substr(at + 2, end - at - 2);
    const auto colon = line.find(": ");
    if (colon != std::string::npos) m.headers[lower(line.substr(0, colon))] = line.substr(colon + 2);
    at = end;
  }
  std::size_t length = 0;
  if (const auto it = m.headers.find("content-length"); it != m.headers.end()) {
    if (std::from_chars(it->second.data(), it->second.data() + it->second.size(), length).ec != std::errc{})
      return std::nullopt;
  }
  if (bytes.size() - head_end - 4 != length) return std::nullopt;
  m.body = bytes.substr(head_end + 4);
  if (m.headers.contains("content-encoding")) {
    auto plain = net::unpack(m.body, 64u << 20);
    if (!plain) return std::nullopt;
    m.body = std::move(*plain);
  }
  return m;
}

std::string write(std::string first, std::vector<std::pair<std::string, std::string>> headers, const std::string& body,
                  bool may_pack) {
  std::string packed;
  const bool pack = may_pack && body.size() >= pack_from;
  if (pack) {
    packed = net::pack(body);
    headers.emplace_back("Content-Encoding", "zstd");
  }
  const std::string& sent = pack ? packed : body;
  headers.emplace_back("Content-Length", std::to_string(sent.size()));
  std::string out = std::move(first) + "\r\n";
  for (const auto& [name, value] : headers) out += name + ": " + value + "\r\n";
  return out + "\r\n" + sent;
}

std::string bytes_of(const net::Call& call) {
  auto headers = call.headers;
  if (call.method != "GET") headers.emplace_back("Content-Type", call.type);
  if (call.packed) headers.emplace_back("Content-Encoding", "zstd");
  return write(call.method + " " + call.path + " HTTP/1.1", headers, call.body, call.compress);
}

std::optional<net::Request> request_of(const std::string& bytes, const net::Peer& peer) {
  auto m = read(bytes);
  if (!m) return std::nullopt;
  net::Request q;
  const auto space = m->first.find(' '), second = m->first.find(' ', space + 1);
  q.method = m->first.substr(0, space);
  q.path = m->first.substr(space + 1, second - space - 1);
  if (const auto mark = q.path.find('?'); mark != std::string::npos) {
    const std::string query = q.path.substr(mark + 1);
    q.path.resize(mark);
    for (std::size_t at = 0; at <= query.size();) {
      const auto end = std::min(query.find('&', at), query.size());
      const auto item = query.substr(at, end - at);
      const auto sign = item.find('=');
      if (sign != std::string::npos) q.query[item.substr(0, sign)] = unescape(item.substr(sign + 1));
      at = end + 1;
    }
  }
  q.headers = std::move(m->headers);
  q.body = std::move(m->body);
  q.peer = peer;
  return q;
}

std::string bytes_of(const net::Response& r, WallTime date) {
  auto headers = r.headers;
  headers.emplace_back("Content-Type", r.type);
  headers.emplace_back("Date", std::to_string(to_ms(date) / 1000));
  return write("HTTP/1.1 " + std::to_string(r.status), headers, r.body, true);
}

// What net::Client makes of it.
Result<net::Reply> reply_of(const std::string& bytes) {
  auto m = read(bytes);
  if (!m) return unreachable("bad_reply", "cut short");
  net::Reply reply;
  reply.status = std::atoi(m->first.c_str() + 9);
  if (reply.status >= 300 && reply.status < 400) return unreachable("captive_portal", "redirected");
  if (m->headers["content-type"].starts_with("text/html")) return unreachable("captive_portal", "a page");
  if (const auto it = m->headers.find("date"); it != m->headers.end())
    reply.date = from_ms(std::atoll(it->second.c_str()) * 1000);
  reply.body = std::move(m->body);
  reply.headers = std::move(m->headers);
  return reply;
}

net::Response page(int status, std::string body, std::string type = "application/json") {
  net::Response r;
  r.status = status;
  r.body = std::move(body);
  r.type = std::move(type);
  return r;
}

enum class Fate {
  Fine,
  NoRoute,
  Dns,
  Refused,
  TlsRefused,
  LostRequest,
  CutRequest,
  LostReply,
  CutReply,
  HalfOpen,
  Late,
  Duplicate,
  ChangedRequest,
  ChangedReply,
  Page,
  Redirect,
  Busy,
  Broken,
  Garbage,
  Shortened,
  OtherReply,
  Drip,
  DripTooLong,
  kCount
};
constexpr const char* names[] = {
    "fine",       "no route",     "dns",       "refused", "tls refused", "request lost",    "request cut",
    "reply lost", "reply cut",    "half open", "late",    "duplicate",   "request changed", "reply changed",
    "page",       "redirect",     "busy",      "5xx",     "garbage",     "shortened json",  "another reply",
    "drip",       "drip too long"};

}  // namespace

class SimNet::Line final : public sync::Wire {
 public:
  Line(SimNet& net, std::size_t place) : net_(net), place_(place) {}
  Result<net::Reply> send(const net::Call& call) override { return net_.exchange(place_, call); }
  void cancel() override {}

 private:
  SimNet& net_;
  std::size_t place_;
};

sync::MakeWire SimNet::wires(std::size_t place) {
  return [this, place](net::Client::Options) { return std::make_unique<Line>(*this, place); };
}

std::optional<net::Response> SimNet::arrive(std::size_t place, const std::string& bytes) {
  const auto request = request_of(bytes, places[place].peer);
  if (!request) return std::nullopt;
  return centre_(*request);
}

bool SimNet::deliver_late() {
  if (late_.empty()) return false;
  const auto at = static_cast<std::ptrdiff_t>(random_.below(late_.size()));
  const Sent sent = late_[static_cast<std::size_t>(at)];
  late_.erase(late_.begin() + at);
  ++late_delivered;
  if (trace) trace("  late from " + std::to_string(sent.place) + ": " + sent.bytes.substr(0, sent.bytes.find('\r')));
  (void)arrive(sent.place, sent.bytes);
  return true;
}

Result<net::Reply> SimNet::exchange(std::size_t place, const net::Call& call) {
  Place& p = places[place];
  if (!p.alive) return unreachable("no_route", "the machine is dead");
  ++exchanges;
  replies_.resize(places.size());
  const Millis timeout = call.timeout.value_or(usual_timeout);
  Fate fate = Fate::Fine;
  constexpr std::uint64_t ill[] = {0, 25, 80, 100};  // percent, by weather
  if (random_.below(100) < ill[static_cast<std::size_t>(p.weather)])
    fate = p.weather == Weather::Dead
               ? static_cast<Fate>(1 + random_.below(4))
               : static_cast<Fate>(1 + random_.below(static_cast<std::uint64_t>(Fate::kCount) - 1));
  std::string bytes = bytes_of(call);
  if (trace)
    trace("  " + std::to_string(place) + " " + call.method + " " + call.path + " " + std::to_string(bytes.size()) +
          " bytes: " + names[static_cast<std::size_t>(fate)]);
  const auto fail = [&](const char* code, Millis after) {
    ++failed;
    pass(after);
    return unreachable(code, names[static_cast<std::size_t>(fate)]);
  };
  pass(Millis{1 + static_cast<std::int64_t>(random_.below(120))});
  switch (fate) {
    case Fate::NoRoute:
      return fail("no_route", Millis{1});
    case Fate::Dns:
      return fail("dns", Millis{5'000});
    case Fate::Refused:
      return fail("refused", Millis{1});
    case Fate::TlsRefused:
      return fail("tls_refused", Millis{50});
    case Fate::LostRequest:
    case Fate::HalfOpen:
      return fail("timeout", timeout);
    case Fate::CutRequest:
      (void)arrive(place, bytes.substr(0, random_.below(bytes.size())));
      return fail("refused", Millis{100});
    case Fate::Late:
      late_.push_back({place, bytes});
      return fail("timeout", timeout);
    case Fate::Duplicate:
      late_.push_back({place, bytes});
      ++duplicated;
      break;
    case Fate::ChangedRequest: {
      if (!call.path.starts_with("/v1/blobs/") || call.body.empty()) return fail("refused", Millis{100});
      const auto body = bytes.size() - call.body.size();  // parts of photos are not packed
      bytes[body + random_.below(call.body.size())] ^= static_cast<char>(1 << random_.below(8));
      break;
    }
    case Fate::Page:
      return fail("captive_portal", Millis{50});
    case Fate::Redirect:
      ++failed;
      return reply_of(bytes_of(page(302, "<html>", "text/html"), time_.wall));
    case Fate::Busy: {
      ++failed;
      auto r = page(random_.below(2) == 0 ? 429 : 503, R"({"code":"busy","message":"later"})");
      if (random_.below(2) == 0) r.headers.emplace_back("Retry-After", std::to_string(random_.below(90)));
      return reply_of(bytes_of(r, time_.wall));
    }
    case Fate::Broken:
      ++failed;
      return reply_of(bytes_of(page(random_.below(2) == 0 ? 500 : 502, "Bad Gateway", "text/plain"), time_.wall));
    case Fate::Garbage: {
      ++failed;
      static constexpr const char* bodies[] = {
          "", "null", "[]", "{}", "{\"ack\":{}}", "{\"items\":null}", "\xff\xfe", "{\"received\":-1}", "0"};
      return reply_of(bytes_of(page(200, bodies[random_.below(std::size(bodies))]), time_.wall));
    }
    case Fate::OtherReply:
      if (replies_[place].empty()) break;
      ++failed;
      if (random_.below(2) == 0) (void)arrive(place, bytes);
      return reply_of(replies_[place][random_.below(replies_[place].size())]);
    case Fate::Drip:
      pass(timeout * 3 / 4);
      break;
    case Fate::DripTooLong:
      if (random_.below(2) == 0) (void)arrive(place, bytes);
      return fail("timeout", timeout);
    case Fate::Fine:
    case Fate::LostReply:
    case Fate::CutReply:
    case Fate::ChangedReply:
    case Fate::Shortened:
    case Fate::kCount:
      break;
  }
  auto response = arrive(place, bytes);
  if (!p.alive) return unreachable("no_route", "the machine died meanwhile");
  if (!response) return fail("refused", Millis{20});
  if (mutate) mutate(call, *response);
  std::string back = bytes_of(*response, centre_clock_.now());
  replies_[place].push_back(back);
  if (replies_[place].size() > 12) replies_[place].pop_front();
  switch (fate) {
    case Fate::LostReply:
      return fail("timeout", timeout);
    case Fate::CutReply:
      back.resize(random_.below(back.size()));
      ++failed;
      return reply_of(back);
    case Fate::Shortened:
      response->body.resize(random_.below(response->body.size() + 1));
      ++failed;
      return reply_of(bytes_of(*response, centre_clock_.now()));
    case Fate::ChangedReply: {
      const auto ack = response->body.find("\"ack\":{");
      const auto end = ack == std::string::npos ? ack : response->body.find('}', ack);
      if (end == std::string::npos) return fail("bad_reply", Millis{1});
      ++failed;
      response->body[ack + 7 + random_.below(end - ack - 7)] ^= static_cast<char>(1 << random_.below(7));
      return reply_of(bytes_of(*response, centre_clock_.now()));
    }
    default:
      return reply_of(back);
  }
}

}  // namespace kiosk::faults
