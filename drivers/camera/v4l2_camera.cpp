// A camera of Video4Linux through OpenCV's videoio. Comes and goes with its plug: every failed read closes it, every
// later next_frame tries to open it again. A camera that is plugged in but delivers nothing blocks for OpenCV's own
// select timeout (10 s), whatever the caller asked: its thread is the camera's own.
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <opencv2/imgproc.hpp>
#include <opencv2/videoio.hpp>

#include "drivers/camera/file_camera.h"
#include "drivers/camera/pixels.h"

namespace kiosk::drivers {
namespace {

class V4l2Camera final : public Camera {
 public:
  V4l2Camera(std::string device, CameraOptions options) : device_(std::move(device)), o_(std::move(options)) {
    probe();
  }

  std::string name() const override { return "v4l2:" + device_; }
  Reasons status() const override { return reasons_; }
  // The kernel's queue holds frames of whoever stood there last, and the first one read later would be one of them:
  // the device is closed, and opened anew for the next frame.
  void forget() override { capture_.release(); }

  Result<Frame> next_frame(Millis) override {
    try {
      if (!capture_.isOpened() && !open_device()) return away();
      cv::Mat frame;
      if (!capture_.read(frame) || frame.empty()) {
        capture_.release();
        probe();
        if (reasons_.empty()) reasons_ = {Reason::NoSignal};
        return away();
      }
      if (frame.channels() == 1) cv::cvtColor(frame, frame, cv::COLOR_GRAY2BGR);
      reasons_.clear();
      return Frame{to_image(frame), index_++};
    } catch (const cv::Exception&) {
      capture_.release();
      reasons_ = {Reason::DeviceFault};
      return away();
    }
  }

 private:
  Fault away() const {
    std::string why;
    for (const auto r : reasons_) why += (why.empty() ? "" : ", ") + std::string(code(r));
    return unreachable("camera_away", device_ + ": " + why);
  }

  // Asks the system, without starting the device, whether it is there and ours to use.
  bool probe() {
    const int fd = ::open(device_.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC);
    if (fd >= 0) {
      ::close(fd);
      reasons_.clear();
      return true;
    }
    switch (errno) {
      case EACCES:
        reasons_ = {Reason::PermissionDenied};
        break;
      case EBUSY:
        reasons_ = {Reason::Busy};
        break;
      default:
        reasons_ = {Reason::Offline};
        break;
    }
    return false;
  }

  bool open_device() {
    if (!probe()) return false;
    capture_.open(device_, cv::CAP_V4L2);
    if (!capture_.isOpened()) {
      reasons_ = {Reason::DeviceFault};
      return false;
    }
    // One buffer, so that a frame is what the camera sees now; compressed frames spare the USB bus.
    capture_.set(cv::CAP_PROP_BUFFERSIZE, 1);
    capture_.set(cv::CAP_PROP_FOURCC, cv::VideoWriter::fourcc('M', 'J', 'P', 'G'));
    capture_.set(cv::CAP_PROP_FRAME_WIDTH, o_.width);
    capture_.set(cv::CAP_PROP_FRAME_HEIGHT, o_.height);
    capture_.set(cv::CAP_PROP_FPS, o_.fps);
    return true;
  }

  std::string device_;
  CameraOptions o_;
  Reasons reasons_;
  cv::VideoCapture capture_;
  std::int64_t index_ = 0;
};

}  // namespace

std::unique_ptr<Camera> make_v4l2_camera(std::string device, CameraOptions options) {
  return std::make_unique<V4l2Camera>(std::move(device), std::move(options));
}

}  // namespace kiosk::drivers
