// The participant's terminal (self-service) as one pure function. The stage feeds touches, answers and the time; the
// runner carries out the effects. Thread: values, one thread. Errors: none; a refusal is a page. Units: steady time for
// deadlines.
#pragma once
#include <chrono>
#include <memory>
#include <optional>
#include <vector>

#include "base/zone.h"
#include "domain/rules/rules.h"
#include "terminal/flow/kiosk/event.h"
#include "terminal/flow/kiosk/visit.h"

namespace kiosk::flow::kiosk {

inline constexpr Millis kIdle{60'000}, kIdleAnswer{30'000};
inline constexpr Millis kIdleHelp{300'000};  // on the page that says that an officer comes
inline constexpr Millis kProgressAfter{300}, kCancelAfter{10'000}, kRetryEvery{3'000};
inline constexpr int kAdviceFrames = 3;      // frames before another coaching sentence replaces the one shown
inline constexpr Millis kPhotoAfter{3'000};  // a good face is held this long, then the photograph takes itself
inline constexpr int kFactsTries = 3;        // then an officer looks at the KTP instead
inline constexpr Millis kWrongFacts{5'000};  // until the next try, longer each time
inline constexpr std::string_view kConsentText = "2026-11";  // version of the words on the pages of consent

inline constexpr int kGuideSteps = 8, kGuidePictures = 3;
inline constexpr Millis kGuidePicture{2'500};  // WCAG 2.2.2: what moves by itself ends after 5 s

struct State {
  Page page = page::Home{};
  std::unique_ptr<KioskSession> visit = std::make_unique<KioskSession>();
  SteadyTime last_touch{};
  bool touched = false;                  // since the last person was forgotten
  std::optional<SteadyTime> idle_asked;  // "Masih di sana?" lies over the page
  int idle_seconds_left = 0;
  Millis idle = kIdle;            // setting
  int next_no = 1;                // never reused, so that late answers meet nobody
  std::optional<LookFor> camera;  // what the camera runs for
  std::vector<domain::Service> services;
  std::optional<verbs::SyncStatus> sync;
  bool node_reachable = true;
  std::optional<verbs::OfficerView> officer;  // who is logged in beside the person
};

struct Context {
  SteadyTime now;
  Date today;
  const domain::Rules& rules;
  Uuid fresh;                                           // a new id for whatever this step may begin
  std::chrono::minutes utc_offset = Zone().offset({});  // of the branch, now
};

struct Step {
  State state;
  std::vector<Effect> effects;
};

[[nodiscard]] Step step(State state, Event event, const Context& context);
// When TimePassed is due next; nullopt: nothing waits for the time.
std::optional<SteadyTime> next_deadline(const State& state);

// The place on the way: "Langkah 3 dari 8"; of == 0 where no line is shown.
struct Progress {
  int step = 0, of = 0;
};
Progress progress(const State& state);

// The three green checks of the person, whatever the cause (JMO asks them first).
struct PersonCheck {
  std::string code;
  bool passed;
};
std::vector<PersonCheck> three_checks(const KioskSession& visit, const domain::Rules& rules);

// Causes a person chooses from, the likely ones first.
std::vector<const domain::CauseRule*> causes_shown(const domain::Rules& rules);

}  // namespace kiosk::flow::kiosk
