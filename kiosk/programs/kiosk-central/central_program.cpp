#include "programs/kiosk-central/central_program.h"

#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>

#include "base/log.h"
#include "central/import.h"
#include "central/service.h"
#include "programs/shared/face_judge.h"
#include "programs/shared/local_time.h"

namespace kiosk::programs {
namespace {

using Json = nlohmann::ordered_json;

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

Json json_of(const std::string& branch, const protocol::FeedNotice& n) {
  return {{"id", n.id.str()},
          {"branch", branch},
          {"text", n.text},
          {"text_en", n.text_en},
          {"from", to_rfc3339(from_ms(n.from_ms))},
          {"until", to_rfc3339(from_ms(n.until_ms))}};
}

// A connection is a file; three a node, and the usual soft limit is 1,024.
void allow_many_files() {
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

Result<Bytes> read_photo(const std::string& file) {
  constexpr std::size_t most = 8u << 20;
  std::ifstream in(file, std::ios::binary);
  if (!in) return bad_input("file_unreadable", "photo", file);
  Bytes bytes(most + 1);
  in.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<std::size_t>(in.gcount()));
  if (bytes.size() > most) return bad_input("photo_too_large", "photo", "at most 8 MiB");
  return bytes;
}

}  // namespace

Result<Done> CentralProgram::run() {
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
  if (!o_.port_file.empty()) TRY_DONE(write_text(o_.port_file, std::to_string(port)));
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

Result<Done> CentralProgram::code() {
  TRY_DONE(open(false, true));
  Zone zone;
  if (!o_.zone.empty()) {
    TRY(zone, Zone::named(o_.zone));
  }
  TRY(const std::string code, centre_->make_code(o_.branch, zone));
  if (o_.json) {
    print({{"ok", true}, {"branch", o_.branch}, {"code", code}});
  } else {
    std::printf("One-time code for branch %s, valid for 7 days:\n%s\n", o_.branch.c_str(), code.c_str());
  }
  return Done{};
}

Result<Done> CentralProgram::say_place(const domain::BranchPlace& place) {
  const auto said_of = protocol::said_of(place);
  return said({{"ok", true},
               {"branch", o_.branch},
               {"zone", said_of.zone},
               {"hours", said_of.hours},
               {"holidays", said_of.holidays}});
}

Result<Done> CentralProgram::set_branch() {
  TRY_DONE(open(false, false));
  central::Centre::PlaceChange change;
  if (!o_.zone.empty()) {
    TRY(change.zone, Zone::named(o_.zone));
  }
  if (!o_.hours.empty()) {
    TRY(change.week, domain::parse_hours(o_.hours));
  }
  for (const auto& [texts, days] :
       {std::pair(&o_.holidays, &change.holidays), std::pair(&o_.no_holidays, &change.no_holidays)})
    for (const auto& text : *texts) {
      TRY(const Date day, Date::parse(text, "holiday"));
      days->push_back(day);
    }
  TRY(const auto place, centre_->set_place(o_.branch, change));
  return say_place(place);
}

Result<Done> CentralProgram::show_branch() {
  TRY_DONE(open(false, false));
  TRY(const auto place, centre_->place(o_.branch));
  return say_place(place);
}

Result<Done> CentralProgram::seed() {
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

Result<Done> CentralProgram::events() {
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

Result<Done> CentralProgram::participant() {
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

Result<Done> CentralProgram::block(bool yes) {
  TRY_DONE(open(false, false));
  TRY(const auto id, person_of(o_.nik));
  TRY(const auto account, yes ? centre_->block(id) : centre_->unblock(id));
  return said({{"ok", true}, {"state", std::string(domain::code(account.state))}});
}

Result<Done> CentralProgram::advance() {
  TRY_DONE(open(false, false));
  const auto stage = domain::from_code<domain::Stage>(o_.stage);
  if (!stage) return bad_input("stage_unknown", "stage", "agenda, penetapan, persetujuan, pembayaran or selesai");
  TRY(const auto now, centre_->advance(o_.claim, *stage));
  return said({{"ok", true}, {"claim", o_.claim}, {"stage", std::string(domain::code(now))}});
}

Result<Done> CentralProgram::correct() {
  TRY_DONE(open(false, false));
  TRY(const auto id, person_of(o_.nik));
  TRY(const bool changed, centre_->correct(id, o_.field, o_.value));
  return said({{"ok", true}, {"field", o_.field}, {"changed", changed}});  // neither value is printed
}

Result<Done> CentralProgram::appointment() {
  TRY_DONE(open(false, false));
  TRY(const auto id, person_of(o_.nik));
  TRY(const auto made, centre_->appoint_local(id, o_.branch, o_.service,
                                              [&](const Zone& zone) { return parse_local_time(o_.at, "at", zone); }));
  return said({{"ok", true}, {"id", made.id}, {"service", made.service}, {"at", to_rfc3339(from_ms(made.at_ms))}});
}

Result<Done> CentralProgram::end_officer() {
  TRY_DONE(open(false, false));
  TRY_DONE(centre_->end_officer(o_.branch, o_.number));
  return said({{"ok", true}, {"branch", o_.branch}, {"number", o_.number}, {"ended", true}});
}

Result<Done> CentralProgram::add_notice() {
  TRY_DONE(open(false, false));
  TRY(const auto place, centre_->place(o_.branch));
  protocol::FeedNotice asked{{}, o_.text, o_.text_en, 0, 0};
  if (!o_.from.empty()) {
    TRY(const WallTime from, parse_local_time(o_.from, "from", place.zone));
    asked.from_ms = to_ms(from);
  }
  TRY(const WallTime until, parse_local_time(o_.until, "until", place.zone));
  asked.until_ms = to_ms(until);
  TRY(const auto made, centre_->add_notice(o_.branch, asked));
  Json j{{"ok", true}};
  j.update(json_of(o_.branch, made));
  return said(j);
}

Result<Done> CentralProgram::list_notices() {
  TRY_DONE(open(false, false));
  TRY(const auto all, centre_->notices(o_.branch));
  for (const auto& n : all) row(json_of(n.branch, n.notice));
  return Done{};
}

Result<Done> CentralProgram::remove_notice() {
  TRY(const Uuid id, Uuid::parse(o_.id, "id"));
  TRY_DONE(open(false, false));
  TRY_DONE(centre_->remove_notice(id));
  return said({{"ok", true}, {"id", o_.id}, {"removed", true}});
}

Result<Done> CentralProgram::erasures() {
  TRY_DONE(open(false, false));
  TRY(const auto all, centre_->erasures());
  for (const auto& e : all)
    row({{"at", to_rfc3339(e.at)}, {"branch", e.branch}, {"person", e.masked_name}, {"purpose", e.purpose}});
  return Done{};
}

Result<Done> CentralProgram::revoke() {
  TRY_DONE(open(false, false));
  TRY_DONE(centre_->revoke(o_.node));
  return said({{"ok", true}, {"node", o_.node}, {"revoked", true}});
}

Result<Done> CentralProgram::import() {
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

Result<Done> CentralProgram::set_rule() {
  TRY_DONE(open(false, false));
  TRY(const Date from, Date::parse(o_.from, "from"));
  TRY_DONE(centre_->set_rule(o_.key, o_.value, from));
  return said({{"ok", true}, {"key", o_.key}, {"value", o_.value}, {"from", from.iso()}});
}

Result<Done> CentralProgram::reference() {
  TRY_DONE(open(false, false));
  TRY(const auto id, person_of(o_.nik));
  TRY(const Bytes photo, read_photo(o_.photo));
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

Result<Done> CentralProgram::open(bool serve, bool create) {
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

void CentralProgram::row(const Json& j) {  // of a list
  if (o_.json) return print(j);
  std::string line;
  for (const auto& [k, v] : j.items()) line += (line.empty() ? "" : "  ") + v.get<std::string>();
  std::printf("%s\n", line.c_str());
}

Result<Done> CentralProgram::said(const Json& j) {
  if (o_.json) {
    print(j);
    return Done{};
  }
  for (const auto& [k, v] : j.items())
    if (k != "ok") std::printf("%s: %s\n", k.c_str(), v.is_string() ? v.get<std::string>().c_str() : v.dump().c_str());
  return Done{};
}

}  // namespace kiosk::programs
