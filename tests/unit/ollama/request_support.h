// What the tests of requests share: reading one that must be good, and one that must not.
#pragma once

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "paddock/ollama/request.h"

namespace paddock::ollama {

using Json = nlohmann::ordered_json;

// The first bytes of a PNG image.
inline const std::string kPng = "iVBORw0KGgoAAAANSUhEUg==";

inline Request read(Call call, const std::string& text) {
  const auto request = read_request(call, text);
  if (request) return *request;
  ADD_FAILURE() << text << "\n is refused: " << request.error().sentence;
  return {};
}

inline Json body_of(const Request& request) {
  Json body = Json::parse(request.body, nullptr, false);
  EXPECT_TRUE(body.is_object()) << request.body;
  return body;
}

// The sentence of a refusal with status 400.
inline std::string refused(Call call, const std::string& text) {
  const auto request = read_request(call, text);
  if (request) return "is not refused";
  EXPECT_EQ(request.error().status, 400);
  return request.error().sentence;
}

// A chat of one message with these members beside it.
inline std::string chat(const std::string& members) {
  return R"({"model":"m","messages":[{"role":"user","content":"a"}])" +
         (members.empty() ? "" : "," + members) + "}";
}

inline std::string chat_of(const std::string& messages) {
  return R"({"model":"m","messages":[)" + messages + "]}";
}

}  // namespace paddock::ollama
