// What is asked of the ledger with every batch, start and restore, whatever its size: each finds its rows by an index,
// of SQLite and of PostgreSQL (a test asks both for their plans). Inside this room.
#pragma once
#include <string_view>

namespace kiosk::central::lookup {

constexpr std::string_view chain = "SELECT base, seq, head, named FROM chain WHERE node = ?1 AND epoch = ?2";
constexpr std::string_view any_chain = "SELECT 1 FROM chain WHERE node = ?1 LIMIT 1";
constexpr std::string_view last_chain = "SELECT epoch, seq, head FROM chain WHERE node = ?1 ORDER BY turn DESC LIMIT 1";
// From its newest event backwards: a backup is old by hours, a chain long by years.
constexpr std::string_view is_head =
    "SELECT 1 FROM event WHERE branch = ?1 AND epoch = ?2 AND head = ?3 ORDER BY seq DESC LIMIT 1";
constexpr std::string_view epochs = "SELECT epoch, head FROM chain WHERE node = ?1 ORDER BY turn DESC";
constexpr std::string_view event_at =
    "SELECT head, verdict, reason, usable_from, stage FROM event WHERE branch = ?1 AND epoch = ?2 AND seq = ?3";
constexpr std::string_view chains =
    "SELECT epoch, base, seq, head, signature FROM chain WHERE node = ?1 ORDER BY epoch";
constexpr std::string_view base = "SELECT base FROM chain WHERE node = ?1 AND epoch = ?2";
constexpr std::string_view head = "SELECT head FROM event WHERE branch = ?1 AND node = ?2 AND epoch = ?3 AND seq = ?4";
constexpr std::string_view events_after =
    "SELECT seq, header, ciphertext, wrap, verdict, reason, usable_from, stage FROM event WHERE branch = ?1 AND node = "
    "?2 AND epoch = ?3 AND seq > ?4 ORDER BY seq LIMIT ?5";
constexpr std::string_view newest_chain =
    "SELECT epoch, seq FROM chain WHERE node = ?1 ORDER BY touched_at DESC, epoch LIMIT 1";

constexpr std::string_view all[] = {chain,  any_chain, last_chain, is_head,      epochs,      event_at,
                                    chains, base,      head,       events_after, newest_chain};

}  // namespace kiosk::central::lookup
