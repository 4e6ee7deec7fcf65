#include "event/blob.h"

#include "world.h"

using namespace kiosk;
using namespace kiosk::test;

namespace {
struct Photo {
  explicit Photo(const TestNode& n, std::size_t size = 300'000) {
    SeededRandom random(5);
    plain.resize(size);
    random.fill(plain);
    sealed = event::seal_blob(plain, n.keys.data);
    wrap = must(event::wrap_blob_for_centre(sealed.hash, sealed.node_wrap, n.keys.data, *n.shared));
  }
  std::int64_t size() const { return static_cast<std::int64_t>(sealed.ciphertext.size()); }
  ByteView part(std::size_t from, std::size_t n) const { return ByteView(sealed.ciphertext).subspan(from, n); }
  Bytes plain, wrap;
  event::SealedBlob sealed;
};
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
