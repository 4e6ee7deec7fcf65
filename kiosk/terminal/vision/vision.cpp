#include "terminal/vision/vision.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <opencv2/core/ocl.hpp>
#include <opencv2/dnn.hpp>
#include <opencv2/imgproc.hpp>
#include <utility>

#include "base/log.h"
#include "terminal/vision/cv_image.h"
#include "terminal/vision/detect.h"
#include "terminal/vision/quality.h"

namespace kiosk::vision {
namespace {

using domain::FaceFound;
using domain::FaceReport;
using domain::FaceTemplate;
using domain::Point;

static_assert(std::endian::native == std::endian::little, "templates are stored little-endian as they lie in memory");

// Where recognisers of this family expect right eye, left eye, nose and mouth corners in a 112 x 112 crop (ArcFace).
constexpr std::array<Point, 5> kPattern = {
    {{38.2946f, 51.6963f}, {73.5318f, 51.5014f}, {56.0252f, 71.7366f}, {41.5493f, 92.3655f}, {70.7299f, 92.2041f}}};

// The least-squares similarity (turn, scale, shift) that carries `from` onto `to`.
cv::Matx23d similarity(const std::array<Point, 5>& from, const std::array<Point, 5>& to) {
  double fx = 0, fy = 0, tx = 0, ty = 0;
  for (std::size_t i = 0; i < 5; ++i) fx += from[i].x / 5, fy += from[i].y / 5, tx += to[i].x / 5, ty += to[i].y / 5;
  double dot = 0, cross = 0, size = 0;
  for (std::size_t i = 0; i < 5; ++i) {
    const double ax = from[i].x - fx, ay = from[i].y - fy, bx = to[i].x - tx, by = to[i].y - ty;
    dot += ax * bx + ay * by, cross += ax * by - ay * bx, size += ax * ax + ay * ay;
  }
  const double c = dot / std::max(size, 1e-9), s = cross / std::max(size, 1e-9);
  return {c, -s, tx - c * fx + s * fy, s, c, ty - s * fx - c * fy};
}

cv::Mat aligned_crop(const cv::Mat& bgr, const FaceFound& face, int side_px) {
  std::array<Point, 5> pattern = kPattern, marks = face.landmarks;
  for (auto& p : pattern) p = {p.x * static_cast<float>(side_px) / 112, p.y * static_cast<float>(side_px) / 112};
  cv::Mat source = bgr;
  const double d = std::hypot(marks[1].x - marks[0].x, marks[1].y - marks[0].y);
  if (const double down = d / (2 * 0.3146 * side_px); down > 1) {  // shrink first: a plain warp would alias
    cv::resize(bgr, source, {}, 1 / down, 1 / down, cv::INTER_AREA);
    for (auto& p : marks) p = {static_cast<float>(p.x / down), static_cast<float>(p.y / down)};
  }
  cv::Mat crop;
  cv::warpAffine(source, crop, similarity(marks, pattern), cv::Size(side_px, side_px), cv::INTER_LINEAR,
                 cv::BORDER_CONSTANT);
  return crop;
}

FaceReport no_face_report(const std::string& detector) {
  FaceReport r;
  r.detector = detector;
  r.checks.push_back({"face_found", 0, 1, false, false, "coach.no_face"});
  return r;
}

}  // namespace

struct Vision::Parts {
  VisionSettings settings;
  std::unique_ptr<Detector> detector;
  std::unique_ptr<EyeFinder> eyes;
  std::optional<Profile> profile;
  std::string profile_id;
  cv::dnn::Net net;
  bool used_net = false;  // it holds a face
};

Vision::Vision(std::unique_ptr<Parts> parts) : p_(std::move(parts)) {}
Vision::~Vision() = default;

Result<std::unique_ptr<Vision>> Vision::open(const VisionSettings& settings) {
  cv::setNumThreads(1);  // a kiosk has two cores and a screen to draw; one frame is cheap enough
  cv::ocl::setUseOpenCL(false);
  auto parts = std::make_unique<Parts>();
  parts->settings = settings;
  TRY(parts->detector, open_detector(settings));
  TRY(parts->eyes, open_eye_finder(settings));
  for (const auto& profile : settings.profiles) {
    TRY(const ModelBytes model, read_model(settings.models_dir, profile.file, profile.sha256));
    if (!model.found) continue;
    Fault unreadable = damaged("model_unreadable", model.path);
    unreadable.field = profile.file;
    TRY_DONE(guarded(unreadable, [&]() -> Result<Done> {
      parts->net = cv::dnn::readNetFromONNX(reinterpret_cast<const char*>(model.bytes.data()), model.bytes.size());
      parts->net.setPreferableBackend(cv::dnn::DNN_BACKEND_OPENCV);
      parts->net.setPreferableTarget(cv::dnn::DNN_TARGET_CPU);
      return Done{};
    }));
    parts->profile = profile;
    parts->profile_id = profile.name + "@" + profile.sha256.substr(0, 12);
    break;
  }
  return std::unique_ptr<Vision>(new Vision(std::move(parts)));
}

const std::string& Vision::detector() const { return p_->detector->name(); }
bool Vision::has_recogniser() const { return p_->profile.has_value(); }
const std::string& Vision::profile() const { return p_->profile_id; }

Result<std::vector<FaceFound>> Vision::find_faces(const Image& image) {
  if (image.empty()) return bad_input("photo_empty", "photo", "a picture without pixels");
  return guarded(damaged("vision_failed", "face search"),
                 [&]() -> Result<std::vector<FaceFound>> { return p_->detector->find(as_bgr(image)); });
}

Result<FaceReport> Vision::inspect(const Image& image, Purpose purpose) {
  TRY(const auto faces, find_faces(image));
  if (faces.empty()) return no_face_report(detector());
  return guarded(damaged("vision_failed", "quality"), [&]() -> Result<FaceReport> {
    const auto limits = p_->settings.limits.find(purpose);
    auto report = judge_quality(as_bgr(image), faces, p_->detector->sees_pose(), *p_->eyes,
                                limits == p_->settings.limits.end() ? limits_for(purpose) : limits->second);
    report.detector = detector();
    return report;
  });
}

Result<FaceTemplate> Vision::make_template(const Image& image, const FaceFound& face) {
  if (!p_->profile) return refused("no_recogniser", "no recogniser model is installed");
  if (image.empty()) return bad_input("photo_empty", "photo", "a picture without pixels");
  return guarded(damaged("vision_failed", "template"), [&]() -> Result<FaceTemplate> {
    const Profile& profile = *p_->profile;
    cv::Mat crop = aligned_crop(as_bgr(image), face, profile.input_px);
    if (profile.rgb) cv::cvtColor(crop, crop, cv::COLOR_BGR2RGB);
    std::vector<cv::Mat> planes;
    cv::split(crop, planes);
    for (std::size_t i = 0; i < 3; ++i)
      planes[i].convertTo(planes[i], CV_32F, profile.scale[i], -profile.mean[i] * profile.scale[i]);
    cv::merge(planes, crop);
    p_->used_net = true;
    p_->net.setInput(cv::dnn::blobFromImage(crop));
    cv::Mat out = p_->net.forward().reshape(1, 1);
    cv::normalize(out, out);
    if (!cv::checkRange(out)) return damaged("vision_failed", "the recogniser gave no numbers");
    FaceTemplate t;
    t.profile = p_->profile_id;
    t.values.resize(out.total() * sizeof(float));
    std::memcpy(t.values.data(), out.ptr<float>(), t.values.size());
    return t;
  });
}

void Vision::forget() {
  const auto done = guarded(damaged("vision_failed", "forgetting"), [&]() -> Result<Done> {
    p_->detector->forget();
    p_->eyes->forget();
    if (!std::exchange(p_->used_net, false)) return Done{};
    const cv::Size size(p_->profile->input_px, p_->profile->input_px);
    p_->net.setInput(cv::dnn::blobFromImage(cv::Mat(size, CV_32FC3, cv::Scalar(0, 0, 0))));
    (void)p_->net.forward();
    return Done{};
  });
  if (!done) log::warn("buffers of pictures were not overwritten", {{"code", done.fault().code}});
}

Result<double> Vision::score(const FaceTemplate& a, const FaceTemplate& b) const {
  if (!p_->profile) return refused("no_recogniser", "no recogniser model is installed");
  if (a.profile != p_->profile_id || b.profile != p_->profile_id || a.values.size() != b.values.size() ||
      a.values.empty() || a.values.size() % sizeof(float) != 0)
    return refused("template_foreign", "made by another recogniser than " + p_->profile_id);
  double dot = 0, aa = 0, bb = 0;
  for (std::size_t i = 0; i < a.values.size(); i += sizeof(float)) {
    float x = 0, y = 0;
    std::memcpy(&x, a.values.data() + i, sizeof x);
    std::memcpy(&y, b.values.data() + i, sizeof y);
    dot += double{x} * y, aa += double{x} * x, bb += double{y} * y;
  }
  const double cosine = dot / std::sqrt(std::max(aa * bb, 1e-12));
  if (!std::isfinite(cosine)) return refused("template_foreign", "not numbers");
  return std::clamp(cosine, -1.0, 1.0);
}

domain::FaceVerdict Vision::judge(double score) const {
  if (!p_->profile) return domain::FaceVerdict::Officer;
  if (score >= p_->profile->accept) return domain::FaceVerdict::Accept;
  return score < p_->profile->no_match ? domain::FaceVerdict::NoMatch : domain::FaceVerdict::Grey;
}

double Stillness::look(const std::optional<FaceFound>& face) {
  if (!face) {
    forget();
    return 1;
  }
  double shift = 1;
  if (last_) {
    const auto& now = face->landmarks;
    const auto& before = last_->landmarks;
    const double d = std::max(1.0, static_cast<double>(std::hypot(now[1].x - now[0].x, now[1].y - now[0].y)));
    shift = 0;
    for (std::size_t i = 0; i < 5; ++i)
      shift = std::max(shift, std::hypot(now[i].x - before[i].x, now[i].y - before[i].y) / d);
  }
  calm_ = shift <= max_shift_ ? calm_ + 1 : 0;
  last_ = face;
  return shift;
}

}  // namespace kiosk::vision
