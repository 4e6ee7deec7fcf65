// Grouped bars as SVG under construction. Inside this room only. Units: user units of the drawing, 1 = one CSS pixel.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kiosk::paper {

// One line of text, escaped. `style` is the class of the sheet; `anchor` start, middle or end.
std::string svg_text(double x, double y, std::string_view style, std::string_view anchor, std::string_view utf8);
std::string svg_number(double v);  // at most one decimal, with a point

struct Series {
  std::string name, colour;
  std::vector<std::optional<double>> values;  // one a group; nullopt: nothing was measured, no bar
};
struct BarChart {
  std::string title;
  std::vector<std::string> groups;  // under the bars, wrapped
  std::vector<Series> series;
  std::function<std::string(double)> say;  // a value in words, for <title> and above the bar where it fits
  std::optional<double> most = {};         // top of the scale; absent: the next round number above the highest
  double finest = 1;                       // smallest step of the scale that `say` tells apart
  std::string nothing;                     // shown instead of a chart without a value
};

struct Drawn {
  std::string svg;
  double height = 0;
};
Drawn draw(const BarChart&, double x, double y, double width);

}  // namespace kiosk::paper
