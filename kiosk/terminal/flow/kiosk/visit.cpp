#include "terminal/flow/kiosk/visit.h"

#include "terminal/flow/kiosk/event.h"

namespace kiosk::flow::kiosk {

namespace {
// Values of domain show their text read-only; when they are about to go, it is overwritten in place.
void scrub(const std::string& s) { ::kiosk::wipe(const_cast<std::string&>(s)); }
void scrub(Date& d) { d = Date{}; }
}  // namespace

void wipe(domain::PersonId& v) {
  if (v.nik()) scrub(v.nik()->digits());
  if (v.passport()) scrub(v.passport()->number);
}

void wipe(domain::Participant& v) {
  wipe(v.id);
  for (auto* s : {&v.name, &v.birth_place, &v.mother, &v.phone, &v.address, &v.citizenship}) scrub(*s);
  scrub(v.birth);
  for (auto& m : v.memberships) {
    scrub(m.kpj.digits());
    scrub(m.employer);
    m.wage = m.balance = Rupiah{};
    m.years.clear();
  }
}

void wipe(verbs::ParticipantFound& v) {
  if (v.record) wipe(*v.record);
  if (v.draft) wipe(v.draft->answers);
  scrub(v.masked_name);
}

void wipe(verbs::ClaimView& v) {
  for (auto* s : {&v.receipt, &v.receipt_qr, &v.kpj, &v.person_masked}) scrub(*s);
  v.gross = v.tax = v.net = Rupiah{};
}

void wipe(verbs::SubmitClaim& v) {
  wipe(v.person);
  for (auto* s : {&v.kpj, &v.name, &v.mother, &v.npwp, &v.phone, &v.account.number, &v.account.holder}) scrub(*s);
  scrub(v.birth);
}

void wipe(verbs::FindParticipant& v) {
  if (v.person) wipe(*v.person);
  scrub(v.kpj);
  scrub(v.mother);
  scrub(v.birth);
}

void wipe(std::map<std::string, std::string>& answers) {
  for (auto& [field, value] : answers) ::kiosk::wipe(value);
  answers.clear();
}

void wipe(verbs::Draft& v) {
  wipe(v.person);
  wipe(v.answers);
}

void wipe(verbs::Intake& v) {
  wipe(v.person);
  wipe(v.answers);
}

void KioskSession::begin_edit() {
  before_edit = std::make_unique<BeforeEdit>();
  auto& b = *before_edit;
  b.way = back.size();
  b.cause = cause;
  b.bank = bank;
  b.eligibility = eligibility;
  b.membership = membership;
  b.no_camera = no_camera;
  b.no_npwp = no_npwp;
  b.nik_is_npwp = nik_is_npwp;
  b.kpj.set(kpj.view());
  b.npwp.set(npwp.view());
  b.account.set(account.view());
  b.phone.set(phone.view());
  for (const auto& [field, typed] : given) b.given[field].set(typed.view());
}

void KioskSession::undo_edit() {
  if (!before_edit) return;
  auto& b = *before_edit;
  cause = std::move(b.cause);
  bank = std::move(b.bank);
  eligibility = std::move(b.eligibility);
  membership = b.membership;
  no_camera = b.no_camera;
  no_npwp = b.no_npwp;
  nik_is_npwp = b.nik_is_npwp;
  kpj.set(b.kpj.view());
  npwp.set(b.npwp.view());
  account.set(b.account.view());
  phone.set(b.phone.view());
  given.clear();
  for (const auto& [field, typed] : b.given) given[field].set(typed.view());
  before_edit.reset();
}

KioskSession::~KioskSession() {
  if (found) wipe(*found);
  if (claim) wipe(*claim);
  for (auto& c : claims) wipe(c);
}

const std::vector<Bank>& banks() {
  // Usual lengths differ between sources, so another length is a question only (kiosk/docs/facts.md "Numbers").
  static const std::vector<Bank> list = {{"002", "BRI", 15},     {"008", "Mandiri", 13},   {"009", "BNI", 10},
                                         {"014", "BCA", 10},     {"200", "BTN", 16},       {"451", "BSI", 10},
                                         {"011", "Danamon", 10}, {"022", "CIMB Niaga", 13}};
  return list;
}

const Bank* bank_by_code(std::string_view code) {
  for (const auto& b : banks())
    if (b.code == code) return &b;
  return nullptr;
}

const domain::Membership* KioskSession::chosen() const {
  const auto* r = record();
  return r && membership < r->memberships.size() ? &r->memberships[membership] : nullptr;
}

Result<domain::Nik> KioskSession::parsed_nik() const { return domain::Nik::parse(nik.view()); }

std::string_view KioskSession::answer(std::string_view field) const {
  const auto it = given.find(field);
  return it == given.end() ? std::string_view() : it->second.view();
}

std::optional<domain::PersonId> KioskSession::person_id() const {
  if (!answer("passport").empty() && !answer("country").empty()) {
    auto passport = domain::Passport::parse(answer("country"), answer("passport"));
    if (!passport) return std::nullopt;
    return domain::PersonId(std::move(passport).value());
  }
  auto parsed = parsed_nik();
  if (!parsed) return std::nullopt;
  return domain::PersonId(std::move(parsed).value());
}

namespace {
int number(std::string_view digits) {
  int n = 0;
  for (char c : digits) n = n * 10 + (c - '0');
  return n;
}
}  // namespace

Result<Date> KioskSession::birth() const {
  if (day.empty() || month.empty() || year.size() != 4)
    return bad_input("birth_incomplete", "birth", "day, month, four digits of the year");
  return Date::of(number(year.view()), number(month.view()), number(day.view()), "birth");
}

std::string KioskSession::person_name() const { return record() ? record()->name : std::string(name.view()); }

std::string KioskSession::chosen_kpj() const {
  if (const auto* m = chosen()) return m->kpj.digits();
  return std::string(kpj.view());
}

std::string KioskSession::record_phone() const {
  std::string digits;
  if (const auto* r = record())
    for (char c : r->phone)
      if (c >= '0' && c <= '9') digits.push_back(c);
  if (digits.starts_with("62")) digits.replace(0, 2, "0");
  return digits;
}

domain::TaxResult amounts(const KioskSession& v, Date today, const domain::Rules& rules) {
  domain::TaxQuestion q;
  q.on = today;
  q.has_npwp = !v.no_npwp;
  const auto* cause = rules.cause(v.cause);
  if (const auto* r = v.record()) {
    const auto* chosen = v.chosen();
    q.gross = {(chosen ? chosen->balance.value : 0) * (cause ? cause->percent : 100) / 100};
    q.already_paid = r->already_paid;
    q.first_paid = r->first_paid;
    bool working = false;
    for (const auto& m : r->memberships) working = working || m.status == domain::MembershipStatus::Active;
    q.employed = working && cause && cause->percent < 100;
  }
  return domain::tax_of(q, rules);
}

}  // namespace kiosk::flow::kiosk
