// Reads config/rules.toml: the institution's rules with their dates and sources, for a node that has not heard from the
// centre yet and for the pure `kioskctl rules` commands.
// Errors: bad_input rules_missing, rules_invalid (not TOML), rules_key (unknown key, wrong type; file and line in
// detail, key in field). Every value is tried for every day on which one changes, so a bad one is found at once.
#pragma once
#include <string>
#include <string_view>

#include "base/result.h"
#include "domain/rules/rules.h"

namespace kiosk::programs {

Result<domain::RuleBook> parse_rules(std::string_view text, const std::string& name);
Result<domain::RuleBook> load_rules(const std::string& path);  // empty: RuleBook::defaults()

}  // namespace kiosk::programs
