#include "programs/shared/face_judge.h"

#include <toml++/toml.h>
#include <mutex>

#include "api/verbs/picture_judge.h"
#include "terminal/vision/vision.h"

namespace kiosk::programs {
namespace {

using domain::FaceVerdict;
using vision::Purpose;

class Judge final : public verbs::FaceJudge, public verbs::PictureJudge {
 public:
  explicit Judge(std::unique_ptr<vision::Vision> v) : vision_(std::move(v)) {}
  bool ready() const override { return vision_->has_recogniser(); }
  std::string profile() const override { return vision_->profile(); }

  Result<Done> check_picture(ByteView photo) override { return vision::check_picture(photo); }

  Result<domain::FaceReport> inspect(ByteView photo, bool as_reference) override {
    TRY(const Image image, vision::decode_picture(photo));
    std::lock_guard lock(mutex_);
    return vision_->inspect(image, as_reference ? Purpose::Reference : Purpose::Attempt);
  }

  Result<domain::FaceTemplate> enrol(ByteView photo) override {
    TRY(const Image image, vision::decode_picture(photo));
    std::lock_guard lock(mutex_);
    TRY(const auto report, vision_->inspect(image, Purpose::Reference));
    if (!report.usable || !report.face) return refused("photo_poor", report.first_advice(), "photo");
    if (!ready()) return domain::FaceTemplate{};  // the photo alone is the reference; an officer compares
    return vision_->make_template(image, *report.face);
  }

  Result<Match> compare(ByteView photo, const domain::FaceTemplate& reference) override {
    TRY(const Image image, vision::decode_picture(photo));
    std::lock_guard lock(mutex_);
    Match m{FaceVerdict::PoorPhoto, 0, {}};
    TRY(m.report, vision_->inspect(image, Purpose::Attempt));
    if (!m.report.usable || !m.report.face) return m;
    m.verdict = FaceVerdict::Officer;
    // A template of another recogniser (or none) cannot be compared by this one: a person looks.
    if (!ready() || reference.profile != profile()) return m;
    TRY(const auto probe, vision_->make_template(image, *m.report.face));
    TRY(m.score, vision_->score(probe, reference));
    m.verdict = vision_->judge(m.score);
    return m;
  }

 private:
  std::mutex mutex_;
  std::unique_ptr<vision::Vision> vision_;
};

Fault bad_setting(const std::string& file, const std::string& key, const std::string& expected) {
  return bad_input("settings_invalid", key, file + ": " + key + ": expected " + expected);
}

Result<Done> read_three(const toml::table& t, const char* key, float (&out)[3], const std::string& file) {
  const auto* list = t[key].as_array();
  if (!list) return Done{};
  if (list->size() != 3) return bad_setting(file, key, "three numbers, one a colour");
  for (std::size_t i = 0; i < 3; ++i) {
    const auto v = (*list)[i].value<double>();
    if (!v) return bad_setting(file, key, "three numbers, one a colour");
    out[i] = static_cast<float>(*v);
  }
  return Done{};
}

Result<vision::Profile> read_profile(const toml::table& t, const std::string& file) {
  vision::Profile p;
  const auto text = [&](const char* key) { return t[key].value_or(std::string{}); };
  p.name = text("name"), p.file = text("file"), p.sha256 = text("sha256"), p.measured_on = text("measured_on");
  if (p.name.empty()) return bad_setting(file, "model.name", "a name");
  if (p.file.empty() || p.file.find('/') != std::string::npos)
    return bad_setting(file, p.name + ".file", "a file name in the models folder");
  if (p.sha256.size() != 64 || !from_hex(p.sha256)) return bad_setting(file, p.name + ".sha256", "64 hex digits");
  p.input_px = static_cast<int>(t["input_px"].value_or(std::int64_t{112}));
  if (p.input_px < 32 || p.input_px > 512) return bad_setting(file, p.name + ".input_px", "32 to 512");
  p.rgb = t["rgb"].value_or(false);
  TRY_DONE(read_three(t, "mean", p.mean, file));
  TRY_DONE(read_three(t, "deviation", p.scale, file));
  if (t.contains("deviation"))
    for (float& s : p.scale) {
      if (!(s > 0)) return bad_setting(file, p.name + ".deviation", "numbers above 0");
      s = 1 / s;
    }
  p.accept = t["accept"].value_or(p.accept);
  p.no_match = t["no_match"].value_or(p.no_match);
  if (!(p.no_match > -1 && p.no_match <= p.accept && p.accept < 1))
    return bad_setting(file, p.name + ".accept", "-1 < no_match <= accept < 1");
  p.measured_false_match = t["measured_false_match"].value_or(0.0);
  p.measured_false_non_match = t["measured_false_non_match"].value_or(0.0);
  return p;
}

}  // namespace

Result<vision::VisionSettings> load_vision_settings(const std::string& models_toml, const std::string& models_dir) {
  vision::VisionSettings s;
  s.models_dir = models_dir;
  if (models_toml.empty()) return s;
  toml::table root;
  try {
    root = toml::parse_file(models_toml);
  } catch (const toml::parse_error& e) {
    return bad_input(
        "settings_invalid", "models",
        models_toml + ": line " + std::to_string(e.source().begin.line) + ": " + std::string(e.description()));
  }
  const auto* models = root["model"].as_array();
  if (!models) return bad_setting(models_toml, "model", "[[model]] tables");
  s.profiles.clear();
  for (const auto& node : *models) {
    const auto* t = node.as_table();
    if (!t) return bad_setting(models_toml, "model", "[[model]] tables");
    const auto kind = (*t)["kind"].value_or(std::string{});
    TRY(auto p, read_profile(*t, models_toml));
    if (kind == "detector")
      s.detector = {p.file, p.sha256};
    else if (kind == "recogniser")
      s.profiles.push_back(std::move(p));
    else
      return bad_setting(models_toml, p.name + ".kind", "detector or recogniser");
  }
  return s;
}

Result<std::unique_ptr<verbs::FaceJudge>> open_face_judge(const vision::VisionSettings& settings) {
  TRY(auto v, vision::Vision::open(settings));
  return std::unique_ptr<verbs::FaceJudge>(std::make_unique<Judge>(std::move(v)));
}

}  // namespace kiosk::programs
