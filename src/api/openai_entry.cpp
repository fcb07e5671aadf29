#include "openai_entry.h"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "known_capabilities.h"
#include "paddock/base/text.h"

namespace paddock::api {

namespace {

using config::Capabilities;

bool has(const std::vector<std::string>& words, const char* word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : "+") + word;
  return out;
}

OrderedJson architecture(const Capabilities& can) {
  OrderedJson json;
  if (!can.in.empty()) json["input_modalities"] = can.in;
  if (!can.out.empty()) json["output_modalities"] = can.out;
  if (!can.in.empty() && !can.out.empty()) json["modality"] = joined(can.in) + "->" + joined(can.out);
  return json;
}

// Only what is true.
OrderedJson abilities(const Capabilities& can, const config::CommandFacts& command) {
  const std::pair<const char*, bool> all[] = {
      {"vision", has(can.in, "image")},
      {"audio_transcriptions", has(can.in, "audio") && has(can.out, "text")},
      {"audio_speech", has(can.in, "text") && has(can.out, "audio")},
      {"image_generation", has(can.in, "text") && has(can.out, "image")},
      {"image_to_image", has(can.in, "image") && has(can.out, "image")},
      {"function_calling", can.tools},
      {"reranker", can.reranker},
      {"embeddings", command.embeds && !can.reranker},
  };
  OrderedJson json;
  for (const auto& [name, is_true] : all) {
    if (is_true) json[name] = true;
  }
  return json;
}

void add_capabilities(OrderedJson& json, const Capabilities& can, const config::CommandFacts& command) {
  if (OrderedJson value = architecture(can); !value.empty()) json["architecture"] = std::move(value);
  if (OrderedJson value = abilities(can, command); !value.empty()) json["capabilities"] = std::move(value);
  if (can.tools) json["supported_parameters"] = OrderedJson::array({"tools", "tool_choice"});
  if (can.context > 0) json["context_length"] = can.context;
}

OrderedJson object_of(const config::JsonText& text) {
  OrderedJson json = text.empty() ? OrderedJson::object() : OrderedJson::parse(text, nullptr, false);
  return json.is_object() ? json : OrderedJson::object();
}

// The user's own members, without those that capabilities say better.
OrderedJson metadata(const config::ModelConfig& model) {
  OrderedJson json = object_of(model.metadata);
  if (model.capabilities == Capabilities()) return json;
  for (const char* name : {"architecture", "capabilities", "supported_parameters", "context_length"}) {
    json.erase(name);
  }
  return json;
}

const char* word_of(LoadState state) {
  switch (state) {
    case LoadState::kUnloaded:
      break;
    case LoadState::kLoading:
      return "loading";
    case LoadState::kLoaded:
      return "loaded";
  }
  return "unloaded";
}

OrderedJson status_json(const EntryFacts& facts) {
  OrderedJson json;
  json["value"] = word_of(facts.state);
  if (!facts.failed) return json;
  json["failed"] = true;
  if (facts.exit_code) json["exit_code"] = *facts.exit_code;
  return json;
}

OrderedJson begin_entry(const std::string& id, std::string_view name, std::string_view description,
                        std::time_t now) {
  OrderedJson json;
  json["id"] = id;
  json["object"] = "model";
  json["created"] = now;
  json["owned_by"] = "paddock";
  if (!trim(name).empty()) json["name"] = trim(name);
  if (!trim(description).empty()) json["description"] = trim(description);
  return json;
}

// `own` wins over what the user has written.
OrderedJson merged(OrderedJson metadata, OrderedJson own) {
  for (auto& [name, value] : own.items()) metadata[name] = std::move(value);
  return metadata;
}

OrderedJson entry(const std::string& id, const config::ModelConfig& model, OrderedJson own,
                  const EntryFacts& facts) {
  const Capabilities can = known_capabilities(model, facts.command, facts.props);
  OrderedJson json = begin_entry(id, model.name, model.description, facts.now);
  add_capabilities(json, can, facts.command);
  json["meta"]["llamaswap"] = merged(metadata(model), std::move(own));
  if (can.context > 0) json["meta"]["n_ctx"] = can.context;
  json["status"] = status_json(facts);
  return json;
}

const char* strategy_name(config::Strategy strategy) {
  switch (strategy) {
    case config::Strategy::kPin:
      return "pin";
    case config::Strategy::kWarm:
      return "warm";
    case config::Strategy::kSpillover:
      return "spillover";
  }
  return "pin";
}

LoadState load_state(const router::ModelStatus& status) {
  switch (status.state) {
    case router::ModelState::kStarting:
      return LoadState::kLoading;
    case router::ModelState::kReady:
      return LoadState::kLoaded;
    case router::ModelState::kStopped:
    case router::ModelState::kStopping:
      break;
  }
  return LoadState::kUnloaded;
}

}  // namespace

EntryFacts entry_facts(const router::ModelStatus* status, std::time_t now) {
  EntryFacts facts;
  facts.now = now;
  if (status == nullptr) return facts;
  facts.state = load_state(*status);
  if (status->state != router::ModelState::kStopped || status->launches.empty()) return facts;
  const router::LaunchStatus& last = status->launches.front();
  facts.failed = !last.failure.kind.empty();
  if (facts.failed) facts.exit_code = last.failure.exit;
  return facts;
}

OrderedJson model_entry(const config::ModelConfig& model, const EntryFacts& facts) {
  OrderedJson own;
  own["type"] = "model";
  if (!model.aliases.empty()) own["aliases"] = model.aliases;
  return entry(model.id.str(), model, std::move(own), facts);
}

OrderedJson alias_entry(const config::ModelConfig& model, const std::string& alias, const EntryFacts& facts) {
  OrderedJson own;
  own["type"] = "alias";
  own["modelID"] = model.id.str();
  return entry(alias, model, std::move(own), facts);
}

// Peers are not asked for a list: what they have loaded is their own business.
OrderedJson peer_entry(const config::Peer& peer, const std::string& model, std::time_t now) {
  OrderedJson json = begin_entry(peer.id + "/" + model, peer.id + ": " + model, {}, now);
  json["meta"]["llamaswap"] = {{"type", "peer"}, {"peerID", peer.id}};
  json["status"] = status_json({});
  return json;
}

OrderedJson selector_entry(const config::Selector& selector, LoadState state, std::time_t now) {
  OrderedJson own;
  own["type"] = "selector";
  own["strategy"] = strategy_name(selector.strategy);
  own["targets"] = selector.targets;
  if (selector.strategy == config::Strategy::kSpillover) own["spillover"] = selector.spillover;
  OrderedJson json = begin_entry(selector.id, selector.name, selector.description, now);
  json["meta"]["llamaswap"] = merged(object_of(selector.metadata), std::move(own));
  EntryFacts facts;
  facts.state = state;
  json["status"] = status_json(facts);
  return json;
}

OrderedJson pin_entry(const config::Profile& profile, const config::Profile::Pin& pin,
                      const config::ModelConfig* target, const EntryFacts& facts) {
  OrderedJson own;
  own["type"] = "profile";
  own["profile"] = profile.name;
  own["target"] = pin.target;
  if (target != nullptr) return entry(pin.name, *target, std::move(own), facts);
  OrderedJson json = begin_entry(pin.name, {}, {}, facts.now);
  json["meta"]["llamaswap"] = std::move(own);
  json["status"] = status_json(facts);
  return json;
}

}  // namespace paddock::api
