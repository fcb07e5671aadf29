// The addresses of an upstream: its base URL and the path of its readiness probe. Pure functions.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace paddock::config {

struct UrlTrouble {
  std::size_t offset = 0;  // byte in the text where it starts
  std::string message;
  std::string hint;
};

// What keeps `url` from being http://host[:port][/path]; the port may be `${PORT}`.
std::optional<UrlTrouble> check_proxy_url(std::string_view url);

// The same for a peer's URL, which may be https.
std::optional<UrlTrouble> check_peer_url(std::string_view url);

// `checkEndpoint` as a path with query; empty for "none". An absolute URL gives its path and query.
std::string probe_path(std::string_view endpoint);

// The first byte that a request line cannot hold.
std::optional<std::size_t> find_unfit_byte(std::string_view text);

}  // namespace paddock::config
