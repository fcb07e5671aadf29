#include "bench.h"

namespace paddock::api {
namespace {

using nlohmann::json;

// One model at a time.
TEST(Planning, SaysWhatWouldHappen) {
  Bench bench;
  EXPECT_EQ(bench.json("GET", "/api/plan?model=a")["action"], "load");
  bench.call("POST", "/api/models/org%2Fm/load");
  EXPECT_EQ(bench.json("GET", "/api/plan?model=bee"),
            json({{"model", "b"},
                  {"action", "swap"},
                  {"evict", {"org/m"}},
                  {"set", nullptr},
                  {"cost", 1},
                  {"exact", true},
                  {"reason", "for b, org/m goes, at a cost of 1"}}));
  EXPECT_EQ(bench.json("GET", "/api/plan?model=org/m")["action"], "serve");
  EXPECT_EQ(bench.json("GET", "/api/models/org%2Fm")["state"], "ready") << "asking changed nothing";
}

TEST(Planning, TakesWhatRunsFromTheQuestion) {
  Bench bench;
  const json plan = bench.json("GET", "/api/plan?model=a&running=bee,org%2Fm");
  EXPECT_EQ(plan["evict"], json({"b", "org/m"}));
  EXPECT_EQ(plan["action"], "swap");
  EXPECT_EQ(bench.json("GET", "/api/plan?model=a&running=b%2Corg%2Fm"), plan) << "as some clients write it";
  EXPECT_EQ(bench.json("GET", "/api/plan?model=a&running=b&running=org/m,bee"), plan) << "each once";
  bench.call("POST", "/api/models/b/load");
  EXPECT_EQ(bench.json("GET", "/api/plan?model=a&running=")["action"], "load") << "nothing runs";
}

TEST(Planning, RefusesUnknownModels) {
  Bench bench;
  EXPECT_EQ(bench.error("GET", "/api/plan"), "400 model_missing");
  EXPECT_EQ(bench.error("GET", "/api/plan?model=nope"), "404 model_not_found");
  EXPECT_EQ(bench.error("GET", "/api/plan?model=a&running=nope"), "404 model_not_found");
}

TEST(Planning, PinsAreNamed) {
  config::Config config;
  config.models = {make_model("a"), make_model("pinned")};
  Bench bench(std::make_shared<const config::Config>(std::move(config)));
  bench.call("POST", "/api/models/pinned/load");
  const json plan = bench.json("GET", "/api/plan?model=a");
  EXPECT_EQ(plan["action"], "refuse");
  EXPECT_EQ(plan["reason"], "a has no place beside what is pinned: pinned");
  const http::Reply refused = bench.call("POST", "/api/models/a/load");
  EXPECT_EQ(refused.status, 409);
  const json error = json::parse(refused.body)["error"];
  EXPECT_EQ(error["code"], "pinned");
  EXPECT_EQ(error["message"], "model a has no place beside pinned, which is pinned: unload it first");
}

TEST(Planning, FreezesAndThaws) {
  Bench bench;
  EXPECT_EQ(bench.json("POST", "/api/freeze"), json({{"frozen", true}}));
  const json plan = bench.json("GET", "/api/plan?model=a");
  EXPECT_EQ(plan["action"], "refuse");
  EXPECT_EQ(plan["reason"], "a is not loaded, and loading is frozen");
  EXPECT_EQ(bench.call("POST", "/api/models/a/load").status, 200) << "a person asks for it";
  EXPECT_EQ(bench.json("GET", "/api/plan?model=a")["action"], "serve");
  EXPECT_EQ(bench.json("POST", "/api/thaw"), json({{"frozen", false}}));
  EXPECT_EQ(bench.json("GET", "/api/plan?model=b")["action"], "swap");
}

TEST(Planning, AnEmptyQueueIsAList) {
  Bench bench;
  EXPECT_EQ(bench.json("GET", "/api/queue"), json({{"frozen", false}, {"waiting", json::array()}}));
}

}  // namespace
}  // namespace paddock::api
