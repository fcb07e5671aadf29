// Filters change the members that they name, forms get another model's name, and no other byte is touched.
#include "tests/integration/scenario.h"

namespace paddock::test {
namespace {

constexpr const char* kChat = "/v1/chat/completions";

const char* const kFilters =
    "useModelName: up\n"
    "filters:\n"
    "  stripParams: temperature, top_p\n"
    "  setParams: {max_tokens: 7, chat_template_kwargs.enable_thinking: false}\n"
    "  setParamsByID: {\"a:think\": {chat_template_kwargs.enable_thinking: true}}";

Response send(const TestDaemon& daemon, const std::string& type, const std::string& body) {
  return ask(daemon.port(), make_request("POST", kChat, body, {{"Content-Type", type}}));
}

TEST(Editing, FiltersOfAModel) {
  TestDaemon daemon(config_with({{"a", "", kFilters}}));
  const std::string body =
      "{\"temperature\":1, \"model\" : \"a\",\n\"n\": 1.50, \"max_tokens\":null,\"messages\":[{\"top_p\":1}],"
      "\"top\\u005fp\":1}";
  EXPECT_EQ(send(daemon, "application/json", body).status(), 200);
  const Event request = daemon.records().wait_for("request", "a");
  EXPECT_EQ(request["body"],
            "{\"model\" : \"up\",\n\"n\": 1.50, \"max_tokens\":7,\"messages\":[{\"top_p\":1}],"
            "\"chat_template_kwargs\":{\"enable_thinking\":false}}");
  EXPECT_EQ(request["chunked"], false);
}

TEST(Editing, AnotherNameForAnotherSetting) {
  TestDaemon daemon(config_with({{"a", "", kFilters}}));
  EXPECT_EQ(send(daemon, "application/json", "{\"model\":\"a:think\"}").status(), 200);
  EXPECT_EQ(daemon.records().wait_for("request", "a")["body"],
            "{\"model\":\"up\",\"chat_template_kwargs\":{\"enable_thinking\":true},\"max_tokens\":7}");
}

TEST(Editing, WhatCannotBeSetIsToldAndLoadsNothing) {
  TestDaemon daemon(config_with({{"a", "", kFilters}}));
  const Response response = send(daemon, "application/json", "{\"model\":\"a\",\"chat_template_kwargs\":3}");
  EXPECT_EQ(response.status(), 400);
  EXPECT_EQ(response.error_code(), "invalid_request");
  EXPECT_NE(response.error_message().find("`chat_template_kwargs`"), std::string::npos);
  EXPECT_EQ(daemon.records().count("started"), 0u);
}

TEST(Editing, ARepeatedModelIsRefused) {
  TestDaemon daemon(two_models());
  for (const char* body : {"{\"model\":\"a\",\"model\":\"b\"}", "{\"mod\\u0065l\":\"a\",\"model\":\"a\"}"}) {
    EXPECT_EQ(send(daemon, "application/json", body).status(), 400);
  }
  EXPECT_EQ(send(daemon, "application/x-www-form-urlencoded", "model=a&model=b").status(), 400);
  EXPECT_EQ(daemon.records().count("started"), 0u);
}

TEST(Editing, AMultipartFormKeepsItsOtherParts) {
  TestDaemon daemon(config_with({{"a", "", kFilters}}));
  const std::string file =
      "--B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"x.wav\"\r\nX-Odd:  1 "
      "\r\n\r\nRIFF\r\n--\r\n";
  const std::string name = "--B\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\n";
  const std::string rest =
      "\r\n--B\r\nContent-Disposition: form-data; name=temperature\r\n\r\n0\r\n--B--\r\nbye";
  std::size_t nth = 0;
  for (const auto& [before, after] :
       {std::pair(file + name, rest), std::pair(name, "\r\n" + file + "--B--\r\n")}) {
    EXPECT_EQ(send(daemon, "multipart/form-data; boundary=B", before + "a" + after).status(), 200);
    EXPECT_EQ(daemon.records().wait_for("request", "a", ++nth)["body"], before + "up" + after);
  }
}

TEST(Editing, AUrlencodedForm) {
  TestDaemon daemon(config_with({{"a", "", kFilters}}));
  EXPECT_EQ(send(daemon, "application/x-www-form-urlencoded", "x=%7e&model=%61&temperature=1").status(), 200);
  EXPECT_EQ(daemon.records().wait_for("request", "a")["body"], "x=%7e&model=up&temperature=1");
}

TEST(Editing, TheQueryNamesTheModelOfAnyOtherBody) {
  TestDaemon daemon(config_with({{"a", "", "useModelName: up"}}));
  const std::string request =
      make_request("POST", std::string(kChat) + "?x=%7e&model=a", "RIFF", {{"Content-Type", "audio/wav"}});
  EXPECT_EQ(ask(daemon.port(), request).status(), 200);
  EXPECT_EQ(daemon.records().wait_for("request", "a")["body"], "RIFF");
  EXPECT_EQ(daemon.records().wait_for("head", "a")["target"], std::string(kChat) + "?x=%7e&model=up");
}

TEST(Editing, MalformedFormsAreRefused) {
  TestDaemon daemon(two_models());
  const std::string part = "--B\r\nContent-Disposition: form-data; name=model\r\n\r\na";
  for (const std::string& body :
       {part, part + "\r\n" + part + "\r\n--B--", "--B\r\nx\r\n\r\n--B--" + std::string(100'000, 'x')}) {
    const Response response = send(daemon, "multipart/form-data; boundary=B", body);
    EXPECT_EQ(response.status(), 400);
    EXPECT_EQ(response.error_code(), "invalid_request");
  }
  EXPECT_EQ(send(daemon, "multipart/form-data", part + "\r\n--B--").status(), 400);
  EXPECT_EQ(send(daemon, "multipart/form-data; boundary=B", "--B--").error_code(), "model_missing");
  EXPECT_EQ(daemon.records().count("started"), 0u);
}

}  // namespace
}  // namespace paddock::test
