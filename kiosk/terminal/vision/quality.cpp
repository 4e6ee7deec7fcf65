#include "terminal/vision/quality.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <opencv2/imgproc.hpp>

namespace kiosk::vision {
namespace {

using domain::FaceFound;
using domain::FaceReport;
using domain::Point;
using domain::QualityCheck;

constexpr int kChip = 160;
constexpr double kEyeDistance = 50, kEyeLine = 62;  // of the chip

struct Geometry {
  double eye_distance, roll_deg, yaw, pitch;
  Point centre;  // ISO's M: the middle between the eyes
};

Geometry measure(const FaceFound& f) {
  const auto [right, left, nose, mouth_r, mouth_l] = f.landmarks;
  const double ax = left.x - right.x, ay = left.y - right.y, d = std::max(1e-3, std::hypot(ax, ay));
  const Point mid{(left.x + right.x) / 2, (left.y + right.y) / 2};
  const auto along = [&](Point p) { return ((p.x - mid.x) * ax + (p.y - mid.y) * ay) / d; };
  const auto below = [&](Point p) { return (-(p.x - mid.x) * ay + (p.y - mid.y) * ax) / d; };
  const Point mouth{(mouth_r.x + mouth_l.x) / 2, (mouth_r.y + mouth_l.y) / 2};
  const double mouth_drop = below(mouth);
  return {d, std::atan2(ay, ax) * 180 / std::numbers::pi, along(nose) / d,
          mouth_drop > 1e-3 ? below(nose) / mouth_drop : 0, mid};
}

// sRGB byte to linear light 0..1. IEC 61966-2-1.
const std::array<float, 256>& linear_of() {
  static const auto table = [] {
    std::array<float, 256> t{};
    for (std::size_t i = 0; i < 256; ++i) {
      const double v = static_cast<double>(i) / 255;
      t[i] = static_cast<float>(v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4));
    }
    return t;
  }();
  return table;
}

struct Light {
  double mean = 0, over = 0, under = 0, entropy_bits = 0, side = 1, cheek_a = 0, cheek_b = 0;
};

Light measure_light(const cv::Mat& chip) {
  Light l;
  cv::Mat mask(chip.size(), CV_8U, cv::Scalar(0)), grey;
  cv::ellipse(mask, cv::Point(kChip / 2, cvRound(kEyeLine) + 22), cv::Size(44, 60), 0, 0, 360, cv::Scalar(255), -1);
  cv::cvtColor(chip, grey, cv::COLOR_BGR2GRAY);
  const auto& lin = linear_of();
  const auto luminance = [&](const cv::Vec3b& p) {
    return 0.0722 * lin[p[0]] + 0.7152 * lin[p[1]] + 0.2126 * lin[p[2]];
  };
  std::array<double, 256> histogram{};
  double n = 0;
  for (int y = 0; y < chip.rows; ++y)
    for (int x = 0; x < chip.cols; ++x) {
      if (!mask.at<std::uint8_t>(y, x)) continue;
      const double lum = luminance(chip.at<cv::Vec3b>(y, x));
      ++n;
      l.mean += lum;
      l.over += lum * 255 >= 247;
      l.under += lum * 255 <= 25;
      ++histogram[grey.at<std::uint8_t>(y, x)];
    }
  l.mean /= n, l.over /= n, l.under /= n;
  for (const double h : histogram)
    if (h > 0) l.entropy_bits -= h / n * std::log2(h / n);
  // Cheeks: squares beneath the outer half of each eye, above the mouth.
  const auto cheek = [&](double side) {
    return chip(cv::Rect(cvRound(kChip / 2 + side * 0.52 * kEyeDistance) - 8,
                         cvRound(kEyeLine + 0.62 * kEyeDistance) - 8, 16, 16));
  };
  double light[2];
  cv::Scalar lab_sum;
  for (int i = 0; i < 2; ++i) {
    const cv::Mat patch = cheek(i == 0 ? -1 : 1);
    double sum = 0;
    for (int y = 0; y < patch.rows; ++y)
      for (int x = 0; x < patch.cols; ++x) sum += luminance(patch.at<cv::Vec3b>(y, x));
    light[i] = sum / static_cast<double>(patch.total());
    cv::Mat unit, lab;
    patch.convertTo(unit, CV_32F, 1 / 255.0);
    cv::cvtColor(unit, lab, cv::COLOR_BGR2Lab);
    lab_sum += cv::mean(lab);
  }
  // Compared as the eye sees it (gamma 2.2), so that half means half the grey, not half the photons.
  const double low = std::min(light[0], light[1]), high = std::max(light[0], light[1]);
  l.side = high > 1e-6 ? std::pow(low / high, 1 / 2.2) : 1;
  l.cheek_a = lab_sum[1] / 2, l.cheek_b = lab_sum[2] / 2;
  return l;
}

// Laplacian variance over grey variance: a blurred face keeps its variance and loses the other.
double sharpness(const cv::Mat& chip) {
  cv::Mat grey, lap;
  cv::cvtColor(chip, grey, cv::COLOR_BGR2GRAY);
  cv::Laplacian(grey, lap, CV_64F, 3);
  cv::Scalar mean, lap_dev, grey_dev;
  cv::meanStdDev(lap, mean, lap_dev);
  cv::meanStdDev(grey, mean, grey_dev);
  return grey_dev[0] > 0.5 ? lap_dev[0] * lap_dev[0] / (grey_dev[0] * grey_dev[0]) : 0;
}

class Checks {
 public:
  void at_least(const char* code, double value, double limit, const char* advice, bool required = true) {
    add(code, value, limit, value >= limit, advice, required);
  }
  void at_most(const char* code, double value, double limit, const char* advice, bool required = true) {
    add(code, value, limit, value <= limit, advice, required);
  }
  void between(const char* code, double value, double low, double high, const char* below, const char* above,
               bool required = true) {
    add(code, value, value < low ? low : high, value >= low && value <= high, value < low ? below : above, required);
  }
  void add(const char* code, double value, double limit, bool passed, const char* advice, bool required) {
    checks_.push_back({code, value, limit, passed, !required, passed ? "" : advice});
  }
  std::vector<QualityCheck> take() { return std::move(checks_); }

 private:
  std::vector<QualityCheck> checks_;
};

}  // namespace

cv::Mat eye_chip(const cv::Mat& bgr, const FaceFound& face, int side_px, double eye_distance_px, double eye_line_px) {
  const Point right = face.landmarks[0], left = face.landmarks[1];
  const double dx = left.x - right.x, dy = left.y - right.y;
  const double d = std::max(1.0, std::hypot(dx, dy));
  cv::Mat source = bgr;
  double ox = 0, oy = 0, shrunk = 1;
  if (const double down = d / (1.6 * eye_distance_px); down > 1) {
    // warpAffine samples single pixels; far smaller chips would alias and look sharper than they are.
    const int reach = cvRound(d / eye_distance_px * side_px);
    const cv::Rect around = cv::Rect(cvRound((left.x + right.x) / 2) - reach, cvRound((left.y + right.y) / 2) - reach,
                                     2 * reach, 2 * reach) &
                            cv::Rect({}, bgr.size());
    if (!around.empty()) {
      cv::resize(bgr(around), source, {}, 1 / down, 1 / down, cv::INTER_AREA);
      ox = around.x, oy = around.y;
      shrunk = static_cast<double>(source.cols) / around.width;
    }
  }
  const double k = eye_distance_px / (d * shrunk);
  const double c = k * dx / d, s = k * dy / d;
  const double mx = ((left.x + right.x) / 2 - ox) * shrunk, my = ((left.y + right.y) / 2 - oy) * shrunk;
  const cv::Matx23d m(c, s, side_px / 2.0 - c * mx - s * my, -s, c, eye_line_px + s * mx - c * my);
  cv::Mat chip;
  cv::warpAffine(source, chip, m, cv::Size(side_px, side_px), cv::INTER_LINEAR, cv::BORDER_REPLICATE);
  return chip;
}

FaceReport judge_quality(const cv::Mat& bgr, const std::vector<FaceFound>& faces, bool sees_pose, EyeFinder& eyes,
                         const QualityLimits& q) {
  const FaceFound& face = faces.front();
  const Geometry g = measure(face);
  const cv::Mat chip = eye_chip(bgr, face, kChip, kEyeDistance, kEyeLine);
  const Light light = measure_light(chip);
  const double width = bgr.cols, height = bgr.rows;

  // The order is the order of coaching: who, where, light, pose, then what only matters when the rest is right.
  Checks c;
  const auto area = [](const FaceFound& f) { return static_cast<double>(f.box.w * f.box.h); };
  c.at_most("one_face", faces.size() > 1 ? area(faces[1]) / std::max(1.0, area(face)) : 0, q.second_face_max_share,
            "coach.one_person");
  c.between("eye_distance", g.eye_distance, q.eye_distance_min_px, q.eye_distance_max_share * width,
            "coach.move_closer", "coach.move_back");
  // Left and right are the person's own: who stands left in the picture stands to his own right. One check, so the
  // direction that is out speaks, sideways first.
  const double cx = g.centre.x / width, cy = g.centre.y / height;
  if (cx < q.centre_x_min || cx > q.centre_x_max)
    c.between("centring", cx, q.centre_x_min, q.centre_x_max, "coach.move_left", "coach.move_right",
              q.centring_required);
  else
    c.between("centring", cy, q.centre_y_min, q.centre_y_max, "coach.move_down", "coach.move_up", q.centring_required);
  c.between("luminance", light.mean, q.luminance_min, q.luminance_max, "coach.more_light", "coach.less_light");
  c.at_most("over_exposure", light.over, q.over_exposed_max, "coach.less_light");
  c.at_most("under_exposure", light.under, q.under_exposed_max, "coach.more_light");
  c.at_least("side_light", light.side, q.side_light_min, "coach.side_light");
  c.at_most("roll", std::abs(g.roll_deg), q.roll_max_deg, "coach.head_straight", q.pose_required);
  if (sees_pose) {
    c.at_most("yaw", std::abs(g.yaw), q.yaw_max, "coach.face_camera", q.pose_required);
    c.between("pitch", g.pitch, q.pitch_min, q.pitch_max, "coach.level_chin", "coach.level_chin", q.pose_required);
  }
  cv::Mat grey;
  const cv::Mat eye_view = eye_chip(bgr, face, 2 * kChip, 2 * kEyeDistance, 2 * kEyeLine);
  cv::cvtColor(eye_view, grey, cv::COLOR_BGR2GRAY);
  const auto eye_at = [](double side) {
    return Point{static_cast<float>(kChip + side * kEyeDistance), static_cast<float>(2 * kEyeLine)};
  };
  const int seen = eyes.visible(grey, eye_at(-1), 2 * kEyeDistance) + eyes.visible(grey, eye_at(1), 2 * kEyeDistance);
  c.at_least("eyes_visible", seen, 1, "coach.show_eyes", q.eyes_required);
  c.at_least("sharpness", sharpness(chip), q.sharpness_min, "coach.hold_still");
  c.at_least("dynamic_range", light.entropy_bits, q.dynamic_range_min_bits, "coach.more_light");
  const bool natural = light.cheek_a >= 5 && light.cheek_a <= 25 && light.cheek_b >= 5 && light.cheek_b <= 35;
  c.add("natural_colour", light.cheek_a, 5, natural, "coach.natural_light", false);

  FaceReport report;
  report.face = face;
  report.checks = c.take();
  report.usable = std::all_of(report.checks.begin(), report.checks.end(),
                              [](const QualityCheck& k) { return k.passed || k.advice_only; });
  return report;
}

}  // namespace kiosk::vision
