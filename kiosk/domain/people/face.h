// Results about faces and documents, so that rooms without OpenCV can speak of them. Source: ISO/IEC 29794-5 (OFIQ
// formulas), kiosk/docs/facts.md "Faces".
#pragma once
#include <array>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"

namespace kiosk::domain {

struct Point {
  float x = 0, y = 0;
};
struct Box {
  float x = 0, y = 0, w = 0, h = 0;
};

struct FaceFound {
  Box box;                           // pixels of the picture
  std::array<Point, 5> landmarks{};  // right eye, left eye, nose, mouth right, mouth left (person's own sides)
  float score = 0;
};

struct QualityCheck {
  std::string code;  // one_face eye_distance centring roll yaw pitch sharpness luminance over_exposure under_exposure
                     // dynamic_range side_light natural_colour eyes_visible
  double value = 0;
  double threshold = 0;
  bool passed = false;
  bool advice_only = false;
  std::string advice;  // code of the coaching sentence: "coach.move_closer"; empty when passed
};

struct FaceReport {
  std::optional<FaceFound> face;
  std::vector<QualityCheck> checks;
  bool usable = false;  // every check that is not advice passed
  std::string
      detector;  // who found the face: "yunet-2022mar", "haar-alt2" (no mouth and nose: turn and nod unmeasured)
  // The one thing to say now: the first failed check's advice; empty when usable.
  std::string first_advice() const {
    for (const auto& c : checks)
      if (!c.passed && !c.advice_only) return c.advice;
    return {};
  }
};

// Officer: no recogniser is configured, a person compares; nothing pretends to have matched.
enum class FaceVerdict { Accept, Grey, NoMatch, PoorPhoto, Officer };
std::string_view code(FaceVerdict);

// A template belongs to the profile that made it (name and SHA-256 of the model); others cannot compare it.
struct FaceTemplate {
  std::string profile;
  Bytes values;  // little-endian float32
};

}  // namespace kiosk::domain
