// Codecs of domain values, shared by the centre's API and the branch's.
#include "api/protocol/json_codec.h"

namespace kiosk::protocol {
namespace {

using domain::Sex;

constexpr std::initializer_list<domain::AccountState> account_states = {
    domain::AccountState::Active, domain::AccountState::Blocked, domain::AccountState::ResetPending,
    domain::AccountState::ResetWaiting, domain::AccountState::Unknown};
constexpr std::initializer_list<domain::TicketState> ticket_states = {
    domain::TicketState::Created, domain::TicketState::Waiting, domain::TicketState::Called,
    domain::TicketState::Serving, domain::TicketState::Parked,  domain::TicketState::Served,
    domain::TicketState::NoShow,  domain::TicketState::Left,    domain::TicketState::Transferred,
    domain::TicketState::WrapUp};
constexpr std::initializer_list<domain::Priority> priorities = {
    domain::Priority::Normal,     domain::Priority::Elderly,     domain::Priority::Disabled, domain::Priority::Pregnant,
    domain::Priority::WithInfant, domain::Priority::Appointment, domain::Priority::Blocked};

template <class T>
T taken(Result<T> r) {
  if (!r) throw Unreadable{std::move(r).fault()};
  return std::move(r).value();
}

template <class E>
Json enum_text(E e) {
  return std::string(domain::code(e));
}

}  // namespace

template <>
std::string get<std::string>(const In& in) {
  return in.text(text_line);
}

template <>
Json put<domain::PersonId>(const domain::PersonId& p) {
  return p.key();
}
template <>
domain::PersonId get<domain::PersonId>(const In& in) {
  auto p = domain::PersonId::from_key(in.text(short_text));
  if (!p) {
    Fault f = std::move(p).fault();
    f.field = in.path();
    throw Unreadable{std::move(f)};
  }
  return std::move(*p);
}

template <>
Json put<domain::Membership>(const domain::Membership& m) {
  Json years = Json::array();
  for (const auto& y : m.years) years.push_back({{"year", y.year}, {"jht", put(y.jht)}, {"jp", put(y.jp)}});
  Json j{{"kpj", m.kpj.digits()},         {"employer", m.employer},   {"segment", enum_text(m.segment)},
         {"status", enum_text(m.status)}, {"since", put(m.since)},    {"wage", put(m.wage)},
         {"balance", put(m.balance)},     {"years", std::move(years)}};
  put_maybe(j, "ended", m.ended);
  return j;
}
template <>
domain::Membership get<domain::Membership>(const In& in) {
  domain::Membership m{
      taken(domain::Kpj::parse(in.at("kpj").text(short_text), in.at("kpj").path())), {}, {}, {}, {}, {}, {}, {}, {}};
  m.employer = in.at("employer").text(text_line);
  m.segment = in.at("segment").one_of({domain::Segment::Pu, domain::Segment::Bpu, domain::Segment::Pmi});
  m.status = in.at("status").one_of({domain::MembershipStatus::Active, domain::MembershipStatus::Inactive});
  m.since = in.at("since").date();
  m.ended = date_maybe(in, "ended");
  m.wage = in.at("wage").rupiah();
  m.balance = in.at("balance").rupiah();
  for (const In& y : in.at("years").list(80))
    m.years.push_back({y.at("year").small(1900, 2200), y.at("jht").rupiah(), y.at("jp").rupiah()});
  return m;
}

template <>
Json put<domain::Participant>(const domain::Participant& p) {
  Json j{{"person", put(p.id)},
         {"name", p.name},
         {"birth", put(p.birth)},
         {"birth_place", p.birth_place},
         {"mother", p.mother},
         {"sex", enum_text(p.sex)},
         {"citizenship", p.citizenship},
         {"phone", p.phone},
         {"address", p.address},
         {"memberships", put_list(p.memberships)},
         {"data_current", p.data_current},
         {"already_paid", put(p.already_paid)},
         {"partial_taken", p.partial_taken}};
  put_maybe(j, "first_paid", p.first_paid);
  return j;
}
template <>
domain::Participant get<domain::Participant>(const In& in) {
  domain::Participant p{get<domain::PersonId>(in.at("person")), {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}};
  p.name = in.at("name").text(text_line);
  p.birth = in.at("birth").date();
  p.birth_place = in.at("birth_place").text(text_line);
  p.mother = in.at("mother").text(text_line);
  p.sex = in.at("sex").one_of({Sex::Male, Sex::Female});
  p.citizenship = in.at("citizenship").text(3, 3);
  if (p.citizenship.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ") != std::string::npos)
    unreadable("field_value", in.at("citizenship").path(), "three capital letters");
  p.phone = in.at("phone").text(short_text);
  p.address = in.at("address").text(long_text);
  p.memberships = get_list<domain::Membership>(in.at("memberships"), 50);
  p.data_current = in.at("data_current").boolean();
  p.already_paid = in.at("already_paid").rupiah();
  p.first_paid = date_maybe(in, "first_paid");
  p.partial_taken = in.at("partial_taken").boolean();
  return p;
}

template <>
Json put<domain::Claimant>(const domain::Claimant& c) {
  return {{"person", put(c.id)}, {"name", c.name}, {"relation", c.relation}};
}
template <>
domain::Claimant get<domain::Claimant>(const In& in) {
  return {get<domain::PersonId>(in.at("person")), in.at("name").text(text_line), in.at("relation").text(short_text)};
}

template <>
Json put<domain::BankAccount>(const domain::BankAccount& a) {
  return {{"bank", a.bank}, {"number", a.number}, {"holder", a.holder}};
}
template <>
domain::BankAccount get<domain::BankAccount>(const In& in) {
  return {in.at("bank").text(8), in.at("number").text(short_text), in.at("holder").text(text_line)};
}

template <>
Json put<domain::Account>(const domain::Account& a) {
  Json j{{"state", enum_text(a.state)}, {"failed", a.failed}, {"reason", a.reason}};
  put_maybe(j, "usable_from", a.usable_from);
  put_maybe(j, "blocked_at", a.blocked_at);
  return j;
}
template <>
domain::Account get<domain::Account>(const In& in) {
  domain::Account a;
  a.state = in.at("state").one_of(account_states);
  a.failed = in.at("failed").small(0, 1'000);
  a.reason = in.at("reason").text(short_text);
  a.usable_from = time_maybe(in, "usable_from");
  a.blocked_at = time_maybe(in, "blocked_at");
  return a;
}

template <>
Json put<domain::FaceTemplate>(const domain::FaceTemplate& t) {
  return {{"profile", t.profile}, {"values", put_bytes(t.values)}};
}
template <>
domain::FaceTemplate get<domain::FaceTemplate>(const In& in) {
  return {in.at("profile").text(text_line), in.at("values").bytes(16'384)};
}

template <>
Json put<domain::CauseRule>(const domain::CauseRule& c) {
  return {{"code", c.code},
          {"officer_only", c.officer_only},
          {"needs_inactive", c.needs_inactive},
          {"wait_months", c.wait_months},
          {"min_age_years", c.min_age_years},
          {"min_member_years", c.min_member_years},
          {"percent", c.percent},
          {"once", c.once},
          {"documents", c.documents}};
}
template <>
domain::CauseRule get<domain::CauseRule>(const In& in) {
  domain::CauseRule c;
  c.code = in.at("code").text(short_text, 1);
  c.officer_only = in.at("officer_only").boolean();
  c.needs_inactive = in.at("needs_inactive").boolean();
  c.wait_months = in.at("wait_months").small(0, 600);
  c.min_age_years = in.at("min_age_years").small(0, 150);
  c.min_member_years = in.at("min_member_years").small(0, 100);
  c.percent = in.at("percent").small(0, 100);
  c.once = in.at("once").boolean();
  c.documents = get_list<std::string>(in.at("documents"), 30);
  return c;
}

template <>
Json put<domain::RuleBook>(const domain::RuleBook& r) {
  Json settings = Json::object();
  for (const auto& [key, dated] : r.settings) {
    Json values = Json::array();
    for (const auto& [from, value] : dated.since) values.push_back({{"from", put(from)}, {"value", value}});
    settings[key] = std::move(values);
  }
  Json brackets = Json::array();
  for (const auto& b : r.tax_art17) brackets.push_back({{"up_to", b.up_to.value}, {"permille", b.permille}});
  return {{"settings", std::move(settings)}, {"causes", put_list(r.causes)}, {"tax_art17", std::move(brackets)}};
}
template <>
domain::RuleBook get<domain::RuleBook>(const In& in) {
  domain::RuleBook r;
  const In settings = in.at("settings");
  if (!settings.json().is_object()) unreadable("field_type", settings.path(), "an object");
  if (settings.json().size() > 200) unreadable("field_length", settings.path(), "at most 200 keys");
  for (const auto& [key, value] : settings.json().items()) {
    domain::Dated<std::string>& dated = r.settings[key];
    for (const In& v : In(value, settings.path() + "." + key).list(100))
      dated.since.emplace_back(v.at("from").date(), v.at("value").text(text_line));
    for (std::size_t i = 1; i < dated.since.size(); ++i)
      if (!(dated.since[i - 1].first < dated.since[i].first))
        unreadable("field_value", settings.path() + "." + key, "days in ascending order");
  }
  r.causes = get_list<domain::CauseRule>(in.at("causes"), 50);
  for (const In& b : in.at("tax_art17").list(20))
    r.tax_art17.push_back({{b.at("up_to").integer(0, INT64_MAX)}, b.at("permille").small(0, 1'000)});
  return r;
}

template <>
Json put<domain::Service>(const domain::Service& s) {
  return {{"code", s.code}, {"name", s.name}, {"letter", s.letter}, {"open", s.open}};
}
template <>
domain::Service get<domain::Service>(const In& in) {
  return {in.at("code").text(short_text, 1), in.at("name").text(text_line), in.at("letter").text(4, 1),
          in.at("open").boolean()};
}

template <>
Json put<domain::Ticket>(const domain::Ticket& t) {
  Json j{{"id", put(t.id)},
         {"number", t.number},
         {"service", t.service},
         {"priority", enum_text(t.priority)},
         {"state", enum_text(t.state)},
         {"counter", t.counter},
         {"officer", t.officer},
         {"calls", t.calls},
         {"reason", t.reason},
         {"purpose", t.purpose},
         {"issued_at", put(t.issued_at)}};
  put_maybe(j, "called_at", t.called_at);
  put_maybe(j, "started_at", t.started_at);
  put_maybe(j, "ended_at", t.ended_at);
  put_maybe(j, "queued_at", t.queued_at);
  if (t.first) j["first"] = true;
  if (!t.to_counter.empty()) j["to_counter"] = t.to_counter;
  if (t.returns > 0) j["returns"] = t.returns;
  put_maybe(j, "first_called_at", t.first_called_at);
  put_maybe(j, "wrap_up_at", t.wrap_up_at);
  return j;
}
template <>
domain::Ticket get<domain::Ticket>(const In& in) {
  domain::Ticket t;
  t.id = in.at("id").uuid();
  t.number = in.at("number").text(short_text);
  t.service = in.at("service").text(short_text);
  t.priority = in.at("priority").one_of(priorities);
  t.state = in.at("state").one_of(ticket_states);
  t.counter = in.at("counter").text(short_text);
  t.officer = in.at("officer").text(short_text);
  t.calls = in.at("calls").small(0, 1'000'000);
  t.reason = in.at("reason").text(text_line);
  t.purpose = in.at("purpose").text(text_line);
  t.issued_at = in.at("issued_at").time();
  t.called_at = time_maybe(in, "called_at");
  t.started_at = time_maybe(in, "started_at");
  t.ended_at = time_maybe(in, "ended_at");
  t.queued_at = time_maybe(in, "queued_at");
  t.first = in.boolean_or("first", false);
  t.to_counter = in.text_or("to_counter", short_text);
  t.returns = static_cast<int>(in.integer_or("returns", 0, 1'000'000, 0));
  t.first_called_at = time_maybe(in, "first_called_at");
  t.wrap_up_at = time_maybe(in, "wrap_up_at");
  return t;
}

template <>
Json put<domain::Check>(const domain::Check& c) {
  return {{"code", c.code}, {"passed", c.passed}, {"reason", c.reason}};
}
template <>
domain::Check get<domain::Check>(const In& in) {
  return {in.at("code").text(short_text), in.at("passed").boolean(), in.at("reason").text(short_text)};
}

template <>
Json put<domain::Eligibility>(const domain::Eligibility& e) {
  return {{"eligible", e.eligible},
          {"channel", enum_text(e.channel)},
          {"checks", put_list(e.checks)},
          {"documents", e.documents},
          {"npwp_needed", e.npwp_needed}};
}
template <>
domain::Eligibility get<domain::Eligibility>(const In& in) {
  domain::Eligibility e;
  e.eligible = in.at("eligible").boolean();
  e.channel = in.at("channel").one_of({domain::Channel::Self, domain::Channel::Officer});
  e.checks = get_list<domain::Check>(in.at("checks"), 50);
  e.documents = get_list<std::string>(in.at("documents"), 30);
  e.npwp_needed = in.at("npwp_needed").boolean();
  return e;
}

template <>
Json put<verbs::OfficerView>(const verbs::OfficerView& o) {
  Json j{{"number", o.number}, {"name", o.name}, {"role", o.role}, {"rights", o.rights}, {"locked", o.locked}};
  put_maybe(j, "valid_until", o.valid_until);
  return j;
}
template <>
verbs::OfficerView get<verbs::OfficerView>(const In& in) {
  verbs::OfficerView o;
  o.number = in.at("number").text(short_text, 1);
  o.name = in.at("name").text(text_line);
  o.role = in.at("role").text(short_text);
  o.rights = get_list<std::string>(in.at("rights"), 50);
  o.valid_until = date_maybe(in, "valid_until");
  o.locked = in.at("locked").boolean();
  return o;
}

domain::FaceVerdict get_verdict(const In& in) {
  using V = domain::FaceVerdict;
  return in.one_of({V::Accept, V::Grey, V::NoMatch, V::PoorPhoto, V::Officer});
}

domain::Stage get_stage(const In& in) {
  using S = domain::Stage;
  return in.one_of({S::Agenda, S::Penetapan, S::Persetujuan, S::Pembayaran, S::Selesai});
}

}  // namespace kiosk::protocol
