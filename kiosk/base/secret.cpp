#include "base/secret.h"

#include <cstring>

namespace kiosk {

void wipe(void* data, std::size_t size) {
  if (size != 0) explicit_bzero(data, size);
}
void wipe(std::string& s) {
  s.resize(s.capacity());
  wipe(s.data(), s.size());
  s.clear();
}
void wipe(Bytes& b) {
  b.resize(b.capacity());
  wipe(b.data(), b.size());
  b.clear();
}

}  // namespace kiosk
