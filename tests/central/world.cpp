#include "world.h"

#include <sys/stat.h>

#include "domain/claims/claim.h"
#include "events/blob.h"
#include "tests/support/wait_until.h"

// libpqxx 6.4 loses the empty result of a query whose connection broke (make_result asks the dead connection first).
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() {
  return "leak:pqxx::connection_base::exec_prepared\nleak:pqxx::connection_base::register_prepared";
}

namespace kiosk::test {
namespace {

bool fits_path(const std::string& path, const std::string& pattern) {
  const auto brace = pattern.find('{');
  if (brace == std::string::npos) return path == pattern;
  const std::string behind = pattern.substr(pattern.find('}') + 1);
  return path.size() > brace + behind.size() && path.starts_with(pattern.substr(0, brace)) && path.ends_with(behind) &&
         path.find('/', brace) >= path.size() - behind.size();
}

// An answer of bytes: its length and each of its headers. Empty: nothing is wrong with it.
std::string judge_bytes(const std::string& path, const net::Reply& reply) {
  for (const auto& [pattern, item] : central_schema().document().at("paths").items()) {
    if (!fits_path(path.substr(0, path.find('?')), pattern) || !item.contains("get")) continue;
    const Json& answer = item.at("get").at("responses").at("200");
    if (!answer.at("content").contains("application/octet-stream")) return "not bytes";
    const Json& schema = answer.at("content").at("application/octet-stream").at("schema");
    if (reply.body.size() > schema.at("maxLength").get<std::size_t>()) return "too long";
    for (const auto& [name, header] : answer.at("headers").items()) {
      std::string key = name;
      for (char& c : key) c = static_cast<char>(std::tolower(c));
      if (!reply.headers.contains(key)) return "no header " + name;
      const auto wrong = central_schema().check(header.at("schema"), reply.headers.at(key), name);
      if (!wrong.empty()) return wrong;
    }
    return "";
  }
  return "no such path";
}

std::string schema_of(const std::string& method, const std::string& path, int status, bool request) {
  const auto bare = path.substr(0, path.find('?'));
  const Json& paths = central_schema().document().at("paths");
  for (const auto& [pattern, item] : paths.items()) {
    if (!fits_path(bare, pattern)) continue;
    std::string m = method;
    for (char& c : m) c = static_cast<char>(std::tolower(c));
    if (!item.contains(m)) return "";
    const Json& op = item.at(m);
    const Json* body = nullptr;
    if (request) {
      if (!op.contains("requestBody") || !op.at("requestBody").at("content").contains("application/json")) return "";
      body = &op.at("requestBody");
    } else {
      const auto& answers = op.at("responses");
      const auto code = std::to_string(status);
      body = &(answers.contains(code) ? answers.at(code) : answers.at("default"));
    }
    if (!body->at("content").contains("application/json")) return "";
    const auto ref = body->at("content").at("application/json").at("schema").at("$ref").get<std::string>();
    return ref.substr(ref.rfind('/') + 1);
  }
  return "";
}

void record(const std::string& component, const std::string& body) {
  const char* file = std::getenv("KIOSK_RECORD");
  if (!file) return;
  std::ofstream out(file, std::ios::app);
  out << component << '\t' << body << '\n';
}

}  // namespace

net::Reply exchange(net::Client& client, const net::Call& call) {
  const auto reply = must(client.send(call));
  if (const auto type = reply.headers.find("content-type");
      type != reply.headers.end() && type->second == "application/octet-stream") {
    CHECK(judge_bytes(call.path, reply) == "");
    return reply;
  }
  const auto answer = schema_of(call.method, call.path, reply.status, false);
  REQUIRE_MESSAGE(answer != "", call.path);
  CHECK_MESSAGE(central_schema().judge_text(answer, reply.body) == "", reply.body);
  record(answer, reply.body);
  const auto asked = schema_of(call.method, call.path, 0, true);
  // A request that was meant to be refused need not fit.
  if (asked != "" && reply.status == 200) {
    CHECK(central_schema().judge_text(asked, call.body) == "");
    record(asked, call.body);
  }
  return reply;
}

SystemRandom TestNode::random;

TestNode::TestNode(std::string u, std::string branch_code) : url(std::move(u)), code(std::move(branch_code)) {
  std::uint8_t b[8];
  random.fill(b);
  node = to_hex(b);
}

protocol::EnrolRequest TestNode::enrol_request() {
  tls.key_pem = net::make_key();
  protocol::EnrolRequest r;
  r.code = code;
  r.csr_pem =
      must(net::make_csr(tls.key_pem, node, {std::string(net::event_key_urn) + to_hex(keys.signing.public_key())}));
  r.sign_key.assign(keys.signing.public_key().begin(), keys.signing.public_key().end());
  r.box_key.assign(keys.box.public_key().begin(), keys.box.public_key().end());
  r.node = node;
  r.epoch = epoch;
  const auto proof = keys.signing.sign(as_bytes(r.code + r.csr_pem));
  r.proof.assign(proof.begin(), proof.end());
  return r;
}

net::Reply TestNode::enrol() { return enrol(enrol_request()); }

net::Reply TestNode::enrol(const protocol::EnrolRequest& request) {
  net::Client::Options first{.base = url};
  first.verify = false;
  net::Client stranger(first);
  net::Call ask;
  ask.path = "/v1/ca";
  const auto ca = must(protocol::decode<protocol::CaReply>(exchange(stranger, ask).body));
  const auto parsed = must(protocol::parse_enrol_code(code));
  REQUIRE(protocol::code_knows_ca(parsed, must(net::read_certificate(ca.ca_pem)).fingerprint));
  net::TlsIdentity trust;
  trust.ca_pem = ca.ca_pem;
  net::Client::Options second{.base = url};
  second.tls = &trust;
  net::Client known(second);
  net::Call call;
  call.method = "POST";
  call.path = "/v1/enrol";
  call.body = protocol::encode(request);
  const auto reply = exchange(known, call);
  if (reply.status == 200) take(reply);
  return reply;
}

void TestNode::take(const net::Reply& reply) {
  enrolled = must(protocol::decode<protocol::EnrolReply>(reply.body));
  branch = enrolled.branch;
  tls.certificate_pem = enrolled.certificate_pem;
  tls.ca_pem = enrolled.ca_pem;
  REQUIRE(net::key_matches(tls.key_pem, tls.certificate_pem));
  crypto::PublicKey box{};
  std::copy(enrolled.box_key.begin(), enrolled.box_key.end(), box.begin());
  shared.emplace(must(keys.box.shared_with(box)));
  net::Client::Options o{.base = url};
  o.tls = &tls;
  o.timeout = Millis{60'000};
  client = std::make_unique<net::Client>(o);
}

void TestNode::add(const std::string& kind, const std::string& payload, const std::string& subject, WallTime at,
                   const std::string& officer) {
  static IdSource ids(real_clock(), random);
  events::Draft d;
  d.header.id = ids.next();
  d.header.branch = branch;
  d.header.node = node;
  d.header.epoch = epoch;
  d.header.seq = static_cast<std::int64_t>(events.size()) + 1;
  d.header.kind = kind;
  d.header.at = at;
  d.header.subject = subject;
  d.header.officer = officer;
  d.payload = payload;
  events.push_back(events::seal(d, events.empty() ? crypto::Hash{} : events.back().head, keys));
}

protocol::PushRequest TestNode::batch(std::size_t from, std::size_t to) const {
  protocol::PushRequest r;
  r.epoch = epoch;
  r.first_seq = static_cast<std::int64_t>(from) + 1;
  if (from > 0) r.previous = events.at(from - 1).head;
  for (std::size_t i = from; i < to; ++i) {
    const auto& e = events.at(i);
    r.events.push_back({e.header, e.ciphertext, must(events::wrap_for_centre(e, keys.data, *shared))});
  }
  r.signature = events.at(to - 1).signature;
  return r;
}

void TestNode::sign(protocol::PushRequest& r) const {
  crypto::Hash head = r.previous;
  for (const auto& e : r.events) head = events::chain_head(head, e.header, e.ciphertext);
  r.signature = keys.signing.sign(head);
}

net::Reply TestNode::push(const protocol::PushRequest& request, bool compress) {
  return post("/v1/events", protocol::encode(request), compress);
}

protocol::PushReply TestNode::push_all() {
  const auto reply = push(batch(acknowledged, events.size()), true);
  REQUIRE_MESSAGE(reply.status == 200, reply.body);
  auto r = must(protocol::decode<protocol::PushReply>(reply.body));
  crypto::PublicKey receipt{};
  std::copy(enrolled.receipt_key.begin(), enrolled.receipt_key.end(), receipt.begin());
  CHECK(events::check_ack(r.ack, receipt));
  CHECK(r.ack.seq == static_cast<std::int64_t>(events.size()));
  CHECK(r.ack.head == events.back().head);
  acknowledged = events.size();
  return r;
}

protocol::PushRefusal TestNode::refused(const protocol::PushRequest& request) {
  const auto reply = push(request);
  REQUIRE_MESSAGE(reply.status == 409, reply.body);
  return must(protocol::decode<protocol::PushRefusal>(reply.body));
}

protocol::FeedReply TestNode::feed(std::int64_t after, int wait_s, int limit) {
  const auto reply = get("/v1/feed?after=" + std::to_string(after) + "&wait_s=" + std::to_string(wait_s) +
                         "&limit=" + std::to_string(limit));
  REQUIRE_MESSAGE(reply.status == 200, reply.body);
  auto f = must(protocol::decode<protocol::FeedReply>(reply.body));
  static const std::map<std::string, std::string> bodies = {
      {"rules", "RuleBook"},        {"services", "Services"},          {"notices", "FeedNotices"},
      {"officers", "FeedOfficers"}, {"person", "FeedPerson"},          {"person_gone", "FeedGone"},
      {"account", "FeedAccount"},   {"claim_stage", "FeedClaimStage"}, {"verdict", "FeedVerdict"}};
  for (auto& item : f.items) {
    const bool personal =
        item.kind == "person" || item.kind == "account" || item.kind == "officers" || item.kind == "person_gone";
    CHECK(item.sealed == personal);
    item = must(protocol::open_item(item, *shared));
    CHECK_MESSAGE(central_schema().judge_text(bodies.at(item.kind), item.body) == "", item.kind);
    record(bodies.at(item.kind), item.body);
  }
  return f;
}

net::Reply TestNode::put_blob(const std::string& hash, ByteView part, std::int64_t offset, std::int64_t size,
                              const Bytes& wrap) {
  net::Call call;
  call.method = "PUT";
  call.path =
      "/v1/blobs/" + hash + "?offset=" + std::to_string(offset) + "&size=" + std::to_string(size) + "&kind=photo";
  call.body = as_text(part);
  call.type = "application/octet-stream";
  call.headers.emplace_back("X-Kiosk-Wrap", to_base64(wrap));
  return exchange(*client, call);
}

net::Reply TestNode::blob_bytes(const std::string& hash, std::int64_t offset, std::int64_t limit) {
  return get("/v1/blobs/" + hash + "/bytes?offset=" + std::to_string(offset) + "&limit=" + std::to_string(limit));
}

protocol::BlobState TestNode::blob_state(const std::string& hash) {
  return must(protocol::decode<protocol::BlobState>(get("/v1/blobs/" + hash).body));
}

net::Reply TestNode::get(const std::string& path) {
  net::Call call;
  call.path = path;
  return exchange(*client, call);
}

net::Reply TestNode::post(const std::string& path, const std::string& body, bool compress) {
  net::Call call;
  call.method = "POST";
  call.path = path;
  call.body = body;
  call.compress = compress;
  return exchange(*client, call);
}

tools::PostgresServer& test_server() {
  static const TempDir folder;
  static std::unique_ptr<tools::PostgresServer> server;
  if (!server) {
    REQUIRE(::chmod(folder.path.c_str(), 0755) == 0);
    server = must(tools::PostgresServer::start(folder.path + "/postgres"));
  }
  return *server;
}

std::string fresh_schema() {
  static int made = 0;
  const std::string schema = "world_" + std::to_string(++made);
  auto& server = test_server();
  must(server.make_schema(schema));
  return server.url("postgres", schema);
}

std::string fresh_store() {
  const char* kind = std::getenv("KIOSK_TEST_STORE");
  return kind && std::string(kind) == "postgresql" ? fresh_schema() : "";
}

World::World(int participants, const std::string& branch) {
  central::Centre::Options o;
  o.store = store;
  o.home = home.path + "/centre";
  o.clock = &clock;
  o.random = &random;
  o.serve = true;
  centre = must(central::Centre::open(o));
  seeded = must(centre->seed({participants, 1, branch}));
  central::Service::Options so;
  service = std::make_unique<central::Service>(*centre, so);
  port = must(service->start());
}

TestNode World::enrolled(const std::string& branch) {
  TestNode n(url(), must(centre->make_code(branch)));
  const auto reply = n.enrol();
  REQUIRE_MESSAGE(reply.status == 200, reply.body);
  return n;
}

protocol::ClaimPayload claim_of(const domain::Participant& p, const std::string& cause) {
  protocol::ClaimPayload c;
  c.person = p.id.key();
  c.kpj = p.memberships.back().kpj.digits();
  c.name = p.name;
  c.birth = p.birth.iso();
  c.mother = p.mother;
  c.cause = cause;
  c.phone = p.phone;
  c.account = {"002", "123456789012345", p.name};
  c.face = "accept";
  c.gross = p.balance();
  c.net = p.balance();
  c.state = "saved";
  return c;
}

std::vector<domain::Participant> may_claim(const central::Seeded& seeded) {
  std::vector<domain::Participant> out;
  const Date day = Date::at(from_ms(1'795'000'000'000), std::chrono::minutes(420));
  const auto rules = must(domain::RuleBook::defaults().at(day));
  for (const auto& p : seeded.participants) {
    const auto e = domain::check_claim(&p, "USIA56", day, rules);
    if (e.eligible && e.channel == domain::Channel::Self) out.push_back(p);
  }
  return out;
}

}  // namespace kiosk::test
