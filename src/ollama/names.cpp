#include "paddock/ollama/names.h"

namespace paddock::ollama {

namespace {
constexpr std::string_view kLatest = ":latest";
}

std::string_view without_latest(std::string_view name) {
  if (name.size() > kLatest.size() && name.ends_with(kLatest)) name.remove_suffix(kLatest.size());
  return name;
}

std::string listed_name(std::string_view id) {
  std::string name(id);
  if (name.find(':') == std::string::npos) name += kLatest;
  return name;
}

}  // namespace paddock::ollama
