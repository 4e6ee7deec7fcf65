#include "terminal/runner/kiosk_runner.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <utility>

#include "api/verbs/claim_said.h"
#include "base/inbox.h"
#include "base/leftovers.h"
#include "base/log.h"
#include "base/secret.h"
#include "terminal/flow/kiosk/visit.h"
#include "terminal/runner/find_person.h"
#include "terminal/runner/ticket_paper.h"
#include "terminal/runner/unsaid_consents.h"
#include "terminal/runner/watcher.h"
#include "terminal/runner/worker.h"

namespace kiosk::runner {

using namespace flow::kiosk;

namespace {

constexpr int k_shots_at_most = 5;  // a blink or a step aside between shutter and frame does not spoil the attempt

// Answers become events off the UI thread; a photograph is shared between UI thread and worker and wiped by the last
// holder.
using Photo = std::shared_ptr<const Bytes>;

void wipe_photo(Photo& photo) {
  if (photo && photo.use_count() == 1) wipe(const_cast<Bytes&>(*photo));
  photo.reset();
}

// What the printer said when the page failed; asking it now might bring another answer.
std::string trouble_of(const Fault& fault, const drivers::Printer& printer) {
  const auto reasons = printer.last().reasons;
  return reasons.empty() ? fault.code : std::string(drivers::code(*reasons.begin()));
}

}  // namespace

struct KioskRunner::Impl {
  static Parts with_time(Parts p) {
    if (p.camera) p.camera->set_time(p.time);
    return p;
  }
  explicit Impl(Parts p)
      : parts(with_time(std::move(p))),
        results(parts.wake),
        watcher(
            parts.branch, {parts.terminal, {}}, [this](bool away) { node(!away); },
            [this](const verbs::Changes& c) {
              changed(c);
              return true;
            },
            k_time_asked_every) {
    refresh();
  }

  // Of an officer who is logged in beside the person, when there is one.
  verbs::Actor actor() {
    std::lock_guard lock(mutex);
    return {parts.terminal, session};
  }
  // -- news of the node, from the watcher's thread --
  void node(bool reachable) {
    results.push(NodeKnown{reachable});
    if (reachable) refresh();
  }
  void changed(const verbs::Changes& c) {
    if (c.changes.empty() && !c.reset) return ask_time();
    results.push(ClaimChanged{});
    const bool person = c.reset || std::any_of(c.changes.begin(), c.changes.end(),
                                               [](const auto& one) { return one.topic == "person"; });
    if (person) results.push(PersonChanged{});
    for (const auto& one : c.changes)
      if (one.topic == "help" && one.id == parts.terminal) results.push(HelpAnswered{});
    refresh();
  }
  void refresh() {
    branch_worker.push([this] {
      tell_unsaid();
      if (end_untold) end_visit();
      if (auto call = std::exchange(unended, std::nullopt)) act(EndHelp{*call});
      if (auto services = parts.branch->ask(actor(), verbs::ListServices{}))
        results.push(ServicesKnown{std::move(*services)});
      if (auto status = parts.branch->ask(actor(), verbs::GetSyncStatus{})) results.push(SyncKnown{std::move(*status)});
      auto book = parts.branch->ask(actor(), verbs::GetRules{});
      hear_time();
      std::lock_guard lock(mutex);
      if (book) rules = std::move(*book);
    });
  }
  void ask_time() {
    branch_worker.push([this] { hear_time(); });
  }
  void hear_time() {
    const auto asked = parts.time->clock().steady();
    const auto node = parts.branch->ask(actor(), verbs::GetInfo{});
    if (node && parts.time->heard(*node, asked)) parts.wake();
  }

  // -- questions to the branch, on the worker --
  template <class T>
  void answer(int no, Result<T> result) {
    results.push(Answered<T>{no, std::move(result)});
  }
  void act(const FindPerson& e) {
    auto found = find_person(*parts.branch, actor(), e.request, parts.time->clock());
    if (found) end_untold = false;  // whoever stood here before is forgotten by it
    answer(e.no, std::move(found));
  }
  void act(const ReadAccount& e) { answer(e.no, parts.branch->ask(actor(), verbs::GetAccount{e.person})); }
  void act(const CheckEligibility& e) { answer(e.no, parts.branch->ask(actor(), e.request)); }
  void act(const SendClaim& e) { answer(e.no, parts.branch->ask(actor(), e.request)); }
  void act(const TakeTicket& e) { answer(e.no, parts.branch->ask(actor(), e.request)); }
  void act(const FindTicket& e) {
    auto all = parts.branch->ask(actor(), verbs::ListTickets{true});
    if (!all) return answer(e.no, Result<verbs::TicketIssued>(std::move(all).fault()));
    const auto it = std::find_if(all->begin(), all->end(), [&](const auto& t) { return t.number == e.number; });
    if (it == all->end()) return answer(e.no, Result<verbs::TicketIssued>(refused("unknown_ticket")));
    answer(e.no, parts.branch->ask(actor(), verbs::GetTicket{it->id}));
  }
  void act(const ReadTicket& e) { answer(e.no, parts.branch->ask(actor(), verbs::GetTicket{e.id})); }
  void act(const JoinQueue& e) {
    verbs::TicketRef ref;
    ref.ticket = e.id;
    auto joined = parts.branch->ask(actor(), verbs::ActOnTicket{domain::TicketAct::Enqueue, ref});
    if (!joined) return answer(e.no, Result<verbs::TicketIssued>(std::move(joined).fault()));
    answer(e.no, parts.branch->ask(actor(), verbs::GetTicket{e.id}));
  }
  void act(const ListClaims& e) { answer(e.no, parts.branch->ask(actor(), verbs::ListClaims{})); }
  void act(const ReadClaim& e) { answer(e.no, parts.branch->ask(actor(), verbs::GetClaim{e.id})); }
  void act(const SendIntake& e) { answer(e.no, parts.branch->ask(actor(), e.request)); }
  void act(const Withdraw& e) {
    auto consent = in_language(e.consent);
    answer(e.no, parts.branch->ask(actor(), consent));
    flow::kiosk::wipe(consent.person);
  }
  // Nobody waits for a consent, but it is not forgotten either: a node that is away hears it when it is back.
  void act(const RecordConsent& e) { tell(in_language(e.consent)); }
  void tell(verbs::Consent&& consent) {
    auto told = parts.branch->ask(actor(), consent);
    if (!told && told.fault().kind == FaultKind::Unreachable)
      unsaid.keep(consent);
    else if (!told)
      log::warn("a consent was not recorded", {{"code", told.fault().code}});
    flow::kiosk::wipe(consent.person);
  }
  void tell_unsaid() {
    // Those that fail again are behind the ones counted here.
    for (auto left = unsaid.size(); left > 0; --left)
      if (auto consent = unsaid.take()) tell(std::move(*consent));
  }
  // The next page tells a later one.
  void act(const KeepDraft& e) {
    if (auto kept = parts.branch->ask(actor(), e.draft); !kept)
      log::warn("a draft was not kept", {{"code", kept.fault().code}});
  }
  void act(const CallHelp& e) {
    unended.reset();  // somebody is to come after all
    answer(e.no, parts.branch->ask(actor(), e.request));
  }
  void act(const EndHelp& e) {
    auto ended = parts.branch->ask(actor(), e.request);
    if (!ended && ended.fault().kind == FaultKind::Unreachable) unended = e.request;  // the list would keep it for ever
  }
  void act(const LogIn& e) {
    auto in = parts.branch->ask({parts.terminal, {}}, verbs::LogIn{e.number, e.pin.clone()});
    if (in) {
      std::lock_guard lock(mutex);
      session = std::exchange(in->session, {});
    }
    answer(e.no, std::move(in));
  }
  void act(const EndAssist&) { end_session(); }
  void act(const Forget&) {
    end_session();
    end_visit();
  }
  // From now on the node answers nothing about that person here. One that is away hears it when it is back.
  void end_visit() {
    const auto told = parts.branch->ask({parts.terminal, {}}, verbs::LogOut{});
    end_untold = !told && told.fault().kind == FaultKind::Unreachable;
  }
  void end_session() {
    wipe_dead_stack();  // of the worker, which asked about the person
    const auto who = actor();
    if (who.session.empty()) return;
    {
      std::lock_guard lock(mutex);
      ::kiosk::wipe(session);
    }
    if (auto out = parts.branch->ask(who, verbs::LogOut{}); !out)
      log::warn("an officer's session at the kiosk ends by itself", {{"code", out.fault().code}});
  }
  verbs::Consent in_language(const verbs::Consent& asked) {
    auto consent = asked;
    std::lock_guard lock(mutex);
    consent.language = language;
    return consent;
  }
  // Everything else is not asked of the branch; see carry_out.
  void act(const AttemptMatch&) {}
  void act(const PrintTicket&) {}
  void act(const PrintReceipt&) {}
  void act(const PrintSlip&) {}
  void act(const StartCamera&) {}
  void act(const StopCamera&) {}

  void ask(Effect effect) {
    branch_worker.push([this, e = std::make_shared<Effect>(std::move(effect))] {
      std::visit([&](const auto& one) { act(one); }, *e);
      flow::kiosk::wipe(*e);
    });
  }

  // -- paper --
  paper::Style style() const {
    auto own = parts.paper;
    own.zone = parts.time->zone();
    return own;
  }
  void print(int no, Bytes page) {
    if (!parts.printer) {
      results.push(PagePrinted{no, "printer_away", false});
      return;
    }
    print_worker.push([this, no, page = std::make_shared<Bytes>(std::move(page))] {
      auto done = parts.printer->print(*page);
      wipe(*page);
      results.push(done ? PagePrinted{no, {}, done->confirmed}
                        : PagePrinted{no, trouble_of(done.fault(), *parts.printer), false});
    });
  }
  void print(const PrintTicket& e) { print(e.no, paper::ticket(ticket_paper(e.ticket, e.service_name), style())); }
  void print(const PrintReceipt& e) {
    const auto& c = e.claim;
    const auto said = verbs::said_of(c);
    print(e.no, paper::claim_receipt({.receipt = c.receipt,
                                      .receipt_qr = c.receipt_qr,
                                      .cause = c.cause,
                                      .gross = c.gross,
                                      .tax = c.tax,
                                      .net = c.net,
                                      .saved_at = c.saved_at,
                                      .needs_officer = said.officer,
                                      .number = e.number,
                                      .sent = c.sync == domain::SyncState::Accepted,
                                      .deadline = said.deadline ? c.deadline : std::nullopt},
                                     style()));
  }

  void print(const PrintSlip& e) {
    const auto masked = e.person.id.masked();
    const auto& all = e.person.memberships;
    if (e.slip == Slip::Kpj) {
      paper::KpjPaper page{masked, {}, e.as_of};
      for (const auto& m : all)
        page.rows.push_back({m.kpj.digits(), m.employer, m.status == domain::MembershipStatus::Active});
      return print(e.no, paper::kpj_slip(page, style()));
    }
    if (e.slip == Slip::Card) {
      paper::CardPaper page{e.person.name, {}, e.as_of};
      for (const auto& m : all)
        page.rows.push_back({m.kpj.digits(), m.employer, m.since, m.status == domain::MembershipStatus::Active});
      return print(e.no, paper::card_slip(page, style()));
    }
    // Nothing to correct: no second try mends it.
    if (all.empty()) return results.push(PagePrinted{e.no, "no_membership", false});
    // To the employer of now, who reports the data, without one to the last. What somebody pays himself has no employer
    // who could: such a letter names none.
    const domain::Membership* newest = nullptr;
    for (const auto& m : all)
      if (m.segment == domain::Segment::Pu && (!newest || newest->since < m.since)) newest = &m;
    paper::LetterPaper letter{{}, {}, masked, e.fields, parts.time->now()};
    if (newest) {
      letter.employer = newest->employer;
      letter.kpj = newest->kpj.digits();
    }
    print(e.no, paper::correction_letter(letter, style()));
  }

  // -- the photograph of an attempt, on the UI thread --
  struct Attempt {
    int no;
    Uuid id;
    domain::PersonId person;
    int shots = 0;
  };
  void begin(const AttemptMatch& e) {
    attempt = Attempt{e.no, e.id, e.person};
    if (photo && photo_of == e.id) return send_attempt();  // asked again: the same photograph
    wipe_photo(photo);
    if (parts.camera && parts.camera->running())
      parts.camera->take_photo();
    else
      no_photo();
  }
  void no_photo() {
    results.push(ShotFailed{attempt->no});
    end_attempt();
  }
  void end_attempt() {
    if (attempt) flow::kiosk::wipe(attempt->person);
    attempt.reset();
  }
  void send_attempt() {
    auto request = std::make_shared<verbs::AttemptFace>(verbs::AttemptFace{attempt->id, attempt->person, *photo});
    const int no = attempt->no;
    end_attempt();
    branch_worker.push([this, no, request] {
      answer(no, parts.branch->ask(actor(), *request));
      flow::kiosk::wipe(request->person);
      wipe(request->photo);
    });
  }
  // Looks and shots of the feed; an event when the flow should know.
  std::optional<Event> camera_news() {
    if (!parts.camera || !parts.camera->running()) return std::nullopt;
    if (auto shot = parts.camera->shot(); shot && attempt) {
      if (shot->report.usable || ++attempt->shots >= k_shots_at_most) {
        photo = std::move(shot->jpeg);
        photo_of = attempt->id;
        send_attempt();
      } else {
        parts.camera->take_photo();
      }
    }
    auto look = parts.camera->look();
    if (!look) return std::nullopt;
    if (look->fault) {
      // One late frame is no reason to ask the person to press again: the next good one is still the photograph.
      if (attempt && ++attempt->shots >= k_shots_at_most) no_photo();
      return CameraLost{};
    }
    frame = std::move(look->frame);
    if (!look->codes.empty()) return CodeSeen{std::move(look->codes.front())};
    if (!look->card.empty())
      return CardSeen{std::move(look->card.nik), std::move(look->card.kpj), std::move(look->card.birth)};
    return FaceSeen{std::move(look->report), look->still};
  }
  // Every device of this terminal, each where it is used: a page under way is printed to its end first.
  void forget() {
    end_attempt();
    wipe_photo(photo);
    photo_of = {};
    frame.reset();
    if (parts.camera) parts.camera->forget();
    if (parts.scanner) parts.scanner->forget();  // also half a line, which would end with the next visitor's
    if (parts.printer) print_worker.push([this] { parts.printer->forget(); });
  }

  Parts parts;
  Inbox<Event> results;
  std::mutex mutex;
  std::optional<domain::RuleBook> rules;
  std::string session, language = "id";
  UnsaidConsents unsaid;                    // of the branch worker
  std::optional<verbs::HelpAsked> unended;  // likewise
  bool end_untold = true;                   // likewise; at the start: of whoever stood here when the terminal went off
  std::optional<Attempt> attempt;
  Photo photo;
  Uuid photo_of;
  SharedImage frame;
  Worker branch_worker, print_worker;
  Watcher watcher;
};

KioskRunner::KioskRunner(Parts parts) : impl_(std::make_unique<Impl>(std::move(parts))) {}
KioskRunner::~KioskRunner() { impl_->forget(); }

void KioskRunner::carry_out(Effect effect) {
  auto& camera = impl_->parts.camera;
  if (const auto* e = std::get_if<AttemptMatch>(&effect)) {
    impl_->begin(*e);
  } else if (const auto* t = std::get_if<PrintTicket>(&effect)) {
    impl_->print(*t);
  } else if (const auto* r = std::get_if<PrintReceipt>(&effect)) {
    impl_->print(*r);
  } else if (const auto* slip = std::get_if<PrintSlip>(&effect)) {
    impl_->print(*slip);
  } else if (const auto* start = std::get_if<StartCamera>(&effect)) {
    if (!camera)
      impl_->results.push(CameraLost{});
    else if (start->what == LookFor::Codes)
      camera->start_codes();
    else if (start->what == LookFor::Cards)
      camera->start_cards();
    else
      camera->start(vision::Purpose::Live);
  } else if (std::holds_alternative<StopCamera>(effect)) {
    if (camera) camera->stop();
    impl_->frame.reset();
  } else if (std::holds_alternative<Forget>(effect)) {
    impl_->forget();
    return impl_->ask(std::move(effect));
  } else {
    return impl_->ask(std::move(effect));
  }
  flow::kiosk::wipe(effect);
}

std::optional<Event> KioskRunner::take() {
  if (auto result = impl_->results.take()) return result;
  if (impl_->parts.scanner)
    if (auto code = impl_->parts.scanner->take()) return CodeSeen{std::move(*code)};
  return impl_->camera_news();
}

std::optional<domain::RuleBook> KioskRunner::take_rules() {
  std::lock_guard lock(impl_->mutex);
  return std::exchange(impl_->rules, std::nullopt);
}

void KioskRunner::look_again() { impl_->refresh(); }
SharedImage KioskRunner::preview() const { return impl_->frame; }
bool KioskRunner::has_camera() const { return impl_->parts.camera != nullptr; }
void KioskRunner::set_language(const std::string& language) {
  impl_->parts.paper.language = language;
  std::lock_guard lock(impl_->mutex);
  impl_->language = language;
}
bool KioskRunner::busy() const {
  return impl_->branch_worker.busy() || impl_->print_worker.busy() || impl_->attempt.has_value();
}

}  // namespace kiosk::runner
