#include "bench.h"

namespace paddock::api {
namespace {

TEST(Unload, AllInThreeSpellings) {
  Bench bench;
  bench.call("POST", "/api/models/a/load");
  EXPECT_EQ(bench.json("POST", "/api/models/unload"), (nlohmann::json{{"msg", "ok"}}));
  EXPECT_EQ(bench.json("GET", "/api/models/a")["state"], "stopped");

  bench.call("POST", "/api/models/a/load");
  const http::Reply reply = bench.call("GET", "/unload");
  EXPECT_EQ(reply.body, "OK");
  EXPECT_TRUE(reply.content_type.starts_with("text/plain"));
  EXPECT_EQ(bench.json("GET", "/api/models/a")["state"], "stopped");

  EXPECT_EQ(bench.json("POST", "/api/models/unload?mode=now"), (nlohmann::json{{"msg", "ok"}}));
}

TEST(Unload, OneByIdOrAlias) {
  Bench bench;
  bench.call("POST", "/api/models/org%2Fm/load");
  const http::Reply reply = bench.call("POST", "/api/models/unload/org/m");
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.body, "OK");
  EXPECT_EQ(bench.json("GET", "/api/models/org/m")["state"], "stopped");
  EXPECT_EQ(bench.call("POST", "/api/models/unload/bee").body, "OK");
}

TEST(Unload, UnknownModelOrMode) {
  Bench bench;
  EXPECT_EQ(bench.error("POST", "/api/models/unload/nope"), "404 model_not_found");
  EXPECT_EQ(bench.error("GET", "/unload?mode=never"), "400 invalid_request");
}

}  // namespace
}  // namespace paddock::api
