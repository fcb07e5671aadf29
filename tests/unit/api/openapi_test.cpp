// The description in src/api/openapi.json against the routes that are there.
#include <algorithm>
#include <cctype>
#include <set>

#include "bench.h"

namespace paddock::api {
namespace {

using nlohmann::json;

// With something in the place of each parameter.
std::string example(std::string path) {
  for (std::size_t open = path.find('{'); open != std::string::npos; open = path.find('{'))
    path.replace(open, path.find('}') - open + 1, "1");
  return path;
}

std::string upper(std::string word) {
  std::transform(word.begin(), word.end(), word.begin(), [](unsigned char c) { return std::toupper(c); });
  return word;
}

json description(Bench& bench) { return bench.json("GET", "/api/openapi.json"); }

TEST(OpenApi, IsServed) {
  Bench bench;
  EXPECT_EQ(bench.call("GET", "/api/openapi.json").content_type, "application/json");
  EXPECT_EQ(description(bench)["openapi"], "3.1.0");
}

TEST(OpenApi, DescribesJustTheControlRoutesThatAreThere) {
  Bench bench;
  std::set<const http::Route*> described;
  const json paths = description(bench)["paths"];
  for (const auto& [path, operations] : paths.items()) {
    for (const auto& [method, operation] : operations.items()) {
      const auto match = bench.routes.find(upper(method), example(path));
      ASSERT_NE(match.route, nullptr) << method << " " << path << " is described and not there";
      EXPECT_EQ(match.route->kind, http::RouteKind::kControl) << method << " " << path;
      const bool open = operation.contains("security") && operation["security"].empty();
      EXPECT_EQ(open, match.route->role == http::Role::kOpen) << method << " " << path;
      described.insert(match.route);
    }
  }
  for (const http::Route& route : bench.routes.all()) {
    if (route.kind != http::RouteKind::kControl) continue;
    EXPECT_EQ(described.count(&route), 1u) << route.method << " " << route.path << " is not described";
  }
}

TEST(OpenApi, EveryParameterOfAPathIsDeclared) {
  Bench bench;
  const json paths = description(bench)["paths"];
  for (const auto& [path, operations] : paths.items()) {
    for (const auto& [method, operation] : operations.items()) {
      std::set<std::string> declared;
      const json parameters = operation.value("parameters", json::array());
      for (const json& one : parameters)
        if (one["in"] == "path") declared.insert(one["name"].get<std::string>());
      for (const std::string& name : declared)
        EXPECT_NE(path.find("{" + name + "}"), std::string::npos) << method << " " << path;
      EXPECT_EQ(static_cast<std::ptrdiff_t>(declared.size()), std::count(path.begin(), path.end(), '{'))
          << method << " " << path;
    }
  }
}

void collect_references(const json& node, std::set<std::string>& out) {
  if (node.is_object() && node.contains("$ref")) out.insert(node["$ref"].get<std::string>());
  if (!node.is_structured()) return;
  for (const json& child : node) collect_references(child, out);
}

TEST(OpenApi, EveryReferenceLeadsSomewhereAndEveryComponentIsUsed) {
  Bench bench;
  const json all = description(bench);
  std::set<std::string> references, components;
  collect_references(all, references);
  for (const char* kind : {"schemas", "responses"}) {
    for (const auto& [name, component] : all["components"][kind].items())
      components.insert("#/components/" + std::string(kind) + "/" + name);
  }
  EXPECT_EQ(references, components);
}

// The members of an answer against those of its schema, which allows no others.
void expect_members(const json& schemas, const char* schema, const json& answer) {
  const json& known = schemas[schema];
  for (const auto& [name, value] : answer.items())
    EXPECT_TRUE(known["properties"].contains(name)) << schema << " has no " << name;
  for (const json& name : known["required"])
    EXPECT_TRUE(answer.contains(name.get<std::string>())) << schema << " needs " << name;
}

TEST(OpenApi, SchemasHaveTheMembersOfTheAnswers) {
  Bench bench;
  const json schemas = description(bench)["components"]["schemas"];
  bench.call("POST", "/api/models/a/load");
  http::InFlight::Entry entry(bench.in_flight.table(0), {"a", "POST", "/x", "::1"});
  const json model = bench.json("GET", "/api/models/a");
  expect_members(schemas, "Model", model);
  expect_members(schemas, "Launch", model["launch"]);
  expect_members(schemas, "Launch", bench.json("GET", "/api/models/a/launches")["launches"].at(0));
  expect_members(schemas, "ListedModel", bench.json("GET", "/v1/models/a"));
  expect_members(schemas, "Running", bench.json("GET", "/running"));
  expect_members(schemas["Running"]["properties"]["running"], "items",
                 bench.json("GET", "/running")["running"].at(0));
  expect_members(schemas, "Request", bench.json("GET", "/api/inflight")["inflight"].at(0));
  expect_members(schemas, "Gpus", bench.json("GET", "/api/gpus"));
  expect_members(schemas, "Performance", bench.json("GET", "/api/performance"));
  expect_members(schemas, "Hardware", bench.json("GET", "/api/hardware"));
  expect_members(schemas, "Profiles", bench.json("GET", "/api/profiles"));
  expect_members(schemas, "Plan", bench.json("GET", "/api/plan?model=a"));
  expect_members(schemas, "Queue", bench.json("GET", "/api/queue"));
  expect_members(schemas, "Version", bench.json("GET", "/api/version"));
  expect_members(schemas, "ErrorBody", bench.json("GET", "/api/models/nope")["error"]);
}

}  // namespace
}  // namespace paddock::api
