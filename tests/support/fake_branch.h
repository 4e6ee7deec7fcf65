// A scripted branch in memory: it knows one invented person and answers as the node would, or as the test planted.
// Thread: any.
#pragma once
#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <set>

#include "tests/support/scripted_verbs.h"

namespace kiosk::test {

class FakeBranch final : public ScriptedVerbs<FakeBranch> {
 public:
  using ScriptedVerbs<FakeBranch>::on;

  // -- what the test plants --
  std::atomic<bool> away{false};
  std::function<domain::FaceVerdict()> verdict = [] { return domain::FaceVerdict::Accept; };
  std::function<domain::Participant()> person;
  WallTime now = WallTime{Millis{1'795'000'000'000}};
  std::string zone = "Asia/Jakarta";
  std::vector<domain::Ticket> live;  // before it is asked for
  std::vector<verbs::Appointment> appointments;
  std::optional<verbs::DraftView> draft;
  std::vector<verbs::ConsentView> agreed;
  std::atomic<bool> online{false};  // the centre answers
  void block() { account_.state = domain::AccountState::Blocked; }

  // -- what happened --
  std::vector<verbs::SubmitClaim> claims_seen() const {
    std::lock_guard lock(mutex_);
    return claims_;
  }
  std::vector<verbs::IssueTicket> tickets_seen() const {
    std::lock_guard lock(mutex_);
    return tickets_;
  }
  std::vector<verbs::Draft> drafts_seen() const {
    std::lock_guard lock(mutex_);
    return drafts_;
  }
  std::vector<verbs::Consent> consents_seen() const {
    std::lock_guard lock(mutex_);
    return consents_;
  }
  std::vector<verbs::Intake> intakes_seen() const {
    std::lock_guard lock(mutex_);
    return intakes_;
  }
  int photos_seen() const { return photos_; }
  int help_seen() const { return help_; }
  int help_ended() const { return help_ended_; }
  std::set<std::string> sessions_used() const {  // of those who looked people up
    std::lock_guard lock(mutex_);
    return sessions_;
  }
  std::atomic<int> logged_out{0}, visits_ended{0};

  ~FakeBranch() override {
    {
      std::lock_guard lock(mutex_);
      ended_ = true;
    }
    wake_.notify_all();
  }

  Result<verbs::GetInfo::Reply> on(const verbs::Actor&, const verbs::GetInfo&) override {
    if (away) return gone();
    verbs::NodeInfo i;
    i.branch = "JKT01";
    i.zone = zone;
    i.branch_name = "Cabang Percontohan";
    i.now = now;
    return i;
  }
  Result<verbs::GetRules::Reply> on(const verbs::Actor&, const verbs::GetRules&) override {
    if (away) return gone();
    return domain::RuleBook::defaults();
  }
  Result<verbs::ListServices::Reply> on(const verbs::Actor&, const verbs::ListServices&) override {
    if (away) return gone();
    return std::vector<domain::Service>{{"JHT", "Klaim JHT", "A", true},
                                        {"ISO", "Akun JMO dan biometrik", "B", true},
                                        {"INFO", "Informasi dan pengaduan", "C", true}};
  }
  Result<verbs::IssueTicket::Reply> on(const verbs::Actor&, const verbs::IssueTicket& t) override {
    if (away) return gone();
    std::lock_guard lock(mutex_);
    tickets_.push_back(t);
    return number(t.id, t.service, t.priority, t.purpose);
  }
  Result<verbs::FindParticipant::Reply> on(const verbs::Actor& a, const verbs::FindParticipant& f) override {
    if (away) return gone();
    {
      std::lock_guard lock(mutex_);
      sessions_.insert(a.session);
    }
    auto record = person();
    verbs::ParticipantFound found;
    const bool own = std::any_of(record.memberships.begin(), record.memberships.end(),
                                 [&](const auto& m) { return m.kpj.digits() == f.kpj; });
    if (f.person ? !(*f.person == record.id) : !own) return found;
    found.source = online ? verbs::Source::Centre : verbs::Source::Cache;
    found.as_of = online ? now : now - std::chrono::hours(20);
    found.masked_name = domain::mask_name(record.name);
    found.facts_agree = record.birth == f.birth && (f.mother.empty() || domain::same_name(record.mother, f.mother));
    if (found.facts_agree) {
      found.record.emplace(std::move(record));
      found.appointments = appointments;
      found.draft = draft;
      found.consents = agreed;
    }
    return found;
  }
  Result<verbs::Draft::Reply> on(const verbs::Actor&, const verbs::Draft& d) override {
    if (away) return gone();
    std::lock_guard lock(mutex_);
    drafts_.push_back(d);
    return Done{};
  }
  Result<verbs::Consent::Reply> on(const verbs::Actor&, const verbs::Consent& c) override {
    if (away) return gone();
    std::lock_guard lock(mutex_);
    consents_.push_back(c);
    return verbs::ConsentView{c.purpose, c.text, c.language, c.given, now};
  }
  Result<verbs::Intake::Reply> on(const verbs::Actor&, const verbs::Intake& i) override {
    std::lock_guard lock(mutex_);
    intakes_.push_back(i);
    if (away) return gone();
    return verbs::IntakeView{i.id, i.kind, i.answers, now};
  }
  Result<verbs::HelpAsked::Reply> on(const verbs::Actor& a, const verbs::HelpAsked& h) override {
    if (away) return gone();
    ++(h.wanted ? help_ : help_ended_);
    verbs::Task t;
    t.id = h.id;
    t.kind = "help";
    t.subject = a.terminal;
    t.reason = h.page;
    t.at = now;
    return t;
  }
  Result<verbs::CheckClaim::Reply> on(const verbs::Actor&, const verbs::CheckClaim& c) override {
    if (away) return gone();
    const auto record = person();
    const auto today = Date::at(now, std::chrono::minutes(420));
    auto rules_now = domain::RuleBook::defaults().at(today);
    if (!rules_now) return rules_now.fault();
    return domain::check_claim(c.person == record.id ? &record : nullptr, c.cause, today, *rules_now);
  }
  Result<verbs::SubmitClaim::Reply> on(const verbs::Actor&, const verbs::SubmitClaim& c) override {
    std::lock_guard lock(mutex_);
    claims_.push_back(c);
    if (away) return gone();
    verbs::ClaimView v;
    v.id = c.id;
    v.receipt = "JKT01-7F3K9-Q2M4D";
    v.receipt_qr = "K1." + c.id.str();
    v.cause = c.cause;
    v.kpj = c.kpj;
    v.state = c.face == domain::FaceVerdict::Accept ? domain::ClaimState::Saved : domain::ClaimState::NeedsOfficer;
    v.sync = domain::SyncState::Saved;
    v.sync_why = "no_route";
    v.gross = v.net = Rupiah{12'000'000};
    v.saved_at = now;
    return v;
  }
  Result<verbs::ListClaims::Reply> on(const verbs::Actor&, const verbs::ListClaims&) override {
    if (away) return gone();
    {
      std::lock_guard lock(mutex_);
      // Who agreed to the use of data comes to claim, and has none on its way; who tracks one has.
      for (const auto& c : consents_)
        if (c.purpose == "data") return std::vector<verbs::ClaimView>{};
    }
    verbs::ClaimView v;
    const auto record = person();
    const auto& kpj = record.memberships.front().kpj.digits();
    v.receipt = "JKT01-7F3K9-Q2M4D";
    v.cause = "RESIGN";
    v.kpj = std::string(kpj.size() - 4, '*') + kpj.substr(kpj.size() - 4);
    v.person_masked = domain::mask_name(record.name);
    v.sync = domain::SyncState::Accepted;
    v.stages = {{domain::Stage::Agenda, now - std::chrono::hours(30)},
                {domain::Stage::Penetapan, now - std::chrono::hours(3)}};
    return std::vector<verbs::ClaimView>{v};
  }
  Result<verbs::GetClaim::Reply> on(const verbs::Actor&, const verbs::GetClaim&) override {
    return refused("unknown_claim");
  }
  Result<verbs::GetAccount::Reply> on(const verbs::Actor&, const verbs::GetAccount&) override {
    if (away) return gone();
    std::lock_guard lock(mutex_);
    return view();
  }
  Result<verbs::AttemptFace::Reply> on(const verbs::Actor&, const verbs::AttemptFace& a) override {
    if (away) return gone();
    std::lock_guard lock(mutex_);
    ++photos_;
    verbs::AttemptResult r;
    r.attempt = a.id;
    r.verdict = verdict();
    if (r.verdict == domain::FaceVerdict::NoMatch && ++account_.failed >= 3) {
      account_.state = domain::AccountState::Blocked;
      r.ticket = number(a.id, "ISO", domain::Priority::Blocked, "blocked:case");
    }
    if (r.verdict == domain::FaceVerdict::Grey) r.ticket = number(a.id, "ISO", domain::Priority::Blocked, "face:case");
    r.account = view();
    if (r.verdict == domain::FaceVerdict::PoorPhoto)
      r.reason = "coach.more_light";
    else
      r.photo_blob = "blob";
    return r;
  }
  Result<verbs::GetSyncStatus::Reply> on(const verbs::Actor&, const verbs::GetSyncStatus&) override {
    if (away) return gone();
    verbs::SyncStatus s;
    s.state = online ? "idle" : "offline";
    if (!online) s.why = "no_route";
    return s;
  }
  Result<verbs::WaitChanges::Reply> on(const verbs::Actor&, const verbs::WaitChanges& asked) override {
    std::unique_lock lock(mutex_);
    if (away) return gone();
    wake_.wait_for(lock, asked.wait, [&] { return ended_; });
    return verbs::Changes{asked.after, false, {}};
  }

  // Officers' verbs are not asked for at the participant's terminal.
  Result<verbs::ListTickets::Reply> on(const verbs::Actor&, const verbs::ListTickets&) override {
    if (away) return gone();
    return live;
  }
  Result<verbs::GetTicket::Reply> on(const verbs::Actor&, const verbs::GetTicket& asked) override {
    if (away) return gone();
    verbs::TicketIssued issued;
    for (const auto& t : live)
      if (t.id == asked.id) issued.ticket = t;
    if (issued.ticket.id.is_nil()) return refused("unknown_ticket");
    return issued;
  }
  Result<verbs::ListBreaks::Reply> on(const verbs::Actor&, const verbs::ListBreaks&) override {
    return std::vector<verbs::CounterBreak>();
  }
  Result<verbs::LogIn::Reply> on(const verbs::Actor&, const verbs::LogIn& asked) override {
    if (away) return gone();
    if (asked.pin.reveal() != "123456") return refused("pin_wrong");
    verbs::SessionView s;
    s.session = "s-" + asked.number;
    s.officer.number = asked.number;
    return s;
  }
  Result<verbs::LogOut::Reply> on(const verbs::Actor& a, const verbs::LogOut&) override {
    if (away) return gone();
    ++(a.session.empty() ? visits_ended : logged_out);
    return Done{};
  }

 private:
  static Fault gone() { return unreachable("node_away"); }
  verbs::AccountView view() const {
    verbs::AccountView v;
    v.account = account_;
    v.attempts_left = std::max(0, 3 - account_.failed);
    if (account_.state == domain::AccountState::Blocked) v.purpose = "blocked:case";
    return v;
  }
  verbs::TicketIssued number(Uuid id, const std::string& service, domain::Priority priority,
                             const std::string& purpose) {
    verbs::TicketIssued t;
    t.ticket.id = id;
    t.ticket.number = (service == "ISO" ? "B-0" : "A-0") + std::to_string(12 + ++numbers_);
    t.ticket.service = service;
    t.ticket.priority = priority;
    t.ticket.purpose = purpose;
    t.ticket.issued_at = now;
    t.people_ahead = 3;
    t.wait_low_min = 10;
    t.wait_high_min = 20;
    return t;
  }

  mutable std::mutex mutex_;
  std::condition_variable wake_;
  bool ended_ = false;
  int numbers_ = 0;
  std::atomic<int> photos_{0};
  domain::Account account_;
  std::vector<verbs::SubmitClaim> claims_;
  std::vector<verbs::IssueTicket> tickets_;
  std::set<std::string> sessions_;
  std::atomic<int> help_{0}, help_ended_{0};
  std::vector<verbs::Draft> drafts_;
  std::vector<verbs::Consent> consents_;
  std::vector<verbs::Intake> intakes_;
};

}  // namespace kiosk::test
