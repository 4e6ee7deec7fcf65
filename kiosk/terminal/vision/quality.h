// The quality checks of one face in one picture, in the order in which a person is coached. Inside this room only.
// Source: kiosk/docs/facts.md "Faces" (thresholds), ISO/IEC 29794-5 (OFIQ formulas: linear light, exposure, entropy).
#pragma once
#include <opencv2/core.hpp>
#include <vector>

#include "domain/people/face.h"
#include "terminal/vision/detect.h"
#include "terminal/vision/settings.h"

namespace kiosk::vision {

// faces: largest first, not empty. May throw cv::Exception.
domain::FaceReport judge_quality(const cv::Mat& bgr, const std::vector<domain::FaceFound>& faces, bool sees_pose,
                                 EyeFinder& eyes, const QualityLimits& limits);

// A square BGR chip of side_px, eyes level and eye_distance_px apart, eye_line_px from the top; shrunk without
// aliasing.
cv::Mat eye_chip(const cv::Mat& bgr, const domain::FaceFound& face, int side_px, double eye_distance_px,
                 double eye_line_px);

}  // namespace kiosk::vision
