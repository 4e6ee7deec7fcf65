// LanTerminalAuthority: the node's door on the LAN (verbs::TerminalAuthority): a small CA of its own, who may come in,
// and the server's certificate. A terminal's certificate names it and holds its id and role as URIs; what the node
// knows of it decides. Thread: any. Owns: the CA's key in memory. Errors: refused certificate_needed, terminal_unknown,
// join_code_wrong.
#pragma once
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "api/verbs/ports.h"
#include "base/ids.h"
#include "base/net/http.h"
#include "base/net/pki.h"

namespace kiosk::lan {

class LanTerminalAuthority final : public verbs::TerminalAuthority {
 public:
  static constexpr Millis certificate_life{90LL * 24 * 3600 * 1000};
  // All outlive the gate.
  LanTerminalAuthority(net::Authority ca, const Clock& clock, Random& random, Millis life = certificate_life);

  const std::string& ca_pem() const { return ca_.certificate_pem; }
  // For the names and addresses by which terminals reach this machine; made anew at every start, it ends with the CA.
  Result<net::TlsIdentity> server_identity(const std::vector<std::string>& names) const;
  struct EnrolledTerminal {
    std::string name, role;
  };
  Result<EnrolledTerminal> enrolled(const net::Peer& peer) const;
  void on_expel(
      std::function<void(const std::string& uri)> f);  // of the terminal's certificates; empty: nobody listens

  Code new_code(const std::string& branch) override;
  Result<verbs::TerminalCertificate> certify(const verbs::JoinTerminal&, const std::string& code_text,
                                             const verbs::TerminalView&) override;
  Result<verbs::TerminalCertificate> renew(const std::string& csr_pem, const verbs::TerminalView&) override;
  void admit(const verbs::TerminalView&) override;
  void expel(const Uuid& terminal) override;

 private:
  const net::Authority ca_;
  const Clock& clock_;
  Random& random_;
  const Millis life_;
  mutable std::mutex mutex_;
  std::map<std::string, EnrolledTerminal> enrolled_;  // by the URI of their certificates
  std::function<void(const std::string&)> on_expel_;
};

// A CA for a node that has none: its name, ten years, from a day ago (clocks of terminals may lag).
Result<net::Authority> make_terminal_ca(const std::string& node, WallTime now);

}  // namespace kiosk::lan
