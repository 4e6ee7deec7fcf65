// BranchClient: verbs::Branch from afar, over the node's Unix socket or, with a badge, mutual TLS on the LAN. What
// terminals, kioskctl and tests use; it keeps no facts, only connections. Changes are pushed by the node: the first
// changes() opens a stream of its own (change_stream.h), and the terminal it was asked for is heard of while it lives.
// Thread: any, several at once (each call takes a connection of its own from a small pool).
// Blocks: until the answer or the timeout; changes() for as long as it was asked to wait. close() ends all of them.
// Errors: the node's own faults as they were; unreachable node_away when it is not there, does not answer in time or
//   answers what is no answer. After a restart of the node the next call simply works again.
#pragma once
#include <memory>
#include <optional>
#include <string>

#include "api/protocol/branch_api.h"
#include "api/verbs/branch.h"
#include "base/clock.h"

namespace kiosk::lan {

class TerminalIdentity;

class BranchClient final : public verbs::EveryVerb<BranchClient> {
 public:
  struct Options {
    std::string base;  // "unix:/path/branch.sock", "http://127.0.0.1:8080", "https://host:port"
    std::shared_ptr<const TerminalIdentity> badge;  // on the LAN
    Millis connect_timeout{2'000};
    Millis timeout{15'000};  // of one call; a verb that takes longer adds its own
    Millis silence{6'000};   // without a sign of the node's stream of changes: it is away
  };
  explicit BranchClient(Options options);
  ~BranchClient() override;

  static Options at_home(const std::string& home);  // the socket of the node that owns this home
  void close();                                     // running and later calls answer unreachable node_away

  template <class V>
  Result<typename V::Reply> perform(const verbs::Actor& who, const V& asked) {
    std::optional<typename V::Reply> reply;
    const auto& codec = protocol::codec_of<V>();
    if (auto fault = call(who, V::verb, codec.write_request(&asked), codec, &reply)) return std::move(*fault);
    return std::move(*reply);
  }
  Result<std::string> perform(const verbs::Actor&, const verbs::PutBlob&);
  Result<verbs::Changes> perform(const verbs::Actor&, const verbs::WaitChanges&);
  Result<verbs::Announcer> perform(const verbs::Actor&, const verbs::Announce&);

 private:
  // `reply`: an optional of the verb's Reply, filled unless there is a fault. Wipes `body`.
  std::optional<Fault> call(const verbs::Actor&, const verbs::Verb&, std::string body, const protocol::VerbCodec&,
                            void* reply);
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace kiosk::lan
