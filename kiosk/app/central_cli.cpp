#include "app/central_cli.h"

#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <fstream>
#include <functional>
#include <iostream>
#include <nlohmann/json.hpp>

#include "app/face_judge.h"
#include "app/local_time.h"
#include "app/say_fault.h"
#include "app/settings.h"
#include "base/log.h"
#include "central/centre.h"
#include "central/import.h"
#include "central/service.h"

#ifndef KIOSK_VERSION
#define KIOSK_VERSION "0.1.0"
#endif

namespace kiosk::app {
namespace {

using Json = nlohmann::ordered_json;

struct Options {
  std::string home, config, store, listen, port_file, metrics, branch, nik, field, service, at, number, claim, stage,
      node, photo, models, key, value, from, until, text, text_en, id, file, receipt;
  std::vector<std::string> names;
  bool json = false;
  int participants = 200;
  std::uint64_t seed = 1;
  Settings settings;
};

void print(const Json& j) {
  const std::string line = j.dump(-1, ' ', false, Json::error_handler_t::replace);
  std::fwrite(line.data(), 1, line.size(), stdout);
  std::fputc('\n', stdout);
}

Json when(const std::optional<WallTime>& t) { return t ? Json(to_rfc3339(*t)) : Json(nullptr); }

Result<domain::PersonId> person_of(const std::string& text) {
  if (text.starts_with("passport:")) return domain::PersonId::from_key(text);
  TRY(auto nik, domain::Nik::parse(text));
  return domain::PersonId(std::move(nik));
}

class Program {
 public:
  explicit Program(Options& o) : o_(o) {}

  Result<Done> run() {
    TRY_DONE(open(true, true));
    central::Service::Options so;
    so.listen = o_.listen;
    so.names = o_.names;
    so.metrics = o_.metrics.empty() ? o_.settings.centre_metrics : o_.metrics;
    so.lanes = o_.settings.centre_lanes;
    allow_many_files();
    // Signals are taken here alone; threads that start from now on inherit the mask.
    sigset_t ends;
    sigemptyset(&ends);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGINT);
    pthread_sigmask(SIG_BLOCK, &ends, nullptr);
    signal(SIGPIPE, SIG_IGN);
    central::Service service(*centre_, so);
    TRY(const int port, service.start());
    if (!o_.port_file.empty()) TRY_DONE(write_port(port));
    if (o_.json) {
      Json j{{"ok", true}, {"port", port}};
      if (service.metrics_port() > 0) j["metrics_port"] = service.metrics_port();
      print(j);
      std::fflush(stdout);
    }
    log::info("the centre listens", {{"port", port}, {"metrics_port", service.metrics_port()}});
    int got = 0;
    sigwait(&ends, &got);
    log::info("ending", {{"signal", got}});
    alarm(2);  // what is committed is safe; a dead disk must not hold the end
    service.drain(o_.settings.centre_drain, Millis{1'300});
    service.stop();
    return Done{};
  }

  Result<Done> code() {
    TRY_DONE(open(false, true));
    TRY(const std::string code, centre_->make_code(o_.branch));
    if (o_.json) {
      print({{"ok", true}, {"branch", o_.branch}, {"code", code}});
    } else {
      std::printf("One-time code for branch %s, valid for 7 days:\n%s\n", o_.branch.c_str(), code.c_str());
    }
    return Done{};
  }

  Result<Done> seed() {
    TRY_DONE(open(false, true));
    TRY(const auto seeded, centre_->seed({o_.participants, o_.seed, o_.branch}));
    if (!o_.json) {
      std::printf("%zu participants, %zu services, %zu officers:\n", seeded.participants.size(), seeded.services.size(),
                  seeded.officers.size());
      for (const auto& o : seeded.officers)
        std::printf("  %s  %-4s  %s  PIN %s\n", o.number.c_str(), o.role.c_str(), o.name.c_str(), o.pin.c_str());
      return Done{};
    }
    for (const auto& s : seeded.services)
      print({{"kind", "service"}, {"code", s.code}, {"name", s.name}, {"letter", s.letter}, {"open", s.open}});
    for (const auto& o : seeded.officers)
      print({{"kind", "officer"}, {"number", o.number}, {"role", o.role}, {"name", o.name}, {"pin", o.pin}});
    for (const auto& p : seeded.participants) {
      Json kpjs = Json::array();
      for (const auto& m : p.memberships) kpjs.push_back(m.kpj.digits());
      print({{"kind", "participant"},
             {"nik", p.id.nik() ? p.id.nik()->digits() : p.id.key()},
             {"kpj", kpjs.empty() ? Json("") : kpjs.back()},
             {"kpjs", kpjs},
             {"name", p.name},
             {"birth", p.birth.iso()},
             {"mother", p.mother},
             {"sex", std::string(domain::code(p.sex))},
             {"status", std::string(domain::code(p.memberships.back().status))},
             {"data_current", p.data_current},
             {"balance", p.balance().value}});
    }
    return Done{};
  }

  Result<Done> events() {
    TRY_DONE(open(false, false));
    return centre_->each_event(o_.branch, [&](const central::LedgerRow& r) {
      if (o_.json) {
        print({{"id", r.id},
               {"branch", r.branch},
               {"node", r.node},
               {"epoch", r.epoch},
               {"seq", r.seq},
               {"kind", r.kind},
               {"at", to_rfc3339(r.at)},
               {"received_at", to_rfc3339(r.received_at)},
               {"verdict", r.verdict},
               {"reason", r.reason}});
      } else {
        std::printf("%s  %s  %6lld  %-24s %s %s\n", to_rfc3339(r.at).c_str(), r.branch.c_str(),
                    static_cast<long long>(r.seq), r.kind.c_str(), r.verdict.c_str(), r.reason.c_str());
      }
    });
  }

  Result<Done> participant() {
    TRY_DONE(open(false, false));
    TRY(const auto id, person_of(o_.nik));
    TRY(const auto p, centre_->participant(id));
    Json j = Json::parse(protocol::encode(p), nullptr, false);
    j["ok"] = true;
    const auto usable = p.account.usable_from;
    j["account"]["usable_from"] = when(usable);
    j["account"]["blocked_at"] = when(p.account.blocked_at);
    j["has_reference"] = p.reference.has_value();
    j.erase("reference");  // a template is nothing to print
    j.erase("expires_ms");
    if (o_.json) {
      print(j);
    } else {
      std::printf("%s\n", j.dump(2, ' ', false, Json::error_handler_t::replace).c_str());
    }
    return Done{};
  }

  Result<Done> block(bool yes) {
    TRY_DONE(open(false, false));
    TRY(const auto id, person_of(o_.nik));
    TRY(const auto account, yes ? centre_->block(id) : centre_->unblock(id));
    return said({{"ok", true}, {"state", std::string(domain::code(account.state))}});
  }

  Result<Done> advance() {
    TRY_DONE(open(false, false));
    const auto stage = domain::from_code<domain::Stage>(o_.stage);
    if (!stage) return bad_input("stage_unknown", "stage", "agenda, penetapan, persetujuan, pembayaran or selesai");
    TRY(const auto now, centre_->advance(o_.claim, *stage));
    return said({{"ok", true}, {"claim", o_.claim}, {"stage", std::string(domain::code(now))}});
  }

  Result<Done> correct() {
    TRY_DONE(open(false, false));
    TRY(const auto id, person_of(o_.nik));
    TRY(const bool changed, centre_->correct(id, o_.field, o_.value));
    return said({{"ok", true}, {"field", o_.field}, {"changed", changed}});  // neither value is printed
  }

  Result<Done> appointment() {
    TRY_DONE(open(false, false));
    TRY(const auto id, person_of(o_.nik));
    TRY(const WallTime at, local_time(o_.at, "at"));
    TRY(const auto made, centre_->appoint(id, o_.branch, o_.service, at));
    return said({{"ok", true}, {"id", made.id}, {"service", made.service}, {"at", to_rfc3339(from_ms(made.at_ms))}});
  }

  Result<Done> end_officer() {
    TRY_DONE(open(false, false));
    TRY_DONE(centre_->end_officer(o_.branch, o_.number));
    return said({{"ok", true}, {"branch", o_.branch}, {"number", o_.number}, {"ended", true}});
  }

  Result<Done> add_notice() {
    TRY_DONE(open(false, false));
    protocol::FeedNotice asked{{}, o_.text, o_.text_en, 0, 0};
    if (!o_.from.empty()) {
      TRY(const WallTime from, local_time(o_.from, "from"));
      asked.from_ms = to_ms(from);
    }
    TRY(const WallTime until, local_time(o_.until, "until"));
    asked.until_ms = to_ms(until);
    TRY(const auto made, centre_->add_notice(o_.branch, asked));
    Json j{{"ok", true}};
    j.update(json_of(o_.branch, made));
    return said(j);
  }

  Result<Done> list_notices() {
    TRY_DONE(open(false, false));
    TRY(const auto all, centre_->notices(o_.branch));
    for (const auto& n : all) row(json_of(n.branch, n.notice));
    return Done{};
  }

  Result<Done> remove_notice() {
    TRY(const Uuid id, Uuid::parse(o_.id, "id"));
    TRY_DONE(open(false, false));
    TRY_DONE(centre_->remove_notice(id));
    return said({{"ok", true}, {"id", o_.id}, {"removed", true}});
  }

  Result<Done> erasures() {
    TRY_DONE(open(false, false));
    TRY(const auto all, centre_->erasures());
    for (const auto& e : all)
      row({{"at", to_rfc3339(e.at)}, {"branch", e.branch}, {"person", e.masked_name}, {"purpose", e.purpose}});
    return Done{};
  }

  Result<Done> revoke() {
    TRY_DONE(open(false, false));
    TRY_DONE(centre_->revoke(o_.node));
    return said({{"ok", true}, {"node", o_.node}, {"revoked", true}});
  }

  Result<Done> import() {
    TRY_DONE(open(false, false));
    std::ifstream in(o_.file, std::ios::binary);
    if (!in) return bad_input("file_unreadable", "file", o_.file);
    central::Import im(*centre_);
    std::vector<char> piece(256 << 10);
    while (in.read(piece.data(), static_cast<std::streamsize>(piece.size())) || in.gcount() > 0)
      if (!im.feed({reinterpret_cast<const std::uint8_t*>(piece.data()), static_cast<std::size_t>(in.gcount())})) break;
    const auto receipt = im.finish();
    if (!receipt) return im.fault() ? *im.fault() : bad_input("export_unknown", "file", "not a sealed export");
    const std::string text = protocol::encode(*receipt);
    if (!o_.receipt.empty()) TRY_DONE(write_text(o_.receipt, text));
    // What was taken is taken, and the receipt says so; that the file was not whole is still a failure.
    print({{"ok", receipt->complete},
           {"branch", receipt->branch},
           {"node", receipt->node},
           {"events", im.events()},
           {"blobs", im.blobs()},
           {"complete", receipt->complete},
           {"receipt", Json::parse(text, nullptr, false)}});
    return im.fault() ? Result<Done>(*im.fault()) : Result<Done>(Done{});
  }

  Result<Done> set_rule() {
    TRY_DONE(open(false, false));
    TRY(const Date from, Date::parse(o_.from, "from"));
    TRY_DONE(centre_->set_rule(o_.key, o_.value, from));
    return said({{"ok", true}, {"key", o_.key}, {"value", o_.value}, {"from", from.iso()}});
  }

  Result<Done> reference() {
    TRY_DONE(open(false, false));
    TRY(const auto id, person_of(o_.nik));
    TRY(const Bytes photo, read_photo());
    const std::string models = o_.models.empty() ? o_.settings.models_dir : o_.models;
    TRY(const auto vision, load_vision_settings(o_.settings.models_toml, models));
    TRY(const auto judge, open_face_judge(vision));
    if (!judge->ready())
      return refused("recogniser_missing", "no face model is in " + models + "; config/fetch-models brings one",
                     "models");
    TRY(const auto made, judge->enrol(photo));
    TRY_DONE(centre_->set_reference(id, made));
    return said({{"ok", true}, {"profile", made.profile}});
  }

 private:
  Result<Done> open(bool serve, bool create) {
    central::Centre::Options c;
    c.home = home_or_default(o_.home);
    c.store = o_.store.empty() ? o_.settings.centre_store : o_.store;
    c.clock = &clock_;
    c.random = &random_;
    c.serve = serve;
    c.create = create;
    c.allow_key_file = o_.settings.allow_key_file;
    c.person_days = o_.settings.centre_person_days;
    TRY(centre_, central::Centre::open(c));
    return Done{};
  }

  static Result<WallTime> local_time(const std::string& text, const char* field) {  // WIB, where none is said
    return parse_local_time(text, field, std::chrono::minutes(420));
  }

  static Json json_of(const std::string& branch, const protocol::FeedNotice& n) {
    return {{"id", n.id.str()},
            {"branch", branch},
            {"text", n.text},
            {"text_en", n.text_en},
            {"from", to_rfc3339(from_ms(n.from_ms))},
            {"until", to_rfc3339(from_ms(n.until_ms))}};
  }
  void row(const Json& j) {  // of a list
    if (o_.json) return print(j);
    std::string line;
    for (const auto& [k, v] : j.items()) line += (line.empty() ? "" : "  ") + v.get<std::string>();
    std::printf("%s\n", line.c_str());
  }

  Result<Done> said(const Json& j) {
    if (o_.json) {
      print(j);
      return Done{};
    }
    for (const auto& [k, v] : j.items())
      if (k != "ok")
        std::printf("%s: %s\n", k.c_str(), v.is_string() ? v.get<std::string>().c_str() : v.dump().c_str());
    return Done{};
  }

  // A connection is a file; three a node, and the usual soft limit is 1,024.
  static void allow_many_files() {
    rlimit files{};
    if (::getrlimit(RLIMIT_NOFILE, &files) != 0) return;
    files.rlim_cur = std::min<rlim_t>(files.rlim_max, 16'384);
    ::setrlimit(RLIMIT_NOFILE, &files);
  }

  // Beside and renamed: whoever waits for the file never reads half of it.
  Result<Done> write_text(const std::string& file, const std::string& text) {
    const std::string half = file + ".new";
    {
      std::ofstream out(half);
      out << text << '\n';
      if (!out.flush()) return bad_input("file_unwritable", file, half + " cannot be written");
    }
    if (std::rename(half.c_str(), file.c_str()) != 0)
      return bad_input("file_unwritable", file, file + " cannot be written");
    return Done{};
  }
  Result<Done> write_port(int port) { return write_text(o_.port_file, std::to_string(port)); }

  Result<Bytes> read_photo() {
    constexpr std::size_t most = 8u << 20;
    std::ifstream in(o_.photo, std::ios::binary);
    if (!in) return bad_input("file_unreadable", "photo", o_.photo);
    Bytes bytes(most + 1);
    in.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    bytes.resize(static_cast<std::size_t>(in.gcount()));
    if (bytes.size() > most) return bad_input("photo_too_large", "photo", "at most 8 MiB");
    return bytes;
  }

  Options& o_;
  SystemClock clock_;
  SystemRandom random_;
  std::unique_ptr<central::Centre> centre_;
};

log::Level level_of(const std::string& name) {
  if (name == "debug") return log::Level::Debug;
  if (name == "warn") return log::Level::Warn;
  if (name == "error") return log::Level::Error;
  return log::Level::Info;
}

}  // namespace

int central_main(int argc, char** argv) {
  Options o;
  std::function<Result<Done>(Program&)> act;
  CLI::App app{"The central backend: enrols branches, keeps the ledger, judges claims and resets, feeds branches."};
  app.footer(
      "Examples:\n"
      "  kiosk-central seed --home ./centre --participants 200 --seed 1 --branch JKT01 --json\n"
      "  kiosk-central run --home ./centre --listen 127.0.0.1:8443\n"
      "  kiosk-central code --home ./centre --branch JKT01\n"
      "  kiosk-central events --home ./centre --json --branch JKT01\n"
      "All commands but run work on a stopped or a running centre.");
  app.require_subcommand(1);
  app.add_option("--home", o.home, "Folder of the centre's data (default: $KIOSK_HOME, else $XDG_STATE_HOME/kiosk)");
  app.add_option("--config", o.config, "Settings file (default: HOME/kiosk.toml when it is there)");
  app.add_option("--store", o.store, "postgresql://... where the facts are kept; SQLite in the home when not given");
  app.add_flag("--json", o.json, "One JSON object, or one a line for lists, on standard output");
  app.set_version_flag("--version", "kiosk-central " KIOSK_VERSION);
  const auto command = [&](const char* name, const char* help, Result<Done> (*f)(Program&)) {
    CLI::App* c = app.add_subcommand(name, help);
    c->fallthrough();
    c->callback([&act, f] { act = f; });
    return c;
  };
  auto* run = command("run", "Serve branches until SIGTERM", [](Program& p) { return p.run(); });
  run->add_option("--listen", o.listen, "HOST:PORT; port 0 picks a free one")->required();
  run->add_option("--port-file", o.port_file, "Where the port is written once it listens");
  run->add_option("--metrics", o.metrics, "HOST:PORT of a plain listener for /metrics and /healthz; port 0 picks one");
  run->add_option("--name", o.names, "A further name or address that the certificate stands for");
  auto* code =
      command("code", "A one-time enrolment code, alone on the last line", [](Program& p) { return p.code(); });
  code->add_option("--branch", o.branch, "2 to 16 of A-Z and 0-9")->required();
  auto* seed = command("seed", "Invented people, services and officers, the same for the same seed",
                       [](Program& p) { return p.seed(); });
  seed->add_option("--participants", o.participants, "How many people");
  seed->add_option("--seed", o.seed, "Another number, other people");
  seed->add_option("--branch", o.branch, "The branch that keeps them");
  auto* events = command("events", "The ledger in the order it arrived", [](Program& p) { return p.events(); });
  events->add_option("--branch", o.branch, "Of one branch only");
  auto* participant =
      command("participant", "What the centre knows of a person", [](Program& p) { return p.participant(); });
  auto* block = command("block", "Block a person's account", [](Program& p) { return p.block(true); });
  auto* unblock = command("unblock", "Open a person's account", [](Program& p) { return p.block(false); });
  auto* reference =
      command("reference", "Make a person's reference template of a photo", [](Program& p) { return p.reference(); });
  auto* correct = command("correct", "Correct a field of a person's record; the branches are told",
                          [](Program& p) { return p.correct(); });
  auto* appointment = command("appointment", "Expect a person at a branch", [](Program& p) { return p.appointment(); });
  for (auto* c : {participant, block, unblock, reference, correct, appointment})
    c->add_option("nik", o.nik, "NIK, or passport:IDN:A1234567")->required();
  reference->add_option("--photo", o.photo, "JPEG or PNG")->required();
  reference->add_option("--models", o.models, "Folder of face models");
  correct->add_option("field", o.field, "name birth birth_place mother sex citizenship phone address or data_current")
      ->required();
  correct->add_option("value", o.value, "Its right value; the old one is kept sealed and never shown")->required();
  appointment->add_option("--service", o.service, "A service of the branch, as JHT")->required();
  appointment->add_option("--at", o.at, "\"YYYY-MM-DD HH:MM\" (WIB), or with an offset as +08:00")->required();
  appointment->add_option("--branch", o.branch, "Where, when several branches know the person");
  auto* end_officer = command("end-officer", "End an officer: his later acts do not hold, the branch is told",
                              [](Program& p) { return p.end_officer(); });
  end_officer->add_option("number", o.number, "The officer's number")->required();
  end_officer->add_option("--branch", o.branch, "The officer's branch")->required();
  auto* advance = command("advance", "Move an accepted claim to a later stage", [](Program& p) { return p.advance(); });
  advance->add_option("claim", o.claim, "The claim's id")->required();
  advance->add_option("--stage", o.stage, "agenda, penetapan, persetujuan, pembayaran, selesai")->required();
  auto* erasures = command("erasures", "Who has withdrawn a consent and is to be erased as far as the law allows",
                           [](Program& p) { return p.erasures(); });
  auto* notice = app.add_subcommand("notice", "Texts for the waiting rooms of branches");
  notice->require_subcommand(1);
  notice->fallthrough();
  const auto of_notice = [&](const char* name, const char* help, Result<Done> (*f)(Program&)) {
    CLI::App* c = notice->add_subcommand(name, help);
    c->fallthrough();
    c->callback([&act, f] { act = f; });
    return c;
  };
  auto* add_notice =
      of_notice("add", "A text on a branch's board until a time", [](Program& p) { return p.add_notice(); });
  add_notice->add_option("--branch", o.branch, "The branch's code")->required();
  add_notice->add_option("--text", o.text, "A line of at most 160 bytes, in Indonesian")->required();
  add_notice->add_option("--text-en", o.text_en, "The same in English");
  add_notice->add_option("--from", o.from, "\"YYYY-MM-DD HH:MM\" (WIB), or with an offset as +08:00; default: at once");
  add_notice->add_option("--until", o.until, "When it ends, in the same way")->required();
  auto* list_notice =
      of_notice("list", "Those that hold and those to come", [](Program& p) { return p.list_notices(); });
  list_notice->add_option("--branch", o.branch, "Of one branch only");
  auto* remove_notice = of_notice("remove", "Takes it off the board", [](Program& p) { return p.remove_notice(); });
  remove_notice->add_option("id", o.id, "Its id, as notice list says it")->required();
  auto* revoke = command("revoke", "Withdraw a node's right to speak", [](Program& p) { return p.revoke(); });
  revoke->add_option("node", o.node, "16 hex digits")->required();
  auto* import = command("import", "Take a sealed export of a branch; prints the signed receipt",
                         [](Program& p) { return p.import(); });
  import->add_option("file", o.file, "The export")->required();
  import->add_option("--receipt", o.receipt, "Where the receipt is written too, for kioskctl sync receipt");
  auto* set_rule = command("set-rule", "A rule's value from a day on", [](Program& p) { return p.set_rule(); });
  set_rule->add_option("key", o.key, "A key of config/rules.toml")->required();
  set_rule->add_option("value", o.value, "Its new value")->required();
  set_rule->add_option("--from", o.from, "YYYY-MM-DD")->required();
  const auto example = [](CLI::App* c, const char* line) {
    c->footer(std::string("Example:\n  kiosk-central ") + line);
  };
  example(run, "run --home ./centre --listen 127.0.0.1:8443 --metrics 127.0.0.1:9443");
  example(code, "code --home ./centre --branch JKT01");
  example(seed, "seed --home ./centre --participants 200 --seed 1 --branch JKT01 --json");
  example(events, "events --home ./centre --json --branch JKT01");
  example(participant, "participant --home ./centre 3578015208620004 --json");
  example(block, "block --home ./centre 3578015208620004");
  example(unblock, "unblock --home ./centre 3578015208620004");
  example(correct, "correct --home ./centre 3578015208620004 mother \"Siti Aminah\"");
  example(appointment, "appointment --home ./centre 3578015208620004 --service JHT --at \"2026-12-01 09:30\"");
  example(end_officer, "end-officer --home ./centre 1001 --branch JKT01");
  example(add_notice,
          "notice add --home ./centre --branch JKT01 --text \"Kantor tutup 25 Desember\" --until \"2026-12-25 23:59\"");
  example(remove_notice, "notice remove --home ./centre 0198c0de-0000-7000-8000-000000000001");
  example(erasures, "erasures --home ./centre --json");
  example(advance, "advance --home ./centre 0198c0de-0000-7000-8000-000000000001 --stage penetapan");
  example(revoke, "revoke --home ./centre 0123456789abcdef");
  example(set_rule, "set-rule --home ./centre self_service_ceiling 20000000 --from 2027-01-01");
  example(reference, "reference --home ./centre 3578015208620004 --photo face.jpg");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? 0 : 2;
  }
  auto settings = load_settings(o.config, home_or_default(o.home));
  if (!settings) return say_fault("kiosk-central", settings.fault(), o.json);
  o.settings = std::move(*settings);
  log::init("kiosk-central", level_of(o.settings.log_level));
  Program program(o);
  const auto done = act(program);
  return done ? 0 : say_fault("kiosk-central", done.fault(), o.json);
}

}  // namespace kiosk::app
