// The same node, asked over mutual TLS on loopback: each terminal that acts has a certificate of its own, of the least
// role that may ask for the verb. What only the box may ask goes by the node itself.
#pragma once
#include <map>
#include <memory>
#include <mutex>
#include <utility>

#include "node/lan/branch_client.h"
#include "node/lan/rights.h"
#include "node/lan/server.h"
#include "node/lan/terminal_authority.h"
#include "node/lan/terminal_identity.h"
#include "tests/api/verbs/branch_suite.h"
#include "tests/support/forward_branch.h"
#include "tests/support/wait_until.h"

namespace kiosk::test {

class TlsWorld final : public World, private ForwardBranch {
 public:
  explicit TlsWorld(branch::Settings settings, Millis life = lan::LanTerminalAuthority::certificate_life)
      : World(std::move(settings)), gate_(good(lan::make_terminal_ca("test", real_.now())), real_, random_, life) {
    serve();
  }
  ~TlsWorld() override { end(); }
  verbs::Branch& branch() override { return *this; }
  void start() override {
    World::start();
    serve();
  }
  void stop() override {
    end();
    World::stop();
  }
  std::string url() const { return "https://127.0.0.1:" + std::to_string(port_); }
  lan::LanTerminalAuthority& authority() { return gate_; }
  lan::Server& server() { return *server_; }

  // A terminal that the gate knows and of which the node keeps nothing.
  std::shared_ptr<lan::TerminalIdentity> badge(const std::string& name, const std::string& role) {
    const verbs::TerminalView view{ids_.next(), name, role, {}, {}, {}, false};
    auto key = net::make_key();
    const auto csr = good(net::make_csr(key, name, {}));
    const auto given = good(gate_.renew(csr, view));
    gate_.admit(view);
    return std::make_shared<lan::TerminalIdentity>(
        protocol::TerminalKept{url(), "JKT01", name, role, std::move(key), given.certificate_pem, given.ca_pem});
  }
  std::unique_ptr<lan::BranchClient> client(std::shared_ptr<const lan::TerminalIdentity> badge) const {
    lan::BranchClient::Options o;
    o.base = url();
    o.badge = std::move(badge);
    return std::make_unique<lan::BranchClient>(std::move(o));
  }

 private:
  verbs::Branch& to(const verbs::Actor& who, std::string_view verb) override {
    std::string role;
    for (const char* r : {"kiosk", "counter", "board"})
      if (role.empty() && lan::may(r, verb)) role = r;
    const bool by_the_box = verb == "tickets" && who.session.empty();  // on the LAN an officer's only
    if (role.empty() || by_the_box) return *node_;
    const std::lock_guard lock(mutex_);
    auto& known = clients_[{who.terminal, role}];
    if (!known) known = client(badge(who.terminal, role));
    return *known;
  }
  void serve() {
    node_->set_terminal_authority(&gate_);
    lan::Server::Options o;
    o.listen = "127.0.0.1:0";
    o.authority = &gate_;
    o.names = {"127.0.0.1"};
    server_ = std::make_unique<lan::Server>(*node_, o);
    port_ = good(server_->start());
  }
  void end() {
    clients_.clear();
    if (node_) node_->close();
    if (server_) server_->stop();
    server_.reset();
  }
  const Clock& real_ = real_clock();
  SystemRandom random_;
  IdSource ids_{real_, random_};
  lan::LanTerminalAuthority gate_;
  std::unique_ptr<lan::Server> server_;
  int port_ = 0;
  std::mutex mutex_;
  std::map<std::pair<std::string, std::string>, std::unique_ptr<lan::BranchClient>> clients_;
};

}  // namespace kiosk::test
