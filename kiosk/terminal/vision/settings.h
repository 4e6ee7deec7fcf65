// What the operator may set about faces: thresholds of the quality checks for each purpose, recogniser profiles, model
// files. Pure values. Units: px in the full picture, degrees, shares 0..1, light as linear 0..1. Source: the
// measured start values of kiosk/docs/facts.md "Faces"; OFIQ formulas of ISO/IEC 29794-5.
#pragma once
#include <map>
#include <string>
#include <vector>

namespace kiosk::vision {

// Live: coaching in front of the camera, before an attempt is spent. Attempt: the node's own judgement whether a photo
// may count against a person (framing does not matter any more). Reference: a picture that came from the centre.
// NewReference: taken at a reset, so as good as the camera can.
enum class Purpose { Live, Attempt, Reference, NewReference };

struct QualityLimits {
  double eye_distance_min_px = 60;
  double eye_distance_max_share = 0.35;  // of the picture's width: nearer distorts and leaves the frame
  bool centring_required = true;         // otherwise advice only
  double centre_x_min = 0.45, centre_x_max = 0.55, centre_y_min = 0.30, centre_y_max = 0.50;
  double second_face_max_share = 0.10;  // second largest / largest area
  double roll_max_deg = 8;
  double yaw_max = 0.10;                      // nose offset along the eye axis / eye distance
  double pitch_min = 0.45, pitch_max = 0.67;  // nose drop / mouth drop
  double sharpness_min = 0.12;                // Laplacian variance / grey variance on a 160 px chip
  double luminance_min = 0.08, luminance_max = 0.75;
  double over_exposed_max = 0.10, under_exposed_max = 0.90;
  double dynamic_range_min_bits = 5;
  double side_light_min = 0.5;  // darker cheek / brighter cheek
  bool eyes_required = true;    // found by the eye cascade; otherwise advice only
  bool pose_required = true;    // yaw, pitch and roll; otherwise advice only
};
QualityLimits limits_for(Purpose);  // the start values

// A recogniser: file, identity, how pixels become numbers, and the two thresholds with the error rates measured for
// them.
struct Profile {
  std::string name;  // "mobilefacenet-paddle"
  std::string file;  // in the models folder
  std::string sha256;
  int input_px = 112;
  bool rgb = false;  // otherwise BGR
  float mean[3] = {127.5f, 127.5f, 127.5f};
  float scale[3] = {1 / 127.5f, 1 / 127.5f, 1 / 127.5f};
  double accept = 0.45;                                           // score >= accept
  double no_match = 0.33;                                         // score < no_match; between: an officer compares
  double measured_false_match = 0, measured_false_non_match = 0;  // at `accept`, on the set named below
  std::string measured_on;
};
Profile mobilefacenet_paddle();
Profile mobilefacenet_foamliu();
Profile sface();  // OpenCV Zoo's, untested until someone has the file
std::vector<Profile> known_profiles();

struct ModelFile {
  std::string file, sha256;
};
ModelFile yunet_2022mar();

struct VisionSettings {
  std::string models_dir;                            // empty: no models
  std::vector<Profile> profiles = known_profiles();  // the first whose file exists is used
  ModelFile detector = yunet_2022mar();              // absent: the cascade of OpenCV's own package
  std::string cascades_dir;                          // empty: the usual places of Debian's opencv-data
  double detector_score_min = 0.7;
  std::map<Purpose, QualityLimits> limits = {{Purpose::Live, limits_for(Purpose::Live)},
                                             {Purpose::Attempt, limits_for(Purpose::Attempt)},
                                             {Purpose::Reference, limits_for(Purpose::Reference)},
                                             {Purpose::NewReference, limits_for(Purpose::NewReference)}};
};

// $KIOSK_MODELS, else $XDG_DATA_HOME/kiosk/models, else ~/.local/share/kiosk/models; where config/fetch-models puts the
// files.
std::string default_models_dir();

}  // namespace kiosk::vision
