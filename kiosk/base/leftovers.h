// What stays behind when values go: memory of vectors that were emptied, stacks of calls that returned. For the end of
// a visit. Thread: any; wipe_dead_stack of the calling one.
#pragma once
#include <cstddef>
#include <vector>

#include "base/secret.h"

namespace kiosk {

// Empties a vector and overwrites its memory too: short texts lie in it, and stay there when they were moved away.
template <class T>
void wipe_storage(std::vector<T>& v) {
  v.clear();
  wipe(static_cast<void*>(v.data()), v.capacity() * sizeof(T));
}

// What calls that have returned left below this thread's stack pointer, as deep as the calls of screens and workers go.
__attribute__((noinline)) inline void wipe_dead_stack() {
  constexpr std::size_t k_depth = std::size_t{192} * 1024;
  char below[k_depth];
  char* p = below;
  asm volatile("" : "+r"(p));  // nobody reads it: the compiler is not to see that
  wipe(p, sizeof below);
}

}  // namespace kiosk
