// kioskctl enrol, sync, audit, store, officer, doctor: what keeps a branch running.
#include <sys/stat.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "drivers/camera/open.h"
#include "drivers/printer/open.h"
#include "node/branch/recovery/mend.h"
#include "node/store/patrol.h"
#include "programs/kioskctl/ctl.h"
#include "programs/kioskctl/node.h"
#include "programs/kioskctl/say_sync.h"
#include "programs/shared/face_judge.h"
#include "terminal/vision/vision.h"

namespace kiosk::programs {
namespace {
struct Asked {
  std::string central, code, task, reason;
};

Result<Done> enrol(Ctl& ctl, const Asked& asked) {
  TRY(auto* node, ctl.branch(true));
  TRY(const auto actor, ctl.actor());
  TRY(const auto e, node->ask(actor, verbs::Enrol{asked.central, asked.code}));
  ctl.print({{"branch", e.branch}, {"node", e.node}, {"certificate_until", to_rfc3339(e.certificate_until)}});
  return Done{};
}

Json missing_json(const std::vector<verbs::Missing>& missing) {
  Json rows = Json::array();
  for (const auto& m : missing)
    rows.push_back({{"epoch", m.epoch}, {"from", m.from}, {"to", m.to ? Json(*m.to) : Json(nullptr)}});
  return rows;
}

Json sync_json(const verbs::SyncStatus& s) {
  Json copies = Json::array();
  for (const auto& c : s.copies)
    copies.push_back({{"where", c.where},
                      {"state", c.state},
                      {"why", c.why},
                      {"events", c.events},
                      {"blobs", c.blobs},
                      {"copied_until", when(c.copied_until)}});
  return {{"pending", s.pending},
          {"pending_blobs", s.pending_blobs},
          {"oldest_unsent_s", s.oldest_unsent_s ? Json(*s.oldest_unsent_s) : Json(nullptr)},
          {"last_success", when(s.last_success)},
          {"state", s.state},
          {"why", s.why},
          {"why_detail", s.why_detail},
          {"skew_ms", s.skew_ms},
          {"alert", s.alert},
          {"next_try", when(s.next_try)},
          {"officers_as_of", when(s.officers_as_of)},
          {"rules_as_of", when(s.rules_as_of)},
          {"copies", std::move(copies)},
          {"missing", missing_json(s.missing)},
          {"certificate_until", when(s.certificate_until)},
          {"certificate", s.certificate},
          {"disk", s.disk},
          {"disk_free_mb", s.disk_free_mb ? Json(*s.disk_free_mb) : Json(nullptr)}};
}

// One object for machines; for people the same in words.
void say(Ctl& ctl, verbs::Branch& node, const verbs::Actor& actor, const verbs::SyncStatus& s) {
  const auto* words = ctl.words();
  if (ctl.json || !words) return ctl.print(sync_json(s));
  const auto info = node.ask(actor, verbs::GetInfo{});
  const WallTime now = info ? info->now : ctl.clock().now();
  const auto summary =
      sync_summary(s, now, (info ? Zone::told(info->zone, info->utc_offset_min) : Zone()).offset(now), *words);
  std::fputs(summary.c_str(), stdout);
}

Result<Done> sync_status(Ctl& ctl, const Asked&) {
  TRY(auto* node, ctl.branch());
  TRY(const auto actor, ctl.actor());
  TRY(const auto s, node->ask(actor, verbs::GetSyncStatus{}));
  say(ctl, *node, actor, s);
  return Done{};
}

Result<Done> sync_now(Ctl& ctl, const Asked&) {
  TRY(auto* node, ctl.branch(true));
  TRY(const auto actor, ctl.actor());
  TRY(const auto s, node->ask(actor, verbs::SyncNow{}));
  say(ctl, *node, actor, s);
  return Done{};
}

Result<Done> hold(Ctl& ctl, bool hold) {
  TRY(auto* node, ctl.branch(true));
  TRY(const auto actor, ctl.actor());
  TRY(const auto s, node->ask(actor, verbs::HoldSync{hold}));
  say(ctl, *node, actor, s);
  return Done{};
}
Result<Done> sync_hold(Ctl& ctl, const Asked&) { return hold(ctl, true); }
Result<Done> sync_resume(Ctl& ctl, const Asked&) { return hold(ctl, false); }

Result<verbs::AuditVerdict> audited(Ctl& ctl) {
  TRY(auto* node, ctl.branch());
  TRY(const auto actor, ctl.actor());
  TRY(const auto a, node->ask(actor, verbs::VerifyAudit{}));
  if (a.first_bad) {
    ctl.on_fail({{"events", a.events},
                 {"first_bad", *a.first_bad},
                 {"epoch", a.bad_epoch},
                 {"acknowledged_until", a.acknowledged_until}});
    return damaged("chain_broken",
                   "the event with number " + std::to_string(*a.first_bad) + " is changed, missing or swapped");
  }
  return a;
}

Result<Done> audit_verify(Ctl& ctl, const Asked&) {
  TRY(const auto a, audited(ctl));
  ctl.print({{"events", a.events},
             {"first_bad", nullptr},
             {"acknowledged_until", a.acknowledged_until},
             {"missing", missing_json(a.missing)}});
  return Done{};
}

Json findings_json(const std::vector<verbs::DamagedBlob>& blobs) {
  Json out = Json::array();
  for (const auto& b : blobs)
    out.push_back({{"code", "document_damaged"},
                   {"claim", b.claim.is_nil() ? Json(nullptr) : Json(b.claim.str())},
                   {"document", b.kind},
                   {"blob", b.blob}});
  return out;
}

Result<Done> store_check(Ctl& ctl, const Asked&) {
  std::string by = "node";
  if (!ctl.branch_url.empty() || ctl.node_runs()) {
    TRY_DONE(audited(ctl));  // the node holds the file; it checks its own chain
  } else {
    by = "file";
    // Data that are gone from a home in use are a finding, not an empty home.
    if (access((ctl.home + "/branch.db").c_str(), F_OK) != 0 && access((ctl.home + "/branch.mark").c_str(), F_OK) != 0)
      return bad_input("home_empty", "home", "nothing is stored in " + ctl.home);
    TRY(auto own, OwnNode::open(ctl.home, ctl.settings()));
    TRY(const auto actor, ctl.actor());
    // Gives up what rotted before it was sent, and makes its task; what else is wrong the check says by name.
    [[maybe_unused]] const auto audit = own->branch().ask(actor, verbs::VerifyAudit{});
    TRY_DONE(own->check());
  }
  TRY(const auto a, audited(ctl));
  Json out{{"events", a.events},
           {"acknowledged_until", a.acknowledged_until},
           {"checked", by},
           {"missing", missing_json(a.missing)},
           {"findings", findings_json(a.damaged)}};
  if (const auto mended = branch::noted_mended(ctl.home); !mended.empty()) out["mended"] = mended;
  if (!a.damaged.empty()) {
    ctl.on_fail(std::move(out));
    return damaged("document_damaged", std::to_string(a.damaged.size()) +
                                           " documents or photos were damaged before the centre had them; an officer "
                                           "has a task to scan each again");
  }
  ctl.print(std::move(out));
  return Done{};
}

Result<Done> officers(Ctl& ctl, const Asked&) {
  TRY(auto* node, ctl.branch());
  TRY(const auto actor, ctl.actor());
  TRY(const auto list, node->ask(actor, verbs::ListOfficers{}));
  TRY(const auto sync, node->ask(actor, verbs::GetSyncStatus{}));
  for (const auto& o : list)
    ctl.row({{"number", o.number},
             {"name", o.name},
             {"role", o.role},
             {"rights", o.rights},
             {"valid_until", o.valid_until ? Json(o.valid_until->iso()) : Json(nullptr)},
             {"locked", o.locked},
             {"as_of", when(sync.officers_as_of)}});
  return Done{};
}

// ---- doctor: one finding a line; red needs a person, yellow is worth knowing ----
enum class Level { Green, Yellow, Red };

class Findings {
 public:
  void add(Level level, std::string code, std::string detail) {
    const char* name = level == Level::Green ? "green" : level == Level::Yellow ? "yellow" : "red";
    reds_ += level == Level::Red;
    yellows_ += level == Level::Yellow;
    list_.push_back({{"level", name}, {"code", std::move(code)}, {"detail", std::move(detail)}});
  }
  Json json() const { return {{"red", reds_}, {"yellow", yellows_}, {"findings", list_}}; }

 private:
  int reds_ = 0, yellows_ = 0;
  Json list_ = Json::array();
};

void examine_home(Ctl& ctl, Findings& out) {
  struct stat st {};
  if (stat(ctl.home.c_str(), &st) != 0)
    return out.add(Level::Red, "home_missing", ctl.home + " is not there; start kiosk-branch");
  if ((st.st_mode & 0077) != 0)
    out.add(Level::Yellow, "home_open", ctl.home + " may be read by other users of this machine; chmod 700 closes it");
  else
    out.add(Level::Green, "home", ctl.home);
  const char* credentials = std::getenv("CREDENTIALS_DIRECTORY");
  const auto keys = ctl.home + "/keys";
  if (credentials && access((std::string(credentials) + "/kiosk-keys").c_str(), R_OK) == 0)
    out.add(Level::Green, "keys_credentials", "keys come from the system's credentials");
  else if (stat(keys.c_str(), &st) == 0)
    out.add(
        Level::Red, "keys_in_file",
        keys +
            " lies beside the data it protects; give the keys as systemd credentials and set allow_key_file = false");
  else
    out.add(Level::Yellow, "keys_missing", "no keys yet; the first start of kiosk-branch makes them");
}

void examine_certificate(const verbs::SyncStatus& s, Findings& out) {
  const std::string ends = "this node's certificate ends on " + to_rfc3339(*s.certificate_until);
  const std::string again = "; the centre lets it in again with a new code (kiosk-central code, then kioskctl enrol)";
  // The centre that answers is not the one of the enrolment: its own certificate is of another authority or name.
  if (s.why == "tls_unknown_ca" || s.why == "tls_wrong_name")
    out.add(Level::Red, "wrong_centre",
            "whoever answers at the centre's address is not the centre of this enrolment (" + s.why_detail + ")");
  if (s.certificate == "certificate_expired")
    out.add(Level::Red, s.certificate, ends + again);
  else if (s.certificate == "certificate_not_yet")
    out.add(Level::Red, s.certificate, "this node's certificate is not valid yet: this machine's clock is behind");
  else if (s.certificate == "certificate_foreign")
    out.add(Level::Red, s.certificate, "this node's certificate is not of the centre it is enrolled at" + again);
  else if (!s.certificate.empty())
    out.add(Level::Red, s.certificate, ends + "; it should have been renewed long ago, see what sync says");
  else
    out.add(Level::Green, "certificate", ends);
}

void examine_sync(const verbs::SyncStatus& s, Findings& out) {
  constexpr std::int64_t hour_s = 3600;
  out.add(s.state == "paused" || s.state == "not_enrolled" ? Level::Red
          : !s.why.empty()                                 ? Level::Yellow
                                                           : Level::Green,
          "sync",
          std::to_string(s.pending) + " events and " + std::to_string(s.pending_blobs) + " photos unsent, state " +
              s.state + (s.why.empty() ? "" : ", because " + s.why));
  if (!s.alert.empty())
    out.add(s.alert == "warn" ? Level::Yellow : Level::Red, "unsent_" + s.alert,
            "the oldest unsent record waits " + std::to_string(s.oldest_unsent_s.value_or(0) / hour_s) + " hours" +
                (s.alert == "export" ? "; carry the records to the centre: kioskctl sync export FILE" : ""));
  const auto free = s.disk_free_mb ? std::to_string(*s.disk_free_mb) + " MB free on the home's disk" : "";
  if (s.disk == "low") out.add(Level::Red, "disk_low", free + "; new photos and documents are refused");
  if (s.disk == "full") out.add(Level::Red, "disk_full", free + "; the reserve for tickets is in use");
  if (s.disk.empty() && s.disk_free_mb) out.add(Level::Green, "disk", free);
  if (std::abs(s.skew_ms) > 60'000)
    out.add(std::abs(s.skew_ms) > 15 * 60'000 ? Level::Red : Level::Yellow, "clock",
            "this clock differs from the centre's by " + std::to_string(s.skew_ms / 1000) + " s");
  if (s.clock == "jumped")
    out.add(
        Level::Red, "clock_wrong",
        "this clock was set and does not go with the centre or the steady clock; it is not followed: put it right, or "
        "restart the computer when it is right");
  if (s.clock == "unheard")
    out.add(Level::Yellow, "clock_unheard",
            "this clock is not confirmed since the computer started; ticket numbers go on until the centre is heard");
  if (!s.certificate_until) return;
  examine_certificate(s, out);
}

// What is stored, as far as a look from outside tells: what the node's own patrol has found, or why no node could
// start.
void examine_store(Ctl& ctl, Findings& out) {
  if (const auto noted = store::noted_damage(ctl.home); !noted.empty())
    out.add(Level::Red, "store_damaged",
            noted +
                "; at the next start of kiosk-branch it is made again from node.second_copy, or use kioskctl store "
                "restore");
  if (const auto mended = branch::noted_mended(ctl.home); !mended.empty())
    out.add(Level::Yellow, "store_mended",
            "the data were made again at " + mended + "; look at the disk, and remove HOME/mended when that is done");
  if (ctl.node_runs()) return;
  const bool used =
      access((ctl.home + "/branch.db").c_str(), F_OK) == 0 || access((ctl.home + "/branch.mark").c_str(), F_OK) == 0;
  if (!used) return;
  if (auto own = OwnNode::open(ctl.home, ctl.settings()); !own && own.fault().kind == FaultKind::Damaged)
    out.add(Level::Red, own.fault().code, own.fault().detail);
}

void examine_node(Ctl& ctl, Findings& out) {
  if (!ctl.node_runs()) return out.add(Level::Red, "node_away", "no branch node runs on " + ctl.home);
  auto node = ctl.branch();
  const verbs::Actor actor{.terminal = "ctl", .session = {}};
  const auto info = node ? (*node)->ask(actor, verbs::GetInfo{}) : Result<verbs::NodeInfo>(node.fault());
  if (!info) return out.add(Level::Red, info.fault().code, info.fault().detail);
  out.add(Level::Green, "node_running", "node " + info->node + " version " + info->version);
  if (info->enrolled)
    out.add(Level::Green, "enrolled", "branch " + info->branch);
  else
    out.add(Level::Red, "not_enrolled", "kioskctl enrol --central URL --code CODE connects the branch with its centre");
  if (info->face_judge)
    out.add(Level::Green, "recogniser", info->face_profile);
  else
    out.add(Level::Yellow, "no_recogniser", "the node compares no faces; an officer does (config/fetch-models)");
  const auto sync = (*node)->ask(actor, verbs::GetSyncStatus{});
  if (!sync) return out.add(Level::Red, sync.fault().code, sync.fault().detail);
  examine_sync(*sync, out);
  if (sync->copies.empty())
    out.add(
        Level::Yellow, "no_second_copy",
        "unsent records are on this disk only; node.second_copy names another, terminal.second_copy one of a terminal");
  for (const auto& c : sync->copies)
    out.add(c.state == "failed" ? Level::Red : Level::Green, "second_copy",
            c.where + ": " + c.state + (c.why.empty() ? "" : ", because " + c.why));
  for (const auto& m : sync->missing)
    out.add(Level::Yellow, "records_missing",
            "epoch " + m.epoch + ", from " + std::to_string(m.from) + " to " +
                (m.to ? std::to_string(*m.to) : std::string("an unknown number")));
}

void examine_faces(Ctl& ctl, Findings& out) {
  auto how = load_vision_settings(ctl.settings().models_toml, ctl.settings().models_dir);
  if (!how) return out.add(Level::Red, how.fault().code, how.fault().detail);
  const auto v = vision::Vision::open(*how);
  if (!v) return out.add(Level::Red, v.fault().code, v.fault().field + ": " + v.fault().detail);
  out.add(Level::Green, "detector", (*v)->detector());
  if ((*v)->has_recogniser())
    out.add(Level::Green, "model", (*v)->profile());
  else
    out.add(Level::Yellow, "no_model", "no recogniser in " + ctl.settings().models_dir + "; an officer compares faces");
}

std::string reasons_of(const drivers::Reasons& reasons) {
  std::string text;
  for (const auto r : reasons) text += (text.empty() ? "" : ", ") + std::string(drivers::code(r));
  return text;
}

// What nobody can know of a printer at this kind of wire.
std::string unknown_of(const std::string& printer) {
  if (!printer.starts_with("usb:")) return {};
  return "; how much of a page it took is not known there (bytes wait in the kernel): a page is printed when the "
         "printer "
         "says so, and one that did not end is failed as a whole";
}

void examine_devices(Ctl& ctl, Findings& out) {
  const auto& s = ctl.settings();
  if (s.camera.empty()) {
    out.add(Level::Yellow, "no_camera", "the settings name no camera (terminal.camera)");
  } else if (auto camera = drivers::open_camera(s.camera); !camera) {
    out.add(Level::Red, camera.fault().code, camera.fault().detail);
  } else if (auto frame = (*camera)->next_frame(Millis{3000}); !frame) {
    out.add(Level::Red, frame.fault().code, s.camera + ": " + frame.fault().detail);
  } else {
    out.add(Level::Green, "camera", s.camera);
  }
  if (s.printer.empty()) {
    out.add(Level::Yellow, "no_printer", "the settings name no printer (terminal.printer)");
  } else if (auto printer = drivers::open_printer(s.printer); !printer) {
    out.add(Level::Red, printer.fault().code, printer.fault().detail);
  } else {
    const auto reasons = (*printer)->status();
    if (reasons.empty() && !(*printer)->last().speaks)
      out.add(Level::Yellow, "printer_has_no_status",
              s.printer + ": it never answers; the kiosk cannot know whether paper came out and asks the person" +
                  unknown_of(s.printer));
    else
      out.add(reasons.empty() ? Level::Green : Level::Red, "printer",
              s.printer + (reasons.empty() ? "" : ": " + reasons_of(reasons)) + unknown_of(s.printer));
  }
}

Result<Done> tasks(Ctl& ctl, const Asked&) {
  TRY(const auto actor, ctl.officer_actor());
  TRY(auto* node, ctl.branch());
  TRY(const auto list, node->ask(actor, verbs::ListTasks{}));
  for (const auto& t : list)
    ctl.row({{"id", t.id.str()},
             {"kind", t.kind},
             {"subject", t.subject},
             {"person", t.person_masked},
             {"reason", t.reason.empty() ? Json(nullptr) : Json(t.reason)},
             {"at", when(t.at)}});
  return Done{};
}

Result<Done> finish_task(Ctl& ctl, const Asked& asked) {
  TRY(const Uuid id, Uuid::parse(asked.task, "id"));
  TRY(const auto actor, ctl.officer_actor());
  TRY(auto* node, ctl.branch());
  TRY(const auto task, node->ask(actor, verbs::FinishTask{id, asked.reason}));
  ctl.print({{"id", id.str()},
             {"kind", task.kind},
             {"done", task.done},
             {"reason", task.finished_reason.empty() ? Json(nullptr) : Json(task.finished_reason)},
             {"officer", task.finished_by.empty() ? Json(nullptr) : Json(task.finished_by)}});
  return Done{};
}

Result<Done> doctor(Ctl& ctl, const Asked&) {
  Findings findings;
  findings.add(Level::Green, "settings", ctl.settings().file.empty() ? "defaults" : ctl.settings().file);
  if (!ctl.settings().proxy.empty())
    findings.add(Level::Green, "proxy", "the centre is reached by the proxy " + ctl.settings().proxy);
  examine_home(ctl, findings);
  examine_store(ctl, findings);
  examine_node(ctl, findings);
  examine_faces(ctl, findings);
  examine_devices(ctl, findings);
  ctl.print(findings.json());
  return Done{};
}
}  // namespace

void add_operation_commands(CLI::App& app, Ctl& ctl) {
  auto asked = std::make_shared<Asked>();
  using Command = Result<Done> (*)(Ctl&, const Asked&);
  const auto add = [&](CLI::App* parent, const char* name, const char* help, Command command) {
    auto* sub = parent->add_subcommand(name, help);
    sub->callback([&ctl, asked, command] { ctl.act = [asked, command](Ctl& c) { return command(c, *asked); }; });
    return sub;
  };
  const auto group = [&](const char* name, const char* help) {
    auto* sub = app.add_subcommand(name, help);
    sub->require_subcommand(1);
    return sub;
  };
  auto* e = add(&app, "enrol", "Connects this branch with its centre by a one-time code", enrol);
  e->footer("Example:\n  kioskctl enrol --central https://centre.example:8443 --code JKT01-7K2QD-... --home DIR");
  e->add_option("--central", asked->central, "URL of the centre")->required();
  e->add_option("--code", asked->code, "One-time code from kiosk-central code")->required();
  auto* sync = group("sync", "What the centre has and what waits");
  add(sync, "status", "Unsent records, their age, and why", sync_status);
  add(sync, "now", "Try now; waits up to 10 s", sync_now);
  add(sync, "hold", "Pauses sending and fetching until resumed, over restarts too", sync_hold);
  add(sync, "resume", "Ends the pause", sync_resume);
  auto* audit = group("audit", "The chain of events");
  add(audit, "verify", "Finds one changed, missing or swapped event", audit_verify);
  auto* store = group("store", "The stored data");
  add(store, "check", "Integrity of the file and of the chain", store_check);
  auto* officer = group("officer", "Officers of this branch");
  add(officer, "list", "Who may act, with which rights", officers);
  auto* task = group("task", "An officer's work list");
  add(task, "list", "Open tasks, oldest first; needs --officer", tasks);
  auto* finish = add(task, "finish", "Done: a task that no other act ends; needs --officer", finish_task);
  finish->add_option("id", asked->task, "The task's id; of a finished one it says who finished it, and why")
      ->required();
  finish->add_option("--reason", asked->reason, "What was done, in your words; kept sealed with the record");
  finish->footer("Example:\n  KIOSK_PIN=... kioskctl task finish 0198c0de-0000-7000-8000-000000000001 --officer 1001");
  add(&app, "doctor", "Examines keys, node, enrolment, models, camera and printer", doctor)
      ->footer("Example:\n  kioskctl doctor --home DIR --json");
}

}  // namespace kiosk::programs
