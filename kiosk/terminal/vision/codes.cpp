#include <ZXing/ReadBarcode.h>
#include <ZXing/TextUtfEncoding.h>

#include "terminal/vision/vision.h"

namespace kiosk::vision {

std::vector<std::string> read_codes(const Image& image) {
  std::vector<std::string> out;
  if (image.empty()) return out;
  ZXing::ImageFormat format = ZXing::ImageFormat::BGR;
  switch (image.format) {
    case PixelFormat::Grey:
      format = ZXing::ImageFormat::Lum;
      break;
    case PixelFormat::Bgr:
      format = ZXing::ImageFormat::BGR;
      break;
    case PixelFormat::Bgra:
      format = ZXing::ImageFormat::BGRX;
      break;
  }
  try {
    ZXing::DecodeHints hints;
    hints.setFormats(ZXing::BarcodeFormat::QRCode | ZXing::BarcodeFormat::Code128 | ZXing::BarcodeFormat::DataMatrix);
    const ZXing::ImageView pixels(image.pixels.data(), image.width, image.height, format);
    for (const auto& code : ZXing::ReadBarcodes(pixels, hints))
      if (code.isValid()) out.push_back(ZXing::TextUtfEncoding::ToUtf8(code.text()));
  } catch (const std::exception&) {
    // Nothing readable is the ordinary case and says the same.
  }
  return out;
}

}  // namespace kiosk::vision
