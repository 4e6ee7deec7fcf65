// Figures as Prometheus reads them (text format 0.0.4): a head a figure, a line a value. Thread: one.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace kiosk::net {

class MetricsText {
 public:
  static constexpr const char* k_type = "text/plain; version=0.0.4; charset=utf-8";

  void head(std::string_view name, std::string_view type, std::string_view help);
  // `labels` are label() joined by commas, or empty.
  void value(std::string_view name, std::int64_t v, std::string_view labels = {});
  void number(std::string_view name, double v, std::string_view labels = {});  // six digits
  // A figure of one value.
  void one(std::string_view name, std::string_view type, std::string_view help, std::int64_t v,
           std::string_view labels = {});
  std::string take() { return std::move(out_); }

  static std::string label(std::string_view name, std::string_view value);  // escaped
  static std::string text(double v);

 private:
  void line(std::string_view name, std::string_view labels, std::string_view value);
  std::string out_;
};

}  // namespace kiosk::net
