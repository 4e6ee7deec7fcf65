#include "api/protocol/held.h"
#include "events/blob.h"

#include "world.h"

using namespace kiosk;
using namespace kiosk::test;

namespace {
struct Photo {
  explicit Photo(const TestNode& n, std::size_t size = 300'000) {
    SeededRandom random(5);
    plain.resize(size);
    random.fill(plain);
    sealed = events::seal_blob(plain, n.keys.data);
    wrap = must(events::wrap_blob_for_centre(sealed.hash, sealed.node_wrap, n.keys.data, *n.shared));
  }
  std::int64_t size() const { return static_cast<std::int64_t>(sealed.ciphertext.size()); }
  ByteView part(std::size_t from, std::size_t n) const { return ByteView(sealed.ciphertext).subspan(from, n); }
  Bytes plain, wrap;
  events::SealedBlob sealed;
};

std::string code_of(const net::Reply& r) { return must(protocol::decode<protocol::ApiError>(r.body)).code; }
}  // namespace

TEST_CASE("blobs: a photo arrives in parts, goes on where it broke off, and opens only at the centre") {
  World w(0);
  TestNode n = w.enrolled();
  const Photo p(n);
  CHECK(n.blob_state(p.sealed.hash).received == 0);
  CHECK(n.put_blob(p.sealed.hash, p.part(0, 100'000), 0, p.size(), p.wrap).status == 200);
  // The answer was lost: the node asks, or sends again; both lead on.
  CHECK(n.blob_state(p.sealed.hash).received == 100'000);
  auto again = must(
      protocol::decode<protocol::BlobState>(n.put_blob(p.sealed.hash, p.part(0, 100'000), 0, p.size(), p.wrap).body));
  CHECK(again.received == 100'000);
  again = must(protocol::decode<protocol::BlobState>(
      n.put_blob(p.sealed.hash, p.part(200'000, 1'000), 200'000, p.size(), p.wrap).body));
  CHECK(again.received == 100'000);  // a hole is not made
  CHECK(w.centre->open_blob(n.node, p.sealed.hash).fault().code == "blob_unknown");
  w.service->stop();  // the centre restarts in between
  w.service.reset();
  w.centre.reset();
  central::Centre::Options o;
  o.home = w.home.path + "/centre";
  o.store = w.store;
  o.clock = &w.clock;
  o.random = &w.random;
  o.serve = true;
  w.centre = must(central::Centre::open(o));
  w.service = std::make_unique<central::Service>(
      *w.centre, central::Service::Options{"127.0.0.1:" + std::to_string(w.port), {}, 8});
  REQUIRE(w.service->start().ok());
  for (std::size_t at = 100'000; at < p.sealed.ciphertext.size();) {
    const std::size_t take = std::min<std::size_t>(100'000, p.sealed.ciphertext.size() - at);
    CHECK(n.put_blob(p.sealed.hash, p.part(at, take), static_cast<std::int64_t>(at), p.size(), p.wrap).status == 200);
    at += take;
  }
  const auto done = n.blob_state(p.sealed.hash);
  CHECK(done.complete);
  CHECK(done.received == p.size());
  CHECK(must(w.centre->open_blob(n.node, p.sealed.hash)) == p.plain);
  CHECK(n.put_blob(p.sealed.hash, p.part(0, 10), 0, p.size(), p.wrap).status == 200);  // already whole: nothing changes
}

TEST_CASE("blobs: bytes that are not those of the name are refused and can be sent again") {
  World w(0);
  TestNode n = w.enrolled();
  const Photo p(n, 1'000);
  Bytes hurt = p.sealed.ciphertext;
  hurt[500] ^= 1;
  const auto r = n.put_blob(p.sealed.hash, hurt, 0, p.size(), p.wrap);
  CHECK(r.status == 409);
  CHECK(must(protocol::decode<protocol::ApiError>(r.body)).code == "blob_changed");
  CHECK(n.blob_state(p.sealed.hash).received == 0);
  CHECK(must(protocol::decode<protocol::BlobState>(
                 n.put_blob(p.sealed.hash, p.sealed.ciphertext, 0, p.size(), p.wrap).body))
            .complete);
}

TEST_CASE("blobs: every bound is named") {
  World w(0);
  TestNode n = w.enrolled();
  const Photo p(n, 1'000);
  const auto field = [&](const net::Reply& r) {
    CHECK(r.status == 400);
    return must(protocol::decode<protocol::ApiError>(r.body)).field;
  };
  CHECK(field(n.put_blob("abc", p.sealed.ciphertext, 0, p.size(), p.wrap)) == "hash");
  CHECK(field(n.put_blob(p.sealed.hash, p.sealed.ciphertext, 0, 0, p.wrap)) == "size");
  CHECK(field(n.put_blob(p.sealed.hash, p.sealed.ciphertext, 0, 1 << 30, p.wrap)) == "size");
  CHECK(field(n.put_blob(p.sealed.hash, p.sealed.ciphertext, -1, p.size(), p.wrap)) == "offset");
  CHECK(field(n.put_blob(p.sealed.hash, p.sealed.ciphertext, 1, p.size(), p.wrap)) == "body");
  CHECK(field(n.put_blob(p.sealed.hash, {}, 0, p.size(), p.wrap)) == "body");
  CHECK(field(n.put_blob(p.sealed.hash, p.sealed.ciphertext, 0, p.size(), {})) == "X-Kiosk-Wrap");
  CHECK(n.put_blob(p.sealed.hash, p.part(0, 500), 0, p.size(), p.wrap).status == 200);
  CHECK(n.put_blob(p.sealed.hash, p.part(500, 200), 500, p.size() + 1, p.wrap).status == 409);
  const Bytes huge(3u << 20, 1);
  CHECK(n.put_blob(p.sealed.hash, huge, 500, p.size(), p.wrap).status == 413);
}

TEST_CASE("blobs: a branch gets its own back piece by piece from any byte on, whichever of its nodes sent it") {
  World w(0);
  TestNode n = w.enrolled(), anew = w.enrolled(), other = w.enrolled("SBY02");
  const Photo p(n, 600'000);
  CHECK(n.put_blob(p.sealed.hash, p.part(0, 400'000), 0, p.size(), p.wrap).status == 200);
  CHECK(code_of(n.blob_bytes(p.sealed.hash, 0)) == "blob_unknown");  // not yet whole
  const auto rest = p.sealed.ciphertext.size() - 400'000;
  CHECK(n.put_blob(p.sealed.hash, p.part(400'000, rest), 400'000, p.size(), p.wrap).status == 200);
  for (TestNode* asking : {&n, &anew}) {
    Bytes all, wrap;
    for (std::int64_t at = 0; at < p.size();) {
      const auto r = asking->blob_bytes(p.sealed.hash, at);
      REQUIRE(r.status == 200);
      const auto piece = must(protocol::blob_piece_of(r.headers));
      CHECK(piece.hash == p.sealed.hash);
      CHECK(piece.kind == "photo");
      CHECK(piece.size == p.size());
      REQUIRE(!r.body.empty());
      CHECK(r.body.size() <= 262'144);
      const auto bytes = as_bytes(r.body);
      all.insert(all.end(), bytes.begin(), bytes.end());
      at += static_cast<std::int64_t>(r.body.size());
      wrap = piece.wrap;
    }
    CHECK(all == p.sealed.ciphertext);
    const auto own = must(events::wrap_blob_for_node(p.sealed.hash, wrap, *asking->shared, asking->keys.data));
    CHECK(must(events::open_blob(p.sealed.hash, all, own, asking->keys.data)) == p.plain);
  }
  const auto middle = n.blob_bytes(p.sealed.hash, 399'990, 100);  // a piece ends where the centre keeps two parts
  CHECK(middle.body == as_text(p.part(399'990, 10)));
  CHECK(n.blob_bytes(p.sealed.hash, p.size() - 1).body == as_text(p.part(p.sealed.ciphertext.size() - 1, 1)));
  CHECK(code_of(other.blob_bytes(p.sealed.hash, 0)) == "blob_unknown");  // another branch's
  const auto field = [&](const net::Reply& r) {
    CHECK(r.status == 400);
    return must(protocol::decode<protocol::ApiError>(r.body)).field;
  };
  CHECK(field(n.blob_bytes("abc", 0)) == "hash");
  CHECK(field(n.blob_bytes(p.sealed.hash, p.size())) == "offset");
  CHECK(field(n.blob_bytes(p.sealed.hash, -1)) == "offset");
  CHECK(field(n.blob_bytes(p.sealed.hash, 0, 0)) == "limit");
  CHECK(field(n.blob_bytes(p.sealed.hash, 0, 262'145)) == "limit");
}
