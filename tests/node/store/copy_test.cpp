// The second copy's folder: what was answered is there, whatever became of the rest.
#include "node/store/copy_folder.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

#include "node/store/backup.h"
#include "store_support.h"

using namespace kiosk;
using namespace kiosk::store;
using test::TempDir;
namespace fs = std::filesystem;

namespace {
struct Copied {
  TempDir dir, out;
  crypto::KeyRing keys;
  std::unique_ptr<Store> s = test::open_store(dir.path(), keys);
  std::string node = s->identity().node;

  CopyPiece piece(CopyPoint from, std::int64_t most = 1 << 20) {
    auto read = s->read();
    auto p = unsent_after(*read, *s, from, most, nullptr);
    REQUIRE(p.ok());
    return std::move(*p);
  }
  events::ExportManifest manifest() {
    auto read = s->read();
    return copy_manifest(*read, *s).value();
  }
  std::unique_ptr<CopyFolder> folder() {
    auto f = CopyFolder::open(out.path(), node);
    REQUIRE_MESSAGE(f.ok(), (f.ok() ? "" : f.fault().code + " " + f.fault().detail));
    return std::move(*f);
  }
};

struct Found {
  std::vector<std::int64_t> events;
  int blobs = 0;
};
Found read_all(const std::string& folder, const std::string& node) {
  Found out;
  const auto contents = copy_contents(folder, node).value();
  for (const auto& path : contents.segments) {
    const std::string file = test::slurp(path);
    events::ExportReader r;
    r.feed(as_bytes(file));
    r.end();
    for (;;) {
      auto f = r.next();
      if (!f || !*f) break;
      if (const auto* e = std::get_if<events::ExportEvent>(&**f)) out.events.push_back(e->seq);
      if (const auto* p = std::get_if<events::ExportPart>(&**f)) out.blobs += p->last;
    }
  }
  return out;
}
}  // namespace

TEST_CASE("copy: pieces are bounded, go on where the last ended, and hold everything unsent once") {
  Copied c;
  for (int i = 0; i < 50; ++i) REQUIRE(test::write_pair(*c.s, std::to_string(i), std::string(500, 'x')).ok());
  for (int i = 0; i < 3; ++i) REQUIRE(c.s->put_blob("face", Bytes(3'000, static_cast<std::uint8_t>(i))).ok());
  CopyPoint at;
  std::int64_t events = 0, blobs = 0;
  int pieces = 0;
  for (bool more = true; more && pieces < 100; ++pieces) {
    const auto p = c.piece(at, 4'000);
    events += p.events;
    blobs += p.blobs;
    CHECK(p.events + p.blobs > 0);
    at = p.next;
    more = p.more;
  }
  CHECK(events == 50);
  CHECK(blobs == 3);
  CHECK(pieces > 5);
  CHECK(c.piece(at).frames.empty());
  auto read = c.s->read();
  CHECK(uncopied_after(read->db(), at)->events == 0);
  CHECK(uncopied_after(read->db(), {})->events == 50);
  CHECK(uncopied_after(read->db(), {})->blobs == 3);
}

TEST_CASE("copy: a folder cut at any byte holds every piece that was answered before, and goes on") {
  Copied c;
  std::vector<std::pair<std::uintmax_t, std::int64_t>> answered;  // size of the segment, events in it
  std::string segment;
  {
    auto f = c.folder();
    for (int i = 0; i < 6; ++i) {
      REQUIRE(test::write_pair(*c.s, std::to_string(i)).ok());
      if (i == 2) REQUIRE(c.s->put_blob("face", Bytes(700, 7)).ok());
      const auto p = c.piece(f->point());
      REQUIRE(f->append(c.manifest(), p).ok());
      segment = copy_contents(c.out.path(), c.node)->segments.front();
      answered.emplace_back(fs::file_size(segment), i + 1);
    }
  }
  const std::string whole = test::slurp(segment);
  for (std::size_t keep = 0; keep <= whole.size(); keep += 13) {
    TempDir out;
    fs::create_directory(out / c.node);
    const std::string path = out / c.node + "/" + fs::path(segment).filename().string();
    std::ofstream(path, std::ios::binary) << whole.substr(0, keep) << (keep % 2 ? "garbage" : "");
    std::int64_t expected = 0;
    for (const auto& [size, events] : answered)
      if (size <= keep) expected = events;
    auto f = CopyFolder::open(out.path(), c.node);
    REQUIRE(f.ok());
    const auto found = read_all(out.path(), c.node);
    if (static_cast<std::int64_t>(found.events.size()) != expected)
      FAIL("cut at ", keep, ": ", found.events.size(), " of ", expected);
    CHECK((*f)->point().place == expected);
    // What is missing is copied again behind it.
    const auto p = c.piece((*f)->point());
    if (!p.frames.empty()) REQUIRE((*f)->append(c.manifest(), p).ok());
    CHECK(read_all(out.path(), c.node).events.size() == 6);
    CHECK(read_all(out.path(), c.node).blobs == 1);
  }
}

TEST_CASE("copy: the node's state opens with its keys only") {
  Copied c;
  REQUIRE(test::write_pair(*c.s, "x").ok());
  auto read = c.s->read();
  const auto sealed = seal_copy_state(*read, *c.s).value();
  const auto state = open_copy_state(sealed, c.node, c.keys.data);
  REQUIRE(state.ok());
  CHECK(state->node == c.node);
  REQUIRE(state->epochs.size() == 1);
  CHECK(state->epochs[0].last == 1);
  CHECK(open_copy_state(sealed, c.node, crypto::Key::random()).fault().code == "keys_wrong");
  CHECK(open_copy_state(sealed, "0000000000000000", c.keys.data).fault().code == "keys_wrong");
}

TEST_CASE("copy: a folder that is not there, or of several nodes, is said so") {
  Copied c;
  CHECK(CopyFolder::open(c.out / "none", c.node).fault().code == "copy_missing");
  CHECK(copy_contents(c.out.path(), "").fault().code == "copy_missing");
  fs::create_directory(c.out / "00000000000000aa");
  CHECK(copy_contents(c.out.path(), "")->node == "00000000000000aa");
  fs::create_directory(c.out / "00000000000000bb");
  CHECK(copy_contents(c.out.path(), "").fault().code == "copy_ambiguous");
}

TEST_CASE(
    "copy: a node that counts anew is copied from the beginning, and what was there is kept and still restored from") {
  Copied c;
  for (int i = 0; i < 3; ++i) REQUIRE(test::write_pair(*c.s, std::to_string(i)).ok());
  {
    auto f = c.folder();
    CHECK(f->epoch().empty());
    REQUIRE(f->begin("00000000000000aa").ok());
    REQUIRE(f->append(c.manifest(), c.piece(f->point())).ok());
    CHECK(f->point().place == 3);
  }
  {
    auto f = c.folder();
    CHECK(f->epoch() == "00000000000000aa");
    CHECK(f->point().place == 3);
    REQUIRE(f->begin("00000000000000bb").ok());
    CHECK(f->point() == CopyPoint{});
    REQUIRE(f->append(c.manifest(), c.piece(f->point())).ok());
    REQUIRE(f->drop({1'000, 1'000}).ok());  // all is acknowledged: what was kept stays
    CHECK(f->segments().value() == 0);
  }
  CHECK(c.folder()->epoch() == "00000000000000bb");
  CHECK(read_all(c.out.path(), c.node).events == std::vector<std::int64_t>{1, 2, 3});
}

TEST_CASE("copy: what is kept over one restore is not written over by the next") {
  Copied c;
  REQUIRE(test::write_pair(*c.s, "x").ok());
  for (const char* epoch : {"00000000000000aa", "00000000000000bb", "00000000000000cc"}) {
    auto f = c.folder();
    REQUIRE(f->begin(epoch).ok());
    REQUIRE(f->append(c.manifest(), c.piece(f->point())).ok());
  }
  CHECK(read_all(c.out.path(), c.node).events.size() == 3);
}

TEST_CASE("copy: one process at a time keeps a folder") {
  Copied c;
  auto f = c.folder();
  CHECK(CopyFolder::open(c.out.path(), c.node).fault().code == "copy_in_use");
  f.reset();
  CHECK(CopyFolder::open(c.out.path(), c.node).ok());
}

TEST_CASE("copy: what is kept goes as a whole, when all of it is somewhere else") {
  Copied c;
  const std::string epoch = c.s->identity().epoch;
  auto f = c.folder();
  REQUIRE(test::write_pair(*c.s, "x").ok());
  REQUIRE(f->append(c.manifest(), c.piece(f->point())).ok());
  REQUIRE(f->begin("00000000000000aa").ok());
  REQUIRE(c.s->put_blob("face", Bytes(700, 7)).ok());
  REQUIRE(test::write_pair(*c.s, "y").ok());
  REQUIRE(f->append(c.manifest(), c.piece(f->point())).ok());
  REQUIRE(f->begin("00000000000000bb").ok());
  for (int opened = 0; opened < 2; ++opened) {
    CHECK(f->keeps());
    REQUIRE(f->drop_kept({}).ok());
    REQUIRE(f->drop_kept({{{epoch, 1}}, true}).ok());
    REQUIRE(f->drop_kept({{{epoch, 2}}, false}).ok());
    REQUIRE(f->drop_kept({{{"00000000000000dd", 9}}, true}).ok());
    CHECK(read_all(c.out.path(), c.node).events.size() == 3);
    f.reset();
    f = c.folder();  // what another process kept is known by looking
  }
  REQUIRE(f->drop_kept({{{epoch, 2}}, true}).ok());
  CHECK_FALSE(f->keeps());
  CHECK(read_all(c.out.path(), c.node).events.empty());
}

TEST_CASE("backup: of a damaged file none is made, and nothing half is left") {
  Copied c;
  for (int i = 0; i < 5; ++i) REQUIRE(test::write_pair(*c.s, std::to_string(i)).ok());
  const std::string file = c.out / "b";
  CHECK(back_up(c.out / "none", file, false).fault().code == "home_empty");
  REQUIRE(back_up(c.dir.path(), file, false).ok());
  auto restored = test::slurp(file);
  CHECK(restored.size() > 4096);
  c.s.reset();
  {
    auto db = sqlite::Db::open(c.dir / "branch.db", {});
    REQUIRE(db->exec("UPDATE event SET kind = 'x' WHERE seq = 3").ok());
  }
  CHECK(back_up(c.dir.path(), c.out / "c", false).fault().code == "chain_broken");
  CHECK_FALSE(fs::exists(c.out / "c"));
  CHECK_FALSE(fs::exists(c.out / "c.part"));
}
