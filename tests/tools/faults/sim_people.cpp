#include "sim_people.h"

#include <iterator>

#include "domain/queue/places.h"
#include "tests/support/tiny_picture.h"

namespace kiosk::faults {
namespace {

constexpr const char* services[] = {"JHT", "ISO", "DATA", "INFO"};
constexpr const char* causes[] = {"USIA56", "USIA56", "USIA56", "RESIGN", "PHK", "P10", "P30"};

}  // namespace

Uuid People::fresh_id() {
  std::uint8_t b[16];
  world_.random.fill(b);
  b[6] = static_cast<std::uint8_t>((b[6] & 0x0f) | 0x70);
  b[8] = static_cast<std::uint8_t>((b[8] & 0x3f) | 0x80);
  return Uuid::from_bytes(b);
}

Bytes People::photo(const char* what) {
  const std::string text = std::string(what) + " " + std::to_string(below(UINT64_MAX));
  Bytes b(text.begin(), text.end());
  b.resize(b.size() + below(5'000));
  return test::tiny_png(b);
}

std::string People::ticket(std::size_t b) {
  verbs::IssueTicket t;
  t.id = fresh_id();
  t.service = services[below(4)];
  if (chance(40)) t.person = pick(template_.people).id;
  return issue(b, t);
}

std::string People::operate() {
  if (!world_.centre_up()) return "nothing";
  const auto& person = pick(template_.people);
  switch (below(6)) {
    case 0:
      (void)world_.centre->block(person.id);
      return "operator blocks";
    case 1:
      (void)world_.centre->unblock(person.id);
      return "operator unblocks";
    case 2:
    case 3: {
      if (claims_.empty()) return "nothing";
      const auto& [id, branch] = claims_[below(claims_.size())];
      (void)world_.centre->advance(id.str(), static_cast<domain::Stage>(below(5)));
      return "operator advances a claim";
    }
    case 4:
      (void)world_.centre->set_rule("payment_working_days", std::to_string(5 + below(5)),
                                    Date::at(world_.time.wall, std::chrono::minutes(420)));
      return "operator sets a rule";
    default:
      (void)world_.centre->seed({12, 7, world_.branches[below(world_.branches.size())]->name});
      return "operator seeds again";
  }
}

// The answer counts only when the machine that gave it lives.
template <class T, class Took>
std::string People::answered(std::size_t b, const char* what, const Result<T>& r, Took took, Again again) {
  if (!world_.net->places[b].alive) {
    if (again) unanswered_[b].push_back(std::move(again));
    return std::string(what) + ", unanswered";
  }
  if (r) took(*r);
  if (!r && r.fault().code.starts_with("store_")) unanswered_[b].push_back(std::move(again));
  return std::string(what) + (r ? "" : " refused: " + r.fault().code);
}

std::string People::resubmit(std::size_t b) {
  std::string said = "start of " + std::to_string(b);
  auto waiting = std::move(unanswered_[b]);
  unanswered_[b].clear();
  for (auto& asked : waiting) {
    ++resubmitted;
    said += ", " + asked(b);
  }
  return said;
}

std::string People::act(std::size_t b) {
  switch (below(10)) {
    case 0:
    case 1:
    case 2:
      return ticket(b);
    case 3:
    case 4:
    case 5:
      return claim(b);
    case 6:
    case 7:
      return attempt(b);
    case 8:
      return chance(50) ? serve(b) : reset(b);
    default:
      return reset(b);
  }
}

std::string People::issue(std::size_t b, const verbs::IssueTicket& t) {
  auto& branch = *world_.branches[b];
  if (drop_tickets && chance(20)) {
    truth_.acknowledged(b, "ticket.issued", t.id.str());
    return "ticket, dropped";
  }
  return answered(
      b, "ticket", branch.node->ask(branch.kiosk, t),
      [&](const verbs::TicketIssued& issued) { truth_.acknowledged(b, "ticket.issued", issued.ticket.id.str()); },
      [this, t](std::size_t at) { return issue(at, t); });
}

std::string People::serve(std::size_t b) {
  auto& branch = *world_.branches[b];
  verbs::TicketRef ref;
  ref.counter = "1";
  // A recall, or a node that fell, may have left somebody at the counter.
  if (const auto live = branch.node->ask(branch.iso, verbs::ListTickets{true}))
    for (const auto& t : *live)
      if (domain::keeps_counter(t.state)) ref.ticket = t.id;
  if (ref.ticket.is_nil()) {
    const auto called = branch.node->ask(branch.iso, verbs::CallTicket{"1", ""});
    if (!called) return "call refused: " + called.fault().code;
    ref.ticket = called->id;
  }
  (void)branch.node->ask(branch.iso,
                         verbs::ActOnTicket{chance(70) ? domain::TicketAct::Finish : domain::TicketAct::Recall, ref});
  return "call";
}

std::string People::claim(std::size_t b) {
  auto& branch = *world_.branches[b];
  const auto& p = chance(25) ? pick(template_.strangers) : pick(template_.people);
  verbs::SubmitClaim c{.id = fresh_id(), .person = p.id};
  c.kpj = p.memberships[below(p.memberships.size())].kpj.digits();
  c.name = p.name;
  c.mother = p.mother;
  c.birth = p.birth;
  c.cause = causes[below(std::size(causes))];
  c.phone = "081234567890";
  c.npwp = chance(70) ? "012345678901234" : "";
  c.account = {"002", "123456789012345", p.name};
  if (chance(60)) {
    const auto blob = branch.node->ask(branch.kiosk, verbs::PutBlob{"document", photo("document")});
    if (blob && world_.net->places[b].alive) c.documents.push_back({"ktp", *blob});
  }
  if (chance(50)) {
    verbs::AttemptFace a{.id = fresh_id(), .person = p.id, .photo = photo("same")};
    const auto seen = branch.node->ask(branch.kiosk, a);
    if (seen && seen->verdict == domain::FaceVerdict::Accept) {
      c.attempt = seen->attempt;
      c.face = seen->verdict;
      c.photo_blob = seen->photo_blob;
    }
  }
  return submit(b, c, chance(40));
}

std::string People::submit(std::size_t b, const verbs::SubmitClaim& c, bool assisted) {
  auto& branch = *world_.branches[b];
  return answered(
      b, "claim", branch.node->ask(assisted ? branch.iso : branch.kiosk, c),
      [&](const verbs::ClaimView& view) {
        truth_.acknowledged(b, "claim.submitted", view.id.str());
        claims_.emplace_back(view.id, b);
      },
      [this, c, assisted](std::size_t at) { return submit(at, c, assisted); });
}

std::string People::attempt(std::size_t b) {
  // A few people fail often, so that blocks and resets come about, also at two branches.
  const auto& p = template_.people[below(chance(60) ? 3 : template_.people.size())];
  const char* kinds[] = {"nomatch", "nomatch", "nomatch", "same", "poor"};
  return face(b, {.id = fresh_id(), .person = p.id, .photo = photo(kinds[below(5)])});
}

std::string People::face(std::size_t b, const verbs::AttemptFace& a) {
  auto& branch = *world_.branches[b];
  return answered(
      b, "face", branch.node->ask(branch.kiosk, a),
      [&](const verbs::AttemptResult& r) {
        if (r.verdict != domain::FaceVerdict::PoorPhoto) truth_.acknowledged(b, "face.attempted", r.attempt.str());
      },
      [this, a](std::size_t at) { return face(at, a); });
}

std::string People::reset(std::size_t b) {
  auto& branch = *world_.branches[b];
  const auto pending = branch.node->ask(branch.jsu, verbs::ListResets{true});
  if (pending && !pending->empty() && chance(60)) return approve(b, (*pending)[below(pending->size())].id);
  const domain::Participant* who = nullptr;
  for (const auto& p : template_.people) {
    const auto a = branch.node->ask(branch.kiosk, verbs::GetAccount{p.id});
    if (a && a->account.state == domain::AccountState::Blocked && (who == nullptr || chance(50))) who = &p;
  }
  if (who == nullptr) return "no one is blocked";
  verbs::OpenCase open;
  open.person = who->id;
  open.reason = "blocked";
  (void)branch.node->ask(branch.iso, open);
  const auto questions = branch.node->ask(branch.iso, verbs::ListQuestions{who->id});
  if (!questions) return "interview refused: " + questions.fault().code;
  verbs::Interview i{.id = fresh_id(), .person = who->id, .answers = {}};
  const auto& m = who->memberships.back();
  for (const auto& q : *questions) {
    std::string said = "tidak tahu";
    if (q == "name") said = who->name;
    if (q == "birth") said = who->birth.iso();
    if (q == "mother") said = who->mother;
    if (q == "employer") said = m.employer;
    if (q == "period")
      said = std::to_string(m.since.year()) + " sampai " + std::to_string(m.ended ? m.ended->year() : 2026);
    if (q == "wage_range") said = std::to_string(m.wage.value / 1'000'000) + " juta";
    if (q == "phone") said = who->phone;
    if (q == "address") said = who->address;
    i.answers.push_back({q, said});
  }
  const auto judged = branch.node->ask(branch.iso, i);
  if (!judged) return "interview refused: " + judged.fault().code;
  if (!judged->verdict.passed) return "interview not passed";
  return ask_reset(
      b,
      {.id = fresh_id(), .person = who->id, .interview = judged->id, .photo = photo("same"), .reason = "face_changed"});
}

std::string People::ask_reset(std::size_t b, const verbs::ResetAccount& r) {
  auto& branch = *world_.branches[b];
  return answered(
      b, "reset", branch.node->ask(branch.iso, r),
      [&](const verbs::ResetView& view) { truth_.acknowledged(b, "account.reset_requested", view.id.str()); },
      [this, r](std::size_t at) { return ask_reset(at, r); });
}

std::string People::approve(std::size_t b, const Uuid& id) {
  auto& branch = *world_.branches[b];
  return answered(
      b, "approval", branch.node->ask(branch.jsu, verbs::ApproveReset{id}),
      [&](const verbs::ResetView& view) {
        if (approved_.insert(view.id).second) truth_.acknowledged(b, "account.reset", view.id.str());
      },
      [this, id](std::size_t at) { return approve(at, id); });
}

void settle(World& world, Truth& truth, People& people) {
  for (auto& p : world.net->places) p.weather = Weather::Fine;
  if (!world.centre_up()) {
    world.open_centre();
    truth.centre_restarted();
  }
  world.centre_dies_after_writes = -1;
  for (std::size_t b = 0; b < world.branches.size(); ++b) {
    world.branches[b]->clock.offset = Millis{0};
    if (!world.branches[b]->up()) {
      world.open(b);
      people.resubmit(b);
    }
  }
  while (world.net->deliver_late()) {
  }
  for (int round = 0; round < 60; ++round) {
    bool more = false, waiting = false;
    for (auto& b : world.branches) {
      if (round % 10 == 0) b->engine->nudge();
      for (int i = 0; i < 40 && b->engine->run_due(); ++i) more = true;
      const auto s = b->engine->status();
      waiting = waiting || s.pending + s.pending_blobs > 0 || !s.why.empty();
    }
    if (!more && !waiting && round > 2) break;
    world.time.advance(Millis{more ? 1'000 : 61'000});
  }
}

}  // namespace kiosk::faults
