#include "terminal/runner/camera_feed.h"

#include <utility>

#include "base/log.h"
#include "terminal/vision/picture.h"

namespace kiosk::runner {
namespace {
constexpr Millis k_frame_timeout{500};
constexpr Millis k_pause_without_camera{300};
constexpr Millis k_frame_interval{66};  // 15 looks a second are smooth enough and leave the core to the screen
}  // namespace

CameraFeed::CameraFeed(std::unique_ptr<drivers::Camera> camera, std::unique_ptr<vision::Vision> vision,
                       std::function<void()> wake)
    : camera_(std::move(camera)), vision_(std::move(vision)), wake_(std::move(wake)) {}

CameraFeed::~CameraFeed() {
  stop();
  if (reading_.joinable()) reading_.join();
}

void CameraFeed::start(vision::Purpose purpose) { begin(What::Faces, purpose); }
void CameraFeed::start_codes() { begin(What::Codes, vision::Purpose::Live); }
void CameraFeed::start_cards() { begin(What::Cards, vision::Purpose::Live); }
void CameraFeed::begin(What what, vision::Purpose purpose) {
  stop();
  if (reading_.joinable()) reading_.join();
  card_ = {};
  stop_ = false;
  seen_ = true;
  thread_ = std::thread([this, what, purpose] { run(what, purpose); });
  if (what == What::Cards) reading_ = std::thread([this] { read_cards(); });
}

void CameraFeed::stop() {
  {
    std::lock_guard lock(mutex_);
    stop_ = true;
  }
  to_read_.notify_all();
  hurry_.notify_all();
  if (thread_.joinable()) thread_.join();
  take_ = false;
  std::lock_guard lock(mutex_);
  look_.reset();
  shot_.reset();
  card_frame_.reset();
  wipe(card_);
}

void CameraFeed::forget() {
  stop();
  if (!std::exchange(seen_, false)) return;
  camera_->forget();
  vision_->forget();
}

// The letters of a card take longer than a picture stands on the glass: the newest picture is read, those between are
// not. The reader and what it has loaded go when the card is no longer looked for; the last picture under way is read
// to its end behind stop(), for nobody.
void CameraFeed::read_cards() {
  auto reader = vision::CardReader::open();
  if (!reader) {
    log::warn("cards are read by their codes only", {{"code", reader.fault().code}});
    return;
  }
  for (;;) {
    SharedImage frame;
    {
      std::unique_lock lock(mutex_);
      to_read_.wait(lock, [&] { return stop_ || card_frame_; });
      if (stop_) return;
      frame = std::exchange(card_frame_, nullptr);
    }
    auto reading = (*reader)->read(*frame, time_->today());
    if (reading.empty()) continue;
    {
      std::lock_guard lock(mutex_);
      if (!stop_) card_ = std::move(reading);
    }
    wipe(reading);
    wake_();
  }
}

void CameraFeed::take_photo() {
  {
    std::lock_guard lock(mutex_);
    take_ = true;
  }
  hurry_.notify_all();
}

std::optional<Look> CameraFeed::look() {
  std::lock_guard lock(mutex_);
  auto look = std::exchange(look_, std::nullopt);
  if (look) look->card = std::exchange(card_, {});
  return look;
}

std::optional<Shot> CameraFeed::shot() {
  std::lock_guard lock(mutex_);
  return std::exchange(shot_, std::nullopt);
}

void CameraFeed::run(What what, vision::Purpose purpose) {
  vision::Stillness stillness;
  while (!stop_) {
    const auto begun = time_->clock().steady();
    Look look;
    auto frame = camera_->next_frame(k_frame_timeout);
    if (!frame) {
      look.fault = frame.fault();
      stillness.forget();
    } else if (what != What::Faces) {
      look.frame = std::make_shared<const Image>(std::move(frame->image));
      look.codes = vision::read_codes(*look.frame);
      if (what == What::Cards) {
        {
          std::lock_guard lock(mutex_);
          card_frame_ = look.frame;
        }
        to_read_.notify_one();
      }
    } else {
      look.frame = std::make_shared<const Image>(std::move(frame->image));
      auto report = vision_->inspect(*look.frame, purpose);
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
    std::unique_lock lock(mutex_);
    hurry_.wait_for(lock, pause - (time_->clock().steady() - begun), [&] { return stop_ || take_; });
  }
}

}  // namespace kiosk::runner
