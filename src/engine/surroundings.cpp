#include "surroundings.h"

#include <cctype>

namespace paddock::engine {

namespace {

bool is_name_byte(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

// Nothing if `path` is not that folder or below.
const Mount* mount_of(std::string_view path, const std::vector<Mount>& mounts) {
  const Mount* found = nullptr;
  for (const Mount& mount : mounts) {
    const std::string_view there = mount.there;
    const bool is_below =
        path.starts_with(there) && (path.size() == there.size() || path[there.size()] == '/');
    if (is_below && (found == nullptr || found->there.size() <= there.size())) found = &mount;
  }
  return found;
}

}  // namespace

void Surroundings::enter(std::string_view where) {
  if (where.starts_with('/') || folder.empty()) {
    folder = where;
  } else {
    folder += "/" + std::string(where);
  }
}

bool is_assignment(std::string_view word) {
  std::size_t end = 0;
  while (end < word.size() && is_name_byte(word[end])) ++end;
  if (end == 0 || std::isdigit(static_cast<unsigned char>(word[0])) != 0) return false;
  if (end < word.size() && word[end] == '+') ++end;
  return end < word.size() && word[end] == '=';
}

void assign(Environment& environment, std::string_view word) {
  const std::size_t equals = word.find('=');
  if (equals == std::string_view::npos) return;
  environment[std::string(word.substr(0, equals))] = word.substr(equals + 1);
}

std::string_view base_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }

std::string path_on_machine(std::string_view name, std::string_view folder,
                            const std::vector<Mount>& mounts) {
  std::string path(name);
  if (!name.empty() && !name.starts_with('/') && !folder.empty()) path = std::string(folder) + "/" + path;
  const Mount* mount = mount_of(path, mounts);
  return mount == nullptr ? path : mount->here + path.substr(mount->there.size());
}

}  // namespace paddock::engine
