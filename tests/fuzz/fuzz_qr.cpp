#include "events/event.h"

// A receipt's QR is believed only when it is, byte for byte, what its node wrote.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace kiosk;
  static const crypto::SigningKey key = [] {
    crypto::init();
    return crypto::SigningKey::from_seed(Bytes(32, 7)).value();
  }();
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (!events::check_receipt_qr(text, "JKT01", key.public_key())) return 0;
  const auto claim = Uuid::parse(text.substr(3, 36));
  if (!claim || events::receipt_qr("JKT01", *claim, key) != text) __builtin_trap();
  return 0;
}
