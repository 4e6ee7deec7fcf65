// Quantities that must not be mixed up.
#pragma once
#include <compare>
#include <cstdint>

namespace kiosk {

// Whole rupiah; Indonesia's payments have no sen.
struct Rupiah {
  std::int64_t value = 0;
  auto operator<=>(const Rupiah&) const = default;
  Rupiah operator+(Rupiah o) const { return {value + o.value}; }
  Rupiah operator-(Rupiah o) const { return {value - o.value}; }
  Rupiah& operator+=(Rupiah o) {
    value += o.value;
    return *this;
  }
};

// Length on the glass. Screens compute in millimetres; only `window` knows pixels.
struct Millimetres {
  float value = 0;
  auto operator<=>(const Millimetres&) const = default;
  Millimetres operator+(Millimetres o) const { return {value + o.value}; }
  Millimetres operator-(Millimetres o) const { return {value - o.value}; }
  Millimetres operator*(float k) const { return {value * k}; }
};

inline namespace literals {
constexpr Millimetres operator""_mm(long double v) { return {static_cast<float>(v)}; }
constexpr Millimetres operator""_mm(unsigned long long v) { return {static_cast<float>(v)}; }
constexpr Rupiah operator""_rp(unsigned long long v) { return {static_cast<std::int64_t>(v)}; }
}  // namespace literals

}  // namespace kiosk
