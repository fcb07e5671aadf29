#include "paddock/base/environment.h"

#include <unistd.h>

#include <string_view>

namespace paddock {

std::vector<std::string> child_environment(const std::vector<std::string>& own) {
  const auto name_of = [](std::string_view variable) { return variable.substr(0, variable.find('=')); };
  std::vector<std::string> all;
  for (char** variable = environ; variable && *variable; ++variable) {
    if (!std::string_view(*variable).starts_with("PADDOCK_")) all.emplace_back(*variable);
  }
  for (const std::string& variable : own) {
    std::erase_if(all, [&](const std::string& other) { return name_of(other) == name_of(variable); });
    all.push_back(variable);
  }
  return all;
}

}  // namespace paddock
