#include "api/protocol/document_payload.h"

#include "api/protocol/json_codec.h"

namespace kiosk::protocol {

std::string encode(const DocumentPayload& p) {
  return dump({{"person", p.person}, {"kind", p.kind}, {"blob", p.blob}, {"replaces", p.replaces}});
}

Result<DocumentPayload> decode_document_payload(std::string_view json) {
  return decoded(json, [](const In& in) {
    return DocumentPayload{in.at("person").text(short_text, 1), in.at("kind").text(short_text, 1),
                           in.at("blob").text(text_line, 1), in.at("replaces").text(text_line)};
  });
}

}  // namespace kiosk::protocol
