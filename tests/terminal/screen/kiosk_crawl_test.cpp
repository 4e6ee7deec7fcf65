// A crawler of random presses on the participant's screens: whatever is touched, typed and answered, there is always
// something to do, a way home, and after it nothing of a person in memory. 2,000 presses here; KIOSK_CRAWL_PRESSES and
// KIOSK_CRAWL_SEED make it longer or replay it.
#include <algorithm>
#include <deque>
#include <random>
#include <set>
#include <utility>

#include "programs/kiosk/hand.h"

#include "kiosk_glass.h"
#include "tests/support/memory_search.h"

using namespace kiosk;
using namespace kiosk::test;

namespace {

std::uint64_t setting(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text ? std::strtoull(text, nullptr, 10) : otherwise;
}

class Crawler {
 public:
  explicit Crawler(std::uint64_t seed) : random_(seed), glass_({"portrait", 1080, 1920}, {}) {
    p_.stop_at_consent = true;
    branch();
    host_.ui = &glass_.ui();
    host_.frame = [this](Millis) { frame(); };
    host_.more_input = [this] { return window_->more_input(); };
    host_.accepts_presses_in = [] { return Millis{0}; };
    host_.advance = [this](Millis by) { p_.pass(by); };
  }

  void press(int presses) {
    for (int i = 0; i < presses; ++i) {
      settle();
      one_of_the_page();
      if (odds(40)) p_.pass(Millis{1'000 * static_cast<int>(below(70))});
      if (odds(25)) news();
      if (i % 250 == 249) way_home();
    }
    way_home();
  }

  int intents() const { return intents_; }
  const std::set<std::string>& traps() const { return traps_; }
  bool searched() const { return searched_; }
  std::string trail() const {
    std::string out;
    for (const auto& step : trail_) out += step + " > ";
    return out;
  }

 private:
  std::uint64_t below(std::uint64_t n) { return random_() % n; }
  bool odds(std::uint64_t one_in) { return below(one_in) == 0; }

  static domain::Participant plain() {
    auto person = invented_person();
    std::string nik;
    reveal(nik);
    self::wipe(person.id);
    person.id = domain::PersonId(domain::Nik::parse(nik).value());
    kiosk::wipe(nik);
    return person;
  }

  // Answers as a branch may give them, good and bad.
  template <class T>
  Result<T> trouble() {
    const auto k = below(3);
    if (k == 0) return unreachable("node_away");
    return refused(k == 1 ? "find_closed" : "disk_low");
  }
  void branch() {
    p_.find = [this](const auto&) -> Result<verbs::ParticipantFound> {
      if (odds(10)) return trouble<verbs::ParticipantFound>();
      verbs::ParticipantFound f;
      if (odds(8)) return f;
      f.source = verbs::Source::Cache;
      f.as_of = WallTime{Millis{1'794'950'000'000}};
      if (odds(4)) return f;
      f.facts_agree = true;
      auto person = plain();
      if (odds(3)) person.memberships.push_back(person.memberships.front());
      f.record.emplace(std::move(person));
      if (odds(3)) f.draft = verbs::DraftView{"claim", {{"cause", "RESIGN"}, {"bank", "014"}}, odds(2), p_.clock.now()};
      if (odds(2)) f.consents = {{"camera", "2026-11", "id", true, p_.clock.now()}};
      if (odds(3)) f.appointments = {{"a", "JHT", p_.clock.now()}};
      return f;
    };
    p_.account = [this]() -> Result<verbs::AccountView> {
      if (odds(10)) return trouble<verbs::AccountView>();
      verbs::AccountView a{.account = {}, .attempts_left = 3};
      if (odds(6)) a.account.state = domain::AccountState::Blocked;
      return a;
    };
    p_.attempt = [this](Uuid id) -> Result<verbs::AttemptResult> {
      if (odds(10)) return trouble<verbs::AttemptResult>();
      verbs::AttemptResult r{.attempt = id, .verdict = static_cast<domain::FaceVerdict>(below(5))};
      r.account.attempts_left = static_cast<int>(below(3));
      return r;
    };
    const auto ticket = p_.ticket;
    p_.ticket = [this, ticket](const auto& t) -> Result<verbs::TicketIssued> {
      if (odds(8)) return trouble<verbs::TicketIssued>();
      return ticket(t);
    };
    const auto submit = p_.submit;
    p_.submit = [this, submit](const auto& c) -> Result<verbs::ClaimView> {
      if (odds(6)) return trouble<verbs::ClaimView>();
      return submit(c);
    };
    const auto intake = p_.intake;
    p_.intake = [this, intake](const auto& i) -> Result<verbs::IntakeView> {
      if (odds(6)) return trouble<verbs::IntakeView>();
      return intake(i);
    };
    p_.log_in = [this](const auto& number, const auto&) -> Result<verbs::SessionView> {
      if (odds(2)) return refused("pin_wrong");
      verbs::SessionView s;
      s.officer.number = number;
      return s;
    };
  }

  void settle() {
    // As the runner does: what was answered is wiped.
    for (auto& e : p_.effects) self::wipe(e);
    p_.effects.clear();
    for (auto& r : p_.searched) self::wipe(r);
    for (auto& r : p_.submitted) self::wipe(r);
    for (auto& r : p_.ticketed)
      if (r.person) self::wipe(*r.person);
    for (auto& r : p_.told) self::wipe(r);
    for (auto& r : p_.consents) self::wipe(r.person);
    for (auto& r : p_.drafts) self::wipe(r);
    for (auto& r : p_.slips) self::wipe(r.person);
    p_.searched.clear(), p_.submitted.clear(), p_.ticketed.clear(), p_.told.clear(), p_.consents.clear();
    p_.drafts.clear(), p_.slips.clear();
    if (p_.forgotten > forgotten_) glass_.ui().forget();
    forgotten_ = p_.forgotten;
    hand_.settle();
  }

  // As the terminal's loop: the window's input, one frame, and what it asked for.
  void frame() {
    window_->pump(glass_.ui(), Millis{0});
    glass_.draw(p_);
    look_for_traps();
    if (!glass_.intent) return;
    ++intents_;
    p_.feed(std::move(*std::exchange(glass_.intent, std::nullopt)));
  }

  // Where the page before had its primary button nothing may stand that acts on the world: a finger that taps twice is
  // still on its way. Kembali begins its row on every page.
  void look_for_traps() {
    const auto& tree = glass_.ui().tree();
    const ui::Node* primary = tree.by_id("page.primary");
    std::string place = std::string(p_.at()) + (p_.state.idle_asked ? "+idle" : "");
    if (place != place_) {
      const auto overlap = [&](const ui::RectMm& r) {
        const auto& b = primary_before_;
        return r.x < b.x + b.w && b.x < r.x + r.w && r.y < b.y + b.h && b.y < r.y + r.h;
      };
      for (const auto& n : tree.nodes)
        if (n.acts && n.touchable && n.visible && n.label != label_before_ &&
            overlap(n.rect))  // the same act is no trap
          traps_.insert(place_ + " -> " + place + ": " + n.id);
      place_ = std::move(place);
    }
    primary_before_ = primary != nullptr && primary->visible ? primary->rect : ui::RectMm{};
    label_before_ = primary != nullptr ? primary->label : std::string();
    const ui::Node* back = tree.by_id("page.back");
    for (const auto& n : tree.nodes)
      if (back != nullptr && n.touchable && n.visible && n.rect.y < back->rect.y + back->rect.h &&
          n.rect.y + n.rect.h > back->rect.y && n.rect.x < back->rect.x)
        traps_.insert(place_ + ": " + n.id + " stands left of Kembali");
  }

  void note(std::string what) {
    trail_.push_back(std::string(p_.at()) + ":" + std::move(what));
    if (trail_.size() > 25) trail_.pop_front();
  }

  void use(const std::string& id) {
    note(id);
    (void)hand_.touch(id);
  }

  std::vector<std::string> controls() {
    std::vector<std::string> ids;
    for (const auto& node : glass_.ui().tree().nodes)
      if (node.touchable && node.enabled && node.visible) ids.push_back(node.id);
    return ids;
  }

  void one_of_the_page() {
    const auto ids = controls();
    REQUIRE_MESSAGE(!ids.empty(), p_.at());
    const bool typed = std::any_of(glass_.ui().tree().nodes.begin(), glass_.ui().tree().nodes.end(), [](const auto& n) {
      return n.role == ui::Role::DigitField || n.role == ui::Role::TextField;
    });
    if (typed && odds(3)) return type();
    // What leads on is pressed more often than the way out, so that journeys are seen to their ends.
    for (const char* on : {"page.primary", "officer", "edit"})
      if (std::find(ids.begin(), ids.end(), on) != ids.end() && odds(3)) return use(on);
    use(ids[below(ids.size())]);
  }

  void type() {
    std::string text;
    if (p_.at() == "EnterNik")
      reveal(text);
    else if (p_.at() == "EnterBirth")
      text = odds(4) ? "31022000" : "07031968";
    else if (p_.at() == "EnterMother" || p_.at() == "EnterName")
      text = "SITI PERCONTOHAN";
    else
      for (int i = 0; i < 11; ++i) text.push_back(static_cast<char>('0' + below(10)));
    note("type");
    hand_.clear_field(20);  // of what random keys have left in it
    hand_.type(text);
    kiosk::wipe(text);
    if (p_.at() == "EnterNik" && !searched_ && p_.visit().nik.size() == 16) {
      CHECK(times_found() > 0);  // the search can find it
      searched_ = true;
    }
  }

  void news() {
    switch (below(6)) {
      case 0:
        return p_.good_face();
      case 1:
        return p_.feed(self::CameraLost{});
      case 2:
        return p_.feed(self::PersonChanged{});
      case 3:
        return p_.feed(self::NodeKnown{odds(2)});
      case 4:
        return p_.feed(self::HelpAnswered{});
      default:
        return p_.feed(self::CodeSeen{"ticket:01890000-0000-7000-8000-000000000001"});
    }
  }

  // From wherever one is: Selesai, the leaving, an end's own button or, while something is being sent, its answer.
  void way_home() {
    for (int i = 0; i < 12 && p_.at() != "Home"; ++i) {
      settle();
      const auto ids = controls();
      const auto has = [&](const char* id) { return std::find(ids.begin(), ids.end(), id) != ids.end(); };
      if (has("voice.close"))
        use("voice.close");
      else if (has("idle-leave"))
        use("idle-leave");
      else if (has("leave"))
        use("leave");
      else if (has("page.done"))
        use("page.done");
      else if (has("done"))
        use("done");
      else if (has("page.primary"))
        use("page.primary");
      p_.pass(self::kRetryEvery);
    }
    REQUIRE(p_.at() == "Home");
    settle();
    settle();
    note("home");
  }

  std::mt19937_64 random_;
  Player p_;
  KioskGlass glass_;
  std::unique_ptr<window::Window> window_ =
      window::Window::open({.width_px = 1080, .height_px = 1920, .headless = true}).value();
  programs::HandHost host_;
  programs::Hand hand_{host_};
  std::deque<std::string> trail_;
  int forgotten_ = 0;
  bool searched_ = false;
  int intents_ = 0;
  std::string place_, label_before_;
  ui::RectMm primary_before_;
  std::set<std::string> traps_;
};

}  // namespace

TEST_CASE("crawl: random presses find no dead end, no crash, and leave no NIK behind") {
  const auto seed = setting("KIOSK_CRAWL_SEED", 20'261'127);
  const auto presses = static_cast<int>(setting("KIOSK_CRAWL_PRESSES", 2'000));
  CAPTURE(seed);
  {
    Crawler crawler(seed);
    try {
      crawler.press(presses);
    } catch (...) {
      MESSAGE(crawler.trail());
      throw;
    }
    for (const auto& trap : crawler.traps()) FAIL_CHECK(trap);
    CHECK(crawler.intents() > presses / 8);  // the screens did ask for something
    CHECK((presses < 1'000 || crawler.searched()));
    CHECK(times_found() == 0);  // the terminal still stands there, at Home
  }
}
