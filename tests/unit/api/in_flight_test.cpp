#include <algorithm>

#include "bench.h"

namespace paddock::api {
namespace {

using nlohmann::json;

TEST(InFlightApi, ShowsRequests) {
  Bench bench;
  EXPECT_EQ(bench.json("GET", "/api/inflight"), (json{{"inflight", json::array()}}));
  http::InFlight::Entry entry(bench.in_flight.table(0), {"org/m", "POST", "/v1/completions", "10.0.0.7"});
  entry.sending(true);
  const json sent = bench.json("GET", "/api/inflight")["inflight"].at(0);
  EXPECT_EQ(sent["ttft_ms"], nullptr);
  EXPECT_EQ(sent["tokens"], nullptr);
  EXPECT_EQ(sent["tokens_per_second"], nullptr);
  entry.answering(true);
  const TimePoint now = steady_now();
  entry.counted(now, 1);
  entry.passed_on(1234);
  json one = bench.json("GET", "/api/inflight")["inflight"].at(0);
  EXPECT_EQ(one["started"].get<std::string>().size(), 24u);
  one.erase("started");
  EXPECT_GE(one["ttft_ms"], 0);
  one.erase("ttft_ms");
  EXPECT_EQ(one, (json{{"id", entry.id()},
                       {"model", "org/m"},
                       {"method", "POST"},
                       {"path", "/v1/completions"},
                       {"phase", "answering"},
                       {"client", "10.0.0.7"},
                       {"bytes", 1234},
                       {"stream", true},
                       {"tokens", 1},
                       {"tokens_per_second", nullptr}}));
  entry.counted(now - std::chrono::hours(1), 3600 * 42 + 1);
  one = bench.json("GET", "/api/inflight")["inflight"].at(0);
  EXPECT_NEAR(one["tokens_per_second"].get<double>(), 42, 1);
  EXPECT_EQ(one["ttft_ms"], nullptr) << "began before it was sent: of a server before";
}

TEST(InFlightApi, TellsWaitingFromLoading) {
  Bench bench;
  bench.script.becomes_ready = false;
  http::InFlight::Entry entry(bench.in_flight.table(0), {"a", "POST", "/x", "::1"});
  const auto phase = [&] {
    return bench.json("GET", "/api/inflight")["inflight"].at(0)["phase"].get<std::string>();
  };
  EXPECT_EQ(phase(), "waiting");
  const auto load = bench.start("POST", "/api/models/a/load");
  EXPECT_EQ(phase(), "loading");
  entry.enter(http::InFlight::Phase::kSending);
  EXPECT_EQ(phase(), "sending");
  bench.call("POST", "/api/models/a/cancel");
}

TEST(InFlightApi, Cancels) {
  Bench bench;
  std::vector<std::uint64_t> cancelled;
  bench.in_flight.table(1).on_cancel([&](std::uint64_t id) { cancelled.push_back(id); });
  http::InFlight::Entry entry(bench.in_flight.table(1), {"a", "POST", "/x", "::1"});
  const std::string path = "/api/inflight/" + std::to_string(entry.id());
  EXPECT_EQ(bench.json("POST", path + "/cancel"), (json{{"msg", "ok"}}));
  EXPECT_EQ(cancelled, std::vector<std::uint64_t>{entry.id()});
  EXPECT_EQ(bench.error("POST", path), "404 not_found");
  EXPECT_EQ(bench.error("POST", "/api/inflight/999/cancel"), "404 not_found");
  for (const char* id : {"", "x", "-1", "1x", "99999999999999999999", "1/2"}) {
    EXPECT_EQ(bench.error("POST", "/api/inflight/" + std::string(id) + "/cancel"), "400 invalid_request")
        << id;
  }
}

}  // namespace
}  // namespace paddock::api
