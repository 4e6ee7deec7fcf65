// What is kept as a document is a whole picture, by every way into the branch: the node, its socket, the LAN. The judge
// here has no decoder, so this is the least that every node refuses; vision's decoder has its own tests.
#include "tests/api/verbs/branch_suite.h"
#include "tests/support/tiny_picture.h"

using namespace kiosk;
using namespace kiosk::test;

EVERY_WAY("pictures: a document that is cut at any length is refused, and nothing of it is kept") {
  const Bytes whole = photo_of(std::string(3'000, 'x'));
  const auto put = [&](ByteView file) { return code_of(w.branch().ask(w.kiosk(), verbs::PutBlob{"document", file})); };
  const auto kept = [&] {
    auto read = good(w.store().read());
    std::int64_t n = 0;
    good(read.db().prepared("SELECT count(*) FROM blob").each([&](sqlite::Stmt& s) { n = s.integer(0); }));
    return n;
  };
  const auto before = kept();
  for (std::size_t n = 1; n<whole.size(); n += whole.size() - n> 40 ? 97 : 1) {
    CAPTURE(n);
    CHECK(put(ByteView(whole).first(n)) == "photo_unreadable");
  }
  Bytes other = whole;
  other[whole.size() / 2] ^= 1;
  CHECK(put(other) == "photo_unreadable");
  CHECK(put(as_bytes("%PDF-1.7\nnot a picture")) == "photo_unreadable");
  CHECK(put(as_bytes("GIF89a")) == "photo_unreadable");
  CHECK(kept() == before);
  CHECK(put(whole) == "ok");
  CHECK(kept() == before + 1);
}

EVERY_WAY("pictures: 51 megapixels are refused by what the header says") {
  Bytes wide = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
  constexpr std::uint8_t header[] = {0, 0, 0x21, 0x34, 0, 0, 0x17, 0x70, 8, 0, 0, 0, 0};  // 8,500 x 6,000
  add_chunk(wide, "IHDR", header);
  CHECK(code_of(w.branch().ask(w.kiosk(), verbs::PutBlob{"document", wide})) == "photo_too_large");
  CHECK(code_of(w.branch().ask(w.kiosk(), verbs::AttemptFace{.id = {}, .person = budi().id, .photo = wide})) ==
        "photo_too_large");
}

EVERY_WAY("pictures: a face photo that is cut is refused and counts for nothing") {
  const Bytes whole = photo_of("face");
  for (const std::size_t percent : {15, 40, 70, 95}) {
    const auto part = ByteView(whole).first(whole.size() * percent / 100);
    CHECK(
        code_of(w.branch().ask(
            w.kiosk(), verbs::AttemptFace{.id = {}, .person = budi().id, .photo = Bytes(part.begin(), part.end())})) ==
        "photo_unreadable");
  }
  const auto seen = good(w.branch().ask(w.kiosk(), verbs::GetAccount{budi().id}));
  CHECK(seen.attempts.empty());
}
