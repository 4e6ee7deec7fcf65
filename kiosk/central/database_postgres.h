// The centre's store on PostgreSQL 15. `url` is libpq's (postgresql://user@host:5432/database?...); what it leaves out,
// a password above all, comes from libpq's own places: PGPASSFILE or ~/.pgpass, PGHOST, PGUSER, ...
// Errors: unreachable store_away; refused home_absent (no tables and not `create`), store_too_new, and those of Store.
#pragma once
#include "base/sqlite/sqlite.h"
#include "central/database.h"

namespace kiosk::central {

bool is_postgres(std::string_view url);
Result<std::unique_ptr<Store>> open_postgres(const std::string& url, bool create);

}  // namespace kiosk::central
