// What the tests of answers share: a translation of a whole body with clocks that stand still.
#pragma once

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "paddock/ollama/answer.h"

namespace paddock::ollama {

using Json = nlohmann::ordered_json;

inline const std::string kEvents = "text/event-stream";
inline const std::string kNow = R"("created_at":"2026-01-01T00:00:00.000Z")";

// A request that came 5 ms ago and waited 2 ms for its model.
inline AnswerOptions options(Call call, Form form, bool stream) {
  AnswerOptions options;
  options.call = call;
  options.form = form;
  options.stream = stream;
  options.model = "m";
  options.load = std::chrono::milliseconds(2);
  options.wall = [] { return std::chrono::system_clock::time_point(std::chrono::seconds(1767225600)); };
  options.now = [] { return TimePoint(std::chrono::milliseconds(5)); };
  return options;
}

inline AnswerOptions chat_stream() { return options(Call::kChat, Form::kChat, true); }
inline AnswerOptions chat_whole() { return options(Call::kChat, Form::kChat, false); }

struct Body {
  int status = 200;
  std::string content_type = kEvents;
  std::string text;
};

// The answer when the body arrives in these pieces.
inline std::string translate(const AnswerOptions& options, const Body& body,
                             const std::vector<std::string_view>& pieces) {
  Answer answer(options);
  answer.begin(body.status, body.content_type);
  std::string out;
  for (const std::string_view piece : pieces) answer.feed(piece, out);
  answer.end(out);
  return out;
}

// The answer, which must be the same wherever the body is cut in two, and byte by byte.
inline std::string translate(const AnswerOptions& options, const Body& body) {
  const std::string_view text = body.text;
  const std::string whole = translate(options, body, {text});
  std::vector<std::string_view> bytes;
  for (std::size_t i = 0; i < text.size(); ++i) {
    bytes.push_back(text.substr(i, 1));
    EXPECT_EQ(translate(options, body, {text.substr(0, i), text.substr(i)}), whole) << "cut at " << i;
  }
  EXPECT_EQ(translate(options, body, bytes), whole) << "byte by byte";
  return whole;
}

inline std::string events(const AnswerOptions& options, const std::string& text) {
  return translate(options, {200, kEvents, text});
}

inline std::string document(const AnswerOptions& options, const std::string& text, int status = 200) {
  return translate(options, {status, "application/json", text});
}

inline std::string event(const std::string& data) { return "data: " + data + "\n\n"; }
// An event with this delta.
inline std::string delta(const std::string& members) {
  return event(R"({"choices":[{"index":0,"finish_reason":null,"delta":{)" + members + "}}]}");
}
inline std::string finish(const std::string& reason) {
  return event(R"({"choices":[{"index":0,"finish_reason":")" + reason + R"(","delta":{}}]})");
}
inline const std::string kDone = "data: [DONE]\n\n";

// A line of a chat with this message.
inline std::string line(const std::string& message) {
  return R"({"model":"m",)" + kNow + R"(,"message":{"role":"assistant",)" + message + R"(},"done":false})" +
         "\n";
}

// The end of a line: done, for this reason, with these counts: tokens and ns of the prompt, then of the
// answer.
inline std::string done(
    const std::string& reason,
    const std::string& counts =
        R"("prompt_eval_count":0,"prompt_eval_duration":0,"eval_count":0,"eval_duration":0)") {
  return R"("done":true,"done_reason":")" + reason +
         R"(","total_duration":5000000,"load_duration":2000000,)" + counts + "}\n";
}
inline std::string last(const std::string& message, const std::string& rest) {
  return R"({"model":"m",)" + kNow + R"(,"message":{"role":"assistant",)" + message + "}," + rest;
}
inline std::string failure(const std::string& sentence) { return R"({"error":")" + sentence + "\"}\n"; }

}  // namespace paddock::ollama
