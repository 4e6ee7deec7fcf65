// Describes a message once: `fields(archive, value)` names every field, its bound and whether it must be there; the
// same description writes JSON, reads it with checks, and prints the schema of the OpenAPI file, so that the three
// cannot drift. For the codecs of this room only (it includes nlohmann's json). Thread: values. Errors (reading):
// bad_input json_unreadable, field_missing, field_type, field_length, field_range, field_value; `field` is the path.
// Wire: base64 (URL) bytes, milliseconds UTC, ISO dates, whole rupiah, codes of enums, "" for a nil id; an absent
// optional is not written. Domain values that both APIs carry keep the codecs of json_codec.h (`Shared`).
#pragma once
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <nlohmann/json.hpp>

#include "api/protocol/json_codec.h"
#include "base/bytes.h"
#include "base/clock.h"
#include "base/date.h"
#include "base/ids.h"
#include "base/result.h"
#include "base/secret.h"
#include "base/units.h"
#include "domain/people/identity.h"

namespace kiosk::protocol::describe {

constexpr std::size_t kTextBound = 1'000;   // characters of a text without a bound of its own
constexpr std::size_t kListBound = 10'000;  // items of a list
constexpr std::size_t kEntryBound = 500;    // bytes of a text of a map

// The range of every number on the wire: what the type holds and every JSON reader keeps exactly.
template <class T>
struct Range {
  static constexpr std::int64_t wide = 9'007'199'254'740'991;
  static constexpr std::int64_t least = sizeof(T) < 8 ? std::int64_t{std::numeric_limits<std::int32_t>::min()} : -wide;
  static constexpr std::int64_t most = sizeof(T) < 8 ? std::int64_t{std::numeric_limits<std::int32_t>::max()} : wide;
};
template <>
struct Range<WallTime> {
  static constexpr std::int64_t least = 0, most = 32'503'680'000'000;  // until the year 3000
};
template <>
struct Range<Rupiah> {
  static constexpr std::int64_t least = -max_rupiah, most = max_rupiah;
};
template <>
struct Range<Seconds> {
  static constexpr std::int64_t least = 0, most = 366LL * 24 * 3600;
};
constexpr double kNumberBound = 1e9;  // scores and distances

// Texts of JSON nodes hold NIKs, names and PINs: overwritten before the node is freed.
inline void wipe_json(Json& j) {
  if (j.is_string()) {
    wipe(j.get_ref<std::string&>());
  } else if (j.is_structured()) {
    for (auto& child : j) wipe_json(child);
  }
}
class WipedJson {
 public:
  WipedJson() = default;
  explicit WipedJson(Json j) : json(std::move(j)) {}
  WipedJson(const WipedJson&) = delete;
  WipedJson& operator=(const WipedJson&) = delete;
  ~WipedJson() { wipe_json(json); }
  Json json;
};

// An enum on the wire: its codes in the order of its values. Specialised beside the description that uses it.
template <class E>
struct Codes;  // static constexpr int count; static std::string_view code(E)

// What a value is before it is read; types without an empty state say it here.
template <class T>
struct Blank {
  static T make() {
    if constexpr (requires { T::blank(); }) {
      return T::blank();
    } else {
      return T{};
    }
  }
};
template <>
struct Blank<domain::PersonId> {
  static domain::PersonId make() { return domain::PersonId(domain::Passport{}); }
};
// Types whose codec stands in json_codec.h; the schema by this name is written by hand in branch_openapi.cpp.
template <class T>
struct Shared {
  static constexpr const char* name = nullptr;
};
template <class T>
concept IsShared = Shared<T>::name != nullptr;

template <class T>
concept IsMap = std::is_same_v<T, std::map<std::string, std::string>>;

class Writer;
class Reader;
class Schema;

template <class T>
concept Described = requires(Reader& a, T& v) {
  fields(a, v);
};
// A verb that asks without arguments.
template <class A, class T>
requires std::is_empty_v<T>
void fields(A&, T&) {}
template <class T>
struct IsVector : std::false_type {};
template <class T>
struct IsVector<std::vector<T>> : std::bool_constant<!std::is_same_v<T, std::uint8_t>> {};
template <class T>
struct IsOptional : std::false_type {};
template <class T>
struct IsOptional<std::optional<T>> : std::true_type {};

// Whole numbers on the wire.
template <class T>
concept IsWhole =
    std::is_integral_v<T> || std::is_same_v<T, WallTime> || std::is_same_v<T, Seconds> || std::is_same_v<T, Rupiah>;

// -- writing ----------------------------------------------------------------------------------------------------------

class Writer {
 public:
  explicit Writer(Json& out) : out_(out) { out_ = Json::object(); }
  void name(const char*) {}
  template <class T>
  void must(const char* key, const T& v, std::size_t = 0) {
    put(out_[key], v);
  }
  template <class T>
  void may(const char* key, const T& v, std::size_t = 0) {
    if constexpr (IsOptional<T>::value) {
      if (v) put(out_[key], *v);
    } else {
      put(out_[key], v);
    }
  }

  template <class T>
  static void put(Json& out, const T& v) {
    if constexpr (std::is_enum_v<T>) {
      out = std::string(Codes<T>::code(v));
    } else if constexpr (std::is_same_v<T, bool> || std::is_arithmetic_v<T> || std::is_same_v<T, std::string>) {
      out = v;
    } else if constexpr (std::is_same_v<T, Uuid>) {
      out = v.is_nil() ? std::string() : v.str();
    } else if constexpr (IsShared<T>) {
      out = protocol::put(v);
    } else if constexpr (std::is_same_v<T, Date>) {
      out = v.iso();
    } else if constexpr (std::is_same_v<T, WallTime>) {
      out = to_ms(v);
    } else if constexpr (std::is_same_v<T, Seconds>) {
      out = v.count();
    } else if constexpr (std::is_same_v<T, Rupiah>) {
      out = v.value;
    } else if constexpr (std::is_same_v<T, Bytes>) {
      out = to_base64(v);
    } else if constexpr (std::is_same_v<T, SecretString>) {
      out = v.reveal();
    } else if constexpr (std::is_same_v<T, domain::PersonId>) {
      out = v.key();
    } else if constexpr (IsVector<T>::value) {
      out = Json::array();
      for (const auto& item : v) put(out.emplace_back(), item);
    } else if constexpr (IsMap<T>) {
      out = Json::object();
      for (const auto& [key, text] : v) out[key] = text;
    } else {
      Writer w(out);
      fields(w, const_cast<T&>(v));
    }
  }

 private:
  Json& out_;
};

// -- reading ----------------------------------------------------------------------------------------------------------

class Reader {
 public:
  Reader(const Json& in, std::string path, std::optional<Fault>& fault)
      : in_(in), path_(std::move(path)), fault_(fault) {
    if (!in_.is_object()) fail("field_type", "an object was expected");
  }
  void name(const char*) {}
  template <class T>
  void must(const char* key, T& v, std::size_t bound = 0) {
    read(key, v, bound, true);
  }
  template <class T>
  void may(const char* key, T& v, std::size_t bound = 0) {
    read(key, v, bound, false);
  }

  template <class T>
  static void get(const Json& in, T& v, std::size_t bound, const std::string& path, std::optional<Fault>& fault) {
    auto bad = [&](const char* code, std::string detail) {
      if (!fault) fault = bad_input(code, path, std::move(detail));
    };
    if constexpr (IsOptional<T>::value) {
      auto inner = Blank<typename T::value_type>::make();
      get(in, inner, bound, path, fault);
      if (!fault) v = std::move(inner);
    } else if constexpr (std::is_same_v<T, bool>) {
      if (!in.is_boolean()) return bad("field_type", "true or false was expected");
      v = in.get<bool>();
    } else if constexpr (IsWhole<T>) {
      if (!in.is_number_integer()) return bad("field_type", "a whole number was expected");
      using R = Range<T>;
      const bool huge = in.is_number_unsigned() && in.get<std::uint64_t>() > static_cast<std::uint64_t>(R::most);
      const auto n = huge ? R::most : in.get<std::int64_t>();
      if (huge || n < R::least || n > R::most)
        return bad("field_range", std::to_string(R::least) + " to " + std::to_string(R::most));
      if constexpr (std::is_same_v<T, WallTime>) {
        v = from_ms(n);
      } else if constexpr (std::is_same_v<T, Seconds>) {
        v = Seconds{n};
      } else if constexpr (std::is_same_v<T, Rupiah>) {
        v = Rupiah{n};
      } else {
        v = static_cast<T>(n);
      }
    } else if constexpr (std::is_floating_point_v<T>) {
      if (!in.is_number()) return bad("field_type", "a number was expected");
      v = in.get<T>();
      if (!(v >= -kNumberBound && v <= kNumberBound)) return bad("field_range", "-1e9 to 1e9");
    } else if constexpr (IsShared<T>) {
      try {
        v = protocol::get<T>(In(in, path));
      } catch (Unreadable& u) {
        if (!fault) fault = std::move(u.fault);
      }
    } else if constexpr (IsVector<T>::value) {
      if (!in.is_array()) return bad("field_type", "a list was expected");
      if (in.size() > (bound ? bound : kListBound)) return bad("field_length", "too many items");
      v.clear();
      v.reserve(in.size());
      for (std::size_t i = 0; i < in.size() && !fault; ++i) {
        auto item = Blank<typename T::value_type>::make();
        get(in[i], item, 0, path + "[" + std::to_string(i) + "]", fault);
        v.push_back(std::move(item));
      }
    } else if constexpr (IsMap<T>) {
      if (!in.is_object()) return bad("field_type", "an object was expected");
      if (in.size() > (bound ? bound : kListBound)) return bad("field_length", "too many entries");
      v.clear();
      for (const auto& [key, text] : in.items()) get(text, v[key], kEntryBound, path + "." + key, fault);
    } else if constexpr (Described<T>) {
      Reader r(in, path, fault);
      if (!fault) fields(r, v);
    } else {
      if (!in.is_string()) return bad("field_type", "a text was expected");
      const auto& text = in.get_ref<const std::string&>();
      if (text.size() > (bound ? bound : kTextBound)) return bad("field_length", "the text is too long");
      if constexpr (std::is_same_v<T, std::string>) {
        v = text;
      } else if constexpr (std::is_same_v<T, SecretString>) {
        v = SecretString(text);
      } else if constexpr (std::is_enum_v<T>) {
        for (int i = 0; i < Codes<T>::count; ++i)
          if (Codes<T>::code(static_cast<T>(i)) == text) {
            v = static_cast<T>(i);
            return;
          }
        bad("field_value", "the code is not known");
      } else if constexpr (std::is_same_v<T, Bytes>) {
        auto bytes = from_base64(text);
        if (!bytes) return bad("field_value", "base64 was expected");
        v = std::move(*bytes);
      } else {
        auto parsed = parse(text, path, static_cast<T*>(nullptr));
        if (!parsed) {
          if (!fault) fault = std::move(parsed).fault();
          return;
        }
        v = std::move(parsed).value();
      }
    }
  }

 private:
  static Result<Uuid> parse(std::string_view s, const std::string& path, Uuid*) {
    if (s.empty()) return Uuid{};
    return Uuid::parse(s, path);
  }
  static Result<Date> parse(std::string_view s, const std::string& path, Date*) { return Date::parse(s, path); }
  static Result<domain::PersonId> parse(std::string_view s, const std::string& path, domain::PersonId*) {
    auto id = domain::PersonId::from_key(s);
    if (id) return id;
    Fault f = std::move(id).fault();
    f.field = path;
    return f;
  }

  template <class T>
  void read(const char* key, T& v, std::size_t bound, bool needed) {
    if (fault_) return;
    const std::string path = path_.empty() ? key : path_ + "." + key;
    const auto it = in_.find(key);
    if (it == in_.end() || it->is_null()) {
      if (needed) fault_ = bad_input("field_missing", path, "the field is not there");
      return;
    }
    get(*it, v, bound, path, fault_);
  }
  void fail(const char* code, std::string detail) {
    if (!fault_) fault_ = bad_input(code, path_.empty() ? "body" : path_, std::move(detail));
  }

  const Json& in_;
  std::string path_;
  std::optional<Fault>& fault_;
};

// -- the schema (JSON Schema 2020-12, as OpenAPI 3.1 uses it) ---------------------------------------------------------

class Schema {
 public:
  Schema(Json& out, Json& components) : out_(out), components_(components) {}
  void name(const char* n) { name_ = n; }
  template <class T>
  void must(const char* key, T& v, std::size_t bound = 0) {
    out_["properties"][key] = of(v, bound, components_);
    out_["required"].push_back(key);
  }
  template <class T>
  void may(const char* key, T& v, std::size_t bound = 0) {
    out_["properties"][key] = of(v, bound, components_);
  }

  // A reference for described types (whose schema is added to `components`), else the schema itself.
  template <class T>
  static Json of(T& v, std::size_t bound, Json& components) {
    const auto text = [&](const char* format) {
      Json j{{"type", "string"}, {"maxLength", bound ? bound : kTextBound}};
      if (*format) j["format"] = format;
      return j;
    };
    if constexpr (IsOptional<T>::value) {
      auto inner = Blank<typename T::value_type>::make();
      return of(inner, bound, components);
    } else if constexpr (std::is_same_v<T, bool>) {
      return {{"type", "boolean"}};
    } else if constexpr (IsWhole<T>) {
      Json j{{"type", "integer"}, {"minimum", Range<T>::least}, {"maximum", Range<T>::most}};
      if constexpr (std::is_same_v<T, WallTime>) j["description"] = "milliseconds since 1970 UTC";
      if constexpr (std::is_same_v<T, Rupiah>) j["description"] = "whole rupiah";
      return j;
    } else if constexpr (std::is_floating_point_v<T>) {
      return {{"type", "number"}, {"minimum", -kNumberBound}, {"maximum", kNumberBound}};
    } else if constexpr (std::is_enum_v<T>) {
      Json codes = Json::array();
      for (int i = 0; i < Codes<T>::count; ++i) codes.push_back(std::string(Codes<T>::code(static_cast<T>(i))));
      return {{"type", "string"}, {"enum", codes}};
    } else if constexpr (IsVector<T>::value) {
      auto item = Blank<typename T::value_type>::make();
      return {{"type", "array"}, {"maxItems", bound ? bound : kListBound}, {"items", of(item, 0, components)}};
    } else if constexpr (IsMap<T>) {
      std::string entry;
      return {{"type", "object"},
              {"additionalProperties", of(entry, kEntryBound, components)},
              {"description", "at most " + std::to_string(bound ? bound : kListBound) + " entries"}};
    } else if constexpr (Described<T>) {
      Json body{{"type", "object"}, {"properties", Json::object()}, {"required", Json::array()}};
      Schema s(body, components);
      fields(s, v);
      if (body["required"].empty()) body.erase("required");
      if (s.name_.empty()) return body;
      components[s.name_] = std::move(body);
      return {{"$ref", "#/components/schemas/" + s.name_}};
    } else if constexpr (IsShared<T>) {
      return {{"$ref", std::string("#/components/schemas/") + Shared<T>::name}};
    } else if constexpr (std::is_same_v<T, Uuid>) {
      return {{"type", "string"}, {"pattern", "^([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})?$"}};
    } else if constexpr (std::is_same_v<T, Date>) {
      return text("date");
    } else if constexpr (std::is_same_v<T, Bytes>) {
      Json j = text("");
      j["contentEncoding"] = "base64url";
      return j;
    } else if constexpr (std::is_same_v<T, SecretString>) {
      return text("password");
    } else if constexpr (std::is_same_v<T, domain::PersonId>) {
      Json j = text("");
      j["pattern"] = "^(nik:[0-9]{16}|passport:[A-Z]{3}:[A-Z0-9]{5,12})$";
      return j;
    } else {
      static_assert(std::is_same_v<T, std::string>, "a type without a schema");
      return text("");
    }
  }

 private:
  Json& out_;
  Json& components_;
  std::string name_;
};

// -- doors ------------------------------------------------------------------------------------------------------------

template <class T>
std::string write(const T& v) {
  WipedJson j;
  Writer::put(j.json, v);
  return j.json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

template <class T>
Result<T> read(std::string_view text) {
  auto parsed = parse(text);
  if (!parsed) return std::move(parsed).fault();
  WipedJson j(std::move(*parsed));
  std::optional<Fault> fault;
  T v = Blank<T>::make();
  Reader::get(j.json, v, 0, "", fault);
  if (fault) return std::move(*fault);
  return v;
}

}  // namespace kiosk::protocol::describe
