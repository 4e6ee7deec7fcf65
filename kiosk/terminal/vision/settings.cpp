#include "terminal/vision/settings.h"

#include <cstdlib>

namespace kiosk::vision {

QualityLimits limits_for(Purpose purpose) {
  QualityLimits q;
  switch (purpose) {
    case Purpose::Live:
      break;
    case Purpose::Attempt:
      // Whether a photo may count against a person. Where the face lies no longer matters, 30 px between the eyes costs
      // about 1 % more misses (kiosk/docs/facts.md "Faces"), and what the camera coached with some play is not thrown
      // away by a hair's breadth.
      q.eye_distance_min_px = 30;
      q.eye_distance_max_share = 0.6;
      q.centring_required = false;
      q.roll_max_deg = 15;
      q.yaw_max = 0.20;
      q.pitch_min = 0.40;
      q.pitch_max = 0.75;
      q.sharpness_min = 0.10;
      q.side_light_min = 0.4;
      break;
    case Purpose::Reference:
      // Pictures from the centre are what they are: only what makes a template worthless refuses them.
      q.eye_distance_min_px = 20;
      q.eye_distance_max_share = 0.6;
      q.centring_required = false;
      q.roll_max_deg = 20;
      q.yaw_max = 0.20;
      q.pitch_min = 0.35;
      q.pitch_max = 0.80;
      q.sharpness_min = 0.06;
      q.side_light_min = 0.25;
      q.eyes_required = false;
      break;
    case Purpose::NewReference:
      q.eye_distance_min_px = 90;
      break;
  }
  return q;
}

ModelFile yunet_2022mar() {
  return {"face_detection_yunet_2022mar.onnx", "50ef07f702a31741ca46a4c0d947773b64143b9362780237bf0d427d6c79bab7"};
}

Profile mobilefacenet_paddle() {
  Profile p;
  p.name = "mobilefacenet-paddle";
  p.file = "face_recognition_mobilefacenet_paddle.onnx";
  p.sha256 = "6ced4e0c36abba9dd24b48d725f7dbb94089f75b3d3445d3d67b85157cb64743";
  p.measured_false_match = 8e-6;
  p.measured_false_non_match = 0.043;
  p.measured_on = "LFW, all pairs";
  return p;
}

Profile mobilefacenet_foamliu() {
  Profile p;
  p.name = "mobilefacenet-foamliu";
  p.file = "face_recognition_mobilefacenet_foamliu_cv46.onnx";
  p.sha256 = "3d2f1b33e7f59dab9453f373812fc164b2d3fdd2ff96608546f42162802d2356";
  p.rgb = true;
  const float mean[3] = {123.675f, 116.28f, 103.53f}, deviation[3] = {58.395f, 57.12f, 57.375f};
  for (int i = 0; i < 3; ++i) p.mean[i] = mean[i], p.scale[i] = 1 / deviation[i];
  p.measured_on = "";
  return p;
}

Profile sface() {
  Profile p;
  p.name = "sface";
  p.file = "face_recognition_sface_2021dec.onnx";
  p.sha256 = "0ba9fbfa01b5270c96627c4ef784da859931e02f04419c829e83484087c34e79";
  p.rgb = true;  // as cv::FaceRecognizerSF::feature() does: RGB, 0..255, no mean
  for (int i = 0; i < 3; ++i) p.mean[i] = 0, p.scale[i] = 1;
  p.measured_on = "";
  return p;
}

std::vector<Profile> known_profiles() { return {mobilefacenet_paddle(), sface(), mobilefacenet_foamliu()}; }

std::string default_models_dir() {
  if (const char* named = std::getenv("KIOSK_MODELS"); named != nullptr && *named != '\0') return named;
  if (const char* data = std::getenv("XDG_DATA_HOME"); data && *data) return std::string(data) + "/kiosk/models";
  if (const char* home = std::getenv("HOME"); home && *home) return std::string(home) + "/.local/share/kiosk/models";
  return {};
}

}  // namespace kiosk::vision
