// ModelNames: who is meant by a name where the file refers to models, and what may have been meant by a wrong
// one.
//
// For validation; requests use lookup.h. Points into the models, which outlive it. One thread.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "paddock/config/model.h"

namespace paddock::config {

class ModelNames {
 public:
  explicit ModelNames(const std::vector<ModelConfig>& models);

  // Index of the model with that id.
  std::optional<std::size_t> with_id(std::string_view id) const;
  // Index of the model with that id or alias; ids win.
  std::optional<std::size_t> find(std::string_view name) const;
  const ModelId& id(std::size_t index) const { return models_[index].id; }
  std::size_t size() const { return models_.size(); }

  // In file order.
  const std::vector<std::string>& ids() const { return ids_; }
  // The ids, then the aliases.
  const std::vector<std::string>& names() const { return names_; }

 private:
  const std::vector<ModelConfig>& models_;
  std::vector<std::string> ids_;
  std::vector<std::string> names_;
  std::unordered_map<std::string_view, std::size_t> by_id_;
  std::unordered_map<std::string_view, std::size_t> by_alias_;
};

// "did you mean 'x'?", or nothing when no candidate is near.
std::string did_you_mean(std::string_view wrong, const std::vector<std::string>& candidates);

}  // namespace paddock::config
