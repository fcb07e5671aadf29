// From the name in a request to what serves it.
//
// Models' names are ids and aliases; ids win. Selectors and peers' models have names too. And what follows
// from a model's configuration but takes work to find out. Built once per Config, immutable, any thread.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "paddock/base/pattern.h"
#include "paddock/config/command_facts.h"
#include "paddock/config/config.h"

namespace paddock::config {

class Lookup {
 public:
  explicit Lookup(std::shared_ptr<const Config> config);

  // Null when no model has that id or alias. Lives as long as this Lookup. Costs no allocation.
  const ModelConfig* find(std::string_view name) const;
  // What else a name may stand for. At most one of the three pointers is set.
  struct Found {
    const ModelConfig* model = nullptr;
    const Selector* selector = nullptr;
    const Peer* peer = nullptr;
    std::string_view peer_model;  // as the peer knows it

    explicit operator bool() const { return model != nullptr || selector != nullptr || peer != nullptr; }
  };
  // Of equal names a model's wins over a selector's, that over a peer's model by its full name
  // `<peer>/<model>`, and that over the bare name of a model that only one peer has.
  Found find_any(std::string_view name) const;
  // Null if there is none of that name.
  const Profile* profile(std::string_view name) const;
  // The nearest known id or alias, for "did you mean"; empty when none is near.
  std::string nearest_name(std::string_view wrong) const;
  const Config& config() const { return *config_; }
  // Of a model of config().
  const CommandFacts& command(const ModelConfig& model) const;
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
  void add_peers();

  std::shared_ptr<const Config> config_;
  std::vector<CommandFacts> commands_;  // in the order of the models
  std::unordered_map<std::string_view, const ModelConfig*> by_name_;
  std::unordered_map<std::string_view, const Selector*> selectors_;
  std::unordered_map<std::string, Found> peers_;      // by full name
  std::unordered_map<std::string_view, Found> bare_;  // by bare name; empty: more than one peer has it
  std::vector<std::string> names_;
  std::size_t longest_ = 0;  // bytes of the longest name
  std::vector<Pattern> ignored_;
};

}  // namespace paddock::config
