#include "node/lan/rights.h"

#include "api/verbs/branch.h"

namespace kiosk::lan {

bool may(std::string_view role, std::string_view verb) {
  namespace t = verbs::terminals;
  const verbs::Terminals mine = role == "kiosk"     ? t::kiosk
                                : role == "counter" ? t::counter
                                : role == "board"   ? t::board
                                                    : t::box;
  bool found = false;
  verbs::AllVerbs::each(
      [&]<class V>() { found = found || (V::verb.name == verb && (V::verb.access.terminals & mine)); });
  return found;
}

}  // namespace kiosk::lan
