#include "paddock/ollama/views.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

#include "json.h"
#include "paddock/base/wall_time.h"
#include "paddock/ollama/names.h"

namespace paddock::ollama {

namespace {

// Far off, as Ollama shows a model that stays; clients call it forever.
constexpr const char* kNever = "2300-01-01T00:00:00.000Z";

std::string line_of(const Json& json) { return dump(json) + "\n"; }

std::uint64_t fnv1a(std::string_view text, std::uint64_t hash) {
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  return hash;
}

// Clients take it for the name of the weights and cut it short, so it has a digest's length. It says no more
// than which id this is: to read gigabytes for it would be absurd.
std::string digest_of(std::string_view id) {
  std::uint64_t hash = 14695981039346656037ULL;
  std::string digest;
  for (int part = 0; part < 4; ++part) {
    hash = fnv1a(id, hash + static_cast<std::uint64_t>(part));
    std::array<char, 17> hex{};
    std::snprintf(hex.data(), hex.size(), "%016llx", static_cast<unsigned long long>(hash));
    digest += hex.data();
  }
  return digest;
}

Json details_of(const Model& model) {
  Json families = Json::array();
  if (!model.family.empty()) families.push_back(model.family);
  return {{"parent_model", ""},
          {"format", "gguf"},
          {"family", model.family},
          {"families", std::move(families)},
          {"parameter_size", model.parameter_size},
          {"quantization_level", model.quantization}};
}

Json entry_of(const Model& model, std::string name) {
  Json entry = Json::object();
  entry["name"] = name;
  entry["model"] = std::move(name);
  entry["modified_at"] = rfc3339(model.modified);
  entry["size"] = model.size;
  entry["digest"] = digest_of(model.id);
  entry["details"] = details_of(model);
  return entry;
}

// `a` beside an id `a:latest` is listed as it is: else two would have one name.
std::string name_among(const std::string& id, const std::vector<std::string_view>& tagged) {
  std::string name = listed_name(id);
  const bool taken = std::binary_search(tagged.begin(), tagged.end(), name);
  return taken ? id : name;
}

Json info_of(const Model& model) {
  const std::string family = model.family.empty() ? "unknown" : model.family;
  Json info = Json::object();
  info["general.architecture"] = family;
  info["general.basename"] = model.id;
  if (model.context) info[family + ".context_length"] = *model.context;
  return info;
}

Json capabilities_of(const Model& model) {
  Json list = Json::array();
  const std::pair<bool, const char*> kAll[] = {
      {model.completion, "completion"}, {model.tools, "tools"},         {model.insert, "insert"},
      {model.vision, "vision"},         {model.embedding, "embedding"}, {model.thinking, "thinking"},
  };
  for (const auto& [has, name] : kAll) {
    if (has) list.push_back(name);
  }
  return list;
}

}  // namespace

std::string tags(std::span<const Model> models) {
  std::vector<std::string_view> tagged;
  for (const Model& model : models) {
    if (model.id.ends_with(":latest")) tagged.push_back(model.id);
  }
  std::sort(tagged.begin(), tagged.end());
  Json list = Json::array();
  for (const Model& model : models) list.push_back(entry_of(model, name_among(model.id, tagged)));
  return line_of({{"models", std::move(list)}});
}

std::string show(const Model& model) {
  Json json = Json::object();
  for (const char* unknown : {"license", "modelfile", "parameters", "template"}) json[unknown] = "";
  json["details"] = details_of(model);
  json["model_info"] = info_of(model);
  json["capabilities"] = capabilities_of(model);
  json["modified_at"] = rfc3339(model.modified);
  return line_of(json);
}

std::string ps(std::span<const Running> models) {
  Json list = Json::array();
  for (const Running& running : models) {
    Json entry = entry_of(running.model, listed_name(running.model.id));
    entry.erase("modified_at");
    entry["expires_at"] = running.expires ? rfc3339(*running.expires) : kNever;
    entry["size_vram"] = running.size_vram;
    entry["context_length"] = running.model.context.value_or(0);
    list.push_back(std::move(entry));
  }
  return line_of({{"models", std::move(list)}});
}

std::string version(const OwnVersion& own) {
  Json json = Json::object();
  json["version"] = kApiVersion;
  json["commit"] = own.commit;
  if (!own.build_date.empty()) json["build_date"] = own.build_date;
  Json paddock = json;
  paddock["version"] = own.version;
  if (!own.started.empty()) paddock["started"] = own.started;
  json["paddock"] = std::move(paddock);
  return line_of(json);
}

std::string idle_answer(const Request& request, WallTime now) {
  Json json = Json::object();
  if (request.call == Call::kEmbeddings) return line_of({{"embedding", Json::array()}});
  json["model"] = request.model;
  if (request.call == Call::kEmbed) {
    json["embeddings"] = Json::array();
    return line_of(json);
  }
  json["created_at"] = rfc3339(now);
  if (request.call == Call::kChat) json["message"] = {{"role", "assistant"}, {"content", ""}};
  if (request.call == Call::kGenerate) json["response"] = "";
  json["done"] = true;
  json["done_reason"] = request.deed == Deed::kUnload ? "unload" : "load";
  return line_of(json);
}

std::string error(std::string_view sentence) { return line_of({{"error", std::string(sentence)}}); }

std::string not_offered(std::string_view path) {
  constexpr std::pair<std::string_view, const char*> kPaths[] = {
      {"/api/pull", "pull models"}, {"/api/push", "push models"},     {"/api/create", "create models"},
      {"/api/copy", "copy models"}, {"/api/delete", "delete models"}, {"/api/blobs", "keep files"},
  };
  for (const auto& [known, deed] : kPaths) {
    if (path != known && !path.starts_with(std::string(known) + "/")) continue;
    return std::string("paddock does not ") + deed + "; its models are those of its configuration";
  }
  return {};
}

}  // namespace paddock::ollama
