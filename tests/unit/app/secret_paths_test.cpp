#include "secret_paths.h"

#include <gtest/gtest.h>

namespace paddock::app {
namespace {

using Json = nlohmann::ordered_json;

Json masked(const char* text, const std::vector<std::string>& paths) {
  Json value = Json::parse(text);
  mask_paths(value, paths);
  return value;
}

TEST(SecretPaths, Values) {
  EXPECT_EQ(masked(R"({"models": {"a.b": {"name": "x", "ttl": 5, "m": {"k": {"l": 1}}}}})",
                   {"models.a.b.m.k", "models.a.b.name", "models.a.b.ttl"}),
            Json::parse(R"({"models": {"a.b": {"name": "***", "ttl": "***", "m": {"k": "***"}}}})"));
}

TEST(SecretPaths, OnlyThem) {
  const char* text = R"({"models": {"a": {"name": "x"}, "ab": {"name": "y"}}})";
  EXPECT_EQ(masked(text, {"models.a.names", "models", "name"})["models"], "***");
  EXPECT_EQ(masked(text, {"models.a.names", "name"}), Json::parse(text));
  EXPECT_EQ(masked(text, {}), Json::parse(text));
}

// The view may have dropped or sorted entries, so their numbers mean little.
TEST(SecretPaths, OneOfAListHidesItAll) {
  for (const char* path : {"a.list.7", "a.list[0]", "a.list"}) {
    EXPECT_EQ(masked(R"({"a": {"list": ["x", "y"], "lists": ["z"]}})", {path}),
              Json::parse(R"({"a": {"list": ["***", "***"], "lists": ["z"]}})"))
        << path;
  }
}

// A value that the view shows as one text: stripParams given as a list.
TEST(SecretPaths, PartOfAText) {
  EXPECT_EQ(masked(R"({"a": "x, y"})", {"a.1"}), Json::parse(R"({"a": "***"})"));
}

TEST(SecretPaths, WhatMovedInTheView) {
  const char* text =
      R"({"models": {"m": {"ttl": 1, "unloadTimeout": 2, "cmdStopTimeout": 2, "healthCheckTimeout": 3, "filters": {"stripParams": "HUSH"}}},
                         "routing": {"router": {"settings": {"matrix": {"sets": {"s": "HUSH"}}}}}})";
  const Json view = masked(text, {"globalTTL", "matrix.sets.s", "models.m.filters.strip_params",
                                  "unloadTimeout", "healthCheckTimeout"});
  EXPECT_EQ(view.dump().find("HUSH"), std::string::npos) << view;
  EXPECT_EQ(view["models"]["m"]["ttl"], "***");
  EXPECT_EQ(view["models"]["m"]["unloadTimeout"], "***");
  EXPECT_EQ(view["models"]["m"]["cmdStopTimeout"], "***");
  EXPECT_EQ(view["models"]["m"]["healthCheckTimeout"], "***");
}

}  // namespace
}  // namespace paddock::app
