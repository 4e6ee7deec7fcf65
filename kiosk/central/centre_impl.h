// Inside central: the open centre. Writing functions take a Tx; `now` is read once a request.
#pragma once
#include <algorithm>
#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>

#include "api/protocol/payload.h"
#include "base/crypto/crypto.h"
#include "base/net/pki.h"
#include "central/centre.h"
#include "central/database.h"

namespace kiosk::central {

struct PersonRow {
  crypto::Hash index{};
  domain::Participant record;
  domain::Account account;
  std::optional<WallTime> reset_at;  // when the centre last accepted a reset
  std::optional<domain::FaceTemplate> reference;
  WallTime updated_at{};
  std::optional<WallTime> unblocked_at;  // by an operator
  std::string reset_branch;              // whose reset it was
};

struct Centre::Impl {
  ~Impl();

  Options options;
  int lock_fd = -1;
  crypto::KeyRing keys;
  net::Authority ca;
  std::array<std::uint8_t, 32> ca_fingerprint{};

  std::unique_ptr<Store> store;

  std::mutex bell_mutex;
  std::condition_variable wake;
  bool dirty = false;                          // this process wrote items since the last look
  std::map<std::string, std::int64_t> looked;  // the newest cursor seen, by branch

  WallTime now() const { return options.clock->now(); }
  Millis keep_person() const { return std::chrono::hours(24) * options.person_days; }
  Result<Done> lock_home();
  Result<Done> first_start();

  // A write transaction; `f` returns Result<T>, committed when it is ok and `keep` says so of its value; else
  // everything is rolled back. `f` may run again from the start when another instance was in the way: it only adds to
  // what it is given.
  struct Always {
    template <class T>
    bool operator()(const T&) const {
      return true;
    }
  };
  // Each time about twice as long, and seldom as long as another thread's: two that met do not meet again.
  static Millis pause_before(int attempt) {
    const auto other = std::hash<std::thread::id>()(std::this_thread::get_id()) >> 8;
    return Millis{(1 << attempt) + static_cast<int>(other % (std::size_t{1} << attempt))};
  }
  template <class F, class Keep = Always>
  auto write(F f, Keep keep = {}) -> decltype(f(std::declval<Db&>())) {
    constexpr int attempts = 8;
    for (int attempt = 1;; ++attempt) {
      TRY(auto lease, store->begin_write());
      auto result = f(lease->db());
      std::optional<Fault> fault;
      if (!result) {
        fault = result.fault();
      } else if (!keep(*result)) {
        return result;
      } else if (auto told = tell_all(lease->db()); !told) {
        fault = told.fault();
      } else if (auto done = lease->commit(); !done) {
        fault = done.fault();
      } else {
        return result;
      }
      // Nothing of it was kept: the other transaction has ended now and its rows can be seen, or the server is back.
      const bool again =
          fault->code == "store_conflict" || fault->code == "store_constraint" || fault->code == "store_away";
      if (again && attempt < attempts) {
        lease.reset();  // its rows are free while this one waits
        if (fault->code == "store_conflict") std::this_thread::sleep_for(pause_before(attempt));
        continue;
      }
      if (fault->code == "store_conflict") return refused("store_busy", fault->detail);
      return std::move(*fault);
    }
  }
  template <class F>
  auto read(F f) -> decltype(f(std::declval<Db&>())) {
    for (int attempt = 1;; ++attempt) {
      TRY(auto lease, store->begin_read());
      auto result = f(lease->db());
      if (result || result.fault().code != "store_away" || attempt > 1) return result;
    }
  }
  static Result<Done> tell_all(Db& db);  // numbers what the transaction tells and writes it
  void ring();                           // after a commit that grew the feed

  // people.cpp
  crypto::Hash index_of(const domain::PersonId& person) const { return keys.index.blind_index(person.key()); }
  crypto::Hash index_of(const domain::Kpj& kpj) const { return keys.index.blind_index("kpj:" + kpj.digits()); }
  Result<std::optional<PersonRow>> person(Db& db, const crypto::Hash& index);
  Result<Done> save_person(Db& db, const PersonRow& row);
  Result<Done> keep_at_branch(Db& db, const std::string& branch, const crypto::Hash& index, WallTime until);
  // Tells every branch that keeps the person; `kind` person or account.
  Result<Done> tell(Db& db, const char* kind, const crypto::Hash& index, const std::string& except = {});
  Result<Done> tell_branch(Db& db, const std::string& branch, const char* kind, const std::string& subject,
                           const std::string& body);
  // How far the node's own chain is taken. Read it before what is said of accounts: what lies between is then told
  // again.
  Result<std::optional<protocol::Heard>> heard_of(Db& db, const std::string& node);
  // What this branch is to know of the person now: with the appointments there.
  Result<protocol::FeedPerson> shown_at(Db& db, const std::string& branch, const PersonRow& row, WallTime expires);
  Result<domain::RuleBook> rule_book(Db& db);
  Result<domain::Rules> rules_at(Db& db, const std::string& branch, WallTime when);  // of the day it is at the branch
  protocol::FeedPerson shown(const PersonRow& row, WallTime expires) const;

  // places.cpp
  Result<Done> add_branch(Db& db, const std::string& code, const std::string& name, const Zone& zone);
  Result<std::optional<domain::BranchPlace>> place_of(Db& db, const std::string& branch);
  Result<Zone> zone_of(Db& db, const std::string& branch);  // of one that is not known: the default
  Result<Done> name_zones(Db& db);

  // notices.cpp
  Result<std::vector<BranchNotice>> notices_of(Db& db, const std::string& branch);  // not ended; empty: all

  // ledger.cpp, projection.cpp
  struct Batch {                                           // what the events of one batch share
    std::optional<std::map<std::string, WallTime>> ended;  // officers of the branch who were ended
  };
  struct Incoming {
    const NodeRef& node;
    const events::Header& header;
    const std::string& payload;  // opened; empty when it could not be
    bool unreadable = false;
    WallTime received_at{};
    Batch& batch;
    // When it was done by the centre's clock, as far as the node knew the difference.
    WallTime acted_at() const { return std::min(header.at + Millis{header.skew_ms}, received_at); }
  };
  Result<protocol::Verdict> project(Db& db, const Incoming& in);
  Result<std::string> detail_of(Db& db, const std::string& branch, const std::string& epoch, std::int64_t seq);
  struct Projector;
  Result<protocol::Verdict> judge(Db& db, const Incoming& in);
  Result<bool> officer_ended(Db& db, const Incoming& in, const std::string& number);
  Result<protocol::Verdict> facts_differ(Db& db, const Incoming& in, const PersonRow& row,
                                         const protocol::ClaimPayload& claim, const std::vector<std::string>& fields);
  Result<protocol::Verdict> project_claim(Db& db, const Incoming& in);
  Result<protocol::Verdict> project_review(Db& db, const Incoming& in);  // reviews.cpp
  Result<protocol::Verdict> project_block(Db& db, const Incoming& in);
  Result<protocol::Verdict> project_reset(Db& db, const Incoming& in);
  Result<protocol::Verdict> project_attempt(Db& db, const Incoming& in);
  Result<protocol::Verdict> project_consent(Db& db, const Incoming& in);
  Result<protocol::Verdict> project_service(Db& db, const Incoming& in);
};

Result<Bytes> meta_get(Db& db, std::string_view key);  // empty when absent
Result<Done> meta_set(Db& db, std::string_view key, ByteView value);
Result<crypto::Key> shared_key(const crypto::KeyRing& keys, const NodeRef& node);
Result<PersonRow> known(Result<std::optional<PersonRow>> row);  // refused person_unknown
crypto::Hash to_hash(const Bytes& b);                           // 32 bytes or zeros
Date add_working_days(Date from, int days);                     // Saturday and Sunday do not count

}  // namespace kiosk::central
