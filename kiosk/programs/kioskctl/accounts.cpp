// kioskctl account: attempts, the blind interview, reset and approval.
#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "domain/claims/claim.h"
#include "programs/kioskctl/ctl.h"

namespace kiosk::programs {
namespace {
struct Asked {
  std::string nik, photo, answers, interview, reason, because, reset, attempt, verdict;
};

Json account_json(const verbs::AccountView& a) {
  Json out = {{"state", std::string(code(a.account.state))},
              {"attempts_left", a.attempts_left},
              {"verdict", nullptr},
              {"counted", nullptr},
              {"reason", a.account.reason.empty() ? Json(nullptr) : Json(a.account.reason)},
              {"usable_from", when(a.account.usable_from)},
              {"blocked_at", when(a.account.blocked_at)},
              {"purpose", a.purpose},
              {"sync", std::string(code(a.sync))}};
  if (!a.attempts.empty()) {
    out["verdict"] = std::string(code(a.attempts.front().verdict));
    out["counted"] = a.attempts.front().counted;
  }
  return out;
}

Json reset_json(const verbs::ResetView& r) {
  return {{"id", r.id.str()},
          {"state", std::string(code(r.state))},
          {"usable_from", when(r.usable_from)},
          {"person", r.person_masked},
          {"officer", r.officer},
          {"second_officer", r.second_officer.empty() ? Json(nullptr) : Json(r.second_officer)},
          {"same_terminal", r.same_terminal},
          {"reason", r.reason},
          {"sync", std::string(code(r.sync))}};
}

Result<Done> show(Ctl& ctl, const Asked& asked) {
  TRY(const auto person, parse_person(asked.nik, "nik"));
  TRY(auto* node, ctl.branch());
  TRY(const auto actor, ctl.actor());
  TRY(const auto a, node->ask(actor, verbs::GetAccount{person}));
  ctl.print(account_json(a));
  return Done{};
}

Json attempt_json(const verbs::AttemptResult& r) {
  Json out = account_json(r.account);
  out["id"] = r.attempt.str();
  out["verdict"] = std::string(code(r.verdict));
  out["counted"] = r.counted;
  if (!r.reason.empty()) out["reason"] = r.reason;
  out["score"] = r.score ? Json(*r.score) : Json(nullptr);
  out["ticket"] = r.ticket ? Json(r.ticket->ticket.number) : Json(nullptr);
  return out;
}

Result<Done> attempt(Ctl& ctl, const Asked& asked) {
  TRY(auto person, parse_person(asked.nik, "nik"));
  TRY(auto photo, read_photo(asked.photo, "photo"));
  TRY(auto* node, ctl.branch());
  TRY(const auto actor, ctl.actor());
  TRY(const auto r,
      node->ask(actor, verbs::AttemptFace{.id = {}, .person = std::move(person), .photo = std::move(photo)}));
  ctl.print(attempt_json(r));
  return Done{};
}

Result<Done> compare(Ctl& ctl, const Asked& asked) {
  TRY(const auto id, Uuid::parse(asked.attempt, "attempt"));
  const auto verdict = domain::from_code<domain::FaceVerdict>(asked.verdict);
  if (!verdict) return bad_input("verdict_invalid", "verdict", "expected accept or no_match");
  TRY(const auto actor, ctl.officer_actor());
  TRY(auto* node, ctl.branch());
  TRY(const auto r, node->ask(actor, verbs::CompareFace{.id = {}, .attempt = id, .verdict = *verdict}));
  ctl.print(attempt_json(r));
  return Done{};
}

// {"name": "...", ...} or [{"question": "name", "text": "..."}, ...], also below "answers".
Result<std::vector<domain::Answer>> read_answers(const std::string& path) {
  TRY(const auto bytes, read_file_bytes(path, "answers", std::size_t{64} << 10));
  Json whole = Json::parse(as_text(bytes), nullptr, false);
  if (whole.is_object() && whole.contains("answers")) whole = Json(whole["answers"]);
  std::vector<domain::Answer> out;
  const auto bad = [&] {
    return bad_input("answers_invalid", "answers",
                     path + ": expected {\"mother\": \"...\", ...} or a list of question and text");
  };
  if (whole.is_object()) {
    for (const auto& [question, text] : whole.items()) {
      if (!text.is_string()) return bad();
      out.push_back({question, text.get<std::string>()});
    }
  } else if (whole.is_array()) {
    for (const auto& item : whole) {
      if (!item.is_object() || !item.contains("question") || !item["question"].is_string()) return bad();
      const char* key = item.contains("text") ? "text" : "answer";
      if (!item.contains(key) || !item[key].is_string()) return bad();
      out.push_back({item["question"].get<std::string>(), item[key].get<std::string>()});
    }
  } else {
    return bad();
  }
  return out;
}

// Without ticket or task a person is opened by a recorded reason.
Result<Done> open_by_reason(verbs::Branch& node, const verbs::Actor& actor, const domain::PersonId& person,
                            const std::string& because) {
  if (because.empty()) return Done{};
  auto opened = node.ask(actor, verbs::OpenCase{.ticket = {}, .task = {}, .reason = because, .person = person});
  if (!opened) return opened.fault();
  return Done{};
}

Result<Done> questions(Ctl& ctl, const Asked& asked) {
  TRY(const auto person, parse_person(asked.nik, "nik"));
  TRY(const auto actor, ctl.officer_actor());
  TRY(auto* node, ctl.branch());
  TRY_DONE(open_by_reason(*node, actor, person, asked.because));
  TRY(const auto list, node->ask(actor, verbs::ListQuestions{person}));
  ctl.print({{"questions", list}});
  return Done{};
}

Result<Done> interview(Ctl& ctl, const Asked& asked) {
  TRY(const auto person, parse_person(asked.nik, "nik"));
  TRY(auto answers, read_answers(asked.answers));
  TRY(const auto actor, ctl.officer_actor());
  TRY(auto* node, ctl.branch());
  TRY_DONE(open_by_reason(*node, actor, person, asked.because));
  TRY(const auto r, node->ask(actor, verbs::Interview{.id = {}, .person = person, .answers = std::move(answers)}));
  TRY(const auto account, node->ask(actor, verbs::GetAccount{person}));
  ctl.print({{"id", r.id.str()},
             {"state", std::string(code(account.account.state))},
             {"usable_from", when(account.account.usable_from)},
             {"asked", r.verdict.asked},
             {"right", r.verdict.right},
             {"passed", r.verdict.passed}});
  return Done{};
}

Result<Done> reset(Ctl& ctl, const Asked& asked) {
  TRY(auto person, parse_person(asked.nik, "nik"));
  TRY(const auto id, Uuid::parse(asked.interview, "interview"));
  TRY(auto photo, read_photo(asked.photo, "photo"));
  TRY(const auto actor, ctl.officer_actor());
  TRY(auto* node, ctl.branch());
  TRY_DONE(open_by_reason(*node, actor, person, asked.because));
  TRY(const auto r, node->ask(actor, verbs::ResetAccount{.id = {},
                                                         .person = std::move(person),
                                                         .interview = id,
                                                         .photo = std::move(photo),
                                                         .reason = asked.reason}));
  ctl.print(reset_json(r));
  return Done{};
}

Result<Done> approve(Ctl& ctl, const Asked& asked) {
  TRY(const auto id, Uuid::parse(asked.reset, "reset"));
  TRY(const auto actor, ctl.officer_actor());
  TRY(auto* node, ctl.branch());
  TRY(const auto r, node->ask(actor, verbs::ApproveReset{id}));
  ctl.print(reset_json(r));
  return Done{};
}

Result<Done> resets(Ctl& ctl, const Asked&) {
  TRY(const auto actor, ctl.officer_actor());
  TRY(auto* node, ctl.branch());
  TRY(const auto list, node->ask(actor, verbs::ListResets{false}));
  for (const auto& r : list) ctl.row(reset_json(r));
  return Done{};
}
}  // namespace

void add_account_commands(CLI::App& app, Ctl& ctl) {
  auto asked = std::make_shared<Asked>();
  auto* account = app.add_subcommand("account", "Accounts: attempts, block, interview, reset, approval");
  account->require_subcommand(1);
  account->footer(
      "Examples:\n  kioskctl account show 3578011708650001 --json\n"
      "  kioskctl account attempt 3578011708650001 --photo face.jpg\n"
      "  KIOSK_PIN=... kioskctl account interview 3578011708650001 --officer 1001 --answers answers.json\n"
      "  KIOSK_PIN=... kioskctl account reset 3578011708650001 --interview ID --photo new.jpg --reason face_changed "
      "--officer 1001\n"
      "  KIOSK_PIN=... kioskctl account approve RESET --officer 1002");
  using Command = Result<Done> (*)(Ctl&, const Asked&);
  const auto add = [&](const char* name, const char* help, Command command) {
    auto* sub = account->add_subcommand(name, help);
    sub->callback([&ctl, asked, command] { ctl.act = [asked, command](Ctl& c) { return command(c, *asked); }; });
    return sub;
  };
  const auto person = [&](CLI::App* sub) {
    sub->add_option("nik", asked->nik, "16 digits, or passport:IND:K1234567")->required();
    return sub;
  };
  const auto because = [&](CLI::App* sub) {
    sub->add_option("--because", asked->because, "Recorded reason to open the person without ticket or task");
  };
  person(add("show", "What the branch knows of an account", show));
  person(add("attempt", "One face attempt", attempt))
      ->add_option("--photo", asked->photo, "JPEG or PNG, at most 8 MiB and 50 megapixels")
      ->required();
  auto* c = add("compare", "The officer's eye on an attempt", compare);
  c->add_option("attempt", asked->attempt, "The attempt's id")->required();
  c->add_option("--verdict", asked->verdict, "accept or no_match")->required();
  because(person(add("questions", "Opens the blind interview: which questions to ask", questions)));
  auto* i = person(add("interview", "Judges the answers; never says which was wrong", interview));
  i->add_option("--answers", asked->answers, "JSON: question to answer")->required();
  because(i);
  auto* r = person(add("reset", "Asks for a biometric reset", reset));
  r->add_option("--interview", asked->interview, "Id of the passed interview")->required();
  r->add_option("--photo", asked->photo, "The new reference photo")->required();
  r->add_option("--reason", asked->reason, "face_changed, light, accessories, data_differs, other")->required();
  because(r);
  add("approve", "A second officer approves", approve)->add_option("reset", asked->reset, "The reset's id")->required();
  add("resets", "Resets of this branch", resets);
}

}  // namespace kiosk::programs
