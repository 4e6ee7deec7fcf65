// kioskctl readiness: what of the branch is ready before the doors open. Exit status 1 when something says stop.
#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <cstdio>

#include "programs/kioskctl/ctl.h"

namespace kiosk::programs {
namespace {

Result<Done> readiness(Ctl& ctl) {
  TRY(auto* node, ctl.branch());
  TRY(const auto actor, ctl.actor());
  TRY(const auto found, node->ask(actor, verbs::GetReadiness{}));
  Json items = Json::array();
  for (const auto& i : found.items)
    items.push_back({{"what", i.what}, {"subject", i.subject}, {"state", i.state}, {"code", i.code}});
  const auto* words = ctl.words();
  if (ctl.json || words == nullptr) {
    Json said{{"ready", found.ready}, {"items", std::move(items)}};
    found.ready ? ctl.print(std::move(said)) : ctl.on_fail(std::move(said));  // one object either way
  } else {
    for (const auto& i : found.items) {
      const auto& lang = *words;
      const std::string what = lang("readiness.what." + i.what) + (i.subject.empty() ? "" : " " + i.subject);
      const std::string why = i.code.empty() ? "" : " [" + i.code + "]";
      std::printf("%-8s %s%s\n", lang("readiness.state." + i.state).c_str(), what.c_str(), why.c_str());
    }
  }
  if (!found.ready) return refused("branch_not_ready", "something must be mended before the branch opens");
  return Done{};
}

}  // namespace

void add_readiness_command(CLI::App& app, Ctl& ctl) {
  app.add_subcommand("readiness", "What of this branch is ready to open: clock, disk, sync, certificates, terminals")
      ->callback([&ctl] { ctl.act = [](Ctl& c) { return readiness(c); }; })
      ->footer("Example:\n  kioskctl readiness --home DIR --json");
}

}  // namespace kiosk::programs
