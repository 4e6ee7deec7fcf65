// The floor plan as CMake wrote it (rooms.tsv, libraries.tsv) and what it says of a file's includes.
// Thread: one. Units: lines are counted from 1.
#pragma once
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace kiosk::house {

struct Room {
  std::string name;
  std::vector<std::string> uses, owns;
};

struct Source {
  std::string path;  // from the top of the checkout: "kiosk/node/store/store.h"
  std::string text;
};

struct FloorPlan {
  std::vector<Room> rooms;                                   // lowest first
  std::vector<std::pair<std::string, std::string>> headers;  // library, regex of its includes

  const Room* find(std::string_view name) const;
  const Room* room_of(std::string_view path) const;  // of a file, or of a quoted include "store/outbox.h"
};
FloorPlan parse_plan(std::string_view rooms_tsv, std::string_view libraries_tsv);

struct Include {
  int line = 0;
  std::string target;
  bool quoted = false;
};
std::vector<Include> includes_of(std::string_view text);

// One sentence a violation, with file and line.
std::vector<std::string> forbidden_includes(const FloorPlan& plan, const std::vector<Source>& sources);
// Headers that other rooms include and that bring one of `heavy` (library names) with them, directly or through others.
std::vector<std::string> leaking_headers(const FloorPlan& plan, const std::vector<Source>& sources,
                                         const std::set<std::string>& heavy);
// A room may use only what stands on a lower level.
std::vector<std::string> wrong_levels(const FloorPlan& plan, const std::map<std::string, int>& levels);

std::vector<std::string> split(std::string_view text, char at);

}  // namespace kiosk::house
