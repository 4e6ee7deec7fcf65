// A sealed export at the centre: the same doors as the wire, without any sync before; twice, cut, changed, foreign. And
// what the centre gives back to a node that was restored.
#include "central/import.h"
#include "events/blob.h"
#include "world.h"

using namespace kiosk;
using namespace kiosk::test;

namespace {

// What the node writes to a stick: events [from, to) and one photo.
Bytes export_of(const TestNode& n, std::size_t from, std::size_t to, const events::SealedBlob* photo = nullptr) {
  events::ExportWriter w;
  Bytes file;
  const auto put = [&](const events::ExportFrame& f) {
    const auto b = w.add(f);
    file.insert(file.end(), b.begin(), b.end());
  };
  events::ExportManifest m;
  m.branch = n.branch;
  m.node = n.node;
  put(events::sign_manifest(std::move(m), n.keys.signing));
  if (photo) {
    put(events::ExportBlob{photo->hash, "face", static_cast<std::int64_t>(photo->ciphertext.size()), photo->node_wrap,
                           must(events::wrap_blob_for_centre(photo->hash, photo->node_wrap, n.keys.data, *n.shared))});
    for (std::size_t at = 0; at < photo->ciphertext.size(); at += 1000) {
      const auto part =
          ByteView(photo->ciphertext).subspan(at, std::min<std::size_t>(1000, photo->ciphertext.size() - at));
      put(events::ExportPart{{}, 0, false, Bytes(part.begin(), part.end())});
    }
  }
  put(events::ExportChain{n.epoch, static_cast<std::int64_t>(from) + 1,
                          from > 0 ? n.events.at(from - 1).head : crypto::Hash{}});
  for (std::size_t i = from; i < to; ++i) {
    const auto& e = n.events.at(i);
    put(events::ExportEvent{e.header,
                            e.ciphertext,
                            e.node_wrap,
                            must(events::wrap_for_centre(e, n.keys.data, *n.shared)),
                            e.signature,
                            {},
                            0,
                            {},
                            {}});
  }
  const auto b = w.end();
  file.insert(file.end(), b.begin(), b.end());
  return file;
}

struct Imported {
  std::optional<protocol::ImportReceipt> receipt;
  std::string code;
  std::int64_t events = 0, blobs = 0;
};
Imported import(central::Centre& centre, ByteView file, std::size_t piece = 4096) {
  central::Import im(centre);
  for (std::size_t at = 0; at < file.size(); at += piece)
    if (!im.feed(file.subspan(at, std::min(piece, file.size() - at)))) break;
  Imported out;
  out.receipt = im.finish();
  out.code = im.fault() ? im.fault()->code : "";
  out.events = im.events();
  out.blobs = im.blobs();
  return out;
}

std::vector<central::LedgerRow> ledger(central::Centre& c) {
  std::vector<central::LedgerRow> rows;
  REQUIRE(c.each_event({}, [&](const auto& r) { rows.push_back(r); }).ok());
  return rows;
}

crypto::PublicKey receipt_key(const TestNode& n) {
  crypto::PublicKey k{};
  std::copy(n.enrolled.receipt_key.begin(), n.enrolled.receipt_key.end(), k.begin());
  return k;
}

}  // namespace

TEST_CASE("import: a file alone brings events, verdicts and photo; twice it changes nothing and says the same") {
  World w;
  TestNode n = w.enrolled();
  const auto people = may_claim(w.seeded);
  const auto photo = events::seal_blob(Bytes(5'000, 3), n.keys.data);
  n.add("ticket.issued");
  n.add("claim.submitted", protocol::encode(claim_of(people.at(0))), "0198c0de-0000-7000-8000-000000000011");
  auto wrong = claim_of(people.at(1));
  wrong.birth = "1950-01-01";
  n.add("claim.submitted", protocol::encode(wrong), "0198c0de-0000-7000-8000-000000000012");
  const Bytes file = export_of(n, 0, 3, &photo);
  const auto first = import(*w.centre, file, 7);
  REQUIRE(first.code == "");
  REQUIRE(first.receipt);
  CHECK(first.events == 3);
  CHECK(first.blobs == 1);
  CHECK(first.receipt->complete);
  CHECK(protocol::check_receipt(*first.receipt, receipt_key(n)));
  REQUIRE(first.receipt->chains.size() == 1);
  CHECK(first.receipt->chains[0].ack.seq == 3);
  CHECK(first.receipt->chains[0].ack.head == n.events.back().head);
  REQUIRE(first.receipt->chains[0].verdicts.size() == 2);
  CHECK(first.receipt->chains[0].verdicts[0].stage == "agenda");
  CHECK(first.receipt->chains[0].verdicts[1].reason == "facts_differ");
  CHECK(first.receipt->blobs == std::vector<std::string>{photo.hash});
  CHECK(must(w.centre->open_blob(n.node, photo.hash)) == Bytes(5'000, 3));

  const auto again = import(*w.centre, file);
  REQUIRE(again.receipt);
  CHECK(protocol::encode(*again.receipt) == protocol::encode(*first.receipt));
  CHECK(ledger(*w.centre).size() == 3);
  // The wire goes on where the file ended, and finds the photo there.
  n.acknowledged = 3;
  n.add("ticket.called");
  n.push_all();
  CHECK(n.blob_state(photo.hash).complete);
  CHECK(ledger(*w.centre).size() == 4);
}

TEST_CASE("import: a file meets what came over the wire meanwhile, photo half way included") {
  World w;
  TestNode n = w.enrolled();
  for (int i = 0; i < 6; ++i) n.add("ticket.issued");
  const auto photo = events::seal_blob(Bytes(5'000, 3), n.keys.data);
  const Bytes file = export_of(n, 0, 6, &photo);
  REQUIRE(n.push(n.batch(0, 4)).status == 200);
  const auto wrap = must(events::wrap_blob_for_centre(photo.hash, photo.node_wrap, n.keys.data, *n.shared));
  const auto size = static_cast<std::int64_t>(photo.ciphertext.size());
  REQUIRE(n.put_blob(photo.hash, ByteView(photo.ciphertext).first(1'700), 0, size, wrap).status == 200);
  const auto r = import(*w.centre, file);
  CHECK(r.code == "");
  CHECK(r.blobs == 1);
  CHECK(ledger(*w.centre).size() == 6);
  CHECK(must(w.centre->open_blob(n.node, photo.hash)) == Bytes(5'000, 3));
}

TEST_CASE("import: a file that is cut gives its whole records and a receipt that says it is not complete") {
  World w;
  TestNode n = w.enrolled();
  for (int i = 0; i < 5; ++i) n.add("ticket.issued");
  const Bytes file = export_of(n, 0, 5);
  std::int64_t before = 0;
  for (const std::size_t keep : {file.size() / 3, file.size() / 2, file.size() - 40, file.size() - 1}) {
    const auto r = import(*w.centre, ByteView(file).first(keep));
    CHECK(r.code == "export_cut");
    REQUIRE(r.receipt);
    CHECK_FALSE(r.receipt->complete);
    CHECK(protocol::check_receipt(*r.receipt, receipt_key(n)));
    const auto held = static_cast<std::int64_t>(ledger(*w.centre).size());
    CHECK(held >= before);
    CHECK(held == r.events);
    before = held;
  }
  CHECK(before == 5);
  CHECK(import(*w.centre, file).receipt->complete);
  CHECK(ledger(*w.centre).size() == 5);
}

TEST_CASE("import: what is changed, foreign, revoked, out of order or no export is refused by name") {
  World w;
  TestNode n = w.enrolled();
  for (int i = 0; i < 4; ++i) n.add("ticket.issued");
  Bytes file = export_of(n, 0, 4);
  file[file.size() / 2] ^= 1;
  CHECK(import(*w.centre, file).code == "export_damaged");
  CHECK(import(*w.centre, as_bytes("PK\3\4 this is something else")).code == "export_unknown");
  CHECK_FALSE(import(*w.centre, {}).receipt);
  // A gap: the file begins behind what the centre holds.
  const auto gap = import(*w.centre, export_of(n, 3, 4));
  CHECK(gap.code == "gap");
  REQUIRE(gap.receipt);
  CHECK_FALSE(gap.receipt->complete);
  // A node that is not enrolled here, and one that says it is another.
  TestNode stranger(w.url(), "x");
  stranger.shared.emplace(must(stranger.keys.box.shared_with(n.keys.box.public_key())));
  stranger.branch = "JKT01";
  stranger.add("ticket.issued");
  CHECK(import(*w.centre, export_of(stranger, 0, 1)).code == "node_unknown");
  TestNode liar(w.url(), "x");
  liar.shared.emplace(must(liar.keys.box.shared_with(n.keys.box.public_key())));
  liar.node = n.node;
  liar.branch = "JKT01";
  liar.add("ticket.issued");
  CHECK(import(*w.centre, export_of(liar, 0, 1)).code == "node_unknown");
  const auto before = ledger(*w.centre).size();
  REQUIRE(w.centre->revoke(n.node).ok());
  CHECK(import(*w.centre, export_of(n, 0, 4)).code == "node_revoked");
  CHECK(ledger(*w.centre).size() == before);
}

TEST_CASE("import: over the wire by any enrolled node; the contract's judge reads the receipt") {
  World w;
  TestNode n = w.enrolled(), courier = w.enrolled("BDG02");
  n.add("ticket.issued");
  const Bytes file = export_of(n, 0, 1);
  net::Call call;
  call.method = "POST";
  call.path = "/v1/import";
  call.type = "application/octet-stream";
  call.body = as_text(file);
  const auto reply = exchange(*courier.client, call);
  REQUIRE(reply.status == 200);
  const auto receipt = must(protocol::decode<protocol::ImportReceipt>(reply.body));
  CHECK(receipt.branch == "JKT01");
  CHECK(receipt.complete);
  CHECK(protocol::check_receipt(receipt, receipt_key(n)));
  call.body = "nothing of ours";
  CHECK(exchange(*courier.client, call).status == 400);
}

TEST_CASE("held: a node gets back exactly what it sent, in sequence, with verdicts, and signed by itself") {
  World w;
  TestNode n = w.enrolled();
  CHECK(must(protocol::decode<protocol::HeldChains>(n.get("/v1/chains").body)).chains.empty());
  const auto people = may_claim(w.seeded);
  n.add("ticket.issued", "{\"person\":\"passport:IND:K1234567\"}");
  auto wrong = claim_of(people.at(1));
  wrong.birth = "1950-01-01";
  n.add("claim.submitted", protocol::encode(wrong), "0198c0de-0000-7000-8000-000000000012");
  for (int i = 0; i < 5; ++i) n.add("ticket.called");
  n.push_all();
  REQUIRE(n.push(n.batch(0, 3)).status == 200);  // an old batch again does not take the signature back
  const auto chains = must(protocol::decode<protocol::HeldChains>(n.get("/v1/chains").body)).chains;
  REQUIRE(chains.size() == 1);
  CHECK(chains[0].epoch == n.epoch);
  CHECK(chains[0].seq == 7);
  CHECK(chains[0].base == crypto::Hash{});
  CHECK(crypto::verify(n.keys.signing.public_key(), chains[0].head, chains[0].signature));
  crypto::Hash head{};
  std::int64_t after = 0;
  std::vector<protocol::Verdict> verdicts;
  for (bool more = true; more;) {
    const auto r = n.get("/v1/events?epoch=" + n.epoch + "&limit=3&after=" + std::to_string(after));
    REQUIRE(r.status == 200);
    const auto held = must(protocol::decode<protocol::HeldEvents>(r.body));
    CHECK(held.first_seq == after + 1);
    CHECK(held.previous == head);
    for (const auto& e : held.events) {
      const auto& sent = n.events.at(static_cast<std::size_t>(after++));
      CHECK(e.header == sent.header);
      CHECK(e.ciphertext == sent.ciphertext);
      head = events::chain_head(head, e.header, e.ciphertext);
    }
    verdicts.insert(verdicts.end(), held.verdicts.begin(), held.verdicts.end());
    more = held.more;
  }
  CHECK(after == 7);
  CHECK(head == chains[0].head);
  REQUIRE(verdicts.size() == 1);
  CHECK(verdicts[0].seq == 2);
  CHECK(n.get("/v1/events?epoch=00000000000000ff").status == 409);
  CHECK(n.get("/v1/events?epoch=" + n.epoch + "&after=9").status == 409);
  CHECK(n.get("/v1/events?epoch=" + n.epoch + "&after=-1").status == 400);
  TestNode other = w.enrolled("BDG02");
  CHECK(other.get("/v1/events?epoch=" + n.epoch).status == 409);  // another's events are nobody else's
}
