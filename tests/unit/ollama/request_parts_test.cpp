// The parts of requests: options, format, think, keep_alive, messages, images, names.
#include <gtest/gtest.h>

#include "paddock/ollama/names.h"
#include "request_support.h"

namespace paddock::ollama {
namespace {

using std::chrono::milliseconds;

// What `members` of a request add to the body of a plain chat.
Json added_by(const std::string& members) {
  Json body = body_of(read(Call::kChat, chat(members)));
  for (const char* plain : {"model", "messages", "stream", "stream_options"}) body.erase(plain);
  return body;
}

TEST(OllamaOptions, HaveTheUpstreamsNames) {
  const Json added =
      added_by(R"("options":{"num_predict":7,"temperature":0.5,"top_p":0.9,"top_k":40,"min_p":0.05,
      "typical_p":0.7,"seed":42,"stop":["a","b"],"repeat_penalty":1.1,"repeat_last_n":33,
      "presence_penalty":1.5,"frequency_penalty":1,"mirostat":1,"mirostat_tau":0.8,"mirostat_eta":0.6,
      "num_keep":5})");
  EXPECT_EQ(nlohmann::json(added), nlohmann::json::parse(R"({"max_tokens":7,"temperature":0.5,"top_p":0.9,
      "top_k":40,"min_p":0.05,"typical_p":0.7,"seed":42,"stop":["a","b"],"repeat_penalty":1.1,
      "repeat_last_n":33,"presence_penalty":1.5,"frequency_penalty":1.0,"mirostat":1,"mirostat_tau":0.8,
      "mirostat_eta":0.6,"n_keep":5})"));
}

TEST(OllamaOptions, OfTheLoadAndUnknownOnesAreLeftOut) {
  EXPECT_EQ(added_by(R"("options":{"num_ctx":4096,"num_batch":2,"num_gpu":1,"main_gpu":0,"use_mmap":true,
      "num_thread":8,"penalize_newline":true,"tfs_z":1,"new_one":{},"temperature":null})"),
            Json::object());
  EXPECT_EQ(added_by(R"("options":null)"), Json::object());
}

TEST(OllamaOptions, NoLimitAndAnySeedAreTheUpstreamsOwnDefaults) {
  for (const char* most : {"-1", "-2", "0"}) {
    EXPECT_EQ(added_by(std::string(R"("options":{"num_predict":)") + most + "}"), Json::object()) << most;
  }
  EXPECT_EQ(added_by(R"("options":{"seed":-1})"), Json::object());
  EXPECT_EQ(added_by(R"("options":{"seed":0})"), Json::parse(R"({"seed":0})"));
}

TEST(OllamaOptions, TakeAWholeNumberWithAPoint) {
  EXPECT_EQ(added_by(R"("options":{"top_k":40.0,"num_predict":1e2})"),
            Json::parse(R"({"top_k":40,"max_tokens":100})"));
}

TEST(OllamaOptions, TakeOneStopWithoutAList) {
  EXPECT_EQ(added_by(R"("options":{"stop":"end"})"), Json::parse(R"({"stop":["end"]})"));
  EXPECT_EQ(added_by(R"("options":{"stop":[]})"), Json::object());
}

TEST(OllamaOptions, OfTheWrongTypeAreNamed) {
  const auto sentence = [](const std::string& options) {
    return refused(Call::kChat, chat(R"("options":)" + options));
  };
  EXPECT_EQ(sentence("[]"), "options must be an object");
  EXPECT_EQ(sentence(R"({"temperature":"warm"})"), "options.temperature must be a number");
  EXPECT_EQ(sentence(R"({"top_k":1.5})"), "options.top_k must be a whole number");
  EXPECT_EQ(sentence(R"({"num_predict":1e300})"), "options.num_predict must be a whole number");
  EXPECT_EQ(sentence(R"({"seed":true})"), "options.seed must be a whole number");
  EXPECT_EQ(sentence(R"({"stop":[1]})"), "options.stop must hold nothing but texts");
}

TEST(OllamaFormat, IsAResponseFormat) {
  EXPECT_EQ(added_by(R"("format":"json")"), Json::parse(R"({"response_format":{"type":"json_object"}})"));
  EXPECT_EQ(added_by(R"("format":{"type":"object","properties":{"b":{},"a":{}}})").dump(),
            R"({"response_format":{"type":"json_schema","json_schema":{"name":"format",)"
            R"("schema":{"type":"object","properties":{"b":{},"a":{}}}}}})");
  EXPECT_EQ(added_by(R"("format":"")"), Json::object());
  EXPECT_EQ(added_by(R"("format":null)"), Json::object());
  for (const char* wrong : {R"("xml")", "7", "[]", "true"}) {
    EXPECT_EQ(refused(Call::kChat, chat(std::string(R"("format":)") + wrong)),
              "format must be \"json\" or a JSON schema");
  }
}

TEST(OllamaThink, IsAWordToTheChatTemplate) {
  EXPECT_EQ(added_by(R"("think":true)"), Json::parse(R"({"chat_template_kwargs":{"enable_thinking":true}})"));
  EXPECT_EQ(added_by(R"("think":false)"),
            Json::parse(R"({"chat_template_kwargs":{"enable_thinking":false}})"));
  EXPECT_EQ(added_by(R"("think":"high")"),
            Json::parse(R"({"chat_template_kwargs":{"enable_thinking":true,"reasoning_effort":"high"}})"));
  EXPECT_EQ(added_by(R"("think":null)"), Json::object());
  for (const char* wrong : {R"("much")", "1", "[]"}) {
    EXPECT_EQ(refused(Call::kChat, chat(std::string(R"("think":)") + wrong)),
              "think must be true, false, \"low\", \"medium\" or \"high\"");
  }
}

TEST(OllamaLogprobs, AreAskedFor) {
  EXPECT_EQ(added_by(R"("logprobs":true,"top_logprobs":3)"),
            Json::parse(R"({"logprobs":true,"top_logprobs":3})"));
  EXPECT_EQ(added_by(R"("logprobs":false,"top_logprobs":3)"), Json::object());
}

TEST(OllamaKeepAlive, IsSecondsOrADuration) {
  const auto kept = [](const std::string& text) {
    return read(Call::kChat, chat(R"("keep_alive":)" + text)).keep_alive;
  };
  const auto time = [](std::int64_t ms) { return KeepAlive{false, milliseconds(ms)}; };
  EXPECT_EQ(kept("30"), time(30'000));
  EXPECT_EQ(kept("0.5"), time(500));
  EXPECT_EQ(kept("0"), time(0));
  EXPECT_EQ(kept(R"("30s")"), time(30'000));
  EXPECT_EQ(kept(R"("5m")"), time(300'000));
  EXPECT_EQ(kept(R"("1h30m10.5s")"), time(5'410'500));
  EXPECT_EQ(kept(R"("250ms")"), time(250));
  EXPECT_EQ(kept(R"("1500us")"), time(1));
  EXPECT_EQ(kept(R"("0")"), time(0));
  EXPECT_EQ(kept(R"("24h")"), time(86'400'000));
  EXPECT_EQ(kept(R"("+1m")"), time(60'000));
  EXPECT_EQ(kept("null"), std::nullopt);
  for (const char* forever : {"-1", "-0.5", R"("-1")", R"("-1s")", R"("-1h3m")"}) {
    EXPECT_EQ(kept(forever), (KeepAlive{true, milliseconds(0)})) << forever;
  }
  EXPECT_EQ(kept("1e300"), time(3'153'600'000'000));
  EXPECT_EQ(kept(R"("9999999999h")"), time(3'153'600'000'000));
}

TEST(OllamaKeepAlive, RefusesWhatIsNoDuration) {
  for (const char* wrong : {R"("")", R"("5 m")", R"("m")", R"("5x")", R"("5m3")", R"("nan")", R"("--1s")",
                            R"("1e3s")", "[]", "true", R"("infs")", R"("1s-2s")"}) {
    EXPECT_EQ(refused(Call::kChat, chat(std::string(R"("keep_alive":)") + wrong)),
              "keep_alive must be a number of seconds or a duration like 5m")
        << wrong;
  }
}

Json messages_of(const std::string& messages) {
  return body_of(read(Call::kChat, chat_of(messages)))["messages"];
}

TEST(OllamaMessages, ToolCallsGetIdsAndTheirResultsToo) {
  EXPECT_EQ(messages_of(R"({"role":"user","content":"a"},
      {"role":"assistant","content":"","thinking":"hm","tool_calls":[
        {"function":{"name":"f","arguments":{"y":1,"x":"2"}}},{"function":{"name":"g","arguments":{}}}]},
      {"role":"tool","content":"of f"},{"role":"tool","content":"of g"})"),
            Json::parse(R"([{"role":"user","content":"a"},
      {"role":"assistant","content":"","reasoning_content":"hm","tool_calls":[
        {"id":"call_0","type":"function","function":{"name":"f","arguments":"{\"y\":1,\"x\":\"2\"}"}},
        {"id":"call_1","type":"function","function":{"name":"g","arguments":"{}"}}]},
      {"role":"tool","content":"of f","tool_call_id":"call_0","name":"f"},
      {"role":"tool","content":"of g","tool_call_id":"call_1","name":"g"}])"));
}

TEST(OllamaMessages, ResultsFindTheirCallsByNameOrId) {
  const Json messages = messages_of(R"({"role":"assistant","tool_calls":[
        {"id":"one","function":{"name":"f","arguments":{}}},{"function":{"name":"g"}},
        {"function":{"name":"g","arguments":"{\"a\":1}"}}]},
      {"role":"tool","tool_name":"g","content":"1"},{"role":"tool","tool_name":"g","content":"2"},
      {"role":"tool","tool_call_id":"one","content":"3"})");
  EXPECT_EQ(messages[0]["content"], "");
  EXPECT_EQ(messages[0]["tool_calls"][1]["function"]["arguments"], "{}");
  EXPECT_EQ(messages[0]["tool_calls"][2]["function"]["arguments"], R"({"a":1})");
  EXPECT_EQ(messages[1]["tool_call_id"], "call_0");
  EXPECT_EQ(messages[2]["tool_call_id"], "call_1");
  EXPECT_EQ(messages[3]["tool_call_id"], "one");
  EXPECT_EQ(messages[3]["name"], "f");
}

TEST(OllamaMessages, AResultBelongsToTheLastMessageWithCalls) {
  const Json messages = messages_of(R"({"role":"assistant","tool_calls":[{"function":{"name":"f"}}]},
      {"role":"user","content":"Well?"},
      {"role":"assistant","tool_calls":[{"function":{"name":"f"}}]},
      {"role":"tool","tool_name":"f","content":"1"})");
  EXPECT_EQ(messages[3]["tool_call_id"], messages[2]["tool_calls"][0]["id"]);
  EXPECT_NE(messages[3]["tool_call_id"], messages[0]["tool_calls"][0]["id"]);
}

TEST(OllamaMessages, AResultWithoutACallKeepsItsPlace) {
  const Json messages =
      messages_of(R"({"role":"tool","content":"1"},{"role":"tool","tool_name":"f","content":"2"})");
  EXPECT_EQ(messages, Json::parse(R"([{"role":"tool","content":"1","tool_call_id":"call_0"},
      {"role":"tool","content":"2","tool_call_id":"call_1","name":"f"}])"));
}

TEST(OllamaMessages, AreNamedByTheirPlaceIfWrong) {
  const auto sentence = [](const std::string& messages) { return refused(Call::kChat, chat_of(messages)); };
  EXPECT_EQ(sentence("7"), "messages[0] must be an object");
  EXPECT_EQ(sentence(R"({"role":"user","content":"a"},{"content":"b"})"), "messages[1].role is missing");
  EXPECT_EQ(sentence(R"({"role":"user","content":[]})"), "messages[0].content must be text");
  EXPECT_EQ(sentence(R"({"role":"user","images":{}})"), "messages[0].images must be a list");
  EXPECT_EQ(sentence(R"({"role":"assistant","tool_calls":[{}]})"),
            "messages[0].tool_calls[0].function is missing");
  EXPECT_EQ(sentence(R"({"role":"assistant","tool_calls":[7]})"),
            "messages[0].tool_calls[0].function is missing");
  EXPECT_EQ(sentence(R"({"role":"assistant","tool_calls":[{"function":{"name":1}}]})"),
            "messages[0].tool_calls[0].function.name must be text");
  EXPECT_EQ(refused(Call::kChat, R"({"model":"m","messages":"a"})"), "messages must be a list");
}

TEST(OllamaImages, AreDataUrlsOfTheRightType) {
  const std::pair<std::string, std::string> kImages[] = {
      {kPng, "image/png"},
      {"/9j/4AAQSkZJRgABAQAAAQ==", "image/jpeg"},
      {"R0lGODlhAQABAAAAACw=", "image/gif"},
      {"UklGRiQAAABXRUJQVlA4IBg=", "image/webp"},
      {"Qk02AAAAAAAAADYAAAA=", "image/bmp"},
  };
  for (const auto& [base64, type] : kImages) {
    const Json messages = messages_of(R"({"role":"user","content":"What?","images":[")" + base64 + R"("]})");
    EXPECT_EQ(messages[0]["content"],
              Json::parse(R"([{"type":"text","text":"What?"},{"type":"image_url","image_url":{"url":"data:)" +
                          type + ";base64," + base64 + R"("}}])"));
  }
}

TEST(OllamaImages, MayStandWithoutText) {
  const Json messages = messages_of(R"({"role":"user","images":[")" + kPng + R"(",")" + kPng + R"("]})");
  EXPECT_EQ(messages[0]["content"].size(), 2);
  const Request request = read(Call::kGenerate, R"({"model":"m","images":[")" + kPng + R"("]})");
  EXPECT_EQ(body_of(request)["messages"][0]["content"].size(), 1);
}

TEST(OllamaImages, ThatAreDataUrlsAlreadyStayAsTheyAre) {
  const std::string url = "data:image/webp;base64," + kPng;
  const Json messages = messages_of(R"({"role":"user","content":"a","images":[")" + url + R"("]})");
  EXPECT_EQ(messages[0]["content"][1]["image_url"]["url"], url);
}

TEST(OllamaImages, ThatAreNoneAreRefused) {
  for (const char* wrong :
       {"\"\"", "\"abc\"", "\"aGVsbG8gd29ybGQh\"", "\"/home/me/cat.png\"", "7", "null", "\"iVBO*w0KGgo=\"",
        "\"iVBORw0KGgoAAAANSUhEUg\"", "\"====\"", "\"UklG\"", "\"data:text/html,x\""}) {
    EXPECT_EQ(refused(Call::kChat,
                      chat_of(std::string(R"({"role":"user","content":"a","images":[)") + wrong + "]}")),
              "messages[0].images[0] must be a PNG, JPEG, GIF, WebP or BMP image in base64")
        << wrong;
  }
  EXPECT_EQ(refused(Call::kGenerate, R"({"model":"m","prompt":"a","images":["x"]})"),
            "images[0] must be a PNG, JPEG, GIF, WebP or BMP image in base64");
}

TEST(OllamaNames, LatestIsImplied) {
  EXPECT_EQ(without_latest("a:latest"), "a");
  EXPECT_EQ(without_latest("org/a:latest"), "org/a");
  EXPECT_EQ(without_latest("a:7b"), "a:7b");
  EXPECT_EQ(without_latest("a"), "a");
  EXPECT_EQ(without_latest(":latest"), ":latest");
  EXPECT_EQ(without_latest(""), "");
  EXPECT_EQ(listed_name("a"), "a:latest");
  EXPECT_EQ(listed_name("org/a"), "org/a:latest");
  EXPECT_EQ(listed_name("a:7b"), "a:7b");
}

}  // namespace
}  // namespace paddock::ollama
