// What a command changes on its way to the engine: variables, the folder, and the machine it sees. Values.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "paddock/engine/command.h"

namespace paddock::engine {

using Words = std::vector<std::string>;
using Environment = std::map<std::string, std::string, std::less<>>;

struct Surroundings {
  Environment environment;
  std::string folder;
  std::vector<Mount> mounts;
  bool is_contained = false;  // what is no mount is not of this machine

  void enter(std::string_view where);  // as cd does
};

// `NAME=value` or `NAME+=value`, as a shell takes it.
bool is_assignment(std::string_view word);
void assign(Environment& environment, std::string_view word);

std::string_view base_name(std::string_view path);
// Of a container's path, else of a path as it is; relative ones are below `folder`.
std::string path_on_machine(std::string_view name, std::string_view folder, const std::vector<Mount>& mounts);

}  // namespace paddock::engine
