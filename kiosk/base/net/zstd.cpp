#include <zstd.h>

#include <algorithm>
#include <cstdlib>
#include <memory>

#include "base/net/http.h"

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

Result<std::string> plain_body(const Call& call, std::size_t limit) {
  if (call.packed) return unpack(call.body, limit);
  return call.body;
}

struct Packer::Impl {
  std::unique_ptr<ZSTD_CCtx, decltype(&ZSTD_freeCCtx)> ctx{ZSTD_createCCtx(), &ZSTD_freeCCtx};
  std::string out;

  void take(std::string_view plain, ZSTD_EndDirective mode) {
    ZSTD_inBuffer in{plain.data(), plain.size(), 0};
    for (std::size_t left = 1; left != 0 || in.pos < in.size;) {
      const std::size_t had = out.size();
      out.resize(had + ZSTD_CStreamOutSize());
      ZSTD_outBuffer o{out.data() + had, out.size() - had, 0};
      left = ZSTD_compressStream2(ctx.get(), &o, &in, mode);
      out.resize(had + o.pos);
      // Nothing can fail but memory, and then there is no packing at all.
      if (ZSTD_isError(left)) std::abort();
      if (mode == ZSTD_e_continue && in.pos == in.size) break;
    }
  }
};

Packer::Packer() : impl_(std::make_unique<Impl>()) {
  ZSTD_CCtx_setParameter(impl_->ctx.get(), ZSTD_c_compressionLevel, 1);
}
Packer::~Packer() = default;
void Packer::add(std::string_view plain) { impl_->take(plain, ZSTD_e_continue); }
std::string Packer::finish() {
  impl_->take({}, ZSTD_e_end);
  return std::move(impl_->out);
}

}  // namespace kiosk::net
