#include "code.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>

namespace kiosk::house {
namespace {

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }
bool is_space(char c) { return std::isspace(static_cast<unsigned char>(c)) != 0; }

std::string_view trim(std::string_view s) {
  while (!s.empty() && is_space(s.front())) s.remove_prefix(1);
  while (!s.empty() && is_space(s.back())) s.remove_suffix(1);
  return s;
}

void blank(std::string& out, std::size_t from, std::size_t to) {
  for (auto i = from; i < std::min(to, out.size()); ++i)
    if (out[i] != '\n') out[i] = ' ';
}

// Behind the literal that begins at `at` with a quote.
std::size_t end_of_literal(std::string_view text, std::size_t at) {
  const char quote = text[at];
  if (quote == '"' && at > 0 && text[at - 1] == 'R') {
    const auto open = text.find('(', at);
    const auto close = ")" + std::string(text.substr(at + 1, open - at - 1)) + "\"";
    const auto end = open == std::string_view::npos ? open : text.find(close, open);
    return end == std::string_view::npos ? text.size() : end + close.size();
  }
  for (auto i = at + 1; i < text.size(); ++i) {
    if (text[i] == '\\')
      ++i;
    else if (text[i] == quote || text[i] == '\n')
      return i + 1;
  }
  return text.size();
}

std::size_t end_of_line(std::string_view text, std::size_t at, bool continued) {
  for (auto i = at; i < text.size(); ++i)
    if (text[i] == '\n' && !(continued && i > 0 && text[i - 1] == '\\')) return i;
  return text.size();
}

// Only what stands outside of brackets, "operator=" as a word: whether something is given a value.
struct Head {
  std::string outside;           // with "()" for each pair of brackets and what is in it
  std::string name, parameters;  // before the first pair, and in it
  bool has_brackets = false;
};

// "template <class T = int> " stands before what is asked about.
std::string_view without_template(std::string_view head) {
  while (head.starts_with("template")) {
    int depth = 0;
    std::size_t i = 0;
    for (; i < head.size(); ++i) {
      if (head[i] == '<') ++depth;
      if (head[i] == '>' && --depth == 0) break;
    }
    head = trim(head.substr(std::min(i + 1, head.size())));
  }
  return head;
}

std::string name_before(std::string_view head, std::size_t bracket) {
  auto from = bracket;
  while (from > 0 && (is_word(head[from - 1]) || head[from - 1] == ':' || head[from - 1] == '~')) --from;
  if (from == bracket)  // operator==, operator[]
    if (const auto op = head.rfind("operator", bracket); op != std::string_view::npos) from = op;
  return std::string(trim(head.substr(from, bracket - from)));
}

// Up to the bracket that closes, with single spaces.
std::string in_brackets(std::string_view text) {
  std::string out;
  int depth = 1;
  for (const char c : text) {
    if (c == '(') ++depth;
    if (c == ')' && --depth == 0) break;
    if (!is_space(c))
      out += c;
    else if (!out.empty() && out.back() != ' ')
      out += ' ';
  }
  return out;
}

Head read_head(std::string_view head) {
  Head h;
  int depth = 0;
  for (std::size_t i = 0; i < head.size(); ++i) {
    if (head[i] == '(') {
      if (depth++ > 0) continue;
      if (!h.has_brackets) h.name = name_before(head, i), h.parameters = in_brackets(head.substr(i + 1));
      h.has_brackets = true;
      h.outside += "()";
    } else if (head[i] == ')') {
      --depth;
    } else if (depth == 0) {
      h.outside += head[i];
    }
  }
  return h;
}

bool first_word_is(std::string_view head, std::string_view word) {
  return head.starts_with(word) && (head.size() == word.size() || !is_word(head[word.size()]));
}

bool gives_a_value(const std::string& outside) {
  for (auto i = outside.find('='); i != std::string::npos; i = outside.find('=', i + 1)) {
    const bool part_of_operator = outside.rfind("operator", i) != std::string::npos;
    if (!part_of_operator) return true;
  }
  return false;
}

// Behind the last bracket of a function's head stand only such words.
bool ends_like_a_function(std::string_view outside) {
  auto rest = trim(outside.substr(outside.rfind(')') + 1));
  if (rest.starts_with("->") || rest.starts_with(":")) return true;
  while (!rest.empty()) {
    const auto before = rest.size();
    for (const std::string_view word : {"const", "noexcept", "override", "final", "mutable", "&&", "&", "try"})
      if (rest.starts_with(word)) rest = trim(rest.substr(word.size()));
    if (rest.starts_with("->") || rest.starts_with("requires")) return true;
    if (rest.size() == before) return false;
  }
  return true;
}

// A constructor's list of members: ":" outside of brackets and no "::".
bool in_member_list(const std::string& outside) {
  const auto bracket = outside.find(')');
  for (auto i = outside.find(':', bracket); bracket != std::string::npos && i != std::string::npos;
       i = outside.find(':', i + 1)) {
    if (outside.compare(i, 2, "::") == 0)
      ++i;
    else
      return true;
  }
  return false;
}

enum class Opens { Scope, Function, Member, Value };

Opens what_opens(std::string_view head, const Head& h) {
  const auto shown = without_template(head);
  for (const std::string_view word : {"namespace", "inline namespace", "extern"})
    if (first_word_is(shown, word) && !h.has_brackets && !gives_a_value(h.outside)) return Opens::Scope;
  if (gives_a_value(h.outside) && !in_member_list(h.outside))
    return trim(head.substr(head.find('=') + 1)).starts_with("[") ? Opens::Function : Opens::Value;
  for (const std::string_view word : {"class", "struct", "union"})
    if (first_word_is(shown, word) && (!h.has_brackets || !ends_like_a_function(h.outside))) return Opens::Scope;
  if (!h.has_brackets) return Opens::Value;
  if (in_member_list(h.outside)) return is_word(head.back()) || head.back() == '>' ? Opens::Member : Opens::Function;
  return ends_like_a_function(h.outside) ? Opens::Function : Opens::Value;
}

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text), code_(code_only(text)) {}

  std::vector<Function> read() {
    for (at_ = 0; at_ < code_.size(); ++at_) {
      const char c = code_[at_];
      if (!begun_ && !is_space(c) && c != '}' && c != ';') begun_ = at_;
      if (c == '(') ++brackets_;
      if (c == ')') --brackets_;
      if (brackets_ > 0) continue;
      if (c == ')' && is_macro_line()) begun_.reset();
      if (c == '{')
        open();
      else if (c == ';' || c == '}' || (c == ':' && is_label()))
        begun_.reset();
    }
    return std::move(found_);
  }

 private:
  std::string_view head() const { return trim(std::string_view(code_).substr(*begun_, at_ - *begun_)); }
  bool is_label() const {
    const auto h = head();
    return h == "public" || h == "private" || h == "protected";
  }
  // "KIOSK_WIRE(Ticket, 3)" without a semicolon and without a body.
  bool is_macro_line() const {
    const auto h = head();
    const auto name = h.substr(0, h.find('('));
    const bool upper = std::all_of(name.begin(), name.end(), [](char c) { return is_word(c) && !std::islower(c); });
    const auto next = code_.find_first_not_of(" \n", at_ + 1);
    return upper && next != std::string::npos && code_[next] != '{';
  }
  void open() {
    const auto h = read_head(without_template(head()));
    const auto opens = what_opens(head(), h);
    if (opens == Opens::Scope) {
      begun_.reset();
      return;
    }
    const auto end = behind_braces();
    if (opens == Opens::Function)
      found_.push_back(
          {name(h), is_test(h) ? "" : h.parameters, line_of(*begun_), line_of(end) - line_of(*begun_) + 1});
    at_ = end;
    if (opens == Opens::Function) begun_.reset();
  }
  // TEST_CASE("what it says") and macros of its kind.
  static bool is_test(const Head& h) { return h.parameters.starts_with('"'); }
  std::string name(const Head& h) const {
    if (!is_test(h)) return h.has_brackets ? h.name : std::string(head());
    const auto from = text_.find('"', *begun_);
    return std::string(text_.substr(from + 1, text_.find('"', from + 1) - from - 1));
  }
  std::size_t behind_braces() const {
    int depth = 0;
    for (auto i = at_; i < code_.size(); ++i) {
      if (code_[i] == '{') ++depth;
      if (code_[i] == '}' && --depth == 0) return i;
    }
    return code_.size() - 1;
  }
  int line_of(std::size_t at) const {
    return 1 + static_cast<int>(std::count(code_.begin(), code_.begin() + static_cast<std::ptrdiff_t>(at), '\n'));
  }

  std::string_view text_;
  const std::string code_;
  std::size_t at_ = 0;
  std::optional<std::size_t> begun_;  // where the head of what comes next begins
  int brackets_ = 0;
  std::vector<Function> found_;
};

}  // namespace

std::string code_only(std::string_view text) {
  std::string out(text);
  bool fresh = true;  // nothing but spaces so far on this line
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    std::size_t end = 0;
    if (c == '/' && text.substr(i, 2) == "//") {
      blank(out, i, end = end_of_line(text, i, false));
    } else if (c == '/' && text.substr(i, 2) == "/*") {
      const auto close = text.find("*/", i + 2);
      blank(out, i, end = close == std::string_view::npos ? text.size() : close + 2);
    } else if (c == '#' && fresh) {
      blank(out, i, end = end_of_line(text, i, true));
    } else if (c == '"' || (c == '\'' && (i == 0 || !is_word(text[i - 1])))) {
      end = end_of_literal(text, i);
      blank(out, i + 1, end - 1);
    }
    if (end > 0) i = end - 1;
    fresh = text[i] == '\n' || (fresh && is_space(text[i]));
  }
  return out;
}

std::vector<Function> functions_of(std::string_view text) { return Reader(text).read(); }

std::vector<std::string> words_in_code(const std::vector<Source>& sources, const std::vector<std::string>& words) {
  std::vector<std::string> out;
  for (const auto& s : sources) {
    const auto code = code_only(s.text);
    for (const auto& word : words)
      for (auto at = code.find(word); at != std::string::npos; at = code.find(word, at + 1)) {
        const auto behind = at + word.size();
        if ((at > 0 && is_word(code[at - 1])) || (behind < code.size() && is_word(code[behind]))) continue;
        const auto line = 1 + std::count(code.begin(), code.begin() + static_cast<std::ptrdiff_t>(at), '\n');
        out.push_back(s.path + ":" + std::to_string(line) + ": " + word);
      }
  }
  return out;
}

std::vector<std::string> over(int limit, const Lengths& found, const Lengths& ceilings) {
  std::vector<std::string> out;
  for (const auto& [name, lines] : found) {
    const auto known = ceilings.find(name);
    const int most = known == ceilings.end() ? limit : known->second;
    if (lines > most)
      out.push_back(name + " has " + std::to_string(lines) + " lines, at most " + std::to_string(most) +
                    " are allowed");
  }
  for (const auto& [name, most] : ceilings) {
    const auto now = found.find(name);
    if (now == found.end() || now->second <= limit)
      out.push_back(name + " is no offender any more: take it out of the list");
    else if (now->second <= most - 10)
      out.push_back(name + " has " + std::to_string(now->second) + " lines now: lower its ceiling");
  }
  return out;
}

}  // namespace kiosk::house
