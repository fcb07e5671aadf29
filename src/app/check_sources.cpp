#include "check_sources.h"

#include "paddock/base/result.h"

namespace paddock::app {

config::LoadResult load_sources(const ConfigChoice& choice) {
  const std::string first = choice.files.empty() ? std::string() : choice.files.front();
  const auto found = config::config_sources(first, choice.dir);
  if (!found) return {nullptr, {found.error()}};
  std::vector<std::string> paths = *found;
  if (choice.files.size() > 1) paths.insert(paths.begin() + 1, choice.files.begin() + 1, choice.files.end());
  return config::load_files(paths);
}

std::string name_of(const ConfigChoice& choice) {
  std::string names;
  for (const std::string& file : choice.files) names += (names.empty() ? "" : ", ") + file;
  if (!choice.dir.empty()) names += (names.empty() ? "" : ", ") + choice.dir;
  return names;
}

}  // namespace paddock::app
