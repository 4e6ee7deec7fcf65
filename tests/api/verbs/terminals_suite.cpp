// Terminals on other machines: how they join, what they may, how they are put out; over real TLS on loopback.
#include <sys/stat.h>

#include <fstream>
#include <iterator>
#include <set>
#include <thread>

#include "base/net/http.h"
#include "node/store/outbox.h"
#include "tests/api/verbs/tls_world.h"
#include "tests/support/wait_until.h"

using namespace kiosk;
using namespace kiosk::test;

namespace {

verbs::TerminalCode code_for(TlsWorld& w, const std::string& role, const std::string& name = {}) {
  return good(w.node().ask({"ctl", ""}, verbs::AddTerminal{role, name}));
}

std::string joined(const TlsWorld& w, const std::string& code, const TempDir& home) {
  return code_of(lan::join_at(w.url(), code, home.path()));
}

// The node behind a line that loses answers to a join.
class Losing final : public ForwardBranch {
 public:
  explicit Losing(verbs::Branch& node) : node_(node) {}
  verbs::Branch& to(const verbs::Actor&, std::string_view) override { return node_; }
  Result<verbs::JoinTerminal::Reply> on(const verbs::Actor& a, const verbs::JoinTerminal& asked) override {
    auto answer = node_.ask(a, asked);
    if (!lose || !answer) return answer;
    lost = answer->certificate_pem;
    return unreachable("node_away");
  }
  bool lose = true;
  std::string lost;

 private:
  verbs::Branch& node_;
};

lan::Server::Options at_gate(TlsWorld& w) {
  lan::Server::Options o;
  o.listen = "127.0.0.1:0";
  o.authority = &w.authority();
  o.names = {"127.0.0.1"};
  return o;
}

}  // namespace

TEST_CASE("terminals: an answer to a join that was lost comes again, for the same code and key only") {
  TlsWorld w({});
  w.seed();
  Losing branch(w.node());
  lan::Server server(branch, at_gate(w));
  const auto url = "https://127.0.0.1:" + std::to_string(good(server.start()));
  const auto join = [&](const verbs::TerminalCode& code, const TempDir& home) {
    return code_of(lan::join_at(url, code.code, home.path()));
  };
  TempDir home, other;
  const auto code = code_for(w, "counter");
  CHECK(join(code, home) == "node_away");
  const auto first = branch.lost;
  CHECK(!first.empty());
  CHECK(code_of(lan::TerminalIdentity::open(home.path())) == "not_joined");
  CHECK(slurp(home / "terminal.joining").find("PRIVATE KEY") == std::string::npos);
  CHECK(join(code, home) == "node_away");  // and lost again
  branch.lose = false;
  w.reopen();  // what is asked again is known after a restart too
  CHECK(code_of(lan::join_at(w.url(), code.code, other.path())) == "join_code_used");
  const auto badge = good(lan::join_at(w.url(), code.code, home.path()));
  CHECK(badge->identity().certificate_pem == first);
  CHECK(w.client(badge)->ask({"counter-1", ""}, verbs::GetInfo{}).ok());
  CHECK(good(w.node().ask({"ctl", ""}, verbs::ListTerminals{})).size() == 1);
  CHECK(slurp(home / "terminal.joining").empty());
  // It is joined: the code is for nobody any more, and what it keeps stays.
  CHECK(code_of(lan::join_at(w.url(), code.code, home.path())) == "join_code_used");
  CHECK(good(lan::TerminalIdentity::open(home.path()))->identity().certificate_pem == first);
}

TEST_CASE("terminals: a lost answer is not given again after the code's life, nor for a terminal that was removed") {
  TlsWorld w({});
  w.seed();
  Losing branch(w.node());
  lan::Server server(branch, at_gate(w));
  const auto url = "https://127.0.0.1:" + std::to_string(good(server.start()));
  TempDir old, removed;
  const auto code = code_for(w, "kiosk"), second = code_for(w, "kiosk");
  CHECK(code_of(lan::join_at(url, code.code, old.path())) == "node_away");
  CHECK(code_of(lan::join_at(url, second.code, removed.path())) == "node_away");
  branch.lose = false;
  good(w.node().ask({"ctl", ""}, verbs::RemoveTerminal{second.name}));
  CHECK(code_of(lan::join_at(url, second.code, removed.path())) == "join_code_used");
  w.clock().advance(Millis{61 * 60'000});
  CHECK(code_of(lan::join_at(url, code.code, old.path())) == "join_code_expired");
}

TEST_CASE("terminals: the key in the file is sealed under the home's keys; a file of before is read and sealed") {
  TlsWorld w({});
  w.seed();
  TempDir home;
  const auto badge = good(lan::join_at(w.url(), code_for(w, "counter").code, home.path()));
  const auto in_the_open = [](const std::string& path) { return slurp(path).find("PRIVATE KEY") != std::string::npos; };
  CHECK_FALSE(in_the_open(home / "terminal.json"));
  struct stat st {};
  REQUIRE(::stat((home / "keys").c_str(), &st) == 0);
  CHECK((st.st_mode & 0777) == 0600);
  CHECK(good(lan::TerminalIdentity::open(home.path()))->identity().key_pem.reveal() ==
        badge->identity().key_pem.reveal());

  TempDir before;
  const auto mine = badge->identity();
  std::ofstream(before / "terminal.json") << protocol::to_wire(protocol::TerminalKept{
      badge->url(), "JKT01", badge->name(), badge->role(), mine.key_pem.clone(), mine.certificate_pem, mine.ca_pem});
  CHECK(in_the_open(before / "terminal.json"));
  for (int i = 0; i < 2; ++i) {
    const auto read = good(lan::TerminalIdentity::open(before.path()));
    CHECK(read->identity().key_pem.reveal() == mine.key_pem.reveal());
    CHECK_FALSE(in_the_open(before / "terminal.json"));
    CHECK(w.client(read)->ask({"counter-1", ""}, verbs::GetInfo{}).ok());
  }

  // The file alone gives nothing, nor do somebody else's keys.
  std::ofstream(before / "keys") << slurp(home / "keys");
  CHECK(code_of(lan::TerminalIdentity::open(before.path())) == "terminal_damaged");
  ::unlink((before / "keys").c_str());
  CHECK(code_of(lan::TerminalIdentity::open(before.path())) == "keys_missing");

  // Where a key file is not allowed, the keys come from the credentials or not at all.
  TempDir strict, credentials;
  const auto code = code_for(w, "counter");
  CHECK(code_of(lan::join_at(w.url(), code.code, strict.path(), false)) == "keys_missing");
  std::ofstream(credentials / "kiosk-keys") << slurp(home / "keys");
  REQUIRE(::setenv("CREDENTIALS_DIRECTORY", credentials.path().c_str(), 1) == 0);
  CHECK(good(lan::join_at(w.url(), code.code, strict.path(), false))->name() == "counter-2");
  CHECK(lan::TerminalIdentity::open(strict.path(), false).ok());
  CHECK(slurp(strict / "keys").empty());
  ::unsetenv("CREDENTIALS_DIRECTORY");
  CHECK(code_of(lan::TerminalIdentity::open(strict.path(), false)) == "keys_missing");
}

TEST_CASE("terminals: who waits is told on the LAN to an officer only") {
  TlsWorld w({});
  w.seed();
  const auto counter = w.client(w.badge("counter-1", "counter"));
  CHECK(code_of(counter->ask({"counter-1", ""}, verbs::ListTickets{true})) == "not_logged_in");
  CHECK(code_of(counter->ask({"counter-1", "made-up"}, verbs::ListTickets{true})) == "session_ended");
  const auto session = good(counter->ask({"counter-1", ""}, verbs::LogIn{"1003", SecretString("10031003")}));
  CHECK(counter->ask({"counter-1", session.session}, verbs::ListTickets{true}).ok());
  CHECK(w.client(w.badge("board-1", "board"))->ask({"board-1", ""}, verbs::GetBoard{}).ok());
  CHECK(code_of(w.client(w.badge("board-2", "board"))->ask({"board-2", ""}, verbs::ListTickets{true})) ==
        "role_forbids");
}

TEST_CASE("terminals: of two boards with one badge one speaks") {
  TlsWorld w({});
  w.seed();
  const auto badge = w.badge("board-1", "board");
  const auto one = w.client(badge), two = w.client(badge);
  const verbs::Actor me{"board-1", ""};
  CHECK(good(one->ask(me, verbs::Announce{0})).mine);
  const auto other = good(two->ask(me, verbs::Announce{0}));
  CHECK_FALSE(other.mine);
  CHECK(other.terminal == "board-1");
  CHECK(good(one->ask(me, verbs::Announce{7})).mine);
  CHECK(good(two->ask(me, verbs::Announce{0})).spoken == 7);
  w.clock().advance(Millis{3'100});
  CHECK(good(two->ask(me, verbs::Announce{0})).mine);
}

TEST_CASE("terminals: a code makes a terminal, once; its name and role are the node's word") {
  TlsWorld w({});
  w.seed();
  TempDir home, other;
  const auto code = code_for(w, "counter");
  CHECK(code.name == "counter-1");
  CHECK(code.code.starts_with("JKT01-"));
  const auto badge = good(lan::join_at(w.url(), code.code, home.path()));
  CHECK(badge->name() == "counter-1");
  CHECK(badge->role() == "counter");
  struct stat st {};
  REQUIRE(::stat((home / "terminal.json").c_str(), &st) == 0);
  CHECK((st.st_mode & 0777) == 0600);

  const auto client = w.client(good(lan::TerminalIdentity::open(home.path())));
  CHECK(good(client->ask({"counter-1", ""}, verbs::GetInfo{})).branch == "JKT01");
  // Whatever name it gives itself, the act is recorded under that of its certificate.
  const auto session = good(client->ask({"kiosk-9", ""}, verbs::LogIn{"1003", SecretString("10031003")}));
  CHECK(session.terminal == "counter-1");

  CHECK(joined(w, code.code, other) == "join_code_used");
  CHECK(code_of(lan::TerminalIdentity::open(other.path())) == "not_joined");
  const auto known = good(w.node().ask({"ctl", ""}, verbs::ListTerminals{}));
  REQUIRE(known.size() == 1);
  CHECK(known[0].name == "counter-1");
  CHECK(code_for(w, "counter").name == "counter-2");
  CHECK(code_for(w, "counter").name == "counter-3");  // the second is promised to the open code
  CHECK(code_of(w.node().ask({"ctl", ""}, verbs::AddTerminal{"counter", "counter-1"})) == "terminal_taken");
  CHECK(code_of(w.node().ask({"ctl", ""}, verbs::AddTerminal{"officer", ""})) == "role_unknown");
}

TEST_CASE("terminals: a code ends after an hour, and after five tries with a wrong one") {
  TlsWorld w({});
  w.seed();
  TempDir home;
  const auto old = code_for(w, "kiosk");
  w.clock().advance(Millis{61 * 60'000});
  CHECK(joined(w, old.code, home) == "join_code_expired");

  auto code = code_for(w, "kiosk");
  std::string wrong = code.code;
  char& last = wrong[code.code.size() - 11];  // of the secret; the last nine tell the CA
  last = last == '7' ? '8' : '7';
  for (int i = 0; i < 5; ++i) CHECK(joined(w, wrong, home) == "join_code_wrong");
  CHECK(joined(w, code.code, home) == "join_code_locked");
  CHECK(joined(w, "JKT01-00000-00000-00000-0" + code.code.substr(code.code.size() - 10), home) == "join_code_unknown");
  CHECK(joined(w, "nonsense", home) == "code_unreadable");
  CHECK(code_of(lan::join_at("http://127.0.0.1:1", code.code, home.path())) == "branch_url");
  CHECK(code_of(lan::join_at("https://127.0.0.1:1", code.code, home.path())) == "refused");
  CHECK(code_of(lan::TerminalIdentity::open(home.path())) == "not_joined");
}

TEST_CASE("terminals: another node, or one that only shows the true CA, cannot take a terminal in") {
  TlsWorld w({}), other({});
  w.seed();
  TempDir home;
  const auto code = code_for(w, "board");
  const auto elsewhere = lan::join_at(other.url(), code.code, home.path());
  CHECK(code_of(elsewhere) == "node_unproven");

  // In between: it answers with a CA of its own and hands the rest on.
  const Clock& clock = real_clock();
  SystemRandom random;
  lan::LanTerminalAuthority false_gate(good(lan::make_terminal_ca("false", clock.now())), clock, random);
  const auto identity = good(false_gate.server_identity({"127.0.0.1"}));
  net::Server between({.listen = "127.0.0.1:0", .tls = &identity});
  std::string shown = w.authority().ca_pem();
  bool asked = false;
  between.on({"GET", "/v1/ca"}, [&](const net::Request&) {
    net::Response r;
    r.body = "{\"ca_pem\":\"";
    for (const char c : shown) r.body += c == '\n' ? std::string("\\n") : std::string(1, c);
    r.body += "\"}";
    return r;
  });
  between.on({"POST", "/v1/join_terminal"}, [&](const net::Request&) {
    asked = true;
    return net::Response{};
  });
  const int port = good(between.start());
  const auto url = "https://127.0.0.1:" + std::to_string(port);
  CHECK(code_of(lan::join_at(url, code.code, home.path())) == "tls_unknown_ca");
  shown = false_gate.ca_pem();
  CHECK(code_of(lan::join_at(url, code.code, home.path())) == "node_unproven");
  CHECK_FALSE(asked);  // nothing that knows the code has left the terminal
  between.stop();
  CHECK(joined(w, code.code, home) == "ok");
}

TEST_CASE("terminals: a removed one is out at once, its stream ends, and its name may be given again") {
  TlsWorld w({});
  w.seed();
  TempDir home, next_home;
  (void)joined(w, code_for(w, "counter").code, home);
  const auto client = w.client(good(lan::TerminalIdentity::open(home.path())));
  const verbs::Actor me{"counter-1", ""};
  const auto start = good(client->ask(me, verbs::WaitChanges{0, Millis{0}}));
  good(w.node().ask({"ctl", ""}, verbs::RemoveTerminal{"counter-1"}));
  // The change that says so may still come, or the connection ends under the question; then nothing but the refusal.
  auto heard = client->ask(me, verbs::WaitChanges{start.until, Seconds{20}});
  for (int i = 0; (heard || code_of(heard) == "node_away") && i < 3; ++i)
    heard = client->ask(me, verbs::WaitChanges{heard ? heard->until : start.until, Seconds{20}});
  CHECK(code_of(heard) == "terminal_unknown");
  CHECK(code_of(client->ask(me, verbs::GetInfo{})) == "terminal_unknown");
  CHECK(code_of(client->ask(me, verbs::RenewTerminal{"x"})) == "terminal_unknown");
  CHECK(code_of(w.node().ask({"ctl", ""}, verbs::RemoveTerminal{"counter-1"})) == "terminal_unknown");

  CHECK(joined(w, code_for(w, "counter", "counter-1").code, next_home) == "ok");
  CHECK(w.client(good(lan::TerminalIdentity::open(next_home.path())))->ask(me, verbs::GetInfo{}).ok());
  CHECK(code_of(client->ask(me, verbs::GetInfo{})) ==
        "terminal_unknown");  // the stolen one has the name, not the right
  w.reopen();                 // and what was removed stays removed
  lan::BranchClient::Options again;
  again.base = w.url();
  again.badge = good(lan::TerminalIdentity::open(home.path()));
  CHECK(code_of(lan::BranchClient(again).ask(me, verbs::GetInfo{})) == "terminal_unknown");
  again.badge = good(lan::TerminalIdentity::open(next_home.path()));
  CHECK(lan::BranchClient(again).ask(me, verbs::GetInfo{}).ok());
}

TEST_CASE("terminals: without a certificate, or with a foreign one, or one that is over, nobody comes in") {
  TlsWorld w({}, Millis{-3'600'000}), other({});
  w.seed();
  const verbs::Actor me{"kiosk-1", ""};
  const auto kept = [&](const std::string& ca_pem, bool certificate, const TlsWorld& by, lan::TerminalIdentity& badge) {
    const auto identity = badge.identity();
    return std::make_shared<lan::TerminalIdentity>(protocol::TerminalKept{
        by.url(), "JKT01", "kiosk-1", "kiosk", certificate ? identity.key_pem.clone() : SecretString(),
        certificate ? identity.certificate_pem : "", ca_pem});
  };
  const auto foreign = other.badge("kiosk-1", "kiosk");
  const auto asked = [&](std::shared_ptr<lan::TerminalIdentity> badge) {
    return w.client(std::move(badge))->ask(me, verbs::GetInfo{});
  };
  CHECK(code_of(asked(kept(w.authority().ca_pem(), false, w, *foreign))) == "certificate_needed");
  const auto unknown_to_node = asked(kept(w.authority().ca_pem(), true, w, *foreign));
  CHECK(code_of(unknown_to_node) == "node_away");
  CHECK(unknown_to_node.fault().detail.starts_with("certificate_refused"));
  const auto unknown_to_us = asked(foreign);
  CHECK(code_of(unknown_to_us) == "node_away");
  CHECK(unknown_to_us.fault().detail.starts_with("tls_unknown_ca"));
  const auto over = asked(w.badge("kiosk-1", "kiosk"));
  CHECK(code_of(over) == "node_away");
  CHECK(over.fault().detail.starts_with("certificate_expired"));
}

TEST_CASE("terminals: a node whose clock is years ahead is named so") {
  FakeClock ahead(real_clock().now() + Millis{400LL * 24 * 3'600'000});
  SystemRandom random;
  lan::LanTerminalAuthority authority(good(lan::make_terminal_ca("ahead", ahead.now())), ahead, random);
  World w;
  w.node().set_terminal_authority(&authority);
  lan::Server server(w.node(), {.listen = "127.0.0.1:0", .authority = &authority, .names = {"127.0.0.1"}});
  const auto url = "https://127.0.0.1:" + std::to_string(good(server.start()));
  TempDir home;
  const auto code = good(w.node().ask({"ctl", ""}, verbs::AddTerminal{"kiosk", ""}));
  CHECK(code_of(lan::join_at(url, code.code, home.path())) == "tls_not_yet");
  w.node().set_terminal_authority(nullptr);
  CHECK(code_of(w.node().ask({"ctl", ""}, verbs::AddTerminal{"kiosk", ""})) == "lan_off");
  w.node().close();
  server.stop();
}

TEST_CASE("terminals: a certificate is renewed before its end, and later connections show the new one") {
  TlsWorld w({});
  w.seed();
  TempDir home;
  const auto badge = good(lan::join_at(w.url(), code_for(w, "kiosk").code, home.path()));
  CHECK_FALSE(badge->due(real_clock().now()));
  CHECK(badge->due(badge->until() - Millis{20LL * 24 * 3'600'000}));
  const auto client = w.client(badge);
  REQUIRE(client->ask({"kiosk-1", ""}, verbs::GetInfo{}).ok());
  const auto before = badge->identity().certificate_pem;
  good(badge->renew(*client, home.path()));
  CHECK(badge->identity().certificate_pem != before);
  CHECK(good(lan::TerminalIdentity::open(home.path()))->identity().certificate_pem ==
        badge->identity().certificate_pem);
  CHECK(client->ask({"kiosk-1", ""}, verbs::GetInfo{}).ok());

  std::ofstream(home / "terminal.json") << "{\"url\":";
  CHECK(code_of(lan::TerminalIdentity::open(home.path())) == "terminal_damaged");
}

TEST_CASE("terminals: each role may ask for what it is for, and for nothing else") {
  // What a board and a kiosk may; a counter may everything but the board's part and what is for the box alone.
  const std::set<std::string> board = {"info",        "rules",       "services",       "board",
                                       "sync_status", "copy_unsent", "renew_terminal", "announce"};
  const std::set<std::string> kiosk = {
      "info",           "rules",          "services",      "board",         "sync_status",      "copy_unsent",
      "renew_terminal", "issue_ticket",   "ticket",        "act_on_ticket", "find_participant", "check_claim",
      "submit_claim",   "claims",         "claim",         "account",       "attempt_face",     "put_blob",
      "keep_draft",     "record_consent", "submit_intake", "ask_help",      "log_in",           "log_out"};
  const std::set<std::string> box = {"enrol", "add_terminal", "join_terminal", "terminals", "remove_terminal"};
  for (const auto& verb : protocol::branch_verbs()) {
    CAPTURE(verb);
    CHECK(lan::may("board", verb) == board.contains(verb));
    CHECK(lan::may("kiosk", verb) == kiosk.contains(verb));
    CHECK(lan::may("counter", verb) == (!box.contains(verb) && verb != "announce"));
    CHECK_FALSE(lan::may("", verb));
  }
  for (const char* role : {"board", "kiosk", "counter"}) CHECK(lan::may(role, "changes"));

  TlsWorld w({});
  w.seed();
  const auto as_board = w.client(w.badge("board-1", "board"));
  const auto as_kiosk = w.client(w.badge("kiosk-1", "kiosk"));
  CHECK(as_board->ask({"board-1", ""}, verbs::GetBoard{}).ok());
  CHECK(code_of(as_board->ask({"board-1", ""}, verbs::ListClaims{})) == "role_forbids");
  CHECK(code_of(as_kiosk->ask({"kiosk-1", ""}, verbs::ListClaims{})) == "not_logged_in");  // nobody stands there
  // An officer beside the person gets no more there than the person, but his name on it.
  const auto beside = as_kiosk->ask({"kiosk-1", ""}, verbs::LogIn{"1003", SecretString("10031003")});
  REQUIRE(beside.ok());
  CHECK(code_of(as_kiosk->ask({"kiosk-1", beside->session}, verbs::CallTicket{"1", "", {}})) == "role_forbids");
  CHECK(code_of(as_kiosk->ask({"kiosk-1", beside->session}, verbs::ListTasks{})) == "role_forbids");
  CHECK(as_kiosk->ask({"kiosk-1", beside->session}, verbs::LogOut{}).ok());
  CHECK(code_of(as_kiosk->ask({"ctl", ""}, verbs::AddTerminal{"counter", ""})) == "role_forbids");
  // A session stolen from a counter is of no use at another terminal.
  const auto counter = w.client(w.badge("counter-1", "counter"));
  const auto session = good(counter->ask({"counter-1", ""}, verbs::LogIn{"1003", SecretString("10031003")}));
  const auto thief = w.client(w.badge("counter-2", "counter"));
  CHECK(code_of(thief->ask({"counter-1", session.session}, verbs::ListTasks{})) == "session_ended");
  CHECK(counter->ask({"counter-1", session.session}, verbs::ListTasks{}).ok());
}

TEST_CASE("terminals: what came over the LAN is in the chain, with the terminal's name") {
  TlsWorld w({});
  w.seed();
  TempDir home;
  const auto before = w.store().identity().last_seq;
  (void)joined(w, code_for(w, "board").code, home);
  good(w.node().ask({"ctl", ""}, verbs::RemoveTerminal{"board-1"}));
  auto read = good(w.store().read());
  std::vector<std::string> kinds;
  for (const auto& e : good(store::events_after(read.db(), before, 100, 1 << 20))) {
    const auto header = good(events::decode_header(e.sealed.header));
    CHECK(header.subject == "board-1");
    kinds.push_back(header.kind);
  }
  CHECK(kinds == std::vector<std::string>{"terminal.code_made", "terminal.joined", "terminal.removed"});
}

EVERY_WAY("terminals: one of the boards speaks; when it is silent another does, and never two") {
  const verbs::Actor one{"board-1", ""}, two{"board-2", ""};
  CHECK(good(w.branch().ask(one, verbs::Announce{0})).mine);
  const auto other = good(w.branch().ask(two, verbs::Announce{0}));
  CHECK_FALSE(other.mine);
  CHECK(other.terminal == "board-1");
  const Millis lease{good(w.branch().ask(one, verbs::Announce{0})).lease_ms};
  CHECK(lease <= Seconds{5});
  w.clock().advance(lease - Millis{1});
  CHECK_FALSE(good(w.branch().ask(two, verbs::Announce{0})).mine);
  w.clock().advance(Millis{1});
  CHECK(good(w.branch().ask(two, verbs::Announce{0})).mine);
  CHECK_FALSE(good(w.branch().ask(one, verbs::Announce{0})).mine);
  // What one has spoken the other knows, whoever says it last.
  CHECK(good(w.branch().ask(one, verbs::Announce{7})).spoken == 7);
  CHECK(good(w.branch().ask(two, verbs::Announce{5})).spoken == 7);
  // A jump of the wall clock moves no lease.
  w.clock().set_wall(w.clock().now() + Seconds{7'200});
  CHECK_FALSE(good(w.branch().ask(one, verbs::Announce{0})).mine);
  w.reopen();
  CHECK(good(w.branch().ask(one, verbs::Announce{0})).mine);
}

EVERY_WAY("terminals: a call is announced with number and counter, once, also when it is called again") {
  const auto counter = w.log_in("1003", "counter-2");
  verbs::IssueTicket ask;
  ask.service = "JHT";
  const auto ticket = good(w.branch().ask(w.kiosk(), ask)).ticket;
  const auto start = good(w.branch().ask(w.kiosk(), verbs::WaitChanges{0, Millis{0}}));
  CHECK(start.reset);
  good(w.branch().ask(counter, verbs::CallTicket{"2", ""}));
  std::vector<verbs::Change> heard;
  auto until = start.until;
  const auto listen = [&] {
    auto more = good(w.branch().ask(w.kiosk(), verbs::WaitChanges{until, Seconds{20}}));
    until = more.until;
    for (auto& c : more.changes)
      if (c.call) heard.push_back(std::move(c));
  };
  listen();
  REQUIRE(heard.size() == 1);
  CHECK(heard[0].topic == "call");
  CHECK(heard[0].call->number == ticket.number);
  CHECK(heard[0].call->counter == "2");
  CHECK(heard[0].call->at == w.clock().now());
  w.clock().advance(Seconds{30});
  good(w.branch().ask(counter, verbs::ActOnTicket{domain::TicketAct::Recall, {.ticket = ticket.id}}));
  listen();
  REQUIRE(heard.size() == 2);
  CHECK(heard[1].call->counter == "2");
  CHECK(heard[1].call->at == w.clock().now());
}
