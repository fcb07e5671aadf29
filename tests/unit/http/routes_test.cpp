#include "paddock/http/routes.h"

#include <gtest/gtest.h>

namespace paddock::http {
namespace {

RouteTable table() {
  RouteTable routes;
  routes.add({"POST", "/v1/chat/completions", RouteKind::kModelInBody, nullptr});
  routes.add({"*", "/upstream/*", RouteKind::kModelInPath, nullptr});
  routes.add({"GET", "/api/models", RouteKind::kControl, nullptr});
  routes.add({"GET", "/api/models/*", RouteKind::kControl, nullptr});
  routes.add({"POST", "/api/models/*", RouteKind::kControl, nullptr});
  routes.add({"POST", "/api/models/unload", RouteKind::kControl, nullptr});
  routes.add({"POST", "/api/models/unload/*", RouteKind::kControl, nullptr});
  return routes;
}

std::string found(std::string_view method, std::string_view path) {
  static const RouteTable routes = table();
  const auto match = routes.find(method, path);
  return match.route ? match.route->method + " " + match.route->path : "allow: " + match.allow;
}

TEST(Routes, ExactBeatsPrefixAndLongerBeatsShorter) {
  EXPECT_EQ(found("POST", "/api/models/unload"), "POST /api/models/unload");
  EXPECT_EQ(found("POST", "/api/models/unload/a/b"), "POST /api/models/unload/*");
  EXPECT_EQ(found("POST", "/api/models/a/unload"), "POST /api/models/*");
  EXPECT_EQ(found("GET", "/api/models"), "GET /api/models");
}

TEST(Routes, TheStarStandsForNothingToo) {
  EXPECT_EQ(found("GET", "/upstream/"), "* /upstream/*");
  EXPECT_EQ(found("GET", "/upstream"), "allow: ");
}

TEST(Routes, HeadIsAnsweredByGet) {
  EXPECT_EQ(found("HEAD", "/api/models"), "GET /api/models");
  EXPECT_EQ(found("HEAD", "/v1/chat/completions"), "allow: POST");
}

TEST(Routes, UnknownPathHasNoAllow) { EXPECT_EQ(found("GET", "/v2/chat"), "allow: "); }

TEST(Routes, WrongMethodNamesTheRightOnes) {
  EXPECT_EQ(found("PUT", "/api/models/x"), "allow: GET, HEAD, POST");
  EXPECT_EQ(found("DELETE", "/api/models"), "allow: GET, HEAD");
}

TEST(Routes, AMethodThatOnlyTheShorterRouteHasStillFindsIt) {
  EXPECT_EQ(found("GET", "/api/models/unload"), "GET /api/models/*");
}

TEST(Routes, WhatLoadsOrChangesIsToldByItsKindAndMethod) {
  EXPECT_TRUE((Route{"GET", "/x", RouteKind::kModelInBody, nullptr}.changes("GET")));
  EXPECT_TRUE((Route{"*", "/x/*", RouteKind::kModelInPath, nullptr}.changes("HEAD")));
  EXPECT_FALSE((Route{"GET", "/x", RouteKind::kControl, nullptr}.changes("GET")));
  EXPECT_FALSE((Route{"GET", "/x", RouteKind::kControl, nullptr}.changes("HEAD")));
  EXPECT_TRUE((Route{"PUT", "/x", RouteKind::kControl, nullptr}.changes("PUT")));
  EXPECT_TRUE(
      (Route{"GET", "/x", RouteKind::kControl, nullptr, Role::kAdmin, Effect::kChanges}.changes("GET")));
}

TEST(Routes, AnyMethod) { EXPECT_EQ(found("PROPFIND", "/upstream/m/x"), "* /upstream/*"); }

}  // namespace
}  // namespace paddock::http
