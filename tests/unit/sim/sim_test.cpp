#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "answer.h"
#include "embedding.h"
#include "options.h"
#include "request.h"

namespace paddock::sim {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;

constexpr const char* kChat =
    R"({"model": "m", "messages": [{"role": "system", "content": "be brief"},
                                   {"role": "user", "content": "what is this?"}]})";

Answer chat_answer(const std::string& body) {
  return plan_answer(Kind::kChat, *parse_chat(body), "served", "id-1", 7);
}

std::string joined(const Answer& answer) {
  std::string text;
  for (const std::string& token : answer.tokens) text += token;
  return text;
}

TEST(SimRequest, chat_takes_the_last_user_message_and_counts_all_words) {
  const auto request = parse_chat(kChat);
  ASSERT_TRUE(request);
  EXPECT_EQ(request->model, "m");
  EXPECT_EQ(request->asked, "what is this?");
  EXPECT_EQ(request->prompt_tokens, 5U);
  EXPECT_FALSE(request->stream);
}

TEST(SimRequest, content_may_be_a_list_of_parts) {
  const auto request = parse_chat(
      R"({"messages": [{"role": "user", "content": [{"type": "text", "text": "a b"},
          {"type": "image_url", "image_url": {}}, {"type": "text", "text": "c"}]}]})");
  ASSERT_TRUE(request);
  EXPECT_EQ(request->asked, "a b c");
}

TEST(SimRequest, what_is_not_a_chat_is_refused_with_a_sentence) {
  for (const char* body : {"", "{", "[]", "{}", R"({"messages": []})", R"({"messages": [1]})",
                           R"({"messages": [{"role": 1}]})", R"({"messages": "x"})"}) {
    const auto request = parse_chat(body);
    ASSERT_FALSE(request) << body;
    EXPECT_FALSE(request.error().message.empty());
  }
}

TEST(SimRequest, embeddings_take_text_lists_and_tokens) {
  EXPECT_EQ(parse_embedding(R"({"input": "a"})")->inputs.size(), 1U);
  EXPECT_EQ(parse_embedding(R"({"input": ["a", "b"]})")->inputs.size(), 2U);
  EXPECT_EQ(parse_embedding(R"({"input": [1, 2, 3]})")->inputs.size(), 1U);
  EXPECT_TRUE(parse_embedding(R"({"input": "a", "encoding_format": "base64"})")->base64);
  EXPECT_FALSE(parse_embedding("{}"));
}

TEST(SimAnswer, says_that_it_is_a_simulation_and_what_was_asked) {
  const Answer answer = chat_answer(kChat);
  EXPECT_NE(joined(answer).find("This is a simulation"), std::string::npos);
  EXPECT_NE(joined(answer).find("'served'"), std::string::npos);
  EXPECT_NE(joined(answer).find("what is this?"), std::string::npos);
}

TEST(SimAnswer, whole_answer_has_model_usage_and_timings) {
  const Answer answer = chat_answer(kChat);
  const json body = json::parse(whole_answer(answer, milliseconds(100)));
  EXPECT_EQ(body["model"], "m");
  EXPECT_EQ(body["object"], "chat.completion");
  EXPECT_EQ(body["choices"][0]["message"]["content"], joined(answer));
  EXPECT_EQ(body["choices"][0]["finish_reason"], "stop");
  EXPECT_EQ(body["usage"]["prompt_tokens"], 5);
  EXPECT_EQ(body["usage"]["completion_tokens"], answer.tokens.size());
  EXPECT_EQ(body["timings"]["predicted_n"], answer.tokens.size());
}

TEST(SimAnswer, max_tokens_cuts) {
  const Answer answer = chat_answer(R"({"max_tokens": 2, "messages": [{"role": "user", "content": "x"}]})");
  EXPECT_EQ(answer.tokens.size(), 2U);
  EXPECT_EQ(json::parse(whole_answer(answer, milliseconds(1)))["choices"][0]["finish_reason"], "length");
}

TEST(SimAnswer, stream_events_join_to_the_same_text_and_end_with_done) {
  const Answer answer = chat_answer(kChat);
  std::string text;
  for (std::size_t i = 0; i < answer.tokens.size(); ++i) {
    const std::string event = token_event(answer, i);
    ASSERT_EQ(event.rfind("data: ", 0), 0U);
    const json body = json::parse(event.substr(6));
    EXPECT_EQ(body["object"], "chat.completion.chunk");
    EXPECT_EQ(body["choices"][0]["delta"].contains("role"), i == 0);
    text += body["choices"][0]["delta"]["content"].get<std::string>();
  }
  EXPECT_EQ(text, joined(answer));
  const std::string end = end_events(answer, milliseconds(1));
  EXPECT_EQ(end.find("\"usage\""), std::string::npos);
  EXPECT_EQ(end.substr(end.size() - 14), "data: [DONE]\n\n");
}

TEST(SimAnswer, usage_event_comes_when_asked_for) {
  Answer answer = chat_answer(kChat);
  answer.include_usage = true;
  EXPECT_NE(end_events(answer, milliseconds(1)).find("\"usage\""), std::string::npos);
}

TEST(SimAnswer, broken_utf8_in_the_question_does_not_throw) {
  TextRequest request;
  request.asked = std::string("\xff\xfe") + std::string(119, 'a') + "\xc3\xa9";
  const Answer answer = plan_answer(Kind::kCompletion, request, "s", "id", 0);
  EXPECT_TRUE(json::accept(whole_answer(answer, milliseconds(1))));
}

TEST(SimAnswer, errors_have_the_shape_of_openai) {
  const json body = json::parse(error_body("no", "invalid_request_error", 400));
  EXPECT_EQ(body["error"]["message"], "no");
  EXPECT_EQ(body["error"]["type"], "invalid_request_error");
  EXPECT_TRUE(body["error"]["param"].is_null());
}

TEST(SimEmbedding, same_text_same_vector_of_length_one) {
  EXPECT_EQ(embed("a"), embed("a"));
  EXPECT_NE(embed("a"), embed("b"));
  float sum = 0;
  for (const float value : embed("anything")) sum += value * value;
  EXPECT_NEAR(sum, 1, 1e-5);
}

TEST(SimEmbedding, base64_of_float_bytes) {
  EXPECT_EQ(to_base64({}), "");
  EXPECT_EQ(to_base64({1.0F}), "AACAPw==");
  EXPECT_EQ(to_base64({1.0F, -2.0F, 0.5F}), "AACAPwAAAMAAAAA/");
}

TEST(SimOptions, load_time_may_be_a_fraction) {
  char port[] = "--port", zero[] = "0", load[] = "--load-time", half[] = "0.5";
  char* argv[] = {port, zero, load, half};
  const auto parsed = parse_options(4, argv);
  ASSERT_TRUE(std::holds_alternative<Options>(parsed));
  EXPECT_EQ(std::get<Options>(parsed).port, 0);
  EXPECT_EQ(std::get<Options>(parsed).load_time, milliseconds(500));
}

TEST(SimOptions, wrong_words_are_exit_code_2) {
  char wrong[] = "--no-such-option";
  char* argv[] = {wrong};
  testing::internal::CaptureStderr();
  const auto parsed = parse_options(1, argv);
  EXPECT_NE(testing::internal::GetCapturedStderr(), "");
  ASSERT_TRUE(std::holds_alternative<int>(parsed));
  EXPECT_EQ(std::get<int>(parsed), 2);
}

}  // namespace
}  // namespace paddock::sim
