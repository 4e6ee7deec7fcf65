// JSON codecs inside protocol (includes json.hpp: for this room's .cpp files and its tests only).
// put(value) makes JSON; get<T>(In) reads it with every bound checked. Reading throws Unreadable, which never leaves
// the room: decoded(text, f) parses, calls f and turns it into a Fault that names the field
// ("participant.memberships[2].kpj"). Unknown fields are ignored. Binary values are base64 (URL, no padding), times are
// milliseconds UTC, days are YYYY-MM-DD.
#pragma once
#include <array>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/verbs/branch.h"
#include "base/bytes.h"
#include "base/clock.h"
#include "base/date.h"
#include "base/result.h"
#include "base/units.h"
#include "domain/claims/claim.h"
#include "domain/people/account.h"
#include "domain/people/face.h"
#include "domain/people/person.h"
#include "domain/queue/ticket.h"
#include "domain/rules/rules.h"

namespace kiosk::protocol {

using Json = nlohmann::json;

struct Unreadable {
  Fault fault;
};
[[noreturn]] void unreadable(std::string code, const std::string& field, std::string expected);

inline constexpr std::size_t short_text = 64;    // codes, numbers
inline constexpr std::size_t text_line = 256;    // names
inline constexpr std::size_t long_text = 4'096;  // reasons, addresses
inline constexpr std::int64_t max_rupiah = 1'000'000'000'000'000;

// A place in a JSON value and the path to it. Codes: field_missing, field_type, field_length, field_range, field_value.
class In {
 public:
  In(const Json& j, std::string path) : j_(&j), path_(std::move(path)) {}
  const Json& json() const { return *j_; }
  const std::string& path() const { return path_; }

  In at(const char* key) const;                    // must be there
  std::optional<In> maybe(const char* key) const;  // absent or null: none
  std::vector<In> list(std::size_t max) const;     // of this array

  std::string text(std::size_t max, std::size_t min = 0) const;
  std::int64_t integer(std::int64_t min, std::int64_t max) const;
  int small(int min, int max) const { return static_cast<int>(integer(min, max)); }
  double number(double min, double max) const;
  bool boolean() const;
  Bytes bytes(std::size_t max) const;
  template <std::size_t N>
  std::array<std::uint8_t, N> fixed() const {
    const Bytes b = bytes(N);
    if (b.size() != N) unreadable("field_length", path_, std::to_string(N) + " bytes");
    std::array<std::uint8_t, N> a{};
    std::copy(b.begin(), b.end(), a.begin());
    return a;
  }
  Date date() const;
  WallTime time() const { return from_ms(integer(0, 32'503'680'000'000)); }  // until the year 3000
  Rupiah rupiah(std::int64_t min = 0) const { return {integer(min, max_rupiah)}; }
  Uuid uuid() const;  // "" is nil
  // One of `all`, by its domain code().
  template <class E>
  E one_of(std::initializer_list<E> all) const {
    const std::string t = text(short_text);
    for (const E e : all)
      if (domain::code(e) == t) return e;
    unreadable("field_value", path_, "an unknown code");
  }

  // Absent gives the default.
  std::string text_or(const char* key, std::size_t max, std::string otherwise = {}) const;
  std::int64_t integer_or(const char* key, std::int64_t min, std::int64_t max, std::int64_t otherwise) const;
  bool boolean_or(const char* key, bool otherwise) const;

 private:
  const Json* j_;
  std::string path_;
};

template <class T>
T get(const In& in);
template <class T>
Json put(const T& value);

template <class T>
std::optional<T> get_maybe(const In& in, const char* key) {
  if (const auto v = in.maybe(key)) return get<T>(*v);
  return std::nullopt;
}
template <class T>
std::vector<T> get_list(const In& in, std::size_t max) {
  std::vector<T> out;
  for (const In& i : in.list(max)) out.push_back(get<T>(i));
  return out;
}
inline std::optional<WallTime> time_maybe(const In& in, const char* key) {
  if (const auto v = in.maybe(key)) return v->time();
  return std::nullopt;
}
inline std::optional<Date> date_maybe(const In& in, const char* key) {
  if (const auto v = in.maybe(key)) return v->date();
  return std::nullopt;
}

template <class T>
Json put_list(const std::vector<T>& values) {
  Json a = Json::array();
  for (const T& v : values) a.push_back(put(v));
  return a;
}
template <class T>
void put_maybe(Json& j, const char* key, const std::optional<T>& v) {
  if (v) j[key] = put(*v);
}

template <>
inline Json put<std::string>(const std::string& s) {
  return s;
}
template <>
inline Json put<WallTime>(const WallTime& t) {
  return to_ms(t);
}
template <>
inline Json put<Date>(const Date& d) {
  return d.iso();
}
template <>
inline Json put<Rupiah>(const Rupiah& r) {
  return r.value;
}
template <>
inline Json put<Uuid>(const Uuid& id) {
  return id.is_nil() ? std::string() : id.str();
}
inline Json put_bytes(ByteView b) { return to_base64(b); }

template <>
Json put<domain::PersonId>(const domain::PersonId&);  // its key()
template <>
Json put<domain::Participant>(const domain::Participant&);
template <>
Json put<domain::Membership>(const domain::Membership&);
template <>
Json put<domain::Claimant>(const domain::Claimant&);
template <>
Json put<domain::BankAccount>(const domain::BankAccount&);
template <>
Json put<domain::Account>(const domain::Account&);
template <>
Json put<domain::FaceTemplate>(const domain::FaceTemplate&);
template <>
Json put<domain::RuleBook>(const domain::RuleBook&);
template <>
Json put<domain::CauseRule>(const domain::CauseRule&);
template <>
Json put<domain::Service>(const domain::Service&);
template <>
Json put<domain::Ticket>(const domain::Ticket&);
template <>
Json put<domain::Check>(const domain::Check&);
template <>
Json put<domain::Eligibility>(const domain::Eligibility&);
template <>
Json put<verbs::OfficerView>(const verbs::OfficerView&);
template <>
std::string get<std::string>(const In&);  // a line of text
template <>
domain::PersonId get<domain::PersonId>(const In&);
template <>
domain::Participant get<domain::Participant>(const In&);
template <>
domain::Membership get<domain::Membership>(const In&);
template <>
domain::Claimant get<domain::Claimant>(const In&);
template <>
domain::BankAccount get<domain::BankAccount>(const In&);
template <>
domain::Account get<domain::Account>(const In&);
template <>
domain::FaceTemplate get<domain::FaceTemplate>(const In&);
template <>
domain::RuleBook get<domain::RuleBook>(const In&);
template <>
domain::CauseRule get<domain::CauseRule>(const In&);
template <>
domain::Service get<domain::Service>(const In&);
template <>
domain::Ticket get<domain::Ticket>(const In&);
template <>
domain::Check get<domain::Check>(const In&);
template <>
domain::Eligibility get<domain::Eligibility>(const In&);
template <>
verbs::OfficerView get<verbs::OfficerView>(const In&);
domain::FaceVerdict get_verdict(const In&);
domain::Stage get_stage(const In&);

std::string dump(const Json& j);            // compact; bytes that are no UTF-8 are replaced, never thrown about
Result<Json> parse(std::string_view text);  // bad_input json_unreadable; nesting is bounded

// parse + read + Unreadable -> Fault.
template <class F>
auto decoded(std::string_view text, F read) -> Result<decltype(read(std::declval<const In&>()))> {
  auto j = parse(text);
  if (!j) return j.fault();
  try {
    return read(In(*j, ""));
  } catch (Unreadable& u) {
    return std::move(u.fault);
  }
}

}  // namespace kiosk::protocol
