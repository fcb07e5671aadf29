#include "changes.h"

#include <unordered_map>

namespace paddock::app {

namespace {

using Models = std::unordered_map<ModelId, const config::ModelConfig*>;

Models models_of(const config::Config& config) {
  Models out;
  for (const config::ModelConfig& model : config.models) out.emplace(model.id, &model);
  return out;
}

std::string joined(const std::vector<ModelId>& ids) {
  std::string out;
  for (const ModelId& id : ids) out += (out.empty() ? "" : ", ") + id.str();
  return out;
}

void add_words(std::string& out, const std::vector<config::PortText>& words) {
  for (const config::PortText& word : words) out += word.text + '\0';
  out += '\0';
}

// The engine is started with the folder.
std::string slots_mark(const config::KvCache& kv_cache) {
  if (kv_cache.save == config::KvSave::kOff) return {};
  return (kv_cache.save == config::KvSave::kOn ? '\3' : '\4') + kv_cache.dir;
}

}  // namespace

std::string launch_of(const config::ModelConfig& model) {
  std::string out;
  add_words(out, model.argv);
  add_words(out, model.env);
  return out + model.proxy.text + '\0' + model.check_endpoint + std::string(model.detached ? 1 : 0, '\1') +
         std::string(model.log_verbosity == config::LogVerbosity::kKeep ? 1 : 0, '\2') +
         slots_mark(model.kv_cache);
}

Changes changes_between(const config::Config& before, const config::Config& now) {
  Changes out;
  const Models old_models = models_of(before), new_models = models_of(now);
  for (const config::ModelConfig& model : now.models) {
    const auto old = old_models.find(model.id);
    if (old == old_models.end()) {
      out.added.push_back(model.id);
    } else if (launch_of(*old->second) != launch_of(model)) {
      out.renewed.push_back(model.id);
    }
  }
  for (const config::ModelConfig& model : before.models) {
    if (!new_models.contains(model.id)) out.removed.push_back(model.id);
  }
  if (before.start_port != now.start_port) out.next_start.push_back("startPort");
  if (before.store_path != now.store_path) out.next_start.push_back("store.path");
  if (before.state_dir != now.state_dir) out.next_start.push_back("stateDir");
  if (before.vram_release_timeout != now.vram_release_timeout) out.next_start.push_back("vramReleaseTimeout");
  return out;
}

std::string sentence(const Changes& changes) {
  std::string out;
  const auto add = [&out](const std::string& part) { out += (out.empty() ? "" : "; ") + part; };
  if (!changes.added.empty()) add("added " + joined(changes.added));
  if (!changes.removed.empty()) add("removed " + joined(changes.removed));
  if (!changes.renewed.empty()) add("started in another way from now on: " + joined(changes.renewed));
  return out.empty() ? "no model has changed" : out;
}

}  // namespace paddock::app
