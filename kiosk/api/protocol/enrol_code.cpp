#include "api/protocol/enrol_code.h"

namespace kiosk::protocol {
namespace {

constexpr std::size_t secret_chars = 16, check_chars = 9, group = 5;
constexpr std::string_view alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

std::string check_of(ByteView fingerprint) { return to_base32(fingerprint.first(6)).substr(0, check_chars); }

std::string spelled(const EnrolCode& c) {
  const std::string body = c.secret + c.ca_check;
  std::string text = c.branch;
  for (std::size_t at = 0; at < body.size(); at += group) text += "-" + body.substr(at, group);
  return text;
}

}  // namespace

bool is_branch_code(std::string_view text) {
  if (text.size() < 2 || text.size() > 16) return false;
  for (const char c : text)
    if (!((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'))) return false;
  return true;
}

EnrolCode make_enrol_code(const std::string& branch, ByteView random10, ByteView ca_fingerprint) {
  EnrolCode c{{}, branch, to_base32(random10), check_of(ca_fingerprint)};
  c.text = spelled(c);
  return c;
}

Result<EnrolCode> parse_enrol_code(std::string_view typed) {
  const auto bad = [] { return bad_input("code_unreadable", "code", "BRANCH-XXXXX-XXXXX-XXXXX-XXXXX-XXXXX"); };
  if (typed.size() > 128) return bad();
  std::string clean;
  for (const char c : typed) {
    if (c == ' ' || c == '\t' || c == '\r' || c == '\n') continue;
    clean += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  }
  const auto dash = clean.find('-');
  if (dash == std::string::npos) return bad();
  EnrolCode code;
  code.branch = clean.substr(0, dash);
  if (!is_branch_code(code.branch)) return bad();
  std::string body;
  for (char c : clean.substr(dash)) {
    if (c == '-') continue;
    if (c == 'O') c = '0';
    if (c == 'I' || c == 'L') c = '1';
    if (alphabet.find(c) == std::string_view::npos) return bad();
    body += c;
  }
  if (body.size() != secret_chars + check_chars) return bad();
  code.secret = body.substr(0, secret_chars);
  code.ca_check = body.substr(secret_chars);
  code.text = spelled(code);
  return code;
}

bool code_knows_ca(const EnrolCode& code, ByteView ca_fingerprint) {
  return ca_fingerprint.size() == 32 && check_of(ca_fingerprint) == code.ca_check;
}

}  // namespace kiosk::protocol
