#include "programs/kiosk-branch/from_centre.h"

#include "node/branch/node.h"
#include "node/branch/outgoing.h"
#include "node/sync/engine.h"

namespace kiosk::programs {

branch::FromCentre from_centre(const Settings& settings, verbs::FaceJudge& judge, const Clock& clock, Random& random) {
  return [&judge, &clock, &random, proxy = settings.proxy](store::Store& store) -> Result<std::int64_t> {
    branch::Node node(store, judge, clock, {});
    sync::Engine::Options o;
    o.clock = &clock;
    o.random = &random;
    o.wires = sync::http_wires(proxy);
    sync::Engine engine(branch::Outgoing(store), node.feed(), std::move(o));
    TRY_DONE(engine.load());
    TRY(const auto met, engine.greet());
    if (!met.more) return refused("centre_not_asked", "this home knows of no centre that it could ask", "home");
    return met.moved;
  };
}

}  // namespace kiosk::programs
