#include "programs/shared/say_fault.h"

#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "base/i18n/i18n.h"

namespace kiosk::programs {

int say_fault(std::string_view program, const Fault& fault, bool json) {
  std::string words;
  if (const auto texts = i18n::Texts::load(i18n::assets("i18n"))) {
    const char* lang = std::getenv("LANG");
    const auto& language = texts->language(lang && std::string_view(lang).starts_with("id") ? "id" : "en");
    if (language.has("fault." + fault.code)) words = language.fault(fault);
  }
  if (words.empty())
    words = fault.detail.empty() ? fault.code : fault.detail;
  else if (!fault.detail.empty() && words.find(fault.detail) == std::string::npos)
    words += " (" + fault.detail + ")";
  if (!fault.field.empty()) words = fault.field + ": " + words;
  std::fprintf(stderr, "%.*s: %s [%s]\n", static_cast<int>(program.size()), program.data(), words.c_str(),
               fault.code.c_str());
  if (json) {
    const nlohmann::json j{{"ok", false}, {"code", fault.code}, {"field", fault.field}, {"message", words}};
    std::printf("%s\n", j.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace).c_str());
  }
  return static_cast<int>(fault.kind);
}

}  // namespace kiosk::programs
