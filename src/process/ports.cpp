#include "paddock/process/ports.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "paddock/base/unique_fd.h"

namespace paddock::process {

namespace {

constexpr int kLastPort = 65535;

// SO_REUSEADDR, as servers set it: connections in TIME_WAIT do not count, a listener does.
bool can_bind(const sockaddr* address, socklen_t size) {
  const UniqueFd fd(::socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!fd) return errno == EAFNOSUPPORT;
  const int on = 1;
  ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (address->sa_family == AF_INET6) ::setsockopt(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
  // A machine without that address family has nobody listening on it.
  return ::bind(fd.get(), address, size) == 0 || errno == EADDRNOTAVAIL;
}

bool can_bind_v4(int port, in_addr_t host) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(host);
  return can_bind(reinterpret_cast<const sockaddr*>(&address), sizeof address);
}

bool can_bind_v6(int port) {
  sockaddr_in6 address{};
  address.sin6_family = AF_INET6;
  address.sin6_port = htons(static_cast<std::uint16_t>(port));
  address.sin6_addr = in6addr_any;
  return can_bind(reinterpret_cast<const sockaddr*>(&address), sizeof address);
}

bool nobody_listens(int port) {
  return can_bind_v4(port, INADDR_LOOPBACK) && can_bind_v4(port, INADDR_ANY) && can_bind_v6(port);
}

}  // namespace

Ports::Ports(int first, Probe probe) : next_(first), probe_(probe ? std::move(probe) : nobody_listens) {}

void Ports::reserve(const ModelId& model) {
  if (held_.count(model) != 0) return;
  while (held_by_other(model, next_)) ++next_;
  held_[model] = next_++;
}

std::optional<int> Ports::take(const ModelId& model) {
  reserve(model);
  int& held = held_[model];
  for (int port = held; port <= kLastPort; ++port) {
    if (held_by_other(model, port) || !probe_(port)) continue;
    held = port;
    return port;
  }
  return std::nullopt;
}

bool Ports::held_by_other(const ModelId& model, int port) const {
  return std::any_of(held_.begin(), held_.end(),
                     [&](const auto& entry) { return entry.second == port && entry.first != model; });
}

}  // namespace paddock::process
