// From YAML text to a validated Config, or to all that is wrong with it.
//
// The way (one file per stage in src/config, one direction): yaml_tree -> macros -> parse -> validate. Every
// stage reports all it finds; only a syntax error ends the reading early, because nothing after it is known.
// Pure functions apart from reading the file and the environment; any thread; never throw; hostile input
// costs bounded time and memory.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "paddock/config/config.h"
#include "paddock/config/diagnostic.h"

namespace paddock::config {

struct LoadResult {
  std::shared_ptr<const Config> config;  // null if any diagnostic is an error
  std::vector<Diagnostic> diagnostics;   // in the order of the file
};

// Value of an environment variable, or nothing when it is not set. Feeds `${env.NAME}`.
using EnvLookup = std::function<std::optional<std::string>(const std::string& name)>;

EnvLookup process_environment();

// `name` is used in diagnostics only.
LoadResult load_text(std::string_view text, std::string name, const EnvLookup& env);

// A file that cannot be read is a diagnostic without position.
LoadResult load_file(const std::string& path, const EnvLookup& env = process_environment());

}  // namespace paddock::config
