// Every ending of every journey, drawn: its picture follows what the person came for. Joy is for happy ends only.
#include <map>
#include <set>

#include "kiosk_glass.h"
#include "terminal/flow/kiosk/intake.h"
#include "terminal/screen/kiosk/parts.h"

using namespace kiosk;
using namespace kiosk::test;

namespace {

// The step pictures that the page now before the person asked the glass to draw.
std::set<std::string> pictures_of(const Player& p, Glass glass = {"portrait", 1080, 1920},
                                  const ui::Settings& settings = {}) {
  std::set<std::string> drawn;
  auto setup = surface(glass, ui::Density::Kiosk, glass.mm_per_px);
  setup.draw_svg = [&drawn, draw = setup.draw_svg](std::string_view file, int w, int h) {
    if (file.starts_with("pictures/")) drawn.insert(std::string(file.substr(9)));
    return draw(file, w, h);
  };
  ui::Ui ui(setup);
  ui.set(settings);
  for (int i = 0; i < 3; ++i) {
    ui.begin();
    screen::draw_kiosk({p.state, p.rules, p.today, std::chrono::minutes(420), {}, {}}, ui);
    ui.end();
  }
  return drawn;
}

void answer_all(Player& p) {
  for (int i = 0; i < 20 && p.at() == "Question"; ++i) {
    const auto& q =
        self::topic_by_id(p.visit().topic)->questions[static_cast<std::size_t>(p.page<self::page::Question>().index)];
    if (q.kind == self::Field::Choice) {
      p.choose(std::string(q.options.front()));
      continue;
    }
    if (q.kind == self::Field::Day)
      p.feed(self::Intent{self::EnterDate{"17", "11", "2026"}});
    else if (q.optional) {
      p.other();
      continue;
    } else
      p.enter(q.kind == self::Field::Phone   ? "081200000001"
              : q.kind == self::Field::Money ? "2500000"
              : q.id == "passport"           ? "X1234567"
                                             : "CONTOH PERCONTOHAN");
    p.next();
  }
  REQUIRE(p.at() == "IntakeCheck");
  p.next();
  REQUIRE(p.at() == "IntakeSaved");
}

void tell(Player& p, const std::string& topic) {
  if (topic == "heir" || topic == "foreigner") {
    p.choose("claim"), p.other(), p.choose(topic);
  } else {
    p.choose("other");
    if (topic.starts_with("bpu")) p.choose("bpu");
    p.choose(topic);
    if (p.at() == "EnterNik") p.enter(kNik), p.next();
  }
  if (p.at() == "EnterNik") p.enter(kNik), p.next();
  answer_all(p);
}

// An eligible claim of that cause up to its saving; the node says what became of it.
void claim(Player& p, const std::string& cause, domain::ClaimState state,
           domain::SyncState sync = domain::SyncState::Saved) {
  p.submit = [=](const verbs::SubmitClaim& c) {
    verbs::ClaimView v{.id = c.id, .receipt = "JKT1-7F3K9-Q2M4D", .state = state};
    v.cause = cause;
    v.sync = sync;
    return v;
  };
  p.check = [](const auto&) {
    domain::Eligibility e;
    e.eligible = true;
    e.channel = domain::Channel::Self;
    return e;
  };
  // One that only an officer may begin is met as he left it.
  const auto* rule = p.rules.cause(cause);
  const bool here = rule != nullptr && !rule->officer_only;
  p.choose("claim"), p.identify(), p.next(), p.choose(here ? cause : "RESIGN"), p.next(), p.next(), p.photo();
  p.form(), p.next();
  CAPTURE(p.at());
  REQUIRE(p.at() == "Saved");
  p.visit().cause = cause;
}

}  // namespace

TEST_CASE("endings: facts told end in the picture of their topic, and so does the number after them") {
  const std::map<std::string, std::string> topics{{"accident", "care"},
                                                  {"complaint", "heard"},
                                                  {"heir", "condolence"},
                                                  {"bpu_register", "officer-helps"},
                                                  {"bpu_payment", "officer-helps"},
                                                  {"foreigner", "officer-helps"}};
  for (const auto& [topic, picture] : topics) {
    CAPTURE(topic);
    Player p;
    tell(p, topic);
    CHECK(pictures_of(p) == std::set<std::string>{picture});
    p.next();  // "Ambil nomor"
    p.choose("none");
    REQUIRE(p.at() == "TicketShown");
    CHECK(pictures_of(p) == std::set<std::string>{picture == "officer-helps" ? "ticket" : picture});
  }
}

TEST_CASE("endings: a saved claim shows joy only when it goes its way, and not for work lost or a disability") {
  using domain::ClaimState, domain::SyncState;
  struct Row {
    const char* cause;
    ClaimState state;
    SyncState sync;
    const char* picture;
  };
  for (const auto& row : {Row{"RESIGN", ClaimState::Saved, SyncState::Saved, "success"},
                          Row{"PKWT", ClaimState::Accepted, SyncState::Accepted, "success"},
                          Row{"PHK", ClaimState::Saved, SyncState::Saved, "documents"},
                          Row{"CTT", ClaimState::Saved, SyncState::Saved, "care"},
                          Row{"DEATH", ClaimState::Saved, SyncState::Saved, "condolence"},
                          Row{"RESIGN", ClaimState::NeedsOfficer, SyncState::Saved, "officer-helps"},
                          Row{"RESIGN", ClaimState::Unverified, SyncState::Saved, "officer-helps"},
                          Row{"RESIGN", ClaimState::Rejected, SyncState::Saved, "returned"},
                          Row{"RESIGN", ClaimState::Saved, SyncState::Rejected, "returned"},
                          Row{"PHK", ClaimState::NeedsOfficer, SyncState::Saved, "officer-helps"},
                          Row{"CTT", ClaimState::NeedsOfficer, SyncState::Saved, "care"}}) {
    CAPTURE(row.cause);
    CAPTURE(row.picture);
    Player p;
    claim(p, row.cause, row.state, row.sync);
    CHECK(pictures_of(p) == std::set<std::string>{row.picture});
  }
}

TEST_CASE("endings: a number, a number after a death, a refusal, a blocked account, a consent taken back") {
  {
    Player p;
    p.choose("ticket"), p.choose("JHT"), p.other(), p.choose("elderly");
    CHECK(pictures_of(p) == std::set<std::string>{"ticket"});
  }
  for (const auto& [cause, picture] :
       {std::pair{"DEATH", "condolence"}, std::pair{"CTT", "care"}, std::pair{"LEAVE", "officer-helps"}}) {
    CAPTURE(cause);
    Player p;
    p.choose("claim"), p.identify(), p.next(), p.choose(cause);
    if (p.at() != "OfficerCause") continue;  // by today's rules this cause has no such page
    CHECK(pictures_of(p) == std::set<std::string>{picture});
  }
  {
    Player p;
    p.find = [](const auto&) -> Result<verbs::ParticipantFound> { return refused("find_closed"); };
    p.choose("kpj"), p.identify();
    REQUIRE(p.at() == "Problem");
    CHECK(pictures_of(p) == std::set<std::string>{"officer-helps"});
  }
  {
    Player p;
    p.find = [&p](const auto&) {
      verbs::ParticipantFound f{verbs::Source::Cache, WallTime{}, true, invented_person(), {}};
      f.consents = {{"camera", "2026-11", "id", true, p.clock.now()}};
      return f;
    };
    p.choose("other"), p.choose("privacy"), p.identify(), p.choose("camera"), p.other();
    REQUIRE(p.at() == "Withdrawn");
    CHECK(pictures_of(p) == std::set<std::string>{"privacy"});
  }
  {
    Player p;
    p.choose("other"), p.choose("update"), p.identify(), p.next();
    REQUIRE(p.at() == "IntakeSaved");
    CHECK(pictures_of(p) == std::set<std::string>{"success"});
  }
  {
    Player p;
    p.choose("other"), p.choose("update"), p.identify();
    p.edit("name"), p.enter("SUWARNI CONTOH BARU"), p.next(), p.next();
    REQUIRE(p.at() == "IntakeSaved");
    CHECK(pictures_of(p) == std::set<std::string>{"documents"});
  }
}

TEST_CASE("endings: the table has joy for two endings only, and a picture for each but the code that is one itself") {
  using self::Ending;
  for (int i = 1; i < static_cast<int>(Ending::Count_); ++i) {
    const auto e = static_cast<Ending>(i);
    CAPTURE(i);
    CHECK((screen::picture_of(e) == ui::Art::Success) == (e == Ending::Sent || e == Ending::Unchanged));
    CHECK((screen::picture_of(e) == ui::Art::None) == (e == Ending::NumberAsCode));
  }
}
