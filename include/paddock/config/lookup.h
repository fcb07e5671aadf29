// From the name in a request to the model that serves it.
//
// Names are ids and aliases; ids win. Built once per Config, immutable, any thread.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "paddock/base/pattern.h"
#include "paddock/config/config.h"

namespace paddock::config {

class Lookup {
 public:
  explicit Lookup(std::shared_ptr<const Config> config);

  // Null when no model has that id or alias. Lives as long as this Lookup. Costs no allocation.
  const ModelConfig* find(std::string_view name) const;
  // The nearest known id or alias, for "did you mean"; empty when none is near.
  std::string nearest_name(std::string_view wrong) const;
  const Config& config() const { return *config_; }
  // Whether upstream.ignorePaths has this decoded path without query, which a model is not loaded for.
  bool ignores(std::string_view path) const;

  // The longest leading run of whole segments of `path` (no leading slash) that names a model: ids may hold
  // slashes. `matched` is the number of bytes of the name in `path`.
  struct PathMatch {
    const ModelConfig* model = nullptr;
    std::size_t matched = 0;
  };
  PathMatch find_prefix(std::string_view path) const;

 private:
  std::shared_ptr<const Config> config_;
  std::unordered_map<std::string_view, const ModelConfig*> by_name_;
  std::vector<std::string> names_;
  std::size_t longest_ = 0;  // bytes of the longest name
  std::vector<Pattern> ignored_;
};

}  // namespace paddock::config
