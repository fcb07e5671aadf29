// What would happen, who waits, and whether anything may happen at all: GET /api/plan and /api/queue, POST
// /api/freeze and /api/thaw.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>
#include <vector>

#include "replies.h"
#include "resources.h"

namespace paddock::api {

namespace {

using Json = nlohmann::ordered_json;

std::string dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

Json names_of(const std::vector<ModelId>& models) {
  Json list = Json::array();
  for (const ModelId& model : models) list.push_back(model.str());
  return list;
}

std::string plan_body(const router::Plan& plan) {
  Json json;
  json["model"] = plan.model.str();
  json["action"] = plan.action;
  json["evict"] = names_of(plan.evict);
  json["set"] = plan.set.empty() ? Json() : Json(plan.set);
  json["cost"] = plan.cost;
  json["exact"] = plan.exact;
  json["reason"] = plan.reason;
  return dump(json);
}

std::string queue_body(const router::Queue& queue) {
  Json list = Json::array();
  for (const router::WaitingRequest& one : queue.waiting) {
    Json entry;
    entry["position"] = list.size() + 1;
    entry["model"] = one.model.str();
    entry["age_ms"] = one.age.count();
    entry["blocked_by"] = one.blocked_by;
    list.push_back(std::move(entry));
  }
  Json json;
  json["frozen"] = queue.frozen;
  json["waiting"] = std::move(list);
  return dump(json);
}

// A value is one name, or several with commas between.
std::vector<std::string> split_names(const config::Lookup& lookup, const std::string& value) {
  if (lookup.find(value)) return {value};
  std::vector<std::string> out;
  std::istringstream parts(value);
  for (std::string part; std::getline(parts, part, ',');) {
    if (!part.empty()) out.push_back(std::move(part));
  }
  return out;
}

// `?running=a,b`, also several times; a name with a comma stands alone in its own.
Result<std::vector<ModelId>, http::Reply> running_of(const config::Lookup& lookup,
                                                     const http::Request& request) {
  std::vector<ModelId> out;
  for (const std::string& value : request.query_values("running")) {
    for (const std::string& name : split_names(lookup, value)) {
      const auto model = find_model(lookup, name);
      if (!model) return model.error();
      if (std::find(out.begin(), out.end(), (*model)->id) == out.end()) out.push_back((*model)->id);
    }
  }
  return out;
}

void get_plan(const Deps& deps, const http::Request& request, http::Responder responder) {
  const auto lookup = deps.config.get();
  const auto model = find_model(*lookup, request.query_value("model"));
  if (!model) return responder.reply(model.error());
  auto running = running_of(*lookup, request);
  if (!running) return responder.reply(running.error());
  std::optional<std::vector<ModelId>> beside;
  if (request.has_query("running")) beside = std::move(*running);
  deps.router.plan((*model)->id, std::move(beside),
                   [to = share(std::move(responder))](const std::optional<router::Plan>& plan) {
                     to->reply(plan ? json_reply(plan_body(*plan)) : not_found("the model is gone"));
                   });
}

void get_queue(const Deps& deps, http::Responder responder) {
  deps.router.queue([to = share(std::move(responder))](const router::Queue& queue) {
    to->reply(json_reply(queue_body(queue)));
  });
}

router::OutcomeHandler answer(http::Responder responder, const char* body) {
  return [to = share(std::move(responder)), body](const router::Outcome&) { to->reply(json_reply(body)); };
}

}  // namespace

void add_planning(http::RouteTable& routes, const Deps& deps) {
  using http::Request;
  using http::Responder;
  const auto kind = http::RouteKind::kControl;
  routes.add({"GET", "/api/plan", kind,
              [deps](const Request& request, Responder to) { get_plan(deps, request, std::move(to)); },
              http::Role::kObserve});
  routes.add({"GET", "/api/queue", kind,
              [deps](const Request&, Responder to) { get_queue(deps, std::move(to)); },
              http::Role::kObserve});
  routes.add({"POST", "/api/freeze", kind,
              [deps](const Request&, Responder to) {
                deps.router.freeze(answer(std::move(to), "{\"frozen\":true}\n"));
              },
              http::Role::kAdmin});
  routes.add({"POST", "/api/thaw", kind,
              [deps](const Request&, Responder to) {
                deps.router.thaw(answer(std::move(to), "{\"frozen\":false}\n"));
              },
              http::Role::kAdmin});
}

}  // namespace paddock::api
