// Finders of faces: YuNet when its file is there, else the Haar cascade of OpenCV's own package. Inside this room only.
#pragma once
#include <memory>
#include <opencv2/core.hpp>
#include <string>
#include <vector>

#include "base/result.h"
#include "domain/people/face.h"
#include "terminal/vision/settings.h"

namespace kiosk::vision {

class Detector {
 public:
  virtual ~Detector() = default;
  virtual const std::string& name() const = 0;
  virtual bool sees_pose() const = 0;                                   // nose and mouth are found, not placed
  virtual std::vector<domain::FaceFound> find(const cv::Mat& bgr) = 0;  // largest first; may throw cv::Exception
  // The networks' and cascades' own buffers hold the picture seen last: they see a grey one instead. May throw as well.
  virtual void forget() = 0;
};

Result<std::unique_ptr<Detector>> open_detector(const VisionSettings& settings);
// Finds an eye in a grey patch around where it should be (haarcascade_eye).
class EyeFinder {
 public:
  virtual ~EyeFinder() = default;
  virtual bool visible(const cv::Mat& grey, domain::Point eye, double eye_distance) = 0;
  virtual void forget() = 0;  // as Detector
};
Result<std::unique_ptr<EyeFinder>> open_eye_finder(const VisionSettings& settings);

// The bytes of a model file whose SHA-256 is the expected one. Faults: damaged model_hash (field: the file's name).
// `found` is false when there is no such file.
struct ModelBytes {
  bool found = false;
  std::string path;
  Bytes bytes;
};
Result<ModelBytes> read_model(const std::string& dir, const std::string& file, const std::string& sha256);

}  // namespace kiosk::vision
