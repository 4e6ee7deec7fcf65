#include "node/lan/terminal_authority.h"

#include <algorithm>

#include "api/protocol/enrol_code.h"
#include "node/lan/code_proof.h"

namespace kiosk::lan {
namespace {

constexpr Millis kDay{24LL * 3600 * 1000};

std::string uri_of(const Uuid& id) { return "urn:kiosk:terminal:" + id.str(); }
std::string role_uri(const std::string& role) { return "urn:kiosk:role:" + role; }

}  // namespace

Result<net::Authority> make_terminal_ca(const std::string& node, WallTime now) {
  return net::make_authority("Kiosk branch node " + node, now - kDay, now + 3650 * kDay);
}

LanTerminalAuthority::LanTerminalAuthority(net::Authority ca, const Clock& clock, Random& random, Millis life)
    : ca_(std::move(ca)), clock_(clock), random_(random), life_(life) {}

Result<net::TlsIdentity> LanTerminalAuthority::server_identity(const std::vector<std::string>& names) const {
  net::TlsIdentity id;
  id.key_pem = net::make_key();
  TRY(const std::string csr, net::make_csr(id.key_pem, "kiosk-branch", {}));
  TRY(const auto ca, net::read_certificate(ca_.certificate_pem));
  TRY(id.certificate_pem, net::sign_csr(ca_, csr, {"kiosk-branch", true, names, {}, ca.not_before, ca.not_after}));
  id.ca_pem = ca_.certificate_pem;
  return id;
}

Result<LanTerminalAuthority::EnrolledTerminal> LanTerminalAuthority::enrolled(const net::Peer& peer) const {
  if (!peer.certificate) return refused("certificate_needed", "join first: kioskctl terminal join");
  const std::lock_guard lock(mutex_);
  for (const auto& uri : peer.uris) {
    const auto known = enrolled_.find(uri);
    if (known == enrolled_.end()) continue;
    const bool same_role =
        std::find(peer.uris.begin(), peer.uris.end(), role_uri(known->second.role)) != peer.uris.end();
    if (same_role && known->second.name == peer.common_name) return known->second;
  }
  return refused("terminal_unknown", "the node does not know this terminal, or no longer");
}

void LanTerminalAuthority::on_expel(std::function<void(const std::string&)> f) {
  const std::lock_guard lock(mutex_);
  on_expel_ = std::move(f);
}

verbs::TerminalAuthority::Code LanTerminalAuthority::new_code(const std::string& branch) {
  std::uint8_t random[10];
  random_.fill(random);
  const auto facts = net::read_certificate(ca_.certificate_pem);
  const auto code = protocol::make_enrol_code(branch, random, facts ? ByteView(facts->fingerprint) : ByteView(random));
  return {code.text, code_id(code.secret)};
}

Result<verbs::TerminalCertificate> LanTerminalAuthority::certify(const verbs::JoinTerminal& asked,
                                                                 const std::string& code_text,
                                                                 const verbs::TerminalView& terminal) {
  if (asked.proof != prove_request(code_text, asked.csr_pem, ca_.certificate_pem))
    return refused("join_code_wrong", "the code is mistyped, or somebody stands in between", "code");
  TRY(auto certificate, renew(asked.csr_pem, terminal));
  certificate.proof = prove_answer(code_text, certificate.certificate_pem, ca_.certificate_pem);
  return certificate;
}

Result<verbs::TerminalCertificate> LanTerminalAuthority::renew(const std::string& csr_pem,
                                                               const verbs::TerminalView& terminal) {
  const WallTime now = clock_.now();
  verbs::TerminalCertificate c;
  c.name = terminal.name;
  c.role = terminal.role;
  c.until = now + life_;
  TRY(c.certificate_pem,
      net::sign_csr(ca_, csr_pem,
                    {terminal.name, false, {}, {uri_of(terminal.id), role_uri(terminal.role)}, now - kDay, c.until}));
  c.ca_pem = ca_.certificate_pem;
  return c;
}

void LanTerminalAuthority::admit(const verbs::TerminalView& terminal) {
  const std::lock_guard lock(mutex_);
  enrolled_[uri_of(terminal.id)] = {terminal.name, terminal.role};
}

void LanTerminalAuthority::expel(const Uuid& terminal) {
  std::function<void(const std::string&)> tell;
  {
    const std::lock_guard lock(mutex_);
    enrolled_.erase(uri_of(terminal));
    tell = on_expel_;
  }
  if (tell) tell(uri_of(terminal));
}

}  // namespace kiosk::lan
