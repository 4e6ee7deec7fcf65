// The descriptions of terminals on other machines and of the pushed changes (see describe.h). For this room only.
#pragma once
#include "api/protocol/branch_api.h"
#include "api/protocol/describe_tickets.h"

namespace kiosk::protocol::describe {

constexpr std::size_t kPem = 16'384;

template <class A>
void fields(A& a, AnnounceAsked& v) {
  a.name("AnnounceAsked");
  a.may("spoken", v.spoken);
  a.may("run", v.run, kCode);
}
template <class A>
void fields(A& a, TerminalNamed& v) {
  a.name("TerminalNamed");
  a.must("name", v.name, kCode);
}
template <class A>
void fields(A& a, CertificateAsked& v) {
  a.name("CertificateAsked");
  a.must("csr_pem", v.csr_pem, kPem);
}
template <class A>
void fields(A& a, TerminalKept& v) {
  a.name("TerminalKept");
  a.must("url", v.url, kName);
  a.must("branch", v.branch, kCode);
  a.must("name", v.name, kCode);
  a.must("role", v.role, kCode);
  a.must("key_pem", v.key_pem, kPem);
  a.must("certificate_pem", v.certificate_pem, kPem);
  a.must("ca_pem", v.ca_pem, kPem);
}
template <class A>
void fields(A& a, verbs::AddTerminal& v) {
  a.name("AddTerminal");
  a.must("role", v.role, kCode);
  a.may("name", v.name, kCode);
}
template <class A>
void fields(A& a, verbs::TerminalCode& v) {
  a.name("TerminalCode");
  a.must("code", v.code, kCode);
  a.must("name", v.name, kCode);
  a.must("role", v.role, kCode);
  a.must("until", v.until);
}
template <class A>
void fields(A& a, verbs::JoinTerminal& v) {
  a.name("JoinTerminal");
  a.must("code_id", v.code_id, kCode);
  a.must("csr_pem", v.csr_pem, kPem);
  a.must("proof", v.proof, kCode);
}
template <class A>
void fields(A& a, verbs::TerminalCertificate& v) {
  a.name("TerminalCertificate");
  a.must("branch", v.branch, kCode);
  a.must("name", v.name, kCode);
  a.must("role", v.role, kCode);
  a.must("certificate_pem", v.certificate_pem, kPem);
  a.must("ca_pem", v.ca_pem, kPem);
  a.must("until", v.until);
  a.may("proof", v.proof, kCode);
}
template <class A>
void fields(A& a, verbs::TerminalView& v) {
  a.name("TerminalView");
  a.must("id", v.id);
  a.must("name", v.name, kCode);
  a.must("role", v.role, kCode);
  a.must("joined_at", v.joined_at);
  a.must("certificate_until", v.certificate_until);
  a.may("removed_at", v.removed_at);
  a.may("present", v.present);
}
template <class A>
void fields(A& a, verbs::Announcer& v) {
  a.name("Announcer");
  a.must("mine", v.mine);
  a.may("terminal", v.terminal, kCode);
  a.may("lease_ms", v.lease_ms);
  a.may("spoken", v.spoken);
}
template <class A>
void fields(A& a, verbs::Change& v) {
  a.name("Change");
  a.must("seq", v.seq);
  a.must("topic", v.topic, kCode);
  a.may("id", v.id, kName);
  a.may("call", v.call);
}
template <class A>
void fields(A& a, verbs::Changes& v) {
  a.name("Changes");
  a.must("until", v.until);
  a.may("reset", v.reset);
  a.must("changes", v.changes);
}

}  // namespace kiosk::protocol::describe
