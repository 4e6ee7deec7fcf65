// kioskctl notice: short texts for the waiting room's board.
#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "programs/kioskctl/ctl.h"
#include "programs/shared/local_time.h"

namespace kiosk::programs {
namespace {

struct Asked {
  std::string text, text_en, from, until, id;
};

Json json_of(const verbs::Notice& n) {
  return {{"id", n.id.str()},
          {"text", n.text},
          {"text_en", n.text_en},
          {"from", to_rfc3339(n.from)},
          {"until", to_rfc3339(n.until)},
          {"by", n.by}};
}

Result<Done> add(Ctl& ctl, const Asked& asked) {
  TRY(const auto actor, ctl.officer_actor());
  TRY(auto* node, ctl.branch());
  TRY(const auto info, node->ask(actor, verbs::GetInfo{}));
  const Zone zone = Zone::told(info.zone, info.utc_offset_min);
  verbs::PostNotice post;
  post.text = asked.text;
  post.text_en = asked.text_en;
  if (!asked.from.empty()) {
    TRY(post.from, parse_local_time(asked.from, "from", zone));
  }
  TRY(post.until, parse_local_time(asked.until, "until", zone));
  TRY(const auto posted, node->ask(actor, post));
  ctl.print(json_of(posted));
  return Done{};
}

Result<Done> list(Ctl& ctl, const Asked&) {
  TRY(auto* node, ctl.branch());
  TRY(const auto actor, ctl.actor());
  TRY(const auto all, node->ask(actor, verbs::ListNotices{}));
  for (const auto& n : all) ctl.row(json_of(n));
  return Done{};
}

Result<Done> remove(Ctl& ctl, const Asked& asked) {
  TRY(const Uuid id, Uuid::parse(asked.id, "id"));
  TRY(const auto actor, ctl.officer_actor());
  TRY(auto* node, ctl.branch());
  TRY_DONE(node->ask(actor, verbs::RemoveNotice{id}));
  ctl.print({{"id", asked.id}});
  return Done{};
}

}  // namespace

void add_notice_commands(CLI::App& app, Ctl& ctl) {
  auto asked = std::make_shared<Asked>();
  auto* group = app.add_subcommand("notice", "Short texts for the waiting room's board");
  group->require_subcommand(1);
  using Command = Result<Done> (*)(Ctl&, const Asked&);
  const auto command = [&](const char* name, const char* help, Command act) {
    auto* sub = group->add_subcommand(name, help);
    sub->callback([&ctl, asked, act] { ctl.act = [asked, act](Ctl& c) { return act(c, *asked); }; });
    return sub;
  };
  auto* a = command("add", "Shows a text on the board until a time; needs the right \"admin\"", add);
  a->add_option("--text", asked->text, "A line of at most 160 bytes, in Indonesian")->required();
  a->add_option("--text-en", asked->text_en, "The same in English");
  a->add_option("--from", asked->from, "\"YYYY-MM-DD HH:MM\" by the branch's clock; at once when absent");
  a->add_option("--until", asked->until, "When it ends, in the same way; at most 92 days after its begin")->required();
  a->footer(
      "Example:\n  KIOSK_PIN=... kioskctl notice add --text \"Loket 3 tutup pukul 14.00\" --until \"2026-12-01 14:00\" "
      "--officer 1004");
  command("list", "Those that hold and those to come, also the centre's", list);
  auto* r = command("remove", "Takes a text off the board; the centre's are removed there", remove);
  r->add_option("id", asked->id, "Its id, as kioskctl notice list says it")->required();
}

}  // namespace kiosk::programs
