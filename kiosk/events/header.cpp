// The header's JSON: one order of keys when written; a small bounded parser of its own when read, so that nothing
// larger stands between the network and the chain.
#include <array>
#include <charconv>
#include <cstdio>

#include "events/event.h"

namespace kiosk::events {
namespace {
constexpr std::size_t k_max_text = 128;
constexpr std::size_t k_max_blobs = 16;
constexpr int k_max_depth = 4;                              // of unknown fields
constexpr std::int64_t k_max_seq = 9'007'199'254'740'991;   // what every JSON reader keeps exactly
constexpr std::int64_t k_max_time_ms = 32'503'680'000'000;  // the year 3000
constexpr std::int64_t k_max_skew_ms = 3'155'760'000'000;   // a century: a clock that was never set says 1970

void put_string(std::string& out, std::string_view s) {
  out += '"';
  for (const char c : s) {
    const auto u = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (u < 0x20) {
      char buf[8];
      std::snprintf(buf, sizeof buf, "\\u%04x", u);
      out += buf;
    } else {
      out += c;
    }
  }
  out += '"';
}

void put_key(std::string& out, std::string_view key) {
  out += out.size() == 1 ? "\"" : ",\"";
  out += key;
  out += "\":";
}

struct TextField {
  std::string_view key;
  std::string Header::*member;
};
constexpr std::array k_text_fields{
    TextField{"branch", &Header::branch},   TextField{"node", &Header::node},
    TextField{"epoch", &Header::epoch},     TextField{"kind", &Header::kind},
    TextField{"service", &Header::service}, TextField{"counter", &Header::counter},
    TextField{"officer", &Header::officer}, TextField{"terminal", &Header::terminal},
    TextField{"ticket", &Header::ticket},   TextField{"subject", &Header::subject},
    TextField{"reason", &Header::reason},
};

// Reads JSON from the front of `s_`; the first wrong byte makes ok() false for good.
class Reader {
 public:
  explicit Reader(std::string_view s) : s_(s) {}
  bool ok() const { return ok_; }
  bool at_end() {
    space();
    return ok_ && s_.empty();
  }
  bool fail() {
    ok_ = false;
    s_ = {};
    return false;
  }
  char peek() {
    space();
    return s_.empty() ? '\0' : s_.front();
  }
  bool take(char c) {
    if (peek() != c || s_.empty()) return false;
    s_.remove_prefix(1);
    return true;
  }
  bool expect(char c) { return take(c) || fail(); }

  std::string string(std::size_t max) {
    std::string out;
    if (!expect('"')) return {};
    while (ok_) {
      if (s_.empty() || out.size() > max) {
        fail();
        break;
      }
      const auto plain = plain_run();
      out.append(s_.substr(0, plain));
      s_.remove_prefix(plain);
      if (s_.empty() || out.size() > max) continue;
      const auto c = static_cast<unsigned char>(s_.front());
      if (c == '"') {
        s_.remove_prefix(1);
        break;
      }
      if (c < 0x20)
        fail();
      else if (c == '\\')
        escape(out);
      else
        character(out);
    }
    if (out.size() > max) fail();
    return ok_ ? out : std::string();
  }

  std::int64_t integer() {
    space();
    std::int64_t v = 0;
    const auto [p, ec] = std::from_chars(s_.data(), s_.data() + s_.size(), v);
    const auto used = static_cast<std::size_t>(p - s_.data());
    // JSON has no leading zeros; a fraction or an exponent is no integer.
    if (ec != std::errc()) return fail(), 0;
    const auto digits = s_.substr(0, used).substr(s_.starts_with('-') ? 1 : 0);
    if ((digits.size() > 1 && digits.front() == '0')) return fail(), 0;
    s_.remove_prefix(used);
    if (!s_.empty() && (s_.front() == '.' || s_.front() == 'e' || s_.front() == 'E')) return fail(), 0;
    return v;
  }

  void skip(int depth = 0) {  // a field of a later version
    const char c = peek();
    if (depth > k_max_depth)
      fail();
    else if (c == '"')
      string(k_max_header);
    else if (c == '{') {
      take('{');
      if (take('}')) return;
      do {
        string(k_max_text);
        expect(':');
        skip(depth + 1);
      } while (ok_ && take(','));
      expect('}');
    } else if (c == '[') {
      take('[');
      if (take(']')) return;
      do skip(depth + 1);
      while (ok_ && take(','));
      expect(']');
    } else if (!word("true") && !word("false") && !word("null")) {
      number();
    }
  }

 private:
  std::size_t plain_run() const {  // ASCII that stands for itself
    std::size_t n = 0;
    while (n < s_.size() && s_[n] >= 0x20 && s_[n] < 0x7f && s_[n] != '"' && s_[n] != '\\') ++n;
    return n;
  }
  void space() {
    while (!s_.empty() && (s_.front() == ' ' || s_.front() == '\n' || s_.front() == '\r' || s_.front() == '\t'))
      s_.remove_prefix(1);
  }
  bool word(std::string_view w) {
    if (!s_.starts_with(w)) return false;
    s_.remove_prefix(w.size());
    return true;
  }
  void number() {
    double v = 0;
    const auto digits = s_.substr(s_.starts_with('-') ? 1 : 0);
    if (digits.empty() || digits.front() < '0' || digits.front() > '9') {
      fail();
      return;
    }
    const auto [p, ec] = std::from_chars(s_.data(), s_.data() + s_.size(), v);
    if (ec != std::errc())
      fail();
    else
      s_.remove_prefix(static_cast<std::size_t>(p - s_.data()));
  }
  static void put_utf8(std::string& out, std::uint32_t c) {
    if (c < 0x80) {
      out += static_cast<char>(c);
    } else if (c < 0x800) {
      out += static_cast<char>(0xc0 | (c >> 6));
      out += static_cast<char>(0x80 | (c & 0x3f));
    } else if (c < 0x10000) {
      out += static_cast<char>(0xe0 | (c >> 12));
      out += static_cast<char>(0x80 | ((c >> 6) & 0x3f));
      out += static_cast<char>(0x80 | (c & 0x3f));
    } else {
      out += static_cast<char>(0xf0 | (c >> 18));
      out += static_cast<char>(0x80 | ((c >> 12) & 0x3f));
      out += static_cast<char>(0x80 | ((c >> 6) & 0x3f));
      out += static_cast<char>(0x80 | (c & 0x3f));
    }
  }
  std::uint32_t four_hex() {
    std::uint32_t v = 0;
    if (s_.size() < 4) return fail(), 0;
    const auto [p, ec] = std::from_chars(s_.data(), s_.data() + 4, v, 16);
    if (ec != std::errc() || p != s_.data() + 4) return fail(), 0;
    s_.remove_prefix(4);
    return v;
  }
  void escape(std::string& out) {
    if (s_.size() < 2) {
      fail();
      return;
    }
    const char c = s_[1];
    s_.remove_prefix(2);
    constexpr std::string_view from = "\"\\/bfnrt", to = "\"\\/\b\f\n\r\t";
    if (const auto i = from.find(c); i != std::string_view::npos) {
      out += to[i];
      return;
    }
    if (c != 'u') {
      fail();
      return;
    }
    std::uint32_t v = four_hex();
    if (v >= 0xd800 && v < 0xdc00) {  // the first half of a pair
      if (!s_.starts_with("\\u")) {
        fail();
        return;
      }
      s_.remove_prefix(2);
      const std::uint32_t low = four_hex();
      if (low < 0xdc00 || low > 0xdfff) fail();
      v = 0x10000 + ((v - 0xd800) << 10) + (low - 0xdc00);
    } else if (v >= 0xdc00 && v <= 0xdfff) {
      fail();
    }
    if (ok_) put_utf8(out, v);
  }
  void character(std::string& out) {  // one well-formed UTF-8 character
    const auto b = [&](std::size_t i) { return i < s_.size() ? static_cast<unsigned char>(s_[i]) : 0u; };
    const unsigned first = b(0);
    const std::size_t n = first < 0x80                    ? 1
                          : first >= 0xc2 && first < 0xe0 ? 2
                          : first >= 0xe0 && first < 0xf0 ? 3
                          : first >= 0xf0 && first < 0xf5 ? 4
                                                          : 0;
    bool good = n != 0 && s_.size() >= n;
    for (std::size_t i = 1; good && i < n; ++i) good = (b(i) & 0xc0) == 0x80;
    if (n == 3) good = good && !(first == 0xe0 && b(1) < 0xa0) && !(first == 0xed && b(1) >= 0xa0);
    if (n == 4) good = good && !(first == 0xf0 && b(1) < 0x90) && !(first == 0xf4 && b(1) >= 0x90);
    if (!good) {
      fail();
      return;
    }
    out.append(s_.substr(0, n));
    s_.remove_prefix(n);
  }

  std::string_view s_;
  bool ok_ = true;
};
}  // namespace

std::string encode_header(const Header& h) {
  std::string out;
  out.reserve(512);
  out += '{';
  const auto text = [&](std::string_view key, std::string_view value) {
    if (value.empty()) return;
    put_key(out, key);
    put_string(out, value);
  };
  const auto number = [&](std::string_view key, std::int64_t value) {
    put_key(out, key);
    out += std::to_string(value);
  };
  text("id", h.id.str());
  number("seq", h.seq);
  number("at", to_ms(h.at));
  if (h.skew_ms != 0) number("skew_ms", h.skew_ms);
  if (h.duration_ms != 0) number("duration_ms", h.duration_ms);
  for (const auto& f : k_text_fields) text(f.key, h.*f.member);
  if (!h.blobs.empty()) {
    put_key(out, "blobs");
    char before = '[';
    for (const auto& b : h.blobs) {
      out += before;
      put_string(out, b);
      before = ',';
    }
    out += ']';
  }
  out += '}';
  return out;
}

Result<Header> decode_header(std::string_view json) {
  std::string at = "header";  // the field that is being read
  const auto bad = [&](std::string what) { return bad_input("header_invalid", at, std::move(what)); };
  if (json.size() > k_max_header) return bad("longer than 4096 bytes");
  Header h;
  Reader r(json);
  std::vector<std::string> seen;
  if (!r.expect('{')) return bad("not a JSON object");
  if (!r.take('}')) do {
      const std::string key = r.string(k_max_text);
      r.expect(':');
      if (!r.ok()) break;
      for (const auto& s : seen)
        if (s == key) return bad("a field is there twice");
      seen.push_back(key);
      const TextField* field = nullptr;
      for (const auto& f : k_text_fields)
        if (f.key == key) field = &f;
      const auto whole = [&](std::int64_t least, std::int64_t most) {
        const auto v = r.integer();
        if (v < least || v > most) r.fail();
        return v;
      };
      if (field != nullptr || key == "id" || key == "seq" || key == "at" || key == "skew_ms" || key == "duration_ms" ||
          key == "blobs")
        at = "header." + key;
      if (field != nullptr) {
        h.*field->member = r.string(k_max_text);
      } else if (key == "id") {
        const auto id = Uuid::parse(r.string(36), at);
        if (!id) return bad("not a UUID");
        h.id = *id;
      } else if (key == "seq") {
        h.seq = whole(1, k_max_seq);
      } else if (key == "at") {
        h.at = from_ms(whole(0, k_max_time_ms));
      } else if (key == "skew_ms") {
        h.skew_ms = whole(-k_max_skew_ms, k_max_skew_ms);
      } else if (key == "duration_ms") {
        h.duration_ms = whole(0, k_max_skew_ms);
      } else if (key == "blobs") {
        r.expect('[');
        if (!r.take(']')) {
          do {
            h.blobs.push_back(r.string(64));
            const auto raw = from_hex(h.blobs.back());
            if (!raw || raw->size() != 32 || h.blobs.size() > k_max_blobs)
              return bad("up to 16 names of 64 hex digits");
          } while (r.ok() && r.take(','));
          r.expect(']');
        }
      } else {
        r.skip();
      }
      if (!r.ok()) return bad("too long, out of range, of a wrong type or broken JSON");
      at = "header";
    } while (r.take(','));
  r.expect('}');
  if (!r.at_end()) return bad("broken JSON");
  const auto needed = [&](bool there, const char* name) {
    if (!there && at == "header") at = std::string("header.") + name;
  };
  needed(!h.id.is_nil(), "id");
  needed(h.seq >= 1, "seq");
  needed(!h.kind.empty(), "kind");
  needed(!h.branch.empty(), "branch");
  needed(!h.node.empty(), "node");
  needed(!h.epoch.empty(), "epoch");
  if (at != "header") return bad("it is required");
  return h;
}

}  // namespace kiosk::events
