// Terminals on other machines: how they come to the node, what it knows of them, and which of them speaks in the hall.
// The one-time code never crosses the network: both sides prove that they know it, so nobody in between can be the node
// for the terminal or the terminal for the node. Values.
#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "api/verbs/verb.h"
#include "base/bytes.h"
#include "base/clock.h"
#include "base/ids.h"

namespace kiosk::verbs {

struct TerminalCode;
struct TerminalCertificate;
struct TerminalView;
struct Announcer;

// A one-time code for a terminal on another machine. Refused lan_off, terminal_taken, too_many_terminals.
struct AddTerminal {
  static constexpr Verb verb{"add_terminal", "A one-time code for a terminal on another machine",
                             Access{terminals::box, Right::None, Purpose::Open}};
  using Reply = TerminalCode;
  std::string role;       // kiosk, counter, board
  std::string name = {};  // empty: the role and the first free number
};
struct TerminalCode {
  std::string code;  // for people; shown once
  std::string name, role;
  WallTime until{};
};
// Refused join_code_unknown, join_code_expired, join_code_used, join_code_locked (tried too often), join_code_wrong,
// terminal_taken, lan_off.
struct JoinTerminal {
  static constexpr Verb verb{"join_terminal", "A terminal's first certificate, by its code",
                             Access{terminals::box, Right::None, Purpose::Open}};
  using Reply = TerminalCertificate;
  std::string code_id;  // which code, not the code
  std::string csr_pem;
  Bytes proof;  // that the code is known, over the request and the CA that the terminal saw
};
struct TerminalCertificate {
  std::string branch, name, role;
  std::string certificate_pem, ca_pem;
  WallTime until{};
  Bytes proof;  // that the node knows the code; empty at a renewal
};
struct TerminalView {
  Uuid id;
  std::string name, role;
  WallTime joined_at{}, certificate_until{};
  std::optional<WallTime> removed_at;
  bool present = false;  // heard of lately
};
// Of several boards one speaks. The lease is over `lease_ms` after it was asked for, and so is the speaking.
struct Announcer {
  bool mine = false;
  std::string terminal;  // whose it is now
  std::int64_t lease_ms = 0;
  std::int64_t spoken = 0;  // the change that any of them has spoken last
};

// -- verbs of plain arguments -----------------------------------------------------------------------------------------

// A new certificate for the terminal that asks, by its name. Refused terminal_unknown, lan_off.
struct RenewTerminal {
  static constexpr Verb verb{"renew_terminal", "A new certificate for the terminal that asks",
                             Access{terminals::any, Right::None, Purpose::Open}};
  using Reply = TerminalCertificate;
  std::string csr_pem;
};
struct ListTerminals {
  static constexpr Verb verb{"terminals", "Terminals on other machines, the removed too",
                             Access{terminals::box, Right::None, Purpose::Open}};
  using Reply = std::vector<TerminalView>;
};
// At once; refused terminal_unknown.
struct RemoveTerminal {
  static constexpr Verb verb{"remove_terminal", "Lets the terminal in no more, at once",
                             Access{terminals::box, Right::None, Purpose::Open}};
  using Reply = Done;
  std::string name;
};
// Asks to be, or to stay, the one that speaks; to be asked again well within the lease. `spoken`: the change that was
// spoken last, so that whoever takes over does not say it again. `run`: which run of a terminal's program asks; two of
// one name are not one.
struct Announce {
  static constexpr Verb verb{"announce", "Asks to be, or to stay, the one board that speaks",
                             Access{terminals::board, Right::None, Purpose::Open}};
  using Reply = Announcer;
  std::int64_t spoken = 0;
  std::string run{};
};

// -- what travels (api/protocol/describe.h) ---------------------------------------------------------------------------

template <class A>
void fields(A& a, AddTerminal& v) {
  a.name("AddTerminal");
  a.must("role", v.role, k_code);
  a.may("name", v.name, k_code);
}
template <class A>
void fields(A& a, TerminalCode& v) {
  a.name("TerminalCode");
  a.must("code", v.code, k_code);
  a.must("name", v.name, k_code);
  a.must("role", v.role, k_code);
  a.must("until", v.until);
}
template <class A>
void fields(A& a, JoinTerminal& v) {
  a.name("JoinTerminal");
  a.must("code_id", v.code_id, k_code);
  a.must("csr_pem", v.csr_pem, k_pem);
  a.must("proof", v.proof, k_code);
}
template <class A>
void fields(A& a, TerminalCertificate& v) {
  a.name("TerminalCertificate");
  a.must("branch", v.branch, k_code);
  a.must("name", v.name, k_code);
  a.must("role", v.role, k_code);
  a.must("certificate_pem", v.certificate_pem, k_pem);
  a.must("ca_pem", v.ca_pem, k_pem);
  a.must("until", v.until);
  a.may("proof", v.proof, k_code);
}
template <class A>
void fields(A& a, TerminalView& v) {
  a.name("TerminalView");
  a.must("id", v.id);
  a.must("name", v.name, k_code);
  a.must("role", v.role, k_code);
  a.must("joined_at", v.joined_at);
  a.must("certificate_until", v.certificate_until);
  a.may("removed_at", v.removed_at);
  a.may("present", v.present);
}
template <class A>
void fields(A& a, Announcer& v) {
  a.name("Announcer");
  a.must("mine", v.mine);
  a.may("terminal", v.terminal, k_code);
  a.may("lease_ms", v.lease_ms);
  a.may("spoken", v.spoken);
}
template <class A>
void fields(A& a, RenewTerminal& v) {
  a.name("RenewTerminal");
  a.must("csr_pem", v.csr_pem, k_pem);
}
template <class A>
void fields(A& a, RemoveTerminal& v) {
  a.name("RemoveTerminal");
  a.must("name", v.name, k_code);
}
template <class A>
void fields(A& a, Announce& v) {
  a.name("Announce");
  a.may("spoken", v.spoken);
  a.may("run", v.run, k_code);
}

using TerminalVerbs = VerbList<AddTerminal, JoinTerminal, RenewTerminal, ListTerminals, RemoveTerminal, Announce>;

}  // namespace kiosk::verbs
