#include "source_state.h"

#include <sys/stat.h>

#include <filesystem>
#include <system_error>

namespace paddock::app {

namespace {

namespace fs = std::filesystem;

std::string folder_of(const fs::path& path) {
  const fs::path parent = path.parent_path();
  return parent.empty() ? "." : parent.string();
}

std::string stamp(const struct stat& facts) {
  return std::to_string(facts.st_dev) + ":" + std::to_string(facts.st_ino) + ":" +
         std::to_string(facts.st_size) + ":" + std::to_string(facts.st_mtim.tv_sec) + "." +
         std::to_string(facts.st_mtim.tv_nsec);
}

void add(SourceState& state, const std::string& path) {
  struct stat facts {};
  const bool there = ::stat(path.c_str(), &facts) == 0;
  if (!there || facts.st_size == 0) state.unfinished = true;
  std::error_code error;
  const fs::path real = fs::canonical(path, error);
  state.text += path + "=" + real.string() + "=" + (there ? stamp(facts) : "missing") + "\n";
  state.folders.insert(folder_of(path));
  if (!error) state.folders.insert(folder_of(real));
}

}  // namespace

SourceState look_at(const ConfigChoice& choice) {
  SourceState state;
  for (const std::string& file : choice.files) add(state, file);
  if (choice.dir.empty()) return state;
  state.folders.insert(choice.dir);
  const auto found = config::config_sources({}, choice.dir);
  state.text += choice.dir + (found ? "" : " cannot be read") + "\n";
  state.unfinished = state.unfinished || !found;
  if (!found) return state;
  for (const std::string& file : *found) add(state, file);
  return state;
}

}  // namespace paddock::app
