#include "paddock/config/lookup.h"

#include <algorithm>

#include "paddock/base/text.h"

namespace paddock::config {

Lookup::Lookup(std::shared_ptr<const Config> config) : config_(std::move(config)) {
  for (const ModelConfig& model : config_->models) by_name_.try_emplace(model.id.str(), &model);
  // After all ids: an alias never hides a model.
  for (const ModelConfig& model : config_->models) {
    for (const std::string& alias : model.aliases) by_name_.try_emplace(alias, &model);
  }
  for (const ModelConfig& model : config_->models) {
    names_.push_back(model.id.str());
    names_.insert(names_.end(), model.aliases.begin(), model.aliases.end());
  }
  for (const ModelConfig& model : config_->models) commands_.push_back(command_facts(model));
  for (const Selector& selector : config_->selectors) selectors_.try_emplace(selector.id, &selector);
  add_peers();
  for (const std::string& name : names_) longest_ = std::max(longest_, name.size());
  for (const std::string& text : config_->ignore_paths) {
    if (auto pattern = Pattern::compile(text)) ignored_.push_back(std::move(*pattern));
  }
}

void Lookup::add_peers() {
  for (const Peer& peer : config_->peers) {
    for (const std::string& model : peer.models) {
      const Found found{nullptr, nullptr, &peer, model};
      peers_.try_emplace(peer.id + "/" + model, found);
      const auto [same, is_new] = bare_.try_emplace(model, found);
      if (!is_new && same->second.peer != &peer) same->second = {};
    }
  }
}

Lookup::Found Lookup::find_any(std::string_view name) const {
  if (const ModelConfig* model = find(name)) return {model, nullptr, nullptr, {}};
  if (const auto found = selectors_.find(name); found != selectors_.end()) {
    return {nullptr, found->second, nullptr, {}};
  }
  if (peers_.empty()) return {};
  if (const auto found = peers_.find(std::string(name)); found != peers_.end()) return found->second;
  const auto found = bare_.find(name);
  return found == bare_.end() ? Found{} : found->second;
}

const Profile* Lookup::profile(std::string_view name) const {
  const auto found = std::find_if(config_->profiles.begin(), config_->profiles.end(),
                                  [name](const Profile& profile) { return profile.name == name; });
  return found == config_->profiles.end() ? nullptr : &*found;
}

bool Lookup::ignores(std::string_view path) const {
  return std::any_of(ignored_.begin(), ignored_.end(),
                     [path](const Pattern& pattern) { return pattern.found_in(path); });
}

const ModelConfig* Lookup::find(std::string_view name) const {
  const auto found = by_name_.find(name);
  return found == by_name_.end() ? nullptr : found->second;
}

const CommandFacts& Lookup::command(const ModelConfig& model) const {
  return commands_.at(static_cast<std::size_t>(&model - config_->models.data()));
}

std::string Lookup::nearest_name(std::string_view wrong) const {
  return std::string(nearest(wrong, names_).value_or(std::string_view()));
}

Lookup::PathMatch Lookup::find_prefix(std::string_view path) const {
  // No name is longer than longest_, so a path of nothing but slashes costs little.
  std::string_view prefix = path;
  if (prefix.size() > longest_) {
    const std::size_t slash = path.rfind('/', longest_);
    if (slash == std::string_view::npos) return {};
    prefix = path.substr(0, slash);
  }
  while (true) {
    if (const ModelConfig* model = find(prefix)) return {model, prefix.size()};
    const std::size_t slash = prefix.rfind('/');
    if (slash == std::string_view::npos) return {};
    prefix = prefix.substr(0, slash);
  }
}

}  // namespace paddock::config
