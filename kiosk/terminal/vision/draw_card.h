// Invented cards, drawn by the project, for tests and the demo: an identity card (KTP) and a membership card (KPJ) with
// whatever data the caller invents, and what a camera sees of a card held before it. Nobody's data and no real card's
// art: pale paper, plain lines, a grey shape for the photo. Deterministic on one machine type.
// Thread: any. Blocks: about 30 ms a picture. Units: BGR; a card has the ID-1 shape, 85.6 x 54 mm (ISO/IEC 7810).
#pragma once
#include <cstdint>
#include <string>

#include "base/date.h"
#include "base/image.h"

namespace kiosk::vision {

// Lines stand on the card as they are given; letters beyond ASCII are drawn as '?'.
struct KtpDrawing {
  std::string province = "PROVINSI JAWA TIMUR", city = "KOTA SURABAYA";
  std::string nik;
  std::string name = "BUDI CONTOH";
  std::string birth_place = "SURABAYA";
  Date birth;
  std::string sex = "LAKI-LAKI";
  std::string address = "JL. CONTOH NO. 12", rt_rw = "003/004", village = "KEBONSARI", district = "JAMBANGAN";
  std::string religion = "ISLAM", marital = "KAWIN", work = "KARYAWAN SWASTA";
  std::string valid_until = "SEUMUR HIDUP";
};
struct KpjDrawing {
  std::string kpj;
  std::string name = "BUDI CONTOH";
  std::string nik;  // no such line when empty
  std::string company = "PT CONTOH MAJU";
};

// `width_px` wide (at least 100), its height follows from the shape.
Image draw_ktp(const KtpDrawing& card, int width_px);
Image draw_kpj_card(const KpjDrawing& card, int width_px);

// The card in the middle of a width x height frame. `share`: card's width / frame's width. `tilt_deg`: clockwise.
// `blur`: standard deviation in frame pixels. `light`: 0 even, to 1: one side dark and a soft shine on the card.
// `seed` chooses the background, the thumb and the camera's noise. An empty card: only the background.
Image before_camera(const Image& card, double share, double tilt_deg, double blur, double light, int width, int height,
                    std::uint64_t seed = 1);

}  // namespace kiosk::vision
