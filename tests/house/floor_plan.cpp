#include "floor_plan.h"

#include <regex.h>

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <memory>

namespace kiosk::house {
namespace {
// The system's headers that have a name like a library's. Those of the C++ standard have neither a dot nor a slash.
const std::set<std::string, std::less<>> k_system = {
    "arpa/inet.h", "dirent.h",  "dlfcn.h",    "fcntl.h",   "ftw.h",    "grp.h",        "ifaddrs.h",     "libgen.h",
    "locale.h",    "malloc.h",  "math.h",     "net/if.h",  "netdb.h",  "netinet/in.h", "netinet/tcp.h", "poll.h",
    "pthread.h",   "pwd.h",     "sched.h",    "signal.h",  "spawn.h",  "stdint.h",     "stdio.h",       "stdlib.h",
    "string.h",    "strings.h", "syslog.h",   "termios.h", "time.h",   "unistd.h",     "ucontext.h",    "utime.h",
    "regex.h",     "wordexp.h", "execinfo.h", "errno.h",   "limits.h", "langinfo.h",   "glob.h",
};
bool is_system(const std::string& target) {
  const bool standard = target.find('.') == std::string::npos && target.find('/') == std::string::npos;
  return standard || k_system.contains(target) || target.starts_with("sys/") || target.starts_with("linux/");
}

std::string at(const Source& s, const Include& i) { return s.path + ":" + std::to_string(i.line) + ": "; }

bool has(const std::vector<std::string>& list, const std::string& what) {
  return std::find(list.begin(), list.end(), what) != list.end();
}

// POSIX's own: <regex> costs seconds to compile.
class Libraries {
 public:
  explicit Libraries(const FloorPlan& plan) {
    for (const auto& [name, pattern] : plan.headers) {
      std::unique_ptr<regex_t, void (*)(regex_t*)> r(new regex_t, [](regex_t* x) {
        ::regfree(x);
        delete x;
      });
      if (::regcomp(r.get(), pattern.c_str(), REG_EXTENDED | REG_NOSUB) != 0) std::abort();
      list_.emplace_back(name, std::move(r));
    }
  }
  std::string of(const std::string& target) const {
    for (const auto& [name, pattern] : list_)
      if (::regexec(pattern.get(), target.c_str(), 0, nullptr, 0) == 0) return name;
    return {};
  }

 private:
  std::vector<std::pair<std::string, std::unique_ptr<regex_t, void (*)(regex_t*)>>> list_;
};
}  // namespace

std::vector<std::string> split(std::string_view text, char where) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const auto n = text.find(where);
    out.emplace_back(text.substr(0, n));
    text.remove_prefix(n == std::string_view::npos ? text.size() : n + 1);
  }
  return out;
}

FloorPlan parse_plan(std::string_view rooms_tsv, std::string_view libraries_tsv) {
  FloorPlan plan;
  for (const auto& line : split(rooms_tsv, '\n')) {
    auto cells = split(line, '\t');
    if (cells.empty() || cells[0].empty()) continue;
    cells.resize(3);
    plan.rooms.push_back({cells[0], split(cells[1], ','), split(cells[2], ',')});
  }
  for (const auto& line : split(libraries_tsv, '\n')) {
    const auto cells = split(line, '\t');
    if (cells.size() == 2) plan.headers.emplace_back(cells[0], cells[1]);
  }
  return plan;
}

const Room* FloorPlan::find(std::string_view name) const {
  const auto it = std::find_if(rooms.begin(), rooms.end(), [&](const Room& r) { return r.name == name; });
  return it == rooms.end() ? nullptr : &*it;
}

const Room* FloorPlan::room_of(std::string_view path) const {
  if (path.starts_with("kiosk/")) path.remove_prefix(6);
  for (auto slash = path.rfind('/'); slash != std::string_view::npos; slash = path.rfind('/', slash - 1)) {
    if (const Room* room = find(path.substr(0, slash))) return room;
    if (slash == 0) break;
  }
  return nullptr;
}

std::vector<Include> includes_of(std::string_view text) {
  std::vector<Include> out;
  int line = 0;
  for (const auto& l : split(text, '\n')) {
    ++line;
    std::size_t i = l.find_first_not_of(" \t");
    if (i == std::string::npos || l[i] != '#') continue;
    i = l.find_first_not_of(" \t", i + 1);
    if (i == std::string::npos || l.compare(i, 7, "include") != 0) continue;
    const auto open = l.find_first_of("<\"", i);
    const auto close = open == std::string::npos ? open : l.find(l[open] == '<' ? '>' : '"', open + 1);
    if (close != std::string::npos) out.push_back({line, l.substr(open + 1, close - open - 1), l[open] == '"'});
  }
  return out;
}

std::vector<std::string> forbidden_includes(const FloorPlan& plan, const std::vector<Source>& sources) {
  const Libraries libraries(plan);
  std::vector<std::string> out;
  for (const auto& s : sources) {
    const Room* room = plan.room_of(s.path);
    if (room == nullptr) {
      out.push_back(s.path + ": stands in no room of CMakeLists.txt");
      continue;
    }
    for (const auto& i : includes_of(s.text)) {
      if (const auto library = libraries.of(i.target); !library.empty()) {
        if (!has(room->owns, library)) out.push_back(at(s, i) + room->name + " does not own " + library);
      } else if (const Room* other = plan.room_of(i.target)) {
        if (other != room && !has(room->uses, other->name))
          out.push_back(at(s, i) + room->name + " may not use " + other->name);
      } else if (i.quoted) {
        out.push_back(at(s, i) + "\"" + i.target + "\" names no room");
      } else if (!is_system(i.target)) {
        out.push_back(at(s, i) + "<" + i.target + "> is neither a system header nor a library of the plan");
      }
    }
  }
  return out;
}

std::vector<std::string> leaking_headers(const FloorPlan& plan, const std::vector<Source>& sources,
                                         const std::set<std::string>& heavy) {
  const Libraries libraries(plan);
  std::map<std::string, const Source*> by_include;  // "store/store.h"
  for (const auto& s : sources)
    if (s.path.ends_with(".h")) by_include[s.path.starts_with("kiosk/") ? s.path.substr(6) : s.path] = &s;
  std::map<std::string, std::set<std::string>> brings;  // header -> heavy libraries
  const std::function<const std::set<std::string>&(const std::string&)> of =
      [&](const std::string& header) -> const std::set<std::string>& {
    if (const auto known = brings.find(header); known != brings.end()) return known->second;
    auto& mine = brings[header];  // empty while it is being made: a cycle of headers ends here
    std::set<std::string> found;
    for (const auto& i : includes_of(by_include.at(header)->text)) {
      if (const auto library = libraries.of(i.target); heavy.contains(library)) found.insert(library);
      if (by_include.contains(i.target)) found.insert(of(i.target).begin(), of(i.target).end());
    }
    return mine = std::move(found);
  };
  std::vector<std::string> out;
  for (const auto& s : sources)
    for (const auto& i : includes_of(s.text)) {
      if (!by_include.contains(i.target) || plan.room_of(i.target) == plan.room_of(s.path)) continue;
      for (const auto& library : of(i.target))
        out.push_back(at(s, i) + "\"" + i.target + "\" brings " + library + " into " + plan.room_of(s.path)->name);
    }
  return out;
}

std::vector<std::string> wrong_levels(const FloorPlan& plan, const std::map<std::string, int>& levels) {
  std::vector<std::string> out;
  for (const auto& room : plan.rooms) {
    const auto level = levels.find(room.name);
    if (level == levels.end()) {
      out.push_back(room.name + " has no level");
      continue;
    }
    for (const auto& used : room.uses) {
      const auto below = levels.find(used);
      if (below == levels.end() || below->second >= level->second)
        out.push_back(room.name + " uses " + used + ", which is not below it");
    }
  }
  return out;
}

}  // namespace kiosk::house
