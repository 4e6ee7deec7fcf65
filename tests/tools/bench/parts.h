// What several benchmarks are made of: a judge for work without faces, the bare write of the same bytes, items of the
// centre's feed. Thread: one at a time.
#pragma once
#include <string>

#include "api/protocol/central_api.h"
#include "api/verbs/ports.h"
#include "base/bytes.h"

namespace kiosk::tools {

class NoJudge final : public verbs::FaceJudge {  // nobody is photographed here
 public:
  bool ready() const override { return false; }
  std::string profile() const override { return {}; }
  Result<domain::FaceReport> inspect(ByteView, bool) override { return refused("no_judge"); }
  Result<domain::FaceTemplate> enrol(ByteView) override { return refused("no_judge"); }
  Result<Match> compare(ByteView, const domain::FaceTemplate&) override { return refused("no_judge"); }
};

// The bare limit: bytes appended to a file that was written once before.
class BareFile {
 public:
  static constexpr std::int64_t k_size = 8 << 20;
  explicit BareFile(const std::string& path);
  ~BareFile();
  BareFile(const BareFile&) = delete;
  BareFile& operator=(const BareFile&) = delete;
  bool ok() const { return fd_ >= 0 && !failed_; }
  void append(ByteView bytes);

 private:
  int fd_ = -1;
  std::int64_t at_ = 0;
  bool failed_ = false;
};

protocol::FeedItem feed_item(std::int64_t cursor, const char* kind, std::string body);

}  // namespace kiosk::tools
