#include "terminal/paper/bar_chart.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "base/xml.h"

namespace kiosk::paper {
namespace {

constexpr double kTitle = 34, kLegend = 24, kPlot = 190, kLine = 17, kAxis = 52, kGap = 30;
constexpr double kCharacter = 6.6;  // mean width at the size of the small texts
constexpr std::size_t kLabelLines = 3;
constexpr double kWidestBar = 34;

std::size_t characters(std::string_view s) {
  return static_cast<std::size_t>(
      std::count_if(s.begin(), s.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

std::string first_characters(const std::string& s, std::size_t n) {
  std::size_t at = 0;
  for (std::size_t seen = 0; at < s.size(); ++at)
    if ((static_cast<unsigned char>(s[at]) & 0xc0) != 0x80 && seen++ == n) break;
  return s.substr(0, at);
}

std::vector<std::string> wrapped(const std::string& text, std::size_t columns) {
  std::vector<std::string> lines;
  std::string line;
  const auto flush = [&] {
    if (!line.empty()) lines.push_back(line);
    line.clear();
  };
  for (std::size_t at = 0; at <= text.size();) {
    const auto end = std::min(text.find(' ', at), text.size());
    const auto word = text.substr(at, end - at);
    if (!line.empty() && characters(line) + 1 + characters(word) > columns) flush();
    line += (line.empty() || word.empty() ? "" : " ") + word;
    at = end + 1;
  }
  flush();
  const bool cut = lines.size() > kLabelLines;
  if (cut) lines.resize(kLabelLines);
  for (auto& l : lines)
    if (characters(l) > columns || (cut && &l == &lines.back()))
      l = first_characters(l, std::max<std::size_t>(columns, 2) - 1) + "…";
  return lines;
}

// 1, 2 or 5 times a power of ten, so that at most five steps reach the highest.
double step_to(double highest, double finest) {
  if (highest <= finest * 5) return finest;
  const double power = std::pow(10.0, std::floor(std::log10(highest / 5)));
  for (const double times : {1.0, 2.0, 5.0})
    if (power * times * 5 >= highest) return power * times;
  return power * 10;
}

struct Area {
  double left, top, width;
  double most, step;
  double y(double v) const { return top + kPlot * (1 - v / most); }
};

std::string grid(const BarChart& c, const Area& a) {
  std::string out;
  const auto steps = std::lround(a.most / a.step);
  for (long i = 0; i <= steps; ++i) {
    const double v = a.step * static_cast<double>(i);
    out += "<path class=\"" + std::string(i == 0 ? "axis" : "grid") + "\" d=\"M" + svg_number(a.left) + ' ' +
           svg_number(a.y(v)) + 'h' + svg_number(a.width) + "\"/>\n";
    out += svg_text(a.left - 8, a.y(v) + 4, "small", "end", c.say(v));
  }
  return out;
}

std::string bars(const BarChart& c, const Area& a) {
  std::string out;
  const double slot = a.width / static_cast<double>(c.groups.size());
  const double bar = std::min(kWidestBar, slot * 0.8 / static_cast<double>(c.series.size()));
  const double inset = (slot - bar * static_cast<double>(c.series.size())) / 2;
  const auto columns = static_cast<std::size_t>(std::max(2.0, (slot - 4) / kCharacter));
  for (std::size_t g = 0; g < c.groups.size(); ++g) {
    const double left = a.left + slot * static_cast<double>(g);
    for (std::size_t s = 0; s < c.series.size(); ++s) {
      const auto& v = c.series[s].values[g];
      if (!v) continue;
      const double x = left + inset + bar * static_cast<double>(s);
      const double height = kPlot * std::min(*v, a.most) / a.most;
      const std::string words = c.say(*v);
      out += "<rect x=\"" + svg_number(x) + "\" y=\"" + svg_number(a.top + kPlot - height) + "\" width=\"" +
             svg_number(bar * 0.9) + "\" height=\"" + svg_number(height) + "\" fill=\"" + c.series[s].colour +
             "\"><title>" + xml_text(c.groups[g] + ": " + c.series[s].name + " " + words) + "</title></rect>\n";
      if (static_cast<double>(characters(words)) * kCharacter * 0.9 <= bar + 3)
        out += svg_text(x + bar * 0.45, a.top + kPlot - height - 4, "value", "middle", words);
    }
    const auto lines = wrapped(c.groups[g], columns);
    for (std::size_t l = 0; l < lines.size(); ++l)
      out += svg_text(left + slot / 2, a.top + kPlot + kLine * static_cast<double>(l + 1), "small", "middle", lines[l]);
  }
  return out;
}

std::string legend(const BarChart& c, double x, double y) {
  std::string out;
  for (const auto& s : c.series) {
    out += "<rect x=\"" + svg_number(x) + "\" y=\"" + svg_number(y - 10) +
           "\" width=\"12\" height=\"12\" rx=\"3\" fill=\"" + s.colour + "\"/>\n";
    out += svg_text(x + 18, y, "small", "start", s.name);
    x += 18 + static_cast<double>(characters(s.name)) * kCharacter + 26;
  }
  return out;
}

}  // namespace

std::string svg_number(double v) {
  const auto tenths = static_cast<std::int64_t>(std::llround(v * 10));
  const auto whole = std::abs(tenths) / 10, rest = std::abs(tenths) % 10;
  return (tenths < 0 ? "-" : "") + std::to_string(whole) + (rest == 0 ? "" : "." + std::to_string(rest));
}

std::string svg_text(double x, double y, std::string_view style, std::string_view anchor, std::string_view utf8) {
  return "<text x=\"" + svg_number(x) + "\" y=\"" + svg_number(y) + "\" class=\"" + std::string(style) +
         "\" text-anchor=\"" + std::string(anchor) + "\">" + xml_text(utf8) + "</text>\n";
}

Drawn draw(const BarChart& c, double x, double y, double width) {
  double highest = 0;
  bool any = false;
  for (const auto& s : c.series)
    for (const auto& v : s.values)
      if (v) any = true, highest = std::max(highest, *v);
  Drawn out{svg_text(x, y + 18, "title", "start", c.title), kTitle};
  if (!any) {
    out.svg += svg_text(x, y + kTitle + 10, "small", "start", c.nothing);
    out.height += 10 + kGap;
    return out;
  }
  out.svg += legend(c, x, y + kTitle + 8);
  const double step = c.most ? *c.most / 4 : step_to(highest, c.finest);
  const double most = c.most ? *c.most : std::max(1.0, std::ceil(highest / step - 1e-9)) * step;
  const Area area{x + kAxis, y + kTitle + kLegend + kLine, width - kAxis, most, step};
  out.svg += grid(c, area) + bars(c, area);
  out.height = kTitle + kLegend + kLine + kPlot + kLine * static_cast<double>(kLabelLines) + kGap;
  return out;
}

}  // namespace kiosk::paper
