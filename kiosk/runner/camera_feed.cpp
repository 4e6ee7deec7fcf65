#include "runner/camera_feed.h"

#include "vision/picture.h"

namespace kiosk::runner {
namespace {
constexpr Millis k_frame_timeout{500};
constexpr Millis k_pause_without_camera{300};
constexpr Millis k_frame_interval{66};  // 15 looks a second are smooth enough and leave the core to the screen
}  // namespace

CameraFeed::CameraFeed(std::unique_ptr<drivers::Camera> camera, std::unique_ptr<vision::Vision> vision,
                       std::function<void()> wake)
    : camera_(std::move(camera)), vision_(std::move(vision)), wake_(std::move(wake)) {}

CameraFeed::~CameraFeed() { stop(); }

void CameraFeed::start(vision::Purpose purpose) { begin(purpose); }
void CameraFeed::start_codes() { begin(std::nullopt); }
void CameraFeed::begin(std::optional<vision::Purpose> faces) {
  stop();
  stop_ = false;
  thread_ = std::thread([this, faces] { run(faces); });
}

void CameraFeed::stop() {
  stop_ = true;
  if (thread_.joinable()) thread_.join();
  take_ = false;
  std::lock_guard lock(mutex_);
  look_.reset();
  shot_.reset();
}

void CameraFeed::take_photo() { take_ = true; }

std::optional<Look> CameraFeed::look() {
  std::lock_guard lock(mutex_);
  return std::exchange(look_, std::nullopt);
}

std::optional<Shot> CameraFeed::shot() {
  std::lock_guard lock(mutex_);
  return std::exchange(shot_, std::nullopt);
}

void CameraFeed::run(std::optional<vision::Purpose> faces) {
  vision::Stillness stillness;
  while (!stop_) {
    const auto begun = std::chrono::steady_clock::now();
    Look look;
    auto frame = camera_->next_frame(k_frame_timeout);
    if (!frame) {
      look.fault = frame.fault();
      stillness.forget();
    } else if (!faces) {
      look.frame = std::make_shared<const Image>(std::move(frame->image));
      look.codes = vision::read_codes(*look.frame);
    } else {
      look.frame = std::make_shared<const Image>(std::move(frame->image));
      auto report = vision_->inspect(*look.frame, *faces);
      if (report)
        look.report = *std::move(report);
      else
        look.fault = report.fault();
      stillness.look(look.report.face);
      look.still = stillness.still();
    }
    std::optional<Shot> shot;
    if (look.frame && take_.exchange(false)) {
      if (auto jpeg = vision::encode_jpeg(*look.frame, 92))
        shot = Shot{std::make_shared<const Bytes>(*std::move(jpeg)), look.report, look.frame};
    }
    const bool away = look.fault.has_value();
    {
      std::lock_guard lock(mutex_);
      look_ = std::move(look);
      if (shot) shot_ = std::move(shot);
    }
    wake_();
    const auto pause = away ? k_pause_without_camera : k_frame_interval;
    const auto spent = std::chrono::steady_clock::now() - begun;
    for (auto left = pause - std::chrono::duration_cast<Millis>(spent); left > Millis{0} && !stop_ && !take_;
         left -= Millis{10})
      std::this_thread::sleep_for(std::min(left, Millis{10}));
  }
}

}  // namespace kiosk::runner
