// GET /api/performance, as llama-swap answers it: an hour of readings. What is not measured is null.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "after_time.h"
#include "gpus_view.h"
#include "paddock/base/wall_time.h"
#include "paddock/vram/monitor.h"
#include "replies.h"
#include "resources.h"

namespace paddock::api {

namespace {

using Json = nlohmann::ordered_json;

template <class T>
Json or_null(const std::optional<T>& value) {
  return value ? Json(*value) : Json();
}

std::uint64_t mebibytes(std::uint64_t bytes) { return bytes >> 20; }

void put_memory(Json& json, const machine::Memory& memory) {
  json["mem_total_mb"] = mebibytes(memory.total);
  json["mem_used_mb"] = mebibytes(memory.total - std::min(memory.available, memory.total));
  json["mem_free_mb"] = mebibytes(memory.free);
  json["swap_total_mb"] = mebibytes(memory.swap_total);
  json["swap_used_mb"] = mebibytes(memory.swap_total - std::min(memory.swap_free, memory.swap_total));
}

Json sys_json(const vram::Sample& sample) {
  Json json;
  json["timestamp"] = rfc3339(sample.taken);
  json["cpu_util_per_core"] = sample.busy;
  put_memory(json, sample.stats.memory.value_or(machine::Memory()));
  const std::array<double, 3> load = sample.stats.load.value_or(std::array<double, 3>());
  json["load_avg_1"] = load[0];
  json["load_avg_5"] = load[1];
  json["load_avg_15"] = load[2];
  json["net_io"] = Json::array();
  for (const machine::Interface& one : sample.stats.interfaces) {
    json["net_io"].push_back({{"name", one.name}, {"bytes_recv", one.received}, {"bytes_sent", one.sent}});
  }
  return json;
}

Json gpu_json(const vram::Sample& sample, const gpu::Device& device) {
  Json json;
  json["timestamp"] = rfc3339(sample.taken);
  json["id"] = device.index;
  json["name"] = device.name;
  json["uuid"] = device.uuid;
  json["temp_c"] = or_null(device.temp);
  json["vram_temp_c"] = or_null(device.memory_temp);
  json["gpu_util_pct"] = or_null(device.util);
  json["mem_util_pct"] =
      device.total > 0 ? static_cast<double>(device.used) / static_cast<double>(device.total) * 100 : 0;
  json["mem_used_mb"] = mebibytes(device.used);
  json["mem_total_mb"] = mebibytes(device.total);
  json["fan_speed_pct"] = or_null(device.fan);
  json["power_draw_w"] = or_null(device.power);
  return json;
}

http::Reply performance(const vram::Monitor& monitor, const http::Request& request) {
  std::optional<std::chrono::system_clock::time_point> after;
  if (request.has_query("after")) {
    after = parse_time(request.query_value("after"));
    if (!after) return invalid_request("`after` must be a time like 2026-01-31T12:00:00Z");
  }
  const auto samples = monitor.samples(after);
  if (samples) return json_reply(performance_body(*samples, after ? Asked::kNewer : Asked::kAll));
  http::Reply reply = json_reply("{\"enabled\":false}\n");
  reply.status = 503;
  return reply;
}

}  // namespace

std::string performance_body(const vram::Samples& samples, Asked asked) {
  Json gpus = asked == Asked::kNewer ? Json::array() : Json();
  Json systems = gpus;
  for (const auto& sample : samples) {
    systems.push_back(sys_json(*sample));
    if (!sample->cards->problem.empty()) continue;  // the figures are of another time
    for (const vram::Card& card : sample->cards->cards) gpus.push_back(gpu_json(*sample, card.device));
  }
  Json json;
  json["enabled"] = true;
  json["gpu_stats"] = std::move(gpus);
  json["sys_stats"] = std::move(systems);
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

void add_performance(http::RouteTable& routes, const Deps& deps) {
  routes.add({"GET", "/api/performance", http::RouteKind::kControl,
              [&monitor = deps.monitor](const http::Request& request, http::Responder responder) {
                responder.reply(performance(monitor, request));
              },
              http::Role::kObserve});
}

}  // namespace paddock::api
