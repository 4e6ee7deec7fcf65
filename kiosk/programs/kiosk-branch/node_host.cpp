#include "programs/kiosk-branch/node_host.h"

#include <condition_variable>
#include <mutex>
#include <thread>

#include "base/crypto/crypto.h"
#include "base/endpoint.h"
#include "base/log.h"
#include "base/net/http.h"
#include "node/branch/node.h"
#include "node/branch/outgoing.h"
#include "node/branch/recovery/mend.h"
#include "node/branch/recovery/second_copy.h"
#include "node/lan/server.h"
#include "node/lan/status.h"
#include "node/store/patrol.h"
#include "node/store/store.h"
#include "node/sync/engine.h"
#include "programs/kiosk-branch/from_centre.h"
#include "programs/kiosk-branch/open_authority.h"
#include "programs/shared/boot_time.h"
#include "programs/shared/face_judge.h"
#include "programs/shared/rules_file.h"

namespace kiosk::programs {
namespace {

constexpr Millis k_look_every{5'000};

bool is_loopback(const std::string& listen) {
  const auto where = parse_endpoint(listen);
  return where && (where->host.starts_with("127.") || where->host == "localhost" || where->host == "::1");
}

// Said before anything is made in the home.
Result<Done> check_address(const std::string& listen, const char* field) {
  const auto where = parse_endpoint(listen);
  if (!where || where->host.empty()) return bad_input("address_invalid", field, "HOST:PORT was expected");
  return Done{};
}

branch::Settings node_settings(const NodeHost::Options& o) {
  branch::Settings s;
  s.run = boot_run();
  s.suspended = suspended_since_boot;
  s.version = o.version;
  s.branch_name = o.settings.branch_name;
  s.same_terminal_approval = o.settings.same_terminal_approval;
  s.blocked_service = o.settings.blocked_service;
  s.queue = o.settings.queue;
  s.session_length = o.settings.session_length;
  s.session_idle = o.settings.session_idle;
  s.pin_failures = o.settings.pin_failures;
  s.gone_after = o.settings.gone_after;
  s.unsent_warn = o.settings.unsent_warn;
  s.many_events = o.settings.many_events;
  s.many_photos = o.settings.many_photos;
  s.unsent_escalate = o.settings.unsent_escalate;
  s.unsent_export = o.settings.unsent_export;
  return s;
}

}  // namespace

store::DiskLimits disk_limits(const Settings& s) {
  constexpr std::int64_t mb = 1'000'000;
  return {.low = s.disk_low_mb * mb, .reserve = s.disk_reserve_mb * mb};
}

// In the order of need: what stands lower uses what stands above, and goes first.
struct NodeHost::Parts {
  SystemClock system_clock;
  SystemRandom system_random;
  std::unique_ptr<store::Store> store;
  std::unique_ptr<store::Patrol> patrol;
  std::unique_ptr<verbs::FaceJudge> judge;
  std::unique_ptr<branch::Node> node;
  std::unique_ptr<sync::Engine> engine;
  std::unique_ptr<branch::SecondCopy> copy;
  std::unique_ptr<lan::Server> terminals;
  std::unique_ptr<lan::LanTerminalAuthority> authority;
  std::unique_ptr<lan::Server> others;  // terminals on other machines
  std::unique_ptr<net::Server> page;
  std::mutex mutex;
  std::condition_variable ended;
  std::thread looks;  // look() and watch_over(), again and again
  void look();
  void watch_over();
  // What is damaged comes back at a start now. Until it does, its pages are refused by their checksums and the rest is
  // served: a branch without copy and centre is not closed over a page.
  bool can_come_back() const {
    if (copy && copy->status().state != "failed") return true;
    const auto s = engine->status();
    // Where sync itself meets the damage nothing goes on here but a start.
    return s.state == "idle" || s.state == "sending" || s.why == "store_corrupt";
  }
  std::function<void()> on_damage;  // of the thread that looks; empty once it was called
  int port = 0, lan_port = 0;
  bool stopped = false;
};

// Whether a counter has vanished, or a draft's time is over.
void NodeHost::Parts::look() {
  if (const auto freed = node->free_called_tickets(); !freed)
    log::warn("tickets of vanished counters are not freed", {{"why", freed.fault().code}});
  if (const auto forgot = node->forget_drafts(); !forgot)
    log::warn("drafts whose time is over are not forgotten", {{"why", forgot.fault().code}});
}

void NodeHost::Parts::watch_over() {
  if (const auto seen = patrol->step(); !seen && seen.fault().kind != FaultKind::Damaged)
    log::warn("what is stored cannot be read through", {{"why", seen.fault().code}});
  if (!patrol->damage().empty() && on_damage && can_come_back()) std::exchange(on_damage, nullptr)();
}

NodeHost::NodeHost(std::unique_ptr<Parts> parts) : p_(std::move(parts)) {}
NodeHost::~NodeHost() { stop(); }
int NodeHost::port() const { return p_->port; }
int NodeHost::lan_port() const { return p_->lan_port; }

Result<std::unique_ptr<NodeHost>> NodeHost::start(const Options& o) {
  crypto::init();
  branch::Settings in_node = node_settings(o);
  if (!o.settings.rules_file.empty()) {
    TRY(in_node.rules, load_rules(o.settings.rules_file));
  }
  auto parts = std::make_unique<Parts>();
  Parts& p = *parts;
  const Clock& clock = o.clock ? *o.clock : p.system_clock;
  Random& random = o.random ? *o.random : p.system_random;

  TRY_DONE(check_address(o.listen, "listen"));
  if (!o.settings.lan_listen.empty()) TRY_DONE(check_address(o.settings.lan_listen, "lan.listen"));
  TRY(const auto faces, load_vision_settings(o.settings.models_toml, o.settings.models_dir));
  TRY(p.judge, open_face_judge(faces));
  TRY(auto keys, crypto::load_keys(o.home, o.settings.allow_key_file, true));
  store::Store::Options in_store;
  in_store.home = o.home;
  in_store.clock = &clock;
  in_store.random = &random;
  in_store.limits = disk_limits(o.settings);
  TRY(auto opened,
      branch::open_or_mend(in_store, keys, o.settings.second_copy, from_centre(o.settings, *p.judge, clock, random)));
  p.store = std::move(opened.store);
  p.patrol = std::make_unique<store::Patrol>(*p.store, store::Patrol::Options{o.settings.disk_check_every});
  p.node = std::make_unique<branch::Node>(*p.store, *p.judge, clock, in_node);

  sync::Engine::Options in_sync;
  in_sync.clock = &clock;
  in_sync.random = &random;
  in_sync.wires = sync::http_wires(o.settings.proxy);
  p.engine = std::make_unique<sync::Engine>(branch::Outgoing(*p.store), p.node->feed(), std::move(in_sync));
  TRY_DONE(p.engine->load());
  // Nobody is served before the centre had its word: a home that was put back gives no number twice.
  if (const auto met = p.engine->greet(); !met)
    log::warn("the centre was not asked at the start", {{"why", met.fault().code}, {"detail", met.fault().detail}});
  p.node->set_centre(p.engine.get());
  if (!o.settings.second_copy.empty()) {
    branch::SecondCopy::Options in_copy;
    in_copy.folder = o.settings.second_copy;
    p.copy = std::make_unique<branch::SecondCopy>(*p.store, in_copy);
    p.node->set_copier(p.copy.get());
  }

  lan::Server::Options in_lan;
  in_lan.listen = "unix:" + lan::socket_of(o.home);
  p.terminals = std::make_unique<lan::Server>(*p.node, in_lan);
  TRY(p.authority, open_terminal_authority(*p.store, o.settings, clock, random));
  if (p.authority) {
    p.node->set_terminal_authority(p.authority.get());
    lan::Server::Options in_others;
    in_others.listen = o.settings.lan_listen;
    in_others.authority = p.authority.get();
    in_others.names = names_of_machine(o.settings);
    p.others = std::make_unique<lan::Server>(*p.node, in_others);
  }
  net::Server::Options in_page;
  in_page.listen = o.listen;
  in_page.max_workers = 4;
  in_page.max_connections = 64;
  p.page = std::make_unique<net::Server>(in_page);
  lan::add_status_routes(*p.page, *p.node, clock);

  // From here on something may run: a fault stops it in order by the destructor.
  std::unique_ptr<NodeHost> host(new NodeHost(std::move(parts)));
  TRY(p.port, p.page->start());
  TRY([[maybe_unused]] const int none, p.terminals->start());
  if (p.others) {
    TRY(p.lan_port, p.others->start());
  }
  p.engine->start();
  if (p.copy) p.copy->start();
  p.on_damage = o.on_damage;
  p.looks = std::thread([&p] {
    std::unique_lock lock(p.mutex);
    for (;;) {
      const bool hurries = p.patrol->hurries();
      if (p.ended.wait_for(lock, hurries ? Millis{0} : k_look_every, [&p] { return p.stopped; })) return;
      lock.unlock();
      if (!hurries) p.look();
      p.watch_over();
      lock.lock();
    }
  });
  if (!is_loopback(o.listen)) log::warn("the page for machines is open beyond this box", {{"listen", o.listen}});
  const auto identity = p.store->identity();
  log::info("the node serves", {{"branch", identity.branch},
                                {"node", identity.node},
                                {"events", identity.last_seq},
                                {"port", p.port},
                                {"lan_port", p.lan_port},
                                {"faces", p.judge->ready() ? p.judge->profile() : std::string("officer")}});
  return host;
}

void NodeHost::stop() {
  Parts& p = *p_;
  {
    const std::lock_guard lock(p.mutex);
    if (std::exchange(p.stopped, true)) return;
    p.ended.notify_all();
  }
  if (p.looks.joinable()) p.looks.join();
  if (p.node) p.node->close();     // those who wait for changes go home
  if (p.engine) p.engine->stop();  // and those who wait for the centre: an enrolment, a round
  if (p.others) p.others->stop();
  if (p.terminals) p.terminals->stop();
  if (p.node) p.node->set_terminal_authority(nullptr);
  if (p.page) p.page->stop();
  if (p.node) p.node->set_centre(nullptr);
  if (p.node) p.node->set_copier(nullptr);
  if (p.copy) p.copy->stop();
}

}  // namespace kiosk::programs
