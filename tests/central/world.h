// A centre with its routes on loopback, and nodes that speak to it as real ones do: mutual TLS, sealed records, chains.
// Every request and answer is held against the OpenAPI file. The centre's clock moves only when told, but starts at the
// system's time, because OpenSSL checks certificates against that.
#pragma once
#include <doctest/doctest.h>

#include <cstdlib>
#include <memory>
#include <string>

#include "api/protocol/enrol_code.h"
#include "api/protocol/payload.h"
#include "base/net/http.h"
#include "base/net/pki.h"
#include "central/centre.h"
#include "central/service.h"
#include "tests/api/protocol/json_schema.h"
#include "tests/support/wait_until.h"
#include "tests/tools/postgres/postgres_server.h"

namespace kiosk::test {

struct TempDir {
  TempDir() {
    crypto::init();  // the first thing every world needs
    char t[] = "/tmp/kiosk-central-XXXXXX";
    path = ::mkdtemp(t);
  }
  ~TempDir() {
    if (std::system(("rm -rf '" + path + "'").c_str()) != 0) std::abort();
  }
  std::string path;
};

inline const JsonSchema& central_schema() {
  static const auto s = JsonSchema::of("central");
  return s;
}

template <class T>
T must(Result<T> r) {
  REQUIRE_MESSAGE(r.ok(), (r.ok() ? "" : r.fault().code + " " + r.fault().field + " " + r.fault().detail));
  return std::move(r).value();
}

// Sends, and judges both bodies. KIOSK_RECORD names a file where they are kept for an outside judge.
net::Reply exchange(net::Client& client, const net::Call& call);

class TestNode {
 public:
  TestNode(std::string url, std::string branch_code);
  // The first contact, as a node makes it: fetch the CA unverified, compare with the code, then trust only it.
  net::Reply enrol();
  net::Reply enrol(const protocol::EnrolRequest& request);
  protocol::EnrolRequest enrol_request();
  void take(const net::Reply& enrolled);

  // Appends to the chain without sending.
  void add(const std::string& kind, const std::string& payload = {}, const std::string& subject = {},
           WallTime at = from_ms(1'795'000'000'000), const std::string& officer = {});
  protocol::PushRequest batch(std::size_t from, std::size_t to) const;  // events [from, to), from 0
  net::Reply push(const protocol::PushRequest& request, bool compress = false);
  protocol::PushReply push_all();  // what is not acknowledged; must succeed
  protocol::PushRefusal refused(const protocol::PushRequest& request);
  protocol::FeedReply feed(std::int64_t after, int wait_s = 0, int limit = 200);  // opened
  net::Reply put_blob(const std::string& hash, ByteView part, std::int64_t offset, std::int64_t size,
                      const Bytes& wrap);
  net::Reply blob_bytes(const std::string& hash, std::int64_t offset, std::int64_t limit = 262'144);
  protocol::BlobState blob_state(const std::string& hash);
  net::Reply get(const std::string& path);
  net::Reply post(const std::string& path, const std::string& body, bool compress = false);
  void sign(protocol::PushRequest& request) const;

  std::string url, code, branch = "LOCAL", node, epoch = "00000000000000e1";
  crypto::KeyRing keys;
  std::vector<events::Sealed> events;
  std::size_t acknowledged = 0;
  protocol::EnrolReply enrolled;
  net::TlsIdentity tls;
  std::optional<crypto::Key> shared;
  std::unique_ptr<net::Client> client;
  static SystemRandom random;
};

// Where the centre of a world keeps its facts, by KIOSK_TEST_STORE: "" for SQLite in the home, or a schema of its own
// on the server that the tests start once.
std::string fresh_store();
std::string fresh_schema();            // always on the server
tools::PostgresServer& test_server();  // started at the first use; fails the case where PostgreSQL is not installed

struct World {
  explicit World(int participants = 40, const std::string& branch = "JKT01");
  TestNode enrolled(const std::string& branch = "JKT01");
  std::string url() const { return "https://127.0.0.1:" + std::to_string(port); }

  TempDir home;
  std::string store = fresh_store();
  FakeClock clock{real_clock().now()};
  SystemRandom random;
  std::unique_ptr<central::Centre> centre;
  central::Seeded seeded;
  std::unique_ptr<central::Service> service;
  int port = 0;
};

// A claim of a seeded person that the rules accept.
protocol::ClaimPayload claim_of(const domain::Participant& p, const std::string& cause = "USIA56");
// Seeded people of 56 and more whose claim the rules accept, in their order.
std::vector<domain::Participant> may_claim(const central::Seeded& seeded);

}  // namespace kiosk::test
