#include "base/sqlite/log_check.h"

#include <algorithm>
#include <cstdio>
#include <memory>
#include <vector>

#include "base/sqlite/log_sum.h"

namespace kiosk::sqlite {
namespace {
constexpr std::size_t k_header = 32, k_frame = 24;
constexpr std::uint32_t k_magic = 0x377f0682;     // the last bit: the words of the checksum are big-endian
constexpr std::int32_t k_most_begun = 1'000'000;  // times that a log begins again between two opens of its file
constexpr std::ptrdiff_t k_few = 8;               // bytes of a spoiled header that rot may have touched

struct Header {
  bool big_endian = false;
  std::size_t page = 0;
  std::uint32_t salt1 = 0, salt2 = 0;
  LogSum sum;
};
bool read_header(const unsigned char* h, Header& out) {
  if ((big_word(h) & ~1U) != k_magic) return false;
  out.big_endian = (big_word(h) & 1U) != 0;
  out.page = big_word(h + 8);
  out.salt1 = big_word(h + 16);
  out.salt2 = big_word(h + 20);
  out.sum = LogSum::stored(h + 24);
  const bool page_fits = out.page >= 512 && out.page <= 65536 && (out.page & (out.page - 1)) == 0;
  return page_fits && LogSum().run(h, 24, out.big_endian) == out.sum;
}

// The frames in order. Behind the first bad one the checksum goes on from what that one holds: a frame that fits it was
// written after it, and one behind a later commit proves that the bad one had been synced.
class Frames {
 public:
  explicit Frames(const Header& h) : h_(h), before_(h.sum) {}

  void take(const unsigned char* frame) {
    ++n_;
    const bool ours = big_word(frame + 8) == h_.salt1 && big_word(frame + 12) == h_.salt2;
    const LogSum sum = before_.run(frame, 8, h_.big_endian).run(frame + k_frame, h_.page, h_.big_endian);
    const bool fits = ours && sum == LogSum::stored(frame + 16);
    const bool commits = big_word(frame + 4) != 0;
    if (bad_ == 0 && !fits) bad_ = n_;
    if (bad_ == 0 && commits) whole_ = n_;
    if (bad_ != 0 && ours && commit_behind_ != 0 && fits) proven_ = true;
    if (bad_ != 0 && fits && commits && commit_behind_ == 0) commit_behind_ = n_;
    if (ours) before_ = LogSum::stored(frame + 16);
  }

  LogFound found() const {
    LogFound out;
    out.state = proven_ ? LogFound::State::Damaged : LogFound::State::Whole;
    out.end = {h_.salt1, h_.salt2, whole_};
    if (proven_) out.reason = "frame " + std::to_string(bad_) + " of the log is damaged, and commits follow it";
    return out;
  }

 private:
  const Header h_;
  LogSum before_;
  std::int64_t n_ = 0, bad_ = 0, whole_ = 0, commit_behind_ = 0;
  bool proven_ = false;
};
}  // namespace

LogFound look_at_log(const std::string& path) {
  const std::unique_ptr<FILE, int (*)(FILE*)> file(std::fopen(path.c_str(), "rb"), std::fclose);
  unsigned char head[k_header];
  if (file == nullptr || std::fread(head, 1, k_header, file.get()) != k_header) return {};
  if (std::count_if(head, head + k_header, [](unsigned char c) { return c != 0; }) <= k_few) return {};
  Header h;
  if (!read_header(head, h)) return {LogFound::State::Damaged, {}, "the header of the log is damaged"};
  Frames frames(h);
  std::vector<unsigned char> frame(k_frame + h.page);
  while (std::fread(frame.data(), 1, frame.size(), file.get()) == frame.size()) frames.take(frame.data());
  return frames.found();
}

std::string lacks(const LogFound& found, const LogPosition& known) {
  if (found.state == LogFound::State::Damaged) return found.reason;
  if (known.frames == 0) return {};
  if (found.state == LogFound::State::Empty) return "the log is empty, and held commits";
  const auto later = static_cast<std::int32_t>(found.end.salt1 - known.salt1);
  if (later > 0 && later <= k_most_begun) return {};  // it began again since
  if (later != 0) return "the log is an older one, or another's";
  if (found.end.salt2 != known.salt2) return "the log is another one";
  if (found.end.frames < known.frames)
    return "the log ends at frame " + std::to_string(found.end.frames) + " of " + std::to_string(known.frames);
  return {};
}

}  // namespace kiosk::sqlite
