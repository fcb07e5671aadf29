#include "bench.h"

namespace paddock::api {
namespace {

using nlohmann::json;

http::Capture example() {
  http::Capture one;
  one.id = 7;
  one.model = "a";
  one.method = "POST";
  one.path = "/v1/x";
  one.status = 200;
  one.request_headers = {{"Accept", "a"}, {"accept", "b"}, {"Accept", "c"}};
  one.request_body = "any";
  return one;
}

TEST(CapturesApi, InLlamaSwapsShape) {
  Bench bench;
  bench.captures.set_limit(1 << 20);
  bench.captures.add(example());
  EXPECT_EQ(bench.json("GET", "/api/captures/7"), json::parse(R"({"id": 7, "req_path": "/v1/x",
    "req_headers": {"Accept": "a, c", "accept": "b"}, "req_body": "YW55", "resp_headers": {},
    "resp_body": null})"));
  const json list = bench.json("GET", "/api/captures")["captures"];
  EXPECT_EQ(list, (json::array({{{"id", 7},
                                 {"model", "a"},
                                 {"method", "POST"},
                                 {"path", "/v1/x"},
                                 {"status", 200},
                                 {"bytes", example().bytes()}}})));
}

TEST(CapturesApi, BodiesAreBase64) {
  Bench bench;
  bench.captures.set_limit(1 << 20);
  const std::pair<std::string, const char*> cases[] = {
      {"", ""},        {"f", "Zg=="},        {"fo", "Zm8="},
      {"foo", "Zm9v"}, {"foob", "Zm9vYg=="}, {std::string("\0\xff", 2), "AP8="}};
  for (const auto& [bytes, expected] : cases) {
    http::Capture one = example();
    one.answer_body = bytes;
    bench.captures.add(one);
    EXPECT_EQ(bench.json("GET", "/api/captures/7")["resp_body"], expected);
  }
}

TEST(CapturesApi, WhatIsNotThere) {
  Bench bench;
  EXPECT_EQ(bench.json("GET", "/api/captures"), (json{{"captures", json::array()}}));
  EXPECT_EQ(bench.error("GET", "/api/captures/7"), "404 not_found");
  EXPECT_EQ(bench.error("GET", "/api/captures/x"), "400 invalid_request");
  EXPECT_EQ(bench.error("GET", "/api/captures/"), "400 invalid_request");
}

}  // namespace
}  // namespace paddock::api
