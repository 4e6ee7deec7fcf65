#include "tests/tools/bench/bench.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

namespace kiosk::tools {

double percentile(std::vector<double>& values, double p) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  const auto rank = static_cast<std::size_t>(std::ceil(p * static_cast<double>(values.size())));
  return values[std::clamp<std::size_t>(rank, 1, values.size()) - 1];
}

std::string to_line(const Benchmark& bench, const Measured& m) {
  const auto rounded = [](double v) { return std::round(v * 1000) / 1000; };
  nlohmann::ordered_json line = {{"name", bench.name},
                                 {"ours", rounded(m.ours)},
                                 {"limit", rounded(m.limit)},
                                 {"ratio", rounded(m.ratio())},
                                 {"unit", m.unit}};
  if (m.target > 0) {
    line["target"] = m.target;
    line["met"] = m.ratio() <= m.target;
  }
  if (m.least > 0) {
    line["least"] = m.least;
    line["met"] = m.ours >= m.least;
  }
  if (m.met) line["met"] = *m.met;
  for (const auto& [key, value] : m.more) line[key] = rounded(value);
  return line.dump();
}

}  // namespace kiosk::tools
