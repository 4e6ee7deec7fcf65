#include "node/lan/terminal_identity.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <optional>

#include "api/protocol/central_api.h"
#include "api/protocol/enrol_code.h"
#include "api/verbs/branch.h"
#include "base/crypto/crypto.h"
#include "base/endpoint.h"
#include "base/net/pki.h"
#include "node/lan/code_proof.h"

namespace kiosk::lan {
namespace {

constexpr std::string_view kSealed = "sealed:";

std::string file_of(const std::string& home) { return home + "/terminal.json"; }
std::string asked_file(const std::string& home) { return home + "/terminal.joining"; }

Result<Done> make_home(const std::string& home) {
  for (std::size_t at = 1; at <= home.size(); ++at) {
    if (at < home.size() && home[at] != '/') continue;
    if (::mkdir(home.substr(0, at).c_str(), at == home.size() ? 0700 : 0755) != 0 && errno != EEXIST)
      return refused("home_unwritable", std::strerror(errno), "home");
  }
  return Done{};
}

// Written beside and renamed: the old file or the new one, never a part.
Result<Done> write_file(const std::string& path, std::string text) {
  const std::string half = path + ".new";
  const int fd = ::open(half.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  const bool written =
      fd >= 0 && ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && ::fsync(fd) == 0;
  const int why = errno;
  if (fd >= 0) ::close(fd);
  wipe(text);
  if (!written || ::rename(half.c_str(), path.c_str()) != 0)
    return refused("home_unwritable", std::strerror(why), "home");
  return Done{};
}

std::string read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// What seals a terminal's key: the data key of its home, kept as a node's is.
Result<crypto::Key> seal_of(const std::string& home, bool allow_key_file, bool create = true) {
  if (create) TRY_DONE(make_home(home));
  TRY(auto keys, crypto::load_keys(home, allow_key_file, create));
  return keys.data.clone();
}
std::string sealed(const crypto::Key& seal, const SecretString& key_pem, std::string_view what) {
  return std::string(kSealed) + to_hex(seal.seal(as_bytes(key_pem.reveal()), as_bytes(what)));
}
std::optional<SecretString> opened(const crypto::Key& seal, std::string_view text, std::string_view what) {
  if (!text.starts_with(kSealed)) return std::nullopt;
  const auto bytes = from_hex(text.substr(kSealed.size()));
  if (!bytes) return std::nullopt;
  auto plain = seal.open(*bytes, as_bytes(what));
  if (!plain) return std::nullopt;
  SecretString out{std::string(as_text(*plain))};
  wipe(*plain);
  return out;
}
// Bound to whose key it is, so that a file of another terminal of the same keys is not taken for this one's.
std::string what_of(const protocol::TerminalKept& kept) { return "terminal.json:" + kept.branch + ":" + kept.name; }

Result<Done> keep(const std::string& home, bool allow_key_file, const protocol::TerminalKept& kept) {
  TRY(const auto seal, seal_of(home, allow_key_file));
  const protocol::TerminalKept file{kept.url,
                                    kept.branch,
                                    kept.name,
                                    kept.role,
                                    SecretString(sealed(seal, kept.key_pem, what_of(kept))),
                                    kept.certificate_pem,
                                    kept.ca_pem};
  return write_file(file_of(home), protocol::to_wire(file));
}

Result<std::string> base_of(std::string url) {
  while (url.ends_with('/')) url.pop_back();
  const bool host =
      url.starts_with("https://") && url.size() > 8 && url.size() <= 250 &&
      std::all_of(url.begin() + 8, url.end(),
                  [](unsigned char c) {
                    return std::isalnum(c) != 0 || c == '.' || c == '-' || c == ':' || c == '[' || c == ']';
                  }) &&
      parse_endpoint(url.substr(8), 443);
  if (!host) return bad_input("branch_url", "branch", "https://HOST:PORT was expected");
  return url;
}

// The node's own words where it said any.
Fault refusal(const net::Reply& reply) {
  if (auto fault = protocol::fault_from_wire(reply.body)) return std::move(*fault);
  if (const auto said = protocol::decode<protocol::ApiError>(reply.body); said && !said->code.empty())
    return refused(said->code, said->message, said->field);
  return unreachable("bad_reply", "HTTP status " + std::to_string(reply.status));
}

struct Asked {
  SecretString key;
  std::string csr;
};
Result<Asked> new_request(const std::string& name) {
  Asked a;
  a.key = net::make_key();
  TRY(a.csr, net::make_csr(a.key, name, {}));
  return a;
}

// The request that this code was asked with before, if it was: which code, the sealed key, the request.
Result<Asked> request_for(const std::string& code, const std::string& home, bool allow_key_file) {
  TRY(const auto seal, seal_of(home, allow_key_file));
  const std::string what = "terminal.joining:" + code;
  const std::string text = read_file(asked_file(home));
  const auto first = text.find('\n'), second = text.find('\n', first + 1);
  if (second != std::string::npos && text.substr(0, first) == code)
    if (auto key = opened(seal, std::string_view(text).substr(first + 1, second - first - 1), what))
      return Asked{std::move(*key), text.substr(second + 1)};
  TRY(auto asked, new_request("terminal"));
  TRY_DONE(write_file(asked_file(home), code + '\n' + sealed(seal, asked.key, what) + '\n' + asked.csr));
  return asked;
}

}  // namespace

bool TerminalIdentity::there(const std::string& home) { return ::access(file_of(home).c_str(), F_OK) == 0; }

Result<std::shared_ptr<TerminalIdentity>> TerminalIdentity::open(const std::string& home, bool allow_key_file) {
  if (!there(home)) return refused("not_joined", "this machine is no terminal yet: kioskctl terminal join", "home");
  std::string text = read_file(file_of(home));
  auto kept = protocol::from_wire<protocol::TerminalKept>(text);
  wipe(text);
  const auto bad = [&] { return damaged("terminal_damaged", file_of(home) + " is not whole; join again"); };
  if (!kept) return bad();
  const bool in_the_open = !kept->key_pem.reveal().starts_with(kSealed);
  if (!in_the_open) {
    TRY(const auto seal, seal_of(home, allow_key_file, false));
    auto key = opened(seal, kept->key_pem.reveal(), what_of(*kept));
    if (!key) return bad();
    kept->key_pem = std::move(*key);
  }
  if (!net::key_matches(kept->key_pem, kept->certificate_pem)) return bad();
  if (in_the_open) TRY_DONE(keep(home, allow_key_file, *kept));
  return std::make_shared<TerminalIdentity>(std::move(*kept), allow_key_file);
}

std::string TerminalIdentity::url() const {
  const std::lock_guard lock(mutex_);
  return kept_.url;
}
std::string TerminalIdentity::name() const {
  const std::lock_guard lock(mutex_);
  return kept_.name;
}
std::string TerminalIdentity::role() const {
  const std::lock_guard lock(mutex_);
  return kept_.role;
}
net::TlsIdentity TerminalIdentity::identity() const {
  const std::lock_guard lock(mutex_);
  return {kept_.certificate_pem, kept_.key_pem.clone(), kept_.ca_pem};
}
int TerminalIdentity::version() const {
  const std::lock_guard lock(mutex_);
  return version_;
}
WallTime TerminalIdentity::until() const {
  const std::lock_guard lock(mutex_);
  const auto facts = net::read_certificate(kept_.certificate_pem);
  return facts ? facts->not_after : WallTime{};
}
bool TerminalIdentity::due(WallTime now) const {
  const std::lock_guard lock(mutex_);
  const auto facts = net::read_certificate(kept_.certificate_pem);
  return facts && now >= facts->not_before + (facts->not_after - facts->not_before) * 2 / 3;
}

Result<Done> TerminalIdentity::renew(verbs::Branch& node, const std::string& home) {
  TRY(auto asked, new_request(name()));
  TRY(const auto given, node.ask({name(), {}}, verbs::RenewTerminal{asked.csr}));
  if (!net::key_matches(asked.key, given.certificate_pem))
    return refused("node_unproven", "the certificate is not for the key that asked");
  const std::lock_guard lock(mutex_);
  protocol::TerminalKept next{
      kept_.url, kept_.branch, kept_.name, kept_.role, std::move(asked.key), given.certificate_pem, kept_.ca_pem};
  TRY_DONE(keep(home, allow_key_file_, next));
  kept_ = std::move(next);
  ++version_;
  return Done{};
}

Result<std::shared_ptr<TerminalIdentity>> join_at(const std::string& url, const std::string& typed,
                                                  const std::string& home, bool allow_key_file) {
  TRY(const std::string base, base_of(url));
  TRY(const auto code, protocol::parse_enrol_code(typed));

  // First contact without trust: only to see the CA, which the code then judges.
  net::Client::Options first;
  first.base = base;
  first.verify = false;
  net::Call ask;
  ask.path = "/v1/ca";
  TRY(const auto ca_reply, net::Client(first).send(ask));
  if (ca_reply.status != 200) return refusal(ca_reply);
  TRY(const auto ca, protocol::decode<protocol::CaReply>(ca_reply.body));
  TRY(const auto facts, net::read_certificate(ca.ca_pem));
  if (!protocol::code_knows_ca(code, facts.fingerprint))
    return refused("node_unproven", "the node that answered is not the one that made this code", "branch");

  const std::string which = code_id(code.secret);
  TRY(auto asked, request_for(which, home, allow_key_file));
  const net::TlsIdentity trust{{}, {}, ca.ca_pem};
  net::Client::Options second;
  second.base = base;
  second.tls = &trust;
  net::Call post;
  post.method = "POST";
  post.path = "/v1/join_terminal";
  post.headers.emplace_back("X-Kiosk-Terminal", "joining");
  post.body = protocol::to_wire(verbs::JoinTerminal{which, asked.csr, prove_request(code.text, asked.csr, ca.ca_pem)});
  TRY(const auto reply, net::Client(std::move(second)).send(post));
  if (reply.status != 200) return refusal(reply);
  TRY(const auto given, protocol::from_wire<verbs::TerminalCertificate>(reply.body));
  // The fingerprint in the code is short enough to be forged with effort; this proof is not.
  if (given.proof != prove_answer(code.text, given.certificate_pem, ca.ca_pem) || given.ca_pem != ca.ca_pem ||
      !net::key_matches(asked.key, given.certificate_pem))
    return refused("node_unproven", "who answered does not know the code", "branch");
  protocol::TerminalKept kept{
      base, given.branch, given.name, given.role, std::move(asked.key), given.certificate_pem, given.ca_pem};
  TRY_DONE(keep(home, allow_key_file, kept));
  ::unlink(asked_file(home).c_str());
  return std::make_shared<TerminalIdentity>(std::move(kept), allow_key_file);
}

}  // namespace kiosk::lan
