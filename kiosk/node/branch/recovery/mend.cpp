#include "node/branch/recovery/mend.h"

#include <fstream>

#include "base/log.h"
#include "node/branch/claims/damaged.h"
#include "node/branch/recovery/centre_word.h"
#include "node/store/copy_folder.h"
#include "node/store/patrol.h"

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
  TRY_DONE(compare_with_centre(*s));
  if (!copy.empty()) TRY_DONE(compare_with_copy(*s, copy));
  return s;
}

Result<Restored> made_again(const store::Store::Options& options, const crypto::KeyRing& keys, const std::string& copy,
                            const FromCentre& from_centre) {
  RestoreAsked asked;
  asked.home = options.home;
  asked.clock = options.clock;
  asked.random = options.random;
  std::optional<Fault> why;
  if (!copy.empty()) {
    asked.copy = copy;
    auto restored = restore(asked, keys);
    if (restored || !from_centre) return restored;
    why = restored.fault();
    log::error("the second copy did not help", {{"code", why->code}, {"what", why->detail}});
    asked.copy.clear();
  }
  asked.from_centre = from_centre;
  auto restored = restore(asked, keys);
  // Of a home that was never enrolled the copy's trouble is what can be mended.
  if (!restored && why && restored.fault().code == "not_enrolled") return *why;
  return restored;
}

}  // namespace

void note_mended(const std::string& home, WallTime at, const std::string& text) {
  std::ofstream(home + "/mended") << to_rfc3339(at) << ' ' << text << '\n';
}
std::string noted_mended(const std::string& home) {
  std::ifstream in(home + "/mended");
  std::string text;
  std::getline(in, text);
  return text;
}

Result<StoreOpened> open_or_mend(const store::Store::Options& options, const crypto::KeyRing& keys,
                                 const std::string& copy, const FromCentre& from_centre) {
  StoreOpened out;
  {
    auto s = open_whole(options, keys, copy);
    if (s) {
      out.store = std::move(*s);
      return out;
    }
    const Fault why = s.fault();
    if ((copy.empty() && !from_centre) || !can_be_mended(why)) return why;
    out.damage = why.code + " " + why.detail;
    log::error("the data are damaged and are made again", {{"code", why.code}, {"what", why.detail}});
    auto restored = made_again(options, keys, copy, from_centre);
    if (!restored) {
      const Fault& no = restored.fault();
      log::error("nothing helped", {{"code", no.code}, {"what", no.detail}});
      return damaged(why.code, why.detail + " (nothing came back by itself: " + no.code + ", " + no.detail + ")");
    }
    out.mended = std::move(*restored);
  }
  store::forget_damage(options.home);
  const auto& r = *out.mended;
  const auto gaps = static_cast<std::int64_t>(r.missing.size());
  log::warn("the data were made again", {{"events", r.events},
                                         {"from_copy", r.from_copy},
                                         {"from_present", r.from_present},
                                         {"from_centre", r.from_centre},
                                         {"gaps", gaps},
                                         {"aside", r.aside}});
  note_mended(options.home, options.clock ? options.clock->now() : SystemClock().now(),
              std::to_string(r.events) + " events after " + out.damage.substr(0, out.damage.find(' ')) + ": " +
                  std::to_string(r.from_copy) + " from the second copy, " + std::to_string(r.from_centre) +
                  " from the centre, " + std::to_string(r.from_present) + " from the damaged file" +
                  (r.aside.empty() ? std::string() : " (kept in " + r.aside + ")") + ", " + std::to_string(gaps) +
                  " gaps");
  TRY(out.store, store::Store::open(options, keys.clone()));
  return out;
}

}  // namespace kiosk::branch
