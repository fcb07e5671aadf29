#include "paddock/config/config.h"

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

}  // namespace paddock::config
