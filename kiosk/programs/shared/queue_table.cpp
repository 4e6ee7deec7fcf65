#include "programs/shared/queue_table.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

#include "programs/shared/toml_table.h"

namespace kiosk::programs {
namespace {

constexpr const char* k_key = "settings_key";
constexpr std::array<const char*, 7> k_days = {"monday", "tuesday",  "wednesday", "thursday",
                                               "friday", "saturday", "sunday"};

// "08:30", also "24:00".
std::optional<int> minute_of(std::string_view text) {
  int hour = 0, minute = 0;
  if (text.size() != 5 || text[2] != ':') return std::nullopt;
  const auto h = std::from_chars(text.data(), text.data() + 2, hour);
  const auto m = std::from_chars(text.data() + 3, text.data() + 5, minute);
  if (h.ptr != text.data() + 2 || m.ptr != text.data() + 5 || hour < 0 || minute < 0 || minute > 59)
    return std::nullopt;
  return hour * 60 + minute;
}

std::optional<domain::Period> period_of(std::string_view text) {
  if (text.size() != 11 || text[5] != '-') return std::nullopt;
  const auto from = minute_of(text.substr(0, 5)), to = minute_of(text.substr(6));
  if (!from || !to) return std::nullopt;
  return domain::Period{*from, *to};
}

Result<Done> read_hours(const toml::table& table, const std::string& name, domain::OpeningHours& out) {
  out = {};
  TomlReader r(table, name, "queue.hours.", k_key);
  for (const auto& [toml_key, node] : table) {
    const std::string key(toml_key.str());
    std::vector<std::string> texts;
    r.texts(key.c_str(), texts);
    std::vector<domain::Period> periods;
    for (const auto& text : texts) {
      const auto p = period_of(text);
      if (!p)
        return toml_fault(k_key, name, node.source(), "queue.hours." + key, "expected periods like \"08:00-15:00\"");
      periods.push_back(*p);
    }
    const auto day = std::find(k_days.begin(), k_days.end(), key);
    if (day != k_days.end()) {
      out.week[static_cast<std::size_t>(day - k_days.begin())] = std::move(periods);
      continue;
    }
    const auto date = Date::parse(key);
    if (!date)
      return toml_fault(k_key, name, node.source(), "queue.hours." + key,
                        "expected monday to sunday, or a day as YYYY-MM-DD");
    out.special[*date] = std::move(periods);
  }
  return r.done();
}

Result<Done> read_classes(const toml::table& table, const std::string& name, domain::QueueRules& out) {
  TomlReader r(table, name, "queue.class.", k_key);
  for (std::size_t i = 0; i < domain::QueueRules::classes; ++i) {
    const std::string key(code(static_cast<domain::Priority>(i)));
    const auto* t = r.table(key.c_str());
    if (!t) continue;
    TomlReader c(*t, name, "queue.class." + key + ".", k_key);
    c.whole("head_start_min", out.by_class[i].head_start_min, 0, 1440);
    c.whole("call_by_min", out.by_class[i].call_by_min, 1, 1440);
    TRY_DONE(c.done());
  }
  return r.done();
}

Result<Done> read_services(const toml::table& table, const std::string& name, domain::QueueSettings& out) {
  TomlReader r(table, name, "queue.service.", k_key);
  for (const auto& [toml_key, node] : table) {
    const std::string key(toml_key.str());
    const auto* t = r.table(key.c_str());
    if (!t) break;
    TomlReader s(*t, name, "queue.service." + key + ".", k_key);
    if (s.has("quota")) s.whole("quota", out.issue.quota[key], 0, 999);
    std::chrono::minutes target{0};
    s.whole("target_min", target, 1, 1440);
    if (target.count() > 0) out.targets[key] = target;
    if (s.has("full_from")) {
      auto& slot = out.issue.slots[key];
      s.whole("full_from", slot.full_from, 0, 999);
      s.whole("slot_min", slot.slot_min, 5, 480);
      s.whole("per_slot", slot.per_slot, 1, 999);
    }
    TRY_DONE(s.done());
  }
  return r.done();
}

// "ISO:1" is ISO with rank 1.
domain::Serves serves_of(const std::string& text) {
  const auto colon = text.find(':');
  if (colon == std::string::npos) return {text, 0};
  int rank = -1;
  const char* const end = text.data() + text.size();
  if (std::from_chars(text.data() + colon + 1, end, rank).ptr != end) rank = -1;
  return {text.substr(0, colon), rank};
}

Result<Done> read_counters(const toml::table& table, const std::string& name, domain::QueueSettings& out) {
  TomlReader r(table, name, "queue.counter.", k_key);
  for (const auto& [toml_key, node] : table) {
    const std::string key(toml_key.str());
    std::vector<std::string> services;
    r.texts(key.c_str(), services);
    domain::WorkProfile p{key, {}};
    for (const auto& s : services) p.serves.push_back(serves_of(s));
    if (auto sound = domain::check(p); !sound)
      return toml_fault(k_key, name, node.source(), "queue.counter." + key,
                        sound.fault().field + ": " + sound.fault().detail);
    out.profiles.push_back(std::move(p));
  }
  return r.done();
}

}  // namespace

Result<Done> read_queue(const toml::table& table, const std::string& name, domain::QueueSettings& out) {
  TomlReader r(table, name, "queue.", k_key);
  std::chrono::minutes target = std::chrono::duration_cast<std::chrono::minutes>(out.target);
  r.whole("target_min", target, 1, 1440);
  out.target = target;
  r.whole("recalls_before_no_show", out.rules.recycle.recalls_before_no_show, 0, 20);
  r.whole("counters", out.counters, 1, 40);
  r.whole("returns", out.rules.recycle.returns, 0, 20);
  r.whole("samples", out.wait.min_samples, 2, static_cast<std::int64_t>(out.wait.max_samples));
  if (const auto* t = r.table("check_in")) {
    TomlReader c(*t, name, "queue.check_in.", k_key);
    c.whole("early_min", out.issue.check_in.early_min, 0, 1440);
    c.whole("late_min", out.issue.check_in.late_min, 0, 1440);
    TRY_DONE(c.done());
  }
  if (const auto* t = r.table("class")) TRY_DONE(read_classes(*t, name, out.rules));
  if (const auto* t = r.table("hours")) TRY_DONE(read_hours(*t, name, out.issue.hours));
  if (const auto* t = r.table("service")) TRY_DONE(read_services(*t, name, out));
  if (const auto* t = r.table("counter")) TRY_DONE(read_counters(*t, name, out));
  TRY_DONE(r.done());
  if (auto sound = domain::check(out); !sound)
    return toml_fault(k_key, name, table.source(), "queue." + sound.fault().field, sound.fault().detail);
  return Done{};
}

}  // namespace kiosk::programs
