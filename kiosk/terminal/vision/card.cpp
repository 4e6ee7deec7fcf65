#include "terminal/vision/card.h"

#include <dlfcn.h>
#include <sys/stat.h>
#include <tesseract/baseapi.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <numbers>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "base/secret.h"
#include "terminal/vision/card_text.h"
#include "terminal/vision/cv_image.h"

namespace kiosk::vision {

using ::kiosk::wipe;

namespace {

constexpr int kLongSide = 1280;  // px; larger pictures are shrunk to it
constexpr std::int64_t kMaxPixels = 64'000'000;
constexpr const char* kDebianData = "/usr/share/tesseract-ocr/5/tessdata";
constexpr const char* kLanguage = "ind";
constexpr std::size_t kMaxLines = 8;     // read at most, the tallest first
constexpr std::size_t kMaxSpots = 1500;  // of a letter's size; a card has some 300, more is noise
constexpr std::size_t kMaxPieces = 120;  // of lines; a card has some 30
constexpr int kGap = 5;                  // widest gap in a line, in heights of a letter
constexpr double kMaxTilt = 12;          // degrees

// Matrices that hold somebody's card: overwritten when they go.
class Pixels {
 public:
  Pixels() = default;
  ~Pixels() {
    if (m.isContinuous() && m.data) wipe(m.data, m.total() * m.elemSize());
  }
  Pixels(Pixels&&) = default;
  Pixels(const Pixels&) = delete;
  Pixels& operator=(const Pixels&) = delete;
  cv::Mat m;
};

void grey_of(const Image& image, cv::Mat& out) {
  const cv::Mat seen = view(image);
  Pixels small;
  const double k = static_cast<double>(kLongSide) / std::max(image.width, image.height);
  if (k < 1) cv::resize(seen, small.m, {}, k, k, cv::INTER_AREA);
  const cv::Mat& from = k < 1 ? small.m : seen;
  if (image.format == PixelFormat::Grey)
    from.copyTo(out);
  else
    cv::cvtColor(from, out, image.format == PixelFormat::Bgr ? cv::COLOR_BGR2GRAY : cv::COLOR_BGRA2GRAY);
}

// Paper without ink: the brightest of the surroundings, softly.
void paper_of(const cv::Mat& grey, cv::Mat& out) {
  Pixels small;
  cv::resize(grey, small.m, {}, 0.25, 0.25, cv::INTER_AREA);
  cv::dilate(small.m, small.m, cv::getStructuringElement(cv::MORPH_RECT, {11, 11}));
  cv::GaussianBlur(small.m, small.m, {}, 5);
  cv::resize(small.m, out, grey.size(), 0, 0, cv::INTER_LINEAR);
}

// Ink on paper of one brightness: 240 is paper, whatever light falls on it.
void even_light(const cv::Mat& grey, cv::Mat& out) {
  Pixels paper;
  paper_of(grey, paper.m);
  cv::divide(grey, cv::max(paper.m, 40), out, 240);
}

// The turn in degrees, clockwise, at which dark spots gather into rows best.
double tilt_of(const cv::Mat& even) {
  Pixels small;
  const double k = std::min(1.0, 640.0 / std::max(even.cols, even.rows));
  cv::resize(even, small.m, {}, k, k, cv::INTER_AREA);
  std::vector<cv::Point> ink;
  for (int y = 0; y < small.m.rows; ++y)
    for (int x = 0; x < small.m.cols; ++x)
      if (small.m.at<std::uint8_t>(y, x) < 190) ink.emplace_back(x - small.m.cols / 2, y - small.m.rows / 2);
  const int reach = small.m.cols + small.m.rows;
  std::vector<float> rows(static_cast<std::size_t>(2 * reach));
  const auto gathered = [&](double deg) {
    std::fill(rows.begin(), rows.end(), 0.f);
    const double c = std::cos(deg * std::numbers::pi / 180), s = std::sin(deg * std::numbers::pi / 180);
    for (const auto& p : ink) rows[static_cast<std::size_t>(cvRound(p.y * c - p.x * s) + reach)] += 1;
    double sum = 0;
    for (std::size_t i = 1; i < rows.size(); ++i) sum += (rows[i] - rows[i - 1]) * (rows[i] - rows[i - 1]);
    return sum;
  };
  double best = 0, most = gathered(0);
  const auto look = [&](double deg) {
    if (const double g = gathered(deg); g > most) most = g, best = deg;
  };
  for (double deg = -kMaxTilt; deg <= kMaxTilt; deg += 0.5) look(deg);
  const double about = best;
  for (const double d : {-0.3, -0.15, 0.15, 0.3}) look(about + d);
  return best;
}

struct Line {
  cv::Rect box;    // of its letters
  int height = 0;  // of most of its letters, px
  cv::Rect value;  // what stands behind the label and its colon; the box when nothing stands apart
  std::vector<cv::Rect> spots;
};

// A row breaks where a colon's dot or a dull letter stood: pieces side by side are one line.
void join_pieces(std::vector<Line>& lines) {
  for (std::size_t a = 0; a < lines.size(); ++a)
    for (std::size_t b = 0; b < lines.size(); ++b) {
      if (a == b) continue;
      const cv::Rect &left = lines[a].box, &right = lines[b].box;
      const int gap = right.x - (left.x + left.width), tall = std::max(lines[a].height, lines[b].height);
      const int shared = std::min(left.y + left.height, right.y + right.height) - std::max(left.y, right.y);
      if (gap < -tall / 2 || gap > kGap * tall || shared * 5 < 3 * std::min(left.height, right.height)) continue;
      lines[a].box = left | right, lines[a].height = tall;
      lines[a].spots.insert(lines[a].spots.end(), lines[b].spots.begin(), lines[b].spots.end());
      lines.erase(lines.begin() + static_cast<std::ptrdiff_t>(b));
      a = b = 0;
    }
}

// The widest of the parts that stand apart; colons and specks are lower than letters and do not count.
void find_value(Line& line) {
  line.value = line.box;
  std::erase_if(line.spots, [&](const cv::Rect& spot) { return spot.height * 5 < line.height * 3; });
  std::sort(line.spots.begin(), line.spots.end(), [](const auto& a, const auto& b) { return a.x < b.x; });
  std::vector<cv::Rect> parts;
  for (std::size_t i = 0; i < line.spots.size(); ++i) {
    const auto& spot = line.spots[i];
    const auto& last = line.spots[i ? i - 1 : 0];
    if (i == 0 || 10 * (spot.x - last.x - last.width) > 12 * std::max(last.height, spot.height))
      parts.push_back(spot);
    else
      parts.back() |= spot;
  }
  for (const auto& part : parts)
    if (parts.size() > 1 && part.width >= 5 * line.height && (line.value == line.box || part.width > line.value.width))
      line.value = part;
}

// Rows of letter-sized dark spots, from the top.
std::vector<Line> lines_of(const cv::Mat& even) {
  Pixels dark, labels, stats, centres;
  cv::GaussianBlur(even, dark.m, {3, 3}, 0);  // grain is no letter
  cv::threshold(dark.m, dark.m, 175, 255, cv::THRESH_BINARY_INV);
  const int n = cv::connectedComponentsWithStats(dark.m, labels.m, stats.m, centres.m, 8);
  const double w = std::max(even.cols, even.rows) > 0 ? even.cols : 1;
  std::vector<cv::Rect> spots;
  for (int i = 1; i < n; ++i) {
    const int* s = stats.m.ptr<int>(i);
    const cv::Rect box(s[cv::CC_STAT_LEFT], s[cv::CC_STAT_TOP], s[cv::CC_STAT_WIDTH], s[cv::CC_STAT_HEIGHT]);
    if (box.height < std::max(6.0, 0.009 * w) || box.height > 0.05 * w || box.width > 0.6 * w) continue;
    if (s[cv::CC_STAT_AREA] < box.area() / 8) continue;
    spots.push_back(box);
  }
  if (spots.size() > kMaxSpots) return {};
  std::sort(spots.begin(), spots.end(), [](const auto& a, const auto& b) { return a.x < b.x; });
  std::vector<std::vector<cv::Rect>> rows;
  for (const auto& spot : spots) {
    std::vector<cv::Rect>* best = nullptr;
    int nearest = 0;
    for (auto& row : rows) {
      const auto& last = row.back();
      const int gap = spot.x - (last.x + last.width), tall = std::max(last.height, spot.height);
      const int shift = std::abs((spot.y * 2 + spot.height) - (last.y * 2 + last.height)) / 2;
      if (gap > kGap * tall || shift > tall * 2 / 5 || std::min(last.height, spot.height) * 5 < tall * 2) continue;
      if (!best || gap < nearest) best = &row, nearest = gap;
    }
    if (best)
      best->push_back(spot);
    else
      rows.push_back({spot});
  }
  std::vector<Line> out;
  for (auto& row : rows) {
    if (row.size() < 3 && row[0].width < 3 * row[0].height) continue;
    Line line;
    std::vector<int> heights;
    for (const auto& spot : row) line.box |= spot, heights.push_back(spot.height);
    std::nth_element(heights.begin(), heights.begin() + static_cast<std::ptrdiff_t>(heights.size() / 2), heights.end());
    line.height = heights[heights.size() / 2];
    line.spots = std::move(row);
    out.push_back(std::move(line));
  }
  if (out.size() > kMaxPieces) return {};
  join_pieces(out);
  std::erase_if(out,
                [](const Line& line) { return line.box.width < 7 * line.height || line.box.width > 60 * line.height; });
  for (auto& line : out) find_value(line);
  std::sort(out.begin(), out.end(), [](const Line& a, const Line& b) { return a.box.y < b.box.y; });
  return out;
}

// How a line is made ready: each sees the same ink differently, so that a doubtful digit reads differently too.
enum class Treatment { Even, Sharp, Black };

void treat(const cv::Mat& even, const Line& line, bool value, Treatment how, cv::Mat& out) {
  const cv::Rect& what = value ? line.value : line.box;
  const int pad_x = line.height / 2, pad_y = line.height * 2 / 5;
  const cv::Rect box(what.x - pad_x, what.y - pad_y, what.width + 2 * pad_x, what.height + 2 * pad_y);
  const cv::Mat part = even(box & cv::Rect({}, even.size()));
  const double tall = how == Treatment::Even ? 32 : how == Treatment::Sharp ? 40 : 36;
  const double k = std::min(tall / line.height, 1600.0 / part.cols);
  Pixels sized;
  cv::resize(part, sized.m, {}, k, k, k < 1 ? cv::INTER_AREA : cv::INTER_CUBIC);
  if (how != Treatment::Even) {
    Pixels soft;
    cv::GaussianBlur(sized.m, soft.m, {}, tall / 10);
    cv::addWeighted(sized.m, 2.2, soft.m, -1.2, 0, sized.m);
  }
  if (how == Treatment::Black) cv::threshold(sized.m, sized.m, 0, 255, cv::THRESH_BINARY | cv::THRESH_OTSU);
  cv::copyMakeBorder(sized.m, out, 12, 12, 12, 12, cv::BORDER_CONSTANT,
                     cv::Scalar(how == Treatment::Black ? 255 : 240));
}

// Digits or what may be some: a line worth a second look.
bool has_number(std::string_view text) {
  return std::count_if(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; }) >= 9;
}

}  // namespace

struct CardReader::Engine {
  std::string data_dir;
  tesseract::TessBaseAPI api;
  bool tried = false, ready = false;

  bool load() {
    if (tried) return ready;
    tried = true;
    // No dictionary: numbers and names are in none, and it would cost memory.
    const std::vector<std::string> names = {"debug_file",     "load_system_dawg", "load_freq_dawg",
                                            "load_punc_dawg", "load_number_dawg", "load_bigram_dawg"};
    const std::vector<std::string> values = {"/dev/null", "0", "0", "0", "0", "0"};
    ready = api.Init(data_dir.c_str(), kLanguage, tesseract::OEM_LSTM_ONLY, nullptr, 0, &names, &values, false) == 0;
    if (!ready) return false;
    api.SetVariable("tessedit_do_invert", "0");
    api.SetPageSegMode(tesseract::PSM_SINGLE_LINE);
    return true;
  }

  // One line of text; it never holds a line break of its own but the last.
  SecretString text_of(const cv::Mat& line) {
    api.SetImage(line.data, line.cols, line.rows, 1, static_cast<int>(line.step));
    api.SetSourceResolution(300);
    char* raw = api.GetUTF8Text();
    std::string text = raw ? raw : "";
    if (raw) wipe(raw, text.size());
    delete[] raw;
    api.Clear();
    std::replace(text.begin(), text.end(), '\n', ' ');
    return SecretString(std::move(text));
  }
};

namespace {

const char* words_of(Label label) {
  switch (label) {
    case Label::Nik:
      return "NIK: ";
    case Label::Kpj:
      return "KPJ: ";
    case Label::None:
      break;
  }
  return "";
}

// The lines of one picture and what was read of them: once each, and the number lines again in other treatments.
class Page {
 public:
  using Ocr = std::function<SecretString(const Line&, bool value, Treatment)>;
  Page(const std::vector<Line>& lines, Ocr ocr) : lines_(lines), ocr_(std::move(ocr)), texts_(lines.size()) {}

  CardReading read(Date today) {
    std::vector<std::size_t> order(lines_.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return lines_[a].height > lines_[b].height; });
    if (order.size() > kMaxLines) order.resize(kMaxLines);
    for (const auto i : order) {
      if (!look(i)) continue;
      // A number: its label may stand above it, the birth date stands below it.
      if (i > 0) look(i - 1);
      for (std::size_t k = i + 1; k < std::min(i + 4, lines_.size()) && !reading(Treatment::Even, today).birth; ++k)
        look(k);
      if (!reading(Treatment::Even, today).nik.empty()) break;
    }
    return agreed(today);
  }

 private:
  struct Read {
    SecretString whole;
    SecretString by[3];  // a number's value by Treatment
    bool seen = false, number = false;
    Label label = Label::None;
  };

  // True when the line is new and has a number.
  bool look(std::size_t i) {
    auto& t = texts_[i];
    if (t.seen) return false;
    t.seen = true;
    t.whole = ocr_(lines_[i], false, Treatment::Even);
    const std::string& text = t.whole.reveal();
    if (lines_[i].value != lines_[i].box) t.label = label_of(text);
    return t.number = has_number(text);
  }

  CardReading reading(Treatment how, Date today) {
    std::string text;
    text.reserve(kMaxCardText + 1);  // does not move, so nothing stays behind
    for (std::size_t i = 0; i < texts_.size(); ++i) {
      auto& t = texts_[i];
      auto& value = t.by[static_cast<std::size_t>(how)];
      if (t.number && value.empty()) value = ocr_(lines_[i], t.label != Label::None, how);
      const auto& line = t.number ? value.reveal() : t.whole.reveal();
      if (text.size() + line.size() + 8 < kMaxCardText)
        text.append(label_of(line) == Label::None ? words_of(t.label) : "").append(line).append("\n");
    }
    CardReading out = reading_of(text, today);
    wipe(text);
    return out;
  }

  // What the treatments say alike: two suffice for a NIK with a birth date that agrees, else all three must.
  CardReading agreed(Date today) {
    if (std::none_of(texts_.begin(), texts_.end(), [](const Read& t) { return t.number; })) return {};
    CardReading r[3] = {reading(Treatment::Even, today), reading(Treatment::Sharp, today), {}};
    if (r[0].nik != r[1].nik || !r[0].birth) r[2] = reading(Treatment::Black, today);
    CardReading out;
    for (const auto& [a, b] : {std::pair{0, 1}, {0, 2}, {1, 2}})
      if (r[a].birth && r[a].nik == r[b].nik) out.nik = r[a].nik, out.birth = r[a].birth;
    if (r[0].nik == r[1].nik && r[0].nik == r[2].nik) out.nik = r[0].nik;
    if (r[0].kpj == r[1].kpj && r[0].kpj == r[2].kpj) out.kpj = r[0].kpj;
    for (auto& reading : r) wipe(reading);
    return out;
  }

  const std::vector<Line>& lines_;
  Ocr ocr_;
  std::vector<Read> texts_;
};

// Tesseract runs parts of its network on as many threads as OpenMP gives; the kiosk's other core is for the screen. The
// setting belongs to the calling thread.
void one_thread() {
  static const auto limit = reinterpret_cast<void (*)(int)>(::dlsym(RTLD_DEFAULT, "omp_set_max_active_levels"));
  if (limit) limit(0);
}

}  // namespace

CardReader::CardReader(std::unique_ptr<Engine> engine) : engine_(std::move(engine)) {}
CardReader::~CardReader() = default;

Result<std::unique_ptr<CardReader>> CardReader::open(std::string data_dir) {
  cv::setNumThreads(1);  // as for faces: a second thread waits by spinning and takes the screen's core
  auto engine = std::make_unique<Engine>();
  engine->data_dir = data_dir.empty() ? kDebianData : std::move(data_dir);
  const std::string file = engine->data_dir + "/" + kLanguage + ".traineddata";
  struct stat st {};
  if (::stat(file.c_str(), &st) != 0 || !S_ISREG(st.st_mode) || st.st_size < 100'000)
    return damaged("ocr_missing", std::string("expected ") + kLanguage + ".traineddata in " + engine->data_dir);
  return std::unique_ptr<CardReader>(new CardReader(std::move(engine)));
}

CardReading CardReader::read(const Image& image, Date today) {
  const std::int64_t pixels = std::int64_t{image.width} * image.height;
  if (image.width < 160 || image.height < 100 || pixels > kMaxPixels ||
      image.pixels.size() != image.stride() * static_cast<std::size_t>(image.height))
    return {};
  try {
    Pixels even;
    {
      Pixels grey, level;
      grey_of(image, grey.m);
      even_light(grey.m, even.m);
      const cv::Point2f middle(cv::Point2d(grey.m.cols / 2.0, grey.m.rows / 2.0));
      const double tilt = tilt_of(even.m);
      cv::warpAffine(grey.m, level.m, cv::getRotationMatrix2D(middle, tilt, 1), grey.m.size(), cv::INTER_CUBIC,
                     cv::BORDER_REPLICATE);
      even_light(level.m, even.m);
    }
    const auto lines = lines_of(even.m);
    if (lines.empty() || !engine_->load()) return {};
    one_thread();
    Page page(lines, [&](const Line& line, bool value, Treatment how) {
      Pixels ready;
      treat(even.m, line, value, how, ready.m);
      return engine_->text_of(ready.m);
    });
    return page.read(today);
  } catch (const cv::Exception&) {
    // Not a picture OpenCV can work on: nothing was read.
  } catch (const std::exception&) {
  }
  return {};
}

}  // namespace kiosk::vision
