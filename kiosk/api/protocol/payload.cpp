#include "api/protocol/payload.h"

#include "api/protocol/json_codec.h"
#include "domain/rules/lengths.h"

namespace kiosk::protocol {
namespace {

constexpr std::size_t max_documents = 40, max_answers = 40, max_answer = domain::k_free_text_bytes;
static_assert(text_line == domain::k_name_bytes);  // what a node accepts of a name the centre can read
constexpr std::int64_t most_seq = 9'007'199'254'740'991;

std::optional<std::int64_t> as_of(const In& in) {
  const auto v = in.maybe("as_of_ms");
  return v ? std::optional(to_ms(v->time())) : std::nullopt;
}
void put_as_of(Json& j, const std::optional<std::int64_t>& ms) {
  if (ms) j["as_of_ms"] = *ms;
}

ClaimPayload read(const In& in, ClaimPayload*) {
  ClaimPayload p;
  p.person = in.at("person").text(short_text, 1);
  p.kpj = in.at("kpj").text(short_text);
  p.name = in.at("name").text(text_line);
  p.birth = in.at("birth").text(short_text);
  p.mother = in.text_or("mother", text_line);
  p.claimant = get_maybe<domain::Claimant>(in, "claimant");
  p.cause = in.at("cause").text(short_text, 1);
  p.npwp = in.text_or("npwp", short_text);
  p.phone = in.text_or("phone", short_text);
  p.account = get<domain::BankAccount>(in.at("account"));
  p.face = in.text_or("face", short_text);
  p.attempt = in.text_or("attempt", short_text);
  p.photo_blob = in.text_or("photo_blob", text_line);
  if (const auto list = in.maybe("documents"))
    for (const In& d : list->list(max_documents))
      p.documents.push_back({d.at("kind").text(short_text, 1), d.at("blob").text(text_line, 1)});
  p.gross = in.at("gross").rupiah();
  p.tax = in.at("tax").rupiah();
  p.net = in.at("net").rupiah();
  p.state = in.text_or("state", short_text);
  p.as_of_ms = as_of(in);
  return p;
}
FacePayload read(const In& in, FacePayload*) {
  FacePayload p;
  p.person = in.at("person").text(short_text, 1);
  p.verdict = in.at("verdict").text(short_text, 1);
  if (const auto score = in.maybe("score")) p.score = score->number(-1e6, 1e6);
  p.as_of_ms = as_of(in);
  p.counted = in.boolean_or("counted", false);
  p.ticket = in.text_or("ticket", short_text);
  p.reason = in.text_or("reason", short_text);
  p.compare = in.text_or("compare", short_text);
  return p;
}
TicketPayload read(const In& in, TicketPayload*) {
  const auto number = [&](const char* key, std::int64_t most) {
    return in.maybe(key) ? std::optional(in.integer_or(key, 0, most, 0)) : std::nullopt;
  };
  const auto minutes = [&](const char* key) {
    const auto n = number(key, 100'000);
    return n ? std::optional(static_cast<int>(*n)) : std::nullopt;
  };
  constexpr std::int64_t year_3000 = 32'503'680'000'000;
  TicketPayload p;
  p.person_index = in.text_or("person_index", short_text);
  p.purpose = in.text_or("purpose", text_line);
  p.reason = in.text_or("reason", long_text);
  p.to_counter = in.text_or("to_counter", short_text);
  p.place = in.text_or("place", short_text);
  p.state = in.text_or("state", short_text);
  p.request = in.text_or("request", short_text);
  p.queue_ms = number("queue_ms", year_3000);
  p.slot_from_ms = number("slot_from_ms", year_3000);
  p.slot_to_ms = number("slot_to_ms", year_3000);
  p.forecast_low = minutes("forecast_low");
  p.forecast_high = minutes("forecast_high");
  p.day = in.text_or("day", short_text);
  return p;
}
PersonPayload read(const In& in, PersonPayload*) {
  return {in.at("person").text(short_text, 1), in.text_or("reason", long_text), as_of(in),
          static_cast<int>(in.integer_or("asked", 0, 100, 0)), static_cast<int>(in.integer_or("correct", 0, 100, 0))};
}
TaskPayload read(const In& in, TaskPayload*) {
  TaskPayload p{in.at("kind").text(short_text, 1), in.at("subject").text(text_line, 1),
                in.text_or("person_index", short_text), in.text_or("reason", long_text)};
  if (const auto until = in.maybe("until")) {
    p.until_epoch = until->at("epoch").text(short_text, 1);
    p.until_seq = until->at("seq").integer(0, most_seq);
  }
  return p;
}
ConsentPayload read(const In& in, ConsentPayload*) {
  return {in.at("person").text(short_text, 1), in.at("purpose").text(short_text, 1), in.at("text").text(short_text, 1),
          in.at("language").text(short_text, 1)};
}
IntakePayload read(const In& in, IntakePayload*) {
  IntakePayload p{in.at("person").text(short_text, 1), in.at("kind").text(short_text, 1), {}};
  const In answers = in.at("answers");
  if (!answers.json().is_object()) unreadable("field_type", answers.path(), "an object");
  if (answers.json().size() > max_answers) unreadable("field_length", answers.path(), "at most 40");
  for (const auto& [field, value] : answers.json().items())
    p.answers[field] = In(value, answers.path() + "." + field).text(max_answer);
  return p;
}
NoticePayload read(const In& in, NoticePayload*) {
  return {in.at("text").text(text_line, 1), in.text_or("text_en", text_line), to_ms(in.at("from_ms").time()),
          to_ms(in.at("until_ms").time())};
}
ResetPayload read(const In& in, ResetPayload*) {
  return {in.at("person").text(short_text, 1),
          in.text_or("interview", short_text),
          in.text_or("reason", short_text),
          in.text_or("photo_blob", text_line),
          get_maybe<domain::FaceTemplate>(in, "reference"),
          in.text_or("officer", short_text),
          as_of(in)};
}

}  // namespace

std::string encode(const ClaimPayload& p) {
  Json j{{"person", p.person},        {"kpj", p.kpj},      {"name", p.name},       {"birth", p.birth},
         {"mother", p.mother},        {"cause", p.cause},  {"npwp", p.npwp},       {"phone", p.phone},
         {"account", put(p.account)}, {"face", p.face},    {"attempt", p.attempt}, {"photo_blob", p.photo_blob},
         {"gross", put(p.gross)},     {"tax", put(p.tax)}, {"net", put(p.net)},    {"state", p.state}};
  put_maybe(j, "claimant", p.claimant);
  put_as_of(j, p.as_of_ms);
  j["documents"] = Json::array();
  for (const auto& d : p.documents) j["documents"].push_back({{"kind", d.kind}, {"blob", d.blob}});
  return dump(j);
}
std::string encode(const FacePayload& p) {
  Json j{{"person", p.person}, {"verdict", p.verdict}};
  if (p.score) j["score"] = *p.score;
  put_as_of(j, p.as_of_ms);
  if (p.counted) j["counted"] = true;
  if (!p.ticket.empty()) j["ticket"] = p.ticket;
  if (!p.reason.empty()) j["reason"] = p.reason;
  if (!p.compare.empty()) j["compare"] = p.compare;
  return dump(j);
}
std::string encode(const PersonPayload& p) {
  Json j{{"person", p.person}};
  if (!p.reason.empty()) j["reason"] = p.reason;
  put_as_of(j, p.as_of_ms);
  if (p.asked > 0) {
    j["asked"] = p.asked;
    j["correct"] = p.correct;
  }
  return dump(j);
}
std::string encode(const TicketPayload& p) {
  Json j = Json::object();
  const auto text = [&](const char* key, const std::string& v) {
    if (!v.empty()) j[key] = v;
  };
  const auto number = [&](const char* key, const auto& v) {
    if (v) j[key] = *v;
  };
  text("person_index", p.person_index);
  text("purpose", p.purpose);
  text("reason", p.reason);
  text("to_counter", p.to_counter);
  text("place", p.place);
  text("state", p.state);
  text("request", p.request);
  number("queue_ms", p.queue_ms);
  number("slot_from_ms", p.slot_from_ms);
  number("slot_to_ms", p.slot_to_ms);
  number("forecast_low", p.forecast_low);
  number("forecast_high", p.forecast_high);
  text("day", p.day);
  return j.empty() ? std::string() : dump(j);
}
std::string encode(const TaskPayload& p) {
  Json j{{"kind", p.kind}, {"subject", p.subject}};
  if (!p.person_index.empty()) j["person_index"] = p.person_index;
  if (!p.reason.empty()) j["reason"] = p.reason;
  if (!p.until_epoch.empty()) j["until"] = {{"epoch", p.until_epoch}, {"seq", p.until_seq}};
  return dump(j);
}
std::string encode(const ConsentPayload& p) {
  return dump({{"person", p.person}, {"purpose", p.purpose}, {"text", p.text}, {"language", p.language}});
}
std::string encode(const IntakePayload& p) {
  Json j{{"person", p.person}, {"kind", p.kind}, {"answers", Json::object()}};
  for (const auto& [field, text] : p.answers) j["answers"][field] = text;
  return dump(j);
}
std::string encode(const NoticePayload& p) {
  Json j{{"text", p.text}, {"from_ms", p.from_ms}, {"until_ms", p.until_ms}};
  if (!p.text_en.empty()) j["text_en"] = p.text_en;
  return dump(j);
}
std::string encode(const ResetPayload& p) {
  Json j{{"person", p.person}, {"interview", p.interview}, {"reason", p.reason}, {"photo_blob", p.photo_blob}};
  put_maybe(j, "reference", p.reference);
  if (!p.officer.empty()) j["officer"] = p.officer;
  put_as_of(j, p.as_of_ms);
  return dump(j);
}

template <class T>
Result<T> decode_payload(std::string_view json) {
  return decoded(json, [](const In& in) { return read(in, static_cast<T*>(nullptr)); });
}
template Result<ClaimPayload> decode_payload<ClaimPayload>(std::string_view);
template Result<FacePayload> decode_payload<FacePayload>(std::string_view);
template Result<PersonPayload> decode_payload<PersonPayload>(std::string_view);
template Result<TicketPayload> decode_payload<TicketPayload>(std::string_view);
template Result<TaskPayload> decode_payload<TaskPayload>(std::string_view);
template Result<ConsentPayload> decode_payload<ConsentPayload>(std::string_view);
template Result<IntakePayload> decode_payload<IntakePayload>(std::string_view);
template Result<NoticePayload> decode_payload<NoticePayload>(std::string_view);
template Result<ResetPayload> decode_payload<ResetPayload>(std::string_view);

}  // namespace kiosk::protocol
