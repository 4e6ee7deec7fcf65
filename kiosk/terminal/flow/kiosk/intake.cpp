// Facts for an officer: questions, a check of the answers, a number. Also the help with a JMO account, which only
// tells.
#include "terminal/flow/kiosk/intake.h"

#include <algorithm>
#include <iterator>

#include "base/text.h"
#include "domain/rules/lengths.h"
#include "terminal/flow/kiosk/step.h"

namespace kiosk::flow::kiosk {

namespace {

// The field's one length, the same at every door.
constexpr int characters(std::string_view field) { return static_cast<int>(domain::length_of(field)); }

constexpr std::string_view k_work[] = {"trader", "farmer", "fisher", "driver", "household", "craft", "other_work"};
constexpr std::string_view k_programs[] = {"two", "three"};
constexpr std::string_view k_months[] = {"1", "3", "6", "12"};
constexpr std::string_view k_where[] = {"at_work", "on_way", "on_duty"};
constexpr std::string_view k_about[] = {"jmo", "claim", "counter", "employer", "broker", "other_matter"};
constexpr std::string_view k_relation[] = {"spouse", "child", "parent", "sibling", "other_heir"};
constexpr std::string_view k_reason[] = {"leaves", "contract", "other_reason"};
// ISO 3166 alpha-3; ZZZ is one of its user-assigned codes: an officer reads the passport.
constexpr std::string_view k_country[] = {"CHN", "JPN", "KOR", "IND", "MYS", "PHL", "SGP", "AUS", "ZZZ"};

constexpr Question k_bpu_register[] = {{.id = "own_name", .most = characters("own_name")},
                                       {.id = "phone", .kind = Field::Phone, .least = 10, .most = 14},
                                       {.id = "work", .kind = Field::Choice, .options = k_work},
                                       {.id = "income", .kind = Field::Money, .least = 6, .most = 9},
                                       {.id = "programs", .kind = Field::Choice, .options = k_programs}};
constexpr Question k_bpu_payment[] = {{.id = "kpj", .kind = Field::Digits, .least = 11, .most = 11, .optional = true},
                                      {.id = "months", .kind = Field::Choice, .options = k_months},
                                      {.id = "phone", .kind = Field::Phone, .least = 10, .most = 14}};
constexpr Question k_accident[] = {{.id = "own_name", .most = characters("own_name")},
                                   {.id = "happened_on", .kind = Field::Day},
                                   {.id = "where", .kind = Field::Choice, .options = k_where},
                                   {.id = "employer", .most = characters("employer")},
                                   {.id = "treated_at", .most = characters("treated_at"), .optional = true},
                                   {.id = "phone", .kind = Field::Phone, .least = 10, .most = 14}};
constexpr Question k_complaint[] = {{.id = "about", .kind = Field::Choice, .options = k_about},
                                    {.id = "what", .most = characters("what")},
                                    {.id = "phone", .kind = Field::Phone, .least = 10, .most = 14, .optional = true}};
constexpr Question k_heir[] = {
    {.id = "relation", .kind = Field::Choice, .options = k_relation},
    {.id = "own_name", .most = characters("own_name")},
    {.id = "participant_name", .most = characters("participant_name")},
    {.id = "participant_number", .kind = Field::Digits, .least = 11, .most = 16, .optional = true},
    {.id = "died_on", .kind = Field::Day},
    {.id = "phone", .kind = Field::Phone, .least = 10, .most = 14}};
constexpr Question k_foreigner[] = {{.id = "passport", .least = 5, .most = characters("passport")},
                                    {.id = "country", .kind = Field::Choice, .options = k_country},
                                    {.id = "own_name", .most = characters("own_name")},
                                    {.id = "kpj", .kind = Field::Digits, .least = 11, .most = 11, .optional = true},
                                    {.id = "reason", .kind = Field::Choice, .options = k_reason},
                                    {.id = "phone", .kind = Field::Phone, .least = 10, .most = 14}};
constexpr Topic k_topics[] = {{.id = "bpu_register", .questions = k_bpu_register},
                              {.id = "bpu_payment", .questions = k_bpu_payment},
                              {.id = "accident", .questions = k_accident},
                              {.id = "complaint", .questions = k_complaint},
                              {.id = "heir", .questions = k_heir},
                              {.id = "foreigner", .passport = true, .questions = k_foreigner}};

constexpr Question k_correctable[] = {{.id = "name", .most = characters("name")},
                                      {.id = "birth", .kind = Field::Day},
                                      {.id = "birth_place", .most = characters("birth_place")},
                                      {.id = "mother", .most = characters("mother")},
                                      {.id = "address", .most = characters("address")},
                                      {.id = "phone", .kind = Field::Phone, .least = 10, .most = 14}};

constexpr std::string_view k_account[] = {"forgot_account", "forgot_password", "activation", "new_phone", "contact"};

bool asks_money(const Topic& t, std::string_view field) {
  return std::any_of(t.questions.begin(), t.questions.end(),
                     [&](const Question& q) { return q.id == field && q.kind == Field::Money; });
}

bool contains(std::span<const std::string_view> options, std::string_view id) {
  return std::find(options.begin(), options.end(), id) != options.end();
}

bool take(KioskSession& v, const Question& q, const Intent& intent) {
  if (const auto* e = std::get_if<EnterDate>(&intent); e && q.kind == Field::Day) {
    v.q_day.set(e->day);
    v.q_month.set(e->month);
    v.q_year.set(e->year);
    return true;
  }
  const auto* e = std::get_if<Enter>(&intent);
  if (!e || q.kind == Field::Choice || q.kind == Field::Day) return false;
  auto& into = v.given[std::string(q.id)];
  if (q.kind == Field::Text) {
    // The page stops at the limit and says so; what comes past it all the same changes nothing.
    if (text::length(e->text) <= static_cast<std::size_t>(q.most)) into.set(e->text);
    return true;
  }
  into.clear();
  for (const char c : e->text)
    if (c >= '0' && c <= '9') into.push(c, static_cast<std::size_t>(q.most));
  return true;
}

int number(std::string_view digits) {
  int n = 0;
  for (const char c : digits)
    if (c >= '0' && c <= '9') n = n * 10 + (c - '0');
  return n;
}

// The code of a sentence; empty: it may go on.
std::string problem_of(KioskSession& v, const Question& q, Date today) {
  if (q.kind == Field::Day) {
    if (v.q_day.empty() || v.q_month.empty() || v.q_year.size() != 4) return "date_incomplete";
    const auto day = Date::of(number(v.q_year.view()), number(v.q_month.view()), number(v.q_day.view()), "date");
    if (!day) return day.fault().code;
    if (*day > today) return "date_future";
    if (day->full_years_until(today) > 130) return "date_invalid";
    auto iso = day->iso();
    v.given[std::string(q.id)].set(iso);
    ::kiosk::wipe(iso);
    return {};
  }
  const auto text = v.answer(q.id);
  const bool blank = std::all_of(text.begin(), text.end(), [](char c) { return c == ' '; });
  if (blank) return q.optional ? std::string() : "answer_missing";
  if (q.kind == Field::Phone) {
    const auto phone = domain::normalise_phone(text);
    return phone ? std::string() : phone.fault().code;
  }
  if (q.id == "kpj") {
    const auto kpj = domain::Kpj::parse(text);
    return kpj ? std::string() : kpj.fault().code;
  }
  if (q.id == "passport") {
    const auto passport = domain::Passport::parse("ZZZ", text);
    return passport ? std::string() : passport.fault().code;
  }
  if (static_cast<int>(text.size()) < q.least) return "answer_short";
  return {};
}

// For the employer: which fields, never what they are. What the employer does not report (telephone, address) and what
// nobody employed reports an officer changes (kiosk/docs/facts.md "Process").
void print_letter(Transition& w) {
  std::vector<std::string> fields;
  for (const auto& [field, value] : w.v().given)
    if (field == "name" || field == "birth" || field == "birth_place" || field == "mother") fields.push_back(field);
  const auto* record = w.v().record();
  const bool employed = record && std::any_of(record->memberships.begin(), record->memberships.end(),
                                              [](const auto& m) { return m.segment == domain::Segment::Pu; });
  if (fields.empty() || !employed) return;
  w.print_slip(Slip::Correction, std::move(fields));
}

const Topic& topic_of(const KioskSession& v) { return *topic_by_id(v.topic); }

// The date of the answer stands in its boxes again when the question is.
void show_question(Transition& w, int index) {
  KioskSession& v = w.v();
  const auto& q = topic_of(v).questions[static_cast<std::size_t>(index)];
  for (auto* box : {&v.q_day, &v.q_month, &v.q_year}) box->clear();
  const auto iso = v.answer(q.id);
  if (q.kind == Field::Day && iso.size() == 10) {
    v.q_year.set(iso.substr(0, 4));
    v.q_month.set(iso.substr(5, 2));
    v.q_day.set(iso.substr(8, 2));
  }
  w.go(page::Question{index, {}});
}

void answered(Transition& w, int index) {
  KioskSession& v = w.v();
  if (v.editing()) {
    w.end_edit();
    return w.swap(page::IntakeCheck{});
  }
  if (index + 1 < static_cast<int>(topic_of(v).questions.size())) return show_question(w, index + 1);
  persons_turn(w, page::HandOver::To::Intake);
}

bool question(Transition& w, page::Question& p, const Intent& intent) {
  KioskSession& v = w.v();
  const auto& q = topic_of(v).questions[static_cast<std::size_t>(p.index)];
  if (take(v, q, intent)) return p.error.clear(), true;
  if (const auto* choose = std::get_if<Choose>(&intent)) {
    if (q.kind != Field::Choice || !contains(q.options, choose->id)) return false;
    v.given[std::string(q.id)].set(choose->id);
    return answered(w, p.index), true;
  }
  if (std::holds_alternative<Other>(intent) && q.optional) {
    v.given[std::string(q.id)].clear();
    return answered(w, p.index), true;
  }
  if (!std::holds_alternative<Next>(intent) || q.kind == Field::Choice) return false;
  p.error = problem_of(v, q, w.c.today);
  if (p.error.empty()) answered(w, p.index);
  return true;
}

}  // namespace

bool is_money(std::string_view field) {
  return std::any_of(std::begin(k_topics), std::end(k_topics), [&](const Topic& t) { return asks_money(t, field); });
}

const Topic* topic_by_id(std::string_view id) {
  const auto* it = std::find_if(std::begin(k_topics), std::end(k_topics), [&](const auto& t) { return t.id == id; });
  return it == std::end(k_topics) ? nullptr : it;
}

std::span<const Question> correctable() { return k_correctable; }

void begin_intake(Transition& w, std::string topic) {
  w.v().purpose = Purpose::Intake;
  w.v().topic = std::move(topic);
  if (topic_of(w.v()).passport) return show_question(w, 0);
  w.go(page::EnterNik{});
}

void intake_saved(Transition& w, Result<verbs::IntakeView> r) {
  if (!r) {
    if (r.fault().kind != FaultKind::Unreachable) w.v().intake_id = {};
    return failed(w, r.fault());
  }
  KioskSession& v = w.v();
  v.intake = std::move(r).value();
  wipe(v.intake->answers);
  w.drop_draft();
  w.no_way_back();
  w.swap(page::IntakeSaved{});
  if (v.purpose != Purpose::Update || v.given.empty()) return;
  print_letter(w);
}

namespace {

bool update_page(Transition& w, page::Correct& p, const Intent& intent) {
  KioskSession& v = w.v();
  const auto questions = correctable();
  const auto q = std::find_if(questions.begin(), questions.end(), [&](const auto& one) { return one.id == p.field; });
  if (q == questions.end()) return false;
  if (take(v, *q, intent)) return p.error.clear(), true;
  const auto settled = [&] {
    v.before_edit.reset();
    w.back();
  };
  if (std::holds_alternative<Other>(intent)) {  // the record was right after all
    v.given.erase(p.field);
    return settled(), true;
  }
  if (!std::holds_alternative<Next>(intent)) return false;
  p.error = problem_of(v, *q, w.c.today);
  if (p.error.empty()) settled();
  return true;
}

}  // namespace

bool update_intent(Transition& w, const Intent& intent) {
  KioskSession& v = w.v();
  const bool next = std::holds_alternative<Next>(intent), other = std::holds_alternative<Other>(intent);
  if (std::holds_alternative<page::Record>(w.s.page)) {
    if (const auto* e = std::get_if<Edit>(&intent)) {
      const auto questions = correctable();
      if (std::none_of(questions.begin(), questions.end(), [&](const auto& q) { return q.id == e->row; })) return false;
      for (auto* box : {&v.q_day, &v.q_month, &v.q_year}) box->clear();
      v.begin_edit();
      return w.go(page::Correct{e->row, {}}), true;
    }
    if (next) return w.ask(Ask::Intake), true;
    return false;
  }
  if (auto* p = std::get_if<page::Correct>(&w.s.page)) return update_page(w, *p, intent);
  if (std::holds_alternative<page::CardShown>(w.s.page)) {
    if (next) return w.home(), true;
    if (other && v.slip_print != PrintState::Printing) return w.print_slip(Slip::Card), true;
    return false;
  }
  return false;
}

bool intake_intent(Transition& w, const Intent& intent) {
  KioskSession& v = w.v();
  const bool next = std::holds_alternative<Next>(intent), other = std::holds_alternative<Other>(intent);
  const auto* choose = std::get_if<Choose>(&intent);
  if (std::holds_alternative<page::BpuChoice>(w.s.page)) {
    if (!choose || !topic_by_id(choose->id)) return false;
    v.topic = choose->id;
    return w.go(page::DataConsent{}), true;
  }
  if (auto* p = std::get_if<page::Question>(&w.s.page)) return question(w, *p, intent);
  if (std::holds_alternative<page::IntakeCheck>(w.s.page)) {
    if (const auto* e = std::get_if<Edit>(&intent)) {
      const auto questions = topic_of(v).questions;
      for (std::size_t i = 0; i < questions.size(); ++i)
        if (questions[i].id == e->row) {
          v.begin_edit();
          return show_question(w, static_cast<int>(i)), true;
        }
      return false;
    }
    if (!next) return false;
    return w.ask(Ask::Intake), true;
  }
  if (std::holds_alternative<page::IntakeSaved>(w.s.page)) {
    if (next) return w.go(page::AskPriority{}), true;
    if (other) return w.home(), true;
    if (std::holds_alternative<Third>(intent) && v.slip_print == PrintState::Failed) return print_letter(w), true;
    return false;
  }
  if (std::holds_alternative<page::AccountHelp>(w.s.page)) {
    if (!choose || !contains(k_account, choose->id)) return false;
    v.topic = choose->id;
    return w.go(page::AccountAdvice{choose->id}), true;
  }
  if (std::holds_alternative<page::AccountAdvice>(w.s.page)) {
    if (next) return w.home(), true;
    if (other) return w.go(page::AskPriority{}), true;
    return false;
  }
  return update_intent(w, intent);
}

}  // namespace kiosk::flow::kiosk
