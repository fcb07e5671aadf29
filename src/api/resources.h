// One function per resource, each in the .cpp of its name: adds the resource's routes. Called once at start.
#pragma once

#include "paddock/api/api.h"

namespace paddock::api {

void add_model_routes(http::RouteTable& routes);                     // whatever models serve
void add_ollama(http::RouteTable& routes, const Deps& deps);         // Ollama's lists
void add_home(http::RouteTable& routes, const Deps& deps);           // GET /, /health, /wol-health, ...
void add_page(http::RouteTable& routes, const Deps& deps);           // GET /ui and below
void add_version(http::RouteTable& routes, const Deps& deps);        // GET /api/version
void add_openai_models(http::RouteTable& routes, const Deps& deps);  // GET /v1/models, /models and below
void add_running(http::RouteTable& routes, const Deps& deps);        // GET /running
void add_models(http::RouteTable& routes, const Deps& deps);         // GET and POST below /api/models
void add_planning(http::RouteTable& routes, const Deps& deps);       // /api/plan, queue, freeze and thaw
void add_events(http::RouteTable& routes, const Deps& deps);         // /api/events and /api/events/v2
void add_in_flight(http::RouteTable& routes, const Deps& deps);      // /api/inflight and its cancel
void add_gpus(http::RouteTable& routes, const Deps& deps);           // GET /api/gpus
void add_performance(http::RouteTable& routes, const Deps& deps);    // GET /api/performance
void add_hardware(http::RouteTable& routes, const Deps& deps);       // GET /api/hardware
void add_captures(http::RouteTable& routes, const Deps& deps);       // /api/captures and below
void add_activity(http::RouteTable& routes, const Deps& deps);       // /api/metrics/activity and stats
void add_metrics_text(http::RouteTable& routes, const Deps& deps);   // GET /metrics
void add_profiles(http::RouteTable& routes, const Deps& deps);       // /api/profiles and the active one
void add_openapi(http::RouteTable& routes, const Deps& deps);        // GET /api/openapi.json
void add_config(http::RouteTable& routes, const Deps& deps);         // /api/config and below, /api/matrix
void add_unload(http::RouteTable& routes, const Deps& deps);         // llama-swap's three ways to unload
void add_log_history(http::RouteTable& routes, const Deps& deps);    // GET /logs
void add_log_book(http::RouteTable& routes, const Deps& deps);       // GET /api/logs and its stream
void add_log_stream(http::RouteTable& routes, const Deps& deps);     // GET /logs/stream...

}  // namespace paddock::api
