// The activity list and its sums in llama-swap's shape; what may be asked; /metrics.
#include <gmock/gmock.h>

#include <future>

#include "activity_query.h"
#include "bench.h"

namespace paddock::api {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using testing::HasSubstr;

store::Row row(Bench& bench) {
  store::Row one;
  one.id = bench.activity.next_id();
  one.ended = store::WallTime(1'790'000'000s);
  one.model = "a";
  one.path = "/v1/chat/completions";
  one.content_type = "text/event-stream";
  one.status = 200;
  one.usage = {20, 50, 8, -1, -1, 100, 40, 0};
  one.duration_ms = 1450;
  one.metadata = R"({"fifo_priority":"0"})";
  one.method = "POST";
  one.stream = true;
  one.bytes = 9120;
  one.queue_ms = 12;
  one.load_ms = 0;
  return one;
}

json asked(Bench& bench, const std::string& target) {
  const auto captured = bench.start("GET", target);
  // Questions are answered in their order.
  std::promise<void> next;
  bench.activity.stats({}, [&](const auto&) { next.set_value(); });
  EXPECT_EQ(next.get_future().wait_for(20s), std::future_status::ready);
  EXPECT_EQ(captured->calls, 1) << target;
  return captured->answer ? json::parse(captured->answer->body) : json();
}

TEST(ActivityApi, IsInLlamaSwapsShape) {
  Bench bench;
  bench.activity.add(row(bench));
  EXPECT_EQ(asked(bench, "/api/metrics/activity"), json::parse(R"({"data": [{
    "id": 1, "timestamp": "2026-09-21T14:13:20.000Z", "model": "a", "req_path": "/v1/chat/completions",
    "resp_content_type": "text/event-stream", "resp_status_code": 200,
    "tokens": {"cache_tokens": 8, "draft_tokens": -1, "draft_acc_tokens": -1, "input_tokens": 20, "output_tokens": 50,
               "prompt_per_second": 100.0, "tokens_per_second": 40.0},
    "duration_ms": 1450, "has_capture": false, "metadata": {"fifo_priority": "0"},
    "method": "POST", "error_code": null, "stream": true, "bytes": 9120, "queue_ms": 12, "load_ms": 0, "ttft_ms": null}],
    "page": 1, "limit": 25, "total": 1, "total_pages": 1})"));
}

TEST(ActivityApi, TellsErrorsAndCaptures) {
  Bench bench;
  store::Row one = row(bench);
  one.error = "bad \xff words";
  one.code = "status_400";
  one.metadata = "[no object";
  bench.activity.add(one);
  bench.captures.set_limit(1 << 20);
  http::Capture capture;
  capture.id = one.id;
  bench.captures.add(capture);
  const json told = asked(bench, "/api/metrics/activity?limit=1&order=ASC&model=b&model=a")["data"][0];
  EXPECT_EQ(told["error_msg"], "bad \xef\xbf\xbd words");
  EXPECT_EQ(told["error_code"], "status_400");
  EXPECT_EQ(told["has_capture"], true);
  EXPECT_FALSE(told.contains("metadata"));
}

TEST(ActivityApi, FiltersByHowItWent) {
  Bench bench;
  store::Row good = row(bench), bad = row(bench);
  bad.status = 502;
  bench.activity.add(good);
  bench.activity.add(bad);
  EXPECT_EQ(asked(bench, "/api/metrics/activity")["total"], 2);
  EXPECT_EQ(asked(bench, "/api/metrics/activity?status=ok")["data"].at(0)["id"], good.id);
  EXPECT_EQ(asked(bench, "/api/metrics/activity?status=error")["data"].at(0)["id"], bad.id);
  EXPECT_EQ(asked(bench, "/api/metrics/activity?status=error")["total"], 1);
}

TEST(ActivityApi, PagesOfNothing) {
  Bench bench;
  EXPECT_EQ(asked(bench, "/api/metrics/activity?page=9"),
            json::parse(R"({"data": [], "page": 9, "limit": 25, "total": 0, "total_pages": 0})"));
}

TEST(ActivityApi, SumsUp) {
  Bench bench;
  bench.activity.add(row(bench));
  EXPECT_EQ(asked(bench, "/api/metrics/stats"), json::parse(R"({"total_requests": 1, "total_input_tokens": 20,
    "total_output_tokens": 50, "total_cache_tokens": 8,
    "prompt_histogram": {"bins": [1], "min": 100.0, "max": 100.0, "binSize": 0.0, "p50": 100.0, "p95": 100.0, "p99": 100.0},
    "gen_histogram": {"bins": [1], "min": 40.0, "max": 40.0, "binSize": 0.0, "p50": 40.0, "p95": 40.0, "p99": 40.0}})"));
  Bench empty;
  EXPECT_EQ(asked(empty, "/api/metrics/stats?model=a")["gen_histogram"], nullptr);
}

TEST(ActivityApi, RefusesWhatItDoesNotUnderstand) {
  Bench bench;
  for (const char* query :
       {"limit=0", "limit=1000", "limit=", "limit=+5", "page=0", "page=-1", "page=9223372036854775808",
        "min_id=0", "max_id=x", "sort=tokens", "sort=", "order=up", "start=yesterday", "status=", "status=OK",
        "status=500", "end=2026-02-30T00:00:00Z"}) {
    EXPECT_EQ(bench.error("GET", std::string("/api/metrics/activity?") + query), "400 invalid_request")
        << query;
  }
}

TEST(ActivityApi, IsUnavailableOnceClosed) {
  Bench bench;
  bench.activity.close();
  EXPECT_EQ(bench.error("GET", "/api/metrics/activity"), "503 activity_unavailable");
  EXPECT_EQ(bench.error("GET", "/api/metrics/stats"), "503 activity_unavailable");
}

TEST(ActivityQuery, TakesAllThatMayBeAsked) {
  http::Request request;
  request.query =
      "start=9999-12-31T23:59:60.999999999999Z&end=0001-01-01t00:00:00-23:59&min_id=9223372036854775807"
      "&max_id=1&page=9223372036854775807&limit=999&sort=gen_speed&order=Desc&model=";
  const auto query = read_page_query(request);
  ASSERT_TRUE(query) << query.error();
  EXPECT_GT(query->start, query->end);
  EXPECT_EQ(query->sort, store::SortKey::kGenerationRate);
  EXPECT_FALSE(query->ascending);
  EXPECT_EQ(query->models, std::vector<std::string>{""});
}

TEST(ActivityQuery, ReadsTimes) {
  const auto at = [](auto since) { return std::optional(store::WallTime(since)); };
  EXPECT_EQ(read_time("1970-01-01T00:00:10Z"), at(10s));
  EXPECT_EQ(read_time("1970-01-01T01:00:10.5+01:00"), at(10s + 500ms));
  EXPECT_EQ(read_time("1970-01-01T01:00:10 01:00"), at(10s)) << "a plus that was not encoded";
  EXPECT_EQ(read_time("1969-12-31T23:59:59.25z"), at(-750ms));
  for (const char* bad :
       {"", "1970-01-01", "1970-13-01T00:00:00Z", "1970-01-01T24:00:00Z", "1970-01-01T00:00:00",
        "1970-01-01T00:00:00.Z", "1970-01-01T00:00:00Zx", "1970-01-01T00:00:00+1:00"}) {
    EXPECT_EQ(read_time(bad), std::nullopt) << bad;
  }
}

TEST(MetricsText, TellsModelsAndCounts) {
  Bench bench;
  bench.counters.finished(row(bench));
  bench.gpus = {{"0", "Card", "GPU-1", 1.0, 2.0, {}, {}, {}, {}, {}, {}}};
  const http::Reply reply = bench.call("GET", "/metrics");
  EXPECT_EQ(reply.content_type, "text/plain; version=0.0.4; charset=utf-8");
  EXPECT_THAT(reply.body, HasSubstr("paddock_build_info{version=\"1.2.3\",commit=\"abcdef\"} 1\n"));
  EXPECT_THAT(reply.body, HasSubstr("paddock_model_state{model=\"org/m\",state=\"stopped\"} 1\n"));
  EXPECT_THAT(reply.body, HasSubstr("paddock_requests_total{model=\"a\"} 1\n"));
  EXPECT_THAT(reply.body,
              HasSubstr("llamaswap_gpu_memory_used_bytes{id=\"0\",name=\"Card\",uuid=\"GPU-1\"} 1\n"));
  http::InFlight::Entry entry(bench.in_flight.table(0), {"a", "POST", "/x", "::1"});
  entry.answering(true);
  EXPECT_THAT(bench.call("GET", "/metrics").body,
              HasSubstr("paddock_requests_in_flight{model=\"a\",phase=\"answering\"} 1\n"));
}

}  // namespace
}  // namespace paddock::api
