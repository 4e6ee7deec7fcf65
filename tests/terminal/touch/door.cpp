// The door of kiosk-under-test: a Unix socket at $KIOSK_TEST_DOOR where a test looks at the running terminal's tree and
// pushes input into SDL's queue. It is compiled into that program only; the shipped kiosk has no such thing.
// One line asked, one line answered:
//   look                        {"born":1,"frame":2,"pages":3,"stands_in_ms":0,"nodes":[...]}: the last frame drawn;
//   born differs after
//                               a restart, pages counts those that came
//   wait FRAME MS               the same, as soon as a later frame than FRAME is drawn, or after so long
//   finger down|move|up X Y ID  places in parts of the glass
//   mouse down|move|up X Y      in pixels
//   text LETTERS, key NAME
//   advance MS                  the terminal's clock
//   hang MS                     the loop stands still for so long
// Thread: one of its own for each who asks; the loop's thread leaves each frame's tree here.
#include <SDL.h>
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

#include "base/secret.h"
#include "terminal/window/input_events.h"
#include "tests/support/wait_until.h"
#include "tests/terminal/touch/door.h"

namespace kiosk::test {

namespace {

class Door {
 public:
  explicit Door(programs::Terminal& terminal)
      : terminal_(terminal), host_(terminal.script_host()), born_(real_clock().steady().time_since_epoch().count()) {
    terminal_.on_turn([this] { turned(); });
    SDL_AddEventWatch(seen, this);
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
  // What the display server sent has come into the queue, before anything that is pushed after it.
  static int SDLCALL seen(void* self, SDL_Event* event) {
    if (event->type == SDL_MOUSEBUTTONUP) ++static_cast<Door*>(self)->mouse_ups_;
    return 0;
  }

  void turned() {
    const auto drawn = terminal_.frames();
    const auto left = terminal_.accepts_presses_in();
    {
      const std::lock_guard lock(mutex_);
      if (left > stands_in_) ++pages_;  // another page, or the same one of another question, has just come
      stands_in_ = left;
      ++turn_;
      all_taken_ = !terminal_.glass().more_input() &&
                   SDL_PeepEvents(nullptr, 0, SDL_PEEKEVENT, SDL_FIRSTEVENT, SDL_LASTEVENT) == 0;
      if (drawn != frame_) {
        frame_ = drawn;
        nodes_ = terminal_.ui().tree().json();
      }
    }
    changed_.notify_all();
    const Millis hang{hang_ms_.exchange(0)};
    if (hang > Millis{0}) keep_pace(hang);
  }

  // What was pushed so far is told at the time it was pushed, not at one that is moved meanwhile.
  void take_all() {
    terminal_.glass().wake();
    std::unique_lock lock(mutex_);
    const auto now = turn_;
    changed_.wait_for(lock, Millis{2'000}, [&] { return turn_ > now && all_taken_; });
  }

  std::string look() {
    std::string nodes = nodes_;
    for (char& c : nodes)
      if (c == '\n') c = ' ';
    return "{\"born\":" + std::to_string(born_) + ",\"frame\":" + std::to_string(frame_) +
           ",\"pages\":" + std::to_string(pages_) + ",\"mouse_ups\":" + std::to_string(mouse_ups_.load()) +
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
      if (verb == "wait") changed_.wait_for(lock, Millis{ms}, [&] { return frame_ > after; });
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
      take_all();
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
      wipe(block, sizeof block);
      for (auto end = got.find('\n'); end != std::string::npos; end = got.find('\n')) {
        std::istringstream line(got.substr(0, end));
        wipe(got.data(), end + 1);  // what a test types is searched for in this program's memory
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

  programs::Terminal& terminal_;
  programs::ScriptHost host_;
  const std::int64_t born_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::uint64_t frame_ = 0, pages_ = 0, turn_ = 0;
  bool all_taken_ = false;
  Millis stands_in_{0};
  std::string nodes_ = "[]";
  std::atomic<std::int64_t> hang_ms_{0}, mouse_ups_{0};
};

}  // namespace

void open_door(programs::Terminal& terminal) {
  const char* path = std::getenv("KIOSK_TEST_DOOR");
  if (path == nullptr || *path == 0) return;
  static auto* const door = new Door(terminal);  // as long as the process, threads and all
  door->serve(path);
}

}  // namespace kiosk::test
