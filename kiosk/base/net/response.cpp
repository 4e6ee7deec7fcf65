#include "base/net/http.h"

namespace kiosk::net {
namespace {

std::string quoted(std::string_view text) {
  static constexpr char hex[] = "0123456789abcdef";
  std::string out = "\"";
  for (const char c : text) {
    const auto u = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (u < 0x20) {
      out += "\\u00";
      out += hex[u >> 4];
      out += hex[u & 15];
    } else {
      out += c;
    }
  }
  return out + '"';
}

}  // namespace

Response error_response(int status, std::string_view code, std::string_view field, std::string_view message) {
  Response r;
  r.status = status;
  r.code = code;
  r.field = field;
  r.body = "{\"code\":" + quoted(code);
  if (!field.empty()) r.body += ",\"field\":" + quoted(field);
  r.body += ",\"message\":" + quoted(message) + "}";
  return r;
}

Response error_response(const Fault& fault) {
  int status = 500;
  switch (fault.kind) {
    case FaultKind::BadInput:
      status = 400;
      break;
    case FaultKind::Refused:
      status = 409;
      break;
    case FaultKind::Unreachable:
      status = 503;
      break;
    case FaultKind::Damaged:
      status = 500;
      break;
  }
  return error_response(status, fault.code, fault.field, fault.detail);
}

std::string escape(std::string_view text) {
  static constexpr char hex[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto u = static_cast<unsigned char>(c);
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
        c == '_' || c == '~') {
      out += c;
    } else {
      out += '%';
      out += hex[u >> 4];
      out += hex[u & 15];
    }
  }
  return out;
}

}  // namespace kiosk::net
