// Bad input at the door: from the contract files themselves, every message of both APIs with every field in turn
// missing, of another type, too long, too large, too small or of an unknown code. The answer must name that field.
#include <doctest/doctest.h>

#include <functional>
#include <map>
#include <set>

#include "api/protocol/branch_api.h"
#include "api/protocol/central_api.h"
#include "api/protocol/held.h"
#include "json_schema.h"
#include "wire_of.h"

using namespace kiosk;
using namespace kiosk::protocol;
using test::Json;

namespace {

using Read = std::function<std::optional<Fault>(const std::string&)>;

template <class T>
std::optional<Fault> central(const std::string& text) {
  const auto r = decode<T>(text);
  return r ? std::nullopt : std::optional(r.fault());
}
template <class T>
std::optional<Fault> branch(const std::string& text) {
  const auto r = test::read_wire<T>(text);
  return r ? std::nullopt : std::optional(r.fault());
}

const std::map<std::string, Read>& central_messages() {
  static const std::map<std::string, Read> all = {
      {"CaReply", central<CaReply>},
      {"EnrolRequest", central<EnrolRequest>},
      {"EnrolReply", central<EnrolReply>},
      {"FeedBranch", central<FeedBranch>},
      {"RenewRequest", central<RenewRequest>},
      {"RenewReply", central<RenewReply>},
      {"PushRequest", central<PushRequest>},
      {"PushReply", central<PushReply>},
      {"PushRefusal", central<PushRefusal>},
      {"BlobState", central<BlobState>},
      {"FeedReply", central<FeedReply>},
      {"FeedPerson", central<FeedPerson>},
      {"FeedAccount", central<FeedAccount>},
      {"FeedGone", central<FeedGone>},
      {"FeedVerdict", central<FeedVerdict>},
      {"FeedClaimStage", central<FeedClaimStage>},
      {"FeedOfficers", central<std::vector<FeedOfficer>>},
      {"FeedNotices", central<std::vector<FeedNotice>>},
      {"Services", central<std::vector<domain::Service>>},
      {"RuleBook", central<domain::RuleBook>},
      {"FindPerson", central<FindPerson>},
      {"FoundPerson", central<FoundPerson>},
      {"ApiError", central<ApiError>},
      {"HeldChains", central<HeldChains>},
      {"HeldEvents", central<HeldEvents>},
      {"ImportReceipt", central<ImportReceipt>},
  };
  return all;
}
// The component that an operation's body is, by its reference; empty: it has none.
std::string component_of(const Json& content) {
  const auto json = content.find("application/json");
  if (json == content.end() || !json->at("schema").contains("$ref")) return {};
  const auto ref = json->at("schema").at("$ref").get<std::string>();
  return ref.substr(ref.rfind('/') + 1);
}
// Of every verb what is asked and what is answered: answers are read by terminals and kioskctl, which must not believe
// everything either.
const std::map<std::string, Read>& branch_messages() {
  static const std::map<std::string, Read> all = [] {
    std::map<std::string, Read> out;
    const auto schema = test::JsonSchema::of("branch");
    verbs::AllVerbs::each([&]<class V>() {
      constexpr auto carriage = V::verb.carriage;
      if constexpr (carriage == verbs::Carriage::Json || carriage == verbs::Carriage::BytesBack) {
        const auto& op = schema.document().at("paths").at("/v1/" + std::string(V::verb.name)).at("post");
        if (const auto name = component_of(op.at("requestBody").at("content")); !name.empty()) out[name] = branch<V>;
        const auto reply = component_of(op.at("responses").at("200").at("content"));
        if (!reply.empty()) out[reply] = branch<typename V::Reply>;
      }
    });
    out["Changes"] = branch<verbs::Changes>;
    return out;
  }();
  return all;
}

class Doors {
 public:
  Doors(const Json& document, const std::string& component, const Read& read) : doc_(document), read_(read) {
    const Json& schema = doc_.at("components").at("schemas").at(component);
    whole_ = sample(schema);
    const auto fault = read_(whole_.dump());
    REQUIRE_MESSAGE(!fault,
                    component << ": " << (fault ? fault->code + " " + fault->field : "") << " " << whole_.dump());
    Json top = whole_;
    expect(with("", Json(17)), "body");  // not even an object or a list
    walk(schema, Json::json_pointer(), "");
  }
  int tried() const { return tried_; }

 private:
  const Json& resolved(const Json& s) const {
    return s.contains("$ref") ? doc_.at(Json::json_pointer(s.at("$ref").get<std::string>().substr(1))) : s;
  }

  Json sample(const Json& schema) const {
    const Json& s = resolved(schema);
    if (s.contains("enum")) return s.at("enum").at(0);
    const std::string type = s.value("type", "object");
    if (type == "string") return text(s);
    if (type == "integer" || type == "number")
      return s.contains("minimum") && s.at("minimum").get<double>() > 0 ? s.at("minimum") : Json(0);
    if (type == "boolean") return false;
    if (type == "array") return Json::array({sample(s.at("items"))});
    Json o = Json::object();
    if (s.contains("properties"))
      for (const auto& [key, property] : s.at("properties").items()) o[key] = sample(property);
    if (s.contains("additionalProperties") && s.at("additionalProperties").is_object())
      o["self_service_ceiling"] = sample(s.at("additionalProperties"));
    return o;
  }
  static std::string text(const Json& s) {
    static const std::map<std::string, std::string> fitting = {
        {"^[a-z0-9_]+$", "a_code"},
        {"^[a-z0-9_]{1,64}$", "a_code"},
        {"^[0-9a-f]{16}$", "0123456789abcdef"},
        {"^([0-9a-f]{16})?$", "0123456789abcdef"},
        {"^[0-9a-f]{64}$", std::string(64, 'a')},
        {"^[A-Z0-9]{2,16}$", "JKT01"},
        {"^(nik:[0-9]{16}|passport:[A-Z]{3}:[A-Z0-9]{5,12})$", "nik:3578015208620004"},
        {"^[0-9]{11}$", "12345678901"},
        {"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", "2001-03-01"},
        {"^[A-Z]{3}$", "IDN"},
        {"^([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})?$", "0198c0de-0000-7000-8000-000000000001"},
    };
    const std::string pattern = s.value("pattern", "");
    if (const auto it = fitting.find(pattern); it != fitting.end()) return it->second;
    REQUIRE_MESSAGE((pattern.empty() || pattern == "^[A-Za-z0-9_-]*$"), "a pattern without a sample: " << pattern);
    if (s.value("format", "") == "date") return "2001-03-01";
    if (s.contains("contentEncoding"))
      return std::string(std::max<std::size_t>(s.value("minLength", std::size_t{0}), 4), 'A');
    return std::string(std::max<std::size_t>(s.value("minLength", std::size_t{0}), 1), 'A');
  }

  std::string with(const std::string& pointer, const Json& value) const {
    Json j = whole_;
    j[Json::json_pointer(pointer)] = value;
    return j.dump();
  }
  void expect(const std::string& body, const std::string& field) {
    ++tried_;
    const auto fault = read_(body);
    const std::string shown = body.size() > 300 ? body.substr(0, 300) + "..." : body;
    CHECK_MESSAGE(fault, field << " was let in: " << shown);
    if (!fault) return;
    CHECK_MESSAGE(fault->kind == FaultKind::BadInput, fault->code);
    CHECK_MESSAGE(fault->field == field, field << ": " << fault->code << " " << fault->detail << " " << shown);
  }

  void walk(const Json& schema, const Json::json_pointer& at, const std::string& field) {
    const Json& s = resolved(schema);
    const std::string type = s.contains("enum") ? "string" : s.value("type", "object");
    const std::string here = at.to_string();
    if (!field.empty()) {
      const Json other = type == "string" ? Json(17) : type == "object" ? Json("x") : Json(Json::object());
      expect(with(here, other), field);
    }
    if (s.contains("enum")) return expect(with(here, "no_such_code"), field);
    if (type == "string") {
      if (s.contains("maxLength")) {
        const auto most = s.at("maxLength").get<std::size_t>();
        expect(with(here, std::string(most + 1, 'A')), field);
      }
      if (s.contains("minLength") && s.at("minLength").get<std::size_t>() > 0) {
        const auto least = s.at("minLength").get<std::size_t>();
        expect(with(here, std::string(least - 1, 'A')), field);
      }
      if (s.contains("pattern") || s.contains("contentEncoding")) expect(with(here, "*~*"), field);
    } else if (type == "integer" || type == "number") {
      if (s.contains("minimum")) expect(with(here, beyond(s.at("minimum"), -1)), field);
      if (s.contains("maximum")) expect(with(here, beyond(s.at("maximum"), 1)), field);
      if (type == "integer") expect(with(here, 1.5), field);
      CHECK_MESSAGE((s.contains("minimum") && s.contains("maximum")), field << " has no bounds in the contract");
    } else if (type == "array") {
      const Json& item = s.at("items");
      REQUIRE_MESSAGE(s.contains("maxItems"), field << " has no bound in the contract");
      Json many = Json::array();
      for (std::size_t i = s.at("maxItems").get<std::size_t>() + 1; i > 0; --i) many.push_back(sample(item));
      expect(here.empty() ? many.dump() : with(here, many), field.empty() ? "body" : field);
      if (s.value("minItems", 0) > 0) expect(with(here, Json::array()), field);
      walk(item, at / 0, field + "[0]");
    } else if (type == "object") {
      members(s, at, field);
    }
  }

  void members(const Json& s, const Json::json_pointer& at, const std::string& field) {
    const auto path = [&](const std::string& key) { return field.empty() ? key : field + "." + key; };
    if (s.contains("required"))
      for (const auto& key : s.at("required")) {
        Json j = whole_;
        j[at].erase(key.get<std::string>());
        expect(j.dump(), path(key));
      }
    if (s.contains("properties"))
      for (const auto& [key, property] : s.at("properties").items()) walk(property, at / key, path(key));
    if (s.contains("additionalProperties") && s.at("additionalProperties").is_object())
      walk(s.at("additionalProperties"), at / "self_service_ceiling", path("self_service_ceiling"));
    Json j = whole_;
    j[at]["a_field_of_a_later_version"] = Json{{"x", Json::array({1, 2})}};
    ++tried_;
    if (!s.contains("additionalProperties") || !s.at("additionalProperties").is_object())
      CHECK_MESSAGE(!read_(j.dump()), field << ": an unknown field is not ignored");
  }

  static Json beyond(const Json& bound, int by) {
    if (bound.is_number_float()) return bound.get<double>() * 2;
    if (by > 0 && bound == INT64_MAX) return static_cast<std::uint64_t>(INT64_MAX) + 1;
    return bound.get<std::int64_t>() + by;
  }

  const Json& doc_;
  const Read& read_;
  Json whole_;
  int tried_ = 0;
};

int try_all(const std::string& api, const std::map<std::string, Read>& messages) {
  const auto schema = test::JsonSchema::of(api);
  int tried = 0;
  for (const auto& [name, read] : messages) {
    CAPTURE(name);
    tried += Doors(schema.document(), name, read).tried();
  }
  return tried;
}

// Every body that an operation of the contract takes.
std::set<std::string> request_bodies(const std::string& api) {
  std::set<std::string> out;
  const auto schema = test::JsonSchema::of(api);
  for (const auto& [path, item] : schema.document().at("paths").items())
    for (const auto& [method, op] : item.items()) {
      if (!op.contains("requestBody")) continue;
      const auto name = component_of(op.at("requestBody").at("content"));
      if (!name.empty()) out.insert(name);
    }
  return out;
}

}  // namespace

TEST_CASE("protocol: whatever is wrong with a message between node and centre, the answer names the field") {
  for (const auto& body : request_bodies("central")) CHECK_MESSAGE(central_messages().contains(body), body);
  CHECK(try_all("central", central_messages()) > 300);
}

TEST_CASE("protocol: whatever is wrong with a message between terminal and node, the answer names the field") {
  for (const auto& body : request_bodies("branch")) CHECK_MESSAGE(branch_messages().contains(body), body);
  CHECK(try_all("branch", branch_messages()) > 500);
}

TEST_CASE("protocol: a body of a million brackets is refused at both doors before it is built") {
  const std::string deep(1'000'000, '[');
  CHECK(central<PushRequest>(deep)->code == "json_unreadable");
  CHECK(central<PushRequest>(deep)->field == "body");
  CHECK(branch<verbs::SubmitClaim>(deep)->code == "json_unreadable");
  CHECK(branch<verbs::SubmitClaim>(deep)->field == "body");
}
