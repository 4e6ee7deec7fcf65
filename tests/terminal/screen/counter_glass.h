// Pages of the officer's terminal with invented people on them, for the lint and for pictures that a person looks at.
#pragma once
#include "kiosk_glass.h"
#include "terminal/screen/counter/screens.h"

namespace kiosk::test {

namespace desk = flow::counter;

inline constexpr WallTime kNow{Millis{1'795'140'060'000}};  // 20 November 2026, 09.01 WIB

struct OnDesk {
  std::string name;
  std::function<void(desk::Model&)> arrange;
};

inline desk::Model at_counter(std::vector<std::string> rights) {
  desk::Model m;
  m.terminal = "counter-1";
  verbs::SessionView s;
  s.officer = {"1004", "RATNA CONTOH", "HEAD", std::move(rights), {}, false};
  m.session = s;
  m.sync.state = "idle";
  m.sync.last_success = kNow - Seconds{40};
  m.sync.officers_as_of = kNow - Seconds{26 * 3600};
  m.sync.rules_as_of = kNow - Seconds{90 * 3600};
  m.state = desk::AtQueue{};
  return m;
}

inline domain::Ticket ticket(int n, domain::TicketState state) {
  domain::Ticket t;
  std::uint8_t raw[16] = {};
  raw[15] = static_cast<std::uint8_t>(10 + n);
  t.id = Uuid::from_bytes(raw);
  t.number = "A-0" + std::to_string(10 + n);
  t.service = n % 3 == 2 ? "ISO" : "JHT";
  t.priority = n % 3 == 1 ? domain::Priority::Elderly : domain::Priority::Normal;
  t.state = state;
  const bool held = state == domain::TicketState::Called || state == domain::TicketState::Serving ||
                    state == domain::TicketState::WrapUp;
  t.counter = held ? "1" : "";
  t.calls = held ? 2 : 0;
  if (state == domain::TicketState::WrapUp) t.wrap_up_at = kNow - Seconds{95};
  if (state == domain::TicketState::Parked) t.reason = "waits_for_documents";
  t.issued_at = kNow - Seconds{600 * (6 - n)};
  return t;
}

inline verbs::SyncStatus late(const std::string& state, const std::string& why, int hours) {
  verbs::SyncStatus s;
  s.state = state;
  s.why = why;
  s.pending = 1'204;
  s.pending_blobs = 388;
  s.oldest_unsent_s = hours * 3600 + 1'500;
  s.last_success = kNow - Seconds{hours * 3600 + 1'620};
  s.next_try = kNow + Seconds{95};
  s.officers_as_of = kNow - Seconds{(hours + 3) * 3600};
  s.rules_as_of = kNow - Seconds{(hours + 70) * 3600};
  s.copies.push_back({"disk", hours >= 48 ? "failed" : "whole", "", 0, 0, {}});
  s.alert = hours >= 72 ? "export" : hours >= 48 ? "escalate" : hours >= 24 ? "warn" : "";
  return s;
}

inline std::vector<OnDesk> desk_pages() {
  using namespace desk;
  const auto queue = [](Model& m) {
    for (int i = 0; i < 6; ++i) m.tickets.push_back(ticket(i, domain::TicketState::Waiting));
  };
  const auto holding = [queue](domain::TicketState state) {
    return [queue, state](Model& m) {
      queue(m);
      m.tickets.push_back(ticket(7, state));
    };
  };
  const auto asking = [queue](SheetKind kind, domain::TicketState state) {
    return [queue, kind, state](Model& m) {
      for (const char* code : {"JHT", "ISO", "JSU", "INFO", "CSO", "DATA", "BPU", "JKK"})
        m.services.push_back({code, code, "A", true});
      queue(m);
      const auto t = ticket(7, state);
      (state == domain::TicketState::NoShow ? m.missed : m.tickets).push_back(t);
      const bool about_none = kind == SheetKind::WalkIn || kind == SheetKind::Break;
      m.state = AtQueue{.sheet = Sheet{.kind = kind, .ticket = about_none ? Uuid{} : t.id}};
    };
  };
  const auto sync = [](verbs::SyncStatus s) {
    return [s](Model& m) {
      m.sync = s;
      m.state = AtSync{};
    };
  };
  const auto open = [](Model& m) {
    AtCase c;
    c.view.person = invented_person().id;
    c.view.masked_name = "S*** C***";
    c.view.record = invented_person();
    c.view.as_of = kNow - Seconds{30 * 3600};
    c.view.ticket = ticket(2, domain::TicketState::Serving);
    verbs::AccountView a;
    a.account.state = domain::AccountState::Blocked;
    for (int i = 0; i < 3; ++i)
      a.attempts.push_back({Uuid{}, kNow - Seconds{1800 + 60 * i}, domain::FaceVerdict::NoMatch, true, "", ""});
    c.view.account = a;
    verbs::ClaimView claim;
    claim.receipt = "JKT1-7F3K9-Q2M4D";
    claim.cause = "RESIGN";
    claim.net = {11'400'000};
    claim.sync = domain::SyncState::Rejected;
    claim.reason = "claimed_elsewhere";
    c.view.claims.push_back(claim);
    const auto entry = [&](int minutes, const char* kind, const char* officer) {
      c.view.timeline.push_back({kNow - Seconds{60 * minutes}, kind, officer, domain::SyncState::Saved});
    };
    for (int i = 0; i < 5; ++i) entry(1 + i, "case.opened", "1004");
    entry(20, "account.blocked", "");
    for (int i = 0; i < 3; ++i) entry(21 + i, "face.attempted", "");
    entry(3000, "claim.submitted", "");
    m.state = c;
  };
  return {
      {"login", [](Model& m) { m = Model{.terminal = "counter-1"}; }},
      {"queue", queue},
      {"queue-empty", [](Model&) {}},
      {"queue-serving",
       [queue](Model& m) {
         queue(m);
         m.tickets.push_back(ticket(0, domain::TicketState::Serving));
       }},
      {"queue-called", holding(domain::TicketState::Called)},
      {"queue-wrap-up", holding(domain::TicketState::WrapUp)},
      {"queue-parked", holding(domain::TicketState::Parked)},
      {"queue-missed",
       [queue](Model& m) {
         queue(m);
         for (int i = 0; i < 3; ++i) m.missed.push_back(ticket(7 + i, domain::TicketState::NoShow));
         m.state = AtQueue{.tab = Tab::Missed};
       }},
      {"queue-help",
       [queue](Model& m) {
         queue(m);
         verbs::Task call{.kind = "help", .subject = "kiosk-1", .at = kNow - Seconds{40}};
         verbs::Task told{.kind = "intake", .person_masked = "S*** C***", .reason = "heir", .at = kNow - Seconds{900}};
         call.id = ticket(1, domain::TicketState::Waiting).id;
         told.id = ticket(2, domain::TicketState::Waiting).id;
         m.tasks = {call, told};
         m.state = AtQueue{.tab = Tab::Tasks};
       }},
      {"case-told",
       [open](Model& m) {
         open(m);
         auto& c = std::get<AtCase>(m.state);
         c.view.account.reset();
         verbs::IntakeView told{.kind = "accident", .at = kNow - Seconds{900}};
         told.answers = {{"own_name", "SUWARNI CONTOH"},
                         {"happened_on", "2026-11-17"},
                         {"where", "on_way"},
                         {"employer", "PT PERCONTOHAN SEJAHTERA"},
                         {"phone", "081200000001"}};
         c.view.intakes = {told};
         c.view.draft =
             verbs::DraftView{"claim",
                              {{"cause", "RESIGN"}, {"npwp_way", "nik"}, {"bank", "014"}, {"account", "1234567890"}},
                              true,
                              kNow - Seconds{120}};
       }},
      {"queue-break",
       [queue](Model& m) {
         queue(m);
         m.resting = Break{"prayer", kNow - Seconds{420}};
       }},
      {"queue-unanswered",
       [queue](Model& m) {
         queue(m);
         m.call_asked = ticket(1, domain::TicketState::Waiting).id;
         m.notice = Notice{"counter.notice.serving_elsewhere", true, "A-014", "4"};
       }},
      {"sheet-listed", asking(SheetKind::Listed, domain::TicketState::Waiting)},
      {"sheet-listed-missed", asking(SheetKind::Listed, domain::TicketState::NoShow)},
      {"sheet-park", asking(SheetKind::Park, domain::TicketState::Serving)},
      {"sheet-no-show", asking(SheetKind::NoShow, domain::TicketState::Called)},
      {"sheet-transfer", asking(SheetKind::Transfer, domain::TicketState::Serving)},
      {"sheet-walk-in", asking(SheetKind::WalkIn, domain::TicketState::Waiting)},
      {"sheet-break", asking(SheetKind::Break, domain::TicketState::Waiting)},
      {"queue-late",
       [queue](Model& m) {
         queue(m);
         m.sync = late("offline", "no_route", 51);
       }},
      {"queue-away",
       [queue](Model& m) {
         queue(m);
         m.node_away = true;
       }},
      {"case", open},
      {"case-task",
       [open](Model& m) {
         open(m);
         auto& at = std::get<AtCase>(m.state);
         verbs::Task task;
         task.id = Uuid::parse("00000000-0000-7000-8000-000000000004").value();
         task.kind = "rejected";
         task.reason = "claimed_elsewhere";
         m.tasks = {task};
         at.opened_by.task = task.id;
         at.view.ticket.reset();
         at.news = true;
       }},
      {"case-scan",
       [open](Model& m) {
         open(m);
         auto& at = std::get<AtCase>(m.state);
         verbs::Task task;
         task.id = Uuid::parse("00000000-0000-7000-8000-000000000005").value();
         task.kind = "scan_again";
         task.subject = "00000000-0000-7000-8000-000000000009:phk_proof";
         task.reason = "document_damaged";
         m.tasks = {task};
         at.opened_by.task = task.id;
         at.view.ticket.reset();
       }},
      {"scan-paper",
       [open](Model& m) {
         open(m);
         ScanningAgain s;
         s.view = std::get<AtCase>(m.state).view;
         s.scan.kind = "heir_identity";
         m.state = s;
       }},
      {"scan-taken",
       [open](Model& m) {
         open(m);
         ScanningAgain s;
         s.view = std::get<AtCase>(m.state).view;
         s.scan.kind = "photo";
         s.frame = std::make_shared<const Image>(
             Image{320, 240, PixelFormat::Bgr, std::vector<std::uint8_t>(320 * 240 * 3, 150)});
         s.stage = PhotoStage::Taken;
         m.state = s;
       }},
      {"sync-idle", [](Model& m) { m.state = AtSync{}; }},
      {"sync-offline", sync(late("offline", "captive_portal", 3))},
      {"sync-warn", sync(late("offline", "dns", 26))},
      {"sync-export", sync(late("offline", "tls_refused", 80))},
      {"sync-saved",
       [](Model& m) {
         m.sync = late("offline", "no_route", 80);
         AtSync at;
         at.saved = flow::counter::ExportSaved{"ekspor-JKT01-20261126-091500.kx", 1'204, 37};
         at.received = verbs::ReceiptTaken{1'204, 37, true};
         m.state = at;
       }},
      {"sync-paused", sync(late("paused", "node_revoked", 50))},
      {"sync-held", sync(late("held", "held", 1))},
      {"sync-enrol",
       [](Model& m) {
         m.sync = {};
         m.sync.state = m.sync.why = "not_enrolled";
         m.state = AtSync{};
       }},
      {"sync-trying",
       [](Model& m) {
         m.sync = late("waiting", "centre_busy", 2);
         m.state = AtSync{.busy = true};
       }},
  };
}

// An officer has a mouse; touch works all the same.
constexpr ui::LintLimits kDesk{.target_mm = 9, .hard_target_mm = 8, .gap_mm = 1.5f};

class CounterGlass {
 public:
  CounterGlass(const Glass& glass, const ui::Settings& settings)
      : glass_(glass), ui_(surface(glass, ui::Density::Desktop, 0.277f)) {
    ui_.set(settings);
  }
  void settle(const desk::Model& model) {
    intent.reset();
    for (int i = 0; i < 6; ++i) {
      ui_.begin();
      ui_.status({"Jumat, 20 November 2026  09.01", ui::StatusLine::Link::Offline, "Tanpa internet: data disimpan"});
      if (auto done = screen::draw_counter({model, "", std::chrono::minutes(420), kNow}, ui_)) intent = std::move(done);
      ui_.end();
      if (i > 0 && !ui_.wants_frame()) break;
    }
  }
  void shoot(const std::string& file) const { keep_picture(glass_, ui_, file); }
  ui::Ui& ui() { return ui_; }
  std::optional<screen::CounterIntent> intent;

 private:
  Glass glass_;
  ui::Ui ui_;
};

}  // namespace kiosk::test
