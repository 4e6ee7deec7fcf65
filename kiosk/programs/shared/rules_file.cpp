#include "programs/shared/rules_file.h"

#include <algorithm>
#include <limits>
#include <set>

#include "programs/shared/toml_table.h"

namespace kiosk::programs {
namespace {
using domain::CauseRule;
using domain::RuleBook;
using domain::TaxBracket;
constexpr const char* k_key = "rules_key";

// "always = 3" or "2025-05-01 = 15_000_000"
Result<domain::Dated<std::string>> read_dated(const toml::table& table, const std::string& name,
                                              const std::string& key) {
  domain::Dated<std::string> out;
  for (const auto& [when, node] : table) {
    const auto fault = [&, &at = when, &what = node](const char* expected) {
      return toml_fault(k_key, name, what.source(), key + "." + std::string(at.str()), expected);
    };
    const auto day = when.str() == "always" ? Date::of(1900, 1, 1) : Date::parse(when.str());
    if (!day) return fault("expected always or a day like 2025-05-01 before the value");
    const auto value = node.value_exact<std::int64_t>();
    if (!value) return fault("expected a whole number");
    out.since.emplace_back(*day, std::to_string(*value));
  }
  std::sort(out.since.begin(), out.since.end());
  return out;
}

Result<CauseRule> read_cause(const toml::table& table, const std::string& name) {
  CauseRule c;
  TomlReader r(table, name, "cause.", k_key);
  r.text("code", c.code);
  r.boolean("officer_only", c.officer_only);
  r.boolean("needs_inactive", c.needs_inactive);
  r.whole("wait_months", c.wait_months, 0, 120);
  r.whole("min_age_years", c.min_age_years, 0, 120);
  r.whole("min_member_years", c.min_member_years, 0, 60);
  r.whole("percent", c.percent, 1, 100);
  r.boolean("once", c.once);
  r.texts("documents", c.documents);
  TRY_DONE(r.done());
  if (c.code.empty()) return toml_fault(k_key, name, table.source(), "cause.code", "every cause needs a code");
  return c;
}

Result<TaxBracket> read_bracket(const toml::table& table, const std::string& name) {
  TaxBracket b{Rupiah{std::numeric_limits<std::int64_t>::max()}, 0};
  TomlReader r(table, name, "tax_article17.", k_key);
  std::int64_t up_to = b.up_to.value;
  r.whole("up_to", up_to, 1, std::numeric_limits<std::int64_t>::max());
  r.whole("permille", b.permille, 0, 1000);
  TRY_DONE(r.done());
  b.up_to = Rupiah{up_to};
  return b;
}
}  // namespace

Result<RuleBook> parse_rules(std::string_view text, const std::string& name) {
  TRY(const auto root, parse_toml(text, name, "rules_invalid"));
  RuleBook book;
  std::set<Date> days = {*Date::of(1900, 1, 1)};
  for (const auto& [key, node] : root) {
    const std::string k(key.str());
    if (k == "cause" || k == "tax_article17") {
      const auto* list = node.as_array();
      if (!list || !list->is_homogeneous<toml::table>())
        return toml_fault(k_key, name, node.source(), k, "expected [[" + k + "]] tables");
      for (const auto& item : *list) {
        if (k == "cause") {
          TRY(auto cause, read_cause(*item.as_table(), name));
          book.causes.push_back(std::move(cause));
        } else {
          TRY(auto bracket, read_bracket(*item.as_table(), name));
          if (!book.tax_art17.empty() && bracket.up_to <= book.tax_art17.back().up_to)
            return toml_fault(k_key, name, item.source(), k,
                              "expected brackets from low to high, the last without up_to");
          book.tax_art17.push_back(bracket);
        }
      }
    } else if (const auto* table = node.as_table()) {
      TRY(auto dated, read_dated(*table, name, k));
      for (const auto& [day, value] : dated.since) days.insert(day);
      book.settings[k] = std::move(dated);
    } else {
      return toml_fault(k_key, name, node.source(), k, "expected [" + k + "] with days and values");
    }
  }
  for (const auto& day : days)
    if (const auto rules = book.at(day); !rules) {
      const auto& f = rules.fault();
      const auto* node = root.get(f.field);
      return toml_fault(k_key, name, node ? node->source() : toml::source_region{}, f.field, f.detail);
    }
  return book;
}

Result<RuleBook> load_rules(const std::string& path) {
  if (path.empty()) return RuleBook::defaults();
  TRY(const auto text, read_text_file(path, "rules_missing", "rules_file"));
  return parse_rules(text, path);
}

}  // namespace kiosk::programs
