// kioskctl claim: check, submit, list, show.
#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "api/verbs/claim_said.h"
#include "domain/claims/claim.h"
#include "programs/kioskctl/ctl.h"

namespace kiosk::programs {
namespace {
constexpr std::size_t k_photo_bytes = std::size_t{8} << 20;

struct Asked {
  std::string nik, cause, on, file, id;
  std::vector<std::string> photos, documents;
};

Json claim_json(const verbs::ClaimView& c) {
  const auto said = verbs::said_of(c);
  Json stages = Json::array();
  for (const auto& s : c.stages) stages.push_back({{"stage", std::string(code(s.stage))}, {"at", when(s.at)}});
  return {{"id", c.id.str()},
          {"receipt", c.receipt},
          {"state", std::string(code(c.state))},
          {"said", std::string(said.code)},
          {"way", std::string(said.way)},
          {"stages", stages},
          {"sync", std::string(code(c.sync))},
          {"sync_why", c.sync_why},
          {"reason", c.reason.empty() ? Json(nullptr) : Json(c.reason)},
          {"detail", c.detail.empty() ? Json(nullptr) : Json(c.detail)},
          {"officer_needed", said.officer},
          {"deadline", c.deadline && said.deadline ? Json(c.deadline->iso()) : Json(nullptr)},
          {"cause", c.cause},
          {"person", c.person_masked},
          {"gross", c.gross.value},
          {"tax", c.tax.value},
          {"net", c.net.value},
          {"saved_at", to_rfc3339(c.saved_at)}};
}

Result<Done> check(Ctl& ctl, const Asked& asked) {
  TRY(auto person, parse_person(asked.nik, "nik"));
  verbs::CheckClaim request{.person = std::move(person), .cause = asked.cause, .on = {}};
  if (!asked.on.empty()) {
    TRY(request.on, Date::parse(asked.on, "on"));
  }
  TRY(auto* node, ctl.branch());
  TRY(const auto actor, ctl.actor());
  TRY(const auto e, node->ask(actor, request));
  Json checks = Json::array();
  for (const auto& c : e.checks)
    checks.push_back(
        {{"code", c.code}, {"passed", c.passed}, {"reason", c.reason.empty() ? Json(nullptr) : Json(c.reason)}});
  ctl.print({{"eligible", e.eligible},
             {"checks", checks},
             {"channel", std::string(domain::code(e.channel))},
             {"documents", e.documents},
             {"npwp_needed", e.npwp_needed}});
  return Done{};
}

// Takes text out of the submitted JSON; the field names the whole path.
class Form {
 public:
  Form(const Json& object, std::string prefix) : object_(object), prefix_(std::move(prefix)) {}
  bool has(const char* key) const { return object_.contains(key) && !object_[key].is_null(); }
  Result<std::string> text(const char* key, bool required = true) const {
    if (!has(key)) {
      if (!required) return std::string{};
      return bad_input("json_missing", prefix_ + key, "this field is needed");
    }
    if (object_[key].is_number_integer())
      return bad_input("json_type", prefix_ + key, "expected text in quotes, so that no leading zero is lost");
    if (!object_[key].is_string()) return bad_input("json_type", prefix_ + key, "expected text in quotes");
    return object_[key].get<std::string>();
  }
  Result<Json> object(const char* key) const {
    if (!has(key)) return bad_input("json_missing", prefix_ + key, "this field is needed");
    if (!object_[key].is_object()) return bad_input("json_type", prefix_ + key, "expected an object in braces");
    return object_[key];
  }
  // Exactly one of nik and passport ("IND:K1234567" or {"country","number"}).
  Result<domain::PersonId> person() const {
    if (has("nik") == has("passport"))
      return bad_input("json_missing", prefix_ + "nik", "exactly one of nik and passport is needed");
    if (has("nik")) {
      TRY(const auto digits, text("nik"));
      TRY(auto nik, domain::Nik::parse(digits, prefix_ + "nik"));
      return domain::PersonId(std::move(nik));
    }
    std::string country, number;
    if (object_["passport"].is_object()) {
      const Form inner(object_["passport"], prefix_ + "passport.");
      TRY(country, inner.text("country"));
      TRY(number, inner.text("number"));
    } else {
      TRY(const auto both, text("passport"));
      const auto colon = both.find(':');
      country = both.substr(0, colon);
      if (colon != std::string::npos) number = both.substr(colon + 1);
    }
    TRY(auto passport, domain::Passport::parse(country, number, prefix_ + "passport"));
    return domain::PersonId(std::move(passport));
  }
  Result<Done> only(std::initializer_list<const char*> known) const {
    for (const auto& [key, value] : object_.items())
      if (std::find(known.begin(), known.end(), key) == known.end())
        return bad_input("json_unknown", prefix_ + key, "no field has this name");
    return Done{};
  }

 private:
  const Json& object_;
  std::string prefix_;
};

Result<verbs::SubmitClaim> read_form(const std::string& path) {
  TRY(const auto bytes, read_file_bytes(path, "file", std::size_t{1} << 20));
  const auto text = as_text(bytes);
  const Json whole = Json::parse(text, nullptr, false);
  if (!whole.is_object()) return bad_input("json_invalid", "file", path + " holds no JSON object");
  const Form form(whole, "");
  TRY_DONE(form.only({"id", "participant", "claimant", "cause", "npwp", "bank", "account", "phone"}));
  TRY(const auto inner, form.object("participant"));
  const Form participant(inner, "participant.");
  TRY_DONE(participant.only({"nik", "passport", "kpj", "name", "birth", "mother"}));
  TRY(auto person, participant.person());
  verbs::SubmitClaim c{.id = {},
                       .person = std::move(person),
                       .kpj = {},
                       .name = {},
                       .mother = {},
                       .birth = {},
                       .claimant = {},
                       .cause = {},
                       .npwp = {},
                       .phone = {},
                       .account = {},
                       .photo_blob = {},
                       .face = domain::FaceVerdict::Officer,
                       .attempt = {},
                       .documents = {}};
  if (form.has("id")) {
    TRY(const auto id, form.text("id"));
    TRY(c.id, Uuid::parse(id, "id"));
  }
  TRY(const auto kpj_text, participant.text("kpj"));
  TRY(const auto kpj, domain::Kpj::parse(kpj_text, "participant.kpj"));
  c.kpj = kpj.digits();
  TRY(c.name, participant.text("name"));
  TRY(const auto birth, participant.text("birth"));
  TRY(c.birth, Date::parse(birth, "participant.birth"));
  TRY(c.mother, participant.text("mother", false));
  if (form.has("claimant")) {
    TRY(const auto other_json, form.object("claimant"));
    const Form other(other_json, "claimant.");
    TRY_DONE(other.only({"nik", "passport", "name", "relation"}));
    TRY(auto id, other.person());
    domain::Claimant claimant{.id = std::move(id), .name = {}, .relation = {}};
    TRY(claimant.name, other.text("name"));
    TRY(claimant.relation, other.text("relation", false));
    c.claimant = std::move(claimant);
  }
  TRY(c.cause, form.text("cause"));
  TRY(c.npwp, form.text("npwp", false));
  if (!c.npwp.empty()) {
    TRY(const auto npwp, domain::Npwp::parse(c.npwp, "npwp"));
    c.npwp = npwp.digits();
  }
  TRY(c.phone, form.text("phone", false));
  if (!c.phone.empty()) {
    TRY(c.phone, domain::normalise_phone(c.phone, "phone"));
  }
  c.account.holder = c.claimant ? c.claimant->name : c.name;
  TRY(c.account.bank, form.text("bank"));
  if (form.has("account") && whole["account"].is_object()) {
    const Form account(whole["account"], "account.");
    TRY_DONE(account.only({"number", "holder"}));
    TRY(c.account.number, account.text("number"));
    if (account.has("holder")) {
      TRY(c.account.holder, account.text("holder"));
    }
  } else {
    TRY(c.account.number, form.text("account"));
  }
  return c;
}

Result<Done> submit(Ctl& ctl, const Asked& asked) {
  // Everything that can be wrong by itself is found before the node is asked for anything.
  TRY(auto c, read_form(asked.file));
  std::vector<Bytes> photos;
  for (const auto& path : asked.photos) {
    TRY(auto photo, read_photo(path, "photo"));
    photos.push_back(std::move(photo));
  }
  std::vector<std::pair<std::string, Bytes>> documents;
  for (const auto& text : asked.documents) {
    const auto eq = text.find('=');
    if (eq == 0 || eq == std::string::npos)
      return bad_input("document_invalid", "document", "expected KIND=FILE, like ktp=ktp.jpg");
    TRY(auto bytes, read_photo(text.substr(eq + 1), "document." + text.substr(0, eq)));
    documents.emplace_back(text.substr(0, eq), std::move(bytes));
  }

  TRY(auto* node, ctl.branch());
  TRY(const auto actor, ctl.actor());
  if (c.id.is_nil()) {
    SystemRandom random;
    c.id = IdSource(ctl.clock(), random).next();
  }
  Json ticket = nullptr;
  std::string advice;
  for (const auto& photo : photos) {
    TRY(const auto attempt, node->ask(actor, verbs::AttemptFace{.id = {}, .person = c.person, .photo = photo}));
    if (attempt.ticket) ticket = attempt.ticket->ticket.number;
    if (attempt.verdict == domain::FaceVerdict::PoorPhoto) {
      advice = attempt.reason;
      continue;
    }
    c.face = attempt.verdict;
    c.attempt = attempt.attempt;
    c.photo_blob = attempt.photo_blob;
    if (attempt.verdict == domain::FaceVerdict::Accept) break;
  }
  if (!photos.empty() && c.attempt.is_nil()) return refused("photo_poor", advice, "photo");
  for (const auto& [kind, bytes] : documents) {
    TRY(auto blob, node->ask(actor, verbs::PutBlob{"document", bytes}));
    c.documents.push_back({kind, std::move(blob)});
  }
  TRY(const auto view, node->ask(actor, c));
  Json out = claim_json(view);
  out["receipt_qr"] = view.receipt_qr;
  out["verdict"] = std::string(domain::code(c.face));
  if (!ticket.is_null()) out["ticket"] = ticket;
  ctl.print(std::move(out));
  return Done{};
}

Result<Done> list(Ctl& ctl, const Asked&) {
  TRY(auto* node, ctl.branch());
  TRY(const auto actor, ctl.actor());
  TRY(const auto claims, node->ask(actor, verbs::ListClaims{}));
  for (const auto& c : claims) ctl.row(claim_json(c));
  return Done{};
}

Result<Done> show(Ctl& ctl, const Asked& asked) {
  TRY(const auto id, Uuid::parse(asked.id, "id"));
  TRY(auto* node, ctl.branch());
  TRY(const auto actor, ctl.actor());
  TRY(const auto c, node->ask(actor, verbs::GetClaim{id}));
  ctl.print(claim_json(c));
  return Done{};
}
}  // namespace

void add_claim_commands(CLI::App& app, Ctl& ctl) {
  auto asked = std::make_shared<Asked>();
  auto* claim = app.add_subcommand("claim", "JHT claims");
  claim->require_subcommand(1);
  claim->footer(
      "Examples:\n  kioskctl claim check --nik 3578011708650001 --cause USIA56 --json\n"
      "  kioskctl claim submit claim.json --photo face.jpg --document ktp=ktp.jpg\n"
      "claim.json: {\"participant\": {\"nik\": \"...\", \"kpj\": \"...\", \"name\": \"...\", \"birth\": "
      "\"1965-08-17\",\n"
      "  \"mother\": \"...\"}, \"cause\": \"USIA56\", \"npwp\": \"\", \"bank\": \"002\", \"account\": \"...\", "
      "\"phone\": \"08...\"}");
  using Command = Result<Done> (*)(Ctl&, const Asked&);
  const auto add = [&](const char* name, const char* help, Command command) {
    auto* sub = claim->add_subcommand(name, help);
    sub->callback([&ctl, asked, command] { ctl.act = [asked, command](Ctl& c) { return command(c, *asked); }; });
    return sub;
  };
  auto* c = add("check", "May this person claim, how, and with which papers", check);
  c->add_option("--nik", asked->nik, "16 digits, or passport:IND:K1234567")->required();
  c->add_option("--cause", asked->cause, "USIA56 PKB PKWT BPU RESIGN PHK LEAVE CTT DEATH P10 P30")->required();
  c->add_option("--on", asked->on, "Day, YYYY-MM-DD (default: today)");
  auto* s = add("submit", "Submit a claim written as JSON", submit);
  s->add_option("file", asked->file, "The claim as JSON")->required();
  s->add_option("--photo", asked->photos, "Photo of the participant's face (JPEG or PNG); may be given again");
  s->add_option("--document", asked->documents, "KIND=PICTURE, like ktp=ktp.jpg; may be given again");
  add("list", "Claims of this branch", list);
  add("show", "One claim", show)->add_option("id", asked->id, "The claim's id")->required();
}

}  // namespace kiosk::programs
