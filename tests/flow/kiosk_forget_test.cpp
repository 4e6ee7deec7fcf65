// Promise 10: after Forget nothing of the person is in the terminal's memory. The whole writable memory of this process
// is searched for a planted NIK, so the needle itself is kept in a form that cannot be found.
#include <doctest/doctest.h>

#include <cstdio>
#include <cstring>
#include <fstream>
#include <sstream>

#include "kiosk_player.h"

using namespace kiosk;
using namespace kiosk::test;
using namespace kiosk::flow::self;

namespace {

constexpr std::uint8_t kMask = 0x55;
constexpr int kDigits = 16;
// 9902020804690002, each digit exclusive-or 0x55.
constexpr std::uint8_t kHidden[kDigits] = {'9' ^ kMask, '9' ^ kMask, '0' ^ kMask, '2' ^ kMask, '0' ^ kMask, '2' ^ kMask,
                                           '0' ^ kMask, '8' ^ kMask, '0' ^ kMask, '4' ^ kMask, '6' ^ kMask, '9' ^ kMask,
                                           '0' ^ kMask, '0' ^ kMask, '0' ^ kMask, '2' ^ kMask};

void reveal(std::string& into) {
  into.clear();
  for (auto c : kHidden) into.push_back(static_cast<char>(c ^ kMask));
}

bool matches(const std::uint8_t* at) {
  for (int i = 0; i < kDigits; ++i)
    if ((at[i] ^ kMask) != kHidden[i]) return false;
  return true;
}

// Where the planted number stands in writable memory; the sanitizer's own huge maps are left out.
int times_found() {
  int found = 0;
  std::ifstream maps("/proc/self/maps");
  std::FILE* memory = std::fopen("/proc/self/mem", "rb");
  if (!memory) return -1;
  std::vector<std::uint8_t> block;
  for (std::string line; std::getline(maps, line);) {
    unsigned long from = 0, to = 0;
    char mode[5] = {};
    if (std::sscanf(line.c_str(), "%lx-%lx %4s", &from, &to, mode) != 3) continue;
    if (mode[0] != 'r' || mode[1] != 'w' || to - from > (512ul << 20)) continue;
    block.resize(to - from);
    if (std::fseek(memory, static_cast<long>(from), SEEK_SET) != 0) continue;
    const auto got = std::fread(block.data(), 1, block.size(), memory);
    for (std::size_t i = 0; i + kDigits <= got; ++i)
      if (matches(block.data() + i)) ++found;
    wipe(block.data(), block.size());
  }
  std::fclose(memory);
  return found;
}

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
    } else if (auto* a = std::get_if<ReadAccount>(&e)) {
      p.feed(Answered<verbs::AccountView>{a->no, p.account()});
    }
    flow::self::wipe(e);
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
