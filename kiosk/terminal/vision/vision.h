// Faces in pictures: find, judge quality, make a template, compare. For the runner (coaching) and programs/shared
// (FaceJudge of the node). Thread: one thread uses one Vision (networks keep state). Blocks: CPU, 5-40 ms a frame.
// Owns: the loaded networks. Errors: damaged model_hash (a model file is not the one its SHA-256 names; field is the
// file), damaged model_unreadable,
//   damaged detector_missing (neither YuNet nor OpenCV's cascades), refused no_face, refused no_recogniser,
//   refused template_foreign (made by another profile).
// Without a recogniser nothing verifies a person: compare() is refused and judge() says Officer.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/image.h"
#include "base/result.h"
#include "domain/people/face.h"
#include "terminal/vision/picture.h"
#include "terminal/vision/settings.h"

namespace kiosk::vision {

class Vision {
 public:
  static Result<std::unique_ptr<Vision>> open(const VisionSettings& settings);
  ~Vision();

  const std::string& detector() const;  // "yunet-2022mar" or "haar-alt2"
  bool has_recogniser() const;
  const std::string& profile() const;  // "mobilefacenet-paddle@6ced4e0c36ab"; empty without a recogniser

  // Faces in the picture, largest first; landmarks in full resolution. With the cascade only the eyes are found, nose
  // and mouth are placed from them (report.detector says so).
  Result<std::vector<domain::FaceFound>> find_faces(const Image& image);
  // Every check in the order of coaching; no face is a report without `face`, not a fault.
  Result<domain::FaceReport> inspect(const Image& image, Purpose purpose);
  Result<domain::FaceTemplate> make_template(const Image& image, const domain::FaceFound& face);
  Result<double> score(const domain::FaceTemplate& a, const domain::FaceTemplate& b) const;  // cosine, -1..1
  // Nothing of the pictures seen so far stays in the networks' and cascades' buffers; as costly as one look.
  void forget();
  // Accept, Grey or NoMatch by the profile's thresholds; Officer without a recogniser.
  domain::FaceVerdict judge(double score) const;

 private:
  struct Parts;
  explicit Vision(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> p_;
};

// How much a face moved between two looks: largest landmark shift / eye distance. Still when below `max_shift` for
// `looks` looks in a row; motion blur slips through the sharpness check, so coaching asks for this.
class Stillness {
 public:
  explicit Stillness(double max_shift = 0.06, int looks = 3) : max_shift_(max_shift), needed_(looks) {}
  // The shift since the last look; 1 when there was none. No face forgets everything.
  double look(const std::optional<domain::FaceFound>& face);
  bool still() const { return calm_ >= needed_; }
  void forget() {
    last_.reset();
    calm_ = 0;
  }

 private:
  double max_shift_;
  int needed_;
  int calm_ = 0;
  std::optional<domain::FaceFound> last_;
};

// Every advice a check can give, for texts: keys are the codes themselves.
inline constexpr const char* kAdvice[] = {
    "coach.no_face",    "coach.one_person",    "coach.move_closer", "coach.move_back",  "coach.move_left",
    "coach.move_right", "coach.move_up",       "coach.move_down",   "coach.more_light", "coach.less_light",
    "coach.side_light", "coach.head_straight", "coach.face_camera", "coach.level_chin", "coach.show_eyes",
    "coach.hold_still", "coach.natural_light"};

// Bar codes and QR codes in a picture (ZXing), e.g. a ticket held before the camera.
std::vector<std::string> read_codes(const Image& image);

}  // namespace kiosk::vision
