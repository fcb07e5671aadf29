#include "check_sources.h"

#include "paddock/base/result.h"

namespace paddock::app {

namespace {

using Paths = Result<std::vector<std::string>, config::Diagnostic>;

// MERGER: these two stand for config::config_sources and config::load_files, which are on another branch.
// Delete them and call the real ones; until then a folder is refused and only the first file is read.
Paths config_sources(const std::string& file, const std::string& dir) {
  if (!dir.empty()) {
    config::Diagnostic refused;
    refused.file = dir;
    refused.message = "this build cannot read a folder of configurations";
    refused.hint = "name one file";
    return refused;
  }
  return std::vector<std::string>{file};
}

config::LoadResult load_files(const std::vector<std::string>& paths, const config::EnvLookup& env) {
  return config::load_file(paths.front(), env);
}

}  // namespace

config::LoadResult load_sources(const ConfigChoice& choice) {
  Paths found = config_sources(choice.files.empty() ? "" : choice.files.front(), choice.dir);
  if (!found) return {nullptr, {found.error()}};
  std::vector<std::string> paths = *found;
  if (choice.files.size() > 1) paths.insert(paths.begin() + 1, choice.files.begin() + 1, choice.files.end());
  return load_files(paths, config::process_environment());
}

std::string name_of(const ConfigChoice& choice) {
  std::string names;
  for (const std::string& file : choice.files) names += (names.empty() ? "" : ", ") + file;
  if (!choice.dir.empty()) names += (names.empty() ? "" : ", ") + choice.dir;
  return names;
}

}  // namespace paddock::app
