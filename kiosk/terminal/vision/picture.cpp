#include "terminal/vision/picture.h"

#include <algorithm>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include "terminal/vision/cv_image.h"
#include "terminal/vision/jpeg_check.h"

namespace kiosk::vision {
namespace {

Fault unreadable(std::string detail) { return bad_input("photo_unreadable", "photo", std::move(detail)); }

}  // namespace

cv::Mat as_bgr(const Image& image) {
  const cv::Mat in = view(image);
  cv::Mat out;
  switch (image.format) {
    case PixelFormat::Bgr:
      return in;
    case PixelFormat::Grey:
      cv::cvtColor(in, out, cv::COLOR_GRAY2BGR);
      return out;
    case PixelFormat::Bgra:
      cv::cvtColor(in, out, cv::COLOR_BGRA2BGR);
      return out;
  }
  return in;
}

Image to_image(const cv::Mat& mat) {
  CV_Assert(mat.depth() == CV_8U && (mat.channels() == 1 || mat.channels() == 3 || mat.channels() == 4));
  Image out;
  out.width = mat.cols;
  out.height = mat.rows;
  out.format = static_cast<PixelFormat>(mat.channels());
  out.pixels.resize(out.stride() * static_cast<std::size_t>(mat.rows));
  for (int y = 0; y < mat.rows; ++y)
    std::copy_n(mat.ptr<std::uint8_t>(y), out.stride(), out.pixels.data() + out.stride() * static_cast<std::size_t>(y));
  return out;
}

Result<PictureInfo> probe_picture(ByteView file, const PictureLimits& limits) { return picture_shape(file, limits); }

Result<Done> check_picture(ByteView file, const PictureLimits& limits) {
  TRY(const PictureInfo info, picture_shape(file, limits));
  if (info.kind != "jpeg") {
    TRY_DONE(decode_picture(file, limits));  // its decoder is as strict as a check
    return Done{};
  }
  if (auto damage = jpeg_damage(file)) return unreadable("damaged jpeg: " + *damage);
  return Done{};
}

Result<Image> decode_picture(ByteView file, const PictureLimits& limits) {
  TRY(const PictureInfo info, picture_shape(file, limits));
  if (info.kind == "jpeg") {
    if (auto damage = jpeg_damage(file)) return unreadable("damaged jpeg: " + *damage);
  }
  return guarded(unreadable("damaged " + info.kind), [&]() -> Result<Image> {
    const cv::Mat raw(1, static_cast<int>(file.size()), CV_8U, const_cast<std::uint8_t*>(file.data()));
    const cv::Mat picture = cv::imdecode(raw, cv::IMREAD_COLOR);  // applies the EXIF orientation
    if (picture.empty()) return unreadable("damaged " + info.kind);
    return to_image(picture);
  });
}

Result<Bytes> encode_jpeg(const Image& image, int quality) {
  return guarded(refused("photo_unencodable"), [&]() -> Result<Bytes> {
    Bytes out;
    if (image.empty() || !cv::imencode(".jpg", as_bgr(image), out, {cv::IMWRITE_JPEG_QUALITY, quality}))
      return refused("photo_unencodable", "an empty picture");
    return out;
  });
}

Result<Bytes> encode_png(const Image& image) {
  return guarded(refused("photo_unencodable"), [&]() -> Result<Bytes> {
    Bytes out;
    if (image.empty() || !cv::imencode(".png", view(image), out))
      return refused("photo_unencodable", "an empty picture");
    return out;
  });
}

Image shrink(const Image& image, int side_px) {
  const int side = std::max(image.width, image.height);
  if (side <= side_px || side_px <= 0) return image;
  cv::Mat out;
  const double k = static_cast<double>(side_px) / side;
  cv::resize(view(image), out, cv::Size(std::max(1, cvRound(image.width * k)), std::max(1, cvRound(image.height * k))),
             0, 0, cv::INTER_AREA);
  return to_image(out);
}

}  // namespace kiosk::vision
