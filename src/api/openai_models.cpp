#include <algorithm>
#include <ctime>
#include <nlohmann/json.hpp>
#include <vector>

#include "paddock/base/text.h"
#include "replies.h"
#include "resources.h"

namespace paddock::api {

namespace {

using Json = nlohmann::ordered_json;

// llama-swap's fields, so that its clients find what they look for.
Json entry(const config::ModelConfig& model, const router::Status& status, std::time_t now) {
  const router::ModelStatus* found = status.find(model.id);
  const bool loaded = found && found->state != router::ModelState::kStopped;
  Json swap;
  swap["type"] = "model";
  if (!model.aliases.empty()) swap["aliases"] = model.aliases;

  Json json;
  json["id"] = model.id.str();
  json["object"] = "model";
  json["created"] = now;
  json["owned_by"] = "paddock";
  if (const auto name = trim(model.name); !name.empty()) json["name"] = name;
  if (const auto text = trim(model.description); !text.empty()) json["description"] = text;
  json["meta"]["llamaswap"] = std::move(swap);
  json["status"]["value"] = loaded ? "loaded" : "unloaded";
  return json;
}

std::string body(const config::Config& config, const router::Status& status) {
  std::vector<const config::ModelConfig*> listed;
  for (const config::ModelConfig& model : config.models) {
    if (!model.unlisted) listed.push_back(&model);
  }
  std::sort(listed.begin(), listed.end(), [](const auto* a, const auto* b) { return a->id < b->id; });

  const std::time_t now = std::time(nullptr);
  Json data = Json::array();
  for (const config::ModelConfig* model : listed) data.push_back(entry(*model, status, now));
  Json json;
  json["data"] = std::move(data);
  json["object"] = "list";
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

void get(const Deps& deps, const http::Request& request, http::Responder responder) {
  deps.router.status([lookup = deps.lookup, origin = std::string(request.header("Origin")),
                      to = share(std::move(responder))](const router::Status& status) {
    http::Reply reply = json_reply(body(lookup->config(), status));
    // Pages of other origins list models from the browser; llama-swap lets them.
    if (!origin.empty()) {
      reply.headers.emplace_back("Access-Control-Allow-Origin", origin);
      reply.headers.emplace_back("Vary", "Origin");
    }
    to->reply(std::move(reply));
  });
}

}  // namespace

void add_openai_models(http::RouteTable& routes, const Deps& deps) {
  const http::Handler handler = [deps](const http::Request& request, http::Responder to) {
    get(deps, request, std::move(to));
  };
  routes.add({"GET", "/v1/models", http::RouteKind::kControl, handler});
  routes.add({"GET", "/models", http::RouteKind::kControl, handler});
}

}  // namespace paddock::api
