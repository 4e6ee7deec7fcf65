// Cards held before the camera: an Indonesian identity card (KTP) or a KPJ membership card, to the numbers on them.
// For the runner. Thread: one thread uses one CardReader (its engine keeps state; none of static storage, Tesseract's
// own statics go first); the rest is pure. Blocks: read() takes tens to hundreds of ms of CPU on the calling thread
// alone. Owns: Tesseract's loaded data, from the first picture on. Errors: damaged ocr_missing (no language data in the
// folder). A picture that cannot be read is an empty reading. Nothing is logged; text and pixels of this room's own are
// wiped, copies inside Tesseract only freed. Source: shape ISO/IEC 7810 ID-1; NIK and KPJ as in
// domain/people/identity.h.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/date.h"
#include "base/image.h"
#include "base/result.h"

namespace kiosk::vision {

// What a card says, as far as it could be read: never half a number.
struct CardReading {
  std::string nik;            // 16 digits, domain::Nik parses it; empty when not read
  std::string kpj;            // 11 digits (a membership card); empty when not read
  std::optional<Date> birth;  // "Tempat/Tgl Lahir: KOTA, 18-02-1986"; only when it agrees with the NIK
  bool empty() const { return nik.empty() && kpj.empty(); }
  bool operator==(const CardReading&) const = default;
};
void wipe(CardReading& reading);

// From text lines (what OCR gave) to facts. In numbers O Q D, I i l, Z, S, b and B count as the digits they resemble
// while most of the number is written in digits. A NIK needs its label on the line, or a birth date that agrees; a KPJ
// needs its label on the line or on the one above. Two different numbers of a kind are none. Text of more than 8 KiB
// says nothing.
CardReading reading_of(std::string_view text, Date today);

class CardReader {
 public:
  // `data_dir` holds ind.traineddata; empty is Debian's place. The data is loaded at the first picture.
  static Result<std::unique_ptr<CardReader>> open(std::string data_dir = {});
  ~CardReader();
  CardReader(const CardReader&) = delete;
  CardReader& operator=(const CardReader&) = delete;

  // A number counts only when two treatments of its line read the same. Empty when nothing sure was seen, for a picture
  // without a card and for one whose size and pixels do not fit.
  CardReading read(const Image& image, Date today);

 private:
  struct Engine;
  explicit CardReader(std::unique_ptr<Engine> engine);
  std::unique_ptr<Engine> engine_;
};

}  // namespace kiosk::vision
