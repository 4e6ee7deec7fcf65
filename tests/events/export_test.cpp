#include "events/export.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "events/blob.h"

using namespace kiosk;
using namespace kiosk::events;

namespace {
struct Made {
  crypto::KeyRing keys;
  Bytes file;
  std::vector<std::size_t> ends;  // of its frames
  ExportWriter writer;
  std::string node = "00112233aabbccdd";

  void put(const ExportFrame& f) {
    const auto b = writer.add(f);
    file.insert(file.end(), b.begin(), b.end());
    ends.push_back(file.size());
  }
  void manifest() {
    ExportManifest m;
    m.branch = "JKT01";
    m.node = node;
    m.made_at = from_ms(1'795'000'000'000);
    m.continues = sign_ack(Ack{"JKT01", node, "00000000000000a1", 4, crypto::hash(as_bytes("four")), {}}, keys.signing);
    put(sign_manifest(std::move(m), keys.signing));
  }
  crypto::Hash events(const std::string& epoch, std::int64_t first, int n, crypto::Hash previous) {
    put(ExportChain{epoch, first, previous});
    for (int i = 0; i < n; ++i) {
      Draft d;
      d.header.id = Uuid::parse("0198c0de-0000-7000-8000-00000000000" + std::to_string(i)).value();
      d.header.branch = "JKT01";
      d.header.node = node;
      d.header.epoch = epoch;
      d.header.seq = first + i;
      d.header.kind = "ticket.issued";
      d.header.at = from_ms(1'795'000'000'000 + i);
      d.payload = i % 2 == 0 ? "{\"person\":\"passport:IND:K1234567\"}" : "";
      auto e = seal(d, previous, keys);
      previous = e.head;
      put(ExportEvent{e.header, e.ciphertext, e.node_wrap, {}, e.signature, {}, 0, {}, {}});
    }
    return previous;
  }
  void blob(std::size_t size) {
    const auto b = seal_blob(Bytes(size, 7), keys.data);
    put(ExportBlob{b.hash, "face", static_cast<std::int64_t>(b.ciphertext.size()), b.node_wrap, {}});
    for (std::size_t at = 0; at < b.ciphertext.size(); at += 300) {
      const auto n = std::min<std::size_t>(300, b.ciphertext.size() - at);
      const auto part = ByteView(b.ciphertext).subspan(at, n);
      put(ExportPart{{}, 0, false, Bytes(part.begin(), part.end())});
    }
  }
  void end() { put(ExportEnd{writer.events(), writer.blobs()}); }
};

Made whole() {
  crypto::init();
  Made m;
  m.manifest();
  m.blob(700);
  const auto head = m.events("00000000000000a1", 5, 3, crypto::hash(as_bytes("four")));
  m.events("00000000000000b2", 1, 2, head);
  m.put(ExportState{Bytes(40, 9)});
  m.put(ExportMark{5, 2});
  m.blob(100);
  m.end();
  return m;
}

struct Read {
  std::vector<ExportFrame> frames;
  std::string code, detail;
  bool finished = false;
};
Read read(ByteView file, std::size_t piece = 1 << 20) {
  Read out;
  ExportReader r;
  while (true) {
    auto f = r.next();
    if (!f) {
      out.code = f.fault().code;
      out.detail = f.fault().detail;
      break;
    }
    if (*f) {
      out.frames.push_back(std::move(**f));
      continue;
    }
    if (r.finished() && file.empty()) break;
    const auto n = std::min(piece, file.size());
    if (n == 0) r.end();
    r.feed(file.first(n));
    file = file.subspan(n);
  }
  out.finished = r.finished();
  return out;
}
}  // namespace

TEST_CASE("export: what was written is read back, fed whole or byte by byte") {
  const Made m = whole();
  for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, m.file.size()}) {
    const auto r = read(m.file, piece);
    CHECK(r.code == "");
    REQUIRE(r.finished);
    REQUIRE(r.frames.size() == m.ends.size());
    const auto& manifest = std::get<ExportManifest>(r.frames.front());
    CHECK(manifest.branch == "JKT01");
    CHECK(manifest.sign_key == m.keys.signing.public_key());
    REQUIRE(manifest.continues);
    CHECK(check_ack(*manifest.continues, m.keys.signing.public_key()));
    std::vector<ExportEvent> events;
    Bytes photo;
    for (const auto& f : r.frames) {
      if (const auto* e = std::get_if<ExportEvent>(&f)) events.push_back(*e);
      if (const auto* p = std::get_if<ExportPart>(&f)) photo.insert(photo.end(), p->data.begin(), p->data.end());
      if (const auto* p = std::get_if<ExportPart>(&f); p && p->last) {
        CHECK(blob_name(photo) == p->hash);
        photo.clear();
      }
    }
    REQUIRE(events.size() == 5);
    for (const auto& e : events) CHECK(crypto::verify(m.keys.signing.public_key(), e.head, e.signature));
    CHECK(events[3].epoch == "00000000000000b2");
    CHECK(events[3].seq == 1);
    CHECK(events[3].previous == events[2].head);
    const auto plain =
        open_payload(Sealed{events[0].header, events[0].ciphertext, events[0].node_wrap, {}, {}}, m.keys.data);
    CHECK(plain.value() == "{\"person\":\"passport:IND:K1234567\"}");
    CHECK(std::get<ExportEnd>(r.frames.back()).blobs == 2);
  }
}

TEST_CASE("export: cut anywhere, it says so, and the whole records before the cut are there") {
  const Made m = whole();
  for (std::size_t n = 0; n < m.file.size(); ++n) {
    const auto r = read(ByteView(m.file).first(n));
    CHECK(r.code == (n < 8 ? "export_unknown" : "export_cut"));
    CHECK(!r.finished);
    const auto before = std::count_if(m.ends.begin(), m.ends.end(), [&](auto e) { return e <= n; });
    if (r.frames.size() != static_cast<std::size_t>(before)) FAIL("cut at ", n, ": ", r.frames.size(), " of ", before);
  }
}

TEST_CASE("export: one changed byte anywhere is noticed, and nothing of its frame or after it is given out") {
  const Made m = whole();
  Bytes file = m.file;
  for (std::size_t at = 0; at < file.size(); ++at) {
    file[at] ^= 1;
    const auto r = read(file);
    file[at] ^= 1;
    const auto before = std::count_if(m.ends.begin(), m.ends.end(), [&](auto e) { return e <= at; });
    if (r.code.empty() || r.frames.size() > static_cast<std::size_t>(before))
      FAIL("byte ", at, ": '", r.code, "', ", r.frames.size(), " frames");
  }
}

TEST_CASE("export: frames that are moved, missing or doubled are noticed") {
  const Made m = whole();
  const auto frame = [&](std::size_t i) {
    const std::size_t from = i == 0 ? 0 : m.ends[i - 1];
    return Bytes(m.file.begin() + static_cast<std::ptrdiff_t>(from),
                 m.file.begin() + static_cast<std::ptrdiff_t>(m.ends[i]));
  };
  const auto file_of = [&](const std::vector<std::size_t>& order) {
    Bytes out;
    for (const auto i : order) {
      const auto f = frame(i);
      out.insert(out.end(), f.begin(), f.end());
    }
    return out;
  };
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < m.ends.size(); ++i) order.push_back(i);
  CHECK(read(file_of(order)).finished);
  for (std::size_t i = 1; i + 1 < order.size(); ++i) {
    auto swapped = order, missing = order, twice = order;
    std::swap(swapped[i], swapped[i + 1]);
    missing.erase(missing.begin() + static_cast<std::ptrdiff_t>(i));
    twice.insert(twice.begin() + static_cast<std::ptrdiff_t>(i), i);
    for (const auto& o : {swapped, missing, twice}) CHECK(read(file_of(o)).code == "export_damaged");
  }
  auto longer = m.file;
  longer.push_back(0);
  CHECK(read(longer).code == "export_damaged");
}

TEST_CASE("export: what carries true checks and is still no export is refused") {
  crypto::init();
  const auto last = [](Made& m) { return read(m.file).code; };
  {
    Made m;  // no manifest
    m.events("00000000000000a1", 1, 1, {});
    CHECK(last(m) == "export_damaged");
  }
  {
    Made m;  // a manifest signed by another key than it names
    ExportManifest x;
    x.branch = "JKT01";
    x.node = m.node;
    x = sign_manifest(std::move(x), m.keys.signing);
    x.branch = "JKT02";
    m.put(x);
    CHECK(last(m) == "export_unsigned");
  }
  {
    Made m;  // an event elsewhere than its header says
    m.manifest();
    m.events("00000000000000a1", 1, 1, {});
    m.put(ExportChain{"00000000000000a1", 7, {}});
    Draft d;
    d.header.id = Uuid::parse("0198c0de-0000-7000-8000-000000000009").value();
    d.header.branch = "JKT01";
    d.header.node = m.node;
    d.header.epoch = "00000000000000a1";
    d.header.seq = 8;
    d.header.kind = "x";
    const auto e = seal(d, {}, m.keys);
    m.put(ExportEvent{e.header, {}, {}, {}, e.signature, {}, 0, {}, {}});
    const auto r = read(m.file);
    CHECK(r.code == "export_damaged");
    CHECK(r.detail.find("1 events") != std::string::npos);
  }
  {
    Made m;  // a blob of other bytes than its name
    m.manifest();
    m.put(ExportBlob{std::string(64, 'a'), "face", 4, {}, {}});
    m.put(ExportPart{{}, 0, false, Bytes(4, 1)});
    CHECK(last(m) == "export_damaged");
  }
  {
    Made m;  // more parts than the blob is
    m.manifest();
    m.put(ExportBlob{std::string(64, 'a'), "face", 4, {}, {}});
    m.put(ExportPart{{}, 0, false, Bytes(5, 1)});
    CHECK(last(m) == "export_damaged");
  }
  {
    Made m;  // counts that are not so
    m.manifest();
    m.put(ExportEnd{1, 0});
    CHECK(last(m) == "export_damaged");
  }
  // A length that would take the machine's memory is refused when it is read, not when it has arrived.
  Made m;
  m.manifest();
  Bytes file = m.file;
  for (const int b : {0x45, 0x7f, 0xff, 0xff, 0xff}) file.push_back(static_cast<std::uint8_t>(b));
  CHECK(read(file).code == "export_damaged");
}

TEST_CASE("export: frames of later kinds are passed over, however many stand in a row") {
  crypto::init();
  Made m;
  m.manifest();
  auto check = crypto::Hasher().add(crypto::Hash{}).add(ByteView(m.file).subspan(8, m.file.size() - 8 - 16)).finish();
  const std::uint8_t later[] = {'x', 0, 0, 0, 0};
  for (int i = 0; i < 300'000; ++i) {
    check = crypto::Hasher().add(check).add(later).finish();
    m.file.insert(m.file.end(), std::begin(later), std::end(later));
    m.file.insert(m.file.end(), check.begin(), check.begin() + 16);
  }
  ExportReader r;
  r.feed(m.file);
  const auto manifest = r.next();
  REQUIRE(manifest.ok());
  REQUIRE(manifest->has_value());
  const auto nothing = r.next();
  REQUIRE(nothing.ok());
  CHECK_FALSE(nothing->has_value());
  r.end();
  CHECK(r.next().fault().code == "export_cut");
}
