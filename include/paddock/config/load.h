// From YAML texts to a validated Config, or to all that is wrong with them.
//
// The way (one file per stage in src/config, one direction): source -> yaml_tree -> tree_merge -> macros ->
// parse -> validate. Every stage reports all it finds; only a syntax error ends the reading early, because
// nothing after it is known. Several files are one configuration; no key wins over another file's, what
// contradicts is an error.
// Pure functions apart from reading the files and the environment; any thread; never throw; hostile input
// costs bounded time and memory (at most 8 MiB in all, lines of 256 KiB, keys of 1 KiB, 100 levels).
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "paddock/base/result.h"
#include "paddock/config/config.h"
#include "paddock/config/diagnostic.h"

namespace paddock::config {

struct LoadResult {
  std::shared_ptr<const Config> config;  // null if any diagnostic is an error
  std::vector<Diagnostic> diagnostics;   // in the order of the file
  // What could be read in spite of the errors, where values that were wrong have their defaults: to look for
  // more to say, never to run. Null after a syntax error; `config` where there is no error.
  std::shared_ptr<const Config> readable{};
};

// Value of an environment variable, or nothing when it is not set. Feeds `${env.NAME}`.
using EnvLookup = std::function<std::optional<std::string>(const std::string& name)>;

EnvLookup process_environment();

// `name` is used in diagnostics only.
LoadResult load_text(std::string_view text, std::string name, const EnvLookup& env);

struct NamedText {
  std::string name;
  std::string text;
};

// The files of one configuration, in their order.
LoadResult load_texts(const std::vector<NamedText>& texts, const EnvLookup& env);

// A file that cannot be read is a diagnostic without position.
LoadResult load_file(const std::string& path, const EnvLookup& env = process_environment());
LoadResult load_files(const std::vector<std::string>& paths, const EnvLookup& env = process_environment());

// Which files the user means: `file`, then the direct children of `folder` that end in .yml or .yaml, by
// name. Either may be empty for "not given". Reads the folder only.
Result<std::vector<std::string>, Diagnostic> config_sources(const std::string& file,
                                                            const std::string& folder);

}  // namespace paddock::config
