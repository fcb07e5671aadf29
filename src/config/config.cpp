#include "paddock/config/config.h"

#include <algorithm>
#include <string_view>

namespace paddock::config {

std::string PortText::bind(int port) const {
  constexpr std::string_view kPlaceholder = "${PORT}";
  std::string out;
  std::size_t from = 0;
  for (std::size_t at; (at = text.find(kPlaceholder, from)) != std::string::npos;) {
    out.append(text, from, at - from);
    out += std::to_string(port);
    from = at + kPlaceholder.size();
  }
  out.append(text, from);
  return out;
}

bool is_secret(const Config& config, const std::string& path) {
  return std::binary_search(config.secret_paths.begin(), config.secret_paths.end(), path);
}

}  // namespace paddock::config
