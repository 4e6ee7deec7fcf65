// A small JSON Schema judge for tests: the part of 2020-12 that our OpenAPI files use. It is strict: a keyword it does
// not know is itself a finding, so that a schema cannot promise what nobody checks.
#pragma once
#include <regex.h>

#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace kiosk::test {

using Json = nlohmann::json;

class JsonSchema {
 public:
  explicit JsonSchema(Json document) : doc_(std::move(document)) {}
  // KIOSK_SOURCE/kiosk/api/protocol/openapi/NAME.json
  static JsonSchema of(const std::string& name) {
    const char* source = std::getenv("KIOSK_SOURCE");
    std::ifstream in(std::string(source ? source : ".") + "/kiosk/api/protocol/openapi/" + name + ".json");
    std::stringstream all;
    all << in.rdbuf();
    return JsonSchema(Json::parse(all.str()));
  }
  const Json& document() const { return doc_; }

  // What is wrong with `value` as the named component; empty when nothing is.
  std::string judge(const std::string& component, const Json& value) const {
    const auto& all = doc_.at("components").at("schemas");
    if (!all.contains(component)) return "no schema " + component;
    return check(all.at(component), value, component);
  }
  std::string judge_text(const std::string& component, const std::string& text) const {
    const Json j = Json::parse(text, nullptr, false);
    if (j.is_discarded()) return component + ": not JSON";
    return judge(component, j);
  }

  std::string check(const Json& s, const Json& v, const std::string& at) const {
    static const std::set<std::string> known = {
        "$ref",        "type",      "required",       "properties", "additionalProperties",
        "items",       "enum",      "pattern",        "minimum",    "maximum",
        "minLength",   "maxLength", "minItems",       "maxItems",   "oneOf",
        "description", "format",    "contentEncoding"};
    for (const auto& [k, unused] : s.items())
      if (!known.contains(k)) return at + ": the judge does not know " + k;
    if (s.contains("$ref")) return check(resolve(s.at("$ref")), v, at);
    if (s.contains("oneOf")) {
      int fits = 0;
      for (const auto& one : s.at("oneOf")) fits += check(one, v, at).empty();
      if (fits != 1) return at + ": fits " + std::to_string(fits) + " of oneOf";
    }
    if (s.contains("type") && !is_type(v, s.at("type"))) return at + ": not " + s.at("type").dump();
    if (s.contains("enum")) {
      bool there = false;
      for (const auto& e : s.at("enum")) there = there || e == v;
      if (!there) return at + ": not in enum";
    }
    if (v.is_string()) return check_text(s, v.get<std::string>(), at);
    if (v.is_number()) {
      if (s.contains("minimum") && v < s.at("minimum")) return at + ": below minimum";
      if (s.contains("maximum") && v > s.at("maximum")) return at + ": above maximum";
    }
    if (v.is_array()) {
      if (s.contains("minItems") && v.size() < s.at("minItems").get<std::size_t>()) return at + ": too few items";
      if (s.contains("maxItems") && v.size() > s.at("maxItems").get<std::size_t>()) return at + ": too many items";
      if (s.contains("items"))
        for (std::size_t i = 0; i < v.size(); ++i)
          if (auto bad = check(s.at("items"), v[i], at + "[" + std::to_string(i) + "]"); !bad.empty()) return bad;
    }
    if (v.is_object()) return check_object(s, v, at);
    return {};
  }

 private:
  const Json& resolve(const std::string& ref) const { return doc_.at(Json::json_pointer(ref.substr(1))); }

  static bool is_type(const Json& v, const Json& type) {
    if (type.is_array()) {
      for (const auto& t : type)
        if (is_type(v, t)) return true;
      return false;
    }
    const auto t = type.get<std::string>();
    return (t == "object" && v.is_object()) || (t == "array" && v.is_array()) || (t == "string" && v.is_string()) ||
           (t == "boolean" && v.is_boolean()) || (t == "integer" && v.is_number_integer()) ||
           (t == "number" && v.is_number()) || (t == "null" && v.is_null());
  }
  static std::string check_text(const Json& s, const std::string& v, const std::string& at) {
    if (s.contains("minLength") && v.size() < s.at("minLength").get<std::size_t>()) return at + ": too short";
    if (s.contains("maxLength") && v.size() > s.at("maxLength").get<std::size_t>()) return at + ": too long";
    if (s.contains("pattern")) {
      const auto p = s.at("pattern").get<std::string>();
      regex_t compiled;
      if (::regcomp(&compiled, p.c_str(), REG_EXTENDED | REG_NOSUB) != 0) return at + ": an unreadable pattern " + p;
      const bool fits = ::regexec(&compiled, v.c_str(), 0, nullptr, 0) == 0;
      ::regfree(&compiled);
      if (!fits) return at + ": does not fit " + p;
    }
    return {};
  }
  std::string check_object(const Json& s, const Json& v, const std::string& at) const {
    if (s.contains("required"))
      for (const auto& r : s.at("required"))
        if (!v.contains(r.get<std::string>())) return at + ": misses " + r.get<std::string>();
    const Json none = Json::object();
    const Json& properties = s.contains("properties") ? s.at("properties") : none;
    for (const auto& [k, x] : v.items()) {
      if (properties.contains(k)) {
        if (auto bad = check(properties.at(k), x, at + "." + k); !bad.empty()) return bad;
      } else if (s.contains("additionalProperties")) {
        const auto& more = s.at("additionalProperties");
        if (more.is_boolean() && !more.get<bool>()) return at + ": unknown " + k;
        if (more.is_object())
          if (auto bad = check(more, x, at + "." + k); !bad.empty()) return bad;
      }
    }
    return {};
  }

  Json doc_;
};

}  // namespace kiosk::test
