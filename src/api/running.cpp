#include <algorithm>
#include <nlohmann/json.hpp>
#include <vector>

#include "replies.h"
#include "resources.h"

namespace paddock::api {

namespace {

using Json = nlohmann::ordered_json;

// With the real port where the model has one, as llama-swap shows them.
Json entry(const config::ModelConfig& model, const router::ModelStatus& status) {
  const router::LaunchStatus* launch = status.launches.empty() ? nullptr : &status.launches.front();
  const bool bound = launch && launch->port > 0;
  Json json;
  json["model"] = model.id.str();
  json["state"] = router::state_name(status.state);
  json["cmd"] = launch && !launch->cmd.empty() ? launch->cmd : model.cmd.shown();
  json["proxy"] = bound ? model.proxy.bind_shown(launch->port) : model.proxy.shown();
  json["ttl"] = model.ttl.count();
  json["name"] = model.name;
  json["description"] = model.description;
  return json;
}

// It was removed from the configuration and finishes what runs on it.
Json removed_entry(const router::ModelStatus& status) {
  config::ModelConfig model;
  model.id = status.id;
  return entry(model, status);
}

std::string body(const config::Lookup& lookup, const router::Status& status) {
  std::vector<const router::ModelStatus*> running;
  for (const router::ModelStatus& model : status.models) {
    if (model.state != router::ModelState::kStopped) running.push_back(&model);
  }
  std::sort(running.begin(), running.end(), [](const auto* a, const auto* b) { return a->id < b->id; });

  Json list = Json::array();
  for (const router::ModelStatus* model : running) {
    const config::ModelConfig* known = lookup.find(model->id.str());
    list.push_back(known ? entry(*known, *model) : removed_entry(*model));
  }
  Json json;
  json["running"] = std::move(list);
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace

void add_running(http::RouteTable& routes, const Deps& deps) {
  routes.add({"GET", "/running", http::RouteKind::kControl,
              [deps](const http::Request&, http::Responder responder) {
                deps.router.status([lookup = deps.config.get(),
                                    to = share(std::move(responder))](const router::Status& status) {
                  to->reply(json_reply(body(*lookup, status)));
                });
              },
              http::Role::kObserve});
}

}  // namespace paddock::api
