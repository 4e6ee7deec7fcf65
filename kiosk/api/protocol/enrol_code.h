// The one-time code by which a node is enrolled, as people carry it: "JKT01-XXXXX-XXXXX-XXXXX-XXXXX-XXXXX":
// the branch, 80 random bits (16 characters) and 45 bits of the SHA-256 of the centre's CA (9 characters), so that the
// node can tell the true CA at the first contact. Typing is forgiven: lower case, spaces, O for 0, I and L for 1.
// Thread: any. Errors: bad_input code_unreadable.
#pragma once
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"

namespace kiosk::protocol {

struct EnrolCode {
  std::string text;  // as made: what is sent, signed and hashed
  std::string branch;
  std::string secret;    // 16 characters
  std::string ca_check;  // 9 characters
};

bool is_branch_code(std::string_view text);  // 2 to 16 of A-Z 0-9
EnrolCode make_enrol_code(const std::string& branch, ByteView random10, ByteView ca_fingerprint);
Result<EnrolCode> parse_enrol_code(std::string_view typed);
bool code_knows_ca(const EnrolCode& code, ByteView ca_fingerprint);

}  // namespace kiosk::protocol
