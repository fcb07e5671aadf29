#include "target.h"

namespace paddock::client {

namespace {

bool is_unreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("-._~").find(c) != std::string_view::npos;
}

}  // namespace

std::string encoded(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    if (is_unreserved(c)) {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += '%';
    out += kDigits[byte >> 4U];
    out += kDigits[byte & 0xfU];
  }
  return out;
}

std::string target_of(const std::string& path, const Query& query) {
  std::string target = path;
  for (const auto& [name, value] : query) {
    target += target.size() == path.size() ? "?" : "&";
    target += encoded(name) + "=" + encoded(value);
  }
  return target;
}

}  // namespace paddock::client
