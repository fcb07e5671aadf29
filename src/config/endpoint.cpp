#include "endpoint.h"

#include <algorithm>
#include <charconv>

#include "paddock/base/text.h"

namespace paddock::config {

namespace {

using Trouble = std::optional<UrlTrouble>;

constexpr std::string_view kHttp = "http://";
constexpr std::string_view kHttps = "https://";
constexpr std::string_view kExample = "write it like http://localhost:${PORT}";

bool starts_with_nocase(std::string_view text, std::string_view prefix) {
  return iequals(text.substr(0, prefix.size()), prefix);
}

bool is_host_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
         c == '_';
}

bool is_address_byte(char c) {
  return (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || (c >= '0' && c <= '9') || c == ':' || c == '.';
}

// Bytes of the host; 0 if there is none. An IPv6 address stands in brackets.
std::size_t host_length(std::string_view text) {
  if (text.empty() || text.front() != '[') {
    return static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), is_host_byte) - text.begin());
  }
  const std::size_t close = text.find(']');
  if (close == std::string_view::npos || close == 1) return 0;
  const std::string_view address = text.substr(1, close - 1);
  return std::all_of(address.begin(), address.end(), is_address_byte) ? close + 1 : 0;
}

bool is_port(std::string_view text) {
  if (text == "${PORT}") return true;
  int port = 0;
  const auto [end, trouble] = std::from_chars(text.data(), text.data() + text.size(), port);
  return trouble == std::errc() && end == text.data() + text.size() && port >= 1 && port <= 65535;
}

Trouble check_authority(std::string_view authority, std::size_t at) {
  if (const std::size_t user = authority.find('@'); user != std::string_view::npos) {
    return UrlTrouble{at, "the URL may not hold a user or a password", ""};
  }
  const std::size_t host = host_length(authority);
  if (host == 0) return UrlTrouble{at, "the URL names no valid host", std::string(kExample)};
  const std::string_view rest = authority.substr(host);
  if (rest.empty()) return std::nullopt;
  if (rest.front() != ':')
    return UrlTrouble{at + host, "the host of the URL is not valid", std::string(kExample)};
  if (is_port(rest.substr(1))) return std::nullopt;
  return UrlTrouble{at + host + 1, "the port of the URL must be 1 to 65535 or ${PORT}", ""};
}

Trouble check_scheme(std::string_view url) {
  if (starts_with_nocase(url, kHttp)) return std::nullopt;
  if (starts_with_nocase(url, kHttps)) {
    return UrlTrouble{0, "this build cannot talk https to an upstream", "use http://"};
  }
  return UrlTrouble{0, "the URL must start with http://", std::string(kExample)};
}

Trouble check_rest(std::string_view url, std::size_t scheme) {
  if (const auto unfit = find_unfit_byte(url)) {
    return UrlTrouble{*unfit, "the URL holds a blank or a control byte", ""};
  }
  if (const std::size_t at = url.find_first_of("?#"); at != std::string_view::npos) {
    return UrlTrouble{at, "the URL may not have a query or a fragment", ""};
  }
  const std::size_t slash = std::min(url.find('/', scheme), url.size());
  return check_authority(url.substr(scheme, slash - scheme), scheme);
}

}  // namespace

std::optional<UrlTrouble> check_proxy_url(std::string_view url) {
  if (Trouble trouble = check_scheme(url)) return trouble;
  return check_rest(url, kHttp.size());
}

std::optional<UrlTrouble> check_peer_url(std::string_view url) {
  if (starts_with_nocase(url, kHttp)) return check_rest(url, kHttp.size());
  if (starts_with_nocase(url, kHttps)) return check_rest(url, kHttps.size());
  return UrlTrouble{0, "the URL must start with http:// or https://", "write it like http://host:8080"};
}

std::string probe_path(std::string_view endpoint) {
  endpoint = trim(endpoint);
  if (endpoint == "none") return {};
  endpoint = endpoint.substr(0, endpoint.find('#'));
  if (starts_with_nocase(endpoint, kHttp) || starts_with_nocase(endpoint, kHttps)) {
    endpoint.remove_prefix(endpoint.find("//") + 2);
    endpoint.remove_prefix(std::min(endpoint.find_first_of("/?"), endpoint.size()));
  }
  const bool rooted = !endpoint.empty() && endpoint.front() == '/';
  return rooted ? std::string(endpoint) : "/" + std::string(endpoint);
}

std::optional<std::size_t> find_unfit_byte(std::string_view text) {
  const auto unfit = std::find_if(text.begin(), text.end(),
                                  [](char c) { return static_cast<unsigned char>(c) <= 0x20 || c == 0x7F; });
  if (unfit == text.end()) return std::nullopt;
  return static_cast<std::size_t>(unfit - text.begin());
}

}  // namespace paddock::config
