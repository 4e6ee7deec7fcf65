#include "terminal/runner/counter_runner.h"

#include <algorithm>
#include <atomic>
#include <iterator>
#include <mutex>
#include <thread>
#include <utility>

#include "base/inbox.h"
#include "base/log.h"
#include "terminal/runner/ticket_paper.h"
#include "terminal/runner/watcher.h"
#include "terminal/runner/worker.h"
#include "terminal/vision/picture.h"

namespace kiosk::runner {

using namespace flow::counter;

struct CounterRunner::Impl {
  static Parts with_time(Parts p) {
    if (p.camera) p.camera->set_time(p.time);
    return p;
  }
  explicit Impl(Parts p)
      : parts(with_time(std::move(p))),
        results(parts.wake),
        watcher(
            parts.branch, {parts.terminal, {}},
            [this](bool away) { results.push(away ? Event{Failed{unreachable("node_away")}} : Event{NodeCameBack{}}); },
            [this](const verbs::Changes& c) {
              const bool told =
                  std::any_of(c.changes.begin(), c.changes.end(), [](const auto& one) { return one.topic == "rules"; });
              const bool only_time = !c.reset && c.changes.empty();
              if (c.reset || told || only_time) {
                const auto asked = parts.time->clock().steady();
                auto info = parts.branch->ask({parts.terminal, {}}, verbs::GetInfo{});
                if (!info) return false;
                if (parts.time->heard(*info, asked)) parts.wake();
                if (only_time) return true;
                results.push(CountersCame{std::move(info->counters)});
              }
              results.push(BranchChanged{c.changes});
              return true;
            },
            k_time_asked_every) {
    worker = std::thread([this] { work(); });
  }
  ~Impl() {
    effects.close();
    worker.join();
  }

  paper::Style paper_style() {
    auto style = parts.paper;
    style.zone = parts.time->zone();
    return style;
  }

  void work() {
    while (!effects.closed()) {
      auto effect = effects.take_within(Millis{500});
      if (!effect) continue;
      std::visit([&](const auto& e) { act(e); }, *effect);
      --under_way;
      parts.wake();
    }
  }

  verbs::Actor actor() const { return {parts.terminal, session}; }

  // Each: call, then the event of its answer or Failed.
  template <class T, class Make>
  void answer(Result<T> result, Make&& make) {
    if (result)
      results.push(make(std::move(result).value()));
    else
      results.push(Failed{std::move(result).fault()});
  }

  void act(const DoLogIn& e) {
    auto got = parts.branch->ask({parts.terminal, {}}, verbs::LogIn{e.number, e.pin->clone()});
    if (got) session = got->session;
    answer(std::move(got), [](verbs::SessionView s) { return LoggedIn{std::move(s)}; });
  }
  void act(const DoLogOut&) {
    if (auto done = parts.branch->ask(actor(), verbs::LogOut{}); !done)
      log::warn("log out was not acknowledged", {{"code", done.fault().code}});
    // Nor is anything told about whom the officer last looked up here.
    if (auto done = parts.branch->ask({parts.terminal, {}}, verbs::LogOut{}); !done)
      log::warn("the end of a visit was not acknowledged", {{"code", done.fault().code}});
    wipe(session);
    if (parts.printer) parts.printer->forget();
  }
  void act(const DoRefresh& e) {
    answer(refreshed(e.missed), [](Refreshed r) { return r; });
  }
  void act(const DoCall& e) {
    results.push(TicketTaken{e.request, parts.branch->ask(actor(), verbs::CallTicket{e.counter, e.number, e.request})});
  }
  void act(const DoWalkIn& e) {
    auto got = parts.branch->ask(actor(), e.request);
    if (got)
      results.push(TicketTaken{e.request.id, std::move(got->ticket)});
    else
      results.push(TicketTaken{e.request.id, std::move(got).fault()});
  }
  void act(const DoAct& e) {
    answer(parts.branch->ask(actor(), verbs::ActOnTicket{e.act, e.ref}),
           [](domain::Ticket t) { return TicketChanged{std::move(t)}; });
  }
  void act(const DoRest& e) {
    answer(parts.branch->ask(actor(), e.request),
           [](std::vector<verbs::CounterBreak> b) { return BreaksChanged{std::move(b)}; });
  }
  void act(const DoOpenCase& e) {
    answer(parts.branch->ask(actor(), e.by), [&](verbs::CaseView v) { return CaseOpened{e.by, std::move(v)}; });
  }
  void act(const DoJudgePhoto& e) {
    answer(parts.branch->ask(actor(), e.request), [](verbs::AttemptResult r) { return PhotoJudged{std::move(r)}; });
  }
  void act(const DoAskQuestions& e) {
    answer(parts.branch->ask(actor(), verbs::ListQuestions{e.person}),
           [](std::vector<std::string> q) { return QuestionsCame{std::move(q)}; });
  }
  void act(const DoInterview& e) {
    answer(parts.branch->ask(actor(), e.request), [](verbs::InterviewResult r) { return InterviewJudged{r}; });
  }
  void act(const DoReset& e) {
    answer(parts.branch->ask(actor(), e.request), [](verbs::ResetView r) { return ResetRequested{std::move(r)}; });
  }
  void act(const DoApprove& e) {
    answer(parts.branch->ask(actor(), verbs::ApproveReset{e.reset}),
           [](verbs::ResetView r) { return ResetApproved{std::move(r)}; });
  }
  void act(const DoLoadPhoto& e) {
    answer(picture(e.blob), [](SharedImage i) { return PhotoLoaded{std::move(i)}; });
  }
  void print(const Bytes& page) {
    answer(parts.printer->print(page), [](drivers::Printed p) { return Printed{p.confirmed}; });
  }
  bool has_printer() {
    if (!parts.printer) results.push(Failed{unreachable("printer_away", "no printer is set up at this counter")});
    return parts.printer != nullptr;
  }
  void act(const DoPrintSlip& e) {
    if (has_printer()) print(paper::reset_slip({e.reset.id.str(), e.reset.at, e.reset.usable_from}, paper_style()));
  }
  void act(const DoPrintNumber& e) {
    if (!has_printer()) return;
    auto known = parts.branch->ask(actor(), verbs::GetTicket{e.ticket});
    if (!known) return results.push(Failed{std::move(known).fault()});
    std::string name = known->ticket.service;
    if (auto services = parts.branch->ask(actor(), verbs::ListServices{}))
      for (const auto& s : *services)
        if (s.code == name) name = s.name;
    print(paper::ticket(ticket_paper(*known, name), paper_style()));
  }
  void act(const DoFinishTask& e) {
    answer(parts.branch->ask(actor(), verbs::FinishTask{e.task}), [](verbs::Task) { return TaskFinished{}; });
  }
  // Sent twice because an answer was lost it is a second blob that no claim names.
  void act(const DoScanAgain& e) {
    answer(scanned_again(e), [&](verbs::ClaimView c) { return ScannedAgain{c.id}; });
  }
  Result<verbs::ClaimView> scanned_again(const DoScanAgain& e) {
    verbs::SubmitClaim again{.id = e.scan.claim, .person = e.person};
    TRY(auto blob, parts.branch->ask(actor(), verbs::PutBlob{e.scan.of_person() ? "photo" : "document", *e.photo}));
    if (e.scan.of_person())
      again.photo_blob = std::move(blob);
    else
      again.documents.push_back({e.scan.kind, std::move(blob)});
    return parts.branch->ask(actor(), again);
  }
  void act(const DoHoldSync& e) {
    answer(parts.branch->ask(actor(), verbs::HoldSync{e.hold}),
           [](verbs::SyncStatus s) { return SyncChanged{std::move(s)}; });
  }
  // It may wait 10 s for the centre: on a thread of its own, so that the next call of a ticket does not wait too.
  void act(const DoTryNow&) {
    centre.push([this, who = actor()] {
      answer(parts.branch->ask(who, verbs::SyncNow{}), [](verbs::SyncStatus s) { return SyncChanged{std::move(s)}; });
      parts.wake();
    });
  }
  // A slow stick holds up nothing but itself.
  void act(const DoSaveExport&) {
    centre.push([this, who = actor()] {
      answer(parts.stick->save(*parts.branch, who), [](ExportSaved s) { return s; });
      parts.wake();
    });
  }
  void act(const DoTakeReceipt&) {
    centre.push([this, who = actor()] {
      answer(parts.stick->take_receipt(*parts.branch, who), [](verbs::ReceiptTaken t) { return ReceiptRead{t}; });
      parts.wake();
    });
  }
  // The camera is the UI thread's to start and stop: see carry_out.
  void act(const DoStartCamera&) {}
  void act(const DoStopCamera&) {}
  void act(const DoTakePhoto&) {}

  Result<Refreshed> refreshed(bool missed) {
    const auto who = actor();
    Refreshed r;
    TRY(r.services, parts.branch->ask(who, verbs::ListServices{}));
    TRY(r.tickets, parts.branch->ask(who, verbs::ListTickets{!missed}));
    const auto live = std::stable_partition(r.tickets.begin(), r.tickets.end(),
                                            [](const auto& t) { return domain::is_live(t.state); });
    std::copy_if(live, r.tickets.end(), std::back_inserter(r.missed),
                 [](const auto& t) { return t.state == domain::TicketState::NoShow; });
    r.tickets.erase(live, r.tickets.end());
    TRY(r.tasks, parts.branch->ask(who, verbs::ListTasks{}));
    TRY(r.approvals, parts.branch->ask(who, verbs::ListResets{false}));
    TRY(r.sync, parts.branch->ask(who, verbs::GetSyncStatus{}));
    TRY(r.breaks, parts.branch->ask(who, verbs::ListBreaks{}));
    return r;
  }
  Result<SharedImage> picture(const std::string& blob) {
    TRY(const Bytes file, parts.branch->ask(actor(), verbs::GetPhoto{blob}));
    TRY(Image image, vision::decode_picture(file));
    return SharedImage(std::make_shared<const Image>(std::move(image)));
  }

  Parts parts;
  Inbox<Event> results;
  Inbox<Effect> effects;
  std::atomic<int> under_way{0};
  std::string session;  // worker thread only
  Worker centre;
  Watcher watcher;
  std::thread worker;
};

CounterRunner::CounterRunner(Parts parts) : impl_(std::make_unique<Impl>(std::move(parts))) {}
CounterRunner::~CounterRunner() = default;

void CounterRunner::carry_out(Effect effect) {
  auto& camera = impl_->parts.camera;
  if (const auto* start = std::get_if<DoStartCamera>(&effect)) {
    if (camera && start->paper)
      camera->start_codes();  // the picture alone: what a paper says is not looked for
    else if (camera)
      camera->start(vision::Purpose::NewReference);
    else
      impl_->results.push(FrameSeen{});
  } else if (std::holds_alternative<DoStopCamera>(effect)) {
    if (camera) camera->forget();  // the next photograph is of somebody else
  } else if (std::holds_alternative<DoTakePhoto>(effect)) {
    if (camera) camera->take_photo();
  } else {
    ++impl_->under_way;
    impl_->effects.push(std::move(effect));
  }
}

std::optional<Event> CounterRunner::take() {
  if (auto& camera = impl_->parts.camera; camera && camera->running()) {
    if (auto shot = camera->shot()) return PhotoTaken{shot->jpeg, shot->report, shot->frame};
    if (auto look = camera->look()) return FrameSeen{look->report, look->frame};
  }
  return impl_->results.take();
}

bool CounterRunner::busy() const { return impl_->under_way > 0 || impl_->centre.busy(); }

}  // namespace kiosk::runner
