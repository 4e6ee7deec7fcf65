#include "events/export.h"

#include <algorithm>
#include <span>

namespace kiosk::events {
namespace {
constexpr std::string_view k_magic = "KIOSKX1\n";
constexpr std::size_t k_check = 16, k_frame_head = 5;
constexpr std::size_t k_max_text = 128, k_max_wrap = 256, k_max_ciphertext = 512u << 10;
constexpr std::int64_t k_version = 1;

// Numbers are big-endian, texts and bytes carry their length.
class Put {
 public:
  Put& number(std::int64_t v) {
    for (int shift = 56; shift >= 0; shift -= 8)
      out_.push_back(static_cast<std::uint8_t>(static_cast<std::uint64_t>(v) >> shift));
    return *this;
  }
  Put& bytes(ByteView b) {
    for (int shift = 24; shift >= 0; shift -= 8) out_.push_back(static_cast<std::uint8_t>(b.size() >> shift));
    out_.insert(out_.end(), b.begin(), b.end());
    return *this;
  }
  Put& text(std::string_view s) { return bytes(as_bytes(s)); }
  template <std::size_t N>
  Put& fixed(const std::array<std::uint8_t, N>& a) {
    out_.insert(out_.end(), a.begin(), a.end());
    return *this;
  }
  Bytes take() { return std::move(out_); }

 private:
  Bytes out_;
};

// The first thing that does not fit makes ok() false for good; every length is checked before it is used.
class Take {
 public:
  explicit Take(ByteView in) : in_(in) {}
  bool ok() const { return ok_; }
  bool done() const { return ok_ && in_.empty(); }
  std::int64_t number() {
    std::uint64_t v = 0;
    for (const auto b : some(8)) v = v << 8 | b;
    return static_cast<std::int64_t>(v);
  }
  ByteView view(std::size_t max) {
    std::size_t n = 0;
    for (const auto b : some(4)) n = n << 8 | b;
    if (n > max) ok_ = false;
    return some(n);
  }
  Bytes bytes(std::size_t max) {
    const auto v = view(max);
    return Bytes(v.begin(), v.end());
  }
  std::string text(std::size_t max) { return std::string(as_text(view(max))); }
  template <std::size_t N>
  std::array<std::uint8_t, N> fixed() {
    std::array<std::uint8_t, N> a{};
    const auto v = some(N);
    if (v.size() == N) std::copy(v.begin(), v.end(), a.begin());
    return a;
  }

 private:
  ByteView some(std::size_t n) {
    if (!ok_ || in_.size() < n) {
      ok_ = false;
      return {};
    }
    const auto v = in_.first(n);
    in_ = in_.subspan(n);
    return v;
  }
  ByteView in_;
  bool ok_ = true;
};

bool is_hex(std::string_view s, std::size_t n) {
  return s.size() == n && s.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

Put manifest_body(const ExportManifest& m) {
  Put p;
  p.number(k_version).text(m.branch).text(m.node).fixed(m.sign_key).number(to_ms(m.made_at));
  p.number(m.continues ? 1 : 0);
  if (m.continues) {
    const auto& a = *m.continues;
    p.text(a.branch).text(a.node).text(a.epoch).number(a.seq).fixed(a.head).fixed(a.signature);
  }
  return p;
}
Bytes manifest_signed(const ExportManifest& m) {
  return Put().text("kiosk-export-1").bytes(manifest_body(m).take()).take();
}

struct Encoded {
  char kind;
  Bytes body;
};
Encoded encoded(const ExportManifest& m) { return {'M', manifest_body(m).fixed(m.signature).take()}; }
Encoded encoded(const ExportChain& c) {
  return {'C', Put().text(c.epoch).number(c.first_seq).fixed(c.previous).take()};
}
Encoded encoded(const ExportEvent& e) {
  return {'E',
          Put().text(e.header).bytes(e.ciphertext).bytes(e.node_wrap).bytes(e.centre_wrap).fixed(e.signature).take()};
}
Encoded encoded(const ExportBlob& b) {
  return {'B', Put().text(b.hash).text(b.kind).number(b.size).bytes(b.node_wrap).bytes(b.centre_wrap).take()};
}
Encoded encoded(const ExportPart& p) { return {'P', p.data}; }
Encoded encoded(const ExportState& s) { return {'S', s.sealed}; }
Encoded encoded(const ExportMark& m) { return {'Q', Put().number(m.place).number(m.blob).take()}; }
Encoded encoded(const ExportEnd& e) { return {'Z', Put().number(e.events).number(e.blobs).take()}; }

std::array<std::uint8_t, k_frame_head> head_of(char kind, std::size_t length) {
  return {static_cast<std::uint8_t>(kind), static_cast<std::uint8_t>(length >> 24),
          static_cast<std::uint8_t>(length >> 16), static_cast<std::uint8_t>(length >> 8),
          static_cast<std::uint8_t>(length)};
}
}  // namespace

ExportManifest sign_manifest(ExportManifest m, const crypto::SigningKey& key) {
  m.sign_key = key.public_key();
  m.signature = key.sign(manifest_signed(m));
  return m;
}

Bytes ExportWriter::add(const ExportFrame& frame) {
  const auto [kind, body] = std::visit([](const auto& f) { return encoded(f); }, frame);
  events_ += kind == 'E';
  blobs_ += kind == 'B';
  Bytes out;
  out.reserve(k_magic.size() + k_frame_head + body.size() + k_check);
  if (!std::exchange(begun_, true)) out.insert(out.end(), k_magic.begin(), k_magic.end());
  const auto head = head_of(kind, body.size());
  out.insert(out.end(), head.begin(), head.end());
  out.insert(out.end(), body.begin(), body.end());
  check_ = crypto::Hasher().add(check_).add(head).add(body).finish();
  out.insert(out.end(), check_.begin(), check_.begin() + k_check);
  return out;
}

Bytes ExportWriter::end() { return add(ExportEnd{events_, blobs_}); }

// ---- reader ----

void ExportReader::feed(ByteView bytes) {
  if (at_ > 0) {
    buffer_.erase(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(at_));
    at_ = 0;
  }
  buffer_.insert(buffer_.end(), bytes.begin(), bytes.end());
}

Fault ExportReader::fail(Fault f) {
  f.field = "file";
  f.detail += "; whole before it: " + std::to_string(events_) + " events, " + std::to_string(blobs_) + " blobs";
  fault_ = f;
  return f;
}
Fault ExportReader::damage(std::string what) { return fail(damaged("export_damaged", std::move(what))); }

Result<std::optional<ExportFrame>> ExportReader::next() {
  if (fault_) return *fault_;
  const auto more = [&](std::string_view what) -> Result<std::optional<ExportFrame>> {
    if (ended_) return fail(damaged("export_cut", "it ends inside " + std::string(what)));
    return std::optional<ExportFrame>();
  };
  while (true) {
    const ByteView rest = ByteView(buffer_).subspan(at_);
    if (finished_) {
      if (!rest.empty()) return damage("there are bytes after its end");
      return std::optional<ExportFrame>();
    }
    if (!begun_) {
      const auto n = std::min(rest.size(), k_magic.size());
      if (as_text(rest.first(n)) != k_magic.substr(0, n) || (ended_ && n < k_magic.size()))
        return fail(bad_input("export_unknown", "file", "not a sealed export"));
      if (n < k_magic.size()) return std::optional<ExportFrame>();
      begun_ = true;
      at_ += n;
      continue;
    }
    if (rest.empty() && ended_) return fail(damaged("export_cut", "it ends before its last frame"));
    if (rest.size() < k_frame_head) return more("a frame");
    const char kind = static_cast<char>(rest[0]);
    const std::size_t length =
        std::size_t{rest[1]} << 24 | std::size_t{rest[2]} << 16 | std::size_t{rest[3]} << 8 | std::size_t{rest[4]};
    if (length > k_max_export_frame) return damage("a frame says it is longer than any may be");
    if (rest.size() < k_frame_head + length + k_check) return more("a frame");
    const ByteView body = rest.subspan(k_frame_head, length);
    const auto check = crypto::Hasher().add(check_).add(rest.first(k_frame_head)).add(body).finish();
    const ByteView said = rest.subspan(k_frame_head + length, k_check);
    if (!std::equal(said.begin(), said.end(), check.begin())) return damage("a frame is not as it was written");
    check_ = check;
    at_ += k_frame_head + length + k_check;
    TRY(auto frame, read(kind, body));
    if (frame || finished_) return frame;
    // A kind of a later version: checked and passed over, however many there are.
  }
}

Result<std::optional<ExportFrame>> ExportReader::read(char kind, ByteView body) {
  const auto some = [](Result<ExportFrame> f) -> Result<std::optional<ExportFrame>> {
    if (!f) return std::move(f).fault();
    return std::optional<ExportFrame>(std::move(*f));
  };
  if (node_.empty() != (kind == 'M')) return damage("the manifest stands first, once");
  if (blob_ && kind != 'P') return damage("a blob's parts follow it at once");
  Take t(body);
  switch (kind) {
    case 'M':
      return some(manifest(body));
    case 'C': {
      ExportChain c{t.text(k_max_text), t.number(), t.fixed<32>()};
      if (!t.done() || !is_hex(c.epoch, 16) || c.first_seq < 1) return damage("a chain's beginning cannot be read");
      chain_ = c;
      return some(ExportFrame(std::move(c)));
    }
    case 'E':
      return some(event(body));
    case 'B': {
      ExportBlob b{t.text(64), t.text(32), t.number(), t.bytes(k_max_wrap), t.bytes(k_max_wrap)};
      if (!t.done() || !is_hex(b.hash, 64) || b.kind.empty() || b.size < 1 || b.size > k_max_export_blob)
        return damage("a blob's beginning cannot be read");
      blob_ = b;
      blob_offset_ = 0;
      blob_hash_.emplace();
      return some(ExportFrame(std::move(b)));
    }
    case 'P':
      return some(part(body));
    case 'S':
      return some(ExportFrame(ExportState{Bytes(body.begin(), body.end())}));
    case 'Q': {
      const ExportMark m{t.number(), t.number()};
      if (!t.done() || m.place < 0 || m.blob < 0) return damage("a mark cannot be read");
      return some(ExportFrame(m));
    }
    case 'Z': {
      const ExportEnd e{t.number(), t.number()};
      if (!t.done() || e.events != events_ || e.blobs != blobs_)
        return damage("it does not hold what it says it holds");
      finished_ = true;
      return some(ExportFrame(e));
    }
    default:
      return std::optional<ExportFrame>();
  }
}

Result<ExportFrame> ExportReader::manifest(ByteView body) {
  Take t(body);
  if (t.number() != k_version || !t.ok())
    return fail(bad_input("export_version", "file", "made by another version; import it with that one or a later"));
  ExportManifest m;
  m.branch = t.text(k_max_text);
  m.node = t.text(k_max_text);
  m.sign_key = t.fixed<32>();
  m.made_at = from_ms(t.number());
  if (t.number() == 1) {
    Ack a{t.text(k_max_text), t.text(k_max_text), t.text(k_max_text), t.number(), t.fixed<32>(), t.fixed<64>()};
    if (!is_hex(a.epoch, 16) || a.seq < 0) return damage("the manifest's acknowledgement cannot be read");
    m.continues = std::move(a);
  }
  m.signature = t.fixed<64>();
  if (!t.done() || !is_hex(m.node, 16) || m.branch.empty()) return damage("the manifest cannot be read");
  if (!crypto::verify(m.sign_key, manifest_signed(m), m.signature))
    return fail(damaged("export_unsigned", "the manifest is not signed by the key it names"));
  node_ = m.node;
  return ExportFrame(std::move(m));
}

Result<ExportFrame> ExportReader::event(ByteView body) {
  if (!chain_) return damage("an event without its chain");
  Take t(body);
  ExportEvent e;
  e.header = t.text(k_max_header);
  e.ciphertext = t.bytes(k_max_ciphertext);
  e.node_wrap = t.bytes(k_max_wrap);
  e.centre_wrap = t.bytes(k_max_wrap);
  e.signature = t.fixed<64>();
  if (!t.done()) return damage("an event cannot be read");
  const auto h = decode_header(e.header);
  if (!h || h->node != node_ || h->epoch != chain_->epoch || h->seq != chain_->first_seq)
    return damage("an event does not stand where its header says");
  e.epoch = h->epoch;
  e.seq = h->seq;
  e.previous = chain_->previous;
  e.head = chain_head(e.previous, e.header, e.ciphertext);
  chain_->previous = e.head;
  ++chain_->first_seq;
  ++events_;
  return ExportFrame(std::move(e));
}

Result<ExportFrame> ExportReader::part(ByteView body) {
  if (!blob_) return damage("a part without its blob");
  const auto size = static_cast<std::int64_t>(body.size());
  if (size < 1 || size > blob_->size - blob_offset_) return damage("a blob's parts are more than it");
  ExportPart p{blob_->hash, blob_offset_, false, Bytes(body.begin(), body.end())};
  blob_hash_->add(body);
  blob_offset_ += size;
  if (blob_offset_ == blob_->size) {
    if (to_hex(blob_hash_->finish()) != blob_->hash) return damage("a blob is not the one of its name");
    p.last = true;
    blob_.reset();
    blob_hash_.reset();
    ++blobs_;
  }
  return ExportFrame(std::move(p));
}

}  // namespace kiosk::events
