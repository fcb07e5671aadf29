// Every address says who may use it.
#include <map>

#include "bench.h"

namespace paddock::api {
namespace {

using http::Role;

TEST(Roles, EveryRouteDeclaresOne) {
  Bench bench;
  EXPECT_GT(bench.routes.all().size(), 20u);
  for (const http::Route& route : bench.routes.all()) {
    EXPECT_NE(route.role, Role::kUndeclared) << route.method << " " << route.path;
  }
}

// What asks a model is for infer, but for the whole of its server.
TEST(Roles, WhatModelsAnswerIsForInfer) {
  Bench bench;
  for (const http::Route& route : bench.routes.all()) {
    if (route.kind == http::RouteKind::kControl) continue;
    const Role expected = route.path == "/upstream/*" ? Role::kAdmin : Role::kInfer;
    EXPECT_EQ(route.role, expected) << route.method << " " << route.path;
  }
}

// A mistake here lets a monitor unload models.
TEST(Roles, WhatChangesSomethingIsForAdmins) {
  Bench bench;
  for (const http::Route& route : bench.routes.all()) {
    if (route.kind != http::RouteKind::kControl || !route.changes(route.method)) continue;
    EXPECT_TRUE(route.role == Role::kAdmin || route.role == Role::kInfer)
        << route.method << " " << route.path;
    EXPECT_NE(route.role, Role::kOpen) << route.method << " " << route.path;
  }
}

TEST(Roles, AreThoseOfTheTable) {
  Bench bench;
  const std::map<std::string, Role> expected{
      {"/", Role::kOpen},
      {"/health", Role::kOpen},
      {"/v1/models", Role::kInfer},
      {"/api/version", Role::kAnyKey},
      {"/running", Role::kObserve},
      {"/metrics", Role::kObserve},
      {"/api/metrics/activity", Role::kObserve},
      {"/api/metrics/stats", Role::kObserve},
      {"/api/models", Role::kObserve},
      {"/api/models/a/launches", Role::kObserve},
      {"/api/models/a/fit", Role::kObserve},
      {"/api/plan", Role::kObserve},
      {"/api/gpus", Role::kObserve},
      {"/api/performance", Role::kObserve},
      {"/api/hardware", Role::kObserve},
      {"/api/queue", Role::kObserve},
      {"/api/events", Role::kObserve},
      {"/api/events/v2", Role::kObserve},
      {"/api/config", Role::kAdmin},
      {"/api/config/file", Role::kAdmin},
      {"/api/matrix", Role::kObserve},
      {"/logs", Role::kAdmin},
      {"/api/logs", Role::kAdmin},
      {"/api/logs/stream", Role::kAdmin},
      {"/logs/stream/a", Role::kAdmin},
      {"/unload", Role::kAdmin},
      {"/upstream/a/x", Role::kAdmin},
  };
  for (const auto& [path, role] : expected) {
    const auto match = bench.routes.find("GET", path);
    ASSERT_NE(match.route, nullptr) << path;
    EXPECT_EQ(match.route->role, role) << path;
  }
  EXPECT_TRUE(bench.routes.find("GET", "/unload").route->changes("GET"));
  EXPECT_EQ(bench.routes.find("POST", "/api/config/check").route->role, Role::kAdmin);
  EXPECT_EQ(bench.routes.find("PUT", "/api/config").route->role, Role::kAdmin);
  EXPECT_TRUE(bench.routes.find("GET", "/api/config/file").route->changes("GET")) << "it has secrets";
}

}  // namespace
}  // namespace paddock::api
