#include <algorithm>
#include <filesystem>
#include <system_error>

#include "paddock/config/load.h"

namespace paddock::config {

namespace {

namespace fs = std::filesystem;

using Paths = std::vector<std::string>;

Diagnostic failure(std::string file, std::string message, std::string hint) {
  return {Severity::kError, std::move(file), {}, std::move(message), std::move(hint)};
}

bool ends_with(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

// A link that leads nowhere counts as a file: reading it tells what is wrong.
bool is_source(const fs::directory_entry& entry) {
  const std::string name = entry.path().filename().string();
  std::error_code ignored;
  return (ends_with(name, ".yml") || ends_with(name, ".yaml")) && !entry.is_directory(ignored);
}

// Sorted by name.
Result<Paths, std::error_code> list(const fs::path& folder) {
  Paths names;
  std::error_code trouble;
  fs::directory_iterator entry(folder, trouble);
  for (; !trouble && entry != fs::directory_iterator(); entry.increment(trouble)) {
    if (is_source(*entry)) names.push_back(entry->path().filename().string());
  }
  if (trouble) return trouble;
  std::sort(names.begin(), names.end());
  return names;
}

// By their absolute paths, links not followed.
bool lies_in(const std::string& file, const std::string& folder) {
  std::error_code ignored;
  const auto plain = [&](const fs::path& path) {
    return (fs::absolute(path, ignored) / "").lexically_normal();
  };
  return plain(fs::absolute(file, ignored).lexically_normal().parent_path()) == plain(folder);
}

}  // namespace

Result<Paths, Diagnostic> config_sources(const std::string& file, const std::string& folder) {
  if (file.empty() && folder.empty()) {
    return failure({}, "no configuration is given", "name a file, a folder of files or both");
  }
  Paths sources;
  if (!file.empty()) sources.push_back(file);
  if (folder.empty()) return sources;
  if (!file.empty() && lies_in(file, folder)) {
    return failure(file, "the file is inside the folder " + folder + ", which is read too",
                   "name only the folder, or move the file");
  }
  const Result<Paths, std::error_code> names = list(folder);
  if (names.has_error()) return failure(folder, "cannot read the folder: " + names.error().message(), {});
  for (const std::string& name : *names) sources.push_back((fs::path(folder) / name).string());
  if (sources.empty()) {
    return failure(folder, "the folder holds no configuration",
                   "put a file there that ends in .yaml or .yml");
  }
  return sources;
}

}  // namespace paddock::config
