#include "bench.h"

namespace paddock::api {
namespace {

TEST(Home, HealthIsPlainOk) {
  Bench bench;
  for (const char* path : {"/health", "/wol-health"}) {
    const http::Reply reply = bench.call("GET", path);
    EXPECT_EQ(reply.status, 200);
    EXPECT_EQ(reply.body, "OK");
    EXPECT_TRUE(reply.content_type.starts_with("text/plain"));
  }
}

TEST(Home, FrontPageSaysWhatThisIs) {
  Bench bench;
  const std::string body = bench.call("GET", "/").body;
  EXPECT_NE(body.find("paddock 1.2.3"), std::string::npos);
  EXPECT_NE(body.find("/v1/chat/completions"), std::string::npos);
}

TEST(Home, HasAnIcon) {
  Bench bench;
  const http::Reply reply = bench.call("GET", "/favicon.ico");
  EXPECT_EQ(reply.content_type, "image/svg+xml");
  EXPECT_TRUE(reply.body.starts_with("<svg"));
}

TEST(Home, UpstreamAloneLeadsThere) {
  Bench bench;
  const http::Reply reply = bench.call("GET", "/upstream");
  EXPECT_EQ(reply.status, 302);
  EXPECT_EQ(reply.headers, (http::Headers{{"Location", "./"}}));
}

TEST(Version, NamesTheBuild) {
  Bench bench;
  nlohmann::json version = bench.json("GET", "/api/version");
  const std::string started = version["paddock"]["started"];
  EXPECT_EQ(started.size(), std::string("2026-01-01T00:00:00.000Z").size()) << started;
  EXPECT_EQ(bench.json("GET", "/api/version")["paddock"]["started"], started) << "not the time of the answer";
  version["paddock"].erase("started");
  EXPECT_EQ(version, nlohmann::json::parse(R"({"version": "0.12.6", "commit": "abcdef",
                                   "paddock": {"version": "1.2.3", "commit": "abcdef"}})"));
}

TEST(ModelRoutes, AreThere) {
  Bench bench;
  const auto kind = [&](const char* method, const char* path) {
    return bench.routes.find(method, path).route->kind;
  };
  EXPECT_EQ(kind("POST", "/v1/chat/completions"), http::RouteKind::kModelInBody);
  EXPECT_EQ(kind("POST", "/v1/completions"), http::RouteKind::kModelInBody);
  EXPECT_EQ(kind("POST", "/v1/embeddings"), http::RouteKind::kModelInBody);
  EXPECT_EQ(kind("DELETE", "/upstream/a/x"), http::RouteKind::kModelInPath);
}

}  // namespace
}  // namespace paddock::api
