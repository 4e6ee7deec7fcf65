#include "node/branch/queue/visit_end.h"

#include "node/store/claims.h"
#include "node/store/rows.h"

namespace kiosk::branch {
namespace {
// Of a terminal: the last claim of a visit that is over. By its id, so that no clock has a say.
std::string key(const std::string& terminal) { return "visit_over." + terminal; }
}  // namespace

Result<Done> end_visit(Core& core, const std::string& terminal) {
  core.visits.end(terminal);
  std::string claim;
  {
    TRY(auto read, core.store.read());
    TRY(const auto last, store::last_claim_at(read.db(), terminal));
    if (!last) return Done{};
    TRY(const bool known, visit_over(read.db(), terminal, last->id));
    if (known) return Done{};
    claim = last->id.str();
  }
  TRY(auto tx, core.store.begin());
  TRY_DONE(store::set_meta(tx, key(terminal), claim));
  return tx.commit_local();
}

Result<bool> visit_over(sqlite::Db& db, const std::string& terminal, const Uuid& last_claim) {
  TRY(const std::string over, store::meta(db, key(terminal)));
  return over == last_claim.str();
}

}  // namespace kiosk::branch
