#include "node/lan/status.h"

#include <map>

#include "base/net/metrics_text.h"

namespace kiosk::lan {
namespace {

const verbs::Actor& asker() {
  static const verbs::Actor actor{"metrics", {}};
  return actor;
}

}  // namespace

std::string metrics_text(verbs::Branch& branch, const Clock& clock) {
  net::MetricsText t;
  const auto label = net::MetricsText::label;
  if (const auto info = branch.ask(asker(), verbs::GetInfo{})) {
    t.one("kiosk_node_info", "gauge", "The node: always 1.", 1,
          label("branch", info->branch) + "," + label("node", info->node) + "," + label("version", info->version));
    t.one("kiosk_enrolled", "gauge", "1 when the node belongs to a centre.", info->enrolled ? 1 : 0);
    t.one("kiosk_face_judge", "gauge", "1 when a face recogniser is configured.", info->face_judge ? 1 : 0);
  }
  if (const auto sync = branch.ask(asker(), verbs::GetSyncStatus{})) {
    t.one("kiosk_events_pending", "gauge", "Events that the centre has not acknowledged.", sync->pending);
    t.one("kiosk_blobs_pending", "gauge", "Photos and documents that the centre has not got whole.",
          sync->pending_blobs);
    t.one("kiosk_oldest_unsent_seconds", "gauge", "Age of the oldest unsent record; 0 when there is none.",
          sync->oldest_unsent_s.value_or(0));
    if (sync->last_success) {
      t.one("kiosk_sync_last_success_seconds", "gauge", "Seconds since the centre last answered.",
            std::max<std::int64_t>(0, std::chrono::duration_cast<Seconds>(clock.now() - *sync->last_success).count()));
    }
    t.one("kiosk_sync_state", "gauge", "What sync is doing and why: always 1.", 1,
          label("state", sync->state) + "," + label("why", sync->why));
    t.head("kiosk_unsent_alert", "gauge", "1 at the level that the age of the oldest unsent record has reached.");
    for (const char* level : {"warn", "escalate", "export"})
      t.value("kiosk_unsent_alert", sync->alert == level ? 1 : 0, label("level", level));
    if (sync->disk_free_mb)
      t.one("kiosk_disk_free_megabytes", "gauge", "Free on the disk of the home.", *sync->disk_free_mb);
    t.one("kiosk_disk_low", "gauge", "1 while photos and documents are refused.", sync->disk.empty() ? 0 : 1);
    if (sync->certificate_until)
      t.one("kiosk_certificate_seconds", "gauge", "Seconds until the node's certificate ends.",
            std::chrono::duration_cast<Seconds>(*sync->certificate_until - clock.now()).count());
    t.one("kiosk_clock_skew_milliseconds", "gauge", "The centre's clock minus the node's.", sync->skew_ms);
  }
  if (const auto tickets = branch.ask(asker(), verbs::ListTickets{false})) {
    std::map<std::string, std::int64_t> by_state;
    for (const auto& ticket : *tickets) ++by_state[std::string(domain::code(ticket.state))];
    t.head("kiosk_tickets", "gauge", "Tickets of the day by state.");
    for (const auto& [state, n] : by_state) t.value("kiosk_tickets", n, label("state", state));
    std::int64_t waits = 0, longest = 0;
    for (const auto& ticket : *tickets)
      if (ticket.state == domain::TicketState::Waiting) {
        ++waits;
        longest = std::max<std::int64_t>(longest,
                                         std::chrono::duration_cast<Seconds>(clock.now() - ticket.issued_at).count());
      }
    t.one("kiosk_people_waiting", "gauge", "Tickets that wait to be called.", waits);
    t.one("kiosk_longest_wait_seconds", "gauge", "The longest wait among them.", longest);
  }
  return t.take();
}

void add_status_routes(net::Server& server, verbs::Branch& branch, const Clock& clock) {
  server.on({"GET", "/healthz"}, [&branch](const net::Request&) {
    // Records that wait are no fault of the node: it is healthy while its store answers.
    const auto sync = branch.ask(asker(), verbs::GetSyncStatus{});
    net::Response r;
    r.status = sync ? 200 : 503;
    r.body = sync ? "{\"ok\":true,\"pending\":" + std::to_string(sync->pending) +
                        ",\"pending_blobs\":" + std::to_string(sync->pending_blobs) + ",\"oldest_unsent_s\":" +
                        (sync->oldest_unsent_s ? std::to_string(*sync->oldest_unsent_s) : "null") + ",\"state\":\"" +
                        sync->state + "\",\"alert\":\"" + sync->alert + "\"}"
                  : "{\"ok\":false,\"code\":\"" + sync.fault().code + "\"}";
    return r;
  });
  server.on({"GET", "/metrics"}, [&branch, &clock](const net::Request&) {
    net::Response r;
    r.type = net::MetricsText::k_type;
    r.body = metrics_text(branch, clock);
    return r;
  });
}

}  // namespace kiosk::lan
