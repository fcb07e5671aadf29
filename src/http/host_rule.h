// HostRule: under which names a daemon without keys answers.
//
// A web page can point a name of its own at this machine (DNS rebinding) and then is, for the browser, of the
// same origin as the daemon; but its requests carry that name as their Host. Fit are loopback names, the
// address the daemon is bound to, and the names of `allowedHosts`. A daemon bound to every address is also
// fit under every numeric one: behind a mapped port it cannot know its own, and rebinding needs a name.
// Immutable; any thread.
#pragma once

#include <boost/asio/ip/address.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace paddock::http {

class HostRule {
 public:
  HostRule() = default;
  // `bound` is ServerOptions::host; `allowed` as in config::Access.
  HostRule(const std::string& bound, std::vector<std::string> allowed);

  // `host` as the field says it, with or without port; `local` is this end of the connection.
  bool fits(std::string_view host, const boost::asio::ip::address& local) const;

 private:
  bool everywhere_ = false;
  std::vector<std::string> allowed_;
};

// Lower case, without port, brackets and the dot at the end.
std::string bare_host(std::string_view host);

// IPv4 as IPv4, also where a socket that serves both says ::ffff:a.b.c.d.
boost::asio::ip::address unmapped(const boost::asio::ip::address& address);

}  // namespace paddock::http
