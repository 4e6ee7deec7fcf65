// The accessibility tree: what is on the page, for voice, keys, scripts, tests and the lint below.
// Thread: UI thread. Units: millimetres from the top left of the glass. Nothing touchable exists outside it.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace kiosk::ui {

enum class Role {
  Page,
  Heading,
  Text,
  Button,
  Tile,
  Choice,
  Check,
  Field,
  TextField,
  DigitField,
  Key,
  Picture,
  Table,
  TableRow,
  Tab,
  Notice,
  Progress,
  Timeline,
  Dialog,
  Status
};
std::string_view name(Role role);

struct RectMm {
  float x = 0, y = 0, w = 0, h = 0;
  bool operator==(const RectMm&) const = default;
};

struct Node {
  std::string id, label, value;
  Role role = Role::Text;
  RectMm rect;
  bool touchable = false, enabled = true, selected = false, pressed = false, focused = false;
  bool visible = true;        // false: on another page of a long screen; reached by its scroll buttons
  bool clipped = false;       // text that did not fit its box
  bool personal = false;      // belongs to the person: not read aloud into the room
  bool open = false;          // a field that all may hear: the number of the queue
  bool acts = false;          // does something in the world: sends, prints, calls, ends the visit
  bool secret = false;        // of what is typed hidden: never said
  int focus = -1;             // order of the keys; -1: not reachable by keys
  double contrast = 21;       // of the text (or icon) to its ground
  double edge_contrast = 21;  // of a control's outline or fill to the ground around it
  std::string state() const;  // "enabled", "disabled selected", "offpage", ...
};

struct Tree {
  std::vector<Node> nodes;
  float width_mm = 0, height_mm = 0;

  const Node* by_id(std::string_view id) const;
  // Whole label first, else the only label that begins with the text. Null: none, or several (see candidates).
  const Node* by_label(std::string_view label, bool touchable_only = false) const;
  std::vector<const Node*> candidates(std::string_view label, bool touchable_only = false) const;
  std::string json() const;  // the list a script's act `tree` writes
  // What is read aloud, in order: headings, texts, what can be chosen; never what was typed. `personal` (headphones):
  // also names, sums and numbers of the person.
  std::vector<std::string> sentences(bool personal = false) const;
  std::string spoken(bool personal = false) const;  // the same as one text
};

struct Finding {
  std::string id, rule, detail;  // rule: "target", "gap", "clipped", "contrast", "duplicate", "outside", "overlap"
};
struct LintLimits {
  float target_mm = 20, hard_target_mm = 16, gap_mm = 3;
  double text_contrast = 7, control_contrast = 3;
};
// What breaks the rules of the page; empty when none does. `keys` are on-screen keyboard keys: hard_target_mm holds for
// them.
std::vector<Finding> lint(const Tree& tree, const LintLimits& limits = {});

}  // namespace kiosk::ui
