#include "node/store/patrol.h"

#include <unistd.h>

#include <algorithm>
#include <fstream>

#include "base/log.h"
#include "node/store/outbox.h"
#include "node/store/store_impl.h"

namespace kiosk::store {
namespace {
constexpr std::string_view k_tables = "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name DESC";
constexpr std::string_view k_chain = "chain:", k_blobs = "blobs:", k_mark = "mark:";  // no names of tables

std::string note_of(const std::string& home) { return home + "/damaged"; }
}  // namespace

std::string noted_damage(const std::string& home) {
  std::ifstream in(note_of(home));
  std::string text;
  std::getline(in, text);
  return text;
}
void forget_damage(const std::string& home) { ::unlink(note_of(home).c_str()); }

std::string Patrol::damage() const {
  const std::lock_guard lock(mutex_);
  return damage_;
}

Result<Done> Patrol::plan() {
  TRY(auto read, store_.read());
  for (const auto name : {k_chain, k_blobs}) slices_.emplace_back(name);
  TRY_DONE(read.db().prepared(k_tables).each([&](sqlite::Stmt& s) { slices_.push_back(s.text(0)); }));
  slices_.emplace_back(k_mark);
  return Done{};
}

Result<Done> Patrol::look(const std::string& slice) {
  if (slice == k_mark) return store_.check_mark();
  TRY(auto read, store_.read());
  auto& db = read.db();
  TRY_DONE(db.exec("PRAGMA shrink_memory"));  // what the connection holds was compared before
  if (slice == k_blobs) return check_blobs(db);
  if (slice == k_chain) {
    TRY(const auto chain, verify_chain(db, store_.keys().signing.public_key()));
    if (!chain.first_bad) return Done{};
    return damaged("chain_broken", "at event " + std::to_string(*chain.first_bad) + " of epoch " + chain.bad_epoch);
  }
  return db.check(slice);
}

bool Patrol::hurries() const { return damage_.empty() && (hurried_ || sqlite::damage_met() != met_); }

Result<bool> Patrol::step() {
  const auto now = store_.clock().steady();
  if (sqlite::damage_met() != met_ && damage_.empty() && !hurried_) {
    slices_.clear();
    began_.reset();
    hurried_ = true;
  }
  if (slices_.empty()) {
    if (began_ && now - *began_ < options_.every) {
      if (std::exchange(hurried_, false)) met_ = sqlite::damage_met();
      return false;
    }
    began_ = now;
    met_ = sqlite::damage_met();
    // What lists the tables may be what is damaged.
    if (const auto planned = plan(); !planned) return found("schema", planned.fault());
  }
  const std::string slice = std::move(slices_.back());
  slices_.pop_back();
  if (const auto whole = look(slice); !whole) return found(slice, whole.fault());
  return true;
}

Fault Patrol::found(const std::string& slice, const Fault& fault) {
  if (fault.kind != FaultKind::Damaged) return fault;
  std::string text = fault.code + " " + slice + ": " + fault.detail;
  std::replace(text.begin(), text.end(), '\n', ' ');  // SQLite's own report has lines
  {
    const std::lock_guard lock(mutex_);
    if (damage_ == text) return fault;
    damage_ = text;
  }
  log::error("store: what is stored is damaged", {{"code", fault.code}, {"where", slice}, {"what", fault.detail}});
  std::ofstream(note_of(store_.home())) << text << '\n';
  return fault;
}

}  // namespace kiosk::store
