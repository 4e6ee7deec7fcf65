#include "programs/shared/rules_file.h"
#include "programs/shared/settings.h"

// Both files that people write by hand: kiosk.toml and rules.toml; the first byte chooses. A book that is taken can be
// read on any day.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace kiosk;
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  if (data[0] % 2 == 0) {
    (void)programs::parse_settings(text, "fuzz");
  } else if (const auto book = programs::parse_rules(text, "fuzz")) {
    if (!book->at(*Date::parse("2026-11-20"))) __builtin_trap();
  }
  return 0;
}
