// The OpenAPI 3.1 document of the terminal's API, made from the same descriptions that write and read its messages.
#include "api/protocol/branch_api.h"
#include "api/protocol/describe_verbs.h"

namespace kiosk::protocol {
namespace {

using describe::Blank;
using describe::Schema;

// Domain values whose codecs stand in json_codec.h; those that the centre's API has too are the same there (a test
// compares them).
constexpr std::string_view kSharedSchemas = R"json({
  "YearContribution":
    {"type": "object", "additionalProperties": false, "required": ["year", "jht", "jp"],
    "properties": {"year": {"type": "integer", "minimum": 1900, "maximum": 2200}, "jht": {"type": "integer",
    "minimum": 0, "maximum": 1000000000000000, "description": "whole rupiah"}, "jp": {"type": "integer",
    "minimum": 0, "maximum": 1000000000000000, "description": "whole rupiah"}}},
  "Membership":
    {"type": "object", "additionalProperties": false, "required": ["kpj", "employer", "segment", "status",
    "since", "wage", "balance", "years"], "properties": {"kpj": {"type": "string", "pattern": "^[0-9]{11}$"},
    "employer": {"type": "string", "maxLength": 256}, "segment": {"type": "string",
    "enum": ["pu", "bpu", "pmi"]}, "status": {"type": "string", "enum": ["active", "inactive"]}, "since": {"type": "string",
    "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}, "wage": {"type": "integer", "minimum": 0,
    "maximum": 1000000000000000, "description": "whole rupiah"}, "balance": {"type": "integer", "minimum": 0,
    "maximum": 1000000000000000, "description": "whole rupiah"}, "years": {"type": "array",
    "items": {"$ref": "#/components/schemas/YearContribution"}, "maxItems": 80}, "ended": {"type": "string",
    "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}}},
  "Participant":
    {"type": "object", "additionalProperties": false, "required": ["person", "name", "birth", "birth_place",
    "mother", "sex", "citizenship", "phone", "address", "memberships", "data_current", "already_paid",
    "partial_taken"], "properties": {"person": {"type": "string",
    "pattern": "^(nik:[0-9]{16}|passport:[A-Z]{3}:[A-Z0-9]{5,12})$"}, "name": {"type": "string",
    "maxLength": 256}, "birth": {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"},
    "birth_place": {"type": "string", "maxLength": 256}, "mother": {"type": "string", "maxLength": 256},
    "sex": {"type": "string", "enum": ["male", "female"]}, "citizenship": {"type": "string",
    "pattern": "^[A-Z]{3}$"}, "phone": {"type": "string", "maxLength": 64}, "address": {"type": "string",
    "maxLength": 4096}, "memberships": {"type": "array", "items": {"$ref": "#/components/schemas/Membership"},
    "maxItems": 50}, "data_current": {"type": "boolean"}, "already_paid": {"type": "integer", "minimum": 0,
    "maximum": 1000000000000000, "description": "whole rupiah"}, "partial_taken": {"type": "boolean"},
    "first_paid": {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}}},
  "Account":
    {"type": "object", "additionalProperties": false, "required": ["state", "failed", "reason"],
    "properties": {"state": {"type": "string", "enum": ["active", "blocked", "reset_pending", "reset_waiting",
    "unknown"]}, "failed": {"type": "integer", "minimum": 0, "maximum": 1000}, "reason": {"type": "string",
    "maxLength": 64}, "usable_from": {"type": "integer", "minimum": 0, "maximum": 32503680000000,
    "description": "milliseconds since 1970, UTC"}, "blocked_at": {"type": "integer", "minimum": 0,
    "maximum": 32503680000000, "description": "milliseconds since 1970, UTC"}}},
  "DatedValue":
    {"type": "object", "additionalProperties": false, "required": ["from", "value"],
    "properties": {"from": {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"},
    "value": {"type": "string", "maxLength": 256}}},
  "CauseRule":
    {"type": "object", "additionalProperties": false, "required": ["code", "officer_only", "needs_inactive",
    "wait_months", "min_age_years", "min_member_years", "percent", "once", "documents"],
    "properties": {"code": {"type": "string", "maxLength": 64, "minLength": 1},
    "officer_only": {"type": "boolean"}, "needs_inactive": {"type": "boolean"},
    "wait_months": {"type": "integer", "minimum": 0, "maximum": 600}, "min_age_years": {"type": "integer",
    "minimum": 0, "maximum": 150}, "min_member_years": {"type": "integer", "minimum": 0, "maximum": 100},
    "percent": {"type": "integer", "minimum": 0, "maximum": 100}, "once": {"type": "boolean"},
    "documents": {"type": "array", "items": {"type": "string", "maxLength": 256}, "maxItems": 30}}},
  "RuleBook":
    {"type": "object", "additionalProperties": false, "required": ["settings", "causes", "tax_art17"],
    "properties": {"settings": {"type": "object", "additionalProperties": {"type": "array",
    "items": {"$ref": "#/components/schemas/DatedValue"}, "maxItems": 100}}, "causes": {"type": "array",
    "items": {"$ref": "#/components/schemas/CauseRule"}, "maxItems": 50}, "tax_art17": {"type": "array",
    "items": {"type": "object", "additionalProperties": false, "required": ["up_to", "permille"],
    "properties": {"up_to": {"type": "integer", "minimum": 0, "maximum": 9223372036854775807},
    "permille": {"type": "integer", "minimum": 0, "maximum": 1000}}}, "maxItems": 20}}},
  "Service":
    {"type": "object", "additionalProperties": false, "required": ["code", "name", "letter", "open"],
    "properties": {"code": {"type": "string", "maxLength": 64, "minLength": 1}, "name": {"type": "string",
    "maxLength": 256}, "letter": {"type": "string", "maxLength": 4, "minLength": 1},
    "open": {"type": "boolean"}}},
  "OfficerView":
    {"type": "object", "additionalProperties": false, "required": ["number", "name", "role", "rights",
    "locked"], "properties": {"number": {"type": "string", "maxLength": 64, "minLength": 1},
    "name": {"type": "string", "maxLength": 256}, "role": {"type": "string", "maxLength": 64},
    "rights": {"type": "array", "items": {"type": "string", "maxLength": 256}, "maxItems": 50},
    "locked": {"type": "boolean"}, "valid_until": {"type": "string",
    "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}}},
  "Claimant":
    {"type": "object", "additionalProperties": false, "required": ["person", "name", "relation"],
    "properties": {"person": {"type": "string",
    "pattern": "^(nik:[0-9]{16}|passport:[A-Z]{3}:[A-Z0-9]{5,12})$"}, "name": {"type": "string",
    "maxLength": 256}, "relation": {"type": "string", "maxLength": 64}}},
  "BankAccount":
    {"type": "object", "additionalProperties": false, "required": ["bank", "number", "holder"],
    "properties": {"bank": {"type": "string", "maxLength": 8}, "number": {"type": "string", "maxLength": 64},
    "holder": {"type": "string", "maxLength": 256}}},
  "Check":
    {"type": "object", "additionalProperties": false, "required": ["code", "passed", "reason"],
    "properties": {"code": {"type": "string", "maxLength": 64}, "passed": {"type": "boolean"},
    "reason": {"type": "string", "maxLength": 64}}},
  "Eligibility":
    {"type": "object", "additionalProperties": false, "required": ["eligible", "channel", "checks",
    "documents", "npwp_needed"], "properties": {"eligible": {"type": "boolean"}, "channel": {"type": "string",
    "enum": ["self", "officer"]}, "checks": {"type": "array", "items": {"$ref": "#/components/schemas/Check"},
    "maxItems": 50}, "documents": {"type": "array", "items": {"type": "string", "maxLength": 256},
    "maxItems": 30}, "npwp_needed": {"type": "boolean"}}},
  "Ticket":
    {"type": "object", "additionalProperties": false, "required": ["id", "number", "service", "priority",
    "state", "counter", "officer", "calls", "reason", "purpose", "issued_at"],
    "properties": {"id": {"type": "string", "pattern": "^([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})?$"},
    "number": {"type": "string", "maxLength": 64}, "service": {"type": "string", "maxLength": 64},
    "priority": {"type": "string", "enum": ["normal", "elderly", "disabled", "pregnant", "with_infant",
    "appointment", "blocked"]}, "state": {"type": "string", "enum": ["created", "waiting", "called", "serving",
    "parked", "served", "no_show", "left", "transferred", "wrap_up"]}, "counter": {"type": "string", "maxLength": 64},
    "officer": {"type": "string", "maxLength": 64}, "calls": {"type": "integer", "minimum": 0,
    "maximum": 1000000}, "reason": {"type": "string", "maxLength": 256}, "purpose": {"type": "string",
    "maxLength": 256}, "issued_at": {"type": "integer", "minimum": 0, "maximum": 32503680000000,
    "description": "milliseconds since 1970, UTC"}, "called_at": {"type": "integer", "minimum": 0,
    "maximum": 32503680000000, "description": "milliseconds since 1970, UTC"},
    "started_at": {"type": "integer", "minimum": 0, "maximum": 32503680000000,
    "description": "milliseconds since 1970, UTC"}, "ended_at": {"type": "integer", "minimum": 0,
    "maximum": 32503680000000, "description": "milliseconds since 1970, UTC"},
    "queued_at": {"type": "integer", "minimum": 0, "maximum": 32503680000000,
    "description": "milliseconds of the queue's own clock, which never runs back"},
    "first": {"type": "boolean"}, "to_counter": {"type": "string", "maxLength": 64},
    "returns": {"type": "integer", "minimum": 0, "maximum": 1000000},
    "first_called_at": {"type": "integer", "minimum": 0, "maximum": 32503680000000,
    "description": "milliseconds since 1970, UTC"}, "wrap_up_at": {"type": "integer", "minimum": 0,
    "maximum": 32503680000000, "description": "milliseconds since 1970, UTC"}}},
  "Fault":
    {"type": "object", "additionalProperties": false, "required": ["fault"],
    "properties": {"fault": {"type": "object", "additionalProperties": false, "required": ["kind", "code",
    "field", "detail"], "properties": {"kind": {"type": "string", "enum": ["refused", "bad_input",
    "unreachable", "damaged"]}, "code": {"type": "string", "pattern": "^[a-z0-9_]{1,64}$"},
    "field": {"type": "string"}, "detail": {"type": "string"}}}}}
})json";

template <class T>
Json schema_of(Json& components) {
  if constexpr (std::is_empty_v<T>) return {{"type", "object"}, {"properties", Json::object()}};
  T v = Blank<T>::make();
  return Schema::of(v, 0, components);
}

// The form of an answer, as branch_api.cpp writes it; null: the bytes of a file.
template <class T>
struct AnswerOf {
  static Json schema(Json& components) { return schema_of<T>(components); }
};
template <class T>
struct AnswerOf<std::vector<T>> {
  static Json schema(Json& components) { return schema_of<ItemsOf<T>>(components); }
};
template <>
struct AnswerOf<Bytes> {
  static Json schema(Json&) { return nullptr; }
};
template <>
struct AnswerOf<std::string> {
  static Json schema(Json& components) { return schema_of<BlobAnswered>(components); }
};
template <class V>
Json request_schema(Json& components) {
  if constexpr (V::verb.carriage == verbs::Carriage::BytesThere) {
    return nullptr;
  } else {
    return schema_of<V>(components);
  }
}

Json body_of(const Json& schema) {
  if (schema.is_null()) return {{"application/octet-stream", {{"schema", {{"type", "string"}, {"format", "binary"}}}}}};
  return {{"application/json", {{"schema", schema}}}};
}

}  // namespace

const std::vector<std::string>& branch_verbs() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> out;
    verbs::AllVerbs::each([&]<class V>() {
      if (V::verb.carriage != verbs::Carriage::Stream) out.emplace_back(V::verb.name);
    });
    return out;
  }();
  return names;
}

std::string branch_openapi() {
  Json doc{
      {"openapi", "3.1.0"},
      {"info",
       {{"title", "Branch node: what a terminal may ask"},
        {"version", "1"},
        {"description",
         "Over a Unix socket (peer credentials) or mutual TLS on the LAN, where the certificate says who asks and what "
         "its role may; only GET /v1/ca and join_terminal need none. One POST a verb. A writing verb "
         "answers only after its rows and its event are durable; the same id twice is one act. Times are "
         "milliseconds UTC, days YYYY-MM-DD, bytes base64url without padding, money whole rupiah; an absent field "
         "has its default, unknown fields are ignored."}}}};
  Json components = Json::parse(kSharedSchemas);
  const Json fault{{"description", "Refused, bad input, unreachable or damaged: the body says which"},
                   {"content", body_of({{"$ref", "#/components/schemas/Fault"}})}};
  verbs::AllVerbs::each([&]<class V>() {
    if constexpr (V::verb.carriage == verbs::Carriage::Stream) {
      return;
    } else {
      const std::string name(V::verb.name);
      Json op{
          {"operationId", name},
          {"summary", std::string(V::verb.summary)},
          {"parameters",
           {{{"name", "X-Kiosk-Terminal"},
             {"in", "header"},
             {"required", true},
             {"schema", {{"type", "string"}, {"pattern", "^[A-Za-z0-9._-]{1,64}$"}}}},
            {{"name", "Authorization"},
             {"in", "header"},
             {"required", false},
             {"schema", {{"type", "string"}}},
             {"description", "Bearer <session> of log_in"}}}},
          {"requestBody", {{"required", true}, {"content", body_of(request_schema<V>(components))}}},
          {"responses",
           {{"200", {{"description", "Done"}, {"content", body_of(AnswerOf<typename V::Reply>::schema(components))}}},
            {"default", fault}}}};
      if (V::verb.carriage == verbs::Carriage::BytesThere)
        op["parameters"].push_back({{"name", "X-Kiosk-Kind"},
                                    {"in", "header"},
                                    {"required", true},
                                    {"schema", {{"type", "string"}, {"maxLength", 64}}}});
      doc["paths"]["/v1/" + name]["post"] = std::move(op);
    }
  });
  const Json text{{"schema", {{"type", "string"}}}};
  doc["paths"]["/v1/ca"]["get"] = {
      {"operationId", "ca"},
      {"summary", "The node's CA, on the LAN; whoever joins proves it by the code"},
      {"responses",
       {{"200",
         {{"description", "Its certificate"},
          {"content", body_of({{"type", "object"},
                               {"required", {"ca_pem"}},
                               {"properties", {{"ca_pem", {{"type", "string"}, {"maxLength", 16'384}}}}}})}}}}}};
  doc["paths"]["/v1/changes"]["get"] = {
      {"operationId", "changes"},
      {"summary", "What may be read again because it changed, pushed as server-sent events"},
      {"parameters",
       {{{"name", "Last-Event-ID"},
         {"in", "header"},
         {"required", false},
         {"schema", {{"type", "integer"}}},
         {"description",
          "The id of the last event heard; without it, or when it is forgotten, the first says reset"}}}},
      {"responses",
       {{"200",
         {{"description",
           "Events `changes`, data: " + schema_of<verbs::Changes>(components).at("$ref").get<std::string>()},
          {"content", {{"text/event-stream", text}}}}},
        {"default", fault}}}};
  doc["components"]["schemas"] = std::move(components);
  return doc.dump(1) + "\n";
}

}  // namespace kiosk::protocol
