#include "model_names.h"

#include <algorithm>
#include <span>

#include "paddock/base/text.h"
#include "report.h"

namespace paddock::config {

ModelNames::ModelNames(const std::vector<ModelConfig>& models) : models_(models) {
  for (const ModelConfig& model : models) {
    by_id_.try_emplace(model.id.str(), ids_.size());
    ids_.push_back(model.id.str());
  }
  names_ = ids_;
  for (std::size_t i = 0; i < models.size(); ++i) {
    for (const std::string& alias : models[i].aliases) {
      by_alias_.try_emplace(alias, i);
      names_.push_back(alias);
    }
  }
}

std::optional<std::size_t> ModelNames::with_id(std::string_view id) const {
  const auto found = by_id_.find(id);
  if (found == by_id_.end()) return std::nullopt;
  return found->second;
}

std::optional<std::size_t> ModelNames::find(std::string_view name) const {
  if (const std::optional<std::size_t> model = with_id(name)) return model;
  const auto found = by_alias_.find(name);
  if (found == by_alias_.end()) return std::nullopt;
  return found->second;
}

std::string did_you_mean(std::string_view wrong, const std::vector<std::string>& candidates) {
  // A guess looks at every name, and a file may ask for a thousand guesses.
  constexpr std::size_t kMostLookedAt = 2000;
  const std::span<const std::string> some(candidates.data(), std::min(candidates.size(), kMostLookedAt));
  const std::optional<std::string_view> near = nearest(wrong, some);
  return near ? "did you mean " + in_quotes(*near) + "?" : "";
}

}  // namespace paddock::config
