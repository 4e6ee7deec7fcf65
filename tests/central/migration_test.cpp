// A centre of the first schema is opened by this program: what it held is still there, and goes on.
#include "base/sqlite/sqlite.h"
#include "world.h"

using namespace kiosk;
using namespace kiosk::test;

namespace {
std::string first_schema() {
  const char* source = std::getenv("KIOSK_SOURCE");
  std::ifstream in(std::string(source ? source : ".") + "/kiosk/central/migrations/0001_centre.sql");
  std::stringstream all;
  all << in.rdbuf();
  return all.str();
}
}  // namespace

TEST_CASE("central: a file of the first schema keeps its ledger and its feed's numbers") {
  const TempDir dir;
  const std::string home = dir.path + "/centre";
  REQUIRE(std::system(("mkdir '" + home + "'").c_str()) == 0);
  const std::string h32(64, 'a');
  {
    auto db = must(sqlite::Db::open(home + "/centre.db", {}));
    must(db.exec(first_schema()));
    const std::string event =
        "INSERT INTO event (branch, epoch, seq, id, node, kind, at, received_at, header, ciphertext, wrap, head, "
        "verdict, reason, stage) VALUES ('JKT01', ";
    const std::string rest = ", 'ticket.issued', 1, 2, '{}', x'', x'', x'" + h32 + "', 'accepted', '', '')";
    must(
        db.exec("INSERT INTO branch VALUES ('JKT01', 'One', 420), ('JKT02', 'Two', 420);"
                "INSERT INTO node VALUES ('n1', 'JKT01', x'00', x'00', 5, 6, 's', NULL);"
                "INSERT INTO chain VALUES ('n1', 'ffff', x'" +
                h32 + "', 2, x'" + h32 +
                "', 1);"
                "INSERT INTO chain VALUES ('n1', '0000', x'" +
                h32 + "', 1, x'" + h32 + "', 1);" + event + "'ffff', 1, 'id-1', 'n1'" + rest + ";" + event +
                "'ffff', 2, 'id-2', 'n1'" + rest + ";" + event + "'0000', 1, 'id-3', 'n1'" + rest + ";" +
                "INSERT INTO feed (branch, kind, subject, body) VALUES ('JKT01', 'rules', '', ''), ('JKT02', 'rules', "
                "'', ''), ('JKT01', 'services', '', '');"
                "PRAGMA user_version = 1"));
  }
  FakeClock clock{from_ms(1'795'000'000'000)};
  SystemRandom random;
  central::Centre::Options o;
  o.home = home;
  o.clock = &clock;
  o.random = &random;
  const auto centre = must(central::Centre::open(o));
  std::vector<std::string> ids;
  must(centre->each_event("", [&](const central::LedgerRow& r) { ids.push_back(r.id); }));
  CHECK(ids == std::vector<std::string>{"id-1", "id-2", "id-3"});  // the chain that began first stands first
  // The branch had read up to 1: what is new for it comes after its highest number.
  must(centre->set_rule("reset_hours", "30", Date::of(2027, 1, 1).value()));
  central::NodeRef node{"n1", "JKT01", {}, crypto::KeyRing{}.box.public_key()};
  const auto feed = must(centre->feed(node, 1, 10));
  REQUIRE(feed.items.size() == 2);
  CHECK(feed.items[0].cursor == 3);
  CHECK(feed.items[0].kind == "services");
  CHECK(feed.items[1].cursor == 4);
  CHECK(feed.items[1].kind == "rules");
}
