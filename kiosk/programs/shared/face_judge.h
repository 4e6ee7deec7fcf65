// The node's judge of faces: verbs::FaceJudge over Vision. Without a recogniser ready() is false and every verdict is
// Officer, but pictures are still decoded, faces found and quality judged. Thread: any (one judgement at a time, by a
// lock). Blocks: CPU, up to about 100 ms for a large photo. Errors of open: damaged model_hash, damaged
// detector_missing, bad_input settings_invalid.
#pragma once
#include <memory>
#include <string>

#include "api/verbs/ports.h"
#include "base/result.h"
#include "terminal/vision/settings.h"

namespace kiosk::programs {

// models_toml: config/models.toml (profiles and their thresholds); empty: the profiles built in.
Result<vision::VisionSettings> load_vision_settings(const std::string& models_toml, const std::string& models_dir);

Result<std::unique_ptr<verbs::FaceJudge>> open_face_judge(const vision::VisionSettings& settings);

}  // namespace kiosk::programs
