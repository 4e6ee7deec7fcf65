#include "tests/terminal/paper/escpos_reader.h"

#include <algorithm>
#include <opencv2/imgproc.hpp>

namespace {

class Reader {
 public:
  Reader(kiosk::ByteView bytes, int dots) : in_(bytes), dots_(dots) {}

  Strip read() {
    while (at_ < in_.size()) {
      const int b = next();
      if (b == 0x1B)
        escape();
      else if (b == 0x1D)
        group();
      else if (b == '\n')
        end_line();
      else if (b >= 0x20 && b < 0x7F)
        line_ += static_cast<char>(b);
      else
        fault("byte " + std::to_string(b));
    }
    if (!line_.empty()) fault("text after the last line feed");
    strip_.picture = cv::Mat(std::max(1, y_), dots_, CV_8U, cv::Scalar(255));
    for (const auto& [picture, x, y] : placed_)
      for (int r = 0; r < picture.rows; ++r)
        for (int c = 0; c < picture.cols; ++c)
          if (x + c >= 0 && x + c < dots_ && y + r < y_ && picture.at<std::uint8_t>(r, c) < 128)
            strip_.picture.at<std::uint8_t>(y + r, x + c) = 0;
    return std::move(strip_);
  }

 private:
  int next() { return at_ < in_.size() ? in_[at_++] : 0; }
  void fault(const std::string& what) { strip_.faults.push_back(what + " at " + std::to_string(at_)); }
  void need_line_start(const char* what) {
    if (!line_.empty()) fault(std::string(what) + " inside a line");
  }
  void escape() {
    const int c = next();
    switch (c) {
      case '@':
        size_ = 1, align_ = 0, bold_ = false;
        break;
      case 't':
      case 'M':
        next();
        break;
      case 'a':
        need_line_start("alignment"), align_ = next();
        break;
      case 'E':
        bold_ = next() & 1;
        break;
      case 'd':
        y_ += next() * 30;
        break;
      default:
        fault("ESC " + std::to_string(c));
    }
  }
  void group() {
    const int c = next();
    if (c == '!') {
      const int n = next();
      if ((n >> 4) != (n & 15)) fault("uneven size");
      size_ = (n & 15) + 1;
      strip_.largest = std::max(strip_.largest, size_);
    } else if (c == 'V') {
      const int kind = next();
      if (kind == 65 || kind == 66) y_ += next();
      ++strip_.cuts;
    } else if (c == 'v' && next() == '0') {
      need_line_start("raster");
      next();
      int row = next();
      row |= next() << 8;
      int rows = next();
      rows |= next() << 8;
      if (at_ + static_cast<std::size_t>(row * rows) > in_.size()) return fault("raster cut short");
      cv::Mat picture(rows, row * 8, CV_8U, cv::Scalar(255));
      for (int y = 0; y < rows; ++y)
        for (int x = 0; x < row * 8; ++x)
          if (in_[at_ + static_cast<std::size_t>(y * row + x / 8)] & (0x80 >> (x % 8)))
            picture.at<std::uint8_t>(y, x) = 0;
      at_ += static_cast<std::size_t>(row * rows);
      place(picture);
    } else {
      fault("GS " + std::to_string(c));
    }
  }
  void place(const cv::Mat& picture) {
    if (picture.cols > dots_ + 7) fault("wider than the paper: " + std::to_string(picture.cols));
    const int x = align_ == 1 ? (dots_ - picture.cols) / 2 : align_ == 2 ? dots_ - picture.cols : 0;
    placed_.push_back({picture, x, y_});
    y_ += picture.rows;
  }
  void end_line() {
    const int cell_w = 12 * size_, cell_h = 24 * size_, width = cell_w * static_cast<int>(line_.size());
    if (width > dots_) fault("line too wide: " + line_);
    if (!line_.empty()) {
      cv::Mat picture(cell_h, std::max(1, width), CV_8U, cv::Scalar(255));
      for (std::size_t i = 0; i < line_.size(); ++i)
        cv::putText(picture, line_.substr(i, 1), cv::Point(static_cast<int>(i) * cell_w, cvRound(cell_h * 0.78)),
                    cv::FONT_HERSHEY_SIMPLEX, 0.62 * size_, cv::Scalar(0), std::max(1, bold_ ? 2 * size_ : size_));
      place(picture);
    }
    y_ += line_.empty() ? cell_h : 6;
    strip_.text += line_ + "\n";
    line_.clear();
  }

  struct Placed {
    cv::Mat picture;
    int x, y;
  };
  kiosk::ByteView in_;
  int dots_;
  std::size_t at_ = 0;
  std::string line_;
  int size_ = 1, align_ = 0, y_ = 0;
  bool bold_ = false;
  std::vector<Placed> placed_;
  Strip strip_;
};

}  // namespace

Strip read_escpos(kiosk::ByteView bytes, int dots) { return Reader(bytes, dots).read(); }
