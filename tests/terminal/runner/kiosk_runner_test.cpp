// The participant's runner against a scripted branch: answers come home, one photograph an attempt, nothing kept after
// Forget.
#include "terminal/runner/kiosk_runner.h"

#include <doctest/doctest.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "terminal/paper/paper.h"
#include "terminal/vision/draw_card.h"
#include "terminal/vision/portrait.h"
#include "terminal/vision/vision.h"
#include "tests/support/fake_branch.h"
#include "tests/support/memory_search.h"
#include "tests/support/temp_dir.h"
#include "tests/support/wait_until.h"
#include "tests/terminal/flow/kiosk_player.h"
#include "tests/terminal/paper/shipped_words.h"

using namespace kiosk;
using namespace kiosk::test;
using namespace kiosk::flow::kiosk;

namespace {

class OneFace final : public drivers::Camera {
 public:
  explicit OneFace(bool there, const Image* shown) : there_(there), shown_(shown) {}
  Result<drivers::Frame> next_frame(Millis) override {
    if (!there_) return unreachable("camera_away");
    return drivers::Frame{shown_->empty() ? image_ : *shown_, ++index_};
  }
  drivers::Reasons status() const override { return {}; }
  std::string name() const override { return "one-face"; }
  void forget() override { ++forgotten(); }
  static int& forgotten() {
    static int times = 0;
    return times;
  }

 private:
  bool there_;
  const Image* shown_;  // instead of the face
  Image image_ = vision::draw_portrait(3, 0);
  std::int64_t index_ = 0;
};

class NoPaper final : public drivers::Printer {
 public:
  Result<drivers::Printed> print(ByteView) override { return refused("printer_not_ready"); }
  drivers::Reasons status() override { return {drivers::Reason::PaperOut}; }
  drivers::PrinterWord last() const override { return {0, {drivers::Reason::PaperOut}, true}; }
  std::string name() const override { return "no-paper"; }
  void forget() override { ++forgotten(); }
  static std::atomic<int>& forgotten() {
    static std::atomic<int> times = 0;
    return times;
  }
};

// Keeps the pages, as text.
struct Tray {
  std::vector<std::string> pages;
};
class ToTray final : public drivers::Printer {
 public:
  explicit ToTray(Tray& tray) : tray_(tray) {}
  Result<drivers::Printed> print(ByteView page) override {
    tray_.pages.emplace_back(as_text(page));
    return drivers::Printed{page.size(), true};
  }
  drivers::Reasons status() override { return {}; }
  std::string name() const override { return "tray"; }
  void forget() override {}

 private:
  Tray& tray_;
};

struct Bench {
  std::shared_ptr<FakeBranch> branch = std::make_shared<FakeBranch>();
  std::mutex mutex;
  std::condition_variable woken;
  int wakes = 0;
  Image shown;
  std::unique_ptr<runner::KioskRunner> runner;

  explicit Bench(bool camera = false, bool camera_there = true, Tray* tray = nullptr) {
    branch->person = invented_person;
    runner::KioskRunner::Parts parts;
    parts.branch = branch;
    parts.terminal = "kiosk-1";
    parts.time = std::make_shared<runner::BranchTime>(real_clock());
    parts.wake = [this] {
      {
        std::lock_guard lock(mutex);
        ++wakes;
      }
      woken.notify_all();
    };
    if (camera)
      parts.camera = std::make_unique<runner::CameraFeed>(std::make_unique<OneFace>(camera_there, &shown),
                                                          vision::Vision::open({}).value(), parts.wake);
    if (tray)
      parts.printer = std::make_unique<ToTray>(*tray);
    else
      parts.printer = std::make_unique<NoPaper>();
    parts.paper.texts = &paper_test::texts();
    runner = std::make_unique<runner::KioskRunner>(std::move(parts));
  }
  ~Bench() { runner.reset(); }
  void shows(Image image) { shown = std::move(image); }  // before the camera starts

  // The next event of a kind, or none within ten seconds.
  template <class E>
  std::optional<E> next() {
    const Stopwatch watch;
    std::unique_lock lock(mutex);
    while (watch.spent() < Millis{10'000}) {
      const int seen = wakes;
      lock.unlock();
      while (auto event = runner->take())
        if (auto* e = std::get_if<E>(&*event)) return std::move(*e);
      lock.lock();
      woken.wait_for(lock, std::chrono::milliseconds(200), [&] { return wakes != seen; });
    }
    return std::nullopt;
  }
};

domain::PersonId person() { return domain::PersonId(domain::Nik::parse(kNik).value()); }

// The number that memory_search.h looks for.
domain::PersonId planted_person() {
  std::string nik;
  reveal(nik);
  domain::PersonId id(domain::Nik::parse(nik).value());
  wipe(nik);
  return id;
}
domain::Membership membership(const char* kpj, const char* employer, domain::Segment segment, int since) {
  domain::Membership m{.kpj = domain::Kpj::parse(kpj).value()};
  m.employer = employer;
  m.segment = segment;
  m.since = Date::of(since, 1, 4).value();
  return m;
}

}  // namespace

TEST_CASE("runner: an answer of the branch comes home with the number of its question") {
  Bench b;
  b.runner->carry_out(FindPerson{41, {person(), Date::of(1968, 3, 7).value(), "SITI PERCONTOHAN", {}}});
  const auto answer = b.next<Answered<verbs::ParticipantFound>>();
  REQUIRE(answer.has_value());
  CHECK(answer->no == 41);
  REQUIRE(answer->result.ok());
  CHECK(answer->result->facts_agree);
}

TEST_CASE("runner: services, rules and the way to the centre are read without being asked") {
  Bench b;
  const auto services = b.next<ServicesKnown>();
  REQUIRE(services.has_value());
  CHECK(services->services.size() == 3);
  const auto sync = b.next<SyncKnown>();
  REQUIRE(sync.has_value());
  CHECK(sync->status.why == "no_route");
}

TEST_CASE("runner: a node that went away is told, its answer is a fault and not silence") {
  Bench b;
  b.branch->away = true;
  b.runner->carry_out(ListClaims{7});
  const auto answer = b.next<Answered<std::vector<verbs::ClaimView>>>();
  REQUIRE(answer.has_value());
  CHECK(answer->result.fault().code == "node_away");
}

TEST_CASE("runner: a call whose person has left ends even when the node was away at that moment") {
  Bench b;
  REQUIRE(b.next<SyncKnown>());
  b.branch->away = true;
  b.runner->carry_out(EndHelp{{{}, {}, false}});
  b.runner->carry_out(ListClaims{1});
  REQUIRE(b.next<Answered<std::vector<verbs::ClaimView>>>());
  CHECK(b.branch->help_ended() == 0);
  b.branch->away = false;
  b.runner->look_again();
  CHECK(wait_until([&] { return b.branch->help_ended() == 1; }));
}

TEST_CASE("runner: the node hears of each visit's end, at the start and after it was away too") {
  const auto heard = [](Bench& b, int times) {
    return wait_until([&] { return b.branch->visits_ended >= times; }) && b.branch->visits_ended == times;
  };
  Bench b;
  CHECK(heard(b, 1));  // of whoever stood here when the terminal went off
  b.runner->look_again();
  b.runner->carry_out(FindPerson{41, {.person = person()}});
  REQUIRE(b.next<Answered<verbs::ParticipantFound>>());
  CHECK(b.branch->visits_ended == 1);  // not in the middle of one
  b.runner->carry_out(Forget{});
  CHECK(heard(b, 2));
  b.branch->away = true;
  b.runner->carry_out(Forget{});
  b.runner->carry_out(ListClaims{7});
  REQUIRE(b.next<Answered<std::vector<verbs::ClaimView>>>());
  CHECK(b.branch->visits_ended == 2);
  b.branch->away = false;
  b.runner->look_again();
  CHECK(heard(b, 3));
  CHECK(b.branch->logged_out == 0);
}

TEST_CASE("runner: a card before the camera is read beside the picture, whole numbers only") {
  Bench b(true);
  vision::KtpDrawing card;
  card.nik = kNik;
  card.birth = Date::of(1968, 3, 7).value();
  b.shows(vision::before_camera(vision::draw_ktp(card, 1000), 0.75, 2, 0.6, 0.2, 1280, 720));
  b.runner->carry_out(StartCamera{LookFor::Cards});
  std::optional<CardSeen> seen;
  for (int i = 0; i < 6 && !seen; ++i) seen = b.next<CardSeen>();
  REQUIRE(seen);
  CHECK(seen->nik == kNik);
  CHECK(seen->kpj.empty());
  b.runner->carry_out(StopCamera{});
  CHECK_FALSE(b.runner->preview());
}

TEST_CASE("runner: a printer without paper says which trouble, the journey goes on") {
  Bench b;
  PrintTicket page{9, {}, "Klaim JHT"};
  page.ticket.ticket.number = "A-012";
  b.runner->carry_out(std::move(page));
  const auto printed = b.next<PagePrinted>();
  REQUIRE(printed.has_value());
  CHECK(printed->no == 9);
  CHECK(printed->trouble == "paper-out");
}

TEST_CASE("runner: a slip carries the day of the record, not of printing, and none when it is not known") {
  Tray tray;
  Bench b(false, true, &tray);
  const auto record = from_ms(1'795'142'460'000) - std::chrono::hours(24 * 30);
  for (const auto slip : {Slip::Kpj, Slip::Card}) {
    b.runner->carry_out(PrintSlip{1, slip, invented_person(), {}, record});
    REQUIRE(b.next<PagePrinted>());
    CHECK(tray.pages.back().find("Data per 21 Oktober 2026 pukul 09.41") != std::string::npos);
    b.runner->carry_out(PrintSlip{2, slip, invented_person(), {}, {}});
    REQUIRE(b.next<PagePrinted>());
    CHECK(tray.pages.back().find("Data per") == std::string::npos);
  }
}

TEST_CASE("runner: the correction letter names the last employer who reports, never what somebody pays himself") {
  Tray tray;
  Bench b(false, true, &tray);
  auto p = invented_person();
  p.memberships = {membership("99000000011", "PT Lama", domain::Segment::Pu, 2010),
                   membership("99000000022", "PT Baru", domain::Segment::Pu, 2018),
                   membership("99000000033", "Warung Sendiri", domain::Segment::Bpu, 2024)};
  b.runner->carry_out(PrintSlip{1, Slip::Correction, p, {"mother"}, {}});
  REQUIRE(b.next<PagePrinted>());
  REQUIRE(tray.pages.size() == 1);
  CHECK(tray.pages[0].find("PT Baru") != std::string::npos);
  CHECK(tray.pages[0].find("99000000022") != std::string::npos);
  for (const char* other : {"PT Lama", "Warung Sendiri", "99000000033", "SUWARNI"})
    CHECK_MESSAGE(tray.pages[0].find(other) == std::string::npos, other);
  p.memberships.erase(p.memberships.begin(), p.memberships.begin() + 2);
  b.runner->carry_out(PrintSlip{2, Slip::Correction, p, {"mother"}, {}});
  const auto printed = b.next<PagePrinted>();
  REQUIRE(printed);
  CHECK(printed->trouble.empty());
  REQUIRE(tray.pages.size() == 2);
  CHECK(tray.pages[1].find("Warung Sendiri") == std::string::npos);
  CHECK(tray.pages[1].find("Nama: ____") != std::string::npos);
}

TEST_CASE("runner: a letter without any membership is answered once with its trouble, and nothing is printed") {
  Tray tray;
  Bench b(false, true, &tray);
  auto p = invented_person();
  p.memberships.clear();
  b.runner->carry_out(PrintSlip{5, Slip::Correction, p, {"mother"}, {}});
  const auto printed = b.next<PagePrinted>();
  REQUIRE(printed);
  CHECK(printed->no == 5);
  CHECK(printed->trouble == "no_membership");
  b.runner->carry_out(PrintSlip{6, Slip::Kpj, p, {}, {}});  // this one has something to say: that there is none
  const auto next = b.next<PagePrinted>();
  REQUIRE(next);
  CHECK(next->no == 6);
  CHECK(next->trouble.empty());
  CHECK(tray.pages.size() == 1);
}

TEST_CASE("runner: a consent that the node did not take is told later, and until then its number is not in memory") {
  {
    std::string nik;
    reveal(nik);
    CHECK(times_found() > 0);  // the search finds what is there
    wipe(nik);
  }
  Bench b;
  REQUIRE(b.next<SyncKnown>());
  const auto idle = [&] { REQUIRE(wait_until([&] { return !b.runner->busy(); })); };
  b.branch->away = true;
  b.runner->carry_out(Withdraw{1, {{}, planted_person(), "camera", "2026-11", {}, false}});
  REQUIRE(b.next<Answered<verbs::ConsentView>>());
  for (const char* purpose : {"data", "camera"})
    b.runner->carry_out(RecordConsent{{{}, planted_person(), purpose, "2026-11", {}, true}});
  b.runner->carry_out(Forget{});
  idle();
  CHECK(times_found() == 0);
  b.runner->look_again();  // still away: kept, and in order
  idle();
  CHECK(times_found() == 0);
  CHECK(b.branch->consents_seen().empty());
  b.branch->away = false;
  b.runner->look_again();
  idle();
  const auto told = b.branch->consents_seen();
  REQUIRE(told.size() == 2);
  CHECK(told[0].purpose == "data");
  CHECK(told[0].text == "2026-11");
  CHECK(told[0].language == "id");
  CHECK(told[1].purpose == "camera");
  for (const auto& c : told) CHECK(c.person == planted_person());
}

TEST_CASE("runner: asking again about an attempt sends the same photograph, Forget drops it") {
  Bench b(true);
  b.runner->carry_out(StartCamera{});
  while (true) {
    const auto seen = b.next<FaceSeen>();
    REQUIRE(seen.has_value());
    if (seen->report.usable && seen->still) break;
  }
  CHECK(b.runner->preview() != nullptr);
  const auto id = Uuid::parse("01890000-0000-7000-8000-000000000001").value();
  b.runner->carry_out(AttemptMatch{1, id, person()});
  REQUIRE(b.next<Answered<verbs::AttemptResult>>().has_value());
  CHECK(b.branch->photos_seen() == 1);
  b.runner->carry_out(StopCamera{});
  b.runner->carry_out(AttemptMatch{2, id, person()});  // the answer was lost: the camera is not needed any more
  const auto again = b.next<Answered<verbs::AttemptResult>>();
  REQUIRE(again.has_value());
  CHECK(again->no == 2);
  b.runner->carry_out(Forget{});
  CHECK(b.runner->preview() == nullptr);
  b.runner->carry_out(AttemptMatch{3, id, person()});
  const auto failed = b.next<ShotFailed>();
  REQUIRE(failed.has_value());
  CHECK(failed->no == 3);
  CHECK(b.branch->photos_seen() == 2);
}

TEST_CASE("runner: a code before the camera comes home as text, and no face is looked for") {
  Bench b(true);
  b.shows(paper::qr_image("ticket:01890000-0000-7000-8000-000000000001"));
  b.runner->carry_out(StartCamera{LookFor::Codes});
  const auto seen = b.next<CodeSeen>();
  REQUIRE(seen.has_value());
  CHECK(seen->text == "ticket:01890000-0000-7000-8000-000000000001");
}

TEST_CASE("runner: the ticket that is held already is found by its number, an unknown one is a refusal") {
  Bench b;
  domain::Ticket t;
  t.id = Uuid::parse("01890000-0000-7000-8000-000000000007").value();
  t.number = "A-007";
  b.branch->live = {t};
  b.runner->carry_out(FindTicket{3, "A-007"});
  const auto found = b.next<Answered<verbs::TicketIssued>>();
  REQUIRE(found.has_value());
  REQUIRE(found->result.ok());
  CHECK(found->result->ticket.id == t.id);
  b.runner->carry_out(FindTicket{4, "A-008"});
  const auto none = b.next<Answered<verbs::TicketIssued>>();
  REQUIRE(none.has_value());
  CHECK(none->result.fault().code == "unknown_ticket");
}

TEST_CASE("runner: a camera that is not there is a page's matter, never a wait without end") {
  Bench b(true, false);
  b.runner->carry_out(StartCamera{});
  REQUIRE(b.next<CameraLost>().has_value());
  b.runner->carry_out(AttemptMatch{1, Uuid{}, person()});
  REQUIRE(b.next<ShotFailed>().has_value());
}

TEST_CASE("runner: the end of a visit is told to every device, the printer after the page under way") {
  const int cameras = OneFace::forgotten(), printers = NoPaper::forgotten();
  Bench b(true);
  b.runner->carry_out(StartCamera{LookFor::Faces});
  REQUIRE(b.next<FaceSeen>());
  b.runner->carry_out(StopCamera{});
  CHECK(OneFace::forgotten() == cameras);  // the next page of the same visit looks on
  PrintTicket page{9, {}, "Klaim JHT"};
  page.ticket.ticket.number = "A-012";
  b.runner->carry_out(std::move(page));
  b.runner->carry_out(Forget{});
  CHECK(OneFace::forgotten() == cameras + 1);
  REQUIRE(b.next<PagePrinted>());
  CHECK(wait_until([&] { return NoPaper::forgotten() == printers + 1; }));
}
