// What the words of a model's command say about this machine: files it reads and ports it takes. It knows the
// flags of llama-server, sd-server and whisper-server; of other programs only what is plain to see.
//
// Words behind `sh -c`, docker, podman, ssh and their like mean another place and say nothing here. Nor do
// secrets, and what `${PORT}` stands in. Pure; any thread.
#pragma once

#include <string>
#include <vector>

#include "paddock/config/values.h"

namespace paddock::app {

struct PathArgument {
  std::string flag;   // before it, `--model`; may be empty
  std::string path;   // as the program gets it
  std::string shown;  // what people may see of it

  friend bool operator==(const PathArgument&, const PathArgument&) = default;
};

// In the order of the command, each once. Relative ones only where the flag and the program are known.
std::vector<PathArgument> path_arguments(const std::vector<config::PortText>& argv);

// Numbers behind --port and --listen-port.
std::vector<int> fixed_ports(const std::vector<config::PortText>& argv);

}  // namespace paddock::app
