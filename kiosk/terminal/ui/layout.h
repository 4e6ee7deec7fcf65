// Boxes that are measured before they are drawn: columns, wrapping rows, grids and splits of texts, icons and pictures.
// Internal to ui. Thread: UI thread. Units: pixels. Invariant: no text is cut: it wraps, its box grows, and a page that
// becomes too tall is parted at places that cut nothing.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "terminal/ui/sheet.h"
#include "terminal/ui/ui.h"

namespace kiosk::ui {

enum class Flow { Column, Row, Grid, Split, Cells };  // Cells: widths by weight, stacked when too narrow
enum class Align { Start, Center, End, Stretch };

struct TextLine {
  std::size_t begin = 0, end = 0;
  float width = 0;
};

struct Item {
  enum class Kind { Box, Text, Icon, Picture, Space } kind = Kind::Box;
  int parent = -1, first = -1, last = -1, next = -1;

  Flow flow = Flow::Column;
  float gap = 0, pad_x = 0, pad_y = 0, min_w = 0, min_h = 0, max_w = 0;
  float grow_w = 0, grow_h = 0, max_h = 0;  // weight of free space; max_h: where a growing height ends
  float column_min = 0;                     // grid: least column width
  int column_max = 1;
  float share = 0.5f;     // split: width of the first child
  bool steady = false;    // split: side by side also with large letters, where both fit (a field and its keys)
  bool own = false;       // what stands in it belongs to the person
  bool together = false;  // row: counts as wide as its children side by side (a tile)
  Align cross = Align::Stretch, main = Align::Start;

  std::optional<Colour> fill, line;
  float line_px = 0;
  int radius = 0;
  bool shadow = false, strip = false;  // strip: a fill without rounding across the glass

  std::string text;
  Font font = Font::Body;
  Colour ink = 0;
  Align align = Align::Start;
  bool tight = false;  // one line of figures: its box ends near them, for keys that must stand close
  Icon icon = Icon::None;
  float icon_px = 0;
  const struct DrawPicture* picture = nullptr;
  float aspect = 1;  // picture: width / height
  float part = -1;   // box: filled up to this part of its width (progress)

  int node = -1;       // of the tree; -1 none
  bool solid = false;  // never parted between pages
  bool touch = false;  // a control
  bool whole = false;  // growing child of a row: moves to the next line before its words wrap

  float x = 0, y = 0, w = 0, h = 0;  // on the glass (content: before paging)
  float rel_x = 0, rel_y = 0;
  int columns = 1, line_no = 0;
  std::vector<TextLine> lines;
};

// Of a line's height, what is left out above and beneath by a tight one.
inline constexpr float kTight = 0.14f;

class Arranger {
 public:
  Arranger(std::vector<Item>& items, const Sheet& sheet) : items_(items), sheet_(sheet) {}
  bool narrow = false;  // splits stack

  float natural_width(int i) const;
  float least_width(int i) const;
  float measure(int i, float width);  // the height it needs; sets w, h below it
  void place(int i, float x, float y, float height);

  // Where a content of this height is parted into pages no taller than `page`: the top of each page.
  struct Page {
    float top, end;  // what is shown of the content
  };
  std::vector<Page> part(int root, float page) const;

 private:
  Item& at(int i) { return items_[static_cast<std::size_t>(i)]; }
  const Item& at(int i) const { return items_[static_cast<std::size_t>(i)]; }
  void wrap(Item& t, float width) const;
  float measure_row(Item& box, float inner);
  float measure_grid(Item& box, float inner);
  float measure_split(Item& box, float inner);
  float measure_cells(Item& box, float inner);
  void place_column(Item& box, float x, float y, float inner_h);
  void collect(int i, std::vector<std::pair<float, float>>& solids) const;

  std::vector<Item>& items_;
  const Sheet& sheet_;
};

}  // namespace kiosk::ui
