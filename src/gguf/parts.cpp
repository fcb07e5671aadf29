#include "paddock/gguf/parts.h"

#include <cstdio>
#include <string_view>

#include "paddock/base/words.h"

namespace paddock::gguf {

namespace {

constexpr std::string_view kGguf = ".gguf", kOf = "-of-";
constexpr std::size_t kDigits = 5;
constexpr unsigned kMostParts = 1000;

}  // namespace

std::vector<std::string> parts_of(const std::string& path) {
  constexpr std::size_t kTail = 1 + kDigits + kOf.size() + kDigits + kGguf.size();
  if (path.size() <= kTail || !path.ends_with(kGguf)) return {};
  const std::size_t at = path.size() - kTail;
  const std::string_view tail = std::string_view(path).substr(at);
  const auto part = whole_number<unsigned>(tail.substr(1, kDigits));
  const auto count = whole_number<unsigned>(tail.substr(1 + kDigits + kOf.size(), kDigits));
  if (tail[0] != '-' || tail.substr(1 + kDigits, kOf.size()) != kOf || !part || !count) return {};
  if (*part < 1 || *part > *count || *count > kMostParts) return {};
  std::vector<std::string> out;
  for (unsigned i = 1; i <= *count; ++i) {
    char name[64];
    std::snprintf(name, sizeof name, "-%05u-of-%05u.gguf", i, *count);
    out.push_back(path.substr(0, at) + name);
  }
  return out;
}

}  // namespace paddock::gguf
