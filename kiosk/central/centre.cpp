#include "central/centre.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "api/protocol/enrol_code.h"
#include "central/centre_impl.h"
#include "central/database_postgres.h"

namespace kiosk::central {

namespace {

constexpr auto day = std::chrono::hours(24);
constexpr Millis code_life = 7 * day, node_certificate_life = 90 * day, server_certificate_life = 90 * day;
constexpr Millis ca_life = 3650 * day, backdate = std::chrono::hours(24);  // clocks of nodes may lag

constexpr std::string_view q_meta = "SELECT value FROM meta WHERE key = ?1";
constexpr std::string_view q_set_meta =
    "INSERT INTO meta (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = ?2";
constexpr std::string_view q_first_meta = "INSERT INTO meta (key, value) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
constexpr std::string_view q_branch = "SELECT name FROM branch WHERE code = ?1";
constexpr std::string_view q_add_code =
    "INSERT INTO enrol_code (hash, branch, made_at, expires_at) VALUES (?1, ?2, ?3, ?4)";
constexpr std::string_view q_code = "SELECT branch, expires_at, used_at, node FROM enrol_code WHERE hash = ?1";
constexpr std::string_view q_use_code = "UPDATE enrol_code SET used_at = ?2, node = ?3 WHERE hash = ?1";
constexpr std::string_view q_put_node =
    "INSERT INTO node (node, branch, sign_key, box_key, enrolled_at, certificate_until, serial) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (node) DO UPDATE SET box_key = ?4, enrolled_at = ?5, "
    "certificate_until = ?6, serial = ?7";
constexpr std::string_view q_node = "SELECT branch, sign_key, box_key, revoked_at FROM node WHERE node = ?1";
constexpr std::string_view q_renew = "UPDATE node SET certificate_until = ?2, serial = ?3 WHERE node = ?1";
constexpr std::string_view q_revoke = "UPDATE node SET revoked_at = ?2 WHERE node = ?1 AND revoked_at IS NULL";

// With the facts on a server the home holds only the lock and, where they are allowed, the keys.
Result<Done> make_home(const std::string& home, bool create, bool facts_elsewhere) {
  if (home.empty()) return bad_input("home_missing", "home", "a folder is needed");
  struct stat st {};
  if (::stat((facts_elsewhere ? home : home + "/centre.db").c_str(), &st) == 0) return Done{};
  if (!create) return refused("home_absent", "no centre has its home there; seed or run makes one", "home");
  for (std::size_t at = 1; at <= home.size(); ++at) {
    if (at < home.size() && home[at] != '/') continue;
    const std::string part = home.substr(0, at);
    if (::mkdir(part.c_str(), at == home.size() ? 0700 : 0755) != 0 && errno != EEXIST)
      return refused("home_unwritable", std::strerror(errno), "home");
  }
  return Done{};
}

}  // namespace

Result<Bytes> meta_get(Db& db, std::string_view key) {
  auto& q = db.prepared(q_meta).bind_all(key);
  TRY(const bool there, q.step());
  Bytes value = there ? q.blob(0) : Bytes();
  q.reset();
  return value;
}
Result<Done> meta_set(Db& db, std::string_view key, ByteView value) {
  return db.prepared(q_set_meta).bind_all(key, value).run();
}

Result<crypto::Key> shared_key(const crypto::KeyRing& keys, const NodeRef& node) {
  return keys.box.shared_with(node.box_key);
}

crypto::Hash to_hash(const Bytes& b) {
  crypto::Hash h{};
  if (b.size() == h.size()) std::copy(b.begin(), b.end(), h.begin());
  return h;
}

Date add_working_days(Date from, int days) {
  Date d = from;
  while (days > 0) {
    d = d.plus_days(1);
    const int weekday = ((Date().days_until(d) + 4) % 7 + 7) % 7;  // 1970-01-01 was a Thursday; 0 is Sunday
    if (weekday != 0 && weekday != 6) --days;
  }
  return d;
}

Centre::Centre() : impl_(std::make_unique<Impl>()) {}
Centre::~Centre() = default;

Centre::Impl::~Impl() {
  store.reset();
  if (lock_fd >= 0) ::close(lock_fd);
}

Result<Done> Centre::Impl::lock_home() {
  const std::string file = options.home + "/lock";
  lock_fd = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (lock_fd < 0) return refused("home_unwritable", std::strerror(errno), "home");
  if (::flock(lock_fd, LOCK_EX | LOCK_NB) != 0)
    return refused("home_in_use", "another kiosk-central runs on this home", "home");
  return Done{};
}

Result<Done> Centre::Impl::first_start() {
  // Two instances may start on an empty store at once: the second to write its authority takes the first one's.
  const auto done = write([&](Db& db) -> Result<Done> {
    TRY(Bytes certificate, meta_get(db, "ca_certificate"));
    if (certificate.empty()) {
      TRY(const auto made, net::make_authority("Kiosk Central CA", now() - backdate, now() + ca_life));
      TRY_DONE(db.prepared(q_first_meta).bind_all("ca_certificate", as_bytes(made.certificate_pem)).run());
      if (db.changes() > 0)
        TRY_DONE(meta_set(db, "ca_key", keys.data.seal(as_bytes(made.key_pem.reveal()), as_bytes("meta.ca_key"))));
      TRY(certificate, meta_get(db, "ca_certificate"));
    }
    TRY(const Bytes sealed_key, meta_get(db, "ca_key"));
    auto key = keys.data.open(sealed_key, as_bytes("meta.ca_key"));
    if (!key) return damaged("keys_mismatch", "the keys are not those that sealed this home");
    ca.certificate_pem = as_text(certificate);
    ca.key_pem = SecretString(std::string(as_text(*key)));
    wipe(*key);
    return name_zones(db);
  });
  if (!done) return done;
  TRY(const auto facts, net::read_certificate(ca.certificate_pem));
  ca_fingerprint = facts.fingerprint;
  return Done{};
}

Result<std::unique_ptr<Centre>> Centre::open(const Options& options) {
  crypto::init();
  if (!options.store.empty() && !is_postgres(options.store))
    return bad_input("store_invalid", "store", "postgresql://..., or nothing for SQLite in the home");
  TRY_DONE(make_home(options.home, options.create, !options.store.empty()));
  std::unique_ptr<Centre> centre(new Centre());
  Impl& d = *centre->impl_;
  d.options = options;
  if (options.serve) TRY_DONE(d.lock_home());
  TRY(d.keys, crypto::load_keys(options.home, options.allow_key_file, options.create));
  if (options.store.empty()) {
    TRY(d.store, open_sqlite(options.home + "/centre.db", options.vfs));
  } else {
    TRY(d.store, open_postgres(options.store, options.create));
  }
  TRY_DONE(d.first_start());
  return centre;
}

WallTime Centre::now() const { return impl_->now(); }
const std::string& Centre::ca_pem() const { return impl_->ca.certificate_pem; }

Result<net::TlsIdentity> Centre::server_identity(const std::vector<std::string>& names) {
  net::TlsIdentity id;
  id.key_pem = net::make_key();
  TRY(const std::string csr, net::make_csr(id.key_pem, "kiosk-central", {}));
  const net::CertificateWish wish{
      "kiosk-central", true, names, {}, impl_->now() - backdate, impl_->now() + server_certificate_life};
  TRY(id.certificate_pem, net::sign_csr(impl_->ca, csr, wish));
  id.ca_pem = impl_->ca.certificate_pem;
  return id;
}

Result<std::string> Centre::make_code(const std::string& branch, const Zone& zone) {
  if (!protocol::is_branch_code(branch)) return bad_input("branch_invalid", "branch", "2 to 16 of A-Z and 0-9");
  std::uint8_t random[10];
  impl_->options.random->fill(random);
  const auto code = protocol::make_enrol_code(branch, random, impl_->ca_fingerprint);
  const auto kept = impl_->write([&](Db& db) -> Result<Done> {
    TRY_DONE(impl_->add_branch(db, branch, branch, zone));
    const auto now = impl_->now();
    return db.prepared(q_add_code)
        .bind_all(ByteView(impl_->keys.index.blind_index("code:" + code.text)), branch, to_ms(now),
                  to_ms(now + code_life))
        .run();
  });
  if (!kept) return kept.fault();
  return code.text;
}

Result<protocol::EnrolReply> Centre::enrol(const protocol::EnrolRequest& r) {
  Impl& d = *impl_;
  TRY(const auto code, protocol::parse_enrol_code(r.code));
  crypto::PublicKey sign_key{};
  crypto::Signature proof{};
  std::copy(r.sign_key.begin(), r.sign_key.end(), sign_key.begin());
  std::copy(r.proof.begin(), r.proof.end(), proof.begin());
  if (!crypto::verify(sign_key, as_bytes(r.code + r.csr_pem), proof))
    return refused("proof_invalid", "signed by the event key over code and request", "proof");
  TRY(const auto csr, net::read_csr(r.csr_pem));
  const std::string urn = std::string(net::event_key_urn) + to_hex(sign_key);
  if (csr.uris != std::vector<std::string>{urn})
    return refused("csr_not_bound", "the request's only URI must be " + std::string(net::event_key_urn) + "<key>",
                   "csr_pem");
  const auto box = to_hash(r.box_key);
  if (!d.keys.box.shared_with(box)) return refused("weak_key", "a proper X25519 key", "box_key");
  return d.write([&](Db& db) -> Result<protocol::EnrolReply> {
    const auto hash = d.keys.index.blind_index("code:" + code.text);
    auto& q = db.locking(q_code).bind_all(ByteView(hash));
    TRY(const bool known, q.step());
    const std::string branch = known ? q.text(0) : "";
    const bool expired = known && from_ms(q.integer(1)) < d.now();
    const bool used = known && !q.is_null(2);
    const std::string used_by = known ? q.text(3) : "";
    q.reset();
    if (!known) return refused("code_unknown", "ask the centre for a new code", "code");
    // The same node may ask again with the same key: its first answer was lost on the way.
    if (used && used_by != r.node) return refused("code_used", "a code enrols one node; ask for a new one", "code");
    if (expired) return refused("code_expired", "ask the centre for a new code", "code");
    auto& n = db.locking(q_node).bind_all(r.node);
    TRY(const bool enrolled, n.step());
    const bool same_key = enrolled && n.blob(1) == r.sign_key && n.text(0) == branch;
    const bool revoked = enrolled && !n.is_null(3);
    n.reset();
    if (revoked) return refused("node_revoked", {}, "node");
    if (enrolled && !same_key) return refused("node_taken", "a node of this name has another key or branch", "node");
    const net::CertificateWish wish{r.node, false, {}, {urn}, d.now() - backdate, d.now() + node_certificate_life};
    protocol::EnrolReply reply;
    TRY(reply.certificate_pem, net::sign_csr(d.ca, r.csr_pem, wish));
    TRY(const auto facts, net::read_certificate(reply.certificate_pem));
    TRY_DONE(db.prepared(q_put_node)
                 .bind_all(r.node, branch, r.sign_key, r.box_key, to_ms(d.now()), to_ms(wish.not_after), facts.serial)
                 .run());
    TRY_DONE(db.prepared(q_use_code).bind_all(ByteView(hash), to_ms(d.now()), r.node).run());
    auto& b = db.prepared(q_branch).bind_all(branch);
    TRY(const bool branch_there, b.step());
    if (branch_there) reply.branch_name = b.text(0);
    b.reset();
    TRY(const auto place, d.place_of(db, branch));
    if (place) {
      reply.place = protocol::said_of(*place);
      reply.utc_offset_min = static_cast<int>(place->zone.offset(d.now()).count());
    }
    reply.branch = branch;
    reply.node = r.node;
    reply.ca_pem = d.ca.certificate_pem;
    reply.certificate_until_ms = to_ms(wish.not_after);
    const auto& receipt = d.keys.signing.public_key();
    const auto& own_box = d.keys.box.public_key();
    reply.receipt_key.assign(receipt.begin(), receipt.end());
    reply.box_key.assign(own_box.begin(), own_box.end());
    return reply;
  });
}

Result<protocol::RenewReply> Centre::renew(const NodeRef& node, const protocol::RenewRequest& r) {
  Impl& d = *impl_;
  TRY(const auto csr, net::read_csr(r.csr_pem));
  const std::string urn = std::string(net::event_key_urn) + to_hex(node.sign_key);
  if (csr.uris != std::vector<std::string>{urn})
    return refused("csr_not_bound", "the request's only URI must be that of the present certificate", "csr_pem");
  const net::CertificateWish wish{node.node, false, {}, {urn}, d.now() - backdate, d.now() + node_certificate_life};
  protocol::RenewReply reply;
  TRY(reply.certificate_pem, net::sign_csr(d.ca, r.csr_pem, wish));
  reply.certificate_until_ms = to_ms(wish.not_after);
  TRY(const auto facts, net::read_certificate(reply.certificate_pem));
  TRY_DONE(d.write([&](Db& db) -> Result<Done> {
    return db.prepared(q_renew).bind_all(node.node, to_ms(wish.not_after), facts.serial).run();
  }));
  return reply;
}

Result<NodeRef> Centre::node_of(const net::Peer& peer) {
  return impl_->read([&](Db& db) -> Result<NodeRef> {
    auto& q = db.prepared(q_node).bind_all(peer.common_name);
    TRY(const bool there, q.step());
    NodeRef n;
    bool revoked = false;
    if (there) {
      n = {peer.common_name, q.text(0), to_hash(q.blob(1)), to_hash(q.blob(2))};
      revoked = !q.is_null(3);
    }
    q.reset();
    const std::string urn = std::string(net::event_key_urn) + to_hex(n.sign_key);
    if (!there || !peer.certificate || peer.uris != std::vector<std::string>{urn})
      return refused("node_unknown", "no node is enrolled with this certificate");
    if (revoked) return refused("node_revoked", "the centre has withdrawn this node's right");
    return n;
  });
}

Result<Done> Centre::revoke(const std::string& node) {
  return impl_->write([&](Db& db) -> Result<Done> {
    TRY_DONE(db.prepared(q_revoke).bind_all(node, to_ms(impl_->now())).run());
    if (db.changes() == 0) return refused("node_unknown", "no such node that is not yet revoked", "node");
    return Done{};
  });
}

}  // namespace kiosk::central
