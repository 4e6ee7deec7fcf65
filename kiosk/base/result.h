// Result<T>: a value or a Fault, for failures that are expected. Exceptions never cross a room.
// Errors: a Fault carries how a program ends (kind), a stable code that i18n turns into words and scripts rely on,
// and the input field it is about. `detail` is for engineers and never holds personal data.
#pragma once
#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace kiosk {

// The exit status of every program (0 is success).
enum class FaultKind { Refused = 1, BadInput = 2, Unreachable = 3, Damaged = 4 };

struct Fault {
  FaultKind kind = FaultKind::Refused;
  std::string code;    // stable, snake_case: "nik_length", "node_running"
  std::string field;   // which input: "nik", "bank.account"; empty when none
  std::string detail;  // what was expected, measured or found; English, no personal data
};

inline Fault refused(std::string code, std::string detail = {}, std::string field = {}) {
  return {FaultKind::Refused, std::move(code), std::move(field), std::move(detail)};
}
inline Fault bad_input(std::string code, std::string field, std::string detail = {}) {
  return {FaultKind::BadInput, std::move(code), std::move(field), std::move(detail)};
}
inline Fault unreachable(std::string code, std::string detail = {}) {
  return {FaultKind::Unreachable, std::move(code), {}, std::move(detail)};
}
inline Fault damaged(std::string code, std::string detail = {}) {
  return {FaultKind::Damaged, std::move(code), {}, std::move(detail)};
}

struct Done {};  // the value of a Result that carries none

template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : v_(std::in_place_index<0>, std::move(value)) {}
  Result(Fault fault) : v_(std::in_place_index<1>, std::move(fault)) {}

  bool ok() const { return v_.index() == 0; }
  explicit operator bool() const { return ok(); }
  // Asking for the side that is not there is a bug and throws std::bad_variant_access.
  const T& value() const& { return std::get<0>(v_); }
  T& value() & { return std::get<0>(v_); }
  T&& value() && { return std::get<0>(std::move(v_)); }
  const T& operator*() const& { return value(); }
  T& operator*() & { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  const T* operator->() const { return &value(); }
  T* operator->() { return &value(); }
  const Fault& fault() const& { return std::get<1>(v_); }
  Fault&& fault() && { return std::get<1>(std::move(v_)); }

 private:
  std::variant<T, Fault> v_;
};

// TRY(auto x, f()) binds the value or returns the fault; CHECK_OK(f()) only returns the fault.
#define KIOSK_CAT2(a, b) a##b
#define KIOSK_CAT(a, b) KIOSK_CAT2(a, b)
#define TRY(decl, expr)                                                                \
  auto KIOSK_CAT(try_, __LINE__) = (expr);                                             \
  if (!KIOSK_CAT(try_, __LINE__)) return std::move(KIOSK_CAT(try_, __LINE__)).fault(); \
  decl = std::move(KIOSK_CAT(try_, __LINE__)).value()
#define TRY_DONE(expr)                                   \
  do {                                                   \
    auto try_done_ = (expr);                             \
    if (!try_done_) return std::move(try_done_).fault(); \
  } while (0)

}  // namespace kiosk
