#include "tests/tools/demo/demo.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <thread>

#include "drivers/camera/open.h"
#include "terminal/vision/picture.h"
#include "terminal/vision/portrait.h"
#include "terminal/vision/vision.h"
#include "tests/support/wait_until.h"

namespace kiosk::tools {
namespace fs = std::filesystem;
namespace {

using nlohmann::json;

constexpr const char* k_branch = "JKT01";

std::vector<json> lines_of(const std::string& text) {
  std::vector<json> rows;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) {
    auto row = json::parse(line, nullptr, false);
    if (row.is_object()) rows.push_back(std::move(row));
  }
  return rows;
}

std::string text_of(const json& row, const char* key) {
  const auto it = row.find(key);
  if (it == row.end() || it->is_null()) return {};
  return it->is_string() ? it->get<std::string>() : it->dump();
}

// kioskctl prints a list as lines; one row comes as an object.
std::vector<json> rows_of(const json& printed) {
  if (printed.is_array()) return {printed.begin(), printed.end()};
  if (printed.is_object() && (printed.contains("id") || printed.contains("code") || printed.contains("number")))
    return {printed};
  return {};
}

Bytes read_bytes(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

Result<Done> write_bytes(const std::string& path, const Bytes& bytes) {
  std::ofstream out(path, std::ios::binary);
  out.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  if (!out.good()) return refused("file_not_written", path);
  return Done{};
}

class Demo {
 public:
  explicit Demo(const DemoOptions& options) : world_(options), models_(!options.models.empty()) {}

  // A failure says in which chapter it came and where the programs' logs are.
  Result<Done> play() {
    auto done = story();
    if (done) return done;
    Fault f = std::move(done).fault();
    f.detail += std::string(f.detail.empty() ? "" : "\n  ") + "in the chapter: " + chapter_ +
                "\n  logs: " + world_.path("state/logs");
    return f;
  }

 private:
  Result<Done> story() {
    TRY_DONE(world_.prepare());
    TRY_DONE(faces());
    TRY_DONE(open_branch());
    TRY_DONE(take_ticket());
    TRY_DONE(lose_centre());
    TRY_DONE(claim_off_line());
    TRY_DONE(three_failures());
    TRY_DONE(interview_and_reset());
    TRY_DONE(everything_waits());
    TRY_DONE(kill_and_restart_branch());
    TRY_DONE(centre_returns());
    TRY_DONE(world_.stop());
    proved("centre and branch ended cleanly");
    std::printf("\nAll of it holds. Pictures: %s/*.png\n", world_.options().out.c_str());
    return Done{};
  }
  void chapter(const std::string& text) {
    chapter_ = text;
    std::printf("\n%s\n", text.c_str());
    std::fflush(stdout);
  }
  void proved(const std::string& text) {
    std::printf("  ok  %s\n", text.c_str());
    std::fflush(stdout);
  }
  Result<Done> need(bool holds, const std::string& what) {
    if (!holds) return refused("not_proved", what);
    proved(what);
    return Done{};
  }

  // Two people: photographs of the folders, else drawn portraits. person: the reference and good photos; other:
  // somebody else. Pictures that the kiosk would coach away are left out, so that the story needs no luck.
  Result<Done> faces() {
    chapter(models_
                ? "Faces: a recogniser compares."
                : "Faces: no model files are set, so an officer compares by eye (config/fetch-models brings them).");
    vision::VisionSettings settings;
    settings.models_dir = world_.options().models;
    TRY(auto vision, vision::Vision::open(settings));
    const auto& o = world_.options();
    TRY_DONE(gather("person", o.person_faces, 1, *vision));
    TRY_DONE(gather("other", o.other_faces, 2, *vision));
    return Done{};
  }
  Result<Done> gather(const std::string& name, const std::string& given, std::uint64_t seed, vision::Vision& vision) {
    const auto into = world_.path("state/faces-" + name);
    std::error_code error;
    fs::create_directories(into, error);
    std::vector<fs::path> files;
    if (given.empty()) {
      for (int variant = 0; variant < 4; ++variant) {
        TRY(const auto png, vision::encode_png(vision::draw_portrait(seed, variant)));
        files.emplace_back(into + "/" + std::to_string(variant) + ".png");
        TRY_DONE(write_bytes(files.back(), png));
      }
    } else {
      for (const auto& entry : fs::directory_iterator(given, error)) {
        const auto ext = entry.path().extension();
        if (ext != ".jpg" && ext != ".jpeg" && ext != ".png") continue;
        files.push_back(fs::path(into) / entry.path().filename());
        fs::copy_file(entry.path(), files.back(), fs::copy_options::overwrite_existing, error);
      }
    }
    std::size_t good = 0;
    std::string why;
    for (const auto& file : files) {
      TRY(auto camera, drivers::open_camera("file:" + file.string()));
      TRY(const auto frame, camera->next_frame(Millis{2000}));
      TRY(const auto live, vision.inspect(frame.image, vision::Purpose::Live));
      TRY(const auto reference, vision.inspect(frame.image, vision::Purpose::NewReference));
      if (live.usable && reference.usable) {
        ++good;
      } else {
        why = live.usable ? reference.first_advice() : live.first_advice();
        fs::remove(file, error);
      }
    }
    if (good < 2)
      return bad_input("faces_missing", "faces",
                       "of " + std::to_string(files.size()) + " pictures of the " + name + " only " +
                           std::to_string(good) +
                           " would do at the kiosk (at least 2 are needed); the last was left out for " + why);
    proved(std::to_string(good) + " of " + std::to_string(files.size()) + " pictures of the " + name +
           " are good enough");
    return Done{};
  }
  std::string folder(const char* who) const { return world_.path(std::string("state/faces-") + who); }
  std::string first_picture(const char* who) const {
    std::set<fs::path> files;
    for (const auto& entry : fs::directory_iterator(folder(who))) files.insert(entry.path());
    return files.begin()->string();
  }

  Result<Done> open_branch() {
    chapter("A branch opens: centre, node, enrolment, people.");
    TRY(const auto seeded,
        world_.centre({"seed", "--participants", "60", "--seed", "7", "--branch", k_branch, "--json"}));
    for (const auto& row : lines_of(seeded)) {
      if (row.contains("pin"))
        officers_[text_of(row, "role")] = {text_of(row, "number"), text_of(row, "role"), text_of(row, "pin")};
      if (row.contains("nik"))
        seeded_.push_back({text_of(row, "nik"), text_of(row, "kpj"), text_of(row, "birth"), text_of(row, "mother"),
                           text_of(row, "name")});
    }
    TRY_DONE(world_.start_centre());
    TRY_DONE(world_.start_branch());
    TRY(const auto code_lines, world_.centre({"code", "--branch", k_branch}));
    auto code = code_lines;
    while (!code.empty() && (code.back() == '\n' || code.back() == ' ')) code.pop_back();
    code = code.substr(code.rfind('\n') == std::string::npos ? 0 : code.rfind('\n') + 1);
    TRY(const auto enrolled, world_.ctl({"enrol", "--central", world_.centre_url(), "--code", code}));
    TRY_DONE(need(text_of(enrolled, "branch") == k_branch,
                  "the branch is enrolled with a one-time code and has a certificate until " +
                      text_of(enrolled, "certificate_until")));
    TRY_DONE(choose_people());
    if (models_) {
      for (const auto* p : {&first_, &second_}) TRY_DONE(reference(*p));
    }
    return Done{};
  }

  Result<Done> reference(const DemoParticipant& p) {
    TRY(const auto ignored, world_.centre({"reference", p.nik, "--photo", first_picture("person")}));
    (void)ignored;
    return Done{};
  }

  // An elderly participant and another, both of whom may claim at the kiosk. Waits until the feed brought them.
  Result<Done> choose_people() {
    std::vector<DemoParticipant> found;
    test::wait_until([&] {
      found.clear();
      for (const auto& p : seeded_) {
        auto check = world_.ctl({"claim", "check", "--nik", p.nik, "--cause", "USIA56"});
        if (check && check->value("eligible", false) && text_of(*check, "channel") == "self") found.push_back(p);
        if (found.size() == 2) return true;
      }
      return false;
    });
    if (found.size() < 2)
      return refused("not_proved", "the feed brought nobody of 56 years who may claim at the kiosk");
    first_ = found[0];
    second_ = found[1];
    proved("people, services, officers and rules came over the feed");
    return Done{};
  }

  Result<Done> take_ticket() {
    chapter("An elderly participant takes a ticket.");
    TRY_DONE(world_.play("kiosk", "kiosk-1", "1-ticket", DemoScripts::ticket(), {}));
    TRY(const auto printed, world_.ctl({"ticket", "list"}));
    const auto tickets = rows_of(printed);
    TRY_DONE(need(tickets.size() == 1, "one ticket is in the queue"));
    const auto paper = read_bytes(world_.paper());
    const auto number = text_of(tickets[0], "number");
    const bool is_page =
        paper.size() > 100 && paper[0] == 0x1b && as_text(paper).find(number) != std::string_view::npos;
    return need(is_page, "ticket " + number + " is on paper: " + std::to_string(paper.size()) + " bytes of ESC/POS");
  }

  Result<Done> lose_centre() {
    chapter("The centre goes away (its process is killed).");
    world_.kill_centre();
    return Done{};
  }

  Result<Done> claim_off_line() {
    chapter("The participant makes a JHT claim in ten steps, with a photo, without the centre.");
    const auto camera = "file:" + (world_.options().camera.empty() ? folder("person") : world_.options().camera);
    TRY_DONE(world_.play("kiosk", "kiosk-1", "2-claim", DemoScripts::claim(first_, models_), camera));
    TRY(const auto printed, world_.ctl({"claim", "list"}));
    const auto claims = rows_of(printed);
    TRY_DONE(need(claims.size() == 1, "the claim is saved"));
    claim_ = text_of(claims[0], "id");
    TRY(const auto shown, world_.ctl({"claim", "show", claim_}));
    TRY_DONE(need(text_of(shown, "sync") == "saved", "it says: tersimpan, menunggu jaringan (sync = saved)"));
    return need(as_text(read_bytes(world_.paper())).find(text_of(claims[0], "receipt")) != std::string_view::npos,
                "its receipt " + text_of(claims[0], "receipt") + " is printed");
  }

  Result<Done> three_failures() {
    const auto other = "file:" + folder("other");
    if (models_) {
      chapter("Another participant: three good photos clearly do not match.");
      TRY_DONE(world_.play("kiosk", "kiosk-1", "3-three-failures", DemoScripts::three_failures(second_), other));
      TRY(const auto account, world_.ctl({"account", "show", second_.nik}));
      TRY_DONE(need(text_of(account, "state") == "blocked" && text_of(account, "attempts_left") == "0",
                    "the account is blocked after three counted attempts"));
    } else {
      chapter("Another participant: three photos, each to be compared by an officer.");
      for (int i = 1; i <= 3; ++i)
        TRY_DONE(world_.play("kiosk", "kiosk-1", "3-photo-" + std::to_string(i),
                             DemoScripts::photo_for_officer(second_, i), other));
      TRY(const auto account, world_.ctl({"account", "show", second_.nik}));
      TRY_DONE(need(text_of(account, "attempts_left") == "3", "nothing was counted without a comparison"));
    }
    TRY(const auto printed, world_.ctl({"ticket", "list"}));
    for (const auto& t : rows_of(printed))
      if (text_of(t, "priority") == "blocked" ||
          (!models_ && !text_of(t, "purpose").empty() && text_of(t, "state") == "waiting"))
        ticket_ = text_of(t, "number");
    return need(!ticket_.empty(), "the person is handed to an officer with ticket " + ticket_);
  }

  Result<Done> interview_and_reset() {
    chapter(
        "The officer calls, interviews blind and takes a new photo; a second officer approves at another terminal.");
    const auto camera = "file:" + folder("other");
    const auto& iso = officers_["ISO"];
    const auto& jsu = officers_["JSU"];
    const int compares = models_ ? 0 : 3;
    TRY_DONE(world_.play("counter", "counter-1", "4-counter-questions",
                         DemoScripts::counter_questions(iso, ticket_, compares), camera));
    TRY(const auto answers, answers_for(world_.path("interview.json")));
    TRY_DONE(world_.play("counter", "counter-1", "5-counter-reset", DemoScripts::counter_reset(iso, answers), camera));
    TRY(const auto pending, world_.ctl({"account", "show", second_.nik}));
    TRY_DONE(need(text_of(pending, "state") == "reset_pending",
                  "the interview passed and the reset waits for a second officer"));
    TRY_DONE(world_.play("counter", "counter-2", "6-counter-approve", DemoScripts::counter_approve(jsu, second_), {}));
    TRY(const auto waiting, world_.ctl({"account", "show", second_.nik}));
    return need(text_of(waiting, "state") == "reset_waiting" && text_of(waiting, "usable_from").empty(),
                "approved by " + jsu.number + "; usable_from is empty until the centre accepted it");
  }

  // The questions are those on the officer's screen; the participant answers with the truth, which only the centre's
  // record holds.
  Result<std::vector<std::pair<std::string, std::string>>> answers_for(const std::string& tree_file) {
    const auto bytes = read_bytes(tree_file);
    const auto tree = json::parse(as_text(bytes), nullptr, false);
    TRY(const auto printed, world_.centre({"participant", second_.nik, "--json"}));
    const auto rows = lines_of(printed);
    if (rows.empty() || !tree.is_array())
      return refused("not_proved", "the officer's questions or the record could not be read");
    const auto& record = rows[0].contains("participant") ? rows[0]["participant"] : rows[0];
    std::vector<std::pair<std::string, std::string>> answers;
    for (const auto& node : tree) {
      const auto id = text_of(node, "id");
      const auto at = id.rfind("answer-");
      if (at == std::string::npos || text_of(node, "role") != "textfield") continue;
      answers.emplace_back(text_of(node, "label"), truth(record, id.substr(at + 7)));
    }
    if (answers.size() < 3) return refused("not_proved", "the officer was asked fewer than three questions");
    return answers;
  }
  static std::string truth(const json& record, const std::string& question) {
    const auto memberships = record.value("memberships", json::array());
    const json last = memberships.empty() ? json::object() : memberships.back();
    if (question == "employer") return text_of(last, "employer");
    if (question == "wage_range") return text_of(last, "wage");
    if (question == "period") {
      const auto until = text_of(last, "ended");
      return text_of(last, "since").substr(0, 4) + "-" + (until.empty() ? "2026" : until.substr(0, 4));
    }
    return text_of(record, question.c_str());
  }

  Result<Done> everything_waits() {
    chapter("Nothing has reached the centre yet, and everything says so.");
    TRY(const auto sync, world_.ctl({"sync", "status"}));
    pending_ = sync.value("pending", 0);
    TRY_DONE(need(pending_ > 5,
                  std::to_string(pending_) + " records are saved and wait for the network: " + text_of(sync, "why")));
    TRY(const auto audit, world_.ctl({"audit", "verify"}));
    events_ = audit.value("events", 0);
    return need(audit.contains("first_bad") && audit["first_bad"].is_null() && events_ >= pending_,
                "the chain of " + std::to_string(events_) + " events is whole");
  }

  Result<Done> kill_and_restart_branch() {
    chapter("The branch node is killed and started again.");
    world_.kill_branch();
    TRY_DONE(world_.start_branch());
    TRY(const auto audit, world_.ctl({"audit", "verify"}));
    return need(audit["first_bad"].is_null() && audit.value("events", 0) >= events_,
                "every saved record is still there, the chain is whole");
  }

  // Asks kioskctl until `enough`; whoever asked then says what is missing.
  template <class Enough>
  Result<Done> until_told(const std::vector<std::string>& question, json& answer, Enough&& enough) {
    Result<Done> asked = Done{};
    test::wait_until([&] {
      auto told = world_.ctl(question);
      if (!told) asked = std::move(told).fault();
      if (told) answer = *std::move(told);
      return !asked || enough();
    });
    return asked;
  }

  Result<Done> centre_returns() {
    chapter("The centre comes back.");
    TRY_DONE(world_.start_centre());
    json sync;
    TRY_DONE(until_told({"sync", "now"}, sync,
                        [&] { return sync.value("pending", 1) == 0 && sync.value("pending_blobs", 0) == 0; }));
    TRY_DONE(need(sync.value("pending", 1) == 0, "everything has been sent"));
    TRY(const auto audit, world_.ctl({"audit", "verify"}));
    const int mine = audit.value("events", 0);
    TRY(const auto ledger_text, world_.centre({"events", "--json", "--branch", k_branch}));
    const auto ledger = lines_of(ledger_text);
    std::set<std::string> ids, seqs;
    int accepted = 0;
    for (const auto& e : ledger) {
      ids.insert(text_of(e, "id"));
      seqs.insert(text_of(e, "epoch") + "/" + text_of(e, "seq"));
      accepted += text_of(e, "verdict") == "accepted" || text_of(e, "verdict").empty();
    }
    TRY_DONE(need(static_cast<int>(ledger.size()) == mine && static_cast<int>(ids.size()) == mine &&
                      static_cast<int>(seqs.size()) == mine,
                  "the centre holds each of the " + std::to_string(mine) + " events exactly once"));
    TRY_DONE(need(accepted == mine, "every verdict is accepted"));
    TRY_DONE(
        need(audit.value("acknowledged_until", 0) == mine, "the centre's signed receipt reaches the newest event"));
    json claim, account;
    TRY_DONE(until_told({"claim", "show", claim_}, claim, [&] { return text_of(claim, "sync") == "accepted"; }));
    TRY_DONE(until_told({"account", "show", second_.nik}, account,
                        [&] { return !text_of(account, "usable_from").empty(); }));
    TRY_DONE(need(text_of(claim, "sync") == "accepted", "the claim's verdict came home: accepted"));
    TRY_DONE(need(!text_of(account, "usable_from").empty(),
                  "the account may be used from " + text_of(account, "usable_from")));
    TRY(const auto whole, world_.ctl({"audit", "verify"}));
    return need(whole["first_bad"].is_null(), "kioskctl audit verify: the chain is whole");
  }

  DemoWorld world_;
  bool models_;
  std::map<std::string, DemoOfficer> officers_;
  std::vector<DemoParticipant> seeded_;
  DemoParticipant first_, second_;
  std::string claim_, ticket_, chapter_ = "the preparations";
  int pending_ = 0, events_ = 0;
};

}  // namespace

std::string installed_models() {
  vision::VisionSettings settings;
  settings.models_dir = vision::default_models_dir();
  const auto vision = vision::Vision::open(settings);
  return vision && (*vision)->has_recogniser() ? settings.models_dir : std::string();
}

Result<Done> play_demo(const DemoOptions& options) {
  try {
    return Demo(options).play();
  } catch (const json::exception& e) {  // a program's answer that lacks what this story reads
    return refused("answer_unreadable", e.what());
  }
}

}  // namespace kiosk::tools
