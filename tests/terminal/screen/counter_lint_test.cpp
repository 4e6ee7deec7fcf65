// Every page of the officer in all sizes, both themes, both languages and on three glasses: nothing clipped, cramped,
// faint or out of reach, no key without words. KIOSK_SHOTS=FOLDER keeps a picture of each; KIOSK_PAGES names some.
#include <cstring>
#include <set>

#include "counter_glass.h"

using namespace kiosk;
using namespace kiosk::test;

namespace {

bool wanted(const std::string& page) {
  const char* some = std::getenv("KIOSK_PAGES");
  return !some || (std::string(",") + some + ",").find("," + page + ",") != std::string::npos;
}

bool is_key(std::string_view label) {
  static const std::set<std::string_view> areas = {"counter", "sync",  "fault",   "ticket", "priority",
                                                   "account", "event", "service", "claim",  "face"};
  const auto dot = label.find('.');
  return dot != std::string_view::npos && label.find(' ') == std::string_view::npos &&
         areas.count(label.substr(0, dot)) > 0;
}

void check_all(const Glass& glass, const ui::Settings& settings) {
  CounterGlass on(glass, settings);
  for (const auto& shown : desk_pages()) {
    if (!wanted(shown.name)) continue;
    auto model = at_counter({"call", "claim", "interview", "reset", "approve", "admin"});
    shown.arrange(model);
    const auto what = "counter-" + shown.name + "-" + glass.name + "-" +
                      std::to_string(static_cast<int>(settings.size)) + (settings.contrast ? "-contrast" : "") +
                      (settings.language == "id" ? "" : "-" + settings.language);
    CAPTURE(what);
    on.settle(model);
    for (const ui::Node* up = on.ui().tree().by_id("scroll.up"); up && up->enabled;
         up = on.ui().tree().by_id("scroll.up")) {
      on.ui().use("scroll.up");
      on.settle(model);
    }
    for (int part = 0; part < 12; ++part) {
      on.shoot(what + (part > 0 ? "-" + std::to_string(part + 1) : ""));
      for (const auto& f : ui::lint(on.ui().tree(), kDesk)) FAIL_CHECK(f.rule << ": " << f.id << ": " << f.detail);
      for (const auto& node : on.ui().tree().nodes) {
        CHECK_MESSAGE(!is_key(node.label), node.label);
        if (node.role != ui::Role::Page) CHECK_MESSAGE(!is_key(node.value), node.value);
      }
      const auto* down = on.ui().tree().by_id("scroll.down");
      if (!down || !down->enabled) break;
      on.ui().use("scroll.down");
      on.settle(model);
    }
  }
}

constexpr Glass kWide{"wide", 1920, 1080}, kTall{"tall", 1080, 1920}, kSmall{"small", 1366, 768};

}  // namespace

TEST_CASE("screen: every officer's page keeps the rules in each size") {
  for (const auto size :
       {ui::TextSize::Percent100, ui::TextSize::Percent125, ui::TextSize::Percent150, ui::TextSize::Percent200}) {
    check_all(kWide, {.size = size});
    check_all(kTall, {.size = size});
  }
  check_all(kSmall, {});
}

TEST_CASE("screen: every officer's page keeps the rules in high contrast") {
  check_all(kWide, {.contrast = true});
  check_all(kTall, {.size = ui::TextSize::Percent200, .contrast = true});
}

TEST_CASE("screen: every officer's page has English words") { check_all(kWide, {.language = "en"}); }

TEST_CASE("screen: each reason why records wait has words and advice in both languages") {
  const char* reasons[] = {"no_route",
                           "dns",
                           "refused",
                           "timeout",
                           "tls_refused",
                           "tls_expired",
                           "tls_not_yet",
                           "tls_unknown_ca",
                           "tls_wrong_name",
                           "captive_portal",
                           "proxy_away",
                           "proxy_refused",
                           "centre_5xx",
                           "centre_busy",
                           "clock_wrong",
                           "node_revoked",
                           "certificate_expired",
                           "certificate_refused",
                           "held",
                           "fork",
                           "not_enrolled",
                           "bad_reply",
                           "waiting_photo",
                           "document_damaged",
                           "store_full",
                           "bad_chain",
                           "bad_signature",
                           "wrong_branch",
                           "receipt_invalid",
                           "ack_mismatch",
                           "centre_refused",
                           "node_unknown",
                           "blob_refused"};
  CounterGlass on(kWide, {});
  for (const char* reason : reasons) {
    CAPTURE(reason);
    for (const char* language : {"id", "en"}) CHECK(texts().language(language).has(std::string("sync.why.") + reason));
    auto model = at_counter({"call"});
    model.sync = late("offline", reason, 3);
    model.state = desk::AtSync{};
    on.settle(model);
    CHECK(on.ui().tree().by_label(texts().language("id").text(std::string("sync.why.") + reason)));
  }
}

TEST_CASE("screen: the sync page does what its keys say, and only the head may hold") {
  CounterGlass on(kWide, {});
  auto model = at_counter({"call", "admin"});
  model.sync = late("offline", "no_route", 3);
  model.state = desk::AtSync{};
  on.settle(model);
  on.ui().shortcut("F2");
  on.settle(model);
  REQUIRE(on.intent);
  CHECK(std::holds_alternative<desk::TryNow>(std::get<desk::Intent>(*on.intent)));
  on.ui().shortcut("F6");
  on.settle(model);
  REQUIRE(on.intent);
  CHECK(std::get<desk::HoldSync>(std::get<desk::Intent>(*on.intent)).hold);
  model.session->officer.rights = {"call"};
  on.settle(model);
  CHECK(on.ui().tree().by_id("hold") == nullptr);
  CHECK(on.ui().tree().by_id("try-now") != nullptr);
}

TEST_CASE(
    "screen: after days without a network the sync page offers the sealed export, says what was saved and what came "
    "back") {
  CounterGlass on(kWide, {});
  auto model = at_counter({"call"});
  model.sync = late("offline", "no_route", 3);
  model.state = desk::AtSync{};
  on.settle(model);
  CHECK(on.ui().tree().by_id("save-export") == nullptr);
  model.sync.alert = "export";
  on.settle(model);
  on.ui().shortcut("F7");
  on.settle(model);
  REQUIRE(on.intent);
  CHECK(std::holds_alternative<desk::SaveExport>(std::get<desk::Intent>(*on.intent)));
  on.ui().shortcut("F8");
  on.settle(model);
  REQUIRE(on.intent);
  CHECK(std::holds_alternative<desk::TakeReceipt>(std::get<desk::Intent>(*on.intent)));
  desk::AtSync done;
  done.saved = desk::ExportSaved{"ekspor-JKT01-20261126-091500.kx", 1'204, 37};
  done.received = verbs::ReceiptTaken{1'204, 37, true};
  model.state = done;
  on.settle(model);
  CHECK(on.ui().tree().by_id("saved") != nullptr);
  CHECK(on.ui().tree().by_id("received") != nullptr);
}

TEST_CASE("screen: scanning again and the interview answer to keys of their own") {
  CounterGlass on(kWide, {});
  for (const auto& shown : desk_pages()) {
    if (shown.name != std::string("case-scan")) continue;
    auto model = at_counter({"call", "claim", "interview"});
    shown.arrange(model);
    on.settle(model);
    REQUIRE(on.ui().tree().by_id("scan-again") != nullptr);
    on.ui().shortcut("F2");
    on.settle(model);
    REQUIRE(on.intent);
    CHECK(std::holds_alternative<desk::ScanAgain>(std::get<desk::Intent>(*on.intent)));
    on.intent.reset();
    on.ui().shortcut("F9");
    on.settle(model);
    REQUIRE(on.intent);
    CHECK_FALSE(std::holds_alternative<desk::ScanAgain>(std::get<desk::Intent>(*on.intent)));
  }
}
