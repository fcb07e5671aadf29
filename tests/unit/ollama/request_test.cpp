// Whole requests: what the upstream is asked.
#include "paddock/ollama/request.h"

#include <gtest/gtest.h>

#include "request_support.h"

namespace paddock::ollama {
namespace {

TEST(OllamaChat, BecomesAChatCompletion) {
  const Request request = read(Call::kChat, R"({"model":"gemma:latest","messages":[
      {"role":"system","content":"Be kind."},{"role":"user","content":"Hello"}]})");
  EXPECT_EQ(request.call, Call::kChat);
  EXPECT_EQ(request.deed, Deed::kAsk);
  EXPECT_EQ(request.form, Form::kChat);
  EXPECT_EQ(request.model, "gemma:latest");
  EXPECT_EQ(request.path, "/v1/chat/completions");
  EXPECT_FALSE(request.keep_alive);
  EXPECT_EQ(Json::parse(request.body), Json::parse(R"({"model":"gemma","messages":[
      {"role":"system","content":"Be kind."},{"role":"user","content":"Hello"}],
      "stream":true,"stream_options":{"include_usage":true}})"));
}

TEST(OllamaChat, TheModelIsTheBodysFirstMember) {
  EXPECT_TRUE(read(Call::kChat, chat("")).body.starts_with(R"({"model":"m",)"));
  EXPECT_TRUE(read(Call::kEmbed, R"({"input":"a","model":"m"})").body.starts_with(R"({"model":"m",)"));
}

TEST(OllamaChat, StreamsUnlessToldOtherwise) {
  EXPECT_TRUE(read(Call::kChat, chat("")).stream);
  EXPECT_TRUE(read(Call::kChat, chat(R"("stream":null)")).stream);
  const Request request = read(Call::kChat, chat(R"("stream":false)"));
  EXPECT_FALSE(request.stream);
  EXPECT_EQ(body_of(request)["stream"], false);
  EXPECT_FALSE(body_of(request).contains("stream_options"));
}

TEST(OllamaChat, WithoutMessagesLoadsOrUnloads) {
  for (const char* messages : {"", R"(,"messages":[])", R"(,"messages":null)"}) {
    const std::string text = std::string(R"({"model":"m")") + messages;
    EXPECT_EQ(read(Call::kChat, text + "}").deed, Deed::kLoad);
    EXPECT_EQ(read(Call::kChat, text + R"(,"keep_alive":5})").deed, Deed::kLoad);
    EXPECT_EQ(read(Call::kChat, text + R"(,"keep_alive":0})").deed, Deed::kUnload);
    EXPECT_EQ(read(Call::kChat, text + R"(,"keep_alive":"0s"})").deed, Deed::kUnload);
    EXPECT_TRUE(read(Call::kChat, text + "}").body.empty());
  }
}

TEST(OllamaChat, WithMessagesAndKeepAliveZeroIsAsked) {
  const Request request = read(Call::kChat, chat(R"("keep_alive":0)"));
  EXPECT_EQ(request.deed, Deed::kAsk);
  EXPECT_EQ(request.keep_alive, KeepAlive{});
  EXPECT_FALSE(body_of(request).contains("keep_alive"));
}

TEST(OllamaChat, ToolsComeThroughInTheirOrder) {
  const std::string tools =
      R"([{"type":"function","function":{"name":"z","parameters":{"type":"object","properties":{"b":{},"a":{}}}}}])";
  EXPECT_EQ(body_of(read(Call::kChat, chat(R"("tools":)" + tools)))["tools"].dump(), tools);
  EXPECT_FALSE(body_of(read(Call::kChat, chat(R"("tools":[])"))).contains("tools"));
  EXPECT_EQ(refused(Call::kChat, chat(R"("tools":{})")), "tools must be a list");
}

TEST(OllamaGenerate, BecomesAChatOfOneQuestion) {
  const Request request =
      read(Call::kGenerate,
           R"({"model":"m","system":"Be brief.","prompt":"Why?","template":"x","context":[1,2]})");
  EXPECT_EQ(request.path, "/v1/chat/completions");
  EXPECT_EQ(request.form, Form::kChat);
  EXPECT_EQ(body_of(request)["messages"],
            Json::parse(R"([{"role":"system","content":"Be brief."},{"role":"user","content":"Why?"}])"));
  EXPECT_EQ(body_of(request).size(), 4);  // model, messages, stream, stream_options
}

TEST(OllamaGenerate, WithoutAPromptLoadsOrUnloads) {
  EXPECT_EQ(read(Call::kGenerate, R"({"model":"m"})").deed, Deed::kLoad);
  EXPECT_EQ(read(Call::kGenerate, R"({"model":"m","prompt":"","raw":true})").deed, Deed::kLoad);
  EXPECT_EQ(read(Call::kGenerate, R"({"model":"m","prompt":"","keep_alive":0})").deed, Deed::kUnload);
  EXPECT_EQ(read(Call::kGenerate, R"({"model":"m","prompt":"a","keep_alive":0})").deed, Deed::kAsk);
}

TEST(OllamaGenerate, RawIsACompletionOfThePromptAsItIs) {
  const Request request = read(
      Call::kGenerate,
      R"({"model":"m","prompt":"[INST] a [/INST]","raw":true,"format":"json","options":{"num_predict":5}})");
  EXPECT_EQ(request.path, "/v1/completions");
  EXPECT_EQ(request.form, Form::kCompletion);
  EXPECT_EQ(body_of(request), Json::parse(R"({"model":"m","prompt":"[INST] a [/INST]","stream":true,
      "stream_options":{"include_usage":true},"json_schema":{"type":"object"},"max_tokens":5})"));
}

TEST(OllamaGenerate, RawRefusesWhatItCannotUse) {
  const std::string begin = R"({"model":"m","prompt":"a","raw":true,)";
  EXPECT_EQ(refused(Call::kGenerate, begin + R"("system":"s"})"),
            "raw takes the prompt as it is: leave out system");
  EXPECT_EQ(refused(Call::kGenerate, begin + R"("template":"s"})"),
            "raw takes the prompt as it is: leave out template");
  EXPECT_EQ(refused(Call::kGenerate, begin + R"("images":[")" + kPng + R"("]})"),
            "raw takes no images: leave one of the two out");
}

TEST(OllamaGenerate, ASuffixAsksForWhatIsBetween) {
  const Request request = read(
      Call::kGenerate,
      R"({"model":"m","prompt":"def f(","suffix":"return 1","stream":false,"options":{"num_predict":9,"seed":3}})");
  EXPECT_EQ(request.path, "/infill");
  EXPECT_EQ(request.form, Form::kInfill);
  EXPECT_EQ(body_of(request), Json::parse(R"({"model":"m","input_prefix":"def f(","input_suffix":"return 1",
      "stream":false,"n_predict":9,"seed":3})"));
  EXPECT_FALSE(body_of(read(Call::kGenerate, R"({"model":"m","prompt":"a","suffix":"b"})"))
                   .contains("stream_options"));
}

TEST(OllamaEmbed, TakesATextOrSeveral) {
  const Request one =
      read(Call::kEmbed, R"({"model":"m:latest","input":"a","truncate":true,"keep_alive":"5m"})");
  EXPECT_EQ(one.path, "/v1/embeddings");
  EXPECT_EQ(one.form, Form::kEmbedding);
  EXPECT_FALSE(one.stream);
  EXPECT_EQ(body_of(one), Json::parse(R"({"model":"m","input":["a"],"encoding_format":"float"})"));
  const Request two = read(Call::kEmbed, R"({"model":"m","input":["a","b"],"dimensions":64})");
  EXPECT_EQ(body_of(two),
            Json::parse(R"({"model":"m","input":["a","b"],"encoding_format":"float","dimensions":64})"));
  EXPECT_EQ(refused(Call::kEmbed, R"({"model":"m","input":[1]})"), "input must hold nothing but texts");
  EXPECT_EQ(refused(Call::kEmbed, R"({"model":"m","input":7})"), "input must be text or a list of texts");
}

TEST(OllamaEmbed, WithoutInputLoadsOrUnloads) {
  for (const char* text :
       {R"({"model":"m"})", R"({"model":"m","input":""})", R"({"model":"m","input":[]})"}) {
    EXPECT_EQ(read(Call::kEmbed, text).deed, Deed::kLoad) << text;
  }
  EXPECT_EQ(read(Call::kEmbed, R"({"model":"m","input":[],"keep_alive":0})").deed, Deed::kUnload);
}

TEST(OllamaEmbeddings, TakesOnePrompt) {
  const Request request = read(Call::kEmbeddings, R"({"model":"m","prompt":"a"})");
  EXPECT_EQ(body_of(request)["input"], Json::parse(R"(["a"])"));
  EXPECT_EQ(refused(Call::kEmbeddings, R"({"model":"m","prompt":["a","b"]})"), "prompt must be text");
}

TEST(OllamaRequest, NamesWhatIsWrong) {
  EXPECT_EQ(refused(Call::kChat, ""), "the request's body is not valid JSON");
  EXPECT_EQ(refused(Call::kChat, "[]"), "the request's body must be a JSON object");
  EXPECT_EQ(refused(Call::kChat, "{}"), "model is missing");
  EXPECT_EQ(refused(Call::kChat, R"({"model":""})"), "model is missing");
  EXPECT_EQ(refused(Call::kChat, R"({"model":7})"), "model must be text");
  EXPECT_EQ(refused(Call::kChat, chat(R"("stream":"no")")), "stream must be true or false");
  EXPECT_EQ(refused(Call::kGenerate, R"({"model":"m","prompt":7})"), "prompt must be text");
}

TEST(OllamaShow, NamesAModelInEitherWay) {
  EXPECT_EQ(*read_show(R"({"model":"a"})"), "a");
  EXPECT_EQ(*read_show(R"({"name":"b"})"), "b");
  EXPECT_EQ(*read_show(R"({"name":"b","model":"a","verbose":true})"), "a");
  EXPECT_EQ(read_show("{}").error().sentence, "model is missing");
  EXPECT_EQ(read_show("x").error().status, 400);
}

}  // namespace
}  // namespace paddock::ollama
