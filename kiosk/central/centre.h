// The central backend over SQLite in its home or a PostgreSQL server: nodes and their certificates, the ledger, people
// and accounts, the feed. What the programs call (operators) and what routes call (wire) are the same object; several
// processes may have one home open at once, only `run` holds its lock. Thread: any; one writer at a time, readers
// beside it. Blocks: disk. Owns: HOME/centre.db, HOME/keys, HOME/lock. Errors: refused home_in_use, home_absent; those
// of database.h and keys.
#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "api/protocol/central_api.h"
#include "api/protocol/held.h"
#include "base/clock.h"
#include "base/ids.h"
#include "base/net/http.h"
#include "base/result.h"

namespace kiosk::central {

struct InstanceSaid;
struct NodeRef {  // who speaks, after its certificate was looked up
  std::string node, branch;
  crypto::PublicKey sign_key{}, box_key{};
};

struct LedgerRow {
  std::string id, branch, node, epoch, kind, verdict, reason;
  std::int64_t seq = 0;
  WallTime at{}, received_at{};
};

struct BranchNotice {
  std::string branch;
  protocol::FeedNotice notice;
};
struct ErasureRequest {                      // a person has withdrawn a consent at a branch
  std::string branch, masked_name, purpose;  // no name: the centre does not know the person
  WallTime at{};
};

struct Seed {
  int participants = 200;
  std::uint64_t seed = 1;
  std::string branch;  // empty: people without a branch that keeps them
};
struct SeededOfficer {
  std::string number, role, name, pin;
};
struct Seeded {
  std::vector<domain::Participant> participants;
  std::vector<domain::Service> services;
  std::vector<SeededOfficer> officers;
};

class Centre {
 public:
  struct Options {
    std::string home;
    const Clock* clock = nullptr;
    Random* random = nullptr;
    std::string store;   // postgresql://...; empty: SQLite in the home
    bool create = true;  // false: refused home_absent when there is none
    bool serve = false;  // holds the home's lock
    bool allow_key_file = true;
    std::string vfs;       // fault-injection shim of the SQLite store; empty: the default
    int person_days = 30;  // a branch keeps whom it served so long after the last time
  };
  static Result<std::unique_ptr<Centre>> open(const Options& options);
  ~Centre();

  // -- operators --
  // Alone, one-time, valid for seven days. `zone`: of a branch that is new.
  Result<std::string> make_code(const std::string& branch, const Zone& zone = {});
  // What is the branch's own; refused branch_unknown. What is not named stays; the branch is told.
  struct PlaceChange {
    std::optional<Zone> zone;
    std::optional<domain::Week> week;
    std::vector<Date> holidays, no_holidays;
  };
  Result<domain::BranchPlace> place(const std::string& branch);
  Result<domain::BranchPlace> set_place(const std::string& branch, const PlaceChange& change);
  Result<Seeded> seed(const Seed& seed);  // existing people and accounts stay as they are
  Result<Done> each_event(const std::string& branch, const std::function<void(const LedgerRow&)>& row);
  Result<protocol::FeedPerson> participant(const domain::PersonId& person);  // refused person_unknown
  Result<domain::Account> block(const domain::PersonId& person);
  Result<domain::Account> unblock(const domain::PersonId& person);
  // A field of the person's record: name birth birth_place mother sex citizenship phone address data_current. False: it
  // had this value. Errors: bad_input field_unknown and those of the field's rule. The old value is kept sealed only.
  Result<bool> correct(const domain::PersonId& person, const std::string& field, const std::string& value);
  // At `branch`, or, when that is empty, the one branch that keeps the person: refused branch_needed. Returns its id.
  Result<protocol::Appointment> appoint(const domain::PersonId& person, const std::string& branch,
                                        const std::string& service, WallTime at);
  // The same, at a time as it is told by the clock of that branch.
  using LocalTime = std::function<Result<WallTime>(const Zone&)>;
  Result<protocol::Appointment> appoint_local(const domain::PersonId& person, const std::string& branch,
                                              const std::string& service, const LocalTime& at);
  // From now on his acts do not hold; the branch is told. Refused officer_unknown.
  Result<Done> end_officer(const std::string& branch, const std::string& number);
  // Forward only: refused stage_passed. Refused review_missing while an officer of the branch must still see the claim.
  Result<domain::Stage> advance(const std::string& claim, domain::Stage stage);
  Result<Done> revoke(const std::string& node);
  Result<Done> set_reference(const domain::PersonId& person, const domain::FaceTemplate& reference);
  // Refused rule_of_branch for the former utc_offset_min, which is a branch's own zone now.
  Result<Done> set_rule(const std::string& key, const std::string& value, Date from);
  // For the branch's waiting room; the id is made here, and without from_ms it begins now. Returns it as it stands.
  // Errors: those of domain::check_notice; refused branch_unknown, too_many_notices.
  Result<protocol::FeedNotice> add_notice(const std::string& branch, protocol::FeedNotice notice);
  Result<std::vector<BranchNotice>> notices(const std::string& branch);  // not ended; empty: of all branches
  Result<Done> remove_notice(const Uuid& id);                            // refused unknown_notice
  Result<std::vector<ErasureRequest>> erasures();                        // oldest first

  // -- the wire --
  const std::string& ca_pem() const;
  WallTime now() const;  // by the centre's clock
  // A server certificate of its own for this run, for these names and addresses.
  Result<net::TlsIdentity> server_identity(const std::vector<std::string>& names);
  Result<protocol::EnrolReply> enrol(const protocol::EnrolRequest& request);
  // Errors: refused csr_not_bound.
  Result<protocol::RenewReply> renew(const NodeRef& node, const protocol::RenewRequest& request);
  // The node whose certificate this is. Refused node_unknown, node_revoked.
  Result<NodeRef> node_of(const net::Peer& peer);
  Result<std::variant<protocol::PushReply, protocol::PushRefusal>> push(const NodeRef& node,
                                                                        const protocol::PushRequest& request);
  // instances.h: that no two running copies of a node's data speak. Refused superseded, clone.
  Result<Done> check_instance(const NodeRef& node, const InstanceSaid& said);
  // What is held of a node, given back to it after a restore. Refused epoch_unknown, event_unknown.
  Result<protocol::HeldChains> held_chains(const NodeRef& node);
  Result<protocol::HeldEvents> held_events(const NodeRef& node, const std::string& epoch, std::int64_t after,
                                           int limit);
  // For what carries no certificate (a sealed export): refused node_unknown unless this key is the node's,
  // node_revoked.
  Result<NodeRef> node_named(const std::string& node, const crypto::PublicKey& sign_key);
  protocol::ImportReceipt sign(protocol::ImportReceipt receipt) const;
  Result<protocol::BlobState> blob_state(const NodeRef& node, const std::string& hash);
  struct BlobPart {
    std::string hash, kind;
    std::int64_t offset = 0, size = 0;
    Bytes wrap;
    ByteView data;
  };
  // Bytes elsewhere than at the end of what is there change nothing; the answer says where to go on.
  // Errors: refused blob_changed when the whole does not have its name (it starts again from nothing).
  Result<protocol::BlobState> put_blob(const NodeRef& node, const BlobPart& part);
  // From that byte on, at least one and at most `limit` of a whole blob of the node's branch, whichever of its nodes
  // sent it; the key is wrapped for the node that asks. Refused blob_unknown.
  struct HeldPiece {
    protocol::BlobPiece piece;
    Bytes data;
  };
  Result<HeldPiece> blob_piece(const NodeRef& node, const std::string& hash, std::int64_t offset, std::int64_t limit);
  Result<Bytes> open_blob(const std::string& node,
                          const std::string& hash);  // complete ones, for officers at the centre
  // Items after the cursor, sealed for this node; empty when there is nothing new.
  Result<protocol::FeedReply> feed(const NodeRef& node, std::int64_t after, int limit);
  // Whom branches no longer need to know: each is told to forget. Returns how many. Open claims, blocked accounts and
  // appointments keep a person there.
  Result<int> forget_expired();
  Result<protocol::FoundPerson> find(const NodeRef& node, const protocol::FindPerson& request);
  // Waits until feeds grew, in this process or another's, and says of which branches. For one caller.
  std::vector<std::string> wait_grown(Millis at_most);

 private:
  Centre();
  struct Impl;
  std::unique_ptr<Impl> impl_;
  friend struct Impl;
};

}  // namespace kiosk::central
