#include "terminal/vision/draw_card.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <opencv2/imgproc.hpp>

#include "terminal/vision/cv_image.h"

namespace kiosk::vision {
namespace {

constexpr double kWidthMm = 85.6, kHeightMm = 54.0;
constexpr int kFont = cv::FONT_HERSHEY_DUPLEX;
constexpr double kFontCap = 21;  // height of a capital at scale 1, in pixels

// A card on which everything is measured in millimetres; drawn at twice the size and then shrunk, so that strokes of
// less than a pixel keep their weight.
class Paper {
 public:
  Paper(int width_px, cv::Scalar colour)
      : width_(std::max(width_px, 100)),
        k_(2.0 * width_ / kWidthMm),
        mat_(cvRound(kHeightMm * k_), 2 * width_, CV_8UC3, colour) {}

  int px(double mm) const { return cvRound(mm * k_); }
  cv::Point at(double x_mm, double y_mm) const { return {px(x_mm), px(y_mm)}; }
  cv::Mat& mat() { return mat_; }

  double text_width_mm(const std::string& text, double cap_mm) const {
    return cv::getTextSize(text, kFont, scale(cap_mm), stroke(cap_mm), nullptr).width / k_;
  }
  // `y_mm` is the baseline.
  void text(const std::string& text, double x_mm, double y_mm, double cap_mm, cv::Scalar colour, double bold = 1) {
    cv::putText(mat_, text, at(x_mm, y_mm), kFont, scale(cap_mm), colour, std::max(1, cvRound(bold * stroke(cap_mm))),
                cv::LINE_AA);
  }
  void centred(const std::string& t, double x_mm, double y_mm, double cap_mm, cv::Scalar colour) {
    text(t, x_mm - text_width_mm(t, cap_mm) / 2, y_mm, cap_mm, colour);
  }
  // Fine waves in two directions, as such cards carry them.
  void waves(cv::Scalar colour) {
    for (double y = -4; y < kHeightMm + 4; y += 2.2)
      for (const double turn : {0.0, std::numbers::pi / 2}) {
        std::vector<cv::Point> line;
        for (double x = 0; x <= kWidthMm; x += 0.8) line.push_back(at(x, y + 1.6 * std::sin(x / 6 + turn + y / 9)));
        cv::polylines(mat_, line, false, colour, std::max(1, px(0.12)), cv::LINE_AA);
      }
  }
  // The photo's place: a head and shoulders in grey.
  void silhouette(double x_mm, double y_mm, double w_mm, double h_mm, cv::Scalar ground) {
    cv::Mat part = mat_(cv::Rect(at(x_mm, y_mm), at(x_mm + w_mm, y_mm + h_mm)));
    part.setTo(ground);
    const int w = part.cols, h = part.rows;
    const cv::Scalar grey(110, 110, 110);
    cv::ellipse(part, {w / 2, h * 21 / 20}, {w * 9 / 20, h * 2 / 5}, 0, 0, 360, grey, cv::FILLED, cv::LINE_AA);
    cv::ellipse(part, {w / 2, h * 2 / 5}, {w / 5, h / 5}, 0, 0, 360, grey, cv::FILLED, cv::LINE_AA);
  }
  Image done() {
    cv::Mat out;
    cv::resize(mat_, out, cv::Size(width_, cvRound(width_ * kHeightMm / kWidthMm)), 0, 0, cv::INTER_AREA);
    return to_image(out);
  }

 private:
  double scale(double cap_mm) const { return cap_mm * k_ / kFontCap; }
  int stroke(double cap_mm) const { return std::max(1, cvRound(cap_mm * k_ / 9)); }

  int width_;
  double k_;  // pixels of the drawing in a millimetre
  cv::Mat mat_;
};

std::string day_month_year(Date d) {
  const std::string iso = d.iso();
  return iso.substr(8, 2) + "-" + iso.substr(5, 2) + "-" + iso.substr(0, 4);
}

class Noise {
 public:
  explicit Noise(std::uint64_t seed) : rng_(seed * 0x9E3779B97F4A7C15u + 1) {}
  double between(double low, double high) { return rng_.uniform(low, high); }
  cv::RNG& rng() { return rng_; }

 private:
  cv::RNG rng_;
};

// A room out of focus: a wall, a few large shapes, somebody's coat below.
cv::Mat room_behind(Noise& dice, int width, int height) {
  const double base = dice.between(60, 120);
  cv::Mat out(height, width, CV_8UC3, cv::Scalar(base, base * 1.02, base * 1.05));
  for (int i = 0; i < 7; ++i) {
    const cv::Scalar colour(dice.between(30, 190), dice.between(30, 180), dice.between(30, 180));
    const cv::Point a(cvRound(dice.between(-0.2, 1) * width), cvRound(dice.between(-0.2, 1) * height));
    cv::rectangle(out, {a.x, a.y, cvRound(dice.between(0.1, 0.5) * width), cvRound(dice.between(0.1, 0.5) * height)},
                  colour, cv::FILLED);
  }
  cv::ellipse(out, {width / 2, height}, {width * 2 / 5, height / 3}, 0, 0, 360,
              cv::Scalar(dice.between(20, 120), dice.between(20, 90), dice.between(20, 90)), cv::FILLED);
  cv::GaussianBlur(out, out, {}, width / 120.0);
  return out;
}

// Falls of light across the frame and a shine on the card, each pixel times a factor and plus a haze.
void put_light(cv::Mat& frame, Noise& dice, double light, double card_px) {
  const double way = dice.between(0, 2 * std::numbers::pi);
  const double dx = std::cos(way), dy = std::sin(way), reach = std::hypot(frame.cols, frame.rows) / 2;
  const double sx = frame.cols / 2.0 + dice.between(-0.35, 0.35) * card_px;
  const double sy = frame.rows / 2.0 + dice.between(-0.2, 0.2) * card_px, wide = 0.16 * card_px;
  for (int y = 0; y < frame.rows; ++y) {
    auto* row = frame.ptr<cv::Vec3b>(y);
    for (int x = 0; x < frame.cols; ++x) {
      const double across = ((x - frame.cols / 2.0) * dx + (y - frame.rows / 2.0) * dy) / reach;  // -1..1
      const double factor = 1 - light * 0.7 * std::clamp(0.5 + 0.7 * across, 0.0, 1.0);
      const double d2 = ((x - sx) * (x - sx) + (y - sy) * (y - sy)) / (wide * wide);
      const double haze = d2 > 8 ? 0 : 70 * light * std::exp(-d2 / 2);
      for (int k = 0; k < 3; ++k) row[x][k] = cv::saturate_cast<std::uint8_t>(row[x][k] * factor + haze);
    }
  }
}

}  // namespace

Image draw_ktp(const KtpDrawing& card, int width_px) {
  Paper p(width_px, cv::Scalar(238, 224, 200));
  const cv::Scalar ink(40, 30, 30);
  p.waves(cv::Scalar(228, 208, 178));
  p.centred(card.province, kWidthMm / 2, 5.4, 2.3, ink);
  p.centred(card.city, kWidthMm / 2, 9.2, 2.3, ink);
  p.text("NIK", 3.2, 14.6, 2.8, ink, 1.2);
  p.text(": " + card.nik, 12.5, 14.6, 2.8, ink, 1.2);
  const std::pair<const char*, std::string> lines[] = {
      {"Nama", card.name},
      {"Tempat/Tgl Lahir", card.birth_place + ", " + day_month_year(card.birth)},
      {"Jenis Kelamin", card.sex},
      {"Alamat", card.address},
      {"   RT/RW", card.rt_rw},
      {"   Kel/Desa", card.village},
      {"   Kecamatan", card.district},
      {"Agama", card.religion},
      {"Status Perkawinan", card.marital},
      {"Pekerjaan", card.work},
      {"Kewarganegaraan", "WNI"},
      {"Berlaku Hingga", card.valid_until}};
  double y = 18.5;
  for (const auto& [label, value] : lines) {
    p.text(label, 3.2, y, 1.55, ink);
    p.text(": " + value, 26, y, 1.55, ink);
    y += 2.85;
  }
  p.silhouette(63, 16, 19.5, 24, cv::Scalar(60, 60, 190));
  p.text(card.city.starts_with("KOTA ") ? card.city.substr(5) : card.city, 65, 43.5, 1.5, ink);
  return p.done();
}

Image draw_kpj_card(const KpjDrawing& card, int width_px) {
  Paper p(width_px, cv::Scalar(236, 238, 232));
  const cv::Scalar ink(50, 40, 30), green(70, 130, 60);
  p.waves(cv::Scalar(220, 230, 214));
  cv::rectangle(p.mat(), p.at(0, 0), p.at(kWidthMm, 11), green, cv::FILLED);
  p.text("KARTU PESERTA", 4, 7.2, 3.2, cv::Scalar(250, 250, 250));
  p.text("Jaminan Sosial Ketenagakerjaan", 4, 17.5, 2.1, ink);
  p.text("Nomor KPJ", 4, 25, 2.0, ink);
  p.text(": " + card.kpj, 24, 25, 3.0, ink, 1.1);
  p.text("Nama", 4, 31, 2.0, ink);
  p.text(": " + card.name, 24, 31, 2.0, ink);
  if (!card.nik.empty()) {
    p.text("NIK", 4, 36, 2.0, ink);
    p.text(": " + card.nik, 24, 36, 2.0, ink);
  }
  p.text("Perusahaan", 4, 41, 2.0, ink);
  p.text(": " + card.company, 24, 41, 2.0, ink);
  return p.done();
}

Image before_camera(const Image& card, double share, double tilt_deg, double blur, double light, int width, int height,
                    std::uint64_t seed) {
  Noise dice(seed);
  cv::Mat frame = room_behind(dice, width, height);
  const double card_px = share * width;
  if (!card.empty()) {
    const cv::Mat drawn = as_bgr(card);
    const double k = card_px / drawn.cols;
    cv::Mat sized;
    cv::resize(drawn, sized, {}, k, k, k < 1 ? cv::INTER_AREA : cv::INTER_CUBIC);
    cv::Mat turn = cv::getRotationMatrix2D(cv::Point2f(cv::Point2d(sized.cols / 2.0, sized.rows / 2.0)), -tilt_deg, 1);
    turn.at<double>(0, 2) += (width - sized.cols) / 2.0 + dice.between(-0.02, 0.02) * width;
    turn.at<double>(1, 2) += (height - sized.rows) / 2.0 + dice.between(-0.02, 0.02) * height;
    cv::Mat placed, mask;
    cv::warpAffine(sized, placed, turn, frame.size(), cv::INTER_CUBIC, cv::BORDER_REPLICATE);
    cv::warpAffine(cv::Mat(sized.size(), CV_8U, cv::Scalar(255)), mask, turn, frame.size());
    placed.copyTo(frame, mask);
    // A thumb holds the lower edge, right of the lines.
    const double a = tilt_deg * std::numbers::pi / 180, tx = 0.28 * card_px, ty = 0.36 * card_px;
    const cv::Point thumb(cvRound(width / 2.0 + tx * std::cos(a) - ty * std::sin(a)),
                          cvRound(height / 2.0 + tx * std::sin(a) + ty * std::cos(a)));
    cv::ellipse(frame, thumb, {cvRound(0.05 * card_px), cvRound(0.13 * card_px)}, tilt_deg + dice.between(-15, 15), 0,
                360, cv::Scalar(95, 130, 175), cv::FILLED, cv::LINE_AA);
  }
  put_light(frame, dice, std::clamp(light, 0.0, 1.0), std::max(card_px, 1.0));
  if (blur > 0) cv::GaussianBlur(frame, frame, {}, blur);
  cv::Mat noisy, grain(frame.size(), CV_16SC3);
  dice.rng().fill(grain, cv::RNG::NORMAL, 0, 4);
  cv::add(frame, grain, noisy, cv::noArray(), CV_8U);
  return to_image(noisy);
}

}  // namespace kiosk::vision
