#include "sse.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace paddock::http {
namespace {

using Json = nlohmann::json;

ApiError some_error() {
  ApiError error;
  error.status = 502;
  error.code = "upstream_broke";
  error.message = "it broke\nhere";
  error.param = "m";
  error.detail = router::FailureDetail{"signal", std::nullopt, 9, "last words"};
  return error;
}

// The JSON of the one event in `text`, which must have that `event:` line (empty: none) and nothing else.
Json data_of(const std::string& text, const std::string& event) {
  const std::string before = (event.empty() ? "" : "event: " + event + "\n") + "data: ";
  EXPECT_EQ(text.substr(0, before.size()), before);
  EXPECT_TRUE(text.ends_with("\n\n"));
  const std::string data = text.substr(before.size(), text.size() - before.size() - 2);
  EXPECT_EQ(data.find('\n'), std::string::npos);
  return Json::parse(data, nullptr, false);
}

TEST(ErrorEvent, InTheFormOfEachApi) {
  const Json open_ai = data_of(error_event(StreamApi::kOpenAi, some_error()), "");
  EXPECT_EQ(open_ai["error"]["message"], "it broke\nhere");
  EXPECT_EQ(open_ai["error"]["code"], "upstream_broke");
  EXPECT_EQ(open_ai["error"]["type"], "server_error");
  EXPECT_EQ(open_ai["error"]["detail"]["class"], "signal");
  EXPECT_EQ(open_ai["error"]["detail"]["line"], "last words");

  const Json anthropic = data_of(error_event(StreamApi::kAnthropic, some_error()), "error");
  EXPECT_EQ(anthropic["type"], "error");
  EXPECT_EQ(anthropic["error"]["type"], "api_error");
  EXPECT_EQ(anthropic["error"]["message"], "it broke\nhere");

  const Json responses = data_of(error_event(StreamApi::kResponses, some_error()), "error");
  EXPECT_EQ(responses["type"], "error");
  EXPECT_EQ(responses["code"], "upstream_broke");
  EXPECT_EQ(responses["message"], "it broke\nhere");
  EXPECT_EQ(responses["param"], "m");
  EXPECT_TRUE(responses["sequence_number"].is_number());
}

TEST(ErrorEvent, TypesOfAnthropic) {
  ApiError error = some_error();
  const auto type = [&](int status) {
    error.status = status;
    return data_of(error_event(StreamApi::kAnthropic, error), "error")["error"]["type"].get<std::string>();
  };
  EXPECT_EQ(type(400), "invalid_request_error");
  EXPECT_EQ(type(404), "not_found_error");
  EXPECT_EQ(type(429), "rate_limit_error");
  EXPECT_EQ(type(503), "api_error");
}

TEST(ErrorEvent, AnEnginesOwnErrorGoesOn) {
  const std::string body = R"({"error":{"message":"too long","code":400,"n_ctx":4096}})";
  const Json event = data_of(error_event(StreamApi::kOpenAi, "m", 400, body), "");
  EXPECT_EQ(event, Json::parse(body));
  const Json other = data_of(error_event(StreamApi::kAnthropic, "m", 400, body), "error");
  EXPECT_EQ(other["error"]["message"], "too long");
  EXPECT_EQ(other["error"]["type"], "invalid_request_error");
  const Json text = data_of(error_event(StreamApi::kOpenAi, "m", 500, R"({"error":"oh"})"), "");
  EXPECT_EQ(text["error"]["message"], "oh");
}

TEST(ErrorEvent, AnythingElseIsQuoted) {
  const std::string bodies[] = {"",    "<h1>no</h1>", "{\"error\":{}}", "{\"error\":7}",
                                "[1]", "{\"a\":1}",   "\xff\xfe"};
  for (const std::string& body : bodies) {
    const Json event = data_of(error_event(StreamApi::kOpenAi, "m", 200, body), "");
    ASSERT_TRUE(event["error"]["message"].is_string()) << body;
    EXPECT_EQ(event["error"]["code"], "upstream_answer") << body;
    EXPECT_EQ(event["error"]["type"], "server_error") << "a success that is no stream is the engine's fault";
  }
  const Json long_one = data_of(error_event(StreamApi::kOpenAi, "m", 500, std::string(100'000, 'x')), "");
  EXPECT_LT(long_one["error"]["message"].get<std::string>().size(), 1000u);
}

TEST(StreamApiOf, ThePathTells) {
  EXPECT_EQ(stream_api_of("/v1/chat/completions"), StreamApi::kOpenAi);
  EXPECT_EQ(stream_api_of("/v1/messages"), StreamApi::kAnthropic);
  EXPECT_EQ(stream_api_of("/upstream/a/v1/messages"), StreamApi::kAnthropic);
  EXPECT_EQ(stream_api_of("/v1/responses"), StreamApi::kResponses);
  EXPECT_EQ(stream_api_of("/completion"), StreamApi::kOpenAi);
  for (const char* path : {"/v1/chat/completions", "/v/completions", "/v1/messages", "/v1/responses"})
    EXPECT_TRUE(answers_in_events(path)) << path;
  for (const char* path : {"/v1/embeddings", "/v1/messages/count_tokens", "/v1/audio/speech"})
    EXPECT_FALSE(answers_in_events(path)) << path;
}

TEST(IsEventStream, WithAnyParameters) {
  for (const char* type : {"text/event-stream", "Text/Event-Stream; charset=utf-8", " text/event-stream ;x"})
    EXPECT_TRUE(is_event_stream(type)) << type;
  for (const char* type : {"", "application/json", "text/event-streams", "x; text/event-stream"})
    EXPECT_FALSE(is_event_stream(type)) << type;
}

struct Where {
  const char* text;
  bool here;
};

TEST(EventBoundary, BehindAnEmptyLineWhereverItIsCut) {
  const Where cases[] = {
      {"", true},
      {"data: a", false},
      {"data: a\n", false},
      {"data: a\n\n", true},
      {"a\r\n", false},
      {"a\r\n\r\n", true},
      {"a\r\n\r", true},
      {"a\r\r", true},
      {"a\r", false},
      {"a\n\r\n", true},
      {"a\r\n\n", true},
      {"a\r\r\n", true},
      {"\n", true},
      {"\r\n", true},
      {"a\n\nb", false},
      {"a\n\nb\n", false},
      {"a\n\n:\n\n", true},
      {"a\n\ndata: b\n", false},
      {"data: a\r\ndata: b\r\n", false},
      {"a\n b\n", false},
  };
  for (const Where& one : cases) {
    const std::string text = one.text;
    for (std::size_t first = 0; first <= text.size(); ++first) {
      for (std::size_t second = first; second <= text.size(); ++second) {
        EventBoundary boundary;
        boundary.feed(std::string_view(text).substr(0, first));
        boundary.feed(std::string_view(text).substr(first, second - first));
        boundary.feed(std::string_view(text).substr(second));
        EXPECT_EQ(boundary.here(), one.here)
            << ::testing::PrintToString(text) << " " << first << " " << second;
      }
    }
  }
}

}  // namespace
}  // namespace paddock::http
