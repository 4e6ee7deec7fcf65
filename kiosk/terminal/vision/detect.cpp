#include "terminal/vision/detect.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <opencv2/imgproc.hpp>
#include <opencv2/objdetect.hpp>

#include "base/crypto/sha256.h"
#include "terminal/vision/cv_image.h"

namespace kiosk::vision {
namespace {

using domain::FaceFound;
using domain::Point;

bool file_exists(const std::string& path) {
  if (std::FILE* f = std::fopen(path.c_str(), "rb")) {
    std::fclose(f);
    return true;
  }
  return false;
}

std::string find_cascade(const VisionSettings& settings, const std::string& name) {
  std::vector<std::string> places = {"/usr/share/opencv4/haarcascades", "/usr/share/opencv/haarcascades",
                                     "/usr/local/share/opencv4/haarcascades"};
  if (!settings.cascades_dir.empty()) places = {settings.cascades_dir};
  for (const auto& dir : places)
    if (const std::string path = dir + "/" + name; file_exists(path)) return path;
  return {};
}

void largest_first(std::vector<FaceFound>& faces) {
  std::sort(faces.begin(), faces.end(),
            [](const FaceFound& a, const FaceFound& b) { return a.box.w * a.box.h > b.box.w * b.box.h; });
}

void place(FaceFound& face, double scale, cv::Point2f offset) {
  const auto k = static_cast<float>(scale);
  face.box = {face.box.x * k + offset.x, face.box.y * k + offset.y, face.box.w * k, face.box.h * k};
  for (auto& p : face.landmarks) p = {p.x * k + offset.x, p.y * k + offset.y};
}

// YuNet is at its best with faces 50 to 200 px wide, so the picture is looked at in several sizes, the usual one first.
class YuNet final : public Detector {
 public:
  YuNet(cv::Ptr<cv::FaceDetectorYN> net) : net_(std::move(net)) {}
  const std::string& name() const override { return name_; }
  bool sees_pose() const override { return true; }
  void forget() override {  // a picture of another size: every buffer is made anew
    const cv::Size size(64, last_.height == 64 && last_.width == 64 ? 96 : 64);
    (void)look(cv::Mat(size, CV_8UC3, cv::Scalar(128, 128, 128)), 1);
  }

  std::vector<FaceFound> find(const cv::Mat& bgr) override {
    const int side = std::max(bgr.cols, bgr.rows);
    std::vector<FaceFound> faces;
    double used = 0;
    for (const int target : {320, 640, 1280, 160}) {
      const double scale = std::min(1.0, static_cast<double>(target) / side);
      if (scale == used) continue;
      faces = look(bgr, scale);
      used = scale;
      if (!faces.empty()) break;
    }
    if (faces.empty()) return faces;
    // Landmarks drift with the size of the face (the nose by a twentieth of the eye distance), a face that fills the
    // frame makes several boxes and a tiny one loose landmarks: so the final look has the eyes about 42 px apart.
    const auto& marks = faces.front().landmarks;
    const double eyes = std::hypot(marks[1].x - marks[0].x, marks[1].y - marks[0].y);
    const double best = std::clamp(42 / std::max(1.0, eyes), 16.0 / side, 1.0);
    if ((best < 0.85 * used || best > 1.18 * used) && side * best <= 2000) {
      auto again = look(bgr, best);
      if (!again.empty()) faces = std::move(again);
    }
    return faces;
  }

 private:
  std::vector<FaceFound> look(const cv::Mat& bgr, double scale) {
    cv::Mat small;
    const cv::Size size(std::max(1, cvRound(bgr.cols * scale)), std::max(1, cvRound(bgr.rows * scale)));
    cv::resize(bgr, small, size, 0, 0, scale < 1 ? cv::INTER_AREA : cv::INTER_LINEAR);
    if (small.cols < 64 || small.rows < 64)  // the network refuses sides under 63 px
      cv::copyMakeBorder(small, small, 0, std::max(0, 64 - small.rows), 0, std::max(0, 64 - small.cols),
                         cv::BORDER_REPLICATE);
    net_->setInputSize(last_ = small.size());
    cv::Mat found;
    net_->detect(small, found);
    std::vector<FaceFound> faces;
    for (int i = 0; i < found.rows; ++i) {
      const float* r = found.ptr<float>(i);
      FaceFound f;
      f.box = {r[0], r[1], r[2], r[3]};
      for (std::size_t k = 0; k < 5; ++k) f.landmarks[k] = {r[4 + 2 * k], r[5 + 2 * k]};
      f.score = r[14];
      place(f, static_cast<double>(bgr.cols) / size.width, {});
      // In the padding of a tiny picture the network dreams; 8 px between the eyes are no face anybody can use.
      const float eyes = std::hypot(f.landmarks[1].x - f.landmarks[0].x, f.landmarks[1].y - f.landmarks[0].y);
      const float x = f.box.x + f.box.w / 2, y = f.box.y + f.box.h / 2;
      const bool inside = x > 0 && y > 0 && x < static_cast<float>(bgr.cols) && y < static_cast<float>(bgr.rows);
      if (eyes >= 8 && inside) faces.push_back(f);
    }
    largest_first(faces);
    return faces;
  }

  std::string name_ = "yunet-2022mar";
  cv::Ptr<cv::FaceDetectorYN> net_;
  cv::Size last_;
};

// A cascade's scaled pictures stay in it, in buffers that grow and do not shrink: a grey one of the same size lies over
// them.
void overwrite(cv::CascadeClassifier& cascade, cv::Size last, cv::Size least) {
  std::vector<cv::Rect> none;
  if (!last.empty()) cascade.detectMultiScale(cv::Mat(last, CV_8U, cv::Scalar(128)), none, 1.1, 3, 0, least);
}

// The cascade finds a frontal face; its eyes are looked for inside, nose and mouth are placed from them by the
// proportions of an average face.
class Haar final : public Detector {
 public:
  Haar(cv::CascadeClassifier face, cv::CascadeClassifier eye) : face_(std::move(face)), eye_(std::move(eye)) {}
  const std::string& name() const override { return name_; }
  bool sees_pose() const override { return false; }
  void forget() override {
    const int least = std::max(24, last_.height / 6);
    overwrite(face_, last_, cv::Size(least, least));
    overwrite(eye_, last_eye_, cv::Size(20, 20));
  }

  std::vector<FaceFound> find(const cv::Mat& bgr) override {
    const double scale = std::min(1.0, 640.0 / std::max(bgr.cols, bgr.rows));
    cv::Mat grey;
    cv::cvtColor(bgr, grey, cv::COLOR_BGR2GRAY);
    if (scale < 1) cv::resize(grey, grey, {}, scale, scale, cv::INTER_AREA);
    last_ = grey.size();
    std::vector<cv::Rect> boxes;
    std::vector<int> levels;
    std::vector<double> weights;
    const int least = std::max(24, grey.rows / 6);
    face_.detectMultiScale(grey, boxes, levels, weights, 1.1, 3, 0, cv::Size(least, least), {}, true);
    // The cascade also sees faces in collars and curtains: a box much weaker than the best, or lying over it, is none.
    const auto best = std::max_element(weights.begin(), weights.end());
    const auto doubtful = [&](std::size_t i) {
      const auto first = static_cast<std::size_t>(best - weights.begin());
      return i != first && (weights[i] < 0.5 * *best || (boxes[i] & boxes[first]).area() > 0);
    };
    std::vector<FaceFound> faces;
    for (std::size_t i = 0; i < boxes.size(); ++i) {
      if (doubtful(i)) continue;
      FaceFound f;
      const cv::Rect& b = boxes[i];
      f.box = {static_cast<float>(b.x), static_cast<float>(b.y), static_cast<float>(b.width),
               static_cast<float>(b.height)};
      f.score = static_cast<float>(1 / (1 + std::exp(-weights[i] / 10)));
      put_landmarks(f, grey, b);
      place(f, 1 / scale, {});
      faces.push_back(f);
    }
    largest_first(faces);
    return faces;
  }

 private:
  // The eye nearest to where it is expected; nullopt when the cascade sees none there.
  std::optional<Point> eye_near(const cv::Mat& grey, const cv::Rect& box, double x, double y) {
    const cv::Point2d at(box.x + x * box.width, box.y + y * box.height);
    const int half = std::max(8, box.width / 5);
    const cv::Rect patch =
        cv::Rect(cvRound(at.x) - half, cvRound(at.y) - half, 2 * half, 2 * half) & cv::Rect({}, grey.size());
    if (patch.empty()) return std::nullopt;
    cv::Mat eye_patch = grey(patch);
    const double zoom = std::max(1.0, 60.0 / patch.width);
    cv::resize(eye_patch, eye_patch, {}, zoom, zoom, cv::INTER_CUBIC);
    std::vector<cv::Rect> eyes;
    last_eye_ = eye_patch.size();
    eye_.detectMultiScale(eye_patch, eyes, 1.05, 3, 0, cv::Size(20, 20));
    std::optional<Point> best;
    double best_distance = 0.16 * box.width;
    for (const auto& e : eyes) {
      const cv::Point2d c(patch.x + (e.x + e.width / 2.0) / zoom, patch.y + (e.y + e.height / 2.0) / zoom);
      if (const double d = cv::norm(c - at); d < best_distance)
        best_distance = d, best = Point{static_cast<float>(c.x), static_cast<float>(c.y)};
    }
    return best;
  }

  void put_landmarks(FaceFound& f, const cv::Mat& grey, const cv::Rect& box) {
    const auto at = [&](double x, double y) {
      return Point{static_cast<float>(box.x + x * box.width), static_cast<float>(box.y + y * box.height)};
    };
    auto right = eye_near(grey, box, 0.31, 0.39), left = eye_near(grey, box, 0.69, 0.39);
    if (!right || !left) {
      // One seen eye still tells the height of the other; none: the box alone.
      const float y = right ? right->y : left ? left->y : at(0, 0.39).y;
      right = Point{right ? right->x : at(0.31, 0).x, y};
      left = Point{left ? left->x : at(0.69, 0).x, y};
    }
    const Point axis{left->x - right->x, left->y - right->y}, down{-axis.y, axis.x};
    const Point mid{(left->x + right->x) / 2, (left->y + right->y) / 2};
    const auto from_mid = [&](float along, float below) {
      return Point{mid.x + along * axis.x + below * down.x, mid.y + along * axis.y + below * down.y};
    };
    f.landmarks = {*right, *left, from_mid(0, 0.57f), from_mid(-0.415f, 1.155f), from_mid(0.415f, 1.155f)};
  }

  std::string name_ = "haar-alt2";
  cv::CascadeClassifier face_, eye_;
  cv::Size last_, last_eye_;
};

class CascadeEyeFinder final : public EyeFinder {
 public:
  explicit CascadeEyeFinder(cv::CascadeClassifier eye) : eye_(std::move(eye)) {}
  void forget() override { overwrite(eye_, last_, cv::Size(20, 20)); }
  bool visible(const cv::Mat& grey, Point eye, double eye_distance) override {
    const int half = std::max(6, cvRound(0.5 * eye_distance));
    const cv::Rect patch =
        cv::Rect(cvRound(eye.x) - half, cvRound(eye.y) - half, 2 * half, 2 * half) & cv::Rect({}, grey.size());
    if (patch.width < 8 || patch.height < 8) return false;
    cv::Mat eye_patch;
    const double zoom = 64.0 / patch.width;
    cv::resize(grey(patch), eye_patch, {}, zoom, zoom, zoom < 1 ? cv::INTER_AREA : cv::INTER_CUBIC);
    std::vector<cv::Rect> eyes;
    last_ = eye_patch.size();
    eye_.detectMultiScale(eye_patch, eyes, 1.05, 2, 0, cv::Size(20, 20));
    return !eyes.empty();
  }

 private:
  cv::CascadeClassifier eye_;
  cv::Size last_;
};

Fault no_detector(const std::string& what) {
  return damaged("detector_missing", what + " not found; install the package opencv-data or fetch the face models");
}

}  // namespace

Result<ModelBytes> read_model(const std::string& dir, const std::string& file, const std::string& sha256) {
  ModelBytes m;
  if (dir.empty() || file.empty()) return m;
  m.path = dir + "/" + file;
  std::FILE* f = std::fopen(m.path.c_str(), "rb");
  if (!f) return m;
  m.found = true;
  std::uint8_t chunk[65536];
  std::size_t n = 0;
  while ((n = std::fread(chunk, 1, sizeof chunk, f)) > 0) m.bytes.insert(m.bytes.end(), chunk, chunk + n);
  const bool broken = std::ferror(f) != 0;
  std::fclose(f);
  Fault fault = damaged("model_unreadable", m.path + " cannot be read");
  fault.field = file;
  if (broken) return fault;
  if (const std::string found = crypto::sha256_hex(m.bytes); found != sha256) {
    fault.code = "model_hash";
    fault.detail = m.path + ": expected SHA-256 " + sha256 + ", found " + found;
    return fault;
  }
  return m;
}

Result<std::unique_ptr<Detector>> open_detector(const VisionSettings& settings) {
  TRY(const ModelBytes model, read_model(settings.models_dir, settings.detector.file, settings.detector.sha256));
  if (model.found) {
    Fault unreadable = damaged("model_unreadable", model.path);
    unreadable.field = settings.detector.file;
    return guarded(unreadable, [&]() -> Result<std::unique_ptr<Detector>> {
      auto net = cv::FaceDetectorYN::create(model.path, "", cv::Size(320, 320),
                                            static_cast<float>(settings.detector_score_min), 0.3f, 50);
      return std::unique_ptr<Detector>(std::make_unique<YuNet>(std::move(net)));
    });
  }
  return guarded(no_detector("OpenCV's cascade"), [&]() -> Result<std::unique_ptr<Detector>> {
    cv::CascadeClassifier face, eye;
    if (!face.load(find_cascade(settings, "haarcascade_frontalface_alt2.xml")))
      return no_detector("haarcascade_frontalface_alt2.xml");
    if (!eye.load(find_cascade(settings, "haarcascade_eye.xml"))) return no_detector("haarcascade_eye.xml");
    return std::unique_ptr<Detector>(std::make_unique<Haar>(std::move(face), std::move(eye)));
  });
}

Result<std::unique_ptr<EyeFinder>> open_eye_finder(const VisionSettings& settings) {
  return guarded(no_detector("OpenCV's cascade"), [&]() -> Result<std::unique_ptr<EyeFinder>> {
    cv::CascadeClassifier eye;
    if (!eye.load(find_cascade(settings, "haarcascade_eye.xml"))) return no_detector("haarcascade_eye.xml");
    return std::unique_ptr<EyeFinder>(std::make_unique<CascadeEyeFinder>(std::move(eye)));
  });
}

}  // namespace kiosk::vision
