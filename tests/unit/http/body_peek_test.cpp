#include "body_peek.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace paddock::http {
namespace {

using Verdict = BodyPeek::Verdict;

// Looks into a body whose padding is exactly as long as promised, so that a sanitizer sees what reads on.
BodyPeek peek(std::string_view body) {
  const auto bytes = std::make_unique<char[]>(body.size() + kBodyPadding);
  body.copy(bytes.get(), body.size());
  BodyPeeker peeker;
  return peeker.peek(bytes.get(), body.size());
}

Verdict verdict(std::string_view body) {
  const BodyPeek found = peek(body);
  EXPECT_EQ(found.problem.empty(), found.verdict == Verdict::kOk) << body;
  return found.verdict;
}

// The body with its model replaced, as the data path does it.
std::string spliced(const std::string& body, std::string_view model) {
  const BodyPeek found = peek(body);
  EXPECT_EQ(found.verdict, Verdict::kOk) << found.problem;
  return body.substr(0, found.model_at) + json_string(model) + body.substr(found.model_at + found.model_size);
}

TEST(BodyPeek, FindsTheModelAnywhere) {
  EXPECT_EQ(peek(R"({"model":"a"})").model, "a");
  EXPECT_EQ(peek(R"({"model":"a","n":1})").model, "a");
  EXPECT_EQ(peek(R"({"n":[1,{"x":2}],"model":"a"})").model, "a");
  EXPECT_EQ(peek(" \r\n\t{ \"s\" : true ,\n \"model\" : \"org/m:1\" , \"x\":{} } \n").model, "org/m:1");
}

TEST(BodyPeek, SeesWhetherAStreamIsAskedFor) {
  EXPECT_TRUE(peek(R"({"model":"a","stream":true})").stream);
  EXPECT_TRUE(peek(R"({"stream" : true , "model":"a"})").stream);
  EXPECT_TRUE(peek(R"({"str\u0065am":true,"model":"a"})").stream);
  EXPECT_TRUE(peek(R"({"stream":false,"stream":true,"model":"a"})").stream);
  EXPECT_TRUE(peek(R"({"model":"a","stream":"true"})").stream) << "some clients write it so";
  for (const char* none :
       {R"({"model":"a"})", R"({"model":"a","stream":false})", R"({"model":"a","stream":null})",
        R"({"model":"a","stream":0})", R"({"model":"a","x":{"stream":true}})"}) {
    EXPECT_FALSE(peek(none).stream) << none;
    EXPECT_EQ(peek(none).model, "a") << none;
  }
}

TEST(BodyPeek, SplicingReplacesJustTheValue) {
  EXPECT_EQ(spliced(R"({"a":1, "model" : "x" ,"b":2})", "y"), R"({"a":1, "model" : "y" ,"b":2})");
  EXPECT_EQ(spliced(R"({"model":"say \"hi\" \\"})", "a\"b"), R"({"model":"a\"b"})");
  EXPECT_EQ(spliced("{\"model\"\n:\n\"x\"\n}", ""), "{\"model\"\n:\n\"\"\n}");
}

TEST(BodyPeek, DecodesTheModel) {
  EXPECT_EQ(peek(R"({"model":"a\"b\\\/\u00e9"})").model, "a\"b\\/\xc3\xa9");
  EXPECT_EQ(peek("{\"model\":\"\xc3\xa9\"}").model, "\xc3\xa9");
}

TEST(BodyPeek, StringsWithQuotesHideNothing) {
  EXPECT_EQ(peek(R"({"p":"\",\"model\":\"b\"","model":"a"})").model, "a");
  EXPECT_EQ(peek(R"({"p":"\\","model":"a"})").model, "a");
  EXPECT_EQ(peek(R"({"p":"}","q":"{\"","model":"a"})").model, "a");
}

TEST(BodyPeek, AnEscapedKeyIsTheModelToo) {
  EXPECT_EQ(peek(R"({"mod\u0065l":"a"})").model, "a");
  EXPECT_EQ(verdict(R"({"mod\u0065l":"a","model":"b"})"), Verdict::kInvalid);
  EXPECT_EQ(verdict(R"({"model":"a","\u006dodel":"a"})"), Verdict::kInvalid);
}

TEST(BodyPeek, ARepeatedModelIsRefused) {
  EXPECT_EQ(verdict(R"({"model":"a","model":"b"})"), Verdict::kInvalid);
  EXPECT_EQ(verdict(R"({"model":"a","x":1,"model":"a"})"), Verdict::kInvalid);
}

TEST(BodyPeek, OtherKeysAreNotTheModel) {
  EXPECT_EQ(verdict(R"({"Model":"a"})"), Verdict::kNoModel);
  EXPECT_EQ(verdict(R"({"model ":"a"})"), Verdict::kNoModel);
  EXPECT_EQ(verdict(R"({"models":"a","mode":"b"})"), Verdict::kNoModel);
  EXPECT_EQ(verdict(R"({"model\u0000":"a"})"), Verdict::kNoModel);
}

TEST(BodyPeek, NestedModelsAreIgnored) {
  EXPECT_EQ(verdict(R"({"options":{"model":"a"},"list":[{"model":"b"}]})"), Verdict::kNoModel);
  EXPECT_EQ(peek(R"({"o":{"model":"a"},"model":"b","l":[{"model":"c"}]})").model, "b");
}

TEST(BodyPeek, NoModel) {
  EXPECT_EQ(verdict("{}"), Verdict::kNoModel);
  EXPECT_EQ(verdict(R"({"messages":[]})"), Verdict::kNoModel);
  EXPECT_EQ(verdict(R"({"model":""})"), Verdict::kNoModel);
}

TEST(BodyPeek, TheModelMustBeAString) {
  for (const char* value : {"1", "null", "true", "[\"a\"]", "{\"a\":\"b\"}", "-1.5e3"}) {
    EXPECT_EQ(verdict(std::string("{\"model\":") + value + "}"), Verdict::kInvalid) << value;
    EXPECT_EQ(verdict(std::string("{\"model\":") + value + ",\"x\":1}"), Verdict::kInvalid) << value;
  }
}

TEST(BodyPeek, OtherDocumentsAreRefused) {
  for (const char* body :
       {"1", "-0.5", "null", "true", "\"model\"", "[]", R"([{"model":"a"}])", "nul", "x"}) {
    EXPECT_EQ(verdict(body), Verdict::kInvalid) << body;
  }
}

TEST(BodyPeek, EmptyBodiesAreRefused) {
  EXPECT_EQ(verdict(""), Verdict::kInvalid);
  EXPECT_EQ(verdict(" \r\n "), Verdict::kInvalid);
}

TEST(BodyPeek, WhatFollowsTheObjectIsRefused) {
  for (const char* rest : {"x", "}", "]", ",", "{}", R"({"model":"b"})", "\"", "1", " \n0"}) {
    EXPECT_EQ(verdict(std::string(R"({"model":"a"})") + rest), Verdict::kInvalid) << rest;
    EXPECT_EQ(verdict(std::string(R"({"model":"a","x":[1]})") + rest), Verdict::kInvalid) << rest;
    EXPECT_EQ(verdict(std::string("{}") + rest), Verdict::kInvalid) << rest;
  }
}

TEST(BodyPeek, EveryTruncationIsRefused) {
  const std::string body = R"({"p":"\"a","l":[1,{"x":null}],"model":"a\\","t":true,"s":"z"})";
  ASSERT_EQ(peek(body).model, "a\\");
  for (std::size_t size = 0; size < body.size(); ++size)
    EXPECT_EQ(verdict(std::string_view(body).substr(0, size)), Verdict::kInvalid) << body.substr(0, size);
}

TEST(BodyPeek, BrokenStructureIsRefused) {
  for (const char* body : {R"({"model" "a"})", R"({"model":"a" "x":1})", R"({,"model":"a"})", R"({"model"})",
                           R"({model:"a"})", R"({"model":})", R"({'model':'a'})", R"({"model":"a",})"}) {
    EXPECT_EQ(verdict(body), Verdict::kInvalid) << body;
  }
}

TEST(BodyPeek, BadTextIsRefused) {
  EXPECT_EQ(verdict("{\"model\":\"\xff\"}"), Verdict::kInvalid);
  EXPECT_EQ(verdict("{\"model\":\"a\",\"x\":\"\xc3\"}"), Verdict::kInvalid);
  EXPECT_EQ(verdict("{\"model\":\"a\",\"x\":\"\xed\xa0\x80\"}"), Verdict::kInvalid);
  EXPECT_EQ(verdict("{\"model\":\"a\nb\"}"), Verdict::kInvalid);
  EXPECT_EQ(verdict(R"({"model":"\q"})"), Verdict::kInvalid);
  EXPECT_EQ(verdict(R"({"model":"\u12"})"), Verdict::kInvalid);
}

TEST(BodyPeek, DeepNestingDoesNotRecurse) {
  const std::size_t depth = 100'000;
  const std::string deep = std::string(depth, '[') + std::string(depth, ']');
  // Whether it is taken is simdjson's limit; that it ends, and finds no wrong model, is ours.
  const BodyPeek before = peek("{\"model\":\"a\",\"x\":" + deep + "}");
  EXPECT_TRUE(before.verdict == Verdict::kInvalid || before.model == "a");
  const std::string shallow = std::string(200, '[') + std::string(200, ']');
  EXPECT_EQ(peek("{\"x\":" + shallow + ",\"model\":\"a\"}").model, "a");
}

TEST(BodyPeek, LargeBodies) {
  const std::string text(1 << 20, 'x');
  EXPECT_EQ(peek("{\"prompt\":\"" + text + "\",\"model\":\"a\"}").model, "a");
  EXPECT_EQ(peek("{\"model\":\"a\",\"prompt\":\"" + text + "\"}").model, "a");
}

TEST(BodyPeek, OnePeekerServesMany) {
  BodyPeeker peeker;
  const auto look = [&](std::string body) {
    const std::size_t size = body.size();
    body.append(kBodyPadding, '\0');
    return peeker.peek(body.data(), size).model;
  };
  EXPECT_EQ(look(R"({"model":"a"})"), "a");
  EXPECT_EQ(look("{\"p\":\"" + std::string(3 << 20, 'x') + "\",\"model\":\"b\"}"), "b");
  EXPECT_EQ(look("{\"p\":"), "");
  EXPECT_EQ(look(R"({"model":"c"})"), "c");
}

TEST(JsonString, QuotesAndReplacesBadUtf8) {
  EXPECT_EQ(json_string("a\"\\\n"), R"("a\"\\\n")");
  EXPECT_EQ(json_string("\xff"), "\"\xef\xbf\xbd\"");
}

}  // namespace
}  // namespace paddock::http
