#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

#include "programs/shared/rules_file.h"
#include "programs/shared/settings.h"

using namespace kiosk;

namespace {
std::string source_file(const std::string& name) {
  const char* root = std::getenv("KIOSK_SOURCE");
  std::ifstream in(std::string(root ? root : ".") + "/config/" + name);
  REQUIRE_MESSAGE(in.good(), "config/" << name << " must be readable; KIOSK_SOURCE names the checkout");
  return {std::istreambuf_iterator<char>(in), {}};
}
const char* const k_names[] = {"self_service_ceiling", "face_attempts", "tax_free"};
}  // namespace

TEST_CASE("rules file: config/rules.toml equals the rules built in, to the last document") {
  const auto file = programs::parse_rules(source_file("rules.toml"), "rules.toml");
  REQUIRE_MESSAGE(file.ok(), file.fault().detail);
  const auto built_in = domain::RuleBook::defaults();
  REQUIRE(file->settings.size() == built_in.settings.size());
  for (const auto& [key, dated] : built_in.settings) {
    CAPTURE(key);
    REQUIRE(file->settings.contains(key));
    CHECK(file->settings.at(key).since == dated.since);
  }
  REQUIRE(file->causes.size() == built_in.causes.size());
  for (std::size_t i = 0; i < built_in.causes.size(); ++i) {
    const auto &a = file->causes[i], &b = built_in.causes[i];
    CAPTURE(b.code);
    CHECK(a.code == b.code);
    CHECK(a.officer_only == b.officer_only);
    CHECK(a.needs_inactive == b.needs_inactive);
    CHECK(a.wait_months == b.wait_months);
    CHECK(a.min_age_years == b.min_age_years);
    CHECK(a.min_member_years == b.min_member_years);
    CHECK(a.percent == b.percent);
    CHECK(a.once == b.once);
    CHECK(a.documents == b.documents);
  }
  REQUIRE(file->tax_art17.size() == built_in.tax_art17.size());
  for (std::size_t i = 0; i < built_in.tax_art17.size(); ++i) {
    CHECK(file->tax_art17[i].up_to == built_in.tax_art17[i].up_to);
    CHECK(file->tax_art17[i].permille == built_in.tax_art17[i].permille);
  }
  for (const char* name : k_names) CHECK(file->settings.contains(name));
}

TEST_CASE("rules file: a damaged file is one fault with line and key") {
  struct Row {
    const char *text, *code, *field, *line;
  };
  for (const Row& r : {
           Row{"[face_attempts]\nalways = \n", "rules_invalid", "config", "line 2"},
           Row{"\n[face_atempts]\nalways = 3\n", "rules_key", "face_atempts", "line 2"},
           Row{"[face_attempts]\nalways = \"3\"\n", "rules_key", "face_attempts.always", "line 2"},
           Row{"[face_attempts]\nalways = 3\n2027-02-30 = 4\n", "rules_key", "face_attempts.2027-02-30", "line 3"},
           Row{"[face_attempts]\nalways = 3\n2027-02-01 = 0\n", "rules_key", "face_attempts", "line 1"},
           Row{"face_attempts = 3\n", "rules_key", "face_attempts", "line 1"},
           Row{"[[cause]]\ncode = \"X\"\nofficer = true\n", "rules_key", "cause.officer", "line 3"},
           Row{"[[cause]]\nonce = true\n", "rules_key", "cause.code", "line 1"},
           Row{"[[tax_article17]]\npermille = 50\n[[tax_article17]]\npermille = 60\n", "rules_key", "tax_article17",
               "line 3"},
       }) {
    CAPTURE(r.text);
    const auto result = programs::parse_rules(r.text, "rules.toml");
    REQUIRE_FALSE(result.ok());
    CHECK(result.fault().kind == FaultKind::BadInput);
    CHECK(result.fault().code == r.code);
    CHECK(result.fault().field == r.field);
    CHECK_MESSAGE(result.fault().detail.find(r.line) != std::string::npos, result.fault().detail);
  }
  CHECK(programs::load_rules("/nonexistent/rules.toml").fault().code == "rules_missing");
}

TEST_CASE("settings: config/kiosk.toml documents the defaults") {
  const auto file = programs::parse_settings(source_file("kiosk.toml"), "kiosk.toml");
  REQUIRE_MESSAGE(file.ok(), file.fault().detail);
  const programs::Settings d;
  CHECK(file->listen == d.listen);
  CHECK(file->branch_name == d.branch_name);
  CHECK(file->allow_key_file == d.allow_key_file);
  CHECK(file->same_terminal_approval == d.same_terminal_approval);
  CHECK(file->blocked_service == d.blocked_service);
  CHECK(file->session_length == d.session_length);
  CHECK(file->session_idle == d.session_idle);
  CHECK(file->pin_failures == d.pin_failures);
  CHECK(file->lan_listen == d.lan_listen);
  CHECK(file->lan_names == d.lan_names);
  CHECK(file->gone_after == d.gone_after);
  CHECK(file->rules_file == d.rules_file);
  CHECK(file->unsent_warn == d.unsent_warn);
  CHECK(file->unsent_escalate == d.unsent_escalate);
  CHECK(file->unsent_export == d.unsent_export);
  CHECK(file->many_events == d.many_events);
  CHECK(file->many_photos == d.many_photos);
  CHECK(file->disk_low_mb == d.disk_low_mb);
  CHECK(file->disk_reserve_mb == d.disk_reserve_mb);
  CHECK(file->models_dir == d.models_dir);
  CHECK(file->models_toml == d.models_toml);
  CHECK(file->role == d.role);
  CHECK(file->name == d.name);
  CHECK(file->language == d.language);
  CHECK(file->camera == d.camera);
  CHECK(file->printer == d.printer);
  CHECK(file->scanner == d.scanner);
  CHECK(file->idle == d.idle);
  CHECK(file->queue.target == d.queue.target);
  CHECK(file->queue.counters == d.queue.counters);
  CHECK(file->queue.rules.recycle.recalls_before_no_show == d.queue.rules.recycle.recalls_before_no_show);
  CHECK(file->queue.rules.recycle.returns == d.queue.rules.recycle.returns);
  CHECK(file->queue.wait.min_samples == d.queue.wait.min_samples);
  CHECK(file->queue.issue.check_in.early_min == d.queue.issue.check_in.early_min);
  CHECK(file->queue.issue.check_in.late_min == d.queue.issue.check_in.late_min);
  for (std::size_t i = 0; i < domain::QueueRules::classes; ++i) {
    CHECK(file->queue.rules.by_class[i].head_start_min == d.queue.rules.by_class[i].head_start_min);
    CHECK(file->queue.rules.by_class[i].call_by_min == d.queue.rules.by_class[i].call_by_min);
  }
  CHECK(file->log_level == d.log_level);
  CHECK(file->centre_metrics == d.centre_metrics);
  CHECK(file->centre_drain == d.centre_drain);
  CHECK(file->centre_person_days == d.centre_person_days);
  REQUIRE(file->centre_lanes.size() == d.centre_lanes.size());
  for (std::size_t i = 0; i < d.centre_lanes.size(); ++i) {
    const auto &a = file->centre_lanes[i], &b = d.centre_lanes[i];
    CAPTURE(b.name);
    CHECK(source_file("kiosk.toml").find("[centre." + b.name + "]") != std::string::npos);
    CHECK(a.at_work == b.at_work);
    CHECK(a.inside == b.inside);
    CHECK(a.per_second == b.per_second);
    CHECK(a.burst == b.burst);
    CHECK(a.patience == b.patience);
  }
}

TEST_CASE("settings: a damaged file is one fault with line and key, and nothing of it is used") {
  struct Row {
    const char *text, *code, *field, *line;
  };
  for (const Row& r : {
           Row{"[node\nlisten = 1", "settings_invalid", "config", "line 1"},
           Row{"[node]\n\nlissten = \"x\"", "settings_key", "node.lissten", "line 3"},
           Row{"[node]\nlisten = 8080", "settings_key", "node.listen", "line 2"},
           Row{"[node]\npin_failures = 0", "settings_key", "node.pin_failures", "line 2"},
           Row{"[terminal]\nrole = \"king\"", "settings_key", "terminal.role", "line 2"},
           Row{"[sync]\nalert_warn_h = 60", "settings_key", "sync.alert_escalate_h", ""},
           Row{"[sync]\nproxy = \"proxy:3128\"", "settings_key", "sync.proxy", "http://HOST:PORT"},
           Row{"[sync]\nproxy = \"http://proxy\"", "settings_key", "sync.proxy", "http://HOST:PORT"},
           Row{"[sync]\nproxy = \"http://proxy:70000\"", "settings_key", "sync.proxy", "65535"},
           Row{"[sync]\nproxy = \"http://name:secret@proxy:3128\"", "settings_key", "sync.proxy", "password"},
           Row{"[terminals]\nrole = \"kiosk\"", "settings_key", "terminals", "line 1"},
           Row{"[centre.push]\nat_work = 0", "settings_key", "centre.push.at_work", "line 2"},
           Row{"[centre.pull]\nat_work = 1", "settings_key", "centre.pull", "line 1"},
           Row{"node = 3", "settings_key", "node", "line 1"},
           Row{"[faces]\nmodels_dir = \"\xff\"", "settings_invalid", "config", "line 2"},
       }) {
    CAPTURE(r.text);
    const auto result = programs::parse_settings(r.text, "kiosk.toml");
    REQUIRE_FALSE(result.ok());
    CHECK(result.fault().kind == FaultKind::BadInput);
    CHECK(result.fault().code == r.code);
    CHECK(result.fault().field == r.field);
    CHECK_MESSAGE(result.fault().detail.find(r.line) != std::string::npos, result.fault().detail);
  }
  CHECK(programs::load_settings("/nonexistent/kiosk.toml", "").fault().code == "settings_missing");
  CHECK(programs::load_settings("", "/nonexistent").ok());
}

TEST_CASE("settings: a proxy is a host and a port") {
  for (const char* good : {"http://proxy.example:3128", "http://10.1.2.3:8080", "http://[::1]:3128"}) {
    const auto s = programs::parse_settings("[sync]\nproxy = \"" + std::string(good) + "\"\n", "k.toml");
    REQUIRE_MESSAGE(s.ok(), s.fault().detail);
    CHECK(s->proxy == good);
  }
}

TEST_CASE("settings: the queue of a branch is read whole") {
  const auto s = programs::parse_settings(
      "[queue]\ntarget_min = 20\ncounters = 9\nrecalls_before_no_show = 2\n"
      "[queue.class.elderly]\nhead_start_min = 40\n"
      "[queue.hours]\nmonday = [\"08:00-12:00\", \"13:00-15:30\"]\n2027-03-11 = []\n"
      "[queue.service.JHT]\nquota = 80\ntarget_min = 30\nfull_from = 25\nper_slot = 3\n"
      "[queue.counter]\n1 = [\"JHT\", \"ISO:2\"]\n",
      "k.toml");
  REQUIRE_MESSAGE(s.ok(), s.fault().detail);
  const auto& q = s->queue;
  CHECK(q.target == Seconds{20 * 60});
  CHECK(q.counters == 9);
  CHECK(q.rules.recycle.recalls_before_no_show == 2);
  CHECK(q.rules.of(domain::Priority::Elderly).head_start_min == 40);
  CHECK(q.rules.of(domain::Priority::Elderly).call_by_min == 100);
  REQUIRE(q.issue.hours.week[0].size() == 2);
  CHECK(q.issue.hours.week[0][1].to_min == 930);
  CHECK(q.issue.hours.week[1].empty());
  CHECK(q.issue.hours.special.at(*Date::of(2027, 3, 11)).empty());
  CHECK(q.issue.quota.at("JHT") == 80);
  CHECK(q.targets.at("JHT") == Seconds{30 * 60});
  CHECK(q.issue.slots.at("JHT").full_from == 25);
  CHECK(q.issue.slots.at("JHT").per_slot == 3);
  REQUIRE(q.profile("1").serves.size() == 2);
  CHECK(q.profile("1").serves[1].rank == 2);
  CHECK(q.profile("2").serves.empty());
}

TEST_CASE("settings: a rule of the queue that cannot hold is refused with its name") {
  struct Row {
    const char *text, *field;
  };
  for (const auto& r : {
           Row{"[queue]\nreturns = 21\n", "queue.returns"},
           Row{"[queue]\ntarget = 15\n", "queue.target"},
           Row{"[queue]\ncounters = 0\n", "queue.counters"},
           Row{"[queue]\ncounters = 41\n", "queue.counters"},
           Row{"[queue.class.king]\nhead_start_min = 1\n", "queue.class.king"},
           Row{"[queue.class.normal]\ncall_by_min = 0\n", "queue.class.normal.call_by_min"},
           Row{"[queue.hours]\nfunday = []\n", "queue.hours.funday"},
           Row{"[queue.hours]\nmonday = [\"8-12\"]\n", "queue.hours.monday"},
           Row{"[queue.hours]\nmonday = \"08:00-12:00\"\n", "queue.hours.monday"},
           Row{"[queue.hours]\nmonday = [\"12:00-08:00\"]\n", "queue.hours.1"},
           Row{"[queue.service.JHT]\nquota = -1\n", "queue.service.JHT.quota"},
           Row{"[queue.service.JHT]\nfull_from = 5\nslot_min = 2\n", "queue.service.JHT.slot_min"},
           Row{"[queue.service.JHT]\nslot_min = 30\n", "queue.service.JHT.slot_min"},
           Row{"[queue.counter]\n1 = [\"JHT\", \"JHT\"]\n", "queue.counter.1"},
           Row{"[queue.counter]\n1 = [\"JHT:x\"]\n", "queue.counter.1"},
           Row{"[queue.counter]\n1 = \"JHT\"\n", "queue.counter.1"},
       }) {
    CAPTURE(r.text);
    const auto s = programs::parse_settings(r.text, "k.toml");
    REQUIRE_FALSE(s.ok());
    CHECK(s.fault().code == "settings_key");
    CHECK(s.fault().field == r.field);
    CHECK(s.fault().detail.find("k.toml line ") != std::string::npos);
  }
}
