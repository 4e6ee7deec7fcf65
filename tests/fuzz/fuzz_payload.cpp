#include "api/protocol/payload.h"

using namespace kiosk::protocol;

namespace {
template <class T>
void round(std::string_view text) {
  const auto v = decode_payload<T>(text);
  if (!v) return;
  const auto again = encode(*v);  // empty: it says nothing
  if (!again.empty() && !decode_payload<T>(again)) __builtin_trap();
}
}  // namespace

// The personal payloads of events, as the centre reads them; the first byte chooses the kind.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 9) {
    case 0:
      round<ClaimPayload>(text);
      break;
    case 1:
      round<FacePayload>(text);
      break;
    case 2:
      round<PersonPayload>(text);
      break;
    case 3:
      round<ResetPayload>(text);
      break;
    case 4:
      round<TicketPayload>(text);
      break;
    case 5:
      round<TaskPayload>(text);
      break;
    case 6:
      round<ConsentPayload>(text);
      break;
    case 7:
      round<IntakePayload>(text);
      break;
    default:
      round<NoticePayload>(text);
      break;
  }
  return 0;
}
