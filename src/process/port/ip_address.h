// IpAddress: an IPv4 or IPv6 address that can be compared; IPv4 stands as ::ffff:a.b.c.d, as sockets that
// serve both see it. No names, no scopes. Pure functions, any thread.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

namespace paddock::process {

using IpAddress = std::array<unsigned char, 16>;  // in network order

extern const IpAddress kAnyV4;
extern const IpAddress kAnyV6;
extern const IpAddress kLoopbackV4;
extern const IpAddress kLoopbackV6;

bool is_v4(const IpAddress& address);
// Nothing for what is no literal address, or has a scope (`fe80::1%eth0`).
std::optional<IpAddress> parse_ip(const std::string& text);
// Where a connection to `address` goes: the kernel takes 0.0.0.0 and :: for the loopback.
IpAddress destination(const IpAddress& address);
// Whether a socket that listens at `listening` takes a connection to `target`. A :: socket may be for IPv6
// alone, which cannot be seen; it counts for both.
bool takes(const IpAddress& listening, const IpAddress& target);

enum class BindResult {
  kFree,     // a server could listen there
  kInUse,    // somebody listens there, or has a connection that does not share the port
  kNotOurs,  // no address of this machine
  kUnknown,  // we may not, or cannot now
};

// Binds without listening. With SO_REUSEADDR, as servers set it: connections in TIME_WAIT do not count.
BindResult try_bind(const IpAddress& address, int port);
// False: another machine's, as far as we know.
bool is_own(const IpAddress& address);
// The addresses of this machine that a model's `host` means; none if it is another machine's, or a name,
// whose look-up would take time.
std::vector<IpAddress> own_addresses(const std::string& host);

}  // namespace paddock::process
