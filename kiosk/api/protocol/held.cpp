#include "api/protocol/held.h"

#include <charconv>

#include "api/protocol/enrol_code.h"
#include "api/protocol/json_codec.h"

namespace kiosk::protocol {

// In central_api.cpp.
template <>
Json put<events::Ack>(const events::Ack&);
template <>
events::Ack get<events::Ack>(const In&);
template <>
Json put<Verdict>(const Verdict&);
template <>
Verdict get<Verdict>(const In&);
template <>
Json put<PushEvent>(const PushEvent&);
template <>
PushEvent get<PushEvent>(const In&);

namespace {
constexpr std::size_t max_chains = 1'000, max_events = 2'000, max_blobs = 200'000, max_verdicts = 200'000;
constexpr std::int64_t max_seq = 9'007'199'254'740'991;

std::string epoch_of(const In& in) {
  std::string t = in.text(16, 16);
  if (t.find_first_not_of("0123456789abcdef") != std::string::npos)
    unreadable("field_value", in.path(), "16 lower-case hex digits");
  return t;
}
}  // namespace

template <>
Json put<HeldChain>(const HeldChain& c) {
  return {{"epoch", c.epoch},
          {"base", put_bytes(c.base)},
          {"seq", c.seq},
          {"head", put_bytes(c.head)},
          {"signature", put_bytes(c.signature)}};
}
template <>
HeldChain get<HeldChain>(const In& in) {
  return {epoch_of(in.at("epoch")), in.at("base").fixed<32>(), in.at("seq").integer(0, max_seq),
          in.at("head").fixed<32>(), in.at("signature").fixed<64>()};
}
template <>
Json put<ImportedChain>(const ImportedChain& c) {
  return {{"ack", put(c.ack)}, {"verdicts", put_list(c.verdicts)}};
}
template <>
ImportedChain get<ImportedChain>(const In& in) {
  return {get<events::Ack>(in.at("ack")), get_list<Verdict>(in.at("verdicts"), max_verdicts)};
}

std::string encode(const HeldChains& r) { return dump({{"chains", put_list(r.chains)}}); }
std::string encode(const HeldEvents& r) {
  return dump({{"epoch", r.epoch},
               {"first_seq", r.first_seq},
               {"previous", put_bytes(r.previous)},
               {"events", put_list(r.events)},
               {"verdicts", put_list(r.verdicts)},
               {"more", r.more}});
}
std::string encode(const ImportReceipt& r) {
  Json blobs = Json::array();
  for (const auto& b : r.blobs) blobs.push_back(b);
  return dump({{"branch", r.branch},
               {"node", r.node},
               {"complete", r.complete},
               {"chains", put_list(r.chains)},
               {"blobs", std::move(blobs)},
               {"signature", put_bytes(r.signature)}});
}

template <>
Result<HeldChains> decode<HeldChains>(std::string_view json) {
  return decoded(json, [](const In& in) { return HeldChains{get_list<HeldChain>(in.at("chains"), max_chains)}; });
}
template <>
Result<HeldEvents> decode<HeldEvents>(std::string_view json) {
  return decoded(json, [](const In& in) {
    HeldEvents r;
    r.epoch = epoch_of(in.at("epoch"));
    r.first_seq = in.at("first_seq").integer(1, max_seq);
    r.previous = in.at("previous").fixed<32>();
    r.events = get_list<PushEvent>(in.at("events"), max_events);
    r.verdicts = get_list<Verdict>(in.at("verdicts"), max_events);
    r.more = in.at("more").boolean();
    return r;
  });
}
template <>
Result<ImportReceipt> decode<ImportReceipt>(std::string_view json) {
  return decoded(json, [](const In& in) {
    ImportReceipt r;
    r.branch = in.at("branch").text(16, 2);
    if (!is_branch_code(r.branch)) unreadable("field_value", "branch", "2 to 16 of A-Z and 0-9");
    r.node = epoch_of(in.at("node"));
    r.complete = in.at("complete").boolean();
    r.chains = get_list<ImportedChain>(in.at("chains"), max_chains);
    const In blobs = in.at("blobs");
    for (const In& b : blobs.list(max_blobs)) r.blobs.push_back(b.text(64, 64));
    r.signature = in.at("signature").fixed<64>();
    return r;
  });
}

namespace {
// Lengths stand before what varies, so that no two receipts share their bytes.
Bytes receipt_bytes(const ImportReceipt& r) {
  Bytes out;
  const auto number = [&](std::int64_t v) {
    for (int shift = 56; shift >= 0; shift -= 8)
      out.push_back(static_cast<std::uint8_t>(static_cast<std::uint64_t>(v) >> shift));
  };
  const auto bytes = [&](ByteView b) {
    number(static_cast<std::int64_t>(b.size()));
    out.insert(out.end(), b.begin(), b.end());
  };
  bytes(as_bytes("kiosk-import-1"));
  bytes(as_bytes(r.branch));
  bytes(as_bytes(r.node));
  number(r.complete ? 1 : 0);
  number(static_cast<std::int64_t>(r.chains.size()));
  for (const auto& c : r.chains) {
    bytes(events::ack_bytes(c.ack));
    number(static_cast<std::int64_t>(c.verdicts.size()));
    for (const auto& v : c.verdicts) {
      number(v.seq);
      bytes(as_bytes(v.verdict));
      bytes(as_bytes(v.reason));
      number(v.usable_from_ms.value_or(-1));
      bytes(as_bytes(v.stage));
    }
  }
  number(static_cast<std::int64_t>(r.blobs.size()));
  for (const auto& b : r.blobs) bytes(as_bytes(b));
  return out;
}
}  // namespace

std::vector<std::pair<std::string, std::string>> headers_of(const BlobPiece& p) {
  return {{"X-Kiosk-Blob", p.hash},
          {"X-Kiosk-Kind", p.kind},
          {"X-Kiosk-Size", std::to_string(p.size)},
          {"X-Kiosk-Wrap", to_base64(p.wrap)}};
}

Result<BlobPiece> blob_piece_of(const std::map<std::string, std::string>& headers) {
  const auto header = [&](const char* name) {
    const auto it = headers.find(name);
    return it == headers.end() ? std::string() : it->second;
  };
  BlobPiece p{header("x-kiosk-blob"), header("x-kiosk-kind"), 0, {}};
  if (p.hash.size() != 64 || p.hash.find_first_not_of("0123456789abcdef") != std::string::npos)
    return bad_input("field_value", "X-Kiosk-Blob", "64 lower-case hex digits");
  if (p.kind.empty() || p.kind.size() > 64) return bad_input("field_length", "X-Kiosk-Kind", "1 to 64 bytes");
  const std::string size = header("x-kiosk-size");
  const auto [stop, error] = std::from_chars(size.data(), size.data() + size.size(), p.size);
  if (error != std::errc() || stop != size.data() + size.size() || p.size < 1 || p.size > k_max_blob)
    return bad_input("field_range", "X-Kiosk-Size", "1 to " + std::to_string(k_max_blob));
  auto wrap = from_base64(header("x-kiosk-wrap"));
  if (!wrap || wrap->empty() || wrap->size() > 256) return bad_input("field_value", "X-Kiosk-Wrap", "base64");
  p.wrap = std::move(*wrap);
  return p;
}

ImportReceipt sign_receipt(ImportReceipt r, const crypto::SigningKey& centre) {
  r.signature = centre.sign(receipt_bytes(r));
  return r;
}

bool check_receipt(const ImportReceipt& r, const crypto::PublicKey& centre) {
  for (const auto& c : r.chains)
    if (!events::check_ack(c.ack, centre) || c.ack.node != r.node || c.ack.branch != r.branch) return false;
  return crypto::verify(centre, receipt_bytes(r), r.signature);
}

}  // namespace kiosk::protocol
