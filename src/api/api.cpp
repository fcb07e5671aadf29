#include "paddock/api/api.h"

#include "resources.h"

namespace paddock::api {

namespace {

using http::RouteKind;

void add_model_routes(http::RouteTable& routes) {
  for (const char* path : {"/v1/chat/completions", "/v1/completions", "/v1/embeddings"}) {
    routes.add({"POST", path, RouteKind::kModelInBody, nullptr});
  }
  routes.add({"*", "/upstream/*", RouteKind::kModelInPath, nullptr});
}

}  // namespace

void register_routes(http::RouteTable& routes, const Deps& deps) {
  add_model_routes(routes);
  add_home(routes, deps);
  add_version(routes, deps);
  add_openai_models(routes, deps);
  add_running(routes, deps);
  add_models(routes, deps);
  add_planning(routes, deps);
  add_in_flight(routes, deps);
  add_captures(routes, deps);
  add_profiles(routes, deps);
  add_openapi(routes, deps);
  add_config(routes, deps);
  add_unload(routes, deps);
  add_log_history(routes, deps);
  add_log_stream(routes, deps);
}

}  // namespace paddock::api
