#include "programs/kioskctl/node.h"

#include "base/crypto/crypto.h"
#include "node/branch/node.h"
#include "node/store/store.h"
#include "node/sync/engine.h"
#include "programs/kiosk-branch/node_host.h"
#include "programs/kiosk-branch/open_authority.h"
#include "programs/shared/boot_time.h"
#include "programs/shared/face_judge.h"
#include "programs/shared/rules_file.h"

namespace kiosk::programs {

struct OwnNode::Parts {
  SystemClock clock;
  SystemRandom random;
  std::unique_ptr<store::Store> store;
  std::unique_ptr<verbs::FaceJudge> judge;
  std::unique_ptr<branch::Node> node;
  std::unique_ptr<sync::Engine> engine;
  std::unique_ptr<lan::LanTerminalAuthority> authority;
  bool connected = false;
};

OwnNode::OwnNode(std::unique_ptr<Parts> parts) : p_(std::move(parts)) {}
OwnNode::~OwnNode() {
  if (p_->node) p_->node->close();
  if (p_->node) p_->node->set_centre(nullptr);
  if (p_->node) p_->node->set_terminal_authority(nullptr);
  if (p_->engine && p_->connected) p_->engine->stop();
}
void OwnNode::connect() {
  if (!std::exchange(p_->connected, true)) p_->engine->start();
}
verbs::Branch& OwnNode::branch() { return *p_->node; }
Result<Done> OwnNode::check() { return p_->store->check(); }

Result<std::unique_ptr<OwnNode>> OwnNode::open(const std::string& home, const Settings& settings) {
  crypto::init();
  auto parts = std::make_unique<Parts>();
  TRY(auto keys, crypto::load_keys(home, settings.allow_key_file, false));
  auto store = store::Store::open({.home = home,
                                   .clock = &parts->clock,
                                   .random = &parts->random,
                                   .vfs = {},
                                   .disk = nullptr,
                                   .limits = disk_limits(settings)},
                                  std::move(keys));
  if (!store && store.fault().code == "home_in_use")
    return Fault{FaultKind::Unreachable, "node_away", "home", "another process holds " + home + " but does not answer"};
  if (!store) return store.fault();
  parts->store = std::move(*store);
  TRY(const auto faces, load_vision_settings(settings.models_toml, settings.models_dir));
  TRY(parts->judge, open_face_judge(faces));
  branch::Settings s;
  s.version = "kioskctl";
  s.run = boot_run();
  s.suspended = suspended_since_boot;
  s.branch_name = settings.branch_name;
  s.same_terminal_approval = settings.same_terminal_approval;
  s.blocked_service = settings.blocked_service;
  s.queue = settings.queue;
  s.session_length = settings.session_length;
  s.session_idle = settings.session_idle;
  s.pin_failures = settings.pin_failures;
  if (!settings.rules_file.empty()) {
    TRY(s.rules, load_rules(settings.rules_file));
  }
  parts->node = std::make_unique<branch::Node>(*parts->store, *parts->judge, parts->clock, s);
  sync::Engine::Options in_sync;
  in_sync.clock = &parts->clock;
  in_sync.random = &parts->random;
  parts->engine =
      std::make_unique<sync::Engine>(branch::Outgoing(*parts->store), parts->node->feed(), std::move(in_sync));
  TRY_DONE(parts->engine->load());
  parts->node->set_centre(parts->engine.get());
  TRY(parts->authority, open_terminal_authority(*parts->store, settings, parts->clock, parts->random));
  parts->node->set_terminal_authority(parts->authority.get());
  return std::unique_ptr<OwnNode>(new OwnNode(std::move(parts)));
}

}  // namespace kiosk::programs
