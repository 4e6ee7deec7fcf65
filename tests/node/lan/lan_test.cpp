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
std::vector<std::pair<std::string, Fault>> ask_all(verbs::Branch& b, const Actor& a) {
  std::vector<std::pair<std::string, Fault>> out;
  const auto note = [&](const char* verb, auto result) {
    REQUIRE_FALSE(result.ok());
    out.emplace_back(verb, result.fault());
  };
  const Uuid id;
  const auto p = somebody();
  note("info", b.info(a));
  note("rules", b.rules(a));
  note("services", b.services(a));
  note("issue_ticket", b.issue_ticket(a, {.id = {}, .service = "JHT"}));
  note("tickets", b.tickets(a, true));
  note("ticket", b.ticket(a, id));
  note("call_ticket", b.call_ticket(a, "1", ""));
  note("act_on_ticket", b.act_on_ticket(a, domain::TicketAct::Park, {}));
  note("rest_counter", b.rest_counter(a, {"1"}));
  note("breaks", b.breaks(a));
  note("board", b.board(a));
  note("post_notice", b.post_notice(a, {id, "Selamat datang", {}, {}, from_ms(1)}));
  note("notices", b.notices(a));
  note("remove_notice", b.remove_notice(a, id));
  note("report", b.report(a, {}));
  note("find_participant", b.find_participant(a, {p, {}, {}, {}}));
  note("keep_draft", b.keep_draft(a, {p, "claim", {{"phone", "0812"}}}));
  note("record_consent", b.record_consent(a, {id, p, "camera", "2026-11", "id"}));
  note("submit_intake", b.submit_intake(a, {id, p, "correction", {{"name", "x"}}}));
  note("ask_help", b.ask_help(a, {id, "EnterNik"}));
  note("check_claim", b.check_claim(a, {p, "PHK", {}}));
  note("submit_claim",
       b.submit_claim(a, {id, p, "1", "n", {}, {}, {}, "PHK", {}, {}, {}, {}, domain::FaceVerdict::Officer, {}, {}}));
  note("claims", b.claims(a));
  note("claim", b.claim(a, id));
  note("account", b.account(a, p));
  note("attempt_face", b.attempt_face(a, {id, p, {1, 2}}));
  note("compare_face", b.compare_face(a, {}));
  note("interview_questions", b.interview_questions(a, p));
  note("submit_interview", b.submit_interview(a, {id, p, {{"name", "x"}}}));
  note("reset_account", b.reset_account(a, {id, p, id, {1}, "light"}));
  note("approve_reset", b.approve_reset(a, id));
  note("resets", b.resets(a, true));
  note("log_in", b.log_in(a, "1001", SecretString("1234")));
  note("log_out", b.log_out(a));
  note("officers", b.officers(a));
  note("tasks", b.tasks(a));
  note("finish_task", b.finish_task(a, {id}));
  note("open_case", b.open_case(a, {}));
  note("photo", b.photo(a, "aa"));
  note("put_blob", b.put_blob(a, "photo", as_bytes("x")));
  note("sync_status", b.sync_status(a));
  note("sync_now", b.sync_now(a));
  note("sync_hold", b.sync_hold(a, true));
  note("copy_unsent", b.copy_unsent(a, {}));
  note("take_receipt", b.take_receipt(a, "{}"));
  note("audit_verify", b.audit_verify(a));
  note("enrol", b.enrol(a, "https://localhost:1", "C"));
  note("add_terminal", b.add_terminal(a, {"counter", ""}));
  note("join_terminal", b.join_terminal(a, {"7F3K9", "csr", {1}}));
  note("renew_terminal", b.renew_terminal(a, "csr"));
  note("terminals", b.terminals(a));
  note("remove_terminal", b.remove_terminal(a, "counter-2"));
  note("announce", b.announce(a, 7));
  return out;
}

// Answers with full values, and waits for changes until it is told.
class FullBranch : public FeedBranch {
 public:
  Result<verbs::NodeInfo> info(const Actor&) override {
    return verbs::NodeInfo{"JKT01", "00ff", "0.1.0", "Jakarta \"Pusat\"", true, from_ms(1'795'140'000'123),
                           420,     true,   "p"};
  }
  Result<verbs::SessionView> log_in(const Actor& a, const std::string& number, const SecretString& pin) override {
    return verbs::SessionView{pin.reveal() == "rahasia \x01 \"1\"" ? "token" : "",
                              {number, "Ani", "ISO", {"call"}, {}, false},
                              a.terminal,
                              from_ms(5)};
  }
  Result<Bytes> photo(const Actor&, const std::string&) override {
    Bytes b(300'000);
    for (std::size_t i = 0; i < b.size(); ++i) b[i] = static_cast<std::uint8_t>(i * 7);
    return b;
  }
  Result<std::string> put_blob(const Actor&, const std::string& kind, ByteView bytes) override {
    return kind + "-" + std::to_string(bytes.size());
  }
  Result<domain::Ticket> call_ticket(const Actor& a, const std::string& counter, const std::string& number,
                                     Uuid) override {
    domain::Ticket t;
    t.number = number;
    t.service = "JHT";
    t.counter = counter;
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
    const auto& who = asked[i].actor.terminal;  // the lease of who speaks is one program's, not one name's
    CHECK((asked[i].verb == "announce" ? who.starts_with("counter-2/") : who == "counter-2"));
    CHECK(asked[i].actor.session == "session-token");
  }
}

TEST_CASE("lan: values, secrets and raw bytes cross unchanged") {
  FullBranch b;
  Served s(b);
  const auto info = s.client->info(kiosk_1);
  REQUIRE(info.ok());
  CHECK(info->branch_name == "Jakarta \"Pusat\"");
  CHECK(to_ms(info->now) == 1'795'140'000'123);
  const auto session = s.client->log_in(kiosk_1, "1001", SecretString("rahasia \x01 \"1\""));
  REQUIRE(session.ok());
  CHECK(session->session == "token");
  CHECK(session->officer.number == "1001");
  CHECK(s.client->photo(kiosk_1, "aa").value() == b.photo(kiosk_1, "aa").value());
  const Bytes photo(2'000'000, 9);
  CHECK(s.client->put_blob(kiosk_1, "ktp", photo).value() == "ktp-2000000");
  CHECK(s.client->call_ticket(kiosk_1, "3", "A-012")->number == "A-012");
}

TEST_CASE("lan: a node that is not there is node_away, and after it starts again the next call works") {
  FullBranch b;
  Served s(b);
  REQUIRE(s.client->info(kiosk_1).ok());
  s.server->stop();
  const auto away = s.client->info(kiosk_1);
  REQUIRE_FALSE(away.ok());
  CHECK(away.fault().kind == FaultKind::Unreachable);
  CHECK(away.fault().code == "node_away");
  s.start(b);
  CHECK(s.client->info(kiosk_1).ok());
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
  const auto refused = s.client->put_blob(kiosk_1, "ktp", huge);
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.fault().kind == FaultKind::BadInput);
  CHECK(refused.fault().code == "body_too_large");
  const auto attempt = s.client->attempt_face(kiosk_1, {{}, somebody(), huge});
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
      const auto first = client.changes(board, 0, Millis{0});
      if (!first || !first->reset) return;
      ++ready;
      const auto c = client.changes(board, first->until, Seconds{30});
      if (c && c->changes.size() == 1) ++told;
    });
  while (ready < 12) std::this_thread::yield();
  for (int i = 0; i < 20; ++i) CHECK(s.client->info(kiosk_1).ok());
  b.announce();
  for (auto& t : terminals) t.join();
  CHECK(told == 12);
}

TEST_CASE("lan: closing a client ends its wait for changes") {
  FullBranch b;
  Served s(b);
  const auto first = s.client->changes(kiosk_1, 0, Millis{0});
  REQUIRE(first.ok());
  std::thread waiting([&] {
    const auto c = s.client->changes(kiosk_1, first->until, Seconds{60});
    CHECK_FALSE(c.ok());
  });
  s.client->close();
  waiting.join();
  CHECK(s.client->info(kiosk_1).fault().code == "node_away");
}

TEST_CASE("lan: a terminal's name cannot smuggle a header") {
  ScriptedBranch b;
  Served s(b);
  const auto r = s.client->info({"kiosk-1\r\nAuthorization: Bearer x", ""});
  REQUIRE_FALSE(r.ok());
  CHECK(r.fault().code == "terminal_invalid");
  CHECK(b.asked().empty());
}

namespace {

class CountedBranch final : public FullBranch {
 public:
  Result<verbs::SyncStatus> sync_status(const Actor&) override {
    verbs::SyncStatus s;
    s.pending = 12;
    s.oldest_unsent_s = 90;
    s.state = "offline";
    s.why = "no_route";
    s.alert = "warn";
    return s;
  }
  Result<std::vector<domain::Ticket>> tickets(const Actor&, bool) override {
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
