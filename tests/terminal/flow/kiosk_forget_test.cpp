// After Forget nothing of the person is in the terminal's memory.
#include <doctest/doctest.h>

#include <cstdio>
#include <cstring>
#include <fstream>
#include <sstream>

#include "kiosk_player.h"
#include "tests/support/memory_search.h"

using namespace kiosk;
using namespace kiosk::test;
using namespace kiosk::flow::kiosk;

namespace {

// As kiosk_player's reply, but wiping each request after it was answered, as the runner does.
void serve(Player& p, std::vector<Effect> todo) {
  for (auto& e : todo) {
    if (auto* f = std::get_if<FindPerson>(&e)) {
      auto person = invented_person();
      std::string nik;
      reveal(nik);
      wipe(person.id);
      person.id = domain::PersonId(domain::Nik::parse(nik).value());
      kiosk::wipe(nik);
      verbs::ParticipantFound answer{verbs::Source::Cache, WallTime{}, true, std::nullopt, "S***"};
      answer.record.emplace(std::move(person));
      p.feed(Answered<verbs::ParticipantFound>{f->no, std::move(answer)});
    } else if (auto* l = std::get_if<ListClaims>(&e)) {
      p.feed(Answered<std::vector<verbs::ClaimView>>{l->no, p.claims()});
    } else if (auto* a = std::get_if<ReadAccount>(&e)) {
      p.feed(Answered<verbs::AccountView>{a->no, p.account()});
    }
    flow::kiosk::wipe(e);
    serve(p, std::exchange(p.effects, {}));
  }
}

}  // namespace

TEST_CASE("flow: the visit wipes every field it held, also those that moved") {
  Player p;
  p.answer = false;
  p.choose("claim");
  {
    std::string nik;
    reveal(nik);
    p.enter(std::move(nik));
  }
  REQUIRE(times_found() >= 1);  // the search can find it
  p.next();
  p.feed(Intent{EnterDate{"08", "04", "1969"}});
  p.next();
  p.enter("SITI PERCONTOHAN");
  p.next();
  serve(p, std::exchange(p.effects, {}));
  REQUIRE(p.at() == "ThreeChecks");
  REQUIRE(p.visit().record() != nullptr);
  CHECK(times_found() >= 1);
  p.feed(Intent{Finish{}});
  p.other();
  REQUIRE(p.at() == "Home");
  p.effects.clear();
  CHECK(p.visit().nik.empty());
  CHECK(times_found() == 0);
}
