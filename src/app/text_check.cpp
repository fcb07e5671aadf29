#include "text_check.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>
#include <vector>

#include "changes.h"
#include "check_report.h"
#include "command_check.h"
#include "config_view.h"
#include "paddock/config/mask.h"

namespace paddock::app {

namespace {

using config::Diagnostic;
using Json = nlohmann::ordered_json;

// Set or not, and to nothing or to something, must count, or the two readings would differ in more than
// words.
config::EnvLookup masked(const config::EnvLookup& env) {
  return [&env](const std::string& name) {
    std::optional<std::string> value = env(name);
    if (value && !value->empty()) *value = config::kMask;
    return value;
  };
}

std::string name_for(const config::Config& running) {
  return running.files.size() == 1 ? running.files.front() : "text";
}

// The finding in words that hold no value.
Diagnostic told(const Diagnostic& found, const std::vector<Diagnostic>& blind) {
  Diagnostic out = found;
  const auto same = [&](const Diagnostic& other) {
    return other.severity == found.severity && other.pos == found.pos && other.message == found.message;
  };
  const auto twin = std::find_if(blind.begin(), blind.end(), same);
  if (twin == blind.end()) {
    out.message = "what a variable of the environment is set to is not right here";
    out.hint = "`paddock check` on the machine says more";
  } else if (twin->hint != found.hint) {
    out.hint.clear();
  }
  return out;
}

using Names = std::set<std::string>;

void add_names(Names& names, const config::Config* config) {
  if (config == nullptr) return;
  for (const config::ModelConfig& model : config->models) names.insert(model.id.str());
}

// A name may come from a variable, too.
Json names_json(const std::vector<ModelId>& models, const Names& known) {
  Json list = Json::array();
  for (const ModelId& model : models)
    list.push_back(known.contains(model.str()) ? model.str() : config::kMask);
  return list;
}

std::vector<ModelId> kept(const config::Config& now, const Changes& changes) {
  std::set<ModelId> other(changes.added.begin(), changes.added.end());
  other.insert(changes.renewed.begin(), changes.renewed.end());
  std::vector<ModelId> out;
  for (const config::ModelConfig& model : now.models) {
    if (!other.contains(model.id)) out.push_back(model.id);
  }
  return out;
}

Json changes_json(const config::Config& running, const config::Config& now, const config::Config* blind) {
  Names known;
  add_names(known, &running);
  add_names(known, blind);
  const Changes changes = changes_between(running, now);
  Json json;
  json["added"] = names_json(changes.added, known);
  json["removed"] = names_json(changes.removed, known);
  json["renewed"] = names_json(changes.renewed, known);
  json["kept"] = names_json(kept(now, changes), known);
  json["next_start"] = changes.next_start;
  return json;
}

Json judge(std::string_view text, const config::Config& running, const config::EnvLookup& env,
           const MachineFacts& facts) {
  const std::string name = name_for(running);
  config::LoadResult real = config::load_text(text, name, env);
  config::LoadResult blind = config::load_text(text, name, masked(env));
  add_command_findings(real, facts);
  add_command_findings(blind, facts);
  Json json;
  json["valid"] = real.config != nullptr;
  json["diagnostics"] = Json::array();
  for (const Diagnostic& found : real.diagnostics) {
    json["diagnostics"].push_back(finding_json(told(found, blind.diagnostics)));
  }
  const config::Config* seen = blind.readable.get();
  json["changes"] = real.config ? changes_json(running, *real.config, seen) : Json();
  json["config"] = real.config && seen != nullptr ? view_of(*seen) : Json();
  return json;
}

std::string words(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace

std::string check_text(std::string_view text, const config::Config& running, const config::EnvLookup& env,
                       const MachineFacts& facts) {
  return words(judge(text, running, env, facts));
}

std::string faults_in(std::string_view text, const config::Config& running, const config::EnvLookup& env,
                      const MachineFacts& facts) {
  const Json judged = judge(text, running, env, facts);
  return judged["valid"] == true ? std::string() : words(judged);
}

}  // namespace paddock::app
