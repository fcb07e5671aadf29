#include "listen_address.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "paddock/base/text.h"

namespace paddock::app {

namespace {

bool all_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::optional<int> parse_port(std::string_view text) {
  int port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (!all_digits(text) || error != std::errc() || end != text.data() + text.size() || port > 65535)
    return {};
  return port;
}

using Parsed = Result<ListenAddress, std::string>;

// Said in full because a ListenAddress can be made of a string as well.
Parsed wrong(std::string_view text, const std::string& why) {
  return Parsed(boost::system::in_place_error, "--listen " + printable(text, 100) + ": " + why);
}

Parsed without_colon(std::string_view text) {
  if (!all_digits(text)) return wrong(text, "there is no port; write HOST:PORT, for example 127.0.0.1:8080");
  const std::string port(text);
  return wrong(text, "a port alone needs a colon; write :" + port +
                         " for all interfaces or 127.0.0.1:" + port + " for this machine only");
}

}  // namespace

Result<ListenAddress, std::string> parse_listen_address(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return without_colon(text);
  std::string_view host = text.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) {
    host = host.substr(1, host.size() - 2);
    if (host.empty()) return wrong(text, "there is nothing between the brackets");
  } else if (host.find_first_of("[]:") != std::string_view::npos) {
    return wrong(text, "an IPv6 address stands in brackets, as in [::1]:8080");
  }
  const auto port = parse_port(text.substr(colon + 1));
  if (!port) return wrong(text, "the port must be a number from 0 to 65535, as in 127.0.0.1:8080");
  return ListenAddress{std::string(host), *port};
}

std::string url_of(const ListenAddress& address, std::string_view scheme) {
  std::string host = address.host.empty() ? "0.0.0.0" : address.host;
  if (host.find(':') != std::string::npos) host = "[" + host + "]";
  return std::string(scheme) + "://" + host + ":" + std::to_string(address.port);
}

bool is_loopback(const ListenAddress& address) {
  return iequals(address.host, "localhost") || address.host == "::1" || address.host.starts_with("127.");
}

}  // namespace paddock::app
