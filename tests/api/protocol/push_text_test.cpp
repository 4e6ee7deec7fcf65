// The batch of events that is written and read by hand says exactly what the general reader reads.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "api/protocol/push_text.h"

using namespace kiosk;
using namespace kiosk::protocol;

namespace {

PushRequest sample(int events) {
  PushRequest r;
  r.epoch = "00112233445566ff";
  r.first_seq = 41;
  r.previous.fill(7);
  r.signature.fill(9);
  for (int i = 0; i < events; ++i) {
    PushEvent e;
    e.header = "{\"id\":\"x" + std::to_string(i) + "\",\"reason\":\"a \\\"quoted\\\" \\\\ word\"}";
    e.ciphertext.assign(static_cast<std::size_t>(i * 13 % 50), static_cast<std::uint8_t>(i));
    e.wrap.assign(e.ciphertext.empty() ? 0 : 72, static_cast<std::uint8_t>(i * 3));
    r.events.push_back(std::move(e));
  }
  return r;
}

bool same(const PushRequest& a, const PushRequest& b) {
  if (a.epoch != b.epoch || a.first_seq != b.first_seq || a.previous != b.previous || a.signature != b.signature ||
      a.events.size() != b.events.size())
    return false;
  for (std::size_t i = 0; i < a.events.size(); ++i)
    if (a.events[i].header != b.events[i].header || a.events[i].ciphertext != b.events[i].ciphertext ||
        a.events[i].wrap != b.events[i].wrap)
      return false;
  return true;
}

// As the contract's general reader sees it: through a re-written text that the quick one does not take.
Result<PushRequest> general(const std::string& text) {
  const auto json = nlohmann::json::parse(text, nullptr, false);
  if (json.is_discarded()) return bad_input("json_unreadable", "body", "");
  const std::string spaced = json.dump(1);
  REQUIRE_FALSE(read_push(spaced));
  return decode<PushRequest>(spaced);
}

}  // namespace

TEST_CASE("push text: what is written by hand is read by hand and by the general reader alike") {
  for (const int events : {1, 2, 77, 2'000}) {
    const auto r = sample(events);
    const std::string text = encode(r);
    const auto quick = read_push(text);
    REQUIRE(quick.has_value());
    CHECK(same(*quick, r));
    const auto slow = general(text);
    REQUIRE(slow.ok());
    CHECK(same(*slow, r));
  }
}

TEST_CASE("push text: letters beyond ASCII and control characters arrive as they were") {
  auto r = sample(1);
  r.events[0].header = "{\"terminal\":\"kios \xc3\xa9 \x01\"}";
  const auto back = decode<PushRequest>(encode(r));
  REQUIRE(back.ok());
  CHECK(back->events[0].header == r.events[0].header);
}

TEST_CASE("push text: the quick reader takes nothing that the general one would not") {
  SeededRandom random(5);
  const std::string good = encode(sample(3));
  int taken = 0, agreed = 0;
  for (int i = 0; i < 4'000; ++i) {
    std::string text = good;
    const auto at = random.below(text.size());
    switch (random.below(4)) {
      case 0:
        text[at] = static_cast<char>(random.below(256));
        break;
      case 1:
        text.erase(at, 1 + random.below(4));
        break;
      case 2:
        text.insert(at, 1, "\"\\{}[],:0a"[random.below(10)]);
        break;
      default:
        text.resize(at);
        break;
    }
    const auto quick = read_push(text);
    if (!quick) continue;
    ++taken;
    const auto slow = general(text);
    if (slow && same(*quick, *slow)) ++agreed;
  }
  CHECK(taken > 100);  // a changed letter of a header, a changed byte of a key
  CHECK(agreed == taken);
}

TEST_CASE("push text: bounds are those of the contract, and the fault names the field") {
  auto r = sample(1);
  r.events[0].wrap.assign(257, 1);
  CHECK_FALSE(read_push(encode(r)));
  CHECK(decode<PushRequest>(encode(r)).fault().field.find("wrap") != std::string::npos);
  r = sample(1);
  r.events[0].header.assign(4'097, 'x');
  CHECK_FALSE(read_push(encode(r)));
  CHECK(decode<PushRequest>(encode(r)).fault().field.find("header") != std::string::npos);
  r = sample(2'001);
  CHECK_FALSE(read_push(encode(r)));
  CHECK_FALSE(decode<PushRequest>(encode(r)).ok());
  r = sample(0);
  CHECK_FALSE(read_push(encode(r)));
  CHECK_FALSE(decode<PushRequest>(encode(r)).ok());
}
