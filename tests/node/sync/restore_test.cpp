// A branch's machine dies, is restored, is copied: through a real node and a real centre.
#include "tests/node/sync/lost_and_found.h"

#include <algorithm>

using namespace kiosk;
using namespace kiosk::test;

namespace {
void once_each(LoopCentre& c, const std::vector<std::string>& ids) {
  const auto seen = c.ledger();
  for (const auto& id : ids) {
    CAPTURE(id);
    CHECK(seen.contains(id));
  }
  for (const auto& [id, times] : seen) CHECK(times == 1);
}
const verbs::Actor ctl{"ctl", ""};
}  // namespace

TEST_CASE("export: everything unsent goes by stick, the receipt makes it accepted, and sync goes on behind it") {
  LoopCentre c;
  LostBranch b(c);
  CHECK(b.side->node->ask(ctl, verbs::CopyAsked{"", 0, 0, 1 << 20, true}).fault().code == "not_enrolled");
  b.enrol();
  std::vector<std::string> ids;
  const auto photo = b.side->store->put_blob("face", Bytes(400'000, 9)).value();
  ids.push_back(b.write({photo}, "claim.noted"));
  for (int i = 0; i < 8; ++i) ids.push_back(b.write());
  const auto chunk = b.side->node->ask(ctl, verbs::CopyAsked{"", 0, 0, 1 << 20, true});
  REQUIRE(chunk.ok());
  CHECK(chunk->events == 9);
  CHECK(chunk->blobs == 1);
  CHECK_FALSE(chunk->more);
  central::Import im(*c.centre);
  REQUIRE(im.feed(chunk->file).ok());
  const auto receipt = im.finish();
  REQUIRE(receipt);
  CHECK(receipt->complete);
  once_each(c, ids);
  // Nothing has moved here yet; the receipt moves it, and a changed or foreign one does not.
  CHECK(b.side->engine->status().pending == 9);
  auto forged = *receipt;
  forged.complete = false;
  CHECK(b.side->node->ask(ctl, verbs::TakeReceipt{protocol::encode(forged)}).fault().code == "receipt_invalid");
  CHECK(b.side->node->ask(ctl, verbs::TakeReceipt{"{}"}).fault().kind == FaultKind::BadInput);
  const auto taken = b.side->node->ask(ctl, verbs::TakeReceipt{protocol::encode(*receipt)});
  REQUIRE(taken.ok());
  CHECK(taken->events == 9);
  CHECK(taken->blobs == 1);
  CHECK(b.side->engine->status().pending == 0);
  CHECK(b.side->engine->status().pending_blobs == 0);
  CHECK(b.side->node->ask(ctl, verbs::TakeReceipt{protocol::encode(*receipt)})->events == 0);
  ids.push_back(b.write());
  CHECK(b.settle().pending == 0);
  once_each(c, ids);
  LostBranch other(c);
  other.enrol();
  CHECK(other.side->node->ask(ctl, verbs::TakeReceipt{protocol::encode(*receipt)}).fault().code == "receipt_foreign");
}

TEST_CASE("second copy: the machine is lost; keys and copy alone make the node again, and all of it arrives once") {
  LoopCentre c;
  LostBranch b(c);
  b.enrol();
  std::vector<std::string> ids;
  for (int i = 0; i < 6; ++i) ids.push_back(b.write());
  CHECK(b.settle().pending == 0);
  const auto photo = b.side->store->put_blob("face", Bytes(300'000, 4)).value();
  ids.push_back(b.write({photo}, "claim.noted"));
  for (int i = 0; i < 4; ++i) ids.push_back(b.write());
  REQUIRE(b.copy->step().ok());
  const std::string lost = b.write();  // after the last copy: nobody has it
  const auto node = b.side->store->identity().node;
  const auto epoch = b.side->store->identity().epoch;
  b.lose_disk();
  const auto r = b.restore("", b.copies.path());
  if (!r) FAIL(r.fault().code << " " << r.fault().detail);
  CHECK(r->node == node);
  CHECK(r->from_copy == 5);
  CHECK(r->blobs == 1);
  REQUIRE(r->missing.size() == 2);  // what the centre has, and the unknown end
  CHECK(r->missing[0].from == 1);
  CHECK(r->missing[0].to == 6);
  CHECK(r->missing[1].from == 12);
  CHECK_FALSE(r->missing[1].to);
  b.start();
  CHECK(b.side->store->identity().node == node);
  CHECK(b.side->store->identity().epoch != epoch);
  ids.push_back(b.write());
  const auto s = b.settle();
  CHECK(s.pending == 0);
  CHECK(s.pending_blobs == 0);
  CHECK(s.why == "");
  once_each(c, ids);
  CHECK_FALSE(c.ledger().contains(lost));
  CHECK(c.centre->open_blob(node, photo).value() == Bytes(300'000, 4));
  // What the centre held has come back; the unknown end stays said.
  CHECK_FALSE(b.verify().first_bad);
  CHECK(b.verify().events == 13);
  REQUIRE(b.gaps().size() == 1);
  CHECK(b.gaps()[0].from == 12);
}

TEST_CASE("backup: online, checked, and never half; a restore of it gets back what centre and copy have since") {
  LoopCentre c;
  LostBranch b(c);
  b.enrol();
  std::vector<std::string> ids;
  for (int i = 0; i < 5; ++i) ids.push_back(b.write());
  CHECK(b.settle().pending == 0);
  for (int i = 0; i < 2; ++i) ids.push_back(b.write());  // unsent in the backup
  const std::string file = b.backups / "branch.kbk";
  const auto made = store::back_up(b.home.path(), file, false);
  if (!made) FAIL(made.fault().code << " " << made.fault().detail);
  CHECK(made->events == 7);
  CHECK(made->acknowledged_until == 5);
  CHECK_FALSE(fs::exists(file + ".part"));
  CHECK(store::back_up(b.home.path(), file, false).fault().code == "file_exists");
  REQUIRE(store::back_up(b.home.path(), file, true).ok());
  for (int i = 0; i < 4; ++i) ids.push_back(b.write());
  CHECK(b.settle().pending == 0);  // 8 to 11 are at the centre only
  for (int i = 0; i < 3; ++i) ids.push_back(b.write());
  REQUIRE(b.copy->step().ok());  // 12 to 14 in the copy only
  CHECK(b.restore(file, b.copies.path()).fault().code == "node_running");
  b.lose_disk();
  const auto r = b.restore(file, b.copies.path());
  if (!r) FAIL(r.fault().code << " " << r.fault().detail);
  CHECK(r->from_backup == 7);
  CHECK(r->from_copy == 3);
  b.start();
  ids.push_back(b.write());
  CHECK(b.settle().pending == 0);
  once_each(c, ids);
  CHECK_FALSE(b.verify().first_bad);
  CHECK(b.verify().events == 16);
}

TEST_CASE("restore: by mistake over a healthy home it loses nothing, and the old file is kept aside") {
  LoopCentre c;
  LostBranch b(c);
  b.enrol();
  std::vector<std::string> ids;
  ids.push_back(b.write());
  const std::string file = b.backups / "branch.kbk";
  REQUIRE(store::back_up(b.home.path(), file, false).ok());
  const auto photo = b.side->store->put_blob("face", Bytes(1'000, 4)).value();
  ids.push_back(b.write({photo}, "claim.noted"));
  ids.push_back(b.write());
  b.stop();
  const auto r = b.restore(file, "");
  if (!r) FAIL(r.fault().code << " " << r.fault().detail);
  CHECK(r->from_present == 2);
  CHECK(r->missing.empty());  // the present file was read to its end
  CHECK(fs::exists(r->aside + "/branch.db"));
  b.start();
  CHECK(b.settle().pending == 0);
  once_each(c, ids);
  CHECK_FALSE(b.verify().first_bad);
}

TEST_CASE("restore: an event of the present file that does not fit is left out, and those around it come back") {
  LoopCentre c;
  LostBranch b(c);
  b.enrol();
  std::vector<std::string> ids;
  ids.push_back(b.write());
  const std::string file = b.backups / "branch.kbk";
  REQUIRE(store::back_up(b.home.path(), file, false).ok());
  for (int i = 0; i < 3; ++i) ids.push_back(b.write());
  b.stop();
  {
    auto db = sqlite::Db::open(b.home.path() + "/branch.db", {});
    REQUIRE(db.ok());
    // The last but one: what stands behind it is proved by its own signature.
    REQUIRE(db->exec("UPDATE event SET signature = zeroblob(64) WHERE pos = (SELECT max(pos) - 1 FROM event)").ok());
  }
  const auto r = b.restore(file, "");
  if (!r) FAIL(r.fault().code << " " << r.fault().detail);
  CHECK(r->from_present == 2);
  CHECK_FALSE(r->missing.empty());  // the one left out is not forgotten
  b.start();
  ids.erase(ids.begin() + 2);
  CHECK(b.settle().pending == 0);
  for (const auto& [id, times] : c.ledger()) CHECK(times == 1);
  for (const auto& id : ids) CHECK(c.ledger().contains(id));
  CHECK_FALSE(b.verify().first_bad);
}

TEST_CASE(
    "restore: of an old backup off line the node goes on at once; the fork is one chain again when it is on line") {
  LoopCentre c;
  LostBranch b(c);
  b.enrol();
  std::vector<std::string> ids;
  for (int i = 0; i < 3; ++i) ids.push_back(b.write());
  const std::string file = b.backups / "branch.kbk";
  REQUIRE(store::back_up(b.home.path(), file, false).ok());
  for (int i = 0; i < 5; ++i) ids.push_back(b.write());
  CHECK(b.settle().pending == 0);  // all eight at the centre; the backup has three, none acknowledged
  b.lose_disk();
  const auto r = b.restore(file, "");
  REQUIRE(r.ok());
  b.start();
  for (int i = 0; i < 3; ++i) ids.push_back(b.write());  // off line
  CHECK_FALSE(b.verify().first_bad);
  CHECK(b.verify().events == 7);
  CHECK(b.settle().pending == 0);
  once_each(c, ids);
  CHECK(b.verify().events == 12);
  CHECK_FALSE(b.verify().first_bad);
  // And once more, from the same old backup: the epoch in between is known to the centre alone.
  b.lose_disk();
  REQUIRE(b.restore(file, "").ok());
  b.start();
  ids.push_back(b.write());
  CHECK(b.settle().pending == 0);
  once_each(c, ids);
  CHECK_FALSE(b.verify().first_bad);
  CHECK(b.verify().events == 14);
}

TEST_CASE("restore: photos that only the centre still holds come back, of the events that came back") {
  LoopCentre c;
  LostBranch b(c);
  b.enrol();
  const std::string file = b.backups / "branch.kbk";
  b.write();
  REQUIRE(store::back_up(b.home.path(), file, false).ok());
  std::map<std::string, Bytes> photos;
  for (std::uint8_t i = 1; i <= 3; ++i) {
    const auto hash = b.side->store->put_blob("face", Bytes(200'000u * i, i)).value();
    photos[hash] = Bytes(200'000u * i, i);
    b.write({hash}, i == 2 ? "account.reset_requested" : "claim.noted");
  }
  const auto s = b.settle();
  CHECK(s.pending_blobs == 0);
  for (const bool from_backup : {true, false}) {
    CAPTURE(from_backup);
    REQUIRE(b.copy->step().ok());
    b.lose_disk();
    const auto r = b.restore(from_backup ? file : "", from_backup ? "" : b.copies.path());
    if (!r) FAIL(r.fault().code << " " << r.fault().detail);
    b.start();
    for (const auto& [hash, plain] : photos) CHECK(b.side->store->open_blob(hash).fault().code == "blob_unknown");
    CHECK(b.settle().pending == 0);
    for (int i = 0; i < 5 && store::wanted_blobs(b.side->store->read()->db()).value() > 0; ++i) b.round();
    for (const auto& [hash, plain] : photos) CHECK(b.side->store->open_blob(hash).value() == plain);
    CHECK(b.side->engine->status().pending_blobs == 0);
    CHECK_FALSE(b.verify().first_bad);
  }
}

TEST_CASE("restore: what does not fit is refused and changes nothing") {
  LoopCentre c;
  LostBranch b(c), other(c);
  b.write();
  other.write();
  REQUIRE(other.copy->step().ok());
  const std::string file = b.backups / "a", foreign = b.backups / "b", broken = b.backups / "c";
  REQUIRE(store::back_up(b.home.path(), file, false).ok());
  REQUIRE(store::back_up(other.home.path(), foreign, false).ok());
  b.stop();
  CHECK(b.restore("", "").fault().code == "nothing_to_restore");
  CHECK(b.restore(b.backups / "none", "").fault().code == "backup_unreadable");
  CHECK(b.restore(foreign, "").fault().code == "keys_wrong");
  CHECK(b.restore(file, other.copies.path()).fault().code == "keys_wrong");
  CHECK(b.restore(file, b.backups / "nowhere").fault().code == "copy_missing");
  fs::copy_file(file, broken);
  fs::resize_file(broken, fs::file_size(broken) / 2);
  CHECK_FALSE(b.restore(broken, "").ok());
  CHECK_FALSE(fs::exists(b.home / "restoring"));
  b.start();
  CHECK(b.side->store->identity().last_seq == 1);
  CHECK_FALSE(b.verify().first_bad);
}

TEST_CASE("clone: two copies of one home at work are noticed; one is stopped, says so, and can rejoin") {
  LoopCentre c;
  LostBranch b(c);
  b.enrol();
  std::vector<std::string> ids;
  for (int i = 0; i < 3; ++i) ids.push_back(b.write());
  CHECK(b.settle().pending == 0);
  b.stop();
  LostBranch twin(c, b.home.path());  // an image of the disk, started elsewhere
  b.start();
  CHECK(b.settle().why == "");  // an honest restart waits for nothing
  // The twin takes over; the first is asked whether it runs, and does: the later one is stopped.
  CHECK(twin.round().why == "");
  CHECK(b.settle().why == "");
  auto s = twin.round();
  CHECK(s.why == "clone");
  CHECK(s.state == "paused");
  verbs::SubmitClaim claim{.id = {},
                           .person = domain::PersonId::from_key("passport:IND:K1234567").value(),
                           .kpj = "12345678901",
                           .name = "A",
                           .mother = "",
                           .birth = Date::of(1960, 1, 1).value(),
                           .claimant = {},
                           .cause = "USIA56",
                           .npwp = "",
                           .phone = "",
                           .account = {"002", "12345678", "A"},
                           .photo_blob = "",
                           .attempt = {},
                           .documents = {}};
  const auto refused_claim = twin.side->node->ask({"kiosk-1", ""}, claim);
  CHECK(refused_claim.fault().code == "clone");
  ids.push_back(twin.write());  // what needs no decision goes on
  for (int i = 0; i < 2; ++i) ids.push_back(b.write());
  CHECK(b.settle().pending == 0);
  // It stays stopped over a restart.
  twin.stop();
  twin.start();
  CHECK(twin.round().why == "clone");
  CHECK(b.settle().why == "");
  // The other is off for good: the twin leaves the fork and goes on, with what both have made.
  b.stop();
  twin.stop();
  auto keys = crypto::load_keys(twin.home.path(), true, false);
  REQUIRE(branch::rejoin(twin.home.path(), std::move(*keys)).ok());
  twin.start();
  ids.push_back(twin.write());
  s = twin.settle();
  CHECK(s.why == "");
  CHECK(s.pending == 0);
  once_each(c, ids);
  CHECK_FALSE(twin.verify().first_bad);
}

TEST_CASE("clone: the one whose chain the centre has not is stopped, whichever came first") {
  LoopCentre c;
  LostBranch b(c);
  b.enrol();
  b.write();
  CHECK(b.settle().pending == 0);
  b.stop();
  LostBranch twin(c, b.home.path());
  b.start();
  CHECK(b.settle().why == "");
  std::vector<std::string> ids;
  ids.push_back(twin.write());
  CHECK(twin.settle().pending == 0);  // takes over and goes on with the chain
  ids.push_back(b.write());
  CHECK(b.round().why == "clone");
  CHECK(twin.settle().why == "");
  twin.stop();
  b.stop();
  auto keys = crypto::load_keys(b.home.path(), true, false);
  REQUIRE(branch::rejoin(b.home.path(), std::move(*keys)).ok());
  b.start();
  CHECK(b.settle().pending == 0);
  once_each(c, ids);
  CHECK_FALSE(b.verify().first_bad);
}

TEST_CASE(
    "property: written, pushed, copied, backed up, lost and restored in any order, all that a copy had arrives once") {
  const char* given = std::getenv("KIOSK_SEED");
  const std::uint64_t first = given ? std::strtoull(given, nullptr, 10) : 20261125;
  const int runs = given ? 1 : 6;
  for (int run = 0; run < runs; ++run) {
    const std::uint64_t seed = first + static_cast<std::uint64_t>(run);
    CAPTURE(seed);
    SeededRandom dice(seed);
    LoopCentre c;
    LostBranch b(c);
    b.enrol();
    std::vector<std::string> here;                // made and not lost
    std::vector<std::string> in_backup, in_copy;  // what these would give back
    const std::string file = b.backups / "branch.kbk";
    bool has_backup = false;
    for (int step = 0; step < 40; ++step) {
      switch (dice.below(8)) {
        case 0:
        case 1:
        case 2: {
          std::vector<std::string> blobs;
          if (dice.below(4) == 0) blobs.push_back(b.side->store->put_blob("face", Bytes(500, 1)).value());
          here.push_back(b.write(std::move(blobs), "claim.noted"));
          break;
        }
        case 3:
          b.settle();
          break;
        case 4:
          REQUIRE(b.copy->step().ok());
          in_copy = here;
          break;
        case 5:
          REQUIRE(store::back_up(b.home.path(), file, true).ok());
          has_backup = true;
          in_backup = here;
          break;
        case 6: {
          const auto chunk = b.side->node->ask(ctl, verbs::CopyAsked{"", 0, 0, 512 << 10, true});
          REQUIRE(chunk.ok());
          central::Import im(*c.centre);
          // A node that still has something to take back first is behind what it sends: the centre says so.
          if (im.feed(chunk->file)) REQUIRE(im.finish());
          break;
        }
        default: {
          const auto at_centre = c.ledger();
          const bool copied = !fs::is_empty(b.copies.path());
          if (!copied && !has_backup) break;  // nothing could be made whole again
          b.lose_disk();
          const bool with_copy = copied && (!has_backup || dice.below(3) > 0);
          const bool with_backup = has_backup && (!with_copy || dice.below(2) == 0);
          const auto r = b.restore(with_backup ? file : "", with_copy ? b.copies.path() : "");
          if (!r) FAIL("seed " << seed << " step " << step << ": " << r.fault().code << " " << r.fault().detail);
          std::set<std::string> kept;
          for (const auto& [id, n] : at_centre) kept.insert(id);
          if (with_backup) kept.insert(in_backup.begin(), in_backup.end());
          if (with_copy) kept.insert(in_copy.begin(), in_copy.end());
          std::vector<std::string> left;
          for (const auto& id : here)
            if (kept.contains(id)) left.push_back(id);
          here = left;
          b.start();
          CHECK_FALSE(b.verify().first_bad);
          break;
        }
      }
    }
    const auto s = b.settle();
    CHECK(s.why == "");
    CHECK(s.pending == 0);
    CHECK_FALSE(b.verify().first_bad);
    once_each(c, here);
    // What is still wanted nobody holds.
    for (int i = 0; i < 10; ++i) b.round();
    branch::Outgoing out(*b.side->store);
    CHECK_FALSE(out.wanted_blob().value());
    // Each chain at the centre is without a gap.
    std::map<std::string, std::set<std::int64_t>> chains;
    for (const auto& row : c.rows()) CHECK(chains[row.epoch].insert(row.seq).second);
    for (const auto& [epoch, seqs] : chains) CHECK(*seqs.rbegin() == static_cast<std::int64_t>(seqs.size()));
    MESSAGE("seed " << seed << ": " << here.size() << " records, " << chains.size() << " epochs");
  }
}
