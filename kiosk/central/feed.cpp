// The feed: what a branch must know, in the order it changed. Bodies about people are made now and sealed for the node.
#include <algorithm>

#include "base/log.h"
#include "central/centre_impl.h"

namespace kiosk::central {
namespace {

constexpr std::string_view q_items =
    "SELECT cursor, kind, subject, body FROM feed WHERE branch = ?1 AND cursor > ?2 ORDER BY cursor LIMIT ?3";
constexpr std::string_view q_heads = "SELECT branch, last FROM feed_head";
constexpr std::string_view q_expires = "SELECT expires_at FROM branch_person WHERE branch = ?1 AND person = ?2";
constexpr std::string_view q_heard = "SELECT epoch, seq FROM chain WHERE node = ?1 ORDER BY turn DESC LIMIT 1";
constexpr std::string_view q_services =
    "SELECT code, name, letter, open FROM service WHERE branch = ?1 ORDER BY letter, code";
constexpr std::string_view q_officers = "SELECT sealed FROM officer WHERE branch = ?1 ORDER BY number";
constexpr std::size_t max_reply = 4u << 20;

struct Item {
  std::int64_t cursor;
  std::string kind, subject, body;
};

Result<std::vector<Item>> stored_items(Db& db, const std::string& branch, std::int64_t after, int limit) {
  std::vector<Item> items;
  auto& q = db.prepared(q_items).bind_all(branch, after, limit);
  for (;;) {
    TRY(const bool more, q.step());
    if (!more) break;
    items.push_back({q.integer(0), q.text(1), q.text(2), q.text(3)});
  }
  q.reset();
  return items;
}

Result<std::vector<domain::Service>> services_of(Db& db, const std::string& branch) {
  std::vector<domain::Service> list;
  auto& q = db.prepared(q_services).bind_all(branch);
  for (;;) {
    TRY(const bool more, q.step());
    if (!more) break;
    list.push_back({q.text(0), q.text(1), q.text(2), q.integer(3) != 0});
  }
  q.reset();
  return list;
}

Result<std::vector<protocol::FeedOfficer>> officers_of(Db& db, const std::string& branch, const crypto::Key& data_key) {
  std::vector<Bytes> sealed;
  auto& q = db.prepared(q_officers).bind_all(branch);
  for (;;) {
    TRY(const bool more, q.step());
    if (!more) break;
    sealed.push_back(q.blob(0));
  }
  q.reset();
  std::vector<protocol::FeedOfficer> list;
  for (const Bytes& s : sealed) {
    TRY(const Bytes plain, data_key.open(s, as_bytes("officer." + branch)));
    TRY(auto one, protocol::decode<std::vector<protocol::FeedOfficer>>(as_text(plain)));
    std::move(one.begin(), one.end(), std::back_inserter(list));
  }
  return list;
}

}  // namespace

Result<std::optional<protocol::Heard>> Centre::Impl::heard_of(Db& db, const std::string& node) {
  std::optional<protocol::Heard> heard;
  TRY_DONE(db.prepared(q_heard).bind_all(node).each([&](Stmt& q) { heard = {q.text(0), q.integer(1)}; }));
  return heard;
}

Result<protocol::FeedReply> Centre::feed(const NodeRef& node, std::int64_t after, int limit) {
  Impl& d = *impl_;
  TRY(const auto shared, shared_key(d.keys, node));
  return d.read([&](Db& db) -> Result<protocol::FeedReply> {
    protocol::FeedReply reply;
    reply.after = reply.until = after;
    TRY(const auto heard, d.heard_of(db, node.node));
    TRY(const auto items, stored_items(db, node.branch, after, limit));
    std::size_t bytes = 0;
    for (const Item& i : items) {
      protocol::FeedItem out{i.cursor, i.kind, i.body, false};
      bool personal = false;
      if (i.kind == "rules") {
        TRY(const auto book, d.rule_book(db));
        out.body = protocol::encode(book);
      } else if (i.kind == "branch") {
        TRY(const auto place, d.place_of(db, node.branch));
        out.body = protocol::encode(protocol::said_of(place.value_or(domain::BranchPlace{})));
      } else if (i.kind == "services") {
        TRY(const auto list, services_of(db, node.branch));
        out.body = protocol::encode(list);
      } else if (i.kind == "notices") {
        TRY(const auto list, d.notices_of(db, node.branch));
        std::vector<protocol::FeedNotice> body;
        for (const auto& n : list) body.push_back(n.notice);
        out.body = protocol::encode(body);
      } else if (i.kind == "officers") {
        TRY(const auto list, officers_of(db, node.branch, d.keys.data));
        out.body = protocol::encode(list);
        personal = true;
      } else if (i.kind == "person" || i.kind == "account" || i.kind == "person_gone") {
        const crypto::Hash index = to_hash(from_hex(i.subject).value_or(Bytes()));
        TRY(const auto row, d.person(db, index));
        auto& q = db.prepared(q_expires).bind_all(node.branch, ByteView(index));
        TRY(const bool kept, q.step());
        const WallTime expires = kept ? from_ms(q.integer(0)) : WallTime{};
        q.reset();
        const bool here = expires > d.now();
        if (!row || here == (i.kind == "person_gone")) {  // no longer this branch's to keep, or again
          reply.until = i.cursor;
          continue;
        }
        if (i.kind == "person") {
          TRY(auto person, d.shown_at(db, node.branch, *row, expires));
          person.heard = heard;
          out.body = protocol::encode(person);
        } else if (i.kind == "account") {
          out.body = protocol::encode(
              protocol::FeedAccount{row->record.id, domain::at(row->account, d.now()), to_ms(row->updated_at), heard});
        } else {
          out.body = protocol::encode(protocol::FeedGone{row->record.id});
        }
        personal = true;
      }
      bytes += out.body.size();
      if (bytes > max_reply && !reply.items.empty()) break;
      reply.items.push_back(personal ? protocol::seal_item(std::move(out), shared) : std::move(out));
      reply.until = i.cursor;
    }
    return reply;
  });
}

void Centre::Impl::ring() {
  {
    const std::lock_guard lock(bell_mutex);
    dirty = true;
  }
  wake.notify_all();
}

// However many branches wait, the tables are looked at once: after a ring, and from time to time for what operators
// and other instances write from processes of their own.
std::vector<std::string> Centre::wait_grown(Millis at_most) {
  Impl& d = *impl_;
  {
    std::unique_lock lock(d.bell_mutex);
    d.wake.wait_for(lock, at_most, [&] { return d.dirty; });
    d.dirty = false;
  }
  std::vector<std::string> grown;
  const auto done = d.read([&](Db& db) -> Result<Done> {
    return db.prepared(q_heads).bind_all().each([&](Stmt& q) {
      auto& looked = d.looked[q.text(0)];
      if (q.integer(1) > looked) grown.push_back(q.text(0));
      looked = q.integer(1);
    });
  });
  if (!done) log::warn("news of the feed cannot be read", {{"code", done.fault().code}});
  return grown;
}

Result<protocol::FoundPerson> Centre::find(const NodeRef& node, const protocol::FindPerson& request) {
  Impl& d = *impl_;
  TRY(const auto shared, shared_key(d.keys, node));
  const auto wanted = protocol::open_wanted(request, shared);
  if (!wanted) return bad_input("seal_broken", "sealed", "sealed with the key this node shares with the centre");
  const auto index = d.index_of(wanted->person);
  return d.write([&](Db& db) -> Result<protocol::FoundPerson> {
    TRY(const auto heard, d.heard_of(db, node.node));
    TRY(const auto row, d.person(db, index));
    if (!row) return protocol::FoundPerson{};
    const WallTime until = d.now() + d.keep_person();
    TRY_DONE(d.keep_at_branch(db, node.branch, index, until));  // later changes reach the branch too
    TRY(auto person, d.shown_at(db, node.branch, *row, until));
    person.heard = heard;
    return protocol::seal_found(person, shared);
  });
}

}  // namespace kiosk::central
