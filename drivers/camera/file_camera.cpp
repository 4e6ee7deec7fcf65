#include "drivers/camera/file_camera.h"

#include <dirent.h>
#include <sys/stat.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <fstream>
#include <opencv2/imgproc.hpp>
#include <opencv2/videoio.hpp>
#include <optional>
#include <thread>
#include <vector>

#include "base/secret.h"
#include "drivers/camera/pixels.h"
#include "terminal/vision/picture.h"

namespace kiosk::drivers {
namespace {

constexpr std::size_t kMaxPictureBytes = 64u << 20;

bool is_picture(const std::string& name) {
  const auto dot = name.rfind('.');
  if (dot == std::string::npos) return false;
  std::string ext = name.substr(dot + 1);
  std::transform(ext.begin(), ext.end(), ext.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return ext == "jpg" || ext == "jpeg" || ext == "png" || ext == "bmp";
}

std::optional<struct stat> look_up(const std::string& path) {
  struct stat s {};
  if (::stat(path.c_str(), &s) != 0) return std::nullopt;
  return s;
}

std::vector<std::string> pictures_in(const std::string& folder) {
  std::vector<std::string> out;
  if (DIR* d = ::opendir(folder.c_str())) {
    while (const dirent* e = ::readdir(d))
      if (is_picture(e->d_name)) out.push_back(folder + "/" + e->d_name);
    ::closedir(d);
  }
  std::sort(out.begin(), out.end());
  return out;
}

// A cut or damaged file is none: half a face in grey would be coached and judged as if a person stood there.
Result<Image> whole_picture(const std::string& path) {
  const auto s = look_up(path);
  if (!s || s->st_size <= 0 || static_cast<std::size_t>(s->st_size) > kMaxPictureBytes)
    return unreachable("camera_away", "no picture of a size that is taken");
  std::ifstream in(path, std::ios::binary);
  Bytes bytes(static_cast<std::size_t>(s->st_size));
  in.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<std::size_t>(in.gcount()));
  return vision::decode_picture(bytes, {.max_bytes = kMaxPictureBytes});
}

class FileCamera final : public Camera {
 public:
  FileCamera(std::string path, std::string name, CameraOptions options)
      : path_(std::move(path)), name_(std::move(name)), o_(std::move(options)) {
    if (!o_.wait) o_.wait = [](Millis t) { std::this_thread::sleep_for(t); };
    refresh();
  }

  std::string name() const override { return name_; }
  Reasons status() const override { return reasons_; }
  // A video's decoder holds frames: it begins again. A folder goes on where it was, with its picture read anew.
  void forget() override {
    wipe(frame_.pixels);
    frame_ = {};
    loaded_.clear();
    if (video_.isOpened()) video_.release();
  }

  Result<Frame> next_frame(Millis timeout) override {
    if (!due_within(timeout)) return unreachable("camera_timeout", "no frame was due within the time asked");
    try {
      auto image = next_image();
      if (image) return Frame{std::move(*image), index_++};
    } catch (const cv::Exception&) {
      reasons_ = {Reason::DeviceFault};
    } catch (const std::bad_alloc&) {
      reasons_ = {Reason::DeviceFault};
    }
    if (reasons_.contains(Reason::Offline)) return unreachable("camera_away", path_ + " is not there");
    return unreachable("camera_away", path_ + " holds no readable picture or video");
  }

 private:
  // Lets time pass until the next frame is due; false when that is later than the caller waits.
  bool due_within(Millis timeout) {
    if (!o_.clock) return true;
    const SteadyTime now = o_.clock->steady();
    if (!next_due_) next_due_ = now;
    if (*next_due_ > now) {
      o_.wait(std::min(timeout, *next_due_ - now));
      if (o_.clock->steady() < *next_due_) return false;
    }
    const Millis interval{std::max<std::int64_t>(1, std::llround(1000.0 / o_.fps))};
    // A reader that was away does not get the missed frames in a burst.
    const SteadyTime at = o_.clock->steady();
    next_due_ = (at - *next_due_ < interval ? *next_due_ : at) + interval;
    return true;
  }

  // Finds out what the path is now: it may have been plugged in, changed or taken away.
  void refresh() {
    video_.release();
    pictures_.clear();
    at_ = 0, shown_ = 0, loaded_.clear();
    const auto s = look_up(path_);
    if (!s) {
      reasons_ = {Reason::Offline};
      return;
    }
    if (S_ISDIR(s->st_mode)) {
      pictures_ = pictures_in(path_);
    } else if (is_picture(path_)) {
      pictures_ = {path_};
    } else {
      video_.open(path_, cv::CAP_FFMPEG);
      if (!video_.isOpened()) video_.open(path_, cv::CAP_ANY);
    }
    reasons_ = pictures_.empty() && !video_.isOpened() ? Reasons{Reason::NoSignal} : Reasons{};
  }

  std::optional<Image> next_image() {
    if (!look_up(path_)) {
      refresh();
      return std::nullopt;
    }
    if (pictures_.empty() && !video_.isOpened()) refresh();
    if (!reasons_.empty() && !reasons_.contains(Reason::NoSignal)) refresh();
    return video_.isOpened() ? next_video_frame() : next_picture_frame();
  }

  std::optional<Image> next_video_frame() {
    cv::Mat frame;
    if (!video_.read(frame) || frame.empty()) {
      refresh();  // the end: from the beginning again
      if (!video_.isOpened() || !video_.read(frame) || frame.empty()) {
        reasons_ = {Reason::NoSignal};
        return std::nullopt;
      }
    }
    reasons_.clear();
    return to_image(framed(frame));
  }

  std::optional<Image> next_picture_frame() {
    for (std::size_t tried = 0; tried <= pictures_.size() && !pictures_.empty(); ++tried) {
      if (shown_ >= o_.frames_per_picture) at_ = (at_ + 1) % pictures_.size(), shown_ = 0;
      if (loaded_ != pictures_[at_]) {
        auto picture = whole_picture(pictures_[at_]);
        if (!picture) {  // one bad file does not stop a folder
          shown_ = o_.frames_per_picture;
          continue;
        }
        loaded_ = pictures_[at_];
        const cv::Mat pixels(picture->height, picture->width, CV_8UC3, picture->pixels.data());
        frame_ = to_image(framed(pixels));
      }
      ++shown_;
      reasons_.clear();
      return frame_;
    }
    reasons_ = {Reason::NoSignal};
    return std::nullopt;
  }

  cv::Mat framed(const cv::Mat& picture) const {
    const bool wide = picture.cols >= 1.25 * picture.rows;
    const double zoom = o_.zoom > 0 ? o_.zoom : wide ? 1.0 : 1.25;
    const double scale = zoom * o_.height / picture.rows;
    cv::Mat out(o_.height, o_.width, CV_8UC3, cv::Scalar(128, 128, 128));
    cv::Mat scaled = picture;
    if (scale < 1) {  // shrink without aliasing, then only shift
      cv::resize(picture, scaled, {}, scale, scale, cv::INTER_AREA);
    }
    const double kx = scale * picture.cols / scaled.cols, ky = scale * picture.rows / scaled.rows;
    const cv::Matx23d m(kx, 0, o_.width / 2.0 - kx * o_.x * scaled.cols, 0, ky,
                        o_.height / 2.0 - ky * o_.y * scaled.rows);
    cv::warpAffine(scaled, out, m, out.size(), cv::INTER_CUBIC, cv::BORDER_CONSTANT, cv::Scalar(128, 128, 128));
    return out;
  }

  std::string path_, name_;
  CameraOptions o_;
  Reasons reasons_;
  std::vector<std::string> pictures_;
  std::size_t at_ = 0;
  int shown_ = 0;
  std::string loaded_;
  Image frame_;
  cv::VideoCapture video_;
  std::int64_t index_ = 0;
  std::optional<SteadyTime> next_due_;
};

}  // namespace

std::unique_ptr<Camera> make_file_camera(std::string path, std::string name, CameraOptions options) {
  return std::make_unique<FileCamera>(std::move(path), std::move(name), std::move(options));
}

}  // namespace kiosk::drivers
