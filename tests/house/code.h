// C++ as the house's counters read it: without comments, literals and preprocessor lines, and divided into functions.
// It follows this house's style (clang-format), not the whole language. Thread: one. Units: lines, counted from 1.
#pragma once
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "floor_plan.h"

namespace kiosk::house {

// The same text with spaces for comments, the insides of literals and preprocessor lines; every line stays its own.
std::string code_only(std::string_view text);

struct Function {
  std::string name;        // "Store::open"; of a test case what it says
  std::string parameters;  // "const Options& options, int tries"; they tell overloads apart
  int line = 0;            // where its head begins
  int lines = 0;           // to its last brace; lambdas and local types within are its own
};
std::vector<Function> functions_of(std::string_view text);

// Where one of `words` stands as a whole word in the code of a file: "path:line: word".
std::vector<std::string> words_in_code(const std::vector<Source>& sources, const std::vector<std::string>& words);

// What is over `limit` and today's offenders, each with its length as its ceiling. One sentence for what is too long,
// and for each offender that is gone or whose ceiling is 10 or more above it: the list stays tight.
using Lengths = std::map<std::string, int>;
std::vector<std::string> over(int limit, const Lengths& found, const Lengths& ceilings);

}  // namespace kiosk::house
