#include "api/protocol/central_api.h"

#include "api/protocol/enrol_code.h"
#include "api/protocol/json_codec.h"
#include "api/protocol/push_bounds.h"
#include "api/protocol/push_text.h"

namespace kiosk::protocol {

namespace {

constexpr std::size_t max_pem = 16 * 1024;
constexpr std::size_t max_feed = 1'000;
constexpr std::size_t max_holidays = 400;
constexpr std::size_t max_feed_body = 1 << 20;
constexpr std::int64_t max_seq = max_push_seq;
constexpr std::int64_t max_time_ms = 32'503'680'000'000;

std::string hex_id(const In& in) {
  std::string t = in.text(16, 16);
  if (t.find_first_not_of("0123456789abcdef") != std::string::npos)
    unreadable("field_value", in.path(), "16 lower-case hex digits");
  return t;
}

std::string fault_code(const In& in) {
  std::string t = in.text(short_text, 1);
  if (t.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") != std::string::npos)
    unreadable("field_value", in.path(), "small letters, digits and _");
  return t;
}

std::string branch_code(const In& in) {
  std::string t = in.text(16, 2);
  if (!is_branch_code(t)) unreadable("field_value", in.path(), "2 to 16 of A-Z and 0-9");
  return t;
}

std::string find_context(std::string_view direction) { return "kiosk-find-1:" + std::string(direction); }
std::string item_context(const FeedItem& i) { return "kiosk-feed-1:" + i.kind + ":" + std::to_string(i.cursor); }

}  // namespace

template <>
Json put<FeedBranch>(const FeedBranch& b) {
  return {{"zone", b.zone}, {"hours", b.hours}, {"holidays", put_list(b.holidays)}};
}
template <>
Json put<events::Ack>(const events::Ack& a) {
  return {{"branch", a.branch},        {"node", a.node},
          {"epoch", a.epoch},          {"seq", a.seq},
          {"head", put_bytes(a.head)}, {"signature", put_bytes(a.signature)}};
}
template <>
events::Ack get<events::Ack>(const In& in) {
  events::Ack a;
  a.branch = branch_code(in.at("branch"));
  a.node = hex_id(in.at("node"));
  a.epoch = hex_id(in.at("epoch"));
  a.seq = in.at("seq").integer(0, max_seq);
  a.head = in.at("head").fixed<32>();
  a.signature = in.at("signature").fixed<64>();
  return a;
}

template <>
Json put<PushEvent>(const PushEvent& e) {
  return {{"header", e.header}, {"ciphertext", put_bytes(e.ciphertext)}, {"wrap", put_bytes(e.wrap)}};
}
template <>
PushEvent get<PushEvent>(const In& in) {
  return {in.at("header").text(max_push_header, 2), in.at("ciphertext").bytes(max_push_ciphertext),
          in.at("wrap").bytes(max_push_wrap)};
}

template <>
Json put<Verdict>(const Verdict& v) {
  Json j{{"seq", v.seq}, {"verdict", v.verdict}};
  if (!v.reason.empty()) j["reason"] = v.reason;
  if (v.usable_from_ms) j["usable_from_ms"] = *v.usable_from_ms;
  if (!v.stage.empty()) j["stage"] = v.stage;
  if (!v.detail.empty()) j["detail"] = v.detail;
  return j;
}
template <>
Verdict get<Verdict>(const In& in) {
  Verdict v;
  v.seq = in.at("seq").integer(1, max_seq);
  v.verdict = in.at("verdict").text(short_text, 1);
  if (v.verdict != "accepted" && v.verdict != "rejected" && v.verdict != "flagged")
    unreadable("field_value", in.path() + ".verdict", "accepted, rejected or flagged");
  v.reason = in.text_or("reason", short_text);
  if (const auto t = in.maybe("usable_from_ms")) v.usable_from_ms = t->integer(0, max_time_ms);
  v.stage = in.text_or("stage", short_text);
  v.detail = in.text_or("detail", text_line);
  return v;
}

template <>
Json put<Appointment>(const Appointment& a) {
  return {{"id", a.id}, {"service", a.service}, {"at_ms", a.at_ms}};
}
template <>
Appointment get<Appointment>(const In& in) {
  return {in.at("id").text(36, 1), in.at("service").text(short_text, 1), in.at("at_ms").integer(0, max_time_ms)};
}

template <>
Json put<Heard>(const Heard& h) {
  return {{"epoch", h.epoch}, {"seq", h.seq}};
}
template <>
Heard get<Heard>(const In& in) {
  return {hex_id(in.at("epoch")), in.at("seq").integer(0, max_seq)};
}

template <>
Json put<FeedItem>(const FeedItem& i) {
  return {{"cursor", i.cursor}, {"kind", i.kind}, {"body", i.body}, {"sealed", i.sealed}};
}
template <>
FeedItem get<FeedItem>(const In& in) {
  return {in.at("cursor").integer(1, max_seq), in.at("kind").text(short_text, 1), in.at("body").text(max_feed_body),
          in.at("sealed").boolean()};
}

template <>
Json put<FeedOfficer>(const FeedOfficer& o) {
  return {{"officer", put(o.officer)}, {"pin_verifier", o.pin_verifier}, {"activation_pin", o.activation_pin}};
}
template <>
FeedOfficer get<FeedOfficer>(const In& in) {
  return {get<verbs::OfficerView>(in.at("officer")), in.at("pin_verifier").text(text_line),
          in.at("activation_pin").text(short_text)};
}

template <>
Json put<FeedNotice>(const FeedNotice& n) {
  return {
      {"id", put(n.id)}, {"text", n.text}, {"text_en", n.text_en}, {"from_ms", n.from_ms}, {"until_ms", n.until_ms}};
}
template <>
FeedNotice get<FeedNotice>(const In& in) {
  constexpr std::size_t most = 160;
  return {in.at("id").uuid(), in.at("text").text(most, 1), in.at("text_en").text(most), to_ms(in.at("from_ms").time()),
          to_ms(in.at("until_ms").time())};
}

// -- encoding ---------------------------------------------------------------------------------------------------------

std::string encode(const CaReply& r) { return dump({{"ca_pem", r.ca_pem}}); }
std::string encode(const EnrolRequest& r) {
  return dump({{"code", r.code},
               {"csr_pem", r.csr_pem},
               {"sign_key", put_bytes(r.sign_key)},
               {"box_key", put_bytes(r.box_key)},
               {"node", r.node},
               {"epoch", r.epoch},
               {"proof", put_bytes(r.proof)}});
}
std::string encode(const FeedBranch& b) { return dump(put(b)); }
std::string encode(const EnrolReply& r) {
  Json said({{"branch", r.branch},
             {"branch_name", r.branch_name},
             {"node", r.node},
             {"certificate_pem", r.certificate_pem},
             {"ca_pem", r.ca_pem},
             {"certificate_until_ms", r.certificate_until_ms},
             {"receipt_key", put_bytes(r.receipt_key)},
             {"box_key", put_bytes(r.box_key)},
             {"utc_offset_min", r.utc_offset_min}});
  if (!r.place.zone.empty()) said["place"] = put(r.place);
  return dump(said);
}
std::string encode(const PushRequest& r) {
  std::string out;
  begin_push(out, r.epoch, r.first_seq, r.previous);
  for (const auto& e : r.events) add_to_push(out, &e == r.events.data(), e.header, e.ciphertext, e.wrap);
  end_push(out, r.signature);
  return out;
}
std::string encode(const RenewRequest& r) { return dump({{"csr_pem", r.csr_pem}}); }
std::string encode(const RenewReply& r) {
  return dump({{"certificate_pem", r.certificate_pem}, {"certificate_until_ms", r.certificate_until_ms}});
}
std::string encode(const PushReply& r) {
  return dump({{"ack", put(r.ack)}, {"verdicts", put_list(r.verdicts)}, {"now_ms", r.now_ms}});
}
std::string encode(const PushRefusal& r) {
  return dump({{"code", r.code}, {"epoch", r.epoch}, {"seq", r.seq}, {"head", put_bytes(r.head)}});
}
std::string encode(const BlobState& s) {
  return dump({{"received", s.received}, {"complete", s.complete}, {"hash", s.hash}});
}
std::string encode(const FeedReply& r) {
  return dump({{"after", r.after}, {"items", put_list(r.items)}, {"until", r.until}});
}
std::string encode(const FeedPerson& p) {
  Json j{{"participant", put(p.participant)},
         {"account", put(p.account)},
         {"as_of_ms", p.as_of_ms},
         {"expires_ms", p.expires_ms}};
  put_maybe(j, "reference", p.reference);
  if (!p.appointments.empty()) j["appointments"] = put_list(p.appointments);
  put_maybe(j, "heard", p.heard);
  return dump(j);
}
std::string encode(const std::vector<FeedOfficer>& list) { return dump(put_list(list)); }
std::string encode(const std::vector<domain::Service>& list) { return dump(put_list(list)); }
std::string encode(const std::vector<FeedNotice>& list) { return dump(put_list(list)); }
std::string encode(const domain::RuleBook& r) { return dump(put(r)); }
std::string encode(const FeedClaimStage& s) {
  Json j{{"claim", s.claim}, {"stage", std::string(domain::code(s.stage))}, {"at_ms", s.at_ms}};
  if (s.deadline) j["deadline"] = *s.deadline;
  return dump(j);
}
std::string encode(const FeedAccount& a) {
  Json j{{"person", put(a.person)}, {"account", put(a.account)}, {"as_of_ms", a.as_of_ms}};
  put_maybe(j, "heard", a.heard);
  return dump(j);
}
std::string encode(const FeedGone& g) { return dump({{"person", put(g.person)}}); }
std::string encode(const FeedVerdict& v) { return dump({{"epoch", v.epoch}, {"verdict", put(v.verdict)}}); }
std::string encode(const FindPerson& f) { return dump({{"sealed", put_bytes(f.sealed)}}); }
std::string encode(const FoundPerson& f) { return dump({{"found", f.found}, {"sealed", put_bytes(f.sealed)}}); }
std::string encode(const ApiError& e) {
  Json j{{"code", e.code}, {"message", e.message}};
  if (!e.field.empty()) j["field"] = e.field;
  if (e.retry_after_s) j["retry_after_s"] = *e.retry_after_s;
  return dump(j);
}

// -- decoding ---------------------------------------------------------------------------------------------------------

template <>
CaReply get<CaReply>(const In& in) {
  return {in.at("ca_pem").text(max_pem, 1)};
}
template <>
EnrolRequest get<EnrolRequest>(const In& in) {
  EnrolRequest r;
  r.code = in.at("code").text(128, 1);
  r.csr_pem = in.at("csr_pem").text(max_pem, 1);
  const auto sign = in.at("sign_key").fixed<32>(), box = in.at("box_key").fixed<32>();
  const auto proof = in.at("proof").fixed<64>();
  r.sign_key.assign(sign.begin(), sign.end());
  r.box_key.assign(box.begin(), box.end());
  r.proof.assign(proof.begin(), proof.end());
  r.node = hex_id(in.at("node"));
  r.epoch = hex_id(in.at("epoch"));
  return r;
}
template <>
FeedBranch get<FeedBranch>(const In& in) {
  FeedBranch b;
  b.zone = in.at("zone").text(short_text, 1);
  b.hours = in.text_or("hours", text_line);
  if (const auto days = in.maybe("holidays")) b.holidays = get_list<std::string>(*days, max_holidays);
  return b;
}
template <>
EnrolReply get<EnrolReply>(const In& in) {
  EnrolReply r;
  r.branch = branch_code(in.at("branch"));
  r.branch_name = in.at("branch_name").text(text_line);
  r.node = hex_id(in.at("node"));
  r.certificate_pem = in.at("certificate_pem").text(max_pem, 1);
  r.ca_pem = in.at("ca_pem").text(max_pem, 1);
  r.certificate_until_ms = in.at("certificate_until_ms").integer(0, max_time_ms);
  const auto receipt = in.at("receipt_key").fixed<32>(), box = in.at("box_key").fixed<32>();
  r.receipt_key.assign(receipt.begin(), receipt.end());
  r.box_key.assign(box.begin(), box.end());
  r.utc_offset_min = in.at("utc_offset_min").small(-720, 840);
  if (const auto place = in.maybe("place")) r.place = get<FeedBranch>(*place);
  return r;
}
template <>
PushRequest get<PushRequest>(const In& in) {
  PushRequest r;
  r.epoch = hex_id(in.at("epoch"));
  r.first_seq = in.at("first_seq").integer(1, max_seq);
  r.previous = in.at("previous").fixed<32>();
  const In events = in.at("events");
  for (const In& e : events.list(max_push_events))
    r.events.push_back({e.at("header").text(max_push_header, 2), e.at("ciphertext").bytes(max_push_ciphertext),
                        e.at("wrap").bytes(max_push_wrap)});
  if (r.events.empty()) unreadable("field_length", events.path(), "1 to 2000 events");
  r.signature = in.at("signature").fixed<64>();
  return r;
}
template <>
RenewRequest get<RenewRequest>(const In& in) {
  return {in.at("csr_pem").text(max_pem, 1)};
}
template <>
RenewReply get<RenewReply>(const In& in) {
  return {in.at("certificate_pem").text(max_pem, 1), in.at("certificate_until_ms").integer(0, max_time_ms)};
}
template <>
PushReply get<PushReply>(const In& in) {
  return {get<events::Ack>(in.at("ack")), get_list<Verdict>(in.at("verdicts"), max_push_events),
          in.at("now_ms").integer(0, max_time_ms)};
}
template <>
PushRefusal get<PushRefusal>(const In& in) {
  PushRefusal r;
  r.code = fault_code(in.at("code"));
  if (!in.at("epoch").text(16).empty()) r.epoch = hex_id(in.at("epoch"));
  r.seq = in.at("seq").integer(0, max_seq);
  r.head = in.at("head").fixed<32>();
  return r;
}
template <>
BlobState get<BlobState>(const In& in) {
  return {in.at("received").integer(0, max_seq), in.at("complete").boolean(), in.at("hash").text(64, 64)};
}
template <>
FeedReply get<FeedReply>(const In& in) {
  return {in.at("after").integer(0, max_seq), get_list<FeedItem>(in.at("items"), max_feed),
          in.at("until").integer(0, max_seq)};
}
template <>
FeedPerson get<FeedPerson>(const In& in) {
  FeedPerson p{get<domain::Participant>(in.at("participant")),   get<domain::Account>(in.at("account")),
               get_maybe<domain::FaceTemplate>(in, "reference"), in.at("as_of_ms").integer(0, max_time_ms),
               in.at("expires_ms").integer(0, max_time_ms),      {}};
  if (const auto list = in.maybe("appointments")) p.appointments = get_list<Appointment>(*list, 50);
  p.heard = get_maybe<Heard>(in, "heard");
  return p;
}
template <>
FeedClaimStage get<FeedClaimStage>(const In& in) {
  FeedClaimStage s;
  s.claim = in.at("claim").text(36, 1);
  s.stage = get_stage(in.at("stage"));
  s.at_ms = in.at("at_ms").integer(0, max_time_ms);
  if (const auto d = date_maybe(in, "deadline")) s.deadline = d->iso();
  return s;
}
template <>
FeedAccount get<FeedAccount>(const In& in) {
  return {get<domain::PersonId>(in.at("person")), get<domain::Account>(in.at("account")),
          in.at("as_of_ms").integer(0, max_time_ms), get_maybe<Heard>(in, "heard")};
}
template <>
FeedGone get<FeedGone>(const In& in) {
  return {get<domain::PersonId>(in.at("person"))};
}
template <>
FeedVerdict get<FeedVerdict>(const In& in) {
  return {hex_id(in.at("epoch")), get<Verdict>(in.at("verdict"))};
}
template <>
FindPerson get<FindPerson>(const In& in) {
  return {in.at("sealed").bytes(1'024)};
}
template <>
FoundPerson get<FoundPerson>(const In& in) {
  return {in.at("found").boolean(), in.at("sealed").bytes(max_feed_body)};
}
template <>
ApiError get<ApiError>(const In& in) {
  ApiError e;
  e.code = fault_code(in.at("code"));
  e.field = in.text_or("field", text_line);
  e.message = in.text_or("message", long_text);
  if (const auto r = in.maybe("retry_after_s")) e.retry_after_s = r->small(0, 86'400);
  return e;
}
template <>
std::vector<FeedOfficer> get<std::vector<FeedOfficer>>(const In& in) {
  return get_list<FeedOfficer>(in, 1'000);
}
template <>
std::vector<domain::Service> get<std::vector<domain::Service>>(const In& in) {
  return get_list<domain::Service>(in, 100);
}
template <>
std::vector<FeedNotice> get<std::vector<FeedNotice>>(const In& in) {
  return get_list<FeedNotice>(in, 100);
}

template <class T>
Result<T> decode(std::string_view json) {
  return decoded(json, [](const In& in) { return get<T>(in); });
}
template <>
Result<PushRequest> decode<PushRequest>(std::string_view json) {
  if (auto quick = read_push(json)) return std::move(*quick);
  return decoded(json, [](const In& in) { return get<PushRequest>(in); });
}
template Result<CaReply> decode<CaReply>(std::string_view);
template Result<EnrolRequest> decode<EnrolRequest>(std::string_view);
template Result<EnrolReply> decode<EnrolReply>(std::string_view);
template Result<RenewRequest> decode<RenewRequest>(std::string_view);
template Result<RenewReply> decode<RenewReply>(std::string_view);
template Result<PushReply> decode<PushReply>(std::string_view);
template Result<PushRefusal> decode<PushRefusal>(std::string_view);
template Result<BlobState> decode<BlobState>(std::string_view);
template Result<FeedReply> decode<FeedReply>(std::string_view);
template Result<FeedPerson> decode<FeedPerson>(std::string_view);
template Result<std::vector<FeedOfficer>> decode<std::vector<FeedOfficer>>(std::string_view);
template Result<std::vector<domain::Service>> decode<std::vector<domain::Service>>(std::string_view);
template Result<std::vector<FeedNotice>> decode<std::vector<FeedNotice>>(std::string_view);
template Result<domain::RuleBook> decode<domain::RuleBook>(std::string_view);
template Result<FeedBranch> decode<FeedBranch>(std::string_view);
template Result<FeedClaimStage> decode<FeedClaimStage>(std::string_view);
template Result<FeedAccount> decode<FeedAccount>(std::string_view);
template Result<FeedGone> decode<FeedGone>(std::string_view);
template Result<FeedVerdict> decode<FeedVerdict>(std::string_view);
template Result<FindPerson> decode<FindPerson>(std::string_view);
template Result<FoundPerson> decode<FoundPerson>(std::string_view);
template Result<ApiError> decode<ApiError>(std::string_view);

// -- what is a branch's own -------------------------------------------------------------------------------------------

Result<domain::BranchPlace> place_of(const FeedBranch& said) {
  domain::BranchPlace place;
  TRY(place.zone, Zone::named(said.zone));
  if (!said.hours.empty()) {
    TRY(place.week, domain::parse_hours(said.hours));
  }
  for (const auto& day : said.holidays) {
    TRY(const Date date, Date::parse(day, "holidays"));
    place.holidays.insert(date);
  }
  return place;
}

FeedBranch said_of(const domain::BranchPlace& place) {
  FeedBranch said{place.zone.name()};
  if (place.week) said.hours = domain::hours_text(*place.week);
  for (const Date& day : place.holidays) said.holidays.push_back(day.iso());
  return said;
}

// -- sealed bodies ----------------------------------------------------------------------------------------------------

FeedItem seal_item(FeedItem item, const crypto::Key& shared) {
  const Bytes sealed = shared.seal(as_bytes(item.body), as_bytes(item_context(item)));
  wipe(item.body);
  item.body = to_base64(sealed);
  item.sealed = true;
  return item;
}

Result<FeedItem> open_item(FeedItem item, const crypto::Key& shared) {
  if (!item.sealed) return item;
  const auto sealed = from_base64(item.body);
  if (!sealed) return bad_input("field_value", "body", "base64");
  TRY(Bytes plain, shared.open(*sealed, as_bytes(item_context(item))));
  item.body = as_text(plain);
  item.sealed = false;
  wipe(plain);
  return item;
}

FindPerson seal_wanted(const Wanted& w, const crypto::Key& shared) {
  return {shared.seal(as_bytes(dump({{"person", put(w.person)}})), as_bytes(find_context("request")))};
}
Result<Wanted> open_wanted(const FindPerson& r, const crypto::Key& shared) {
  TRY(const Bytes plain, shared.open(r.sealed, as_bytes(find_context("request"))));
  return decoded(as_text(plain), [](const In& in) { return Wanted{get<domain::PersonId>(in.at("person"))}; });
}
FoundPerson seal_found(const FeedPerson& p, const crypto::Key& shared) {
  return {true, shared.seal(as_bytes(encode(p)), as_bytes(find_context("reply")))};
}
Result<FeedPerson> open_found(const FoundPerson& r, const crypto::Key& shared) {
  if (!r.found) return refused("person_unknown");
  TRY(const Bytes plain, shared.open(r.sealed, as_bytes(find_context("reply"))));
  return decode<FeedPerson>(as_text(plain));
}

}  // namespace kiosk::protocol
