// The words that ship, read from the .po of the areas that paper uses, so that no built catalogue is needed.
#pragma once
#include <cstdlib>
#include <fstream>
#include <map>
#include <string>

#include "base/i18n/i18n.h"

namespace paper_test {

inline std::map<std::string, std::string> words_of(const std::string& language) {
  std::map<std::string, std::string> out;
  for (const char* area : {"paper", "slips", "shared", "claim", "intake", "common", "report"}) {
    const char* source = std::getenv("KIOSK_SOURCE");
    std::ifstream f(std::string(source ? source : ".") + "/assets/i18n/" + language + "/" + area + ".po");
    std::string key;
    std::string* open = nullptr;
    for (std::string line; std::getline(f, line);) {
      const auto first = line.find('"'), last = line.rfind('"');
      if (first == std::string::npos || last <= first) continue;
      const std::string text = line.substr(first + 1, last - first - 1);
      if (line.starts_with("msgid "))
        key = text, open = nullptr;
      else if (line.starts_with("msgstr "))
        out[key] = text, open = &out[key];
      else if (open)
        *open += text;
    }
  }
  return out;
}
inline const kiosk::i18n::Texts& texts() {
  static const auto all = kiosk::i18n::Texts::of({{"id", words_of("id")}, {"en", words_of("en")}});
  return all;
}

}  // namespace paper_test
