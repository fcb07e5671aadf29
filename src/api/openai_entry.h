// One entry of GET /v1/models: llama-swap's fields, and `status` and `architecture` as llama.cpp's router
// answers them, so that the clients of both find what they look for. Pure functions.
#pragma once

#include <ctime>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "paddock/config/command_facts.h"
#include "paddock/config/model.h"
#include "paddock/config/names.h"
#include "paddock/http/upstream_facts.h"
#include "paddock/router/status.h"

namespace paddock::api {

using OrderedJson = nlohmann::ordered_json;

enum class LoadState { kUnloaded, kLoading, kLoaded };

struct EntryFacts {
  LoadState state = LoadState::kUnloaded;
  bool failed = false;             // its last launch went wrong and nothing runs now
  std::optional<int> exit_code{};  // of that launch, where it ended by itself
  std::time_t now = 0;
  config::CommandFacts command{};              // what it is started with says
  std::optional<http::UpstreamProps> props{};  // what its server has said last
};

// What a model's status says; null: it has never run.
EntryFacts entry_facts(const router::ModelStatus* status, std::time_t now);

OrderedJson model_entry(const config::ModelConfig& model, const EntryFacts& facts);
// The same model under another name.
OrderedJson alias_entry(const config::ModelConfig& model, const std::string& alias, const EntryFacts& facts);
OrderedJson peer_entry(const config::Peer& peer, const std::string& model, std::time_t now);
// `state`: that of the targets that count.
OrderedJson selector_entry(const config::Selector& selector, LoadState state, std::time_t now);
// A name that the active profile brings. `target`: the model behind it; null: it is none of ours.
OrderedJson pin_entry(const config::Profile& profile, const config::Profile::Pin& pin,
                      const config::ModelConfig* target, const EntryFacts& facts);

}  // namespace paddock::api
