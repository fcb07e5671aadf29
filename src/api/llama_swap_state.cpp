#include "llama_swap_state.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "in_flight_view.h"
#include "openai_entry.h"

namespace paddock::api {

namespace {

using Json = nlohmann::ordered_json;

std::string text(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

Json model_json(const config::ModelConfig& model, router::ModelState state, const EntryFacts& facts) {
  Json json;
  json["id"] = model.id.str();
  json["name"] = model.name;
  json["description"] = model.description;
  json["state"] = router::state_name(state);
  json["unlisted"] = model.unlisted;
  json["peerID"] = "";
  if (!model.aliases.empty()) json["aliases"] = model.aliases;
  const Json entry = model_entry(model, facts);
  for (const char* name : {"capabilities", "context_length"}) {
    if (entry.contains(name)) json[name] = entry[name];
  }
  return json;
}

void add_peers(const config::Config& config, Json& list) {
  std::vector<std::pair<std::string, std::string>> all;
  for (const config::Peer& peer : config.peers) {
    for (const std::string& model : peer.models) all.emplace_back(peer.id + "/" + model, peer.id);
  }
  std::sort(all.begin(), all.end());
  for (const auto& [id, peer] : all) {
    list.push_back({{"id", id},
                    {"name", ""},
                    {"description", ""},
                    {"state", ""},
                    {"unlisted", false},
                    {"peerID", peer}});
  }
}

std::string models_text(const config::Lookup& lookup, const std::vector<router::ModelState>& states,
                        const http::UpstreamFacts& props) {
  const config::Config& config = lookup.config();
  std::vector<Json> models;
  for (std::size_t i = 0; i < config.models.size(); ++i) {
    EntryFacts facts = entry_facts(nullptr, 0);
    facts.command = lookup.command(config.models[i]);
    facts.props = props.of(config.models[i].id);
    models.push_back(model_json(config.models[i], states[i], facts));
  }
  std::sort(models.begin(), models.end(), [](const Json& a, const Json& b) {
    return a["id"].get_ref<const std::string&>() < b["id"].get_ref<const std::string&>();
  });
  Json list = Json::array();
  for (Json& model : models) list.push_back(std::move(model));
  add_peers(config, list);
  return text(list);
}

}  // namespace

std::vector<feed::Part> LlamaSwapState::look(TimePoint now) {
  std::vector<feed::Part> out;
  std::string profile = sources_.profile.name();
  const bool other_profile = profile_ != profile;
  if (other_profile) {
    const Json active = profile.empty() ? Json() : Json(profile);
    out.push_back({"profileChanged", "", text({{"active", active}})});
    profile_ = std::move(profile);
  }
  if (models_differ() || other_profile)
    out.push_back({"modelStatus", "", models_text(*config_, states_, sources_.facts)});
  const RequestWatch::Difference requests = requests_.look(sources_.in_flight, sources_.router, now);
  for (const RequestWatch::Seen* one : requests.changed)
    out.push_back({"inflight", std::to_string(one->request.id), llama_swap_request(one->request)});
  for (const std::uint64_t id : requests.ended) out.push_back({"inflight", std::to_string(id), std::nullopt});
  return out;
}

bool LlamaSwapState::models_differ() {
  std::shared_ptr<const config::Lookup> config = sources_.config.get();
  const std::uint64_t changes = sources_.router.changes(), facts = sources_.facts.changes();
  const bool other_facts = std::exchange(facts_, facts) != facts;
  if (config == config_ && changes == changes_ && !other_facts) return false;
  std::vector<router::ModelState> states;
  for (const config::ModelConfig& model : config->config().models)
    states.push_back(sources_.router.state(model.id));
  const bool differ = config != config_ || states != states_ || other_facts;
  config_ = std::move(config);
  changes_ = changes;
  states_ = std::move(states);
  return differ;
}

}  // namespace paddock::api
