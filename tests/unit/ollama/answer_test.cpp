// Answers for clients that do not stream, errors and embeddings.
#include "answer_support.h"

namespace paddock::ollama {
namespace {

TEST(OllamaAnswer, OfAChat) {
  EXPECT_EQ(
      document(chat_whole(),
               R"({"choices":[{"message":{"role":"assistant","content":"Hello","reasoning_content":"Hm"},
"finish_reason":"length"}],"usage":{"prompt_tokens":26,"completion_tokens":298},"timings":{"prompt_ms":0.5,"predicted_ms":1}})"),
      last(
          R"("content":"Hello","thinking":"Hm")",
          done(
              "length",
              R"("prompt_eval_count":26,"prompt_eval_duration":500000,"eval_count":298,"eval_duration":1000000)")));
}

TEST(OllamaAnswer, WithToolCalls) {
  EXPECT_EQ(
      document(chat_whole(), R"({"choices":[{"message":{"role":"assistant","content":null,"tool_calls":[
{"id":"x","type":"function","function":{"name":"f","arguments":"{\"b\":1,\"a\":2}"}}]},"finish_reason":"tool_calls"}]})"),
      last(
          R"("content":"","tool_calls":[{"id":"x","function":{"index":0,"name":"f","arguments":{"b":1,"a":2}}}])",
          done("stop")));
}

TEST(OllamaAnswer, OfEventsIsGathered) {
  EXPECT_EQ(
      events(chat_whole(),
             delta(R"("reasoning_content":"H")") + delta(R"("reasoning_content":"m")") +
                 delta(R"("content":"a")") + delta(R"("content":"b")") +
                 delta(R"("tool_calls":[{"index":0,"function":{"name":"f","arguments":"{}"}}])") +
                 finish("stop") + kDone),
      last(
          R"("content":"ab","thinking":"Hm","tool_calls":[{"function":{"index":0,"name":"f","arguments":{}}}])",
          done("stop")));
}

TEST(OllamaAnswer, OfGenerate) {
  EXPECT_EQ(document(options(Call::kGenerate, Form::kChat, false),
                     R"({"choices":[{"message":{"content":"Hi"},"finish_reason":"stop"}]})"),
            R"({"model":"m",)" + kNow + R"(,"response":"Hi",)" + done("stop"));
  EXPECT_EQ(document(options(Call::kGenerate, Form::kCompletion, false),
                     R"({"choices":[{"text":"Hi","finish_reason":"stop"}]})"),
            R"({"model":"m",)" + kNow + R"(,"response":"Hi",)" + done("stop"));
  EXPECT_EQ(
      document(options(Call::kGenerate, Form::kInfill, false),
               R"({"content":"Hi","stop":true,"stop_type":"eos","tokens_evaluated":3,"tokens_predicted":1})"),
      R"({"model":"m",)" + kNow + R"(,"response":"Hi",)" +
          done("stop", R"("prompt_eval_count":3,"prompt_eval_duration":0,"eval_count":1,"eval_duration":0)"));
}

TEST(OllamaAnswer, ItsHeadIsThatOfADocument) {
  Answer answer(chat_whole());
  EXPECT_EQ(answer.begin(200, "application/json").content_type, "application/json; charset=utf-8");
}

const AnswerOptions kEmbed = options(Call::kEmbed, Form::kEmbedding, false);
const AnswerOptions kOldEmbed = options(Call::kEmbeddings, Form::kEmbedding, false);

TEST(OllamaEmbedAnswer, HasAVectorPerInputInTheirOrder) {
  EXPECT_EQ(
      document(kEmbed,
               R"({"object":"list","data":[{"embedding":[0.25,-1],"index":1},{"embedding":[1,2],"index":0}],
"usage":{"prompt_tokens":8,"total_tokens":8}})"),
      R"({"model":"m","embeddings":[[1,2],[0.25,-1]],"total_duration":5000000,"load_duration":2000000,)"
      R"("prompt_eval_count":8})"
      "\n");
}

TEST(OllamaEmbedAnswer, OfTheOlderCallIsOneVector) {
  EXPECT_EQ(document(kOldEmbed, R"({"data":[{"embedding":[0.5,1]}]})"), "{\"embedding\":[0.5,1]}\n");
  EXPECT_EQ(document(kOldEmbed, R"({"data":[]})"), "{\"embedding\":[]}\n");
}

TEST(OllamaEmbedAnswer, ThatIsNoneIsAnError) {
  for (const char* text : {"{}", "[]", R"({"data":7})"}) {
    EXPECT_EQ(document(kEmbed, text), failure("the model's server answered no embeddings"));
  }
  for (const char* text :
       {R"({"data":[{"embedding":[[1,2],[3,4]],"index":0}]})", R"({"data":[{"embedding":"AAAA"}]})",
        R"({"data":[{}]})", R"({"data":[7]})", R"({"data":[{"embedding":[null]}]})"}) {
    EXPECT_EQ(document(kEmbed, text),
              failure("the model's server answered something else than one vector per input; "
                      "llama-server needs --pooling"));
  }
}

TEST(OllamaError, OfAnUpstreamKeepsItsStatusAndWords) {
  for (const bool stream : {true, false}) {
    Answer answer(options(Call::kChat, Form::kChat, stream));
    const Head head = answer.begin(503, "application/json");
    EXPECT_EQ(head.status, 503);
    EXPECT_EQ(head.content_type, "application/json; charset=utf-8");
    std::string out;
    answer.feed(R"({"error":{"code":503,"message":"Loading model"}})", out);
    EXPECT_EQ(out, "");
    answer.end(out);
    EXPECT_EQ(out, failure("Loading model"));
    EXPECT_FALSE(answer.failed());
  }
}

TEST(OllamaError, IsReadInTheFormsThatServersUse) {
  EXPECT_EQ(document(chat_whole(), R"({"error":"no"})", 400), failure("no"));
  EXPECT_EQ(document(chat_whole(), R"({"object":"error","message":"no","code":400})", 400), failure("no"));
  EXPECT_EQ(document(chat_whole(), R"({"detail":"Not Found"})", 404), failure("Not Found"));
  EXPECT_EQ(document(kEmbed, R"({"error":{"message":"no"}})", 501), failure("no"));
  EXPECT_EQ(document(kEmbed, R"({"error":{"message":"no"}})"), failure("no"));
}

TEST(OllamaError, WithoutWordsOfItsOwnNamesTheStatus) {
  EXPECT_EQ(document(chat_whole(), "", 500), failure("the model's server answered 500"));
  EXPECT_EQ(document(chat_whole(), "<html>\n", 502), failure("the model's server answered 502: <html>"));
  EXPECT_EQ(document(chat_whole(), "{}", 500), failure("the model's server answered 500: {}"));
  EXPECT_EQ(translate(chat_stream(), {500, kEvents, "Oh\n"}), failure("the model's server answered 500: Oh"));
}

TEST(OllamaError, BrokenOffKeepsItsStatusAndSaysSo) {
  Answer answer(chat_whole());
  answer.begin(500, "application/json");
  std::string out;
  answer.feed("{", out);
  answer.broke("the connection broke", out);
  EXPECT_EQ(out, failure("the connection broke"));
  EXPECT_FALSE(answer.failed());
}

TEST(OllamaError, WhereTheHeadPromisedNoneIsAFailure) {
  const auto fails = [](const std::string& text) {
    Answer answer(chat_whole());
    answer.begin(200, "application/json");
    std::string out;
    answer.feed(text, out);
    answer.end(out);
    EXPECT_TRUE(answer.failed()) << text;
    return out;
  };
  EXPECT_EQ(fails("<html>"), failure("what the model's server answered is not valid JSON"));
  EXPECT_EQ(fails(""), failure("what the model's server answered is not valid JSON"));
  EXPECT_EQ(fails("{}"), failure("the model's server ended its answer before it was complete"));
  EXPECT_EQ(fails("[]"), failure("the model's server ended its answer before it was complete"));
  EXPECT_EQ(fails(R"({"error":{"message":"no"}})"), failure("no"));
}

}  // namespace
}  // namespace paddock::ollama
