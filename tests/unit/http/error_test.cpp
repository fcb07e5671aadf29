#include "paddock/http/error.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace paddock::http {
namespace {

using nlohmann::json;
using router::RejectCode;

json inner(const Reply& reply) { return json::parse(reply.body).at("error"); }

bool says_no_retry(const Reply& reply) {
  const std::pair<std::string, std::string> wanted("x-should-retry", "false");
  return std::find(reply.headers.begin(), reply.headers.end(), wanted) != reply.headers.end();
}

TEST(Error, AllFieldsArePresent) {
  ApiError error;
  error.status = 404;
  error.code = "model_not_found";
  error.message = "no model \"x\"";
  const Reply reply = to_reply(error);
  EXPECT_EQ(reply.status, 404);
  EXPECT_EQ(reply.content_type, "application/json");
  const json expected = {{"message", "no model \"x\""},
                         {"type", "invalid_request_error"},
                         {"param", nullptr},
                         {"code", "model_not_found"},
                         {"detail", nullptr}};
  EXPECT_EQ(inner(reply), expected);
  EXPECT_TRUE(reply.headers.empty());
}

TEST(Error, TypeFollowsFromStatus) {
  const auto type = [](int status) {
    ApiError error;
    error.status = status;
    return inner(to_reply(error)).at("type").get<std::string>();
  };
  EXPECT_EQ(type(400), "invalid_request_error");
  EXPECT_EQ(type(401), "authentication_error");
  EXPECT_EQ(type(403), "authentication_error");
  EXPECT_EQ(type(429), "rate_limit_error");
  EXPECT_EQ(type(502), "server_error");
}

TEST(Error, BadUtf8DoesNotThrow) {
  ApiError error;
  error.message = "model \xff said \xc3";
  EXPECT_NE(inner(to_reply(error)).at("message").get<std::string>().find("said"), std::string::npos);
}

TEST(Error, RetryHeaders) {
  ApiError error;
  error.retry_pointless = true;
  error.retry_after_s = 7;
  const Headers expected = {{"x-should-retry", "false"}, {"Retry-After", "7"}};
  EXPECT_EQ(to_reply(error).headers, expected);
}

TEST(Error, FailedStartCarriesItsDetail) {
  router::RouteError error;
  error.code = RejectCode::kStartFailed;
  error.message = "m ended with exit code 3 before it was ready";
  error.detail = {"exit", 3, std::nullopt, "error: no such file"};
  const Reply reply = to_reply(to_api_error(error, "m"));
  EXPECT_EQ(reply.status, 503);
  EXPECT_TRUE(says_no_retry(reply));
  EXPECT_EQ(inner(reply).at("param"), "m");
  const json detail = {{"class", "exit"}, {"exit", 3}, {"signal", nullptr}, {"line", "error: no such file"}};
  EXPECT_EQ(inner(reply).at("detail"), detail);
}

TEST(Error, WhatMayPassByItselfMayBeRetried) {
  router::RouteError error;
  for (const char* kind : {"port_taken", "unknown"}) {
    error.detail.kind = kind;
    EXPECT_FALSE(says_no_retry(to_reply(to_api_error(error, "m")))) << kind;
  }
}

TEST(Error, ACrashLoopSaysWhenToRetry) {
  router::RouteError error;
  error.code = RejectCode::kCrashLoop;
  error.detail.kind = "bad_flag";
  error.retry_after = std::chrono::seconds(40);
  const Reply reply = to_reply(to_api_error(error, "m"));
  EXPECT_EQ(reply.headers, (Headers{{"Retry-After", "40"}}));
  EXPECT_EQ(inner(reply).at("detail").at("class"), "bad_flag");
}

TEST(Error, EveryRefusalHasItsStatusAndCode) {
  const auto look = [](RejectCode code) {
    const ApiError error = to_api_error({code, "", {}}, "m");
    return std::to_string(error.status) + " " + error.code;
  };
  EXPECT_EQ(look(RejectCode::kModelNotFound), "404 model_not_found");
  EXPECT_EQ(look(RejectCode::kStartFailed), "503 start_failed");
  EXPECT_EQ(look(RejectCode::kStartTimeout), "504 start_timeout");
  EXPECT_EQ(look(RejectCode::kUnloaded), "503 unloaded");
  EXPECT_EQ(look(RejectCode::kCancelled), "499 cancelled");
  EXPECT_EQ(look(RejectCode::kShuttingDown), "503 shutting_down");
  EXPECT_EQ(look(RejectCode::kCrashLoop), "503 crash_loop");
}

}  // namespace
}  // namespace paddock::http
