#include "address.h"

#include <httplib.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <optional>

#include "paddock/base/text.h"

namespace paddock::client {

namespace {

#ifdef CPPHTTPLIB_OPENSSL_SUPPORT
constexpr bool kHasTls = true;
#else
constexpr bool kHasTls = false;
#endif

constexpr const char* kForm = "write HOST:PORT or http://HOST:PORT, as in http://127.0.0.1:8080";

Failure wrong(std::string_view text, const std::string& why) {
  return {"the address " + printable(text, 200) + ": " + why};
}

bool all_of(std::string_view text, std::string_view marks) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           marks.find(c) != std::string_view::npos;
  });
}

bool is_host(std::string_view text) {
  if (text.size() > 2 && text.front() == '[' && text.back() == ']') {
    return all_of(text.substr(1, text.size() - 2), ":.");
  }
  return all_of(text, "-._");
}

std::optional<int> port_in(std::string_view text) {
  int port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  const bool is_port = error == std::errc() && end == text.data() + text.size() && port >= 1 && port <= 65535;
  return is_port ? std::optional(port) : std::nullopt;
}

// The colon before the port; those of an IPv6 address stand in brackets.
std::size_t colon_in(std::string_view place) {
  const std::size_t bracket = place.rfind(']');
  return place.find(':', bracket == std::string_view::npos ? 0 : bracket);
}

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

}  // namespace

Result<Address, Failure> parse_address(std::string_view text) {
  // Not shown: what stands before it may be a secret.
  if (text.find('@') != std::string_view::npos) {
    return Failure{"the address of the daemon: a name or a key does not belong in it; set PADDOCK_API_KEY"};
  }
  const std::size_t mark = text.find("://");
  const bool bare = mark == std::string_view::npos;
  const std::string scheme = bare ? "http" : to_lower(text.substr(0, mark));
  if (scheme == "https" && !kHasTls) return wrong(text, "this paddock was built without TLS; use http://");
  if (scheme != "http" && scheme != "https") return wrong(text, kForm);
  std::string_view place = bare ? text : text.substr(mark + 3);
  if (place.ends_with('/')) place.remove_suffix(1);
  const std::size_t colon = colon_in(place);
  if (!is_host(place.substr(0, colon))) return wrong(text, kForm);
  if (colon != std::string_view::npos && !port_in(place.substr(colon + 1))) {
    return wrong(text, "the port must be a number from 1 to 65535; " + std::string(kForm));
  }
  const bool usual = bare && colon == std::string_view::npos;
  return Address{scheme + "://" + std::string(place) + (usual ? ":8080" : "")};
}

Result<Address, Failure> choose_address(const std::string& given) {
  for (const std::string& text : {given, environment("PADDOCK_HOST"), environment("PADDOCK_URL")}) {
    if (!text.empty()) return parse_address(text);
  }
  return Address{};
}

std::string key_from_environment() { return environment("PADDOCK_API_KEY"); }

Place place_of(const Address& address) {
  constexpr std::string_view kTls = "https://";
  const std::string_view url = address.url;
  Place place;
  place.tls = url.starts_with(kTls);
  const std::string_view rest = url.substr(url.find("://") + 3);
  const std::size_t colon = colon_in(rest);
  std::string_view host = rest.substr(0, colon);
  if (host.starts_with('[')) host = host.substr(1, host.size() - 2);
  place.host = host;
  const auto port = colon == std::string_view::npos ? std::nullopt : port_in(rest.substr(colon + 1));
  place.port = port.value_or(place.tls ? 443 : 80);
  return place;
}

}  // namespace paddock::client
