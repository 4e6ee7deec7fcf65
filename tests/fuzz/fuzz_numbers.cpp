#include "base/date.h"
#include "base/ids.h"
#include "domain/people/identity.h"
#include "events/event.h"

// Whatever parses keeps its shape and parses again from its own text.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace kiosk;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (auto nik = domain::Nik::parse(text)) {
    if (nik->digits().size() != 16 || !domain::Nik::parse(nik->digits())) __builtin_trap();
    (void)nik->birth_candidates(*Date::parse("2026-11-20"));
    (void)nik->masked();
  }
  if (auto kpj = domain::Kpj::parse(text); kpj && kpj->digits().size() != 11) __builtin_trap();
  if (auto npwp = domain::Npwp::parse(text); npwp && !domain::Npwp::parse(npwp->digits())) __builtin_trap();
  if (auto date = Date::parse(text); date && date->iso() != text) __builtin_trap();
  if (auto id = Uuid::parse(text); id && id->str() != text) __builtin_trap();
  if (auto person = domain::PersonId::from_key(text); person && !domain::PersonId::from_key(person->key()))
    __builtin_trap();
  (void)domain::normalise_phone(text);
  (void)domain::mask_name(text);
  (void)events::check_receipt_qr(text, "JKT01", {});
  return 0;
}
