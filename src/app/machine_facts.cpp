#include "machine_facts.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <numeric>
#include <system_error>
#include <utility>

namespace paddock::app {

namespace {

namespace fs = std::filesystem;

// Nothing when the folder cannot be read.
template <class Wanted>
std::optional<int> count_in(const std::string& folder, Wanted wanted) {
  std::error_code error;
  fs::directory_iterator entry(folder, error);
  if (error) return std::nullopt;
  int count = 0;
  while (entry != fs::directory_iterator()) {
    if (wanted(entry->path())) ++count;
    entry.increment(error);
    if (error) return std::nullopt;
  }
  return count;
}

// `card0`, but not `card0-HDMI-A-1` (a connector) nor `renderD128`; and only of the one maker whose cards
// CUDA_VISIBLE_DEVICES counts.
bool is_cuda_card(const fs::path& folder) {
  const std::string name = folder.filename().string();
  const bool is_card = name.size() > 4 && name.starts_with("card") &&
                       std::all_of(name.begin() + 4, name.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (!is_card) return false;
  std::ifstream file(folder / "device" / "vendor");
  std::string vendor;
  return file >> vendor && vendor == "0x10de";
}

}  // namespace

ThisMachine::ThisMachine(std::string root) : root_(std::move(root)) {}

std::string ThisMachine::below_root(const std::string& path) const {
  return path.starts_with('/') ? root_ + path : path;
}

bool ThisMachine::exists(const std::string& path) const {
  std::error_code error;
  const bool found = fs::exists(below_root(path), error);
  // What may not be looked at may well be there.
  return found || error == std::errc::permission_denied;
}

bool ThisMachine::is_program(const std::string& path) const {
  const std::string file = below_root(path);
  struct stat info {};
  return ::stat(file.c_str(), &info) == 0 && S_ISREG(info.st_mode) && ::access(file.c_str(), X_OK) == 0;
}

std::string ThisMachine::search_path() const {
  const char* path = std::getenv("PATH");
  return path == nullptr ? "/usr/local/bin:/usr/bin:/bin" : path;
}

std::optional<std::vector<int>> ThisMachine::gpus() const {
  std::optional<int> count =
      count_in(root_ + "/proc/driver/nvidia/gpus", [](const fs::path&) { return true; });
  if (!count) count = count_in(root_ + "/sys/class/drm", is_cuda_card);
  // A container may show the folder and hide the cards.
  if (!count || *count == 0) return std::nullopt;
  std::vector<int> indices(static_cast<std::size_t>(*count));
  std::iota(indices.begin(), indices.end(), 0);
  return indices;
}

}  // namespace paddock::app
