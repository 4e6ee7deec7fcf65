#include "base/net/metrics_text.h"

#include <cstdio>

namespace kiosk::net {

std::string MetricsText::text(double v) {
  char text[32];
  std::snprintf(text, sizeof text, "%.6g", v);
  return text;
}

std::string MetricsText::label(std::string_view name, std::string_view value) {
  std::string out = std::string(name) + "=\"";
  for (const char c : value) {
    if (c == '\\' || c == '"') out += '\\';
    out += c == '\n' ? ' ' : c;
  }
  return out + '"';
}

void MetricsText::head(std::string_view name, std::string_view type, std::string_view help) {
  for (const auto& part : {std::string_view("# HELP "), name, std::string_view(" "), help,
                           std::string_view("\n# TYPE "), name, std::string_view(" "), type, std::string_view("\n")})
    out_ += part;
}

void MetricsText::line(std::string_view name, std::string_view labels, std::string_view value) {
  out_ += name;
  if (!labels.empty()) out_ += '{' + std::string(labels) + '}';
  out_ += ' ' + std::string(value) + '\n';
}

void MetricsText::value(std::string_view name, std::int64_t v, std::string_view labels) {
  line(name, labels, std::to_string(v));
}

void MetricsText::number(std::string_view name, double v, std::string_view labels) { line(name, labels, text(v)); }

void MetricsText::one(std::string_view name, std::string_view type, std::string_view help, std::int64_t v,
                      std::string_view labels) {
  head(name, type, help);
  value(name, v, labels);
}

}  // namespace kiosk::net
