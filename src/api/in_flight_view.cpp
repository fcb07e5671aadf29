#include "in_flight_view.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "paddock/base/wall_time.h"

namespace paddock::api {

using Json = nlohmann::ordered_json;
using http::InFlight;

namespace {

// Its clients look names up as Go writes them.
std::string go_name(std::string_view name) {
  std::string out(name);
  bool begins = true;
  for (char& c : out) {
    const bool lower = c >= 'a' && c <= 'z', upper = c >= 'A' && c <= 'Z';
    if (begins && lower) c = static_cast<char>(c - 'a' + 'A');
    if (!begins && upper) c = static_cast<char>(c - 'A' + 'a');
    begins = c == '-';
  }
  return out;
}

Json first_values(const http::Headers& headers) {
  Json json = Json::object();
  for (const auto& [name, value] : headers) {
    Json& first = json[go_name(name)];
    if (first.is_null()) first = value;
  }
  return json;
}

}  // namespace

const char* phase_name(InFlight::Phase phase, router::ModelState model) {
  switch (phase) {
    case InFlight::Phase::kSending:
      return "sending";
    case InFlight::Phase::kAnswering:
      return "answering";
    case InFlight::Phase::kWaiting:
      break;
  }
  return model == router::ModelState::kStarting ? "loading" : "waiting";
}

std::string in_flight_text(const InFlight::Picture& request, const char* phase, TimePoint at) {
  const InFlight::Flow& flow = request.flow;
  const auto first_byte = flow.first_byte();
  const double rate = std::round(flow.rate(at) * 10) / 10;
  Json entry;
  entry["id"] = request.id;
  entry["model"] = request.model;
  entry["method"] = request.method;
  entry["path"] = request.path;
  entry["started"] = rfc3339(request.started);
  entry["phase"] = phase;
  entry["client"] = request.client;
  entry["bytes"] = flow.bytes;
  entry["stream"] = request.stream;
  entry["ttft_ms"] = first_byte ? Json(first_byte->count()) : Json();
  entry["tokens"] = flow.tokens > 0 ? Json(flow.tokens) : Json();
  entry["tokens_per_second"] = rate > 0 ? Json(rate) : Json();
  return entry.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string llama_swap_request(const InFlight::Picture& request) {
  const auto elapsed = std::chrono::system_clock::now() - request.started;
  Json json;
  json["id"] = std::to_string(request.id);
  json["timestamp"] = rfc3339(request.started);
  json["model"] = request.model;
  json["req_path"] = request.path;
  json["method"] = request.method;
  json["req_headers"] = first_values(request.headers);
  json["remote_ip"] = request.client;
  json["resp_headers"] = Json::object();
  json["resp_bytes"] = request.flow.bytes;
  json["elapsed_ms"] = std::chrono::duration_cast<std::chrono::milliseconds>(elapsed).count();
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace paddock::api
