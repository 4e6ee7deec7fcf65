#include <doctest/doctest.h>
#include <sys/stat.h>

#include <atomic>
#include <thread>

#include "api/protocol/branch_api.h"
#include "base/net/http.h"
#include "node/lan/branch_client.h"
#include "node/lan/server.h"
#include "node/lan/status.h"
#include "tests/node/lan/feed_branch.h"
#include "tests/support/temp_dir.h"

using namespace kiosk;
using namespace kiosk::test;
using verbs::Actor;

namespace {

const Actor kiosk_1{"kiosk-1", ""};

struct Served {
  explicit Served(verbs::Branch& b, int workers = 16) { start(b, workers); }
  ~Served() {
    client->close();
    server->stop();
  }
  void start(verbs::Branch& b, int workers = 16) {
    lan::Server::Options o;
    o.listen = "unix:" + lan::socket_of(home.path());
    o.max_workers = workers;
    server = std::make_unique<lan::Server>(b, o);
    REQUIRE(server->start().ok());
    if (!client) client = std::make_unique<lan::BranchClient>(lan::BranchClient::at_home(home.path()));
  }
  TempDir home;
  std::unique_ptr<lan::Server> server;
  std::unique_ptr<lan::BranchClient> client;
};

domain::PersonId somebody() { return domain::PersonId::from_key("passport:IND:K1234567").value(); }

// Every verb once; what each answered.
template <class V>
V empty() {
  if constexpr (std::is_same_v<V, verbs::PutBlob>) {
    return {"photo", as_bytes("x")};
  } else if constexpr (requires { V::blank(); }) {
    V asked = V::blank();
    asked.person = somebody();
    return asked;
  } else {
    return V{};
  }
}
std::vector<std::pair<std::string, Fault>> ask_all(verbs::Branch& b, const Actor& a) {
  std::vector<std::pair<std::string, Fault>> out;
  verbs::AllVerbs::each([&]<class V>() {
    if (V::verb.carriage == verbs::Carriage::Stream) return;
    auto result = b.ask(a, empty<V>());
    REQUIRE_FALSE(result.ok());
    out.emplace_back(V::verb.name, result.fault());
  });
  return out;
}

// Answers with full values, and waits for changes until it is told.
class FullBranch : public FeedBranch {
 public:
  Result<verbs::GetInfo::Reply> on(const Actor&, const verbs::GetInfo&) override {
    return verbs::NodeInfo{"JKT01", "00ff", "0.1.0", "Jakarta \"Pusat\"", true, from_ms(1'795'140'000'123),
                           420,     true,   "p"};
  }
  Result<verbs::LogIn::Reply> on(const Actor& a, const verbs::LogIn& asked) override {
    return verbs::SessionView{asked.pin.reveal() == "rahasia \x01 \"1\"" ? "token" : "",
                              {asked.number, "Ani", "ISO", {"call"}, {}, false},
                              a.terminal,
                              from_ms(5)};
  }
  Result<verbs::GetPhoto::Reply> on(const Actor&, const verbs::GetPhoto&) override {
    Bytes b(300'000);
    for (std::size_t i = 0; i < b.size(); ++i) b[i] = static_cast<std::uint8_t>(i * 7);
    return b;
  }
  Result<verbs::PutBlob::Reply> on(const Actor&, const verbs::PutBlob& asked) override {
    return asked.kind + "-" + std::to_string(asked.bytes.size());
  }
  Result<verbs::CallTicket::Reply> on(const Actor& a, const verbs::CallTicket& asked) override {
    domain::Ticket t;
    t.number = asked.number;
    t.service = "JHT";
    t.counter = asked.counter;
    t.officer = a.session;
    return t;
  }
};

}  // namespace

TEST_CASE("lan: the routes are the verbs of the contract, no more and no less") {
  ScriptedBranch b;
  TempDir home;
  lan::Server server(b, {.listen = "unix:" + lan::socket_of(home.path())});
  CHECK(server.verbs() == protocol::branch_verbs());
}

TEST_CASE("lan: every verb arrives with who asked, and every fault comes back as it was made") {
  ScriptedBranch b;
  Served s(b);
  const Actor actor{"counter-2", "session-token"};
  for (const auto kind : {FaultKind::Refused, FaultKind::BadInput, FaultKind::Unreachable, FaultKind::Damaged}) {
    b.next.kind = kind;
    for (const auto& [verb, fault] : ask_all(*s.client, actor)) {
      CAPTURE(verb);
      CHECK(fault.kind == kind);
      CHECK(fault.code == b.next.code);
      CHECK(fault.field == b.next.field);
      CHECK(fault.detail == b.next.detail);
    }
  }
  const auto asked = b.asked();
  const auto& names = protocol::branch_verbs();
  REQUIRE(asked.size() == 4 * names.size());
  for (std::size_t i = 0; i < asked.size(); ++i) {
    CHECK(asked[i].verb == names[i % names.size()]);
    CHECK(asked[i].actor.terminal == "counter-2");
    CHECK(asked[i].actor.session == "session-token");
  }
}

TEST_CASE("lan: values, secrets and raw bytes cross unchanged") {
  FullBranch b;
  Served s(b);
  const auto info = s.client->ask(kiosk_1, verbs::GetInfo{});
  REQUIRE(info.ok());
  CHECK(info->branch_name == "Jakarta \"Pusat\"");
  CHECK(to_ms(info->now) == 1'795'140'000'123);
  const auto session = s.client->ask(kiosk_1, verbs::LogIn{"1001", SecretString("rahasia \x01 \"1\"")});
  REQUIRE(session.ok());
  CHECK(session->session == "token");
  CHECK(session->officer.number == "1001");
  CHECK(s.client->ask(kiosk_1, verbs::GetPhoto{"aa"}).value() == b.ask(kiosk_1, verbs::GetPhoto{"aa"}).value());
  const Bytes photo(2'000'000, 9);
  CHECK(s.client->ask(kiosk_1, verbs::PutBlob{"ktp", photo}).value() == "ktp-2000000");
  CHECK(s.client->ask(kiosk_1, verbs::CallTicket{"3", "A-012"})->number == "A-012");
}

TEST_CASE("lan: a node that is not there is node_away, and after it starts again the next call works") {
  FullBranch b;
  Served s(b);
  REQUIRE(s.client->ask(kiosk_1, verbs::GetInfo{}).ok());
  s.server->stop();
  const auto away = s.client->ask(kiosk_1, verbs::GetInfo{});
  REQUIRE_FALSE(away.ok());
  CHECK(away.fault().kind == FaultKind::Unreachable);
  CHECK(away.fault().code == "node_away");
  s.start(b);
  CHECK(s.client->ask(kiosk_1, verbs::GetInfo{}).ok());
}

TEST_CASE("lan: the socket is for its own user only") {
  ScriptedBranch b;
  Served s(b);
  struct stat st {};
  REQUIRE(::stat(lan::socket_of(s.home.path()).c_str(), &st) == 0);
  CHECK((st.st_mode & 0777) == 0600);
}

TEST_CASE("lan: what is no message is refused with the field, and never reaches the branch") {
  ScriptedBranch b;
  Served s(b);
  net::Client raw({.base = "unix:" + lan::socket_of(s.home.path())});
  const auto post = [&](const char* verb, std::string body, const char* terminal = "kiosk-1") {
    net::Call c;
    c.method = "POST";
    c.path = std::string("/v1/") + verb;
    c.body = std::move(body);
    if (*terminal) c.headers.emplace_back("X-Kiosk-Terminal", terminal);
    const auto reply = raw.send(c);
    REQUIRE(reply.ok());
    const auto fault = protocol::fault_from_wire(reply->body);
    REQUIRE(fault.has_value());
    return std::pair(reply->status, *fault);
  };
  CHECK(post("issue_ticket", "{").second.code == "json_unreadable");
  CHECK(post("issue_ticket", "{}").second.code == "field_missing");
  CHECK(post("issue_ticket", "{}").second.field == "service");
  CHECK(post("issue_ticket", "{\"service\":7}").second.code == "field_type");
  CHECK(post("issue_ticket", "{\"service\":\"" + std::string(65, 'x') + "\"}").second.code == "field_length");
  CHECK(post("issue_ticket", "{\"service\":\"JHT\",\"priority\":\"king\"}").second.field == "priority");
  CHECK(post("account", "{\"person\":\"nik:12\"}").second.field == "person");
  CHECK(post("submit_interview", "{\"person\":\"passport:IND:K1234567\",\"answers\":[{\"question\":\"name\"}]}")
            .second.field == "answers[0].text");
  CHECK(post("attempt_face", "{\"person\":\"passport:IND:K1234567\",\"photo\":\"%%\"}").second.field == "photo");
  CHECK(post("info", "{}", "").second.field == "terminal");
  CHECK(post("info", "[]").second.code == "field_type");
  CHECK(b.asked().empty());
}

TEST_CASE("lan: a photo beyond the bound is refused at the terminal and at the node") {
  ScriptedBranch b;
  Served s(b);
  const Bytes huge(protocol::kBranchBodyBound + 1, 1);
  const auto refused = s.client->ask(kiosk_1, verbs::PutBlob{"ktp", huge});
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.fault().kind == FaultKind::BadInput);
  CHECK(refused.fault().code == "body_too_large");
  const auto attempt = s.client->ask(kiosk_1, verbs::AttemptFace{{}, somebody(), huge});
  REQUIRE_FALSE(attempt.ok());
  CHECK(attempt.fault().kind == FaultKind::BadInput);
  CHECK(b.asked().empty());
}

TEST_CASE("lan: terminals that listen hold no worker, and each hears of a change") {
  FullBranch b;
  Served s(b, 2);
  std::vector<std::thread> terminals;
  std::atomic<int> ready{0}, told{0};
  for (int i = 0; i < 12; ++i)
    terminals.emplace_back([&, i] {
      lan::BranchClient client(lan::BranchClient::at_home(s.home.path()));
      const Actor board{"board-" + std::to_string(i), ""};
      const auto first = client.ask(board, verbs::WaitChanges{0, Millis{0}});
      if (!first || !first->reset) return;
      ++ready;
      const auto c = client.ask(board, verbs::WaitChanges{first->until, Seconds{30}});
      if (c && c->changes.size() == 1) ++told;
    });
  while (ready < 12) std::this_thread::yield();
  for (int i = 0; i < 20; ++i) CHECK(s.client->ask(kiosk_1, verbs::GetInfo{}).ok());
  b.announce();
  for (auto& t : terminals) t.join();
  CHECK(told == 12);
}

TEST_CASE("lan: closing a client ends its wait for changes") {
  FullBranch b;
  Served s(b);
  const auto first = s.client->ask(kiosk_1, verbs::WaitChanges{0, Millis{0}});
  REQUIRE(first.ok());
  std::thread waiting([&] {
    const auto c = s.client->ask(kiosk_1, verbs::WaitChanges{first->until, Seconds{60}});
    CHECK_FALSE(c.ok());
  });
  s.client->close();
  waiting.join();
  CHECK(s.client->ask(kiosk_1, verbs::GetInfo{}).fault().code == "node_away");
}

TEST_CASE("lan: a terminal's name cannot smuggle a header") {
  ScriptedBranch b;
  Served s(b);
  const auto r = s.client->ask({"kiosk-1\r\nAuthorization: Bearer x", ""}, verbs::GetInfo{});
  REQUIRE_FALSE(r.ok());
  CHECK(r.fault().code == "terminal_invalid");
  CHECK(b.asked().empty());
}

namespace {

class CountedBranch final : public FullBranch {
 public:
  Result<verbs::GetSyncStatus::Reply> on(const Actor&, const verbs::GetSyncStatus&) override {
    verbs::SyncStatus s;
    s.pending = 12;
    s.oldest_unsent_s = 90;
    s.state = "offline";
    s.why = "no_route";
    s.alert = "warn";
    return s;
  }
  Result<verbs::ListTickets::Reply> on(const Actor&, const verbs::ListTickets&) override {
    domain::Ticket t;
    t.issued_at = from_ms(1'000);
    std::vector<domain::Ticket> all(3, t);
    all[2].state = domain::TicketState::Served;
    return all;
  }
};

}  // namespace

TEST_CASE("lan: the page for machines counts what is unsent and who waits") {
  CountedBranch b;
  FakeClock clock(from_ms(61'000));
  net::Server server({.listen = "127.0.0.1:0"});
  lan::add_status_routes(server, b, clock);
  const auto port = server.start();
  REQUIRE(port.ok());
  net::Client client({.base = "http://127.0.0.1:" + std::to_string(*port)});
  net::Call call;
  call.path = "/metrics";
  call.expect_json = false;
  const auto page = client.send(call);
  REQUIRE(page.ok());
  for (const char* line :
       {"kiosk_events_pending 12\n", "kiosk_oldest_unsent_seconds 90\n", "kiosk_enrolled 1\n",
        "kiosk_tickets{state=\"waiting\"} 2\n", "kiosk_people_waiting 2\n", "kiosk_longest_wait_seconds 60\n",
        "kiosk_sync_state{state=\"offline\",why=\"no_route\"} 1\n", "kiosk_unsent_alert{level=\"warn\"} 1\n",
        "kiosk_unsent_alert{level=\"export\"} 0\n"}) {
    CAPTURE(line);
    CHECK(page->body.find(line) != std::string::npos);
  }
  call.path = "/healthz";
  CHECK(client.send(call)->body ==
        "{\"ok\":true,\"pending\":12,\"pending_blobs\":0,\"oldest_unsent_s\":90,\"state\":\"offline\",\"alert\":"
        "\"warn\"}");
  server.stop();
}
