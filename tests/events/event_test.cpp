#include "events/event.h"

#include <doctest/doctest.h>

#include "events/blob.h"

using namespace kiosk;
using namespace kiosk::events;

namespace {
Header full_header() {
  Header h;
  h.id = Uuid::parse("0198c0de-0000-7000-8000-000000000001").value();
  h.branch = "JKT01";
  h.node = "00112233aabbccdd";
  h.epoch = "ffeeddccbbaa9988";
  h.seq = 42;
  h.kind = "claim.submitted";
  h.at = from_ms(1'795'142'400'123);
  h.skew_ms = -250;
  h.service = "JHT";
  h.counter = "3";
  h.officer = "100\"1\\";
  h.terminal = "kiosk-1\n";
  h.ticket = "0198c0de-0000-7000-8000-000000000002";
  h.subject = "0198c0de-0000-7000-8000-000000000003";
  h.reason = "pensiun—56";
  h.duration_ms = 183'000;
  h.blobs = {std::string(64, 'a'), std::string(64, '0')};
  return h;
}
bool same(const Header& a, const Header& b) { return encode_header(a) == encode_header(b); }

Draft draft(std::int64_t seq, std::string payload) {
  Draft d;
  d.header = full_header();
  d.header.seq = seq;
  d.payload = std::move(payload);
  return d;
}
}  // namespace

TEST_CASE("event: a header is written in one canonical form") {
  Header h;
  h.id = Uuid::parse("0198c0de-0000-7000-8000-000000000001").value();
  h.branch = "JKT01";
  h.node = "n";
  h.epoch = "e";
  h.seq = 1;
  h.kind = "ticket.issued";
  h.at = from_ms(5);
  CHECK(
      encode_header(h) ==
      R"({"id":"0198c0de-0000-7000-8000-000000000001","seq":1,"at":5,"branch":"JKT01","node":"n","epoch":"e","kind":"ticket.issued"})");
}

TEST_CASE("event: a header reads back as it was written, control characters and quotes included") {
  const auto h = full_header();
  const auto back = decode_header(encode_header(h));
  REQUIRE(back.ok());
  CHECK(same(h, *back));
  CHECK(back->officer == h.officer);
  CHECK(back->reason == h.reason);
  CHECK(back->blobs == h.blobs);
  CHECK(back->skew_ms == -250);
}

TEST_CASE("event: fields of a later version are passed over") {
  auto text = encode_header(full_header());
  text.insert(1, R"("later":{"a":[1,-2.5e3,true,null,"x\u00e9\ud83d\ude00"],"b":{}},)");
  const auto back = decode_header(text);
  REQUIRE(back.ok());
  CHECK(same(*back, full_header()));
}

TEST_CASE("event: a header that is cut, too long, doubled or not UTF-8 is refused with its code") {
  const auto text = encode_header(full_header());
  for (std::size_t n = 0; n < text.size(); ++n) {
    const auto r = decode_header(std::string_view(text).substr(0, n));
    REQUIRE_FALSE(r.ok());
    CHECK(r.fault().code == "header_invalid");
  }
  const auto with = [&](std::string_view extra) {
    auto t = text;
    t.insert(1, extra);
    return decode_header(t).ok();
  };
  CHECK(with(R"("x":1,)"));
  CHECK_FALSE(with(R"("seq":1,)"));              // twice
  CHECK_FALSE(with("\"x\":\"\xff\","));          // no UTF-8
  CHECK_FALSE(with("\"x\":\"\xc0\x80\","));      // overlong
  CHECK_FALSE(with("\"x\":\"\xed\xa0\x80\","));  // a surrogate
  CHECK_FALSE(with(R"("x":"\ud800",)"));         // half a pair
  CHECK_FALSE(with("\"x\":\"\n\","));            // a bare control character
  CHECK_FALSE(with(R"("x":[[[[[[1]]]]]],)"));    // too deep
  CHECK_FALSE(with(R"("x":-,)"));
  CHECK_FALSE(with(R"("x":,)"));
  CHECK_FALSE(with("\"x\":\"" + std::string(4096, 'a') + "\","));
  CHECK_FALSE(decode_header(text + "x").ok());
  CHECK_FALSE(decode_header("{}").ok());
  CHECK_FALSE(decode_header("[]").ok());
  auto h = full_header();
  h.reason = std::string(129, 'a');
  CHECK_FALSE(decode_header(encode_header(h)).ok());
  h = full_header();
  h.blobs.assign(17, std::string(64, 'a'));
  CHECK_FALSE(decode_header(encode_header(h)).ok());
  h.blobs.assign(1, "../../etc/passwd");
  CHECK_FALSE(decode_header(encode_header(h)).ok());
  h = full_header();
  h.seq = 0;
  CHECK_FALSE(decode_header(encode_header(h)).ok());
  for (const char* seq : {"1.5", "01", "1e3", "99999999999999999999", "\"1\"", "true"}) {
    auto t = text;
    t.replace(t.find("\"seq\":42"), 8, std::string("\"seq\":") + seq);
    CHECK_FALSE(decode_header(t).ok());
  }
}

TEST_CASE("event: a header that cannot be taken names the field, missing, of a wrong type, too long or out of range") {
  const auto text = encode_header(full_header());
  const auto field_with = [&](const std::string& key, const std::string& value) {
    // The whole value of the key is replaced; "" removes the field.
    auto t = text;
    const auto at = t.find("\"" + key + "\":");
    REQUIRE_MESSAGE(at != std::string::npos, key);
    const auto from = at + key.size() + 3;
    auto end = from + 1;
    if (t[from] == '"') {
      while (t[end] != '"') end += t[end] == '\\' ? 2 : 1;
      ++end;
    } else {
      end = t[from] == '[' ? t.find(']', from) + 1 : t.find_first_of(",}", from);
    }
    if (value.empty()) {
      t.erase(at, end - at + (t[end] == ','));
      if (t[t.size() - 2] == ',') t.erase(t.size() - 2, 1);
    } else {
      t.replace(from, end - from, value);
    }
    const auto r = decode_header(t);
    return r ? std::string("taken") : r.fault().field;
  };
  for (const char* key : {"id", "seq", "kind", "branch", "node", "epoch"})
    CHECK(field_with(key, "") == "header." + std::string(key));
  for (const char* key : {"branch", "node", "epoch", "kind", "service", "counter", "officer", "terminal", "ticket",
                          "subject", "reason", "id"}) {
    CHECK(field_with(key, "7") == "header." + std::string(key));
    CHECK(field_with(key, "\"" + std::string(129, 'a') + "\"") == "header." + std::string(key));
  }
  for (const char* key : {"seq", "at", "skew_ms", "duration_ms"}) {
    CHECK(field_with(key, "\"x\"") == "header." + std::string(key));
    CHECK(field_with(key, "9223372036854775807") == "header." + std::string(key));
    CHECK(field_with(key, "-9223372036854775808") == "header." + std::string(key));
  }
  CHECK(field_with("blobs", "[\"zz\"]") == "header.blobs");
  CHECK(field_with("blobs", "3") == "header.blobs");
}

TEST_CASE("event: random changes of a header's bytes never do more than fail") {
  const std::uint64_t seed = 20261120;
  INFO("seed " << seed);
  SeededRandom random(seed);
  const auto text = encode_header(full_header());
  for (int i = 0; i < 20'000; ++i) {
    auto t = text;
    for (auto n = 1 + random.below(4); n > 0; --n) t[random.below(t.size())] = static_cast<char>(random.below(256));
    if (const auto r = decode_header(t)) CHECK(encode_header(*r).size() <= k_max_header);
  }
}

TEST_CASE("event: a sealed record opens at the node and, rewrapped, at the centre; nowhere else") {
  crypto::KeyRing node, stranger;
  const auto centre = crypto::BoxKey::random();
  const auto shared = node.box.shared_with(centre.public_key()).value();
  const auto e = seal(draft(1, R"({"nik":"3171010101600001"})"), {}, node);
  CHECK(as_text(e.ciphertext).find("3171") == std::string_view::npos);
  CHECK(e.header.find("3171") == std::string::npos);
  CHECK(open_payload(e, node.data).value() == R"({"nik":"3171010101600001"})");
  CHECK(open_payload(e, stranger.data).fault().code == "seal_broken");
  const auto wrap = wrap_for_centre(e, node.data, shared);
  REQUIRE(wrap.ok());
  const auto at_centre = centre.shared_with(node.box.public_key()).value();
  CHECK(open_at_centre(e.header, e.ciphertext, *wrap, at_centre).value() == R"({"nik":"3171010101600001"})");
  // The payload belongs to its header, the wrap to its event.
  auto moved = e;
  moved.header.replace(moved.header.find("\"seq\":1"), 7, "\"seq\":2");
  CHECK_FALSE(open_payload(moved, node.data).ok());
  CHECK_FALSE(open_at_centre(moved.header, e.ciphertext, *wrap, at_centre).ok());
  CHECK_FALSE(open_at_centre(e.header, e.ciphertext, e.node_wrap, at_centre).ok());
}

TEST_CASE("event: a record without anything personal has no ciphertext and no key") {
  const crypto::KeyRing keys;
  const auto e = seal(draft(1, ""), {}, keys);
  CHECK(e.ciphertext.empty());
  CHECK(e.node_wrap.empty());
  CHECK(open_payload(e, keys.data).value().empty());
  CHECK(wrap_for_centre(e, keys.data, keys.data)->empty());
}

TEST_CASE("event: the head names the one before, the header and the ciphertext, and is signed") {
  const crypto::KeyRing keys;
  const auto first = seal(draft(1, "{}"), {}, keys);
  const auto second = seal(draft(2, "{}"), first.head, keys);
  CHECK(second.head == chain_head(first.head, second.header, second.ciphertext));
  CHECK(second.head == chain_head_of(first.head, second.header, crypto::hash(second.ciphertext)));
  CHECK(second.head != chain_head({}, second.header, second.ciphertext));
  CHECK(second.head != chain_head(first.head, first.header, second.ciphertext));
  CHECK(second.head != chain_head(first.head, second.header, first.ciphertext));
  CHECK(crypto::verify(keys.signing.public_key(), second.head, second.signature));
}

TEST_CASE("event: an acknowledgement holds for one branch, node, epoch, number and head") {
  const auto centre = crypto::SigningKey::random();
  const auto ack = sign_ack({"JKT01", "n1", "e1", 7, {}, {}}, centre);
  CHECK(check_ack(ack, centre.public_key()));
  auto other = ack;
  other.seq = 8;
  CHECK_FALSE(check_ack(other, centre.public_key()));
  other = ack;
  other.branch = "JKT0";
  other.node = "1n1";  // the same letters, divided elsewhere
  CHECK_FALSE(check_ack(other, centre.public_key()));
  other = ack;
  other.head[0] = 1;
  CHECK_FALSE(check_ack(other, centre.public_key()));
}

TEST_CASE("event: the code on the slip is short, the same each time, and its QR is signed by the node") {
  const auto key = crypto::SigningKey::random();
  const auto claim = Uuid::parse("0198c0de-0000-7000-8000-000000000003").value();
  const auto other = Uuid::parse("0198c0de-0000-7000-8000-000000000004").value();
  const auto code = receipt_code("JKT01", claim);
  CHECK(code.size() == 17);
  CHECK(code.starts_with("JKT01-"));
  CHECK(code == receipt_code("JKT01", claim));
  CHECK(code != receipt_code("JKT01", other));
  const auto qr = receipt_qr("JKT01", claim, key);
  CHECK(check_receipt_qr(qr, "JKT01", key.public_key()));
  CHECK_FALSE(check_receipt_qr(qr, "JKT02", key.public_key()));
  CHECK_FALSE(check_receipt_qr(qr, "JKT01", crypto::SigningKey::random().public_key()));
  for (std::size_t i = 0; i < qr.size(); ++i) {
    auto changed = qr;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    CHECK_FALSE(check_receipt_qr(changed, "JKT01", key.public_key()));
    CHECK_FALSE(check_receipt_qr(std::string_view(qr).substr(0, i), "JKT01", key.public_key()));
  }
}

TEST_CASE("event: a blob is named by its ciphertext and opens at node and centre") {
  const crypto::KeyRing node;
  const auto shared = crypto::Key::random();
  const Bytes photo(100'000, 0x5a);
  const auto b = seal_blob(photo, node.data);
  CHECK(b.hash == blob_name(b.ciphertext));
  CHECK(seal_blob(photo, node.data).hash != b.hash);
  CHECK(open_blob(b.hash, b.ciphertext, b.node_wrap, node.data).value() == photo);
  const auto wrap = wrap_blob_for_centre(b.hash, b.node_wrap, node.data, shared);
  REQUIRE(wrap.ok());
  CHECK(open_blob_at_centre(b.hash, b.ciphertext, *wrap, shared).value() == photo);
  auto changed = b.ciphertext;
  changed[50'000] ^= 1;
  CHECK(open_blob(b.hash, changed, b.node_wrap, node.data).fault().code == "blob_changed");
  const auto other = seal_blob(photo, node.data);
  CHECK_FALSE(open_blob(other.hash, other.ciphertext, b.node_wrap, node.data).ok());
}
