#include "base/net/network_watch.h"

#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace kiosk::net {
namespace {

constexpr int kSettle_ms = 200;       // an interface that comes up says so in several messages
constexpr int kMostMessages = 1'000;  // of one reading; a storm is one change

// What may bring the network back. Going away brings nothing.
bool is_arrival(const nlmsghdr& m) {
  if (m.nlmsg_type == RTM_NEWADDR || m.nlmsg_type == RTM_NEWROUTE) return true;
  if (m.nlmsg_type != RTM_NEWLINK || m.nlmsg_len < NLMSG_LENGTH(sizeof(ifinfomsg))) return false;
  const auto& link = *static_cast<const ifinfomsg*>(NLMSG_DATA(&m));
  return (link.ifi_flags & IFF_UP) != 0 && (link.ifi_flags & IFF_RUNNING) != 0;
}

}  // namespace

Result<std::unique_ptr<NetworkWatch>> NetworkWatch::open() {
  Fd netlink(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE));
  sockaddr_nl address{};
  address.nl_family = AF_NETLINK;
  address.nl_groups = RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR | RTMGRP_IPV4_ROUTE | RTMGRP_IPV6_ROUTE;
  if (!netlink || ::bind(netlink.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
    return refused("watch_unavailable", "netlink: errno " + std::to_string(errno));
  Fd bell(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!bell) return refused("watch_unavailable", "eventfd: errno " + std::to_string(errno));
  return std::unique_ptr<NetworkWatch>(new NetworkWatch(std::move(netlink), std::move(bell)));
}

bool NetworkWatch::take_messages() {
  alignas(nlmsghdr) std::array<char, 16'384> buffer;
  bool came = false;
  for (int i = 0; i < kMostMessages; ++i) {
    const auto n = ::recv(netlink_.get(), buffer.data(), buffer.size(), 0);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && errno == ENOBUFS) {  // more happened than the kernel kept for us
      came = true;
      continue;
    }
    if (n <= 0) break;
    auto left = static_cast<unsigned>(n);
    for (auto* m = reinterpret_cast<nlmsghdr*>(buffer.data()); NLMSG_OK(m, left); m = NLMSG_NEXT(m, left))
      came = came || is_arrival(*m);
  }
  return came;
}

bool NetworkWatch::wait(Millis at_most) {
  const SystemClock clock;
  SteadyTime until = clock.steady() + std::max(at_most, Millis{0});
  bool came = false;
  for (;;) {
    const auto left = std::chrono::ceil<Millis>(until - clock.steady());
    if (left <= Millis{0}) return came;
    std::array<pollfd, 2> fds{{{netlink_.get(), POLLIN, 0}, {bell_.get(), POLLIN, 0}}};
    const int ready = ::poll(fds.data(), fds.size(), static_cast<int>(std::min<std::int64_t>(left.count(), 1 << 30)));
    if (ready < 0 && errno != EINTR) return came;
    if (ready <= 0) continue;
    if (fds[1].revents != 0) {
      std::uint64_t rings = 0;
      if (::read(bell_.get(), &rings, sizeof rings) > 0) return came;
    }
    if (fds[0].revents != 0 && take_messages() && !came) {
      came = true;
      until = std::min(until, clock.steady() + Millis{kSettle_ms});
    }
  }
}

void NetworkWatch::wake() {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto n = ::write(bell_.get(), &one, sizeof one);
}

}  // namespace kiosk::net
