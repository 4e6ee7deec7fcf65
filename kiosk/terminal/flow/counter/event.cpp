#include "terminal/flow/counter/flow.h"

template struct kiosk::CompiledOnce<kiosk::flow::counter::Event::Variant>;
template struct kiosk::CompiledOnce<kiosk::flow::counter::Effect::Variant>;
