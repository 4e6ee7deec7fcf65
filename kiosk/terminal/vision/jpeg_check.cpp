#include "terminal/vision/jpeg_check.h"

#include <cstdio>  // jpeglib.h needs size_t and FILE before it

#include <jpeglib.h>

#include <jerror.h>

#include <array>
#include <csetjmp>

namespace kiosk::vision {
namespace {

struct Errors {
  jpeg_error_mgr base;  // first: libjpeg hands its address back
  std::jmp_buf out;
  bool damaged;
  std::array<char, JMSG_LENGTH_MAX> text;
};

Errors& errors_of(j_common_ptr c) { return *reinterpret_cast<Errors*>(c->err); }

void note(j_common_ptr c) {
  auto& e = errors_of(c);
  if (!e.damaged) c->err->format_message(c, e.text.data());  // the first says most
  e.damaged = true;
}
[[noreturn]] void on_error(j_common_ptr c) {
  note(c);
  std::longjmp(errors_of(c).out, 1);
}
void on_message(j_common_ptr c, int level) {
  // Two warnings are of odd labels, not of lost pixels; level 0 and above is chatter.
  const int code = c->err->msg_code;
  if (level < 0 && code != JWRN_ADOBE_XFORM && code != JWRN_JFIF_MAJOR) note(c);
}

// Nothing here has a destructor: an error jumps over it.
void read_all(jpeg_decompress_struct& c, Errors& e, ByteView file) {
  if (setjmp(e.out) != 0) return;
  jpeg_create_decompress(&c);
  jpeg_mem_src(&c, file.data(), static_cast<unsigned long>(file.size()));
  jpeg_read_header(&c, TRUE);
  // Every coefficient is still read; only the arithmetic behind it is saved.
  c.scale_num = 1, c.scale_denom = 8;
  c.do_block_smoothing = FALSE;
  c.dct_method = JDCT_IFAST;
  jpeg_start_decompress(&c);
  const JDIMENSION width = c.output_width * static_cast<JDIMENSION>(c.output_components);
  JSAMPARRAY row = (*c.mem->alloc_sarray)(reinterpret_cast<j_common_ptr>(&c), JPOOL_IMAGE, width, 1);
  while (!e.damaged && c.output_scanline < c.output_height) jpeg_read_scanlines(&c, row, 1);
  if (!e.damaged) jpeg_finish_decompress(&c);
}

}  // namespace

std::optional<std::string> jpeg_damage(ByteView file) {
  jpeg_decompress_struct c{};
  Errors e{};
  c.err = jpeg_std_error(&e.base);
  e.base.error_exit = on_error;
  e.base.emit_message = on_message;
  read_all(c, e, file);
  jpeg_destroy_decompress(&c);
  if (!e.damaged) return std::nullopt;
  return std::string(e.text.data());
}

}  // namespace kiosk::vision
