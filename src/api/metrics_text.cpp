// GET /metrics: a copy of what is counted, written down where it was asked for. The control thread has no
// part in it.
#include <map>

#include "paddock/metrics/exposition.h"
#include "paddock/store/activity.h"
#include "replies.h"
#include "resources.h"

namespace paddock::api {

namespace {

using http::InFlight;

std::vector<metrics::ModelNow> models_now(const Deps& deps) {
  std::map<std::string, metrics::ModelNow> models;
  const auto lookup = deps.config.get();
  for (const config::ModelConfig& model : lookup->config().models) {
    metrics::ModelNow& now = models[model.id.str()];
    now.state = router::state_name(deps.router.state(model.id));
  }
  for (const InFlight::Picture& request : deps.in_flight.list()) {
    const auto found = models.find(request.model);
    if (found == models.end()) continue;
    metrics::ModelNow& now = found->second;
    ++(request.phase == InFlight::Phase::kWaiting     ? now.waiting
       : request.phase == InFlight::Phase::kAnswering ? now.answering
                                                      : now.sending);
  }
  std::vector<metrics::ModelNow> out;
  for (auto& [id, now] : models) {
    now.id = id;
    out.push_back(std::move(now));
  }
  return out;
}

http::Reply page(const Deps& deps) {
  const Metering& metering = deps.metering;
  metrics::Snapshot snapshot;
  snapshot.version = deps.version;
  snapshot.commit = deps.commit;
  snapshot.counts = metering.counters.snapshot();
  snapshot.models = models_now(deps);
  if (metering.gpus) snapshot.gpus = metering.gpus();
  snapshot.machine = metering.machine.look();
  snapshot.rows_dropped = metering.activity.dropped();
  http::Reply reply = text_reply(metrics::exposition(snapshot));
  reply.content_type = "text/plain; version=0.0.4; charset=utf-8";
  return reply;
}

}  // namespace

void add_metrics_text(http::RouteTable& routes, const Deps& deps) {
  routes.add({"GET", "/metrics", http::RouteKind::kControl,
              [deps](const http::Request&, http::Responder to) { to.reply(page(deps)); },
              http::Role::kObserve});
}

}  // namespace paddock::api
