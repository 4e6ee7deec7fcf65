// Terminals on other machines: codes, joining, renewing, removing; the lease of the one that speaks. What is certified
// and who is let in is the door's (verbs::TerminalAuthority); what is known of them is kept here, each change an event.
#include "node/store/terminals.h"

#include <algorithm>

#include "node/branch/core.h"

namespace kiosk::branch {
namespace {

constexpr std::size_t kMostTerminals = 64;
constexpr int kTries = 5;
constexpr Millis kCodeLife{60 * 60'000}, kPresent{10'000};

bool is_role(const std::string& role) { return role == "kiosk" || role == "counter" || role == "board"; }

bool is_name(const std::string& name) {
  return !name.empty() && name.size() <= 32 && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_' ||
           c == '.';
  });
}

Result<verbs::TerminalAuthority*> door_of(Core& core) {
  auto* door = core.door.load();
  if (!door) return refused("lan_off", "[lan] listen is not set in the node's settings");
  return door;
}

verbs::TerminalView view_of(const store::TerminalRow& row) {
  return {row.id, row.name, row.role, row.joined_at, row.certificate_until, row.removed_at, false};
}

Result<std::string> free_name(sqlite::Db& db, const std::string& role, const std::vector<std::string>& in_codes) {
  for (std::size_t n = 1; n <= kMostTerminals + in_codes.size() + 1; ++n) {
    std::string name = role + "-" + std::to_string(n);
    TRY(const auto taken, store::terminal_named(db, name));
    if (!taken && std::find(in_codes.begin(), in_codes.end(), name) == in_codes.end()) return name;
  }
  return refused("too_many_terminals", "remove one first");
}

Bytes request_of(const verbs::JoinTerminal& asked) {
  const auto hash = crypto::Hasher().add(as_bytes(asked.csr_pem)).add(asked.proof).finish();
  return {hash.begin(), hash.end()};
}

// The same request again is answered as it was the first time, as long as its terminal is there: the answer may have
// been lost. Whoever asks by another key, or does not know the code, gets nothing.
Result<verbs::TerminalCertificate> once_more(const Core& core, const store::TerminalCodeRow& code,
                                             const std::optional<store::TerminalRow>& terminal,
                                             const verbs::JoinTerminal& asked) {
  if (!terminal || !code.use || code.use->request != request_of(asked))
    return refused("join_code_used", "a code is for one terminal", "code");
  const auto& use = *code.use;
  return verbs::TerminalCertificate{
      core.store.identity().branch, code.name, code.role, use.certificate_pem, use.ca_pem, use.until, use.proof};
}

template <events::IsKind K>
events::Draft about(K kind, const store::TerminalRow& row) {
  auto d = make_event(kind);
  d.header.subject = row.name;
  d.header.reason = row.role;
  return d;
}

}  // namespace

void Node::set_terminal_authority(verbs::TerminalAuthority* door) {
  core_->door.store(door);
  if (!door) return;
  auto read = core_->store.read();
  if (!read) return;
  const auto rows = store::terminals(read->db());
  for (std::size_t i = 0; rows && i < rows->size(); ++i)
    if (!(*rows)[i].removed_at) door->admit(view_of((*rows)[i]));
}

Result<verbs::TerminalCode> Node::on(const verbs::Actor& actor, const verbs::AddTerminal& asked) {
  TRY(auto* door, door_of(*core_));
  if (!is_role(asked.role)) return bad_input("role_unknown", "role", "kiosk, counter or board");
  if (!asked.name.empty() && !is_name(asked.name))
    return bad_input("terminal_invalid", "name", "1 to 32 of A-Z a-z 0-9 . _ -");
  TRY(WriteOperation op, WriteOperation::begin(*core_, actor));
  if (!actor.session.empty()) TRY_DONE(op.officer("admin"));
  TRY_DONE(store::remove_terminal_codes(op.tx(), op.now()));
  TRY(const auto known, store::terminals(op.tx().db()));
  TRY(const auto in_codes, store::names_in_codes(op.tx().db()));
  const auto live = std::count_if(known.begin(), known.end(), [](const auto& t) { return !t.removed_at; });
  if (static_cast<std::size_t>(live) + in_codes.size() >= kMostTerminals)
    return refused("too_many_terminals", "at most " + std::to_string(kMostTerminals) + " terminals and open codes");
  store::TerminalCodeRow row;
  row.name = asked.name;
  row.role = asked.role;
  if (row.name.empty()) {
    TRY(row.name, free_name(op.tx().db(), asked.role, in_codes));
  }
  TRY(const auto taken, store::terminal_named(op.tx().db(), row.name));
  if (taken) return refused("terminal_taken", "a terminal of this name is known; remove it first", "name");
  const auto code = door->new_code(core_->store.identity().branch);
  row.id = code.id;
  row.text = code.text;
  row.expires_at = op.now() + kCodeLife;
  TRY_DONE(store::put_terminal_code(op.tx(), row));
  auto d = make_event(events::TerminalCodeMade{});
  d.header.subject = row.name;
  d.header.reason = row.role;
  op.append_event(std::move(d));
  TRY_DONE(op.commit());
  return verbs::TerminalCode{code.text, row.name, row.role, row.expires_at};
}

Result<verbs::TerminalCertificate> Node::on(const verbs::Actor&, const verbs::JoinTerminal& asked) {
  TRY(auto* door, door_of(*core_));
  TRY(WriteOperation op, WriteOperation::begin(*core_, {"lan", ""}));
  auto& tx = op.tx();
  TRY(auto code, store::terminal_code(tx, asked.code_id));
  if (!code) return refused("join_code_unknown", "the node knows no such code", "code");
  const bool of_false_time = code->expires_at - op.now() > kCodeLife + domain::TimeTrust::k_jump;
  if (of_false_time || code->expires_at < op.now()) return refused("join_code_expired", "ask for a new code", "code");
  if (code->tries >= kTries) return refused("join_code_locked", "tried too often; ask for a new code", "code");
  TRY(const auto taken, store::terminal_named(tx.db(), code->name));
  if (code->used) return once_more(*core_, *code, taken, asked);
  if (taken) return refused("terminal_taken", "another terminal of this name came meanwhile", "code");
  store::TerminalRow row;
  row.id = core_->store.ids().next();
  row.name = code->name;
  row.role = code->role;
  row.joined_at = op.now();
  auto certificate = door->certify(asked, code->text, view_of(row));
  if (!certificate) {
    if (certificate.fault().code != "join_code_wrong") return certificate.fault();
    ++code->tries;
    TRY_DONE(store::put_terminal_code(tx, *code));
    TRY_DONE(op.commit_local());
    return certificate.fault();
  }
  certificate->branch = core_->store.identity().branch;
  row.certificate_until = certificate->until;
  code->used = true;
  code->use = store::CodeUse{request_of(asked), certificate->proof, certificate->certificate_pem, certificate->ca_pem,
                             certificate->until};
  TRY_DONE(store::put_terminal(tx, row));
  TRY_DONE(store::put_terminal_code(tx, *code));
  op.append_event(about(events::TerminalJoined{}, row));
  op.changed("terminal", row.name);
  TRY_DONE(op.commit());
  door->admit(view_of(row));
  return certificate;
}

Result<verbs::TerminalCertificate> Node::on(const verbs::Actor& actor, const verbs::RenewTerminal& asked) {
  TRY(auto* door, door_of(*core_));
  TRY(WriteOperation op, WriteOperation::begin(*core_, {actor.terminal, ""}));
  TRY(auto row, store::terminal_named(op.tx().db(), actor.terminal));
  if (!row) return refused("terminal_unknown", "the node knows no terminal of this name");
  TRY(auto certificate, door->renew(asked.csr_pem, view_of(*row)));
  certificate.branch = core_->store.identity().branch;
  row->certificate_until = certificate.until;
  TRY_DONE(store::put_terminal(op.tx(), *row));
  op.append_event(about(events::TerminalRenewed{}, *row));
  TRY_DONE(op.commit());
  return certificate;
}

Result<std::vector<verbs::TerminalView>> Node::on(const verbs::Actor&, const verbs::ListTerminals&) {
  TRY(auto read, core_->store.read());
  TRY(const auto rows, store::terminals(read.db()));
  std::vector<verbs::TerminalView> out;
  for (const auto& row : rows) {
    out.push_back(view_of(row));
    out.back().present = !row.removed_at && core_->presence.here(row.name, core_->clock.steady(), kPresent);
  }
  return out;
}

Result<Done> Node::on(const verbs::Actor& actor, const verbs::RemoveTerminal& asked) {
  TRY(WriteOperation op, WriteOperation::begin(*core_, actor));
  if (!actor.session.empty()) TRY_DONE(op.officer("admin"));
  TRY(auto row, store::terminal_named(op.tx().db(), asked.name));
  if (!row) return refused("terminal_unknown", "the node knows no terminal of this name", "name");
  row->removed_at = op.now();
  TRY_DONE(store::put_terminal(op.tx(), *row));
  op.append_event(about(events::TerminalRemoved{}, *row));
  op.changed("terminal", row->name);
  TRY_DONE(op.commit());
  if (auto* door = core_->door.load()) door->expel(row->id);
  return Done{};
}

Result<verbs::Announcer> Node::on(const verbs::Actor& actor, const verbs::Announce& asked) {
  if (actor.terminal.empty()) return bad_input("terminal_missing", "terminal", "1 to 64 characters");
  const std::string who = asked.run.empty() ? actor.terminal : actor.terminal + '/' + asked.run;
  auto answer = core_->announcer.ask(who, asked.spoken, core_->clock.steady());
  answer.terminal = answer.terminal.substr(0, answer.terminal.find('/'));
  return answer;
}

}  // namespace kiosk::branch
