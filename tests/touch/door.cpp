// The door of kiosk-under-test: a Unix socket at $KIOSK_TEST_DOOR where a test looks at the running terminal's tree and
// pushes input into SDL's queue. It is compiled into that program only; the shipped kiosk has no such thing.
// One line asked, one line answered:
//   look                        {"born":1,"frame":2,"nodes":[...]}: the last frame drawn; born differs after a restart
//   wait FRAME MS               the same, as soon as a later frame than FRAME is drawn, or after so long
//   finger down|move|up X Y ID  places in parts of the glass
//   mouse down|move|up X Y      in pixels
//   text LETTERS, key NAME
//   advance MS                  the terminal's clock
//   hang MS                     the loop stands still for so long
// Thread: one of its own for each who asks; the loop's thread leaves each frame's tree here.
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <sstream>
#include <string>
#include <thread>

#include "app/terminal.h"
#include "window/input_events.h"

namespace kiosk::test {

namespace {

class Door {
 public:
  explicit Door(app::Terminal& terminal)
      : terminal_(terminal), host_(terminal.script_host()), born_(SystemClock().steady().time_since_epoch().count()) {
    terminal_.on_turn([this] { turned(); });
  }

  void serve(const std::string& path) {
    sockaddr_un at{};
    at.sun_family = AF_UNIX;
    std::strncpy(at.sun_path, path.c_str(), sizeof at.sun_path - 1);
    ::unlink(path.c_str());
    const int listening = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (listening < 0 || ::bind(listening, reinterpret_cast<const sockaddr*>(&at), sizeof at) != 0 ||
        ::listen(listening, 4) != 0)
      std::abort();
    std::thread([this, listening] {
      for (;;) {
        const int fd = ::accept4(listening, nullptr, nullptr, SOCK_CLOEXEC);
        if (fd >= 0) std::thread([this, fd] { answer_all(fd); }).detach();
      }
    }).detach();
  }

 private:
  void turned() {
    const auto drawn = terminal_.frames();
    const auto left = terminal_.accepts_presses_in();
    {
      const std::lock_guard lock(mutex_);
      stands_in_ = left;
      if (drawn != frame_) {
        frame_ = drawn;
        nodes_ = terminal_.ui().tree().json();
        drawn_.notify_all();
      }
    }
    const Millis hang{hang_ms_.exchange(0)};
    if (hang > Millis{0}) std::this_thread::sleep_for(hang);
  }

  std::string look() {
    std::string nodes = nodes_;
    for (char& c : nodes)
      if (c == '\n') c = ' ';
    return "{\"born\":" + std::to_string(born_) + ",\"frame\":" + std::to_string(frame_) +
           ",\"stands_in_ms\":" + std::to_string(stands_in_.count()) + ",\"nodes\":" + nodes + "}";
  }

  std::string answer(std::istringstream& asked) {
    std::string verb, act;
    asked >> verb;
    if (verb == "look" || verb == "wait") {
      std::uint64_t after = 0;
      std::int64_t ms = 0;
      asked >> after >> ms;
      std::unique_lock lock(mutex_);
      if (verb == "wait") drawn_.wait_for(lock, Millis{ms}, [&] { return frame_ > after; });
      return look();
    }
    if (verb == "finger" || verb == "mouse") {
      float x = 0, y = 0;
      std::int64_t id = 0;
      asked >> act >> x >> y >> id;
      const auto how = act == "down" ? window::Act::Down : act == "move" ? window::Act::Move : window::Act::Up;
      if (verb == "finger")
        window::push_finger(how, x, y, id);
      else
        window::push_mouse(how, static_cast<int>(x), static_cast<int>(y));
    } else if (verb == "text" || verb == "key") {
      std::getline(asked >> std::ws, act);
      if (verb == "text") window::push_text(act);
      if (verb == "key" && !window::push_key(act)) return "{\"fault\":\"key\"}";
    } else if (verb == "advance") {
      std::int64_t ms = 0;
      asked >> ms;
      host_.advance(Millis{ms});
      terminal_.glass().wake();
    } else if (verb == "hang") {
      std::int64_t ms = 0;
      asked >> ms;
      hang_ms_ = ms;
      terminal_.glass().wake();
    } else {
      return "{\"fault\":\"verb\"}";
    }
    return "{}";
  }

  void answer_all(int fd) {
    std::string got;
    char block[4096];
    for (ssize_t n = 0; (n = ::read(fd, block, sizeof block)) > 0;) {
      got.append(block, static_cast<std::size_t>(n));
      for (auto end = got.find('\n'); end != std::string::npos; end = got.find('\n')) {
        std::istringstream line(got.substr(0, end));
        got.erase(0, end + 1);
        const std::string said = answer(line) + "\n";
        for (std::size_t at = 0; at < said.size();) {
          const ssize_t sent = ::send(fd, said.data() + at, said.size() - at, MSG_NOSIGNAL);
          if (sent <= 0) break;
          at += static_cast<std::size_t>(sent);
        }
      }
    }
    ::close(fd);
  }

  app::Terminal& terminal_;
  app::ScriptHost host_;
  const std::int64_t born_;
  std::mutex mutex_;
  std::condition_variable drawn_;
  std::uint64_t frame_ = 0;
  Millis stands_in_{0};
  std::string nodes_ = "[]";
  std::atomic<std::int64_t> hang_ms_{0};
};

}  // namespace

void open_door(app::Terminal& terminal);  // asked for by kiosk_main.cpp alone

void open_door(app::Terminal& terminal) {
  const char* path = std::getenv("KIOSK_TEST_DOOR");
  if (path == nullptr || *path == 0) return;
  static auto* const door = new Door(terminal);  // as long as the process, threads and all
  door->serve(path);
}

}  // namespace kiosk::test
