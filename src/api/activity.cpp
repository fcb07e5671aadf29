// GET /api/metrics/activity and /api/metrics/stats, in llama-swap's shapes with our fields beside.
#include <nlohmann/json.hpp>

#include "activity_query.h"
#include "paddock/base/wall_time.h"
#include "paddock/http/captures.h"
#include "paddock/store/activity.h"
#include "replies.h"
#include "resources.h"

namespace paddock::api {

namespace {

using Json = nlohmann::ordered_json;

// What another program wrote there may be anything.
constexpr std::size_t kMostMetadata = 16 << 10;

http::Reply reply_of(const Json& json) {
  return json_reply(json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n");
}

http::Reply failed(const std::string& why) {
  http::ApiError error;
  error.status = 503;
  error.code = "activity_unavailable";
  error.message = why;
  error.retry_after_s = 1;
  return http::to_reply(error);
}

Json known(std::int64_t ms) { return ms >= 0 ? Json(ms) : Json(); }

void add_texts(const store::Row& row, Json& json) {
  if (!row.error.empty()) json["error_msg"] = row.error;
  if (row.metadata.empty() || row.metadata.size() > kMostMetadata) return;
  Json metadata = Json::parse(row.metadata, nullptr, false);
  if (metadata.is_object() && !metadata.empty()) json["metadata"] = std::move(metadata);
}

Json row_json(const store::Row& row, const http::Captures& captures) {
  const metrics::Usage& usage = row.usage;
  Json json;
  json["id"] = row.id;
  json["timestamp"] = rfc3339(row.ended);
  json["model"] = row.model;
  json["req_path"] = row.path;
  json["resp_content_type"] = row.content_type;
  json["resp_status_code"] = row.status;
  json["tokens"] = {{"cache_tokens", usage.cached},
                    {"draft_tokens", usage.draft},
                    {"draft_acc_tokens", usage.draft_accepted},
                    {"input_tokens", usage.input},
                    {"output_tokens", usage.output},
                    {"prompt_per_second", usage.prompt_rate},
                    {"tokens_per_second", usage.generation_rate}};
  json["duration_ms"] = row.duration_ms;
  json["has_capture"] = captures.find(row.id) != nullptr;
  add_texts(row, json);
  json["method"] = row.method;
  json["error_code"] = row.code.empty() ? Json() : Json(row.code);
  json["stream"] = row.stream;
  json["bytes"] = row.bytes;
  json["queue_ms"] = known(row.queue_ms);
  json["load_ms"] = known(row.load_ms);
  json["ttft_ms"] = known(row.ttft_ms);
  return json;
}

http::Reply page_reply(const store::Page& page, const store::PageQuery& query,
                       const http::Captures& captures) {
  Json rows = Json::array();
  for (const store::Row& row : page.rows) rows.push_back(row_json(row, captures));
  Json json;
  json["data"] = std::move(rows);
  json["page"] = query.page;
  json["limit"] = query.limit;
  json["total"] = page.total;
  json["total_pages"] = (page.total + query.limit - 1) / query.limit;
  return reply_of(json);
}

Json bins_json(const std::optional<metrics::RateBins>& bins) {
  if (!bins) return {};
  return {{"bins", bins->bins}, {"min", bins->min}, {"max", bins->max}, {"binSize", bins->bin_size},
          {"p50", bins->p50},   {"p95", bins->p95}, {"p99", bins->p99}};
}

http::Reply stats_reply(const store::Stats& stats) {
  Json json;
  json["total_requests"] = stats.requests;
  json["total_input_tokens"] = stats.input_tokens;
  json["total_output_tokens"] = stats.output_tokens;
  json["total_cache_tokens"] = stats.cached_tokens;
  json["prompt_histogram"] = bins_json(stats.prompt);
  json["gen_histogram"] = bins_json(stats.generation);
  return reply_of(json);
}

void get_page(const Deps& deps, const http::Request& request, http::Responder responder) {
  auto query = read_page_query(request);
  if (!query) return responder.reply(invalid_request(query.error()));
  deps.metering.activity.page(
      *query, [query = *query, &captures = deps.captures,
               to = share(std::move(responder))](const Result<store::Page, std::string>& page) {
        to->reply(page ? page_reply(*page, query, captures) : failed(page.error()));
      });
}

void get_stats(const Deps& deps, const http::Request& request, http::Responder responder) {
  deps.metering.activity.stats(
      request.query_value("model"),
      [to = share(std::move(responder))](const Result<store::Stats, std::string>& stats) {
        to->reply(stats ? stats_reply(*stats) : failed(stats.error()));
      });
}

}  // namespace

void add_activity(http::RouteTable& routes, const Deps& deps) {
  const auto kind = http::RouteKind::kControl;
  routes.add(
      {"GET", "/api/metrics/activity", kind,
       [deps](const http::Request& request, http::Responder to) { get_page(deps, request, std::move(to)); },
       http::Role::kObserve});
  routes.add(
      {"GET", "/api/metrics/stats", kind,
       [deps](const http::Request& request, http::Responder to) { get_stats(deps, request, std::move(to)); },
       http::Role::kObserve});
}

}  // namespace paddock::api
