// TerminalIdentity: what a terminal on another machine is known by: its key, its certificate, the CA of its node and
// where that is. Kept in HOME/terminal.json (mode 0600), its key sealed under the data key of this home
// (crypto::load_keys: systemd credentials, or a key file where that is allowed); made by join_at, renewed before its
// end; every connection made afterwards uses the new one. A file of before, with its key in the open, is read and
// sealed.
//
// Thread: any. Blocks: open and renew on the disk, join_at and renew on the network (20 s at most).
//
// Errors: bad_input branch_url, code_unreadable; refused not_joined, node_unproven (who answers did not make this code
// or does not know it), and the node's own (join_code_used, ...); unreachable as net says it; damaged terminal_damaged;
// those of crypto::load_keys.
#pragma once
#include <memory>
#include <mutex>
#include <string>

#include "api/protocol/branch_api.h"
#include "base/clock.h"
#include "base/net/http.h"

namespace kiosk::verbs {
class Branch;
}

namespace kiosk::lan {

class TerminalIdentity {
 public:
  explicit TerminalIdentity(protocol::TerminalKept kept, bool allow_key_file = true)
      : allow_key_file_(allow_key_file), kept_(std::move(kept)) {}
  static Result<std::shared_ptr<TerminalIdentity>> open(const std::string& home, bool allow_key_file = true);
  static bool there(const std::string& home);

  std::string url() const;
  std::string name() const;
  std::string role() const;
  net::TlsIdentity identity() const;
  int version() const;  // another one after each renewal
  WallTime until() const;
  bool due(WallTime now) const;  // two thirds of the certificate's life are over
  // A new key and certificate by the node, kept in `home`.
  Result<Done> renew(verbs::Branch& node, const std::string& home);

 private:
  const bool allow_key_file_;
  mutable std::mutex mutex_;
  protocol::TerminalKept kept_;
  int version_ = 1;
};

// Joins the node at `url` by a one-time code; keeps the badge in `home` (made when absent). Until it is answered the
// request is kept there too, so that the same code again asks for the same, and an answer that was lost comes again.
Result<std::shared_ptr<TerminalIdentity>> join_at(const std::string& url, const std::string& code,
                                                  const std::string& home, bool allow_key_file = true);

}  // namespace kiosk::lan
