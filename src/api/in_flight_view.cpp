#include "in_flight_view.h"

#include <nlohmann/json.hpp>

#include "paddock/base/wall_time.h"

namespace paddock::api {

using Json = nlohmann::ordered_json;
using http::InFlight;

const char* phase_name(const InFlight::Picture& request, router::ModelState model) {
  switch (request.phase) {
    case InFlight::Phase::kSending:
      return "sending";
    case InFlight::Phase::kAnswering:
      return "answering";
    case InFlight::Phase::kWaiting:
      break;
  }
  return model == router::ModelState::kStarting ? "loading" : "waiting";
}

std::string in_flight_text(const InFlight::Picture& request, const char* phase) {
  Json entry;
  entry["id"] = request.id;
  entry["model"] = request.model;
  entry["method"] = request.method;
  entry["path"] = request.path;
  entry["started"] = rfc3339(request.started);
  entry["phase"] = phase;
  entry["client"] = request.client;
  entry["bytes"] = request.bytes;
  entry["stream"] = request.stream;
  return entry.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace paddock::api
