// kioskctl terminal: terminals on other machines; a code at the node, and the joining on the machine itself.
#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "node/lan/terminal_identity.h"
#include "programs/kioskctl/ctl.h"

namespace kiosk::programs {
namespace {
struct Asked {
  std::string role, name, code;
};

Result<Done> add(Ctl& ctl, const Asked& asked) {
  TRY(auto* node, ctl.branch());
  TRY(const auto actor, ctl.actor());
  TRY(const auto made, node->ask(actor, verbs::AddTerminal{asked.role, asked.name}));
  ctl.print({{"terminal", made.name}, {"role", made.role}, {"until", to_rfc3339(made.until)}, {"code", made.code}});
  return Done{};
}

Result<Done> join(Ctl& ctl, const Asked& asked) {
  if (ctl.branch_url.empty()) return bad_input("branch_url", "branch", "add --branch https://HOST:PORT");
  TRY(const auto badge, lan::join_at(ctl.branch_url, asked.code, ctl.home, ctl.settings().allow_key_file));
  ctl.print({{"terminal", badge->name()},
             {"role", badge->role()},
             {"branch", badge->url()},
             {"certificate_until", to_rfc3339(badge->until())}});
  return Done{};
}

Result<Done> list(Ctl& ctl, const Asked&) {
  TRY(auto* node, ctl.branch());
  TRY(const auto actor, ctl.actor());
  TRY(const auto all, node->ask(actor, verbs::ListTerminals{}));
  for (const auto& t : all)
    ctl.row({{"terminal", t.name},
             {"role", t.role},
             {"joined_at", to_rfc3339(t.joined_at)},
             {"certificate_until", to_rfc3339(t.certificate_until)},
             {"removed_at", when(t.removed_at)},
             {"present", t.present}});
  return Done{};
}

Result<Done> remove(Ctl& ctl, const Asked& asked) {
  TRY(auto* node, ctl.branch());
  TRY(const auto actor, ctl.actor());
  TRY_DONE(node->ask(actor, verbs::RemoveTerminal{asked.name}));
  ctl.print({{"terminal", asked.name}});
  return Done{};
}
}  // namespace

void add_terminal_commands(CLI::App& app, Ctl& ctl) {
  auto asked = std::make_shared<Asked>();
  auto* group = app.add_subcommand("terminal", "Terminals on other machines");
  group->require_subcommand(1);
  using Command = Result<Done> (*)(Ctl&, const Asked&);
  const auto command = [&](const char* name, const char* help, Command act) {
    auto* sub = group->add_subcommand(name, help);
    sub->callback([&ctl, asked, act] { ctl.act = [asked, act](Ctl& c) { return act(c, *asked); }; });
    return sub;
  };
  auto* a = command("add", "A one-time code for a new terminal, good for an hour; at the node", add);
  a->add_option("--role", asked->role, "kiosk, counter or board: what it may do")
      ->required()
      ->check(CLI::IsMember({"kiosk", "counter", "board"}));
  a->add_option("--name", asked->name, "Its name in the records (default: the role and the first free number)");
  a->footer("Example:\n  kioskctl terminal add --role counter");
  auto* j = command("join", "Makes this machine the terminal of a code; its key stays in --home", join);
  j->add_option("--code", asked->code, "The code that kioskctl terminal add printed")->required();
  j->footer("Example:\n  kioskctl terminal join --branch https://branch.local:8443 --code JKT01-7K2QD-...");
  command("list", "Who may come in, until when, and who was removed", list);
  auto* r = command("remove", "Lets a terminal in no more, at once: it was stolen, or is another's now", remove);
  r->add_option("name", asked->name, "Its name")->required();
}

}  // namespace kiosk::programs
