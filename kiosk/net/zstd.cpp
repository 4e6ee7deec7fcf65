#include <zstd.h>

#include <algorithm>
#include <memory>

#include "net/http.h"

namespace kiosk::net {

std::string pack(std::string_view plain) {
  std::string out(ZSTD_compressBound(plain.size()), '\0');
  const std::size_t n = ZSTD_compress(out.data(), out.size(), plain.data(), plain.size(), 1);
  if (ZSTD_isError(n)) return {};  // cannot happen: the bound is the library's own
  out.resize(n);
  return out;
}

Result<std::string> unpack(std::string_view packed, std::size_t limit) {
  const std::unique_ptr<ZSTD_DCtx, decltype(&ZSTD_freeDCtx)> ctx(ZSTD_createDCtx(), &ZSTD_freeDCtx);
  // A window larger than the limit is never needed, and would be memory an attacker chooses.
  ZSTD_DCtx_setParameter(ctx.get(), ZSTD_d_windowLogMax, 24);
  ZSTD_inBuffer in{packed.data(), packed.size(), 0};
  std::string out;
  std::string chunk(ZSTD_DStreamOutSize(), '\0');
  std::size_t more = 1;
  while (in.pos < in.size || more != 0) {
    ZSTD_outBuffer o{chunk.data(), chunk.size(), 0};
    const std::size_t in_before = in.pos;
    more = ZSTD_decompressStream(ctx.get(), &o, &in);
    if (ZSTD_isError(more))
      return bad_input("body_unreadable", "body", "zstd: " + std::string(ZSTD_getErrorName(more)));
    if (out.size() + o.pos > limit)
      return bad_input("body_too_large", "body", "more than " + std::to_string(limit) + " bytes unpacked");
    out.append(chunk.data(), o.pos);
    if (in.pos == in_before && o.pos == 0) {
      if (more != 0) return bad_input("body_unreadable", "body", "zstd: cut short");
      break;
    }
  }
  return out;
}

}  // namespace kiosk::net
