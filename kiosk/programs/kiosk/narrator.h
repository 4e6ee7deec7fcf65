// What the participant's terminal says (EN 301 549 5.1.3 and 5.1.6: audio instead of sight): each page once, afterwards
// what is new on it (coaching, what is wrong, the printer), and while the six keys are used the control they lead to.
// Names, sums, numbers, the keys of the glass and what is typed are said into headphones only. A page and a control end
// what is being said; news waits for it. Thread: UI. Errors: none; a speaker that is away says nothing.
#pragma once
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "drivers/api/speaker.h"
#include "terminal/ui/ui.h"
#include "terminal/voice/clips.h"

namespace kiosk::programs {

class Narrator {
 public:
  // Without a speaker nothing is said; without headphones nobody listens alone.
  Narrator(std::unique_ptr<drivers::Speaker> speaker, std::unique_ptr<drivers::Headphones> headphones,
           voice::Clips clips);
  // `place`: where the journey is; each is read once. The tree is that of the last finished frame.
  void frame(ui::Ui& ui, std::string_view place, SteadyTime now);
  void hush();                                       // silent, and nothing of what was said is kept
  void forget();                                     // the visit is over: hush, and so do the devices
  std::optional<SteadyTime> next_deadline() const {  // something waits for its turn
    return look_again_;
  }

 private:
  bool listening_alone(ui::Ui& ui);
  void read_page(const ui::Ui& ui, bool alone);
  void say(const std::string& sentence, const ui::Ui& ui);
  bool say_focus(const ui::Ui& ui, bool alone);
  bool say_typed(const ui::Ui& ui);
  void say_news(const ui::Ui& ui, bool alone, SteadyTime now);

  std::unique_ptr<drivers::Speaker> speaker_;
  std::unique_ptr<drivers::Headphones> headphones_;
  voice::Clips clips_;
  std::string seen_, read_;                  // the page that is drawn, that was read
  drivers::Speech page_;                     // as it was read, for "again"
  std::map<std::string, std::string> told_;  // notices by id, as they were said last on this page
  std::string focus_;                        // the control that was said last, with its state
  std::string typed_;                        // the field that is typed into, as it was in the last frame
  std::string title_;                        // of the page that was read last
  bool hinted_ = false;                      // headphones were spoken of
  std::optional<SteadyTime> look_again_;
  unsigned asked_ = 0;  // how often "again" was asked for
  bool alone_ = false;
};

}  // namespace kiosk::programs
