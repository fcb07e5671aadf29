// Event streams of an upstream, for clients that stream.
#include "answer_support.h"

namespace paddock::ollama {
namespace {

const std::string kNothing = R"("content":"")";
const std::string kCutOff = failure("the model's server ended its answer before it was complete");

TEST(OllamaStream, ALinePerPieceAndALastOneWithCounts) {
  EXPECT_EQ(
      events(
          chat_stream(),
          delta(R"("role":"assistant","content":null)") + delta(R"("content":"Hel")") +
              delta(R"("content":"lo")") + finish("stop") +
              event(
                  R"({"choices":[],"usage":{"prompt_tokens":26,"completion_tokens":2,"total_tokens":28},"timings":{"prompt_n":1,"prompt_ms":1.5,"predicted_n":2,"predicted_ms":20.25}})") +
              kDone),
      line(R"("content":"Hel")") + line(R"("content":"lo")") +
          last(kNothing,
               done("stop", R"("prompt_eval_count":26,"prompt_eval_duration":1500000,"eval_count":2,)"
                            R"("eval_duration":20250000)")));
}

TEST(OllamaStream, TextIsUtf8AndEscapedAsNeeded) {
  EXPECT_EQ(events(chat_stream(), delta(R"("content":"Grüße \ud83d\ude00 \"\n")") + finish("stop")),
            line(R"("content":"Grüße 😀 \"\n")") + last(kNothing, done("stop")));
}

TEST(OllamaStream, ThinkingIsApart) {
  EXPECT_EQ(events(chat_stream(), delta(R"("reasoning_content":"Hm")") + delta(R"("reasoning":".")") +
                                      delta(R"("content":"Yes")") + finish("stop") + kDone),
            line(R"("content":"","thinking":"Hm")") + line(R"("content":"","thinking":".")") +
                line(R"("content":"Yes")") + last(kNothing, done("stop")));
}

TEST(OllamaStream, ToolCallsComeWhole) {
  EXPECT_EQ(
      events(
          chat_stream(),
          delta(R"("content":"Let me see")") +
              delta(
                  R"("tool_calls":[{"index":0,"id":"x1","type":"function","function":{"name":"f","arguments":""}}])") +
              delta(R"("tool_calls":[{"index":0,"function":{"arguments":"{\"city\": \"Pa"}}])") +
              delta(
                  R"("tool_calls":[{"index":1,"id":"x2","function":{"name":"g"}},{"index":0,"function":{"arguments":"ris\"}"}}])") +
              finish("tool_calls") + kDone),
      line(R"("content":"Let me see")") +
          line(
              R"("content":"","tool_calls":[{"id":"x1","function":{"index":0,"name":"f","arguments":{"city":"Paris"}}},)"
              R"({"id":"x2","function":{"index":1,"name":"g","arguments":{}}}])") +
          last(kNothing, done("stop")));
}

TEST(OllamaStream, ToolCallsWithoutAnIndexOrAsObjects) {
  EXPECT_EQ(
      events(
          chat_stream(),
          delta(
              R"("tool_calls":[{"function":{"name":"f","arguments":{"a":[1]}}},{"function":{"name":"g","arguments":" "}}])") +
              finish("tool_calls")),
      line(R"("content":"","tool_calls":[{"function":{"index":0,"name":"f","arguments":{"a":[1]}}},)"
           R"({"function":{"index":1,"name":"g","arguments":{}}}])") +
          last(kNothing, done("stop")));
}

TEST(OllamaStream, AToolCallThatIsNoneIsAnError) {
  const std::string sentence =
      failure("the model called the tool `f` with arguments that are not a JSON object");
  for (const char* arguments : {R"({\"a\":)", R"([1])", "nonsense"}) {
    EXPECT_EQ(events(chat_stream(), delta(R"("tool_calls":[{"index":0,"function":{"name":"f","arguments":")" +
                                          std::string(arguments) + R"("}}])") +
                                        finish("length") + kDone),
              sentence);
  }
}

TEST(OllamaStream, TheEndHasItsReason) {
  EXPECT_EQ(events(chat_stream(), finish("length") + kDone), last(kNothing, done("length")));
  EXPECT_EQ(events(chat_stream(), finish("function_call") + kDone), last(kNothing, done("stop")));
  EXPECT_EQ(events(chat_stream(), finish("content_filter") + kDone), last(kNothing, done("content_filter")));
  EXPECT_EQ(events(chat_stream(), delta(R"("content":"a")") + kDone),
            line(R"("content":"a")") + last(kNothing, done("stop")));
}

TEST(OllamaStream, NothingFollowsTheEnd) {
  EXPECT_EQ(events(chat_stream(), kDone + delta(R"("content":"a")") + kDone), last(kNothing, done("stop")));
}

TEST(OllamaStream, CountsMayStandInTheTimingsAlone) {
  EXPECT_EQ(
      events(
          chat_stream(),
          event(
              R"({"choices":[{"finish_reason":"stop","delta":{}}],"timings":{"prompt_n":3,"prompt_ms":-1,"predicted_n":4,"predicted_ms":1e300}})") +
              kDone),
      last(kNothing,
           done("stop",
                R"("prompt_eval_count":3,"prompt_eval_duration":0,"eval_count":4,"eval_duration":0)")));
}

TEST(OllamaStream, TheLatestCountsHoldAndUsageKnowsBetter) {
  const auto timings = [](int tokens) {
    return event(R"({"choices":[],"timings":{"prompt_n":1,"predicted_n":)" + std::to_string(tokens) + "}}");
  };
  const std::string usage = event(R"({"choices":[],"usage":{"prompt_tokens":9,"completion_tokens":7}})");
  const auto counts = [](int prompt, int tokens) {
    return R"("prompt_eval_count":)" + std::to_string(prompt) + R"(,"prompt_eval_duration":0,"eval_count":)" +
           std::to_string(tokens) + R"(,"eval_duration":0)";
  };
  EXPECT_EQ(events(chat_stream(), timings(1) + timings(2) + finish("stop")),
            last(kNothing, done("stop", counts(1, 2))));
  EXPECT_EQ(events(chat_stream(), timings(1) + usage + timings(2) + finish("stop")),
            last(kNothing, done("stop", counts(9, 7))));
}

TEST(OllamaStream, CountsThatAreNoneCountAsZero) {
  EXPECT_EQ(events(chat_stream(),
                   finish("stop") + event(R"({"usage":{"prompt_tokens":-1,"completion_tokens":1.5}})")),
            last(kNothing, done("stop")));
}

TEST(OllamaStream, CommentsOtherFieldsAndAllLineEndsAreRead) {
  const std::string lf = ": loading\n\nevent: x\nid: 1\nretry: 5\n" + delta(R"("content":"a")") +
                         "\n\n: y\n" + finish("stop") + "data:[DONE]\n\n";
  const std::string wanted = line(R"("content":"a")") + last(kNothing, done("stop"));
  EXPECT_EQ(events(chat_stream(), lf), wanted);
  for (const char* end : {"\r\n", "\r"}) {
    std::string text;
    for (const char c : lf) text += c == '\n' ? std::string(end) : std::string(1, c);
    EXPECT_EQ(events(chat_stream(), text), wanted);
  }
}

TEST(OllamaStream, DataOverSeveralLinesIsOneEvent) {
  for (const std::string end : {"\n", "\r\n", "\r"}) {
    EXPECT_EQ(events(chat_stream(), "data: {\"choices\":[{" + end + "data: \"finish_reason\":\"stop\"," +
                                        end + "data:\"delta\":{\"content\":\"a\"}}]}" + end + end),
              line(R"("content":"a")") + last(kNothing, done("stop")));
  }
  EXPECT_EQ(events(chat_stream(), "data: 1\ndata: 2\n\n"),
            failure("an event of the model's server is not valid JSON"));
}

TEST(OllamaStream, AnErrorEventIsTheLastLine) {
  const std::string before = delta(R"("content":"a")");
  const std::string after = delta(R"("content":"b")") + finish("stop") + kDone;
  for (const char* error :
       {R"(data: {"error":{"code":500,"message":"out of memory","type":"server_error"}})",
        R"(data: {"error":"out of memory"})", R"(error: {"error":{"message":"out of memory"}})",
        "event: error\ndata: {\"error\":{\"message\":\"out of memory\"}}"}) {
    EXPECT_EQ(events(chat_stream(), before + error + "\n\n" + after),
              line(R"("content":"a")") + failure("out of memory"));
  }
  EXPECT_EQ(events(chat_stream(), event(R"({"error":{"code":7}})")), failure(R"({\"code\":7})"));
}

TEST(OllamaStream, AStreamThatEndsEarlyIsAnError) {
  EXPECT_EQ(events(chat_stream(), ""), kCutOff);
  EXPECT_EQ(events(chat_stream(), delta(R"("content":"a")")), line(R"("content":"a")") + kCutOff);
  EXPECT_EQ(events(chat_stream(), delta(R"("content":"a")") + R"(data: {"choices":[{"del)"),
            line(R"("content":"a")") + kCutOff);
}

TEST(OllamaStream, AReasonWithoutTheClosingEventIsAnEnd) {
  EXPECT_EQ(events(chat_stream(), finish("stop")), last(kNothing, done("stop")));
  EXPECT_EQ(events(chat_stream(), finish("stop") + R"(data: {"choices":[],"usa)"),
            last(kNothing, done("stop")));
  EXPECT_EQ(events(chat_stream(), finish("stop") + "data: [DONE]"), last(kNothing, done("stop")));
}

TEST(OllamaStream, BreakingIsTheLastLine) {
  Answer answer(chat_stream());
  answer.begin(200, kEvents);
  std::string out;
  answer.feed(delta(R"("content":"a")"), out);
  answer.broke("the model's server died: CUDA error", out);
  answer.broke("again", out);
  answer.feed(kDone, out);
  answer.end(out);
  EXPECT_EQ(out, line(R"("content":"a")") + failure("the model's server died: CUDA error"));
  EXPECT_TRUE(answer.failed());
}

TEST(OllamaStream, BreakingAfterTheEndSaysNothing) {
  Answer answer(chat_stream());
  answer.begin(200, kEvents);
  std::string out;
  answer.feed(finish("stop") + kDone, out);
  answer.broke("too late", out);
  EXPECT_EQ(out, last(kNothing, done("stop")));
  EXPECT_FALSE(answer.failed());
}

TEST(OllamaStream, LogprobsKeepTheirShape) {
  EXPECT_EQ(
      events(
          chat_stream(),
          event(
              R"({"choices":[{"delta":{"content":"a"},"logprobs":{"content":[{"token":"a","logprob":-0.5,"top_logprobs":[]}]},"finish_reason":"stop"}]})")),
      R"({"model":"m",)" + kNow +
          R"(,"message":{"role":"assistant","content":"a"},"logprobs":[{"token":"a","logprob":-0.5,"top_logprobs":[]}],"done":false})" +
          "\n" + last(kNothing, done("stop")));
}

TEST(OllamaStream, OfGenerateHasAResponse) {
  const std::string begin = R"({"model":"m",)" + kNow;
  EXPECT_EQ(events(options(Call::kGenerate, Form::kChat, true),
                   delta(R"("reasoning_content":"Hm")") + delta(R"("content":"a")") + finish("stop") + kDone),
            begin + R"(,"response":"","thinking":"Hm","done":false})" + "\n" + begin +
                R"(,"response":"a","done":false})" + "\n" + begin + R"(,"response":"",)" + done("stop"));
}

TEST(OllamaStream, OfARawPrompt) {
  const std::string begin = R"({"model":"m",)" + kNow;
  EXPECT_EQ(
      events(
          options(Call::kGenerate, Form::kCompletion, true),
          event(R"({"choices":[{"text":"a","index":0,"finish_reason":null}]})") +
              event(
                  R"({"choices":[{"text":"","index":0,"finish_reason":"length"}],"usage":{"prompt_tokens":1,"completion_tokens":2}})") +
              kDone),
      begin + R"(,"response":"a","done":false})" + "\n" + begin + R"(,"response":"",)" +
          done("length",
               R"("prompt_eval_count":1,"prompt_eval_duration":0,"eval_count":2,"eval_duration":0)"));
}

TEST(OllamaStream, OfASuffix) {
  const std::string begin = R"({"model":"m",)" + kNow;
  for (const char* limit : {R"("stop_type":"limit")", R"("stopped_limit":true)"}) {
    EXPECT_EQ(
        events(
            options(Call::kGenerate, Form::kInfill, true),
            event(R"({"content":"x","stop":false})") +
                event(
                    R"({"content":"","stop":true,"tokens_predicted":2,"tokens_evaluated":9,"timings":{"prompt_ms":1,"predicted_ms":2},)" +
                    std::string(limit) + "}")),
        begin + R"(,"response":"x","done":false})" + "\n" + begin + R"(,"response":"",)" +
            done(
                "length",
                R"("prompt_eval_count":9,"prompt_eval_duration":1000000,"eval_count":2,"eval_duration":2000000)"));
  }
}

TEST(OllamaStream, ADocumentInsteadOfEventsIsReadAllTheSame) {
  EXPECT_EQ(
      document(chat_stream(),
               R"({"choices":[{"message":{"role":"assistant","content":"Hello"},"finish_reason":"stop"}]})"),
      line(R"("content":"Hello")") + last(kNothing, done("stop")));
}

TEST(OllamaStream, ItsHeadIsThatOfLines) {
  Answer answer(chat_stream());
  const Head head = answer.begin(200, "text/event-stream; charset=utf-8");
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.content_type, "application/x-ndjson");
}

}  // namespace
}  // namespace paddock::ollama
