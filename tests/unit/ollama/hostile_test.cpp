// What strangers may send: refused or answered in a sentence, within bounds, never worse.
#include "answer_support.h"
#include "paddock/ollama/request.h"

namespace paddock::ollama {
namespace {

std::string repeated(const std::string& text, std::size_t times) {
  std::string out;
  for (std::size_t i = 0; i < times; ++i) out += text;
  return out;
}

// The refusal's sentence; empty if the request is taken.
std::string sentence(const std::string& text) {
  const auto request = read_request(Call::kChat, text);
  return request ? std::string() : request.error().sentence;
}

std::string with_tools(const std::string& tools) {
  return R"({"model":"m","messages":[{"role":"user","content":"a"}],"tools":[)" + tools + "]}";
}

TEST(OllamaHostile, DeepNesting) {
  EXPECT_EQ(sentence(with_tools(repeated("[", 100) + repeated("]", 100))), "");
  for (const std::size_t depth : {200UL, 1'000'000UL}) {
    EXPECT_EQ(sentence(with_tools(repeated("[", depth) + repeated("]", depth))),
              "the request's body nests too deep");
    EXPECT_EQ(sentence(repeated("[", depth + 1)), "the request's body nests too deep");
    EXPECT_EQ(sentence(repeated(R"({"a":)", depth + 1)), "the request's body nests too deep");
  }
}

TEST(OllamaHostile, BracketsInTextsDoNotCount) {
  EXPECT_EQ(sentence(with_tools(R"("\"{\\\")" + repeated("[", 1000) + '"')), "");
  EXPECT_EQ(sentence(with_tools('"' + repeated("[", 1000) + R"(\"{\\")")), "");
}

TEST(OllamaHostile, ObjectsWithManyMembers) {
  const auto members = [](std::size_t count) {
    std::string text = R"({"a":0)";
    for (std::size_t i = 1; i < count; ++i) text += R"(,")" + std::to_string(i) + R"(":0)";
    return text + "}";
  };
  EXPECT_EQ(sentence(with_tools(members(500))), "");
  EXPECT_EQ(sentence(with_tools(members(501))), "the request's body has an object with too many members");
  EXPECT_EQ(sentence(with_tools(members(400'000))), "the request's body has an object with too many members");
  EXPECT_EQ(sentence(with_tools(repeated("1,", 600'000) + "1")), "");
}

TEST(OllamaHostile, TextsThatAreNoJson) {
  for (const std::string text :
       {"", " ", "{", "}", "]", "{]", "\"", "\"\\", "{\"model\":\"m\"", "nul", "\xef\xbb\xbf",
        "{\"model\":\"\xff\"}", "{\"model\":\"\\ud800\"}", "{\"model\":\"m\",}", "{\"model\":1e999}",
        "{\"model\":'m'}", "{\"model\":\"m\"}}", "{\"model\":\"a\nb\"}"}) {
    EXPECT_FALSE(sentence(text).empty()) << text;
  }
  EXPECT_FALSE(sentence(std::string("{\"model\":\"m\"}\0", 14)).empty());
}

TEST(OllamaHostile, EveryMemberOfEveryWrongType) {
  const char* const kMembers[] = {"model",      "messages", "stream",      "tools",  "options",
                                  "format",     "think",    "keep_alive",  "prompt", "suffix",
                                  "raw",        "system",   "images",      "input",  "logprobs",
                                  "dimensions", "template", "top_logprobs"};
  const char* const kValues[] = {
      "null", "true", "7",      "-7",  "1e308",    "0.5", "18446744073709551616", R"("")", R"("x")", "[]",
      "[[]]", "[{}]", "[null]", "[7]", R"(["x"])", "{}",  R"({"role":7})"};
  for (const Call call : {Call::kChat, Call::kGenerate, Call::kEmbed, Call::kEmbeddings}) {
    for (const char* member : kMembers) {
      for (const char* value : kValues) {
        const auto request = read_request(
            call, R"({"model":"m","prompt":"a","input":"a","messages":[{"role":"user","content":"a"}],")" +
                      std::string(member) + R"(":)" + value + "}");
        if (!request) {
          EXPECT_EQ(request.error().status, 400);
          EXPECT_FALSE(request.error().sentence.empty());
        } else if (request->deed == Deed::kAsk) {
          EXPECT_TRUE(Json::parse(request->body, nullptr, false).is_object()) << request->body;
          EXPECT_FALSE(request->path.empty());
        } else {
          EXPECT_TRUE(request->body.empty());
        }
      }
    }
  }
}

// Every line of an answer, whatever it answers: JSON, and the last one is an end.
void expect_lines(const std::string& out) {
  ASSERT_TRUE(out.ends_with('\n')) << out;
  Json json;
  for (std::size_t begin = 0; begin < out.size();) {
    const std::size_t end = out.find('\n', begin);
    json = Json::parse(out.substr(begin, end - begin), nullptr, false);
    ASSERT_TRUE(json.is_object()) << out;
    begin = end + 1;
  }
  EXPECT_TRUE(json.contains("error") || json["done"] == true) << out;
}

TEST(OllamaHostile, EventsOfEveryWrongType) {
  const char* const kEventsOfAll[] = {
      "7",
      "null",
      "[]",
      "{}",
      R"("x")",
      R"({"choices":7})",
      R"({"choices":{}})",
      R"({"choices":[7]})",
      R"({"choices":[null]})",
      R"({"choices":[{"delta":7}]})",
      R"({"choices":[{"delta":{"content":7,"tool_calls":7}}]})",
      R"({"choices":[{"delta":{"content":[],"tool_calls":[7,null,{},{"function":7},{"index":"x","function":{"name":7,"arguments":7}}]}}]})",
      R"({"choices":[{"finish_reason":7,"logprobs":{"content":7}}]})",
      R"({"usage":7,"timings":[]})",
      R"({"usage":{"prompt_tokens":-1,"completion_tokens":18446744073709551615},"timings":{"prompt_ms":"x","predicted_ms":null}})",
      R"({"error":7})",
      R"({"error":{}})",
      R"({"error":{"message":7}})",
      "\xff",
      "{\"choices\":[{\"delta\":{\"content\":\"\xff\"}}]}",
      ""};
  for (const Form form : {Form::kChat, Form::kCompletion, Form::kInfill}) {
    for (const bool stream : {true, false}) {
      for (const char* one : kEventsOfAll)
        expect_lines(events(options(Call::kChat, form, stream), event(one) + finish("stop")));
    }
  }
}

TEST(OllamaHostile, EventsThatNestTooDeep) {
  EXPECT_EQ(translate(chat_stream(), {200, kEvents, event(repeated("[", 100'000))},
                      {event(repeated("[", 100'000))}),
            failure("an event of the model's server nests too deep"));
}

TEST(OllamaHostile, AnEventWithoutAnEnd) {
  AnswerOptions options = chat_stream();
  options.most_bytes = 1000;
  Answer answer(options);
  answer.begin(200, kEvents);
  std::string out;
  for (int i = 0; i < 1000; ++i) answer.feed("data: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n", out);
  EXPECT_EQ(out, failure("the model's server answered more than fits"));
  EXPECT_TRUE(answer.failed());
}

TEST(OllamaHostile, AnAnswerThatIsTooLarge) {
  for (const std::string& content_type : {std::string("application/json"), kEvents}) {
    AnswerOptions options = chat_whole();
    options.most_bytes = 1000;
    Answer answer(options);
    answer.begin(200, content_type);
    std::string out;
    for (int i = 0; i < 100; ++i) answer.feed(delta(R"("content":"aaaaaaaaaaaaaaaaaaaaaaaaaa")"), out);
    answer.end(out);
    EXPECT_EQ(out, failure("the model's server answered more than fits"));
  }
}

TEST(OllamaHostile, ToolCallsWithoutEnd) {
  AnswerOptions options = chat_stream();
  options.most_bytes = 10'000;
  Answer answer(options);
  answer.begin(200, kEvents);
  std::string out;
  for (int i = 0; i < 100; ++i) {
    answer.feed(
        delta(R"("tool_calls":[{"index":)" + std::to_string(i * 1'000'000) + R"(,"function":{"name":"f"}}])"),
        out);
  }
  EXPECT_EQ(out, failure("the model's server answered more than fits"));
}

TEST(OllamaHostile, AnErrorWithoutEndIsCut) {
  Answer answer(chat_stream());
  answer.begin(500, "text/html");
  std::string out;
  const std::string piece = repeated("x", 100'000);
  for (int i = 0; i < 100; ++i) answer.feed(piece, out);
  answer.end(out);
  EXPECT_LT(out.size(), 400);
  EXPECT_TRUE(out.starts_with(R"({"error":"the model's server answered 500: xxx)")) << out;
}

}  // namespace
}  // namespace paddock::ollama
