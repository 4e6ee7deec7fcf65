// claim.document_replaced: a document of a claim was scanned again, because the bytes of the first scan were damaged
// before the centre had them; the new blob stands in the event's header too. document.damaged: that blob was given up.
#pragma once
#include <string>
#include <string_view>

#include "base/result.h"

namespace kiosk::protocol {

struct DocumentPayload {
  std::string person;          // key
  std::string kind;            // of the document: ktp, kk, ...
  std::string blob, replaces;  // names of the new and of the damaged blob; document.damaged: the damaged one, and none
};
std::string encode(const DocumentPayload&);
Result<DocumentPayload> decode_document_payload(std::string_view json);

}  // namespace kiosk::protocol
