// One entry of GET /v1/models, with llama-swap's fields, so that its clients find what they look for. Pure
// functions.
#pragma once

#include <ctime>
#include <nlohmann/json.hpp>
#include <string>

#include "paddock/config/model.h"

namespace paddock::api {

using OrderedJson = nlohmann::ordered_json;

struct EntryFacts {
  bool loaded = false;
  std::time_t now = 0;
};

OrderedJson model_entry(const config::ModelConfig& model, const EntryFacts& facts);
// The same model under another name.
OrderedJson alias_entry(const config::ModelConfig& model, const std::string& alias, const EntryFacts& facts);

}  // namespace paddock::api
