// A large variant whose copying, moving and ending are compiled in one file instead of in every file that names it
// (they are a function per alternative each; half of the build's time went there).
//   using Page = CompiledOnce<std::variant<...>>;  extern template struct CompiledOnce<...>;  in the header
//   template struct CompiledOnce<...>;                                                       in one .cpp
// std::visit, get_if and holds_alternative take it as the variant it is. Thread: values. Alternatives move without
// throwing.
#pragma once
#include <memory>
#include <type_traits>
#include <utility>

namespace kiosk {

template <class V>
struct CompiledOnce : V {
  using Variant = V;
  using V::V;
  CompiledOnce();
  CompiledOnce(const CompiledOnce& other) requires std::is_copy_constructible_v<V>;
  CompiledOnce(CompiledOnce&& other) noexcept;
  CompiledOnce& operator=(CompiledOnce other) noexcept;
  ~CompiledOnce();
};

template <class V>
CompiledOnce<V>::CompiledOnce() = default;
template <class V>
CompiledOnce<V>::CompiledOnce(const CompiledOnce& other) requires std::is_copy_constructible_v<V>
= default;
template <class V>
CompiledOnce<V>::CompiledOnce(CompiledOnce&& other) noexcept = default;
template <class V>
CompiledOnce<V>& CompiledOnce<V>::operator=(CompiledOnce other) noexcept {
  std::destroy_at(this);  // two tables of functions less than the variant's own assignments
  return *std::construct_at(this, std::move(other));
}
template <class V>
CompiledOnce<V>::~CompiledOnce() = default;

}  // namespace kiosk
