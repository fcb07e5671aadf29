#include "slot_care.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include "containment.h"
#include "engine_facts.h"
#include "paddock/engine/command.h"

namespace paddock::app {

namespace {

engine::Command told_to(const config::ModelConfig& model) {
  std::vector<std::string> words, environment;
  for (const config::PortText& word : model.argv) words.push_back(word.text);
  for (const config::PortText& variable : model.env) environment.push_back(variable.text);
  return engine::read_command(words, environment);
}

bool is_llama_server(const engine::Command& told) {
  if (told.words.empty()) return false;
  const std::string& program = told.words.front();
  return std::string_view(program).substr(program.rfind('/') + 1).starts_with("llama-server");
}

bool names_its_own_folder(const engine::Command& told) {
  const auto is_flag = [](const std::string& word) {
    return word == "--slot-save-path" || word.starts_with("--slot-save-path=");
  };
  const auto is_variable = [](const std::string& variable) {
    return variable.starts_with(std::string(kvcache::kFolderVariable) + "=");
  };
  return std::any_of(told.words.begin(), told.words.end(), is_flag) ||
         std::any_of(told.environment.begin(), told.environment.end(), is_variable);
}

bool is_kept(const config::ModelConfig& model) {
  if (model.kv_cache.save == config::KvSave::kOff || model.detached) return false;
  const engine::Command told = told_to(model);
  if (names_its_own_folder(told)) return false;
  return model.kv_cache.save == config::KvSave::kOn || (is_llama_server(told) && !told.is_contained);
}

}  // namespace

std::optional<kvcache::Settings> slot_settings(const config::Config& config,
                                               const config::ModelConfig& model) {
  if (!is_kept(model)) return std::nullopt;
  const config::KvCache& asked = model.kv_cache;
  kvcache::Settings out;
  out.root = asked.dir.empty() ? state_folder(config) + "/kvcache" : asked.dir;
  out.min_tokens = asked.min_tokens;
  out.limits = {asked.max_disk, std::chrono::duration_cast<std::chrono::seconds>(asked.max_age)};
  out.timeout = std::chrono::duration_cast<Duration>(asked.timeout);
  return out;
}

std::string slot_variable(const config::Config& config, const config::ModelConfig& model) {
  const auto settings = slot_settings(config, model);
  if (!settings) return {};
  return std::string(kvcache::kFolderVariable) + "=" + kvcache::Folder(settings->root).of(model.id);
}

std::optional<kvcache::Care> slot_care(const std::shared_ptr<const config::Config>& config,
                                       const ModelId& model) {
  const auto found = std::find_if(config->models.begin(), config->models.end(),
                                  [&](const config::ModelConfig& one) { return one.id == model; });
  if (found == config->models.end()) return std::nullopt;
  auto settings = slot_settings(*config, *found);
  if (!settings) return std::nullopt;
  // The model lives inside the configuration, which the closure keeps.
  return kvcache::Care{std::move(*settings), [config, &asked = *found] {
                         return footprints::key_of(footprint_command(asked, command_of(asked)));
                       }};
}

}  // namespace paddock::app
