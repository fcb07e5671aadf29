#include "openai_entry.h"

#include <algorithm>
#include <utility>
#include <vector>

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
OrderedJson abilities(const Capabilities& can) {
  const std::pair<const char*, bool> all[] = {
      {"vision", has(can.in, "image")},
      {"audio_transcriptions", has(can.in, "audio") && has(can.out, "text")},
      {"audio_speech", has(can.in, "text") && has(can.out, "audio")},
      {"image_generation", has(can.in, "text") && has(can.out, "image")},
      {"image_to_image", has(can.in, "image") && has(can.out, "image")},
      {"function_calling", can.tools},
      {"reranker", can.reranker},
  };
  OrderedJson json;
  for (const auto& [name, is_true] : all) {
    if (is_true) json[name] = true;
  }
  return json;
}

void add_capabilities(OrderedJson& json, const Capabilities& can) {
  if (OrderedJson value = architecture(can); !value.empty()) json["architecture"] = std::move(value);
  if (OrderedJson value = abilities(can); !value.empty()) json["capabilities"] = std::move(value);
  if (can.tools) json["supported_parameters"] = OrderedJson::array({"tools", "tool_choice"});
  if (can.context > 0) json["context_length"] = can.context;
}

// The user's own members, without those that capabilities say better.
OrderedJson metadata(const config::ModelConfig& model) {
  if (model.metadata.empty()) return OrderedJson::object();
  OrderedJson json = OrderedJson::parse(model.metadata, nullptr, false);
  if (!json.is_object()) return OrderedJson::object();
  if (model.capabilities == Capabilities()) return json;
  for (const char* name : {"architecture", "capabilities", "supported_parameters", "context_length"}) {
    json.erase(name);
  }
  return json;
}

OrderedJson entry(const std::string& id, const config::ModelConfig& model, OrderedJson own_members,
                  const EntryFacts& facts) {
  OrderedJson swap = metadata(model);
  for (auto& [name, value] : own_members.items()) swap[name] = std::move(value);

  OrderedJson json;
  json["id"] = id;
  json["object"] = "model";
  json["created"] = facts.now;
  json["owned_by"] = "paddock";
  if (const auto name = trim(model.name); !name.empty()) json["name"] = name;
  if (const auto text = trim(model.description); !text.empty()) json["description"] = text;
  add_capabilities(json, model.capabilities);
  json["meta"]["llamaswap"] = std::move(swap);
  if (model.capabilities.context > 0) json["meta"]["n_ctx"] = model.capabilities.context;
  json["status"]["value"] = facts.loaded ? "loaded" : "unloaded";
  return json;
}

}  // namespace

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

}  // namespace paddock::api
