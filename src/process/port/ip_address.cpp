#include "port/ip_address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "paddock/base/resolver.h"
#include "paddock/base/unique_fd.h"

namespace paddock::process {

namespace {

constexpr std::size_t kV4At = 12;  // where the four bytes of an IPv4 address stand

BindResult try_bind(const sockaddr* address, socklen_t size) {
  const UniqueFd fd(::socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  // A machine without that address family has nobody listening on it.
  if (!fd) return errno == EAFNOSUPPORT ? BindResult::kNotOurs : BindResult::kUnknown;
  const int on = 1;
  ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (address->sa_family == AF_INET6) ::setsockopt(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
  if (::bind(fd.get(), address, size) == 0) return BindResult::kFree;
  if (errno == EADDRNOTAVAIL) return BindResult::kNotOurs;
  return errno == EADDRINUSE ? BindResult::kInUse : BindResult::kUnknown;
}

}  // namespace

const IpAddress kAnyV4 = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 0, 0};
const IpAddress kAnyV6 = {};
const IpAddress kLoopbackV4 = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 127, 0, 0, 1};
const IpAddress kLoopbackV6 = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};

bool is_v4(const IpAddress& address) {
  return std::equal(kAnyV4.begin(), kAnyV4.begin() + kV4At, address.begin());
}

std::optional<IpAddress> parse_ip(const std::string& text) {
  IpAddress address = kAnyV4;
  if (::inet_pton(AF_INET, text.c_str(), address.data() + kV4At) == 1) return address;
  if (::inet_pton(AF_INET6, text.c_str(), address.data()) == 1) return address;
  return std::nullopt;
}

IpAddress destination(const IpAddress& address) {
  if (address == kAnyV4) return kLoopbackV4;
  return address == kAnyV6 ? kLoopbackV6 : address;
}

bool takes(const IpAddress& listening, const IpAddress& target) {
  return listening == target || listening == kAnyV6 || (listening == kAnyV4 && is_v4(target));
}

BindResult try_bind(const IpAddress& address, int port) {
  const in_port_t number = htons(static_cast<in_port_t>(port));
  if (is_v4(address)) {
    sockaddr_in v4{};
    v4.sin_family = AF_INET;
    v4.sin_port = number;
    std::memcpy(&v4.sin_addr, address.data() + kV4At, sizeof v4.sin_addr);
    return try_bind(reinterpret_cast<const sockaddr*>(&v4), sizeof v4);
  }
  sockaddr_in6 v6{};
  v6.sin6_family = AF_INET6;
  v6.sin6_port = number;
  std::memcpy(&v6.sin6_addr, address.data(), sizeof v6.sin6_addr);
  return try_bind(reinterpret_cast<const sockaddr*>(&v6), sizeof v6);
}

bool is_own(const IpAddress& address) { return try_bind(address, 0) == BindResult::kFree; }

std::vector<IpAddress> own_addresses(const std::string& host) {
  std::vector<IpAddress> own;
  for (const std::string& text : Resolver::at_once(host).value_or(Resolver::Addresses())) {
    const std::optional<IpAddress> address = parse_ip(text);
    if (address && is_own(destination(*address))) own.push_back(destination(*address));
  }
  return own;
}

}  // namespace paddock::process
