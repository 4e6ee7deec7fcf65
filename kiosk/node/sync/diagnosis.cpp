#include "node/sync/diagnosis.h"

#include <algorithm>
#include <array>
#include <cstdlib>

namespace kiosk::sync {
namespace {

constexpr Millis kClockIsWrong{5 * 60'000};  // certificates are made to overlap by more

bool is_one_of(const std::string& code, std::initializer_list<const char*> codes) {
  return std::any_of(codes.begin(), codes.end(), [&](const char* c) { return code == c; });
}

}  // namespace

bool is_offline(const Fault& f) {
  return f.kind == FaultKind::Unreachable &&
         !is_one_of(f.code, {"centre_busy", "centre_5xx", "bad_reply", "blob_offset"});
}

bool is_disbelief(const Fault& f) {
  return f.code.starts_with("tls_") || f.code == "certificate_expired" || f.code == "certificate_refused";
}

net::Call health_call(Millis timeout) {
  net::Call c;
  c.path = "/healthz";
  c.timeout = timeout;
  return c;
}

Diagnosis diagnosed(const Fault& fault, const Result<net::Reply>& untrusted, WallTime now) {
  // An ended enrolment is for an operator, whatever else is wrong.
  if (is_one_of(fault.code, {"certificate_expired", "certificate_refused"}))
    return {refused(fault.code, fault.detail), std::nullopt};
  if (!untrusted) {
    if (untrusted.fault().code == "captive_portal") return {untrusted.fault(), std::nullopt};
    return {fault, std::nullopt};
  }
  if (!untrusted->date) return {fault, std::nullopt};
  const Millis skew = *untrusted->date - now;
  if (!is_one_of(fault.code, {"tls_expired", "tls_not_yet"})) return {fault, std::nullopt};
  if (std::chrono::abs(skew) < kClockIsWrong) return {fault, skew.count()};
  const auto minutes = std::abs(skew.count()) / 60'000;
  return {
      refused("clock_wrong", "by about " + std::to_string(minutes) + (skew > Millis{0} ? " min slow" : " min fast") +
                                 ", as the one who answers says; " + fault.detail),
      skew.count()};
}

}  // namespace kiosk::sync
