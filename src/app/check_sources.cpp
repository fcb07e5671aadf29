#include "check_sources.h"

#include <filesystem>
#include <optional>
#include <set>
#include <system_error>

#include "paddock/base/result.h"

namespace paddock::app {

namespace {

// A file that would be merged with itself, by its absolute name.
std::optional<std::string> named_twice(const std::vector<std::string>& paths) {
  std::set<std::filesystem::path> seen;
  for (const std::string& path : paths) {
    std::error_code error;
    const auto whole = std::filesystem::absolute(path, error).lexically_normal();
    if (!error && !seen.insert(whole).second) return path;
  }
  return std::nullopt;
}

}  // namespace

config::LoadResult load_sources(const ConfigChoice& choice) {
  const std::string first = choice.files.empty() ? std::string() : choice.files.front();
  const auto found = config::config_sources(first, choice.dir);
  if (!found) return {nullptr, {found.error()}};
  std::vector<std::string> paths = *found;
  if (choice.files.size() > 1) paths.insert(paths.begin() + 1, choice.files.begin() + 1, choice.files.end());
  if (const std::optional<std::string> twice = named_twice(paths)) {
    return {nullptr, {{config::Severity::kError, *twice, {}, "the file is named twice", "name it once"}}};
  }
  return config::load_files(paths);
}

std::string name_of(const ConfigChoice& choice) {
  std::string names;
  for (const std::string& file : choice.files) names += (names.empty() ? "" : ", ") + file;
  if (!choice.dir.empty()) names += (names.empty() ? "" : ", ") + choice.dir;
  return names;
}

}  // namespace paddock::app
