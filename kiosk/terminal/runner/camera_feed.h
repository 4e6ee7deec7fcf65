// The camera on a thread of its own: frames for the picture on the glass, what vision says of each, and a photo when
// asked. For the runners of kiosk and counter. Thread: owner calls from one thread; frames come from the feed's own.
// Blocks: stop() until the frame under way is done. Owns: camera, vision. A camera that goes away is a Look with a
// fault; it comes back by itself. Photos are the frame just seen as JPEG; nothing is kept after stop().
#pragma once
#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/image.h"
#include "domain/people/face.h"
#include "drivers/api/camera.h"
#include "terminal/runner/branch_time.h"
#include "terminal/vision/card.h"
#include "terminal/vision/vision.h"

namespace kiosk::runner {

struct Look {
  SharedImage frame;  // empty when there is a fault
  domain::FaceReport report;
  bool still = false;              // the face has kept still for a few looks
  std::vector<std::string> codes;  // when codes or cards are looked for
  vision::CardReading card;        // when cards are looked for: what was read since the last look
  std::optional<Fault> fault;
};
struct Shot {
  std::shared_ptr<const Bytes> jpeg;
  domain::FaceReport report;
  SharedImage frame;
};

class CameraFeed {
 public:
  // `wake` is called from the feed's thread after each look; it must not block.
  CameraFeed(std::unique_ptr<drivers::Camera> camera, std::unique_ptr<vision::Vision> vision,
             std::function<void()> wake);
  ~CameraFeed();

  void start(vision::Purpose purpose);
  void start_codes();  // QR and bar codes instead of faces
  void start_cards();  // the letters of a card too, read on a thread of their own beside the picture
  // By whose day a card is read and by whose clock looks are paced; before the first start, from the owner's thread.
  void set_time(std::shared_ptr<const BranchTime> time) { time_ = std::move(time); }
  void stop();  // forgets the last look and a photo not taken away
  // The visit is over: stop(), and neither camera nor vision holds a frame. A card whose letters are being read is read
  // to its end, for nobody.
  void forget();
  bool running() const { return thread_.joinable(); }
  void take_photo();           // the next frame becomes a Shot
  std::optional<Look> look();  // the newest since the last call
  std::optional<Shot> shot();

 private:
  enum class What { Faces, Codes, Cards };
  void begin(What what, vision::Purpose purpose);
  void run(What what, vision::Purpose purpose);
  void read_cards();

  std::unique_ptr<drivers::Camera> camera_;
  std::unique_ptr<vision::Vision> vision_;
  std::function<void()> wake_;
  std::thread thread_, reading_;
  std::condition_variable to_read_, hurry_;
  SharedImage card_frame_;  // the newest, for the reader
  vision::CardReading card_;
  std::atomic<bool> stop_{false}, take_{false};
  std::mutex mutex_;
  std::shared_ptr<const BranchTime> time_;
  std::optional<Look> look_;
  std::optional<Shot> shot_;
  bool seen_ = false;  // frames came since the last forget()
};

}  // namespace kiosk::runner
