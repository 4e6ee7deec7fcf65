#include "events/event.h"

#include <algorithm>

namespace kiosk::events {
namespace {
std::string node_context(const Uuid& id) { return "kiosk-event-key-node-1:" + id.str(); }
std::string centre_context(const Uuid& id) { return "kiosk-event-key-centre-1:" + id.str(); }

Result<std::string> open_with(std::string_view header, ByteView ciphertext, ByteView wrap, const std::string& context,
                              const crypto::Key& wrapping) {
  if (ciphertext.empty()) return std::string();
  TRY(const auto key, wrapping.unwrap(wrap, as_bytes(context)));
  TRY(auto plain, key.open(ciphertext, as_bytes(header)));
  std::string text(as_text(plain));
  wipe(plain);
  return text;
}
}  // namespace

crypto::Hash chain_head_of(const crypto::Hash& previous, std::string_view header, const crypto::Hash& ciphertext_hash) {
  return crypto::Hasher().add(previous).add(as_bytes(header)).add(ciphertext_hash).finish();
}

crypto::Hash chain_head(const crypto::Hash& previous, std::string_view header, ByteView ciphertext) {
  return chain_head_of(previous, header, crypto::hash(ciphertext));
}

Sealed seal(const Draft& draft, const crypto::Hash& previous, const crypto::KeyRing& keys) {
  Sealed e;
  e.header = encode_header(draft.header);
  if (!draft.payload.empty()) {
    const auto key = crypto::Key::random();
    e.ciphertext = key.seal(as_bytes(draft.payload), as_bytes(e.header));
    e.node_wrap = keys.data.wrap(key, as_bytes(node_context(draft.header.id)));
  }
  e.head = chain_head(previous, e.header, e.ciphertext);
  e.signature = keys.signing.sign(e.head);
  return e;
}

Result<std::string> open_payload(const Sealed& e, const crypto::Key& data_key) {
  if (e.ciphertext.empty()) return std::string();
  TRY(const auto header, decode_header(e.header));
  return open_with(e.header, e.ciphertext, e.node_wrap, node_context(header.id), data_key);
}

Result<Bytes> wrap_for_centre(const Sealed& e, const crypto::Key& data_key, const crypto::Key& shared) {
  if (e.ciphertext.empty()) return Bytes();
  TRY(const auto header, decode_header(e.header));
  return wrap_for_centre(header.id, e.node_wrap, data_key, shared);
}

Result<Bytes> wrap_for_centre(const Uuid& id, ByteView node_wrap, const crypto::Key& data_key,
                              const crypto::Key& shared) {
  TRY(const auto key, data_key.unwrap(node_wrap, as_bytes(node_context(id))));
  return shared.wrap(key, as_bytes(centre_context(id)));
}

Result<Bytes> wrap_for_node(const Uuid& id, ByteView centre_wrap, const crypto::Key& shared,
                            const crypto::Key& data_key) {
  if (centre_wrap.empty()) return Bytes();
  TRY(const auto key, shared.unwrap(centre_wrap, as_bytes(centre_context(id))));
  return data_key.wrap(key, as_bytes(node_context(id)));
}

Result<std::string> open_at_centre(std::string_view header, ByteView ciphertext, ByteView centre_wrap,
                                   const crypto::Key& shared) {
  if (ciphertext.empty()) return std::string();
  TRY(const auto h, decode_header(header));
  return open_with(header, ciphertext, centre_wrap, centre_context(h.id), shared);
}

Bytes ack_bytes(const Ack& a) {
  // Lengths stand before the texts, so that no two acknowledgements share their bytes.
  Bytes out;
  const auto text = [&](std::string_view s) {
    for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<std::uint8_t>(s.size() >> shift));
    out.insert(out.end(), s.begin(), s.end());
  };
  text("kiosk-ack-1");
  text(a.branch);
  text(a.node);
  text(a.epoch);
  for (int shift = 56; shift >= 0; shift -= 8)
    out.push_back(static_cast<std::uint8_t>(static_cast<std::uint64_t>(a.seq) >> shift));
  out.insert(out.end(), a.head.begin(), a.head.end());
  return out;
}

Ack sign_ack(Ack a, const crypto::SigningKey& centre) {
  a.signature = centre.sign(ack_bytes(a));
  return a;
}

bool check_ack(const Ack& a, const crypto::PublicKey& centre) {
  return crypto::verify(centre, ack_bytes(a), a.signature);
}

std::string receipt_code(const std::string& branch, const Uuid& claim) {
  const auto h = crypto::Hasher().add(as_bytes("kiosk-receipt-1:" + branch + ":")).add(claim.bytes()).finish();
  const auto code = to_base32(ByteView(h).first(7)).substr(0, 10);
  return branch + '-' + code.substr(0, 5) + '-' + code.substr(5);
}

std::string receipt_qr(const std::string& branch, const Uuid& claim, const crypto::SigningKey& key) {
  const std::string text = "K1." + claim.str() + '.' + receipt_code(branch, claim);
  return text + '.' + to_base64(key.sign(as_bytes(text)));
}

bool check_receipt_qr(std::string_view qr, const std::string& branch, const crypto::PublicKey& node_key) {
  const auto dot = qr.rfind('.');
  if (qr.size() > 512 || dot == std::string_view::npos) return false;
  const auto text = qr.substr(0, dot);
  const auto raw = from_base64(qr.substr(dot + 1));
  crypto::Signature s;
  if (!raw || raw->size() != s.size() || !text.starts_with("K1.") || text.size() < 40) return false;
  const auto claim = Uuid::parse(text.substr(3, 36));
  if (!claim || text != "K1." + claim->str() + '.' + receipt_code(branch, *claim)) return false;
  std::copy(raw->begin(), raw->end(), s.begin());
  return crypto::verify(node_key, as_bytes(text), s);
}

}  // namespace kiosk::events
