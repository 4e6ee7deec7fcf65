// Strict reading of TOML tables for settings.cpp and rules_file.cpp: every key must be known, of its type and in range;
// the first that is not becomes one Fault with file, line and key. Included only where toml++ may be.
#pragma once
#include <toml++/toml.h>

#include <cstdint>
#include <fstream>
#include <iterator>
#include <set>
#include <string>

#include "base/result.h"

namespace kiosk::programs {

inline Fault toml_fault(const std::string& code, const std::string& name, const toml::source_region& where,
                        const std::string& key, const std::string& expected) {
  return bad_input(code, key, name + " line " + std::to_string(where.begin.line) + ": " + key + ": " + expected);
}

inline Result<toml::table> parse_toml(std::string_view text, const std::string& name, const std::string& code) {
  try {
    return toml::parse(text);
  } catch (const toml::parse_error& e) {
    return bad_input(code, "config",
                     name + " line " + std::to_string(e.source().begin.line) + ": " + std::string(e.description()));
  }
}

inline Result<std::string> read_text_file(const std::string& path, const std::string& missing_code,
                                          const std::string& field) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return bad_input(missing_code, field, path + " cannot be read");
  return std::string(std::istreambuf_iterator<char>(in), {});
}

// Takes values out of one table and remembers the first fault; done() also finds keys that nobody asked for.
class TomlReader {
 public:
  TomlReader(const toml::table& table, std::string name, std::string prefix, std::string code)
      : table_(table), name_(std::move(name)), prefix_(std::move(prefix)), code_(std::move(code)) {}

  void text(const char* key, std::string& out) {
    take(key, "expected text in quotes", [&](const toml::node& n) {
      const auto v = n.value_exact<std::string>();
      if (v) out = *v;
      return v.has_value();
    });
  }
  void boolean(const char* key, bool& out) {
    take(key, "expected true or false", [&](const toml::node& n) {
      const auto v = n.value_exact<bool>();
      if (v) out = *v;
      return v.has_value();
    });
  }
  template <class Int>
  void whole(const char* key, Int& out, std::int64_t least, std::int64_t most) {
    take(key, "expected a whole number from " + std::to_string(least) + " to " + std::to_string(most),
         [&](const toml::node& n) {
           const auto v = n.value_exact<std::int64_t>();
           if (!v || *v < least || *v > most) return false;
           out = Int(*v);
           return true;
         });
  }
  void choice(const char* key, std::string& out, std::initializer_list<const char*> allowed) {
    std::string list;
    for (const auto* a : allowed) list += (list.empty() ? "" : ", ") + std::string(a);
    take(key, "expected one of " + list, [&](const toml::node& n) {
      const auto v = n.value_exact<std::string>();
      if (!v) return false;
      for (const auto* a : allowed)
        if (*v == a) {
          out = *v;
          return true;
        }
      return false;
    });
  }
  void texts(const char* key, std::vector<std::string>& out) {
    take(key, "expected a list of texts in quotes", [&](const toml::node& n) {
      const auto* list = n.as_array();
      if (!list) return false;
      out.clear();
      for (const auto& item : *list) {
        const auto v = item.value_exact<std::string>();
        if (!v) return false;
        out.push_back(*v);
      }
      return true;
    });
  }
  // A nested table, or null.
  const toml::table* table(const char* key) {
    const toml::table* found = nullptr;
    take(key, "expected a table", [&](const toml::node& n) { return (found = n.as_table()) != nullptr; });
    return found;
  }
  bool has(const char* key) const { return table_.contains(key); }
  Result<Done> done() {
    if (fault_.code.empty())
      for (const auto& [key, node] : table_)
        if (!known_.contains(std::string(key.str()))) {
          fault_ =
              toml_fault(code_, name_, node.source(), prefix_ + std::string(key.str()), "no setting has this name");
          break;
        }
    if (!fault_.code.empty()) return fault_;
    return Done{};
  }

 private:
  template <class F>
  void take(const char* key, const std::string& expected, F&& f) {
    known_.insert(key);
    const auto* node = table_.get(key);
    if (!node || !fault_.code.empty()) return;
    if (!f(*node)) fault_ = toml_fault(code_, name_, node->source(), prefix_ + key, expected);
  }
  const toml::table& table_;
  std::string name_, prefix_, code_;
  std::set<std::string> known_;
  Fault fault_;
};

}  // namespace kiosk::programs
