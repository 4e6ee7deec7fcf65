// What each role of a terminal on the LAN may ask, as each verb says it (verbs::Access). On the box itself (Unix
// socket) everything may be asked: who may open the socket may open the store. Pure.
#pragma once
#include <string_view>

namespace kiosk::lan {

// `role`: kiosk, counter, board. False for verbs that are for the box alone, and for what is no verb.
bool may(std::string_view role, std::string_view verb);

}  // namespace kiosk::lan
