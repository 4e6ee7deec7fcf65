#include "api/protocol/push_text.h"

#include <algorithm>
#include <charconv>
#include <cstring>

#include "api/protocol/push_bounds.h"

namespace kiosk::protocol {
namespace {

void add_text(std::string& out, std::string_view text) {
  constexpr char hex[] = "0123456789abcdef";
  out += '"';
  std::size_t from = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c != '"' && c != '\\' && c >= 0x20) continue;
    out.append(text.substr(from, i - from));
    from = i + 1;
    if (c == '"' || c == '\\') {
      out += '\\';
      out += static_cast<char>(c);
    } else {
      out += "\\u00";
      out += hex[c >> 4];
      out += hex[c & 15];
    }
  }
  out.append(text.substr(from));
  out += '"';
}

void add_bytes(std::string& out, ByteView bytes) {
  out += '"';
  out += to_base64(bytes);
  out += '"';
}

// Reads what begin_push, add_to_push and end_push write. Every function says false when something else stands there.
class Reader {
 public:
  explicit Reader(std::string_view text) : at_(text.data()), end_(text.data() + text.size()) {}

  bool is(std::string_view expected) {
    if (static_cast<std::size_t>(end_ - at_) < expected.size() || std::string_view(at_, expected.size()) != expected)
      return false;
    at_ += expected.size();
    return true;
  }
  bool ended() const { return at_ == end_; }

  // Up to the closing quote; no escapes.
  bool plain(std::string_view& out) {
    const auto* quote = static_cast<const char*>(std::memchr(at_, '"', static_cast<std::size_t>(end_ - at_)));
    if (quote == nullptr) return false;
    out = {at_, static_cast<std::size_t>(quote - at_)};
    at_ = quote + 1;
    return true;
  }
  template <std::size_t N>
  bool fixed(std::array<std::uint8_t, N>& out) {
    Bytes bytes;
    if (!this->bytes(bytes, N) || bytes.size() != N) return false;
    std::copy(bytes.begin(), bytes.end(), out.begin());
    return true;
  }
  bool bytes(Bytes& out, std::size_t most) {
    std::string_view text;
    if (!plain(text) || text.size() > (most * 4 + 2) / 3) return false;
    auto raw = from_base64(text);
    if (!raw) return false;
    out = std::move(*raw);
    return true;
  }
  bool number(std::int64_t& out, std::int64_t least, std::int64_t most) {
    if (at_ == end_ || *at_ < '1' || *at_ > '9') return false;
    const auto [stop, error] = std::from_chars(at_, end_, out);
    if (error != std::errc() || out < least || out > most) return false;
    at_ = stop;
    return true;
  }
  // ASCII with the two escapes that a header has.
  bool text(std::string& out, std::size_t most) {
    for (const char* from = at_;; ++at_) {
      if (at_ == end_) return false;
      const auto c = static_cast<unsigned char>(*at_);
      if (c < 0x20 || c >= 0x7f) return false;
      if (c != '"' && c != '\\') continue;
      out.append(from, static_cast<std::size_t>(at_ - from));
      if (out.size() > most) return false;
      if (c == '"') {
        ++at_;
        return true;
      }
      if (++at_ == end_ || (*at_ != '"' && *at_ != '\\')) return false;
      from = at_;
    }
  }

 private:
  const char *at_, *end_;
};

bool is_hex_id(std::string_view text) {
  return text.size() == 16 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

}  // namespace

void begin_push(std::string& out, std::string_view epoch, std::int64_t first_seq, const crypto::Hash& previous) {
  out += "{\"epoch\":";
  add_text(out, epoch);
  out += ",\"first_seq\":" + std::to_string(first_seq) + ",\"previous\":";
  add_bytes(out, previous);
  out += ",\"events\":[";
}

void add_to_push(std::string& out, bool first, std::string_view header, ByteView ciphertext, ByteView wrap) {
  out += first ? "{\"header\":" : ",{\"header\":";
  add_text(out, header);
  out += ",\"ciphertext\":";
  add_bytes(out, ciphertext);
  out += ",\"wrap\":";
  add_bytes(out, wrap);
  out += '}';
}

void end_push(std::string& out, const crypto::Signature& signature) {
  out += "],\"signature\":";
  add_bytes(out, signature);
  out += '}';
}

std::optional<PushRequest> read_push(std::string_view json) {
  Reader in(json);
  PushRequest r;
  std::string_view epoch;
  if (!in.is("{\"epoch\":\"") || !in.plain(epoch) || !is_hex_id(epoch)) return std::nullopt;
  r.epoch = epoch;
  if (!in.is(",\"first_seq\":") || !in.number(r.first_seq, 1, max_push_seq)) return std::nullopt;
  if (!in.is(",\"previous\":\"") || !in.fixed(r.previous) || !in.is(",\"events\":[")) return std::nullopt;
  for (;;) {
    if (r.events.size() >= max_push_events) return std::nullopt;
    PushEvent& e = r.events.emplace_back();
    if (!in.is("{\"header\":\"") || !in.text(e.header, max_push_header) || e.header.size() < 2) return std::nullopt;
    if (!in.is(",\"ciphertext\":\"") || !in.bytes(e.ciphertext, max_push_ciphertext)) return std::nullopt;
    if (!in.is(",\"wrap\":\"") || !in.bytes(e.wrap, max_push_wrap) || !in.is("}")) return std::nullopt;
    if (in.is("]")) break;
    if (!in.is(",")) return std::nullopt;
  }
  if (!in.is(",\"signature\":\"") || !in.fixed(r.signature) || !in.is("}") || !in.ended()) return std::nullopt;
  return r;
}

}  // namespace kiosk::protocol
