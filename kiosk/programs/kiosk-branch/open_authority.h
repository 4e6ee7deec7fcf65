// The node's door on the LAN from what its store keeps: the small CA, made at the first start with [lan] listen and
// sealed under the data key. For the running node and for kioskctl when none runs.
// Thread: any. Blocks: disk. Errors: those of the store; damaged seal_broken.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "node/lan/terminal_authority.h"
#include "node/store/store.h"
#include "programs/shared/settings.h"

namespace kiosk::programs {

// Null when the settings name no address. Clock and random outlive it.
Result<std::unique_ptr<lan::LanTerminalAuthority>> open_terminal_authority(store::Store& store,
                                                                           const Settings& settings, const Clock& clock,
                                                                           Random& random);
// How terminals may reach this machine: the listening host, the machine's name and addresses, and what is set besides.
std::vector<std::string> names_of_machine(const Settings& settings);

}  // namespace kiosk::programs
