// Walks every way through the participant's journeys and prints the diagram of states; the committed picture must
// agree.
#include <doctest/doctest.h>

#include <cstdlib>
#include <deque>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "domain/queue/issue.h"
#include "kiosk_player.h"
#include "terminal/flow/kiosk/intake.h"

using namespace kiosk;
using namespace kiosk::test;
using namespace kiosk::flow::kiosk;

namespace {

struct Act {
  std::string label;
  std::function<void(Player&)> run;
};

Result<verbs::AttemptResult> verdict(Uuid id, domain::FaceVerdict v, bool blocks) {
  verbs::AttemptResult r{.attempt = id, .verdict = v};
  r.photo_blob = "blob";
  r.account.attempts_left = blocks ? 0 : 2;
  if (blocks) r.account.account.state = domain::AccountState::Blocked;
  return r;
}

void take_photo(Player& p, domain::FaceVerdict v, bool blocks = false) {
  p.attempt = [=](Uuid id) { return verdict(id, v, blocks); };
  p.photo();
}

// Whoever is found has appointments so many hours after the midnight that began today.
void appointments(Player& p, std::vector<int> hours) {
  if (p.at() != "EnterMother" || p.visit().purpose != Purpose::CheckIn) return;
  p.find = [&p, hours](const auto&) {
    verbs::ParticipantFound f{verbs::Source::Cache, WallTime{}, true, invented_person(), "S***"};
    for (const int h : hours)
      f.appointments.push_back({"ap-" + std::to_string(h), "JHT",
                                domain::local_midnight(p.today, std::chrono::minutes(420)) + std::chrono::hours(h)});
    return f;
  };
  p.enter("SITI PERCONTOHAN");
  p.next();
}

// Fills the field of the page with something valid and goes on.
void fill(Player& p) {
  if (p.at() == "EnterNik") p.enter(kNik);
  if (p.at() == "EnterBirth") p.feed(Intent{EnterDate{"07", "03", "1968"}});
  if (p.at() == "EnterMother" || p.at() == "EnterName") p.enter("SITI PERCONTOHAN");
  if (p.at() == "EnterKpj") p.enter("99000000019");
  if (p.at() == "EnterNpwp") p.enter("9901010703680001");
  if (p.at() == "EnterAccount") p.enter("1234567890");
  if (p.at() == "EnterPhone") p.enter("081200000001");
  if (p.at() == "CheckInCode") p.enter("abc123");
  if (p.at() == "SimWage") p.enter("5000000");
  if (p.at() == "SimYears") p.enter("10");
  if (p.at() == "Question") {
    const auto& q = topic_by_id(p.visit().topic)->questions[static_cast<std::size_t>(p.page<page::Question>().index)];
    if (q.kind == Field::Day)
      p.feed(Intent{EnterDate{"01", "06", "2026"}});
    else if (q.kind == Field::Choice)
      return p.choose(std::string(q.options.front()));
    else
      p.enter(q.kind == Field::Phone    ? "081200000001"
              : q.id == "passport"      ? "X1234567"
              : q.kind == Field::Digits ? "99000000019"
              : q.kind == Field::Money  ? "2500000"
                                        : "CONTOH");
  }
  if (p.at() == "Correct") p.enter("CONTOH BARU");
  if (p.at() == "OfficerNumber") p.enter("1001");
  if (p.at() == "OfficerPin") p.enter("123456");
  p.next();
}

std::vector<Act> acts() {
  std::vector<Act> list = {
      {"lanjut", fill},
      {"pilihan kedua", [](Player& p) { p.other(); }},
      {"pilihan ketiga", [](Player& p) { p.third(); }},
      {"selesai", [](Player& p) { p.feed(Intent{Finish{}}); }},
      {"bantuan", [](Player& p) { p.feed(Intent{AskHelp{}}); }},
      {"tanggal lain dari NIK",
       [](Player& p) {
         if (p.at() != "EnterBirth") return;
         p.feed(Intent{EnterDate{"08", "03", "1968"}});
         p.next();
       }},
      {"data tidak cocok",
       [](Player& p) {
         if (p.at() != "EnterMother") return;
         p.find = [](const auto&) {
           return verbs::ParticipantFound{verbs::Source::Cache, WallTime{}, false, std::nullopt, "S***"};
         };
         fill(p);
       }},
      {"tidak dikenal",
       [](Player& p) {
         if (p.at() != "EnterMother") return;
         p.find = [](const auto&) { return verbs::ParticipantFound{}; };
         fill(p);
       }},
      {"akun terblokir",
       [](Player& p) {
         if (p.at() != "EnterMother") return;
         p.account = [] {
           verbs::AccountView a;
           a.account.state = domain::AccountState::Blocked;
           return a;
         };
         fill(p);
       }},
      {"beberapa KPJ",
       [](Player& p) {
         if (p.at() != "EnterMother") return;
         p.find = [](const auto&) {
           auto person = invented_person();
           person.memberships.push_back(person.memberships.front());
           return verbs::ParticipantFound{verbs::Source::Cache, WallTime{}, true, std::move(person), "S***"};
         };
         fill(p);
       }},
      {"ditolak mesin cabang",
       [](Player& p) {
         if (p.at() != "EnterMother") return;
         p.find = [](const auto&) -> Result<verbs::ParticipantFound> { return refused("find_limit"); };
         fill(p);
       }},
      {"mesin cabang tidak menjawab",
       [](Player& p) {
         if (p.at() != "CheckAnswers") return;
         p.submit = [](const auto&) -> Result<verbs::ClaimView> { return unreachable("node_away"); };
         p.next();
       }},
      {"kode nomor terbaca",
       [](Player& p) {
         p.shown = [&p](Uuid id) {
           verbs::TicketIssued t;
           t.ticket.id = id;
           t.ticket.issued_at = domain::local_midnight(p.today, std::chrono::minutes(420)) + std::chrono::hours(9);
           return t;
         };
         p.feed(CodeSeen{"ticket:01890000-0000-7000-8000-000000000001"});
       }},
      {"kartu terbaca",
       [](Player& p) {
         p.feed(CardSeen{kNik, {}, Date::of(1968, 3, 7).value()});
       }},
      {"kartu KPJ terbaca",
       [](Player& p) {
         p.feed(CardSeen{{}, "99000000011", std::nullopt});
       }},
      {"janji temu hari ini", [](Player& p) { appointments(p, {9}); }},
      {"dua janji temu hari ini",
       [](Player& p) {
         appointments(p, {9, 13});
       }},
      {"janji temu lewat hari", [](Player& p) { appointments(p, {-15}); }},
      {"isian tadi masih ada",
       [](Player& p) {
         if (p.at() != "EnterMother") return;
         p.find = [](const auto&) {
           verbs::ParticipantFound f{verbs::Source::Cache, WallTime{}, true, invented_person(), "S***"};
           f.draft = verbs::DraftView{"claim", {{"cause", "RESIGN"}}, false, {}};
           return f;
         };
         fill(p);
       }},
      {"cocok", [](Player& p) { take_photo(p, domain::FaceVerdict::Accept); }},
      {"belum cocok", [](Player& p) { take_photo(p, domain::FaceVerdict::NoMatch); }},
      {"belum cocok ketiga kali", [](Player& p) { take_photo(p, domain::FaceVerdict::NoMatch, true); }},
      {"ragu atau tanpa pengenal", [](Player& p) { take_photo(p, domain::FaceVerdict::Grey); }},
      {"foto kurang jelas", [](Player& p) { take_photo(p, domain::FaceVerdict::PoorPhoto); }},
  };
  for (const char* id :
       {"ticket", "claim",     "blocked",     "balance",     "kpj",       "track",   "simulate", "other",   "guide",
        "card",   "update",    "bpu",         "bpu_payment", "complaint", "account", "contact",  "privacy", "camera",
        "heir",   "foreigner", "appointment", "ap-9",        "INFO",      "none",    "RESIGN",   "USIA56",  "DEATH",
        "014",    "0"})
    list.push_back({std::string("pilih ") + id, [id](Player& p) {
                      if (std::string_view(id) == "USIA56")
                        p.check = [&p](const auto& c) {
                          auto young = invented_person();
                          young.birth = Date::of(1990, 1, 1).value();
                          return domain::check_claim(&young, c.cause, p.today, p.rules);
                        };
                      p.choose(id);
                    }});
  list.push_back({"semua dijawab", [](Player& p) {
                    while (p.at() == "Question") {
                      const int index = p.page<page::Question>().index;
                      const auto& q = topic_by_id(p.visit().topic)->questions[static_cast<std::size_t>(index)];
                      if (q.kind == Field::Choice) {
                        p.choose(std::string(q.options.front()));
                      } else if (q.kind == Field::Day) {
                        p.feed(Intent{EnterDate{"17", "11", "2026"}}), p.next();
                      } else if (q.optional) {
                        p.other();
                      } else {
                        p.enter(q.id == "passport" ? "X1234567" : q.kind == Field::Text ? "SUWARNI" : "081200000001");
                        p.next();
                      }
                      if (p.at() == "Question" && p.page<page::Question>().index == index) return;
                    }
                  }});
  for (const char* row : {"cause", "kpj", "photo", "npwp", "bank", "phone", "name", "about"})
    list.push_back({std::string("ubah ") + row, [row](Player& p) { p.feed(Intent{Edit{row}}); }});
  return list;
}

std::string diagram() {
  const auto all = acts();
  std::map<std::string, std::vector<std::size_t>> ways;  // situation -> how to get there
  std::set<std::string> edges;
  std::deque<std::string> open;
  const auto situation = [](Player& p) {
    return std::string(p.at()) + "/" + std::to_string(static_cast<int>(p.visit().purpose)) +
           (p.visit().editing() ? "e" : "") + (p.visit().unverified() ? "u" : "") + (p.visit().companion ? "c" : "");
  };
  ways["Home/0"] = {};
  open.push_back("Home/0");
  while (!open.empty()) {
    const auto way = ways[open.front()];
    open.pop_front();
    for (std::size_t a = 0; a < all.size(); ++a) {
      Player p;
      p.stop_at_consent = true;
      for (auto step : way) all[step].run(p);
      const std::string from(p.at());
      all[a].run(p);
      const std::string to(p.at());
      if (from == to) continue;
      // Help and leaving are the same everywhere: drawn once, as a note.
      if (to != "HelpOffer" && to != "Leaving" && !(to == "Home" && all[a].label == "selesai"))
        edges.insert("  " + from + " --> " + to + ": " + all[a].label);
      const auto key = situation(p);
      if (ways.count(key)) continue;
      ways[key] = way;
      ways[key].push_back(a);
      open.push_back(key);
    }
  }
  std::ostringstream out;
  out << "stateDiagram-v2\n  [*] --> Home\n";
  for (const auto& e : edges) out << e << "\n";
  out << "  note right of Home: Kembali, Bantuan petugas (HelpOffer) and Selesai (Leaving) are on every page.\n";
  return out.str();
}

}  // namespace

TEST_CASE("flow: the committed diagram of the participant's states is what the journeys do") {
  const char* source = std::getenv("KIOSK_SOURCE");
  const std::string path = std::string(source ? source : ".") + "/tests/terminal/flow/kiosk_states.mmd";
  const auto drawn = diagram();
  if (std::getenv("KIOSK_WRITE_DIAGRAM")) std::ofstream(path) << drawn;
  std::ifstream file(path);
  std::stringstream committed;
  committed << file.rdbuf();
  CHECK_MESSAGE(committed.str() == drawn, "run with KIOSK_WRITE_DIAGRAM=1 and look at the difference");
  // Every page is reached by somebody.
  for (const char* page :
       {"TicketShown",       "BirthDiffers", "FactsDiffer", "NotKnown",    "ThreeChecks",   "OfficerCause",
        "NotEligible",       "FaceKept",     "Amounts",     "Saved",       "BlockedNow",    "BlockedDocuments",
        "Balance",           "ChooseKpj",    "KpjList",     "Track",       "SimResult",     "Guide",
        "GuideStep",         "GuideCauses",  "GuidePapers", "ScanCard",    "ScanConfirm",   "Companion",
        "HandOver",          "CardShown",    "Problem",     "Waiting",     "CheckIn",       "CheckInCode",
        "ChooseAppointment", "DataConsent",  "NoNik",       "Record",      "Correct",       "BpuChoice",
        "Question",          "IntakeCheck",  "IntakeSaved", "AccountHelp", "AccountAdvice", "ResumeOffer",
        "Consents",          "WithdrawAsk",  "Withdrawn",   "HelpCalled",  "OfficerNumber", "OfficerPin"})
    CHECK_MESSAGE(drawn.find(std::string("--> ") + page + ":") != std::string::npos, page);
}
