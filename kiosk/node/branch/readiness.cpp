// What of the branch is ready to open, from what the node knows of itself and of its terminals. Their printers and
// cameras are examined where they are (kioskctl doctor).
#include <algorithm>

#include "node/branch/core.h"

namespace kiosk::branch {
namespace {

constexpr Seconds k_certificate_soon{14 * 24 * 3600};

struct Findings {
  verbs::Readiness out;
  void ready(const char* what, std::string subject = {}) {
    out.items.push_back({what, std::move(subject), "ready", ""});
  }
  void look(const char* what, std::string code, std::string subject = {}) {
    out.items.push_back({what, std::move(subject), "look", std::move(code)});
  }
  void stop(const char* what, std::string code) { out.items.push_back({what, "", "stop", std::move(code)}); }
};

void add_node(const verbs::SyncStatus& s, Findings& f) {
  if (s.clock == "unheard")
    f.stop("clock", "clock_unheard");
  else if (!s.clock.empty())
    f.look("clock", "clock_" + s.clock);
  else
    f.ready("clock");
  if (s.disk == "low")
    f.look("disk", "disk_low");
  else if (!s.disk.empty())
    f.stop("disk", "disk_" + s.disk);
  else
    f.ready("disk");
  if (s.state == "not_enrolled")
    f.stop("sync", "not_enrolled");
  else if (!s.why.empty() || s.state == "held")
    f.look("sync", s.state == "held" ? "sync_held" : s.why);
  else
    f.ready("sync");
  if (s.certificate == "certificate_ends_soon")
    f.look("certificate", s.certificate);
  else if (!s.certificate.empty())
    f.stop("certificate", s.certificate);
  else if (s.certificate_until)
    f.ready("certificate");
  if (!s.missing.empty()) f.look("records", "records_missing");
  for (const auto& c : s.copies)
    c.state == "whole" ? f.ready("copy", c.where) : f.look("copy", "copy_" + c.state, c.where);
}

void add_terminals(const std::vector<verbs::TerminalView>& terminals, WallTime now, Findings& f) {
  for (const auto& t : terminals) {
    if (t.removed_at) continue;
    if (!t.present)
      f.look("terminal", "terminal_silent", t.name);
    else if (t.certificate_until - now < k_certificate_soon)
      f.look("terminal", "certificate_ends_soon", t.name);
    else
      f.ready("terminal", t.name);
  }
}

constexpr std::string_view k_opened_day = "opened_day";  // note of the store: the day of the last branch.opened
constexpr std::size_t k_reason = 120;

// The first officer who asks on a day opens the branch; what stops then goes to the centre with it.
Result<Done> tell_opened(Core& core, const verbs::Actor& actor, const verbs::Readiness& found) {
  TRY(const Today today, core.today());
  TRY(WriteOperation op, WriteOperation::begin(core, actor));
  TRY_DONE(op.officer(""));
  TRY(const std::string told, store::meta(op.tx().db(), k_opened_day));
  if (told == today.day) return Done{};
  TRY_DONE(store::set_meta(op.tx(), k_opened_day, today.day));
  auto d = make_event(events::BranchOpened{});
  for (const auto& i : found.items)
    if (i.state == "stop" && d.header.reason.size() + i.code.size() < k_reason)
      d.header.reason += (d.header.reason.empty() ? "" : " ") + i.code;
  if (d.header.reason.empty()) d.header.reason = "ready";
  op.append_event(std::move(d));
  return op.commit();
}

}  // namespace

Result<verbs::Readiness> Node::on(const verbs::Actor& actor, const verbs::GetReadiness&) {
  Findings f;
  f.out.at = core_->now();
  TRY(const auto sync, on(actor, verbs::GetSyncStatus{}));
  add_node(sync, f);
  TRY(const auto services, on(actor, verbs::ListServices{}));
  const bool open = std::any_of(services.begin(), services.end(), [](const auto& s) { return s.open; });
  open ? f.ready("services") : f.stop("services", "no_service_open");
  TRY(const auto officers, on(actor, verbs::ListOfficers{}));
  officers.empty() ? f.stop("officers", "officers_unknown") : f.ready("officers");
  core_->judge.ready() ? f.ready("faces") : f.look("faces", "faces_by_officer");
  TRY(const auto terminals, on(actor, verbs::ListTerminals{}));
  add_terminals(terminals, f.out.at, f);
  f.out.ready = std::none_of(f.out.items.begin(), f.out.items.end(), [](const auto& i) { return i.state == "stop"; });
  if (!actor.session.empty()) TRY_DONE(tell_opened(*core_, actor, f.out));
  return std::move(f.out);
}

}  // namespace kiosk::branch
