// Terminals on other machines: how they come to the node, what it knows of them, and which of them speaks in the hall.
// The one-time code never crosses the network: both sides prove that they know it, so nobody in between can be the node
// for the terminal or the terminal for the node. Values.
#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/ids.h"

namespace kiosk::verbs {

struct AddTerminal {
  std::string role;       // kiosk, counter, board
  std::string name = {};  // empty: the role and the first free number
};
struct TerminalCode {
  std::string code;  // for people; shown once
  std::string name, role;
  WallTime until{};
};
struct JoinTerminal {
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

}  // namespace kiosk::verbs
