// The branch node's store inside the virtual machine of power_vm, and its judge afterwards.
//   kiosk-vm-writer write HOME N   commits N tickets, some with a photo, and prints "ID SEQ" once each is durable
//   kiosk-vm-writer check HOME     reads such lines from standard input: every one must be there, the chain whole
// Exit status: 0 whole, 1 something is lost or damaged (said on standard error), 2 wrong usage.
#include <cstdio>
#include <iostream>
#include <map>
#include <string>

#include "api/protocol/central_api.h"
#include "node/branch/node.h"
#include "node/store/outbox.h"

namespace {
using namespace kiosk;

class NoJudge final : public verbs::FaceJudge {  // tickets have no faces
 public:
  bool ready() const override { return false; }
  std::string profile() const override { return {}; }
  Result<domain::FaceReport> inspect(ByteView, bool) override { return refused("no_judge"); }
  Result<domain::FaceTemplate> enrol(ByteView) override { return refused("no_judge"); }
  Result<Match> compare(ByteView, const domain::FaceTemplate&) override { return refused("no_judge"); }
};

Result<std::unique_ptr<store::Store>> open(const std::string& home) {
  TRY(auto keys, crypto::load_keys(home, true, true));
  return store::Store::open({.home = home}, std::move(keys));
}

Result<Done> write(const std::string& home, int n) {
  TRY(auto store, open(home));
  NoJudge judge;
  branch::Node node(*store, judge, store->clock());
  protocol::FeedItem services;
  services.cursor = 1;
  services.kind = "services";
  services.body = protocol::encode(std::vector<domain::Service>{{"JHT", "Jaminan Hari Tua", "A", true}});
  TRY_DONE(node.feed().apply(services));
  const std::string photo(40'000, 'p');
  for (int i = 0; i < n; ++i) {
    if (i % 7 == 3) TRY_DONE(store->put_blob("photo", as_bytes(photo)));
    verbs::IssueTicket request;
    request.id = store->ids().next();
    request.service = "JHT";
    TRY_DONE(node.ask({"kiosk-1", ""}, request));
    std::printf("%s %lld\n", request.id.str().c_str(), static_cast<long long>(store->identity().last_seq));
    std::fflush(stdout);
  }
  return Done{};
}

Result<Done> check(const std::string& home) {
  std::map<std::string, std::int64_t> acknowledged;
  std::string id;
  std::int64_t seq = 0;
  while (std::cin >> id >> seq) acknowledged[id] = seq;
  if (acknowledged.empty()) return Done{};  // the power went before the first one
  TRY(auto store, open(home));
  TRY_DONE(store->check());
  NoJudge judge;
  branch::Node node(*store, judge, store->clock());
  TRY(const auto tickets, node.ask({"kiosk-1", ""}, verbs::ListTickets{false}));
  std::map<std::string, int> there;
  for (const auto& t : tickets) ++there[t.id.str()];
  for (const auto& [ticket, number] : acknowledged) {
    if (there[ticket] != 1)
      return damaged("ticket_lost", ticket + " is there " + std::to_string(there[ticket]) + " times");
    if (number > store->identity().last_seq) return damaged("event_lost", "event " + std::to_string(number));
  }
  // A row without its event would be a half: tickets and events of the chain must be as many.
  TRY(auto snapshot, store->read());
  TRY(const auto events, store::events_after(snapshot.db(), 0, 1'000'000, std::int64_t{1} << 40));
  if (events.size() != tickets.size())
    return damaged("half_written",
                   std::to_string(tickets.size()) + " tickets, " + std::to_string(events.size()) + " events");
  return Done{};
}
}  // namespace

int main(int argc, char** argv) {
  const std::string what = argc > 2 ? argv[1] : "";
  if (!(what == "write" && argc == 4) && !(what == "check" && argc == 3)) {
    std::fputs("usage: kiosk-vm-writer write HOME N | check HOME < ACKNOWLEDGED\n", stderr);
    return 2;
  }
  crypto::init();
  const auto done = what == "write" ? write(argv[2], std::atoi(argv[3])) : check(argv[2]);
  if (done) return 0;
  std::fprintf(stderr, "%s %s\n", done.fault().code.c_str(), done.fault().detail.c_str());
  return 1;
}
