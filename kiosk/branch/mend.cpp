#include "branch/mend.h"

#include "base/log.h"
#include "branch/damaged.h"
#include "store/copy_folder.h"
#include "store/patrol.h"

namespace kiosk::branch {
namespace {

bool can_be_mended(const Fault& f) {
  for (const char* code : {"store_corrupt", "store_behind", "store_missing", "chain_broken", "restore_unfinished"})
    if (f.code == code) return true;
  return false;
}

// What the second copy holds of the present epoch is in the file.
Result<Done> compare_with_copy(store::Store& s, const std::string& folder) {
  const auto id = s.identity();
  const auto copy = store::CopyFolder::open(folder, id.node);
  if (!copy) return Done{};  // a disk that is not there now is a state of the copy, no reason not to start
  const auto point = (*copy)->point();
  if ((*copy)->epoch() != id.epoch || point.place <= id.base + id.last_seq) return Done{};
  return damaged("store_behind", "the second copy holds event " + std::to_string(point.place - id.base) +
                                     " and the file ends at event " + std::to_string(id.last_seq));
}

Result<std::unique_ptr<store::Store>> open_whole(const store::Store::Options& options, const crypto::KeyRing& keys,
                                                 const std::string& copy) {
  TRY(auto s, store::Store::open(options, keys.clone()));
  if (const auto noted = store::noted_damage(options.home); !noted.empty()) {
    log::warn("an earlier run has found damage; everything is read before the start", {{"what", noted}});
    // Without a copy nothing brings an unsent photo back: it is scanned again, and the branch goes on.
    if (copy.empty()) TRY_DONE(give_up_damaged(*s));
    TRY_DONE(s->check());
    store::forget_damage(options.home);
  }
  if (!copy.empty()) TRY_DONE(compare_with_copy(*s, copy));
  return s;
}

}  // namespace

Result<StoreOpened> open_or_mend(const store::Store::Options& options, const crypto::KeyRing& keys,
                                 const std::string& copy) {
  StoreOpened out;
  auto s = open_whole(options, keys, copy);
  if (s) {
    out.store = std::move(*s);
    return out;
  }
  const Fault why = s.fault();
  if (copy.empty() || !can_be_mended(why)) return why;
  log::error("the data are damaged and are made again from the second copy",
             {{"code", why.code}, {"what", why.detail}});
  RestoreAsked asked;
  asked.home = options.home;
  asked.copy = copy;
  asked.clock = options.clock;
  asked.random = options.random;
  auto restored = restore(asked, keys);
  if (!restored) {
    log::error("the second copy did not help", {{"code", restored.fault().code}, {"what", restored.fault().detail}});
    return why;
  }
  store::forget_damage(options.home);
  log::warn("the data were made again", {{"events", restored->events},
                                         {"from_copy", restored->from_copy},
                                         {"from_present", restored->from_present},
                                         {"gaps", static_cast<std::int64_t>(restored->missing.size())},
                                         {"aside", restored->aside}});
  TRY(out.store, store::Store::open(options, keys.clone()));
  out.damage = why.code + " " + why.detail;
  out.mended = std::move(*restored);
  return out;
}

}  // namespace kiosk::branch
