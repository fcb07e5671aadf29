#include "paddock/api/api.h"

#include "resources.h"

namespace paddock::api {

void register_routes(http::RouteTable& routes, const Deps& deps) {
  add_model_routes(routes);
  add_ollama(routes, deps);
  add_home(routes, deps);
  add_page(routes, deps);
  add_version(routes, deps);
  add_openai_models(routes, deps);
  add_running(routes, deps);
  add_models(routes, deps);
  add_planning(routes, deps);
  add_events(routes, deps);
  add_in_flight(routes, deps);
  add_captures(routes, deps);
  add_activity(routes, deps);
  add_metrics_text(routes, deps);
  add_gpus(routes, deps);
  add_performance(routes, deps);
  add_hardware(routes, deps);
  add_profiles(routes, deps);
  add_openapi(routes, deps);
  add_config(routes, deps);
  add_unload(routes, deps);
  add_log_history(routes, deps);
  add_log_book(routes, deps);
  add_log_stream(routes, deps);
}

}  // namespace paddock::api
