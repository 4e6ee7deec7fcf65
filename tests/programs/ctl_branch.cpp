// kioskctl against a real centre and a real branch node: enrolment, queue, claims, an officer's acts, sync and audit.
#include "ctl_world.h"
#include "terminal/vision/picture.h"
#include "terminal/vision/portrait.h"

using namespace ctl_test;
using kiosk::Millis;

TEST_CASE("kioskctl: a branch is run from the command line, from enrolment to the audit") {
  World w;
  CHECK(w.enrolled.json()["branch"] == "TST01");
  CHECK(!w.enrolled.json()["node"].get<std::string>().empty());
  CHECK(w.enrolled.json()["certificate_until"].get<std::string>().size() == 24);
  CHECK(w.ask({"enrol", "--central", "https://127.0.0.1:1", "--code", "nonsense"}).status != 0);

  // -- tickets
  const auto services = w.ask({"ticket", "services"}).rows;
  REQUIRE(!services.empty());
  for (const auto& s : services)
    for (const char* key : {"code", "name", "letter", "open"}) CHECK(s.contains(key));
  const std::string service = services[0]["code"];
  const std::string nik = w.people[0]["nik"];
  const auto issued = w.ask({"ticket", "issue", "--service", service, "--nik", nik, "--priority", "elderly"});
  REQUIRE(issued.status == 0);
  for (const char* key : {"id", "number", "service", "people_ahead", "wait_low_min", "wait_high_min"})
    CHECK(issued.json().contains(key));
  CHECK(issued.json()["wait_low_min"].is_null());
  const auto again = w.ask({"ticket", "issue", "--service", service, "--nik", nik});
  CHECK(again.status == 1);
  CHECK(again.code() == "ticket_exists");
  CHECK(w.ask({"ticket", "issue", "--service", "NO-SUCH"}).code() == "unknown_service");
  CHECK(w.ask({"ticket", "list"}).rows.size() == 1);

  CHECK(w.ask({"ticket", "call", "--counter", "2"}).code() == "officer_missing");
  const auto called = w.ask({"ticket", "call", "--counter", "2"}, "1001");
  REQUIRE_MESSAGE(called.status == 0, called.err);
  CHECK(called.json()["number"] == issued.json()["number"]);
  CHECK(called.json()["state"] == "called");
  CHECK(called.json()["counter"] == "2");
  CHECK(called.json()["officer"] == "1001");
  const std::string number = called.json()["number"];
  CHECK(w.ask({"ticket", "recall", number}, "1001").json()["calls"] == 2);
  CHECK(w.ask({"ticket", "park", number, "--reason", "papers"}, "1001").json()["state"] == "parked");
  CHECK(w.ask({"ticket", "no-show", number}, "1001").code() == "act_not_allowed");
  CHECK(w.ask({"ticket", "requeue", number}, "1001").json()["state"] == "waiting");
  CHECK(w.ask({"ticket", "call", "--counter", "2", "--number", number}, "1001").status == 0);
  CHECK(w.ask({"ticket", "finish", called.json()["id"]}, "1001").json()["state"] == "served");
  CHECK(w.ask({"ticket", "call", "--counter", "2"}, "1001").code() == "queue_empty");
  const auto paper = w.dir().path() + "/ticket.escpos";
  const auto printed = w.ask({"print", "ticket", number, "--printer", "file:" + paper});
  CHECK(printed.status == 0);
  CHECK(printed.json()["bytes"] == std::filesystem::file_size(paper));
  CHECK(read_file(paper).find(nik) == std::string::npos);

  // -- wrong PIN
  kiosk::tools::Command wrong{
      .argv = {bin("kioskctl"), "ticket", "call", "--counter", "2", "--officer", "1001", "--home", w.home(), "--json"},
      .env = {{"KIOSK_PIN", ""}},
      .input = "000000\n"};
  const auto refused = kiosk::tools::run(wrong, Millis{60'000});
  REQUIRE(refused.ok());
  CHECK(refused->status == 1);
  CHECK(refused->out.find("pin_wrong") != std::string::npos);

  // -- people and claims
  const auto found = w.ask({"participant", "find", "--nik", nik, "--birth", w.people[0]["birth"]});
  CHECK(found.status == 0);
  CHECK(found.json()["source"] != "none");
  CHECK(found.json()["kpj"].size() >= 1);
  CHECK(found.out.find(nik) == std::string::npos);
  CHECK(w.ask({"participant", "find", "--nik", nik, "--birth", "1901-01-01"}).json()["kpj"].empty());

  Json person;
  for (const auto& p : w.people) {
    const auto c = w.ask({"claim", "check", "--nik", p["nik"], "--cause", "USIA56"});
    REQUIRE(c.status == 0);
    for (const char* key : {"eligible", "checks", "channel", "documents"}) REQUIRE(c.json().contains(key));
    if (c.json()["eligible"] == true && c.json()["channel"] == "self") {
      person = p;
      break;
    }
  }
  REQUIRE(!person.is_null());
  CHECK(w.ask({"claim", "check", "--nik", nik, "--cause", "WINDFALL"}).code() == "cause_unknown");
  const Json claim = {{"participant",
                       {{"nik", person["nik"]},
                        {"kpj", person["kpj"]},
                        {"name", person["name"]},
                        {"birth", person["birth"]},
                        {"mother", person["mother"]}}},
                      {"cause", "USIA56"},
                      {"npwp", ""},
                      {"bank", "002"},
                      {"account", "123456789012345"},
                      {"phone", "081234567890"}};
  const auto submitted = w.ask({"claim", "submit", w.dir().file("claim.json", claim.dump())});
  REQUIRE_MESSAGE(submitted.status == 0, submitted.out);
  CHECK(!submitted.json()["receipt"].get<std::string>().empty());
  const std::string claim_id = submitted.json()["id"];
  CHECK(w.ask({"claim", "list"}).rows.size() == 1);
  const auto shown = w.ask({"claim", "show", claim_id});
  for (const char* key : {"state", "stages", "sync", "reason", "deadline"}) CHECK(shown.json().contains(key));
  CHECK(shown.out.find(person["nik"].get<std::string>()) == std::string::npos);
  CHECK(w.ask({"claim", "submit", w.dir().file("claim2.json", claim.dump())}).status == 1);

  // -- accounts: without a recogniser nothing is counted, an officer compares
  const auto png = kiosk::vision::encode_png(kiosk::vision::draw_portrait(3, 0));
  REQUIRE(png.ok());
  const auto photo = w.dir().file("face.png", std::string(kiosk::as_text(*png)));
  const auto attempt = w.ask({"account", "attempt", person["nik"], "--photo", photo});
  REQUIRE_MESSAGE(attempt.status == 0, attempt.out);
  for (const char* key : {"state", "attempts_left", "verdict", "counted", "reason", "usable_from"})
    CHECK(attempt.json().contains(key));
  CHECK(attempt.json()["counted"] == false);
  CHECK(attempt.json()["attempts_left"] == 3);
  CHECK(w.ask({"account", "show", person["nik"]}).json()["state"] == "active");
  const auto answers = w.dir().file("answers.json", R"({"mother": "nobody", "birth": "1901-01-01"})");
  // Whoever has a task or a ticket is open by it; for all others a reason is recorded.
  const Json& stranger = w.people[0]["nik"] == person["nik"] ? w.people[1] : w.people[0];
  CHECK(w.ask({"account", "interview", stranger["nik"], "--answers", answers}, "1002").code() == "case_not_open");
  const auto interview =
      w.ask({"account", "interview", person["nik"], "--answers", answers, "--because", "asked at the counter"}, "1002");
  REQUIRE_MESSAGE(interview.status == 0, interview.out);
  CHECK(interview.json()["passed"] == false);
  const auto reset = w.ask({"account", "reset", person["nik"], "--interview", interview.json()["id"], "--photo", photo,
                            "--reason", "face_changed", "--because", "asked at the counter"},
                           "1002");
  CHECK(reset.status == 1);
  CHECK(reset.code() == "interview_not_passed");

  // -- the record's own facts pass the interview; a second officer at another terminal approves; the centre says from
  // when
  const auto record = Json::parse(w.central({"participant", person["nik"], "--json"}))["participant"];
  const auto& job = record["memberships"].back();
  const auto text = [](const Json& v) { return v.get<std::string>(); };
  const std::string ended = job["ended"].is_null() ? "sekarang" : text(job["ended"]).substr(0, 4);
  const Json truth = {{"name", record["name"]},
                      {"birth", record["birth"]},
                      {"mother", record["mother"]},
                      {"employer", job["employer"]},
                      {"period", text(job["since"]).substr(0, 4) + " - " + ended},
                      {"wage_range", std::to_string(job["wage"].get<long>())},
                      {"phone", record["phone"]},
                      {"address", record["address"]}};
  const auto told = w.dir().file("truth.json", truth.dump());
  const auto passed = w.ask({"account", "interview", person["nik"], "--answers", told}, "1002");
  REQUIRE_MESSAGE(passed.status == 0, passed.out);
  CHECK(passed.json()["asked"] == 5);
  CHECK(passed.json()["passed"] == true);
  const auto asked_for = w.ask({"account", "reset", person["nik"], "--interview", passed.json()["id"], "--photo", photo,
                                "--reason", "face_changed"},
                               "1002");
  REQUIRE_MESSAGE(asked_for.status == 0, asked_for.out);
  CHECK(asked_for.json()["state"] == "reset_pending");
  CHECK(asked_for.json()["usable_from"].is_null());
  const std::string reset_id = asked_for.json()["id"];
  CHECK(w.ask({"account", "approve", reset_id}, "1002").code() == "same_officer");
  CHECK(w.ask({"account", "approve", reset_id}, "1003").code() == "right_missing");
  const auto approved = w.ask({"account", "approve", reset_id}, "1004");
  REQUIRE_MESSAGE(approved.status == 0, approved.out);
  CHECK(approved.json()["state"] == "reset_waiting");
  CHECK(approved.json()["second_officer"] == "1004");
  CHECK(approved.json()["same_terminal"] == false);
  for (int i = 0; i < 50 && w.ask({"account", "show", person["nik"]}).json()["usable_from"].is_null(); ++i)
    w.ask({"sync", "now"});
  CHECK(w.ask({"account", "show", person["nik"]}).json()["usable_from"].is_string());
  CHECK(w.ask({"account", "resets"}, "1004").rows.size() == 1);
  const auto slip = w.dir().path() + "/slip.escpos";
  const auto slipped = w.ask({"print", "reset-slip", reset_id, "--printer", "file:" + slip}, "1004");
  REQUIRE(slipped.status == 0);
  CHECK(slipped.json()["bytes"] == std::filesystem::file_size(slip));
  const auto receipt = w.dir().path() + "/receipt.escpos";
  CHECK(w.ask({"print", "receipt", claim_id, "--printer", "file:" + receipt}).status == 0);
  CHECK(read_file(receipt).find(submitted.json()["receipt"].get<std::string>()) != std::string::npos);
  CHECK(read_file(receipt).find(person["nik"].get<std::string>()) == std::string::npos);

  // -- sync, audit, store
  for (int i = 0; i < 100; ++i)
    if (w.ask({"sync", "now"}).json()["pending"] == 0) break;
  const auto sync = w.ask({"sync", "status"});
  CHECK(sync.json()["pending"] == 0);
  CHECK(sync.json()["oldest_unsent_s"].is_null());
  const auto audit = w.ask({"audit", "verify"});
  CHECK(audit.status == 0);
  CHECK(audit.json()["first_bad"].is_null());
  CHECK(audit.json()["events"].get<int>() > 10);
  CHECK(w.ask({"store", "check"}).json()["checked"] == "node");
  const auto doctor = w.ask({"doctor"});
  CHECK(doctor.out.find("keys_in_file") != std::string::npos);
  CHECK(doctor.out.find("\"enrolled\"") != std::string::npos);

  // -- the same home without a node: kioskctl opens it itself, and finds one changed byte
  w.stop_branch();
  CHECK(w.ask({"claim", "show", claim_id}).json()["id"] == claim_id);
  CHECK(w.ask({"audit", "verify"}).json()["events"] == audit.json()["events"]);
  CHECK(w.ask({"store", "check"}).json()["checked"] == "file");
  w.start_branch();
  CHECK(w.ask({"claim", "show", claim_id}).json()["receipt"] == submitted.json()["receipt"]);
}
