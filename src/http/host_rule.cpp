#include "host_rule.h"

#include <algorithm>

#include "paddock/base/text.h"

namespace paddock::http {

namespace ip = boost::asio::ip;

namespace {

bool is_loopback_name(std::string_view host) { return host == "localhost" || host.ends_with(".localhost"); }

bool names(std::string_view entry, std::string_view host) {
  if (entry == "*" || entry == host) return true;
  return entry.starts_with("*.") && host.size() > entry.size() - 1 && host.ends_with(entry.substr(1));
}

}  // namespace

ip::address unmapped(const ip::address& address) {
  if (!address.is_v6() || !address.to_v6().is_v4_mapped()) return address;
  return ip::make_address_v4(ip::v4_mapped, address.to_v6());
}

std::string bare_host(std::string_view host) {
  if (host.starts_with('[')) {
    host = host.substr(1, std::min(host.find(']'), host.size()) - 1);
  } else {
    host = host.substr(0, host.find(':'));
  }
  if (host.ends_with('.')) host.remove_suffix(1);
  return to_lower(host);
}

HostRule::HostRule(const std::string& bound, std::vector<std::string> allowed)
    : allowed_(std::move(allowed)) {
  boost::system::error_code not_numeric;
  const ip::address address = ip::make_address(bound, not_numeric);
  everywhere_ = bound.empty() || (!not_numeric && address.is_unspecified());
}

bool HostRule::fits(std::string_view host, const ip::address& local) const {
  const std::string name = bare_host(host);
  if (is_loopback_name(name)) return true;
  boost::system::error_code not_numeric;
  const ip::address address = ip::make_address(name, not_numeric);
  if (!not_numeric) {
    const ip::address own = unmapped(address);
    if (everywhere_ || own.is_loopback() || own == unmapped(local)) return true;
  }
  return std::any_of(allowed_.begin(), allowed_.end(),
                     [&](const std::string& entry) { return names(entry, name); });
}

}  // namespace paddock::http
