#include "events/event.h"

// A header that decodes must encode, and the second round must equal the first.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto header = kiosk::events::decode_header({reinterpret_cast<const char*>(data), size});
  if (!header) return 0;
  const auto once = kiosk::events::encode_header(*header);
  const auto again = kiosk::events::decode_header(once);
  if (!again || kiosk::events::encode_header(*again) != once) __builtin_trap();
  return 0;
}
